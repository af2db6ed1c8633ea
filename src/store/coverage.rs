//! How each source fares, and what is known of the pages it asks for.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::Row;

use super::read::{time, word};
use super::{Store, Tx};

/// What a source did and did not show us at its last round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Coverage {
    /// It showed what it has.
    Fresh,
    /// Nothing has changed since the round before.
    Unchanged,
    /// It showed a part.
    Partial,
    /// It shut us out.
    Blocked,
    /// It could not be reached or read.
    Failing,
    /// It has shown nothing good for much longer than its interval.
    Stale,
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fresh => "fresh",
            Self::Unchanged => "unchanged",
            Self::Partial => "partial",
            Self::Blocked => "blocked",
            Self::Failing => "failing",
            Self::Stale => "stale",
        })
    }
}

/// How a source fares, and how far it has listened.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceState {
    /// The source's name.
    pub source: String,
    /// What it showed at its last round.
    pub coverage: Coverage,
    /// Why, if not all is well, and what to do.
    pub reason: Option<String>,
    /// When it was last asked.
    pub last_run: Timestamp,
    /// When it last showed what it has.
    pub last_good: Option<Timestamp>,
    /// When it is due next.
    pub next_due: Timestamp,
    /// Rounds in a row that failed.
    pub failures: i64,
    /// Whether it has ever shown an item.
    pub had_items: bool,
    /// What is left to ask for, as the crawl notes it.
    pub frontier: String,
    /// The kind's own note of how far it has listened.
    pub cursor: Option<String>,
}

/// What is known of a page from the last time it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageState {
    /// Its entity tag.
    pub etag: Option<String>,
    /// Its `Last-Modified`.
    pub last_modified: Option<String>,
    /// A fingerprint of its bytes.
    pub body: i64,
    /// What it led on to, as the crawl notes it.
    pub next: String,
    /// When that was last followed.
    pub followed: Timestamp,
}

impl Store {
    /// How every source fares that was ever asked, by name.
    pub async fn source_states(&self) -> anyhow::Result<Vec<SourceState>> {
        let rows = sqlx::query("SELECT * FROM source_state ORDER BY source").fetch_all(&self.pool).await?;
        rows.iter().map(source_state).collect()
    }

    /// How one source fares; none if it was never asked.
    pub async fn source_state(&self, source: &str) -> anyhow::Result<Option<SourceState>> {
        let row = sqlx::query("SELECT * FROM source_state WHERE source = $1").bind(source).fetch_optional(&self.pool).await?;
        row.as_ref().map(source_state).transpose()
    }

    /// What is known of a source's page.
    pub async fn page_state(&self, source: &str, address: &str) -> anyhow::Result<Option<PageState>> {
        let sql = "SELECT etag, last_modified, body, next, followed_at FROM page WHERE source = $1 AND address = $2";
        let row = sqlx::query(sql).bind(source).bind(address).fetch_optional(&self.pool).await?;
        let read = |row: sqlx::any::AnyRow| -> anyhow::Result<PageState> {
            Ok(PageState {
                etag: row.try_get(0)?,
                last_modified: row.try_get(1)?,
                body: row.try_get(2)?,
                next: row.try_get(3)?,
                followed: time(row.try_get(4)?)?,
            })
        };
        row.map(read).transpose()
    }
}

impl Tx<'_> {
    /// Keeps how a source fares.
    pub async fn keep_source_state(&mut self, state: &SourceState) -> anyhow::Result<()> {
        let sql = "INSERT INTO source_state
            (source, coverage, reason, last_run_at, last_good_at, next_due_at, failures, had_items, frontier, cursor)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            ON CONFLICT (source) DO UPDATE SET coverage = excluded.coverage, reason = excluded.reason,
            last_run_at = excluded.last_run_at, last_good_at = excluded.last_good_at, next_due_at = excluded.next_due_at,
            failures = excluded.failures, had_items = excluded.had_items, frontier = excluded.frontier, cursor = excluded.cursor";
        sqlx::query(sql)
            .bind(&state.source)
            .bind(state.coverage.to_string())
            .bind(&state.reason)
            .bind(state.last_run.as_millisecond())
            .bind(state.last_good.map(Timestamp::as_millisecond))
            .bind(state.next_due.as_millisecond())
            .bind(state.failures)
            .bind(i64::from(state.had_items))
            .bind(&state.frontier)
            .bind(&state.cursor)
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }

    /// Keeps what is known of a source's page.
    pub async fn keep_page_state(&mut self, source: &str, address: &str, page: &PageState) -> anyhow::Result<()> {
        let sql = "INSERT INTO page (source, address, etag, last_modified, body, next, followed_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (source, address) DO UPDATE SET etag = excluded.etag, last_modified = excluded.last_modified,
            body = excluded.body, next = excluded.next, followed_at = excluded.followed_at";
        sqlx::query(sql)
            .bind(source)
            .bind(address)
            .bind(&page.etag)
            .bind(&page.last_modified)
            .bind(page.body)
            .bind(&page.next)
            .bind(page.followed.as_millisecond())
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }
}

fn source_state(row: &sqlx::any::AnyRow) -> anyhow::Result<SourceState> {
    Ok(SourceState {
        source: row.try_get("source")?,
        coverage: word(row.try_get("coverage")?)?,
        reason: row.try_get("reason")?,
        last_run: time(row.try_get("last_run_at")?)?,
        last_good: row.try_get::<Option<i64>, _>("last_good_at")?.map(time).transpose()?,
        next_due: time(row.try_get("next_due_at")?)?,
        failures: row.try_get("failures")?,
        had_items: row.try_get::<i64, _>("had_items")? != 0,
        frontier: row.try_get("frontier")?,
        cursor: row.try_get("cursor")?,
    })
}
