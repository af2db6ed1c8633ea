//! Products: ours and competitors', with the names they are known by.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;

use crate::app::{App, Phrasebook};
use crate::mention::Product;
use crate::web::failure::Failure;
use crate::web::frame::Frame;
use crate::web::see;
use crate::web::visitor::Visitor;

#[derive(Template)]
#[template(path = "phrases_products.html")]
struct ProductsPage {
    f: Frame,
    products: Vec<(Product, String, String)>,
    typed: NewProduct,
    problem: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct NewProduct {
    name: String,
    /// `ours` or `competitor`.
    whose: String,
    /// Other ways people write it, with commas between them.
    names: String,
}

pub(super) async fn page(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    shown(&app, visitor, NewProduct::default(), None)
}

fn shown(app: &App, visitor: Visitor, typed: NewProduct, problem: Option<String>) -> Result<Response, Failure> {
    let f = Frame::new(visitor, "phrases");
    let row = |product: &Product| {
        let query = format!("product:\"{}\"", product.name);
        (product.clone(), product.names.join(", "), f.found(&query))
    };
    let products = Phrasebook::read(app.dir())?.lists().products.iter().map(row).collect();
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, Html(ProductsPage { f, products, typed, problem }.render()?)).into_response())
}

pub(super) async fn add(State(app): State<Arc<App>>, visitor: Visitor, Form(typed): Form<NewProduct>) -> Result<Response, Failure> {
    match app.list_product(&typed.read(), visitor.name()).await {
        Ok(()) => Ok(see("/phrases/products")),
        Err(error) => shown(&app, visitor, typed, Some(format!("{error:#}"))),
    }
}

impl NewProduct {
    fn read(&self) -> Product {
        let names = self.names.split([',', '，', '、']).map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
        Product { name: self.name.trim().to_owned(), ours: self.whose == "ours", names, ..Product::default() }
    }
}

pub(super) async fn remove(State(app): State<Arc<App>>, visitor: Visitor, Form(form): Form<NewProduct>) -> Result<Response, Failure> {
    match app.unlist_product(&form.name, visitor.name()).await {
        Ok(_) => Ok(see("/phrases/products")),
        Err(error) => shown(&app, visitor, NewProduct::default(), Some(format!("{error:#}"))),
    }
}
