//! The door: who asks, whether the table lets them in, and whether a change comes from a form of ours.
//!
//! A form carries a token made of the secret in the browser's cookie, which other sites cannot read; whether the browser says that the
//! request comes from another site is looked at too.

use axum::body::{Body, to_bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use url::Url;

use super::permissions::{Need, need};
use super::visitor::{By, Visitor, Who, bearer, recognise, text};
use super::{Web, api, cookies, failure, frame, see};
use crate::people::Secret;

/// The largest form.
const LARGEST_FORM: usize = 256 << 10;

/// Lets a request through to its page, or answers why not.
pub(super) async fn admit(State(web): State<Web>, request: Request, next: Next) -> Response {
    let (visit, is_new) = match cookies::read(request.headers(), cookies::VISIT) {
        Some(visit) if !visit.is_empty() => (visit.to_owned(), false),
        _ => match Secret::fresh() {
            Ok(secret) => (secret.told().to_owned(), true),
            Err(error) => return failure::Failure::from(error).into_response(),
        },
    };
    let (mut parts, body) = request.into_parts();
    let who = match recognise(&web, &parts, &visit).await {
        Ok(who) => Visitor(who.into()),
        Err(error) => return failure::Failure::from(error).into_response(),
    };
    let path = parts.extensions.get::<MatchedPath>().map(|path| path.as_str().to_owned()).unwrap_or_default();
    let Some(asked) = need(&parts.method, &path) else {
        return match api::is_for_programs(&path) {
            true => api::nothing(&parts.method, &path),
            false => (StatusCode::METHOD_NOT_ALLOWED, "this page does not take that").into_response(),
        };
    };
    if let Some(wait) = api::counted(&who, &parts.headers, &path).and_then(|caller| web.pace.take(&caller, web.app.clock().now()).err()) {
        return api::Problem::too_often(wait).into_response();
    }
    if !asked.lets_in(who.role) {
        return refused(&who, &parts.method, &parts.headers);
    }
    parts.extensions.insert(who.clone());
    let is_change = !matches!(parts.method, Method::GET | Method::HEAD);
    let request = if is_change && asked != Need::OwnToken && who.by != By::Token {
        let public = web.app.config().settings.web.public_url.clone();
        match with_form(&who, Request::from_parts(parts, body), public.as_ref()).await {
            Some(request) => request,
            None if api::is_for_programs(&path) => return api::no_form(),
            None => return failure::page(&who, StatusCode::FORBIDDEN, "refused.form"),
        }
    } else {
        Request::from_parts(parts, body)
    };
    let mut response = next.run(request).await;
    let needs_visit = is_new && matches!(who.by, By::Nothing | By::Proxy) && asked != Need::OwnToken && !path.starts_with("/assets");
    if let Some(cookie) = cookies::set(cookies::VISIT, &visit, None, web.app.config().settings.web.is_https()).filter(|_| needs_visit) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

fn refused(who: &Visitor, method: &Method, headers: &HeaderMap) -> Response {
    if api::is_for_programs(&who.path) {
        return api::refused(who);
    }
    if who.role.is_some() {
        return failure::page(who, StatusCode::FORBIDDEN, "refused.role");
    }
    if bearer(headers).is_some() {
        return (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")], "this token opens nothing; make one under `You`")
            .into_response();
    }
    if who.path.starts_with("/events") {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let next = if *method == Method::GET && who.path != "/" {
        let next: String = url::form_urlencoded::byte_serialize(who.path.as_bytes()).collect();
        format!("/sign-in?next={next}")
    } else {
        "/sign-in".to_owned()
    };
    see(&next)
}

/// The request again, if it comes from a form of ours.
async fn with_form(who: &Who, request: Request, public: Option<&Url>) -> Option<Request> {
    let (parts, body) = request.into_parts();
    if is_from_elsewhere(&parts.headers, public) {
        return None;
    }
    let bytes = to_bytes(body, LARGEST_FORM).await.ok()?;
    let in_header = text(&parts.headers, "x-form-token").map(str::to_owned);
    let token = in_header.or_else(|| {
        let mut fields = url::form_urlencoded::parse(&bytes);
        fields.find(|(name, _)| name == "form_token").map(|(_, token)| token.into_owned())
    });
    token.filter(|token| frame::is_form_token(&who.secret, token))?;
    Some(Request::from_parts(parts, Body::from(bytes)))
}

/// Whether the browser says that another site made it ask.
fn is_from_elsewhere(headers: &HeaderMap, public: Option<&Url>) -> bool {
    let site = text(headers, "sec-fetch-site").is_some_and(|site| !matches!(site, "same-origin" | "none"));
    let Some(origin) = text(headers, header::ORIGIN.as_str()) else { return site };
    let host = text(headers, header::HOST.as_str()).unwrap_or_default();
    let here = origin.split_once("://").is_some_and(|(_, rest)| rest == host);
    let there = public.is_some_and(|public| public.origin().ascii_serialization() == origin);
    site || !(here || there)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_site_sends_is_told_by_its_headers() {
        let public: Url = "https://goodword.example".parse().unwrap();
        for (origin, site, elsewhere) in [
            (None, None, false),
            (Some("http://127.0.0.1:8420"), Some("same-origin"), false),
            (Some("https://goodword.example"), None, false),
            (Some("https://evil.example"), None, true),
            (Some("null"), None, true),
            (None, Some("cross-site"), true),
            (Some("http://127.0.0.1:8420"), Some("cross-site"), true),
        ] {
            let mut headers = HeaderMap::from_iter([(header::HOST, "127.0.0.1:8420".parse().unwrap())]);
            origin.map(|origin| headers.insert(header::ORIGIN, origin.parse().unwrap()));
            site.map(|site: &str| headers.insert("sec-fetch-site", site.parse().unwrap()));
            assert_eq!(is_from_elsewhere(&headers, Some(&public)), elsewhere, "{origin:?} {site:?}");
        }
    }
}
