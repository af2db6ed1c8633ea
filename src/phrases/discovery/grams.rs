//! Groups of words: a mention cut into clauses of words and Han characters, and every group of neighbours in them.
//!
//! Names of products, breaks, digits and signs part the groups; none reaches across. What is tagged already stands in a group whole or
//! not at all, and only where the group says more than the tag.

use std::collections::HashMap;
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use super::idle::{Known, is_idle_han};
use super::{Part, Side, Voice};
use crate::text::{Normalised, SENTENCE};

/// Groups of at most so many words.
const MOST_WORDS: usize = 4;
/// So many Han characters must say something: one alone is most often a piece of a word.
const LEAST_HAN: u32 = 2;
/// Groups of at most so many Han characters.
const MOST_HAN: usize = 6;

/// Neighbouring words, each 21 bits: a Han character is its own number, other words come behind all characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Gram(u128);

const BITS: u32 = 21;
/// The number of the first word that is not a single character.
const FIRST_WORD: u32 = 0x11_0000;
/// A word that is not told from others: the lexicon is full.
const FULL: usize = (1 << BITS) - 1 - FIRST_WORD as usize;

impl Gram {
    pub(super) fn of(words: &[u32]) -> Self {
        Self(words.iter().fold(0, |gram, word| gram << BITS | u128::from(*word)))
    }

    /// Its words, first first.
    pub(super) fn words(self) -> Vec<u32> {
        let mut words = Vec::with_capacity(MOST_HAN);
        let mut rest = self.0;
        while rest != 0 {
            words.push((rest & ((1 << BITS) - 1)) as u32);
            rest >>= BITS;
        }
        words.reverse();
        words
    }

    pub(super) fn is_han(self) -> bool {
        ((self.0 & ((1 << BITS) - 1)) as u32) < FIRST_WORD
    }

    /// Whether it is no longer than one word.
    pub(super) fn is_word(self) -> bool {
        let words = if self.is_han() { 3 } else { 1 };
        self.0 >> (BITS * words) == 0
    }

    /// Whether it has so many words that it is hardly just a topic.
    pub(super) fn is_clause(self) -> bool {
        !self.is_han() && self.0 >> (BITS * 2) != 0
    }

    /// Both sides of every place where it could be parted.
    pub(super) fn seams(self) -> impl Iterator<Item = (Self, Self)> {
        let words = self.words();
        (1..words.len()).map(move |at| (Self::of(words.get(..at).unwrap_or_default()), Self::of(words.get(at..).unwrap_or_default())))
    }

    /// Whether all of `other` stands in it.
    pub(super) fn holds(self, other: Self) -> bool {
        let (words, part) = (self.words(), other.words());
        words.windows(part.len().max(1)).any(|window| window == part)
    }
}

/// The mutual information, 1 at most, that every seam of a group must have. Han characters need more: most pairs are parts of two words.
pub(super) fn least_cohesion(gram: Gram) -> f64 {
    if gram.is_han() { 0.22 } else { 0.15 }
}

/// The words met so far, and the names that part them.
#[derive(Debug)]
pub(super) struct Lexicon {
    numbers: HashMap<Box<[u8]>, u32>,
    words: Vec<(Box<[u8]>, Known)>,
    names: Option<AhoCorasick>,
}

impl Lexicon {
    pub(super) fn new(names: &[String]) -> Self {
        let spelled = names.iter().map(|name| spelled(name)).filter(|name| !name.is_empty());
        let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(spelled);
        Self { numbers: HashMap::new(), words: Vec::new(), names: automaton.ok().filter(|names| names.patterns_len() > 0) }
    }

    fn number(&mut self, word: &[u8]) -> Option<u32> {
        if let Some(number) = self.numbers.get(word) {
            return Some(*number);
        }
        let number = FIRST_WORD + u32::try_from(self.words.len()).ok().filter(|_| self.words.len() < FULL)?;
        self.words.push((word.into(), Known::of(&String::from_utf8_lossy(word))));
        self.numbers.insert(word.into(), number);
        Some(number)
    }

    pub(super) fn word(&self, number: u32) -> String {
        match number.checked_sub(FIRST_WORD) {
            Some(place) => self.words.get(place as usize).map(|(word, _)| String::from_utf8_lossy(word).into_owned()).unwrap_or_default(),
            None => char::from_u32(number).map(String::from).unwrap_or_default(),
        }
    }

    /// What is known of a word.
    pub(super) fn known(&self, number: u32) -> Known {
        match number.checked_sub(FIRST_WORD) {
            Some(place) => self.words.get(place as usize).map_or_else(|| Known::of(""), |(_, known)| *known),
            None => Known::of(&self.word(number)),
        }
    }

    /// A group as it is written.
    pub(super) fn written(&self, gram: Gram) -> String {
        let words: Vec<String> = gram.words().into_iter().map(|word| self.word(word)).collect();
        words.join(if gram.is_han() { "" } else { " " })
    }

    /// Whether a group may be a saying: it begins and ends with words that a saying may begin and end with, and says something.
    pub(super) fn may_be_said_alone(&self, gram: Gram) -> bool {
        let words = gram.words();
        let (Some(first), Some(last)) = (words.first(), words.last()) else { return false };
        let long_enough = words.len() > 1 || self.word(*first).len() > 3;
        long_enough
            && self.known(*first).may_begin
            && self.known(*last).may_end
            && !words.iter().all(|word| self.known(*word).idle)
            && !(gram.is_han() && is_idle_han(&self.written(gram)))
    }
}

fn spelled(name: &str) -> Vec<u8> {
    let mut bytes = Normalised::plain(name).bytes().to_vec();
    while bytes.last().is_some_and(|byte| *byte < b' ') {
        bytes.pop();
    }
    bytes
}

/// A word of a clause, and where it stands in the normalised text.
#[derive(Clone, Copy, Debug)]
struct Word {
    number: u32,
    is_han: bool,
    is_idle: bool,
    start: u32,
    end: u32,
    /// The tag it stands in, numbered, and the side that speaks for.
    tag: Option<(u32, Side)>,
}

/// What stands beside a group of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beside {
    /// Another word.
    Word(u32),
    /// Nothing: the clause begins or ends.
    Edge,
    /// Something that is tagged, or a product's name.
    Found,
    /// A number, a sign, a word of another script.
    Other,
}

/// Neighbouring words, and what stands before the first and behind the last.
#[derive(Debug)]
struct Stretch {
    words: Vec<Word>,
    before: Beside,
    behind: Beside,
}

/// A part of a voice cut into stretches.
#[derive(Debug)]
struct Stretches<'a> {
    normalised: Normalised<'a>,
    stretches: Vec<Stretch>,
}

/// All stretches of a voice.
#[derive(Debug)]
pub(super) struct Clauses<'a>(Vec<Stretches<'a>>);

/// Where a group stands: in which part, which words stand around it, and its characters there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stand<'c> {
    pub part: usize,
    pub before: Beside,
    pub behind: Beside,
    /// The side that the first tag in it speaks for.
    pub tag: Option<Side>,
    normalised: &'c Normalised<'c>,
    start: u32,
    end: u32,
}

impl Stand<'_> {
    /// The characters of the original it takes.
    pub(super) fn letters(&self) -> (usize, usize) {
        self.normalised.letters(&self.normalised.original_bytes(self.start as usize..self.end as usize))
    }
}

impl<'a> Clauses<'a> {
    pub(super) fn of(voice: &Voice<'a>, lexicon: &mut Lexicon) -> Self {
        let own: Vec<Vec<u8>> = voice.names.iter().map(|name| spelled(name)).filter(|name| !name.is_empty()).collect();
        let cut = |part: &Part<'a>| {
            let normalised = Normalised::new(part.text, &|_| false);
            let names = names_in(normalised.bytes(), lexicon, &own);
            let near = near_names(normalised.bytes(), &names, voice.only_near_names);
            let mut stretches = stretches(normalised.bytes(), &names, &near, lexicon);
            mark_tags(&normalised, part, &mut stretches);
            Stretches { normalised, stretches }
        };
        Self(voice.parts.iter().map(cut).collect())
    }

    /// Calls `each` with every group of neighbours that says more than a tag does.
    pub(super) fn each_gram<'c>(&'c self, mut each: impl FnMut(Gram, Stand<'c>)) {
        for (part, Stretches { normalised, stretches }) in self.0.iter().enumerate() {
            for stretch in stretches {
                let words = &stretch.words;
                for first in 0..words.len() {
                    if first > 0 && is_one_tag(&words[first - 1], &words[first]) {
                        continue;
                    }
                    let (mut gram, mut tag, mut said) = (0, None, 0);
                    let most = if words[first].is_han { MOST_HAN } else { MOST_WORDS };
                    for last in first..words.len().min(first + most) {
                        let word = &words[last];
                        gram = gram << BITS | u128::from(word.number);
                        tag = tag.or(word.tag.map(|(_, side)| side));
                        said += u32::from(word.tag.is_none() && !word.is_idle);
                        let says_more = said >= if word.is_han { LEAST_HAN } else { 1 };
                        let cuts_tag = words.get(last + 1).is_some_and(|next| is_one_tag(word, next));
                        if says_more && !cuts_tag {
                            let (before, behind) = (stretch.before_word(first), stretch.behind_word(last));
                            each(Gram(gram), Stand { part, before, behind, tag, normalised, start: words[first].start, end: word.end });
                        }
                    }
                }
            }
        }
    }
}

/// Whether two neighbours stand in the same tag.
fn is_one_tag(one: &Word, next: &Word) -> bool {
    one.tag.is_some() && one.tag == next.tag
}

impl Stretch {
    fn before_word(&self, place: usize) -> Beside {
        place.checked_sub(1).map_or(self.before, |before| self.words[before].beside())
    }

    fn behind_word(&self, place: usize) -> Beside {
        self.words.get(place + 1).map_or(self.behind, Word::beside)
    }
}

impl Word {
    fn beside(&self) -> Beside {
        if self.tag.is_some() { Beside::Found } else { Beside::Word(self.number) }
    }
}

/// Where a product is named.
fn names_in(bytes: &[u8], lexicon: &Lexicon, own: &[Vec<u8>]) -> Vec<Range<u32>> {
    let span = |start: usize, end: usize| start as u32..end as u32;
    let mut names: Vec<Range<u32>> =
        lexicon.names.iter().flat_map(|names| names.find_iter(bytes)).map(|found| span(found.start(), found.end())).collect();
    for name in own {
        let places = bytes.windows(name.len()).enumerate().filter(|(_, window)| window == name);
        names.extend(places.map(|(at, _)| span(at, at + name.len())));
    }
    names.retain(|name| !bytes.get(name.end as usize).is_some_and(u8::is_ascii_alphanumeric));
    names
}

/// The stretches of normalised text that count: sentences with a name and those beside them, or all of it.
fn near_names(bytes: &[u8], names: &[Range<u32>], only: bool) -> Vec<Range<u32>> {
    if !only || names.is_empty() {
        return std::iter::once(0..bytes.len() as u32).collect();
    }
    let mut ends: Vec<u32> =
        bytes.iter().enumerate().filter(|(_, byte)| (SENTENCE..b' ').contains(*byte)).map(|(at, _)| at as u32).collect();
    ends.push(bytes.len() as u32);
    let sentence = |at: u32| ends.partition_point(|end| *end < at);
    let around = |name: &Range<u32>| {
        let own = sentence(name.start);
        let start = own.checked_sub(2).and_then(|before| ends.get(before)).map_or(0, |end| end + 1);
        start..ends.get(own + 1).or(ends.last()).copied().unwrap_or_default()
    };
    names.iter().map(around).collect()
}

/// Notes which words are tagged.
fn mark_tags(normalised: &Normalised<'_>, part: &Part<'_>, stretches: &mut [Stretch]) {
    if part.tagged.is_empty() {
        return;
    }
    for word in stretches.iter_mut().flat_map(|stretch| &mut stretch.words) {
        let (start, end) = normalised.letters(&normalised.original_bytes(word.start as usize..word.end as usize));
        let tags = part.tagged.iter().zip(0..);
        word.tag = tags.filter(|(tag, _)| tag.start < end && tag.end > start).map(|(tag, number)| (number, tag.side)).next();
    }
}

/// Where the word, character or break ends that begins at byte `at`.
fn token_end(bytes: &[u8], at: usize) -> usize {
    let is_head = |byte: &u8| byte & 0xc0 != 0x80;
    match bytes.get(at) {
        Some(b' ') => {
            let ends = |end: usize| matches!(bytes.get(end), None | Some(0..=b' ')) || stands_bare(bytes, end);
            (at + 1..=bytes.len()).find(|end| *end > at + 1 && ends(*end)).unwrap_or(bytes.len())
        }
        _ => (at + 1..bytes.len()).find(|end| bytes.get(*end).is_some_and(is_head)).unwrap_or(bytes.len()),
    }
}

/// Whether a character of three bytes or more begins here: Han, Kana, Hangul, signs.
fn stands_bare(bytes: &[u8], at: usize) -> bool {
    bytes.get(at).is_some_and(|byte| *byte >= 0xe2)
}

fn stretches(bytes: &[u8], names: &[Range<u32>], near: &[Range<u32>], lexicon: &mut Lexicon) -> Vec<Stretch> {
    let mut stretches = Vec::new();
    let mut open = Stretch { words: Vec::new(), before: Beside::Edge, behind: Beside::Edge };
    let mut at = 0;
    while at < bytes.len() {
        let end = token_end(bytes, at);
        let (from, to) = (at as u32, end as u32);
        let is_found = names.iter().any(|span| from < span.end && to > span.start);
        let counts = !is_found && near.iter().any(|span| span.contains(&from));
        let word = if counts { word_at(bytes.get(at..end).unwrap_or_default(), lexicon) } else { None };
        let parts = match word {
            _ if is_found => Some(Beside::Found),
            None if bytes.get(at).is_some_and(|byte| *byte < b' ') => Some(Beside::Edge),
            None => Some(Beside::Other),
            Some((_, is_han)) if open.words.last().is_some_and(|last| last.is_han != is_han) => Some(Beside::Other),
            Some(_) => None,
        };
        if let Some(beside) = parts {
            open.behind = beside;
            let next = Stretch { words: Vec::new(), before: beside, behind: Beside::Edge };
            stretches.push(std::mem::replace(&mut open, next));
        }
        open.words.extend(word.map(|(number, is_han)| Word {
            number,
            is_han,
            is_idle: lexicon.known(number).idle,
            start: from,
            end: to,
            tag: None,
        }));
        at = end;
    }
    stretches.push(open);
    stretches
}

/// The number of a word, and whether it is a Han character; none for breaks, digits and signs.
fn word_at(token: &[u8], lexicon: &mut Lexicon) -> Option<(u32, bool)> {
    if let Some(word) = token.strip_prefix(b" ") {
        let is_word = word.iter().any(|byte| !byte.is_ascii_digit() && *byte != b'.');
        return if is_word { Some((lexicon.number(word)?, false)) } else { None };
    }
    let letter = std::str::from_utf8(token).ok()?.chars().next()?;
    matches!(letter, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}').then_some((letter as u32, true))
}
