//! A JSON Feed, strict or not, written anew as the JSON Feed 1.1 that the parser takes.
//!
//! Ids may be numbers, titles and versions missing, an item of the wrong shape: that item is refused, the others stand.

use serde_json::{Map, Value, json};
use url::Url;

use super::{author_name, told};
use crate::sources::{ParseError, dates};

/// A feed written anew.
#[derive(Debug)]
pub(super) struct Rewritten {
    pub(super) json: String,
    /// The items left out, and why.
    pub(super) refused: Vec<String>,
}

/// Writes the feed in `document` anew; `url` is where it was found.
pub(super) fn rewrite(document: &str, url: &Url) -> Result<Rewritten, ParseError> {
    let mut feed: Value =
        serde_json::from_str(document).map_err(|error| ParseError::Unreadable(format!("the JSON cannot be read: {error}")))?;
    let version = feed.get("version").and_then(Value::as_str).unwrap_or_default();
    let is_feed = version.contains("jsonfeed.org/version/") || feed.get("title").is_some();
    let Some(Value::Array(items)) = feed.get_mut("items").map(Value::take).filter(|_| is_feed) else {
        return Err(ParseError::Instead("JSON that is no JSON Feed came where a feed was due; check the address".to_owned()));
    };
    let site = feed.get("home_page_url").and_then(Value::as_str).and_then(|site| url.join(site).ok());
    let base = site.as_ref().unwrap_or(url);
    let mut refused = Vec::new();
    let mut kept = Vec::with_capacity(items.len());
    for (number, item) in items.into_iter().enumerate() {
        match rewrite_item(item, base) {
            Some(item) => kept.push(Value::Object(item)),
            None => refused.push(format!("item {} has neither text nor title", number + 1)),
        }
    }
    let mut whole = Map::new();
    whole.insert("version".to_owned(), "https://jsonfeed.org/version/1.1".into());
    whole.insert("title".to_owned(), "".into());
    whole.insert("authors".to_owned(), authors(&feed));
    whole.insert("items".to_owned(), Value::Array(kept));
    if let Some(lang) = feed.get("language").filter(|lang| lang.is_string()) {
        whole.insert("language".to_owned(), lang.clone());
    }
    Ok(Rewritten { json: Value::Object(whole).to_string(), refused })
}

/// An item with what a mention is made of; none if it says nothing.
fn rewrite_item(mut item: Value, base: &Url) -> Option<Map<String, Value>> {
    let mut kept = Map::new();
    for key in ["title", "content_html", "content_text", "summary"] {
        let text = item.get_mut(key).map(Value::take);
        if let Some(text) = text.filter(|text| text.as_str().is_some_and(|text| !text.trim().is_empty())) {
            kept.insert(key.to_owned(), text);
        }
    }
    if kept.is_empty() {
        return None;
    }
    match item.get("id") {
        Some(Value::String(id)) => kept.insert("id".to_owned(), id.trim().into()),
        Some(Value::Number(id)) => kept.insert("id".to_owned(), id.to_string().into()),
        _ => None,
    };
    let mut links = ["url", "external_url"].into_iter().filter_map(|key| base.join(item.get(key)?.as_str()?.trim()).ok());
    if let Some(link) = links.find(|link| matches!(link.scheme(), "http" | "https")) {
        kept.insert("url".to_owned(), link.as_str().into());
    }
    for key in ["date_published", "date_modified"] {
        if let Some(date) = item.get(key).and_then(Value::as_str).and_then(dates::read) {
            kept.insert(key.to_owned(), told(date).into());
        }
    }
    kept.insert("authors".to_owned(), authors(&item));
    Some(kept)
}

/// `authors`, or the `author` of version 1, without addresses.
fn authors(of: &Value) -> Value {
    let many = of.get("authors").and_then(Value::as_array).into_iter().flatten();
    let named = many.chain(of.get("author")).filter_map(|author| {
        let name = author_name(author.get("name").or(Some(author))?.as_str()?);
        let url = author.get("url").and_then(Value::as_str);
        (!name.is_empty()).then(|| json!({ "name": name, "url": url }))
    });
    named.collect()
}
