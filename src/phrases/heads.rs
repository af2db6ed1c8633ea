//! Where in a text a pattern can begin: most words and characters begin none, and the automaton need not look at them.
//!
//! Knows how the patterns begin, and no more. May let through a place where none begins, never pass over one where one does.

#[derive(Debug)]
pub(super) struct Heads {
    /// What is known of a pattern's first byte.
    first: [Head; 256],
    /// First words, by a hash of as much of them as is looked at.
    first_words: Marks,
    /// Those behind which no other word need stand.
    words: Marks,
    /// The first two words, with one blank between them.
    pairs_of_words: Marks,
    /// First characters of three bytes behind which no such character need stand.
    characters: Marks,
    /// The first two characters, both of three bytes.
    pairs: Marks,
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

/// Numbers that are known, by a hash. Small, so that it stays at hand while a text is read.
#[derive(Debug)]
struct Marks(Box<[u64]>);

/// As many places as an eighth is taken of by the largest lists.
const BITS: u32 = 17;

impl Marks {
    fn none() -> Self {
        Self(vec![0; 1 << (BITS - 6)].into())
    }

    fn place(number: u64) -> usize {
        (number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - BITS)) as usize
    }

    fn add(&mut self, number: u64) {
        let place = Self::place(number);
        self.0[place >> 6] |= 1 << (place & 63);
    }

    fn has(&self, number: u64) -> bool {
        let place = Self::place(number);
        self.0[place >> 6] >> (place & 63) & 1 == 1
    }
}

impl Heads {
    pub(super) fn of(patterns: &[&[u8]]) -> Self {
        let mut heads = Self {
            first: [Head::Never; 256],
            first_words: Marks::none(),
            words: Marks::none(),
            pairs_of_words: Marks::none(),
            characters: Marks::none(),
            pairs: Marks::none(),
        };
        for pattern in patterns {
            let Some(first) = pattern.first() else { continue };
            heads.first[usize::from(*first)] = match (first, character(pattern)) {
                (b' ', _) => {
                    heads.add_word(pattern);
                    Head::Blank
                }
                (_, Some(character)) => {
                    match pattern.get(3..).and_then(self::character) {
                        Some(next) => heads.pairs.add(character << 16 | next),
                        None => heads.characters.add(character),
                    }
                    Head::Character
                }
                _ => Head::Always,
            };
        }
        heads
    }

    fn add_word(&mut self, pattern: &[u8]) {
        let (word, length) = word_at(pattern, 1);
        self.first_words.add(word);
        match next_word(pattern, 1 + length) {
            Some(next) => self.pairs_of_words.add(together(word, next)),
            None => self.words.add(word),
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
                    if self.first_words.has(word) && self.may_begin_with(word, bytes, at + 1 + length) {
                        return at;
                    }
                    at += 1 + length;
                }
                Head::Character => {
                    if self.may_begin(bytes.get(at..).unwrap_or_default()) {
                        return at;
                    }
                    at += 3;
                }
            }
        }
        bytes.len()
    }

    fn may_begin_with(&self, word: u64, bytes: &[u8], end: usize) -> bool {
        self.words.has(word) || next_word(bytes, end).is_some_and(|next| self.pairs_of_words.has(together(word, next)))
    }

    fn may_begin(&self, rest: &[u8]) -> bool {
        let Some(first) = character(rest) else { return true };
        let next = || rest.get(3..).and_then(character);
        self.characters.has(first) || next().is_some_and(|next| self.pairs.has(first << 16 | next))
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
fn character(bytes: &[u8]) -> Option<u64> {
    match bytes {
        [first @ 0xe0..=0xef, second, third, ..] => Some(u64::from(first & 15) << 12 | u64::from(second & 63) << 6 | u64::from(third & 63)),
        _ => None,
    }
}

/// The word behind the one of which at least eight letters, or all, end at `end`; none if anything but one blank stands between.
fn next_word(bytes: &[u8], end: usize) -> Option<u64> {
    let rest = bytes.get(end..)?;
    let left = rest.iter().position(|byte| !byte.is_ascii_alphanumeric())?;
    (rest.get(left) == Some(&b' ')).then(|| word_at(bytes, end + left + 1).0)
}

fn together(word: u64, next: u64) -> u64 {
    word.rotate_left(29) ^ next.wrapping_mul(0xff51_afd7_ed55_8ccd)
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
        let patterns = [" good", " ok", " i", " don't", " wonderfully", " wonderfully made", " is it", "好用", "棒", "é", "🙂", " 好"]
            .map(str::as_bytes);
        let heads = Heads::of(&patterns);
        let text = " this good one is ok 好看好用棒é🙂 i don't 好 wonderfully ok wonderfully made is it";
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
