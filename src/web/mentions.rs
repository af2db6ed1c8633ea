//! Mentions: the search with its results, facets, times, and what was not heard.

mod timeline;

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;

use self::timeline::Timeline;
use super::Web;
use super::failure::Failure;
use super::frame::Frame;
use super::insight::download;
use super::shown::{Card, card};
use super::visitor::Visitor;
use crate::app::{App, Form, LedgerEntry, SearchRequest};
use crate::search::{FacetCounts, Sort};
use crate::searches::Alerting;
use crate::store::Counts;

/// Mentions on a page.
const ON_A_PAGE: usize = 20;
/// Mentions in a file at most, as on the command line.
const EXPORTED: usize = 100_000;
/// Values of a facet that are shown.
const VALUES: usize = 8;
/// What the search box proposes beside products and themes.
const PROPOSED: [&str; 12] = [
    "polarity:praise",
    "polarity:complaint",
    "verdict:mixed",
    "rating:<=2",
    "since:7d",
    "lang:en",
    "lang:zh",
    "is:ugly",
    "is:edited",
    "is:filtered",
    "has:rating",
    "published:last-week",
];

#[derive(Debug, Deserialize)]
struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    page: usize,
    #[serde(default)]
    sort: String,
    #[serde(default)]
    span: String,
    #[serde(default)]
    form: String,
}

#[derive(Template)]
#[template(path = "mentions.html")]
struct MentionsPage {
    f: Frame,
    query: String,
    sort: &'static str,
    notes: Vec<String>,
    total: usize,
    cards: Vec<Card>,
    facets: Vec<FacetLinks>,
    proposals: Vec<String>,
    older: Option<String>,
    newer: Option<String>,
    counts: Counts,
    /// Each with the word for its coverage.
    unheard: Vec<(LedgerEntry, String)>,
    timeline: Option<Timeline>,
    /// The address of what is found as a file, but for its form.
    export: String,
    /// The words for when a search tells of what is new.
    alertings: [&'static str; 4],
}

/// A facet's values, each with the query that narrows to it.
struct FacetLinks {
    field: &'static str,
    values: Vec<(String, u64, String)>,
}

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/mentions", get(mentions)).route("/export/mentions", get(export))
}

async fn mentions(State(app): State<Arc<App>>, visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let f = Frame::new(visitor, "mentions");
    let sort = if asked.sort == "relevance" { Sort::Relevance } else { Sort::Newest };
    let request = SearchRequest {
        query: asked.q.clone(),
        limit: ON_A_PAGE,
        offset: asked.page.saturating_mul(ON_A_PAGE),
        sort,
        facets: ["product", "verdict", "theme", "source", "lang", "segment", "region"].map(str::to_owned).to_vec(),
        ..SearchRequest::default()
    };
    let found = app.search(&request).await?;
    let sort = if sort == Sort::Relevance { "relevance" } else { "newest" };
    let more = (asked.page + 1).saturating_mul(ON_A_PAGE) < found.total;
    let unheard = app.unheard().await?.into_iter().map(|entry| {
        let coverage = entry.coverage.map(|coverage| coverage.to_string()).unwrap_or_default();
        (entry, coverage)
    });
    let unheard = unheard.collect();
    let timeline = timeline::of(&app, &f, &asked.q, &asked.span).await;
    let page = MentionsPage {
        sort,
        notes: found.notes,
        total: found.total,
        cards: found
            .hits
            .iter()
            .map(|hit| card(&f, &hit.stored, hit.customer.as_ref(), (&hit.highlights, &hit.title_highlights)))
            .collect(),
        proposals: proposals(&asked.q, &found.facets),
        facets: found.facets.iter().map(|facet| facet_links(&asked.q, facet)).filter(|facet| !facet.values.is_empty()).collect(),
        older: more.then(|| link(&asked.q, sort, asked.page + 1)),
        newer: (asked.page > 0).then(|| link(&asked.q, sort, asked.page - 1)),
        counts: app.store().counts().await?,
        unheard,
        timeline,
        export: format!("/export/mentions?{}", url::form_urlencoded::Serializer::new(String::new()).append_pair("q", &asked.q).finish()),
        alertings: Alerting::ALL.map(Alerting::as_str),
        query: asked.q,
        f,
    };
    Ok(Html(page.render()?).into_response())
}

/// All that a query finds, as a file.
async fn export(State(app): State<Arc<App>>, visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let (form, name, kind) = match asked.form.as_str() {
        "xlsx" => (Form::Xlsx, "goodword.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        "jsonl" => (Form::JsonLines, "goodword.jsonl", "application/jsonl"),
        _ => (Form::MarkedCsv, "goodword.csv", "text/csv; charset=utf-8"),
    };
    let found = app.search(&SearchRequest { query: asked.q.clone(), limit: EXPORTED, ..SearchRequest::default() }).await?;
    let mentions: Vec<_> = found.hits.iter().map(|hit| &*hit.stored).collect();
    let bytes = app.mentions_sheet(&mentions).await?.write(form)?;
    app.note_deed(visitor.name(), "exported", &format!("{} · {}", mentions.len(), asked.q)).await?;
    Ok(download(name, kind, bytes))
}

/// What the box proposes behind what is typed already.
fn proposals(query: &str, facets: &[FacetCounts]) -> Vec<String> {
    let named = facets.iter().filter(|facet| matches!(facet.facet.as_str(), "product" | "theme" | "source"));
    let values = named.flat_map(|facet| facet.counts.iter().take(VALUES).map(|count| clause(facet.facet.as_str(), &count.value)));
    let fields = PROPOSED.into_iter().map(str::to_owned);
    values.chain(fields).map(|clause| format!("{query} {clause}").trim().to_owned()).collect()
}

fn facet_links(query: &str, facet: &FacetCounts) -> FacetLinks {
    let field = facet.facet.as_str();
    let link_to = |value: &str| link(format!("{query} {}", clause(field, value)).trim(), "newest", 0);
    let values = facet.counts.iter().take(VALUES).map(|count| (count.value.clone(), count.mentions, link_to(&count.value))).collect();
    FacetLinks { values, field }
}

/// `theme:"ease of use"`.
fn clause(field: &str, value: &str) -> String {
    format!("{field}:\"{value}\"")
}

/// The address of what a query finds.
pub(super) fn link(query: &str, sort: &str, page: usize) -> String {
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    pairs.append_pair("q", query).append_pair("sort", sort);
    if page > 0 {
        pairs.append_pair("page", &page.to_string());
    }
    format!("/mentions?{}", pairs.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_keeps_the_query() {
        assert_eq!(link("a b:\"c\"", "newest", 2), "/mentions?q=a+b%3A%22c%22&sort=newest&page=2");
    }
}
