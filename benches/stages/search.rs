//! Questions to a full installation (the index's answer, twenty mentions read from the store, what matches marked in them),
//! against plain tantivy asked the same with the same collector.

use std::time::{Duration, Instant};

use anyhow::ensure;
use goodword::app::{App, SearchRequest};
use goodword::crawl::judge;
use goodword::mention::Mention;
use goodword::noise::Rules;
use goodword::search::{Index, Options, Query, Reader};
use indicatif::ProgressBar;
use tantivy::IndexReader;

use crate::measure::{Bound, Row, in_turn, percentile};
use crate::plain_index::{Fields, PlainEntry, PlainIndex, both, newest, phrase, tag_term, term};
use crate::setup::{Setup, bytes_in};
use crate::voices::Random;

const BOUND: Bound = Bound::AtMost(2.0, 1.3);
/// Mentions that queries take their words from.
const ASKED_ABOUT: usize = 2_000;

/// One question in both languages: what a person types, and what plain tantivy is asked.
struct Question {
    typed: String,
    plain: Box<dyn tantivy::query::Query>,
}

pub(crate) fn run(setup: &Setup) -> anyhow::Result<Vec<Row>> {
    let (dir, app) = setup.installation("")?;
    setup.fill(app.store(), setup.size.indexed)?;
    setup.runtime.block_on(app.catch_up(&ProgressBar::hidden()))?;
    let plain_dir = tempfile::tempdir()?;
    let plain = PlainIndex::create(plain_dir.path())?;
    let mut writer = plain.writer()?;
    let mut bytes = 0;
    setup.follow(app.store(), |stored| {
        bytes += stored.iter().map(|stored| stored.mention.text.len()).sum::<usize>();
        writer.commit(&stored.iter().map(PlainEntry::of).collect::<Vec<_>>())
    })?;
    writer.close()?;

    let reader = Index::open_reader(&dir.path().join("index/search"))?;
    let sides = Sides { setup, app: &app, reader, plain: plain.reader()? };
    let asked_about = setup.mentions(setup.size.indexed.min(ASKED_ABOUT))?;
    let mut rows = Vec::new();
    for (kind, question) in KINDS {
        rows.extend(sides.ask(kind, &questions(setup, &asked_about, plain.fields, question))?);
    }
    setup.runtime.block_on(app.close());
    let held = bytes_in(&dir.path().join("index"))? as f64 / setup.size.indexed as f64;
    rows.push(Row::sizes(
        "disk: store and index, against the texts alone",
        held,
        bytes as f64 / setup.size.indexed as f64,
        Bound::AtMost(4.0, 2.5),
    ));
    Ok(rows)
}

/// Both sides of the search, full of the same mentions.
struct Sides<'a> {
    setup: &'a Setup,
    app: &'a App,
    reader: Reader,
    plain: IndexReader,
}

impl Sides<'_> {
    fn ask(&self, kind: &str, questions: &[Question]) -> anyhow::Result<Vec<Row>> {
        let rounds = self.setup.size.rounds;
        let raw = || timed(questions, |question| newest(&self.plain, &*question.plain));
        let whole = in_turn(rounds, || timed(questions, |question| self.whole(question)), raw)?;
        let index = in_turn(rounds, || timed(questions, |question| self.index_alone(question)), raw)?;
        let at = |percent: usize, took: &[(Vec<Duration>, Vec<Duration>)]| -> Vec<_> {
            took.iter().map(|(ours, raw)| (percentile(&mut ours.clone(), percent), percentile(&mut raw.clone(), percent))).collect()
        };
        Ok(vec![
            Row::latencies(format!("search: {kind}, p50"), &at(50, &whole), BOUND),
            Row::latencies(format!("search: {kind}, p99"), &at(99, &whole), BOUND),
            Row::latencies("  the index's part of it, p50", &at(50, &index), Bound::Open),
        ])
    }

    /// As the page and the command line ask.
    fn whole(&self, question: &Question) -> anyhow::Result<usize> {
        let request = SearchRequest { query: question.typed.clone(), ..SearchRequest::default() };
        let found = self.setup.runtime.block_on(self.app.search(&request))?;
        ensure!(found.hits.len() == found.total.min(20), "search: not every hit of `{}` is in the store", question.typed);
        Ok(found.total)
    }

    fn index_alone(&self, question: &Question) -> anyhow::Result<usize> {
        let query = Query::parse(&question.typed, self.setup.now);
        Ok(self.reader.search(&query, &Options::default())?.total)
    }
}

/// How long each question took to be answered.
fn timed(questions: &[Question], ask: impl Fn(&Question) -> anyhow::Result<usize>) -> anyhow::Result<Vec<Duration>> {
    let answer = |question: &Question| {
        let started = Instant::now();
        let total = ask(question)?;
        let took = started.elapsed();
        ensure!(total > 0, "search: `{}` finds nothing though it was taken from a mention", question.typed);
        Ok(took)
    };
    questions.iter().map(answer).collect()
}

type Asking = fn(&Setup, &mut Random, &Mention, Fields) -> Option<Question>;

const KINDS: [(&str, Asking); 5] = [
    ("a word", a_word),
    ("two words", two_words),
    ("a phrase", a_phrase),
    ("a Chinese phrase", a_chinese_phrase),
    ("a product's tags", a_tag),
];

/// Different questions of one kind, with words as frequent as they are in the mentions.
fn questions(setup: &Setup, mentions: &[Mention], fields: Fields, ask: Asking) -> Vec<Question> {
    let mut random = Random::new(7);
    let draw = || {
        let mention = random.pick(mentions);
        ask(setup, &mut random, mention, fields)
    };
    std::iter::repeat_with(draw).flatten().take(setup.size.queries).collect()
}

fn a_word(_: &Setup, random: &mut Random, mention: &Mention, fields: Fields) -> Option<Question> {
    let [word] = words(random, mention)?;
    Some(Question { plain: term(fields.words, word), typed: word.to_owned() })
}

fn two_words(_: &Setup, random: &mut Random, mention: &Mention, fields: Fields) -> Option<Question> {
    let [one, other] = words(random, mention)?;
    Some(Question { plain: both(term(fields.words, one), term(fields.words, other)), typed: format!("{one} {other}") })
}

fn a_phrase(_: &Setup, random: &mut Random, mention: &Mention, fields: Fields) -> Option<Question> {
    let words: [&str; 3] = words(random, mention)?;
    Some(Question { plain: phrase(fields.words, words.into_iter().map(str::to_owned)), typed: format!("\"{}\"", words.join(" ")) })
}

/// Words side by side in an English mention, all in small letters and with nothing between them.
fn words<'m, const COUNT: usize>(random: &mut Random, mention: &'m Mention) -> Option<[&'m str; COUNT]> {
    let words: Vec<&str> = mention.text.split(' ').collect();
    let first = random.below(words.len());
    let words: [&str; COUNT] = words.get(first..first + COUNT)?.try_into().ok()?;
    words.iter().all(|word| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_lowercase())).then_some(words)
}

fn a_chinese_phrase(_: &Setup, random: &mut Random, mention: &Mention, fields: Fields) -> Option<Question> {
    let letters: Vec<char> = mention.text.chars().collect();
    let first = random.below(letters.len());
    let letters =
        letters.get(first..first + 4).filter(|letters| letters.iter().all(|letter| ('\u{4e00}'..='\u{9fff}').contains(letter)))?;
    let pairs = letters.windows(2).map(|pair| pair.iter().collect());
    Some(Question { plain: phrase(fields.words_zh, pairs), typed: letters.iter().collect() })
}

/// Praise or blame of a product that the mention is tagged with.
fn a_tag(setup: &Setup, _: &mut Random, mention: &Mention, fields: Fields) -> Option<Question> {
    let judgement = judge(&setup.tagger, &Rules::default(), None, mention);
    let (product, polarity) = judgement.tagging.tags.iter().find_map(|tag| Some((tag.product.as_deref()?, tag.polarity)))?;
    let plain = term(fields.tag, &tag_term(product, polarity.as_str(), ""));
    Some(Question { plain, typed: format!("product:\"{product}\" polarity:{polarity}") })
}
