//! The web page: thin, rendered on the server, calling the same [`App`] methods as the command line.
//!
//! Mention text is escaped by the templates; nothing is loaded from elsewhere.

mod feeds;
mod hooks;
mod page;

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::app::App;

/// Binds the page's address.
pub async fn bind(listen: SocketAddr) -> anyhow::Result<TcpListener> {
    if !listen.ip().is_loopback() {
        anyhow::bail!(
            "the page has no sign-in yet, so it is served on this machine only; listen on 127.0.0.1 in place of `{}`",
            listen.ip()
        );
    }
    TcpListener::bind(listen)
        .await
        .with_context(|| format!("cannot listen on `{listen}`; is another goodword running? choose another address with --listen"))
}

/// Serves the page on `listener` until `stop` is called; answers under way go out.
pub async fn serve(listener: TcpListener, app: Arc<App>, stop: CancellationToken) -> anyhow::Result<()> {
    axum::serve(listener, router(app)).with_graceful_shutdown(stop.cancelled_owned()).await.context("the web page failed")
}

/// The page's routes.
pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/", get(page::search))
        .route("/sources", get(page::sources))
        .route("/feeds/{file}", get(feeds::feed))
        .route("/style.css", get(page::style))
        // Browsers ask for an icon in any case.
        .route("/favicon.ico", get(|| async { StatusCode::NO_CONTENT }))
        .route("/healthz", get(|| async { "ok" }))
        .merge(hooks::routes())
        .layer(map_response(guarded))
        .with_state(app)
}

/// Headers that keep hostile text inert, whatever a template might let through.
async fn guarded(mut response: Response) -> Response {
    let headers = [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, value) in headers {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
