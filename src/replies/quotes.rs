//! Words of customers that we may quote: asked for, cleared or refused; and who said so when. Owns the table of quotes.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

/// Whether we may quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Leave {
    /// We asked.
    Asked,
    /// We may.
    Cleared,
    /// We may not.
    Refused,
}

impl Leave {
    /// The word used in columns and labels.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Cleared => "cleared",
            Self::Refused => "refused",
        }
    }
}

/// Words that we may or may not quote.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Quote {
    /// The row of the mention.
    #[serde(skip)]
    pub mention: i64,
    /// Whether we may.
    pub leave: Leave,
    /// The words; empty as long as nobody has said which.
    pub words: String,
    /// Who noted it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// How the leave was given, such as "mail of 3 May".
    pub note: Option<String>,
}

impl Quote {
    /// Keeps it in place of what was kept of its mention before.
    pub async fn keep(&self, connection: &mut AnyConnection) -> anyhow::Result<()> {
        let sql = "INSERT INTO quote (mention, state, text, by_whom, at, note) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (mention) DO UPDATE SET state = excluded.state, text = excluded.text, by_whom = excluded.by_whom,
            at = excluded.at, note = excluded.note";
        sqlx::query(sql)
            .bind(self.mention)
            .bind(self.leave.as_str())
            .bind(&self.words)
            .bind(&self.by)
            .bind(self.at.as_millisecond())
            .bind(&self.note)
            .execute(connection)
            .await?;
        Ok(())
    }

    /// All of them, the latest first.
    pub async fn all(connection: &mut AnyConnection) -> anyhow::Result<Vec<Self>> {
        let rows = sqlx::query("SELECT * FROM quote ORDER BY at DESC, mention DESC").fetch_all(connection).await?;
        rows.iter().map(read).collect()
    }

    /// Some of those that stand so, or of all; the latest first, behind the first `skip`.
    pub async fn some(connection: &mut AnyConnection, leave: Option<Leave>, skip: usize, most: usize) -> anyhow::Result<Vec<Self>> {
        let (skip, most) = (i64::try_from(skip)?, i64::try_from(most)?);
        let sql = match leave {
            Some(_) => "SELECT * FROM quote WHERE state = $3 ORDER BY at DESC, mention DESC LIMIT $1 OFFSET $2",
            None => "SELECT * FROM quote ORDER BY at DESC, mention DESC LIMIT $1 OFFSET $2",
        };
        let query = sqlx::query(sql).bind(most).bind(skip);
        let query = leave.into_iter().fold(query, |query, leave| query.bind(leave.as_str()));
        query.fetch_all(connection).await?.iter().map(read).collect()
    }

    /// How many stand so.
    pub async fn count(connection: &mut AnyConnection, leave: Leave) -> anyhow::Result<usize> {
        let row = sqlx::query("SELECT COUNT(*) FROM quote WHERE state = $1").bind(leave.as_str()).fetch_one(connection).await?;
        Ok(usize::try_from(row.try_get::<i64, _>(0)?)?)
    }

    /// That of one mention.
    pub async fn of(connection: &mut AnyConnection, mention: i64) -> anyhow::Result<Option<Self>> {
        let row = sqlx::query("SELECT * FROM quote WHERE mention = $1").bind(mention).fetch_optional(connection).await?;
        row.as_ref().map(read).transpose()
    }
}

/// Notes that we asked; what was said before stands.
pub(super) async fn asked(connection: &mut AnyConnection, mention: i64, by: &str, now: Timestamp) -> anyhow::Result<()> {
    if Quote::of(connection, mention).await?.is_some() {
        return Ok(());
    }
    Quote { mention, leave: Leave::Asked, words: String::new(), by: by.to_owned(), at: now, note: None }.keep(connection).await
}

/// Moves what is kept of the mention `gone` to `kept`, unless that has its own.
pub(super) async fn unite(connection: &mut AnyConnection, gone: i64, kept: i64) -> anyhow::Result<()> {
    if Quote::of(connection, kept).await?.is_none() {
        sqlx::query("UPDATE quote SET mention = $1 WHERE mention = $2").bind(kept).bind(gone).execute(&mut *connection).await?;
    }
    sqlx::query("DELETE FROM quote WHERE mention = $1").bind(gone).execute(connection).await?;
    Ok(())
}

fn read(row: &AnyRow) -> anyhow::Result<Quote> {
    Ok(Quote {
        mention: row.try_get("mention")?,
        leave: serde_json::from_value(row.try_get::<String, _>("state")?.into())?,
        words: row.try_get("text")?,
        by: row.try_get("by_whom")?,
        at: Timestamp::from_millisecond(row.try_get("at")?)?,
        note: row.try_get("note")?,
    })
}
