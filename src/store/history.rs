//! How sources fared over time: a span for each change of state, figures a day, and the pauses that hosts asked for.
//!
//! Only reads and compacts; [`super::coverage`] writes as rounds end. Knows nothing of schedules: a source that nobody
//! asks for leaves no trace here until it is asked again.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::coverage::Coverage;
use super::read::{time, word};
use super::{Store, Tx};
use crate::fetch::{Cause, Pause};

/// History is kept for two years.
const KEPT: SignedDuration = SignedDuration::from_hours(2 * 366 * 24);

/// Addresses that no round asked for any more are forgotten after this long: those of searches change with each round.
const PAGES_KEPT: SignedDuration = SignedDuration::from_hours(40 * 24);

/// A time during which a source was in one state; `fresh` stands for `unchanged` too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Span {
    /// The source.
    pub source: String,
    /// Since when.
    pub from: Timestamp,
    /// Until when; none while it lasts.
    pub until: Option<Timestamp>,
    /// The state.
    #[serde(rename = "state")]
    pub coverage: Coverage,
    /// Whether nothing of what the source has was seen.
    pub blind: bool,
    /// Why, as it was when the state began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A time of which a source showed nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Blind {
    /// The source.
    pub source: String,
    /// Since when, within the time asked for.
    pub from: Timestamp,
    /// Until when, within the time asked for.
    pub until: Timestamp,
    /// Its state then.
    pub state: Coverage,
    /// Why.
    pub reason: Option<String>,
}

/// What a source's rounds of one day brought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Day {
    /// The day, UTC.
    #[serde(rename = "day")]
    pub date: Date,
    /// Rounds.
    pub rounds: i64,
    /// Mentions seen, each as often as it was seen.
    pub seen: i64,
    /// Those never heard before.
    pub new: i64,
    /// Rounds that showed nothing of what the source has.
    pub failures: i64,
}

impl Day {
    /// The day of `at`, with nothing in it.
    pub fn of(at: Timestamp) -> Self {
        Self { date: at.to_zoned(TimeZone::UTC).date(), rounds: 0, seen: 0, new: 0, failures: 0 }
    }

    /// Days since 1970.
    pub(super) fn number(&self) -> i64 {
        self.date.to_zoned(TimeZone::UTC).map_or(0, |start| start.timestamp().as_second().div_euclid(86_400))
    }

    pub(super) fn date_of(number: i64) -> anyhow::Result<Date> {
        Ok(Timestamp::from_second(number.saturating_mul(86_400))?.to_zoned(TimeZone::UTC).date())
    }
}

impl Store {
    /// The states of one source, or of all, that lasted beyond `since`; by source and time.
    pub async fn spans(&self, source: Option<&str>, since: Timestamp) -> anyhow::Result<Vec<Span>> {
        let sql = "SELECT source, from_at, until_at, coverage, is_blind, reason FROM coverage_span
            WHERE (until_at IS NULL OR (until_at > $1 AND until_at > from_at)) AND ($2 = '' OR source = $2) ORDER BY source, from_at";
        let rows = sqlx::query(sql).bind(since.as_millisecond()).bind(source.unwrap_or_default()).fetch_all(&self.pool).await?;
        rows.iter().map(span).collect()
    }

    /// What the days since that of `since` brought, by source and day. The day under way is with the source's state.
    pub async fn days(&self, source: Option<&str>, since: Timestamp) -> anyhow::Result<Vec<(String, Day)>> {
        let sql = "SELECT source, day, rounds, seen, new_mentions, failures FROM coverage_day
            WHERE day >= $1 AND ($2 = '' OR source = $2) ORDER BY source, day";
        let rows = sqlx::query(sql).bind(Day::of(since).number()).bind(source.unwrap_or_default()).fetch_all(&self.pool).await?;
        let day = |row: &AnyRow| {
            let date = Day::date_of(row.try_get(1)?)?;
            let day = Day { date, rounds: row.try_get(2)?, seen: row.try_get(3)?, new: row.try_get(4)?, failures: row.try_get(5)? };
            Ok((row.try_get(0)?, day))
        };
        rows.iter().map(day).collect()
    }

    /// The times between `from` and `until` of which a source showed nothing, as far as rounds have told; by source and time.
    pub async fn blind_spans(&self, from: Timestamp, until: Timestamp) -> anyhow::Result<Vec<Blind>> {
        let sql = "SELECT source, from_at, until_at, coverage, is_blind, reason FROM coverage_span
            WHERE is_blind = 1 AND from_at < $1 AND (until_at IS NULL OR until_at > $2) ORDER BY source, from_at";
        let rows = sqlx::query(sql).bind(until.as_millisecond()).bind(from.as_millisecond()).fetch_all(&self.pool).await?;
        let blind = |row: &AnyRow| {
            let span = span(row)?;
            let ends = span.until.map_or(until, |ends| ends.min(until));
            Ok(Blind { source: span.source, from: span.from.max(from), until: ends, state: span.coverage, reason: span.reason })
        };
        let spans: anyhow::Result<Vec<Blind>> = rows.iter().map(blind).collect();
        Ok(spans?.into_iter().filter(|blind| blind.from < blind.until).collect())
    }

    /// The hosts that are left alone at `now`.
    pub async fn pauses(&self, now: Timestamp) -> anyhow::Result<Vec<Pause>> {
        let sql = "SELECT host, until_at, refusals, status FROM host_pause WHERE until_at > $1";
        let rows = sqlx::query(sql).bind(now.as_millisecond()).fetch_all(&self.pool).await?;
        let pause = |row: &AnyRow| {
            let status: i64 = row.try_get(3)?;
            Ok(Pause {
                host: row.try_get(0)?,
                until: time(row.try_get(1)?)?,
                refusals: u32::try_from(row.try_get::<i64, _>(2)?).unwrap_or(u32::MAX),
                cause: u16::try_from(status).ok().filter(|status| *status > 0).map_or(Cause::Silent, Cause::Refused),
            })
        };
        rows.iter().map(pause).collect()
    }
}

impl Tx<'_> {
    /// Keeps pauses; hosts that are well again at `now` are forgotten.
    pub async fn keep_pauses(&mut self, pauses: &[Pause], now: Timestamp) -> anyhow::Result<()> {
        let sql = "INSERT INTO host_pause (host, until_at, refusals, status) VALUES ($1, $2, $3, $4)
            ON CONFLICT (host) DO UPDATE SET until_at = excluded.until_at, refusals = excluded.refusals, status = excluded.status";
        for pause in pauses {
            if pause.until <= now {
                sqlx::query("DELETE FROM host_pause WHERE host = $1").bind(&pause.host).execute(&mut *self.inner).await?;
                continue;
            }
            let status = match pause.cause {
                Cause::Refused(status) => i64::from(status),
                Cause::Silent => 0,
            };
            // Kept to the millisecond above: what the host asked for is not cut short by rounding.
            let until = pause.until.as_millisecond() + i64::from(pause.until.subsec_nanosecond() % 1_000_000 != 0);
            let query = sqlx::query(sql).bind(&pause.host).bind(until).bind(i64::from(pause.refusals)).bind(status);
            query.execute(&mut *self.inner).await?;
        }
        Ok(())
    }

    /// Forgets what is older than is kept.
    pub async fn compact_coverage(&mut self, now: Timestamp) -> anyhow::Result<()> {
        let before = |kept: SignedDuration| now.checked_sub(kept).unwrap_or(Timestamp::MIN);
        let (history, pages) = (before(KEPT), before(PAGES_KEPT));
        for (sql, limit) in [
            ("DELETE FROM coverage_span WHERE until_at < $1", history.as_millisecond()),
            ("DELETE FROM coverage_day WHERE day < $1", Day::of(history).number()),
            ("DELETE FROM host_pause WHERE until_at < $1", now.as_millisecond()),
            (
                "DELETE FROM page WHERE followed_at < $1
                 AND source IN (SELECT source FROM source_state WHERE cursor IS NOT NULL AND frontier = '[]')",
                pages.as_millisecond(),
            ),
        ] {
            sqlx::query(sql).bind(limit).execute(&mut *self.inner).await?;
        }
        Ok(())
    }
}

fn span(row: &AnyRow) -> anyhow::Result<Span> {
    Ok(Span {
        source: row.try_get(0)?,
        from: time(row.try_get(1)?)?,
        until: row.try_get::<Option<i64>, _>(2)?.map(time).transpose()?,
        coverage: word(row.try_get(3)?)?,
        blind: row.try_get::<i64, _>(4)? != 0,
        reason: row.try_get(5)?,
    })
}
