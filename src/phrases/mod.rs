//! phrases stub
use crate::mention::{Lang, Tag, Verdict};

/// What was found in a mention.
#[derive(Clone, Debug, PartialEq)]
pub struct Tagging {
    /// Its language.
    pub lang: Lang,
    /// The tags.
    pub tags: Vec<Tag>,
    /// The verdict.
    pub verdict: Verdict,
    /// Why.
    pub why: String,
    /// Products named or being the subject.
    pub products: Vec<String>,
}
