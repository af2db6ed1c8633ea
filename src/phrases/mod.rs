//! Phrases that people praise and complain with: the lists on disk, and the tagger that finds them and joins them to products.
//!
//! `lists` reads what people edit; `vocabulary` compiles it with the built-in cue words; `reading` cuts a text up; `scope`, `comparison`
//! (by `degree`, `versus` and `preference`) and `join` decide what is meant and of what; `verdict` weighs it. Knows nothing of sources and stores.

mod comparison;
mod cues;
mod degree;
mod join;
mod lists;
mod negation;
mod pattern;
mod preference;
mod reading;
mod scope;
mod sides;
mod tagger;
#[cfg(test)]
mod trial;
mod verdict;
mod versus;
mod vocabulary;

pub use lists::{List, Lists, Phrase};
pub use pattern::{MOST_FORMS, Unreadable, forms};
pub use tagger::{Subject, Tagger, Tagging};
