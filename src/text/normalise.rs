//! Text in the form that phrases are looked for in, with an exact way back to the original.
//!
//! Every word of an alphabetic script stands behind one blank, every clause and sentence ends with a break byte, all else that
//! separates words is gone. Han, Kana and emoji stand bare. So ` easy to use` is found however it was spaced, cased or
//! hyphenated, and never across a comma. Knows nothing of phrases; which elongated words exist ("gooood") is asked of the caller.

use std::cell::OnceCell;
use std::ops::Range;
use std::str::Chars;

use unicode_normalization::char::compose;

use super::fold::{fold_letter, is_accent, is_unseen};

/// Ends a clause: comma, colon, dash, bracket.
pub const CLAUSE: u8 = 1;
/// Ends a sentence: full stop, exclamation mark, line end.
pub const SENTENCE: u8 = 2;
/// Ends a question.
pub const QUESTION: u8 = 3;

/// Normalised text and the original it was made from.
#[derive(Debug)]
pub struct Normalised<'t> {
    original: &'t str,
    bytes: Vec<u8>,
    /// For each of `bytes`, the byte of the original where its character begins.
    from: Vec<u32>,
    /// Characters that stand for more than one of the original: (index in `bytes`, end in the original), ascending.
    wide: Vec<(u32, u32)>,
    /// How many characters of the original stand before every [`MARK`]th byte.
    marks: OnceCell<Vec<usize>>,
}

const MARK: usize = 256;

/// How many characters begin in these bytes.
fn count(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

impl<'t> Normalised<'t> {
    /// Normalises `text`; an elongated word is shortened to the form that `known` knows (asked with its letters only).
    pub fn new(text: &'t str, known: &dyn Fn(&[u8]) -> bool) -> Self {
        let mut writer = Writer::new(text, known);
        writer.read();
        writer.done
    }

    /// Normalises `text` as it stands in a list, where nothing is elongated.
    pub fn plain(text: &'t str) -> Self {
        Self::new(text, &|_| true)
    }

    /// The normalised text.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where in the original, in bytes, the characters `span` of the normalised text stand.
    pub fn original_bytes(&self, span: Range<usize>) -> Range<usize> {
        let first = if self.bytes.get(span.start) == Some(&b' ') { span.start + 1 } else { span.start };
        let start = self.from.get(first).map_or(self.original.len(), |at| *at as usize);
        let last = span.end.max(1) - 1;
        let end = self.end_of(last).max(start);
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
        let Some(from) = self.from.get(last).map(|at| *at as usize) else { return self.original.len() };
        let mut head = last;
        while head > 0 && self.bytes.get(head).is_some_and(|byte| byte & 0xc0 == 0x80) {
            head -= 1;
        }
        if let Ok(found) = self.wide.binary_search_by_key(&(head as u32), |(at, _)| *at) {
            return self.wide.get(found).map_or(from, |(_, end)| *end as usize);
        }
        from + self.original.as_bytes().get(from).map_or(0, |byte| width_of(*byte))
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

/// Whether a character belongs to a word: letters and digits of scripts that set words apart with blanks.
fn is_word_letter(letter: char) -> bool {
    letter.is_alphanumeric() && !stands_bare(letter)
}

/// Whether a character is a word of its own as far as phrases go: Han, Kana, Hangul, emoji and other signs.
fn stands_bare(letter: char) -> bool {
    matches!(letter, '\u{2190}'..='\u{2bff}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{1f000}'..)
}

/// A line of at least so many bytes may be one that was wrapped rather than ended.
const WRAPPED: usize = 45;

struct Writer<'t, 'k> {
    done: Normalised<'t>,
    known: &'k dyn Fn(&[u8]) -> bool,
    /// Where in the output the word began that is being written, if one is.
    word: Option<usize>,
    /// Where in the output letters were left out of the word being written.
    elongated: Vec<usize>,
    /// Blanks were passed since the last character.
    blank: bool,
    /// The bare character written last, if nothing came after it.
    bare: Option<char>,
    /// Where in the original the line began.
    line_start: usize,
}

impl<'t, 'k> Writer<'t, 'k> {
    fn new(original: &'t str, known: &'k dyn Fn(&[u8]) -> bool) -> Self {
        let room = original.len() + original.len() / 8 + 8;
        let done = Normalised {
            original,
            bytes: Vec::with_capacity(room),
            from: Vec::with_capacity(room),
            wide: Vec::new(),
            marks: OnceCell::new(),
        };
        Self { done, known, word: None, elongated: Vec::new(), blank: false, bare: None, line_start: 0 }
    }

    fn read(&mut self) {
        let text = self.done.original;
        let mut letters = text.chars();
        loop {
            let at = text.len() - letters.as_str().len();
            let Some(letter) = letters.next() else { break };
            match letter {
                'a'..='z' | 'A'..='Z' => {
                    if self.word.is_none() && matches!(letter, 'h' | 'H' | 'w' | 'W') && self.skip_address(&mut letters) {
                        continue;
                    }
                    self.letter(letter.to_ascii_lowercase() as u8, at);
                }
                '0'..='9' => self.word_byte(letter as u8, at),
                ' ' | '\t' => self.gap(),
                '\0'..='\x7f' => self.sign(letter, at, &mut letters),
                '\u{4e00}'..='\u{9fff}' => fold_letter(letter, &mut |folded| self.bare(folded, at, at + 3)),
                _ => self.other(letter, at, &mut letters),
            }
        }
        self.end_word();
    }

    /// Passes over a web address, whose words say nothing.
    fn skip_address(&mut self, letters: &mut Chars<'t>) -> bool {
        let rest = letters.as_str();
        let is_address = ["ttp://", "ttps://", "ww."].iter().any(|head| rest.starts_with(head));
        if is_address {
            let end = rest.find(|c: char| c.is_whitespace() || !c.is_ascii()).unwrap_or(rest.len());
            *letters = rest.get(end..).unwrap_or_default().chars();
            self.gap();
        }
        is_address
    }

    fn push(&mut self, byte: u8, at: usize) {
        self.done.bytes.push(byte);
        self.done.from.push(at as u32);
    }

    /// Opens a word if none is open.
    fn open_word(&mut self, at: usize) {
        if self.word.is_none() {
            self.push(b' ', at);
            self.word = Some(self.done.bytes.len());
            self.blank = false;
            self.bare = None;
        }
    }

    fn word_byte(&mut self, byte: u8, at: usize) {
        self.open_word(at);
        self.push(byte, at);
    }

    /// Writes a letter of a word; the third and later of a run are left out.
    fn letter(&mut self, byte: u8, at: usize) {
        self.open_word(at);
        let bytes = &self.done.bytes;
        let length = bytes.len();
        let written = length - self.word.unwrap_or(length);
        if written >= 2 && bytes.get(length - 1) == Some(&byte) && bytes.get(length - 2) == Some(&byte) {
            if self.elongated.last() != Some(&(length - 1)) {
                self.elongated.push(length - 1);
            }
            return self.widen(length - 1, at + 1);
        }
        self.push(byte, at);
    }

    /// Notes that the character at `head` of the output reaches to `end` in the original.
    fn widen(&mut self, head: usize, end: usize) {
        match self.done.wide.last_mut() {
            Some((at, until)) if *at == head as u32 => *until = end as u32,
            _ => self.done.wide.push((head as u32, end as u32)),
        }
    }

    fn gap(&mut self) {
        self.end_word();
        self.blank = true;
    }

    fn end_word(&mut self) {
        if let Some(start) = self.word.take()
            && !self.elongated.is_empty()
        {
            self.shorten(start);
        }
    }

    /// Brings an elongated word, whose runs now have two letters, to a form that is known; else leaves it.
    fn shorten(&mut self, start: usize) {
        let runs = std::mem::take(&mut self.elongated);
        let runs = runs.get(..runs.len().min(4)).unwrap_or_default();
        let word = self.done.bytes.get(start..).unwrap_or_default().to_vec();
        for choice in 0..1_u32 << runs.len() {
            let single = |at: usize| runs.iter().position(|run| *run == start + at).is_some_and(|run| choice >> run & 1 == 1);
            let form: Vec<u8> = word.iter().enumerate().filter(|(at, _)| !single(*at)).map(|(_, byte)| *byte).collect();
            if (self.known)(&form) {
                let dropped: Vec<usize> = (0..word.len()).filter(|at| single(*at)).map(|at| start + at).collect();
                return self.drop_bytes(&dropped);
            }
        }
    }

    /// Takes out the second letters at `dropped`; the first ones reach as far as they did.
    fn drop_bytes(&mut self, dropped: &[usize]) {
        for at in dropped.iter().rev() {
            self.done.bytes.remove(*at);
            self.done.from.remove(*at);
            for (head, _) in self.done.wide.iter_mut().rev().take_while(|(head, _)| *head >= *at as u32) {
                *head -= 1;
            }
        }
    }

    /// Writes a character that is a word of its own. A run of three is one; of emoji, any run is.
    fn bare(&mut self, letter: char, start: usize, end: usize) {
        self.end_word();
        if self.blank && self.bare.is_some() {
            self.end(CLAUSE, start);
        }
        self.blank = false;
        let mut buffer = [0; 4];
        let bytes = letter.encode_utf8(&mut buffer).as_bytes();
        let (length, wide) = (self.done.bytes.len(), bytes.len());
        let repeated = self.bare == Some(letter) && self.done.bytes.ends_with(bytes);
        if repeated {
            let already_wide = self.done.wide.last().is_some_and(|(head, _)| *head as usize == length - wide);
            if already_wide || !is_han(letter) {
                return self.widen(length - wide, end);
            }
            if self.done.bytes.get(..length - wide).is_some_and(|before| before.ends_with(bytes)) {
                self.done.bytes.truncate(length - wide);
                self.done.from.truncate(length - wide);
                return self.widen(length - 2 * wide, end);
            }
        }
        for byte in bytes {
            self.push(*byte, start);
        }
        self.bare = Some(letter);
    }

    /// Ends the clause or sentence; of several breaks together the strongest counts.
    fn end(&mut self, kind: u8, at: usize) {
        self.end_word();
        self.bare = None;
        match self.done.bytes.last_mut() {
            None => {}
            Some(last) if *last <= QUESTION => *last = kind.max(*last),
            Some(_) => self.push(kind, at),
        }
    }

    /// An ASCII character that is neither letter, digit nor blank.
    fn sign(&mut self, sign: char, at: usize, letters: &mut Chars<'t>) {
        let next = letters.clone().next().unwrap_or('\n');
        let in_word = self.word.is_some();
        match sign {
            '\'' if in_word && next.is_ascii_alphabetic() => self.apostrophe(at, next),
            '\'' | '`' if self.blank && self.contraction(at, letters) => {}
            ':' | ';' | '=' | '<' if self.face(sign, at, letters) => {}
            '.' | ',' if self.after_digit() && next.is_ascii_digit() => {
                if sign == '.' {
                    self.push(b'.', at);
                }
            }
            ':' | '/' if self.after_digit() && next.is_ascii_digit() => self.end_word(),
            '.' => self.full_stop(at, next),
            '-' if next != '-' && !(self.blank && next == ' ') && (in_word || !self.blank) => self.end_word(),
            '_' | '\'' | '"' | '`' | '#' | '@' | '&' | '+' | '$' | '%' | '\\' | '^' | '\0'..='\x08' | '\x0b'..='\x1f' => {
                if sign != '\r' {
                    self.end_word();
                }
            }
            '!' => self.end(SENTENCE, at),
            '?' => self.end(QUESTION, at),
            '\n' => self.line_end(at, next),
            _ => self.end(CLAUSE, at),
        }
    }

    /// An apostrophe inside a word. The `n't` of text that was cut into words (`does n't`) goes back to its verb.
    fn apostrophe(&mut self, at: usize, next: char) {
        if matches!(next, 't' | 'T') {
            self.rejoin_n();
        }
        self.push(b'\'', at);
    }

    /// Takes out the blank between a word and a lone `n` behind it.
    fn rejoin_n(&mut self) {
        let length = self.done.bytes.len();
        if length > 3 && self.done.bytes.ends_with(b" n") && self.done.bytes.get(length - 3).is_some_and(u8::is_ascii_lowercase) {
            self.drop_bytes(&[length - 2]);
        }
        self.word = self.done.bytes.iter().rposition(|byte| *byte <= b' ').map(|blank| blank + 1);
    }

    /// A contraction of text that was cut into words (`it 's`, `don ' t`) goes back to its word.
    fn contraction(&mut self, at: usize, letters: &mut Chars<'t>) -> bool {
        if !self.done.bytes.last().is_some_and(u8::is_ascii_lowercase) {
            return false;
        }
        let rest = letters.as_str();
        let rest = rest.strip_prefix(' ').unwrap_or(rest);
        let length = rest.bytes().take(3).take_while(u8::is_ascii_alphabetic).count();
        let tail = rest.get(..length).unwrap_or_default();
        if !["t", "s", "m", "re", "ve", "ll", "d"].iter().any(|known| tail.eq_ignore_ascii_case(known)) {
            return false;
        }
        self.blank = false;
        self.rejoin_n();
        self.push(b'\'', at);
        let first = self.done.original.len() - rest.len();
        for (place, letter) in tail.bytes().enumerate() {
            self.push(letter.to_ascii_lowercase(), first + place);
        }
        *letters = rest.get(length..).unwrap_or_default().chars();
        true
    }

    fn after_digit(&self) -> bool {
        self.word.is_some() && self.done.bytes.last().is_some_and(u8::is_ascii_digit)
    }

    fn full_stop(&mut self, at: usize, next: char) {
        let word = self.word.map(|start| self.done.bytes.get(start..).unwrap_or_default());
        match word {
            Some(word) if next.is_alphabetic() && (word.len() == 1 || next.is_lowercase()) => self.end_word(),
            Some(word) if is_abbreviation(word) => self.end_word(),
            _ if next == '.' => self.end(CLAUSE, at),
            _ if self.done.bytes.last() == Some(&CLAUSE) && at > 0 && self.done.original.as_bytes().get(at - 1) == Some(&b'.') => {}
            _ => self.end(SENTENCE, at),
        }
    }

    /// A line end ends a sentence, unless the line is long and the next goes on in lower case.
    fn line_end(&mut self, at: usize, next: char) {
        let wrapped = at - self.line_start >= WRAPPED && next.is_ascii_lowercase();
        self.line_start = at + 1;
        if wrapped { self.gap() } else { self.end(SENTENCE, at) }
    }

    /// A face typed in signs stands for the emoji.
    fn face(&mut self, sign: char, at: usize, letters: &mut Chars<'t>) -> bool {
        if self.after_digit() {
            return false;
        }
        let mut signs = letters.clone();
        let mut mouth = signs.next();
        if sign != '<' && matches!(mouth, Some('-' | '\'')) {
            mouth = signs.next();
        }
        let emoji = match (sign, mouth) {
            ('<', Some('3')) => '❤',
            (':' | '=' | ';', Some(')' | 'D' | ']')) => '🙂',
            (':' | '=', Some('(' | '[')) => '🙁',
            _ => return false,
        };
        let end = self.done.original.len() - signs.as_str().len();
        if signs.next().is_some_and(|after| after.is_ascii_alphanumeric()) {
            return false;
        }
        self.blank = false;
        self.bare(emoji, at, end);
        self.widen(self.done.bytes.len() - emoji.len_utf8(), end);
        *letters = self.done.original.get(end..).unwrap_or_default().chars();
        true
    }

    /// A character beyond ASCII and the common Han.
    fn other(&mut self, letter: char, at: usize, letters: &mut Chars<'t>) {
        let end = at + letter.len_utf8();
        match letter {
            '’' | '‘' | 'ʼ' | '＇' | '´' => {
                let next = letters.clone().next().unwrap_or(' ');
                if self.word.is_some() && next.is_ascii_alphabetic() {
                    self.apostrophe(at, next);
                } else if !(self.blank && self.contraction(at, letters)) {
                    self.end_word();
                }
            }
            '\u{ff01}'..='\u{ff5e}' => self.full_width(letter, at, letters),
            '。' | '｡' | '\u{2028}' | '\u{2029}' | '\u{85}' => self.end(SENTENCE, at),
            '‐' | '‑' | '·' | '“' | '”' | '「' | '」' | '『' | '』' | '„' | '«' | '»' | '\u{2032}' | '\u{2033}' => {
                self.end_word()
            }
            _ if letter.is_whitespace() => self.gap(),
            _ if is_unseen(letter) || is_accent(letter) || matches!(letter, '\u{3099}' | '\u{309a}') => self.attach(letter, end),
            _ if stands_bare(letter) && !is_punctuation(letter) => fold_letter(letter, &mut |folded| self.folded(folded, at, end)),
            _ if is_word_letter(letter) => fold_letter(letter, &mut |folded| self.folded(folded, at, end)),
            _ => self.end(CLAUSE, at),
        }
    }

    /// Writes what a character folded to.
    fn folded(&mut self, letter: char, at: usize, end: usize) {
        if letter.is_ascii_lowercase() {
            self.letter(letter as u8, at);
        } else if stands_bare(letter) {
            return self.bare(letter, at, end);
        } else if letter.is_alphanumeric() {
            let mut buffer = [0; 4];
            for byte in letter.encode_utf8(&mut buffer).bytes() {
                self.word_byte(byte, at);
            }
        } else {
            return self.end_word();
        }
        // A letter left out of a run reaches one byte; this one may be wider.
        if let Some((_, until)) = self.done.wide.last_mut().filter(|(_, until)| *until as usize == at + 1) {
            *until = end as u32;
        }
    }

    /// A sign of full width reads as the plain one.
    fn full_width(&mut self, letter: char, at: usize, letters: &mut Chars<'t>) {
        let plain = char::from_u32(letter as u32 - 0xfee0).unwrap_or(' ');
        if plain.is_ascii_alphanumeric() {
            return self.folded(plain.to_ascii_lowercase(), at, at + 3);
        }
        if matches!(plain, ':' | ';' | '=' | '<' | '.' | '-' | '\'') {
            return self.end(if plain == '.' { SENTENCE } else { CLAUSE }, at);
        }
        self.sign(plain, at, letters);
    }

    /// A mark that changes the character before it, or is not seen at all, belongs to that character.
    fn attach(&mut self, mark: char, end: usize) {
        if self.blank || self.done.bytes.last().is_none_or(|last| *last <= b' ') {
            return;
        }
        let mut head = self.done.bytes.len() - 1;
        while head > 0 && self.done.bytes.get(head).is_some_and(|byte| byte & 0xc0 == 0x80) {
            head -= 1;
        }
        let touches = self.end_of_written(head) == end - mark.len_utf8();
        if let Some(joined) = self.bare.filter(|_| touches).and_then(|base| compose(base, mark)) {
            let start = self.done.from.get(head).map_or(0, |at| *at as usize);
            self.done.bytes.truncate(head);
            self.done.from.truncate(head);
            self.bare = None;
            self.bare(joined, start, end);
            return self.widen(head, end);
        }
        if touches {
            self.widen(head, end);
        }
    }

    fn end_of_written(&self, head: usize) -> usize {
        match self.done.wide.last() {
            Some((at, end)) if *at as usize == head => *end as usize,
            _ => {
                let from = self.done.from.get(head).map_or(0, |at| *at as usize);
                from + self.done.original.as_bytes().get(from).map_or(0, |byte| width_of(*byte))
            }
        }
    }
}

/// Whether a character is Han, where a doubled one is a word (看看) and only three are an elongation.
fn is_han(letter: char) -> bool {
    matches!(letter, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

/// Punctuation among the blocks of bare characters.
fn is_punctuation(letter: char) -> bool {
    matches!(letter, '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}' | '\u{3030}' | '\u{303d}' | '\u{30fb}' | '\u{30a0}'
        | '\u{2190}'..='\u{21ff}' | '\u{2500}'..='\u{25ff}' | '\u{2e80}'..='\u{2eff}' | '\u{fe30}'..='\u{fe4f}')
}

/// Words whose full stop does not end a sentence.
fn is_abbreviation(word: &[u8]) -> bool {
    [&b"vs"[..], b"mr", b"mrs", b"ms", b"dr", b"st", b"inc", b"ltd", b"approx", b"eg", b"ie", b"incl", b"esp"].contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: [&[u8]; 6] = [b"so", b"good", b"love", b"cool", b"amazing", b"see"];

    fn known(word: &[u8]) -> bool {
        WORDS.contains(&word)
    }

    /// The normalised text with breaks made visible.
    fn shown(text: &str) -> String {
        let normalised = Normalised::new(text, &known);
        let bytes = normalised.bytes().iter().map(|byte| match *byte {
            CLAUSE => b',',
            SENTENCE => b'.',
            QUESTION => b'?',
            byte => byte,
        });
        String::from_utf8(bytes.collect()).unwrap()
    }

    #[test]
    fn words_stand_behind_one_blank_and_clauses_end_with_a_break() {
        let cases = [
            ("Easy to use", " easy to use"),
            ("  user-friendly, USER_FRIENDLY  user friendly", " user friendly, user friendly user friendly"),
            ("don’t 'quote' it's", " don't quote it's"),
            ("it 's, does n't, can ' t, ca n ' t, it ` s", " it's, doesn't, can't, can't, it's"),
            ("the 'smart' one, rock 'n' roll ' t", " the smart one, rock n roll't"),
            ("Good. Bad!? ok", " good. bad? ok"),
            ("good...but slow", " good, but slow"),
            ("wait... what", " wait, what"),
            ("good.But slow", " good. but slow"),
            ("acme.com vs. 1,000.50 at 10:30", " acme com vs 1000.50 at 10 30"),
            ("10/10 good/bad", " 10 10 good, bad"),
            ("a - b -- c — d", " a, b, c, d"),
            ("(easy) [x]", " easy, x,"),
            ("see https://x.org/good-thing?a now", " see now"),
            ("#BestPhone @Acme_Inc", " bestphone acme inc"),
            ("sooooo goooood, looove Cooool amazzzzing xxxx", " so good, love cool amazing xx"),
            ("nice :) bad :-( <3", " nice🙂 bad🙁❤"),
            ("one\ntwo", " one. two"),
            ("", ""),
            ("...", ""),
        ];
        for (text, want) in cases {
            assert_eq!(shown(text), want, "{text}");
        }
    }

    #[test]
    fn han_stands_bare_and_beside_words() {
        let cases = [
            ("很好用，真的。", "很好用,真的."),
            ("iPhone很好 iPhone 很好", " iphone很好 iphone很好"),
            ("用iPhone13", "用 iphone13"),
            ("不错 喜欢", "不错,喜欢"),
            ("棒棒棒！看看 哈哈哈哈", "棒.看看,哈"),
            ("ＧＯＯＤ！好？", " good.好?"),
            ("👍👍🏽👍", "👍"),
            ("か\u{3099}", "が"),
        ];
        for (text, want) in cases {
            assert_eq!(shown(text), want, "{text}");
        }
    }

    #[test]
    fn a_wrapped_line_goes_on_in_the_next() {
        let text = "this line of a letter is long enough to be easy\nto use for wrapping\nshort\nlines";
        assert_eq!(shown(text), " this line of a letter is long enough to be easy to use for wrapping. short. lines");
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
            proptest::prop_assert_eq!(normalised.bytes.len(), normalised.from.len());
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
