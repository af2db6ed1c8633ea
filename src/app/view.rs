//! A stored mention as scripts and pages see it. The keys are those that `import` reads.

use serde::Serialize;
use serde_json::Number;

use crate::customers::Customer;
use crate::mention::{Answer, Context, Precision, Published, Reach, Tag, Verdict};
use crate::noise::Flag;
use crate::phrases::Correction;
use crate::store::{Decision, Revision, Stored};

/// A mention as `search --json` prints it and `import` takes it.
#[derive(Clone, Debug, Serialize)]
pub struct MentionView<'a> {
    /// Its lasting id.
    pub id: &'a str,
    /// Where a person can open it.
    pub url: Option<&'a str>,
    /// Who wrote it.
    pub author: Option<&'a str>,
    /// Its title.
    pub title: Option<&'a str>,
    /// What it says.
    pub text: &'a str,
    /// When it was written: a time, or a day where no time is known.
    pub published: Option<String>,
    /// The points given.
    pub rating: Option<Number>,
    /// The lowest that could be given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worst_rating: Option<Number>,
    /// The highest that could be given.
    pub best_rating: Option<Number>,
    /// Its language.
    pub lang: &'a str,
    /// What it is about.
    pub product: Option<&'a str>,
    /// Every product named in it or being its subject.
    pub products: &'a [String],
    /// What it says in all.
    pub verdict: Verdict,
    /// Why, in a sentence.
    pub why: &'a str,
    /// Whether it is a severe complaint.
    pub ugly: bool,
    /// The phrases found, with their evidence.
    pub tags: &'a [Tag],
    /// What people said against its tags.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub corrections: &'a [Correction],
    /// What its site tells around it.
    #[serde(flatten)]
    pub context: ContextView<'a>,
    /// Where it was seen.
    pub sightings: Vec<SightingView<'a>>,
    /// When it was first seen.
    pub first_seen: String,
    /// When its author last changed it: as the site tells, or as it was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edited: Option<String>,
    /// 1, and one more for each time its author changed it.
    pub revision: i64,
    /// What it said before, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub revisions: Vec<RevisionView<'a>>,
    /// Since when it is no longer shown anywhere it was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gone: Option<String>,
    /// Why it is put aside as noise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filtered: Option<&'a str>,
    /// Whether a person released it from being noise.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub released: bool,
    /// What it is marked with: `staff`, `first-party`.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub flags: &'a [Flag],
    /// The customer who wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<&'a Customer>,
}

impl<'a> MentionView<'a> {
    /// The mention, and the customer who wrote it.
    pub fn of(stored: &'a Stored, customer: Option<&'a Customer>) -> Self {
        Self { customer, ..Self::from(stored) }
    }
}

/// What a site tells around a mention, under keys of their own.
#[derive(Clone, Debug, Serialize)]
pub struct ContextView<'a> {
    /// The country or region it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<&'a str>,
    /// The version of the product that it speaks of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<&'a str>,
    /// The discussion it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thread: Option<&'a str>,
    /// What it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<&'a str>,
    /// Who liked it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub likes: Option<u64>,
    /// Who answered it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replies: Option<u64>,
    /// Who passed it on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shares: Option<u64>,
    /// Who saw it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub views: Option<u64>,
    /// What the company answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<&'a Answer>,
}

impl<'a> From<&'a Context> for ContextView<'a> {
    fn from(context: &'a Context) -> Self {
        let Reach { likes, replies, shares, views } = context.reach;
        Self {
            region: context.region.as_deref(),
            version: context.version.as_deref(),
            thread: context.thread.as_deref(),
            parent: context.parent.as_deref(),
            likes,
            replies,
            shares,
            views,
            answer: context.answer.as_ref(),
        }
    }
}

/// What a mention said before it was changed.
#[derive(Clone, Debug, Serialize)]
pub struct RevisionView<'a> {
    /// Its number, from 1.
    pub revision: i64,
    /// When it was seen to be replaced.
    pub replaced: String,
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<&'a str>,
    /// What it said.
    pub text: &'a str,
    /// The points given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rating: Option<Number>,
    /// The highest that could be given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub best_rating: Option<Number>,
}

/// A place where a mention was seen.
#[derive(Clone, Debug, Serialize)]
pub struct SightingView<'a> {
    /// The source.
    pub source: &'a str,
    /// Its kind.
    pub kind: &'a str,
    /// Where a person can open it there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<&'a str>,
    /// Since when it is no longer shown there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gone: Option<String>,
}

impl<'a> From<&'a Stored> for MentionView<'a> {
    fn from(stored: &'a Stored) -> Self {
        let mention = &stored.mention;
        let view = |sighting: &'a crate::store::Sighting| SightingView {
            source: &sighting.source,
            kind: &sighting.kind,
            url: sighting.url.as_deref(),
            gone: sighting.gone.map(|gone| gone.to_string()),
        };
        let edited = mention.edited.or_else(|| stored.revisions.last().map(|revision| revision.replaced));
        Self {
            id: &stored.id,
            url: mention.url.as_ref().map(|url| url.as_str()),
            author: mention.author.as_ref().map(|author| author.name.as_str()),
            title: mention.title.as_deref(),
            text: &mention.text,
            published: mention.published.map(show_published),
            rating: mention.rating.and_then(|rating| number(rating.value())),
            worst_rating: mention.rating.map(|rating| rating.worst()).filter(|worst| *worst != 1.0).and_then(number),
            best_rating: mention.rating.and_then(|rating| number(rating.best())),
            lang: stored.tagging.lang.as_str(),
            product: stored.subject.as_deref(),
            products: &stored.tagging.products,
            verdict: stored.tagging.verdict,
            why: &stored.tagging.why,
            ugly: stored.tagging.ugly,
            tags: &stored.tagging.tags,
            corrections: &stored.corrections,
            context: ContextView::from(&mention.context),
            sightings: stored.sightings.iter().map(view).collect(),
            first_seen: stored.first_seen.to_string(),
            edited: edited.map(|edited| edited.to_string()),
            revision: stored.revision,
            revisions: stored.revisions.iter().map(RevisionView::from).collect(),
            gone: stored.gone().map(|gone| gone.to_string()),
            filtered: stored.filtered.as_deref(),
            released: stored.decided == Some(Decision::Released),
            flags: &stored.flags,
            customer: None,
        }
    }
}

impl<'a> From<&'a Revision> for RevisionView<'a> {
    fn from(revision: &'a Revision) -> Self {
        Self {
            revision: revision.revision,
            replaced: revision.replaced.to_string(),
            title: revision.title.as_deref(),
            text: &revision.text,
            rating: revision.rating.and_then(|rating| number(rating.value())),
            best_rating: revision.rating.and_then(|rating| number(rating.best())),
        }
    }
}

/// The date as exactly as it is known.
pub fn show_published(published: Published) -> String {
    match published.precision {
        Precision::Day => published.at.to_zoned(jiff::tz::TimeZone::UTC).date().to_string(),
        Precision::Instant | Precision::Zoneless => published.at.to_string(),
    }
}

/// Whole points without a decimal point.
fn number(value: f64) -> Option<Number> {
    let whole = value as i64;
    if whole as f64 == value { Some(whole.into()) } else { Number::from_f64(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_and_dates_are_shown_as_they_were_given() {
        assert_eq!(number(4.0).unwrap().to_string(), "4");
        assert_eq!(number(4.5).unwrap().to_string(), "4.5");
        let day = Published::day("2026-03-01".parse().unwrap()).unwrap();
        assert_eq!(show_published(day), "2026-03-01");
        let instant = Published::instant("2026-03-01T10:00:00Z".parse().unwrap());
        assert_eq!(show_published(instant), "2026-03-01T10:00:00Z");
    }
}
