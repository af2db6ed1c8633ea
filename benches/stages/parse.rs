//! Pages to mentions, against the parser that the page needs at least.

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use goodword::fetch::Page;
use goodword::mention::Mention;
use goodword::sources::{Ask, Moment, Source, read_sources};
use goodword::tomlfile::TomlFile;

use crate::measure::{Bound, Row, in_turn};
use crate::pages;
use crate::setup::Setup;

/// Reviews on a page, as shops show them.
const REVIEWS_A_PAGE: usize = 10;
/// Items of a feed.
pub(crate) const ITEMS_A_FEED: usize = 25;

pub(crate) fn run(setup: &Setup) -> anyhow::Result<Vec<Row>> {
    let mentions = setup.mentions(setup.size.mentions)?;
    let fewer = mentions.get(..mentions.len() / 5).unwrap_or(&mentions);
    let feeds = drawn(&mentions, ITEMS_A_FEED, pages::feed);
    let json_ld = drawn(fewer, REVIEWS_A_PAGE, pages::json_ld_page);
    let microdata = drawn(fewer, REVIEWS_A_PAGE, pages::microdata_page);
    Ok(vec![
        row(setup, "parse: feed → mentions, against feed-rs", "feed", &feeds, mentions.len(), raw_feed)?,
        row(setup, "parse: JSON-LD page → mentions, against scraper", "reviews", &json_ld, fewer.len(), raw_page)?,
        row(setup, "parse: microdata page → mentions, against scraper", "reviews", &microdata, fewer.len(), raw_page)?,
    ])
}

/// Pages of `size` mentions each.
pub(crate) fn drawn(mentions: &[Mention], size: usize, draw: impl Fn(&[Mention]) -> String) -> Vec<Vec<u8>> {
    mentions.chunks(size).map(|mentions| draw(mentions).into_bytes()).collect()
}

fn row(
    setup: &Setup,
    name: &str,
    kind: &str,
    pages: &[Vec<u8>],
    mentions: usize,
    raw: fn(&[u8]) -> anyhow::Result<()>,
) -> anyhow::Result<Row> {
    let source = source(kind)?;
    let moment = Moment { now: setup.now, since: None, cursor: None, dir: Path::new(".") };
    let ask = source.kind.asks(moment)?.into_iter().next().context("a source asks for its page")?;
    let Ask::Get(url) = &ask else { bail!("a page of the web is asked for") };
    let content_type = Some(if kind == "feed" { "application/rss+xml" } else { "text/html" }.to_owned());
    let pages: Vec<Page> =
        pages.iter().map(|body| Page { url: url.clone(), content_type: content_type.clone(), body: body.clone() }).collect();
    let ours = || {
        let started = Instant::now();
        let mut found = 0;
        for page in &pages {
            found += black_box(source.kind.parse(&ask, page, moment)?).mentions.len();
        }
        ensure!(found == mentions, "{name}: {found} mentions found where {mentions} stand");
        Ok(started.elapsed())
    };
    let took = in_turn(setup.size.rounds, ours, || raw_all(pages.iter().map(|page| page.body.as_slice()), raw))?;
    let bytes: usize = pages.iter().map(|page| page.body.len()).sum();
    Ok(Row::rates(name, "MB/s", bytes as f64 / 1e6, &took, Bound::AtLeast(0.5, 0.8)))
}

/// How long a parser takes for these pages.
pub(crate) fn raw_all<'a>(pages: impl Iterator<Item = &'a [u8]>, parse: fn(&[u8]) -> anyhow::Result<()>) -> anyhow::Result<Duration> {
    let started = Instant::now();
    for page in pages {
        parse(page)?;
    }
    Ok(started.elapsed())
}

pub(crate) fn raw_feed(body: &[u8]) -> anyhow::Result<()> {
    black_box(feed_rs::parser::Builder::new().sanitize_content(false).build().parse(body)?);
    Ok(())
}

fn raw_page(body: &[u8]) -> anyhow::Result<()> {
    black_box(scraper::Html::parse_document(std::str::from_utf8(body)?));
    Ok(())
}

fn source(kind: &str) -> anyhow::Result<Source> {
    let text = format!("[[source]]\nname = \"forum\"\nkind = \"{kind}\"\nevery = \"15m\"\nurl = \"https://forum.example/\"\n");
    let file = TomlFile::from_text("sources.toml", text);
    read_sources(&file, Path::new("."), &[]).pop().context("the source is in order")
}
