//! What a query's word or phrase looks for, in terms: the same needle asks the index and marks a text, so what is
//! highlighted is what was found.
//!
//! Knows nothing of the query language.

use std::ops::Bound;

use tantivy::query::{
    BooleanQuery, ConstScoreQuery, EmptyQuery, InvertedIndexRangeQuery, PhrasePrefixQuery, PhraseQuery, Query, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, Term as IndexTerm};

use super::analyser::{Analyser, Kind, Term, bare_stem, marked_stem, normalised, with_stemming};
use super::highlight::{CutText, Piece};

/// Longer phrases are told apart by their first terms.
const MOST_PARTS: usize = 64;
/// How many endings of a phrase's last, unfinished word are tried.
const MOST_ENDINGS: u32 = 2_000;
/// Ways to choose a form for each word of a loose distance.
const MOST_WAYS: usize = 64;

/// Terms at fixed distances from the first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Needle {
    parts: Vec<(usize, Part)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Part {
    /// This very form.
    Form(String),
    /// Any of these forms and marked stems.
    AnyOf(Vec<String>),
    /// Any form that begins so.
    Beginning(String),
}

impl Needle {
    /// Any form of `word`; what is cut into several terms must stand together as written. None if nothing is left of it.
    pub(super) fn loose(word: &str) -> Option<Self> {
        let forms = with_stemming(|analyser| {
            analyser.cut(&normalised(word));
            let terms: Vec<Term<'_>> = analyser.terms().collect();
            let one_word = terms.iter().all(|term| term.position == 0 && matches!(term.kind, Kind::Word | Kind::Other | Kind::Stem));
            one_word.then(|| forms_to_find(&terms))
        });
        match forms {
            Some(forms) if !forms.is_empty() => Some(Self { parts: vec![(0, Part::AnyOf(with_bare_stems(forms)))] }),
            _ => Self::exact(word),
        }
    }

    /// These very words, in order and side by side.
    pub(super) fn exact(phrase: &str) -> Option<Self> {
        Self::of_forms(phrase, false)
    }

    /// Words that begin so; of several the last.
    pub(super) fn beginning(words: &str) -> Option<Self> {
        Self::of_forms(words, true)
    }

    fn of_forms(text: &str, unfinished: bool) -> Option<Self> {
        let mut analyser = Analyser::plain();
        analyser.cut(&normalised(text));
        let terms: Vec<Term<'_>> = analyser.terms().filter(|term| term.kind != Kind::Other).take(MOST_PARTS).collect();
        let first = terms.first()?.position;
        let last = terms.last()?.position;
        let mut parts = Vec::with_capacity(terms.len());
        let mut in_run = false;
        for term in &terms {
            let after_pair = std::mem::replace(&mut in_run, term.kind == Kind::Pair);
            let text = term.text.to_owned();
            let part = match term.kind {
                // The pairs before it already say that it ends the run.
                Kind::Last if after_pair => continue,
                // The run may go on in the text.
                Kind::Last if term.position == last => Part::Beginning(text),
                Kind::Word if unfinished && term.position == last => Part::Beginning(text),
                _ => Part::Form(text),
            };
            parts.push((term.position - first, part));
        }
        Some(Self { parts })
    }

    /// The same with an unfinished end left out, so that nothing limits what is found; none if that is all there is.
    pub(super) fn without_unfinished_end(mut self) -> Self {
        if self.parts.len() > 1 {
            self.parts.pop_if(|(_, part)| matches!(part, Part::Beginning(_)));
        }
        self
    }

    /// The query that finds it in `field`.
    pub(super) fn query(&self, field: Field, searcher: &Searcher) -> tantivy::Result<Box<dyn Query>> {
        let term = |text: &str| IndexTerm::from_field_text(field, text);
        if let [(_, part)] = self.parts.as_slice() {
            return match part {
                Part::Form(form) => Ok(term_query(term(form))),
                Part::AnyOf(forms) => any_of(searcher, forms.iter().map(|form| term(form))),
                Part::Beginning(beginning) => Ok(beginning_query(field, beginning)),
            };
        }
        let terms = self.parts.iter().map(|(offset, part)| (*offset, term(part.first()))).collect();
        Ok(match self.parts.last() {
            Some((_, Part::Beginning(_))) => {
                let mut query = PhrasePrefixQuery::new_with_offset(terms);
                query.set_max_expansions(MOST_ENDINGS);
                Box::new(query)
            }
            Some(_) => Box::new(PhraseQuery::new_with_offset(terms)),
            None => Box::new(EmptyQuery),
        })
    }

    /// The query that finds `self` and `other` in `field` with at most `within` words between them, in either order.
    pub(super) fn near_query(&self, other: &Self, within: u32, field: Field, searcher: &Searcher) -> tantivy::Result<Box<dyn Query>> {
        let both = vec![self.query(field, searcher)?, other.query(field, searcher)?];
        let mut orders: Vec<Box<dyn Query>> = Vec::new();
        for (one, other) in [(self, other), (other, self)] {
            let span = one.parts.last().map_or(0, |(offset, _)| offset + 1);
            let ways = one.ways(field, 0, searcher)?.into_iter();
            let others = other.ways(field, span, searcher)?;
            for way in ways.flat_map(|way| others.iter().map(move |other| [way.as_slice(), other.as_slice()].concat())).take(MOST_WAYS) {
                orders.push(Box::new(PhraseQuery::new_with_offset_and_slop(way, within)));
            }
        }
        if orders.is_empty() {
            return Ok(Box::new(EmptyQuery));
        }
        // A distance may fall inside one of the two as well; that each stands as written is asked beside it.
        let near = Box::new(ConstScoreQuery::new(Box::new(BooleanQuery::union(orders)), 0.0));
        Ok(Box::new(BooleanQuery::intersection(both.into_iter().chain([near as Box<dyn Query>]).collect())))
    }

    /// The query that finds its words in `field` with at most `within` others between them in all.
    pub(super) fn sloppy_query(&self, within: u32, field: Field, searcher: &Searcher) -> tantivy::Result<Box<dyn Query>> {
        if self.parts.len() < 2 {
            return self.query(field, searcher);
        }
        let terms = self.parts.iter().map(|(offset, part)| (*offset, IndexTerm::from_field_text(field, part.first()))).collect();
        Ok(Box::new(PhraseQuery::new_with_offset_and_slop(terms, within)))
    }

    /// The ways to choose one term for each part, the first standing at `from`; terms that are nowhere are no choice.
    fn ways(&self, field: Field, from: usize, searcher: &Searcher) -> tantivy::Result<Vec<Vec<(usize, IndexTerm)>>> {
        let mut ways = vec![Vec::with_capacity(self.parts.len())];
        for (offset, part) in &self.parts {
            let mut terms = Vec::new();
            for text in part.texts() {
                let term = IndexTerm::from_field_text(field, text);
                if searcher.doc_freq(&term)? > 0 {
                    terms.push((from + offset, term));
                }
            }
            ways =
                ways.iter().flat_map(|way| terms.iter().map(move |term| [way.as_slice(), std::slice::from_ref(term)].concat())).collect();
        }
        Ok(ways)
    }

    /// Each of its words by itself.
    pub(super) fn words(&self) -> impl Iterator<Item = Self> + '_ {
        self.parts.iter().map(|(_, part)| Self { parts: vec![(0, part.clone())] })
    }

    /// Where it stands in a text, in characters of the original.
    pub(super) fn spans<'a>(&'a self, text: &'a CutText) -> impl Iterator<Item = (usize, usize)> + 'a {
        let pieces = text.pieces();
        let end_at = |part: &Part, at: usize| part.end_in(pieces.get(at)?, text.term(at));
        let parts = self.parts.split_first();
        let tried = parts.into_iter().flat_map(move |parts| pieces.iter().enumerate().map(move |piece| (parts, piece)));
        tried.filter_map(move |(((_, part), further), (first_at, first))| {
            let mut end = end_at(part, first_at)?;
            let mut at = first_at;
            for (offset, part) in further {
                let position = first.position as usize + offset;
                let stands_at = |place: usize| pieces.get(place).map(|piece| piece.position as usize);
                at += pieces.get(at..)?.iter().position(|piece| piece.position as usize >= position)?;
                end = (at..).take_while(|place| stands_at(*place) == Some(position)).find_map(|place| end_at(part, place))?;
            }
            Some((first.place.start as usize, end as usize))
        })
    }
}

/// What finds any form of a single word: the stem of each of its forms, or the form where it is its own stem.
fn forms_to_find(terms: &[Term<'_>]) -> Vec<String> {
    let mut forms: Vec<String> = Vec::new();
    for term in terms {
        if term.kind == Kind::Stem {
            forms.pop();
        }
        forms.push(term.text.to_owned());
    }
    forms
}

/// The words and stems with their other face: a stem may itself be a word, and a word the stem of others.
fn with_bare_stems(forms: Vec<String>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for form in forms {
        let bare = bare_stem(&form);
        let is_its_own = with_stemming(|analyser| {
            analyser.cut(&normalised(bare));
            analyser.terms().all(|term| term.kind != Kind::Stem)
        });
        let faces = [marked_stem(bare), bare.to_owned()];
        found.extend(faces.into_iter().take(if is_its_own { 2 } else { 1 }));
    }
    found.dedup();
    found
}

impl Part {
    fn first(&self) -> &str {
        match self {
            Self::Form(text) | Self::Beginning(text) => text,
            Self::AnyOf(texts) => texts.first().map_or("", String::as_str),
        }
    }

    fn texts(&self) -> &[String] {
        match self {
            Self::Form(text) | Self::Beginning(text) => std::slice::from_ref(text),
            Self::AnyOf(texts) => texts,
        }
    }

    /// Where the match ends, if the term `text` is one.
    fn end_in(&self, piece: &Piece, text: &[u8]) -> Option<u32> {
        match self {
            Self::Form(form) => (text == form.as_bytes()).then_some(piece.place.end),
            Self::AnyOf(forms) => forms.iter().any(|form| text == form.as_bytes()).then_some(piece.place.end),
            Self::Beginning(beginning) => {
                let begins_so = piece.kind != Kind::Stem && text.starts_with(beginning.as_bytes());
                let is_half = piece.kind == Kind::Pair && beginning.len() < text.len();
                begins_so.then_some(if is_half { piece.place.middle } else { piece.place.end })
            }
        }
    }
}

/// Documents with one term.
pub(super) fn term_query(term: IndexTerm) -> Box<dyn Query> {
    Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
}

/// Documents with a term that begins so.
pub(super) fn beginning_query(field: Field, beginning: &str) -> Box<dyn Query> {
    let bound = |text: &str| IndexTerm::from_field_text(field, text);
    let upper = after_all(beginning).map_or(Bound::Unbounded, |text| Bound::Excluded(bound(&text)));
    Box::new(InvertedIndexRangeQuery::new(Bound::Included(bound(beginning)), upper))
}

/// Documents with any of `terms`; those that are nowhere cost nothing.
pub(super) fn any_of(searcher: &Searcher, terms: impl Iterator<Item = IndexTerm>) -> tantivy::Result<Box<dyn Query>> {
    let mut queries: Vec<Box<dyn Query>> = Vec::new();
    for term in terms {
        if searcher.doc_freq(&term)? > 0 {
            queries.push(term_query(term));
        }
    }
    Ok(match queries.len() {
        0 => Box::new(EmptyQuery),
        1 => queries.remove(0),
        _ => Box::new(BooleanQuery::union(queries)),
    })
}

/// The first text that sorts after everything that begins with `beginning`.
fn after_all(beginning: &str) -> Option<String> {
    let mut chars: Vec<char> = beginning.chars().collect();
    while let Some(last) = chars.pop() {
        if let Some(next) = (u32::from(last) + 1..=u32::from(char::MAX)).find_map(char::from_u32) {
            chars.push(next);
            return Some(chars.into_iter().collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(needle: &Option<Needle>, text: &str) -> bool {
        needle.as_ref().unwrap().spans(&CutText::of(text)).next().is_some()
    }

    #[test]
    fn loose_words_find_every_form() {
        for (word, text, want) in [
            ("loves", "I loved it", true),
            ("loved", "I love it", true),
            ("battery", "the batteries die", true),
            ("batteries", "the battery died", true),
            ("easy", "ease of using", false),
            ("wi-fi", "the wi fi", true),
            ("wi-fi", "fi wi", false),
            ("Café", "CAFE noir", true),
            ("can't", "they can", false),
            ("goooood", "a good one", true),
            ("looooved", "love it", true),
            ("love", "looooved it", true),
        ] {
            assert_eq!(found(&Needle::loose(word), text), want, "{word} in {text}");
        }
    }

    #[test]
    fn exact_phrases_find_themselves() {
        for (phrase, text, want) in [
            ("easy to use", "so Easy to use!", true),
            ("easy to use", "easier to use", false),
            ("easy to use", "easy for me to use", false),
            ("use", "used", false),
            ("easy to use", "easy. to use", false),
            ("fine, easy", "fine. Easy", true),
            ("easy to use", "it's EASY-to-use", true),
            ("用 iPhone", "我用iPhone拍", true),
            ("手机壳", "手機殼", true),
            ("iPhone 用", "iPhone用户", true),
            ("手机iPhone", "手机壳iPhone", false),
            ("电池续航时间", "它的电池续航时间长", true),
            ("电池续航时间", "电池的续航时间", false),
            ("配", "般配", true),
            ("般", "般配", true),
        ] {
            assert_eq!(found(&Needle::exact(phrase), text), want, "{phrase} in {text}");
        }
    }

    #[test]
    fn blanks_and_signs_are_no_needle() {
        for text in ["", " ", "?!", "-", "''"] {
            assert_eq!(Needle::loose(text), None, "{text}");
            assert_eq!(Needle::exact(text), None, "{text}");
        }
    }

    #[test]
    fn the_bound_after_a_beginning_is_a_text() {
        assert_eq!(after_all("bat").as_deref(), Some("bau"));
        assert_eq!(after_all("\u{d7ff}").as_deref(), Some("\u{e000}"));
        assert_eq!(after_all("a\u{10ffff}").as_deref(), Some("b"));
        assert_eq!(after_all("\u{10ffff}"), None);
    }
}
