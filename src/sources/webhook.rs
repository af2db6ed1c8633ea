//! What others send us: tickets, forms, anything that pushes JSON, JSON Lines or a form's fields to `/hooks/NAME`.
//!
//! Reads a delivery; who may send one, and when too long nothing came, is not known here.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::fields::{Fields, Path, Read, Written, looks};
use super::terms::{self, Terms};
use super::{ParseError, Parsed};
use crate::fetch;

/// How deliveries are read.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where the items stand in a delivery; it is one itself, or a list of them, where this is not said.
    items: Option<Path>,
    fields: Fields,
    #[serde(default)]
    written: Written,
}

/// A sender proves with the token that it may send.
pub(super) const TERMS: Terms = Terms {
    min_interval: Duration::ZERO,
    needs_key: Some("make up a long token (`openssl rand -hex 24`) and give it to the sender, who has to send it along"),
    ..terms::USUAL
};

impl Settings {
    pub(super) fn parse(&self, page: &fetch::Page) -> Result<Parsed, ParseError> {
        let deliveries = deliveries(page)?;
        let mut parsed = Parsed::default();
        let mut number = 0;
        for delivery in &deliveries {
            for item in self.items(delivery)? {
                number += 1;
                match self.fields.read(item, &self.written) {
                    Ok(Read { mention, doubts }) => {
                        parsed.mentions.push(mention);
                        parsed.refused.extend(doubts.into_iter().map(|doubt| format!("item {number}: {doubt}")));
                    }
                    Err(why) => parsed.refused.push(format!("item {number}: {why}")),
                }
            }
        }
        super::name_some(&mut parsed.refused);
        Ok(parsed)
    }

    fn items<'a>(&self, delivery: &'a Value) -> Result<Vec<&'a Value>, ParseError> {
        match (&self.items, delivery) {
            (Some(path), delivery) => path.items(delivery).ok_or_else(|| {
                ParseError::Unreadable(format!("`items` (`{path}`) finds nothing in the delivery, which {}", looks(delivery)))
            }),
            (None, Value::Array(items)) => Ok(items.iter().collect()),
            (None, item) => Ok(vec![item]),
        }
    }
}

/// What a delivery holds: one value, or one a line.
fn deliveries(page: &fetch::Page) -> Result<Vec<Value>, ParseError> {
    let text = page.text();
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Err(ParseError::Unreadable("the delivery is empty".to_owned()));
    }
    if is_form(page.content_type.as_deref()) {
        return Ok(vec![form(text)]);
    }
    let wrong = |error: serde_json::Error| ParseError::Unreadable(format!("the delivery is neither JSON nor JSON Lines: {error}"));
    match serde_json::from_str(text) {
        Ok(value) => Ok(vec![value]),
        Err(error) if !text.contains('\n') => Err(wrong(error)),
        Err(_) => {
            text.lines().map(str::trim).filter(|line| !line.is_empty()).map(|line| serde_json::from_str(line).map_err(wrong)).collect()
        }
    }
}

fn is_form(content_type: Option<&str>) -> bool {
    let kind = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// The fields of a form as an object; one that is there several times is a list, one that holds JSON is what it holds.
fn form(text: &str) -> Value {
    let mut fields: Map<String, Value> = Map::new();
    for (name, value) in form_urlencoded::parse(text.as_bytes()) {
        let structured = value.starts_with(['{', '[']).then(|| serde_json::from_str(&value).ok()).flatten();
        let value = structured.unwrap_or_else(|| Value::String(value.into_owned()));
        match fields.get_mut(name.as_ref()) {
            Some(Value::Array(values)) => values.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
            None => {
                fields.insert(name.into_owned(), value);
            }
        }
    }
    Value::Object(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(keys: &str, content_type: &str, body: &str) -> Result<Parsed, ParseError> {
        let settings: Settings = toml::from_str(keys).unwrap();
        let url = url::Url::parse("http://localhost/hooks/a").unwrap();
        settings.parse(&fetch::Page { url, content_type: Some(content_type.to_owned()), body: body.into() })
    }

    const PLAIN: &str = "fields = { text = 'message', id = 'id', rating = 'stars' }";

    #[test]
    fn a_delivery_is_an_object_a_list_lines_or_a_form() {
        for (content_type, body, count) in [
            ("application/json", "{\"id\": 1, \"message\": \"fine\"}", 1),
            ("application/json", "[{\"id\": 1, \"message\": \"fine\"}, {\"id\": 2, \"message\": \"bad\"}]", 2),
            ("application/x-ndjson", "{\"id\": 1, \"message\": \"fine\"}\n\n{\"id\": 2, \"message\": \"bad\"}\n", 2),
            ("application/x-www-form-urlencoded; charset=utf-8", "id=1&message=easy+to+use%21&stars=5", 1),
        ] {
            let parsed = read(PLAIN, content_type, body).unwrap();
            assert_eq!((parsed.mentions.len(), parsed.refused.len()), (count, 0), "{body}");
        }
        let nested = "items = 'event.tickets'\nfields = { text = 'subject' }";
        assert_eq!(read(nested, "application/json", "{\"event\": {\"tickets\": [{\"subject\": \"slow\"}]}}").unwrap().mentions.len(), 1);
        let wrapped = "fields = { text = 'payload.text', title = 'tag' }";
        let form = read(wrapped, "application/x-www-form-urlencoded", "payload=%7B%22text%22%3A%22slow%22%7D&tag=a&tag=b").unwrap();
        assert_eq!((form.mentions[0].text.as_str(), form.mentions[0].title.as_deref()), ("slow", Some("a")));
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        for (body, said) in [("", "empty"), ("hello", "neither JSON nor"), ("{\"id\":", "neither JSON nor"), ("<html>", "neither JSON nor")]
        {
            assert!(matches!(read(PLAIN, "application/json", body), Err(ParseError::Unreadable(error)) if error.contains(said)), "{body}");
        }
        let parsed = read(PLAIN, "application/json", "{\"text\": \"fine\"}").unwrap();
        assert_eq!(parsed.refused, ["item 1: `text` (`message`) finds no words; the item has `text`"]);
        let nested = "items = 'tickets'\nfields = { text = 'subject' }";
        assert!(
            matches!(read(nested, "application/json", "{\"a\": 1}"), Err(ParseError::Unreadable(error)) if error.contains("`tickets`"))
        );
    }
}
