//! Signing in and out, the first admin, choosing a password by a link, and the language of whoever is not signed in yet.

mod forgotten;
mod service;

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Form, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use super::failure::{self, Failure};
use super::frame::Frame;
use super::visitor::{By, Visitor};
use super::words::Lang;
use super::{Web, cookies, see};
use crate::app::{App, Chosen, SignedIn};
use crate::people::{Purpose, Secret, Weakness};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    f: Frame,
    is_set_up: bool,
    /// What the company's sign-in service is called, if there is one.
    service: Option<String>,
    shown: Shown,
}

/// What a page to sign in shows of the try before.
#[derive(Debug, Default)]
struct Shown {
    name: String,
    next: String,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "password.html")]
struct PasswordPage {
    f: Frame,
    /// Whom the link is for; none where the name is still to be chosen.
    name: Option<String>,
    chosen: String,
    problem: Option<&'static str>,
}

#[derive(Debug, Deserialize)]
struct SignIn {
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

#[derive(Debug, Deserialize)]
struct Next {
    #[serde(default)]
    next: String,
}

#[derive(Debug, Deserialize)]
struct Language {
    lang: String,
    #[serde(default)]
    back: String,
}

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/sign-in", get(sign_in_page).post(sign_in))
        .route("/sign-out", post(sign_out))
        .route("/setup/{secret}", get(setup_page).post(set_up))
        .route("/password/{secret}", get(password_page).post(choose_password))
        .route("/enter/{secret}", get(enter))
        .route("/language", post(language))
        .merge(service::routes())
        .merge(forgotten::routes())
}

async fn sign_in_page(State(app): State<Arc<App>>, visitor: Visitor, Query(asked): Query<Next>) -> Result<Response, Failure> {
    if visitor.person.is_some() {
        return Ok(see(inside(&asked.next)));
    }
    page(&app, visitor, StatusCode::OK, Shown { next: asked.next, ..Shown::default() }).await
}

async fn page(app: &App, visitor: Visitor, status: StatusCode, shown: Shown) -> Result<Response, Failure> {
    let service = app.sign_in_service().map(|service| service.name().to_owned());
    let page = SignInPage { f: Frame::new(visitor, ""), is_set_up: app.is_set_up().await?, service, shown };
    Ok((status, Html(page.render()?)).into_response())
}

async fn sign_in(State(app): State<Arc<App>>, visitor: Visitor, Form(form): Form<SignIn>) -> Result<Response, Failure> {
    let f = Frame::new(visitor.clone(), "");
    let (status, problem) = match app.sign_in(&form.name, &form.password, &visitor.from).await? {
        SignedIn::Yes(secret) => return Ok(let_in(&app, &secret, inside(&form.next))),
        SignedIn::No => (StatusCode::UNAUTHORIZED, f.say("sign-in.wrong").to_owned()),
        SignedIn::Wait(wait) => (StatusCode::TOO_MANY_REQUESTS, f.of("sign-in.wait", wait.as_secs().div_euclid(60) + 1)),
    };
    page(&app, visitor, status, Shown { name: form.name, next: form.next, problem: Some(problem) }).await
}

async fn sign_out(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    if visitor.by == By::Session {
        app.sign_out(&visitor.secret).await?;
    }
    Ok(with_session(&app, "", Some(0), "/sign-in"))
}

async fn setup_page(State(app): State<Arc<App>>, visitor: Visitor, Path(secret): Path<String>) -> Result<Response, Failure> {
    if app.link_for(&secret, Purpose::Setup).await?.is_none() || app.is_set_up().await? {
        return Ok(failure::page(&visitor, StatusCode::NOT_FOUND, "password.no-link"));
    }
    password_form(visitor, StatusCode::OK, None, String::new(), None)
}

async fn set_up(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(secret): Path<String>,
    Form(form): Form<SignIn>,
) -> Result<Response, Failure> {
    let chosen = app.make_first_admin(&secret, &form.name, &form.password, &visitor.from).await?;
    taken(&app, visitor, chosen, None, form.name)
}

async fn password_page(State(app): State<Arc<App>>, visitor: Visitor, Path(secret): Path<String>) -> Result<Response, Failure> {
    match app.link_for(&secret, Purpose::Password).await? {
        Some(name) => password_form(visitor, StatusCode::OK, Some(name), String::new(), None),
        None => Ok(failure::page(&visitor, StatusCode::NOT_FOUND, "password.no-link")),
    }
}

async fn choose_password(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(secret): Path<String>,
    Form(form): Form<SignIn>,
) -> Result<Response, Failure> {
    let name = app.link_for(&secret, Purpose::Password).await?;
    let chosen = app.choose_password(&secret, &form.password, &visitor.from).await?;
    taken(&app, visitor, chosen, name, form.name)
}

/// The answer to a chosen password.
fn taken(app: &App, visitor: Visitor, chosen: Chosen, name: Option<String>, typed: String) -> Result<Response, Failure> {
    let problem = match chosen {
        Chosen::Yes(secret) => return Ok(let_in(app, &secret, "/")),
        Chosen::NoLink => return Ok(failure::page(&visitor, StatusCode::NOT_FOUND, "password.no-link")),
        Chosen::BadName => "password.bad-name",
        Chosen::Weak(weakness) => weak(weakness),
    };
    let problem = Some(visitor.lang.words().say(problem));
    password_form(visitor, StatusCode::UNPROCESSABLE_ENTITY, name, typed, problem)
}

/// The key of the words for what is wrong with a password.
pub(super) fn weak(weakness: Weakness) -> &'static str {
    match weakness {
        Weakness::Short => "password.short",
        Weakness::Long => "password.long",
        Weakness::Monotonous => "password.monotonous",
        Weakness::LikeName => "password.like-name",
    }
}

fn password_form(
    visitor: Visitor,
    status: StatusCode,
    name: Option<String>,
    chosen: String,
    problem: Option<&'static str>,
) -> Result<Response, Failure> {
    let page = PasswordPage { f: Frame::new(visitor, ""), name, chosen, problem };
    Ok((status, Html(page.render()?)).into_response())
}

async fn enter(State(app): State<Arc<App>>, visitor: Visitor, Path(secret): Path<String>) -> Result<Response, Failure> {
    Ok(match app.enter(&secret, &visitor.from).await? {
        Some(session) => let_in(&app, &session, "/"),
        None => failure::page(&visitor, StatusCode::NOT_FOUND, "password.no-link"),
    })
}

async fn language(State(app): State<Arc<App>>, visitor: Visitor, Form(form): Form<Language>) -> Result<Response, Failure> {
    let Some(lang) = Lang::parse(&form.lang) else { return Ok(see(inside(&form.back))) };
    if let Some(person) = &visitor.person {
        app.prefer(&person.name, Some(lang.tag().to_owned()), person.zone.clone()).await?;
    }
    let mut response = see(inside(&form.back));
    let https = app.config().settings.web.is_https();
    if let Some(cookie) = cookies::set(cookies::LANG, lang.tag(), Some(365), https) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Sends somebody who is signed in now to `path`.
pub(super) fn let_in(app: &App, secret: &Secret, path: &str) -> Response {
    let days = u32::try_from(app.config().settings.web.lasting().longest.as_secs() / 86_400).unwrap_or(30).max(1);
    with_session(app, secret.told(), Some(days), path)
}

fn with_session(app: &App, secret: &str, days: Option<u32>, path: &str) -> Response {
    let mut headers = HeaderMap::new();
    if let Some(cookie) = cookies::set(cookies::SESSION, secret, days, app.config().settings.web.is_https()) {
        headers.append(header::SET_COOKIE, cookie);
    }
    (headers, see(path)).into_response()
}

/// The path, if it leads to a page of ours; else the first page.
pub(super) fn inside(path: &str) -> &str {
    let is_ours = path.starts_with('/') && !path.starts_with("//") && !path.chars().any(|letter| letter == '\\' || letter.is_control());
    if is_ours { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_to_another_site() {
        for (path, want) in [
            ("/mentions?q=a", "/mentions?q=a"),
            ("", "/"),
            ("//evil.example", "/"),
            ("https://evil.example", "/"),
            ("/\\evil.example", "/"),
            ("/a\nSet-Cookie: b", "/"),
        ] {
            assert_eq!(inside(path), want, "{path}");
        }
    }
}
