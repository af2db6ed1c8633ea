//! Calls as values: addresses below an API, and the headers that most APIs take.

use std::time::Duration;

use serde_json::Value;
use url::Url;

use super::{Access, Job};
use crate::fetch::{Call, Method};

/// A site that takes longer is asked later what became of it.
const TIMEOUT: Duration = Duration::from_secs(20);

/// The address of these parts below `endpoint`; a part is one part, whatever is in it.
pub(super) fn at(endpoint: &Url, parts: &[&str]) -> Url {
    let mut url = endpoint.clone();
    url.set_query(None);
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(parts);
    }
    url
}

/// A call with these headers, and JSON if there is a body.
pub(super) fn call(access: &Access, method: Method, url: Url, headers: &[(&str, &str)], body: Option<&Value>) -> Call {
    let json = body.map(|_| ("Content-Type", "application/json"));
    let headers = headers.iter().copied().chain([("Accept", "application/json")]).chain(json);
    Call {
        method,
        url,
        headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        body: body.map(|body| body.to_string().into_bytes()).unwrap_or_default(),
        timeout: Some(TIMEOUT),
        allow_private: access.allow_private,
    }
}

/// A call below the API that carries the secret as a bearer.
pub(super) fn bearing(job: &Job<'_>, method: Method, parts: &[&str], body: Option<&Value>) -> Call {
    let bearer = format!("Bearer {}", job.access.secret);
    call(job.access, method, at(&job.access.endpoint, parts), &[("Authorization", &bearer)], body)
}

/// A call that posts a form.
pub(super) fn form(access: &Access, url: Url, headers: &[(&str, &str)], pairs: &[(&str, &str)]) -> Call {
    let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let mut call = call(access, Method::Post, url, headers, None);
    call.headers.push(("Content-Type".to_owned(), "application/x-www-form-urlencoded".to_owned()));
    call.body = form.into_bytes();
    call
}

/// The words under a pointer of an answer, or the number written out.
pub(super) fn told(answer: &Value, pointer: &str) -> Option<String> {
    match answer.pointer(pointer)? {
        Value::String(words) => Some(words.trim().to_owned()).filter(|words| !words.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
