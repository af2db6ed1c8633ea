//! What answers about saved searches look like, for the description alone: nothing here is ever made. The tests hold real answers against it.
#![expect(dead_code, reason = "these are read by the macro that describes them")]

use utoipa::ToSchema;

use crate::web::api::insight::shapes::{Example, Point};

/// A saved search.
#[derive(ToSchema)]
pub(in crate::web::api) struct SavedSearch {
    /// Its name.
    name: String,
    /// What it searches for.
    query: String,
    /// Whose it is.
    owner: Option<String>,
    /// Whether others are shown it too.
    shared: bool,
    /// `off`, `now`, `hourly` or `daily`.
    alert: String,
    /// Whether the digest has it.
    digest: bool,
    /// When it was saved.
    #[schema(format = DateTime)]
    made: String,
    /// The address of its feed, RSS: whoever knows it may read it.
    rss: String,
    /// The same as JSON Feed.
    json: String,
}

/// Saved searches.
#[derive(ToSchema)]
pub(in crate::web::api) struct SavedSearches {
    /// By name.
    searches: Vec<SavedSearch>,
}

/// What a query would have found in the last 30 days.
#[derive(ToSchema)]
pub(in crate::web::api) struct SearchPreview {
    /// All of them.
    total: Point,
    /// Day by day.
    days: Vec<Point>,
    /// The newest.
    examples: Vec<Example>,
    /// What was not understood.
    notes: Vec<String>,
}
