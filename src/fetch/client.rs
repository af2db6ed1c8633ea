//! The HTTP clients behind the door: one that resolves public names only, one for requests that may go inside the private network.
//!
//! They are two so that no connection opened by the one is ever used by the other. They follow no redirects, keep no cookies and use no
//! proxy. Knows nothing of manners.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Response};
use tracing::warn;
use url::Url;

use super::Settings;
use super::address::PublicOnly;
use super::call::{Call, Method};
use super::failure::{FetchError, Limits};
use super::host;

/// One connection is in flight to a host at a time; it is kept for the page after robots.txt, hardly for the next round.
const IDLE_CONNECTION: Duration = Duration::from_secs(30);

/// The two clients.
#[derive(Debug)]
pub(super) struct Clients {
    public: Client,
    private: Client,
    limits: Limits,
}

impl Clients {
    pub(super) fn new(settings: &Settings, names: &[(&str, SocketAddr)]) -> Result<Self, FetchError> {
        // An error only says that a provider was chosen before.
        let _chosen = rustls::crypto::ring::default_provider().install_default();
        let limits = Limits { connect: settings.connect_timeout, total: settings.total_timeout };
        let agent = user_agent(settings.contact.as_deref());
        let plain = || {
            let start = base(&agent, limits);
            names.iter().fold(start, |builder, (name, address)| builder.resolve(name, *address))
        };
        let public = build(|| plain().dns_resolver(Arc::new(PublicOnly)))?;
        Ok(Self { public, private: build(plain)?, limits })
    }

    /// Sends one request and returns once the answer's head is there.
    pub(super) async fn send(
        &self,
        url: &Url,
        headers: HeaderMap,
        body: Option<&str>,
        allow_private: bool,
    ) -> Result<Response, FetchError> {
        let client = if allow_private { &self.private } else { &self.public };
        let request = match body {
            Some(body) => client.post(url.clone()).header(CONTENT_TYPE, "application/json").body(body.to_owned()),
            None => client.get(url.clone()),
        };
        request.headers(headers).send().await.map_err(|error| self.failure(&error, url))
    }

    /// Makes one call and returns once the answer's head is there.
    pub(super) async fn call(&self, call: &Call, headers: HeaderMap) -> Result<Response, FetchError> {
        let client = if call.allow_private { &self.private } else { &self.public };
        let method = match call.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Patch => reqwest::Method::PATCH,
            Method::Delete => reqwest::Method::DELETE,
        };
        let request = client.request(method, call.url.clone()).headers(headers).body(call.body.clone());
        let request = call.timeout.into_iter().fold(request, |request, timeout| request.timeout(timeout.min(self.limits.total)));
        request.send().await.map_err(|error| self.failure(&error, &call.url))
    }

    /// What `error` means, when it befell a request for `url`.
    pub(super) fn failure(&self, error: &reqwest::Error, url: &Url) -> FetchError {
        FetchError::of(error, &host::name(url), self.limits)
    }
}

fn base(agent: &str, limits: Limits) -> ClientBuilder {
    Client::builder()
        .user_agent(agent)
        .redirect(Policy::none())
        .referer(false)
        .no_proxy()
        .connect_timeout(limits.connect)
        .timeout(limits.total)
        .pool_idle_timeout(IDLE_CONNECTION)
        .pool_max_idle_per_host(1)
}

/// Builds a client; on a machine that knows no certificate authorities, one that can read `http` only.
fn build(builder: impl Fn() -> ClientBuilder) -> Result<Client, FetchError> {
    builder().build().or_else(|error| {
        let client = builder().tls_certs_only([]).build().map_err(|_| FetchError::BadHeader { name: "User-Agent".to_owned() })?;
        warn!(%error, "no https page can be read: install your system's package of certificate authorities (`ca-certificates`)");
        Ok(client)
    })
}

pub(super) fn user_agent(contact: Option<&str>) -> String {
    let product = concat!("goodword/", env!("CARGO_PKG_VERSION_MAJOR"), ".", env!("CARGO_PKG_VERSION_MINOR"));
    contact.map_or_else(|| product.to_owned(), |contact| format!("{product} (+{contact})"))
}
