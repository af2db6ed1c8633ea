//! Who you are to us, and what you set for yourself: language, zone, tokens, sessions. Passwords are chosen on the page.

pub(super) mod shapes;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::problem::Problem;
use super::taken::{At, Body};
use super::{json, with_status};
use crate::app::App;
use crate::people::{Role, Scope};
use crate::web::Web;
use crate::web::frame::Frame;
use crate::web::visitor::{By, Visitor};
use crate::web::words::Lang;
use crate::web::you::may_make;

/// What you set for yourself; the rest stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Preferences {
    /// The language of your pages: `en` or `zh`.
    lang: Option<String>,
    /// The zone your times are shown in, such as `Europe/Berlin`.
    zone: Option<String>,
}

/// A token for a program of yours.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewToken {
    /// What it is for.
    label: String,
    /// What it may do; never more than you, nor than the token you ask with.
    scope: ScopeWord,
}

#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum ScopeWord {
    Read,
    Reply,
    Admin,
}

impl From<ScopeWord> for Scope {
    fn from(word: ScopeWord) -> Self {
        match word {
            ScopeWord::Read => Self::Read,
            ScopeWord::Reply => Self::Reply,
            ScopeWord::Admin => Self::Admin,
        }
    }
}

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/api/v1/me", get(me).patch(prefer))
        .route("/api/v1/me/tokens", get(tokens).post(make_token))
        .route("/api/v1/me/tokens/{label}", delete(remove_token))
        .route("/api/v1/me/sessions", get(sessions))
        .route("/api/v1/me/sign-out-everywhere", post(sign_out))
}

/// Who you are to us. Whoever is signed in with a browser is given the `form_token` that changes need in `X-Form-Token`.
#[utoipa::path(get, path = "/api/v1/me", tag = "you", responses((status = 200, body = shapes::Me)))]
pub(super) async fn me(visitor: Visitor) -> Result<Response, Problem> {
    let by_token = visitor.by == By::Token;
    let lang = visitor.person.as_ref().and_then(|person| person.lang.clone());
    let zone = visitor.zone.iana_name().unwrap_or("UTC").to_owned();
    let (name, role) = (visitor.name().to_owned(), visitor.role.map(Role::as_str));
    let form_token = (!by_token).then(|| Frame::new(visitor, "").form_token());
    let by = if by_token { "token" } else { "session" };
    json(&json!({ "name": name, "role": role, "by": by, "form_token": form_token, "lang": lang, "zone": zone }))
}

/// Sets your language and zone.
#[utoipa::path(patch, path = "/api/v1/me", tag = "you", request_body = Preferences, responses((status = 204)))]
pub(super) async fn prefer(State(app): State<Arc<App>>, visitor: Visitor, Body(wanted): Body<Preferences>) -> Result<Response, Problem> {
    let person = visitor.person.as_ref().ok_or_else(|| Problem::none("person", visitor.name()))?;
    let lang = match wanted.lang.as_deref() {
        None => person.lang.clone(),
        Some(word) => {
            let lang = Lang::parse(word).ok_or_else(|| Problem::wrong(format!("there are no pages in `{word}`; write `en` or `zh`")))?;
            Some(lang.tag().to_owned())
        }
    };
    if let Some(zone) = wanted.zone.as_deref().filter(|zone| TimeZone::get(zone).is_err()) {
        return Err(Problem::wrong(format!("there is no zone `{zone}`; write for example `Europe/Berlin`")));
    }
    app.prefer(&person.name, lang, wanted.zone.or_else(|| person.zone.clone())).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The tokens of somebody, without their secrets.
pub(super) async fn shown_tokens(app: &App, name: &str) -> Result<Response, Problem> {
    let tokens = app.tokens(name).await?;
    let shown = |token: &crate::people::Token| json!({ "label": token.label, "scope": token.scope.as_str(), "made": token.made, "used": token.used });
    json(&json!({ "tokens": tokens.iter().map(shown).collect::<Vec<Value>>() }))
}

pub(super) async fn take_back(app: &App, visitor: &Visitor, name: &str, label: &str) -> Result<Response, Problem> {
    if !app.tokens(name).await?.iter().any(|token| token.label == label) {
        return Err(Problem::none("token", label));
    }
    app.remove_token(name, label, visitor.name()).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Your tokens, without their secrets.
#[utoipa::path(get, path = "/api/v1/me/tokens", tag = "you", responses((status = 200, body = shapes::Tokens)))]
pub(super) async fn tokens(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Problem> {
    shown_tokens(&app, visitor.name()).await
}

/// Makes a token for a program of yours; it is told this once.
#[utoipa::path(
    post, path = "/api/v1/me/tokens", tag = "you", request_body = NewToken, responses((status = 201, body = shapes::MadeToken))
)]
pub(super) async fn make_token(State(app): State<Arc<App>>, visitor: Visitor, Body(new): Body<NewToken>) -> Result<Response, Problem> {
    let scope = Scope::from(new.scope);
    if !may_make(&visitor, scope) {
        return Err(Problem::new(StatusCode::FORBIDDEN, "a token makes no token that may more than itself"));
    }
    let token = app.make_token(visitor.name(), &new.label, scope, visitor.name()).await?;
    with_status(StatusCode::CREATED, &json!({ "label": new.label.trim(), "scope": scope.as_str(), "token": token }))
}

/// Takes a token of yours back; it opens nothing any more.
#[utoipa::path(
    delete, path = "/api/v1/me/tokens/{label}", tag = "you", params(("label" = String, Path, description = "The token's label")),
    responses((status = 204))
)]
pub(super) async fn remove_token(State(app): State<Arc<App>>, visitor: Visitor, At(label): At<String>) -> Result<Response, Problem> {
    take_back(&app, &visitor, visitor.name(), &label).await
}

/// Where you are signed in.
#[utoipa::path(get, path = "/api/v1/me/sessions", tag = "you", responses((status = 200, body = shapes::Sessions)))]
pub(super) async fn sessions(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Problem> {
    let sessions = app.sessions(visitor.name()).await?;
    let shown = |session: &crate::people::Session| json!({ "made": session.made, "seen": session.seen, "address": session.address, "agent": session.agent });
    json(&json!({ "sessions": sessions.iter().map(shown).collect::<Vec<Value>>() }))
}

/// Signs you out everywhere; tokens hold on.
#[utoipa::path(post, path = "/api/v1/me/sign-out-everywhere", tag = "you", responses((status = 204)))]
pub(super) async fn sign_out(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Problem> {
    app.sign_out_everywhere(visitor.name(), visitor.name()).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
