//! What else follows from saving mentions, in the same transaction: whose they are.
//!
//! Called wherever mentions are saved. Whoever acts on what was saved adds a call here.

use crate::customers;
use crate::mention::AddressKey;
use crate::store::{Kept, Tx};

/// Acts on what a page or file brought.
pub async fn after_saving(tx: &mut Tx<'_>, kept: &Kept, key: &AddressKey) -> anyhow::Result<()> {
    customers::match_saved(tx, kept, key).await
}
