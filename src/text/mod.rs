//! Text as people write it: HTML made plain, normalised with a map back to the original, cut into sentences and
//! clauses, its language guessed.
//!
//! Knows nothing of phrases, products or where the text came from.

mod fingerprint;
mod fold;
mod hashtag;
mod html;
mod language;
mod letters;
mod mask;
mod normalise;
mod normalised;
mod simplified;
mod wording;
mod writer;

pub use fingerprint::fingerprint;
pub use fold::fold;
pub use html::html_to_text;
pub use language::language;
pub use letters::Letters;
pub use mask::{Masked, mask, masked};
pub use normalised::{CLAUSE, Normalised, QUESTION, SENTENCE};
pub use wording::Wording;
