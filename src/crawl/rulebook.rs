//! What mentions are judged by, shared by all that judge, and replaceable while they work.

use std::sync::{Arc, PoisonError, RwLock};

use super::judge;
use crate::mention::Mention;
use crate::phrases::Tagger;
use crate::store::Judgement;

/// What mentions are judged by. Clones are one and the same book: what is put in holds for rounds under way too.
#[derive(Clone, Debug)]
pub struct Rulebook(Arc<RwLock<Arc<Tagger>>>);

impl Rulebook {
    /// A book with this tagger.
    pub fn new(tagger: Tagger) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(tagger))))
    }

    /// From now on `tagger` is what counts.
    pub fn replace(&self, tagger: Tagger) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(tagger);
    }

    /// The tagger that counts now.
    pub fn tagger(&self) -> Arc<Tagger> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// What is made of `mention` by what counts now; `product` is what its source's pages are about.
    pub fn judge(&self, product: Option<&str>, mention: &Mention) -> Judgement {
        judge(&self.tagger(), product, mention)
    }
}
