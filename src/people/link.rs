//! Links that let somebody in once: the first admin, somebody who chooses a password, or the viewer of the demo.

use jiff::Timestamp;
use sqlx::{AnyConnection, Row};

use super::secret::{Secret, kept};

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To make the first admin.
    Setup,
    /// To choose a password.
    Password,
    /// To sign in without one; it may be used again until it ends.
    Enter,
}

impl Purpose {
    /// The word for it, as in addresses: `/setup/…`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Password => "password",
            Self::Enter => "enter",
        }
    }
}

/// A link that still holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Whom it is for; empty where nobody has a name yet.
    pub person: String,
    /// Until when.
    pub until: Timestamp,
}

impl Link {
    /// Makes a link, in place of those of the same purpose that the person had.
    pub async fn make(connection: &mut AnyConnection, person: &str, purpose: Purpose, until: Timestamp) -> anyhow::Result<Secret> {
        let secret = Secret::fresh()?;
        sqlx::query("DELETE FROM person_link WHERE person = $1 AND purpose = $2")
            .bind(person)
            .bind(purpose.as_str())
            .execute(&mut *connection)
            .await?;
        sqlx::query("INSERT INTO person_link (hash, person, purpose, until_at) VALUES ($1, $2, $3, $4)")
            .bind(kept(secret.told()))
            .bind(person)
            .bind(purpose.as_str())
            .bind(until.as_millisecond())
            .execute(connection)
            .await?;
        Ok(secret)
    }

    /// The link with this secret, if it holds at `now`.
    pub async fn of_secret(connection: &mut AnyConnection, secret: &str, purpose: Purpose, now: Timestamp) -> anyhow::Result<Option<Self>> {
        let sql = "SELECT person, until_at FROM person_link WHERE hash = $1 AND purpose = $2 AND until_at > $3";
        let query = sqlx::query(sql).bind(kept(secret)).bind(purpose.as_str()).bind(now.as_millisecond());
        let Some(row) = query.fetch_optional(connection).await? else { return Ok(None) };
        Ok(Some(Self { person: row.try_get(0)?, until: Timestamp::from_millisecond(row.try_get(1)?)? }))
    }

    /// Uses it up; false if somebody else was first.
    pub async fn use_up(connection: &mut AnyConnection, secret: &str) -> sqlx::Result<bool> {
        let done = sqlx::query("DELETE FROM person_link WHERE hash = $1").bind(kept(secret)).execute(connection).await?;
        Ok(done.rows_affected() == 1)
    }
}
