//! What came of replies in a stretch of time: how many went out, and whose ratings moved afterwards.

use jiff::Timestamp;
use serde::Serialize;
use sqlx::{AnyConnection, Row};

use super::state::Action;

/// A rating that moved after our reply.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Outcome {
    /// The row of the mention.
    #[serde(skip)]
    pub mention: i64,
    /// When we saw it.
    pub at: Timestamp,
    /// The stars before.
    pub before: f64,
    /// The stars after.
    pub after: f64,
}

/// The ratings that were seen to have moved after a reply, from `from` on and before `until`, oldest first.
pub async fn outcomes(connection: &mut AnyConnection, from: Timestamp, until: Timestamp) -> anyhow::Result<Vec<Outcome>> {
    let sql = "SELECT mention, at, action FROM reply_audit WHERE at >= $1 AND at < $2 AND action LIKE '%\"outcome\"%'
        ORDER BY at, reply, version";
    let query = sqlx::query(sql).bind(from.as_millisecond()).bind(until.as_millisecond());
    let mut found = Vec::new();
    for row in query.fetch_all(connection).await? {
        // A text that quotes the word is none.
        if let Action::Outcome { before, after } = serde_json::from_str(row.try_get("action")?)? {
            let at = Timestamp::from_millisecond(row.try_get("at")?)?;
            found.push(Outcome { mention: row.try_get("mention")?, at, before, after });
        }
    }
    Ok(found)
}

/// How many replies went out from `from` on and before `until`, by a person or by an account.
pub async fn sent_between(connection: &mut AnyConnection, from: Timestamp, until: Timestamp) -> anyhow::Result<u64> {
    let sql = "SELECT COUNT(*) FROM reply_audit WHERE at >= $1 AND at < $2
        AND (action LIKE '{\"action\":\"send\"%' OR action LIKE '{\"action\":\"post\"%')";
    let row = sqlx::query(sql).bind(from.as_millisecond()).bind(until.as_millisecond()).fetch_one(connection).await?;
    Ok(u64::try_from(row.try_get::<i64, _>(0)?)?)
}
