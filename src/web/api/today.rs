//! The first page: the good, the bad and the ugly of these days, what waits to be answered, what is unusual and what was not heard.

pub(super) mod shapes;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use super::json;
use super::problem::Problem;
use super::replies::shown;
use super::taken::Asked;
use crate::app::{App, Span};
use crate::web::Web;

/// Which days.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Which days; the latest that brought anything if none are named.
    #[param(inline)]
    of: Option<Days>,
}

#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Days {
    Today,
    Yesterday,
    Week,
}

impl From<Days> for Span {
    fn from(days: Days) -> Self {
        match days {
            Days::Today => Self::Today,
            Days::Yesterday => Self::Yesterday,
            Days::Week => Self::Week,
        }
    }
}

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/api/v1/today", get(today))
}

/// What these days brought.
#[utoipa::path(get, path = "/api/v1/today", tag = "today", params(Wanted), responses((status = 200, body = shapes::Today)))]
pub(super) async fn today(State(app): State<Arc<App>>, Asked(wanted): Asked<Wanted>) -> Result<Response, Problem> {
    let today = app.today(wanted.of.map(Span::from)).await?;
    let due = today.due.iter().map(shown).collect::<Result<Vec<Value>, _>>()?;
    json(&json!({
        "span": today.span.as_str(),
        "period": { "from": today.period.from, "until": today.period.until },
        "is_over": today.is_over,
        "figures": today.figures,
        "themes": today.themes,
        "lanes": today.lanes,
        "unusual": today.unusual,
        "unseen": today.unseen,
        "replies": today.replies,
        "due": due,
    }))
}
