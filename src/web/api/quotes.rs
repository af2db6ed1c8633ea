//! Words that we may quote: asked, cleared, refused.

pub(super) mod shapes;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, put};
use serde::Deserialize;
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::json;
use super::mentions::find;
use super::problem::Problem;
use super::taken::{Asked, At, Body};
use crate::app::App;
use crate::replies::Leave;
use crate::web::Web;
use crate::web::visitor::Visitor;

/// Whether we may quote.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum May {
    /// We asked.
    Asked,
    /// We may.
    Cleared,
    /// We may not.
    Refused,
}

impl From<May> for Leave {
    fn from(may: May) -> Self {
        match may {
            May::Asked => Self::Asked,
            May::Cleared => Self::Cleared,
            May::Refused => Self::Refused,
        }
    }
}

/// Which quotes are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Only those that stand so.
    #[param(inline)]
    leave: Option<May>,
    /// Quotes on a page.
    #[param(minimum = 1, maximum = 500, default = 100)]
    limit: Option<usize>,
    /// How many to pass over: the `next` of the page before.
    #[serde(default)]
    #[param(minimum = 0, maximum = 1_000_000)]
    skip: usize,
}

/// Whether we may quote a mention.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewQuote {
    /// Whether we may.
    leave: May,
    /// Which of its words, as they stand there; all of them if none are given.
    words: Option<String>,
    /// How the leave was given, such as "mail of 3 May".
    note: Option<String>,
}

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/api/v1/quotes", get(list)).route("/api/v1/quotes/{id}", put(note))
}

/// What is noted of quotes, the latest first.
#[utoipa::path(get, path = "/api/v1/quotes", tag = "quotes", params(Wanted), responses((status = 200, body = shapes::Quotes)))]
pub(super) async fn list(State(app): State<Arc<App>>, Asked(wanted): Asked<Wanted>) -> Result<Response, Problem> {
    let Wanted { leave, limit, skip } = wanted;
    let limit = limit.unwrap_or(100);
    if !(1..=500).contains(&limit) || skip > 1_000_000 {
        return Err(Problem::wrong("`limit` may be from 1 to 500, and `skip` at most 1000000"));
    }
    let mut quotes = app.some_quotes(leave.map(Leave::from), skip, limit + 1).await?;
    let next = (quotes.len() > limit).then(|| skip + limit);
    quotes.truncate(limit);
    json(&json!({ "quotes": quotes, "next": next }))
}

/// Notes that we may, or may not, quote a mention.
#[utoipa::path(
    put, path = "/api/v1/quotes/{id}", tag = "quotes", params(("id" = String, Path, description = "The mention's id")),
    request_body = NewQuote, responses((status = 200, body = shapes::Quote))
)]
pub(super) async fn note(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    At(id): At<String>,
    Body(new): Body<NewQuote>,
) -> Result<Response, Problem> {
    find(&app, &id).await?;
    let quote = app.note_quote(&id, new.leave.into(), new.words.as_deref(), visitor.name(), new.note).await?;
    app.note_deed(visitor.name(), &format!("quote-{}", quote.quote.leave.as_str()), &id).await?;
    json(&quote)
}
