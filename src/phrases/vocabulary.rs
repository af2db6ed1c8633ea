//! Everything that is looked for, in one automaton: phrases of the lists, names of products, cue words and breaks.
//!
//! Scanning finds what stands where and settles overlaps; what it means is for the readers of a [`Scan`] to say.

use std::collections::{HashMap, HashSet};

use aho_corasick::automaton::Automaton;
use aho_corasick::nfa::contiguous::NFA;
use aho_corasick::{Anchored, MatchKind};

use super::cues::{CUES, Cue, words};
use super::lists::Lists;
use crate::text::{CLAUSE, Normalised, QUESTION, SENTENCE};

/// What one normalised form can mean.
#[derive(Debug, Default)]
pub(super) struct Sense {
    /// The phrase it is a form of, an index of the lists' phrases.
    pub phrase: Option<u32>,
    /// The product it names, an index of the lists' products.
    pub product: Option<u32>,
    /// What it does to phrases around it.
    pub cues: Vec<Cue>,
    /// The word as the table of cues writes it.
    pub word: &'static str,
    /// It is one sign drawn out (赞赞赞), and is found only where that is so.
    drawn_out: bool,
}

/// What scanning must know of a form. Kept apart from its sense, and small, as most of what the automaton finds is passed over.
#[derive(Clone, Copy, Debug, Default)]
struct Mark {
    length: u32,
    drawn_out: bool,
    /// It ends in a letter of a word, so that no other may follow.
    ends_word: bool,
    is_name: bool,
    is_item: bool,
}

/// A stretch of normalised text that means something.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub start: u32,
    pub end: u32,
    /// An index of [`Vocabulary::senses`]; for names, of products.
    pub meaning: u32,
}

/// All that was found in a text, each in the order of the text and free of overlaps.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// Phrases and cues.
    pub items: Vec<Found>,
    pub names: Vec<Found>,
    /// Breaks: where they stand, and their kind.
    pub breaks: Vec<(u32, u8)>,
}

/// States nearer the root than this take more room and less time; measured on reviews.
const DENSE: usize = 4;

#[derive(Debug)]
pub(super) struct Vocabulary {
    automaton: NFA,
    pub senses: Vec<Sense>,
    marks: Vec<Mark>,
    words: HashSet<Box<[u8]>>,
}

impl Vocabulary {
    pub(super) fn new(lists: &Lists) -> Self {
        let mut forms = Forms::default();
        for (at, phrase) in lists.phrases.iter().enumerate() {
            for form in &phrase.forms {
                let drawn_out = is_drawn_out(form);
                for spelling in spellings(form) {
                    let sense = forms.sense(spelling);
                    sense.drawn_out = drawn_out && (sense.drawn_out || sense.phrase.is_none());
                    sense.phrase.get_or_insert(at as u32);
                }
            }
        }
        for (at, product) in lists.products.iter().enumerate() {
            for form in product.all_names().flat_map(name_spellings) {
                forms.sense(form).product.get_or_insert(at as u32);
            }
        }
        for (cue, entry) in CUES {
            for word in words(entry) {
                for form in spellings(word) {
                    let sense = forms.sense(form);
                    sense.cues.push(*cue);
                    sense.word = word;
                }
            }
        }
        forms.compile()
    }

    /// Normalises a text, with elongated words brought to the words that are looked for.
    pub(super) fn normalise<'t>(&self, text: &'t str) -> Normalised<'t> {
        Normalised::new(text, &|word| self.words.contains(word))
    }

    /// Finds all there is in a normalised text.
    pub(super) fn scan(&self, normalised: &Normalised<'_>) -> Scan {
        let bytes = normalised.bytes();
        let mut scan = Scan::default();
        let mut state = self.automaton.start_state(Anchored::No).expect("the automaton is built for unanchored search");
        for (at, byte) in bytes.iter().enumerate() {
            if *byte <= QUESTION {
                scan.breaks.push((at as u32, *byte));
            }
            state = self.automaton.next_state(Anchored::No, state, *byte);
            if self.automaton.is_match(state) {
                let next = bytes.get(at + 1..).unwrap_or_default();
                for index in 0..self.automaton.match_len(state) {
                    self.keep(self.automaton.match_pattern(state, index).as_u32(), at as u32 + 1, next, normalised, &mut scan);
                }
            }
        }
        scan
    }

    fn keep(&self, meaning: u32, end: u32, next: &[u8], normalised: &Normalised<'_>, scan: &mut Scan) {
        let Some(mark) = self.marks.get(meaning as usize) else { return };
        if (mark.ends_word && goes_on(next)) || (mark.drawn_out && !normalised.is_wide(end - mark.length)) {
            return;
        }
        let found = Found { start: end - mark.length, end, meaning };
        if mark.is_name
            && let Some(product) = self.senses.get(meaning as usize).and_then(|sense| sense.product)
        {
            keep_longest(&mut scan.names, Found { meaning: product, ..found }, |_| 0, |_| false);
        }
        if mark.is_item {
            let bears = |earlier: &Found| self.may_reach_into(earlier.meaning, meaning);
            keep_longest(&mut scan.items, found, |one| self.rank(one.meaning), bears);
        }
    }

    /// Where phrases and cues cross, a negation gives way: it is part of the phrase.
    fn rank(&self, meaning: u32) -> u8 {
        let is_negation = |sense: &Sense| sense.phrase.is_none() && sense.cues.iter().any(|cue| matches!(cue, Cue::Negates(_)));
        u8::from(!self.senses.get(meaning as usize).is_some_and(is_negation))
    }

    /// Whether a cue is a Chinese negation that shares its verb with the phrase it negates (没有 + 有问题). One that ends in the
    /// negating word itself is part of such a phrase instead (一点都不 + 不新鲜).
    fn may_reach_into(&self, cue: u32, phrase: u32) -> bool {
        let is_phrase = self.senses.get(phrase as usize).is_some_and(|sense| sense.phrase.is_some());
        self.senses.get(cue as usize).is_some_and(|sense| {
            let negates = sense.phrase.is_none() && sense.cues.iter().any(|cue| matches!(cue, Cue::Negates(_)));
            is_phrase && negates && ["有", "是", "会", "能"].iter().any(|verb| sense.word.ends_with(verb))
        })
    }
}

/// Adds what was found, ends ascending. What lies inside another goes; of two that cross, the one that `ranks` higher stays, then the
/// longer, then the earlier. A crossing one that `bears` the new one stays beside it.
pub(super) fn keep_longest(kept: &mut Vec<Found>, found: Found, ranks: impl Fn(&Found) -> u8, bears: impl Fn(&Found) -> bool) {
    while let Some(last) = kept.last() {
        if last.end <= found.start {
            break;
        }
        let crosses = last.start < found.start && last.end < found.end;
        if crosses && bears(last) {
            break;
        }
        let weight = |one: &Found| (if crosses { ranks(one) } else { 0 }, one.end - one.start);
        if weight(last) >= weight(&found) {
            return;
        }
        kept.pop();
    }
    kept.push(found);
}

/// Whether a word goes on with these bytes. An English possessive ends it.
pub(super) fn goes_on(next: &[u8]) -> bool {
    match next {
        [b'\'', b's', rest @ ..] => goes_on(rest),
        [byte, ..] => byte.is_ascii_alphanumeric() || matches!(byte, b'\'' | b'.' | 0xc3..=0xe1),
        [] => false,
    }
}

impl Mark {
    fn of(form: &[u8], sense: &Sense) -> Self {
        Self {
            length: form.len() as u32,
            drawn_out: sense.drawn_out,
            ends_word: ends_word(form),
            is_name: sense.product.is_some(),
            is_item: sense.phrase.is_some() || !sense.cues.is_empty(),
        }
    }
}

#[derive(Default)]
struct Forms {
    places: HashMap<Vec<u8>, usize>,
    senses: Vec<Sense>,
}

impl Forms {
    fn sense(&mut self, form: Vec<u8>) -> &mut Sense {
        let senses = &mut self.senses;
        let at = *self.places.entry(form).or_insert_with(|| {
            senses.push(Sense::default());
            senses.len() - 1
        });
        &mut senses[at]
    }

    fn compile(self) -> Vocabulary {
        let mut patterns = vec![&[][..]; self.senses.len()];
        for (form, at) in &self.places {
            patterns[*at] = form;
        }
        let marks = patterns.iter().zip(&self.senses).map(|(form, sense)| Mark::of(form, sense)).collect();
        let is_letter = |byte: &u8| *byte > b' ';
        let words = patterns.iter().flat_map(|form| form.split(|byte| !is_letter(byte))).filter(|word| !word.is_empty());
        let words = words.map(Box::from).collect();
        let automaton = NFA::builder()
            .dense_depth(DENSE)
            .match_kind(MatchKind::Standard)
            .build(&patterns)
            .expect("lists of phrases are smaller than an automaton may be");
        Vocabulary { automaton, senses: self.senses, marks, words }
    }
}

pub(super) fn ends_word(form: &[u8]) -> bool {
    form.last().is_some_and(|byte| byte.is_ascii_alphanumeric())
        || std::str::from_utf8(form).is_ok_and(|form| form.ends_with(|last: char| ('\u{c0}'..'\u{2000}').contains(&last)))
}

/// Whether a form is nothing but one Chinese character, three times or more.
fn is_drawn_out(form: &str) -> bool {
    let mut letters = form.chars();
    if letters.next().is_none_or(|first| first.is_ascii() || letters.any(|letter| letter != first)) {
        return false;
    }
    let normalised = Normalised::plain(form);
    normalised.bytes().len() == 3 && normalised.is_wide(0)
}

/// A form as it stands in normalised text; none if it says nothing.
fn normal(form: &str) -> Option<Vec<u8>> {
    let normalised = Normalised::plain(form);
    let bytes = normalised.bytes();
    let is_break = |byte: &u8| matches!(*byte, CLAUSE | SENTENCE | QUESTION);
    let end = bytes.iter().rposition(|byte| !is_break(byte))? + 1;
    bytes.get(..end).map(<[u8]>::to_vec)
}

/// The ways to write a phrase or cue: as it stands, and without apostrophes (`dont`) where that makes no other word.
fn spellings(form: &str) -> Vec<Vec<u8>> {
    const OTHER_WORDS: [&[u8]; 8] = [b"we're", b"we'll", b"i'll", b"she'll", b"he'll", b"i'd", b"she'd", b"we'd"];
    let Some(normal) = normal(form) else { return Vec::new() };
    let mut spellings = vec![normal];
    let bare: Vec<u8> = spellings[0].iter().copied().filter(|byte| *byte != b'\'').collect();
    let makes_other = spellings[0].split(|byte| *byte == b' ').any(|word| OTHER_WORDS.contains(&word));
    if bare.len() < spellings[0].len() && !makes_other {
        spellings.push(bare);
    }
    spellings
}

/// The ways to write a name: as it stands, in one word (`#LanternDesk`), and with digits set off (`phone 12`).
pub(super) fn name_spellings(name: &str) -> Vec<Vec<u8>> {
    let Some(normal) = normal(name) else { return Vec::new() };
    let mut spellings = vec![normal];
    let normal = spellings[0].clone();
    let inner: Vec<u8> = normal.iter().skip(1).copied().filter(|byte| *byte != b' ').collect();
    if normal.first() == Some(&b' ') && inner.len() >= 5 && inner.len() + 1 < normal.len() && inner.is_ascii() {
        spellings.push([b" ", &inner[..]].concat());
    }
    let mut spaced = Vec::with_capacity(normal.len() + 2);
    for pair in normal.windows(2) {
        spaced.push(pair[0]);
        if pair[0].is_ascii_alphabetic() && pair[1].is_ascii_digit() {
            spaced.push(b' ');
        }
    }
    spaced.extend(normal.last());
    if spaced.len() > normal.len() && normal.len() > 4 {
        spellings.push(spaced);
    }
    spellings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_however_they_are_spaced() {
        let spelled = |name: &str| name_spellings(name).into_iter().map(|form| String::from_utf8(form).unwrap()).collect::<Vec<_>>();
        assert_eq!(spelled("Lantern Desk"), [" lantern desk", " lanterndesk"]);
        assert_eq!(spelled("iPhone13"), [" iphone13", " iphone 13"]);
        assert_eq!(spelled("小米10"), ["小米 10"]);
        assert_eq!(spelled("!?"), [""; 0]);
    }

    #[test]
    fn apostrophes_may_be_left_out_where_no_other_word_comes_of_it() {
        assert_eq!(spellings("don’t"), [b" don't".to_vec(), b" dont".to_vec()]);
        assert_eq!(spellings("we'll"), [b" we'll".to_vec()]);
    }

    #[test]
    fn of_overlapping_finds_the_longest_stays() {
        type Spans = &'static [(u32, u32)];
        let cases: [(Spans, Spans); 5] = [
            (&[(0, 3), (0, 8)], &[(0, 8)]),
            (&[(0, 8), (4, 8)], &[(0, 8)]),
            (&[(0, 5), (3, 9)], &[(3, 9)]),
            (&[(0, 5), (3, 8)], &[(0, 5)]),
            (&[(0, 2), (2, 4), (1, 6)], &[(1, 6)]),
        ];
        for (found, want) in cases {
            let mut kept = Vec::new();
            for (start, end) in found {
                keep_longest(&mut kept, Found { start: *start, end: *end, meaning: 0 }, |_| 0, |_| false);
            }
            assert_eq!(kept.iter().map(|found| (found.start, found.end)).collect::<Vec<_>>(), want);
        }
    }
}
