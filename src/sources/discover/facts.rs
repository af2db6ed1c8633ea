//! What a page of HTML tells of itself and its feeds: its generator, its alternates, the links that look like feeds.

use scraper::{ElementRef, Html, Selector};
use url::Url;

use super::{Candidate, Draft};
use crate::sources::markup::{absolute, plain_line, tree};

/// What a page tells of itself.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// What it says it was made with, in lower case.
    pub(super) generator: String,
    /// The folder its forum lives in, if it says so.
    pub(super) base_uri: Option<String>,
    /// Whether it holds an element with the id `mastodon`.
    pub(super) has_mastodon: bool,
    /// The feeds it names as its alternates, with their titles.
    alternates: Vec<(Url, Option<String>)>,
    /// The feeds that links on it lead to by their looks.
    links: Vec<Url>,
}

/// The types that feeds are announced with.
const FEED_TYPES: [&str; 4] = ["application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"];

/// As many links of a page are looked at.
const MOST_LINKS: usize = 5_000;
/// As many feeds of a page are shown.
const MOST_FEEDS: usize = 10;

impl Facts {
    pub(super) fn of(url: &Url, text: &str) -> Self {
        let tree = tree(text);
        let html = &tree.html;
        let base = select(html, "base[href]").next().and_then(|base| absolute(url, base.attr("href")?)).unwrap_or_else(|| url.clone());
        let meta = |name: &str| {
            let named = |meta: &ElementRef<'_>| meta.attr("name").is_some_and(|told| told.eq_ignore_ascii_case(name));
            select(html, "meta[name][content]").find(named).and_then(|meta| meta.attr("content")).map(str::trim)
        };
        Self {
            generator: meta("generator").unwrap_or_default().to_lowercase(),
            base_uri: meta("discourse-base-uri").map(str::to_owned),
            has_mastodon: select(html, "#mastodon").next().is_some(),
            alternates: select(html, "link[rel][href]").filter_map(|link| alternate(&base, link)).collect(),
            links: select(html, "a[href]").take(MOST_LINKS).filter_map(|link| feed_link(&base, link)).collect(),
        }
    }

    /// Whether the page names feeds as its alternates.
    pub(super) fn announces_feeds(&self) -> bool {
        !self.alternates.is_empty()
    }

    /// The feeds of the page: those it announces; else those it links to.
    pub(super) fn feeds(&self) -> Vec<Candidate> {
        let announced = self.alternates.iter().map(|(url, title)| {
            let title = title.as_deref().map(|title| format!(": {title}")).unwrap_or_default();
            Candidate::new(format!("a feed of the page{title}"), Draft::feed(url))
        });
        let linked = self.links.iter().map(|url| Candidate::new("a link on the page that looks like a feed", Draft::feed(url)));
        let found: Vec<Candidate> = announced.collect();
        if found.is_empty() { linked.take(MOST_FEEDS).collect() } else { found.into_iter().take(MOST_FEEDS).collect() }
    }
}

fn select<'a>(html: &'a Html, css: &str) -> impl Iterator<Item = ElementRef<'a>> {
    let found: Vec<ElementRef<'a>> = Selector::parse(css).map(|selector| html.select(&selector).collect()).unwrap_or_default();
    found.into_iter()
}

/// The feed that a `<link>` announces.
fn alternate(base: &Url, link: ElementRef<'_>) -> Option<(Url, Option<String>)> {
    let is_alternate = link.attr("rel")?.split_whitespace().any(|rel| rel.eq_ignore_ascii_case("alternate"));
    let said = link.attr("type")?.split(';').next()?.trim().to_ascii_lowercase();
    let url = absolute(base, link.attr("href")?)?;
    // Blogs announce feeds for the players of podcasts and for their own programs, too.
    let is_feed = FEED_TYPES.contains(&said.as_str()) || (said == "application/json" && url.path().contains("feed"));
    let is_feed = is_feed && !url.path().contains("/wp-json/");
    (is_alternate && is_feed).then(|| (url, link.attr("title").and_then(plain_line)))
}

/// The feed that a link leads to by its looks, on the page's own host.
fn feed_link(base: &Url, link: ElementRef<'_>) -> Option<Url> {
    let url = absolute(base, link.attr("href")?)?;
    let last = url.path().trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let looks = matches!(last.as_str(), "feed" | "rss" | "atom" | "feed.xml" | "rss.xml" | "atom.xml" | "index.xml" | "feed.json")
        || last.ends_with(".rss")
        || last.ends_with(".atom");
    (looks && url.host() == base.host()).then_some(url)
}
