//! Sources that send us what they have: a delivery is kept like a page of a round, and a round only looks whether deliveries come.
//!
//! A delivery, all that follows from it and how its source fares land in one transaction. Who may send is checked before.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use jiff::Timestamp;

use super::Crawler;
use super::ending::{Ended, count, is_untold, kind_of, report};
use super::outcome::and_more;
use crate::clock::show_duration;
use crate::fetch::Page;
use crate::mention::Mention;
use crate::sources::{Ask, Every, Parsed, Source};
use crate::store::{Coverage, Origin, Saved, SourceState, Span, Tx};

/// What became of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivered {
    /// It is kept.
    Kept {
        /// What it held.
        saved: Saved,
        /// Items and fields that could not be read, in words.
        refused: Vec<String>,
    },
    /// Nothing of it can be read, for this reason; nothing is kept.
    Unreadable(String),
}

impl Crawler {
    /// Keeps what was sent to `source`. Items without an id of their own are known again by `key`, the delivery's.
    pub async fn take_delivery(&self, source: &Arc<Source>, page: Page, key: Option<&str>) -> anyhow::Result<Delivered> {
        let ask = Ask::Get(page.url.clone());
        let Parsed { mentions, refused, .. } = match self.reader.parse(source, &ask, page, None).await {
            Ok(parsed) => parsed,
            Err(error) => return Ok(Delivered::Unreadable(error.what)),
        };
        if let (true, Some(first)) = (mentions.is_empty(), refused.first()) {
            return Ok(Delivered::Unreadable(and_more(first, refused.len() - 1, "more not read")));
        }
        let now = self.reader.clock.now();
        let mentions = mentions.into_iter().enumerate().map(|(place, mention)| received(mention, place, key, now)).collect();
        let namespace = format!("{}@{}", source.kind.as_str(), source.name);
        let origin = Origin { source: &source.name, kind: source.kind.as_str(), namespace: &namespace, keeps_ids: false, list: None, now };
        let product = source.product.as_deref();
        let mut tx = self.store.begin().await.context("the store cannot be written")?;
        let before = tx.source_state(&source.name).await?;
        let kept = tx.save(origin, mentions, |mention| self.rules.judge(product, mention)).await?;
        self.after_saving(&mut tx, &kept).await?;
        let saved = kept.saved;
        let mut state = before.clone().unwrap_or_else(|| SourceState::never_asked(&source.name, now));
        let reason = refused.first().map(|first| and_more(&format!("not read: {first}"), refused.len() - 1, "more not read"));
        (state.coverage, state.reason, state.blind, state.failures) = (Coverage::Fresh, reason, false, 0);
        (state.last_good, state.next_due, state.next_why) = (Some(now), source.every.next_after(now), None);
        state.had_items |= saved.seen > 0;
        keep(&mut tx, before, state, saved, true, now).await?;
        tx.commit().await?;
        Ok(Delivered::Kept { saved, refused })
    }

    /// The round of a source that sends: whether it still does.
    pub(super) async fn look_for_deliveries(&self, source: &Source, began: Timestamp) -> anyhow::Result<Ended> {
        let mut tx = self.store.begin().await.context("the store cannot be written")?;
        let before = tx.source_state(&source.name).await?;
        let mut state = before.clone().unwrap_or_else(|| SourceState::never_asked(&source.name, began));
        let silence = silence(source, state.last_good, began);
        let is_silent = silence.is_some();
        state.coverage = if is_silent { Coverage::Stale } else { Coverage::Unchanged };
        state.next_due = next_look(&source.every, state.last_good.filter(|_| !is_silent), began);
        (state.reason, state.blind, state.next_why) = (silence, is_silent, None);
        let state = keep(&mut tx, before, state, Saved::default(), false, began).await?;
        tx.commit().await?;
        Ok(Ended { report: report(&state, Saved::default(), 0, Duration::ZERO), quiet: None, asked: false, remembered: None })
    }
}

/// Notes how the source fares now.
async fn keep(
    tx: &mut Tx<'_>,
    before: Option<SourceState>,
    mut state: SourceState,
    saved: Saved,
    came: bool,
    now: Timestamp,
) -> anyhow::Result<SourceState> {
    state.last_run = now;
    if before.is_none_or(|before| is_untold(&before) || kind_of(&before) != kind_of(&state)) {
        let (coverage, reason) = (kind_of(&state).0, state.reason.clone());
        tx.begin_span(&Span { source: state.source.clone(), from: now, until: None, coverage, blind: state.blind, reason }).await?;
    }
    if let Some(day) = count(&mut state, saved, came, now) {
        tx.end_day(&state.source, &day).await?;
    }
    tx.keep_source_state(&state).await?;
    Ok(state)
}

/// A mention as it was sent: known by its own id, or by that of its delivery.
fn received(mention: Mention, place: usize, key: Option<&str>, now: Timestamp) -> Mention {
    let of_delivery = || key.map(|key| if place == 0 { key.to_owned() } else { format!("{key}#{}", place + 1) });
    let published = mention.published.map(|published| published.not_after(now));
    Mention { own_id: mention.own_id.clone().or_else(of_delivery), published, ..mention }
}

/// What to say where longer than `every` nothing came.
fn silence(source: &Source, last: Option<Timestamp>, now: Timestamp) -> Option<String> {
    let remedy = format!("see that the sender posts to `/hooks/{}` with its token while `goodword serve` runs", source.name);
    match last {
        None => Some(format!("nothing has been sent yet; {remedy}")),
        Some(last) if source.every.next_after(last) < now => {
            let length = std::time::Duration::try_from(now.duration_since(last)).unwrap_or_default();
            Some(format!("nothing has been sent for {}, though something is due within `every`; {remedy}", show_duration(length)))
        }
        Some(_) => None,
    }
}

/// When it is looked again: as soon as it can be too late, and then each turn.
fn next_look(every: &Every, last: Option<Timestamp>, now: Timestamp) -> Timestamp {
    let due = last.map(|last| crate::clock::later(every.next_after(last), std::time::Duration::from_secs(1)));
    due.filter(|due| *due > now).unwrap_or_else(|| every.next_after(now))
}
