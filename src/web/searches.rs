//! Saved searches: kept from *Mentions*, with when they tell of what is new, and their feeds. Each belongs to somebody; those that
//! are shared are shown to all. Managers may change any.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use super::failure::{self, Failure};
use super::frame::Frame;
use super::visitor::Visitor;
use super::{Web, see};
use crate::app::{App, NewSearch, SearchEdit};
use crate::people::Role;
use crate::searches::{Alerting, SavedSearch};

#[derive(Template)]
#[template(path = "searches.html")]
struct SearchesPage {
    f: Frame,
    rows: Vec<Row>,
    alertings: [&'static str; 4],
    /// The alerts of settings.toml that tell of searches.
    rules: Vec<(String, String)>,
    problem: Option<String>,
}

struct Row {
    search: SavedSearch,
    link: String,
    may_change: bool,
    rss: String,
    json: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Saved {
    name: String,
    query: String,
    alert: String,
    shared: String,
    digest: String,
}

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/searches", get(searches).post(add))
        .route("/searches/change", post(change))
        .route("/searches/remove", post(remove))
        .route("/searches/renew", post(renew))
}

async fn searches(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    page(&app, visitor, None).await
}

async fn page(app: &App, visitor: Visitor, problem: Option<String>) -> Result<Response, Failure> {
    let config = app.config();
    let all = app.saved_searches().await?;
    let f = Frame::new(visitor.clone(), "mentions");
    let row = |search: SavedSearch| Row {
        link: f.found(&search.query),
        may_change: may_change(&visitor, &search),
        rss: feed(app, &search, "rss"),
        json: feed(app, &search, "json"),
        search,
    };
    let rows = all.into_iter().filter(|search| search.shared || may_change(&visitor, search)).map(row).collect();
    let rules = config.settings.notify.rules.iter().filter_map(|rule| match &rule.when {
        crate::notify::When::Search(which) => Some((which.clone().unwrap_or_default(), rule.to.join(", "))),
        _ => None,
    });
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = SearchesPage { rules: rules.collect(), rows, alertings: Alerting::ALL.map(Alerting::as_str), problem, f };
    Ok((status, Html(page.render()?)).into_response())
}

/// The address of its feed: whoever knows it may read it.
pub(super) fn feed(app: &App, search: &SavedSearch, form: &str) -> String {
    let web = &app.config().settings.web;
    format!("{}/feeds/{}.{form}", web.home(web.listen), search.token)
}

/// Whether it is theirs to change: their own, nobody's, or any for a manager.
pub(super) fn may_change(visitor: &Visitor, search: &SavedSearch) -> bool {
    let own = search.owner.as_deref().is_none_or(|owner| owner.to_lowercase() == visitor.name());
    visitor.may(Role::Manager) || (own && visitor.may(Role::Responder))
}

fn alerting(word: &str) -> Alerting {
    Alerting::ALL.into_iter().find(|alerting| alerting.as_str() == word).unwrap_or_default()
}

async fn add(State(app): State<Arc<App>>, visitor: Visitor, Form(form): Form<Saved>) -> Result<Response, Failure> {
    let new = NewSearch {
        name: form.name,
        query: form.query,
        owner: Some(visitor.name().to_owned()),
        shared: form.shared == "yes",
        alert: alerting(&form.alert),
        digest: form.digest == "yes",
    };
    match app.add_search(new).await {
        Ok(search) => {
            app.note_deed(visitor.name(), "search-saved", &search.name).await?;
            Ok(see("/searches"))
        }
        Err(error) => page(&app, visitor, Some(error.to_string())).await,
    }
}

/// The search of this name if whoever asks may change it; else the page to answer with.
async fn own(app: &App, visitor: &Visitor, name: &str) -> Result<SavedSearch, Response> {
    let none = || failure::page(visitor, StatusCode::NOT_FOUND, "searches.none");
    let search = app.saved_search(name).await.map_err(|_| none())?;
    // Whose it is, is nobody else's business.
    if may_change(visitor, &search) { Ok(search) } else { Err(none()) }
}

async fn change(State(app): State<Arc<App>>, visitor: Visitor, Form(form): Form<Saved>) -> Result<Response, Failure> {
    let search = match own(&app, &visitor, &form.name).await {
        Ok(search) => search,
        Err(answer) => return Ok(answer),
    };
    let edit = SearchEdit {
        query: super::insight::given(&form.query),
        owner: None,
        shared: Some(form.shared == "yes"),
        alert: Some(alerting(&form.alert)),
        digest: Some(form.digest == "yes"),
    };
    match app.edit_search(&search.name, edit).await {
        Ok(search) => {
            app.note_deed(visitor.name(), "search-changed", &search.name).await?;
            Ok(see("/searches"))
        }
        Err(error) => page(&app, visitor, Some(error.to_string())).await,
    }
}

async fn remove(State(app): State<Arc<App>>, visitor: Visitor, Form(form): Form<Saved>) -> Result<Response, Failure> {
    match own(&app, &visitor, &form.name).await {
        Ok(search) => {
            app.remove_search(&search.name).await?;
            app.note_deed(visitor.name(), "search-removed", &search.name).await?;
            Ok(see("/searches"))
        }
        Err(answer) => Ok(answer),
    }
}

async fn renew(State(app): State<Arc<App>>, visitor: Visitor, Form(form): Form<Saved>) -> Result<Response, Failure> {
    match own(&app, &visitor, &form.name).await {
        Ok(search) => {
            app.renew_token(&search.name).await?;
            app.note_deed(visitor.name(), "feed-renewed", &search.name).await?;
            Ok(see("/searches"))
        }
        Err(answer) => Ok(answer),
    }
}
