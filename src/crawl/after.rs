//! What else happens in the transaction that saves mentions: each module that acts on them is called from here, and only here.
//!
//! Called by rounds and by imports alike. Knows none of the rules by which those modules decide.

use jiff::Timestamp;

use super::Rulebook;
use crate::store::{Kept, Tx};

/// Acts on what saving brought about; it is committed, or never happened, together with that.
pub async fn after_saving(tx: &mut Tx<'_>, kept: &Kept, rules: &Rulebook, now: Timestamp) -> anyhow::Result<()> {
    if kept.events.is_empty() {
        return Ok(());
    }
    rules.alerts().tell_of_saved(tx.connection(), kept, now).await?;
    Ok(())
}
