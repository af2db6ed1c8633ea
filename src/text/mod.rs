//! Text as people write it: HTML made plain, normalised with a map back to the original, cut into sentences and
//! clauses, its language guessed.
//!
//! Knows nothing of phrases, products or where the text came from.

mod html;

pub use html::html_to_text;

/// stub
pub fn fingerprint(text: &str) -> u64 {
    let letters: String = text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    xxhash_rust::xxh3::xxh3_64(letters.as_bytes())
}
