//! Quotes: the words of customers that we may use, those we asked for, and noting a yes or a no.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use super::failure::{self, Failure};
use super::files::{self, FILE_FORMS};
use super::frame::Frame;
use super::mention::{self, Notice};
use super::shown::is_web;
use super::sign_in::inside;
use super::visitor::Visitor;
use super::{Web, see};
use crate::app::{App, QuoteView};
use crate::replies::Leave;

/// Quotes on a page.
const ON_A_PAGE: usize = 50;
/// What is listed, by the word in the address.
const LISTS: [(&str, Leave); 3] = [("cleared", Leave::Cleared), ("asked", Leave::Asked), ("refused", Leave::Refused)];

#[derive(Debug, Deserialize)]
struct Asked {
    #[serde(default)]
    leave: String,
    #[serde(default)]
    page: usize,
}

#[derive(Debug, Deserialize)]
struct Exported {
    #[serde(default)]
    form: String,
}

#[derive(Debug, Deserialize)]
struct Noted {
    leave: String,
    #[serde(default)]
    words: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    back: String,
}

#[derive(Template)]
#[template(path = "quotes.html")]
struct QuotesPage {
    f: Frame,
    lists: Vec<(&'static str, usize)>,
    here: &'static str,
    quotes: Vec<QuoteView>,
    files: [(&'static str, String); 3],
    older: Option<String>,
    newer: Option<String>,
}

impl QuotesPage {
    /// The post, if its address leads to a web page.
    fn post<'a>(&self, quote: &'a QuoteView) -> Option<&'a str> {
        quote.url.as_deref().filter(|url| url.parse().is_ok_and(|url| is_web(&url)))
    }
}

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/quotes", get(quotes)).route("/quotes/export", get(export)).route("/quotes/{id}", post(note))
}

async fn quotes(State(app): State<Arc<App>>, visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let (here, leave) = LISTS.into_iter().find(|(word, _)| *word == asked.leave).unwrap_or(LISTS[0]);
    let mut lists = Vec::with_capacity(LISTS.len());
    for (word, leave) in LISTS {
        lists.push((word, app.count_quotes(leave).await?));
    }
    let page = asked.page.min(100_000);
    let mut quotes = app.some_quotes(Some(leave), page * ON_A_PAGE, ON_A_PAGE + 1).await?;
    let link = |page: usize| format!("/quotes?leave={here}&page={page}");
    let older = (quotes.len() > ON_A_PAGE).then(|| link(page + 1));
    let newer = page.checked_sub(1).map(link);
    quotes.truncate(ON_A_PAGE);
    let files = FILE_FORMS.map(|form| (form, format!("/quotes/export?form={form}")));
    Ok(Html(QuotesPage { f: Frame::new(visitor, "quotes"), lists, here, quotes, files, older, newer }.render()?).into_response())
}

async fn export(State(app): State<Arc<App>>, visitor: Visitor, Query(wanted): Query<Exported>) -> Result<Response, Failure> {
    app.note_deed(visitor.name(), "exported-quotes", "").await?;
    files::sheet(&app.quotes_sheet().await?, "quotes", &wanted.form)
}

async fn note(State(app): State<Arc<App>>, visitor: Visitor, Path(id): Path<String>, Form(form): Form<Noted>) -> Result<Response, Failure> {
    let Some(stored) = app.store().find(&id).await? else {
        return Ok(failure::page(&visitor, StatusCode::NOT_FOUND, "mention.none"));
    };
    let leave = LISTS.into_iter().find(|(word, _)| *word == form.leave && *word != "asked").map(|(_, leave)| leave);
    let Some(leave) = leave else { return Ok(failure::page(&visitor, StatusCode::UNPROCESSABLE_ENTITY, "quotes.bad-leave")) };
    let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let words = given(&form.words).filter(|_| leave == Leave::Cleared);
    match app.note_quote(&stored.id, leave, words.as_deref(), visitor.name(), given(&form.note)).await {
        Ok(_) => {
            app.note_deed(visitor.name(), if leave == Leave::Cleared { "quote-cleared" } else { "quote-refused" }, &stored.id).await?;
            Ok(see(inside(&form.back)))
        }
        Err(_) => {
            let words = visitor.lang.words().say("quotes.not-said").to_owned();
            mention::show(&app, visitor, stored, StatusCode::UNPROCESSABLE_ENTITY, Some(Notice { words, typed: None })).await
        }
    }
}
