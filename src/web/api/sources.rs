//! Sources: the ledger of what each did and did not show, pausing, trying.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::{Value, json};

use super::problem::Problem;
use super::taken::At;
use super::{json, shapes};
use crate::app::{App, Scout};
use crate::config::SourcesFile;
use crate::web::Web;
use crate::web::visitor::Visitor;

/// Mentions shown of a source that is tried.
const SHOWN: usize = 10;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/api/v1/sources", get(ledger))
        .route("/api/v1/sources/{name}", get(one))
        .route("/api/v1/sources/{name}/pause", post(pause))
        .route("/api/v1/sources/{name}/resume", post(resume))
        .route("/api/v1/sources/{name}/test", post(test))
}

/// What each source did and did not show.
#[utoipa::path(get, path = "/api/v1/sources", tag = "sources", responses((status = 200, body = shapes::Sources)))]
pub(super) async fn ledger(State(app): State<Arc<App>>) -> Result<Response, Problem> {
    json(&json!({ "sources": app.ledger().await? }))
}

/// What one source did and did not show.
#[utoipa::path(
    get, path = "/api/v1/sources/{name}", tag = "sources", params(("name" = String, Path, description = "The source")),
    responses((status = 200, body = shapes::Source))
)]
pub(super) async fn one(State(app): State<Arc<App>>, At(name): At<String>) -> Result<Response, Problem> {
    let entry = app.ledger().await?.into_iter().find(|entry| entry.source == name);
    json(&entry.ok_or_else(|| Problem::none("source", &name))?)
}

/// Stops listening to a source; what it showed stays.
#[utoipa::path(
    post, path = "/api/v1/sources/{name}/pause", tag = "sources", params(("name" = String, Path, description = "The source")),
    responses((status = 200, body = shapes::Source))
)]
pub(super) async fn pause(state: State<Arc<App>>, visitor: Visitor, name: At<String>) -> Result<Response, Problem> {
    enable(state, &visitor, name, false).await
}

/// Listens to a source again.
#[utoipa::path(
    post, path = "/api/v1/sources/{name}/resume", tag = "sources", params(("name" = String, Path, description = "The source")),
    responses((status = 200, body = shapes::Source))
)]
pub(super) async fn resume(state: State<Arc<App>>, visitor: Visitor, name: At<String>) -> Result<Response, Problem> {
    enable(state, &visitor, name, true).await
}

async fn enable(State(app): State<Arc<App>>, visitor: &Visitor, At(name): At<String>, enabled: bool) -> Result<Response, Problem> {
    let mut file = SourcesFile::read(app.dir())?;
    if !file.names().contains(&name.as_str()) {
        return Err(Problem::none("source", &name));
    }
    if file.set_enabled(&name, enabled)? {
        file.save()?;
        app.note_deed(visitor.name(), if enabled { "source-resumed" } else { "source-paused" }, &name).await?;
        app.reload();
    }
    one(State(app), At(name)).await
}

/// Asks a source once and tells what would be read; stores nothing.
#[utoipa::path(
    post, path = "/api/v1/sources/{name}/test", tag = "sources", params(("name" = String, Path, description = "The source")),
    responses((status = 200, body = shapes::Trial))
)]
pub(super) async fn test(State(app): State<Arc<App>>, At(name): At<String>) -> Result<Response, Problem> {
    let scout = Scout::open(app.dir(), app.clock().clone())?;
    if !scout.config().sources.iter().any(|source| source.name == name) {
        return Err(Problem::none("source", &name));
    }
    let trial = scout.try_place(&scout.place(&name)?, false).await?;
    let mentions: Vec<Value> = trial
        .mentions
        .iter()
        .take(SHOWN)
        .map(|(mention, judgement)| {
            json!({
                "url": mention.url,
                "author": mention.author.as_ref().map(|author| &author.name),
                "title": mention.title,
                "text": mention.text,
                "verdict": judgement.tagging.verdict,
            })
        })
        .collect();
    json(&json!({
        "source": name,
        "kind": trial.kind,
        "coverage": trial.coverage,
        "reason": trial.reason,
        "seen": trial.mentions.len(),
        "too_old": trial.too_old,
        "refused": trial.refused,
        "mentions": mentions,
    }))
}
