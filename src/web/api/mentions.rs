//! Mentions: searched, read, corrected.

pub(super) mod shapes;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{delete, get, post};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use super::problem::Problem;
use super::taken::{Asked, At, Body, words};
use super::{json, with_status};
use crate::app::{App, Hit, MentionView, SearchRequest};
use crate::customers;
use crate::search::Sort;
use crate::store::Stored;
use crate::web::Web;
use crate::web::mention::says;
use crate::web::visitor::Visitor;

/// The most mentions on a page.
const MOST: usize = 200;

/// What is searched for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Search {
    /// The query, as in the search box: `product:acme polarity:complaint since:7d`; all mentions if blank.
    #[serde(default)]
    q: String,
    /// Mentions on a page.
    #[serde(default = "usual_limit")]
    #[param(minimum = 0, maximum = 200, default = 20)]
    limit: usize,
    /// Where the page before ended: its `next`.
    after: Option<String>,
    /// Which come first.
    #[serde(default)]
    #[param(inline)]
    sort: Order,
    /// Fields to count all that match by, parted by commas: `product,verdict,theme,source,lang`.
    facets: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Order {
    #[default]
    Newest,
    Relevance,
}

fn usual_limit() -> usize {
    20
}

/// What is right of a tag, or of a mention as a whole.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewCorrection {
    /// The tag's place among the mention's `tags`, from 1; none for the mention as a whole.
    #[schema(minimum = 1)]
    tag: Option<usize>,
    /// `not-this`, `praise`, `complaint`, `no-product`, `product:NAME`, or `verdict:praise` (`complaint`, `mixed`, `neutral`).
    says: String,
}

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/api/v1/mentions", get(search))
        .route("/api/v1/mentions/{id}", get(one))
        .route("/api/v1/mentions/{id}/corrections", post(correct))
        .route("/api/v1/mentions/{id}/corrections/{number}", delete(undo))
}

/// Finds mentions.
#[utoipa::path(get, path = "/api/v1/mentions", tag = "mentions", params(Search), responses((status = 200, body = shapes::FoundMentions)))]
pub(super) async fn search(State(app): State<Arc<App>>, Asked(asked): Asked<Search>) -> Result<Response, Problem> {
    if asked.limit > MOST {
        return Err(Problem::wrong(format!("`limit` may be at most {MOST}; ask for further pages with `after`")));
    }
    if asked.after.as_deref().is_some_and(|after| after.parse::<crate::search::Cursor>().is_err()) {
        return Err(Problem::wrong("`after` is not the `next` of a page"));
    }
    let sort = match asked.sort {
        Order::Newest => Sort::Newest,
        Order::Relevance => Sort::Relevance,
    };
    let facets = words(asked.facets.as_deref());
    let found = app.search(&SearchRequest { query: asked.q, limit: asked.limit, offset: 0, sort, after: asked.after, facets }).await?;
    let mentions = found.hits.iter().map(hit).collect::<Result<Vec<Value>, _>>()?;
    let facets: serde_json::Map<String, Value> =
        found.facets.iter().map(|facet| (facet.facet.as_str().to_owned(), json!(facet.counts))).collect();
    json(&json!({
        "total": found.total,
        "sightings": found.sightings,
        "mentions": mentions,
        "next": found.next,
        "facets": facets,
        "notes": found.notes,
    }))
}

fn hit(hit: &Hit) -> Result<Value, Problem> {
    let mut mention = serde_json::to_value(MentionView::of(&hit.stored, hit.customer.as_ref()))?;
    if let Value::Object(fields) = &mut mention {
        fields.insert("highlights".to_owned(), json!(hit.highlights));
        fields.insert("title_highlights".to_owned(), json!(hit.title_highlights));
    }
    Ok(mention)
}

/// The mention of an id.
pub(super) async fn find(app: &App, id: &str) -> Result<Stored, Problem> {
    app.store().find(id).await?.ok_or_else(|| Problem::none("mention", id))
}

/// One mention, with the evidence for its tags.
#[utoipa::path(
    get, path = "/api/v1/mentions/{id}", tag = "mentions", params(("id" = String, Path, description = "The mention's id")),
    responses((status = 200, body = shapes::Mention))
)]
pub(super) async fn one(State(app): State<Arc<App>>, At(id): At<String>) -> Result<Response, Problem> {
    let stored = find(&app, &id).await?;
    let mut connection = app.store().connection().await.map_err(anyhow::Error::from)?;
    let customer = customers::of(&mut connection, &[stored.row]).await?.remove(&stored.row);
    json(&MentionView::of(&stored, customer.as_ref()))
}

/// Says what is wrong with a mention's tags; it outlives retagging.
#[utoipa::path(
    post, path = "/api/v1/mentions/{id}/corrections", tag = "mentions", params(("id" = String, Path, description = "The mention's id")),
    request_body = NewCorrection, responses((status = 201, description = "The mention as it stands then", body = shapes::Mention))
)]
pub(super) async fn correct(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    At(id): At<String>,
    Body(new): Body<NewCorrection>,
) -> Result<Response, Problem> {
    let stored = find(&app, &id).await?;
    let config = app.config();
    let is_product = |name: &str| config.lists.products.iter().any(|product| product.name == name);
    let said = says(&new.says, is_product).ok_or_else(|| Problem::wrong(format!("`says` cannot be `{}`", new.says)))?;
    let count = stored.tagging.tags.len();
    if new.tag.is_some_and(|tag| !(1..=count).contains(&tag)) {
        return Err(Problem::wrong(format!("the mention has {count} tags; `tag` counts them from 1")));
    }
    let stored = app.correct(&id, new.tag, said, Some(visitor.name().to_owned())).await?;
    let tag = new.tag.map(|tag| tag.to_string()).unwrap_or_default();
    app.note_deed(visitor.name(), "corrected", &format!("{id} {tag} {}", new.says)).await?;
    app.catch_up(&indicatif::ProgressBar::hidden()).await?;
    with_status(StatusCode::CREATED, &MentionView::from(&stored))
}

/// Takes a correction back.
#[utoipa::path(
    delete, path = "/api/v1/mentions/{id}/corrections/{number}", tag = "mentions",
    params(("id" = String, Path, description = "The mention's id"), ("number" = usize, Path, description = "The correction, from 1")),
    responses((status = 200, description = "The mention as it stands then", body = shapes::Mention))
)]
pub(super) async fn undo(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    At((id, number)): At<(String, usize)>,
) -> Result<Response, Problem> {
    let stored = find(&app, &id).await?;
    if !(1..=stored.corrections.len()).contains(&number) {
        return Err(Problem::none("correction", &number.to_string()));
    }
    let stored = app.undo_correction(&id, number).await?;
    app.note_deed(visitor.name(), "correction-undone", &id).await?;
    app.catch_up(&indicatif::ProgressBar::hidden()).await?;
    json(&MentionView::from(&stored))
}
