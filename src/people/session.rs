//! Sessions: who is signed in where, and until when.

use std::time::Duration;

use jiff::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::secret::kept;
use crate::clock::later;

/// Where somebody is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// What is kept of its secret.
    pub hash: String,
    /// Who.
    pub person: String,
    /// Since when.
    pub made: Timestamp,
    /// When it was last used.
    pub seen: Timestamp,
    /// The address it was made from.
    pub address: Option<String>,
    /// What the browser calls itself.
    pub agent: Option<String>,
}

/// How long sessions last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lasting {
    /// Without being used.
    pub idle: Duration,
    /// In all.
    pub longest: Duration,
}

/// The time of use is written this often at most.
const SEEN_EVERY: Duration = Duration::from_secs(300);

impl Session {
    /// Whether it still holds at `now`.
    pub fn holds(&self, lasting: Lasting, now: Timestamp) -> bool {
        now < later(self.seen, lasting.idle) && now < later(self.made, lasting.longest)
    }

    /// Whether its last use is so long ago that a new one is to be noted.
    pub fn is_to_be_noted(&self, now: Timestamp) -> bool {
        now >= later(self.seen, SEEN_EVERY)
    }

    /// The session with this secret, whether or not it still holds.
    pub async fn of_secret(connection: &mut AnyConnection, secret: &str) -> anyhow::Result<Option<Self>> {
        let row = sqlx::query("SELECT * FROM person_session WHERE hash = $1").bind(kept(secret)).fetch_optional(connection).await?;
        row.as_ref().map(session).transpose()
    }

    /// Those of a person, the last used first.
    pub async fn of_person(connection: &mut AnyConnection, person: &str) -> anyhow::Result<Vec<Self>> {
        let sql = "SELECT * FROM person_session WHERE person = $1 ORDER BY seen_at DESC, hash";
        let rows = sqlx::query(sql).bind(person).fetch_all(connection).await?;
        rows.iter().map(session).collect()
    }

    /// Keeps it.
    pub async fn keep(&self, connection: &mut AnyConnection) -> sqlx::Result<()> {
        let sql = "INSERT INTO person_session (hash, person, made_at, seen_at, address, agent) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (hash) DO UPDATE SET seen_at = excluded.seen_at";
        sqlx::query(sql)
            .bind(&self.hash)
            .bind(&self.person)
            .bind(self.made.as_millisecond())
            .bind(self.seen.as_millisecond())
            .bind(&self.address)
            .bind(&self.agent)
            .execute(connection)
            .await?;
        Ok(())
    }

    /// Ends the one with this secret.
    pub async fn end(connection: &mut AnyConnection, secret: &str) -> sqlx::Result<()> {
        sqlx::query("DELETE FROM person_session WHERE hash = $1").bind(kept(secret)).execute(connection).await?;
        Ok(())
    }

    /// Ends all of a person.
    pub async fn end_all(connection: &mut AnyConnection, person: &str) -> sqlx::Result<u64> {
        let done = sqlx::query("DELETE FROM person_session WHERE person = $1").bind(person).execute(connection).await?;
        Ok(done.rows_affected())
    }

    /// Forgets those that hold no more at `now`.
    pub async fn forget_ended(connection: &mut AnyConnection, lasting: Lasting, now: Timestamp) -> sqlx::Result<()> {
        let before = |ago: Duration| now.as_millisecond().saturating_sub(i64::try_from(ago.as_millis()).unwrap_or(i64::MAX));
        let sql = "DELETE FROM person_session WHERE seen_at <= $1 OR made_at <= $2";
        sqlx::query(sql).bind(before(lasting.idle)).bind(before(lasting.longest)).execute(connection).await?;
        Ok(())
    }
}

fn session(row: &AnyRow) -> anyhow::Result<Session> {
    Ok(Session {
        hash: row.try_get("hash")?,
        person: row.try_get("person")?,
        made: Timestamp::from_millisecond(row.try_get("made_at")?)?,
        seen: Timestamp::from_millisecond(row.try_get("seen_at")?)?,
        address: row.try_get("address")?,
        agent: row.try_get("agent")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_when_it_is_not_used_and_in_any_case_one_day() {
        let hours = |hours: u64| later(Timestamp::UNIX_EPOCH, Duration::from_secs(hours * 3600));
        let lasting = Lasting { idle: Duration::from_secs(12 * 3600), longest: Duration::from_secs(30 * 3600) };
        let seen_at = |seen| Session { hash: String::new(), person: String::new(), made: hours(0), seen, address: None, agent: None };
        for (seen, now, holds) in [(0, 11, true), (0, 12, false), (20, 29, true), (29, 30, false)] {
            assert_eq!(seen_at(hours(seen)).holds(lasting, hours(now)), holds, "{seen} {now}");
        }
    }
}
