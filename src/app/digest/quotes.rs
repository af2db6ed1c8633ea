//! The quotes of a digest: what was said in its days, and what is older but was only heard or changed in them.

use std::collections::HashSet;

use jiff::Timestamp;
use jiff::civil::Date;

use super::super::{App, Hit, PLAIN_THEME, SearchRequest};
use super::gather::About;
use crate::customers;
use crate::digest::{Candidate, Edition, Lane, Quote, Recipient, Said, Shown, choose, clearest_first, quote};
use crate::insight::{Period, Scope, day_of, days_before};
use crate::mention::{Field, Polarity, Tag};
use crate::noise::Flag;
use crate::search::Sort;
use crate::store::Stored;
use crate::text::fingerprint;

/// Quotes in a lane at most.
const IN_A_LANE: usize = 3;
/// Quotes of a saved search at most.
const OF_A_SEARCH: usize = 2;
/// The newest so many are looked at for quotes.
const LOOKED_AT: usize = 500;
/// What was written so many days before and is heard only now is shown still.
const LATE: i64 = 14;

/// What has been shown: to the recipient before, and in this digest already.
pub(super) struct Taken<'a> {
    shown: &'a Shown,
    rows: HashSet<i64>,
}

/// A mention that could be quoted, with the evidence that speaks for it.
struct Found<'a> {
    hit: &'a Hit,
    tags: Vec<&'a Tag>,
    /// So many days before those of the digest.
    days_late: i64,
}

impl<'a> Taken<'a> {
    pub(super) fn new(shown: &'a Shown) -> Self {
        Self { shown, rows: HashSet::new() }
    }

    fn has(&self, stored: &Stored) -> bool {
        self.rows.contains(&stored.row) || self.shown.has_mention(stored.row, stored.revision)
    }
}

impl App {
    /// The good, the bad and the ugly.
    pub(super) async fn lanes(&self, about: &About, edition: Edition, taken: &mut Taken<'_>) -> anyhow::Result<Vec<Lane>> {
        let complaint = about.scope.with_polarity(Polarity::Complaint);
        let lanes = [
            // What hurts most is chosen first, so that nothing else takes its place.
            (Said::Ugly, about.scope.with_query("is:ugly"), Polarity::Complaint),
            (Said::Good, about.scope.with_polarity(Polarity::Praise), Polarity::Praise),
            (Said::Bad, complaint.with_query("-is:ugly"), Polarity::Complaint),
        ];
        let mut told = Vec::new();
        for (of, scope, polarity) in lanes {
            let evidence = |stored: &'_ Stored| evidence(stored, polarity, &about.products);
            let needs_evidence = of != Said::Ugly;
            told.push(self.lane(of, &scope, edition, IN_A_LANE, taken, evidence, needs_evidence).await?);
        }
        told.rotate_left(1);
        Ok(told)
    }

    /// What the saved searches of `recipient` found.
    pub(super) async fn search_lanes(&self, recipient: &Recipient, edition: Edition, taken: &mut Taken<'_>) -> anyhow::Result<Vec<Lane>> {
        let saved = self.saved_searches().await?;
        let wanted: Vec<_> = match &recipient.searches {
            Some(names) => names.iter().filter_map(|name| saved.iter().find(|search| search.name == *name)).collect(),
            None => saved.iter().filter(|search| search.digest).collect(),
        };
        let mut lanes = Vec::new();
        for search in wanted {
            let scope = Scope { query: Some(search.query.clone()), ..Scope::default() };
            let of = Said::Search(search.name.clone());
            let evidence = |stored: &'_ Stored| (0..stored.tagging.tags.len()).collect();
            lanes.push(self.lane(of, &scope, edition, OF_A_SEARCH, taken, evidence, false).await?);
        }
        Ok(lanes)
    }

    #[expect(clippy::too_many_arguments, reason = "a lane is all of these")]
    async fn lane(
        &self,
        of: Said,
        scope: &Scope,
        edition: Edition,
        most: usize,
        taken: &mut Taken<'_>,
        evidence: impl Fn(&Stored) -> Vec<usize>,
        needs_evidence: bool,
    ) -> anyhow::Result<Lane> {
        let query = scope.within(edition.period());
        let (hits, total) = self.hits(&query).await?;
        let before = Period { from: days_before(edition.from, LATE), until: days_before(edition.from, 1) };
        let (older, _) = self.hits(&scope.within(before)).await?;
        let late = older.iter().filter(|hit| is_news(&hit.stored, edition.period()));
        let all = hits.iter().map(|hit| (hit, 0)).chain(late.map(|hit| (hit, days_late(&hit.stored, edition.from))));
        let (found, candidates): (Vec<Found<'_>>, Vec<Candidate<'_>>) = all
            .filter(|(hit, _)| !taken.has(&hit.stored) && is_a_customers(&hit.stored))
            .map(|(hit, days_late)| {
                let places = evidence(&hit.stored);
                let mut tags: Vec<&Tag> = places.into_iter().filter_map(|place| hit.stored.tagging.tags.get(place)).collect();
                clearest_first(&mut tags);
                let found = Found { hit, tags, days_late };
                let candidate = candidate(&found);
                (found, candidate)
            })
            .filter(|(found, candidate)| candidate.fits(&of) && (!needs_evidence || !found.tags.is_empty()))
            .unzip();
        let chosen = choose(&candidates, most);
        let mut quotes: Vec<Quote> = chosen.into_iter().filter_map(|(place, twins)| Some(quoted(found.get(place)?, twins))).collect();
        let rows: Vec<i64> = quotes.iter().map(|quote| quote.row).collect();
        let customers = customers::of(&mut *self.store.connection().await?, &rows).await?;
        for quote in &mut quotes {
            quote.segment = customers.get(&quote.row).and_then(|customer| customer.segment.clone());
        }
        taken.rows.extend(quotes.iter().map(|quote| quote.row));
        Ok(Lane { of, quotes, total, query })
    }

    async fn hits(&self, query: &str) -> anyhow::Result<(Vec<Hit>, u64)> {
        let request = SearchRequest { query: query.to_owned(), limit: LOOKED_AT, sort: Sort::Newest, ..SearchRequest::default() };
        let found = self.search(&request).await?;
        Ok((found.hits, found.total as u64))
    }
}

/// The places of the tags of this polarity that are joined to one of `products`, else of those that are joined to none.
fn evidence(stored: &Stored, polarity: Polarity, products: &[String]) -> Vec<usize> {
    let tags = stored.tagging.tags.iter().enumerate().filter(|(_, tag)| tag.polarity == polarity);
    let is_ours = |tag: &Tag| products.is_empty() || tag.product.as_ref().is_some_and(|product| products.contains(product));
    let ours: Vec<usize> = tags.clone().filter(|(_, tag)| is_ours(tag)).map(|(place, _)| place).collect();
    if ours.is_empty() { tags.filter(|(_, tag)| tag.product.is_none()).map(|(place, _)| place).collect() } else { ours }
}

fn candidate<'a>(found: &Found<'a>) -> Candidate<'a> {
    let stored = &found.hit.stored;
    let mention = &stored.mention;
    let reach = mention.context.reach;
    let all = &stored.tagging.tags;
    let own = found.tags.first().map(|tag| tag.polarity);
    let last = all.iter().filter(|tag| tag.field == Field::Text).max_by_key(|tag| tag.start).or(all.last());
    // Seeing is less than answering.
    let moved = [reach.likes, reach.replies, reach.shares, reach.views.map(|views| views / 100)];
    Candidate {
        row: stored.row,
        tags: found.tags.clone(),
        says_what: found.tags.iter().any(|tag| tag.theme != PLAIN_THEME),
        against: all.iter().filter(|tag| own.is_some_and(|own| own != tag.polarity)).count(),
        has_last_word: last.map(|tag| tag.polarity) == own,
        verdict: stored.tagging.verdict,
        width: mention.text.chars().map(|letter| if letter > '\u{2e7f}' { 2 } else { 1 }).sum(),
        rating: mention.rating.map(|rating| rating.share()),
        reach: moved.into_iter().flatten().fold(0, u64::saturating_add),
        author: mention.author.as_ref().map(|author| author.name.as_str()),
        source: stored.sightings.first().map_or("", |sighting| sighting.source.as_str()),
        at: written(stored),
        days_late: found.days_late,
        fingerprint: fingerprint(&mention.text),
    }
}

fn quoted(found: &Found<'_>, twins: u64) -> Quote {
    let highlights = if found.tags.is_empty() { found.hit.highlights.as_slice() } else { &[] };
    let quote = quote(&found.hit.stored, &found.tags, highlights);
    let theme = quote.theme.clone().filter(|theme| theme != PLAIN_THEME);
    Quote { late: found.days_late > 0, twins, theme, ..quote }
}

/// When it was written, or first seen.
fn written(stored: &Stored) -> Timestamp {
    stored.mention.published.map_or(stored.first_seen, |published| published.at)
}

/// How many days before `from` it was written; at least one of what is found there.
fn days_late(stored: &Stored, from: Date) -> i64 {
    let days = day_of(written(stored)).until(from).map_or(0, |span| i64::from(span.get_days()));
    days.max(1)
}

/// Whether a mention was first seen, or changed by its author, in `period`.
fn is_news(stored: &Stored, period: Period) -> bool {
    let changed = stored.revisions.last().is_some_and(|revision| period.holds(day_of(revision.replaced)));
    changed || period.holds(day_of(stored.first_seen))
}

/// Whether it is a customer's voice: not our own people's, and still shown somewhere.
fn is_a_customers(stored: &Stored) -> bool {
    !stored.flags.iter().any(|flag| matches!(flag, Flag::Staff | Flag::FirstParty)) && stored.gone().is_none()
}
