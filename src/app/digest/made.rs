//! Digests made in one go: readers who want the same and were shown the same get the same, gathered and drawn once.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::super::App;
use crate::digest::{Digest, Edition, Recipient, Section, Shown, draw};

/// What was made so far.
#[derive(Debug, Default)]
pub struct Made(HashMap<Wish, Arc<Drawn>>);

/// A digest with its picture.
#[derive(Debug)]
pub(super) struct Drawn {
    pub(super) digest: Digest,
    pub(super) picture: Option<Vec<u8>>,
}

/// All that decides what a digest says. How and to whom it says it is not part of it.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Wish {
    edition: Edition,
    products: Vec<String>,
    sections: BTreeSet<Section>,
    searches: Option<Vec<String>>,
    segment: Option<String>,
    shown: Shown,
}

impl App {
    /// What that edition says to `recipient`, who was shown `shown` before.
    pub(super) async fn made(&self, made: &mut Made, recipient: &Recipient, edition: Edition, shown: Shown) -> anyhow::Result<Arc<Drawn>> {
        let wish = Wish {
            edition,
            products: recipient.products.clone(),
            sections: recipient.sections.clone(),
            searches: recipient.searches.clone(),
            segment: recipient.segment.clone(),
            shown,
        };
        if let Some(known) = made.0.get(&wish) {
            return Ok(Arc::clone(known));
        }
        let digest = self.gather(recipient, edition, &wish.shown).await?;
        let drawn = Arc::new(Drawn { picture: draw(&digest)?, digest });
        made.0.insert(wish, Arc::clone(&drawn));
        Ok(drawn)
    }
}
