//! Phrases proposed from what happy and unhappy customers write: taken up into a list, or turned down for good.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use indicatif::ProgressBar;
use jiff::Timestamp;
use serde::Deserialize;

use super::{Pieces, pieces};
use crate::app::{App, SuggestRequest, Suggestion};
use crate::clock::parse_duration;
use crate::mention::{Lang, Polarity};
use crate::suggestions::ProposedPhrase;
use crate::web::failure::Failure;
use crate::web::frame::Frame;
use crate::web::insight::given;
use crate::web::see;
use crate::web::visitor::Visitor;

/// Proposals shown.
const SHOWN: usize = 25;
/// Mentions read: the latest of them say enough, and a page must not read all.
const READ: i64 = 10_000;
/// How far back texts are read, if nothing is said.
const SINCE: &str = "90d";

#[derive(Template)]
#[template(path = "phrases_suggestions.html")]
struct SuggestionsPage {
    f: Frame,
    asked: Asked,
    products: Vec<String>,
    themes: Vec<String>,
    happy: u32,
    unhappy: u32,
    proposed: Vec<Proposed>,
    /// What assistants proposed, each with when.
    from_assistants: Vec<(ProposedPhrase, String)>,
    rejected: Vec<(String, String)>,
    problem: Option<String>,
}

struct Proposed {
    one: Suggestion,
    examples: Vec<(String, Pieces)>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    polarity: String,
    product: String,
    lang: String,
    since: String,
}

/// What becomes of a proposal: `reject` or `unreject`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Decision {
    phrase: String,
    decide: String,
}

pub(super) async fn page(State(app): State<Arc<App>>, visitor: Visitor, Query(mut asked): Query<Asked>) -> Result<Response, Failure> {
    if asked.since.trim().is_empty() {
        SINCE.clone_into(&mut asked.since);
    }
    let (told, problem) = match request(&asked, app.clock().now()) {
        Ok(request) => (app.suggest(&request, &ProgressBar::hidden()).await?, None),
        Err(error) => (Default::default(), Some(error.to_string())),
    };
    let config = app.config();
    let mut themes: Vec<String> = config.lists.phrases.iter().map(|phrase| phrase.theme.clone()).collect();
    themes.sort_unstable();
    themes.dedup();
    let proposed = told
        .proposed
        .into_iter()
        .map(|one| Proposed { examples: one.examples.iter().map(|heard| (heard.id.clone(), pieces(&heard.excerpt))).collect(), one });
    let f = Frame::new(visitor, "phrases");
    let rejected = app.rejected_suggestions().await?;
    let from_assistants = app.proposed_phrases().await?.into_iter().map(|proposed| {
        let when = f.time(&proposed.at);
        (proposed, when)
    });
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = SuggestionsPage {
        asked,
        products: config.lists.products.iter().map(|product| product.name.clone()).collect(),
        themes,
        happy: told.happy,
        unhappy: told.unhappy,
        proposed: proposed.collect(),
        from_assistants: from_assistants.collect(),
        rejected: rejected.iter().map(|rejected| (rejected.phrase.clone(), f.time(&rejected.at))).collect(),
        problem,
        f,
    };
    Ok((status, Html(page.render()?)).into_response())
}

fn request(asked: &Asked, now: Timestamp) -> anyhow::Result<SuggestRequest> {
    let since =
        parse_duration(&asked.since).map_err(|_| anyhow::anyhow!("`{}` is not a length of time; write for example `90d`", asked.since))?;
    let since = jiff::SignedDuration::try_from(since).ok().and_then(|since| now.checked_sub(since).ok());
    Ok(SuggestRequest {
        polarity: Polarity::parse(&asked.polarity),
        product: given(&asked.product),
        since,
        lang: given(&asked.lang).map(Lang::try_from).transpose().map_err(anyhow::Error::msg)?,
        latest: Some(READ),
        limit: SHOWN,
    })
}

pub(super) async fn decide(State(app): State<Arc<App>>, visitor: Visitor, Form(form): Form<Decision>) -> Result<Response, Failure> {
    let Some(phrase) = given(&form.phrase) else { return Ok(see("/phrases/suggestions")) };
    let changed = match form.decide.as_str() {
        "reject" => app.reject_suggestion(&phrase).await?.then_some("suggestion-rejected"),
        "unreject" => app.unreject_suggestion(&phrase).await?.then_some("suggestion-unrejected"),
        _ => None,
    };
    if let Some(deed) = changed {
        app.note_deed(visitor.name(), deed, &phrase).await?;
    }
    Ok(see("/phrases/suggestions"))
}
