//! Spikes that were found, kept in their table: each told once, and brought up to date while it goes on.
//!
//! The rule that finds them stands in `spike`; here is only what is kept of them.

use anyhow::Context;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::Example;
use super::period::Period;
use super::spike::{Subject, Unusual, words};
use crate::mention::Polarity;

/// A spike, as found and as it went on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Spike {
    /// The product.
    pub product: String,
    /// Praise or complaints; all mentions if none.
    pub polarity: Option<Polarity>,
    /// The theme, if it is about one.
    pub theme: Option<String>,
    /// Its first day.
    pub from: Date,
    /// Its last day so far.
    pub until: Date,
    /// What was counted in these days.
    pub mentions: u64,
    /// What would have been usual.
    pub usual: f64,
    /// Whether the same weekdays tell what is usual, rather than all days.
    pub of_weekday: bool,
    /// The chance of so many or more.
    pub chance: f64,
    /// All that in a sentence.
    pub words: String,
    /// Finds the mentions.
    pub query: String,
    /// The rows of some.
    #[serde(skip)]
    pub rows: Vec<i64>,
    /// What those say.
    pub examples: Vec<Example>,
    /// When it was found.
    pub found: Timestamp,
    /// When it was last brought up to date.
    pub updated: Timestamp,
}

impl Spike {
    /// The spike of `subject` in `window`.
    pub fn of(subject: &Subject, window: Period, mentions: u64, unusual: Unusual, now: Timestamp) -> Self {
        let mut spike = Self {
            product: subject.product.clone(),
            polarity: subject.polarity,
            theme: subject.theme.clone(),
            from: window.from,
            until: window.until,
            mentions: 0,
            usual: super::rounded(unusual.usual.count),
            of_weekday: unusual.usual.of_weekday,
            chance: unusual.chance,
            words: String::new(),
            query: subject.scope().within(window),
            rows: Vec::new(),
            examples: Vec::new(),
            found: now,
            updated: now,
        };
        spike.count(mentions);
        spike
    }

    /// What is counted for it.
    pub fn subject(&self) -> Subject {
        Subject { product: self.product.clone(), polarity: self.polarity, theme: self.theme.clone() }
    }

    /// Its days.
    pub fn period(&self) -> Period {
        Period { from: self.from, until: self.until }
    }

    /// Sets what was counted, and says so.
    pub fn count(&mut self, mentions: u64) {
        self.mentions = mentions;
        self.words = words(&self.subject(), self.period(), mentions, self.usual, self.of_weekday, self.chance);
    }

    /// The spikes that went on until `since` or later, latest first.
    pub async fn read(connection: &mut AnyConnection, since: Date) -> anyhow::Result<Vec<Self>> {
        let sql = "SELECT * FROM spike WHERE last_day >= $1 ORDER BY last_day DESC, mentions DESC, product, polarity, theme";
        let rows = sqlx::query(sql).bind(since.to_string()).fetch_all(connection).await?;
        rows.iter().map(spike).collect()
    }

    /// The spikes that nobody has been told of, as they were found.
    pub async fn untold(connection: &mut AnyConnection) -> anyhow::Result<Vec<Self>> {
        let rows = sqlx::query("SELECT * FROM spike WHERE state = 'queued' ORDER BY found_at").fetch_all(connection).await?;
        rows.iter().map(spike).collect()
    }

    /// Notes that people have been told of it.
    pub async fn told(&self, connection: &mut AnyConnection) -> sqlx::Result<()> {
        let sql = "UPDATE spike SET state = 'told' WHERE product = $1 AND polarity = $2 AND theme = $3 AND first_day = $4";
        sqlx::query(sql)
            .bind(&self.product)
            .bind(self.polarity.map_or("", Polarity::as_str))
            .bind(self.theme.as_deref().unwrap_or_default())
            .bind(self.from.to_string())
            .execute(connection)
            .await?;
        Ok(())
    }

    /// Keeps it, in place of what was kept of it before. Returns whether it is new, and so has still to be told.
    pub async fn keep(&self, connection: &mut AnyConnection) -> anyhow::Result<bool> {
        let polarity = self.polarity.map_or("", Polarity::as_str);
        let theme = self.theme.as_deref().unwrap_or_default();
        let known = sqlx::query("SELECT 1 FROM spike WHERE product = $1 AND polarity = $2 AND theme = $3 AND first_day = $4")
            .bind(&self.product)
            .bind(polarity)
            .bind(theme)
            .bind(self.from.to_string())
            .fetch_optional(&mut *connection)
            .await?;
        let upsert = "INSERT INTO spike (product, polarity, theme, first_day, last_day, mentions, usual, of_weekday, chance, examples,
            found_at, updated_at, state) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'queued')
            ON CONFLICT (product, polarity, theme, first_day) DO UPDATE SET last_day = excluded.last_day, mentions = excluded.mentions,
            usual = excluded.usual, of_weekday = excluded.of_weekday, chance = excluded.chance, examples = excluded.examples,
            updated_at = excluded.updated_at";
        sqlx::query(upsert)
            .bind(&self.product)
            .bind(polarity)
            .bind(theme)
            .bind(self.from.to_string())
            .bind(self.until.to_string())
            .bind(i64::try_from(self.mentions)?)
            .bind(self.usual)
            .bind(i64::from(self.of_weekday))
            .bind(self.chance)
            .bind(serde_json::to_string(&self.rows)?)
            .bind(self.found.as_millisecond())
            .bind(self.updated.as_millisecond())
            .execute(connection)
            .await?;
        Ok(known.is_none())
    }
}

fn spike(row: &AnyRow) -> anyhow::Result<Spike> {
    let day = |column: &str| -> anyhow::Result<Date> { row.try_get::<String, _>(column)?.parse().context("a spike has a bad day") };
    let time = |column: &str| -> anyhow::Result<Timestamp> { Ok(Timestamp::from_millisecond(row.try_get(column)?)?) };
    let given = |text: String| (!text.is_empty()).then_some(text);
    let subject = Subject {
        product: row.try_get("product")?,
        polarity: given(row.try_get("polarity")?).map(|word| serde_json::from_value(word.into())).transpose()?,
        theme: given(row.try_get("theme")?),
    };
    let window = Period { from: day("first_day")?, until: day("last_day")? };
    let mut spike = Spike {
        from: window.from,
        until: window.until,
        mentions: 0,
        usual: row.try_get("usual")?,
        of_weekday: row.try_get::<i64, _>("of_weekday")? != 0,
        chance: row.try_get("chance")?,
        words: String::new(),
        query: subject.scope().within(window),
        rows: serde_json::from_str(&row.try_get::<String, _>("examples")?)?,
        examples: Vec::new(),
        found: time("found_at")?,
        updated: time("updated_at")?,
        product: subject.product,
        polarity: subject.polarity,
        theme: subject.theme,
    };
    spike.count(u64::try_from(row.try_get::<i64, _>("mentions")?)?);
    Ok(spike)
}
