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

/// Which deeds are wanted.
#[derive(Clone, Copy, Debug)]
pub struct Which<'a> {
    /// Only this person's.
    pub who: Option<&'a str>,
    /// Only of this kind.
    pub what: Option<&'a str>,
    /// Only what is told of with these words.
    pub about: Option<&'a str>,
    /// From the first of these times until before the second.
    pub period: (Timestamp, Timestamp),
}

/// What was done, the newest first, at most `most`.
pub async fn noted(connection: &mut AnyConnection, which: Which<'_>, most: i64) -> anyhow::Result<Vec<Deed>> {
    let sql = "SELECT at, who, what, about FROM person_audit WHERE at >= $1 AND at < $2 AND ($3 = '' OR LOWER(who) = $4)
        AND ($5 = '' OR what = $6) AND ($7 = '' OR LOWER(about) LIKE $8) ORDER BY number DESC LIMIT $9";
    let (who, what) = (which.who.unwrap_or_default().to_lowercase(), which.what.unwrap_or_default());
    let about = which.about.unwrap_or_default().to_lowercase();
    let query = sqlx::query(sql).bind(which.period.0.as_millisecond()).bind(which.period.1.as_millisecond()).bind(&who).bind(&who);
    let query = query.bind(what).bind(what).bind(&about).bind(format!("%{about}%")).bind(most);
    let deed = |row: &sqlx::any::AnyRow| {
        let at = Timestamp::from_millisecond(row.try_get(0)?)?;
        Ok(Deed { at, who: row.try_get(1)?, what: row.try_get(2)?, about: row.try_get(3)? })
    };
    query.fetch_all(connection).await?.iter().map(deed).collect()
}
