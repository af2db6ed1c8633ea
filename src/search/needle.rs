//! What a query's word or phrase looks for, in terms: the same needle asks the index and marks a text, so what is
//! highlighted is what was found.
//!
//! Knows nothing of the query language.

use std::ops::Bound;

use tantivy::query::{BooleanQuery, EmptyQuery, InvertedIndexRangeQuery, PhrasePrefixQuery, PhraseQuery, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, Term as IndexTerm};

use super::analyser::{Analyser, Kind, Term, bare_stem, marked_stem, with_stemming};

/// Longer phrases are told apart by their first terms.
const MOST_PARTS: usize = 64;
/// How many endings of a phrase's last, unfinished word are tried.
const MOST_ENDINGS: u32 = 2_000;

/// Terms at fixed distances from the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Needle {
    parts: Vec<(usize, Part)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// This very form.
    Form(String),
    /// Any word of this stem; `bare` if the stem is itself a word of that stem.
    Loose { marked: String, bare: Option<String> },
    /// Any form that begins so.
    Beginning(String),
}

impl Needle {
    /// Any form of `word`; what is cut into several terms must stand together as written. None if nothing is left of it.
    pub(super) fn loose(word: &str) -> Option<Self> {
        let stem = with_stemming(|analyser| {
            let terms: Vec<Term<'_>> = analyser.terms(word).collect();
            match terms.as_slice() {
                [form] if form.kind == Kind::Word => Some(form.text.to_owned()),
                [_, stem] if stem.kind == Kind::Stem => Some(bare_stem(stem.text).to_owned()),
                _ => None,
            }
        });
        let Some(stem) = stem else { return Self::exact(word) };
        let its_own = with_stemming(|analyser| analyser.terms(&stem).all(|term| term.kind != Kind::Stem));
        Some(Self { parts: vec![(0, Part::Loose { marked: marked_stem(&stem), bare: its_own.then_some(stem) })] })
    }

    /// These very words, in order and side by side.
    pub(super) fn exact(phrase: &str) -> Option<Self> {
        Self::of_forms(&Analyser::plain().terms(phrase).collect::<Vec<_>>(), false)
    }

    /// Words that begin so.
    pub(super) fn beginning(word: &str) -> Option<Self> {
        Self::of_forms(&Analyser::plain().terms(word).collect::<Vec<_>>(), true)
    }

    fn of_forms(terms: &[Term<'_>], unfinished: bool) -> Option<Self> {
        let terms = terms.get(..MOST_PARTS).unwrap_or(terms);
        let first = terms.first()?.position;
        let last = terms.last()?.position;
        let mut parts = Vec::with_capacity(terms.len());
        let mut in_run = false;
        for term in terms {
            let after_pair = std::mem::replace(&mut in_run, term.kind == Kind::Pair);
            let text = term.text.to_owned();
            let part = match term.kind {
                Kind::Stem => continue,
                // The pairs before it already say that it ends the run.
                Kind::Last if after_pair => continue,
                // The run may go on in the text.
                Kind::Last if term.position == last => Part::Beginning(text),
                Kind::Word if unfinished && term.position == last => Part::Beginning(text),
                Kind::Word | Kind::Pair | Kind::Last => Part::Form(text),
            };
            parts.push((term.position - first, part));
        }
        Some(Self { parts })
    }

    /// The query that finds it in `field`.
    pub(super) fn query(&self, field: Field, searcher: &Searcher) -> tantivy::Result<Box<dyn Query>> {
        let term = |text: &str| IndexTerm::from_field_text(field, text);
        if let [(_, part)] = self.parts.as_slice() {
            return match part {
                Part::Form(form) => Ok(term_query(term(form))),
                Part::Loose { marked, bare } => any_of(searcher, std::iter::once(marked).chain(bare).map(|text| term(text))),
                Part::Beginning(beginning) => Ok(beginning_query(field, beginning)),
            };
        }
        let terms = self.parts.iter().map(|(offset, part)| (*offset, term(part.text()))).collect();
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

    /// Where it stands among `terms` (of one text, in order), as spans of the original.
    pub(super) fn spans<'a>(&'a self, terms: &'a [Term<'a>]) -> impl Iterator<Item = (usize, usize)> + 'a {
        terms.iter().enumerate().filter_map(|(at, first)| {
            let (_, part) = self.parts.first()?;
            let mut end = part.end_in(first)?;
            let mut rest = terms.get(at + 1..)?;
            for (offset, part) in self.parts.get(1..)? {
                let position = first.position + offset;
                rest = rest.get(rest.iter().position(|term| term.position >= position)?..)?;
                end = rest.iter().take_while(|term| term.position == position).find_map(|term| part.end_in(term))?;
            }
            Some((first.start, end))
        })
    }

    /// Whether `name` holds it.
    pub(super) fn is_in(&self, analyser: &mut Analyser, name: &str) -> bool {
        let terms: Vec<Term<'_>> = analyser.terms(name).collect();
        self.spans(&terms).next().is_some()
    }
}

impl Part {
    fn text(&self) -> &str {
        match self {
            Self::Form(text) | Self::Beginning(text) | Self::Loose { marked: text, .. } => text,
        }
    }

    fn matches(&self, term: &Term<'_>) -> bool {
        match self {
            Self::Form(form) => term.kind != Kind::Stem && term.text == form,
            Self::Loose { marked, bare } => match term.kind {
                Kind::Stem => term.text == marked,
                _ => Some(term.text) == bare.as_deref(),
            },
            Self::Beginning(beginning) => term.kind != Kind::Stem && term.text.starts_with(beginning.as_str()),
        }
    }

    /// Where the match ends, if `term` is one.
    fn end_in(&self, term: &Term<'_>) -> Option<usize> {
        let one_of_two = matches!(self, Self::Beginning(_)) && term.kind == Kind::Pair;
        self.matches(term).then_some(if one_of_two { term.start + 1 } else { term.end })
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
        needle.as_ref().unwrap().is_in(&mut Analyser::stemming(), text)
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
            ("用 iPhone", "我用iPhone拍", true),
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
