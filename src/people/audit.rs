//! What people changed: who, when, what. Only ever added to.

use jiff::Timestamp;
use sqlx::{AnyConnection, Row};

/// Something that somebody did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// When.
    pub at: Timestamp,
    /// Who: a person's name, or `command line`.
    pub who: String,
    /// What, as a key: `signed-in`, `role`, `corrected` ….
    pub what: String,
    /// To whom or what, and how.
    pub about: String,
}

/// Notes what somebody did, in the transaction that does it.
pub async fn note(connection: &mut AnyConnection, at: Timestamp, who: &str, what: &str, about: &str) -> sqlx::Result<()> {
    let sql = "INSERT INTO person_audit (number, at, who, what, about)
        SELECT COALESCE(MAX(number), 0) + 1, $1, $2, $3, $4 FROM person_audit";
    sqlx::query(sql).bind(at.as_millisecond()).bind(who).bind(what).bind(about).execute(connection).await?;
    Ok(())
}

/// What was done, the newest first, from the `skip`th on.
pub async fn noted(connection: &mut AnyConnection, limit: i64, skip: i64) -> anyhow::Result<Vec<Deed>> {
    let sql = "SELECT at, who, what, about FROM person_audit ORDER BY number DESC LIMIT $1 OFFSET $2";
    let rows = sqlx::query(sql).bind(limit).bind(skip).fetch_all(connection).await?;
    rows.iter().map(deed).collect()
}

/// What was done of one kind, the newest first.
pub async fn noted_as(connection: &mut AnyConnection, what: &str, limit: i64) -> anyhow::Result<Vec<Deed>> {
    let sql = "SELECT at, who, what, about FROM person_audit WHERE what = $1 ORDER BY number DESC LIMIT $2";
    let rows = sqlx::query(sql).bind(what).bind(limit).fetch_all(connection).await?;
    rows.iter().map(deed).collect()
}

fn deed(row: &sqlx::any::AnyRow) -> anyhow::Result<Deed> {
    let at = Timestamp::from_millisecond(row.try_get(0)?)?;
    Ok(Deed { at, who: row.try_get(1)?, what: row.try_get(2)?, about: row.try_get(3)? })
}
