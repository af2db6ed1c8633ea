//! What mentions are judged by, shared by all that judge, and replaceable while they work.

use std::sync::{Arc, PoisonError, RwLock};

use super::judge;
use crate::mention::Mention;
use crate::noise::Rules;
use crate::phrases::Tagger;
use crate::replies::{Desk, Queue, Settings};
use crate::store::Judgement;

/// What mentions are judged by. Clones are one and the same book: what is put in holds for rounds under way too.
#[derive(Clone, Debug)]
pub struct Rulebook(Arc<RwLock<Arc<Book>>>);

/// What counts at one time.
#[derive(Debug)]
struct Book {
    tagger: Arc<Tagger>,
    noise: Rules,
    desk: Arc<Desk>,
}

impl Rulebook {
    /// A book with this tagger and these rules of noise; it opens no replies.
    pub fn new(tagger: Tagger, noise: Rules) -> Self {
        let desk = Arc::new(Desk {
            settings: Settings { queue: Queue { lanes: Vec::new(), ..Queue::default() }, ..Settings::default() },
            ..Desk::default()
        });
        Self(Arc::new(RwLock::new(Arc::new(Book { tagger: Arc::new(tagger), noise, desk }))))
    }

    /// From now on replies go by this.
    pub fn replace_desk(&self, desk: Desk) {
        let mut book = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let noise = book.noise.clone();
        *book = Arc::new(Book { tagger: Arc::clone(&book.tagger), noise, desk: Arc::new(desk) });
    }

    /// What replies go by now.
    pub fn desk(&self) -> Arc<Desk> {
        Arc::clone(&self.open().desk)
    }

    /// From now on these are what counts.
    pub fn replace(&self, tagger: Tagger, noise: Rules) {
        let mut book = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *book = Arc::new(Book { tagger: Arc::new(tagger), noise, desk: Arc::clone(&book.desk) });
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
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }
}
