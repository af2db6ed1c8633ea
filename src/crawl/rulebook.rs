//! What mentions are judged by, shared by all that judge, and replaceable while they work.

use std::sync::{Arc, PoisonError, RwLock};

use super::judge;
use crate::mention::Mention;
use crate::noise::Rules;
use crate::notify;
use crate::phrases::Tagger;
use crate::replies::Desk;
use crate::store::Judgement;

/// What mentions are judged by. Clones are one and the same book: what is put in holds for rounds under way too.
#[derive(Clone, Debug)]
pub struct Rulebook {
    book: Arc<RwLock<Arc<Book>>>,
    /// What people are told of.
    alerts: Arc<RwLock<Arc<notify::Settings>>>,
    /// What replies go by.
    desk: Arc<RwLock<Arc<Desk>>>,
}

/// What counts at one time.
#[derive(Debug)]
struct Book {
    tagger: Arc<Tagger>,
    noise: Rules,
}

impl Rulebook {
    /// A book with this tagger and these rules of noise; it opens no replies.
    pub fn new(tagger: Tagger, noise: Rules) -> Self {
        Self {
            book: Arc::new(RwLock::new(Arc::new(Book { tagger: Arc::new(tagger), noise }))),
            alerts: Arc::default(),
            desk: Arc::new(RwLock::new(Arc::new(Desk::closed()))),
        }
    }

    /// From now on replies go by this.
    pub fn replace_desk(&self, desk: Desk) {
        *self.desk.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(desk);
    }

    /// What replies go by now.
    pub fn desk(&self) -> Arc<Desk> {
        Arc::clone(&self.desk.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// From now on these are what counts.
    pub fn replace(&self, tagger: Tagger, noise: Rules) {
        *self.book.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(Book { tagger: Arc::new(tagger), noise });
    }

    /// From now on this is what people are told of.
    pub fn replace_alerts(&self, alerts: Arc<notify::Settings>) {
        *self.alerts.write().unwrap_or_else(PoisonError::into_inner) = alerts;
    }

    /// What people are told of now.
    pub fn alerts(&self) -> Arc<notify::Settings> {
        Arc::clone(&self.alerts.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The tagger that counts now.
    pub fn tagger(&self) -> Arc<Tagger> {
        Arc::clone(&self.open().tagger)
    }

    /// What is made of `mention` by what counts now; `product` is what its source's pages are about.
    pub fn judge(&self, product: Option<&str>, mention: &Mention) -> Judgement {
        let book = self.open();
        judge(&book.tagger, &book.noise, product, mention)
    }

    fn open(&self) -> Arc<Book> {
        Arc::clone(&self.book.read().unwrap_or_else(PoisonError::into_inner))
    }
}
