//! The outbox: alerts and digests that wait to go out, went out, or are stuck.

pub(super) mod shapes;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::json;
use super::problem::Problem;
use super::taken::Asked;
use crate::app::App;
use crate::notify::State as Stands;
use crate::web::Web;

/// Which messages are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Only those that stand so.
    #[param(inline)]
    state: Option<Word>,
    /// The most to give.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: Option<usize>,
}

#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Word {
    Waiting,
    Sent,
    Stuck,
    Dropped,
}

impl From<Word> for Stands {
    fn from(word: Word) -> Self {
        match word {
            Word::Waiting => Self::Waiting,
            Word::Sent => Self::Sent,
            Word::Stuck => Self::Stuck,
            Word::Dropped => Self::Dropped,
        }
    }
}

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/api/v1/outbox", get(list))
}

/// How much waits to go out, and the messages, oldest first.
#[utoipa::path(get, path = "/api/v1/outbox", tag = "outbox", params(Wanted), responses((status = 200, body = shapes::Outbox)))]
pub(super) async fn list(State(app): State<Arc<App>>, Asked(wanted): Asked<Wanted>) -> Result<Response, Problem> {
    let limit = wanted.limit.unwrap_or(100);
    if !(1..=1000).contains(&limit) {
        return Err(Problem::wrong("`limit` may be from 1 to 1000"));
    }
    let messages = app.outgoing(wanted.state.map(Stands::from), i64::try_from(limit).unwrap_or(i64::MAX)).await?;
    json(&json!({ "backlog": app.backlog().await?, "messages": messages }))
}
