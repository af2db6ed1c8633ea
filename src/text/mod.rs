//! Text as people write it: HTML made plain, normalised with a map back to the original, cut into sentences and
//! clauses, its language guessed.
//!
//! Knows nothing of phrases, products or where the text came from.

mod html;

pub use html::html_to_text;
