//! Searches that people keep: named, owned, shared, each with a private token for its feed and the alerts it leads to.
//!
//! Owns the tables of saved searches and alerts. Knows nothing of how a search is answered or an alert delivered.

mod alerts;

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

pub use alerts::{Alert, GroupedAlerts, alerts_of, forget_mentions, grouped, queue};

/// When somebody wants to hear of new mentions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Alerting {
    /// Never.
    #[default]
    Off,
    /// Of each at once.
    Now,
    /// Of all of an hour together.
    Hourly,
    /// Of all of a day together.
    Daily,
}

impl Alerting {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Off, Self::Now, Self::Hourly, Self::Daily];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Now => "now",
            Self::Hourly => "hourly",
            Self::Daily => "daily",
        }
    }
}

impl fmt::Display for Alerting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A kept search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SavedSearch {
    /// Its name.
    pub name: String,
    /// What it searches for.
    pub query: String,
    /// Whose it is.
    pub owner: Option<String>,
    /// Whether others are shown it too.
    pub shared: bool,
    /// When its owner wants to hear of new mentions.
    pub alert: Alerting,
    /// Whether the digest has it.
    pub digest: bool,
    /// Who knows this may read its feed.
    #[serde(skip)]
    pub token: String,
    /// When it was saved.
    pub made: Timestamp,
    /// The change of the store from which on mentions are new to it.
    #[serde(skip)]
    pub since: i64,
    /// When that was.
    #[serde(skip)]
    pub since_at: Timestamp,
    /// The change up to which it has been matched.
    #[serde(skip)]
    pub reached: i64,
}

impl SavedSearch {
    /// All of them, by name.
    pub async fn all(connection: &mut AnyConnection) -> anyhow::Result<Vec<Self>> {
        let rows = sqlx::query("SELECT * FROM saved_search ORDER BY name").fetch_all(connection).await?;
        rows.iter().map(saved).collect()
    }

    /// The one of this name.
    pub async fn named(connection: &mut AnyConnection, name: &str) -> anyhow::Result<Option<Self>> {
        let row = sqlx::query("SELECT * FROM saved_search WHERE name = $1").bind(name).fetch_optional(connection).await?;
        row.as_ref().map(saved).transpose()
    }

    /// The one whose feed this token opens.
    pub async fn of_token(connection: &mut AnyConnection, token: &str) -> anyhow::Result<Option<Self>> {
        let row = sqlx::query("SELECT * FROM saved_search WHERE token = $1").bind(token).fetch_optional(connection).await?;
        row.as_ref().map(saved).transpose()
    }

    /// Keeps it, in place of what was kept under its name.
    pub async fn keep(&self, connection: &mut AnyConnection) -> sqlx::Result<()> {
        let sql = "INSERT INTO saved_search (name, query, owner, shared, alert, digest, token, made_at, since, since_at, reached)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            ON CONFLICT (name) DO UPDATE SET query = excluded.query, owner = excluded.owner, shared = excluded.shared,
            alert = excluded.alert, digest = excluded.digest, token = excluded.token, since = excluded.since,
            since_at = excluded.since_at, reached = excluded.reached";
        sqlx::query(sql)
            .bind(&self.name)
            .bind(&self.query)
            .bind(&self.owner)
            .bind(i64::from(self.shared))
            .bind(self.alert.as_str())
            .bind(i64::from(self.digest))
            .bind(&self.token)
            .bind(self.made.as_millisecond())
            .bind(self.since)
            .bind(self.since_at.as_millisecond())
            .bind(self.reached)
            .execute(connection)
            .await?;
        Ok(())
    }

    /// Forgets the one of this name with its alerts; false if there is none.
    pub async fn remove(connection: &mut AnyConnection, name: &str) -> sqlx::Result<bool> {
        sqlx::query("DELETE FROM alert WHERE search = $1").bind(name).execute(&mut *connection).await?;
        let done = sqlx::query("DELETE FROM saved_search WHERE name = $1").bind(name).execute(connection).await?;
        Ok(done.rows_affected() > 0)
    }
}

/// A token that nobody guesses: 128 random bits.
pub fn new_token() -> anyhow::Result<String> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|error| anyhow::anyhow!("this machine gives no random numbers: {error}"))?;
    Ok(random.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn saved(row: &AnyRow) -> anyhow::Result<SavedSearch> {
    let time = |column: &str| -> anyhow::Result<Timestamp> { Ok(Timestamp::from_millisecond(row.try_get(column)?)?) };
    Ok(SavedSearch {
        name: row.try_get("name")?,
        query: row.try_get("query")?,
        owner: row.try_get("owner")?,
        shared: row.try_get::<i64, _>("shared")? != 0,
        alert: serde_json::from_value(row.try_get::<String, _>("alert")?.into())?,
        digest: row.try_get::<i64, _>("digest")? != 0,
        token: row.try_get("token")?,
        made: time("made_at")?,
        since: row.try_get("since")?,
        since_at: time("since_at")?,
        reached: row.try_get("reached")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_tokens_are_alike() {
        let tokens: std::collections::BTreeSet<String> = (0..100).map(|_| new_token().unwrap()).collect();
        assert_eq!(tokens.len(), 100);
        assert!(tokens.iter().all(|token| token.len() == 32 && token.chars().all(|digit| digit.is_ascii_hexdigit())));
    }
}
