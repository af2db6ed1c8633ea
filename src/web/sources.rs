//! Sources: what each place did and did not show, and pausing them; in files of their own, one source and adding new ones.

mod new;
mod one;

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};

use super::failure::{self, Failure};
use super::frame::Frame;
use super::visitor::Visitor;
use super::{Web, see};
use crate::app::{App, LedgerEntry};
use crate::config::SourcesFile;

#[derive(Template)]
#[template(path = "sources.html")]
struct SourcesPage {
    f: Frame,
    entries: Vec<Row>,
}

/// A source as a row of the coverage table.
struct Row {
    entry: LedgerEntry,
    /// Its part of an address.
    segment: String,
    coverage: String,
}

pub(super) use new::{Looked, Looks, look_at};

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/sources", get(sources))
        .route("/sources/{name}", get(one::page))
        .route("/sources/{name}/pause", post(pause))
        .route("/sources/{name}/resume", post(resume))
        .route("/sources/{name}/test", post(one::test))
        .route("/sources/{name}/remove", post(one::remove))
        .route("/new-source", get(new::page).post(new::look))
        .route("/new-source/confirm", post(new::confirm))
        .route("/new-source/pack", post(new::pack))
}

async fn sources(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    let row = |entry: LedgerEntry| Row { coverage: coverage(&entry), segment: segment(&entry.source), entry };
    let entries = app.ledger().await?.into_iter().map(row).collect();
    Ok(Html(SourcesPage { f: Frame::new(visitor, "sources"), entries }.render()?).into_response())
}

/// The key of the word for how a source fares.
fn coverage(entry: &LedgerEntry) -> String {
    match entry.coverage {
        _ if !entry.enabled => "paused".to_owned(),
        None => "unasked".to_owned(),
        Some(coverage) => coverage.to_string(),
    }
}

async fn pause(State(app): State<Arc<App>>, visitor: Visitor, Path(name): Path<String>) -> Result<Response, Failure> {
    enable(&app, &visitor, &name, false).await
}

async fn resume(State(app): State<Arc<App>>, visitor: Visitor, Path(name): Path<String>) -> Result<Response, Failure> {
    enable(&app, &visitor, &name, true).await
}

async fn enable(app: &App, visitor: &Visitor, name: &str, enabled: bool) -> Result<Response, Failure> {
    if !SourcesFile::read(app.dir())?.names().contains(&name) {
        return Ok(failure::page(visitor, StatusCode::NOT_FOUND, "sources.none"));
    }
    app.enable_source(name, enabled, visitor.name()).await?;
    Ok(see("/sources"))
}

/// A name as one part of a path.
pub(super) fn segment(name: &str) -> String {
    url::form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>().replace('+', "%20")
}
