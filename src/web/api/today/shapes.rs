//! What the answer about these days looks like, for the description alone: nothing here is ever made. The tests hold real answers
//! against it.
#![expect(dead_code, reason = "these are read by the macro that describes them")]

use utoipa::ToSchema;

use crate::web::api::digest::shapes::{DigestFigure, DigestLane, DigestTheme, DigestUnseen, DigestUnusual};
use crate::web::api::insight::shapes::Period;
use crate::web::api::replies::shapes::{QueueSummary, Reply};

/// What these days brought.
#[derive(ToSchema)]
pub(in crate::web::api) struct Today {
    /// `today`, `yesterday` or `week`.
    span: String,
    /// The first and the last day.
    period: Period,
    /// Whether they are over.
    is_over: bool,
    /// How much was said.
    figures: Vec<DigestFigure>,
    /// What was praised and complained of most.
    themes: Vec<DigestTheme>,
    /// What people loved, what hurt, and what hurt most.
    lanes: Vec<DigestLane>,
    /// Unusual days.
    unusual: Vec<DigestUnusual>,
    /// What was not heard.
    unseen: Vec<DigestUnseen>,
    /// How the queue of replies stands.
    replies: QueueSummary,
    /// The replies that somebody should look at first.
    due: Vec<Reply>,
}
