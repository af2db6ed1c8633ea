//! Phrases that people praise and complain with: the lists on disk, and the tagger that finds them and joins them to products.
//!
//! `lists` and `products` read what people edit (`pattern`, `inflection`: the forms of a phrase); `vocabulary` compiles it with the
//! built-in cue words and scans a text; `overlap`, `gaps` and `ambiguity` settle what counts; `reading` cuts the text up; `scope`,
//! `comparison` (by `degree`, `versus`, `preference`) and `join` decide what is meant and of what; `verdict` weighs it. Knows nothing of sources and stores.

mod ambiguity;
mod cast;
mod comparison;
mod correction;
mod cues;
mod difference;
pub mod discovery;
pub mod edit;
mod endings;
mod gaps;
mod heads;
mod inflection;
mod degree;
mod join;
mod lists;
mod overlap;
mod negation;
mod pattern;
mod preference;
mod products;
mod reading;
mod scope;
mod spelling;
mod sides;
mod tagger;
#[cfg(test)]
mod tests;
mod themes;
#[cfg(test)]
mod trial;
mod verdict;
mod versus;
mod vocabulary;
mod writer;

pub use ambiguity::Doubt;
pub use correction::{Correction, Place, Says, corrected_subject};
pub use difference::Difference;
pub use lists::{List, Lists, Phrase, list_files, list_kind};
pub use pattern::{GAP, MOST_FORMS, Unreadable, forms, parts};
pub use tagger::{PassedOver, Subject, Tagger, Tagging};
pub(crate) use themes::CHINESE as CHINESE_THEMES;
pub use themes::chinese_theme;
