//! Cuts normalised text into the terms that are indexed and searched, with their positions.
//!
//! Texts and queries go through [`Normalised`], the tagger's own form, so that a quoted phrase finds what the tagger would.
//! A word gives its form and, at the same position, its English stem if that differs; a drawn-out word (`loooove`) gives every
//! form it may stand for. A run of Han, kana, Hangul or Thai gives its overlapping pairs and its last character, so that any
//! stretch of it can be found. The end of a clause takes a position of its own: no phrase reaches across it.

use std::cell::RefCell;
use std::ops::Range;
use std::sync::OnceLock;

use tantivy::tokenizer::{Language, RawTokenizer, Stemmer, Token, TokenFilter, TokenStream, Tokenizer};
use xxhash_rust::xxh3::xxh3_64;

use crate::text::{Normalised, QUESTION};

/// Marks a stem, so that it meets no word's form.
const STEM_MARK: char = '\u{1}';
/// Marks a hashtag as it is written, which the tagger may take apart into words that are not known here.
pub(super) const HASHTAG_MARK: &str = "\u{2}";
/// Memory kept from one text to the next, in bytes of terms.
const MOST_KEPT: usize = 1 << 18;
/// Longer words are cut here: nobody types them, and base64 would swell the dictionary.
const LONGEST_WORD: usize = 64;
/// Runs of a drawn-out word whose single and double forms are all kept; the tagger tries as many.
const MOST_RUNS: usize = 4;

/// A term of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Term<'a> {
    /// The form or the marked stem.
    pub(super) text: &'a str,
    pub(super) kind: Kind,
    /// Which word of the text; other forms of a word share its own.
    pub(super) position: usize,
    /// Where it stands in the normalised text.
    pub(super) at: Range<usize>,
}

/// What a term is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A word of a spaced script, or a sign, as it stands.
    Word,
    /// Another form that a drawn-out word may stand for.
    Other,
    /// The stem of a word.
    Stem,
    /// Two neighbouring characters of an unspaced script.
    Pair,
    /// The last character of a run.
    Last,
}

#[derive(Clone, Copy, Debug)]
struct Cut {
    from: usize,
    to: usize,
    kind: Kind,
    position: usize,
    start: usize,
    end: usize,
}

/// Text as the index takes it: nothing is known of which drawn-out words are words.
pub(super) fn normalised(text: &str) -> Normalised<'_> {
    Normalised::new(text, &|_| false)
}

/// A number that changes whenever texts are cut into other terms than before, so that an index is made anew by itself.
pub(super) fn fingerprint() -> u64 {
    const PROBE: &str = "It's so easy-to-use, really LOOOOVED the Café’s Wi-Fi v2.10 (10/10)! #EasyToUse @Acme_Inc can't\n\
        這個手機還沒壞，好好好用👍🏽 ＡＢＣ ﾊﾞｯﾃﾘｰ 배터리가 ภาษา naïve Straße ёлка :-) https://a.example/b U.S. 1,000.50";
    static FINGERPRINT: OnceLock<u64> = OnceLock::new();
    *FINGERPRINT.get_or_init(|| {
        let mut analyser = Analyser::stemming();
        analyser.cut(&normalised(PROBE));
        let shown: String = analyser.terms().map(|term| format!("{}\u{2}{}\u{3}", term.text, term.position)).collect();
        xxh3_64(shown.as_bytes())
    })
}

/// Cuts texts one after another, reusing its memory.
#[derive(Clone, Debug)]
pub(super) struct Analyser {
    terms: String,
    cuts: Vec<Cut>,
    positions: usize,
    stems: Option<Stems>,
}

impl Analyser {
    /// One that gives stems beside words.
    pub(super) fn stemming() -> Self {
        Self { stems: Some(Stems::new()), ..Self::plain() }
    }

    /// One that gives words as they stand, for names.
    pub(super) fn plain() -> Self {
        Self { terms: String::new(), cuts: Vec::new(), positions: 0, stems: None }
    }

    /// The terms of what was cut last, in order.
    pub(super) fn terms(&self) -> impl Iterator<Item = Term<'_>> {
        self.cuts.iter().map(|cut| Term {
            text: self.terms.get(cut.from..cut.to).unwrap_or_default(),
            kind: cut.kind,
            position: cut.position,
            at: cut.start..cut.end,
        })
    }

    /// Cuts `text`, in place of what was cut before.
    pub(super) fn cut(&mut self, text: &Normalised<'_>) {
        if self.terms.capacity() > MOST_KEPT {
            // One enormous text need not weigh on all that follow.
            (self.terms, self.cuts) = (String::new(), Vec::new());
        }
        self.terms.clear();
        self.cuts.clear();
        self.positions = 0;
        let whole = std::str::from_utf8(text.bytes()).unwrap_or_default();
        let mut at = 0;
        while let Some(rest) = whole.get(at..).filter(|rest| !rest.is_empty()) {
            let class = Class::of(rest);
            let length = class.run(rest);
            let run = rest.get(..length).unwrap_or_default();
            match class {
                Class::Blank => {}
                Class::Break => self.positions += 1,
                Class::Word => self.word(text, run, at),
                Class::Symbol => self.push(run, Kind::Word, at..at + length, true),
                Class::Unspaced => self.pairs(text, run, at),
            }
            at += length;
        }
    }

    /// Adds the hashtags of `text` as they are written.
    fn hashtags(&mut self, text: &str) {
        for rest in text.split(['#', '＃']).skip(1) {
            let length = rest.bytes().take(LONGEST_WORD).take_while(u8::is_ascii_alphanumeric).count();
            if let Some(tag) = rest.get(..length).filter(|tag| tag.len() > 1) {
                self.push(&format!("{HASHTAG_MARK}{}", tag.to_ascii_lowercase()), Kind::Other, 0..0, false);
            }
        }
    }

    fn word(&mut self, text: &Normalised<'_>, run: &str, at: usize) {
        let word = without_possessive(run);
        let span = at..at + word.len();
        let runs = drawn_out(text, word, at);
        self.form(word, Kind::Word, span.clone());
        for choice in 1..1_u32 << runs.len() {
            let single = |place: usize| runs.iter().position(|run| *run == place).is_some_and(|run| choice >> run & 1 == 1);
            let form: String = word.char_indices().filter(|(place, _)| !single(*place)).map(|(_, letter)| letter).collect();
            self.form(&form, Kind::Other, span.clone());
        }
        self.positions += 1;
    }

    /// A form of the word at the position reached, and its stem.
    fn form(&mut self, form: &str, kind: Kind, span: Range<usize>) {
        let from = self.terms.len();
        self.push(form, kind, span.clone(), false);
        let Some(stems) = &mut self.stems else { return };
        let Some(stem) = self.terms.get(from..).and_then(|form| stems.of(form)) else { return };
        let from = self.terms.len();
        self.terms.push(STEM_MARK);
        self.terms.push_str(stem);
        let to = self.terms.len();
        self.cuts.push(Cut { from, to, kind: Kind::Stem, position: self.positions, start: span.start, end: span.end });
    }

    fn pairs(&mut self, text: &Normalised<'_>, run: &str, at: usize) {
        let mut letters = run.char_indices().peekable();
        while let Some((start, letter)) = letters.next() {
            if is_han(letter) && is_wide(text, at + start) {
                // Drawn out (好好好): it is found as one and as two.
                let doubled = String::from_iter([letter, letter]);
                self.push(&doubled, Kind::Other, at + start..at + start + letter.len_utf8(), false);
            }
            let (end, kind) = match letters.peek() {
                Some((second, other)) => (second + other.len_utf8(), Kind::Pair),
                None => (start + letter.len_utf8(), Kind::Last),
            };
            self.push(run.get(start..end).unwrap_or_default(), kind, at + start..at + end, true);
        }
    }

    fn push(&mut self, form: &str, kind: Kind, span: Range<usize>, moves_on: bool) {
        let from = self.terms.len();
        self.terms.extend(form.chars().filter(|letter| *letter != '\'').take(LONGEST_WORD));
        self.cuts.push(Cut { from, to: self.terms.len(), kind, position: self.positions, start: span.start, end: span.end });
        self.positions += usize::from(moves_on);
    }
}

/// A possessive `'s` is no part of a word.
fn without_possessive(mut word: &str) -> &str {
    while let Some(owner) = word.strip_suffix("'s").filter(|owner| !owner.is_empty()) {
        word = owner;
    }
    word
}

/// Where in `word` the second letters stand of runs that were drawn out.
fn drawn_out(text: &Normalised<'_>, word: &str, at: usize) -> Vec<usize> {
    let doubled = |pair: &[u8]| matches!(pair, [one, two] if one == two && one.is_ascii_lowercase());
    let places = word.as_bytes().windows(2).zip(1..).filter(|(pair, _)| doubled(pair)).map(|(_, place)| place);
    places.filter(|place| is_wide(text, at + place)).take(MOST_RUNS).collect()
}

fn is_wide(text: &Normalised<'_>, head: usize) -> bool {
    u32::try_from(head).is_ok_and(|head| text.is_wide(head))
}

fn is_han(letter: char) -> bool {
    matches!(letter, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

thread_local! {
    static ANALYSER: RefCell<Analyser> = RefCell::new(Analyser::stemming());
}

/// Lends this thread's stemming analyser, which remembers stems from one query and one text to the next.
pub(super) fn with_stemming<T>(work: impl FnOnce(&mut Analyser) -> T) -> T {
    ANALYSER.with(|analyser| match analyser.try_borrow_mut() {
        Ok(mut analyser) => work(&mut analyser),
        Err(_) => work(&mut Analyser::stemming()),
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Blank,
    Break,
    Word,
    Unspaced,
    Symbol,
}

impl Class {
    /// The class of the character that `rest` begins with.
    fn of(rest: &str) -> Self {
        match rest.chars().next() {
            None | Some(' ') => Self::Blank,
            Some(letter) if u32::from(letter) <= u32::from(QUESTION) => Self::Break,
            // Thai, Lao, Myanmar and Khmer stand in words without an end; the tagger takes what comes here for one word too.
            Some('\u{e01}'..='\u{e4e}' | '\u{e81}'..='\u{ecd}' | '\u{1000}'..='\u{103f}' | '\u{1780}'..='\u{17d3}') => Self::Unspaced,
            Some('\0'..='\u{1fff}') => Self::Word,
            Some('\u{2000}'..='\u{2bff}' | '\u{1f000}'..='\u{1ffff}') => Self::Symbol,
            Some(_) => Self::Unspaced,
        }
    }

    /// How many bytes at the beginning of `rest` belong together. Breaks and signs stand alone.
    fn run(self, rest: &str) -> usize {
        let first = rest.chars().next().map_or(0, char::len_utf8);
        if matches!(self, Self::Break | Self::Symbol) {
            return first;
        }
        let whole = rest.char_indices().skip(1).find(|(at, _)| rest.get(*at..).is_none_or(|rest| Self::of(rest) != self));
        whole.map_or(rest.len(), |(end, _)| end)
    }
}

/// English stems, remembered: a few thousand words make up most of any text.
#[derive(Clone)]
struct Stems {
    stemmer: <Stemmer as TokenFilter>::Tokenizer<RawTokenizer>,
    known: Vec<Known>,
}

#[derive(Clone, Default)]
struct Known {
    word: String,
    stem: Option<String>,
}

impl std::fmt::Debug for Stems {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stems").finish_non_exhaustive()
    }
}

impl Stems {
    const SLOTS: usize = 2048;

    fn new() -> Self {
        Self { stemmer: Stemmer::new(Language::English).transform(RawTokenizer::default()), known: Vec::new() }
    }

    /// The stem of `word`, where it differs. Only English letters have one.
    fn of(&mut self, word: &str) -> Option<&str> {
        if word.len() < 3 || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return None;
        }
        if self.known.is_empty() {
            self.known.resize(Self::SLOTS, Known::default());
        }
        let slot = usize::try_from(xxh3_64(word.as_bytes()) % Self::SLOTS as u64).unwrap_or_default();
        let known = self.known.get_mut(slot)?;
        if known.word != word {
            let mut stream = self.stemmer.token_stream(word);
            let stem = stream.next().map(|token| token.text.clone()).filter(|stem| stem != word && !stem.is_empty());
            *known = Known { word: word.to_owned(), stem };
        }
        known.stem.as_deref()
    }
}

/// The form under which words of this stem that are not the stem itself are indexed.
pub(super) fn marked_stem(stem: &str) -> String {
    format!("{STEM_MARK}{stem}")
}

/// The stem inside a [`Kind::Stem`] term.
pub(super) fn bare_stem(term: &str) -> &str {
    term.strip_prefix(STEM_MARK).unwrap_or(term)
}

impl Tokenizer for Analyser {
    type TokenStream<'a> = Tokens<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Tokens<'a> {
        self.cut(&normalised(text));
        self.hashtags(text);
        Tokens { cuts: self.cuts.iter(), terms: &self.terms, token: Token::default() }
    }
}

/// The terms of a text as tantivy takes them. Offsets are left out: nothing reads them.
#[derive(Debug)]
pub(super) struct Tokens<'a> {
    cuts: std::slice::Iter<'a, Cut>,
    terms: &'a str,
    token: Token,
}

impl TokenStream for Tokens<'_> {
    fn advance(&mut self) -> bool {
        let Some(cut) = self.cuts.next() else { return false };
        self.token.position = cut.position;
        self.token.text.clear();
        self.token.text.push_str(self.terms.get(cut.from..cut.to).unwrap_or_default());
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<String> {
        let mut analyser = Analyser::stemming();
        analyser.cut(&normalised(text));
        analyser.terms().map(|term| format!("{}{}", term.text.replace(STEM_MARK, "~"), term.position)).collect()
    }

    #[test]
    fn texts_become_terms() {
        for (text, want) in [
            ("Loved it", "loved0 ~love0 it1"),
            ("Acme's can't-miss", "acme0 ~acm0 cant1 miss2"),
            ("it's Sam's", "it0 sam1"),
            ("don't dont", "dont0 dont1"),
            ("easy. To use, 好用", "easy0 ~easi0 to2 use3 好用5 用6"),
            ("京东", "京东0 东1"),
            ("用iPhone手机!", "用0 iphone1 ~iphon1 手机2 机3"),
            ("good👍🏽👍", "good0 👍1"),
            ("好用👍😀", "好用0 用1 👍2 😀3"),
            ("배터리", "배터0 터리1 리2"),
            ("バッテリー", "バッ0 ッテ1 テリ2 リー3 ー4"),
            ("v2.10", "v2.100"),
            ("  … ", ""),
            ("naïve", "naive0 ~naiv0"),
            ("loooved", "looved0 ~loov0 loved0 ~love0"),
            ("sooooo gooood", "soo0 so0 good1 god1"),
            ("好好好用", "好好0 好用0 用1"),
        ] {
            assert_eq!(cut(text).join(" "), want, "{text}");
        }
    }

    #[test]
    fn a_term_knows_its_place_in_the_original() {
        let text = "¡ Loved Sam’s 京东!";
        let normalised = normalised(text);
        let mut analyser = Analyser::stemming();
        analyser.cut(&normalised);
        let places = analyser.terms().map(|term| (term.kind, normalised.original(normalised.original_bytes(term.at))));
        let want = [(Kind::Word, "Loved"), (Kind::Stem, "Loved"), (Kind::Word, "Sam"), (Kind::Pair, "京东"), (Kind::Last, "东")];
        assert_eq!(places.collect::<Vec<_>>(), want);
    }

    #[test]
    fn remembered_stems_are_those_of_their_word() {
        let mut stems = Stems::new();
        let letters = || ('a'..='z').map(String::from);
        let words: Vec<String> = letters().flat_map(|one| letters().map(move |two| format!("w{one}{two}zzling"))).collect();
        for word in words.iter().chain(&words) {
            assert_eq!(stems.of(word).map(str::to_owned), Stems::new().of(word).map(str::to_owned), "{word}");
        }
    }

    #[test]
    fn a_word_without_end_is_cut() {
        assert_eq!(cut(&"x9".repeat(5_000)), [format!("{}0", "x9".repeat(32))]);
    }
}
