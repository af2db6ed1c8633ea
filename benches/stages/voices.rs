//! A seeded generator of mentions: words drawn as often as in life (few often, most rarely), half English and half Chinese,
//! some with phrases of the lists, product names, ratings, titles.
//!
//! The same seed gives the same mentions everywhere. Knows nothing of what is measured with them.

use anyhow::Context;
use goodword::mention::{Author, Mention, Published, Rating};
use jiff::{SignedDuration, Timestamp};

use crate::phrasebook::Phrasebook;
use crate::words;

/// Rarer words of a language, beside the listed ones.
const TAIL: usize = 20_000;

/// A small xorshift generator: enough for drawing words.
#[derive(Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() >> 33) as usize % end.max(1)
    }

    fn between(&mut self, least: usize, most: usize) -> usize {
        least + self.below(most + 1 - least)
    }

    fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// A place in a list, by Zipf's law: the second half as often as the first, and so on.
    fn rank(&mut self, length: usize) -> usize {
        let share = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        ((length as f64).powf(share) as usize).saturating_sub(1).min(length - 1)
    }

    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

/// One language: its words, the most frequent first, and how they are written.
#[derive(Debug)]
struct Language {
    words: Vec<String>,
    phrases: Vec<String>,
    products: Vec<String>,
    blank: &'static str,
    comma: &'static str,
    stop: &'static str,
}

/// The generator.
#[derive(Debug)]
pub(crate) struct Voices {
    random: Random,
    english: Language,
    chinese: Language,
    start: Timestamp,
    written: usize,
}

impl Voices {
    pub(crate) fn new(book: &Phrasebook) -> anyhow::Result<Self> {
        let listed = |lists: [&str; 4]| lists.iter().flat_map(|list| list.split_whitespace()).map(str::to_owned).collect::<Vec<_>>();
        let mut random = Random::new(2026);
        let mut english = listed([words::ENGLISH, words::ENGLISH_ASPECTS, words::ENGLISH_PRAISE, words::ENGLISH_COMPLAINT]);
        let mut chinese = listed([words::CHINESE, words::CHINESE_ASPECTS, words::CHINESE_PRAISE, words::CHINESE_COMPLAINT]);
        for (words, parts, most) in [(&mut english, words::SYLLABLES, 4), (&mut chinese, words::CHARACTERS, 3)] {
            let parts: Vec<&str> = parts.split_whitespace().collect();
            for _ in 0..TAIL {
                words.push((0..random.between(2, most)).map(|_| *random.pick(&parts)).collect());
            }
        }
        let (english_names, chinese_names) = book.products.iter().cloned().unzip();
        let (english_phrases, chinese_phrases) = (book.english.clone(), book.chinese.clone());
        Ok(Self {
            random,
            english: Language { words: english, phrases: english_phrases, products: english_names, blank: " ", comma: ", ", stop: ". " },
            chinese: Language { words: chinese, phrases: chinese_phrases, products: chinese_names, blank: "", comma: "，", stop: "。" },
            start: "2026-01-01T00:00:00Z".parse().context("a fixed date")?,
            written: 0,
        })
    }

    /// The next `count` mentions.
    pub(crate) fn mentions(&mut self, count: usize) -> anyhow::Result<Vec<Mention>> {
        (0..count).map(|_| self.mention()).collect()
    }

    fn mention(&mut self) -> anyhow::Result<Mention> {
        let number = self.written;
        self.written += 1;
        let random = &mut self.random;
        let language = if number.is_multiple_of(2) { &self.english } else { &self.chinese };
        let most = random.between(100, 600);
        let mut mention = Mention::new(text(random, language, most)).context("a generated text is not blank")?;
        mention.title = random.percent(50).then(|| sentence(random, language, 3).trim().to_owned());
        mention.own_id = Some(format!("post-{number}"));
        mention.url = Some(format!("https://forum{}.example/t/{number}", random.below(20)).parse()?);
        mention.author = Author::named(&format!("{} {}", language.words[random.rank(5_000)], random.below(10_000)));
        let written = self.start.checked_add(SignedDuration::from_secs(number as i64 * 60 + random.below(60) as i64))?;
        mention.published = Some(Published::instant(written));
        mention.rating = random.percent(50).then(|| Rating::new(random.between(1, 5) as f64, 1.0, 5.0)).flatten();
        Ok(mention)
    }
}

/// Sentences of at most `most` characters in all, and at least one.
fn text(random: &mut Random, language: &Language, most: usize) -> String {
    let mut text = String::new();
    let mut length = 0;
    loop {
        let words = random.between(5, 12);
        let next = sentence(random, language, words);
        length += next.chars().count();
        if length > most && !text.is_empty() {
            return text.trim_end().to_owned();
        }
        text.push_str(&next);
    }
}

/// About `words` words; every third sentence says something of the lists, and half of those name a product.
fn sentence(random: &mut Random, language: &Language, words: usize) -> String {
    let mut sentence = String::new();
    let special = random.percent(33).then(|| random.below(words));
    for at in 0..words {
        if at > 0 {
            sentence.push_str(if random.percent(10) { language.comma } else { language.blank });
        }
        if special == Some(at) {
            if random.percent(50) {
                sentence.push_str(random.pick::<String>(&language.products));
                sentence.push_str(language.blank);
            }
            sentence.push_str(random.pick::<String>(&language.phrases));
        } else {
            sentence.push_str(&language.words[random.rank(language.words.len())]);
        }
    }
    sentence.push_str(language.stop);
    sentence
}
