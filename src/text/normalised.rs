//! Text in the form that phrases are looked for in, with an exact way back to the original.
//!
//! Every word of an alphabetic script stands behind one blank, every clause and sentence ends with a break byte, all else that
//! separates words is gone. Han, Kana and emoji stand bare. So ` easy to use` is found however it was spaced, cased or
//! hyphenated, and never across a comma. Knows nothing of phrases; which elongated words exist ("gooood") is asked of the caller.

use std::cell::OnceCell;
use std::ops::Range;

use super::normalise::normalise;

/// Ends a clause: comma, colon, dash, bracket.
pub const CLAUSE: u8 = 1;
/// Ends a sentence: full stop, exclamation mark, line end.
pub const SENTENCE: u8 = 2;
/// Ends a question.
pub const QUESTION: u8 = 3;

/// Normalised text and the original it was made from.
#[derive(Debug)]
pub struct Normalised<'t> {
    pub(super) original: &'t str,
    pub(super) bytes: Vec<u8>,
    /// Where `bytes` stop running side by side with the original: (index in `bytes`, its place in the original), ascending.
    turns: Vec<(u32, u32)>,
    /// Where in `bytes` breaks stand.
    breaks: Vec<u32>,
    /// Characters that stand for more than one of the original: (index in `bytes`, end in the original), ascending.
    pub(super) wide: Vec<(u32, u32)>,
    /// How many characters of the original stand before every [`MARK`]th byte.
    marks: OnceCell<Vec<usize>>,
}

const MARK: usize = 256;

/// How many characters begin in these bytes.
fn count(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

impl<'t> Normalised<'t> {
    /// A text of which nothing is normalised yet.
    pub(super) fn begun(original: &'t str) -> Self {
        let bytes = Vec::with_capacity(original.len() + original.len() / 8 + 8);
        Self { original, bytes, turns: Vec::new(), breaks: Vec::new(), wide: Vec::new(), marks: OnceCell::new() }
    }

    /// Says that what is written next comes from `place` in the original. A blank before a word needs no place.
    pub(super) fn turn(&mut self, place: usize) {
        let (at, place) = (self.bytes.len() as u32, place as u32);
        let runs_on = self.turns.last().map_or(at == place, |(from, to)| to.wrapping_add(at.wrapping_sub(*from)) == place);
        if !runs_on {
            self.turns.push((at, place));
        }
    }

    /// Where in the original the character at `head` of `bytes` begins.
    pub(super) fn place(&self, head: usize) -> usize {
        let head = head as u32;
        match self.turns.partition_point(|(at, _)| *at <= head).checked_sub(1).and_then(|turn| self.turns.get(turn)) {
            Some((at, place)) => (place + (head - at)) as usize,
            None => head as usize,
        }
    }

    /// Writes a break that comes from `place`.
    pub(super) fn push_break(&mut self, kind: u8, place: usize) {
        self.turn(place);
        self.breaks.push(self.bytes.len() as u32);
        self.bytes.push(kind);
    }

    /// Takes back all that was written from `length` on, where no break is.
    pub(super) fn cut(&mut self, length: usize) {
        self.bytes.truncate(length);
        while self.turns.last().is_some_and(|(at, _)| *at as usize >= length) {
            self.turns.pop();
        }
    }

    /// Normalises `text`; an elongated word is shortened to the form that `known` knows (asked with its letters only).
    pub fn new(text: &'t str, known: &dyn Fn(&[u8]) -> bool) -> Self {
        normalise(text, known)
    }

    /// Normalises `text` as it stands in a list, where nothing is elongated.
    pub fn plain(text: &'t str) -> Self {
        Self::new(text, &|_| true)
    }

    /// The normalised text.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The breaks: where they stand in the normalised text, and their kind.
    pub fn breaks(&self) -> impl Iterator<Item = (u32, u8)> + Clone + '_ {
        self.breaks.iter().map(|at| (*at, self.bytes.get(*at as usize).copied().unwrap_or(CLAUSE)))
    }

    /// Where in the original, in bytes, the characters `span` of the normalised text stand.
    pub fn original_bytes(&self, span: Range<usize>) -> Range<usize> {
        let first = if self.bytes.get(span.start) == Some(&b' ') { span.start + 1 } else { span.start };
        let start = if first < self.bytes.len() { self.place(first) } else { self.original.len() };
        let end = if span.end > first { self.end_of(span.end - 1).max(start) } else { start };
        start..end
    }

    /// Whether the character at `head` of the normalised text stands for more than one of the original.
    pub fn is_wide(&self, head: u32) -> bool {
        self.wide.binary_search_by_key(&head, |(at, _)| *at).is_ok()
    }

    /// The original text at `bytes`.
    pub fn original(&self, bytes: Range<usize>) -> &'t str {
        self.original.get(bytes).unwrap_or_default()
    }

    /// The first character, and the one past the last, of a byte range of the original.
    pub fn letters(&self, bytes: &Range<usize>) -> (usize, usize) {
        let start = self.letters_before(bytes.start);
        (start, start + count(self.original.as_bytes().get(bytes.clone()).unwrap_or_default()))
    }

    /// The original text from character `start` to before `end`; none if it is not that long.
    pub fn letters_slice(&self, start: usize, end: usize) -> Option<&'t str> {
        let mut places = self.original.char_indices().map(|(at, _)| at).chain([self.original.len()]);
        let first = places.nth(start)?;
        let last = if end > start { places.nth(end - start - 1)? } else { return None };
        self.original.get(first..last)
    }

    /// How many characters stand before byte `at` of the original.
    fn letters_before(&self, at: usize) -> usize {
        let marks = self.marks.get_or_init(|| {
            let chunks = self.original.as_bytes().chunks(MARK);
            let sums = chunks.scan(0, |sum, chunk| {
                let before = *sum;
                *sum += count(chunk);
                Some(before)
            });
            sums.collect()
        });
        let mark = at / MARK;
        let rest = self.original.as_bytes().get(mark * MARK..at).unwrap_or_default();
        marks.get(mark).copied().unwrap_or_default() + count(rest)
    }

    /// Where in the original the character ends that gave byte `last`.
    fn end_of(&self, last: usize) -> usize {
        let mut head = last;
        while head > 0 && self.bytes.get(head).is_some_and(|byte| byte & 0xc0 == 0x80) {
            head -= 1;
        }
        if let Ok(found) = self.wide.binary_search_by_key(&(head as u32), |(at, _)| *at) {
            return self.wide.get(found).map_or(0, |(_, end)| *end as usize);
        }
        self.end_at(self.place(head))
    }

    /// Where the character ends that begins at `place` in the original.
    pub(super) fn end_at(&self, place: usize) -> usize {
        self.original.as_bytes().get(place).map_or(self.original.len(), |byte| place + width_of(*byte))
    }
}

/// How many bytes the character takes that begins with `byte`.
fn width_of(byte: u8) -> usize {
    match byte {
        0..=0xbf => 1,
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: [&[u8]; 6] = [b"so", b"good", b"love", b"cool", b"amazing", b"see"];

    fn known(word: &[u8]) -> bool {
        WORDS.contains(&word)
    }

    /// The original text of what stands as `wanted` in the normalised text.
    fn original_of<'t>(text: &'t str, wanted: &str) -> &'t str {
        let normalised = Normalised::new(text, &known);
        let bytes = normalised.bytes();
        let start = bytes.windows(wanted.len()).position(|window| window == wanted.as_bytes()).expect(wanted);
        text.get(normalised.original_bytes(start..start + wanted.len())).unwrap()
    }

    #[test]
    fn every_stretch_leads_back_to_the_original() {
        let cases = [
            ("It is Easy-to-use.", " easy to use", "Easy-to-use"),
            ("sooooo goooood!", " so good", "sooooo goooood"),
            ("looove iiit", " love", "looove"),
            ("Cafe\u{301} noir", " cafe", "Cafe\u{301}"),
            ("un café noir", " cafe noir", "café noir"),
            ("ﬁne", " fine", "ﬁne"),
            ("真的棒棒棒棒。", "棒", "棒棒棒棒"),
            ("👍🏽👍🏽 ok", "👍", "👍🏽👍🏽"),
            ("a\u{200b}b good", " ab", "a\u{200b}b"),
            ("ＧＯＯＯＯＯＤ x", " good", "ＧＯＯＯＯＯＤ"),
            ("ok :-) x", "🙂", ":-)"),
            ("か\u{3099}x", "が", "か\u{3099}"),
            ("xxxx sooo good", " so good", "sooo good"),
            ("it does n ' t work", " doesn't", "does n ' t"),
            ("it 's fine", " it's", "it 's"),
        ];
        for (text, wanted, original) in cases {
            assert_eq!(original_of(text, wanted), original, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_the_way_back(text in "(\\PC|[a-c]{1,6}|[好不 。,.!?\n\u{301}\u{3099}\u{200b}👍e'nt-]){0,40}") {
            let normalised = Normalised::new(&text, &known);
            let utf8 = String::from_utf8(normalised.bytes().to_vec()).unwrap();
            let heads: Vec<usize> = utf8.char_indices().map(|(at, _)| at).chain([utf8.len()]).collect();
            let mut reached = 0;
            for pair in heads.windows(2) {
                let span = normalised.original_bytes(pair[0]..pair[1]);
                proptest::prop_assert!(text.get(span.clone()).is_some(), "{:?} of {:?}", span, text);
                proptest::prop_assert!(span.start >= reached || utf8.as_bytes()[pair[0]] <= b' ' || span.end >= reached, "{:?}", text);
                reached = span.end.max(reached);
            }
        }
    }
}
