//! Stored mentions into the search index, against plain tantivy with the same fields, threads, memory and commits.

use std::time::{Duration, Instant};

use anyhow::ensure;
use goodword::search::{Entry, Index};
use goodword::store::Stored;
use indicatif::ProgressBar;

use crate::measure::{Bound, Row, in_turn};
use crate::plain_index::{PlainEntry, PlainIndex};
use crate::setup::{AT_ONCE, Setup};

const BOUND: Bound = Bound::AtLeast(0.6, 0.9);

pub(crate) fn run(setup: &Setup) -> anyhow::Result<Vec<Row>> {
    let count = setup.size.indexed;
    let (_dir, app) = setup.installation("")?;
    setup.fill(app.store(), count)?;
    let mut stored = Vec::with_capacity(count);
    setup.follow(app.store(), |mut more| {
        stored.append(&mut more);
        Ok(())
    })?;
    let entries: Vec<PlainEntry<'_>> = stored.iter().map(PlainEntry::of).collect();
    let plain = || {
        let dir = tempfile::tempdir()?;
        PlainIndex::create(dir.path())?.fill(&entries, AT_ONCE)
    };
    let applied = in_turn(setup.size.rounds, || apply(&stored), plain)?;
    let follow = || {
        let started = Instant::now();
        setup.runtime.block_on(app.reindex(&ProgressBar::hidden()))?;
        Ok(started.elapsed())
    };
    let followed = in_turn(setup.size.rounds, follow, plain)?;
    setup.runtime.block_on(app.close());
    Ok(vec![
        Row::rates("index: applying what was read, against tantivy", "docs/s", count as f64, &applied, BOUND),
        Row::rates("index: following the store, against tantivy", "docs/s", count as f64, &followed, BOUND),
    ])
}

/// Applies what was read of a store, as its follower does.
fn apply(stored: &[Stored]) -> anyhow::Result<Duration> {
    let dir = tempfile::tempdir()?;
    let mut index = Index::open(dir.path())?.index;
    let started = Instant::now();
    for stored in stored.chunks(AT_ONCE) {
        let entries = stored.iter().map(|stored| entry(stored, &["forum"], &["feed"]));
        index.apply(entries, &[], stored.last().map_or(0, |last| last.changed))?;
    }
    index.rest()?;
    let took = started.elapsed();
    ensure!(index.reader().len() == stored.len() as u64, "index: some mentions are missing");
    Ok(took)
}

fn entry<'a>(stored: &'a Stored, sources: &'a [&'a str], kinds: &'a [&'a str]) -> Entry<'a> {
    let mention = &stored.mention;
    Entry {
        row: stored.row,
        seq: stored.changed,
        ids: &[],
        title: mention.title.as_deref(),
        text: &mention.text,
        author: mention.author.as_ref().map(|author| author.name.as_str()),
        sources,
        kinds,
        site: mention.url.as_ref().and_then(|url| url.host_str()),
        lang: stored.tagging.lang.as_str(),
        stars: mention.rating.map(|rating| rating.stars()),
        rating: mention.rating.map(|rating| rating.value()),
        published: mention.published.map_or(stored.first_seen, |published| published.at),
        verdict: stored.tagging.verdict,
        products: &stored.tagging.products,
        tags: &stored.tagging.tags,
        marks: &[],
        customer: None,
        segment: None,
        region: None,
        status: None,
    }
}
