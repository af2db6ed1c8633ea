//! A round of a source that tells what is said as it is said: it listens, and keeps what it heard in batches.
//!
//! Each batch is kept in one transaction with how far it listened, so that whatever ends it, the next begins there; what the
//! source tells twice is known. A lost connection is opened again at once, unless nothing came of it.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use jiff::{SignedDuration, Timestamp};
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use super::answer::{Failure, failure};
use super::ending::Ended;
use super::walk::Walk;
use super::{Crawler, Reader, Reason, Round, dated, namespace};
use crate::clock::{Clock, show_duration};
use crate::fetch::{FetchError, Listening, Request, Validators};
use crate::mention::Mention;
use crate::sources::{Ask, Gone, Heard, Moment, Parsed, Source, Stream};
use crate::store::{Coverage, Origin, SourceState, Tx};

/// Messages that are read and kept together …
const TOGETHER: usize = 2_000;
/// … or those of so long.
const AT_MOST: Duration = Duration::from_secs(1);
/// How far it has listened is kept this often where there is nothing else to keep.
const NOTED_EVERY: Duration = Duration::from_secs(10);
/// A stream that begins so much later than it was asked to no longer has what was said before.
const GAP: SignedDuration = SignedDuration::from_mins(10);
/// A round that somebody wants now has caught up when it is no further behind.
const CAUGHT_UP: SignedDuration = SignedDuration::from_secs(2);
/// A look at a stream ends after so many messages, or so long.
const GLIMPSED: usize = 200;
const GLIMPSED_FOR: Duration = Duration::from_secs(5);

/// Why a connection is over.
enum End {
    /// It is time, or it was told to stop, or all has been heard.
    Over,
    /// The connection is lost, or was never there.
    Lost(Failure),
}

/// A round that listens.
struct Ear<'a> {
    crawler: &'a Crawler,
    source: &'a Arc<Source>,
    round: Round,
    reason: Reason,
    connected: bool,
    /// Messages heard.
    messages: usize,
    refused: Vec<String>,
    /// From when on it was first asked for what was said.
    from: Option<Timestamp>,
    /// When the last message was said.
    said: Option<Timestamp>,
    gap: Option<String>,
    noted: Instant,
}

impl Crawler {
    /// One round of a source that is listened to: until its next turn, or, if somebody wants it now, until it has caught up or
    /// listened for as long as its settings say.
    pub(super) async fn listen(&self, source: &Arc<Source>, reason: Reason, stop: &CancellationToken) -> anyhow::Result<Ended> {
        let began = self.reader.clock.now();
        let before = self.store.source_state(&source.name).await?;
        let mut state = before.clone().unwrap_or_else(|| SourceState::never_asked(&source.name, began));
        state.short = None;
        let round = Round::new(began, before, state, Walk::default());
        let mut ear = Ear {
            crawler: self,
            source,
            round,
            reason,
            connected: false,
            messages: 0,
            refused: Vec::new(),
            from: None,
            said: None,
            gap: None,
            noted: Instant::now(),
        };
        let is_well = ear.listen(stop).await?;
        self.progress.ended(&source.name);
        ear.conclude(stop);
        let closed = self.close_round(source, ear.round)?;
        // A turn follows at once, so that nobody stops listening.
        let closed = if is_well && reason == Reason::Turn { closed.due_at_once() } else { closed };
        self.keep_end(closed).await
    }
}

impl Ear<'_> {
    /// Listens until the round is over; whether it ended well.
    async fn listen(&mut self, stop: &CancellationToken) -> anyhow::Result<bool> {
        let Some(stream) = self.crawler.reader.stream(self.source, self.round.state.cursor.as_deref()) else { return Ok(true) };
        self.from = stream.from;
        let mut over = pin!(time_is_up(
            self.reason,
            stream.listen_for,
            self.crawler.reader.clock.clone(),
            self.source.every.next_after(self.round.began),
        ));
        loop {
            let before = self.messages;
            match self.hear_out(over.as_mut(), stop).await? {
                End::Over => return Ok(true),
                End::Lost(_) if self.messages > before => {}
                End::Lost(failure) => {
                    self.round.outcome.failed(&failure);
                    return Ok(false);
                }
            }
        }
    }

    /// Opens a connection and listens for as long as it lasts.
    async fn hear_out(&mut self, mut over: Pin<&mut impl Future<Output = ()>>, stop: &CancellationToken) -> anyhow::Result<End> {
        let reader = &self.crawler.reader;
        let opened = tokio::select! {
            opened = reader.open(self.source, self.round.state.cursor.as_deref()) => opened,
            () = over.as_mut() => return Ok(End::Over),
            () = stop.cancelled() => return Ok(End::Over),
        };
        let mut listening = match opened {
            Ok(listening) => listening,
            Err(error) => return Ok(End::Lost(failure(&error, self.source))),
        };
        self.connected = true;
        let asked_from = reader.stream(self.source, self.round.state.cursor.as_deref()).and_then(|stream| stream.from);
        let mut batch = Vec::new();
        let mut keep_at = Instant::now() + AT_MOST;
        let mut first = true;
        loop {
            let end = tokio::select! {
                message = listening.next() => take_more(message, &mut listening, &mut batch, self.source),
                () = sleep_until(keep_at), if !batch.is_empty() => None,
                () = over.as_mut() => Some(End::Over),
                () = stop.cancelled() => Some(End::Over),
            };
            if end.is_none() && batch.len() < TOGETHER && keep_at > Instant::now() {
                continue;
            }
            let asked_from = asked_from.filter(|_| std::mem::take(&mut first));
            self.take_in(std::mem::take(&mut batch), asked_from, end.is_some()).await?;
            keep_at = Instant::now() + AT_MOST;
            if let Some(end) = end {
                return Ok(end);
            }
            if self.has_caught_up() {
                self.take_in(Vec::new(), None, true).await?;
                return Ok(End::Over);
            }
        }
    }

    /// Reads a batch and keeps what it tells.
    async fn take_in(&mut self, messages: Vec<String>, asked_from: Option<Timestamp>, is_last: bool) -> anyhow::Result<()> {
        let count = messages.len();
        let heard = self.read(messages).await?;
        self.messages += count;
        if let Some((first, last)) = heard.said {
            self.said = self.said.max(Some(last));
            let missing = asked_from.map(|from| first.duration_since(from)).filter(|missing| *missing > GAP);
            self.gap = self.gap.take().or(missing.map(gap));
        }
        if heard.cursor.is_some() {
            self.round.state.cursor.clone_from(&heard.cursor);
        }
        self.refused.extend(heard.refused);
        let (now, since) = (self.crawler.reader.clock.now(), self.crawler.reader.since(self.source));
        let (privacy, key) = (self.source.privacy, &self.crawler.reader.address_key);
        let heard_of = heard.mentions.into_iter().map(|mention| privacy.cover(mention, key));
        let mentions: Vec<Mention> = heard_of.filter_map(|mention| dated(mention, now, since)).collect();
        let is_due = (is_last || self.noted.elapsed() >= NOTED_EVERY) && self.messages > 0;
        if mentions.is_empty() && heard.gone.is_empty() && !is_due {
            return Ok(());
        }
        self.noted = Instant::now();
        self.keep(mentions, &heard.gone, now).await
    }

    /// Reads messages on a thread of its own.
    async fn read(&self, messages: Vec<String>) -> anyhow::Result<Heard> {
        if messages.is_empty() {
            return Ok(Heard::default());
        }
        let (source, tagger) = (Arc::clone(self.source), self.crawler.rules.tagger());
        let reading = move || source.kind.hear(&messages, &|text| tagger.product_in(text).is_some());
        tokio::task::spawn_blocking(reading).await.context("a fault in our reader; please report it")
    }

    async fn keep(&mut self, mentions: Vec<Mention>, gone: &[Gone], now: Timestamp) -> anyhow::Result<()> {
        let (crawler, source) = (self.crawler, self.source);
        let Some(stream) = crawler.reader.stream(source, None) else { return Ok(()) };
        let namespace = namespace(source, &Ask::Get(stream.url));
        let origin = Origin { source: &source.name, kind: source.kind.as_str(), namespace: &namespace, keeps_ids: false, list: None, now };
        let state = &mut self.round.state;
        state.had_items |= !mentions.is_empty();
        (state.coverage, state.reason, state.blind) = (Coverage::Fresh, None, false);
        (state.last_run, state.last_good, state.next_due, state.next_why) = (now, Some(now), now, None);
        let mut tx = crawler.store.begin().await.context("the store cannot be written")?;
        let product = source.product.as_deref();
        let kept = tx.save(origin, mentions, |mention| crawler.rules.judge(product, mention)).await?;
        crawler.after_saving(&mut tx, &kept).await?;
        let taken_back = taken_back(&mut tx, &source.name, gone).await?;
        let taken_back = tx.take_back(origin, &taken_back).await?;
        tx.keep_source_state(state).await?;
        tx.commit().await?;
        if taken_back > 0 {
            tracing::debug!(source = %source.name, taken_back, "posts were taken back");
        }
        crawler.progress.page(&source.name, kept.saved.seen, 0);
        self.round.saved += kept.saved;
        Ok(())
    }

    /// Whether a round that somebody wants now has heard all that was said before it began.
    fn has_caught_up(&self) -> bool {
        self.reason == Reason::Wanted && self.from.is_some() && !self.is_behind()
    }

    fn is_behind(&self) -> bool {
        self.said.is_none_or(|said| self.round.began.duration_since(said) > CAUGHT_UP)
    }

    /// Notes what the round amounts to.
    fn conclude(&mut self, stop: &CancellationToken) {
        self.round.interrupted = stop.is_cancelled();
        let behind = self.said.filter(|_| self.reason == Reason::Wanted && self.from.is_some() && self.is_behind());
        let behind = behind.filter(|_| !self.round.interrupted).map(|said| {
            let behind = Duration::try_from(self.round.began.duration_since(said)).unwrap_or_default();
            format!(
                "it is {} behind; the next round goes on there; raise `listen_for`, or let `goodword serve` listen",
                show_duration(behind)
            )
        });
        let silent = (self.connected && self.messages == 0 && !self.round.interrupted)
            .then(|| "it let us listen and said nothing at all; check `endpoint`, or listen for longer".to_owned());
        let outcome = &mut self.round.outcome;
        if self.messages > 0 || self.round.interrupted {
            outcome.unchanged(true, None);
        }
        let partial = self.gap.take().or(behind).or(silent);
        if partial.is_some() || !self.refused.is_empty() || self.round.saved.seen > 0 {
            outcome.page(&Parsed { partial, refused: std::mem::take(&mut self.refused), ..Parsed::default() }, true, None);
        }
    }
}

/// Takes a message and those that are there already; why the connection is over, if it is.
fn take_more(
    message: Result<Option<String>, FetchError>,
    listening: &mut Listening,
    batch: &mut Vec<String>,
    source: &Source,
) -> Option<End> {
    match message {
        Ok(Some(message)) => {
            batch.push(message);
            while batch.len() < TOGETHER
                && let Some(message) = listening.at_hand()
            {
                batch.push(message);
            }
            None
        }
        Ok(None) => {
            let why = "it ended the connection before it said anything".to_owned();
            let host = listening.host().to_owned();
            Some(End::Lost(failure(&FetchError::Network { host, why }, source)))
        }
        Err(error) => Some(End::Lost(failure(&error, source))),
    }
}

async fn time_is_up(reason: Reason, listen_for: Duration, clock: Clock, turn: Timestamp) {
    match reason {
        // How long somebody waits is a matter of the network, whatever the clock shows.
        Reason::Wanted => sleep(listen_for).await,
        Reason::Turn => clock.sleep_until(turn).await,
    }
}

fn gap(missing: SignedDuration) -> String {
    let missing = show_duration(Duration::try_from(missing).unwrap_or_default());
    format!(
        "it no longer has all that was said since we last listened: {missing} are missing; listen more often, or let `goodword serve` do it"
    )
}

/// The own ids of all that was taken back.
async fn taken_back(tx: &mut Tx<'_>, source: &str, gone: &[Gone]) -> anyhow::Result<Vec<String>> {
    let mut own_ids = Vec::new();
    for gone in gone {
        match gone {
            Gone::Mention(own_id) => own_ids.push(own_id.clone()),
            Gone::AllOf(start) => own_ids.extend(tx.own_ids_from(source, start).await?),
        }
    }
    Ok(own_ids)
}

impl Reader {
    /// Where a source is listened to, if it is.
    pub(super) fn stream(&self, source: &Source, cursor: Option<&str>) -> Option<Stream> {
        source.kind.stream(Moment { now: self.clock.now(), since: self.since(source), cursor, dir: &self.dir })
    }

    /// Opens the connection of a source.
    async fn open(&self, source: &Source, cursor: Option<&str>) -> Result<Listening, FetchError> {
        let Some(stream) = self.stream(source, cursor) else { return Err(FetchError::BadUrl { url: source.name.clone() }) };
        let request = Request {
            url: stream.url,
            body: None,
            headers: source.headers.clone(),
            min_interval: source.min_interval,
            allow_private: source.allow_private,
            validators: Validators::default(),
        };
        self.fetcher.listen(&request).await
    }

    /// Listens for a few seconds to what anybody says there; nothing is kept.
    pub(super) async fn overhear(&self, source: &Arc<Source>) -> Result<Heard, Failure> {
        let mut listening = self.open(source, None).await.map_err(|error| failure(&error, source))?;
        let mut messages = Vec::new();
        let until = Instant::now() + GLIMPSED_FOR;
        while messages.len() < GLIMPSED {
            tokio::select! {
                message = listening.next() => match message.map_err(|error| failure(&error, source))? {
                    Some(message) => messages.push(message),
                    None => break,
                },
                () = sleep_until(until) => break,
            }
        }
        Ok(source.kind.hear(&messages, &|_| true))
    }
}
