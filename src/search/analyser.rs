//! Cuts text into the terms that are indexed and searched, with their positions and their place in the original.
//!
//! A word of a spaced script gives its folded form and, at the same position, its English stem if that differs: loose
//! words look for stems, exact phrases for forms, in one field. A run of an unspaced script (Han, kana, Hangul, Thai)
//! gives its overlapping character pairs and its last character alone, so that any stretch of a run can be found: a pair
//! as one term, more as a phrase of pairs, a single character as a prefix. Knows nothing of the index's fields.

use std::cell::RefCell;

use tantivy::tokenizer::{Language, RawTokenizer, Stemmer, Token, TokenFilter, TokenStream, Tokenizer};
use xxhash_rust::xxh3::xxh3_64;

use super::fold::{Letter, fold};

/// Marks a stem, so that it meets no word's form.
const STEM_MARK: char = '\u{1}';
/// Memory kept from one text to the next, in letters.
const MOST_KEPT: usize = 1 << 16;
/// Longer words are cut here: nobody types them, and base64 would swell the dictionary.
const LONGEST_WORD: usize = 64;

/// A term of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Term<'a> {
    /// The folded form or the marked stem.
    pub(super) text: &'a str,
    pub(super) kind: Kind,
    /// Which word of the text; a stem shares its word's.
    pub(super) position: usize,
    /// First character of the original.
    pub(super) start: usize,
    /// One past the last.
    pub(super) end: usize,
}

/// What a term is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A word of a spaced script, as it stands.
    Word,
    /// Its stem.
    Stem,
    /// Two neighbouring characters of an unspaced script.
    Pair,
    /// The last character of a run.
    Last,
}

#[derive(Clone, Debug)]
struct Cut {
    from: usize,
    to: usize,
    kind: Kind,
    position: usize,
    start: u32,
    end: u32,
}

/// Cuts texts one after another, reusing its memory.
#[derive(Clone, Debug)]
pub(super) struct Analyser {
    letters: Vec<Letter>,
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
        Self { letters: Vec::new(), terms: String::new(), cuts: Vec::new(), positions: 0, stems: None }
    }

    /// The terms of `text`, in order.
    pub(super) fn terms(&mut self, text: &str) -> impl Iterator<Item = Term<'_>> {
        self.cut(text);
        self.cuts.iter().map(|cut| Term {
            text: self.terms.get(cut.from..cut.to).unwrap_or_default(),
            kind: cut.kind,
            position: cut.position,
            start: cut.start as usize,
            end: cut.end as usize,
        })
    }

    fn cut(&mut self, text: &str) {
        if self.letters.capacity() > MOST_KEPT {
            // One enormous text need not weigh on all that follow.
            (self.letters, self.terms, self.cuts) = (Vec::new(), String::new(), Vec::new());
        }
        let mut letters = std::mem::take(&mut self.letters);
        fold(text, &mut letters);
        self.terms.clear();
        self.cuts.clear();
        self.positions = 0;
        let mut at = 0;
        while let Some(letter) = letters.get(at) {
            let class = Class::of(letter.char);
            let end = run_end(&letters, at, class);
            let run = letters.get(at..end).unwrap_or_default();
            match class {
                Class::Word => self.cut_word(run),
                Class::Unspaced => self.cut_pairs(run),
                Class::Symbol => self.push_letters(run, Kind::Word),
                Class::Break => {}
            }
            at = end + possessive(&letters, end);
        }
        self.letters = letters;
    }

    fn cut_word(&mut self, run: &[Letter]) {
        let from = self.terms.len();
        self.push_letters(run, Kind::Word);
        let Some(stems) = &mut self.stems else { return };
        let word = self.terms.get(from..).unwrap_or_default();
        if let Some(stem) = stems.of(word)
            && let Some(form) = self.cuts.last().cloned()
        {
            let from = self.terms.len();
            self.terms.push(STEM_MARK);
            self.terms.push_str(stem);
            self.cuts.push(Cut { from, to: self.terms.len(), kind: Kind::Stem, ..form });
        }
    }

    fn cut_pairs(&mut self, run: &[Letter]) {
        run.windows(2).for_each(|pair| self.push_letters(pair, Kind::Pair));
        if let Some(last) = run.get(run.len().saturating_sub(1)..) {
            self.push_letters(last, Kind::Last);
        }
    }

    fn push_letters(&mut self, run: &[Letter], kind: Kind) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { return };
        let from = self.terms.len();
        self.terms.extend(run.iter().map(|letter| letter.char).filter(|char| *char != '\'').take(LONGEST_WORD));
        self.cuts.push(Cut { from, to: self.terms.len(), kind, position: self.positions, start: first.start, end: last.end });
        self.positions += 1;
    }
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
    Word,
    Unspaced,
    Symbol,
    Break,
}

impl Class {
    fn of(char: char) -> Self {
        match char {
            'a'..='z' | '0'..='9' => Self::Word,
            '\0'..='\u{7f}' => Self::Break,
            // Thai, Lao, Myanmar, Khmer; kana, Bopomofo and Han with their marks; Hangul.
            '\u{e01}'..='\u{e4e}' | '\u{e81}'..='\u{ecd}' | '\u{1000}'..='\u{103f}' | '\u{1780}'..='\u{17d3}' => Self::Unspaced,
            '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{309f}' | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{312f}' => Self::Unspaced,
            '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' => Self::Unspaced,
            '\u{2600}'..='\u{27bf}' | '\u{1f300}'..='\u{1faff}' => Self::Symbol,
            other if other.is_alphanumeric() || unicode_normalization::char::is_combining_mark(other) => Self::Word,
            _ => Self::Break,
        }
    }
}

/// Where the run that begins at `from` ends. A symbol stands alone; `n't` is part of its word, so that `can't` is not `can`.
fn run_end(letters: &[Letter], from: usize, class: Class) -> usize {
    let mut end = from + 1;
    while class != Class::Symbol && letters.get(end).is_some_and(|letter| Class::of(letter.char) == class || is_not(letters, end)) {
        end += 1;
    }
    end
}

fn is_not(letters: &[Letter], apostrophe: usize) -> bool {
    let char = |at: usize| letters.get(at).map(|letter| letter.char);
    char(apostrophe) == Some('\'')
        && apostrophe.checked_sub(1).and_then(char) == Some('n')
        && char(apostrophe + 1) == Some('t')
        && ends_word(letters, apostrophe + 2)
}

fn ends_word(letters: &[Letter], at: usize) -> bool {
    letters.get(at).is_none_or(|letter| Class::of(letter.char) != Class::Word)
}

/// How many letters of a possessive `'s` follow at `at`; it is no word of its own.
fn possessive(letters: &[Letter], at: usize) -> usize {
    let follows = at > 0 && !ends_word(letters, at - 1);
    let is = |at: usize, char: char| letters.get(at).is_some_and(|letter| letter.char == char);
    if follows && is(at, '\'') && is(at + 1, 's') && ends_word(letters, at + 2) { 2 } else { 0 }
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
        self.cut(text);
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

/// Takes a whole name as one folded term.
#[derive(Clone, Debug, Default)]
pub(super) struct WholeName;

impl Tokenizer for WholeName {
    type TokenStream<'a> = OneToken;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> OneToken {
        let text = super::fold::fold_name(text);
        OneToken { left: usize::from(!text.is_empty()), token: Token { text, position: 0, ..Token::default() } }
    }
}

/// The stream of [`WholeName`].
#[derive(Debug)]
pub(super) struct OneToken {
    left: usize,
    token: Token,
}

impl TokenStream for OneToken {
    fn advance(&mut self) -> bool {
        let there = self.left > 0;
        self.left = 0;
        there
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
        analyser.terms(text).map(|term| format!("{}{}", term.text.replace(STEM_MARK, "~"), term.position)).collect()
    }

    #[test]
    fn texts_become_terms() {
        for (text, want) in [
            ("Loved it", "loved0 ~love0 it1"),
            ("Acme's can't-miss", "acme0 ~acm0 cant1 miss2"),
            ("it's Sam's", "it0 sam1"),
            ("l'eau", "l0 eau1"),
            ("京东", "京东0 东1"),
            ("用iPhone手机!", "用0 iphone1 ~iphon1 手机2 机3"),
            ("good👍🏽👍", "good0 👍1 👍2"),
            ("배터리", "배터0 터리1 리2"),
            ("バッテリー", "バッ0 ッテ1 テリ2 リー3 ー4"),
            ("v2.10", "v20 101"),
            ("  … ", ""),
            ("naïve", "naive0 ~naiv0"),
        ] {
            assert_eq!(cut(text).join(" "), want, "{text}");
        }
    }

    #[test]
    fn a_stem_shares_its_words_place() {
        let mut analyser = Analyser::stemming();
        let terms: Vec<_> = analyser.terms("¡ Loved").map(|term| (term.kind, term.start, term.end)).collect();
        assert_eq!(terms, [(Kind::Word, 2, 7), (Kind::Stem, 2, 7)]);
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
