//! The language of a text: by its script where that says enough, by its words where they do, else by letter statistics.

use crate::mention::Lang;

/// Only so many bytes are looked at.
const ENOUGH: usize = 320;
/// Below so many letters, statistics of a Latin text mean little.
const SHORT: usize = 60;
/// So many bytes mostly tell English already.
const FIRST: usize = 160;

/// Guesses the language of `text`; English where nothing speaks against it.
pub fn language(text: &str) -> Lang {
    let scripts = Scripts::of(text);
    match scripts {
        Scripts { hangul, kana, han, latin, .. } if hangul > 0 && hangul >= kana + han && hangul * 4 >= latin => named("ko"),
        Scripts { kana, han, latin, .. } if kana > 0 && kana * 6 >= han && (kana + han) * 4 >= latin => named("ja"),
        Scripts { han, latin, .. } if han > 0 && han * 6 >= latin => Lang::chinese(),
        Scripts { other: 0, accents: 0, latin, .. } if latin < SHORT || speaks_english(text) => Lang::english(),
        Scripts { other: 0, latin, .. } if latin < SHORT / 3 || speaks_english(text) => Lang::english(),
        _ => statistics(head_of(text)),
    }
}

/// How many letters of each kind a text has.
#[derive(Default)]
struct Scripts {
    latin: usize,
    accents: usize,
    han: usize,
    kana: usize,
    hangul: usize,
    other: usize,
}

impl Scripts {
    fn of(text: &str) -> Self {
        let head = head_of(text);
        let mut scripts = Self { latin: head.bytes().filter(u8::is_ascii_alphabetic).count(), ..Self::default() };
        if !head.is_ascii() {
            head.chars().filter(|letter| !letter.is_ascii()).for_each(|letter| scripts.count(letter));
        }
        scripts
    }

    fn count(&mut self, letter: char) {
        match letter {
            '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}' => self.han += 1,
            // Punctuation, ahead of the slow question whether a character is a letter.
            '\u{2010}'..='\u{2046}' | '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}' | '\u{ff01}'..='\u{ff20}' => {}
            'À'..='\u{24f}' | 'Ḁ'..='ỿ' => {
                self.latin += 1;
                self.accents += 1;
            }
            '\u{3041}'..='\u{30ff}' if letter != 'の' && letter != '・' => self.kana += 1,
            '\u{ac00}'..='\u{d7a3}' => self.hangul += 1,
            _ if letter.is_alphabetic() => self.other += 1,
            _ => {}
        }
    }
}

fn head_of(text: &str) -> &str {
    text.get(..text.floor_char_boundary(ENOUGH)).unwrap_or(text)
}

/// Whether at least one word in eight is one that English has and hardly any other language. The first words decide if they do.
fn speaks_english(text: &str) -> bool {
    let head = head_of(text);
    let first = head.get(..head.floor_char_boundary(FIRST)).unwrap_or(head);
    has_english(first) || (first.len() < head.len() && has_english(head))
}

fn has_english(text: &str) -> bool {
    let (mut words, mut english) = (0, 0);
    for word in text.as_bytes().split(|byte| !is_in_word(*byte)).filter(|word| !word.is_empty()) {
        words += 1;
        english += usize::from(word.len() <= LONGEST && ENGLISH.binary_search(&spelled(word)).is_ok());
    }
    english > 0 && english * 8 >= words
}

fn is_in_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'\'' || byte >= 0x80
}

/// The small letters of a word as one number.
const fn spelled(word: &[u8]) -> u64 {
    let mut number = 0;
    let mut at = 0;
    while at < word.len() {
        number = number << 8 | word[at].to_ascii_lowercase() as u64;
        at += 1;
    }
    number
}

const LONGEST: usize = 6;

/// Words that English writes often and other languages hardly ever, as numbers, ascending.
static ENGLISH: [u64; COUNT] = sorted();

const COUNT: usize = WORDS.len();
#[rustfmt::skip]
const WORDS: [&[u8]; 66] = [
    b"i", b"it", b"my", b"of", b"we", b"to", b"if", b"at", b"is", b"the", b"and", b"not", b"but", b"you", b"are", b"for", b"i'm",
    b"get", b"has", b"our", b"out", b"now", b"how", b"why", b"i'd", b"was", b"who", b"she", b"his", b"too", b"this", b"with",
    b"that", b"have", b"they", b"very", b"it's", b"your", b"from", b"what", b"been", b"will", b"when", b"just", b"i've", b"than",
    b"only", b"more", b"good", b"make", b"time", b"would", b"there", b"don't", b"can't", b"still", b"which", b"their", b"could",
    b"after", b"about", b"where", b"these", b"great", b"please", b"thanks",
];

const fn sorted() -> [u64; COUNT] {
    let mut numbers = [0; COUNT];
    let mut count = 0;
    while count < COUNT {
        let number = spelled(WORDS[count]);
        let mut at = count;
        while at > 0 && numbers[at - 1] > number {
            numbers[at] = numbers[at - 1];
            at -= 1;
        }
        numbers[at] = number;
        count += 1;
    }
    numbers
}

fn statistics(text: &str) -> Lang {
    match whatlang::detect(text) {
        Some(info) if info.is_reliable() || info.script() != whatlang::Script::Latin => named(short_code(info.lang().code())),
        _ => Lang::english(),
    }
}

fn named(code: &str) -> Lang {
    Lang::parse(code).unwrap_or_else(Lang::english)
}

/// The two-letter code of a language, where it has one.
fn short_code(code: &'static str) -> &'static str {
    const CODES: [(&str, &str); 40] = [
        ("eng", "en"),
        ("cmn", "zh"),
        ("jpn", "ja"),
        ("kor", "ko"),
        ("fra", "fr"),
        ("deu", "de"),
        ("spa", "es"),
        ("por", "pt"),
        ("ita", "it"),
        ("nld", "nl"),
        ("rus", "ru"),
        ("ukr", "uk"),
        ("pol", "pl"),
        ("ces", "cs"),
        ("slk", "sk"),
        ("hun", "hu"),
        ("ron", "ro"),
        ("bul", "bg"),
        ("ell", "el"),
        ("tur", "tr"),
        ("swe", "sv"),
        ("dan", "da"),
        ("nob", "nb"),
        ("fin", "fi"),
        ("est", "et"),
        ("lav", "lv"),
        ("lit", "lt"),
        ("hrv", "hr"),
        ("srp", "sr"),
        ("slv", "sl"),
        ("heb", "he"),
        ("arb", "ar"),
        ("pes", "fa"),
        ("hin", "hi"),
        ("ben", "bn"),
        ("tha", "th"),
        ("vie", "vi"),
        ("ind", "id"),
        ("cat", "ca"),
        ("afr", "af"),
    ];
    CODES.iter().find(|(long, _)| *long == code).map_or(code, |(_, short)| short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_told_by_script_words_and_statistics() {
        let cases = [
            ("Easy to use and it never fails", "en"),
            ("ok", "en"),
            ("", "en"),
            ("👍👍", "en"),
            ("很好用，推荐", "zh"),
            ("iPhone 13 Pro Max 真的很好用", "zh"),
            ("好吃の店", "zh"),
            ("とても使いやすいです", "ja"),
            ("정말 좋아요", "ko"),
            ("Очень удобная программа, всем советую, работает быстро", "ru"),
            ("Die Bedienung ist sehr einfach und der Kundendienst war wirklich freundlich zu uns", "de"),
            ("L'application est très facile à utiliser et le service client est vraiment agréable", "fr"),
            ("I visited the café and it was lovely, but the crème brûlée was not for me", "en"),
        ];
        for (text, want) in cases {
            assert_eq!(language(text).as_str(), want, "{text}");
        }
    }
}
