//! The products listened for: ours and competitors'.

pub(super) mod shapes;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::problem::Problem;
use super::taken::{At, Body};
use super::{json, with_status};
use crate::app::{App, Phrasebook};
use crate::mention::Product;
use crate::web::Web;
use crate::web::visitor::Visitor;

/// A product to listen for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewProduct {
    /// The name shown.
    name: String,
    /// Whether it is ours rather than a competitor's.
    ours: bool,
    /// Other ways people write it.
    #[serde(default)]
    names: Vec<String>,
    /// Its names count only where one of these stands; always if none are given.
    #[serde(default)]
    required: Vec<String>,
    /// A name does not count where one of these stands over it or in its sentence.
    #[serde(default)]
    excluded: Vec<String>,
}

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/api/v1/products", get(list).post(add)).route("/api/v1/products/{name}", delete(remove))
}

fn shown(product: &Product) -> Value {
    let Product { name, ours, names, required, excluded } = product;
    json!({ "name": name, "ours": ours, "names": names, "required": required, "excluded": excluded })
}

/// Every product, in the order of the file.
#[utoipa::path(get, path = "/api/v1/products", tag = "products", responses((status = 200, body = shapes::Products)))]
pub(super) async fn list(State(app): State<Arc<App>>) -> Result<Response, Problem> {
    let products: Vec<Value> = Phrasebook::read(app.dir())?.lists().products.iter().map(shown).collect();
    json(&json!({ "products": products }))
}

/// Adds a product; stored mentions are tagged again.
#[utoipa::path(
    post, path = "/api/v1/products", tag = "products", request_body = NewProduct, responses((status = 201, body = shapes::Product))
)]
pub(super) async fn add(State(app): State<Arc<App>>, visitor: Visitor, Body(new): Body<NewProduct>) -> Result<Response, Problem> {
    let NewProduct { name, ours, names, required, excluded } = new;
    let product = Product { name: name.trim().to_owned(), ours, names, required, excluded };
    app.list_product(&product, visitor.name()).await?;
    with_status(StatusCode::CREATED, &shown(&product))
}

/// Takes a product out, unless a source is about it.
#[utoipa::path(
    delete, path = "/api/v1/products/{name}", tag = "products", params(("name" = String, Path, description = "The product")),
    responses((status = 204))
)]
pub(super) async fn remove(State(app): State<Arc<App>>, visitor: Visitor, At(name): At<String>) -> Result<Response, Problem> {
    if !Phrasebook::read(app.dir())?.lists().products.iter().any(|product| product.name == name) {
        return Err(Problem::none("product", &name));
    }
    app.unlist_product(&name, visitor.name()).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
