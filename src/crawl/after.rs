//! What else happens in the transaction that saves mentions: each module that acts on them is called from here, and only here.
//!
//! Called wherever mentions are saved. Knows none of the rules by which those modules decide.

use super::Crawler;
use crate::customers;
use crate::replies;
use crate::store::{Kept, Tx};

impl Crawler {
    /// Acts on what saving brought about; it is committed, or never happened, together with that.
    pub async fn after_saving(&self, tx: &mut Tx<'_>, kept: &Kept) -> anyhow::Result<()> {
        if kept.events.is_empty() {
            return Ok(());
        }
        let now = self.reader.clock.now();
        customers::match_saved(tx, kept, &self.reader.address_key).await?;
        let desk = self.rules.desk();
        replies::follow(tx, kept, &desk, now).await?;
        self.rules.alerts().tell_of_saved(tx.connection(), kept, &desk.settings, now).await?;
        Ok(())
    }
}
