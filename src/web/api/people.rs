//! Who may do what.

pub(super) mod shapes;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, patch, post};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::me::{shown_tokens, take_back};
use super::problem::Problem;
use super::taken::{At, Body};
use super::{json, with_status};
use crate::app::App;
use crate::people::{Person, Role, tidy_name};
use crate::web::Web;
use crate::web::visitor::Visitor;

/// What somebody may do.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Rank {
    /// Gets mail; has no sign-in.
    EmailOnly,
    /// Reads.
    Viewer,
    /// Replies, and corrects tags.
    Responder,
    /// Changes what is listened to and for.
    Manager,
    /// Decides who may do what.
    Admin,
}

impl From<Rank> for Role {
    fn from(rank: Rank) -> Self {
        match rank {
            Rank::EmailOnly => Self::EmailOnly,
            Rank::Viewer => Self::Viewer,
            Rank::Responder => Self::Responder,
            Rank::Manager => Self::Manager,
            Rank::Admin => Self::Admin,
        }
    }
}

/// Somebody new.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPerson {
    /// The name they sign in with.
    name: String,
    /// What they may do.
    role: Rank,
    /// Where mail reaches them.
    mail: Option<String>,
}

/// What is to be otherwise about somebody; what is not given stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    /// What they may do.
    role: Option<Rank>,
    /// Where mail reaches them; empty for nowhere.
    mail: Option<String>,
}

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/api/v1/people", get(list).post(add))
        .route("/api/v1/people/{name}", patch(edit).delete(remove))
        .route("/api/v1/people/{name}/reset", post(reset))
        .route("/api/v1/people/{name}/sign-out", post(sign_out))
        .route("/api/v1/people/{name}/tokens", get(tokens))
        .route("/api/v1/people/{name}/tokens/{label}", delete(remove_token))
}

fn shown(person: &Person) -> Value {
    json!({
        "name": person.name,
        "role": person.role.as_str(),
        "mail": person.mail,
        "can_sign_in": person.password.is_some(),
        "made": person.made,
        "signed_in": person.signed_in,
    })
}

/// Everybody, by name.
#[utoipa::path(get, path = "/api/v1/people", tag = "people", responses((status = 200, body = shapes::People)))]
pub(super) async fn list(State(app): State<Arc<App>>) -> Result<Response, Problem> {
    let people: Vec<Value> = app.people().await?.iter().map(shown).collect();
    json(&json!({ "people": people }))
}

async fn known(app: &App, name: &str) -> Result<Person, Problem> {
    let found = app.people().await?.into_iter().find(|person| person.name == tidy_name(name));
    found.ok_or_else(|| Problem::none("person", name))
}

/// Adds somebody. `link` is the path under which they choose their password within two days.
#[utoipa::path(
    post, path = "/api/v1/people", tag = "people", request_body = NewPerson, responses((status = 201, body = shapes::AddedPerson))
)]
pub(super) async fn add(State(app): State<Arc<App>>, visitor: Visitor, Body(new): Body<NewPerson>) -> Result<Response, Problem> {
    if app.people().await?.iter().any(|person| person.name == tidy_name(&new.name)) {
        return Err(Problem::new(StatusCode::CONFLICT, format!("there is somebody named `{}` already", tidy_name(&new.name))));
    }
    let link = app.add_person(&new.name, new.role.into(), new.mail, visitor.name()).await?;
    let person = known(&app, &new.name).await?;
    let link = link.map(|secret| format!("/password/{}", secret.told()));
    with_status(StatusCode::CREATED, &json!({ "person": shown(&person), "link": link }))
}

/// Gives somebody another role or mail address. The last admin keeps their role.
#[utoipa::path(
    patch, path = "/api/v1/people/{name}", tag = "people", params(("name" = String, Path, description = "Who")),
    request_body = Change, responses((status = 200, body = shapes::Person))
)]
pub(super) async fn edit(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    At(name): At<String>,
    Body(new): Body<Change>,
) -> Result<Response, Problem> {
    known(&app, &name).await?;
    if let Some(role) = new.role {
        app.set_role(&name, role.into(), visitor.name()).await?;
    }
    if let Some(mail) = new.mail {
        app.set_mail(&name, Some(mail), visitor.name()).await?;
    }
    json(&shown(&known(&app, &name).await?))
}

/// Forgets somebody, signed out everywhere. The last admin stays.
#[utoipa::path(
    delete, path = "/api/v1/people/{name}", tag = "people", params(("name" = String, Path, description = "Who")),
    responses((status = 204))
)]
pub(super) async fn remove(State(app): State<Arc<App>>, visitor: Visitor, At(name): At<String>) -> Result<Response, Problem> {
    known(&app, &name).await?;
    app.remove_person(&name, visitor.name()).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// A link by which somebody chooses a new password; older ones hold no more.
#[utoipa::path(
    post, path = "/api/v1/people/{name}/reset", tag = "people", params(("name" = String, Path, description = "Who")),
    responses((status = 200, body = shapes::ResetLink))
)]
pub(super) async fn reset(State(app): State<Arc<App>>, visitor: Visitor, At(name): At<String>) -> Result<Response, Problem> {
    known(&app, &name).await?;
    let secret = app.reset_link(&name, visitor.name()).await?;
    json(&json!({ "link": format!("/password/{}", secret.told()) }))
}

/// Signs somebody out everywhere; their tokens hold on.
#[utoipa::path(
    post, path = "/api/v1/people/{name}/sign-out", tag = "people", params(("name" = String, Path, description = "Who")),
    responses((status = 204))
)]
pub(super) async fn sign_out(State(app): State<Arc<App>>, visitor: Visitor, At(name): At<String>) -> Result<Response, Problem> {
    known(&app, &name).await?;
    app.sign_out_everywhere(&name, visitor.name()).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Somebody's tokens, without their secrets.
#[utoipa::path(
    get, path = "/api/v1/people/{name}/tokens", tag = "people", params(("name" = String, Path, description = "Who")),
    responses((status = 200, body = super::me::shapes::Tokens))
)]
pub(super) async fn tokens(State(app): State<Arc<App>>, At(name): At<String>) -> Result<Response, Problem> {
    let person = known(&app, &name).await?;
    shown_tokens(&app, &person.name).await
}

/// Takes a token back; it opens nothing any more.
#[utoipa::path(
    delete, path = "/api/v1/people/{name}/tokens/{label}", tag = "people",
    params(("name" = String, Path, description = "Who"), ("label" = String, Path, description = "The token's label")),
    responses((status = 204))
)]
pub(super) async fn remove_token(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    At((name, label)): At<(String, String)>,
) -> Result<Response, Problem> {
    let person = known(&app, &name).await?;
    take_back(&app, &visitor, &person.name, &label).await
}
