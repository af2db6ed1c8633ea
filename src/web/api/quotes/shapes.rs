//! What answers about quotes look like, for the description alone: nothing here is ever made. The tests hold real answers against it.
#![expect(dead_code, reason = "these are read by the macro that describes them")]

use utoipa::ToSchema;

/// Words that we may or may not quote.
#[derive(ToSchema)]
pub(in crate::web::api) struct Quote {
    /// The mention's id.
    id: String,
    /// `asked`, `cleared` or `refused`.
    leave: String,
    /// The words.
    words: String,
    /// Who noted it.
    by: String,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// How the leave was given.
    note: Option<String>,
    /// Who said it.
    author: Option<String>,
    /// Of what.
    product: Option<String>,
    /// Where it stands.
    url: Option<String>,
    /// Whether the mention does not say these words any more.
    changed: Option<bool>,
}

/// The library of quotes.
#[derive(ToSchema)]
pub(in crate::web::api) struct Quotes {
    /// The latest first.
    quotes: Vec<Quote>,
    /// Where the next page goes on: give it as `skip`; null behind the last.
    next: Option<u64>,
}
