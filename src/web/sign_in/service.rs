//! Signing in by the company's sign-in service: the way there, and the way back. Knows nothing of tokens.
//!
//! The browser holds the secret of the attempt in a cookie, so nobody can be made to come back from a sign-in that another began.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use super::{Next, Shown, inside, let_in, page};
use crate::app::{App, Entered};
use crate::people::service::{Attempt, Refusal};
use crate::web::failure::{self, Failure};
use crate::web::visitor::Visitor;
use crate::web::{Web, cookies, see};

/// How a browser comes back.
#[derive(Debug, Deserialize)]
struct Back {
    #[serde(default)]
    state: String,
    code: Option<String>,
    error: Option<String>,
}

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/sign-in/service", get(go)).route("/sign-in/back", get(back))
}

async fn go(State(app): State<Arc<App>>, visitor: Visitor, Query(asked): Query<Next>) -> Result<Response, Failure> {
    if app.sign_in_service().is_none() {
        return Ok(failure::page(&visitor, StatusCode::NOT_FOUND, "sign-in.no-service"));
    }
    let attempt = Attempt::begin()?;
    match app.service_door(&attempt).await {
        Ok(door) => {
            let kept = format!("{}.{}", attempt.secret(), URL_SAFE_NO_PAD.encode(inside(&asked.next)));
            Ok(with_attempt(&app, &kept, None, see(door.as_str())))
        }
        Err(error) => {
            tracing::warn!("nobody can sign in by the sign-in service: {error:#}");
            refused(&app, visitor, StatusCode::BAD_GATEWAY, "sign-in.service-away", asked.next).await
        }
    }
}

async fn back(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    headers: axum::http::HeaderMap,
    Query(back): Query<Back>,
) -> Result<Response, Failure> {
    let kept = cookies::read(&headers, cookies::ATTEMPT).and_then(|kept| kept.split_once('.'));
    let Some((secret, next)) = kept.filter(|(secret, _)| !secret.is_empty() && Attempt::of(secret).is(&back.state)) else {
        return refused(&app, visitor, StatusCode::BAD_REQUEST, "sign-in.not-begun", String::new()).await;
    };
    let next = URL_SAFE_NO_PAD.decode(next).ok().and_then(|next| String::from_utf8(next).ok()).unwrap_or_default();
    let Some(code) = back.code.filter(|_| back.error.is_none()) else {
        tracing::warn!(error = ?back.error, "the sign-in service sent somebody back without a code");
        return refused(&app, visitor, StatusCode::FORBIDDEN, "sign-in.service-no", next).await;
    };
    match app.enter_by_service(&Attempt::of(secret), &code, &visitor.from).await {
        Ok(Entered::Yes(session)) => Ok(with_attempt(&app, "", Some(0), let_in(&app, &session, inside(&next)))),
        Ok(Entered::Refused(refusal)) => refused(&app, visitor, StatusCode::FORBIDDEN, words(refusal), next).await,
        Err(error) => {
            tracing::warn!("a sign-in by the sign-in service failed: {error:#}");
            refused(&app, visitor, StatusCode::BAD_GATEWAY, "sign-in.service-failed", next).await
        }
    }
}

fn words(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Mail => "sign-in.service-mail",
        Refusal::Domain => "sign-in.service-domain",
        Refusal::Unknown => "sign-in.service-unknown",
        Refusal::Another => "sign-in.service-another",
        Refusal::Role => "sign-in.service-role",
        Refusal::MailOnly => "sign-in.service-mail-only",
    }
}

/// The page to sign in again, with why; the attempt is over.
async fn refused(app: &App, visitor: Visitor, status: StatusCode, why: &'static str, next: String) -> Result<Response, Failure> {
    let problem = Some(visitor.lang.words().say(why).to_owned());
    let page = page(app, visitor, status, Shown { next, problem, ..Shown::default() }).await?;
    Ok(with_attempt(app, "", Some(0), page))
}

fn with_attempt(app: &App, value: &str, days: Option<u32>, mut response: Response) -> Response {
    if let Some(cookie) = cookies::set(cookies::ATTEMPT, value, days, app.config().settings.web.is_https()) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response.into_response()
}
