//! A phrase added to the lists of a full installation, as `goodword` takes it up after the files were edited: only the mentions
//! that may hold it are tagged again, against all of them.
//!
//! Each time a full retag follows, which must find nothing left to change.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use goodword::search::{Options, Query};
use indicatif::ProgressBar;

use crate::filled::Filled;
use crate::measure::{Bound, Row};
use crate::setup::Setup;

/// Phrases added, one after the other.
const ADDED: usize = 3;
/// Mentions in which words are counted to choose from.
const COUNTED: usize = 5_000;
/// The share of the mentions that a phrase should occur in.
const SHARE: f64 = 0.01;
const LIST: &str = "praise.en";

/// What adding one phrase took.
struct Addition {
    share: f64,
    looked_at: f64,
    reading: Duration,
    retag: Duration,
    following: Duration,
    full: Duration,
}

pub(crate) fn run(setup: &Setup, filled: &Filled) -> anyhow::Result<Vec<Row>> {
    // What was kept so far was tagged by these lists, but by nobody who noted it.
    setup.runtime.block_on(filled.app.retag_all(&ProgressBar::hidden()))?;
    let words = words(setup, filled)?;
    let added = words.iter().enumerate().map(|(number, word)| add(setup, filled, number, word)).collect::<anyhow::Result<Vec<_>>>()?;
    let of = |figure: fn(&Addition) -> f64| added.iter().map(figure).collect::<Vec<f64>>();
    let millis = |took: Duration| took.as_secs_f64() * 1e3;
    let total = setup.size.indexed as f64;
    let took: Vec<_> = added.iter().map(|added| (added.retag, added.full)).collect();
    let share = of(|added| added.share);
    Ok(vec![
        Row::durations("retag after adding a phrase, against a full one", &took, Bound::AtMost(0.1, 0.03)),
        Row::alone("  mentions that hold the phrase", "%", share.iter().map(|share| share * 100.0).collect(), Bound::Open),
        Row::alone("  mentions looked at", "%", of(|added| added.looked_at).iter().map(|rows| rows / total * 100.0).collect(), Bound::Open),
        Row::alone("  before it: files read, tagger made", "ms", added.iter().map(|added| millis(added.reading)).collect(), Bound::Open),
        Row::alone("  after it: the index follows", "ms", added.iter().map(|added| millis(added.following)).collect(), Bound::Open),
        Row::alone("  full retag", "mentions/s", added.iter().map(|added| total / added.full.as_secs_f64()).collect(), Bound::Open),
    ])
}

/// Adds `word` to the lists as an editor does, and lets the installation take it up.
fn add(setup: &Setup, filled: &Filled, number: usize, word: &str) -> anyhow::Result<Addition> {
    eprintln!("adding the phrase `{word}` …");
    let hidden = ProgressBar::hidden();
    let path = filled.dir.path().join("phrases").join(format!("{LIST}.toml"));
    let list = std::fs::read_to_string(&path)?;
    std::fs::write(&path, format!("{list}\"added {number}\" = [\"{word}\"]\n"))?;

    let started = Instant::now();
    ensure!(filled.app.reload(), "the changed lists cannot be read");
    let reading = started.elapsed();

    let started = Instant::now();
    let retagged = setup.runtime.block_on(filled.app.retag(&hidden))?;
    let retag = started.elapsed();
    ensure!(retagged.changed > 0, "`{word}` is tagged nowhere");

    let started = Instant::now();
    setup.runtime.block_on(filled.app.catch_up(&hidden))?;
    let following = started.elapsed();

    let started = Instant::now();
    let all = setup.runtime.block_on(filled.app.retag_all(&hidden))?;
    let full = started.elapsed();
    ensure!(all.changed == 0, "adding `{word}` left {} mentions with other tags than a full retag gives", all.changed);
    let share = holding(setup, filled, word)? as f64 / setup.size.indexed as f64;
    Ok(Addition { share, looked_at: retagged.looked_at as f64, reading, retag, following, full })
}

fn holding(setup: &Setup, filled: &Filled, word: &str) -> anyhow::Result<usize> {
    Ok(filled.reader.search(&Query::parse(&format!("\"{word}\""), setup.now), &Options { limit: 0, ..Options::default() })?.total)
}

/// Words that occur in about so many mentions, and that no list has.
fn words(setup: &Setup, filled: &Filled) -> anyhow::Result<Vec<String>> {
    let mentions = setup.mentions(COUNTED.min(setup.size.indexed))?;
    let mut counts: HashMap<String, usize> = HashMap::new();
    for mention in &mentions {
        let mut words: Vec<&str> = mention.text.split(|letter: char| !letter.is_ascii_lowercase()).filter(|word| word.len() > 3).collect();
        words.sort_unstable();
        words.dedup();
        words.into_iter().for_each(|word| *counts.entry(word.to_owned()).or_default() += 1);
    }
    let meant = mentions.len() as f64 * SHARE;
    let mut near: Vec<(String, usize)> = counts.into_iter().collect();
    near.sort_by(|(one, a), (other, b)| (*a as f64 - meant).abs().total_cmp(&(*b as f64 - meant).abs()).then_with(|| one.cmp(other)));
    let listed = |word: &str| setup.lists.phrases.iter().any(|phrase| phrase.forms.iter().any(|form| form == word));
    let mut chosen = Vec::new();
    for (word, _) in near.into_iter().filter(|(word, _)| !listed(word)) {
        if holding(setup, filled, &word)? > 0 {
            chosen.push(word);
        }
        if chosen.len() == ADDED.min(setup.size.rounds) {
            return Ok(chosen);
        }
    }
    None.context("no word occurs as often as meant")
}
