//! The end of the digest: a page with a button for whoever follows the link in a mail, and the one click of mail programs.
//!
//! Looking ends nothing: programs that follow every link of a mail do not unsubscribe anybody.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;

use super::Web;
use super::failure::{self, Failure};
use super::frame::Frame;
use super::visitor::Visitor;
use crate::app::App;

#[derive(Template)]
#[template(path = "unsubscribe.html")]
struct UnsubscribePage {
    f: Frame,
    /// The address, its name hidden.
    to: String,
    token: String,
    has_ended: bool,
}

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/digest/unsubscribe/{token}", get(ask).post(end))
}

async fn ask(State(app): State<Arc<App>>, visitor: Visitor, Path(token): Path<String>) -> Result<Response, Failure> {
    let reader = app.digest_reader(&token).await?;
    page(visitor, token, reader)
}

async fn end(State(app): State<Arc<App>>, visitor: Visitor, Path(token): Path<String>) -> Result<Response, Failure> {
    let ended = app.unsubscribe(&token).await?;
    page(visitor, token, ended.map(|to| (to, true)))
}

fn page(visitor: Visitor, token: String, reader: Option<(String, bool)>) -> Result<Response, Failure> {
    match reader {
        Some((to, has_ended)) => {
            let page = UnsubscribePage { f: Frame::new(visitor, ""), to, token, has_ended };
            Ok(Html(page.render()?).into_response())
        }
        None => Ok(failure::page(&visitor, StatusCode::NOT_FOUND, "unsubscribe.none")),
    }
}
