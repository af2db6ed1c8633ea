//! Answers of APIs: JSON, or what came in its place and what to do about it.
//!
//! Knows no API in particular.

use jiff::Timestamp;
use serde_json::Value;
use url::Url;

use super::{Ask, ParseError, dates};
use crate::fetch::{self, said};
use crate::mention::{Author, Published};

/// The JSON of an answer of `site`.
pub(super) fn read(page: &fetch::Page, site: &str) -> Result<Value, ParseError> {
    let text = page.text();
    let text = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    serde_json::from_str(text).map_err(|error| match text.starts_with('<') {
        true => ParseError::Instead(format!("an HTML page came from {site} where JSON was due; the API may be down or closed to us")),
        false => ParseError::Unreadable(format!("the answer of {site} cannot be read: {error}")),
    })
}

/// What to say of an answer of `site` that holds no `what`: the API's own reason, if it gives one.
pub(super) fn instead(answer: &Value, site: &str, what: &str) -> ParseError {
    match said::reason(answer) {
        Some(reason) => ParseError::Instead(format!("{site} gave no {what} but an error: {reason}")),
        None => ParseError::Unreadable(format!("the answer of {site} holds no {what}; check `endpoint`, or the API has changed")),
    }
}

/// The words under a key, unless blank.
pub(super) fn told<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str().map(str::trim).filter(|told| !told.is_empty())
}

/// The id under a key, written as a number or as words.
pub(super) fn id(value: &Value, key: &str) -> Option<String> {
    match value.get(key)? {
        Value::Number(number) => Some(number.to_string()),
        Value::String(words) => Some(words.trim().to_owned()).filter(|words| !words.is_empty()),
        _ => None,
    }
}

/// The address of a page under a key.
pub(super) fn link(value: &Value, key: &str) -> Option<Url> {
    Url::parse(told(value, key)?).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

/// The date under a key, in words or in seconds since 1970.
pub(super) fn date(value: &Value, key: &str) -> Option<Published> {
    match value.get(key)? {
        Value::Number(number) => number.as_i64().filter(|seconds| *seconds > 0).and_then(dates::epoch),
        Value::String(words) => dates::read(words),
        _ => None,
    }
}

/// The number under a key, as a number or in words; what is less than nothing counts as nothing.
pub(super) fn count(value: &Value, key: &str) -> Option<u64> {
    match value.get(key)? {
        Value::Number(number) => number.as_u64().or_else(|| number.as_f64().map(|number| number.max(0.0) as u64)),
        Value::String(words) => words.trim().parse().ok(),
        _ => None,
    }
}

/// When something was edited, if that was after it was written.
pub(super) fn edited(value: &Value, key: &str, published: Option<Published>) -> Option<Timestamp> {
    date(value, key).map(|edited| edited.at).filter(|edited| published.is_some_and(|published| *edited > published.at))
}

/// Someone known by a name that is a handle, too.
pub(super) fn author(handle: &str) -> Option<Author> {
    Author::named(handle).map(|author| Author { handle: Some(author.name.clone()), ..author })
}

/// `path` below the address where an API stands.
pub(super) fn at(endpoint: &Url, path: &str) -> Url {
    let mut url = endpoint.clone();
    url.set_path(&format!("{}{path}", endpoint.path().trim_end_matches('/')));
    url
}

/// What an ask says under a key of its query.
pub(super) fn asked(ask: &Ask, key: &str) -> Option<String> {
    let Ask::Get(url) = ask else { return None };
    url.query_pairs().find(|(name, _)| name == key).map(|(_, value)| value.into_owned())
}

/// The number of the page that an ask is for.
pub(super) fn page_number(ask: &Ask) -> u32 {
    asked(ask, "page").and_then(|page| page.parse().ok()).unwrap_or(1)
}

/// The ask with another value under a key of its query.
pub(super) fn asking(ask: &Ask, key: &str, value: &str) -> Option<Ask> {
    let Ask::Get(url) = ask else { return None };
    let mut asking = url.clone();
    asking.query_pairs_mut().clear().extend_pairs(url.query_pairs().filter(|(name, _)| name != key)).append_pair(key, value);
    Some(Ask::Get(asking))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_came_instead_of_json_is_told() {
        let read = |body: &str| {
            read(&fetch::Page { url: Url::parse("https://a.example/").unwrap(), content_type: None, body: body.into() }, "Acme")
        };
        assert!(matches!(read(" <!doctype html>"), Err(ParseError::Instead(said)) if said.contains("where JSON was due")));
        assert!(matches!(read("{\"items\": ["), Err(ParseError::Unreadable(_))));
        assert!(matches!(read(""), Err(ParseError::Unreadable(_))));
        assert_eq!(read("\u{feff}{}").unwrap(), json!({}));
    }

    #[test]
    fn an_apis_own_reason_is_repeated() {
        for (answer, reason) in [
            (json!({"message": "API rate\nlimit exceeded"}), "API rate limit exceeded"),
            (json!({"error": {"code": 403, "message": "quota"}}), "quota"),
            (json!({"error": "invalid_key"}), "invalid_key"),
        ] {
            assert_eq!(instead(&answer, "Acme", "posts"), ParseError::Instead(format!("Acme gave no posts but an error: {reason}")));
        }
        assert!(matches!(instead(&json!([]), "Acme", "posts"), ParseError::Unreadable(_)));
    }

    #[test]
    fn an_ask_is_asked_with_another_page() {
        let ask = Ask::Get(Url::parse("https://a.example/list?q=a+b&page=2&per_page=5").unwrap());
        assert_eq!(page_number(&ask), 2);
        let next = asking(&ask, "page", "3").unwrap();
        assert_eq!(next, Ask::Get(Url::parse("https://a.example/list?q=a+b&per_page=5&page=3").unwrap()));
    }
}
