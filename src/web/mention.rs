//! One mention with all that is known of it: corrections of its tags, its reply, whose it is and whether we may quote it.

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
use super::reply_box::{ReplyBox, acting, history, reply_box};
use super::shown::{Card, is_web, whole_card};
use super::visitor::Visitor;
use super::{Web, see};
use crate::app::{App, Queued, QuoteView, Staff, in_words};
use crate::customers::{self, Customer};
use crate::mention::{Context, Polarity, Verdict};
use crate::phrases::Says;
use crate::replies::Reply;
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
    reply: Option<ReplyBox>,
    history: Vec<String>,
    repliers: Vec<String>,
    quote: Option<QuoteView>,
    customer: Option<Customer>,
    has_customers: bool,
    notice: Option<String>,
    /// What was typed, where there is no field for it any more.
    unplaced: Option<String>,
    /// Its own address, to come back to.
    back: String,
}

/// Why something was not done, with what was typed.
pub(super) struct Notice {
    pub(super) words: String,
    pub(super) typed: Option<String>,
}

/// What is known of a mention beside itself.
struct Beside {
    products: Vec<String>,
    reply: Option<ReplyBox>,
    history: Vec<String>,
    repliers: Vec<String>,
    quote: Option<QuoteView>,
    customer: Option<Customer>,
    has_customers: bool,
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
    show(&app, visitor, stored, StatusCode::OK, None).await
}

/// The page of a mention, with why what was asked was not done.
pub(super) async fn show(
    app: &App,
    visitor: Visitor,
    stored: Stored,
    status: StatusCode,
    notice: Option<Notice>,
) -> Result<Response, Failure> {
    let who = acting(app, &visitor);
    let f = Frame::new(visitor, "mentions");
    let mut beside = beside(app, &f, &who, &stored).await?;
    let (words, mut typed) = notice.map(|notice| (notice.words, notice.typed)).unzip();
    if let Some(reply) = beside.reply.as_mut().filter(|reply| reply.may.write)
        && let Some(typed) = typed.take().flatten()
    {
        reply.text = typed;
    }
    let page = MentionPage { unplaced: typed.flatten(), ..page(f, stored, beside, words) };
    Ok((status, Html(page.render()?)).into_response())
}

async fn beside(app: &App, f: &Frame, who: &Staff, stored: &Stored) -> anyhow::Result<Beside> {
    let reply = Reply::to(&mut *app.store().connection().await?, stored.row).await?;
    let (reply, history) = match reply {
        Some(reply) => {
            let queued = Queued { priority: reply.priority(app.clock().now()), reply, stored: stored.clone() };
            (Some(reply_box(app, f, who, &queued).await?), history(app, f, &stored.id).await?)
        }
        None => (None, Vec::new()),
    };
    Ok(Beside {
        products: app.config().lists.products.iter().map(|product| product.name.clone()).collect(),
        repliers: if f.may_reply() { app.repliers().await? } else { Vec::new() },
        quote: app.quote_of(stored).await?,
        customer: customers::of(&mut *app.store().connection().await?, &[stored.row]).await?.remove(&stored.row),
        has_customers: f.may_reply() && !app.customers("", 1).await?.is_empty(),
        reply,
        history,
    })
}

fn page(f: Frame, stored: Stored, beside: Beside, notice: Option<String>) -> MentionPage {
    let place = |sighting: &Sighting| Place {
        link: sighting.url.clone().filter(|link| link.parse().is_ok_and(|url| is_web(&url))),
        sighting: sighting.clone(),
    };
    let context = stored.mention.context.clone();
    MentionPage {
        card: whole_card(&f, &stored, beside.customer.as_ref()),
        first_seen: f.time(&stored.first_seen),
        sightings: stored.sightings.iter().map(place).collect(),
        corrections: stored.corrections.iter().enumerate().map(|(at, correction)| (at + 1, in_words(correction))).collect(),
        answer_url: context.answer.as_ref().and_then(|answer| answer.url.as_ref()).filter(|url| is_web(url)).map(ToString::to_string),
        context,
        filtered: stored.filtered,
        revisions: stored.revisions,
        products: beside.products,
        reply: beside.reply,
        history: beside.history,
        repliers: beside.repliers,
        quote: beside.quote,
        customer: beside.customer,
        has_customers: beside.has_customers,
        notice,
        unplaced: None,
        back: format!("/mentions/{}", stored.id),
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
