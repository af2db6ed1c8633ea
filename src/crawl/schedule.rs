//! Rounds of many sources: hosts side by side, one source of a host at a time, until all are done or it is told to stop.
//!
//! Each round is a task of its own, so that no fault in one ends the others.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::again::Remembered;
use super::ending::Ended;
use super::turns::Turns;
use super::{Crawler, Reason, Report};
use crate::clock::later;
use crate::sources::Source;
use crate::store::SourceState;

/// Rounds under way at the same time; most of them wait for their host.
const ROUNDS_AT_ONCE: usize = 256;
/// Rounds without news whose ends are kept together …
const QUIET_TOGETHER: usize = 256;
/// … or after this long.
const QUIET_FOR: Duration = Duration::from_secs(1);
/// What is past its time in the store is cleared out so often.
const COMPACTED_EVERY: Duration = Duration::from_hours(24);

/// Where reports go as rounds end.
pub type Reports = mpsc::Sender<anyhow::Result<Report>>;

impl Crawler {
    /// One round of each of `sources`, now; stops between pages when `stop` is called.
    pub async fn crawl_all(&self, sources: &[Arc<Source>], reports: &Reports, stop: &CancellationToken) {
        let ran = async {
            let turns = self.turns(sources, |_, _| Timestamp::UNIX_EPOCH).await?;
            Running::new(self, turns, Reason::Wanted, reports, stop).run().await;
            anyhow::Ok(())
        };
        if let Err(error) = ran.await {
            // Whoever reads the reports is told; if nobody does any more there is nobody to tell.
            drop(reports.send(Err(error)).await);
        }
    }

    /// Rounds of `sources` as each falls due, until `stop` is called; then the pages under way come to their end.
    pub async fn keep_crawling(&self, sources: &[Arc<Source>], reports: &Reports, stop: &CancellationToken) -> anyhow::Result<()> {
        let enabled: Vec<_> = sources.iter().filter(|source| source.enabled).cloned().collect();
        let turns = self.turns(&enabled, |_, state| state.map_or(Timestamp::UNIX_EPOCH, |state| state.next_due)).await?;
        Running::new(self, turns, Reason::Turn, reports, stop).run().await;
        Ok(())
    }

    /// The turns of `sources`, each due at what `due` says; hosts that asked an earlier process for patience get it.
    async fn turns(&self, sources: &[Arc<Source>], due: impl Fn(&Source, Option<&SourceState>) -> Timestamp) -> anyhow::Result<Turns> {
        self.compact().await?;
        self.reader.fetcher.restore_pauses(&self.store.pauses(self.reader.clock.now()).await?);
        let states = self.store.source_states().await?;
        let states: HashMap<&str, &SourceState> = states.iter().map(|state| (state.source.as_str(), state)).collect();
        let mut turns = Turns::default();
        for source in sources {
            let state = states.get(source.name.as_str()).copied();
            let last_asked = state.map_or(Timestamp::UNIX_EPOCH, |state| state.last_run);
            turns.add(self.host(source), due(source, state), last_asked, Arc::clone(source));
        }
        Ok(turns)
    }

    async fn compact(&self) -> anyhow::Result<()> {
        let mut tx = self.store.begin().await?;
        tx.compact_coverage(self.reader.clock.now()).await?;
        Ok(tx.commit().await?)
    }

    /// The host that a source asks first; files have their source's name in its place.
    fn host(&self, source: &Source) -> String {
        let listened = self.reader.stream(source, None).map(|stream| stream.url);
        match listened.or_else(|| self.reader.first_url(source)) {
            Some(url) => url.host_str().unwrap_or_default().to_owned(),
            None => format!("file:{}", source.name),
        }
    }
}

/// Rounds under way, and those that wait.
struct Running<'a> {
    crawler: Arc<Crawler>,
    turns: Turns,
    reason: Reason,
    reports: &'a Reports,
    stop: CancellationToken,
    rounds: JoinSet<anyhow::Result<Ended>>,
    under_way: HashMap<Id, (usize, Arc<Source>)>,
    /// What sources that wait for their next turn showed last.
    remembered: HashMap<usize, Remembered>,
    /// Ends of rounds that are still to be kept, and since when the first of them waits.
    quiet: Vec<SourceState>,
    quiet_places: Vec<usize>,
    waiting_since: Instant,
    compact_at: Timestamp,
}

impl<'a> Running<'a> {
    fn new(crawler: &'a Crawler, turns: Turns, reason: Reason, reports: &'a Reports, stop: &CancellationToken) -> Self {
        let compact_at = later(crawler.reader.clock.now(), COMPACTED_EVERY);
        Self {
            crawler: Arc::new(crawler.clone()),
            turns,
            reason,
            reports,
            stop: stop.child_token(),
            rounds: JoinSet::new(),
            under_way: HashMap::new(),
            remembered: HashMap::new(),
            quiet: Vec::new(),
            quiet_places: Vec::new(),
            waiting_since: Instant::now(),
            compact_at,
        }
    }

    async fn run(mut self) {
        loop {
            self.start_due();
            let wait = match self.turns.next() {
                _ if self.stop.is_cancelled() => None,
                next => next.filter(|_| self.rounds.len() < ROUNDS_AT_ONCE),
            };
            if self.rounds.is_empty() && wait.is_none() && (self.stop.is_cancelled() || self.reason == Reason::Wanted) {
                break;
            }
            let keep_at = self.waiting_since + QUIET_FOR;
            tokio::select! {
                Some(ended) = self.rounds.join_next_with_id() => {
                    self.end(ended).await;
                    while let Some(ended) = self.rounds.try_join_next_with_id() {
                        self.end(ended).await;
                    }
                }
                () = self.crawler.reader.clock.sleep_until(wait.unwrap_or(Timestamp::MAX)), if wait.is_some() => {}
                () = tokio::time::sleep_until(keep_at), if !self.quiet.is_empty() => self.keep_quiet().await,
                () = self.stop.cancelled(), if !self.stop.is_cancelled() => {}
            }
        }
        self.keep_quiet().await;
    }

    /// Starts the rounds that are due, as many as there is room for.
    fn start_due(&mut self) {
        let now = self.crawler.reader.clock.now();
        while !self.stop.is_cancelled() && self.rounds.len() < ROUNDS_AT_ONCE {
            let Some((place, source)) = self.turns.take(now) else { break };
            let (crawler, reason, stop) = (Arc::clone(&self.crawler), self.reason, self.stop.clone());
            let (round, remembered) = (Arc::clone(&source), self.remembered.remove(&place));
            let started = self.rounds.spawn(async move { crawler.round(&round, reason, remembered, &stop).await });
            self.under_way.insert(started.id(), (place, source));
        }
    }

    /// Takes up how a round ended: its report goes out, and its source waits for its next turn.
    async fn end(&mut self, ended: Result<(Id, anyhow::Result<Ended>), JoinError>) {
        let (id, ended) = match ended {
            Ok((id, ended)) => (id, ended),
            Err(fault) => (fault.id(), Err(anyhow::anyhow!("a fault of ours ended the round ({fault}); please report it"))),
        };
        let Some((place, source)) = self.under_way.remove(&id) else { return };
        let now = self.crawler.reader.clock.now();
        let (report, asked) = match ended {
            Ok(Ended { report, quiet, asked, remembered }) => {
                // Only a turn comes again.
                self.remembered.extend(remembered.filter(|_| self.reason == Reason::Turn).map(|remembered| (place, remembered)));
                self.keep_later(place, quiet).await;
                (Ok(report), asked)
            }
            Err(error) => (Err(error.context(format!("source `{}`", source.name))), true),
        };
        let next = report.as_ref().map_or_else(|_| source.every.next_after(now), |report| report.next);
        self.turns.give_back(place, asked.then_some(now), (self.reason == Reason::Turn).then_some(next));
        if self.reports.send(report).await.is_err() {
            // Nobody wants to know any more.
            self.stop.cancel();
        }
    }

    async fn keep_later(&mut self, place: usize, quiet: Option<SourceState>) {
        let Some(quiet) = quiet else { return };
        if self.quiet.is_empty() {
            self.waiting_since = Instant::now();
        }
        self.quiet.push(quiet);
        self.quiet_places.push(place);
        if self.quiet.len() >= QUIET_TOGETHER {
            self.keep_quiet().await;
        }
    }

    async fn keep_quiet(&mut self) {
        let (quiet, places) = (std::mem::take(&mut self.quiet), std::mem::take(&mut self.quiet_places));
        let now = self.crawler.reader.clock.now();
        let mut kept = self.crawler.keep_quiet(&quiet).await.map(|overtaken| {
            for (_, place) in quiet.iter().zip(places).filter(|(state, _)| overtaken.contains(&state.source)) {
                // What it showed the other process is in the store: it begins with that, at once.
                self.remembered.remove(&place);
                self.turns.hasten(place, now);
            }
        });
        if self.compact_at <= now {
            self.compact_at = later(now, COMPACTED_EVERY);
            kept = kept.and(self.crawler.compact().await);
        }
        if let Err(error) = kept {
            // Nothing heard is lost by it: at worst these sources are asked again too early.
            tracing::warn!("how {} sources fared could not be kept: {error:#}", quiet.len());
        }
    }
}
