//! Which mentions may hold a phrase: what has to be looked at again when a list of phrases changes.
//!
//! Finds all that the tagger would find, and perhaps some more; filtered mentions too. Texts are cut as the tagger reads them,
//! and every spelling that it looks for is looked for here. Knows nothing of lists.

use std::collections::HashSet;

use tantivy::collector::DocSetCollector;
use tantivy::query::{BooleanQuery, Query, TermSetQuery};
use tantivy::{Searcher, Term};

use super::Error;
use super::analyser::{Analyser, HASHTAG_MARK, Kind, normalised};
use super::needle::Needle;
use super::query::dictionary;
use super::reader::{Open, Reader, guarded};

impl Reader {
    /// The rows of all mentions whose title or text may hold one of `phrases` (plain forms; `…` for words between) as the tagger
    /// finds it, in order; those changed after [`Reader::reached`] are for the caller to add. None if the index cannot tell,
    /// as for a phrase of nothing but signs: then every mention has to be looked at.
    pub fn rows_with_any(&self, phrases: &[String]) -> Result<Option<Vec<i64>>, Error> {
        let open = self.open();
        guarded(|| rows_with_any(&open, phrases))
    }
}

fn rows_with_any(open: &Open, phrases: &[String]) -> tantivy::Result<Option<Vec<i64>>> {
    let searcher = open.engine.searcher();
    let mut any: Vec<Box<dyn Query>> = Vec::new();
    let mut words = HashSet::new();
    for phrase in phrases {
        for spelling in spellings(phrase) {
            let Some(query) = holding(&spelling, open, &searcher)? else { return Ok(None) };
            any.push(query);
            words.extend(words_of(&spelling));
        }
    }
    any.push(hashtags_with(&words, open, &searcher)?);
    let mut rows = Vec::new();
    for at in searcher.search(&BooleanQuery::union(any), &DocSetCollector)? {
        let column = searcher.segment_reader(at.segment_ord).fast_fields().i64("row")?;
        rows.extend(column.first(at.doc_id));
    }
    rows.sort_unstable();
    Ok(Some(rows))
}

/// The query for all that may hold this spelling; none if nothing in it is indexed.
fn holding(spelling: &str, open: &Open, searcher: &Searcher) -> tantivy::Result<Option<Box<dyn Query>>> {
    let mut parts: Vec<Box<dyn Query>> = Vec::new();
    for part in spelling.replace("...", "…").split('…') {
        if let Some(needle) = Needle::exact(part) {
            // An unfinished end is looked up with a limit, and nothing may be missed here.
            parts.push(needle.without_unfinished_end().query(open.fields.words, searcher)?);
        }
    }
    Ok(match parts.len() {
        0 => None,
        1 => parts.pop(),
        _ => Some(Box::new(BooleanQuery::intersection(parts))),
    })
}

/// The query for hashtags that hold one of these words: the tagger takes them apart.
fn hashtags_with(words: &HashSet<String>, open: &Open, searcher: &Searcher) -> tantivy::Result<Box<dyn Query>> {
    let field = open.fields.words;
    let holds = |tag: &str| words.iter().any(|word| tag.contains(word.as_str()));
    let tags = dictionary(searcher, field, HASHTAG_MARK, |term| Some(term.to_owned()).filter(|term| holds(term)))?;
    Ok(Box::new(TermSetQuery::new(tags.iter().map(|tag| Term::from_field_text(field, tag)))))
}

/// The words of a spelling, each by itself, in every form that a drawn-out one may stand for.
fn words_of(spelling: &str) -> Vec<String> {
    let mut analyser = Analyser::plain();
    analyser.cut(&normalised(spelling));
    analyser.terms().filter(|term| term.text.is_ascii()).map(|term| term.text.to_owned()).collect()
}

/// The ways in which the tagger spells a phrase or a name: as it stands, without apostrophes, in one word, with digits set off.
fn spellings(phrase: &str) -> Vec<String> {
    let mut spellings = vec![phrase.to_owned(), without_apostrophes(phrase)];
    let mut analyser = Analyser::plain();
    analyser.cut(&normalised(phrase));
    if analyser.terms().all(|term| term.kind == Kind::Word) {
        spellings.push(analyser.terms().map(|term| term.text.to_owned()).collect());
    }
    spellings.push(with_digits_set_off(phrase));
    let mut seen = HashSet::new();
    spellings.retain(|spelling| !spelling.trim().is_empty() && seen.insert(spelling.clone()));
    spellings
}

fn without_apostrophes(phrase: &str) -> String {
    phrase.replace(['\'', '’', '‘', 'ʼ', '＇', '´', '`'], "")
}

fn with_digits_set_off(phrase: &str) -> String {
    let mut spaced = String::with_capacity(phrase.len() + 4);
    let mut before = ' ';
    for letter in phrase.chars() {
        if before.is_alphabetic() && letter.is_numeric() {
            spaced.push(' ');
        }
        spaced.push(letter);
        before = letter;
    }
    spaced
}
