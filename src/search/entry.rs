//! What the index is handed of a mention.
//!
//! Knows nothing of fields and terms.

use jiff::Timestamp;

use crate::mention::{Tag, Verdict};

/// One mention to index.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// Its row in the store, the unique key.
    pub row: i64,
    /// The change that brought it here.
    pub seq: i64,
    /// Its public id, and those of mentions that were united with it.
    pub ids: &'a [&'a str],
    /// Its title.
    pub title: Option<&'a str>,
    /// What it says.
    pub text: &'a str,
    /// Who wrote it.
    pub author: Option<&'a str>,
    /// The source of each sighting.
    pub sources: &'a [&'a str],
    /// The kinds of those sources.
    pub kinds: &'a [&'a str],
    /// The host of its link.
    pub site: Option<&'a str>,
    /// Its language (`en`, `zh`).
    pub lang: &'a str,
    /// Its rating as 1 to 5 stars.
    pub stars: Option<f64>,
    /// Its rating as the site shows it.
    pub rating: Option<f64>,
    /// When it was written, else first seen.
    pub published: Timestamp,
    /// What it says in all.
    pub verdict: Verdict,
    /// Products it names or its page is about.
    pub products: &'a [String],
    /// What was found in it.
    pub tags: &'a [Tag],
    /// What else is to be known of it.
    pub marks: &'a [Mark],
    /// The customer who wrote it.
    pub customer: Option<&'a str>,
    /// The customer's segment.
    pub segment: Option<&'a str>,
    /// The customer's region.
    pub region: Option<&'a str>,
    /// Where its reply stands.
    pub status: Option<&'a str>,
}

/// Something that `is:` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mark {
    /// A severe complaint.
    Ugly,
    /// Noise, and left out unless it is asked for.
    Filtered,
    /// No longer shown where it was seen.
    Gone,
    /// Changed by its author.
    Edited,
    /// Written by our own staff.
    Staff,
    /// Shown on our own site.
    FirstParty,
}

impl Mark {
    /// Every mark.
    pub const ALL: [Self; 6] = [Self::Ugly, Self::Filtered, Self::Gone, Self::Edited, Self::Staff, Self::FirstParty];

    /// The word behind `is:`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ugly => "ugly",
            Self::Filtered => "filtered",
            Self::Gone => "gone",
            Self::Edited => "edited",
            Self::Staff => "staff",
            Self::FirstParty => "first-party",
        }
    }
}
