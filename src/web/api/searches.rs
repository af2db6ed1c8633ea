//! Saved searches: one's own and those that others share.

pub(super) mod shapes;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use super::problem::Problem;
use super::taken::{Asked, At, Body};
use super::{json, with_status};
use crate::app::{App, NewSearch, SearchEdit};
use crate::searches::{Alerting, SavedSearch};
use crate::web::Web;
use crate::web::searches::{feed, may_change};
use crate::web::visitor::Visitor;

/// A search to save, under your name.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSaved {
    /// A name for it.
    name: String,
    /// What to search for.
    query: String,
    /// Show it to others too.
    #[serde(default)]
    shared: bool,
    /// When to tell of new mentions.
    #[serde(default)]
    alert: Alerting,
    /// Put it into the digest.
    #[serde(default)]
    digest: bool,
}

/// What to change of it; the rest stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Edit {
    /// What to search for.
    query: Option<String>,
    /// Show it to others too, or no more.
    shared: Option<bool>,
    /// When to tell of new mentions.
    alert: Option<Alerting>,
    /// Put it into the digest, or no more.
    digest: Option<bool>,
}

/// A query to try out.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Tried {
    /// The query.
    q: String,
}

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/api/v1/searches", get(list).post(add))
        .route("/api/v1/searches/{name}", get(one).patch(edit).delete(remove))
        .route("/api/v1/searches/{name}/renew", post(renew))
        .route("/api/v1/search-preview", get(preview))
}

/// A search with the addresses of its feeds.
fn shown(app: &App, search: &SavedSearch) -> Result<Value, Problem> {
    let mut shown = serde_json::to_value(search)?;
    if let Some(fields) = shown.as_object_mut() {
        fields.insert("rss".to_owned(), json!(feed(app, search, "rss")));
        fields.insert("json".to_owned(), json!(feed(app, search, "json")));
    }
    Ok(shown)
}

async fn find(app: &App, visitor: &Visitor, name: &str) -> Result<SavedSearch, Problem> {
    let found = app.saved_searches().await?.into_iter().find(|search| search.name == name);
    found.filter(|search| search.shared || may_change(visitor, search)).ok_or_else(|| Problem::none("saved search", name))
}

/// The saved search, if it is the caller's to change.
async fn own(app: &App, visitor: &Visitor, name: &str) -> Result<SavedSearch, Problem> {
    let search = find(app, visitor, name).await?;
    if may_change(visitor, &search) {
        return Ok(search);
    }
    Err(Problem::new(StatusCode::FORBIDDEN, format!("`{name}` belongs to somebody else; a manager may change it")))
}

/// Your saved searches and those that others share.
#[utoipa::path(get, path = "/api/v1/searches", tag = "searches", responses((status = 200, body = shapes::SavedSearches)))]
pub(super) async fn list(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Problem> {
    let mut searches = app.saved_searches().await?;
    searches.retain(|search| search.shared || may_change(&visitor, search));
    let searches = searches.iter().map(|search| shown(&app, search)).collect::<Result<Vec<_>, _>>()?;
    json(&json!({ "searches": searches }))
}

/// Saves a search.
#[utoipa::path(
    post, path = "/api/v1/searches", tag = "searches", request_body = NewSaved, responses((status = 201, body = shapes::SavedSearch))
)]
pub(super) async fn add(State(app): State<Arc<App>>, visitor: Visitor, Body(new): Body<NewSaved>) -> Result<Response, Problem> {
    let NewSaved { name, query, shared, alert, digest } = new;
    if app.saved_searches().await?.iter().any(|search| search.name == name.trim()) {
        return Err(Problem::new(StatusCode::CONFLICT, format!("there is a saved search `{}` already", name.trim())));
    }
    let owner = Some(visitor.name().to_owned());
    let search = app.add_search(NewSearch { name, query, owner, shared, alert, digest }).await?;
    app.note_deed(visitor.name(), "search-saved", &search.name).await?;
    with_status(StatusCode::CREATED, &shown(&app, &search)?)
}

/// One saved search.
#[utoipa::path(
    get, path = "/api/v1/searches/{name}", tag = "searches", params(("name" = String, Path, description = "The saved search")),
    responses((status = 200, body = shapes::SavedSearch))
)]
pub(super) async fn one(State(app): State<Arc<App>>, visitor: Visitor, At(name): At<String>) -> Result<Response, Problem> {
    json(&shown(&app, &find(&app, &visitor, &name).await?)?)
}

/// Changes a saved search.
#[utoipa::path(
    patch, path = "/api/v1/searches/{name}", tag = "searches", params(("name" = String, Path, description = "The saved search")),
    request_body = Edit, responses((status = 200, body = shapes::SavedSearch))
)]
pub(super) async fn edit(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    At(name): At<String>,
    Body(edit): Body<Edit>,
) -> Result<Response, Problem> {
    let before = own(&app, &visitor, &name).await?;
    let Edit { query, shared, alert, digest } = edit;
    let edit = SearchEdit { query, owner: None, shared, alert, digest };
    let search = app.edit_search(&before.name, edit).await?;
    app.note_deed(visitor.name(), "search-changed", &search.name).await?;
    json(&shown(&app, &search)?)
}

/// Forgets a saved search with its alerts.
#[utoipa::path(
    delete, path = "/api/v1/searches/{name}", tag = "searches", params(("name" = String, Path, description = "The saved search")),
    responses((status = 204))
)]
pub(super) async fn remove(State(app): State<Arc<App>>, visitor: Visitor, At(name): At<String>) -> Result<Response, Problem> {
    let search = own(&app, &visitor, &name).await?;
    app.remove_search(&search.name).await?;
    app.note_deed(visitor.name(), "search-removed", &search.name).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Gives its feeds new addresses; the old ones open nothing any more.
#[utoipa::path(
    post, path = "/api/v1/searches/{name}/renew", tag = "searches", params(("name" = String, Path, description = "The saved search")),
    responses((status = 200, body = shapes::SavedSearch))
)]
pub(super) async fn renew(State(app): State<Arc<App>>, visitor: Visitor, At(name): At<String>) -> Result<Response, Problem> {
    let search = own(&app, &visitor, &name).await?;
    let search = app.renew_token(&search.name).await?;
    app.note_deed(visitor.name(), "feed-renewed", &search.name).await?;
    json(&shown(&app, &search)?)
}

/// What a query would have found in the last 30 days.
#[utoipa::path(
    get, path = "/api/v1/search-preview", tag = "searches", params(Tried), responses((status = 200, body = shapes::SearchPreview))
)]
pub(super) async fn preview(State(app): State<Arc<App>>, Asked(tried): Asked<Tried>) -> Result<Response, Problem> {
    let preview = app.preview_search(&tried.q).await?;
    json(&json!({ "total": preview.total, "days": preview.days, "examples": preview.examples, "notes": preview.notes }))
}
