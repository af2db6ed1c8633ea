//! What the answer about the outbox looks like, for the description alone: nothing here is ever made. The tests hold real answers
//! against it.
#![expect(dead_code, reason = "these are read by the macro that describes them")]

use utoipa::ToSchema;

/// How much waits.
#[derive(ToSchema)]
pub(in crate::web::api) struct Backlog {
    /// Messages that are to go out.
    waiting: i64,
    /// Mentions that summaries to come will speak of.
    gathered: i64,
    /// Messages that will not go out by themselves: `goodword outbox` tells more and helps.
    stuck: i64,
}

/// A message.
#[derive(ToSchema)]
pub(in crate::web::api) struct OutgoingMessage {
    /// Its number.
    number: i64,
    /// Its destination.
    destination: String,
    /// The mail address it goes to; empty if its destination says.
    recipient: String,
    /// What tells it from all others of its destination.
    key: String,
    /// What it is about.
    kind: String,
    /// It in a line.
    subject: String,
    /// Whether it goes ahead of others.
    urgent: bool,
    /// `waiting`, `sent`, `stuck` or `dropped`.
    state: String,
    /// When it was queued.
    #[schema(format = DateTime)]
    queued: String,
    /// When it is tried next.
    #[schema(format = DateTime)]
    due: String,
    /// How often it was tried.
    tries: i64,
    /// Why it did not go out.
    reason: Option<String>,
    /// When it was sent, got stuck or was dropped.
    ended: Option<String>,
}

/// The outbox.
#[derive(ToSchema)]
pub(in crate::web::api) struct Outbox {
    /// How much waits.
    backlog: Backlog,
    /// Oldest first.
    messages: Vec<OutgoingMessage>,
}
