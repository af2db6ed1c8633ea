//! The words of a text in order, so that copies of it are found and told from texts that only look alike.
//!
//! A copy says the same from beginning to end; a site may have put something before or after it, or have cut it short. Two
//! texts from one template differ in the middle, and two that share a quotation differ at large: neither are copies. Knows
//! nothing of who wrote them and when.

use std::collections::HashMap;

use xxhash_rust::xxh3::xxh3_64;

use super::fold::fold_letter;

/// A stretch of so many words is what copies are found by; letters of Han count for less than a word.
const STRETCH: [usize; 2] = [6, 10];
/// Copies are looked for along so many words in a row.
const ANCHOR: usize = 4;
/// What a site puts before or after a text it shows has at most so many words, or a fifth of them all.
const ADDED: usize = 12;
/// In longer texts one word in a hundred may be another.
const SLIP: usize = 100;

/// The words of a text, folded, each as a number. Letters of scripts without blanks count as words of their own.
#[derive(Clone, Debug)]
pub struct Wording {
    words: Vec<u64>,
    /// Letters of scripts without blanks among the words.
    bare: usize,
    /// Whether it ends as a text does that was cut short.
    cut: bool,
}

impl Wording {
    /// Reads a text.
    pub fn of(text: &str) -> Self {
        let mut reader = Reader::default();
        text.chars().for_each(|letter| fold_letter(letter, &mut |folded| reader.letter(folded)));
        reader.end_word();
        Self { words: reader.words, bare: reader.bare, cut: ends_cut(text) }
    }

    /// How much it says, in words of English; a word of Chinese has 1.6 letters.
    pub fn size(&self) -> usize {
        self.words.len() - self.bare + self.bare * 5 / 8
    }

    /// Hashes of a few stretches of it: copies share at least one, other texts hardly any. None if it is too short for that.
    ///
    /// The beginning leads to what was cut short. Of all stretches those with the smallest hashes are taken, so that two texts
    /// choose the same ones from what they have in common, wherever it stands.
    pub fn traces(&self) -> Vec<u64> {
        let length = STRETCH[usize::from(self.bare * 2 > self.words.len())];
        let mut hashes: Vec<u64> = self.words.windows(length).map(hash).collect();
        hashes.sort_unstable();
        hashes.dedup();
        hashes.truncate(if self.words.len() < 4 * length { 2 } else { 3 });
        hashes.extend(self.words.get(..2 * length).map(hash));
        hashes
    }

    /// Whether one is a copy of the other: the same words in the same order, but for what stands before and after.
    pub fn is_copy_of(&self, other: &Self) -> bool {
        let (short, long) = if self.words.len() <= other.words.len() { (self, other) } else { (other, self) };
        let most = short.words.len() / SLIP;
        long.anchors(short).into_iter().any(|(from, at)| short.runs_along(from, long, at, most))
    }

    /// Where the beginning of `short` can stand here: its first words that are found, with the places they are found at.
    fn anchors(&self, short: &Self) -> Vec<(usize, usize)> {
        let mut places: HashMap<&[u64], Vec<usize>> = HashMap::new();
        for (at, words) in self.words.windows(ANCHOR).enumerate() {
            places.entry(words).or_default().push(at);
        }
        let found = short.words.windows(ANCHOR).take(ADDED + 1).enumerate();
        let mut found = found.filter_map(|(from, words)| Some((from, places.get(words)?)));
        found.next().map(|(from, places)| places.iter().take(8).map(|at| (from, *at)).collect()).unwrap_or_default()
    }

    /// Whether the words from `from` on run along those of `long` from `at` on, as far as copies do.
    fn runs_along(&self, from: usize, long: &Self, at: usize, most: usize) -> bool {
        let Some((to, end)) = common_run((&self.words, from), (&long.words, at), most) else { return false };
        let before = (self.words.get(..from).unwrap_or_default(), long.words.get(..at).unwrap_or_default());
        let after = (self.words.get(to..).unwrap_or_default(), long.words.get(end..).unwrap_or_default());
        // Words in the place of others make it another text, but for what a site writes where it cut it; numbers never are that.
        let replaced = |(a, b): (&[u64], &[u64])| !a.is_empty() && !b.is_empty();
        let numbers = after.0.iter().chain(after.1).any(|word| is_number(*word));
        if replaced(before) || replaced(after) && (numbers || !(self.cut || long.cut)) {
            return false;
        }
        let may_add = |words: &[u64]| ADDED.min(words.len() / 3).max(words.len() / 5);
        let own = before.0.len() + after.0.len() <= may_add(&self.words);
        let whole = before.1.len() + after.1.len() <= may_add(&long.words);
        let stub = self.cut && before.1.len() <= ADDED && after.0.len() <= ADDED;
        own && (whole || stub)
    }
}

/// Where a run of common words ends that begins at `a` and `b`; at most `most` words in all may be others. None if there are more.
fn common_run((a, mut i): (&[u64], usize), (b, mut j): (&[u64], usize), most: usize) -> Option<(usize, usize)> {
    let mut slips = 0;
    loop {
        while i < a.len() && j < b.len() && a.get(i) == b.get(j) {
            (i, j) = (i + 1, j + 1);
        }
        let Some((more, other)) = resumed(a.get(i..)?, b.get(j..)?) else { return Some((i, j)) };
        slips += more.max(other);
        let skipped = a.get(i..i + more)?.iter().chain(b.get(j..j + other)?);
        if slips > most || skipped.into_iter().any(|word| is_number(*word)) {
            return None;
        }
        (i, j) = (i + more, j + other);
    }
}

/// How many words of each to pass over until both go on with the same ones; none if they do not soon.
fn resumed(a: &[u64], b: &[u64]) -> Option<(usize, usize)> {
    const NEAR: usize = 24;
    let steps = (1..=2 * NEAR).flat_map(|sum| (sum.saturating_sub(NEAR)..=sum.min(NEAR)).map(move |more| (more, sum - more)));
    let goes_on = |(more, other): &(usize, usize)| {
        let ahead = a.get(*more..more + ANCHOR);
        ahead.is_some() && ahead == b.get(*other..other + ANCHOR)
    };
    steps.into_iter().find(goes_on)
}

/// The lowest bit of a word's number tells whether it holds a digit.
fn is_number(word: u64) -> bool {
    word & 1 == 1
}

fn hash(words: &[u64]) -> u64 {
    let mut bytes = [0; 8 * 2 * STRETCH[1]];
    for (place, word) in bytes.chunks_exact_mut(8).zip(words) {
        place.copy_from_slice(&word.to_le_bytes());
    }
    xxh3_64(bytes.get(..8 * words.len()).unwrap_or(&bytes))
}

/// Whether a text ends with dots or with the words that stand where the rest can be read.
fn ends_cut(text: &str) -> bool {
    const WORDS: [&str; 10] =
        ["…", "...", "。。。", "read more", "continue reading", "full review", "阅读全文", "查看全文", "查看更多", "展开"];
    let end: Vec<char> = text.trim_end().chars().rev().take(60).collect();
    let end = end.into_iter().rev().collect::<String>().to_lowercase();
    WORDS.iter().any(|words| end.contains(words)) || end.trim_end_matches([']', ')', '>', '»', ' ', '.', '→']).ends_with(" more")
}

#[derive(Default)]
struct Reader {
    words: Vec<u64>,
    bare: usize,
    word: String,
    digit: bool,
}

impl Reader {
    fn letter(&mut self, letter: char) {
        if !letter.is_alphanumeric() {
            // What is written together but for a sign stays one word: don't, 3.5.
            if letter != '\'' && letter != '’' {
                self.end_word();
            }
        } else if matches!(letter, '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..) {
            self.end_word();
            self.words.push(xxh3_64(&u32::from(letter).to_le_bytes()) & !1);
            self.bare += 1;
        } else {
            self.word.push(letter);
            self.digit |= letter.is_numeric();
        }
    }

    fn end_word(&mut self) {
        if !self.word.is_empty() {
            self.words.push((xxh3_64(self.word.as_bytes()) & !1) | u64::from(self.digit));
            self.word.clear();
            self.digit = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REVIEW: &str = "We moved forty people to this desk in spring. Setting it up took an afternoon, the drawers run smoothly and \
                          nobody has asked for the old ones back. Only the lamp feels cheap, and the cable is short.";
    const ZH: &str = "公司今年春天换了四十张这款桌子，安装只花了一个下午，抽屉很顺滑，没有人想换回旧的。就是台灯有点廉价，电线也太短了。";

    fn is_copy(one: &str, other: &str) -> bool {
        let (one, other) = (Wording::of(one), Wording::of(other));
        let found = one.traces().iter().any(|trace| other.traces().contains(trace));
        let copy = one.is_copy_of(&other);
        assert_eq!(copy, other.is_copy_of(&one), "it works both ways");
        assert!(!copy || found, "a copy is also found");
        copy
    }

    #[test]
    fn a_copy_says_the_same_from_beginning_to_end() {
        let cases = [
            ("itself", REVIEW.to_owned(), true),
            ("another case and spacing", REVIEW.to_uppercase().replace(' ', "\n  "), true),
            ("a word after it", format!("{REVIEW} Read more at desks.example"), true),
            ("a word before it", format!("Ann writes on desks.example: {REVIEW}"), true),
            ("cut short", "We moved forty people to this desk in spring. Setting it up took an afternoon, the drawers…".to_owned(), true),
            ("cut short elsewhere", "We moved forty people to this desk in spring. Setting it up took an [...] Read more".to_owned(), true),
            ("another word at the beginning", REVIEW.replace("moved forty", "moved fifty"), false),
            ("another word at the end", REVIEW.replace("is short", "is long"), false),
            ("a sentence of it", "Setting it up took an afternoon, the drawers run smoothly and nobody has asked.".to_owned(), false),
            ("another word within", REVIEW.replace("afternoon", "evening"), false),
            ("another number", REVIEW.replace("forty", "50"), false),
            (
                "more said after it",
                format!(
                    "{REVIEW} {}",
                    "But then the second delivery came and half of it was broken, so we sent it back and got no money for it."
                ),
                false,
            ),
            ("something else", "They never answered the phone and the parcel came four weeks late with a leg missing.".to_owned(), false),
        ];
        for (name, other, want) in cases {
            assert_eq!(is_copy(REVIEW, &other), want, "{name}");
        }
    }

    #[test]
    fn chinese_is_compared_letter_by_letter() {
        let cases = [
            ("itself, traditional", ZH.replace('电', "電").replace('张', "張"), true),
            ("something after it", format!("{ZH}（转载自某论坛）"), true),
            ("cut short", ZH.chars().take(36).collect::<String>() + "……", true),
            ("another word within", ZH.replace("下午", "晚上"), false),
        ];
        for (name, other, want) in cases {
            assert_eq!(is_copy(ZH, &other), want, "{name}");
        }
    }

    #[test]
    fn reviews_from_one_template_are_not_copies() {
        let review = |name: &str, part: &str| {
            format!(
                "Hello, {name} here. I bought the desk for my office last month. The {part} is what I like most about it, and the delivery was quick. I would buy it again."
            )
        };
        assert!(!is_copy(&review("Ann", "drawer"), &review("Bob", "lamp")));
        assert!(!is_copy(&format!("{REVIEW} Order 1234"), &format!("{REVIEW} Order 5678")));
    }

    #[test]
    fn a_long_text_may_differ_in_a_word_but_not_in_a_number() {
        let long = [REVIEW; 4].join(" and then again ");
        assert!(is_copy(&long, &long.replacen("spring", "summer", 1)));
        assert!(!is_copy(&long, &long.replacen("forty", "40", 1)));
    }

    #[test]
    fn a_text_of_a_few_words_leaves_no_trace() {
        assert_eq!(Wording::of("Great app!").traces(), Vec::<u64>::new());
        assert_eq!(Wording::of("").size(), 0);
    }
}
