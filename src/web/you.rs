//! What somebody sets for themselves: language, zone, password, sessions, tokens.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use super::failure::Failure;
use super::frame::Frame;
use super::sign_in::{let_in, weak};
use super::visitor::Visitor;
use super::words::Lang;
use super::{Web, see};
use crate::app::{App, Chosen};
use crate::people::{Role, Scope, Session, Token};

/// Zones proposed; any other may be typed.
const ZONES: [&str; 14] = [
    "UTC",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Madrid",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Asia/Singapore",
    "Asia/Shanghai",
    "Asia/Taipei",
    "Asia/Tokyo",
    "Australia/Sydney",
];

#[derive(Template)]
#[template(path = "you.html")]
struct YouPage {
    f: Frame,
    role: &'static str,
    sessions: Vec<Session>,
    tokens: Vec<Token>,
    zones: [&'static str; 14],
    scopes: [Scope; 3],
    /// The secret of a token just made: shown this once.
    made: Option<String>,
    problem: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Settings {
    lang: String,
    zone: String,
}

#[derive(Debug, Deserialize)]
struct Passwords {
    now: String,
    password: String,
}

#[derive(Debug, Deserialize)]
struct NewToken {
    label: String,
    #[serde(default)]
    scope: String,
}

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/you", get(you))
        .route("/you/settings", post(settings))
        .route("/you/password", post(password))
        .route("/you/sign-out-everywhere", post(sign_out_everywhere))
        .route("/you/tokens", post(make_token))
        .route("/you/tokens/remove", post(remove_token))
}

async fn you(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    page(&app, visitor, StatusCode::OK, None, None).await
}

async fn page(app: &App, visitor: Visitor, status: StatusCode, made: Option<String>, problem: Option<String>) -> Result<Response, Failure> {
    let (sessions, tokens) = (app.sessions(visitor.name()).await?, app.tokens(visitor.name()).await?);
    let role = visitor.role.map_or("", |role| role.as_str());
    let page = YouPage { f: Frame::new(visitor, "you"), role, sessions, tokens, zones: ZONES, scopes: Scope::ALL, made, problem };
    Ok((status, Html(page.render()?)).into_response())
}

async fn refused(app: &App, visitor: Visitor, problem: String) -> Result<Response, Failure> {
    page(app, visitor, StatusCode::UNPROCESSABLE_ENTITY, None, Some(problem)).await
}

async fn settings(State(app): State<Arc<App>>, visitor: Visitor, Form(form): Form<Settings>) -> Result<Response, Failure> {
    let zone = form.zone.trim();
    if jiff::tz::TimeZone::get(zone).is_err() {
        let problem = visitor.lang.words().say("you.bad-zone").replacen("{}", zone, 1);
        return refused(&app, visitor, problem).await;
    }
    let lang = Lang::parse(&form.lang).map(|lang| lang.tag().to_owned());
    app.prefer(visitor.name(), lang, Some(zone.to_owned())).await?;
    Ok(see("/you"))
}

async fn password(State(app): State<Arc<App>>, visitor: Visitor, Form(form): Form<Passwords>) -> Result<Response, Failure> {
    let problem = match app.change_password(visitor.name(), &form.now, &form.password, &visitor.from).await? {
        Chosen::Yes(secret) => return Ok(let_in(&app, &secret, "/you")),
        Chosen::NoLink | Chosen::BadName => "you.wrong-password",
        Chosen::Weak(weakness) => weak(weakness),
    };
    let problem = visitor.lang.words().say(problem).to_owned();
    refused(&app, visitor, problem).await
}

async fn sign_out_everywhere(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    app.sign_out_everywhere(visitor.name(), visitor.name()).await?;
    Ok(see("/sign-in"))
}

async fn make_token(State(app): State<Arc<App>>, visitor: Visitor, Form(form): Form<NewToken>) -> Result<Response, Failure> {
    let Some(scope) = Scope::parse(&form.scope) else { return Ok(see("/you")) };
    if !may_make(&visitor, scope) {
        return Ok(super::failure::page(&visitor, StatusCode::FORBIDDEN, "refused.role"));
    }
    match app.make_token(visitor.name(), &form.label, scope, visitor.name()).await {
        Ok(secret) => page(&app, visitor, StatusCode::OK, Some(secret), None).await,
        Err(_) => {
            let problem = visitor.lang.words().say("you.bad-label").to_owned();
            refused(&app, visitor, problem).await
        }
    }
}

/// A token makes no token that may more than itself.
pub(super) fn may_make(visitor: &Visitor, scope: Scope) -> bool {
    let own = visitor.role.unwrap_or(Role::Viewer);
    visitor.person.as_ref().is_none_or(|person| scope.of(person.role) <= own)
}

async fn remove_token(State(app): State<Arc<App>>, visitor: Visitor, Form(form): Form<NewToken>) -> Result<Response, Failure> {
    if app.tokens(visitor.name()).await?.iter().any(|token| token.label == form.label) {
        app.remove_token(visitor.name(), &form.label, visitor.name()).await?;
    }
    Ok(see("/you"))
}
