//! Asking each host for its robots.txt before anything else, and keeping it.
//!
//! The file is asked for with a turn of its own, and without the headers of the source. What it says is read by [`rules`].

mod rules;

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::LOCATION;
use reqwest::{Response, StatusCode};
use url::Url;

use super::answer::is_redirect;
use super::failure::{FetchError, Refusal};
use super::hops::Hops;
use super::host::Host;
use super::pause::Trouble;
use super::{Fetcher, Request, when};
use crate::clock::later;
pub(super) use rules::Rules;

/// A file that is due but cannot be had is asked for again after this long, while the old one is used.
const RETRY: Duration = Duration::from_hours(1);
/// As many redirects are followed.
const REDIRECTS: usize = 5;

/// Whether a robots.txt lets a crawler of the name `agent` ask for `url`.
pub fn robots_allow(file: &[u8], agent: &str, url: &Url) -> bool {
    Rules::read_for(agent, file, Timestamp::MAX).allow(url)
}

impl Fetcher {
    /// Makes sure that the host's robots.txt lets us ask for `url`; returns the floor it asks for.
    pub(super) async fn ask_robots(&self, host: &Host, url: &Url, request: &Request) -> Result<Duration, FetchError> {
        if host.house.ignores_robots {
            return Ok(Duration::ZERO);
        }
        let mut kept = host.robots.lock().await;
        let now = self.clock.now();
        if kept.as_ref().is_none_or(|rules| rules.kept_until <= now) {
            match (self.fetch_robots(url, request).await, kept.as_mut()) {
                (Ok(rules), _) => *kept = Some(rules),
                // What a host last said holds while it cannot say it again.
                (Err(_), Some(rules)) => rules.kept_until = later(now, RETRY),
                (Err(error), None) => return Err(error),
            }
        }
        match kept.as_ref() {
            Some(rules) if !rules.allow(url) => {
                let refusal = Refusal::Disallowed { path: url.path().to_owned() };
                Err(FetchError::Robots { host: host.name.clone(), refusal })
            }
            rules => Ok(rules.map_or(Duration::ZERO, Rules::delay)),
        }
    }

    /// Fetches the robots.txt of the host of `url`. A host without one, or with one that leads nowhere, has no rules.
    async fn fetch_robots(&self, url: &Url, request: &Request) -> Result<Rules, FetchError> {
        let no_rules = || Rules::none(rules::kept_until(None, self.clock.now()));
        let Ok(file) = url.join("/robots.txt") else { return Ok(no_rules()) };
        let mut hops = Hops::start(&file, REDIRECTS)?;
        loop {
            self.check_address(hops.here(), request)?;
            let host = self.hosts.of(hops.here());
            let mut turn = self.hosts.turn(&host, request.min_interval).await?;
            let response = match self.clients.send(hops.here(), host.house.agent.clone(), None, request.allow_private).await {
                Ok(response) => response,
                Err(error) => {
                    if error.is_silence() {
                        turn.nothing_came();
                    }
                    return Err(error);
                }
            };
            let status = response.status();
            if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
                let until = turn.met(Trouble::OfHost(status.as_u16()), self.asked_pause(&response));
                let refusal = Refusal::Unanswered { status: status.as_u16(), until: until.unwrap_or_else(|| self.clock.now()) };
                return Err(FetchError::Robots { host: host.name.clone(), refusal });
            }
            match response.headers().get(LOCATION) {
                Some(location) if is_redirect(status) => match hops.follow(location) {
                    Ok(()) => continue,
                    Err(_) => return Ok(no_rules()),
                },
                _ if status.is_success() => return self.read_rules(hops.here(), response).await,
                _ => return Ok(no_rules()),
            }
        }
    }

    async fn read_rules(&self, url: &Url, mut response: Response) -> Result<Rules, FetchError> {
        let file = self.read_body(rules::MOST_BYTES, url, &mut response).await?.into_bytes();
        let now = self.clock.now();
        Ok(Rules::read(&file, rules::kept_until(when::fresh_until(response.headers(), now), now)))
    }
}
