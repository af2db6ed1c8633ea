//! Reading mentions back, with their tags and sightings beside them, and following the change sequence.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::{Any, AnyConnection, Arguments, AssertSqlSafe, Decode, Row, Type};

use super::beside::read_sightings;
use super::corrected::read_corrections;
use super::revisions::{Revision, revisions};
use super::rows::Placeholders;
use super::save::Decision;
use super::tags::read_tags;
use super::writing::READ_MENTIONS;
use super::{Counts, Store, Tx};
use crate::mention::{Author, Context, Lang, Mention, Precision, Published, Rating};
use crate::noise::Flag;
use crate::phrases::{Correction, Tagging};

/// A mention as kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// Its row, lasting within this store.
    pub row: i64,
    /// Its public id.
    pub id: String,
    /// The number of its last change.
    pub changed: i64,
    /// What it says.
    pub mention: Mention,
    /// The product it was taken to be about when it was tagged.
    pub subject: Option<String>,
    /// Its tags and verdict.
    pub tagging: Tagging,
    /// Where it was seen, first first.
    pub sightings: Vec<Sighting>,
    /// What people said against its tags, in that order.
    pub corrections: Vec<Correction>,
    /// When it was first seen.
    pub first_seen: Timestamp,
    /// 1, and one more for each time its author changed it.
    pub revision: i64,
    /// What it said before, oldest first.
    pub revisions: Vec<Revision>,
    /// Why it is put aside as noise, in words; none if it is not.
    pub filtered: Option<String>,
    /// What it is marked with.
    pub flags: Vec<Flag>,
    /// What a person decided in the place of the rules of noise.
    pub decided: Option<Decision>,
    pub(super) content: i64,
    /// The source whose words it shows, and its own id there.
    pub(super) content_source: String,
    pub(super) content_own_id: Option<String>,
    /// How it counted in the totals when it was read.
    pub(super) counted: Counts,
}

impl Stored {
    /// Since when it is shown nowhere any more; none while it is shown somewhere.
    pub fn gone(&self) -> Option<Timestamp> {
        let gone: Option<Vec<Timestamp>> = self.sightings.iter().map(|sighting| sighting.gone).collect();
        gone?.into_iter().max()
    }

    /// The place whose words it shows.
    pub fn shown_at(&self) -> Option<&Sighting> {
        let own_id = self.content_own_id.as_deref();
        let of_source = || self.sightings.iter().filter(|sighting| sighting.source == self.content_source);
        of_source().find(|sighting| own_id.is_none_or(|own_id| own_id == sighting.own_id)).or_else(|| of_source().next())
    }
}

/// A place where a mention was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// The source.
    pub source: String,
    /// The source's kind.
    pub kind: String,
    /// The mention's own id there; empty if it has none.
    pub own_id: String,
    /// Where a person can open it there.
    pub url: Option<String>,
    /// When it was first seen there.
    pub seen: Timestamp,
    /// Since when it is no longer shown there.
    pub gone: Option<Timestamp>,
}

/// Mentions that changed.
#[derive(Debug)]
pub struct Changes {
    /// They, in the order of their last change.
    pub mentions: Vec<Stored>,
    /// Ids that turned out to mean one of them too, by its row.
    pub aliases: HashMap<i64, Vec<String>>,
    /// Rows that are gone: their mentions turned out to be others, or were erased.
    pub gone: Vec<i64>,
    /// The change number up to which nothing is missing.
    pub reached: i64,
}

impl Store {
    /// At most `limit` mentions changed after change number `after`.
    pub async fn changes(&self, after: i64, limit: i64) -> anyhow::Result<Changes> {
        // Read before the mentions, so that what is committed meanwhile is not taken for seen.
        let latest = self.latest_change().await?;
        let found = sqlx::query("SELECT row_id FROM mention WHERE changed > $1 ORDER BY changed LIMIT $2")
            .bind(after)
            .bind(limit)
            .fetch_all(&self.pool)
            .await?;
        let rows = found.iter().map(|row| row.try_get(0)).collect::<Result<Vec<i64>, _>>()?;
        let full = i64::try_from(rows.len())? == limit;
        let mut mentions = self.mentions(&rows).await?;
        mentions.sort_by_key(|mention| mention.changed);
        let reached = match mentions.last() {
            Some(last) if full => last.changed,
            _ => latest.max(after),
        };
        let sql = "SELECT row_id FROM mention_alias WHERE changed > $1 AND changed <= $2
            UNION ALL SELECT row_id FROM erased_mention WHERE changed > $3 AND changed <= $4";
        let gone = sqlx::query(sql).bind(after).bind(reached).bind(after).bind(reached).fetch_all(&self.pool).await?;
        let gone = gone.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
        Ok(Changes { aliases: self.aliases(&rows).await?, mentions, gone, reached })
    }

    /// The other ids that lead to each of these rows.
    async fn aliases(&self, rows: &[i64]) -> anyhow::Result<HashMap<i64, Vec<String>>> {
        let mut connection = self.pool.acquire().await?;
        let mut aliases: HashMap<i64, Vec<String>> = HashMap::new();
        for chunk in rows.chunks(500) {
            for row in select(&mut connection, "SELECT mention, id FROM mention_alias WHERE mention IN", chunk, " ORDER BY id").await? {
                aliases.entry(row.try_get(0)?).or_default().push(row.try_get(1)?);
            }
        }
        Ok(aliases)
    }

    /// The row of the mention with this public id, or with one that turned out to be the same; none if there is none.
    pub async fn row_of(&self, id: &str) -> anyhow::Result<Option<i64>> {
        let sql = "SELECT row_id FROM mention WHERE id = $1 UNION ALL SELECT mention FROM mention_alias WHERE id = $2";
        let row = sqlx::query(sql).bind(id).bind(id).fetch_optional(&self.pool).await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    /// How many mentions changed after change number `after`.
    pub async fn changed_since(&self, after: i64) -> anyhow::Result<i64> {
        Ok(sqlx::query("SELECT COUNT(*) FROM mention WHERE changed > $1").bind(after).fetch_one(&self.pool).await?.try_get(0)?)
    }

    /// The number of the latest committed change.
    pub async fn latest_change(&self) -> anyhow::Result<i64> {
        Ok(sqlx::query("SELECT reached FROM change_sequence WHERE one = 1").fetch_one(&self.pool).await?.try_get(0)?)
    }

    /// The mentions of these rows, in this order; rows that are gone are left out.
    pub async fn mentions(&self, rows: &[i64]) -> anyhow::Result<Vec<Stored>> {
        let mut connection = self.pool.acquire().await?;
        load(&mut connection, rows).await
    }

    /// The number of the last change of each of these rows, in any order; rows that are gone are left out.
    pub async fn last_changes(&self, rows: &[i64]) -> anyhow::Result<HashMap<i64, i64>> {
        let mut connection = self.pool.acquire().await?;
        let mut changes = HashMap::with_capacity(rows.len());
        for chunk in rows.chunks(500) {
            for row in select(&mut connection, "SELECT row_id, changed FROM mention WHERE row_id IN", chunk, "").await? {
                changes.insert(row.try_get(0)?, row.try_get(1)?);
            }
        }
        Ok(changes)
    }

    /// Those of `rows` whose author changed what they say at `since` or later.
    pub async fn edited_since(&self, rows: &[i64], since: Timestamp) -> anyhow::Result<Vec<i64>> {
        let mut connection = self.pool.acquire().await?;
        let mut edited = Vec::new();
        for chunk in rows.chunks(500) {
            for row in select(&mut connection, "SELECT mention, replaced_at FROM revision WHERE mention IN", chunk, "").await? {
                if row.try_get::<i64, _>(1)? >= since.as_millisecond() {
                    edited.push(row.try_get(0)?);
                }
            }
        }
        edited.sort_unstable();
        edited.dedup();
        Ok(edited)
    }
}

impl Tx<'_> {
    /// The mentions of these rows as this transaction sees them; rows that are gone are left out.
    pub async fn load(&mut self, rows: &[i64]) -> anyhow::Result<Vec<Stored>> {
        load(&mut self.inner, rows).await
    }
}

async fn load(connection: &mut AnyConnection, rows: &[i64]) -> anyhow::Result<Vec<Stored>> {
    let mut found = HashMap::with_capacity(rows.len());
    for chunk in rows.chunks(500) {
        let (mut bare, mut changed) = (Vec::new(), Vec::new());
        for row in select(&mut *connection, READ_MENTIONS, chunk, "").await? {
            let (stored, has_sightings) = stored(&row)?;
            if !has_sightings {
                bare.push(stored.row);
            }
            if stored.revision > 1 {
                changed.push(stored.row);
            }
            found.insert(stored.row, stored);
        }
        for (row, sighting) in sightings(&mut *connection, &bare).await? {
            if let Some(stored) = found.get_mut(&row) {
                stored.sightings.push(sighting);
            }
        }
        for (row, revision) in revisions(&mut *connection, &changed).await? {
            if let Some(stored) = found.get_mut(&row) {
                stored.revisions.push(revision);
            }
        }
    }
    let mut mentions: Vec<Stored> = rows.iter().filter_map(|row| found.remove(row)).collect();
    mentions.iter_mut().for_each(|stored| stored.counted = Counts::of(stored));
    Ok(mentions)
}

/// Runs `sql (keys) tail` for a list of numbers.
pub(crate) async fn select(connection: &mut AnyConnection, sql: &str, keys: &[i64], tail: &str) -> sqlx::Result<Vec<AnyRow>> {
    let mut values = AnyArguments::default();
    // A list of a round length, its last key repeated, keeps the number of different statements small.
    let padded = keys.len().next_power_of_two();
    for key in keys.iter().chain(std::iter::repeat_n(keys.last().unwrap_or(&0), padded - keys.len())) {
        values.add(*key).map_err(sqlx::Error::Encode)?;
    }
    let mut sql = format!("{sql} (");
    Placeholders::of(connection).write(&mut sql, 0, padded);
    sql.push(')');
    sql.push_str(tail);
    sqlx::query_with(AssertSqlSafe(sql), values).fetch_all(connection).await
}

/// The sightings of these rows by the table that is the truth of them.
async fn sightings(connection: &mut AnyConnection, rows: &[i64]) -> anyhow::Result<Vec<(i64, Sighting)>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut sightings = Vec::new();
    for row in select(connection, "SELECT * FROM sighting WHERE mention IN", rows, " ORDER BY mention, seen_at, source").await? {
        let sighting = Sighting {
            source: row.try_get("source")?,
            kind: row.try_get("kind")?,
            own_id: row.try_get("own_id")?,
            url: row.try_get("url")?,
            seen: time(row.try_get("seen_at")?)?,
            gone: row.try_get::<Option<i64>, _>("gone_at")?.map(time).transpose()?,
        };
        sightings.push((row.try_get("mention")?, sighting));
    }
    Ok(sightings)
}

/// The columns of a row one after the other: looking each up by its name would cost as much as reading it.
struct InOrder<'r> {
    row: &'r AnyRow,
    at: usize,
}

impl<'r> InOrder<'r> {
    fn next<T: Decode<'r, Any> + Type<Any>>(&mut self) -> sqlx::Result<T> {
        self.at += 1;
        self.row.try_get(self.at - 1)
    }
}

/// A mention, and whether its sightings stand beside it; its revisions never do.
fn stored(row: &AnyRow) -> anyhow::Result<(Stored, bool)> {
    let row = &mut InOrder { row, at: 0 };
    let (row_id, id, changed) = (row.next()?, row.next()?, row.next()?);
    let (content, content_source) = (row.next()?, row.next()?);
    let mention = mention(row)?;
    let subject = row.next()?;
    let notes: Option<&str> = row.next()?;
    let mut tagging = tagging(row)?;
    let (first_seen, revision) = (time(row.next()?)?, row.next()?);
    tagging.tags = read_tags(row.next()?, (&mention).into())?;
    let sightings: Option<&str> = row.next()?;
    let stored = Stored {
        row: row_id,
        id,
        changed,
        subject,
        tagging,
        sightings: sightings.map_or_else(|| Ok(Vec::new()), |json| read_sightings(json, mention.url.as_ref()))?,
        first_seen,
        revision,
        revisions: Vec::new(),
        content,
        content_source,
        content_own_id: row.next()?,
        filtered: {
            // What follows from the sightings is kept for others to ask for.
            let _gone_at: Option<i64> = row.next()?;
            row.next()?
        },
        decided: row.next::<Option<&str>>()?.and_then(Decision::named),
        flags: list(row.next()?)?,
        corrections: read_corrections(row.next()?)?,
        counted: Counts::default(),
        mention: Mention { notes: list(notes)?, context: context(row.next()?)?, ..mention },
    };
    Ok((stored, sightings.is_some()))
}

/// From the title to what the author says it is about.
fn mention(row: &mut InOrder<'_>) -> anyhow::Result<Mention> {
    let (title, text) = (row.next()?, row.next()?);
    let url: Option<&str> = row.next()?;
    let (author, handle): (Option<String>, _) = (row.next()?, row.next()?);
    let (published, precision): (Option<i64>, Option<&str>) = (row.next()?, row.next()?);
    let edited: Option<i64> = row.next()?;
    let precision = precision.map(word).transpose()?.unwrap_or(Precision::Instant);
    let rating = (row.next()?, row.next()?, row.next()?);
    Ok(Mention {
        own_id: None,
        url: url.map(str::parse).transpose()?,
        author: author.map(|name| Author { name, handle }),
        title,
        text,
        published: published.map(time).transpose()?.map(|at| Published { at, precision }),
        edited: edited.map(time).transpose()?,
        rating: match rating {
            (Some(value), Some(worst), Some(best)) => Rating::new(value, worst, best),
            _ => None,
        },
        lang: row.next::<Option<&str>>()?.and_then(Lang::parse),
        about: row.next()?,
        notes: Vec::new(),
        context: Context::default(),
    })
}

/// From the language to whether it is severe, without the tags.
fn tagging(row: &mut InOrder<'_>) -> anyhow::Result<Tagging> {
    let lang: &str = row.next()?;
    let products: &str = row.next()?;
    let verdict: &str = row.next()?;
    Ok(Tagging {
        lang: Lang::parse(lang).ok_or_else(|| anyhow::anyhow!("`{lang}` is not a language"))?,
        tags: Vec::new(),
        verdict: word(verdict)?,
        why: row.next()?,
        ugly: row.next::<i64>()? != 0,
        products: serde_json::from_str(products)?,
    })
}

/// A list kept as JSON where it is not empty.
fn list<T: DeserializeOwned>(json: Option<&str>) -> serde_json::Result<Vec<T>> {
    json.map_or_else(|| Ok(Vec::new()), serde_json::from_str)
}

/// What stands around a mention, kept as JSON where anything is known.
fn context(json: Option<&str>) -> serde_json::Result<Context> {
    json.map_or_else(|| Ok(Context::default()), serde_json::from_str)
}

/// A value kept as the word that JSON has for it.
pub(super) fn word<T: DeserializeOwned>(text: &str) -> anyhow::Result<T> {
    Ok(T::deserialize(serde::de::value::StrDeserializer::<serde::de::value::Error>::new(text))?)
}

/// A time kept as milliseconds.
pub(super) fn time(millis: i64) -> anyhow::Result<Timestamp> {
    Ok(Timestamp::from_millisecond(millis)?)
}
