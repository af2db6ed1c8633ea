//! Who you are, who may do what, and who did what.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch, post};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use super::problem::Problem;
use super::taken::{Asked, At, Body};
use super::{json, shapes, with_status};
use crate::app::{App, Done, DoneRequest};
use crate::people::{Person, Role, tidy_name};
use crate::web::Web;
use crate::web::frame::Frame;
use crate::web::visitor::{By, Visitor};

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
    #[schema(inline)]
    role: Rank,
    /// Where mail reaches them.
    mail: Option<String>,
}

/// Another role.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRole {
    /// What they may do.
    #[schema(inline)]
    role: Rank,
}

/// A page of the audit.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Page {
    /// The most to give.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: Option<usize>,
    /// How many to pass over.
    #[serde(default)]
    #[param(minimum = 0, maximum = 1_000_000)]
    skip: usize,
}

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/api/v1/me", get(me))
        .route("/api/v1/people", get(list).post(add))
        .route("/api/v1/people/{name}", patch(edit).delete(remove))
        .route("/api/v1/people/{name}/reset", post(reset))
        .route("/api/v1/audit", get(audit))
}

/// Who you are to us. Whoever is signed in with a browser is given the `form_token` that changes need in `X-Form-Token`.
#[utoipa::path(get, path = "/api/v1/me", tag = "people", responses((status = 200, body = shapes::Me)))]
pub(super) async fn me(visitor: Visitor) -> Result<Response, Problem> {
    let by_token = visitor.by == By::Token;
    let (name, role) = (visitor.name().to_owned(), visitor.role.map(Role::as_str));
    let form_token = (!by_token).then(|| Frame::new(visitor, "").form_token());
    json(&json!({ "name": name, "role": role, "by": if by_token { "token" } else { "session" }, "form_token": form_token }))
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

/// Gives somebody another role. The last admin keeps theirs.
#[utoipa::path(
    patch, path = "/api/v1/people/{name}", tag = "people", params(("name" = String, Path, description = "Who")),
    request_body = NewRole, responses((status = 200, body = shapes::Person))
)]
pub(super) async fn edit(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    At(name): At<String>,
    Body(new): Body<NewRole>,
) -> Result<Response, Problem> {
    known(&app, &name).await?;
    app.set_role(&name, new.role.into(), visitor.name()).await?;
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

/// What people did, the newest first.
#[utoipa::path(get, path = "/api/v1/audit", tag = "people", params(Page), responses((status = 200, body = shapes::Audit)))]
pub(super) async fn audit(State(app): State<Arc<App>>, Asked(page): Asked<Page>) -> Result<Response, Problem> {
    let limit = page.limit.unwrap_or(100);
    if !(1..=1000).contains(&limit) || page.skip > 1_000_000 {
        return Err(Problem::wrong("`limit` may be from 1 to 1000, and `skip` at most 1000000"));
    }
    let request = DoneRequest { who: None, what: None, about: None, from: None, until: None, skip: page.skip, limit };
    let deeds: Vec<Value> = app.done(&request).await?.iter().map(done).collect();
    json(&json!({ "deeds": deeds }))
}

fn done(done: &Done) -> Value {
    match done {
        Done::Deed(deed) => json!({ "at": deed.at, "who": deed.who, "what": deed.what, "about": deed.about }),
        Done::Reply { id, entry } => {
            let action = serde_json::to_value(&entry.action).unwrap_or_default();
            let word = action["action"].as_str().unwrap_or_default();
            json!({ "at": entry.at, "who": entry.who, "what": format!("reply-{word}"), "about": id })
        }
    }
}
