//! RSS, Atom and JSON Feed.
//!
//! Feeds are written by hand and by broken programs, and a parser that gives up on the first mistake hears nothing. So
//! each is first written anew in the plain form the parser expects ([`rewrite`] for XML, [`json`] for JSON), with dates
//! already read; what cannot be mended is refused entry by entry.

mod json;
mod rewrite;
mod xml;

use std::borrow::Cow;

use feed_rs::model::{Entry, Feed, Link, Text};
use jiff::Timestamp;
use serde::Deserialize;
use url::Url;

use super::{Ask, ParseError, Parsed};
use crate::fetch;
use crate::mention::{Author, Lang, Mention, Precision, Published, Rating};
use crate::text::html_to_text;

/// A feed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Its address.
    pub url: Url,
}

impl Settings {
    pub(super) fn asks(&self) -> Vec<Ask> {
        vec![Ask::Get(self.url.clone())]
    }

    pub(super) fn parse(&self, page: &fetch::Page) -> Result<Parsed, ParseError> {
        parse(page)
    }
}

/// The mentions of the feed on `page`.
pub(super) fn parse(page: &fetch::Page) -> Result<Parsed, ParseError> {
    let text = page.text();
    let text = text.trim_start_matches(|letter: char| letter.is_whitespace() || letter.is_control() || letter == '\u{feff}');
    if text.is_empty() {
        return Err(ParseError::Unreadable("the page is empty where a feed was due".to_owned()));
    }
    let (feed, lang, mut refused, cut) = if text.starts_with(['{', '[']) {
        let rewritten = json::rewrite(text, &page.url)?;
        (read(&rewritten.json)?, None, rewritten.refused, false)
    } else {
        let rewritten = rewrite::rewrite(text, &page.url)?;
        (read(&rewritten.atom)?, rewritten.lang, rewritten.refused, rewritten.cut)
    };
    let lang = lang.as_deref().or(feed.language.as_deref()).and_then(Lang::parse);
    let mut mentions = Vec::with_capacity(feed.entries.len());
    for (number, entry) in feed.entries.iter().enumerate() {
        match mention(entry, &feed, lang.as_ref()) {
            Some(mention) => mentions.push(mention),
            None => refused.push(format!("entry {} has no text", number + 1)),
        }
    }
    super::name_some(&mut refused);
    let partial = cut.then(|| format!("the feed breaks off after {} entries", mentions.len()));
    Ok(Parsed { mentions, refused, partial, ..Parsed::default() })
}

/// Has the parser read a feed that was written anew. It is kept from making up ids, and finds the dates already read.
fn read(rewritten: &str) -> Result<Feed, ParseError> {
    let parser = feed_rs::parser::Builder::new()
        .id_generator(|_, _, _| String::new())
        .timestamp_parser(|text| text.parse().ok())
        .sanitize_content(false)
        .build();
    parser.parse(rewritten.as_bytes()).map_err(|error| ParseError::Unreadable(format!("the feed cannot be read: {error}")))
}

fn mention(entry: &Entry, feed: &Feed, lang: Option<&Lang>) -> Option<Mention> {
    let title = entry.title.as_ref().map(plain).filter(|title| !title.is_empty());
    let text = richest(entry);
    let mut mention = Mention::new(if text.is_empty() { title.clone()? } else { text })?;
    // A title that only repeats the text, as sites without titles make them up, says nothing.
    mention.title = title.filter(|title| *title != mention.text);
    mention.url = link(&entry.links);
    mention.own_id =
        Some(entry.id.trim()).filter(|id| !id.is_empty()).map(str::to_owned).or_else(|| mention.url.as_ref().map(Url::to_string));
    mention.author = entry.authors.iter().chain(&feed.authors).find_map(|person| {
        let author = Author::named(person.name.as_deref()?)?;
        let handle = person.uri.as_deref().map(str::trim).filter(|uri| !uri.is_empty()).map(str::to_owned);
        Some(Author { handle, ..author })
    });
    let published = entry.published.and_then(|at| untold(at.timestamp(), at.timestamp_subsec_nanos()));
    let updated = entry.updated.and_then(|at| untold(at.timestamp(), at.timestamp_subsec_nanos()));
    mention.published = published.or(updated);
    mention.edited = updated.filter(|updated| published.is_some_and(|published| updated.at > published.at)).map(|updated| updated.at);
    mention.rating = entry
        .categories
        .iter()
        .find(|category| category.scheme.as_deref() == Some("rating"))
        .and_then(|category| Rating::parse(&category.term, None, None));
    mention.lang = entry.language.as_deref().and_then(Lang::parse).or_else(|| lang.cloned());
    Some(mention)
}

/// The longer of an entry's texts, as plain text: the other is most often its beginning.
fn richest(entry: &Entry) -> String {
    let content = entry.content.as_ref().and_then(|content| Some((content.body.as_deref()?, is_plain(content.content_type.as_str()))));
    let summary = entry.summary.as_ref().map(|summary| (summary.content.as_str(), is_plain(summary.content_type.as_str())));
    let mut texts: Vec<_> = content.into_iter().chain(summary).collect();
    texts.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
    let mut best = String::new();
    for (text, is_plain) in texts {
        if text.len() > best.len() {
            let text = if is_plain { tidy(text) } else { html_to_text(text).into() };
            if text.len() > best.len() {
                best = text.into_owned();
            }
        }
    }
    best
}

fn is_plain(content_type: &str) -> bool {
    content_type == "text/plain"
}

fn plain(text: &Text) -> String {
    let plain =
        if is_plain(text.content_type.as_str()) { Cow::Borrowed(text.content.as_str()) } else { html_to_text(&text.content).into() };
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Plain text without blanks at its ends and control characters.
fn tidy(text: &str) -> Cow<'_, str> {
    let stray = |letter: char| letter.is_control() && letter != '\n' && letter != '\t';
    let text = text.trim();
    if text.contains(stray) { Cow::Owned(text.replace(stray, "")) } else { Cow::Borrowed(text) }
}

/// Where a person can open an entry: a page rather than other formats, a link proper rather than an id that looks like one.
fn link(links: &[Link]) -> Option<Url> {
    let rank = |link: &&Link| match (link.title.as_deref(), link.media_type.as_deref()) {
        (Some("id"), _) => 2,
        (_, None | Some("" | "text/html")) => 0,
        _ => 1,
    };
    links.iter().min_by_key(rank).and_then(|link| Url::parse(&link.href).ok())
}

/// A date as the parser can carry it: it knows instants only, so how exactly this one is known travels in the last
/// three digits of its nanoseconds.
fn told(published: Published) -> String {
    let mark = match published.precision {
        Precision::Instant => 0,
        Precision::Zoneless => 1,
        Precision::Day => 2,
    };
    let micros = published.at.subsec_nanosecond().max(0) / 1000;
    let seconds = Timestamp::from_second(published.at.as_second()).unwrap_or_default();
    let whole = seconds.to_string();
    format!("{}.{micros:06}{mark:03}Z", whole.trim_end_matches('Z'))
}

/// The date that [`told`] made.
fn untold(seconds: i64, nanos: u32) -> Option<Published> {
    let precision = match nanos % 1000 {
        1 => Precision::Zoneless,
        2 => Precision::Day,
        _ => Precision::Instant,
    };
    let at = Timestamp::new(seconds, i32::try_from(nanos - nanos % 1000).ok()?).ok()?;
    Some(Published { at, precision })
}

/// The name in what stands for an author: `ann@example.com (Ann Lee)`, `Ann Lee <ann@example.com>`, or the address alone.
fn author_name(told: &str) -> String {
    if !told.contains('@') {
        return told.trim().to_owned();
    }
    let around = |letter: char| letter.is_whitespace() || "()<>[]{}\",;:（）《》【】，；：".contains(letter);
    let words = || told.split(around).filter(|word| !word.is_empty() && *word != "mailto");
    let is_address = |word: &str| word.find('@').is_some_and(|at| at > 0);
    let name = words().filter(|word| !is_address(word)).collect::<Vec<_>>().join(" ");
    if !name.is_empty() {
        return name;
    }
    // Only plain addresses: others the parser cannot take apart.
    words().find(|word| word.is_ascii()).unwrap_or_default().to_owned()
}
