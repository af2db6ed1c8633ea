//! What the answer about settings looks like, for the description alone: nothing here is ever made. The tests hold real answers
//! against it.
#![expect(dead_code, reason = "these are read by the macro that describes them")]

use utoipa::ToSchema;

use crate::web::api::phrases::shapes::Mistake;

/// What the files say.
#[derive(ToSchema)]
pub(in crate::web::api) struct Settings {
    /// The folder they stand in.
    dir: String,
    /// Mistakes in them.
    problems: Vec<Mistake>,
    /// How mail goes out: `smtp`, `file` or `memory`.
    mail: String,
    /// The lanes of the queue.
    lanes: Vec<String>,
    /// For how many days mentions are kept; for ever if null.
    keep_days: Option<u64>,
    /// Who gets the digest.
    recipients: Vec<SettingsRow>,
    /// Where alerts can go.
    destinations: Vec<SettingsRow>,
    /// What is told of, and where.
    alerts: Vec<SettingsRow>,
    /// Who replies.
    teams: Vec<SettingsRow>,
    /// Which reply goes to whom.
    routes: Vec<SettingsRow>,
    /// What replies are made of.
    templates: Vec<SettingsRow>,
}

/// An entry of a file.
#[derive(ToSchema)]
pub(in crate::web::api) struct SettingsRow {
    /// What it is called.
    name: String,
    /// What it says, in a line.
    says: String,
    /// Where it stands: `settings.toml:42`.
    at: String,
}
