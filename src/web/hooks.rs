//! `POST /hooks/SOURCE`: where others send what they have, each source with a token of its own.
//!
//! Open to whoever has the token, whether or not the page wants a sign-in. A delivery is answered with 202 once it is stored with
//! all that follows from it; sent again, it changes nothing.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use url::Url;

use super::Web;
use crate::app::{App, NoHook};
use crate::crawl::Delivered;
use crate::fetch::Page;

/// A delivery may be this large.
const MOST_BYTES: usize = 1 << 20;
/// A sender that has not sent all of it after this long is given up.
const PATIENCE: Duration = Duration::from_secs(30);
/// What a delivery may be, by its `Content-Type`; one that says nothing or `text/plain` is taken to be JSON.
const KINDS: [&str; 7] = [
    "application/json",
    "application/x-ndjson",
    "application/ndjson",
    "application/jsonl",
    "application/x-jsonlines",
    "application/x-www-form-urlencoded",
    "text/plain",
];

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/hooks/{source}", post(receive))
}

async fn receive(State(app): State<Arc<App>>, Path(name): Path<String>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let source = match app.hook(&name, token(&parts.headers).as_deref()) {
        Ok(source) => source,
        Err(NoHook::Unknown) => {
            let what = format!("no source `{name}` waits for deliveries; add one with `kind = \"webhook\"` to sources.toml");
            return refusal(StatusCode::NOT_FOUND, &what);
        }
        Err(NoHook::Token) => return unauthorised(parts.uri.query()),
    };
    let content_type = text(&parts.headers, header::CONTENT_TYPE.as_str());
    if !is_known_kind(content_type.as_deref()) {
        return refusal(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "send JSON, JSON Lines or the fields of a form, and say which in `Content-Type`",
        );
    }
    let body = match read(body).await {
        Ok(body) => body,
        Err(refused) => return refused,
    };
    let key = text(&parts.headers, "idempotency-key").filter(|key| !key.is_empty());
    // Only its host is ever looked at, and only to name who sent something unreadable.
    let url = Url::parse("http://localhost/hooks").expect("it is a constant, and an address");
    match app.take_delivery(&source, Page { url, content_type, body }, key.as_deref()).await {
        Ok(Delivered::Kept { saved, refused }) => {
            tracing::info!(source = name, seen = saved.seen, new = saved.new, updated = saved.updated, "a delivery came");
            answer(StatusCode::ACCEPTED, &json!({"seen": saved.seen, "new": saved.new, "updated": saved.updated, "refused": refused}))
        }
        Ok(Delivered::Unreadable(why)) => {
            tracing::warn!(source = name, "a delivery could not be read: {why}");
            refusal(StatusCode::UNPROCESSABLE_ENTITY, &why)
        }
        Err(error) => {
            tracing::error!(source = name, "a delivery could not be kept: {error:#}");
            let mut response = refusal(StatusCode::SERVICE_UNAVAILABLE, "it could not be stored; send it again later");
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
            response
        }
    }
}

/// The whole body; else the answer that says why not.
async fn read(body: Body) -> Result<Vec<u8>, Response> {
    match tokio::time::timeout(PATIENCE, to_bytes(body, MOST_BYTES)).await {
        Ok(Ok(body)) => Ok(body.to_vec()),
        // What else breaks off a body leaves nobody to answer.
        Ok(Err(_)) => {
            Err(refusal(StatusCode::PAYLOAD_TOO_LARGE, &format!("a delivery may have {} KiB; send fewer items at once", MOST_BYTES >> 10)))
        }
        Err(_) => Err(refusal(StatusCode::REQUEST_TIMEOUT, "the delivery did not come to its end in time; send it again")),
    }
}

/// The token that a sender gives: as a bearer, or as the password of any user for those who can only be given an address.
fn token(headers: &HeaderMap) -> Option<String> {
    let given = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (how, rest) = given.split_once(' ')?;
    let rest = rest.trim();
    match how.to_ascii_lowercase().as_str() {
        "bearer" => Some(rest.to_owned()),
        "basic" => String::from_utf8(BASE64_STANDARD.decode(rest).ok()?).ok()?.split_once(':').map(|(_, password)| password.to_owned()),
        _ => None,
    }
}

/// A token in the address would stand in the logs of all who pass it on, so it is not taken there.
fn unauthorised(query: Option<&str>) -> Response {
    let what = match query.is_some_and(|query| query.contains("token=")) {
        true => "a token in the address is not taken, for addresses are written into logs; send the header `Authorization: Bearer …`",
        false => "send the source's token in the header `Authorization: Bearer …`, or as the password of basic authentication",
    };
    let mut response = refusal(StatusCode::UNAUTHORIZED, what);
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer, Basic realm=\"hooks\""));
    response
}

fn is_known_kind(content_type: Option<&str>) -> bool {
    let kind = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind.is_empty() || kind.ends_with("+json") || KINDS.contains(&kind.as_str())
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(|value| value.trim().to_owned())
}

fn refusal(status: StatusCode, what: &str) -> Response {
    answer(status, &json!({ "error": what }))
}

fn answer(status: StatusCode, said: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], said.to_string()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_a_bearer_or_a_password() {
        let of = |value: &str| token(&HeaderMap::from_iter([(header::AUTHORIZATION, value.parse().unwrap())]));
        assert_eq!(of("Bearer abc"), Some("abc".to_owned()));
        assert_eq!(of("bearer  abc "), Some("abc".to_owned()));
        assert_eq!(of("Basic Z29vZHdvcmQ6YWJj"), Some("abc".to_owned()));
        assert_eq!((of("Basic !"), of("abc"), of("Digest a=b")), (None, None, None));
    }

    #[test]
    fn a_delivery_is_json_or_a_form() {
        for (kind, known) in [
            (None, true),
            (Some("application/json; charset=utf-8"), true),
            (Some("application/cloudevents+json"), true),
            (Some("Application/X-WWW-Form-Urlencoded"), true),
            (Some("multipart/form-data; boundary=x"), false),
            (Some("text/html"), false),
        ] {
            assert_eq!(is_known_kind(kind), known, "{kind:?}");
        }
    }
}
