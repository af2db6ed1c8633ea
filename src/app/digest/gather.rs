//! Gathering what a digest says: figures from `insight`, quotes from the index and the store, each narrowed to what its
//! recipient wants to hear of.

use super::super::{App, FigureRequest, PLAIN_THEME, TrendRequest};
use super::quotes::Taken;
use crate::digest::{Counted, Digest, Edition, Every, Figure, Measure, Recipient, Section, Shown, Theme, TrendDay, usual};
use crate::insight::{By, Each, Period, Scope, Series, ThemeRow, blind, edges};
use crate::mention::Polarity;

/// Days of the trend.
const TREND: usize = 28;
/// The same for a month.
const LONG_TREND: usize = 62;

/// What a recipient wants to hear of.
pub(super) struct About {
    pub(super) products: Vec<String>,
    pub(super) scope: Scope,
}

/// What was counted day by day.
#[derive(Default)]
pub(super) struct Daily {
    of: Vec<(Measure, Vec<Counted>)>,
}

impl App {
    pub(super) async fn gather(&self, recipient: &Recipient, edition: Edition, shown: &Shown) -> anyhow::Result<Digest> {
        let about = self.about(recipient)?;
        let wants = |section| recipient.wants(section);
        let daily = self.daily(&about.scope, edition).await?;
        let mut taken = Taken::new(shown);
        let lanes = if wants(Section::Quotes) { self.lanes(&about, edition, &mut taken).await? } else { Vec::new() };
        let searches = if wants(Section::Searches) { self.search_lanes(recipient, edition, &mut taken).await? } else { Vec::new() };
        let figures = daily.figures(&about.scope, edition);
        let trend = if wants(Section::Picture) { daily.trend(edition) } else { Vec::new() };
        let rising = if wants(Section::Words) && daily.knows_the_week_before(edition) {
            self.rising(&about.scope, edition, shown).await?
        } else {
            Vec::new()
        };
        Ok(Digest {
            edition,
            figures,
            both: self.saying_both(&about.scope, edition.period()).await?,
            themes: self.top_themes(&about, edition.period()).await?,
            lanes,
            searches,
            unusual: if wants(Section::Spikes) { self.unusual(&about.products, edition).await? } else { Vec::new() },
            rising,
            voice: if wants(Section::Voice) { self.shares(edition.period()).await? } else { Vec::new() },
            replies: if wants(Section::Replies) { self.replies_of(&about.products, edition.period()).await? } else { None },
            changes: if wants(Section::Changes) { self.told_changes(&about.products, edition, shown).await? } else { Vec::new() },
            trend,
            unseen: self.unseen(edition.period()).await?,
            sources: self.config().sources.iter().filter(|source| source.enabled).count(),
            products: about.products,
        })
    }

    /// The products that `recipient` hears of: those named, or all of ours.
    pub(super) fn about(&self, recipient: &Recipient) -> anyhow::Result<About> {
        let config = self.config();
        let products = if recipient.products.is_empty() {
            config.lists.products.iter().filter(|product| product.ours).map(|product| product.name.clone()).collect()
        } else {
            recipient.products.iter().map(|name| self.product_named(name)).collect::<anyhow::Result<Vec<String>>>()?
        };
        let scope = match products.as_slice() {
            [] => Scope::default(),
            [one] => Scope::product(one),
            several => {
                let any: Vec<String> = several.iter().map(|name| Scope::product(name).query()).collect();
                Scope { query: Some(any.join(" OR ")), ..Scope::default() }
            }
        };
        let scope = match &recipient.segment {
            Some(segment) => scope.with_query(&format!("segment:\"{}\"", segment.replace('"', " "))),
            None => scope,
        };
        Ok(About { products, scope })
    }

    /// The counts of the days that tell what is usual, and of the edition's own.
    pub(super) async fn daily(&self, scope: &Scope, edition: Edition) -> anyhow::Result<Daily> {
        let all = self.trend(&by_day(scope, edition.with_history())).await?.series;
        let ugly = self.trend(&by_day(&scope.with_query("is:ugly"), edition.with_history())).await?.series;
        let named = |name: &str| all.iter().find(|series| series.total.series == name).map(counted).unwrap_or_default();
        Ok(Daily {
            of: vec![
                (Measure::Mentions, named("all")),
                (Measure::Praise, named("praise")),
                (Measure::Complaints, named("complaint")),
                (Measure::Ugly, ugly.first().map(counted).unwrap_or_default()),
            ],
        })
    }

    /// The theme that was praised most, and the one that was complained of most.
    pub(super) async fn top_themes(&self, about: &About, period: Period) -> anyhow::Result<Vec<Theme>> {
        let (_, rows, _) = self.themes(&request(&about.scope, period)).await?;
        let mut themes = Vec::new();
        for polarity in [Polarity::Praise, Polarity::Complaint] {
            let count = |row: &ThemeRow| if polarity == Polarity::Praise { row.praise } else { row.complaints };
            // Of equals the first in the order of the figures.
            let told = rows.iter().rev().filter(|row| row.theme != PLAIN_THEME && count(row) > 0);
            let Some(best) = told.max_by_key(|row| count(row)) else { continue };
            let product = self.mostly_of(about, &about.scope.with_polarity(polarity).with_theme(&best.theme), period).await?;
            themes.push(Theme { name: best.theme.clone(), polarity, count: count(best), product });
        }
        Ok(themes)
    }

    /// The product that most of `scope` is about; none where there is only one.
    async fn mostly_of(&self, about: &About, scope: &Scope, period: Period) -> anyhow::Result<Option<String>> {
        if about.products.len() < 2 {
            return Ok(None);
        }
        let queries: Vec<String> = about.products.iter().map(|product| scope.with_product(product).query()).collect();
        let counted = self.counted(&queries, edges(&[period])).await?;
        let counts = counted.iter().map(|tallies| tallies.first().map_or(0, |tally| tally.mentions));
        let best = about.products.iter().zip(counts).rev().max_by_key(|(_, count)| *count);
        Ok(best.filter(|(_, count)| *count > 0).map(|(product, _)| product.clone()))
    }

    /// How many praise as well as complain.
    async fn saying_both(&self, scope: &Scope, period: Period) -> anyhow::Result<u64> {
        let query = scope.with_query("polarity:praise polarity:complaint").query();
        let counted = self.counted(&[query], edges(&[period])).await?;
        Ok(counted.first().and_then(|tallies| tallies.first()).map_or(0, |tally| tally.mentions))
    }
}

impl Daily {
    fn days(&self, measure: Measure) -> &[Counted] {
        self.of.iter().find(|(of, _)| *of == measure).map(|(_, days)| days.as_slice()).unwrap_or_default()
    }

    /// How much was said on these days.
    pub(super) fn count(&self, measure: Measure, period: Period) -> u64 {
        self.days(measure).iter().filter(|day| period.holds(day.day)).map(|day| day.count).sum()
    }

    pub(super) fn figures(&self, scope: &Scope, edition: Edition) -> Vec<Figure> {
        let figure = |(of, days): &(Measure, Vec<Counted>)| {
            let scope = match of {
                Measure::Mentions => scope.clone(),
                Measure::Praise => scope.with_polarity(Polarity::Praise),
                Measure::Complaints => scope.with_polarity(Polarity::Complaint),
                Measure::Ugly => scope.with_query("is:ugly"),
            };
            let within = days.iter().filter(|day| edition.period().holds(day.day));
            // The days before anything was heard are told by all mentions, not by those of one measure.
            let begun = self.days(Measure::Mentions).iter().position(|day| day.count > 0).unwrap_or(0);
            let known = days.get(begun..).unwrap_or_default();
            let usual = usual(edition, known);
            Figure { of: *of, count: within.map(|day| day.count).sum(), usual, query: scope.within(edition.period()) }
        };
        self.of.iter().map(figure).collect()
    }

    fn trend(&self, edition: Edition) -> Vec<TrendDay> {
        let length = if edition.every == Every::Monthly { LONG_TREND } else { TREND };
        let days = self.days(Measure::Praise).iter().zip(self.days(Measure::Complaints));
        let mut days: Vec<TrendDay> = days
            .map(|(praise, complaint)| TrendDay { day: praise.day, praise: praise.count, complaints: complaint.count, heard: praise.heard })
            .collect();
        days.split_off(days.len().saturating_sub(length))
    }

    /// Whether anything was heard in the week before the last; without it every word looks new.
    fn knows_the_week_before(&self, edition: Edition) -> bool {
        let before = Period { from: crate::insight::days_before(edition.until, 13), until: crate::insight::days_before(edition.until, 7) };
        self.days(Measure::Mentions).iter().any(|day| before.holds(day.day) && day.count > 0)
    }
}

/// What `period` holds of `scope`, as a request for a figure.
pub(super) fn request(scope: &Scope, period: Period) -> FigureRequest {
    FigureRequest { scope: scope.clone(), since: period.from.to_string(), until: Some(period.until.to_string()) }
}

fn by_day(scope: &Scope, period: Period) -> TrendRequest {
    TrendRequest { of: request(scope, period), by: By::Day, each: Each::Polarity }
}

fn counted(series: &Series) -> Vec<Counted> {
    let day = |point: &crate::insight::Point| Counted { day: point.from, count: point.mentions, heard: point.blind <= blind::MOSTLY_HEARD };
    series.points.iter().map(day).collect()
}
