//! One round of one source: ask, read, tag, keep; and what the round showed.
//!
//! [`Crawler::crawl_once`] is a single testable step; [`schedule`] repeats it. Each page is kept in one transaction with
//! its tags and with what is left to ask for, so that a killed process goes on where it stopped. Knows no kind of source
//! and no site; never touches the network but through [`crate::fetch`].

mod answer;
mod judge;
mod outcome;
mod reader;
pub mod schedule;

use std::collections::VecDeque;
use std::sync::Arc;

use anyhow::Context;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::clock;
use crate::mention::Mention;
use crate::noise::Rules;
use crate::phrases::Tagger;
use crate::sources::{Ask, Parsed, Source};
use crate::store::{Coverage, Origin, PageState, Saved, SourceState, Store};

use answer::{Answer, Stamp};
use outcome::Outcome;

pub use judge::judge;
pub use reader::Reader;

/// Pages asked for in one round of one source; what is left comes with the next round.
const PAGES_A_ROUND: usize = 200;

/// A list whose first page stays as it is is read to its end again after this long.
const LOOK_DEEPER_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// What a round needs.
#[derive(Clone, Debug)]
pub struct Crawler {
    /// What asks and reads.
    pub reader: Reader,
    /// Where mentions are kept.
    pub store: Arc<Store>,
    /// What tags them.
    pub tagger: Arc<Tagger>,
    /// What tells noise.
    pub noise: Arc<Rules>,
}

/// What a round of one source showed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The source.
    pub source: String,
    /// What it showed of what it has.
    pub coverage: Coverage,
    /// Mentions seen.
    pub seen: usize,
    /// Those never heard before.
    pub new: usize,
    /// Those that their author changed, or of which more is known now.
    pub updated: usize,
    /// Why, if not all is well, and what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// When it is due next.
    pub next: Timestamp,
}

/// A round under way.
struct Round {
    state: SourceState,
    /// What the round begins with.
    first: Vec<Ask>,
    asks: VecDeque<Ask>,
    saved: Saved,
    outcome: Outcome,
}

impl Round {
    fn add(&mut self, ask: Ask) {
        if !self.asks.contains(&ask) {
            self.asks.push_back(ask);
        }
    }
}

impl Crawler {
    /// One round of `source`, now. What goes wrong with the source is in the report; an error is a store that fails.
    pub async fn crawl_once(&self, source: &Arc<Source>) -> anyhow::Result<Report> {
        let mut round = self.start(source).await?;
        for _ in 0..PAGES_A_ROUND {
            let Some(ask) = round.asks.pop_front() else { break };
            let known = self.store.page_state(&source.name, &address(&ask)).await?;
            match self.reader.answer(source, &ask, known.as_ref()).await {
                Answer::Unchanged => self.pass(source, &ask, known, &mut round).await?,
                Answer::Page(page, stamp) => match self.reader.parse(source, &ask, page, round.state.cursor.as_deref()).await {
                    Ok(parsed) => self.keep(source, &ask, parsed, stamp, &mut round).await?,
                    Err(error) => round.outcome.unreadable(&error.what, error.instead),
                },
                Answer::Failed(error) => {
                    if error.is_passing() {
                        round.outcome.leave(ask);
                    }
                    let stop = error.stops_the_round();
                    round.outcome.failed(&error);
                    if stop {
                        break;
                    }
                }
            }
        }
        self.finish(source, round).await
    }

    /// What is left from the round before, then what the kind asks for.
    async fn start(&self, source: &Source) -> anyhow::Result<Round> {
        let state = match self.store.source_state(&source.name).await? {
            Some(state) => state,
            None => never_asked(source, self.reader.clock.now()),
        };
        let mut asks: VecDeque<Ask> = serde_json::from_str(&state.frontier).unwrap_or_default();
        let mut outcome = Outcome::default();
        match self.reader.asks(source, state.cursor.as_deref()) {
            Ok(first) => {
                let left: Vec<Ask> = first.into_iter().filter(|ask| !asks.contains(ask)).collect();
                asks.extend(left);
            }
            Err(error) => outcome.unreadable(&error.to_string(), false),
        }
        Ok(Round { state, first: asks.iter().cloned().collect(), asks, saved: Saved::default(), outcome })
    }

    /// Passes over a page that has not changed. What it leads on to is asked for all the same if the page before it did change,
    /// and once a day in any case: older items are edited too.
    async fn pass(&self, source: &Source, ask: &Ask, known: Option<PageState>, round: &mut Round) -> anyhow::Result<()> {
        round.outcome.unchanged();
        let now = self.reader.clock.now();
        let Some(known) = known.filter(|known| known.next != "[]") else { return Ok(()) };
        let is_first = round.first.contains(ask);
        if is_first && now.duration_since(known.followed) < LOOK_DEEPER_AFTER {
            return Ok(());
        }
        for next in serde_json::from_str::<Vec<Ask>>(&known.next)? {
            round.add(next);
        }
        let mut tx = self.store.begin().await.context("the store cannot be written")?;
        tx.keep_page_state(&source.name, &address(ask), &PageState { followed: now, ..known }).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Keeps one page: its mentions, what is known of it, what is left to ask for; all or nothing.
    async fn keep(&self, source: &Source, ask: &Ask, parsed: Parsed, stamp: Stamp, round: &mut Round) -> anyhow::Result<()> {
        let now = self.reader.clock.now();
        round.outcome.page(&parsed);
        let is_whole = parsed.partial.is_none() && parsed.refused.is_empty();
        let page = PageState {
            etag: stamp.etag,
            last_modified: stamp.last_modified,
            body: stamp.body,
            next: frontier(parsed.next.iter())?,
            followed: now,
        };
        for next in parsed.next {
            round.add(next);
        }
        if parsed.cursor.is_some() {
            round.state.cursor = parsed.cursor;
        }
        round.state.frontier = frontier(round.asks.iter())?;
        let since = self.reader.since(source);
        let mentions: Vec<Mention> = parsed.mentions.into_iter().filter_map(|mention| dated(mention, now, since)).collect();
        round.state.had_items |= !mentions.is_empty();
        let namespace = namespace(source, ask);
        let address = address(ask);
        let origin = Origin {
            source: &source.name,
            kind: source.kind.as_str(),
            namespace: &namespace,
            keeps_ids: matches!(ask, Ask::Read(_)),
            list: (is_whole && matches!(ask, Ask::Get(_))).then_some(&address),
            now,
        };
        let mut tx = self.store.begin().await.context("the store cannot be written")?;
        let product = source.product.as_deref();
        let saved = tx.save(origin, mentions, |mention| judge(&self.tagger, &self.noise, product, mention)).await?;
        tx.keep_page_state(&source.name, &address, &page).await?;
        tx.keep_source_state(&round.state).await?;
        tx.commit().await?;
        round.saved += saved;
        Ok(())
    }

    /// Notes how the source fares, and reports.
    async fn finish(&self, source: &Source, mut round: Round) -> anyhow::Result<Report> {
        let now = self.reader.clock.now();
        let left = round.outcome.take_left().into_iter().chain(round.asks);
        let left: Vec<Ask> = left.collect();
        let (coverage, reason) = round.outcome.coverage(round.saved.seen, round.state.had_items, left.len());
        let state = &mut round.state;
        state.frontier = frontier(left.iter())?;
        (state.coverage, state.reason, state.last_run) = (coverage, reason, now);
        if matches!(coverage, Coverage::Fresh | Coverage::Unchanged | Coverage::Partial) {
            (state.last_good, state.failures) = (Some(now), 0);
            state.next_due = source.every.next_after(now);
        } else {
            state.failures += 1;
            state.next_due = outcome::retry_at(source.every.next_after(now), now, state.failures, round.outcome.not_before());
        }
        let mut tx = self.store.begin().await.context("the store cannot be written")?;
        tx.keep_source_state(state).await?;
        tx.commit().await?;
        Ok(report(state, round.saved))
    }
}

fn report(state: &SourceState, saved: Saved) -> Report {
    Report {
        source: state.source.clone(),
        coverage: state.coverage,
        seen: saved.seen,
        new: saved.new,
        updated: saved.updated,
        error: state.reason.clone(),
        next: state.next_due,
    }
}

fn never_asked(source: &Source, now: Timestamp) -> SourceState {
    SourceState {
        source: source.name.clone(),
        coverage: Coverage::Failing,
        reason: Some("its first round has not ended".to_owned()),
        last_run: now,
        last_good: None,
        next_due: now,
        failures: 0,
        had_items: false,
        frontier: "[]".to_owned(),
        cursor: None,
    }
}

fn frontier<'a>(asks: impl Iterator<Item = &'a Ask>) -> anyhow::Result<String> {
    Ok(serde_json::to_string(&asks.collect::<Vec<_>>())?)
}

/// The mention with a date that is not in the future; none if it is older than the source reaches back.
fn dated(mention: Mention, now: Timestamp, since: Option<Timestamp>) -> Option<Mention> {
    let published = mention.published.map(|published| published.not_after(now));
    let too_old = since.zip(published).is_some_and(|(since, published)| published.at < clock::day_before(since));
    (!too_old).then_some(Mention { published, ..mention })
}

/// Where the own ids of an answer's mentions are unique: at the site for the kind, or in the source for files.
fn namespace(source: &Source, ask: &Ask) -> String {
    match ask {
        Ask::Get(url) => format!("{}@{}", source.kind.as_str(), url.host_str().unwrap_or_default()),
        Ask::Read(_) => source.name.clone(),
    }
}

/// The name under which an ask's page is remembered.
fn address(ask: &Ask) -> String {
    match ask {
        Ask::Get(url) => url.to_string(),
        Ask::Read(path) => path.display().to_string(),
    }
}
