//! Who reads a digest: in which language and zone, when, and about what.

use std::collections::BTreeSet;

use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::edition::Every;

/// A language that digests are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Chinese.
    Zh,
}

impl Language {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh",
        }
    }
}

/// A part of a digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Section {
    /// How much was said, against what is usual.
    Figures,
    /// The good, the bad and the ugly.
    Quotes,
    /// Unusual days.
    Spikes,
    /// Words that come up.
    Words,
    /// Our products against others'.
    Voice,
    /// What saved searches found.
    Searches,
    /// What waits to be answered.
    Replies,
    /// You said, we did.
    Changes,
    /// The trend as a picture.
    Picture,
}

impl Section {
    /// All of them.
    pub const ALL: [Self; 9] =
        [Self::Figures, Self::Quotes, Self::Spikes, Self::Words, Self::Voice, Self::Searches, Self::Replies, Self::Changes, Self::Picture];
}

/// Somebody who reads digests.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipient {
    /// The address, as `ann@acme.example`; empty for a destination.
    pub mail: String,
    /// The destination of settings.toml that gets it as a short text, in place of a mail to somebody.
    pub destination: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// The language it is written in.
    pub language: Language,
    /// Where they live.
    pub zone: TimeZone,
    /// When it comes, by the clock there.
    pub at: Time,
    /// On which weekdays there; never empty.
    pub weekdays: Vec<Weekday>,
    /// Which come.
    pub editions: BTreeSet<Every>,
    /// About these products; all of ours if none is named.
    pub products: Vec<String>,
    /// What is in it. What was not heard is always told.
    pub sections: BTreeSet<Section>,
    /// Saved searches in it; those marked for the digest if none is named.
    pub searches: Option<Vec<String>>,
    /// Only what customers of this segment say.
    pub segment: Option<String>,
}

impl Default for Recipient {
    fn default() -> Self {
        use Weekday::{Friday, Monday, Saturday, Sunday, Thursday, Tuesday, Wednesday};
        Self {
            mail: String::new(),
            destination: None,
            name: None,
            language: Language::En,
            zone: TimeZone::UTC,
            at: Time::constant(8, 0, 0, 0),
            weekdays: vec![Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday],
            editions: BTreeSet::from([Every::Daily]),
            products: Vec::new(),
            sections: Section::ALL.into_iter().collect(),
            searches: None,
            segment: None,
        }
    }
}

impl Recipient {
    /// What tells one from another: the address without case, or the destination.
    pub fn key(&self) -> String {
        match &self.destination {
            Some(name) => format!("to:{name}"),
            None => self.mail.to_lowercase(),
        }
    }

    /// The address, or the name of the destination.
    pub fn named(&self) -> &str {
        self.destination.as_deref().unwrap_or(&self.mail)
    }

    /// The address with the name.
    pub fn addressed(&self) -> String {
        match &self.name {
            _ if self.destination.is_some() => self.named().to_owned(),
            Some(name) => format!("\"{}\" <{}>", name.replace(['"', '\\'], ""), self.mail),
            None => self.mail.clone(),
        }
    }

    /// Whether this is in it.
    pub fn wants(&self, section: Section) -> bool {
        self.sections.contains(&section)
    }
}
