//! The language of a text: by its script where that says enough, by its words where they do, else by letter statistics.

use crate::mention::Lang;

/// Only so many bytes are looked at.
const ENOUGH: usize = 600;
/// Below so many letters, statistics of a Latin text mean little.
const SHORT: usize = 60;
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
        let mut scripts = Self::default();
        for letter in head_of(text).chars() {
            match letter {
                'a'..='z' | 'A'..='Z' => scripts.latin += 1,
                '\0'..='\x7f' => {}
                'À'..='\u{24f}' | 'Ḁ'..='ỿ' => {
                    scripts.latin += 1;
                    scripts.accents += 1;
                }
                '\u{3041}'..='\u{30ff}' if letter != 'の' && letter != '・' => scripts.kana += 1,
                '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}' => scripts.han += 1,
                '\u{ac00}'..='\u{d7a3}' => scripts.hangul += 1,
                _ if letter.is_alphabetic() => scripts.other += 1,
                _ => {}
            }
        }
        scripts
    }
}

fn head_of(text: &str) -> &str {
    let end = (0..=ENOUGH.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.get(..end).unwrap_or(text)
}

/// Whether at least one word in eight is one that English has and hardly any other language.
fn speaks_english(text: &str) -> bool {
    let (mut words, mut english) = (0, 0);
    for word in head_of(text).split(|letter: char| !letter.is_alphanumeric() && letter != '\'').filter(|word| !word.is_empty()) {
        words += 1;
        english += usize::from(word.len() <= 5 && is_english(word));
    }
    english > 0 && english * 8 >= words
}

/// Words that English writes often and other languages hardly ever: those of one letter, of two, of three …
const ENGLISH: [&[u8]; 6] = [
    b"i",
    b"itmyofwetoifatis",
    b"theandnotbutyouarefori'mgethasouroutnowhowwhyi'dwaswhoshehistoo",
    b"thiswiththathavetheyveryit'syourfromwhatbeenwillwhenjusti'vethanonlymoregoodmaketime",
    b"wouldtheredon'tcan'tstillwhichtheircouldafteraboutwherethesegreat",
    b"pleasethanks",
];

fn is_english(word: &str) -> bool {
    let length = word.len();
    let Some(known) = length.checked_sub(1).and_then(|place| ENGLISH.get(place)) else { return false };
    known.chunks(length).any(|known| known.eq_ignore_ascii_case(word.as_bytes()))
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
