//! A forgotten password: a link by mail, and the same answer whether or not anybody is known by that name.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;

use crate::app::{App, Letter};
use crate::web::Web;
use crate::web::failure::Failure;
use crate::web::frame::Frame;
use crate::web::visitor::Visitor;

#[derive(Template)]
#[template(path = "forgotten.html")]
struct ForgottenPage {
    f: Frame,
    /// Whether mail reaches people here.
    is_mailed: bool,
    is_taken: bool,
    problem: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Whose {
    #[serde(default)]
    name: String,
}

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/forgotten", get(ask).post(send))
}

async fn ask(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    page(&app, visitor, StatusCode::OK, false, None)
}

async fn send(State(app): State<Arc<App>>, visitor: Visitor, Form(form): Form<Whose>) -> Result<Response, Failure> {
    let words = visitor.lang.words();
    if !app.mails_reach_people() || form.name.trim().is_empty() {
        return page(&app, visitor, StatusCode::UNPROCESSABLE_ENTITY, false, None);
    }
    if let Err(wait) = app.ask_for_link(&form.name, &visitor.from) {
        let problem = words.say("forgotten.wait").replacen("{}", &(wait.as_secs().div_euclid(60) + 1).to_string(), 1);
        return page(&app, visitor, StatusCode::TOO_MANY_REQUESTS, false, Some(problem));
    }
    // In a task of its own: how long it takes tells nobody whether there is such a person.
    let for_task = Arc::clone(&app);
    tokio::spawn(async move {
        let letter = Letter { subject: words.say("forgotten.subject"), text: words.say("forgotten.mail") };
        if let Err(error) = for_task.mail_link(&form.name, letter).await {
            tracing::error!("a link for a new password could not be mailed: {error:#}");
        }
    });
    page(&app, visitor, StatusCode::OK, true, None)
}

fn page(app: &App, visitor: Visitor, status: StatusCode, is_taken: bool, problem: Option<String>) -> Result<Response, Failure> {
    let page = ForgottenPage { f: Frame::new(visitor, ""), is_mailed: app.mails_reach_people(), is_taken, problem };
    Ok((status, Html(page.render()?)).into_response())
}
