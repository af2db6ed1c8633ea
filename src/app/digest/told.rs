//! What else a digest tells: unusual days, words that come up, shares, changes and their effects, and what was not heard.

use std::collections::{BTreeMap, HashSet};

use jiff::SignedDuration;

use super::super::{App, FigureRequest, PLAIN_THEME};
use super::gather::request;
use crate::digest::{Change, Edition, Outcome, Replies, Rising, Share, Shown, Unseen, Unusual};
use crate::insight::{Period, Scope, Spike, day_of, days_before};
use crate::replies;
use crate::store::{Coverage, Stored};

/// Words that are counted.
const WORDS: usize = 8;
/// Days on either side of a change, as `goodword insight loop` has them.
const LOOP: i64 = 28;
/// Spikes are looked for on so many days before today at most.
const STILL_NEWS: i64 = 3;
/// A change older than this is told no more.
const YOUNG: i64 = 90;

impl App {
    /// The unusual days of `products` that go on in `edition`.
    pub(super) async fn unusual(&self, products: &[String], edition: Edition) -> anyhow::Result<Vec<Unusual>> {
        // An old day's spike that is kept only now would alert people of what is no news.
        let recent = days_before(day_of(self.clock.now()), STILL_NEWS);
        if edition.until >= recent {
            self.find_spikes(edition.from.max(recent)).await?;
        }
        let mut spikes = self.spikes(edition.from).await?;
        if edition.from < recent {
            let older = Period { from: edition.from, until: edition.until.min(days_before(recent, 1)) };
            let found = self.unusual_days(older).await?;
            let is_kept = |spike: &Spike| {
                spikes.iter().any(|kept| kept.subject() == spike.subject() && kept.from <= spike.until && spike.from <= kept.until)
            };
            let not_kept: Vec<Spike> = found.into_iter().filter(|spike| !is_kept(spike)).collect();
            spikes.extend(not_kept);
        }
        Ok(told(spikes, products, edition))
    }

    /// The same of the spikes that have been found already.
    pub(super) async fn standing_spikes(&self, products: &[String], edition: Edition) -> anyhow::Result<Vec<Unusual>> {
        Ok(told(self.spikes(edition.from).await?, products, edition))
    }

    /// The words that come up in the week that ends with `edition`, without those told before.
    pub(super) async fn rising(&self, scope: &Scope, edition: Edition, shown: &Shown) -> anyhow::Result<Vec<Rising>> {
        let request = FigureRequest { scope: scope.clone(), since: "7d".to_owned(), until: Some(edition.until.to_string()) };
        let (_, words, _) = self.emerging(&request, WORDS).await?;
        let news = words.into_iter().filter(|word| !shown.has_word(&word.term, word.mentions));
        Ok(news.map(|word| Rising { term: word.term, count: word.mentions, before: word.before, query: word.query }).collect())
    }

    /// How all products stand; nothing where there is only one.
    pub(super) async fn shares(&self, period: Period) -> anyhow::Result<Vec<Share>> {
        let voice = self.voice(&request(&Scope::default(), period)).await?;
        if voice.products.len() < 2 {
            return Ok(Vec::new());
        }
        let mut shares: Vec<Share> = voice
            .products
            .into_iter()
            .filter_map(|product| {
                let share = product.share.filter(|_| product.mentions > 0)?;
                let ours = product.whose == "ours";
                Some(Share { name: product.name, ours, count: product.mentions, share, positive: product.positive, query: product.query })
            })
            .collect();
        shares.sort_by_key(|share| std::cmp::Reverse(share.count));
        Ok(shares)
    }

    /// What came of the replies in `period`, and how many wait now, if it ends just now; none if there is nothing to tell.
    pub(super) async fn replies_of(&self, products: &[String], period: Period) -> anyhow::Result<Option<Replies>> {
        let (from, until) = period.limits();
        let now = self.clock.now();
        let mut connection = self.store.connection().await?;
        let mut told = Replies { sent: replies::sent_between(&mut connection, from, until).await?, ..Replies::default() };
        // How many waited on a day long past nobody knows.
        if now.duration_since(until) < SignedDuration::from_hours(24) {
            let summary = replies::summary(&mut connection, from, now).await?;
            (told.waiting, told.overdue) = (summary.open.values().sum(), summary.overdue);
        }
        let moved = replies::outcomes(&mut connection, from, until).await?;
        drop(connection);
        let rows: Vec<i64> = moved.iter().map(|outcome| outcome.mention).collect();
        let mentions = self.store.mentions(&rows).await?;
        for outcome in moved {
            let Some(stored) = mentions.iter().find(|stored| stored.row == outcome.mention) else { continue };
            let is_about = |product: &String| stored.subject.as_ref() == Some(product) || stored.tagging.products.contains(product);
            if products.is_empty() || products.iter().any(is_about) {
                told.outcomes.push(outcome_of(stored, &outcome));
            }
        }
        let moved = |up: bool| told.outcomes.iter().filter(|outcome| (outcome.after > outcome.before) == up).count() as u64;
        (told.raised, told.lowered) = (moved(true), moved(false));
        told.outcomes.sort_by(|a, b| (b.after - b.before).total_cmp(&(a.after - a.before)));
        Ok(Some(told).filter(|told| !told.is_none()))
    }

    /// What we changed of late, and what became of it, where that is news.
    pub(super) async fn told_changes(&self, products: &[String], edition: Edition, shown: &Shown) -> anyhow::Result<Vec<Change>> {
        let young = Period { from: days_before(edition.until, YOUNG), until: edition.until };
        let mut told = Vec::new();
        for (change, effect) in self.effects(LOOP).await? {
            let Some(effect) = effect else { continue };
            let difference = &effect.complaints_of_product;
            let concerns = products.is_empty() || products.contains(&change.product);
            if !concerns || !young.holds(change.on) || shown.has_change(change.number, difference.verdict) {
                continue;
            }
            told.push(Change {
                number: change.number,
                before: difference.before,
                after: difference.after,
                verdict: difference.verdict.to_owned(),
                what: change.what,
                product: change.product,
                theme: change.theme,
                on: change.on,
            });
        }
        Ok(told)
    }

    /// What was not heard in `period`, by source.
    pub(super) async fn unseen(&self, period: Period) -> anyhow::Result<Vec<Unseen>> {
        let (from, until) = period.limits();
        let now = self.clock.now();
        let config = self.config();
        let mut by_source: BTreeMap<String, (SignedDuration, Coverage, Option<String>)> = BTreeMap::new();
        let partial = self.store.spans(None, from).await?.into_iter().filter(|span| span.coverage == Coverage::Partial && !span.blind);
        let partial = partial.map(|span| (span.source, span.from, span.until.unwrap_or(now), span.coverage, span.reason));
        let blind = self.blind(from, until).await?.into_iter();
        let blind = blind.map(|span| (span.source, span.from, span.until, span.state, span.reason));
        for (source, begins, ends, state, reason) in partial.chain(blind) {
            let lasted = ends.min(until).min(now).duration_since(begins.max(from));
            let listened_to = config.sources.iter().any(|known| known.enabled && known.name == source);
            if !listened_to || !lasted.is_positive() {
                continue;
            }
            let known = by_source.entry(source).or_insert((SignedDuration::ZERO, state, None));
            *known = (known.0 + lasted, state, reason.or_else(|| known.2.take()));
        }
        let unseen = |(source, (lasted, state, reason)): (String, (SignedDuration, Coverage, Option<String>))| Unseen {
            source,
            state: state.to_string(),
            reason,
            hours: u64::try_from((lasted.as_secs() + 1800) / 3600).unwrap_or_default(),
        };
        Ok(by_source.into_iter().map(unseen).collect())
    }
}

/// Those of `products` that go on in `edition`, as a digest tells them.
fn told(spikes: Vec<Spike>, products: &[String], edition: Edition) -> Vec<Unusual> {
    let told = spikes.into_iter().filter(|spike| spike.from <= edition.until);
    let told = told.filter(|spike| products.is_empty() || products.contains(&spike.product));
    let mut unusual: Vec<Unusual> = told
        .map(|spike| Unusual {
            product: spike.product,
            polarity: spike.polarity,
            theme: spike.theme.filter(|theme| theme != PLAIN_THEME),
            from: spike.from,
            until: spike.until,
            count: spike.mentions,
            usual: spike.usual,
            query: spike.query,
        })
        .collect();
    // Without its plain theme a spike says less than the one of the whole product, which stands before it.
    let mut known = HashSet::new();
    unusual.retain(|one| known.insert((one.product.clone(), one.polarity, one.theme.clone(), one.until)));
    unusual
}

fn outcome_of(stored: &Stored, outcome: &replies::Outcome) -> Outcome {
    Outcome {
        row: stored.row,
        id: stored.id.clone(),
        author: stored.mention.author.as_ref().map(|author| author.name.clone()),
        source: stored.sightings.first().map(|sighting| sighting.source.clone()).unwrap_or_default(),
        before: outcome.before,
        after: outcome.after,
    }
}
