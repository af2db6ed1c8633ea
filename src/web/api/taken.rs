//! What a request brings: its body, its query and the names in its path, each refused as a problem if it cannot be read.

use axum::body::to_bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::problem::Problem;
use crate::web::visitor::text;

/// The largest body.
const LARGEST: usize = 256 << 10;

/// A JSON body.
pub(super) struct Body<T>(pub(super) T);

/// The query.
pub(super) struct Asked<T>(pub(super) T);

/// The names in the path.
pub(super) struct At<T>(pub(super) T);

/// The version that the caller saw: `If-Match: "7"`.
pub(super) struct IfMatch(pub(super) Option<i64>);

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let kind = text(request.headers(), header::CONTENT_TYPE.as_str()).unwrap_or_default().to_ascii_lowercase();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if kind != "application/json" && !kind.ends_with("+json") {
            let detail = "send JSON and say so with `Content-Type: application/json`";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
        }
        let bytes = to_bytes(request.into_body(), LARGEST)
            .await
            .map_err(|_| Problem::new(StatusCode::PAYLOAD_TOO_LARGE, format!("a body may have {} KiB", LARGEST >> 10)))?;
        let value: Value = serde_json::from_slice(&bytes)
            .map_err(|error| Problem::new(StatusCode::BAD_REQUEST, format!("the body is not JSON: {error}")))?;
        if !value.is_object() {
            return Err(Problem::wrong("the body is not an object of JSON: `{…}`"));
        }
        if has_nul(&value) {
            return Err(Problem::wrong("the body holds the character U+0000, which no text can hold"));
        }
        serde_json::from_value(value).map(Self).map_err(|error| Problem::wrong(error.to_string()))
    }
}

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        let holds_nul = url::form_urlencoded::parse(query.as_bytes()).any(|(name, value)| name.contains('\0') || value.contains('\0'));
        if holds_nul {
            return Err(Problem::wrong("the query holds the character U+0000, which no text can hold"));
        }
        let refused = |error: axum::extract::rejection::QueryRejection| {
            Problem::wrong(error.body_text().trim_start_matches("Failed to deserialize query string: ").to_owned())
        };
        Query::<T>::try_from_uri(&parts.uri).map(|Query(asked)| Self(asked)).map_err(refused)
    }
}

impl<S: Sync + Send, T: DeserializeOwned + Send> FromRequestParts<S> for At<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        if parts.uri.path().contains("%00") {
            return Err(Problem::new(StatusCode::NOT_FOUND, "no name holds the character U+0000"));
        }
        let refused = |_| Problem::new(StatusCode::NOT_FOUND, "there is nothing of this name");
        Path::<T>::from_request_parts(parts, state).await.map(|Path(at)| Self(at)).map_err(refused)
    }
}

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(given) = parts.headers.get(header::IF_MATCH) else { return Ok(Self(None)) };
        let given = given.to_str().unwrap_or_default().trim();
        if given == "*" {
            return Ok(Self(None));
        }
        let version = given.trim_matches('"').parse();
        let refused = |_| Problem::new(StatusCode::PRECONDITION_FAILED, "`If-Match` holds no version; send back the `ETag` you were given");
        version.map(|version| Self(Some(version))).map_err(refused)
    }
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(has_nul),
        Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        _ => false,
    }
}

/// The words of a list parted by commas.
pub(super) fn words(list: Option<&str>) -> Vec<String> {
    list.unwrap_or_default().split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_holds_a_nul_however_deep() {
        assert!(has_nul(&serde_json::json!({"a": [{"b": "c\0"}]})) && has_nul(&serde_json::json!({"a\0": 1})));
        assert!(!has_nul(&serde_json::json!({"a": [1, "b", null]})));
        assert_eq!(words(Some(" a, b,,")), ["a", "b"]);
    }
}
