//! What answers about the audit look like, for the description alone: nothing here is ever made. The tests hold real answers against it.
#![expect(dead_code, reason = "these are read by the macro that describes them")]

use utoipa::ToSchema;

/// Something that somebody did.
#[derive(ToSchema)]
pub(in crate::web::api) struct Deed {
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// Who.
    who: String,
    /// What.
    what: String,
    /// To whom or what, and how.
    about: String,
}

/// What people did.
#[derive(ToSchema)]
pub(in crate::web::api) struct Audit {
    /// The newest first.
    deeds: Vec<Deed>,
    /// Where the next page goes on: give it as `skip`; null behind the last.
    next: Option<u64>,
}
