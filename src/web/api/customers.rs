//! Customers, and whose mentions are whose.

pub(super) mod shapes;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::json;
use super::problem::Problem;
use super::taken::{Asked, At, Body};
use crate::app::{App, MentionView};
use crate::customers::{Customer, Subject};
use crate::web::Web;
use crate::web::customers::note;
use crate::web::visitor::Visitor;

/// A page of customers.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Page {
    /// Customers on a page.
    #[param(minimum = 1, maximum = 500, default = 100)]
    limit: Option<usize>,
    /// The id that the page before ended with: its `next`.
    #[serde(default)]
    after: String,
}

/// What is a customer's, or is not.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Belongs {
    /// A mention's id, or a handle, mail address or domain as `goodword customers link` takes it.
    what: String,
}

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/api/v1/customers", get(list))
        .route("/api/v1/customers/{id}", get(one).delete(remove))
        .route("/api/v1/customers/{id}/mentions", get(mentions))
        .route("/api/v1/nobodys", post(nobodys))
        .route("/api/v1/customers/{id}/link", post(link))
        .route("/api/v1/customers/{id}/unlink", post(unlink))
}

/// Customers by id, and how many mentions are known to be theirs.
#[utoipa::path(get, path = "/api/v1/customers", tag = "customers", params(Page), responses((status = 200, body = shapes::Customers)))]
pub(super) async fn list(State(app): State<Arc<App>>, Asked(page): Asked<Page>) -> Result<Response, Problem> {
    let limit = page.limit.unwrap_or(100);
    if !(1..=500).contains(&limit) {
        return Err(Problem::wrong("`limit` may be from 1 to 500"));
    }
    let asked = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let mut customers = app.customers(&page.after, asked).await?;
    let more = customers.len() > limit;
    customers.truncate(limit);
    let next = customers.last().filter(|_| more).map(|customer| customer.id.clone());
    let (rate, conflicts) = (app.match_rate().await?, app.customer_conflicts().await?);
    json(&json!({ "customers": customers, "next": next, "match_rate": rate, "conflicts": conflicts }))
}

async fn known(app: &App, id: &str) -> Result<(), Problem> {
    let mut connection = app.store().connection().await.map_err(anyhow::Error::from)?;
    match Customer::with_id(&mut connection, id).await? {
        Some(_) => Ok(()),
        None => Err(Problem::none("customer", id)),
    }
}

/// All that is known of a customer.
#[utoipa::path(
    get, path = "/api/v1/customers/{id}", tag = "customers", params(("id" = String, Path, description = "The customer's id")),
    responses((status = 200, body = shapes::Customer))
)]
pub(super) async fn one(State(app): State<Arc<App>>, At(id): At<String>) -> Result<Response, Problem> {
    known(&app, &id).await?;
    let known = app.customer(&id).await?;
    let ways: Vec<_> = known.mentions.iter().map(|(how, count)| json!({ "how": how, "mentions": count })).collect();
    let mut customer = serde_json::to_value(&known.customer)?;
    if let Some(fields) = customer.as_object_mut() {
        fields.insert("found_by".to_owned(), json!(ways));
        let keys: Vec<_> = known.keys.iter().map(|(key, said)| json!({ "key": key.to_string(), "said": said.as_str() })).collect();
        fields.insert("keys".to_owned(), json!(keys));
    }
    json(&customer)
}

/// A page of a customer's mentions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Turned {
    /// Mentions on a page.
    #[param(minimum = 1, maximum = 200, default = 20)]
    limit: Option<usize>,
    /// How many to pass over: the `next` of the page before.
    #[serde(default)]
    #[param(minimum = 0, maximum = 1_000_000)]
    skip: usize,
}

/// The mentions of a customer, the latest known first, each with how it was found to be theirs.
#[utoipa::path(
    get, path = "/api/v1/customers/{id}/mentions", tag = "customers",
    params(("id" = String, Path, description = "The customer's id"), Turned),
    responses((status = 200, body = shapes::CustomerMentions))
)]
pub(super) async fn mentions(
    State(app): State<Arc<App>>,
    At(id): At<String>,
    Asked(Turned { limit, skip }): Asked<Turned>,
) -> Result<Response, Problem> {
    let limit = limit.unwrap_or(20);
    if !(1..=200).contains(&limit) || skip > 1_000_000 {
        return Err(Problem::wrong("`limit` may be from 1 to 200, and `skip` at most 1000000"));
    }
    known(&app, &id).await?;
    let (total, found) = app.customer_mentions(&id, skip, limit).await?;
    let next = Some(skip.saturating_add(found.len())).filter(|behind| *behind < total);
    let mentions: Vec<_> = found.iter().map(|(stored, how)| json!({ "how": how, "mention": MentionView::from(stored) })).collect();
    json(&json!({ "total": total, "mentions": mentions, "next": next }))
}

/// Notes what was said, and tells how many mentions changed hands.
async fn told(
    app: &App,
    visitor: &Visitor,
    deed: &str,
    belongs: &Belongs,
    (subject, changed): (Subject, usize),
    id: &str,
) -> Result<Response, Problem> {
    note(app, visitor, deed, (&belongs.what, &subject.to_string()), id).await?;
    json(&json!({ "changed": changed }))
}

/// Says that a mention, or all of a handle, address or domain, is the customer's.
#[utoipa::path(
    post, path = "/api/v1/customers/{id}/link", tag = "customers", params(("id" = String, Path, description = "The customer's id")),
    request_body = Belongs, responses((status = 200, body = shapes::Changed))
)]
pub(super) async fn link(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    At(id): At<String>,
    Body(belongs): Body<Belongs>,
) -> Result<Response, Problem> {
    known(&app, &id).await?;
    let said = app.link_customer(&id, belongs.what.trim()).await?;
    told(&app, &visitor, "customer-linked", &belongs, said, &id).await
}

/// Says that it is not.
#[utoipa::path(
    post, path = "/api/v1/customers/{id}/unlink", tag = "customers", params(("id" = String, Path, description = "The customer's id")),
    request_body = Belongs, responses((status = 200, body = shapes::Changed))
)]
pub(super) async fn unlink(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    At(id): At<String>,
    Body(belongs): Body<Belongs>,
) -> Result<Response, Problem> {
    known(&app, &id).await?;
    let said = app.unlink_customer(Some(&id), belongs.what.trim()).await?;
    told(&app, &visitor, "customer-unlinked", &belongs, said, &id).await
}

/// Says that a mention, or all of a handle, address or domain, is nobody's who is on record.
#[utoipa::path(
    post, path = "/api/v1/nobodys", tag = "customers", request_body = Belongs, responses((status = 200, body = shapes::Changed))
)]
pub(super) async fn nobodys(State(app): State<Arc<App>>, visitor: Visitor, Body(belongs): Body<Belongs>) -> Result<Response, Problem> {
    let said = app.unlink_customer(None, belongs.what.trim()).await?;
    told(&app, &visitor, "customer-unlinked", &belongs, said, "").await
}

/// Forgets a customer; its mentions stay.
#[utoipa::path(
    delete, path = "/api/v1/customers/{id}", tag = "customers", params(("id" = String, Path, description = "The customer's id")),
    responses((status = 204))
)]
pub(super) async fn remove(State(app): State<Arc<App>>, visitor: Visitor, At(id): At<String>) -> Result<Response, Problem> {
    known(&app, &id).await?;
    app.remove_customer(&id).await?;
    app.note_deed(visitor.name(), "customer-removed", &id).await?;
    app.catch_up(&indicatif::ProgressBar::hidden()).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
