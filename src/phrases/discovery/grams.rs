//! Groups of words: a mention cut into clauses of words and Han characters, and every group of neighbours in them.
//!
//! What is tagged already, names of products, breaks, digits and signs part the groups; none reaches across.

use std::collections::HashMap;
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use super::Voice;
use super::idle::{is_idle, may_begin, may_end};
use crate::text::{Normalised, SENTENCE};

/// Groups of at most so many words.
const MOST_WORDS: usize = 4;
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

/// The mutual information that every seam of a group must have. Han characters need more: most pairs are parts of two words.
pub(super) fn least_cohesion(gram: Gram) -> f64 {
    if gram.is_han() { 1.5 } else { 1.0 }
}

/// The words met so far, and the names that part them.
#[derive(Debug)]
pub(super) struct Lexicon {
    numbers: HashMap<Box<[u8]>, u32>,
    words: Vec<Box<[u8]>>,
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
        self.words.push(word.into());
        self.numbers.insert(word.into(), number);
        Some(number)
    }

    fn word(&self, number: u32) -> String {
        match number.checked_sub(FIRST_WORD) {
            Some(place) => self.words.get(place as usize).map(|word| String::from_utf8_lossy(word).into_owned()).unwrap_or_default(),
            None => char::from_u32(number).map(String::from).unwrap_or_default(),
        }
    }

    /// A group as it is written.
    pub(super) fn written(&self, gram: Gram) -> String {
        let words: Vec<String> = gram.words().into_iter().map(|word| self.word(word)).collect();
        words.join(if gram.is_han() { "" } else { " " })
    }

    /// Whether a group may be a saying: it begins and ends with words that a saying may begin and end with, and says something.
    pub(super) fn may_be_said_alone(&self, gram: Gram) -> bool {
        let words: Vec<String> = gram.words().into_iter().map(|word| self.word(word)).collect();
        let (Some(first), Some(last)) = (words.first(), words.last()) else { return false };
        let long_enough = words.len() > 1 || first.len() > 3;
        long_enough && may_begin(first) && may_end(last) && !words.iter().all(|word| is_idle(word))
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
    start: u32,
    end: u32,
}

/// A part of a voice cut into stretches of neighbouring words.
#[derive(Debug)]
struct Stretches<'a> {
    normalised: Normalised<'a>,
    stretches: Vec<Vec<Word>>,
}

/// All stretches of a voice.
#[derive(Debug)]
pub(super) struct Clauses<'a>(Vec<Stretches<'a>>);

/// Where a group stands: in which part, which words stand around it, and its characters there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stand<'c> {
    pub part: usize,
    pub before: Option<u32>,
    pub behind: Option<u32>,
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
        let cut = |part: &super::Part<'a>| {
            let normalised = Normalised::new(part.text, &|_| false);
            let names = names_in(normalised.bytes(), lexicon, &own);
            let near = near_names(normalised.bytes(), &names, voice.only_near_names);
            let mut closed = names;
            closed.extend(tagged_in(&normalised, part.tagged));
            closed.sort_unstable_by_key(|span| span.start);
            let stretches = stretches(normalised.bytes(), &closed, &near, lexicon);
            Stretches { normalised, stretches }
        };
        Self(voice.parts.iter().map(cut).collect())
    }

    /// Calls `each` with every group of neighbours.
    pub(super) fn each_gram<'c>(&'c self, mut each: impl FnMut(Gram, Stand<'c>)) {
        for (part, Stretches { normalised, stretches }) in self.0.iter().enumerate() {
            for stretch in stretches {
                for first in 0..stretch.len() {
                    let mut gram = 0;
                    let most = if stretch[first].is_han { MOST_HAN } else { MOST_WORDS };
                    for last in first..stretch.len().min(first + most) {
                        gram = gram << BITS | u128::from(stretch[last].number);
                        let stand = Stand {
                            part,
                            before: first.checked_sub(1).map(|before| stretch[before].number),
                            behind: stretch.get(last + 1).map(|behind| behind.number),
                            normalised,
                            start: stretch[first].start,
                            end: stretch[last].end,
                        };
                        each(Gram(gram), stand);
                    }
                }
            }
        }
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
        return vec![0..bytes.len() as u32];
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

/// What is tagged, in bytes of the normalised text.
fn tagged_in(normalised: &Normalised<'_>, tagged: &[(usize, usize)]) -> Vec<Range<u32>> {
    if tagged.is_empty() {
        return Vec::new();
    }
    let bytes = normalised.bytes();
    let mut spans = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let end = token_end(bytes, at);
        if bytes.get(at).is_some_and(|byte| *byte >= b' ') {
            let (start, last) = normalised.letters(&normalised.original_bytes(at..end));
            if tagged.iter().any(|(from, to)| start < *to && last > *from) {
                spans.push(at as u32..end as u32);
            }
        }
        at = end;
    }
    spans
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

fn stretches(bytes: &[u8], closed: &[Range<u32>], near: &[Range<u32>], lexicon: &mut Lexicon) -> Vec<Vec<Word>> {
    let mut stretches = Vec::new();
    let mut open: Vec<Word> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let end = token_end(bytes, at);
        let (from, to) = (at as u32, end as u32);
        let is_closed = closed.iter().any(|span| from < span.end && to > span.start);
        let counts = !is_closed && near.iter().any(|span| span.contains(&from));
        let word = if counts { word_at(bytes.get(at..end).unwrap_or_default(), lexicon) } else { None };
        let fits = |(_, is_han): &(u32, bool)| open.last().is_none_or(|last| last.is_han == *is_han);
        if word.as_ref().is_none_or(|word| !fits(word)) && !open.is_empty() {
            stretches.push(std::mem::take(&mut open));
        }
        open.extend(word.map(|(number, is_han)| Word { number, is_han, start: from, end: to }));
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
