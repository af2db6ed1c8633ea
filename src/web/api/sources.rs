//! Sources: the ledger of what each did and did not show, now and over time; pausing, trying, removing. Adding is a file of its own.

pub(super) mod adding;
pub(super) mod shapes;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;

use super::json;
use super::problem::Problem;
use super::taken::{Asked, At};
use crate::app::{App, Place};
use crate::config::SourcesFile;
use crate::web::Web;
use crate::web::visitor::Visitor;

/// Mentions shown of a source that is tried.
const SHOWN: usize = 10;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/api/v1/sources", get(ledger).post(adding::add))
        .route("/api/v1/sources/{name}", get(one).delete(remove))
        .route("/api/v1/sources/{name}/history", get(history))
        .route("/api/v1/source-looks", post(adding::look))
        .route("/api/v1/source-packs", get(adding::packs))
        .route("/api/v1/source-packs/{name}", post(adding::pack))
        .route("/api/v1/source-packs/{name}/preview", post(adding::preview_pack))
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
    written(&app, &name)?;
    app.enable_source(&name, enabled, visitor.name()).await?;
    one(State(app), At(name)).await
}

fn written(app: &App, name: &str) -> Result<(), Problem> {
    let file = SourcesFile::read(app.dir())?;
    if file.names().contains(&name) { Ok(()) } else { Err(Problem::none("source", name)) }
}

/// Takes a source out of sources.toml; what it showed stays.
#[utoipa::path(
    delete, path = "/api/v1/sources/{name}", tag = "sources", params(("name" = String, Path, description = "The source")),
    responses((status = 204))
)]
pub(super) async fn remove(State(app): State<Arc<App>>, visitor: Visitor, At(name): At<String>) -> Result<Response, Problem> {
    written(&app, &name)?;
    app.unlist_source(&name, visitor.name()).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// How far back a history goes.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Back {
    /// Days.
    #[param(minimum = 1, maximum = 400, default = 60)]
    days: Option<i64>,
}

/// How a source fared: the times it was in one state, and what each day brought.
#[utoipa::path(
    get, path = "/api/v1/sources/{name}/history", tag = "sources", params(("name" = String, Path, description = "The source"), Back),
    responses((status = 200, body = shapes::SourceHistory))
)]
pub(super) async fn history(State(app): State<Arc<App>>, At(name): At<String>, Asked(back): Asked<Back>) -> Result<Response, Problem> {
    let days = back.days.unwrap_or(60);
    if !(1..=400).contains(&days) {
        return Err(Problem::wrong("`days` may be from 1 to 400"));
    }
    if !app.ledger().await?.iter().any(|entry| entry.source == name) {
        return Err(Problem::none("source", &name));
    }
    let since = app.clock().now().checked_sub(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MIN);
    let by_day: Vec<_> = app.days(Some(&name), since).await?.into_iter().map(|(_, day)| day).collect();
    json(&json!({ "spans": app.history(Some(&name), since).await?, "days": by_day }))
}

/// Asks a source once and tells what would be read; stores nothing.
#[utoipa::path(
    post, path = "/api/v1/sources/{name}/test", tag = "sources", params(("name" = String, Path, description = "The source")),
    responses((status = 200, body = shapes::Trial))
)]
pub(super) async fn test(State(app): State<Arc<App>>, visitor: Visitor, At(name): At<String>) -> Result<Response, Problem> {
    let Some(source) = app.config().sources.iter().find(|source| source.name == name).cloned() else {
        return Err(Problem::none("source", &name));
    };
    app.note_deed(visitor.name(), "source-tried", &name).await?;
    let trial = app.scout().try_place(&Place::Source(source), false).await?;
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
