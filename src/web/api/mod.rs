//! The JSON API under `/api/v1`: the same [`App`](crate::app::App) methods, roles and checks as the pages, for programs.
//!
//! To add a route: a handler with `#[utoipa::path]` in the file of its subject, its line in `routes()` there, in `openapi.rs` and in the
//! table of permissions; a test holds that the three agree.

mod audit;
mod changes;
mod customers;
mod digest;
mod insight;
mod me;
mod mentions;
mod openapi;
mod outbox;
mod pace;
mod people;
mod phrases;
mod problem;
mod products;
mod quotes;
mod replies;
mod searches;
mod settings;
mod sources;
mod taken;
mod today;

pub(super) use pace::Pace;
pub(super) use problem::Problem;

use axum::Router;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Serialize;

use super::Web;
use super::permissions::TABLE;
use super::visitor::{Who, bearer};
use crate::people::kept;

/// Where it begins.
const ROOT: &str = "/api/";
/// Where assistants ask.
pub(super) const MCP: &str = "/mcp";

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/api/v1/openapi.json", get(openapi::serve))
        .merge(today::routes())
        .merge(mentions::routes())
        .merge(sources::routes())
        .merge(insight::routes())
        .merge(changes::routes())
        .merge(phrases::routes())
        .merge(products::routes())
        .merge(searches::routes())
        .merge(replies::routes())
        .merge(customers::routes())
        .merge(quotes::routes())
        .merge(digest::routes())
        .merge(settings::routes())
        .merge(outbox::routes())
        .merge(me::routes())
        .merge(people::routes())
        .merge(audit::routes())
}

/// Whether programs ask here: they are answered with problems, not with pages.
pub(super) fn is_for_programs(path: &str) -> bool {
    path.starts_with(ROOT) || path == MCP || path == "/metrics"
}

/// The answer to a path or method that there is none of.
pub(super) fn nothing(method: &Method, path: &str) -> Response {
    let allowed: Vec<&str> = TABLE.iter().filter(|rule| rule.path == path).map(|rule| rule.method).collect();
    if allowed.is_empty() {
        return Problem::new(StatusCode::NOT_FOUND, "there is nothing here; see /api/v1/openapi.json").into_response();
    }
    let problem = Problem::new(StatusCode::METHOD_NOT_ALLOWED, format!("this does not take {method}"));
    ([(header::ALLOW, allowed.join(", "))], problem).into_response()
}

/// Why somebody is not let in.
pub(super) fn refused(who: &Who) -> Response {
    let problem = match who.role {
        Some(role) => Problem::new(StatusCode::FORBIDDEN, format!("the role `{role}` may not do this; of a token its scope counts too")),
        None => {
            let how = "send `Authorization: Bearer gw_…` with a token that holds; `goodword user token NAME --label WHAT` makes one";
            Problem::new(StatusCode::UNAUTHORIZED, how)
        }
    };
    problem.into_response()
}

/// Why a change that a browser sends is not taken.
pub(super) fn no_form() -> Response {
    let how = "a change from a browser needs the header `X-Form-Token`, with the `form_token` of /api/v1/me";
    Problem::new(StatusCode::FORBIDDEN, how).into_response()
}

/// Whom requests are counted for; pages are not counted.
pub(super) fn counted(who: &Who, headers: &HeaderMap, path: &str) -> Option<String> {
    who.role.filter(|_| is_for_programs(path))?;
    Some(match bearer(headers) {
        Some(token) => format!("token {}", kept(token)),
        None => format!("person {}", who.name()),
    })
}

/// An answer in JSON.
fn json<T: Serialize>(value: &T) -> Result<Response, Problem> {
    with_status(StatusCode::OK, value)
}

fn with_status<T: Serialize>(status: StatusCode, value: &T) -> Result<Response, Problem> {
    Ok((status, [(header::CONTENT_TYPE, "application/json")], serde_json::to_string(value)?).into_response())
}
