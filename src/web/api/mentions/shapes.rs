//! What answers about mentions look like, for the description alone: nothing here is ever made. The tests hold real answers against it.
#![expect(dead_code, reason = "these are read by the macro that describes them")]

use utoipa::ToSchema;

/// A phrase found in a mention, with its evidence. Offsets are in characters.
#[derive(ToSchema)]
pub(in crate::web::api) struct Tag {
    /// `praise` or `complaint`.
    polarity: String,
    /// The entry of the list.
    phrase: String,
    /// Its theme.
    theme: String,
    /// What it was joined to; null if no known product is near.
    product: Option<String>,
    /// Which part it stands in.
    field: String,
    /// Where the words begin.
    start: u64,
    /// Where they end.
    end: u64,
    /// The words that stand there.
    text: String,
    /// Where the product is named, if in the same part.
    product_start: Option<u64>,
    /// Where that name ends.
    product_end: Option<u64>,
    /// How the two were joined.
    joined_by: Option<String>,
    /// The rule that decided the polarity.
    rule: String,
    /// Whether a negation turned it round.
    negated: bool,
    /// The list and the version of its entry.
    list: String,
}

/// A place where a mention was seen.
#[derive(ToSchema)]
pub(in crate::web::api) struct Sighting {
    /// The source.
    source: String,
    /// Its kind.
    kind: String,
    /// Where a person can open it there.
    url: Option<String>,
    /// Since when it is no longer shown there.
    gone: Option<String>,
}

/// A mention, as `goodword search --json` prints it.
#[derive(ToSchema)]
pub(in crate::web::api) struct Mention {
    /// Its lasting id.
    id: String,
    /// Where a person can open it.
    url: Option<String>,
    /// Who wrote it.
    author: Option<String>,
    /// Its title.
    title: Option<String>,
    /// What it says.
    text: String,
    /// When it was written: a time, or a day where no time is known.
    published: Option<String>,
    /// The points given.
    rating: Option<f64>,
    /// The lowest that could be given.
    worst_rating: Option<f64>,
    /// The highest that could be given.
    best_rating: Option<f64>,
    /// Its language.
    lang: String,
    /// What it is about.
    product: Option<String>,
    /// Every product named in it or being its subject.
    products: Vec<String>,
    /// `praise`, `complaint`, `mixed` or `neutral`.
    verdict: String,
    /// Why, in a sentence.
    why: String,
    /// Whether it is a severe complaint.
    ugly: bool,
    /// The phrases found.
    tags: Vec<Tag>,
    /// What people said against its tags.
    corrections: Option<Vec<serde_json::Value>>,
    /// The country or region it comes from.
    region: Option<String>,
    /// The version of the product that it speaks of.
    version: Option<String>,
    /// The discussion it belongs to.
    thread: Option<String>,
    /// What it answers.
    parent: Option<String>,
    /// Who liked it.
    likes: Option<u64>,
    /// Who answered it.
    replies: Option<u64>,
    /// Who passed it on.
    shares: Option<u64>,
    /// Who saw it.
    views: Option<u64>,
    /// What the company answered.
    answer: Option<serde_json::Value>,
    /// Where it was seen.
    sightings: Vec<Sighting>,
    /// When it was first seen.
    #[schema(format = DateTime)]
    first_seen: String,
    /// When its author last changed it.
    edited: Option<String>,
    /// 1, and one more for each time its author changed it.
    revision: i64,
    /// What it said before, oldest first.
    revisions: Option<Vec<serde_json::Value>>,
    /// Since when it is no longer shown anywhere.
    gone: Option<String>,
    /// Why it is put aside as noise.
    filtered: Option<String>,
    /// Whether a person released it from being noise.
    released: Option<bool>,
    /// What it is marked with.
    flags: Option<Vec<String>>,
    /// The customer who wrote it.
    customer: Option<serde_json::Value>,
    /// Where the query's words stand in its text, in characters.
    highlights: Option<Vec<Vec<u64>>>,
    /// Where they stand in its title.
    title_highlights: Option<Vec<Vec<u64>>>,
}

/// A page of mentions.
#[derive(ToSchema)]
pub(in crate::web::api) struct FoundMentions {
    /// How many match in all, each once.
    total: u64,
    /// The places where those were seen.
    sightings: u64,
    /// Those on this page.
    mentions: Vec<Mention>,
    /// Where the next page goes on: give it as `after`; null behind the last.
    next: Option<String>,
    /// How often each value occurs among all that match, by facet.
    facets: std::collections::HashMap<String, Vec<FacetCount>>,
    /// What was not understood of the query.
    notes: Vec<String>,
}

/// How often a value occurs.
#[derive(ToSchema)]
pub(in crate::web::api) struct FacetCount {
    /// The value.
    value: String,
    /// Mentions that have it.
    mentions: u64,
    /// The places where those were seen.
    sightings: u64,
}
