//! One mention with all that is known of it, and corrections of its tags.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use super::failure::{self, Failure};
use super::frame::Frame;
use super::shown::{Card, card, is_web};
use super::visitor::Visitor;
use super::{Web, see};
use crate::app::{App, in_words};
use crate::customers::{self, Customer};
use crate::mention::{Context, Polarity, Verdict};
use crate::phrases::Says;
use crate::store::{Revision, Sighting, Stored};

#[derive(Template)]
#[template(path = "mention.html")]
struct MentionPage {
    f: Frame,
    card: Card,
    first_seen: String,
    filtered: Option<String>,
    sightings: Vec<Place>,
    revisions: Vec<Revision>,
    corrections: Vec<(usize, String)>,
    context: Context,
    answer_url: Option<String>,
    products: Vec<String>,
}

/// A sighting with its link, if that leads to a web page.
struct Place {
    sighting: Sighting,
    link: Option<String>,
}

/// What a correction's form says: `not-this`, `praise`, `complaint`, `no-product`, `product:NAME` or `verdict:WORD`.
#[derive(Debug, Deserialize)]
struct Correction {
    /// The tag, from 1; empty for the mention as a whole.
    #[serde(default)]
    tag: String,
    says: String,
}

#[derive(Debug, Deserialize)]
struct Undo {
    number: usize,
}

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/mentions/{id}", get(mention))
        .route("/mentions/{id}/correct", post(correct))
        .route("/mentions/{id}/undo", post(undo))
}

async fn mention(State(app): State<Arc<App>>, visitor: Visitor, Path(id): Path<String>) -> Result<Response, Failure> {
    let Some(stored) = app.store().find(&id).await? else {
        return Ok(failure::page(&visitor, StatusCode::NOT_FOUND, "mention.none"));
    };
    if stored.id != id {
        // It turned out to be the same as another.
        return Ok(see(&format!("/mentions/{}", stored.id)));
    }
    let products = app.config().lists.products.iter().map(|product| product.name.clone()).collect();
    let customer = customers::of(&mut *app.store().connection().await?, &[stored.row]).await?.remove(&stored.row);
    let f = Frame::new(visitor, "mentions");
    Ok(Html(page(f, stored, customer, products).render()?).into_response())
}

fn page(f: Frame, stored: Stored, customer: Option<Customer>, products: Vec<String>) -> MentionPage {
    let place = |sighting: &Sighting| Place {
        link: sighting.url.clone().filter(|link| link.parse().is_ok_and(|url| is_web(&url))),
        sighting: sighting.clone(),
    };
    let context = stored.mention.context.clone();
    MentionPage {
        card: card(&f, &stored, customer.as_ref(), (&[], &[])),
        first_seen: f.time(&stored.first_seen),
        sightings: stored.sightings.iter().map(place).collect(),
        corrections: stored.corrections.iter().enumerate().map(|(at, correction)| (at + 1, in_words(correction))).collect(),
        answer_url: context.answer.as_ref().and_then(|answer| answer.url.as_ref()).filter(|url| is_web(url)).map(ToString::to_string),
        context,
        filtered: stored.filtered,
        revisions: stored.revisions,
        products,
        f,
    }
}

async fn correct(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(form): Form<Correction>,
) -> Result<Response, Failure> {
    let config = app.config();
    let is_product = |name: &str| config.lists.products.iter().any(|product| product.name == name);
    let says = says(&form.says, is_product);
    let Some(stored) = app.store().find(&id).await? else {
        return Ok(failure::page(&visitor, StatusCode::NOT_FOUND, "mention.none"));
    };
    let number = if form.tag.is_empty() { Some(None) } else { form.tag.parse::<usize>().ok().map(Some) };
    let in_range = number.flatten().is_none_or(|number| (1..=stored.tagging.tags.len()).contains(&number));
    let (Some(says), Some(number), true) = (says, number, in_range) else {
        return Ok(failure::page(&visitor, StatusCode::UNPROCESSABLE_ENTITY, "mention.bad-correction"));
    };
    app.correct(&id, number, says, Some(visitor.name().to_owned())).await?;
    app.note_deed(visitor.name(), "corrected", &format!("{id} {} {}", form.tag, form.says)).await?;
    app.catch_up(&indicatif::ProgressBar::hidden()).await?;
    Ok(see(&format!("/mentions/{}", stored.id)))
}

async fn undo(State(app): State<Arc<App>>, visitor: Visitor, Path(id): Path<String>, Form(form): Form<Undo>) -> Result<Response, Failure> {
    let Some(stored) = app.store().find(&id).await? else {
        return Ok(failure::page(&visitor, StatusCode::NOT_FOUND, "mention.none"));
    };
    if !(1..=stored.corrections.len()).contains(&form.number) {
        return Ok(failure::page(&visitor, StatusCode::UNPROCESSABLE_ENTITY, "mention.bad-correction"));
    }
    app.undo_correction(&id, form.number).await?;
    app.note_deed(visitor.name(), "correction-undone", &id).await?;
    app.catch_up(&indicatif::ProgressBar::hidden()).await?;
    Ok(see(&format!("/mentions/{}", stored.id)))
}

/// What a form's word says; none for anything that no form of ours has.
pub(super) fn says(word: &str, is_product: impl Fn(&str) -> bool) -> Option<Says> {
    let verdicts = [Verdict::Praise, Verdict::Complaint, Verdict::Mixed, Verdict::Neutral];
    match word.split_once(':') {
        Some(("product", name)) => is_product(name).then(|| Says::Product(Some(name.to_owned()))),
        Some(("verdict", word)) => verdicts.into_iter().find(|verdict| verdict.as_str() == word).map(Says::Verdict),
        Some(_) => None,
        None => match word {
            "not-this" => Some(Says::NotThis),
            "no-product" => Some(Says::Product(None)),
            "praise" => Some(Says::Polarity(Polarity::Praise)),
            "complaint" => Some(Says::Polarity(Polarity::Complaint)),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_says_what_a_person_can_say() {
        let acme = |name: &str| name == "Acme";
        for (word, want) in [
            ("not-this", Some(Says::NotThis)),
            ("praise", Some(Says::Polarity(Polarity::Praise))),
            ("product:Acme", Some(Says::Product(Some("Acme".to_owned())))),
            ("product:Acne", None),
            ("no-product", Some(Says::Product(None))),
            ("verdict:mixed", Some(Says::Verdict(Verdict::Mixed))),
            ("verdict:good", None),
            ("", None),
        ] {
            assert_eq!(says(word, acme), want, "{word}");
        }
    }
}
