//! How each source fares, and what is known of the pages it asks for.

use std::collections::{HashMap, HashSet};
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::Row;

use super::history::{Day, Span};
use super::read::{time, word};
use super::rows::Rows;
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
    /// Why then, if not by its own interval.
    pub next_why: Option<String>,
    /// Rounds in a row that failed.
    pub failures: i64,
    /// Whether it has ever shown an item.
    pub had_items: bool,
    /// Why its pages are known not to show all there is, as long as they stay as they are.
    pub short: Option<String>,
    /// Whether it showed nothing of what it has.
    pub blind: bool,
    /// What is left to ask for, as the crawl notes it.
    pub frontier: String,
    /// When its list was last read to the end.
    pub read_through: Option<Timestamp>,
    /// Pages of the list read since its reading began, while it is under way.
    pub walked: i64,
    /// The kind's own note of how far it has listened.
    pub cursor: Option<String>,
    /// How often it wants to be asked, as the crawl notes it.
    pub wishes: Option<String>,
    /// What the day of its last round has brought so far.
    pub today: Day,
}

impl SourceState {
    /// The state of a source that is asked for the first time at `now`.
    pub fn never_asked(source: &str, now: Timestamp) -> Self {
        Self {
            source: source.to_owned(),
            coverage: Coverage::Failing,
            reason: Some("its first round has not ended".to_owned()),
            last_run: now,
            last_good: None,
            next_due: now,
            next_why: None,
            failures: 0,
            had_items: false,
            short: None,
            blind: false,
            frontier: "[]".to_owned(),
            read_through: None,
            walked: 0,
            cursor: None,
            wishes: None,
            today: Day::of(now),
        }
    }
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
    /// Until when the page is good, by its server's word.
    pub good_until: Option<Timestamp>,
}

const STATE: &str = "INSERT INTO source_state (source, coverage, reason, last_run_at, last_good_at, next_due_at, next_why, failures, \
    had_items, short, is_blind, frontier, read_through_at, walked, cursor, wishes, today, rounds_today, seen_today, new_today, \
    failures_today)";

const WHOLE_STATE: &str = " ON CONFLICT (source) DO UPDATE SET coverage = excluded.coverage, reason = excluded.reason, \
    last_run_at = excluded.last_run_at, last_good_at = excluded.last_good_at, next_due_at = excluded.next_due_at, \
    next_why = excluded.next_why, failures = excluded.failures, had_items = excluded.had_items, short = excluded.short, \
    is_blind = excluded.is_blind, frontier = excluded.frontier, read_through_at = excluded.read_through_at, \
    walked = excluded.walked, cursor = excluded.cursor, wishes = excluded.wishes, today = excluded.today, \
    rounds_today = excluded.rounds_today, seen_today = excluded.seen_today, new_today = excluded.new_today, \
    failures_today = excluded.failures_today";

/// What a round without news changes, where all else is as it was when the round began: what another process has noted in the
/// meantime stays. `rounds_today` of such a row is what it adds.
const QUIET_STATE: &str = " ON CONFLICT (source) DO UPDATE SET coverage = excluded.coverage, reason = excluded.reason, \
    last_run_at = excluded.last_run_at, last_good_at = excluded.last_good_at, next_due_at = excluded.next_due_at, \
    next_why = excluded.next_why, rounds_today = source_state.rounds_today + excluded.rounds_today \
    WHERE source_state.failures = excluded.failures AND source_state.had_items = excluded.had_items \
    AND source_state.short IS NOT DISTINCT FROM excluded.short AND source_state.is_blind = excluded.is_blind \
    AND source_state.frontier = excluded.frontier AND source_state.read_through_at IS NOT DISTINCT FROM excluded.read_through_at \
    AND source_state.walked = excluded.walked AND source_state.cursor IS NOT DISTINCT FROM excluded.cursor \
    AND source_state.wishes IS NOT DISTINCT FROM excluded.wishes AND source_state.today = excluded.today \
    AND source_state.seen_today = excluded.seen_today AND source_state.new_today = excluded.new_today \
    AND source_state.failures_today = excluded.failures_today RETURNING source";

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

    /// How one source fares, and what is known of one of its pages: what most rounds need, in one question.
    pub async fn source_with_page(&self, source: &str, address: &str) -> anyhow::Result<(Option<SourceState>, Option<PageState>)> {
        let sql = "SELECT s.*, p.etag, p.last_modified, p.body, p.next, p.followed_at, p.good_until_at FROM source_state s
            LEFT JOIN page p ON p.source = s.source AND p.address = $2 WHERE s.source = $1";
        let Some(row) = sqlx::query(sql).bind(source).bind(address).fetch_optional(&self.pool).await? else { return Ok((None, None)) };
        let known = row.try_get::<Option<i64>, _>("body")?.is_some();
        Ok((Some(source_state(&row)?), known.then(|| page_state(&row)).transpose()?))
    }

    /// What is known of a source's page.
    pub async fn page_state(&self, source: &str, address: &str) -> anyhow::Result<Option<PageState>> {
        let sql = "SELECT etag, last_modified, body, next, followed_at, good_until_at FROM page WHERE source = $1 AND address = $2";
        let row = sqlx::query(sql).bind(source).bind(address).fetch_optional(&self.pool).await?;
        row.as_ref().map(page_state).transpose()
    }
}

impl Tx<'_> {
    /// How one source fares, as nobody else can change it before this transaction ends; none if it was never asked.
    pub async fn source_state(&mut self, source: &str) -> anyhow::Result<Option<SourceState>> {
        let sql = "SELECT * FROM source_state WHERE source = $1";
        let row = sqlx::query(sql).bind(source).fetch_optional(&mut *self.inner).await?;
        row.as_ref().map(source_state).transpose()
    }

    /// Keeps how a source fares.
    pub async fn keep_source_state(&mut self, state: &SourceState) -> anyhow::Result<()> {
        let mut rows = Rows::new(STATE, WHOLE_STATE);
        state_row(&mut rows, state, state.today.rounds);
        Ok(rows.insert(self).await?)
    }

    /// Keeps how sources fare after rounds that brought no news. Each has been kept whole before; returned are those of which
    /// another process has noted something since, which stands.
    pub async fn keep_quiet_rounds(&mut self, states: &[SourceState]) -> anyhow::Result<HashSet<String>> {
        // One statement must not touch a row twice.
        let mut latest: HashMap<&str, (&SourceState, i64)> = HashMap::with_capacity(states.len());
        for state in states {
            let (last, rounds) = latest.entry(&state.source).or_insert((state, 0));
            (*last, *rounds) = (state, *rounds + 1);
        }
        let mut rows = Rows::new(STATE, QUIET_STATE);
        for (state, more) in latest.values() {
            state_row(&mut rows, state, *more);
        }
        let mut overtaken: HashSet<String> = latest.keys().map(|source| (*source).to_owned()).collect();
        for row in rows.insert_returning(self).await? {
            overtaken.remove(row.try_get::<&str, _>(0)?);
        }
        Ok(overtaken)
    }

    /// Keeps what is known of a source's page.
    pub async fn keep_page_state(&mut self, source: &str, address: &str, page: &PageState) -> anyhow::Result<()> {
        let sql = "INSERT INTO page (source, address, etag, last_modified, body, next, followed_at, good_until_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (source, address) DO UPDATE SET etag = excluded.etag, last_modified = excluded.last_modified,
            body = excluded.body, next = excluded.next, followed_at = excluded.followed_at, good_until_at = excluded.good_until_at";
        sqlx::query(sql)
            .bind(source)
            .bind(address)
            .bind(&page.etag)
            .bind(&page.last_modified)
            .bind(page.body)
            .bind(&page.next)
            .bind(page.followed.as_millisecond())
            .bind(page.good_until.map(Timestamp::as_millisecond))
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }

    /// Begins a state of a source: the one that lasted until now ends.
    pub async fn begin_span(&mut self, span: &Span) -> anyhow::Result<()> {
        let from = span.from.as_millisecond();
        sqlx::query("UPDATE coverage_span SET until_at = $1 WHERE source = $2 AND until_at IS NULL")
            .bind(from)
            .bind(&span.source)
            .execute(&mut *self.inner)
            .await?;
        let sql = "INSERT INTO coverage_span (source, from_at, until_at, coverage, is_blind, reason) VALUES ($1, $2, NULL, $3, $4, $5)
            ON CONFLICT (source, from_at) DO UPDATE SET until_at = NULL, coverage = excluded.coverage,
            is_blind = excluded.is_blind, reason = excluded.reason";
        sqlx::query(sql)
            .bind(&span.source)
            .bind(from)
            .bind(span.coverage.to_string())
            .bind(i64::from(span.blind))
            .bind(&span.reason)
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }

    /// Keeps what a day brought that is over for its source.
    pub async fn end_day(&mut self, source: &str, day: &Day) -> anyhow::Result<()> {
        let sql = "INSERT INTO coverage_day (source, day, rounds, seen, new_mentions, failures) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (source, day) DO UPDATE SET rounds = excluded.rounds, seen = excluded.seen,
            new_mentions = excluded.new_mentions, failures = excluded.failures";
        sqlx::query(sql)
            .bind(source)
            .bind(day.number())
            .bind(day.rounds)
            .bind(day.seen)
            .bind(day.new)
            .bind(day.failures)
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }
}

fn state_row(rows: &mut Rows, state: &SourceState, rounds: i64) {
    rows.row()
        .with(state.source.as_str())
        .with(state.coverage.to_string())
        .with(state.reason.as_deref())
        .with(state.last_run.as_millisecond())
        .with(state.last_good.map(Timestamp::as_millisecond))
        .with(state.next_due.as_millisecond())
        .with(state.next_why.as_deref())
        .with(state.failures)
        .with(i64::from(state.had_items))
        .with(state.short.as_deref())
        .with(i64::from(state.blind))
        .with(state.frontier.as_str())
        .with(state.read_through.map(Timestamp::as_millisecond))
        .with(state.walked)
        .with(state.cursor.as_deref())
        .with(state.wishes.as_deref())
        .with(state.today.number())
        .with(rounds)
        .with(state.today.seen)
        .with(state.today.new)
        .with(state.today.failures);
}

fn page_state(row: &sqlx::any::AnyRow) -> anyhow::Result<PageState> {
    Ok(PageState {
        etag: row.try_get("etag")?,
        last_modified: row.try_get("last_modified")?,
        body: row.try_get("body")?,
        next: row.try_get("next")?,
        followed: time(row.try_get("followed_at")?)?,
        good_until: row.try_get::<Option<i64>, _>("good_until_at")?.map(time).transpose()?,
    })
}

fn source_state(row: &sqlx::any::AnyRow) -> anyhow::Result<SourceState> {
    let maybe_time = |column: &str| -> anyhow::Result<Option<Timestamp>> { row.try_get::<Option<i64>, _>(column)?.map(time).transpose() };
    Ok(SourceState {
        source: row.try_get("source")?,
        coverage: word(row.try_get("coverage")?)?,
        reason: row.try_get("reason")?,
        last_run: time(row.try_get("last_run_at")?)?,
        last_good: maybe_time("last_good_at")?,
        next_due: time(row.try_get("next_due_at")?)?,
        next_why: row.try_get("next_why")?,
        failures: row.try_get("failures")?,
        had_items: row.try_get::<i64, _>("had_items")? != 0,
        short: row.try_get("short")?,
        blind: row.try_get::<i64, _>("is_blind")? != 0,
        frontier: row.try_get("frontier")?,
        read_through: maybe_time("read_through_at")?,
        walked: row.try_get("walked")?,
        cursor: row.try_get("cursor")?,
        wishes: row.try_get("wishes")?,
        today: Day {
            date: Day::date_of(row.try_get("today")?)?,
            rounds: row.try_get("rounds_today")?,
            seen: row.try_get("seen_today")?,
            new: row.try_get("new_today")?,
            failures: row.try_get("failures_today")?,
        },
    })
}
