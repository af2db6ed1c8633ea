//! A lean reading of mentions for those who look through all of them: what they say and how it was meant, and how often each
//! phrase was found.

use std::collections::{HashMap, HashSet};

use futures_util::TryStreamExt;
use jiff::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::Store;
use super::read::{select, time, word};
use super::tags::{Said, read_tags};
use crate::mention::{Field, Lang, Polarity, Rating, Tag, Verdict};

/// What a mention says.
#[derive(Clone, Debug, PartialEq)]
pub struct Wording {
    /// Its row.
    pub row: i64,
    /// Its public id.
    pub id: String,
    /// Its title.
    pub title: Option<String>,
    /// Its text.
    pub text: String,
    /// Its language.
    pub lang: Lang,
    /// What it says in all.
    pub verdict: Verdict,
    /// The points given with it.
    pub rating: Option<Rating>,
    /// One of the sources it was seen in, always the same.
    pub source: String,
    /// The product it was taken to be about.
    pub subject: Option<String>,
    /// Every product named in it or being its subject.
    pub products: Vec<String>,
    /// When it was written, or else first seen.
    pub at: Timestamp,
    /// Where tags stand.
    pub tagged: Vec<Tagged>,
}

/// Where a tag stands in a mention, and what it says there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tagged {
    /// In which part.
    pub field: Field,
    /// First character.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
    /// For or against.
    pub polarity: Polarity,
}

impl Tagged {
    fn of(tag: &Tag) -> Self {
        Self { field: tag.field, start: tag.start, end: tag.end, polarity: tag.polarity }
    }
}

impl Store {
    /// The row of the mention that was heard last; rows count up as mentions come.
    pub async fn last_row(&self) -> anyhow::Result<i64> {
        let row = sqlx::query("SELECT COALESCE(MAX(row_id), 0) FROM mention").fetch_one(&mut *self.connection().await?).await?;
        Ok(row.try_get(0)?)
    }

    /// At most `limit` mentions whose rows follow row `after`, in their order.
    pub async fn wordings(&self, after: i64, limit: i64) -> anyhow::Result<Vec<Wording>> {
        let mut connection = self.connection().await?;
        let sql = "SELECT row_id, id, title, text, lang, verdict, rating_value, rating_worst, rating_best, subject, products, \
                   published_at, first_seen_at, tags FROM mention WHERE row_id > $1 ORDER BY row_id LIMIT $2";
        let found = sqlx::query(sql).bind(after).bind(limit).fetch_all(&mut *connection).await?;
        let mut wordings = found.iter().map(wording).collect::<anyhow::Result<Vec<_>>>()?;
        let rows: Vec<i64> = wordings.iter().map(|wording| wording.row).collect();
        for (chunk, rows) in wordings.chunks_mut(500).zip(rows.chunks(500)) {
            let mut sources = sources(&mut connection, rows).await?;
            for wording in chunk {
                wording.source = sources.remove(&wording.row).unwrap_or_default();
            }
        }
        Ok(wordings)
    }

    /// In how many mentions each phrase of each list was found, by (list, phrase).
    pub async fn phrases_found(&self) -> anyhow::Result<HashMap<(String, String), i64>> {
        let mut found = HashMap::new();
        let mut connection = self.connection().await?;
        let mut rows = sqlx::query("SELECT tags, title, text FROM mention WHERE tags <> '[]'").fetch(&mut *connection);
        while let Some(row) = rows.try_next().await? {
            let tags = read_tags(row.try_get(0)?, Said { title: row.try_get(1)?, text: row.try_get(2)? })?;
            // A list is kept with its version behind an `@`; all versions of it count together.
            let list = |tag: &Tag| tag.list.split('@').next().unwrap_or_default().to_owned();
            let phrases: HashSet<(String, String)> = tags.into_iter().map(|tag| (list(&tag), tag.phrase)).collect();
            phrases.into_iter().for_each(|phrase| *found.entry(phrase).or_insert(0) += 1);
        }
        drop(rows);
        Ok(found)
    }
}

async fn sources(connection: &mut AnyConnection, rows: &[i64]) -> anyhow::Result<HashMap<i64, String>> {
    let found = select(connection, "SELECT mention, MIN(source) FROM sighting WHERE mention IN", rows, " GROUP BY mention").await?;
    found.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

fn wording(row: &AnyRow) -> anyhow::Result<Wording> {
    let lang: String = row.try_get("lang")?;
    let products: String = row.try_get("products")?;
    let published: Option<i64> = row.try_get("published_at")?;
    let rating = (row.try_get("rating_value")?, row.try_get("rating_worst")?, row.try_get("rating_best")?);
    let (title, text): (Option<String>, String) = (row.try_get("title")?, row.try_get("text")?);
    let said = Said { title: title.as_deref(), text: &text };
    Ok(Wording {
        row: row.try_get("row_id")?,
        id: row.try_get("id")?,
        tagged: read_tags(row.try_get("tags")?, said)?.iter().map(Tagged::of).collect(),
        title,
        text,
        lang: Lang::parse(&lang).ok_or_else(|| anyhow::anyhow!("`{lang}` is not a language"))?,
        verdict: word(row.try_get("verdict")?)?,
        rating: match rating {
            (Some(value), Some(worst), Some(best)) => Rating::new(value, worst, best),
            _ => None,
        },
        source: String::new(),
        subject: row.try_get("subject")?,
        products: serde_json::from_str(&products)?,
        at: time(published.map_or_else(|| row.try_get("first_seen_at"), Ok)?)?,
    })
}
