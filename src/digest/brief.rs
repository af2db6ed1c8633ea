//! The digest as a short text for a chat service or a webhook: the day in a sentence, what to do, and the first quote of each lane.
//!
//! Says nothing that the mail does not; how it looks at its destination is not known here.

use jiff::Timestamp;
use url::Url;

use super::content::{Digest, Said};
use super::mail::key_of;
use super::page::{LaneView, Links, Page};
use super::recipient::Recipient;
use crate::notify::{Message, Topic};

/// `digest` for a `recipient` that is a destination; its links lead to the page at `url`.
pub fn brief(digest: &Digest, recipient: &Recipient, url: &Url, now: Timestamp) -> Message {
    let links = Links(url);
    let page = Page::new(digest, recipient, &links, "");
    let told = page.todo.iter().map(|row| format!("→ {}", row.text));
    let quotes = page.lanes.iter().chain(&page.searches).filter_map(|lane| first_quote(&page, lane));
    let lines = std::iter::once(page.sentence.clone()).chain(page.below.iter().cloned()).chain(told).chain(quotes).collect();
    let about = digest.lanes.iter().chain(&digest.searches).flat_map(|lane| &lane.quotes).map(|quote| quote.row).collect();
    let query = digest.figures.first().map(|figure| figure.query.as_str());
    let message = Message::new(key_of(recipient, digest.edition), Topic::Digest, page.subject.clone(), now);
    Message { lines, about, ..message }.link(Some(query.map_or_else(|| links.home(), |query| links.found(query))))
}

/// The first quote of a lane in a line, with a sign of what it is.
fn first_quote(page: &Page, lane: &LaneView) -> Option<String> {
    let quote = lane.quotes.first()?;
    let sign = match lane.of {
        Said::Good => "+",
        Said::Bad => "−",
        Said::Ugly => "!",
        Said::Search(_) => "·",
    };
    let (open, close) = page.words.quotation;
    let text: String = quote.text.iter().map(|piece| piece.text.as_str()).collect();
    Some(format!("{sign} {open}{}{close} — {}", text.trim(), quote.byline))
}
