//! The web page: thin, rendered on the server, calling the same [`App`] methods as the command line. Every action works without scripts.
//!
//! To add a page: a file here with `routes()` and its handlers (`Visitor` and `State<Arc<App>>` as arguments, a template that extends
//! `layout.html` and has `f: Frame`); its routes in the table of [`permissions`], since what is not listed is refused; its line in
//! `frame::NAV`; its words in `words/en.toml` and `words/zh.toml`; and `.merge(page::routes())` below. Forms that change something are
//! posts with `{{ f.form_token() }}` in a hidden field `form_token`; answer them with `see(path)`.
//!
//! Mention text is escaped by the templates; nothing is loaded from elsewhere.

mod admit;
mod api;
mod assets;
mod audit;
mod chart;
mod cookies;
mod customers;
mod digest;
mod failure;
mod feeds;
mod files;
mod frame;
mod hooks;
mod insight;
mod live;
mod mcp;
mod mention;
mod mentions;
mod metrics;
mod people;
pub mod permissions;
mod quotes;
mod reason;
mod replies;
mod reply_box;
mod reply_words;
mod phrases;
mod searches;
mod settings;
mod shown;
mod sign_in;
mod sources;
mod today;
mod visitor;
pub mod words;
mod you;

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use axum::extract::FromRef;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower_http::compression::CompressionLayer;

use crate::app::App;
use crate::config;

/// What handlers are given.
#[derive(Clone, Debug)]
struct Web {
    app: Arc<App>,
    /// Called when the page is to end: answers that would last for ever end then.
    stop: CancellationToken,
    /// How often programs may ask.
    pace: Arc<api::Pace>,
    durations: Arc<metrics::Durations>,
    /// What was found at addresses that somebody is about to add.
    looks: Arc<sources::Looks>,
}

impl Web {
    fn new(app: Arc<App>, stop: CancellationToken) -> Self {
        let pace = Arc::new(api::Pace::new(app.config().settings.web.api_per_minute));
        Self { app, stop, pace, durations: Arc::default(), looks: Arc::default() }
    }
}

impl FromRef<Web> for Arc<sources::Looks> {
    fn from_ref(web: &Web) -> Self {
        Self::clone(&web.looks)
    }
}

impl FromRef<Web> for Arc<App> {
    fn from_ref(web: &Web) -> Self {
        Self::clone(&web.app)
    }
}

/// Binds the page's address, if these settings let it be served there.
pub async fn bind(listen: SocketAddr, settings: &config::Web) -> anyhow::Result<TcpListener> {
    if let Some(why) = settings.refusal(listen) {
        anyhow::bail!(why);
    }
    TcpListener::bind(listen)
        .await
        .with_context(|| format!("cannot listen on `{listen}`; is another goodword running? choose another address with --listen"))
}

/// Serves the page on `listener` until `stop` is called; answers under way go out.
pub async fn serve(listener: TcpListener, app: Arc<App>, stop: CancellationToken) -> anyhow::Result<()> {
    let service = routes(Web::new(app, stop.clone())).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop.cancelled_owned()).await.context("the web page failed")
}

/// The page's routes.
pub fn router(app: Arc<App>) -> Router {
    routes(Web::new(app, CancellationToken::new()))
}

fn routes(web: Web) -> Router {
    Router::new()
        .merge(today::routes())
        .merge(mentions::routes())
        .merge(mention::routes())
        .merge(replies::routes())
        .merge(quotes::routes())
        .merge(customers::routes())
        .merge(searches::routes())
        .merge(insight::routes())
        .merge(phrases::routes())
        .merge(sources::routes())
        .merge(settings::routes())
        .merge(you::routes())
        .merge(people::routes())
        .merge(audit::routes())
        .merge(sign_in::routes())
        .merge(digest::routes())
        .merge(live::routes())
        .merge(assets::routes())
        .route("/feeds/{file}", get(feeds::feed))
        .route("/healthz", get(|| async { "ok" }))
        .merge(hooks::routes())
        .merge(api::routes())
        .merge(mcp::routes())
        .merge(metrics::routes())
        .route_layer(from_fn_with_state(web.clone(), admit::admit))
        .route_layer(from_fn_with_state(web.clone(), metrics::timed))
        .fallback(nowhere)
        .layer(map_response(guarded))
        .layer(CompressionLayer::new())
        .with_state(web)
}

async fn nowhere(method: Method, uri: Uri) -> Response {
    match api::is_for_programs(uri.path()) {
        true => api::nothing(&method, uri.path()),
        false => (StatusCode::NOT_FOUND, "there is no such page").into_response(),
    }
}

/// The answer to a form that was taken: the browser asks for `path` next.
fn see(path: &str) -> Response {
    Redirect::to(path).into_response()
}

/// Headers that keep hostile text inert, whatever a template might let through.
async fn guarded(mut response: Response) -> Response {
    let headers = [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; \
             base-uri 'none'; frame-ancestors 'none'",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, value) in headers {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    if !response.headers().contains_key(header::CACHE_CONTROL) {
        // Pages are for whoever is signed in, and for now.
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}
