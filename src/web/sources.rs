//! Sources: what each place did and did not show, and pausing them.

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

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/sources", get(sources)).route("/sources/{name}/pause", post(pause)).route("/sources/{name}/resume", post(resume))
}

async fn sources(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    let row = |entry: LedgerEntry| Row {
        coverage: match entry.coverage {
            _ if !entry.enabled => "paused".to_owned(),
            None => "unasked".to_owned(),
            Some(coverage) => coverage.to_string(),
        },
        segment: segment(&entry.source),
        entry,
    };
    let entries = app.ledger().await?.into_iter().map(row).collect();
    Ok(Html(SourcesPage { f: Frame::new(visitor, "sources"), entries }.render()?).into_response())
}

async fn pause(State(app): State<Arc<App>>, visitor: Visitor, Path(name): Path<String>) -> Result<Response, Failure> {
    enable(&app, &visitor, &name, false).await
}

async fn resume(State(app): State<Arc<App>>, visitor: Visitor, Path(name): Path<String>) -> Result<Response, Failure> {
    enable(&app, &visitor, &name, true).await
}

async fn enable(app: &App, visitor: &Visitor, name: &str, enabled: bool) -> Result<Response, Failure> {
    let mut file = SourcesFile::read(app.dir())?;
    if !file.names().contains(&name) {
        return Ok(failure::page(visitor, StatusCode::NOT_FOUND, "sources.none"));
    }
    if file.set_enabled(name, enabled)? {
        file.save()?;
        app.note_deed(visitor.name(), if enabled { "source-resumed" } else { "source-paused" }, name).await?;
        app.reload();
    }
    Ok(see("/sources"))
}

/// A name as one part of a path.
pub(super) fn segment(name: &str) -> String {
    url::form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>().replace('+', "%20")
}
