//! Folding of letters: what differs only in case, width or accent becomes the same.
//!
//! Works on single characters; where words and sentences begin is for `normalise` to know.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::decompose_canonical;

use super::simplified::simplified;

/// The text with case, width and accents folded, traditional Chinese made simplified, and characters nobody sees left out.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars() {
        fold_letter(letter, &mut |letter| folded.push(letter));
    }
    folded
}

/// Hands on what one character folds to: nothing, itself or several characters.
pub(super) fn fold_letter(letter: char, emit: &mut impl FnMut(char)) {
    match letter {
        '\0'..='\x7f' => emit(letter.to_ascii_lowercase()),
        '\u{4e00}'..='\u{9fff}' => emit(simplified(letter)),
        '\u{3041}'..='\u{30ff}' => emit(letter),
        'ß' | 'ẞ' => "ss".chars().for_each(emit),
        'æ' | 'Æ' => "ae".chars().for_each(emit),
        'œ' | 'Œ' => "oe".chars().for_each(emit),
        'ø' | 'Ø' => emit('o'),
        'ł' | 'Ł' => emit('l'),
        'đ' | 'Đ' => emit('d'),
        'ı' => emit('i'),
        _ if is_unseen(letter) || is_accent(letter) => {}
        _ => std::iter::once(letter).nfkc().for_each(|letter| fold_composed(letter, emit)),
    }
}

fn fold_composed(letter: char, emit: &mut impl FnMut(char)) {
    if matches!(letter, '\u{3041}'..='\u{30ff}' | '\u{ac00}'..='\u{d7a3}') {
        return emit(letter);
    }
    for small in letter.to_lowercase() {
        decompose_canonical(small, |part| {
            if !is_accent(part) {
                emit(simplified(part));
            }
        });
    }
}

/// Whether a character only changes how its neighbours look or join: zero-width marks, direction marks, variation selectors,
/// skin tones.
pub(super) fn is_unseen(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a character is an accent set on the letter before it.
pub(super) fn is_accent(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_width_and_accents_fold() {
        let cases = [
            ("Café", "cafe"),
            ("cafe\u{301}", "cafe"),
            ("ＡＢＣ１２", "abc12"),
            ("STRAẞE Straße", "strasse strasse"),
            ("ﬁne", "fine"),
            ("İstanbul", "istanbul"),
            ("Ångström ŁÓDŹ", "angstrom lodz"),
            ("ｱｲｳ カガ", "アイウ カガ"),
            ("한국", "한국"),
            ("ＮＯ．①", "no.1"),
            ("a\u{200b}b\u{feff}", "ab"),
            ("❤\u{fe0f}👍🏽", "❤👍"),
            ("", ""),
        ];
        for (text, want) in cases {
            assert_eq!(fold(text), want, "{text}");
        }
    }
}
