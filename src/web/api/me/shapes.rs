//! What answers about yourself look like, for the description alone: nothing here is ever made. The tests hold real answers against it.
#![expect(dead_code, reason = "these are read by the macro that describes them")]

use utoipa::ToSchema;

/// Who you are to us.
#[derive(ToSchema)]
pub(in crate::web::api) struct Me {
    /// Your name.
    name: String,
    /// What you may do here.
    role: Option<String>,
    /// `session` or `token`.
    by: String,
    /// Of a session: what changes need in the header `X-Form-Token`.
    form_token: Option<String>,
    /// The language of your pages, if you have chosen one.
    lang: Option<String>,
    /// The zone your times are shown in.
    zone: String,
}

/// A token, without its secret.
#[derive(ToSchema)]
pub(in crate::web::api) struct Token {
    /// What it is for.
    label: String,
    /// `read`, `reply` or `admin`.
    scope: String,
    /// When it was made.
    #[schema(format = DateTime)]
    made: String,
    /// When it was last used.
    used: Option<String>,
}

/// Somebody's tokens.
#[derive(ToSchema)]
pub(in crate::web::api) struct Tokens {
    /// By label.
    tokens: Vec<Token>,
}

/// A token just made.
#[derive(ToSchema)]
pub(in crate::web::api) struct MadeToken {
    /// What it is for.
    label: String,
    /// What it may do.
    scope: String,
    /// The token itself, told this once.
    token: String,
}

/// Where somebody is signed in.
#[derive(ToSchema)]
pub(in crate::web::api) struct Session {
    /// Since when.
    #[schema(format = DateTime)]
    made: String,
    /// When it was last used.
    #[schema(format = DateTime)]
    seen: String,
    /// The address it was made from.
    address: Option<String>,
    /// What the browser calls itself.
    agent: Option<String>,
}

/// Where you are signed in.
#[derive(ToSchema)]
pub(in crate::web::api) struct Sessions {
    /// One for each browser.
    sessions: Vec<Session>,
}
