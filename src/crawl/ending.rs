//! The end of a round: how the source fares now, when it is due next, and what of that is kept at once.
//!
//! A round that brought no news is kept together with others like it; everything else is kept before the report goes out.

use std::collections::HashSet;
use std::time::Duration;

use anyhow::Context;
use jiff::Timestamp;

use super::again::Remembered;
use super::next::{self, Next, Well};
use super::outcome::{Found, SILENCE};
use super::{Crawler, Report, Round, frontier};
use crate::sources::{Ask, Source, Wishes};
use crate::store::{Coverage, Day, PageState, Saved, SourceState, Span};

/// A round that has ended.
pub(super) struct Ended {
    pub(super) report: Report,
    /// What is still to be kept, if that has time.
    pub(super) quiet: Option<SourceState>,
    /// Whether the source was asked at all: its host may be left alone.
    pub(super) asked: bool,
    /// What its next round may begin with.
    pub(super) remembered: Option<Remembered>,
}

/// A round that has come to its end, of which nothing is kept yet.
pub(super) struct Closed {
    began: Timestamp,
    ended: Timestamp,
    state: SourceState,
    /// What is known of the page that it asked, if it starts with only that.
    only_page: Option<(Ask, PageState)>,
    report: Report,
    asked: bool,
    /// Since when its rounds were missed.
    missed: Option<Timestamp>,
    /// Whether a new span of its history begins.
    turned: bool,
    /// The day that is over for it.
    over: Option<Day>,
    /// Whether it changed nothing but times and the count of rounds.
    same: bool,
}

impl Closed {
    /// Whether it may be kept later, together with others.
    pub(super) fn is_quiet(&self) -> bool {
        self.same && !self.turned && self.missed.is_none() && self.over.is_none()
    }

    /// The same, with its next turn at once.
    pub(super) fn due_at_once(mut self) -> Self {
        (self.state.next_due, self.state.next_why) = (self.ended, None);
        (self.report.next, self.report.next_why) = (self.ended, None);
        self
    }

    /// The round as it goes on record; its state is still to be kept if `is_later`.
    fn into_ended(self, is_later: bool) -> Ended {
        let Self { state, only_page, report, asked, .. } = self;
        let quiet = is_later.then(|| state.clone());
        // What is left to ask for is the store's to know.
        let only_page = only_page.filter(|_| state.frontier == "[]");
        let remembered = only_page.map(|(ask, page)| Remembered { state, ask, page });
        Ended { report, quiet, asked, remembered }
    }

    /// The end of a quiet round.
    pub(super) fn into_quiet(self) -> Ended {
        self.into_ended(true)
    }
}

impl Crawler {
    /// Notes how the source fares, and reports.
    pub(super) async fn finish(&self, source: &Source, round: Round) -> anyhow::Result<Ended> {
        self.keep_end(self.close_round(source, round)?).await
    }

    /// What a round amounts to; keeps nothing.
    pub(super) fn close_round(&self, source: &Source, mut round: Round) -> anyhow::Result<Closed> {
        let now = self.reader.clock.now();
        let left: Vec<Ask> = round.outcome.take_left().into_iter().chain(round.walk.left().cloned()).collect();
        let not_asked = round.outcome.was_not_asked();
        if round.walk.reached_the_end() && left.is_empty() && round.outcome.answered() {
            (round.state.read_through, round.state.walked) = (Some(round.began), 0);
        }
        round.state.frontier = frontier(left.iter())?;
        round.settle(left.len(), not_asked, now);
        round.tell_gap(source.kind.shown_for());
        let mut next = self.next(source, &mut round, left.len(), now);
        if round.interrupted && !left.is_empty() {
            next = Next { at: now, why: Some("its last round was interrupted".to_owned()) };
            if let Some(before) = &round.before {
                let SourceState { coverage, reason, short, blind, failures, .. } = before.clone();
                round.state = SourceState { coverage, reason, short, blind, failures, ..round.state };
            }
        }
        (round.state.next_due, round.state.next_why) = (next.at, next.why);
        let over = count(&mut round.state, round.saved, !not_asked, now);
        let took = Duration::try_from(now.duration_since(round.began)).unwrap_or_default();
        let report = report(&round.state, round.saved, left.len(), took);
        let Round { began, before, state, only_page, .. } = round;
        let missed = before.as_ref().and_then(|before| source.every.missed_since(before.next_due, began));
        let turned = before.as_ref().is_none_or(|before| is_untold(before) || kind_of(before) != kind_of(&state));
        let same = before.is_some_and(|before| is_quiet(before, &state));
        Ok(Closed { began, ended: now, state, only_page, report, asked: !not_asked, missed, turned, over, same })
    }

    fn next(&self, source: &Source, round: &mut Round, left: usize, now: Timestamp) -> Next {
        let state = &mut round.state;
        let not_before = round.outcome.not_before();
        if matches!(state.coverage, Coverage::Fresh | Coverage::Unchanged | Coverage::Partial) {
            state.failures = 0;
            if !state.blind {
                state.last_good = Some(now);
            }
            // Wishes that cannot be read are none.
            let wishes: Option<Wishes> = state.wishes.as_deref().and_then(|wishes| serde_json::from_str(wishes).ok());
            let max_age = wishes.as_ref().map_or(Duration::ZERO, |_| self.reader.max_age(source));
            let wishes = wishes.unwrap_or_default();
            let well = Well { wishes: &wishes, good_until: round.outcome.good_until(), max_age, left, not_before };
            return next::after_well(&source.every, now, &well);
        }
        match not_before.filter(|_| round.outcome.was_not_asked()) {
            Some(until) => next::after_pause(until, round.before.as_ref().map(|before| before.next_due)),
            None => {
                state.failures += 1;
                next::after_failure(&source.every, now, state.failures, not_before)
            }
        }
    }

    /// Keeps the end of a round, unless it brought so little that it may be kept later.
    pub(super) async fn keep_end(&self, closed: Closed) -> anyhow::Result<Ended> {
        let pauses = self.reader.fetcher.take_pauses();
        if closed.is_quiet() && pauses.is_empty() {
            return Ok(closed.into_quiet());
        }
        let Closed { began, ended, ref state, missed, turned, ref over, .. } = closed;
        let mut tx = self.store.begin().await.context("the store cannot be written")?;
        if let Some(from) = missed {
            let (source, reason) = (state.source.clone(), Some(next::missed(from, began)));
            tx.begin_span(&Span { source, from, until: None, coverage: Coverage::Stale, blind: true, reason }).await?;
        }
        if turned || missed.is_some() {
            let (coverage, reason) = (kind_of(state).0, state.reason.clone());
            tx.begin_span(&Span { source: state.source.clone(), from: began, until: None, coverage, blind: state.blind, reason }).await?;
        }
        if let Some(day) = over {
            tx.end_day(&state.source, day).await?;
        }
        tx.keep_source_state(state).await?;
        tx.keep_pauses(&pauses, ended).await?;
        tx.commit().await?;
        Ok(closed.into_ended(false))
    }

    /// Keeps the ends of rounds that brought no news; returns the sources of which another process has noted something since.
    pub(super) async fn keep_quiet(&self, states: &[SourceState]) -> anyhow::Result<HashSet<String>> {
        if states.is_empty() {
            return Ok(HashSet::new());
        }
        let mut tx = self.store.begin().await.context("the store cannot be written")?;
        let overtaken = tx.keep_quiet_rounds(states).await?;
        // Those begun were kept when their rounds ended; these hosts are well again.
        tx.keep_pauses(&self.reader.fetcher.take_pauses(), self.reader.clock.now()).await?;
        tx.commit().await?;
        Ok(overtaken)
    }
}

impl Round {
    /// Notes what the round amounts to.
    fn settle(&mut self, left: usize, not_asked: bool, now: Timestamp) {
        let state = &mut self.state;
        let found = Found {
            seen: self.saved.seen,
            had_items: state.had_items,
            left,
            short: state.short.take(),
            stopped_early: self.walk.stopped_early(),
        };
        (state.coverage, state.reason, state.short) = self.outcome.coverage(found);
        if let Some(before) = self.before.as_ref().filter(|before| not_asked && before.failures > 0) {
            // What it answered when it was asked tells more than that it is left alone.
            (state.coverage, state.reason) = (before.coverage, before.reason.clone());
        }
        let silent = state.coverage == Coverage::Partial && state.short.as_deref() == Some(SILENCE);
        state.blind = silent || matches!(state.coverage, Coverage::Blocked | Coverage::Failing);
        state.last_run = now;
    }
}

impl Round {
    /// Tells that something was missed where the source shows only the last days and was not heard for longer.
    fn tell_gap(&mut self, shown: Option<Duration>) {
        let last_good = self.before.as_ref().and_then(|before| before.last_good);
        let is_heard = matches!(self.state.coverage, Coverage::Fresh | Coverage::Unchanged | Coverage::Partial);
        if let Some(gap) = next::gap(shown, last_good, self.began).filter(|_| is_heard) {
            (self.state.coverage, self.state.reason) = (Coverage::Partial, Some(gap));
        }
    }
}

/// What a change of makes a new span of the history: whether a poll showed something new is none.
pub(super) fn kind_of(state: &SourceState) -> (Coverage, bool) {
    let coverage = match state.coverage {
        Coverage::Unchanged if state.short.is_some() => Coverage::Partial,
        Coverage::Unchanged => Coverage::Fresh,
        coverage => coverage,
    };
    (coverage, state.blind)
}

/// Whether the state is from before there was a history.
pub(super) fn is_untold(state: &SourceState) -> bool {
    state.today.date == Day::of(Timestamp::UNIX_EPOCH).date
}

/// Whether a round changed nothing but times and the count of rounds.
fn is_quiet(before: SourceState, after: &SourceState) -> bool {
    let same_day = Day { rounds: before.today.rounds, ..after.today.clone() } == before.today;
    let SourceState { coverage, reason, last_run, last_good, next_due, next_why, today, .. } = after.clone();
    let with_its_times = SourceState { coverage, reason, last_run, last_good, next_due, next_why, today, ..before };
    after.coverage == Coverage::Unchanged && same_day && with_its_times == *after
}

/// Counts the round to its day, if the source was asked; returns the day before it if that is over.
pub(super) fn count(state: &mut SourceState, saved: Saved, asked: bool, now: Timestamp) -> Option<Day> {
    let today = Day::of(now);
    let over = (state.today.date != today.date).then(|| std::mem::replace(&mut state.today, today)).filter(|day| day.rounds > 0);
    state.today.rounds += i64::from(asked);
    state.today.seen += i64::try_from(saved.seen).unwrap_or(i64::MAX);
    state.today.new += i64::try_from(saved.new).unwrap_or(i64::MAX);
    state.today.failures += i64::from(asked && state.blind);
    over
}

pub(super) fn report(state: &SourceState, saved: Saved, left: usize, took: Duration) -> Report {
    Report {
        source: state.source.clone(),
        coverage: state.coverage,
        seen: saved.seen,
        new: saved.new,
        updated: saved.updated,
        left,
        error: state.reason.clone(),
        next: state.next_due,
        next_why: state.next_why.clone(),
        took,
    }
}
