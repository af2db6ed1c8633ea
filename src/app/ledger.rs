//! The coverage ledger: what each source did and did not show; and trying sources without storing anything.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::crawl::Reader;
use crate::fetch::Fetcher;
use crate::sources::Source;
use crate::store::{Coverage, SourceState};

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
    /// When it was last asked.
    pub last_run: Option<Timestamp>,
    /// When it last showed what it has.
    pub last_good: Option<Timestamp>,
    /// When it is due next.
    pub next_due: Option<Timestamp>,
    /// Rounds in a row that failed.
    pub failures: i64,
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
        let states = self.store.source_states().await?;
        let mut states: HashMap<String, SourceState> = states.into_iter().map(|state| (state.source.clone(), state)).collect();
        let now = self.clock.now();
        Ok(self.config().sources.iter().map(|source| entry(source, states.remove(&source.name), now)).collect())
    }
}

fn entry(source: &Source, state: Option<SourceState>, now: Timestamp) -> LedgerEntry {
    let mut entry = LedgerEntry {
        source: source.name.clone(),
        kind: source.kind.as_str(),
        enabled: source.enabled,
        coverage: None,
        reason: None,
        last_run: None,
        last_good: None,
        next_due: None,
        failures: 0,
    };
    let Some(state) = state else { return entry };
    let stale = source.enabled && is_stale(source, &state, now);
    entry.coverage = Some(if stale { Coverage::Stale } else { state.coverage });
    entry.reason = state.reason.or_else(|| stale.then(|| "it has not been asked for long; is `goodword serve` running?".to_owned()));
    (entry.last_run, entry.last_good) = (Some(state.last_run), state.last_good);
    (entry.next_due, entry.failures) = (Some(state.next_due), state.failures);
    entry
}

/// Whether a source that was well has not been asked for three of its turns and a day.
fn is_stale(source: &Source, state: &SourceState, now: Timestamp) -> bool {
    let well = matches!(state.coverage, Coverage::Fresh | Coverage::Unchanged);
    let turn = source.every.next_after(state.last_run).duration_since(state.last_run);
    let patience = turn.checked_mul(3).unwrap_or(SignedDuration::MAX).max(SignedDuration::from_hours(24));
    well && now.duration_since(state.last_run) > patience
}

/// Asks every enabled source once, keeping nothing.
pub async fn try_sources(config: &Config, dir: &Path, clock: Clock) -> anyhow::Result<Vec<Tried>> {
    let fetcher = Arc::new(Fetcher::new(config.settings.fetch.clone(), clock.clone())?);
    let reader = Reader { fetcher, clock, dir: dir.to_owned() };
    let mut tried = Vec::new();
    for source in config.sources.iter().filter(|source| source.enabled) {
        tried.push(match reader.try_once(source).await {
            Ok(mentions) => Tried { source: source.name.clone(), mentions, error: None },
            Err(error) => Tried { source: source.name.clone(), mentions: 0, error: Some(format!("{error:#}")) },
        });
    }
    Ok(tried)
}
