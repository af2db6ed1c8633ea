//! People: who may do what; for admins.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use super::failure::Failure;
use super::frame::Frame;
use super::sources::segment;
use super::visitor::Visitor;
use super::{Web, see};
use crate::app::App;
use crate::people::{Person, Role, Token};

#[derive(Template)]
#[template(path = "people.html")]
struct PeoplePage {
    f: Frame,
    people: Vec<Row>,
    roles: [Role; 5],
    /// Whom a link was just made for, and the link: shown this once.
    link: Option<(String, String)>,
    problem: Option<String>,
}

/// Somebody, with their name as a part of an address.
struct Row {
    person: Person,
    segment: String,
    tokens: Vec<Token>,
}

#[derive(Debug, Deserialize)]
struct Labelled {
    label: String,
}

#[derive(Debug, Deserialize)]
struct NewPerson {
    name: String,
    role: String,
    #[serde(default)]
    mail: String,
}

#[derive(Debug, Deserialize)]
struct NewMail {
    #[serde(default)]
    mail: String,
}

#[derive(Debug, Deserialize)]
struct NewRole {
    role: String,
}

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/people", get(people).post(add))
        .route("/people/{name}/role", post(role))
        .route("/people/{name}/mail", post(mail))
        .route("/people/{name}/reset", post(reset))
        .route("/people/{name}/sign-out", post(sign_out))
        .route("/people/{name}/remove", post(remove))
        .route("/people/{name}/tokens/remove", post(remove_token))
}

async fn people(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    page(&app, visitor, None, None).await
}

async fn page(app: &App, visitor: Visitor, link: Option<(String, String)>, problem: Option<String>) -> Result<Response, Failure> {
    let mut people = Vec::new();
    for person in app.people().await? {
        people.push(Row { segment: segment(&person.name), tokens: app.tokens(&person.name).await?, person });
    }
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = PeoplePage { f: Frame::new(visitor, "settings"), people, roles: Role::ALL, link, problem };
    Ok((status, Html(page.render()?)).into_response())
}

async fn add(State(app): State<Arc<App>>, visitor: Visitor, Form(form): Form<NewPerson>) -> Result<Response, Failure> {
    let Some(role) = Role::parse(&form.role) else { return Ok(see("/people")) };
    match app.add_person(&form.name, role, Some(form.mail.trim().to_owned()), visitor.name()).await {
        Ok(secret) => {
            let link = secret.map(|secret| (form.name, address(&app, secret.told())));
            page(&app, visitor, link, None).await
        }
        Err(error) => page(&app, visitor, None, Some(error.to_string())).await,
    }
}

async fn role(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(name): Path<String>,
    Form(form): Form<NewRole>,
) -> Result<Response, Failure> {
    let Some(role) = Role::parse(&form.role) else { return Ok(see("/people")) };
    answer(&app, visitor.clone(), app.set_role(&name, role, visitor.name()).await).await
}

async fn mail(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(name): Path<String>,
    Form(form): Form<NewMail>,
) -> Result<Response, Failure> {
    answer(&app, visitor.clone(), app.set_mail(&name, Some(form.mail), visitor.name()).await).await
}

async fn reset(State(app): State<Arc<App>>, visitor: Visitor, Path(name): Path<String>) -> Result<Response, Failure> {
    match app.reset_link(&name, visitor.name()).await {
        Ok(secret) => {
            let link = (name, address(&app, secret.told()));
            page(&app, visitor, Some(link), None).await
        }
        Err(error) => page(&app, visitor, None, Some(error.to_string())).await,
    }
}

async fn sign_out(State(app): State<Arc<App>>, visitor: Visitor, Path(name): Path<String>) -> Result<Response, Failure> {
    answer(&app, visitor.clone(), app.sign_out_everywhere(&name, visitor.name()).await.map(drop)).await
}

async fn remove(State(app): State<Arc<App>>, visitor: Visitor, Path(name): Path<String>) -> Result<Response, Failure> {
    answer(&app, visitor.clone(), app.remove_person(&name, visitor.name()).await).await
}

async fn remove_token(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(name): Path<String>,
    Form(form): Form<Labelled>,
) -> Result<Response, Failure> {
    answer(&app, visitor.clone(), app.remove_token(&name, &form.label, visitor.name()).await).await
}

/// The list again; above it why it is as before, if it is.
async fn answer(app: &App, visitor: Visitor, done: anyhow::Result<()>) -> Result<Response, Failure> {
    match done {
        Ok(()) => Ok(see("/people")),
        Err(error) => page(app, visitor, None, Some(error.to_string())).await,
    }
}

fn address(app: &App, secret: &str) -> String {
    let web = &app.config().settings.web;
    format!("{}/password/{secret}", web.home(web.listen))
}
