//! Tokens: what programs sign in with, each with a scope that narrows its owner's role.

use jiff::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::role::Scope;
use super::secret::{Secret, kept};

/// A token, as far as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Whose it is.
    pub person: String,
    /// What it is for.
    pub label: String,
    /// What it may do.
    pub scope: Scope,
    /// When it was made.
    pub made: Timestamp,
    /// The day it was last used.
    pub used: Option<Timestamp>,
}

/// What every token begins with, so that it is known where it turns up.
const BEGINS: &str = "gw_";
const USED_EVERY_MILLIS: i64 = 60_000;

impl Token {
    /// Makes a token and returns its secret; none if the person has one with this label.
    pub async fn make(&self, connection: &mut AnyConnection) -> anyhow::Result<Option<String>> {
        let secret = format!("{BEGINS}{}", Secret::fresh()?.told());
        let sql = "INSERT INTO person_token (hash, person, label, scope, made_at) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (person, label) DO NOTHING";
        let done = sqlx::query(sql)
            .bind(kept(&secret))
            .bind(&self.person)
            .bind(&self.label)
            .bind(self.scope.as_str())
            .bind(self.made.as_millisecond())
            .execute(connection)
            .await?;
        Ok((done.rows_affected() == 1).then_some(secret))
    }

    /// The token with this secret, its use noted.
    pub async fn of_secret(connection: &mut AnyConnection, secret: &str, now: Timestamp) -> anyhow::Result<Option<Self>> {
        let hash = kept(secret);
        let row = sqlx::query("SELECT * FROM person_token WHERE hash = $1").bind(&hash).fetch_optional(&mut *connection).await?;
        let Some(token) = row.as_ref().map(token).transpose()? else { return Ok(None) };
        let now = now.as_millisecond();
        if token.used.is_none_or(|used| used.as_millisecond() + USED_EVERY_MILLIS <= now) {
            sqlx::query("UPDATE person_token SET used_at = $1 WHERE hash = $2").bind(now).bind(&hash).execute(connection).await?;
        }
        Ok(Some(token))
    }

    /// Those of a person, by label.
    pub async fn of_person(connection: &mut AnyConnection, person: &str) -> anyhow::Result<Vec<Self>> {
        let rows = sqlx::query("SELECT * FROM person_token WHERE person = $1 ORDER BY label").bind(person).fetch_all(connection).await?;
        rows.iter().map(token).collect()
    }

    /// Takes back the token with this label; false if there is none.
    pub async fn remove(connection: &mut AnyConnection, person: &str, label: &str) -> sqlx::Result<bool> {
        let sql = "DELETE FROM person_token WHERE person = $1 AND label = $2";
        Ok(sqlx::query(sql).bind(person).bind(label).execute(connection).await?.rows_affected() == 1)
    }
}

fn token(row: &AnyRow) -> anyhow::Result<Token> {
    let scope: String = row.try_get("scope")?;
    let used: Option<i64> = row.try_get("used_at")?;
    Ok(Token {
        person: row.try_get("person")?,
        label: row.try_get("label")?,
        scope: Scope::parse(&scope).ok_or_else(|| anyhow::anyhow!("`{scope}` is not a scope"))?,
        made: Timestamp::from_millisecond(row.try_get("made_at")?)?,
        used: used.map(Timestamp::from_millisecond).transpose()?,
    })
}
