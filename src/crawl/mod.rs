//! One round of one source: ask, read, tag, keep; and what the round showed.
//!
//! [`Crawler::crawl_once`] is a single testable step; [`schedule`] repeats it. Each page is kept in one transaction with
//! its tags and with what is left to ask for, so that a killed process goes on where it stopped. Knows no kind of source
//! and no site; never touches the network but through [`crate::fetch`].

mod after;
mod again;
mod answer;
mod ending;
mod glimpse;
mod judge;
mod next;
mod outcome;
mod progress;
mod pushed;
mod reader;
mod rulebook;
pub mod schedule;
mod tokens;
mod stream;
mod turns;
mod walk;

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::clock;
use crate::mention::Mention;
use crate::sources::{Ask, Parsed, Secret, Source};
use crate::store::{Coverage, Origin, PageState, Saved, SourceState, Store};

use again::{Again, Remembered};
use answer::{Answer, Stamp};
use ending::Ended;
use outcome::Outcome;
use walk::{Shown, Step, Walk};

pub use glimpse::Glimpse;
pub use judge::{judge, tagged};
pub use progress::{Come, Progress};
pub use pushed::Delivered;
pub use reader::Reader;
pub use rulebook::Rulebook;
pub use tokens::{NoToken, Tokens};

/// Pages asked for in one round of one source; what is left comes with the next round.
const PAGES_A_ROUND: usize = 200;

/// A list is read to its end again after this long: older items are edited too.
const LOOK_DEEPER_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// What a round needs.
#[derive(Clone, Debug)]
pub struct Crawler {
    /// What asks and reads.
    pub reader: Reader,
    /// Where mentions are kept.
    pub store: Arc<Store>,
    /// What they are judged by.
    pub rules: Rulebook,
    /// Where it is told how far rounds have come.
    pub progress: Arc<Progress>,
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
    /// Pages known of that come with the next round.
    #[serde(skip_serializing_if = "is_none_left")]
    pub left: usize,
    /// Why, if not all is well, and what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// When it is due next.
    pub next: Timestamp,
    /// Why then, if not by its own interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_why: Option<String>,
    /// How long the round took.
    #[serde(skip)]
    pub took: Duration,
}

fn is_none_left(left: &usize) -> bool {
    *left == 0
}

/// What brings a round about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
    /// Its turn has come: pages that are good by their server's word are not asked for.
    Turn,
    /// Someone wants it now.
    Wanted,
}

/// A round under way.
struct Round {
    began: Timestamp,
    /// What was known of the source before; none if it was never asked.
    before: Option<SourceState>,
    state: SourceState,
    walk: Walk,
    saved: Saved,
    outcome: Outcome,
    /// Whether it was told to stop before its end.
    interrupted: bool,
    /// What is known of the page that is most likely asked for first, with its address.
    at_hand: Option<(String, Option<PageState>)>,
    /// What is known now of the page that it started with, if that is only one.
    only_page: Option<(Ask, PageState)>,
}

impl Crawler {
    /// One round of `source`, now. What goes wrong with the source is in the report; an error is a store that fails.
    pub async fn crawl_once(&self, source: &Arc<Source>) -> anyhow::Result<Report> {
        let ended = self.round(source, Reason::Wanted, None, &CancellationToken::new()).await?;
        // What another process has noted in the meantime stands.
        let _overtaken = self.keep_quiet(ended.quiet.as_slice()).await?;
        Ok(ended.report)
    }

    /// One round; what it leaves to be kept is in what it returns. Ends between two pages when `stop` is called. The store is
    /// not read if the source is as it is `remembered`.
    async fn round(
        &self,
        source: &Arc<Source>,
        reason: Reason,
        remembered: Option<Remembered>,
        stop: &CancellationToken,
    ) -> anyhow::Result<Ended> {
        if source.kind.is_listened_to() {
            return self.listen(source, reason, stop).await;
        }
        let began = self.reader.clock.now();
        if source.kind.is_pushed() {
            return self.look_for_deliveries(source, began).await;
        }
        let mut asked = match remembered {
            Some(remembered) => match self.ask_again(source, remembered, began, stop).await? {
                Again::Quiet(ended) => return Ok(*ended),
                Again::Asked(asked) => Some(asked),
                Again::NotAsked => None,
            },
            None => None,
        };
        let mut round = self.start(source, began).await?;
        let mut pages = 0;
        while pages < PAGES_A_ROUND {
            if stop.is_cancelled() || round.outcome.is_paused() {
                break;
            }
            let Some(step) = round.walk.take() else { break };
            let known = match round.at_hand.take().filter(|(at, _)| *at == step.ask.address()) {
                Some((_, known)) => known,
                None => self.store.page_state(&source.name, &step.ask.address()).await?,
            };
            let answered = asked.take().and_then(|asked| asked.answer_to(&step.ask, known.as_ref()));
            if reason == Reason::Turn
                && answered.is_none()
                && let Some(good) = known.as_ref().and_then(|known| known.good_until).filter(|good| *good > round.began)
            {
                round.outcome.unchanged(step.first, Some(good));
                self.pass(&step, known, &mut round)?;
                pages += 1;
                continue;
            }
            let before = round.saved.seen;
            let is_file = matches!(step.ask, Ask::Read(_));
            let answer = match answered {
                Some(answer) => answer,
                None => tokio::select! {
                    answer = self.reader.answer(source, &step.ask, known.as_ref()) => answer,
                    () = stop.cancelled() => {
                        round.outcome.leave(step.ask);
                        break;
                    }
                },
            };
            // Files that have not changed cost nothing: a folder of many is read to its end.
            pages += usize::from(!(is_file && matches!(answer, Answer::Unchanged { .. })));
            if self.take_in(source, &step, known, answer, &mut round).await?.is_break() {
                break;
            }
            self.progress.page(&source.name, round.saved.seen - before, round.walk.left().count());
        }
        self.progress.ended(&source.name);
        round.interrupted = stop.is_cancelled();
        self.finish(source, round).await
    }

    /// Takes an answer in; the round ends with it if the site should not be asked for more.
    async fn take_in(
        &self,
        source: &Arc<Source>,
        step: &Step,
        known: Option<PageState>,
        answer: Answer,
        round: &mut Round,
    ) -> anyhow::Result<ControlFlow<()>> {
        match answer {
            Answer::Unchanged { good_until } => {
                round.outcome.unchanged(step.first, good_until);
                if !round.walk.starts_with_only(step) {
                    self.keep_freshness(source, step, known.as_ref(), good_until).await?;
                }
                self.pass(step, known, round)?;
            }
            Answer::Page(page, stamp) => match self.reader.parse(source, &step.ask, page, round.state.cursor.as_deref()).await {
                Ok(parsed) => self.keep(source, step, parsed, stamp, round).await?,
                Err(error) => {
                    if step.deserves_another_try() {
                        round.outcome.leave(step.ask.clone());
                    }
                    round.outcome.unreadable(&error.what, error.instead);
                }
            },
            Answer::Failed(error) => {
                if error.is_passing() {
                    round.outcome.leave(step.ask.clone());
                }
                round.outcome.failed(&error);
                if error.stops_the_round() {
                    return Ok(ControlFlow::Break(()));
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// What the kind asks for, then what is left from the round before.
    async fn start(&self, source: &Source, began: Timestamp) -> anyhow::Result<Round> {
        let likely = self.reader.first_url(source).map(|url| url.to_string()).unwrap_or_default();
        let (before, page) = self.store.source_with_page(&source.name, &likely).await?;
        let state = before.clone().unwrap_or_else(|| SourceState::never_asked(&source.name, began));
        let left: Vec<Ask> = serde_json::from_str(&state.frontier).unwrap_or_default();
        let mut outcome = Outcome::default();
        let first = self.reader.asks(source, state.cursor.as_deref()).unwrap_or_else(|error| {
            outcome.unreadable(&error.to_string(), false);
            Vec::new()
        });
        let deep = state.read_through.is_none_or(|read| began.duration_since(read) >= LOOK_DEEPER_AFTER);
        let walk = Walk::new(first, left, state.walked, deep);
        Ok(Round { outcome, at_hand: Some((likely, page)), ..Round::new(began, before, state, walk) })
    }

    /// Passes over a page that has not changed.
    fn pass(&self, step: &Step, known: Option<PageState>, round: &mut Round) -> anyhow::Result<()> {
        let Some(known) = known else { return Ok(()) };
        let next = if known.next == "[]" { Vec::new() } else { serde_json::from_str(&known.next)? };
        round.walk.pass(step, known.body, next);
        round.know(step, known);
        Ok(())
    }

    /// Notes until when one of several pages is good.
    async fn keep_freshness(
        &self,
        source: &Source,
        step: &Step,
        known: Option<&PageState>,
        good_until: Option<Timestamp>,
    ) -> anyhow::Result<()> {
        let Some(known) = known.filter(|known| known.good_until != good_until) else { return Ok(()) };
        let mut tx = self.store.begin().await.context("the store cannot be written")?;
        tx.keep_page_state(&source.name, &step.ask.address(), &PageState { good_until, ..known.clone() }).await?;
        Ok(tx.commit().await?)
    }

    /// Keeps one page: its mentions, what is known of it, what is left to ask for; all or nothing.
    async fn keep(&self, source: &Source, step: &Step, parsed: Parsed, stamp: Stamp, round: &mut Round) -> anyhow::Result<()> {
        let now = self.reader.clock.now();
        let is_whole = parsed.partial.is_none() && parsed.refused.is_empty();
        round.outcome.page(&parsed, step.first, stamp.good_until);
        if let Some(pause) = parsed.pause {
            round.outcome.pause(clock::later(now, pause));
        }
        let next = asks_after(source, parsed.next, stamp.next);
        let page = PageState {
            etag: stamp.etag,
            last_modified: stamp.last_modified,
            body: stamp.body,
            next: frontier(next.iter())?,
            followed: now,
            good_until: stamp.good_until,
        };
        let again = round.walk.saw(stamp.body, &parsed.mentions);
        let shown = Shown { any: !parsed.mentions.is_empty(), again, keeps_count: parsed.cursor.is_some(), ..Shown::default() };
        if parsed.cursor.is_some() {
            round.state.cursor = parsed.cursor;
        }
        if step.first && step.ask.url().is_some() {
            round.state.wishes = if parsed.wishes.is_empty() { None } else { Some(serde_json::to_string(&parsed.wishes)?) };
        }
        let since = self.reader.since(source);
        let Parsed { mentions, gone, .. } = parsed;
        let mentions: Vec<Mention> = mentions.into_iter().filter_map(|mention| dated(mention, now, since)).collect();
        round.state.had_items |= !mentions.is_empty();
        let too_old = shown.any && mentions.is_empty();
        let namespace = namespace(source, &step.ask);
        let address = step.ask.address();
        let list = source.kind.list(&step.ask).filter(|_| is_whole);
        let origin = Origin {
            source: &source.name,
            kind: source.kind.as_str(),
            namespace: &namespace,
            keeps_ids: matches!(step.ask, Ask::Read(_)),
            list: list.as_deref(),
            now,
        };
        let mut tx = self.store.begin().await.context("the store cannot be written")?;
        let product = source.product.as_deref();
        let kept = tx.save(origin, mentions, |mention| self.rules.judge(product, mention)).await?;
        self.after_saving(&mut tx, &kept).await?;
        if !gone.is_empty() {
            tx.take_back(origin, &gone).await?;
        }
        let saved = kept.saved;
        let cut = round.walk.go_on(step, Shown { news: saved.new + saved.updated > 0, too_old, ..shown }, next);
        round.outcome.ends_before_its_end(cut);
        round.state.frontier = frontier(round.walk.left())?;
        round.state.walked = round.walk.walked();
        tx.keep_page_state(&source.name, &address, &page).await?;
        tx.keep_source_state(&round.state).await?;
        tx.commit().await?;
        round.saved += saved;
        round.know(step, page);
        Ok(())
    }
}

/// What to ask for after a page: what it tells itself, and what its header does, without the source's secret.
fn asks_after(source: &Source, mut next: Vec<Ask>, by_header: Option<Box<Url>>) -> Vec<Ask> {
    next.extend(by_header.map(|next| Ask::Get(*next)));
    if let Some(secret) = &source.secret {
        hide(secret, &mut next);
    }
    next
}

impl Round {
    fn new(began: Timestamp, before: Option<SourceState>, state: SourceState, walk: Walk) -> Self {
        let (saved, outcome) = (Saved::default(), Outcome::default());
        Self { began, before, state, walk, saved, outcome, interrupted: false, at_hand: None, only_page: None }
    }

    fn know(&mut self, step: &Step, page: PageState) {
        if self.walk.starts_with_only(step) {
            self.only_page = Some((step.ask.clone(), page));
        }
    }
}

fn frontier<'a>(asks: impl Iterator<Item = &'a Ask>) -> anyhow::Result<String> {
    Ok(serde_json::to_string(&asks.collect::<Vec<_>>())?)
}

/// Takes the secret out of what is to be asked for: what is kept must not hold it.
fn hide(secret: &Secret, asks: &mut [Ask]) {
    for ask in asks {
        match ask {
            Ask::Get(url) | Ask::Post { url, .. } => *url = secret.take_out_of(url),
            Ask::Mail(_) | Ask::Read(_) => {}
        }
    }
}

/// The mention with a date that is not in the future; none if it is older than the source reaches back.
fn dated(mention: Mention, now: Timestamp, since: Option<Timestamp>) -> Option<Mention> {
    let published = mention.published.map(|published| published.not_after(now));
    let too_old = since.zip(published).is_some_and(|(since, published)| published.at < clock::day_before(since));
    (!too_old).then_some(Mention { published, ..mention })
}

/// Where the own ids of an answer's mentions are unique: at the site for the kind, or in the source for files.
fn namespace(source: &Source, ask: &Ask) -> String {
    match ask.url() {
        Some(url) => format!("{}@{}", source.kind.as_str(), source.kind.ids_of(url.host_str().unwrap_or_default())),
        None => source.name.clone(),
    }
}
