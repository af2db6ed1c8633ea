//! What went wrong, as a page: faults of ours are told in the log, not to the reader.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use super::frame::Frame;
use super::visitor::Visitor;

#[derive(Template)]
#[template(path = "failure.html")]
struct FailurePage {
    f: Frame,
    words: &'static str,
}

/// A page that says, in the words under `key`, why there is nothing else.
pub(super) fn page(visitor: &Visitor, status: StatusCode, key: &'static str) -> Response {
    let words = visitor.lang.words().say(key);
    match (FailurePage { f: Frame::new(visitor.clone(), ""), words }).render() {
        Ok(page) => (status, Html(page)).into_response(),
        Err(_) => (status, words).into_response(),
    }
}

/// A fault on our side.
pub(super) struct Failure(anyhow::Error);

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        tracing::error!("a page could not be made: {:#}", self.0);
        (StatusCode::INTERNAL_SERVER_ERROR, "this page could not be made; the log says why").into_response()
    }
}
