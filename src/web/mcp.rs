//! `POST /mcp`: the tools for AI assistants over HTTP (streamable HTTP without sessions), with the role that the caller's token has.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::post;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};

use super::visitor::Visitor;
use super::{Web, api};
use crate::mcp::{Assistant, Caller};
use crate::people::Role;

/// The largest message.
const LARGEST: usize = 256 << 10;

pub(super) fn routes() -> Router<Web> {
    Router::new().route(api::MCP, post(answer))
}

async fn answer(State(web): State<Web>, visitor: Visitor, request: Request) -> Response {
    let caller = Caller { name: visitor.name().to_owned(), role: visitor.role.unwrap_or(Role::EmailOnly) };
    let app = Arc::clone(&web.app);
    // Whoever has no token or session does not come so far, whatever name this machine was asked by.
    let settings = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_cancellation_token(web.stop.child_token())
        .with_max_request_body_bytes(LARGEST)
        .disable_allowed_hosts();
    let made = move || Ok(Assistant::new(Arc::clone(&app), caller.clone()));
    let service = StreamableHttpService::new(made, Arc::new(NeverSessionManager::default()), settings);
    service.handle(request).await.map(Body::new)
}
