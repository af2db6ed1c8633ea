//! Which names count: the name of a product that may mean something else needs certain words beside it, or must not have others.
//!
//! Decides by what stands in the title and text; phrases play no part in it.

use std::fmt;

use super::overlap::overlap;
use super::vocabulary::{Found, Scan, Tells, Vocabulary};
use crate::text::SENTENCE;

/// Why a name does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// None of the product's `required` words stands in the title or text.
    Required,
    /// These words, `excluded` for the product, stand over the name or in its sentence.
    Excluded(String),
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Required => f.write_str("none of its `required` words stands in the title or text"),
            Self::Excluded(words) => write!(f, "`{words}` is among its `excluded` words"),
        }
    }
}

/// The doubts about the names of one mention.
#[derive(Debug)]
pub(super) struct Doubts<'v> {
    vocabulary: &'v Vocabulary,
    /// Products that are named, and nothing shows that they are meant.
    unmet: Vec<u32>,
}

impl<'v> Doubts<'v> {
    /// Looks through all parts of a mention; `given` are products that it is known to be about.
    pub(super) fn about(vocabulary: &'v Vocabulary, scans: &[&Scan<'_>], given: &[u32]) -> Self {
        let shown = |product: u32| {
            let shows = |words: &Found| tells(vocabulary, words, product).any(|tells| tells == Tells::Meant);
            given.contains(&product) || scans.iter().any(|scan| scan.finds.telling.iter().any(shows))
        };
        let unmet = vocabulary.needy.iter().copied().filter(|product| !shown(*product)).collect();
        Self { vocabulary, unmet }
    }

    /// Whether a name that was found counts.
    pub(super) fn count(&self, scan: &Scan<'_>, name: &Found) -> bool {
        let plain = self.unmet.is_empty() && scan.finds.telling.is_empty();
        plain || (!self.unmet.contains(&name.meaning) && self.excluding(scan, name).is_none())
    }

    /// Why a name that was found does not count; none if it does.
    pub(super) fn doubt(&self, scan: &Scan<'_>, name: &Found) -> Option<Doubt> {
        let excluded = |words: Found| {
            let place = scan.normalised.original_bytes(words.start as usize..words.end as usize);
            Doubt::Excluded(scan.normalised.original(place).to_owned())
        };
        let required = || self.unmet.contains(&name.meaning).then_some(Doubt::Required);
        self.excluding(scan, name).map(excluded).or_else(required)
    }

    /// The words that exclude a name.
    fn excluding(&self, scan: &Scan<'_>, name: &Found) -> Option<Found> {
        let excludes = |words: &&Found| {
            tells(self.vocabulary, words, name.meaning).any(|tells| match tells {
                Tells::Meant => false,
                Tells::OtherHere => overlap(words, name),
                Tells::OtherInSentence => share_sentence(scan, words, name),
            })
        };
        scan.finds.telling.iter().find(excludes).copied()
    }
}

/// What words tell about a product.
fn tells(vocabulary: &Vocabulary, words: &Found, product: u32) -> impl Iterator<Item = Tells> {
    let told = vocabulary.roles.get(words.meaning as usize).map(|role| role.tells.as_slice()).unwrap_or_default();
    told.iter().filter(move |(about, _)| *about == product).map(|(_, tells)| *tells)
}

fn share_sentence(scan: &Scan<'_>, one: &Found, other: &Found) -> bool {
    let between = one.end.min(other.end)..one.start.max(other.start);
    between.is_empty() || !scan.normalised.breaks().any(|(at, kind)| kind >= SENTENCE && between.contains(&at))
}
