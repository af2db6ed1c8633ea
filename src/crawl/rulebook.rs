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
pub struct Rulebook(Arc<RwLock<Arc<Book>>>);

/// What counts at one time.
#[derive(Clone, Debug)]
struct Book {
    tagger: Arc<Tagger>,
    noise: Arc<Rules>,
    /// What people are told of.
    alerts: Arc<notify::Settings>,
    /// What replies go by.
    desk: Arc<Desk>,
}

impl Rulebook {
    /// A book with this tagger and these rules of noise; it tells nobody and opens no replies.
    pub fn new(tagger: Tagger, noise: Rules) -> Self {
        let book = Book { tagger: Arc::new(tagger), noise: Arc::new(noise), alerts: Arc::default(), desk: Arc::new(Desk::closed()) };
        Self(Arc::new(RwLock::new(Arc::new(book))))
    }

    /// From now on these are what counts.
    pub fn replace(&self, tagger: Tagger, noise: Rules) {
        self.change(|book| (book.tagger, book.noise) = (Arc::new(tagger), Arc::new(noise)));
    }

    /// From now on this is what people are told of.
    pub fn replace_alerts(&self, alerts: Arc<notify::Settings>) {
        self.change(|book| book.alerts = alerts);
    }

    /// From now on replies go by this.
    pub fn replace_desk(&self, desk: Desk) {
        self.change(|book| book.desk = Arc::new(desk));
    }

    /// The tagger that counts now.
    pub fn tagger(&self) -> Arc<Tagger> {
        Arc::clone(&self.open().tagger)
    }

    /// What people are told of now.
    pub fn alerts(&self) -> Arc<notify::Settings> {
        Arc::clone(&self.open().alerts)
    }

    /// What replies go by now.
    pub fn desk(&self) -> Arc<Desk> {
        Arc::clone(&self.open().desk)
    }

    /// What is made of `mention` by what counts now; `product` is what its source's pages are about.
    pub fn judge(&self, product: Option<&str>, mention: &Mention) -> Judgement {
        let book = self.open();
        judge(&book.tagger, &book.noise, product, mention)
    }

    fn open(&self) -> Arc<Book> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn change(&self, change: impl FnOnce(&mut Book)) {
        change(Arc::make_mut(&mut *self.0.write().unwrap_or_else(PoisonError::into_inner)));
    }
}
