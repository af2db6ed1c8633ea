//! Saved searches as feeds, for whoever knows their token: RSS 2.0 and JSON Feed 1.1.
//!
//! Mention text is escaped as text in the HTML of an item, and that again in the XML around it.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::json;

use super::failure::Failure;
use crate::app::{App, Hit};
use crate::mention::Tag;
use crate::searches::SavedSearch;

#[derive(Template)]
#[template(path = "feed.xml")]
struct Rss {
    title: String,
    description: String,
    address: String,
    home: String,
    items: Vec<Item>,
}

/// What stands in an item: the words, and why they were found.
#[derive(Template)]
#[template(path = "feed_item.html")]
struct Content<'a> {
    lines: Vec<&'a str>,
    verdict: &'static str,
    why: &'a str,
    stars: Option<String>,
    sources: String,
    tags: &'a [Tag],
}

/// One mention as an item.
struct Item {
    id: String,
    title: String,
    link: Option<String>,
    author: Option<String>,
    published: Timestamp,
    date: String,
    html: String,
    text: String,
    lang: String,
    themes: Vec<String>,
}

pub(super) async fn feed(State(app): State<Arc<App>>, Path(file): Path<String>, headers: HeaderMap) -> Result<Response, Failure> {
    let unknown =
        || (StatusCode::NOT_FOUND, "there is no such feed; `goodword searches feed NAME` prints a search's addresses").into_response();
    let Some((token, format)) = file.rsplit_once('.') else { return Ok(unknown()) };
    if !matches!(format, "rss" | "json") {
        return Ok(unknown());
    }
    let Some((search, found)) = app.feed(token).await? else { return Ok(unknown()) };
    let items = found.hits.iter().map(item).collect::<Result<Vec<_>, _>>()?;
    let public = app.config().settings.web.public_url.as_ref().map(|url| url.as_str().trim_end_matches('/').to_owned());
    let home = public.unwrap_or_else(|| home(&headers));
    let address = format!("{home}/feeds/{file}");
    let (kind, body) = match format {
        "json" => ("application/feed+json; charset=utf-8", json_feed(&search, &home, &address, &items)),
        _ => ("application/rss+xml; charset=utf-8", rss(&search, home, address, items)?),
    };
    Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "private, max-age=60")], body).into_response())
}

/// Where the page was asked for, as far as the browser's word for it is a host.
fn home(headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let is_host = |host: &str| host.chars().all(|letter| letter.is_ascii_alphanumeric() || ".:-[]".contains(letter));
    format!("http://{}", if is_host(host) { host } else { "localhost" })
}

fn title(search: &SavedSearch) -> String {
    format!("{} · Goodword", search.name)
}

fn rss(search: &SavedSearch, home: String, address: String, items: Vec<Item>) -> askama::Result<String> {
    let description = format!("New mentions for: {}", search.query);
    let feed = Rss { title: writable(&title(search)), description: writable(&description), address, home, items };
    feed.render()
}

fn json_feed(search: &SavedSearch, home: &str, address: &str, items: &[Item]) -> String {
    let item = |item: &Item| {
        let mut shown = json!({
            "id": item.id,
            "title": item.title,
            "content_html": item.html,
            "content_text": item.text,
            "date_published": item.published.to_string(),
            "language": item.lang,
            "tags": item.themes,
        });
        if let Some(object) = shown.as_object_mut() {
            object.extend(item.link.iter().map(|link| ("url".to_owned(), json!(link))));
            object.extend(item.author.iter().map(|author| ("authors".to_owned(), json!([{ "name": author }]))));
        }
        shown
    };
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": title(search),
        "description": format!("New mentions for: {}", search.query),
        "home_page_url": home,
        "feed_url": address,
        "items": items.iter().map(item).collect::<Vec<_>>(),
    });
    feed.to_string()
}

fn item(hit: &Hit) -> askama::Result<Item> {
    let (stored, mention) = (&hit.stored, &hit.stored.mention);
    let mut sources: Vec<&str> = stored.sightings.iter().map(|sighting| sighting.source.as_str()).collect();
    sources.dedup();
    let text = writable(&mention.text);
    let content = Content {
        lines: text.lines().collect(),
        verdict: stored.tagging.verdict.as_str(),
        why: &stored.tagging.why,
        stars: mention.rating.map(|rating| format!("{} of {}", rating.value(), rating.best())),
        sources: sources.join(", "),
        tags: &stored.tagging.tags,
    };
    let author = mention.author.as_ref().map(|author| writable(&author.name));
    let published = mention.published.map_or(stored.first_seen, |published| published.at);
    let mut themes: Vec<String> = stored.tagging.tags.iter().map(|tag| tag.theme.clone()).collect();
    themes.sort();
    themes.dedup();
    let named = || format!("{} by {}", stored.tagging.verdict, author.as_deref().unwrap_or("somebody"));
    Ok(Item {
        id: stored.id.clone(),
        title: mention.title.as_deref().map(writable).unwrap_or_else(named),
        link: mention.url.as_ref().filter(|url| matches!(url.scheme(), "http" | "https")).map(ToString::to_string),
        html: writable(&content.render()?),
        text: text.clone(),
        lang: stored.tagging.lang.as_str().to_owned(),
        date: published.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string(),
        published,
        author,
        themes,
    })
}

/// The text without the characters that XML cannot hold.
fn writable(text: &str) -> String {
    let holds = |letter: &char| match letter {
        '\t' | '\n' | '\r' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        other => !other.is_control(),
    };
    text.chars().filter(holds).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_hold_is_left_out() {
        assert_eq!(writable("a\u{0}b\u{8}c\nd\u{ffff}很"), "abc\nd很");
    }

    #[test]
    fn an_address_is_made_of_a_host_and_nothing_else() {
        let of = |host: &str| home(&HeaderMap::from_iter([(header::HOST, host.parse().unwrap())]));
        assert_eq!(of("127.0.0.1:8420"), "http://127.0.0.1:8420");
        assert_eq!(of("evil\"><script>"), "http://localhost");
    }
}
