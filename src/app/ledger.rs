//! The coverage ledger: what each source did and did not show, now and over time; and trying sources without storing anything.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::crawl::Reader;
use crate::fetch::Fetcher;
use crate::mention::AddressKey;
use crate::sources::{Ask, Source};
use crate::store::{Blind, Coverage, Day, SourceState};

/// Days that the figures a day are the mean of.
const DAYS: i64 = 7;

/// How one source fares.
#[derive(Clone, Debug, Serialize)]
pub struct LedgerEntry {
    /// Its name.
    pub source: String,
    /// Its kind.
    pub kind: &'static str,
    /// Whether it is listened to.
    pub enabled: bool,
    /// What it showed at its last round; none before the first.
    pub coverage: Option<Coverage>,
    /// Why, if not all is well, and what to do.
    pub reason: Option<String>,
    /// What else to know of it: a secret about to expire, a robots.txt that is not asked.
    pub notes: Vec<String>,
    /// When it was last asked.
    pub last_run: Option<Timestamp>,
    /// When it last showed what it has.
    pub last_good: Option<Timestamp>,
    /// When it is due next.
    pub next_due: Option<Timestamp>,
    /// Why then, if not by its own interval.
    pub next_why: Option<String>,
    /// Rounds in a row that failed.
    pub failures: i64,
    /// Pages known of that come with the next rounds.
    pub left: usize,
    /// Mentions seen today, UTC, each as often as it was seen.
    pub seen_today: i64,
    /// Those never heard before.
    pub new_today: i64,
    /// Mentions seen a day: the mean of the last seven whole days, or of as many as it was asked on.
    pub seen_a_day: Option<f64>,
    /// Those never heard before.
    pub new_a_day: Option<f64>,
}

/// What trying a source gave.
#[derive(Clone, Debug, Serialize)]
pub struct Tried {
    /// The source.
    pub source: String,
    /// Mentions on its first page.
    pub mentions: usize,
    /// Why it gave none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl App {
    /// How every configured source fares, in the order of sources.toml.
    pub async fn ledger(&self) -> anyhow::Result<Vec<LedgerEntry>> {
        let now = self.clock.now();
        let config = self.config();
        let mut states = self.states().await?;
        let mut days: HashMap<String, Vec<Day>> = HashMap::new();
        for (source, day) in self.store.days(None, days_ago(now, DAYS)).await? {
            days.entry(source).or_default().push(day);
        }
        let entry = |source: &Arc<Source>| {
            let days = days.remove(&source.name).unwrap_or_default();
            let notes = config.notes_on(source, self.reader.first_url(source).as_ref(), now);
            LedgerEntry { notes, ..entry(source, states.remove(&source.name), &days, now) }
        };
        Ok(config.sources.iter().map(entry).collect())
    }

    /// The sources that did not show what they have when they were last asked, with why. Quick: their days are not read.
    pub async fn unheard(&self) -> anyhow::Result<Vec<LedgerEntry>> {
        let (now, config, mut states) = (self.clock.now(), self.config(), self.states().await?);
        let entries = config.sources.iter().map(|source| entry(source, states.remove(&source.name), &[], now));
        let is_heard = |coverage| matches!(coverage, Coverage::Fresh | Coverage::Unchanged);
        Ok(entries.filter(|entry| entry.coverage.is_some_and(|coverage| !is_heard(coverage))).collect())
    }

    /// The enabled sources that are due.
    pub async fn sources_due(&self) -> anyhow::Result<Vec<Arc<Source>>> {
        let config = self.config();
        let (now, states) = (self.clock.now(), self.states().await?);
        let is_due = |source: &&Arc<Source>| source.enabled && states.get(&source.name).is_none_or(|state| state.next_due <= now);
        Ok(config.sources.iter().filter(is_due).cloned().collect())
    }

    /// The times between `from` and `until` of which sources showed nothing: they shut us out, failed or fell silent, or were
    /// not asked because nothing was running. By source and time.
    pub async fn blind(&self, from: Timestamp, until: Timestamp) -> anyhow::Result<Vec<Blind>> {
        let until = until.min(self.clock.now());
        let mut blind = self.store.blind_spans(from, until).await?;
        for missed in self.missed_now(until).await? {
            // What came before the missed rounds ends where they begin.
            for span in blind.iter_mut().filter(|span| span.source == missed.source) {
                span.until = span.until.min(missed.from.max(span.from));
            }
            blind.push(Blind { from: missed.from.max(from), ..missed });
        }
        blind.retain(|span| span.from < span.until);
        blind.sort_by(|a, b| (&a.source, a.from).cmp(&(&b.source, b.from)));
        Ok(blind)
    }

    /// The sources whose rounds have been missed at `now`, each since when.
    pub(super) async fn missed_now(&self, now: Timestamp) -> anyhow::Result<Vec<Blind>> {
        let config = self.config();
        let states = self.states().await?;
        let enabled = config.sources.iter().filter(|source| source.enabled);
        Ok(enabled.filter_map(|source| missed(source, states.get(&source.name)?, now)).collect())
    }

    async fn states(&self) -> anyhow::Result<HashMap<String, SourceState>> {
        Ok(self.store.source_states().await?.into_iter().map(|state| (state.source.clone(), state)).collect())
    }
}

/// The time since a source was due, if its rounds have been missed at `now`.
fn missed(source: &Source, state: &SourceState, now: Timestamp) -> Option<Blind> {
    let from = source.every.missed_since(state.next_due, now)?;
    let reason = Some("not asked since: goodword is not running".to_owned());
    Some(Blind { source: source.name.clone(), from, until: now, state: Coverage::Stale, reason })
}

fn days_ago(now: Timestamp, days: i64) -> Timestamp {
    now.checked_sub(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MIN)
}

fn entry(source: &Source, state: Option<SourceState>, days: &[Day], now: Timestamp) -> LedgerEntry {
    let mut entry = LedgerEntry {
        source: source.name.clone(),
        kind: source.kind.as_str(),
        enabled: source.enabled,
        coverage: None,
        reason: None,
        notes: Vec::new(),
        last_run: None,
        last_good: None,
        next_due: None,
        next_why: None,
        failures: 0,
        left: 0,
        seen_today: 0,
        new_today: 0,
        seen_a_day: None,
        new_a_day: None,
    };
    let Some(state) = state else { return entry };
    let stale = source.enabled && is_stale(source, &state, now);
    entry.coverage = Some(if stale { Coverage::Stale } else { state.coverage });
    entry.reason = state.reason.or_else(|| stale.then(|| "it has not been asked for long; is `goodword serve` running?".to_owned()));
    (entry.last_run, entry.last_good) = (Some(state.last_run), state.last_good);
    (entry.next_due, entry.next_why, entry.failures) = (Some(state.next_due), state.next_why, state.failures);
    entry.left = serde_json::from_str::<Vec<Ask>>(&state.frontier).map_or(0, |left| left.len());
    let today = now.to_zoned(TimeZone::UTC).date();
    let mut whole: Vec<&Day> = days.iter().filter(|day| day.date < today).collect();
    if state.today.date == today {
        (entry.seen_today, entry.new_today) = (state.today.seen, state.today.new);
    } else if state.today.date >= days_ago(now, DAYS).to_zoned(TimeZone::UTC).date() {
        // The source's last day is not over for it before it is asked again.
        whole.push(&state.today);
    }
    let mean = |count: fn(&Day) -> i64| {
        let sum: i64 = whole.iter().map(|day| count(day)).sum();
        (!whole.is_empty()).then(|| (sum as f64 / whole.len() as f64 * 10.0).round() / 10.0)
    };
    (entry.seen_a_day, entry.new_a_day) = (mean(|day| day.seen), mean(|day| day.new));
    entry
}

/// Whether a source that was well has not been asked for three of its turns and a day, where its site let us.
fn is_stale(source: &Source, state: &SourceState, now: Timestamp) -> bool {
    let well = matches!(state.coverage, Coverage::Fresh | Coverage::Unchanged);
    let turn = source.every.next_after(state.last_run).duration_since(state.last_run);
    let patience = turn.checked_mul(3).unwrap_or(SignedDuration::MAX).max(SignedDuration::from_hours(24));
    well && now > state.next_due && now.duration_since(state.last_run) > patience
}

/// Asks every enabled source once, keeping nothing.
pub async fn try_sources(config: &Config, dir: &Path, clock: Clock) -> anyhow::Result<Vec<Tried>> {
    let fetcher = Arc::new(Fetcher::new(config.settings.fetch.clone(), clock.clone())?);
    let reader = Reader { fetcher, clock, dir: dir.to_owned(), address_key: Arc::new(AddressKey::passing()?), tokens: Arc::default() };
    let mut tried = Vec::new();
    // What is sent to us cannot be asked for.
    for source in config.sources.iter().filter(|source| source.enabled && !source.kind.is_pushed()) {
        tried.push(match reader.try_once(source).await {
            Ok(mentions) => Tried { source: source.name.clone(), mentions, error: None },
            Err(error) => Tried { source: source.name.clone(), mentions: 0, error: Some(format!("{error:#}")) },
        });
    }
    Ok(tried)
}
