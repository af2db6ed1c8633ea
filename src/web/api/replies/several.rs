//! The same done to several replies; one that is refused does not stop the others.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{Act, Particulars, once, shapes, shown};
use crate::app::App;
use crate::web::api::json;
use crate::web::api::problem::Problem;
use crate::web::api::taken::Body;
use crate::web::visitor::Visitor;

/// The most replies at once.
const MOST: usize = 100;

/// What is to be done to several replies.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web::api) struct ToSeveral {
    /// What to do; texts are written one by one.
    action: Act,
    /// To which.
    #[schema(max_items = 100)]
    replies: Vec<Picked>,
    /// Of `reject`, `dismiss`, `reopen`, `assign`: why.
    #[serde(default)]
    reason: String,
    /// Of `assign`: to whom.
    #[serde(default)]
    to: String,
}

/// A reply, as it was seen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web::api) struct Picked {
    /// The mention's id.
    id: String,
    /// The version you saw; refused if it is not the last.
    version: Option<i64>,
}

/// Does the same to several replies, and tells which were refused and why.
#[utoipa::path(
    post, path = "/api/v1/replies", operation_id = "act_on_several", tag = "replies", request_body = ToSeveral, responses((status = 200, body = shapes::DoneToSeveral))
)]
pub(in crate::web::api) async fn act(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Body(asked): Body<ToSeveral>,
) -> Result<Response, Problem> {
    if asked.replies.len() > MOST {
        return Err(Problem::wrong(format!("`replies` may hold at most {MOST}")));
    }
    if let Act::Draft = asked.action {
        return Err(Problem::wrong("texts are written one by one: POST /api/v1/replies/{id}/draft"));
    }
    let (mut done, mut refused): (Vec<Value>, Vec<Value>) = (Vec::new(), Vec::new());
    for Picked { id, version } in asked.replies {
        let particulars = Particulars { version, reason: asked.reason.clone(), to: asked.to.clone(), ..Particulars::default() };
        match once(&app, &visitor, &id, asked.action, particulars).await {
            Ok(queued) => done.push(shown(&queued)?),
            Err(problem) => refused.push(json!({ "id": id, "problem": problem })),
        }
    }
    json(&json!({ "done": done, "refused": refused }))
}
