//! The same texts in `SQLite` FTS5 and in PostgreSQL, asked for the twenty best and the count; said aloud where one is missing.

use std::time::Duration;

use anyhow::ensure;
use goodword::search::{Options, Query, Sort};

use crate::ask::{a_chinese_phrase, a_phrase, a_word, at, questions, timed, two_words};
use crate::filled::Filled;
use crate::fts5::Fts5;
use crate::measure::{Bound, Row, in_turn};
use crate::postgres::Postgres;
use crate::setup::Setup;

/// At least five times as fast.
const BOUND: Bound = Bound::AtMost(1.0, 0.2);
/// The others take their time.
const ROUNDS: usize = 3;
const QUESTIONS: usize = 20;

pub(crate) fn run(setup: &Setup, filled: &Filled) -> anyhow::Result<Vec<Row>> {
    let mut rows = Vec::new();
    eprintln!("filling SQLite FTS5 …");
    let fts5 = setup.runtime.block_on(Fts5::fill(setup, filled))?;
    for (kind, asking) in [
        ("a word", a_word as fn(&_, &mut _, &_) -> _),
        ("two words", two_words),
        ("a phrase", a_phrase),
        ("a Chinese phrase", a_chinese_phrase),
    ] {
        let peer = |question: &str| setup.runtime.block_on(fts5.ask(question));
        let questions = known(questions(setup, asking)?, peer)?;
        rows.extend(compared(setup, filled, &format!("{kind}, against FTS5"), &questions, peer)?);
    }
    setup.runtime.block_on(fts5.close())?;
    let Ok(server) = std::env::var("GOODWORD_TEST_POSTGRES") else {
        println!("NOT COMPARED with PostgreSQL: GOODWORD_TEST_POSTGRES names no server");
        return Ok(rows);
    };
    eprintln!("filling PostgreSQL …");
    let postgres = setup.runtime.block_on(Postgres::fill(setup, filled, &server))?;
    for (kind, asking) in [("a word", a_word as fn(&_, &mut _, &_) -> _), ("two words", two_words), ("a phrase", a_phrase)] {
        let peer = |question: &str| setup.runtime.block_on(postgres.ask(question));
        let questions = known(questions(setup, asking)?, peer)?;
        rows.extend(compared(setup, filled, &format!("{kind}, against PostgreSQL"), &questions, peer)?);
    }
    setup.runtime.block_on(postgres.remove())?;
    Ok(rows)
}

/// A few of the questions, those that the peer finds anything for: PostgreSQL knows no `the`, and answers at once.
fn known(questions: Vec<String>, peer: impl Fn(&str) -> anyhow::Result<usize>) -> anyhow::Result<Vec<String>> {
    let mut known = Vec::new();
    for question in questions {
        if known.len() < QUESTIONS && peer(&question)? > 0 {
            known.push(question);
        }
    }
    Ok(known)
}

fn compared(
    setup: &Setup,
    filled: &Filled,
    name: &str,
    questions: &[String],
    peer: impl Fn(&str) -> anyhow::Result<usize>,
) -> anyhow::Result<Vec<Row>> {
    let ours = || timed(questions, |question| best(setup, filled, question));
    let took: Vec<(Vec<Duration>, Vec<Duration>)> = in_turn(setup.size.rounds.min(ROUNDS), ours, || timed(questions, &peer))?;
    ensure!(!took.is_empty(), "nothing was measured");
    Ok(vec![
        Row::latencies(format!("ranked: {name}, p50"), &at(50, &took), BOUND),
        Row::latencies(format!("ranked: {name}, p99"), &at(99, &took), BOUND),
    ])
}

fn best(setup: &Setup, filled: &Filled, question: &str) -> anyhow::Result<usize> {
    let options = Options { sort: Sort::Relevance, ..Options::default() };
    Ok(filled.reader.search(&Query::parse(question, setup.now), &options)?.total)
}
