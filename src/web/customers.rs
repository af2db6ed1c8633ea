//! Customers: who is on record, what is known of one, what several claim; and saying whose a mention is.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use super::failure::{self, Failure};
use super::frame::Frame;
use super::shown::{Card, card};
use super::sign_in::inside;
use super::sources::segment;
use super::visitor::Visitor;
use super::{Web, see};
use crate::app::{App, KnownCustomer};
use crate::customers::{Conflict, Customer, MatchRate, Said};

/// Customers on a page.
const ON_A_PAGE: usize = 100;
/// Mentions on a page.
const MENTIONS: usize = 20;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    /// An id to go to.
    id: String,
    /// The id behind which the page begins.
    after: String,
    page: usize,
}

#[derive(Debug, Deserialize)]
struct Whose {
    /// The customer's id; empty for nobody's who is on record.
    #[serde(default)]
    customer: String,
    /// A mention, `site:handle`, an address or a domain.
    what: String,
    #[serde(default)]
    back: String,
}

#[derive(Template)]
#[template(path = "customers.html")]
struct CustomersPage {
    f: Frame,
    rate: MatchRate,
    conflicts: Vec<Conflict>,
    /// Each with its address.
    customers: Vec<(String, Customer)>,
    more: Option<String>,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "customer.html")]
struct CustomerPage {
    f: Frame,
    known: KnownCustomer,
    address: String,
    known_by: Vec<(String, bool)>,
    never_by: Vec<String>,
    total: usize,
    /// Each with how it was found to be theirs.
    mentions: Vec<(Card, String)>,
    older: Option<String>,
    newer: Option<String>,
    problem: Option<String>,
}

impl CustomersPage {
    fn percent(&self) -> String {
        format!("{:.1}", self.rate.match_rate * 100.0)
    }

    fn address(&self, id: &str) -> String {
        address(id)
    }
}

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/customers", get(customers))
        .route("/customers/{id}", get(customer))
        .route("/customer/link", post(link))
        .route("/customer/unlink", post(unlink))
}

fn address(id: &str) -> String {
    format!("/customers/{}", segment(id))
}

async fn customers(State(app): State<Arc<App>>, visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let id = asked.id.trim();
    if !id.is_empty() && app.customer(id).await.is_ok() {
        return Ok(see(&address(id)));
    }
    let problem = (!id.is_empty()).then(|| visitor.lang.words().say("customers.none").replacen("{}", id, 1));
    list(&app, visitor, &asked.after, problem).await
}

async fn list(app: &App, visitor: Visitor, after: &str, problem: Option<String>) -> Result<Response, Failure> {
    let mut customers = app.customers(after, i64::try_from(ON_A_PAGE)? + 1).await?;
    let is_more = customers.len() > ON_A_PAGE;
    customers.truncate(ON_A_PAGE);
    let more = customers.last().filter(|_| is_more).map(|last| format!("/customers?after={}", segment(&last.id)));
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = CustomersPage {
        rate: app.match_rate().await?,
        conflicts: app.customer_conflicts().await?,
        customers: customers.into_iter().map(|customer| (address(&customer.id), customer)).collect(),
        more,
        problem,
        f: Frame::new(visitor, "customers"),
    };
    Ok((status, Html(page.render()?)).into_response())
}

async fn customer(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let Ok(known) = app.customer(&id).await else {
        return Ok(failure::page(&visitor, StatusCode::NOT_FOUND, "customers.none-here"));
    };
    one(&app, visitor, known, asked.page, None).await
}

async fn one(app: &App, visitor: Visitor, known: KnownCustomer, page: usize, problem: Option<String>) -> Result<Response, Failure> {
    let page = page.min(100_000);
    let f = Frame::new(visitor, "customers");
    let (total, mentions) = app.customer_mentions(&known.customer.id, page * MENTIONS, MENTIONS).await?;
    let address = address(&known.customer.id);
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let never = |said: Said| said == Said::Never;
    let page = CustomerPage {
        known_by: known.keys.iter().filter(|(_, said)| !never(*said)).map(|(key, said)| (key.to_string(), *said == Said::Hand)).collect(),
        never_by: known.keys.iter().filter(|(_, said)| never(*said)).map(|(key, _)| key.to_string()).collect(),
        mentions: mentions.into_iter().map(|(stored, how)| (card(&f, &stored, None, (&[], &[])), how)).collect(),
        older: ((page + 1) * MENTIONS < total).then(|| format!("{address}?page={}", page + 1)),
        newer: page.checked_sub(1).map(|page| format!("{address}?page={page}")),
        total,
        address,
        known,
        problem,
        f,
    };
    Ok((status, Html(page.render()?)).into_response())
}

async fn link(State(app): State<Arc<App>>, visitor: Visitor, Form(form): Form<Whose>) -> Result<Response, Failure> {
    let done = app.link_customer(form.customer.trim(), form.what.trim()).await.map(|(subject, _)| subject.to_string());
    answer(&app, visitor, form, done, "customer-linked").await
}

async fn unlink(State(app): State<Arc<App>>, visitor: Visitor, Form(form): Form<Whose>) -> Result<Response, Failure> {
    let customer = Some(form.customer.trim()).filter(|id| !id.is_empty());
    let done = app.unlink_customer(customer, form.what.trim()).await.map(|(subject, _)| subject.to_string());
    answer(&app, visitor, form, done, "customer-unlinked").await
}

async fn answer(app: &App, visitor: Visitor, form: Whose, done: anyhow::Result<String>, deed: &str) -> Result<Response, Failure> {
    let subject = match done {
        Ok(subject) => subject,
        Err(error) => {
            let problem = format!("{error:#}");
            return match app.customer(form.customer.trim()).await {
                Ok(known) => one(app, visitor, known, 0, Some(problem)).await,
                Err(_) => list(app, visitor, "", Some(problem)).await,
            };
        }
    };
    note(app, &visitor, deed, (&form.what, &subject), &form.customer).await?;
    Ok(see(inside(&form.back)))
}

/// Notes whose something is said to be. Addresses are told as keys tell them; a mention by its id.
pub(super) async fn note(app: &App, visitor: &Visitor, deed: &str, (what, subject): (&str, &str), customer: &str) -> anyhow::Result<()> {
    let is_mention = app.store().row_of(what.trim()).await?.is_some();
    let about = if is_mention { what.trim() } else { subject };
    app.note_deed(visitor.name(), deed, format!("{about} {}", customer.trim()).trim()).await?;
    app.catch_up(&indicatif::ProgressBar::hidden()).await
}
