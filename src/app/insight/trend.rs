//! Counts over time, and themes against the period before.

use super::{App, FigureRequest};
use crate::insight::{By, Each, Period, Point, Scope, Standing, Tallies, ThemeRow, Trend, TrendParts, edges};
use crate::mention::Polarity;
use crate::search::Tally;

/// What a trend is asked of.
#[derive(Clone, Debug)]
pub struct TrendRequest {
    /// Which mentions, and when.
    pub of: FigureRequest,
    /// What the time is divided into.
    pub by: By,
    /// What the mentions are told apart by.
    pub each: Each,
}

impl App {
    /// Counts over time.
    pub async fn trend(&self, request: &TrendRequest) -> anyhow::Result<Trend> {
        let asked = self.asked(&request.of).await?;
        let (scope, period, each) = (asked.scope, asked.period, request.each);
        if each.is_fixed_by(&scope) && each != Each::Polarity {
            anyhow::bail!("`--{0}` already asks for one {0}; tell the mentions apart by something else with --each", each.as_str());
        }
        let parts = period.divided(request.by).map_err(anyhow::Error::msg)?;
        let mut named = vec![("all".to_owned(), scope.clone())];
        let values = self.told_apart(each, &scope, period).await?;
        named.extend(values.into_iter().map(|value| (value.clone(), each.narrow(&scope, &value))));
        let praise_and_complaint = [Polarity::Praise, Polarity::Complaint].map(|polarity| scope.with_polarity(polarity));
        let mut queries: Vec<String> = named.iter().map(|(_, scope)| scope.query()).collect();
        queries.extend(praise_and_complaint.iter().map(Scope::query));
        let mut tallies = self.counted(&queries, edges(&parts)).await?;
        let whole: Vec<Tally> = tallies.iter().map(|parts| added(parts)).collect();
        tallies.truncate(named.len());
        let blind = self.blind_shares(&parts).await?;
        let blind_in_all = self.blind_shares(&[period]).await?.first().copied().unwrap_or_default();
        let mut series = TrendParts { period, parts: &parts, blind: &blind, blind_in_all }.series(&named, &tallies);
        if each != Each::Polarity && series.len() > 1 {
            let silent = series.split_off(1).into_iter().filter(|series| series.total.mentions > 0);
            series.extend(silent);
            series.get_mut(1..).unwrap_or_default().sort_by_key(|series| std::cmp::Reverse(series.total.mentions));
        }
        let at = |place: usize| whole.get(place).copied().unwrap_or_default();
        let counted = Tallies { all: at(0), praise: at(named.len()), complaint: at(named.len() + 1) };
        let standing = Standing::of("all", "", &scope, period, &counted);
        Ok(Trend { period, by: request.by, blind, series, standing, notes: asked.notes })
    }

    /// How many mentions `of` finds in each part of its time, and what was not heard then.
    pub async fn timeline(&self, of: &FigureRequest, by: By) -> anyhow::Result<Vec<Point>> {
        let asked = self.asked(of).await?;
        let parts = asked.period.divided(by).map_err(anyhow::Error::msg)?;
        let tallies = self.counted(&[asked.scope.query()], edges(&parts)).await?;
        let blind = self.blind_shares(&parts).await?;
        let parts = TrendParts { period: asked.period, parts: &parts, blind: &blind, blind_in_all: 0.0 };
        let series = parts.series(&[("all".to_owned(), asked.scope)], &tallies);
        Ok(series.into_iter().flat_map(|series| series.points).collect())
    }

    /// What `scope` can be told apart into in `period`.
    async fn told_apart(&self, each: Each, scope: &Scope, period: Period) -> anyhow::Result<Vec<String>> {
        let config = self.config();
        match each {
            Each::Polarity if scope.polarity.is_some() => Ok(Vec::new()),
            Each::Polarity => Ok([Polarity::Praise, Polarity::Complaint].map(|polarity| polarity.as_str().to_owned()).to_vec()),
            Each::Product => Ok(config.lists.products.iter().map(|product| product.name.clone()).collect()),
            Each::Theme | Each::Source | Each::Lang | Each::Segment | Each::Region => self.values(&scope.within(period), each, 1).await,
        }
    }

    /// Themes by praise and complaint, against the period before.
    pub async fn themes(&self, request: &FigureRequest) -> anyhow::Result<(Period, Vec<ThemeRow>, Vec<String>)> {
        let asked = self.asked(request).await?;
        let (scope, period) = (asked.scope, asked.period);
        let both = Period { from: period.before().from, until: period.until };
        let themes = match &scope.theme {
            Some(theme) => vec![theme.clone()],
            None => self.values(&scope.within(both), Each::Theme, 1).await?,
        };
        let polar = |theme: &String| {
            let of = |polarity| scope.with_theme(theme).with_polarity(polarity).query();
            [of(Polarity::Praise), of(Polarity::Complaint)]
        };
        let queries: Vec<String> = themes.iter().flat_map(polar).collect();
        let tallies = self.counted(&queries, edges(&[period.before(), period])).await?;
        let two = |tallies: &[Tally]| [0, 1].map(|place| tallies.get(place).copied().unwrap_or_default());
        let row = |(theme, tallies): (&String, &[Vec<Tally>])| {
            let polarity = |place: usize| tallies.get(place).map(|tallies| two(tallies)).unwrap_or_default();
            ThemeRow::of(theme, &scope, period, polarity(0), polarity(1))
        };
        let mut rows: Vec<ThemeRow> = themes.iter().zip(tallies.chunks(2)).map(row).filter(ThemeRow::is_heard).collect();
        ThemeRow::sort(&mut rows);
        Ok((period, rows, asked.notes))
    }
}

fn added(tallies: &[Tally]) -> Tally {
    let mut sum = Tally::default();
    tallies.iter().for_each(|tally| sum += *tally);
    sum
}
