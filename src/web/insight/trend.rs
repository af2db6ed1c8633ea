//! Counts over time: a chart of all, and a row with a chart of its own for each thing they are told apart into.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use super::{Asked, SINCE, Top, csv};
use crate::app::{App, TrendRequest, figures_csv};
use crate::insight::{By, Each, Period, Point, Series, Standing, Trend, day_of};
use crate::web::chart::{Chart, Column, percent};
use crate::web::failure::Failure;
use crate::web::frame::Frame;
use crate::web::visitor::Visitor;

/// Rows shown at most; the table to download has all.
const ROWS: usize = 24;
/// Columns of the table by days, weeks or months.
const COLUMNS: usize = 6;

#[derive(Template)]
#[template(path = "insight_trend.html")]
struct TrendPage {
    f: Frame,
    top: Top,
    eaches: [&'static str; 7],
    shown: Option<Shown>,
}

struct Shown {
    period: Period,
    chart: Chart,
    /// Whether the chart tells praise from complaints.
    has_polarity: bool,
    blind: String,
    rows: Vec<Row>,
    is_weighted: bool,
    heads: Vec<String>,
    parts: Vec<Part>,
    standing: Standing,
    positive: String,
    match_rate: String,
}

/// What mentions are told apart into.
struct Row {
    name: String,
    point: Point,
    share: String,
    weighted: String,
    match_rate: String,
    chart: Chart,
}

/// A day, week or month.
struct Part {
    label: String,
    counts: Vec<(u64, String)>,
    blind: String,
}

const EACH: [Each; 7] = [Each::Polarity, Each::Product, Each::Theme, Each::Source, Each::Lang, Each::Segment, Each::Region];

pub(super) async fn page(State(app): State<Arc<App>>, visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let f = Frame::new(visitor, "insight");
    let of = asked.request(SINCE);
    let by = by(&asked.by, &of.since, of.until.as_deref(), day_of(app.clock().now()));
    let each = EACH.into_iter().find(|each| each.as_str() == asked.each).unwrap_or_default();
    let trend = app.trend(&TrendRequest { of, by, each }).await;
    if let (Ok(trend), true) = (&trend, asked.wants_csv()) {
        let points: Vec<&Point> = trend.series.iter().flat_map(|series| &series.points).collect();
        return Ok(csv("trend", &figures_csv(&points)?));
    }
    let mut top = Top::of(&app, "trend", Asked { by: by.as_str().to_owned(), ..asked }, SINCE);
    let shown = match trend {
        Ok(trend) => {
            top.notes.clone_from(&trend.notes);
            Some(shown(&f, trend, each))
        }
        Err(error) => {
            top.problem = Some(error.to_string());
            None
        }
    };
    let status = if top.problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, Html(TrendPage { f, top, eaches: EACH.map(Each::as_str), shown }.render()?)).into_response())
}

/// What the time is divided into: as asked, else by how long it is.
fn by(asked: &str, since: &str, until: Option<&str>, today: jiff::civil::Date) -> By {
    if let Some(by) = [By::Day, By::Week, By::Month].into_iter().find(|by| by.as_str() == asked) {
        return by;
    }
    match Period::read(since, until, today).map_or(0, Period::days) {
        ..=45 => By::Day,
        46..=400 => By::Week,
        _ => By::Month,
    }
}

fn shown(f: &Frame, trend: Trend, each: Each) -> Shown {
    let name = |name: &str| match each {
        _ if name == "all" => f.say("insight.all").to_owned(),
        Each::Polarity => f.word("verdict", name).to_owned(),
        Each::Lang => f.word("lang", name).to_owned(),
        _ => name.to_owned(),
    };
    let has_polarity = each == Each::Polarity && trend.series.len() == 3;
    let charted = if has_polarity { 3 } else { 1 };
    let columns = columns(f, trend.by, trend.series.get(..charted).unwrap_or_default());
    let row = |series: &Series| Row {
        name: name(&series.total.series),
        share: percent(series.total.share),
        weighted: series.total.weighted.map(|weight| format!("{weight:.1}")).unwrap_or_default(),
        match_rate: percent(series.total.match_rate),
        chart: Chart::of(&self::columns(f, trend.by, std::slice::from_ref(series)), 0),
        point: series.total.clone(),
    };
    let first = trend.series.first();
    Shown {
        period: trend.period,
        chart: Chart::of(&columns, 0),
        has_polarity,
        blind: percent(first.map(|series| series.total.blind)),
        rows: trend.series.iter().take(ROWS).map(row).collect(),
        is_weighted: first.is_some_and(|series| series.total.weighted.is_some()),
        heads: trend.series.iter().take(COLUMNS).map(|series| name(&series.total.series)).collect(),
        parts: parts(f, &trend),
        positive: percent(trend.standing.positive),
        match_rate: percent(trend.standing.match_rate),
        standing: trend.standing,
    }
}

/// A chart's columns: of the first series all, of the others a part.
fn columns(f: &Frame, by: By, series: &[Series]) -> Vec<Column> {
    let Some((first, _)) = series.split_first() else { return Vec::new() };
    let column = |(at, point): (usize, &Point)| Column {
        label: label(by, point),
        counts: series.iter().filter_map(|series| series.points.get(at)).map(|point| point.mentions).collect(),
        blind: point.blind,
        link: f.found(&point.query),
        chosen: false,
    };
    first.points.iter().enumerate().map(column).collect()
}

fn parts(f: &Frame, trend: &Trend) -> Vec<Part> {
    let Some(first) = trend.series.first() else { return Vec::new() };
    let part = |(at, point): (usize, &Point)| Part {
        label: label(trend.by, point),
        counts: trend
            .series
            .iter()
            .take(COLUMNS)
            .filter_map(|series| series.points.get(at))
            .map(|point| (point.mentions, f.found(&point.query)))
            .collect(),
        blind: if point.blind > 0.0 { percent(Some(point.blind)) } else { String::new() },
    };
    // The latest first: that is what people look for.
    first.points.iter().enumerate().rev().map(part).collect()
}

/// A part's name: the day, the first day of the week, the month.
pub(in crate::web) fn label(by: By, point: &Point) -> String {
    match by {
        By::Month => point.from.strftime("%Y-%m").to_string(),
        By::Day | By::Week => point.from.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longer_times_are_divided_into_longer_parts() {
        let today = "2026-03-10".parse().unwrap();
        for (asked, since, want) in
            [("", "30d", By::Day), ("", "12w", By::Week), ("", "3y", By::Month), ("month", "7d", By::Month), ("", "nonsense", By::Day)]
        {
            assert_eq!(by(asked, since, None, today), want, "{asked} {since}");
        }
    }
}
