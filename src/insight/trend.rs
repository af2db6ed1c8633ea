//! Counts over time: of all that is asked for, and of its parts by polarity, product, theme, source or language.
//!
//! Pure: tallies in, figures out.

use jiff::civil::Date;
use serde::Serialize;

use super::scope::named;
use super::{By, Period, Scope, Standing, rounded, share_of};
use crate::mention::Polarity;
use crate::search::Tally;

/// What mentions are told apart by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Each {
    /// Praise and complaints.
    #[default]
    Polarity,
    /// Products.
    Product,
    /// Themes.
    Theme,
    /// Sources.
    Source,
    /// Languages.
    Lang,
    /// Segments of customers.
    Segment,
    /// Regions.
    Region,
}

impl Each {
    /// The field of the query language.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Polarity => "polarity",
            Self::Product => "product",
            Self::Theme => "theme",
            Self::Source => "source",
            Self::Lang => "lang",
            Self::Segment => "segment",
            Self::Region => "region",
        }
    }

    /// What `scope` leaves of the mentions when only those with `value` count.
    pub fn narrow(self, scope: &Scope, value: &str) -> Scope {
        let given = Some(value.to_owned());
        match self {
            Self::Polarity => scope.with_polarity(if value == "praise" { Polarity::Praise } else { Polarity::Complaint }),
            Self::Product => scope.with_product(value),
            Self::Theme => scope.with_theme(value),
            Self::Source => Scope { source: given, ..scope.clone() },
            Self::Lang => Scope { lang: given, ..scope.clone() },
            Self::Segment | Self::Region => scope.with_query(&named(self.as_str(), value)),
        }
    }

    /// Whether `scope` asks for one of them already.
    pub fn is_fixed_by(self, scope: &Scope) -> bool {
        match self {
            Self::Polarity => scope.polarity.is_some(),
            Self::Product => scope.product.is_some(),
            Self::Theme => scope.theme.is_some(),
            Self::Source => scope.source.is_some(),
            Self::Lang => scope.lang.is_some(),
            Self::Segment | Self::Region => false,
        }
    }
}

/// Counts over time.
#[derive(Clone, Debug)]
pub struct Trend {
    /// The days looked at.
    pub period: Period,
    /// What they are divided into.
    pub by: By,
    /// What was not heard in each part: 0 nothing was missed, 1 all.
    pub blind: Vec<f64>,
    /// First all mentions, then what they are told apart into.
    pub series: Vec<Series>,
    /// All mentions of the whole period.
    pub standing: Standing,
    /// What was not understood, for the person who asked.
    pub notes: Vec<String>,
}

/// One row of counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The whole period.
    pub total: Point,
    /// Its parts.
    pub points: Vec<Point>,
}

/// A count in a part of a period.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Point {
    /// What is counted: `all`, or a product, theme …
    pub series: String,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub until: Date,
    /// Mentions, each once.
    pub mentions: u64,
    /// The same, each once for every source that showed it.
    pub sightings: u64,
    /// Its share of all that was asked for in these days.
    pub share: Option<f64>,
    /// The share of sources × time that was not heard.
    pub blind: f64,
    /// What the mentions weigh when customers are weighted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weighted: Option<f64>,
    /// The share of mentions whose customer is known: only they weigh anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub match_rate: Option<f64>,
    /// Finds these mentions.
    pub query: String,
}

/// What a trend is made of.
#[derive(Clone, Debug)]
pub struct TrendParts<'a> {
    /// The days looked at.
    pub period: Period,
    /// Their parts.
    pub parts: &'a [Period],
    /// What was not heard in each part.
    pub blind: &'a [f64],
    /// The same of the whole period.
    pub blind_in_all: f64,
}

impl TrendParts<'_> {
    /// The rows of `named` scopes with their tallies, a tally for each part. The first is what shares are shares of.
    pub fn series(&self, named: &[(String, Scope)], tallies: &[Vec<Tally>]) -> Vec<Series> {
        let Some(all) = tallies.first() else { return Vec::new() };
        let whole = sum(all);
        named.iter().zip(tallies).map(|((name, scope), own)| self.one(name, scope, own, all, &whole)).collect()
    }

    fn one(&self, name: &str, scope: &Scope, own: &[Tally], all: &[Tally], whole: &Tally) -> Series {
        let points = self.parts.iter().zip(self.blind).zip(own.iter().zip(all));
        let points = points.map(|((part, blind), (own, all))| point(name, scope, *part, *blind, own, all)).collect();
        Series { total: point(name, scope, self.period, self.blind_in_all, &sum(own), whole), points }
    }
}

/// All of them together.
pub(super) fn sum(tallies: &[Tally]) -> Tally {
    let mut sum = Tally::default();
    tallies.iter().for_each(|tally| sum += *tally);
    sum
}

fn point(series: &str, scope: &Scope, part: Period, blind: f64, own: &Tally, all: &Tally) -> Point {
    Point {
        series: series.to_owned(),
        from: part.from,
        until: part.until,
        mentions: own.mentions,
        sightings: own.sightings,
        share: share_of(own.mentions, all.mentions),
        blind: rounded(blind),
        weighted: own.weighted.map(|weighted| rounded(weighted.weight)),
        match_rate: own.match_rate(),
        query: scope.within(part),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::Weighted;

    #[test]
    fn shares_are_of_all_in_the_same_days_and_every_figure_has_its_query() {
        let period = Period { from: "2026-03-01".parse().unwrap(), until: "2026-03-02".parse().unwrap() };
        let parts = period.divided(By::Day).unwrap();
        let named = [("all".to_owned(), Scope::default()), ("praise".to_owned(), Each::Polarity.narrow(&Scope::default(), "praise"))];
        let tally = |mentions| Tally { mentions, ..Tally::default() };
        let tallies = [vec![tally(4), tally(0)], vec![tally(1), tally(0)]];
        let series = TrendParts { period, parts: &parts, blind: &[0.0, 0.5], blind_in_all: 0.25 }.series(&named, &tallies);
        let praise = &series[1];
        assert_eq!((praise.total.mentions, praise.total.share, praise.total.blind), (1, Some(0.25), 0.25));
        assert_eq!(
            praise.points.iter().map(|point| (point.mentions, point.share, point.blind)).collect::<Vec<_>>(),
            [(1, Some(0.25), 0.0), (0, None, 0.5)]
        );
        assert_eq!(praise.points[1].query, "polarity:praise since:2026-03-02 until:2026-03-02");
        assert!(praise.total.weighted.is_none());
    }

    #[test]
    fn weights_are_summed_up_with_their_match_rate() {
        let tally = |matched, weight| Tally { mentions: 2, weighted: Some(Weighted { matched, weight }), ..Tally::default() };
        let day = Period::day("2026-03-01".parse().unwrap());
        let one = point("all", &Scope::default(), day, 0.0, &sum(&[tally(1, 2.0), tally(0, 0.0)]), &Tally::default());
        assert_eq!((one.weighted, one.match_rate), (Some(2.0), Some(0.25)));
    }
}
