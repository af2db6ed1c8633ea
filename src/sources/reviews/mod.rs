//! Pages with reviews marked up for search engines: schema.org in JSON-LD, microdata and `RDFa`, and `h-review`.
//!
//! A page is read into one graph of items, whatever the syntax; its reviews become mentions. Only structured data counts,
//! so related links, advertisements and biographies stay out.

mod around;
mod copies;
mod graph;
mod json_ld;
mod lenient;
mod microdata;
mod microformat;
mod notes;
pub(super) mod rating;
mod rdfa;
mod review;
mod scan;
mod subject;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use scraper::Html;
use serde::Deserialize;
use url::Url;

use super::markup::{CUT, absolute, tree, whole};
use super::paging::{Paging, Progress, is_of_one_list, may_follow};
use super::picker::Picker;
use super::{Ask, ParseError, Parsed, wall};
use crate::fetch;
use crate::mention::Lang;
use graph::{Graph, is_review};
use review::{Candidate, Place, Reading};
use scan::Scan;

/// The settings of a source of reviews.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Keys")]
pub struct Settings {
    paging: Paging,
    /// Where the link to the next page is, if the page does not mark it as such.
    next: Option<Picker>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    url: Option<Url>,
    #[serde(default)]
    urls: Vec<Url>,
    max_pages: Option<u32>,
    next: Option<Picker>,
}

impl TryFrom<Keys> for Settings {
    type Error = String;

    fn try_from(keys: Keys) -> Result<Self, String> {
        Ok(Self { paging: Paging::new(keys.url, keys.urls, keys.max_pages)?, next: keys.next })
    }
}

impl Settings {
    pub(super) fn asks(&self) -> Vec<Ask> {
        self.paging.asks()
    }

    pub(super) fn parse(&self, ask: &Ask, page: &fetch::Page) -> Result<Parsed, ParseError> {
        let text = page.text();
        let scan = look_over(page, &text);
        let base = scan.base.as_deref().and_then(|base| absolute(&page.url, base)).unwrap_or_else(|| page.url.clone());
        let mut graph = Graph::new(base);
        let mut parsed = Parsed { refused: json_ld::read(&mut graph, &scan.scripts), ..Parsed::default() };
        let tree = (scan.marked_up() || self.next.is_some()).then(|| tree(&text));
        if let Some(tree) = &tree {
            read_elements(&mut graph, &scan, &tree.html);
            parsed.refused.extend(tree.cut.then(|| CUT.to_owned()));
        }
        graph.index();

        let place = Place { url: &page.url, lang: scan.lang.as_deref().and_then(Lang::parse) };
        let found = Found::read(&graph, &place);
        let counted = found.counted(&graph);
        parsed.mentions = copies::unite(found.candidates);
        if found.wordless > 0 {
            parsed.refused.push(format!("{} of the page's reviews: a rating without words", found.wordless));
        }
        let shown = parsed.mentions.len() + found.wordless;
        let nothing = shown == 0 && counted.is_none() && parsed.refused.is_empty();
        if nothing && !is_json(page, &text) {
            return wall::instead(page, &text).map_or(Ok(parsed), |came| Err(ParseError::Instead(came)));
        }

        let next = match (&self.next, &tree) {
            (Some(picker), Some(tree)) => picker.pick(tree.html.root_element()).and_then(|href| absolute(&graph.base, &href)),
            _ => next_by_name(&scan, &graph.base, &page.url),
        };
        let next = next.filter(|url| shown > 0 && may_follow(url, ask, &page.url));
        self.go_on(ask, next, shown, counted, &mut parsed);
        Ok(parsed)
    }

    /// Asks for the next page, or says what is left out.
    fn go_on(&self, ask: &Ask, next: Option<Url>, shown: usize, counted: Option<usize>, parsed: &mut Parsed) {
        let progress = Progress::at(ask);
        let seen = progress.seen.saturating_add(shown);
        let more = counted.filter(|all| *all > seen);
        parsed.partial = match (&next, more) {
            (Some(_), _) if progress.page < self.paging.max_pages => None,
            (Some(_), Some(all)) => Some(format!("shows {seen} of {all} reviews; raise `max_pages` ({}) for more", self.paging.max_pages)),
            (Some(_), None) => Some(format!("shows {seen} reviews; raise `max_pages` ({}) for more", self.paging.max_pages)),
            (None, more) => more.map(|all| format!("shows {seen} of {all} reviews")),
        };
        let next = next.filter(|_| progress.page < self.paging.max_pages);
        parsed.next = next.map(|url| progress.next(&url, shown)).into_iter().collect();
    }
}

/// Reads what the elements of a page are marked up as.
fn read_elements(graph: &mut Graph, scan: &Scan<'_>, html: &Html) {
    if scan.microdata {
        microdata::read(graph, html);
    }
    if scan.rdfa {
        rdfa::read(graph, html);
    }
    if scan.classes {
        microformat::read(graph, html);
    }
}

/// Reads a page that was saved to a file: there is no next one, and its own address is of no use to anybody.
pub(super) fn parse_saved(page: &fetch::Page) -> Result<Parsed, ParseError> {
    let settings = Settings { paging: Paging { urls: Vec::new(), max_pages: 1 }, next: None };
    let mut parsed = settings.parse(&Ask::Get(page.url.clone()), page)?;
    parsed.next.clear();
    for mention in &mut parsed.mentions {
        mention.url.take_if(|url| url.scheme() == "file");
    }
    Ok(parsed)
}

/// Looks over a page; one that is JSON is itself what a page's script would hold.
fn look_over<'a>(page: &fetch::Page, text: &'a str) -> Scan<'a> {
    if is_json(page, text) { Scan { scripts: vec![text], ..Scan::default() } } else { scan::scan(text) }
}

fn is_json(page: &fetch::Page, text: &str) -> bool {
    let said = page.content_type.as_deref().is_some_and(|kind| kind.to_ascii_lowercase().contains("json"));
    said && text.trim_start().starts_with(['{', '['])
}

/// The link that calls itself the next page; by name only, it must also look like one.
fn next_by_name(scan: &Scan<'_>, base: &Url, page: &Url) -> Option<Url> {
    let mut links = scan.next.iter().filter_map(|link| Some((link.sure, absolute(base, &link.href)?)));
    links.find(|(sure, url)| whole(url) != whole(page) && (*sure || is_of_one_list(url, page))).map(|(_, url)| url)
}

/// The reviews of a page.
struct Found {
    candidates: Vec<Candidate>,
    /// How many have a rating and no words.
    wordless: usize,
    /// The items they are of.
    subjects: Vec<usize>,
}

impl Found {
    fn read(graph: &Graph, page: &Place<'_>) -> Self {
        let holders = holders(graph);
        let mut found = Self { candidates: Vec::new(), wordless: 0, subjects: Vec::new() };
        for place in 0..graph.len() {
            let Some(item) = graph.get(place) else { continue };
            let holder = holders.get(&place).copied();
            let untyped = item.types.is_empty() && holder.is_some() && !graph.values(place, &["reviewBody", "description"]).is_empty();
            if !untyped && !item.is(is_review) {
                continue;
            }
            let holder = holder.or(item.within);
            match review::read(graph, place, holder, page) {
                Reading::Mention(candidate) => found.candidates.push(*candidate),
                Reading::Wordless => found.wordless += 1,
                Reading::Empty => continue,
            }
            found.subjects.extend(subject::item(graph, place, holder));
        }
        found
    }

    /// How many reviews the page says there are of what its reviews are about.
    fn counted(&self, graph: &Graph) -> Option<usize> {
        let mut alone = Vec::new();
        let mut of_subject = None;
        for place in 0..graph.len() {
            for total in graph.values(place, &["aggregateRating"]).into_iter().filter_map(|value| graph.item_at(value)) {
                let Some(count) = review_count(graph, total) else { continue };
                if graph.get(place).is_some_and(|item| item.is(is_review)) {
                    continue;
                }
                if self.subjects.contains(&place) {
                    of_subject = of_subject.max(Some(count));
                }
                alone.push(count);
            }
            if graph.get(place).is_some_and(|item| item.is(|kind| matches!(kind, "AggregateRating" | "Review-aggregate"))) {
                alone.extend(review_count(graph, place));
            }
        }
        alone.sort_unstable();
        alone.dedup();
        // Several totals without a link to the reviews may be of recommended products.
        of_subject.or(match alone.as_slice() {
            [count] => Some(*count),
            _ => None,
        })
    }
}

fn review_count(graph: &Graph, total: usize) -> Option<usize> {
    let words = graph.values(total, &["reviewCount", "count"]).into_iter().find_map(|value| graph.words(value))?;
    let digits: String = words.chars().filter(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// The item that holds each review.
fn holders(graph: &Graph) -> HashMap<usize, usize> {
    let mut holders = HashMap::new();
    for place in 0..graph.len() {
        let Some(item) = graph.get(place) else { continue };
        let reviews = item.values.iter().filter(|(name, _)| matches!(name.as_str(), "review" | "reviews" | "userReview" | "userReviews"));
        for review in reviews.filter_map(|(_, value)| graph.item_at(value)) {
            if review != place {
                holders.entry(review).or_insert(place);
            }
        }
    }
    holders
}
