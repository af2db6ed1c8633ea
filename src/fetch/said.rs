//! What an API says of why it refuses: the words in its JSON, for the person who has to mend it.

use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde_json::Value;

/// No more is repeated of it.
const MOST_SAID: usize = 200;

/// Whether an answer is JSON by its header.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|kind| {
        let kind = String::from_utf8_lossy(kind.as_bytes()).to_ascii_lowercase();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        kind == "application/json" || kind.ends_with("+json")
    })
}

/// The reason in the body of a refusal.
pub(super) fn in_body(headers: &HeaderMap, body: &[u8]) -> Option<String> {
    if is_json(headers) { reason(&serde_json::from_slice(body).ok()?) } else { None }
}

/// The reason that an answer gives for being none: `error.message`, `error`, `message`, with the first of `errors`.
pub(crate) fn reason(answer: &Value) -> Option<String> {
    let words =
        |value: &Value| value.as_str().map(|words| words.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|said| !said.is_empty());
    let message = |value: &Value| words(value.get("message")?);
    let error = answer.get("error");
    let said = error.and_then(|error| message(error).or_else(|| words(error))).or_else(|| message(answer))?;
    let detail = answer.pointer("/errors/0").and_then(|first| message(first).or_else(|| words(first))).filter(|detail| *detail != said);
    let all = detail.map_or(said.clone(), |detail| format!("{said}: {detail}"));
    Some(all.chars().take(MOST_SAID).collect::<String>().trim_end_matches(['.', ' ']).to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_apis_own_reason_is_found() {
        for (answer, want) in [
            (json!({"message": "API rate\nlimit exceeded."}), Some("API rate limit exceeded")),
            (json!({"error": {"code": 403, "message": "quota"}}), Some("quota")),
            (json!({"error": "invalid_key"}), Some("invalid_key")),
            (json!({"message": "Validation Failed", "errors": [{"message": "no such user"}]}), Some("Validation Failed: no such user")),
            (json!({"message": " "}), None),
            (json!([]), None),
        ] {
            assert_eq!(reason(&answer).as_deref(), want, "{answer}");
        }
    }

    #[test]
    fn only_json_is_read() {
        let headers = |kind: &str| HeaderMap::from_iter([(CONTENT_TYPE, kind.parse().unwrap())]);
        let body = br#"{"message": "no"}"#;
        assert_eq!(in_body(&headers("application/json; charset=utf-8"), body).as_deref(), Some("no"));
        assert_eq!(in_body(&headers("application/problem+json"), body).as_deref(), Some("no"));
        assert_eq!(in_body(&headers("text/html"), body), None);
        assert_eq!(in_body(&headers("application/json"), b"{"), None);
    }
}
