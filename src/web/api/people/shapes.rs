//! What answers about people look like, for the description alone: nothing here is ever made. The tests hold real answers against it.
#![expect(dead_code, reason = "these are read by the macro that describes them")]

use utoipa::ToSchema;

/// Somebody who may use this installation.
#[derive(ToSchema)]
pub(in crate::web::api) struct Person {
    /// The name they sign in with.
    name: String,
    /// What they may do.
    role: String,
    /// Where mail reaches them.
    mail: Option<String>,
    /// Whether they have chosen a password.
    can_sign_in: bool,
    /// When they were added.
    #[schema(format = DateTime)]
    made: String,
    /// When they last signed in.
    signed_in: Option<String>,
}

/// Everybody.
#[derive(ToSchema)]
pub(in crate::web::api) struct People {
    /// By name.
    people: Vec<Person>,
}

/// Somebody new.
#[derive(ToSchema)]
pub(in crate::web::api) struct AddedPerson {
    /// They.
    person: Person,
    /// The path under which they choose a password within two days; null if they only get mail.
    link: Option<String>,
}

/// A link to choose a password.
#[derive(ToSchema)]
pub(in crate::web::api) struct ResetLink {
    /// Its path; it opens once, within two days.
    link: String,
}
