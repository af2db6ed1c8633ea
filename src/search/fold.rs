//! Folding: the one way in which text is made comparable for search (compatibility forms, case, width, accents), with
//! the place each letter came from. Words and queries pass through here alike, so another folding can be put in its place.
//!
//! Knows nothing of words.

use unicode_normalization::char::{compose, decompose_compatible, is_combining_mark};

/// A folded letter and the characters of the original it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Letter {
    pub(super) char: char,
    /// First character of the original (Unicode scalar values).
    pub(super) start: u32,
    /// One past the last.
    pub(super) end: u32,
}

/// Folds `text` into `letters`, replacing what was there.
pub(super) fn fold(text: &str, letters: &mut Vec<Letter>) {
    letters.clear();
    for (at, char) in text.chars().enumerate() {
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        if char.is_ascii() {
            letters.push(Letter { char: char.to_ascii_lowercase(), start: at, end: at + 1 });
        } else if stands_as_it_is(char) {
            letters.push(Letter { char, start: at, end: at + 1 });
        } else if is_invisible(char) {
            extend_last(letters, at);
        } else {
            decompose_compatible(char, |part| part.to_lowercase().for_each(|part| push(letters, part, at)));
        }
    }
}

/// A name folded as a whole: blanks joined, control characters gone, at most 200 characters.
pub(super) fn fold_name(name: &str) -> String {
    let mut letters = Vec::new();
    fold(name, &mut letters);
    let folded: String = letters.iter().map(|letter| if letter.char.is_control() { ' ' } else { letter.char }).collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect()
}

/// Han and Hangul need no folding; they are most of what is not ASCII.
fn stands_as_it_is(char: char) -> bool {
    matches!(char, '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

/// Characters that show nothing: zero-width ones, soft hyphens, variation selectors, skin tones.
fn is_invisible(char: char) -> bool {
    matches!(char, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{1f3fb}'..='\u{1f3ff}')
}

fn extend_last(letters: &mut [Letter], at: u32) {
    if let Some(last) = letters.last_mut() {
        last.end = at + 1;
    }
}

fn push(letters: &mut Vec<Letter>, char: char, at: u32) {
    if is_combining_mark(char)
        && let Some(last) = letters.last_mut()
    {
        if loses_its_marks(last.char) {
            last.end = at + 1;
            return;
        }
        if let Some(composed) = compose(last.char, char) {
            *last = Letter { char: plain(composed), start: last.start, end: at + 1 };
            return;
        }
    }
    // Conjoining jamo make one syllable again.
    if matches!(char, '\u{1161}'..='\u{1175}' | '\u{11a8}'..='\u{11c2}')
        && let Some(last) = letters.last_mut()
        && let Some(composed) = compose(last.char, char)
    {
        *last = Letter { char: composed, start: last.start, end: at + 1 };
        return;
    }
    if char == 'ß' {
        letters.push(Letter { char: 's', start: at, end: at + 1 });
    }
    letters.push(Letter { char: plain(char), start: at, end: at + 1 });
}

/// Latin and Greek letters are found without their accents; elsewhere a mark makes another letter.
fn loses_its_marks(char: char) -> bool {
    matches!(char, 'a'..='z' | '\u{e0}'..='\u{24f}' | '\u{370}'..='\u{3ff}')
}

/// Letters whose plain form Unicode does not give.
fn plain(char: char) -> char {
    match char {
        'ß' => 's',
        'ø' => 'o',
        'ł' => 'l',
        'đ' => 'd',
        'ı' => 'i',
        'ς' => 'σ',
        'ё' => 'е',
        '\u{2018}' | '\u{2019}' | '\u{02bc}' => '\'',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        let mut letters = Vec::new();
        fold(text, &mut letters);
        letters.iter().map(|letter| letter.char).collect()
    }

    #[test]
    fn case_width_accents_and_compatibility_forms_fold_away() {
        for (text, want) in [
            ("Café", "cafe"),
            ("CAFE\u{301}", "cafe"),
            ("ＡＣＭＥ１５", "acme15"),
            ("ﬁne", "fine"),
            ("Straße", "strasse"),
            ("İstanbul", "istanbul"),
            ("Ελλάς", "ελλασ"),
            ("ｶﾞｲﾄﾞ", "ガイド"),
            ("か\u{3099}", "が"),
            ("が", "が"),
            ("\u{1112}\u{1161}\u{11ab}글", "한글"),
            ("й", "й"),
            ("ёлка", "елка"),
            ("soft\u{ad}ware", "software"),
            ("don’t", "don't"),
            ("京东", "京东"),
        ] {
            assert_eq!(folded(text), want, "{text}");
        }
    }

    #[test]
    fn letters_know_where_they_came_from() {
        let mut letters = Vec::new();
        fold("ﬁe\u{301}京", &mut letters);
        let spans: Vec<_> = letters.iter().map(|letter| (letter.char, letter.start, letter.end)).collect();
        assert_eq!(spans, [('f', 0, 1), ('i', 0, 1), ('e', 1, 3), ('京', 3, 4)]);
    }

    #[test]
    fn a_name_folds_as_a_whole() {
        assert_eq!(fold_name("  Acme \u{1f} Desk\n"), "acme desk");
        assert_eq!(fold_name(&"x".repeat(500)).len(), 200);
    }
}
