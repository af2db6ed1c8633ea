//! A short number that tells whether two texts say the same, whatever their case, spacing and punctuation.

use xxhash_rust::xxh3::xxh3_64;

use super::fold::fold_letter;

/// The fingerprint of a text: equal for texts whose letters and digits are equal after folding. One without any, such as a
/// row of emoji, is taken as it stands.
pub fn fingerprint(text: &str) -> u64 {
    let mut letters = String::with_capacity(text.len());
    for letter in text.chars() {
        fold_letter(letter, &mut |folded| {
            if folded.is_alphanumeric() {
                letters.push(folded);
            }
        });
    }
    if letters.is_empty() { xxh3_64(text.trim().as_bytes()) } else { xxh3_64(letters.as_bytes()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_have_the_same_fingerprint() {
        let same = ["Easy to use!", "easy to use", "  EASY  to–use…", "ＥＡＳＹ to use"];
        for text in same {
            assert_eq!(fingerprint(text), fingerprint(same[0]), "{text}");
        }
        assert_ne!(fingerprint("easy to use"), fingerprint("easy to lose"));
        assert_ne!(fingerprint("version 1"), fingerprint("version 2"));
        assert_ne!(fingerprint("👍"), fingerprint("👎"));
    }
}
