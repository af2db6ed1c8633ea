//! The only door to the network.
//!
//! Every request keeps the manners of its host: robots.txt, one in flight, a floor between two, and leaving it alone when it refuses.
//! Every answer keeps our limits of size and time, and no address inside the private network is asked unless the request allows it.
//! Knows nothing of sources or of what pages say; never tries again by itself.

mod address;
mod answer;
mod body;
mod call;
mod challenge;
mod charset;
mod client;
mod failure;
mod hops;
mod host;
mod house;
mod links;
mod mails;
mod pace;
mod pause;
mod robots;
pub(crate) mod said;
mod stream;
#[cfg(test)]
mod tests;
mod when;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{ETAG, HeaderMap, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use url::Url;

pub use call::{Call, Called, Method};
pub use charset::{decode, decoding};
pub use failure::{FetchError, Refusal};
pub use house::HostSettings;
pub use mails::{MailCall, MailError, Mails};
pub use pause::{Cause, Pause};
pub use robots::robots_allow;
pub use stream::Listening;

use crate::clock::Clock;
use answer::Answer;
use client::Clients;
use failure::shown;
use hops::Hops;
use host::{Host, Hosts, Turn};
use house::{Houses, header_map};
use pause::BackOff;

/// A page as it came in.
#[derive(Clone, Debug)]
pub struct Page {
    /// Where it was found, after redirects.
    pub url: Url,
    /// The `Content-Type` it was sent with.
    pub content_type: Option<String>,
    /// Its bytes, decompressed.
    pub body: Vec<u8>,
}

impl Page {
    /// Its text, decoded by byte order mark, header, declaration or, failing those, its looks.
    pub fn text(&self) -> Cow<'_, str> {
        decode(&self.body, self.content_type.as_deref())
    }
}

/// Limits and manners that hold for all requests.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where whoever is asked finds us: an address of the web or of mail, told in the user agent.
    pub contact: Option<String>,
    /// How much of a page is read, decompressed.
    pub max_body_bytes: usize,
    /// How long a connection may take, name and encryption included.
    pub connect_timeout: Duration,
    /// How long an answer may take, from the connection to its last byte.
    pub total_timeout: Duration,
    /// How many redirects are followed.
    pub max_redirects: usize,
    /// How long a host is left alone after its first refusal; twice as long after each further one.
    pub first_back_off: Duration,
    /// The longest a host is left alone unless it asks for longer.
    pub longest_back_off: Duration,
    /// What is set for single hosts, by name (`example.com`, `example.com:8080`).
    pub hosts: BTreeMap<String, HostSettings>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            contact: None,
            max_body_bytes: 10 << 20,
            connect_timeout: Duration::from_secs(10),
            total_timeout: Duration::from_secs(60),
            max_redirects: 5,
            first_back_off: Duration::from_mins(1),
            longest_back_off: Duration::from_hours(1),
            hosts: BTreeMap::new(),
        }
    }
}

impl Settings {
    /// Whether the robots.txt of the host of `url` is not asked.
    pub fn ignores_robots(&self, url: &Url) -> bool {
        house::names(url).iter().find_map(|name| self.hosts.get(name)).is_some_and(|host| host.ignores_robots)
    }
}

/// What to ask for, and how.
#[derive(Clone)]
pub struct Request {
    /// The page.
    pub url: Url,
    /// What is posted to it; none if it is only asked for. What is posted follows no redirect.
    pub body: Option<String>,
    /// Headers for its host; no other host sees them.
    pub headers: Vec<(String, String)>,
    /// The floor between two requests to the host.
    pub min_interval: Duration,
    /// Whether addresses inside the private network may be asked.
    pub allow_private: bool,
    /// What was kept of the page when it last came.
    pub validators: Validators,
}

impl Request {
    /// Asks for a public page, with a floor of one second.
    pub fn new(url: Url) -> Self {
        let validators = Validators::default();
        Self { url, body: None, headers: Vec::new(), min_interval: Duration::from_secs(1), allow_private: false, validators }
    }
}

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Headers and queries may hold secrets.
        f.debug_struct("Request").field("url", &shown(&self.url)).field("min_interval", &self.min_interval).finish_non_exhaustive()
    }
}

/// What a server gives along with a page so that it can say later that the page is still the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validators {
    /// The `ETag`.
    pub etag: Option<String>,
    /// The `Last-Modified` date, as written.
    pub last_modified: Option<String>,
}

impl Validators {
    fn of(headers: &HeaderMap) -> Self {
        let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok()).map(str::to_owned);
        Self { etag: text(ETAG), last_modified: text(LAST_MODIFIED) }
    }

    fn or(self, before: &Self) -> Self {
        let Self { etag, last_modified } = before.clone();
        Self { etag: self.etag.or(etag), last_modified: self.last_modified.or(last_modified) }
    }

    fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }
}

/// What came of a request.
#[derive(Clone, Debug)]
pub enum Fetched {
    /// The page.
    Fresh {
        /// Itself.
        page: Page,
        /// What to send along when it is asked for again.
        validators: Validators,
        /// Until when its server says it will not change.
        fresh_until: Option<Timestamp>,
        /// The page that its server says comes after it (`Link: <…>; rel="next"`), if that is of the same host.
        next: Option<Box<Url>>,
    },
    /// The page is as it was.
    NotModified {
        /// What to send along when it is asked for again.
        validators: Validators,
        /// Until when its server says it will not change.
        fresh_until: Option<Timestamp>,
    },
}

/// Fetches pages, one door for all.
#[derive(Debug)]
pub struct Fetcher {
    settings: Settings,
    clock: Clock,
    clients: Clients,
    hosts: Hosts,
}

impl Fetcher {
    /// Opens the door. Fails if the contact cannot be told in a header.
    pub fn new(settings: Settings, clock: Clock) -> Result<Self, FetchError> {
        Self::with_names(settings, clock, &[])
    }

    /// As [`Fetcher::new`], with names that stand for given addresses.
    fn with_names(settings: Settings, clock: Clock, names: &[(&str, std::net::SocketAddr)]) -> Result<Self, FetchError> {
        let clients = Clients::new(&settings, names)?;
        let back_off = BackOff { first: settings.first_back_off, longest: settings.longest_back_off };
        let hosts = Hosts::new(clock.clone(), back_off, Houses::new(&settings.hosts)?);
        Ok(Self { clients, hosts, settings, clock })
    }

    /// Fetches a page: at each hop its host's robots.txt is asked first, then its turn is waited for.
    pub async fn get(&self, request: &Request) -> Result<Fetched, FetchError> {
        let headers = headers_of(request)?;
        let most = if request.body.is_some() { 0 } else { self.settings.max_redirects };
        let mut hops = Hops::start(&request.url, most)?;
        loop {
            self.check_address(hops.here(), request)?;
            let host = self.hosts.of(hops.here());
            let delay = self.ask_robots(&host, hops.here(), request).await?;
            let mut turn = self.hosts.turn(&host, request.min_interval.max(delay)).await?;
            let mut all = host.house.headers.clone();
            all.extend(if hops.is_at_home() { headers.clone() } else { conditions(&request.validators) });
            match self.ask(&mut turn, &host, hops.here(), all, request).await {
                Ok(Answer::There(fetched)) => return Ok(fetched),
                Ok(Answer::Elsewhere(location)) => hops.follow(&location)?,
                Err(error) => {
                    if error.is_silence() {
                        turn.nothing_came();
                    }
                    return Err(error);
                }
            }
        }
    }

    async fn ask(&self, turn: &mut Turn<'_>, host: &Host, url: &Url, headers: HeaderMap, request: &Request) -> Result<Answer, FetchError> {
        let response = self.clients.send(url, headers, request.body.as_deref(), request.allow_private).await?;
        self.judge(turn, host, url, response, request).await
    }

    /// Takes up pauses that an earlier process kept.
    pub fn restore_pauses(&self, pauses: &[Pause]) {
        self.hosts.restore(pauses);
    }

    /// The pauses begun and ended since they were last taken, to be kept.
    pub fn take_pauses(&self) -> Vec<Pause> {
        self.hosts.take_pauses()
    }

    /// How long the host of `url` may put off the next visit by its own wishes.
    pub fn max_age(&self, url: &Url) -> Duration {
        self.hosts.of(url).house.max_age
    }

    fn check_address(&self, url: &Url, request: &Request) -> Result<(), FetchError> {
        if request.allow_private { Ok(()) } else { Ok(address::check_literal(url)?) }
    }
}

/// The headers for the host that was asked for itself.
fn headers_of(request: &Request) -> Result<HeaderMap, FetchError> {
    let mut headers = conditions(&request.validators);
    headers.extend(header_map(&request.headers)?);
    Ok(headers)
}

/// The headers that let any server say that the page is as it was.
fn conditions(validators: &Validators) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in [(IF_NONE_MATCH, &validators.etag), (IF_MODIFIED_SINCE, &validators.last_modified)] {
        if let Some(value) = value.as_ref().and_then(|value| HeaderValue::try_from(value).ok()) {
            headers.insert(name, value);
        }
    }
    headers
}
