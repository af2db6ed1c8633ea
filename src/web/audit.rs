//! What people did, the newest first.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;

use super::Web;
use super::failure::Failure;
use super::frame::Frame;
use super::visitor::Visitor;
use crate::app::App;
use crate::people::Deed;

const ON_A_PAGE: usize = 100;

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage {
    f: Frame,
    deeds: Vec<Deed>,
    older: Option<usize>,
}

#[derive(Debug, Deserialize)]
struct Asked {
    #[serde(default)]
    page: usize,
}

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/audit", get(audit))
}

async fn audit(State(app): State<Arc<App>>, visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let page = asked.page.min(1_000_000);
    let mut deeds = app.audit(ON_A_PAGE + 1, page * ON_A_PAGE).await?;
    let older = (deeds.len() > ON_A_PAGE).then_some(page + 1);
    deeds.truncate(ON_A_PAGE);
    Ok(Html(AuditPage { f: Frame::new(visitor, "audit"), deeds, older }.render()?).into_response())
}
