//! What answers about the digest look like, for the description alone: nothing here is ever made. The tests hold real answers against it.
#![expect(dead_code, reason = "these are read by the macro that describes them")]

use utoipa::ToSchema;

/// A digest as it would go out.
#[derive(ToSchema)]
pub(in crate::web::api) struct Digest {
    /// Whom it is for.
    to: String,
    /// Its subject.
    subject: String,
    /// It as plain text.
    text: String,
    /// What it is made of.
    content: serde_json::Value,
}
