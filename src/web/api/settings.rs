//! What the files say of digests, alerts, routing and templates, and where each is to be changed; without secrets.

pub(super) mod shapes;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use serde_json::json;

use super::json;
use super::problem::Problem;
use crate::app::App;
use crate::web::Web;
use crate::web::settings::{Shown, carrier};

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/api/v1/settings", get(settings))
}

/// What the files say. They are the truth: change them there.
#[utoipa::path(get, path = "/api/v1/settings", tag = "settings", responses((status = 200, body = shapes::Settings)))]
pub(super) async fn settings(State(app): State<Arc<App>>) -> Result<Response, Problem> {
    let config = app.config();
    let own = &config.settings;
    let shown = Shown::of(&config);
    json(&json!({
        "dir": app.dir().display().to_string(),
        "problems": config.problems,
        "mail": carrier(&own.notify.mail.transport),
        "lanes": own.replies.queue.lanes.iter().map(|lane| lane.as_str()).collect::<Vec<_>>(),
        "keep_days": own.privacy.keep.map(|keep| keep.as_secs() / 86_400),
        "recipients": shown.recipients,
        "destinations": shown.destinations,
        "alerts": shown.alerts,
        "teams": shown.teams,
        "routes": shown.routes,
        "templates": shown.templates,
    }))
}
