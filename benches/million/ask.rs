//! Questions to the full installation (the index's answer, twenty mentions read from the store, matches marked), against the
//! bare engine asked the same of the same index with its own collectors.

use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::ensure;
use goodword::app::SearchRequest;
use goodword::crawl::tagged;
use goodword::mention::Mention;
use goodword::search::{CutText, Facet, Options, Query};
use serde_json::json;
use tantivy::Order;
use tantivy::aggregation::agg_req::Aggregations;
use tantivy::aggregation::{AggContextParams, AggregationCollector};
use tantivy::collector::{Count, TopDocs};

use crate::filled::Filled;
use crate::measure::{Bound, Row, in_turn, percentile};
use crate::setup::Setup;
use crate::voices::Random;

const BOUND: Bound = Bound::AtMost(2.0, 1.3);
/// Mentions that queries take their words from.
const ASKED_ABOUT: usize = 2_000;
/// What the web page counts.
const FACETS: [Facet; 5] = [Facet::Product, Facet::Verdict, Facet::Theme, Facet::Source, Facet::Lang];

type Asking = fn(&Setup, &mut Random, &Mention) -> Option<String>;

const KINDS: [(&str, Asking); 5] = [
    ("a word", a_word),
    ("a phrase", a_phrase),
    ("a boolean with filters", a_boolean),
    ("a Chinese phrase", a_chinese_phrase),
    ("a product's praise", a_tag),
];

pub(crate) fn run(setup: &Setup, filled: &Filled) -> anyhow::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for (kind, asking) in KINDS {
        eprintln!("asking for {kind} …");
        rows.extend(listed(setup, filled, kind, &questions(setup, asking)?)?);
    }
    eprintln!("counting …");
    rows.extend(counted(setup, filled)?);
    Ok(rows)
}

/// Different questions of one kind, with words as frequent as they are in the mentions.
pub(crate) fn questions(setup: &Setup, ask: Asking) -> anyhow::Result<Vec<String>> {
    let mentions = setup.mentions(setup.size.indexed.min(ASKED_ABOUT))?;
    let mut random = Random::new(7);
    let draw = || {
        let mention = random.pick(&mentions);
        ask(setup, &mut random, mention)
    };
    Ok(std::iter::repeat_with(draw).flatten().take(setup.size.queries).collect())
}

fn listed(setup: &Setup, filled: &Filled, kind: &str, questions: &[String]) -> anyhow::Result<Vec<Row>> {
    let rounds = setup.size.rounds;
    let raw = || timed(questions, |question| engine(filled, setup, question));
    let whole = in_turn(rounds, || timed(questions, |question| answer(setup, filled, question)), raw)?;
    let index = in_turn(rounds, || timed(questions, |question| index_alone(setup, filled, question)), raw)?;
    let unread = in_turn(rounds, || timed(questions, |question| answer_unread(setup, filled, question)), raw)?;
    Ok(vec![
        Row::latencies(format!("search: {kind}, p50"), &at(50, &whole), BOUND),
        Row::latencies(format!("search: {kind}, p99"), &at(99, &whole), BOUND),
        Row::latencies("  the index's part of it, p50", &at(50, &index), Bound::Open),
        Row::latencies("  the index's part of it, p99", &at(99, &index), Bound::Open),
        Row::latencies("  with mentions that were not read before, p50", &at(50, &unread), Bound::Open),
        Row::latencies("  with mentions that were not read before, p99", &at(99, &unread), Bound::Open),
    ])
}

type Took = Vec<(Vec<Duration>, Vec<Duration>)>;

pub(crate) fn at(percent: usize, took: &Took) -> Vec<(Duration, Duration)> {
    took.iter().map(|(ours, raw)| (percentile(&mut ours.clone(), percent), percentile(&mut raw.clone(), percent))).collect()
}

/// How long each question took to be answered.
pub(crate) fn timed(questions: &[String], ask: impl Fn(&str) -> anyhow::Result<usize>) -> anyhow::Result<Vec<Duration>> {
    let answer = |question: &String| {
        let started = Instant::now();
        let total = ask(question)?;
        let took = started.elapsed();
        ensure!(total > 0, "`{question}` finds nothing though it was taken from a mention");
        Ok(took)
    };
    questions.iter().map(answer).collect()
}

/// As the page and the command line ask.
fn answer(setup: &Setup, filled: &Filled, question: &str) -> anyhow::Result<usize> {
    let request = SearchRequest { query: question.to_owned(), ..SearchRequest::default() };
    let found = setup.runtime.block_on(filled.app.search(&request))?;
    ensure!(found.hits.len() == found.total.min(20), "not every hit of `{question}` is in the store");
    Ok(found.total)
}

fn index_alone(setup: &Setup, filled: &Filled, question: &str) -> anyhow::Result<usize> {
    Ok(filled.reader.search(&Query::parse(question, setup.now), &Options::default())?.total)
}

/// The same with nothing at hand: every mention comes from the store and its text is cut.
fn answer_unread(setup: &Setup, filled: &Filled, question: &str) -> anyhow::Result<usize> {
    let query = Query::parse(question, setup.now);
    let found = filled.reader.search(&query, &Options::default())?;
    let rows: Vec<i64> = found.hits.iter().map(|hit| hit.row).collect();
    let mentions = setup.runtime.block_on(filled.app.store().mentions(&rows))?;
    let marker = query.marker();
    let marked = mentions.iter().map(|stored| marker.text(&CutText::of(&stored.mention.text))).filter(|spans| !spans.is_empty());
    black_box(marked.count());
    Ok(found.total)
}

/// The engine alone: the query is made beforehand in ours too, so that what is compared is the answering.
fn engine(filled: &Filled, setup: &Setup, question: &str) -> anyhow::Result<usize> {
    let (searcher, query) = filled.reader.engine_query(&Query::parse(question, setup.now))?;
    let top = TopDocs::with_limit(20).order_by_fast_field::<i64>("newest", Order::Desc);
    Ok(searcher.search(&*query, &(top, Count))?.1)
}

/// The counts of the page: of everything, and of what a word finds.
fn counted(setup: &Setup, filled: &Filled) -> anyhow::Result<Vec<Row>> {
    let mut rows = Vec::new();
    let words = questions(setup, a_word)?;
    for (kind, questions) in [("everything", vec![String::new(); 3]), ("a word's hits", words)] {
        let ours = || timed(&questions, |question| count(setup, filled, question));
        let took = in_turn(setup.size.rounds, ours, || timed(&questions, |question| aggregate(setup, filled, question)))?;
        rows.push(Row::latencies(format!("facet page: {kind}, p50"), &at(50, &took), BOUND));
        rows.push(Row::latencies(format!("facet page: {kind}, p99"), &at(99, &took), BOUND));
    }
    Ok(rows)
}

fn count(setup: &Setup, filled: &Filled, question: &str) -> anyhow::Result<usize> {
    let facets = FACETS.map(|facet| facet.as_str().to_owned()).to_vec();
    let request = SearchRequest { query: question.to_owned(), facets, ..SearchRequest::default() };
    Ok(setup.runtime.block_on(filled.app.search(&request))?.total)
}

fn aggregate(setup: &Setup, filled: &Filled, question: &str) -> anyhow::Result<usize> {
    let (searcher, query) = filled.reader.engine_query(&Query::parse(question, setup.now))?;
    let terms = |facet: &Facet| (facet.as_str().to_owned(), json!({ "terms": { "field": facet.as_str(), "size": 1000 } }));
    let request: Aggregations = serde_json::from_value(FACETS.iter().map(terms).collect::<serde_json::Map<_, _>>().into())?;
    let counts = AggregationCollector::from_aggs(request, AggContextParams::default());
    let top = TopDocs::with_limit(20).order_by_fast_field::<i64>("newest", Order::Desc);
    Ok(searcher.search(&*query, &(top, Count, counts))?.1)
}

pub(crate) fn a_word(_: &Setup, random: &mut Random, mention: &Mention) -> Option<String> {
    let [word] = words(random, mention)?;
    Some(word.to_owned())
}

pub(crate) fn two_words(_: &Setup, random: &mut Random, mention: &Mention) -> Option<String> {
    let [one, other] = words(random, mention)?;
    Some(format!("{one} {other}"))
}

pub(crate) fn a_phrase(_: &Setup, random: &mut Random, mention: &Mention) -> Option<String> {
    let words: [&str; 3] = words(random, mention)?;
    Some(format!("\"{}\"", words.join(" ")))
}

fn a_boolean(_: &Setup, random: &mut Random, mention: &Mention) -> Option<String> {
    let [one, other] = words(random, mention)?;
    let stars = mention.rating?.stars();
    Some(format!("({one} OR {other}) source:forum lang:en rating:{stars} since:2026-01-01"))
}

/// Words side by side in an English mention, all in small letters and with nothing between them.
fn words<'m, const COUNT: usize>(random: &mut Random, mention: &'m Mention) -> Option<[&'m str; COUNT]> {
    let words: Vec<&str> = mention.text.split(' ').collect();
    let first = random.below(words.len());
    let words: [&str; COUNT] = words.get(first..first + COUNT)?.try_into().ok()?;
    words.iter().all(|word| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_lowercase())).then_some(words)
}

pub(crate) fn a_chinese_phrase(_: &Setup, random: &mut Random, mention: &Mention) -> Option<String> {
    let letters: Vec<char> = mention.text.chars().collect();
    let first = random.below(letters.len());
    let letters = letters.get(first..first + 4)?;
    letters.iter().all(|letter| ('\u{4e00}'..='\u{9fff}').contains(letter)).then(|| letters.iter().collect())
}

/// Praise or blame of a product that the mention is tagged with.
fn a_tag(setup: &Setup, _: &mut Random, mention: &Mention) -> Option<String> {
    let (_, tagging) = tagged(&setup.tagger, None, mention);
    let (product, polarity) = tagging.tags.iter().find_map(|tag| Some((tag.product.as_deref()?, tag.polarity)))?;
    Some(format!("product:\"{product}\" polarity:{polarity}"))
}
