//! Phrases that were proposed for the lists by assistants, and proposals of any kind that somebody turned down, so that they are not
//! made again.
//!
//! Owns their tables. Knows nothing of how phrases come to be proposed, nor of what the lists have.

use anyhow::Context;
use jiff::Timestamp;
use serde::Serialize;
use sqlx::Row;
use sqlx::any::AnyRow;

use crate::mention::Polarity;
use crate::store::{Store, Tx};
use crate::text::fold;

/// A phrase that an assistant proposed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProposedPhrase {
    /// The phrase.
    pub phrase: String,
    /// What it would be listed as.
    pub polarity: Polarity,
    /// Its language, if it was said.
    pub lang: Option<String>,
    /// Its theme, if it was said.
    pub theme: Option<String>,
    /// Why.
    pub why: String,
    /// The mentions it was found in.
    pub mentions: Vec<String>,
    /// Who proposed it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A proposal that was turned down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// The phrase as it was written.
    pub phrase: String,
    /// When it was turned down.
    pub at: Timestamp,
}

/// Keeps a proposed phrase; tells whether it was not proposed before.
pub async fn propose(tx: &mut Tx<'_>, proposed: &ProposedPhrase) -> anyhow::Result<bool> {
    let sql = "INSERT INTO proposed_phrase (folded, phrase, polarity, lang, theme, why, mentions, proposed_by, proposed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (folded) DO NOTHING";
    let done = sqlx::query(sql)
        .bind(fold(&proposed.phrase))
        .bind(&proposed.phrase)
        .bind(proposed.polarity.as_str())
        .bind(proposed.lang.as_deref())
        .bind(proposed.theme.as_deref())
        .bind(&proposed.why)
        .bind(serde_json::to_string(&proposed.mentions)?)
        .bind(&proposed.by)
        .bind(proposed.at.as_millisecond())
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() > 0)
}

/// All that were proposed, the newest first, whatever has become of them.
pub async fn proposed(store: &Store) -> anyhow::Result<Vec<ProposedPhrase>> {
    let sql = "SELECT phrase, polarity, lang, theme, why, mentions, proposed_by, proposed_at FROM proposed_phrase
        ORDER BY proposed_at DESC, folded";
    let rows = sqlx::query(sql).fetch_all(&mut *store.connection().await?).await?;
    rows.iter().map(read_proposed).collect()
}

fn read_proposed(row: &AnyRow) -> anyhow::Result<ProposedPhrase> {
    let polarity: String = row.try_get(1)?;
    Ok(ProposedPhrase {
        phrase: row.try_get(0)?,
        polarity: Polarity::parse(&polarity).with_context(|| format!("a proposed phrase has the polarity `{polarity}`"))?,
        lang: row.try_get(2)?,
        theme: row.try_get(3)?,
        why: row.try_get(4)?,
        mentions: serde_json::from_str(&row.try_get::<String, _>(5)?).context("a proposed phrase has bad mentions")?,
        by: row.try_get(6)?,
        at: Timestamp::from_millisecond(row.try_get(7)?)?,
    })
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
    let read = |row: &AnyRow| Ok(Rejected { phrase: row.try_get(0)?, at: Timestamp::from_millisecond(row.try_get(1)?)? });
    rows.iter().map(read).collect()
}
