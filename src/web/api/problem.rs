//! Why a request is refused, as `application/problem+json` (RFC 9457). Faults of ours are told in the log, not to the caller.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::replies::Refusal;
use crate::search;

/// Why there is nothing else.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct Problem {
    /// What kind of problem, for programs: always `about:blank`, the status says it.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The status in words.
    title: String,
    /// The status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What is wrong, and what to do.
    detail: String,
    /// What others did since the version that was seen, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    changes: Vec<String>,
    /// Seconds to wait.
    #[serde(skip)]
    retry_after: Option<u64>,
}

impl Problem {
    pub(in crate::web) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        let title = status.canonical_reason().unwrap_or("Refused").to_owned();
        Self { kind: "about:blank", title, status: status.as_u16(), detail: detail.into(), changes: Vec::new(), retry_after: None }
    }

    pub(super) fn none(what: &str, name: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("there is no {what} `{name}`"))
    }

    pub(super) fn wrong(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail)
    }

    pub(in crate::web) fn too_often(seconds: u64) -> Self {
        let detail = format!("too many requests; ask again in {seconds} s");
        Self { retry_after: Some(seconds), ..Self::new(StatusCode::TOO_MANY_REQUESTS, detail) }
    }

    /// The same, for a condition that the caller put into `If-Match`.
    pub(super) fn into_precondition(self) -> Self {
        if self.changes.is_empty() {
            return self;
        }
        Self { changes: self.changes, ..Self::new(StatusCode::PRECONDITION_FAILED, self.detail) }
    }

    fn fault(error: &anyhow::Error) -> Self {
        tracing::error!("a request to the API failed: {error:#}");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "this could not be done; the log says why")
    }
}

/// What people got wrong is told to them; what broke is not.
impl From<anyhow::Error> for Problem {
    fn from(error: anyhow::Error) -> Self {
        match error.downcast_ref::<Refusal>() {
            Some(Refusal::Stale { since, .. }) => {
                let changes: Vec<String> = since.iter().map(crate::replies::Entry::in_words).collect();
                let changes = if changes.is_empty() { vec!["it has another version now".to_owned()] } else { changes };
                Self { changes, ..Self::new(StatusCode::CONFLICT, format!("{error:#}")) }
            }
            Some(Refusal::NotAllowed { .. }) => Self::new(StatusCode::FORBIDDEN, format!("{error:#}")),
            Some(Refusal::NotQueued) => Self::new(StatusCode::NOT_FOUND, format!("{error:#}")),
            Some(Refusal::Blank { .. } | Refusal::TooLong { .. } | Refusal::SameAgain { .. }) => Self::wrong(format!("{error:#}")),
            Some(_) => Self::new(StatusCode::CONFLICT, format!("{error:#}")),
            None if broke(&error) => Self::fault(&error),
            None => Self::wrong(format!("{error:#}")),
        }
    }
}

/// Whether something below us failed, rather than what was asked.
fn broke(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.is::<sqlx::Error>()
            || cause.is::<std::io::Error>()
            || cause.is::<search::Error>()
            || cause.is::<tokio::task::JoinError>()
            || cause.is::<serde_json::Error>()
    })
}

impl From<serde_json::Error> for Problem {
    fn from(error: serde_json::Error) -> Self {
        Self::fault(&error.into())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_string(&self).unwrap_or_default();
        let mut response = (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replies::Status;

    #[test]
    fn what_broke_is_not_told_and_what_was_wrong_is() {
        for (error, status) in [
            (anyhow::anyhow!("there is no product `x`"), 422),
            (anyhow::Error::from(sqlx::Error::PoolClosed).context("reading"), 500),
            (Refusal::NotHeld.into(), 409),
            (Refusal::NotQueued.into(), 404),
            (Refusal::SameHand.into(), 409),
            (Refusal::GoingOut.into(), 409),
            (Refusal::NotPosted("its text is not the one that was approved; approve it again".to_owned()).into(), 409),
            (Refusal::Status { status: Status::Waiting, done: "posted", from: vec![Status::Approved] }.into(), 409),
            (Refusal::SameAgain { site: "forum.example".to_owned() }.into(), 422),
            (Refusal::Blank { what: "a reply" }.into(), 422),
        ] {
            let words = format!("{error:#}");
            let problem = Problem::from(error);
            assert_eq!(problem.status, status, "{words}");
            assert_eq!(problem.detail == words, status != 500, "{words}");
        }
        assert_eq!(Problem::too_often(3).into_response().headers()["retry-after"], "3");
        let stale = Problem::from(anyhow::Error::from(Refusal::Stale { seen: 1, since: Vec::new() }));
        assert_eq!((stale.status, stale.changes.len()), (409, 1));
        assert_eq!(stale.into_precondition().status, 412);
    }
}
