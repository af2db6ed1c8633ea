//! The lists: read, added to, tried out; what the program or an assistant proposes.

pub(super) mod shapes;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use indicatif::ProgressBar;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use super::problem::Problem;
use super::taken::{Asked, Body};
use super::{json, with_status};
use crate::app::{self, App, Phrasebook, Pole, PreviewRequest, SuggestRequest};
use crate::mention::{Lang, Polarity};
use crate::web::Web;
use crate::web::visitor::Visitor;

/// Which entries of the lists are meant.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Of this polarity.
    #[param(inline)]
    polarity: Option<Pole>,
    /// Of this language.
    lang: Option<String>,
    /// Under this theme.
    theme: Option<String>,
}

/// Which entry is meant.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Entry {
    /// The phrase as it is written, or one of its forms.
    phrase: String,
    /// Of this polarity.
    #[param(inline)]
    polarity: Option<Pole>,
    /// Of this language.
    lang: Option<String>,
    /// Under this theme.
    theme: Option<String>,
}

/// A phrase to be listed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPhrase {
    /// As it should be written.
    phrase: String,
    /// Praise or complaint.
    polarity: Pole,
    /// Its language; guessed by its script if none is given.
    lang: Option<String>,
    /// Its theme; `overall` if none is given.
    theme: Option<String>,
}

/// A phrase to try out.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TriedPhrase {
    /// As it should be written.
    phrase: String,
    /// Praise or complaint.
    polarity: Pole,
    /// Its language; guessed by its script if none is given.
    lang: Option<String>,
    /// Its theme; `overall` if none is given.
    theme: Option<String>,
    /// Only what it would say of this product.
    product: Option<String>,
    /// The most examples.
    #[schema(maximum = 100, default = 10)]
    limit: Option<usize>,
}

/// Which proposals are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Proposals {
    /// Of this polarity only.
    #[param(inline)]
    polarity: Option<Pole>,
    /// From mentions of this product only.
    product: Option<String>,
    /// In this language only.
    lang: Option<String>,
    /// The most to give.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<usize>,
}

/// A proposal that nobody wants.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Unwanted {
    /// The phrase.
    phrase: String,
}

/// Mentions that suggestions are made from.
const LATEST: i64 = 10_000;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/api/v1/phrases", get(list).post(add).delete(remove))
        .route("/api/v1/phrases/preview", post(preview))
        .route("/api/v1/phrases/suggestions", get(suggestions))
        .route("/api/v1/phrases/proposals", get(proposals))
        .route("/api/v1/phrases/rejections", get(rejections).post(reject).delete(unreject))
        .route("/api/v1/phrases/check", get(check))
}

fn language(lang: Option<&str>) -> Result<Option<Lang>, Problem> {
    let read = |lang: &str| Lang::parse(lang).ok_or_else(|| Problem::wrong(format!("`{lang}` is not a language; write for example `en`")));
    lang.map(read).transpose()
}

/// The entries of the lists.
#[utoipa::path(get, path = "/api/v1/phrases", tag = "phrases", params(Which), responses((status = 200, body = shapes::Phrases)))]
pub(super) async fn list(State(app): State<Arc<App>>, Asked(which): Asked<Which>) -> Result<Response, Problem> {
    let Which { polarity, lang, theme } = which;
    let which = app::Which { polarity: polarity.map(Polarity::from), lang: language(lang.as_deref())?, theme };
    json(&json!({ "phrases": Phrasebook::read(app.dir())?.listed(&which) }))
}

/// Adds a phrase to the lists; stored mentions are tagged again.
#[utoipa::path(
    post, path = "/api/v1/phrases", tag = "phrases", request_body = NewPhrase, responses((status = 201, body = shapes::Phrase))
)]
pub(super) async fn add(State(app): State<Arc<App>>, visitor: Visitor, Body(new): Body<NewPhrase>) -> Result<Response, Problem> {
    let lang = language(new.lang.as_deref())?;
    let new = app::NewPhrase { written: new.phrase, polarity: new.polarity.into(), lang, theme: new.theme, entry: None };
    let added = app.list_phrase(&new, visitor.name()).await?;
    with_status(StatusCode::CREATED, &added)
}

/// Takes a phrase out of the lists.
#[utoipa::path(delete, path = "/api/v1/phrases", tag = "phrases", params(Entry), responses((status = 200, body = shapes::Phrase)))]
pub(super) async fn remove(State(app): State<Arc<App>>, visitor: Visitor, Asked(entry): Asked<Entry>) -> Result<Response, Problem> {
    let Entry { phrase, polarity, lang, theme } = entry;
    let which = app::Which { polarity: polarity.map(Polarity::from), lang: language(lang.as_deref())?, theme };
    let removed = app.unlist_phrase(&phrase, &which, visitor.name()).await?;
    json(&removed)
}

/// What a phrase would tag in stored mentions; it is not listed by this.
#[utoipa::path(
    post, path = "/api/v1/phrases/preview", tag = "phrases", request_body = TriedPhrase,
    responses((status = 200, body = shapes::PhrasePreview))
)]
pub(super) async fn preview(State(app): State<Arc<App>>, Body(tried): Body<TriedPhrase>) -> Result<Response, Problem> {
    let lang = language(tried.lang.as_deref())?;
    let limit = tried.limit.unwrap_or(10);
    if limit > 100 {
        return Err(Problem::wrong("`limit` may be at most 100"));
    }
    let phrase = app::NewPhrase { written: tried.phrase, polarity: tried.polarity.into(), lang, theme: tried.theme, entry: None };
    json(&app.preview(&PreviewRequest { phrase, product: tried.product, limit }).await?)
}

/// Phrases that happy and unhappy customers write and no list has, from the latest 10,000 mentions.
#[utoipa::path(
    get, path = "/api/v1/phrases/suggestions", tag = "phrases", params(Proposals), responses((status = 200, body = shapes::Suggestions))
)]
pub(super) async fn suggestions(State(app): State<Arc<App>>, Asked(asked): Asked<Proposals>) -> Result<Response, Problem> {
    let limit = asked.limit.unwrap_or(20);
    if !(1..=100).contains(&limit) {
        return Err(Problem::wrong("`limit` may be from 1 to 100"));
    }
    let lang = language(asked.lang.as_deref())?;
    let request = SuggestRequest {
        polarity: asked.polarity.map(Polarity::from),
        product: asked.product,
        since: None,
        lang,
        latest: Some(LATEST),
        limit,
    };
    let told = app.suggest(&request, &ProgressBar::hidden()).await?;
    json(&json!({ "happy": told.happy, "unhappy": told.unhappy, "suggestions": told.proposed }))
}

/// Phrases that assistants proposed and nobody has listed or turned down yet. To take one up, add it.
#[utoipa::path(get, path = "/api/v1/phrases/proposals", tag = "phrases", responses((status = 200, body = shapes::Proposals)))]
pub(super) async fn proposals(State(app): State<Arc<App>>) -> Result<Response, Problem> {
    let proposed: Vec<Value> = app.proposed_phrases().await?.iter().map(|proposal| json!(proposal)).collect();
    json(&json!({ "proposals": proposed }))
}

/// Turns a suggestion or proposal down for good.
#[utoipa::path(post, path = "/api/v1/phrases/rejections", tag = "phrases", request_body = Unwanted, responses((status = 204)))]
pub(super) async fn reject(State(app): State<Arc<App>>, visitor: Visitor, Body(unwanted): Body<Unwanted>) -> Result<Response, Problem> {
    if unwanted.phrase.trim().is_empty() {
        return Err(Problem::wrong("`phrase` is blank"));
    }
    if app.reject_suggestion(&unwanted.phrase).await? {
        app.note_deed(visitor.name(), "suggestion-rejected", unwanted.phrase.trim()).await?;
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Suggestions and proposals that were turned down.
#[utoipa::path(get, path = "/api/v1/phrases/rejections", tag = "phrases", responses((status = 200, body = shapes::Rejections)))]
pub(super) async fn rejections(State(app): State<Arc<App>>) -> Result<Response, Problem> {
    let rejected = app.rejected_suggestions().await?;
    let rejected: Vec<Value> = rejected.iter().map(|rejected| json!({ "phrase": rejected.phrase, "at": rejected.at })).collect();
    json(&json!({ "rejections": rejected }))
}

/// Which rejection is meant.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// The phrase.
    phrase: String,
}

/// Lets a suggestion that was turned down come again.
#[utoipa::path(delete, path = "/api/v1/phrases/rejections", tag = "phrases", params(Wanted), responses((status = 204)))]
pub(super) async fn unreject(State(app): State<Arc<App>>, visitor: Visitor, Asked(wanted): Asked<Wanted>) -> Result<Response, Problem> {
    if !app.unreject_suggestion(&wanted.phrase).await? {
        return Err(Problem::none("rejected phrase", &wanted.phrase));
    }
    app.note_deed(visitor.name(), "suggestion-unrejected", wanted.phrase.trim()).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Phrases that do no work: mistakes, those that others always win over, those of both polarities, those never found.
#[utoipa::path(get, path = "/api/v1/phrases/check", tag = "phrases", responses((status = 200, body = shapes::Findings)))]
pub(super) async fn check(State(app): State<Arc<App>>) -> Result<Response, Problem> {
    json(&json!({ "findings": app.check_phrases().await? }))
}
