//! What we changed because of what people said: noted, and forgotten. What came of it is among the figures, as the loop.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, post};
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::ToSchema;

use super::insight::shapes;
use super::problem::Problem;
use super::taken::{At, Body};
use super::with_status;
use crate::app::App;
use crate::insight::day_of;
use crate::web::Web;
use crate::web::visitor::Visitor;

/// Something that we changed because of what people said.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewChange {
    /// What was changed.
    what: String,
    /// The product it was changed in.
    product: String,
    /// The theme it is about.
    theme: String,
    /// The first day on which people have it; today if none is given.
    #[schema(format = Date)]
    on: Option<String>,
}

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/api/v1/insight/changes", post(note)).route("/api/v1/insight/changes/{number}", delete(forget))
}

/// Notes a change, so that what is said before and after it can be compared.
#[utoipa::path(
    post, path = "/api/v1/insight/changes", tag = "insight", request_body = NewChange,
    responses((status = 201, body = shapes::NotedChange))
)]
pub(super) async fn note(State(app): State<Arc<App>>, visitor: Visitor, Body(new): Body<NewChange>) -> Result<Response, Problem> {
    let today = day_of(app.clock().now());
    let read = |on: &str| on.parse::<Date>().map_err(|_| Problem::wrong(format!("`{on}` is not a day; write for example {today}")));
    let on = new.on.as_deref().map_or(Ok(today), read)?;
    let change = app.note_change(&new.what, &new.product, &new.theme, on).await?;
    app.note_deed(visitor.name(), "change-noted", &change.what).await?;
    with_status(StatusCode::CREATED, &change)
}

/// Forgets a noted change.
#[utoipa::path(
    delete, path = "/api/v1/insight/changes/{number}", tag = "insight", params(("number" = i64, Path, description = "Its number")),
    responses((status = 204))
)]
pub(super) async fn forget(State(app): State<Arc<App>>, visitor: Visitor, At(number): At<i64>) -> Result<Response, Problem> {
    if !app.forget_change(number).await? {
        return Err(Problem::none("noted change", &number.to_string()));
    }
    app.note_deed(visitor.name(), "change-forgotten", &number.to_string()).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
