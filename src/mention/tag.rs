//! A tag: a phrase found in a mention, joined to a product, with everything that explains it; and the verdict.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Whether something is said for or against a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Polarity {
    /// Said for it.
    Praise,
    /// Said against it.
    Complaint,
}

impl Polarity {
    /// The other one.
    pub fn flipped(self) -> Self {
        match self {
            Self::Praise => Self::Complaint,
            Self::Complaint => Self::Praise,
        }
    }

    /// The one of this word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Praise, Self::Complaint].into_iter().find(|polarity| polarity.as_str() == word)
    }

    /// The word used in lists, columns and queries.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Praise => "praise",
            Self::Complaint => "complaint",
        }
    }
}

/// Which part of a mention a tag stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Field {
    /// The body.
    Text,
    /// The title.
    Title,
}

impl Field {
    /// The word used in columns.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Title => "title",
        }
    }
}

/// How a phrase came to be joined to its product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JoinedBy {
    /// The product is named in the same clause.
    Clause,
    /// The product is named in the same sentence.
    Sentence,
    /// The product is named in a sentence nearby.
    Nearby,
    /// The product is named in the title.
    Title,
    /// The page is about the product.
    Subject,
}

impl JoinedBy {
    /// The word used in columns.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Clause => "clause",
            Self::Sentence => "sentence",
            Self::Nearby => "nearby",
            Self::Title => "title",
            Self::Subject => "subject",
        }
    }
}

/// A phrase found in a mention and joined to a product, with its evidence.
///
/// Offsets count Unicode scalar values of the original text or title; ends are exclusive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// For or against, after negation.
    pub polarity: Polarity,
    /// The phrase as its list writes it.
    pub phrase: String,
    /// The theme it stands under.
    pub theme: String,
    /// The product it is said of, if one is known.
    pub product: Option<String>,
    /// The part of the mention that the offsets count in.
    pub field: Field,
    /// Where the phrase begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// The words that stand there.
    pub text: String,
    /// Where the product is named, if in the same part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_start: Option<usize>,
    /// Where that name ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_end: Option<usize>,
    /// How the two were joined; none without a product.
    pub joined_by: Option<JoinedBy>,
    /// The rule that decided the polarity (`plain`, `negation: not` …).
    pub rule: String,
    /// Whether a negation turned the polarity round.
    pub negated: bool,
    /// The list the phrase stands in, and the version of the entry there (`praise.en@1f0c`).
    pub list: String,
}

/// What a mention says in all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Praise outweighs.
    Praise,
    /// Complaint outweighs.
    Complaint,
    /// Both.
    Mixed,
    /// Neither.
    Neutral,
}

impl Verdict {
    /// The word used in columns and queries.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Praise => "praise",
            Self::Complaint => "complaint",
            Self::Mixed => "mixed",
            Self::Neutral => "neutral",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Polarity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
