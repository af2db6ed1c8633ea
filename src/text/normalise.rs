//! Reads text character by character and says what each is: part of a word, a word of its own, a break, or nothing.
//!
//! The form of the result is told at [`Normalised`]; the writing of it is `writer`'s.

use std::str::Chars;

use super::fold::{fold_letter, is_accent, is_unseen};
use super::hashtag::words_of;
use super::normalised::{CLAUSE, Normalised, QUESTION, SENTENCE};
use super::simplified::simplified;
use super::writer::Writer;

/// A line of at least so many bytes may be one that was wrapped rather than ended.
const WRAPPED: usize = 45;

/// Normalises `text`; `known` tells which forms of an elongated word are words.
pub(super) fn normalise<'t>(text: &'t str, known: &dyn Fn(&[u8]) -> bool) -> Normalised<'t> {
    let mut writer = Writer::new(text, known);
    writer.read();
    writer.done
}

/// Whether a character belongs to a word: letters and digits of scripts that set words apart with blanks.
fn is_word_letter(letter: char) -> bool {
    !stands_bare(letter) && letter.is_alphanumeric()
}

/// Whether a character is a word of its own as far as phrases go: Han, Kana, Hangul, emoji and other signs.
fn stands_bare(letter: char) -> bool {
    matches!(letter, '\u{2190}'..='\u{2bff}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{1f000}'..)
}

impl<'t> Writer<'t, '_> {
    fn read(&mut self) {
        let text = self.done.original;
        let mut letters = text.chars();
        loop {
            let at = text.len() - letters.as_str().len();
            let Some(letter) = letters.next() else { break };
            match letter {
                'a'..='z' | 'A'..='Z' => {
                    if self.word.is_some() {
                        self.letter(letter.to_ascii_lowercase() as u8, at);
                    } else if !(matches!(letter, 'h' | 'H' | 'w' | 'W') && self.skip_address(&mut letters)) {
                        let length = self.begin_word(text.as_bytes().get(at..).unwrap_or_default(), at);
                        letters = text.get(at + length..).unwrap_or_default().chars();
                    }
                }
                '0'..='9' => self.word_byte(letter as u8, at),
                ' ' | '\t' => self.gap(),
                '\0'..='\x7f' => self.sign(letter, at, &mut letters),
                '\u{4e00}'..='\u{9fff}' => self.han(simplified(letter), at),
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

    /// An ASCII character that is neither letter, digit nor blank.
    fn sign(&mut self, sign: char, at: usize, letters: &mut Chars<'t>) {
        let next = letters.clone().next().unwrap_or('\n');
        let in_word = self.word.is_some();
        match sign {
            '\'' if in_word && next.is_ascii_alphabetic() => self.apostrophe(at, next),
            '\'' | '`' if self.blank && self.contraction(at, letters) => {}
            '#' if !in_word && self.hashtag(letters) => {}
            '*' if !(next.is_whitespace() && self.follows_blank(at)) => self.end_word(),
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

    /// Whether a blank or nothing stands before `at`.
    fn follows_blank(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|before| self.done.original.as_bytes().get(before));
        before.is_none_or(u8::is_ascii_whitespace)
    }

    /// A hashtag whose words are written together. One that is a word itself, or cannot be taken apart, is left to be read as any word.
    fn hashtag(&mut self, letters: &mut Chars<'t>) -> bool {
        let rest = letters.as_str();
        let length = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let tag = rest.get(..length).unwrap_or_default();
        let words = words_of(tag, self.known);
        let mut at = self.done.original.len() - rest.len();
        for word in &words {
            self.end_word();
            for byte in word.bytes() {
                if byte.is_ascii_digit() {
                    self.word_byte(byte, at)
                } else {
                    self.letter(byte.to_ascii_lowercase(), at)
                }
                at += 1;
            }
        }
        if !words.is_empty() {
            *letters = rest.get(length..).unwrap_or_default().chars();
        }
        !words.is_empty()
    }

    /// An apostrophe inside a word. The `n't` of text that was cut into words (`does n't`) goes back to its verb.
    fn apostrophe(&mut self, at: usize, next: char) {
        if matches!(next, 't' | 'T') {
            self.rejoin_n();
        }
        self.push(b'\'', at);
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
            '\u{2012}' | '\u{2013}' | '\u{2212}' if self.word.is_some() && letters.clone().next().is_some_and(char::is_alphanumeric) => {
                self.end_word();
            }
            '®' | '™' | '©' | '£' | '€' | '¥' | '₹' | '‐' | '‑' | '·' | '“' | '”' | '「' | '」' | '『' | '』' | '„' | '«' | '»'
            | '\u{2032}' | '\u{2033}' => self.end_word(),
            _ if letter.is_whitespace() => self.gap(),
            _ if is_unseen(letter) || is_accent(letter) || matches!(letter, '\u{3099}' | '\u{309a}') => self.attach(letter, end),
            // The voicing marks of half width, as wide in UTF-8 as those that join.
            '\u{ff9e}' => self.attach('\u{3099}', end),
            '\u{ff9f}' => self.attach('\u{309a}', end),
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
            self.word_bytes(letter.encode_utf8(&mut buffer).as_bytes(), at);
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
        if plain == '-' && self.word.is_some() && letters.clone().next().is_some_and(char::is_alphanumeric) {
            return self.end_word();
        }
        if matches!(plain, ':' | ';' | '=' | '<' | '.' | '-' | '\'') {
            return self.end(if plain == '.' { SENTENCE } else { CLAUSE }, at);
        }
        self.sign(plain, at, letters);
    }
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
            ("#BestPhone @Acme_Inc", " best phone acme inc"),
            ("#sogood #SoGood C# #1 # x", " so good so good c 1 x"),
            ("*so* good\n* one\n**two**", " so good. one. two"),
            ("Acme® costs €5, easy–to–use, 10–20, bad – good", " acme costs 5, easy to use, 10 20, bad, good"),
            ("ｅａｓｙ－ｔｏ－ｕｓｅ －", " easy to use,"),
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
            ("ﾊﾞｯﾃﾘｰ", "バッテリー"),
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
}
