//! What answers about mentions look like, for the description alone: nothing here is ever made. The tests hold real answers against it.
#![expect(dead_code, reason = "these are read by the macro that describes them")]

use utoipa::ToSchema;

use crate::web::api::customers::shapes::Customer;

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

/// The tag that a correction is about, as the person saw it.
#[derive(ToSchema)]
pub(in crate::web::api) struct CorrectedTag {
    /// Which part it stood in.
    field: String,
    /// The words.
    text: String,
    /// Where they began, in characters.
    start: u64,
    /// What it was joined to.
    product: Option<String>,
    /// The entry of the list.
    phrase: String,
}

/// What a person said against a tag, or against the mention as a whole.
#[derive(ToSchema)]
pub(in crate::web::api) struct Correction {
    /// The tag; none for the mention as a whole.
    place: Option<CorrectedTag>,
    /// What is right.
    says: CorrectionSays,
    /// Who said so.
    by: Option<String>,
    /// When.
    #[schema(format = DateTime)]
    at: String,
}

/// What is right instead: `not-this`, or one of the three named.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub(in crate::web::api) enum CorrectionSays {
    /// It says no such thing.
    NotThis,
    /// It is said of this product; of none if null.
    Product(Option<String>),
    /// It is meant this way: `praise` or `complaint`.
    Polarity(String),
    /// The mention as a whole says this.
    Verdict(String),
}

/// What the company answered under a mention.
#[derive(ToSchema)]
pub(in crate::web::api) struct Answer {
    /// What it says.
    text: String,
    /// Who gave it.
    by: Option<String>,
    /// When it was given or last changed.
    at: Option<String>,
    /// Where a person can open it.
    url: Option<String>,
}

/// What a mention said before its author changed it.
#[derive(ToSchema)]
pub(in crate::web::api) struct Revision {
    /// Its number, from 1.
    revision: i64,
    /// When it was seen to be replaced.
    #[schema(format = DateTime)]
    replaced: String,
    /// Its title.
    title: Option<String>,
    /// What it said.
    text: String,
    /// The points given.
    rating: Option<f64>,
    /// The highest that could be given.
    best_rating: Option<f64>,
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
    corrections: Option<Vec<Correction>>,
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
    answer: Option<Answer>,
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
    revisions: Option<Vec<Revision>>,
    /// Since when it is no longer shown anywhere.
    gone: Option<String>,
    /// Why it is put aside as noise.
    filtered: Option<String>,
    /// Whether a person released it from being noise.
    released: Option<bool>,
    /// What it is marked with.
    flags: Option<Vec<String>>,
    /// The customer who wrote it.
    customer: Option<Customer>,
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
