//! When what is searched for was written: columns that narrow the search to a day, week or month.

use crate::app::{App, FigureRequest};
use crate::insight::{By, Point, Scope};
use crate::web::chart::{Chart, Column};
use crate::web::frame::Frame;

/// How far the columns reach back, and what each stands for; the first if nothing else is asked for.
const SPANS: [(&str, By); 3] = [("30d", By::Day), ("26w", By::Week), ("24mo", By::Month)];

/// The columns, and the same as rows.
pub(super) struct Timeline {
    pub(super) chart: Chart,
    /// Each with what it counts, its address, and whether it is chosen; the latest first.
    pub(super) parts: Vec<(String, u64, String, bool)>,
    /// The other spans to be had, with their addresses.
    pub(super) spans: Vec<(&'static str, String, bool)>,
    /// The search without its time, if it has one.
    pub(super) whole: Option<String>,
}

/// The times of what `query` finds, whatever time it asks for itself; none if it cannot be counted.
pub(super) async fn of(app: &App, f: &Frame, query: &str, span: &str) -> Option<Timeline> {
    let (span, by) = SPANS.into_iter().find(|(known, _)| *known == span).unwrap_or(SPANS[0]);
    let (base, times) = without_time(query);
    let scope = Scope { query: Some(base.clone()).filter(|query| !query.is_empty()), ..Scope::default() };
    let points = app.timeline(&FigureRequest { scope, since: span.to_owned(), until: None }, by).await.ok()?;
    let column = |point: &Point| {
        let own = format!("since:{} until:{}", point.from, point.until);
        let query = format!("{base} {own}");
        Column {
            label: crate::web::insight::label(by, point),
            counts: vec![point.mentions],
            blind: point.blind,
            link: with_span(&f.found(query.trim()), span),
            chosen: times == own,
        }
    };
    let columns: Vec<Column> = points.iter().map(column).collect();
    let part =
        |column: &Column| (column.label.clone(), column.counts.first().copied().unwrap_or_default(), column.link.clone(), column.chosen);
    Some(Timeline {
        chart: Chart::of(&columns, 0),
        parts: columns.iter().rev().map(part).collect(),
        spans: SPANS.map(|(other, _)| (other, with_span(&f.found(query), other), other == span)).to_vec(),
        whole: (!times.is_empty()).then(|| with_span(&f.found(&base), span)),
    })
}

fn with_span(link: &str, span: &str) -> String {
    if span == SPANS[0].0 { link.to_owned() } else { format!("{link}&span={span}") }
}

/// A query without the times it asks for, and those times.
fn without_time(query: &str) -> (String, String) {
    let (mut rest, mut times) = (Vec::new(), Vec::new());
    let mut quoted = false;
    for word in query.split_whitespace() {
        let is_time = !quoted && ["since:", "until:", "published:"].iter().any(|field| word.to_lowercase().starts_with(field));
        if word.matches('"').count() % 2 == 1 {
            quoted = !quoted;
        }
        if is_time { times.push(word) } else { rest.push(word) }
    }
    (rest.join(" "), times.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_taken_out_of_a_query_and_nothing_else() {
        for (query, rest, times) in [
            ("easy since:2026-03-01 until:2026-03-02", "easy", "since:2026-03-01 until:2026-03-02"),
            ("theme:\"ease of use\" Since:7d lang:zh", "theme:\"ease of use\" lang:zh", "Since:7d"),
            ("\"ever since:then we\" slow", "\"ever since:then we\" slow", ""),
            ("", "", ""),
        ] {
            assert_eq!(without_time(query), (rest.to_owned(), times.to_owned()), "{query}");
        }
    }
}
