//! Who asks: recognised by session, token or the word of a trusted proxy; and in which language and zone they read.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use jiff::tz::TimeZone;

use super::words::Lang;
use super::{Web, cookies};
use crate::app::From;
use crate::people::{Person, Role};

/// Whoever asks.
#[derive(Clone, Debug)]
pub(super) struct Visitor(pub(super) Arc<Who>);

/// What is known of them.
#[derive(Debug)]
pub(super) struct Who {
    pub(super) person: Option<Person>,
    /// What they may do: of a token, what its scope leaves.
    pub(super) role: Option<Role>,
    pub(super) by: By,
    pub(super) lang: Lang,
    pub(super) zone: TimeZone,
    /// What the tokens of their forms are made of.
    pub(super) secret: String,
    pub(super) from: From,
    /// The path and query they asked for.
    pub(super) path: String,
}

/// How they were recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Nothing,
    Session,
    /// Not by a browser: no other site can make it ask.
    Token,
    Proxy,
}

impl std::ops::Deref for Visitor {
    type Target = Who;

    fn deref(&self) -> &Who {
        &self.0
    }
}

#[cfg(test)]
impl Visitor {
    /// Nobody in particular, who reads this language.
    pub(super) fn nobody(lang: Lang) -> Self {
        let (secret, path) = (String::new(), "/".to_owned());
        Self(Arc::new(Who { person: None, role: None, by: By::Nothing, lang, zone: TimeZone::UTC, secret, from: From::default(), path }))
    }
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().expect("`admit` stands before every route"))
    }
}

impl Who {
    /// The name they act under.
    pub(super) fn name(&self) -> &str {
        self.person.as_ref().map_or("", |person| &person.name)
    }

    /// Whether they may what `role` may.
    pub(super) fn may(&self, role: Role) -> bool {
        self.role.is_some_and(|own| own >= role)
    }
}

/// Whoever sent this request.
pub(super) async fn recognise(web: &Web, parts: &Parts, visit: &str) -> anyhow::Result<Who> {
    let settings = web.app.config().settings.web.clone();
    let headers = &parts.headers;
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical());
    let is_proxy = peer.is_some_and(|peer| settings.proxies.contains(&peer));
    let address = if is_proxy { forwarded(headers).or(peer) } else { peer };
    let session = cookies::read(headers, cookies::SESSION);
    let (mut person, mut role, mut by) = (None, None, By::Nothing);
    if let Some(token) = bearer(headers) {
        if let Some((owner, may)) = web.app.of_token(token).await? {
            (person, role, by) = (Some(owner), Some(may), By::Token);
        }
    } else if let Some(known) = session_of(web, session).await? {
        (role, person, by) = (Some(known.role), Some(known), By::Session);
    } else if let Some(known) = vouched(web, settings.trusted_header.as_deref().filter(|_| is_proxy), headers).await? {
        (role, person, by) = (Some(known.role), Some(known), By::Proxy);
    }
    let secret = session.filter(|_| by == By::Session).unwrap_or(visit).to_owned();
    let chosen = person.as_ref().and_then(|person| person.lang.as_deref()).or_else(|| cookies::read(headers, cookies::LANG));
    let zone = person.as_ref().and_then(|person| TimeZone::get(person.zone.as_deref()?).ok());
    Ok(Who {
        lang: chosen
            .and_then(Lang::parse)
            .unwrap_or_else(|| Lang::accepted(text(headers, header::ACCEPT_LANGUAGE.as_str()).unwrap_or_default())),
        zone: zone.unwrap_or(TimeZone::UTC),
        from: From { address, agent: text(headers, header::USER_AGENT.as_str()).map(str::to_owned) },
        path: parts.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
        person,
        role,
        by,
        secret,
    })
}

async fn session_of(web: &Web, secret: Option<&str>) -> anyhow::Result<Option<Person>> {
    match secret {
        Some(secret) => web.app.signed_in(secret).await,
        None => Ok(None),
    }
}

/// Whom a trusted proxy says it has signed in, if we know them.
async fn vouched(web: &Web, header: Option<&str>, headers: &HeaderMap) -> anyhow::Result<Option<Person>> {
    let Some(name) = header.and_then(|header| text(headers, header)) else { return Ok(None) };
    let person = web.app.people().await?.into_iter().find(|person| person.name == crate::people::tidy_name(name));
    Ok(person.filter(|person| person.role > Role::EmailOnly))
}

/// The address that the last proxy, which is ours, was asked from.
fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    text(headers, "x-forwarded-for")?.rsplit(',').next()?.trim().parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    text(headers, header::AUTHORIZATION.as_str())?.strip_prefix("Bearer ").map(str::trim)
}

pub(super) fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
