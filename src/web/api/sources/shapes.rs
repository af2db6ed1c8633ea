//! What answers about sources look like, for the description alone: nothing here is ever made. The tests hold real answers against it.
#![expect(dead_code, reason = "these are read by the macro that describes them")]

use utoipa::ToSchema;

/// What a source did and did not show.
#[derive(ToSchema)]
pub(in crate::web::api) struct Source {
    /// Its name.
    source: String,
    /// Its kind.
    kind: String,
    /// Whether it is listened to.
    enabled: bool,
    /// `fresh`, `unchanged`, `partial`, `blocked`, `failing`, `stale`; null before the first round.
    coverage: Option<String>,
    /// Why, if not all is well, and what to do.
    reason: Option<String>,
    /// What else to know of it.
    notes: Vec<String>,
    /// When it was last asked.
    last_run: Option<String>,
    /// When it last showed what it has.
    last_good: Option<String>,
    /// When it is due next.
    next_due: Option<String>,
    /// Why then, if not by its own interval.
    next_why: Option<String>,
    /// Rounds in a row that failed.
    failures: i64,
    /// Pages known of that come with the next rounds.
    left: u64,
    /// Mentions seen today, UTC.
    seen_today: i64,
    /// Those never heard before.
    new_today: i64,
    /// Mentions seen a day, on average.
    seen_a_day: Option<f64>,
    /// Those never heard before.
    new_a_day: Option<f64>,
}

/// All sources.
#[derive(ToSchema)]
pub(in crate::web::api) struct Sources {
    /// In the order of sources.toml.
    sources: Vec<Source>,
}

/// A mention that would be read.
#[derive(ToSchema)]
pub(in crate::web::api) struct TriedMention {
    /// Where a person can open it.
    url: Option<String>,
    /// Who wrote it.
    author: Option<String>,
    /// Its title.
    title: Option<String>,
    /// What it says.
    text: String,
    /// What it says in all.
    verdict: String,
}

/// What trying a source showed.
#[derive(ToSchema)]
pub(in crate::web::api) struct Trial {
    /// The source.
    source: String,
    /// Its kind.
    kind: Option<String>,
    /// The coverage a round would note.
    coverage: Option<String>,
    /// Why, if not all is well.
    reason: Option<String>,
    /// Mentions that would be read.
    seen: u64,
    /// How many are older than the source reaches back.
    too_old: u64,
    /// Entries that could not be read.
    refused: Vec<String>,
    /// The first of the mentions.
    mentions: Vec<TriedMention>,
}

/// A time in one state.
#[derive(ToSchema)]
pub(in crate::web::api) struct CoverageSpan {
    /// The source.
    source: String,
    /// Since when.
    #[schema(format = DateTime)]
    from: String,
    /// Until when; null while it lasts.
    until: Option<String>,
    /// `fresh`, `partial`, `blocked`, `failing` or `stale`; `fresh` stands for `unchanged` too.
    state: String,
    /// Whether nothing of what the source has was seen.
    blind: bool,
    /// Why, as it was when the state began.
    reason: Option<String>,
}

/// What the rounds of one day brought.
#[derive(ToSchema)]
pub(in crate::web::api) struct SourceDay {
    /// The day, UTC.
    #[schema(format = Date)]
    day: String,
    /// Rounds.
    rounds: i64,
    /// Mentions seen, each as often as it was seen.
    seen: i64,
    /// Those never heard before.
    new: i64,
    /// Rounds that showed nothing of what the source has.
    failures: i64,
}

/// How a source fared.
#[derive(ToSchema)]
pub(in crate::web::api) struct SourceHistory {
    /// The times it was in one state, oldest first.
    spans: Vec<CoverageSpan>,
    /// What each day brought, oldest first.
    days: Vec<SourceDay>,
}

/// Something that can be listened to.
#[derive(ToSchema)]
pub(in crate::web::api) struct FoundSource {
    /// Its number in this look.
    number: u64,
    /// What it is, in a few words.
    what: String,
    /// Its kind.
    kind: String,
    /// Its address.
    place: String,
    /// What a person should know of it.
    note: Option<String>,
    /// The source that listens to it already.
    listed: Option<String>,
    /// The name proposed.
    name: String,
    /// The interval proposed.
    every: String,
    /// The entry as it would be written.
    entry: String,
    /// Mentions that it shows now.
    total: u64,
    /// What the first of them say.
    texts: Vec<String>,
}

/// What looking at an address found.
#[derive(ToSchema)]
pub(in crate::web::api) struct Look {
    /// Its name: with it and a number, something of it is added within half an hour.
    look: String,
    /// What was found, the best first.
    found: Vec<FoundSource>,
}

/// A pack of starting places.
#[derive(ToSchema)]
pub(in crate::web::api) struct Pack {
    /// Its name.
    name: String,
    /// What it is, in a sentence.
    about: String,
}

/// The packs there are.
#[derive(ToSchema)]
pub(in crate::web::api) struct Packs {
    /// By industry.
    packs: Vec<Pack>,
}

/// What a pack adds.
#[derive(ToSchema)]
pub(in crate::web::api) struct PackAdded {
    /// The names of the new sources.
    added: Vec<String>,
    /// The places that are listed already, by the names they have.
    listed: Vec<String>,
    /// Products named that nobody listens for yet.
    unknown: Vec<String>,
    /// All that is written.
    text: String,
}
