//! Writes normalised text: words, bare characters and breaks, each with where it came from.
//!
//! Shortens what is drawn out and attaches what is not seen. Which character is what is for `normalise` to say.

use unicode_normalization::char::compose;

use super::normalised::{CLAUSE, Normalised, QUESTION};

pub(super) struct Writer<'t, 'k> {
    pub done: Normalised<'t>,
    pub known: &'k dyn Fn(&[u8]) -> bool,
    /// Where in the output the word began that is being written, if one is.
    pub word: Option<usize>,
    /// Where in the output letters were left out of the word being written.
    elongated: Vec<usize>,
    /// Blanks were passed since the last character.
    pub blank: bool,
    /// The bare character written last, if nothing came after it.
    bare: Option<char>,
    /// Where in the original the line began.
    pub line_start: usize,
}

impl<'t, 'k> Writer<'t, 'k> {
    pub(super) fn new(original: &'t str, known: &'k dyn Fn(&[u8]) -> bool) -> Self {
        Self { done: Normalised::begun(original), known, word: None, elongated: Vec::new(), blank: false, bare: None, line_start: 0 }
    }

    pub(super) fn push(&mut self, byte: u8, at: usize) {
        self.done.turn(at);
        self.done.bytes.push(byte);
    }

    /// Opens a word if none is open.
    #[inline]
    fn open_word(&mut self) {
        if self.word.is_none() {
            self.done.bytes.push(b' ');
            self.word = Some(self.done.bytes.len());
            self.blank = false;
            self.bare = None;
        }
    }

    pub(super) fn word_byte(&mut self, byte: u8, at: usize) {
        self.open_word();
        self.push(byte, at);
    }

    /// Begins a word with the letters at the head of `run`, up to one that is drawn out, and says how many it took.
    pub(super) fn begin_word(&mut self, run: &[u8], at: usize) -> usize {
        self.open_word();
        let (mut before_last, mut last, mut length) = (0, 0, 0);
        for byte in run {
            let small = byte | 0x20;
            if !small.is_ascii_lowercase() || (small == last && small == before_last) {
                break;
            }
            (before_last, last, length) = (last, small, length + 1);
        }
        self.done.turn(at);
        self.done.bytes.extend(run.iter().take(length).map(|byte| byte | 0x20));
        length
    }

    /// Writes the bytes of one character of a word.
    pub(super) fn word_bytes(&mut self, bytes: &[u8], at: usize) {
        self.open_word();
        self.done.turn(at);
        self.done.bytes.extend_from_slice(bytes);
    }

    /// Writes a letter of a word; the third and later of a run are left out.
    pub(super) fn letter(&mut self, byte: u8, at: usize) {
        self.open_word();
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
    pub(super) fn widen(&mut self, head: usize, end: usize) {
        match self.done.wide.last_mut() {
            Some((at, until)) if *at == head as u32 => *until = end as u32,
            _ => self.done.wide.push((head as u32, end as u32)),
        }
    }

    pub(super) fn gap(&mut self) {
        self.end_word();
        self.blank = true;
    }

    #[inline]
    pub(super) fn end_word(&mut self) {
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

    /// Takes out the letters at `dropped`; the ones before them reach as far as they did.
    fn drop_bytes(&mut self, dropped: &[usize]) {
        let Some(first) = dropped.first().copied() else { return };
        let kept: Vec<(u8, usize)> = (first..self.done.bytes.len())
            .filter(|at| !dropped.contains(at))
            .map(|at| (self.done.bytes.get(at).copied().unwrap_or(b' '), self.done.place(at)))
            .collect();
        self.done.cut(first);
        kept.into_iter().for_each(|(byte, place)| self.push(byte, place));
        for at in dropped.iter().rev() {
            for (head, _) in self.done.wide.iter_mut().rev().take_while(|(head, _)| *head >= *at as u32) {
                *head -= 1;
            }
        }
    }

    /// Writes a Han character of three bytes.
    pub(super) fn han(&mut self, letter: char, start: usize) {
        if self.bare == Some(letter) || (self.blank && self.bare.is_some()) {
            return self.bare(letter, start, start + 3);
        }
        self.end_word();
        self.blank = false;
        let code = letter as u32;
        self.done.turn(start);
        self.done.bytes.extend_from_slice(&[0xe0 | (code >> 12) as u8, 0x80 | (code >> 6 & 63) as u8, 0x80 | (code & 63) as u8]);
        self.bare = Some(letter);
    }

    /// Writes a character that is a word of its own. A run of three is one; of emoji, any run is.
    pub(super) fn bare(&mut self, letter: char, start: usize, end: usize) {
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
                self.done.cut(length - wide);
                return self.widen(length - 2 * wide, end);
            }
        }
        self.done.turn(start);
        self.done.bytes.extend_from_slice(bytes);
        self.bare = Some(letter);
    }

    /// Ends the clause or sentence; of several breaks together the strongest counts.
    pub(super) fn end(&mut self, kind: u8, at: usize) {
        self.end_word();
        self.bare = None;
        match self.done.bytes.last_mut() {
            None => {}
            Some(last) if *last <= QUESTION => *last = kind.max(*last),
            Some(_) => self.done.push_break(kind, at),
        }
    }

    /// Takes out the blank between a word and a lone `n` behind it.
    pub(super) fn rejoin_n(&mut self) {
        let length = self.done.bytes.len();
        if length > 3 && self.done.bytes.ends_with(b" n") && self.done.bytes.get(length - 3).is_some_and(u8::is_ascii_lowercase) {
            self.drop_bytes(&[length - 2]);
        }
        self.word = self.done.bytes.iter().rposition(|byte| *byte <= b' ').map(|blank| blank + 1);
    }

    pub(super) fn after_digit(&self) -> bool {
        self.word.is_some() && self.done.bytes.last().is_some_and(u8::is_ascii_digit)
    }

    /// A mark that changes the character before it, or is not seen at all, belongs to that character.
    pub(super) fn attach(&mut self, mark: char, end: usize) {
        if self.blank || self.done.bytes.last().is_none_or(|last| *last <= b' ') {
            return;
        }
        let mut head = self.done.bytes.len() - 1;
        while head > 0 && self.done.bytes.get(head).is_some_and(|byte| byte & 0xc0 == 0x80) {
            head -= 1;
        }
        let touches = self.end_of_written(head) == end - mark.len_utf8();
        if let Some(joined) = self.bare.filter(|_| touches).and_then(|base| compose(base, mark)) {
            let start = self.done.place(head);
            self.done.cut(head);
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
            _ => self.done.end_at(self.done.place(head)),
        }
    }
}

/// Whether a character is Han, where a doubled one is a word (看看) and only three are an elongation.
fn is_han(letter: char) -> bool {
    matches!(letter, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}
