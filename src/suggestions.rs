//! Proposed phrases that somebody turned down, so that they are not proposed again.
//!
//! Owns their table. Knows nothing of how phrases come to be proposed.

use jiff::Timestamp;
use sqlx::Row;

use crate::store::{Store, Tx};
use crate::text::fold;

/// A proposal that was turned down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// The phrase as it was written.
    pub phrase: String,
    /// When it was turned down.
    pub at: Timestamp,
}

/// Turns a phrase down; tells whether it was not before.
pub async fn reject(tx: &mut Tx<'_>, phrase: &str, now: Timestamp) -> anyhow::Result<bool> {
    let sql = "INSERT INTO rejected_suggestion (folded, phrase, rejected_at) VALUES ($1, $2, $3) ON CONFLICT (folded) DO NOTHING";
    let done = sqlx::query(sql).bind(fold(phrase)).bind(phrase).bind(now.as_millisecond()).execute(tx.connection()).await?;
    Ok(done.rows_affected() > 0)
}

/// Lets a phrase be proposed again; tells whether it had been turned down.
pub async fn unreject(tx: &mut Tx<'_>, phrase: &str) -> anyhow::Result<bool> {
    let sql = "DELETE FROM rejected_suggestion WHERE folded = $1";
    Ok(sqlx::query(sql).bind(fold(phrase)).execute(tx.connection()).await?.rows_affected() > 0)
}

/// All that were turned down, in the order of their letters.
pub async fn rejected(store: &Store) -> anyhow::Result<Vec<Rejected>> {
    let sql = "SELECT phrase, rejected_at FROM rejected_suggestion ORDER BY folded";
    let rows = sqlx::query(sql).fetch_all(&mut *store.connection().await?).await?;
    let read = |row: &sqlx::any::AnyRow| Ok(Rejected { phrase: row.try_get(0)?, at: Timestamp::from_millisecond(row.try_get(1)?)? });
    rows.iter().map(read).collect()
}
