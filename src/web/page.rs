//! The pages: search with its results, and the coverage of the sources.

use std::collections::BTreeSet;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;

use crate::app::{App, Hit, LedgerEntry, SearchRequest, show_published};
use crate::mention::{Field, Polarity, Tag};
use crate::search::{FacetCounts, Sort};
use crate::store::{Counts, Coverage};

/// Mentions on a page.
const ON_A_PAGE: usize = 20;

#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    page: usize,
    #[serde(default)]
    sort: String,
}

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage {
    query: String,
    sort: &'static str,
    notes: Vec<String>,
    total: usize,
    cards: Vec<Card>,
    facets: Vec<FacetLinks>,
    older: Option<String>,
    newer: Option<String>,
    counts: Counts,
    unheard: Vec<LedgerEntry>,
}

#[derive(Template)]
#[template(path = "sources.html")]
struct SourcesPage {
    entries: Vec<Row>,
}

/// A source as a row of the coverage table.
struct Row {
    entry: LedgerEntry,
    coverage: String,
    last_good: String,
    next_due: String,
}

/// A mention as shown.
struct Card {
    id: String,
    verdict: &'static str,
    why: String,
    when: String,
    author: String,
    customer: Option<String>,
    sources: String,
    stars: Option<String>,
    url: Option<String>,
    edited: bool,
    title: Vec<Piece>,
    text: Vec<Piece>,
    tags: Vec<Tag>,
}

/// A stretch of text with its mark: `praise`, `complaint`, `found` or none.
struct Piece {
    text: String,
    mark: &'static str,
}

/// A facet's values, each with the query that narrows to it.
struct FacetLinks {
    field: &'static str,
    values: Vec<(String, u64, String)>,
}

pub(super) async fn search(State(app): State<Arc<App>>, Query(asked): Query<Asked>) -> Result<Response, Failure> {
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
    let unheard = app.ledger().await?.into_iter().filter(|entry| entry.coverage.is_some_and(is_unheard)).collect();
    let page = SearchPage {
        sort,
        notes: found.notes,
        total: found.total,
        cards: found.hits.iter().map(card).collect(),
        facets: found.facets.iter().map(|facet| facet_links(&asked.q, facet)).filter(|facet| !facet.values.is_empty()).collect(),
        older: more.then(|| link(&asked.q, sort, asked.page + 1)),
        newer: (asked.page > 0).then(|| link(&asked.q, sort, asked.page - 1)),
        counts: app.store().counts().await?,
        unheard,
        query: asked.q,
    };
    Ok(Html(page.render()?).into_response())
}

pub(super) async fn sources(State(app): State<Arc<App>>) -> Result<Response, Failure> {
    let time = |time: Option<jiff::Timestamp>| time.map_or_else(|| "never".to_owned(), |time| time.strftime("%F %H:%M UTC").to_string());
    let row = |entry: LedgerEntry| Row {
        coverage: match entry.coverage {
            _ if !entry.enabled => "paused".to_owned(),
            None => "not asked yet".to_owned(),
            Some(coverage) => coverage.to_string(),
        },
        last_good: time(entry.last_good),
        next_due: time(entry.next_due),
        entry,
    };
    let page = SourcesPage { entries: app.ledger().await?.into_iter().map(row).collect() };
    Ok(Html(page.render()?).into_response())
}

pub(super) async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css"), (header::CACHE_CONTROL, "max-age=3600")], include_str!("style.css"))
}

fn is_unheard(coverage: Coverage) -> bool {
    !matches!(coverage, Coverage::Fresh | Coverage::Unchanged)
}

fn card(hit: &Hit) -> Card {
    let (mention, tagging) = (&hit.stored.mention, &hit.stored.tagging);
    let sources: BTreeSet<&str> = hit.stored.sightings.iter().map(|sighting| sighting.source.as_str()).collect();
    let web = mention.url.as_ref().filter(|url| matches!(url.scheme(), "http" | "https"));
    Card {
        id: hit.stored.id.clone(),
        verdict: tagging.verdict.as_str(),
        why: tagging.why.clone(),
        when: mention.published.map_or_else(|| "no date".to_owned(), |published| shortened(&show_published(published))),
        author: mention.author.as_ref().map_or_else(|| "unknown".to_owned(), |author| author.name.clone()),
        customer: hit.customer.as_ref().map(|customer| match &customer.segment {
            Some(segment) => format!("{} · {segment}", customer.called()),
            None => customer.called().to_owned(),
        }),
        sources: sources.into_iter().collect::<Vec<_>>().join(", "),
        stars: mention.rating.map(|rating| format!("{} of {}", rating.value(), rating.best())),
        url: web.map(ToString::to_string),
        edited: hit.stored.revision > 1,
        title: mention
            .title
            .as_deref()
            .map(|title| pieces(title, &marks(&tagging.tags, Field::Title, &hit.title_highlights)))
            .unwrap_or_default(),
        text: pieces(&mention.text, &marks(&tagging.tags, Field::Text, &hit.highlights)),
        tags: tagging.tags.clone(),
    }
}

/// `2026-03-01T10:20:30Z` to the minute.
fn shortened(time: &str) -> String {
    time.chars().take(16).collect::<String>().replace('T', " ")
}

/// What is marked in a part of a mention: evidence over query words.
fn marks(tags: &[Tag], field: Field, highlights: &[(usize, usize)]) -> Vec<(usize, usize, &'static str)> {
    let mark = |polarity| match polarity {
        Polarity::Praise => "praise",
        Polarity::Complaint => "complaint",
    };
    let evidence = tags.iter().filter(|tag| tag.field == field).map(|tag| (tag.start, tag.end, mark(tag.polarity)));
    evidence.chain(highlights.iter().map(|(start, end)| (*start, *end, "found"))).collect()
}

/// The text cut at the edges of its marks; where marks overlap the first one counts.
fn pieces(text: &str, marks: &[(usize, usize, &'static str)]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for (at, letter) in text.chars().enumerate() {
        let mark = marks.iter().find(|(start, end, _)| (*start..*end).contains(&at)).map_or("", |(_, _, mark)| mark);
        match pieces.last_mut() {
            Some(last) if last.mark == mark => last.text.push(letter),
            _ => pieces.push(Piece { text: letter.to_string(), mark }),
        }
    }
    pieces
}

fn facet_links(query: &str, facet: &FacetCounts) -> FacetLinks {
    let field = facet.facet.as_str();
    let link_to = |value: &str| link(format!("{query} {field}:\"{value}\"").trim(), "newest", 0);
    let values = facet.counts.iter().take(8).map(|count| (count.value.clone(), count.mentions, link_to(&count.value))).collect();
    FacetLinks { values, field }
}

fn link(query: &str, sort: &str, page: usize) -> String {
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    pairs.append_pair("q", query).append_pair("sort", sort);
    if page > 0 {
        pairs.append_pair("page", &page.to_string());
    }
    format!("/?{}", pairs.finish())
}

/// A fault on our side: told in the log, not to the reader.
pub(super) struct Failure(anyhow::Error);

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        tracing::error!("a page could not be made: {:#}", self.0);
        (StatusCode::INTERNAL_SERVER_ERROR, "this page could not be made; the log says why").into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_at_the_edges_of_its_marks() {
        let cut: Vec<(String, &str)> =
            pieces("很好用 yes", &[(1, 3, "praise"), (0, 2, "found")]).into_iter().map(|piece| (piece.text, piece.mark)).collect();
        assert_eq!(cut, [("很".to_owned(), "found"), ("好用".to_owned(), "praise"), (" yes".to_owned(), "")]);
    }

    #[test]
    fn a_link_keeps_the_query() {
        assert_eq!(link("a b:\"c\"", "newest", 2), "/?q=a+b%3A%22c%22&sort=newest&page=2");
    }
}
