//! Adding sources: an address is looked at with one request, and what was found there is written when it is confirmed; or a pack of
//! starting places at once.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::shapes;
use crate::app::{App, PackAdded, Wished};
use crate::sources::packs::{PACKS, Pack};
use crate::web::api::problem::Problem;
use crate::web::api::taken::{At, Body};
use crate::web::api::{json, with_status};
use crate::web::sources::{Looked, Looks, look_at};
use crate::web::visitor::Visitor;

/// Where to look.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web::api) struct Address {
    /// An address of the web, as people paste it.
    address: String,
    /// Whether it may lead into the private network; for admins.
    #[serde(default)]
    private: bool,
}

/// What was found, confirmed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web::api) struct NewSource {
    /// The look that found it.
    look: String,
    /// Its number there.
    #[schema(minimum = 0)]
    number: usize,
    /// What to call it; as was proposed if not given.
    name: Option<String>,
    /// How often to ask it: `15m`, `1h`; as was proposed if not given.
    every: Option<String>,
    /// The product its pages are about.
    product: Option<String>,
}

/// For whom a pack is filled in.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web::api) struct ForProducts {
    /// Names of products; ours if none are given.
    #[serde(default)]
    products: Vec<String>,
}

/// Looks at an address with one request, and tells what can be listened to there. Nothing is added.
#[utoipa::path(
    post, path = "/api/v1/source-looks", tag = "sources", request_body = Address, responses((status = 200, body = shapes::Look))
)]
pub(in crate::web::api) async fn look(
    State(app): State<Arc<App>>,
    State(looks): State<Arc<Looks>>,
    visitor: Visitor,
    Body(asked): Body<Address>,
) -> Result<Response, Problem> {
    let wrong = match look_at(&app, &looks, &visitor, &asked.address, asked.private).await? {
        Looked::Found(look, found) => return json(&json!({ "look": look, "found": found })),
        Looked::NoAddress => format!("`{}` is no address of the web", asked.address),
        Looked::Listed(name) => format!("it is listened to already, as `{name}`"),
        Looked::Nothing => "there is nothing that can be listened to".to_owned(),
        Looked::Failed(why) => why,
    };
    Err(Problem::wrong(wrong))
}

/// Adds a source that was found with a look of the last half hour.
#[utoipa::path(
    post, path = "/api/v1/sources", tag = "sources", request_body = NewSource, responses((status = 201, body = shapes::Source))
)]
pub(in crate::web::api) async fn add(
    State(app): State<Arc<App>>,
    State(looks): State<Arc<Looks>>,
    visitor: Visitor,
    Body(new): Body<NewSource>,
) -> Result<Response, Problem> {
    let forgotten = || Problem::wrong("no look of the last half hour found that; look again with /api/v1/source-looks");
    let draft = looks.get(&new.look, new.number, app.clock().now()).ok_or_else(forgotten)?;
    let wished = Wished { name: new.name, every: new.every, product: new.product };
    let name = app.list_source(draft, &wished, visitor.name()).await?;
    let entry = app.ledger().await?.into_iter().find(|entry| entry.source == name);
    with_status(StatusCode::CREATED, &entry.ok_or_else(|| Problem::none("source", &name))?)
}

/// Packs of starting places, by industry.
#[utoipa::path(get, path = "/api/v1/source-packs", tag = "sources", responses((status = 200, body = shapes::Packs)))]
pub(in crate::web::api) async fn packs() -> Result<Response, Problem> {
    let packs: Vec<Value> = PACKS.iter().map(|pack| json!({ "name": pack.name, "about": pack.about() })).collect();
    json(&json!({ "packs": packs }))
}

fn shown(PackAdded { added, listed, unknown, text, .. }: &PackAdded) -> Value {
    json!({ "added": added, "listed": listed, "unknown": unknown, "text": text })
}

fn known(name: &str) -> Result<&'static Pack, Problem> {
    Pack::named(name).ok_or_else(|| Problem::none("pack", name))
}

/// What a pack would add. Nothing is added.
#[utoipa::path(
    post, path = "/api/v1/source-packs/{name}/preview", tag = "sources", params(("name" = String, Path, description = "The pack")),
    request_body = ForProducts, responses((status = 200, body = shapes::PackAdded))
)]
pub(in crate::web::api) async fn preview_pack(
    State(app): State<Arc<App>>,
    At(name): At<String>,
    Body(of): Body<ForProducts>,
) -> Result<Response, Problem> {
    json(&shown(&app.preview_pack(known(&name)?.name, &of.products)?))
}

/// Adds a pack.
#[utoipa::path(
    post, path = "/api/v1/source-packs/{name}", tag = "sources", params(("name" = String, Path, description = "The pack")),
    request_body = ForProducts, responses((status = 201, body = shapes::PackAdded))
)]
pub(in crate::web::api) async fn pack(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    At(name): At<String>,
    Body(of): Body<ForProducts>,
) -> Result<Response, Problem> {
    with_status(StatusCode::CREATED, &shown(&app.list_pack(known(&name)?.name, &of.products, visitor.name()).await?))
}
