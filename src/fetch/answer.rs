//! What an answer is: the page, word that it is unchanged, a pointer elsewhere, or one of the many things that come in its place.
//!
//! Tells the host's manners how it went. Knows nothing of how the request came about.

use jiff::Timestamp;
use reqwest::header::{CONTENT_TYPE, HeaderValue, LOCATION};
use reqwest::{Response, StatusCode};
use url::Url;

use super::body::{self, Body};
use super::failure::{FetchError, shown};
use super::host::{self, Host, Turn};
use super::pause::Trouble;
use super::{Fetched, Fetcher, Page, Request, Validators, challenge, links, said, when};
use crate::clock::later;

/// What one hop led to.
pub(super) enum Answer {
    /// To the end of the way.
    There(Fetched),
    /// On, to this place.
    Elsewhere(HeaderValue),
}

impl Fetcher {
    /// Tells a page from the many things that come in its place.
    pub(super) async fn judge(
        &self,
        turn: &mut Turn<'_>,
        host: &Host,
        url: &Url,
        mut response: Response,
        request: &Request,
    ) -> Result<Answer, FetchError> {
        let status = response.status();
        if !status.is_success() {
            return match response.headers().get(LOCATION) {
                Some(location) if is_redirect(status) => {
                    turn.went_well();
                    Ok(Answer::Elsewhere(location.clone()))
                }
                _ if status == StatusCode::NOT_MODIFIED && !request.validators.is_empty() => {
                    turn.went_well();
                    Ok(Answer::There(self.not_modified(host, &response, request)))
                }
                _ => Err(self.refused(turn, url, response).await),
            };
        }
        if let Some(coding) = body::unknown_coding(&response) {
            turn.went_well();
            let why = format!("its answer is in the coding `{coding}`, which was not asked for");
            return Err(FetchError::Network { host: host::name(url), why });
        }
        let page = self.read_page(url, &mut response).await?;
        if let Some(by) = challenge::guard(status.as_u16(), response.headers(), &page.body) {
            let until = turn.met(Trouble::OfHost(status.as_u16()), self.asked_pause(&response));
            return Err(FetchError::Blocked { host: host::name(url), status: status.as_u16(), by: Some(by), until });
        }
        turn.went_well();
        let fresh_until = self.fresh_until(host, &response);
        let next = links::next(response.headers(), &page.url).map(Box::new);
        Ok(Answer::There(Fetched::Fresh { page, validators: Validators::of(response.headers()), fresh_until, next }))
    }

    fn not_modified(&self, host: &Host, response: &Response, request: &Request) -> Fetched {
        let validators = Validators::of(response.headers()).or(&request.validators);
        Fetched::NotModified { validators, fresh_until: self.fresh_until(host, response) }
    }

    /// Until when the answer is fresh, as far as its host is believed.
    fn fresh_until(&self, host: &Host, response: &Response) -> Option<Timestamp> {
        let now = self.clock.now();
        when::fresh_until(response.headers(), now).map(|until| until.min(later(now, host.house.max_age))).filter(|until| *until > now)
    }

    async fn read_page(&self, url: &Url, response: &mut Response) -> Result<Page, FetchError> {
        let limit = self.settings.max_body_bytes;
        let body = match self.read_body(limit, url, response).await? {
            Body::Whole(body) => body,
            Body::Cut(_) => return Err(FetchError::TooLarge { url: shown(url), limit }),
        };
        let content_type = response.headers().get(CONTENT_TYPE).map(|kind| String::from_utf8_lossy(kind.as_bytes()).into_owned());
        let mut url = url.clone();
        let _without_login = (url.set_username(""), url.set_password(None));
        Ok(Page { url, content_type, body })
    }

    pub(super) async fn read_body(&self, limit: usize, url: &Url, response: &mut Response) -> Result<Body, FetchError> {
        body::read_up_to(limit, response).await.map_err(|error| self.clients.failure(&error, url))
    }

    /// What an answer without a page means; the host is left alone if it refused or failed.
    async fn refused(&self, turn: &mut Turn<'_>, url: &Url, mut response: Response) -> FetchError {
        let status = response.status().as_u16();
        // A refusal that breaks off is a refusal all the same.
        let body = match challenge::is_refusal(status) || said::is_json(response.headers()) {
            true => self.read_body(challenge::MOST_BYTES, url, &mut response).await.map(Body::into_bytes).unwrap_or_default(),
            false => Vec::new(),
        };
        let by = challenge::guard(status, response.headers(), &body);
        let said = said::in_body(response.headers(), &body);
        // Some say 403 where they mean 429, and how long in a header of their own.
        let spent = when::quota_renewed(response.headers(), self.clock.now());
        let asked = self.asked_pause(&response).or(spent);
        let until = match status {
            _ if by.is_some() => turn.met(Trouble::OfHost(status), asked),
            429 | 503 => turn.met(Trouble::OfHost(status), asked),
            403 if spent.is_some() => turn.met(Trouble::OfHost(status), asked),
            403 | 500.. => turn.met(Trouble::OfPage(status), asked),
            _ => {
                turn.went_well();
                None
            }
        };
        let name = host::name(url);
        match (status, until) {
            (429 | 503, Some(until)) if by.is_none() => FetchError::SlowDown { host: name, status, until },
            (403, Some(until)) if by.is_none() && spent.is_some() => FetchError::SlowDown { host: name, status, until },
            (400..404 | 405..410 | 411..500, _) if by.is_none() && said.is_some() => {
                FetchError::Refused { host: name, status, said: said.unwrap_or_default(), until }
            }
            (401 | 403 | 407 | 451, _) => FetchError::Blocked { host: name, status, by, until },
            _ if by.is_some() => FetchError::Blocked { host: name, status, by, until },
            (404 | 410, _) => FetchError::Gone { url: shown(url), status },
            _ => FetchError::Status { url: shown(url), status, until },
        }
    }

    pub(super) fn asked_pause(&self, response: &Response) -> Option<Timestamp> {
        when::retry_after(response.headers(), self.clock.now())
    }
}

/// Whether an answer of this status points elsewhere.
pub(super) fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}
