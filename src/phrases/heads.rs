//! Where in a text a pattern can begin: most words and characters begin none, and the automaton need not look at them.
//!
//! Knows how the patterns begin, and no more. May let through a place where none begins, never pass over one where one does.

/// How many beginnings are told apart.
const PLACES: usize = 1 << 16;

#[derive(Debug)]
pub(super) struct Heads {
    /// What is known of a pattern's first byte.
    first: [Head; 256],
    /// First words, by a hash of as much of them as is looked at.
    words: Box<[bool]>,
    /// First characters of three bytes, by their code point.
    characters: Box<[Character]>,
    /// The first two characters, both of three bytes, by a hash.
    pairs: Box<[bool]>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Head {
    /// No pattern begins so.
    Never,
    /// One may begin so.
    Always,
    /// One begins so with some words behind the blank.
    Blank,
    /// One begins so with some characters of three bytes.
    Character,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Character {
    /// No pattern begins so.
    Never,
    /// One begins so with some characters behind it.
    Pair,
    /// One may begin so.
    Always,
}

impl Heads {
    pub(super) fn of(patterns: &[&[u8]]) -> Self {
        let mut heads = Self {
            first: [Head::Never; 256],
            words: vec![false; PLACES].into(),
            characters: vec![Character::Never; PLACES].into(),
            pairs: vec![false; PLACES].into(),
        };
        for pattern in patterns {
            let Some(first) = pattern.first() else { continue };
            heads.first[usize::from(*first)] = match (first, character(pattern)) {
                (b' ', _) => {
                    let (word, _) = word_at(pattern, 1);
                    heads.words[place(word)] = true;
                    Head::Blank
                }
                (_, Some(character)) => {
                    heads.add_character(character, pattern.get(3..).and_then(self::character));
                    Head::Character
                }
                _ => Head::Always,
            };
        }
        heads
    }

    fn add_character(&mut self, character: u16, next: Option<u16>) {
        let known = &mut self.characters[usize::from(character)];
        match next {
            None => *known = Character::Always,
            Some(next) => {
                if *known == Character::Never {
                    *known = Character::Pair;
                }
                self.pairs[pair(character, next)] = true;
            }
        }
    }

    /// The first place from `at` on where a pattern may begin; the text's end if there is none.
    pub(super) fn next(&self, bytes: &[u8], mut at: usize) -> usize {
        while let Some(byte) = bytes.get(at) {
            match self.first[usize::from(*byte)] {
                Head::Never => at += 1,
                Head::Always => return at,
                Head::Blank => {
                    let (word, length) = word_at(bytes, at + 1);
                    if self.words[place(word)] {
                        return at;
                    }
                    at += 1 + length;
                }
                Head::Character => {
                    let rest = bytes.get(at..).unwrap_or_default();
                    if self.may_begin(rest) {
                        return at;
                    }
                    at += 3;
                }
            }
        }
        bytes.len()
    }

    fn may_begin(&self, rest: &[u8]) -> bool {
        let Some(first) = character(rest) else { return true };
        match self.characters[usize::from(first)] {
            Character::Never => false,
            Character::Always => true,
            Character::Pair => rest.get(3..).and_then(character).is_some_and(|next| self.pairs[pair(first, next)]),
        }
    }
}

/// The word at `at`, up to its eighth letter, and how many letters that is. A word is what ASCII letters and digits stand side by side.
fn word_at(bytes: &[u8], at: usize) -> (u64, usize) {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let eight = match bytes.get(at..at + 8) {
        Some(eight) => eight.try_into().unwrap_or_default(),
        None => {
            let mut eight = [0; 8];
            let rest = bytes.get(at..).unwrap_or_default();
            eight.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
            eight
        }
    };
    let letters = u64::from_le_bytes(eight);
    // The high bit of a byte that is no digit or small letter: in normalised text, one below `0` or beyond ASCII. Borrowing spoils
    // only what stands behind the first such byte.
    let ends = (letters.wrapping_sub(EACH * u64::from(b'0')) | letters) & (EACH << 7);
    let length = (ends.trailing_zeros() / 8) as usize;
    if length == 8 { (letters, 8) } else { (letters & !(u64::MAX << (8 * length)), length) }
}

/// The code point of the character of three bytes that `bytes` begin with.
fn character(bytes: &[u8]) -> Option<u16> {
    match bytes {
        [first @ 0xe0..=0xef, second, third, ..] => Some(u16::from(first & 15) << 12 | u16::from(second & 63) << 6 | u16::from(third & 63)),
        _ => None,
    }
}

fn place(word: u64) -> usize {
    (word.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 48) as usize
}

fn pair(first: u16, second: u16) -> usize {
    place(u64::from(first) << 16 | u64::from(second))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_ends_where_its_letters_do() {
        let cases = [
            (" good one", 4),
            (" i", 1),
            (" wonderfully", 8),
            (" don't", 3),
            (" 10.50", 2),
            (" caf\u{e9}", 3),
            (" x\u{1} y z z", 1),
            (" ", 0),
        ];
        for (text, length) in cases {
            assert_eq!(word_at(text.as_bytes(), 1).1, length, "{text}");
        }
        assert_eq!(word_at(b" good one", 1), word_at(b" good", 1));
    }

    #[test]
    fn no_place_where_a_pattern_begins_is_passed_over() {
        let patterns = [" good", " ok", " i", " don't", " wonderfully", "好用", "棒", "é", "🙂", " 好"].map(str::as_bytes);
        let heads = Heads::of(&patterns);
        let text = " this good one is ok 好看好用棒é🙂 i don't 好 wonderfully ok";
        let stands = |rest: &[u8], pattern: &[u8]| {
            rest.starts_with(pattern) && !(pattern.is_ascii() && rest.get(pattern.len()).is_some_and(u8::is_ascii_alphanumeric))
        };
        let begins = |at: &usize| patterns.iter().any(|pattern| stands(&text.as_bytes()[*at..], pattern));
        for place in (0..text.len()).filter(begins) {
            let mut at = 0;
            while at < place {
                at = heads.next(text.as_bytes(), at);
                assert!(at <= place, "{place} is passed over");
                at += usize::from(at < place);
            }
            assert_eq!(heads.next(text.as_bytes(), place), place);
        }
        assert_eq!(heads.next(" the bad车看 one's".as_bytes(), 0), " the bad车看 one's".len());
    }
}
