//! What assistants ask the tools, with the words that tell them how.

use rmcp::schemars;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::{Apart, FigureRequest, Part, Pole};
use crate::insight::Scope;
use crate::mention::Polarity;
use crate::replies::Lane;

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Asked {
    /// The query: words, "phrases", and fields such as `product:acme polarity:complaint theme:"ease of use" rating:<=2 lang:zh since:7d
    /// source:forum verdict:mixed`; blank finds all.
    pub(super) query: String,
    /// The most mentions, at most 50; 20 if not given.
    pub(super) limit: Option<usize>,
    /// The `next` of the page before.
    pub(super) after: Option<String>,
    /// The most fitting first, instead of the newest.
    #[serde(default)]
    pub(super) by_relevance: bool,
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Read {
    /// The mention's id.
    pub(super) id: String,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Figure {
    Trend,
    Voice,
    Themes,
    Emerging,
    Spikes,
    Loop,
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct FigureAsked {
    /// Which figure.
    pub(super) figure: Figure,
    /// About this product.
    pub(super) product: Option<String>,
    /// With a tag under this theme.
    pub(super) theme: Option<String>,
    /// With praise, or with a complaint.
    pub(super) polarity: Option<Pole>,
    /// Shown by this source.
    pub(super) source: Option<String>,
    /// In this language.
    pub(super) lang: Option<String>,
    /// Found by this query too.
    pub(super) query: Option<String>,
    /// From when on: `30d`, `8w`, `3mo`, `2026-11-01`, `2026-11`.
    pub(super) since: Option<String>,
    /// Until when; today if not given.
    pub(super) until: Option<String>,
    /// Of a trend: what the time is divided into.
    pub(super) by: Option<Part>,
    /// Of a trend: what the mentions are told apart by.
    pub(super) each: Option<Apart>,
}

impl FigureAsked {
    pub(super) fn request(&self, usually: &str) -> FigureRequest {
        let scope = Scope {
            product: self.product.clone(),
            polarity: self.polarity.map(Polarity::from),
            theme: self.theme.clone(),
            source: self.source.clone(),
            lang: self.lang.clone(),
            query: self.query.clone(),
        };
        FigureRequest { scope, since: self.since.clone().unwrap_or_else(|| usually.to_owned()), until: self.until.clone() }
    }
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum LaneWord {
    Urgent,
    Complaint,
    Praise,
}

impl From<LaneWord> for Lane {
    fn from(word: LaneWord) -> Self {
        match word {
            LaneWord::Urgent => Self::Urgent,
            LaneWord::Complaint => Self::Complaint,
            LaneWord::Praise => Self::Praise,
        }
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct QueueAsked {
    /// In this lane only.
    pub(super) lane: Option<LaneWord>,
    /// Only those whose deadline has passed.
    #[serde(default)]
    pub(super) overdue: bool,
    /// The most replies, at most 50; 20 if not given.
    pub(super) limit: Option<usize>,
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct DraftProposal {
    /// The id of the mention that is answered.
    pub(super) id: String,
    /// The text you propose.
    pub(super) text: String,
    /// The version of the reply that you saw; refused if somebody has changed it since.
    pub(super) version: Option<i64>,
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct PhraseProposal {
    /// The phrase as customers write it.
    pub(super) phrase: String,
    /// What it would be listed as.
    pub(super) polarity: Pole,
    /// The theme it belongs to.
    pub(super) theme: Option<String>,
    /// Its language: `en`, `zh`.
    pub(super) lang: Option<String>,
    /// Why it should be listed.
    pub(super) why: String,
    /// The ids of mentions that say it.
    pub(super) mentions: Vec<String>,
}
