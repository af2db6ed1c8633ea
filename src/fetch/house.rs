//! What people set for single hosts: a longer floor, headers, another contact, and how much of the host's own wishes counts.
//!
//! Knows nothing of the file it is written in, nor of when it is used.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use url::Url;

use super::client::user_agent;
use super::failure::FetchError;

/// An answer's own freshness counts no longer than this where nothing else is set.
const MAX_AGE: Duration = Duration::from_hours(24);

/// What is set for one host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostSettings {
    /// A floor between two requests; the longest of this, the source's and robots.txt's is kept.
    pub min_interval: Option<Duration>,
    /// Headers for every page of the host; a source's own come before them.
    pub headers: Vec<(String, String)>,
    /// Where this host finds us, in place of the usual contact.
    pub contact: Option<String>,
    /// Whether its robots.txt is not asked; for sites of one's own only.
    pub ignores_robots: bool,
    /// How long its own wishes (`max-age`, `Expires`, a feed's `ttl`) put off the next visit at most.
    pub max_age: Option<Duration>,
}

/// The same, ready for use.
#[derive(Debug)]
pub(super) struct HouseRules {
    pub(super) min_interval: Duration,
    /// For its pages.
    pub(super) headers: HeaderMap,
    /// For its robots.txt too.
    pub(super) agent: HeaderMap,
    pub(super) ignores_robots: bool,
    pub(super) max_age: Duration,
}

impl Default for HouseRules {
    fn default() -> Self {
        Self { min_interval: Duration::ZERO, headers: HeaderMap::new(), agent: HeaderMap::new(), ignores_robots: false, max_age: MAX_AGE }
    }
}

impl HostSettings {
    /// Whether its headers and contact can be sent.
    pub fn check(&self) -> Result<(), FetchError> {
        self.rules().map(drop)
    }

    fn rules(&self) -> Result<HouseRules, FetchError> {
        let mut agent = HeaderMap::new();
        if let Some(contact) = &self.contact {
            agent.insert(USER_AGENT, value_of("User-Agent", &user_agent(Some(contact)))?);
        }
        let mut headers = agent.clone();
        headers.extend(header_map(&self.headers)?);
        Ok(HouseRules {
            min_interval: self.min_interval.unwrap_or_default(),
            headers,
            agent,
            ignores_robots: self.ignores_robots,
            max_age: self.max_age.unwrap_or(MAX_AGE),
        })
    }
}

/// Configured headers, fit to be sent; they may hold secrets.
pub(super) fn header_map(headers: &[(String, String)]) -> Result<HeaderMap, FetchError> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let key: HeaderName = name.parse().map_err(|_| FetchError::BadHeader { name: name.clone() })?;
        let mut value = value_of(name, value)?;
        value.set_sensitive(true);
        map.insert(key, value);
    }
    Ok(map)
}

fn value_of(name: &str, value: &str) -> Result<HeaderValue, FetchError> {
    HeaderValue::try_from(value).map_err(|_| FetchError::BadHeader { name: name.to_owned() })
}

/// The rules of all hosts that have any.
#[derive(Debug, Default)]
pub(super) struct Houses(HashMap<String, Arc<HouseRules>>);

impl Houses {
    pub(super) fn new(settings: &BTreeMap<String, HostSettings>) -> Result<Self, FetchError> {
        let ready = settings.iter().map(|(host, settings)| Ok((host.to_ascii_lowercase(), Arc::new(settings.rules()?))));
        Ok(Self(ready.collect::<Result<_, FetchError>>()?))
    }

    /// The rules of the host of `url`: those written with its port count before those for its name.
    pub(super) fn of(&self, url: &Url) -> Arc<HouseRules> {
        if self.0.is_empty() {
            return Arc::default();
        }
        names(url).iter().find_map(|name| self.0.get(name)).cloned().unwrap_or_default()
    }
}

/// The names that the host of `url` may be written under, the more exact first.
pub(super) fn names(url: &Url) -> [String; 2] {
    let name = url.host_str().unwrap_or_default();
    [format!("{name}:{}", url.port_or_known_default().unwrap_or_default()), name.to_owned()]
}
