//! Calls that act rather than listen: webhooks, tickets, replies, tokens.
//!
//! A call goes out as it is given: no robots.txt, no redirects, no second try; who calls decides what a status means and when to
//! try again. The limits of time and size and the guard of private addresses hold as for every request.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::HeaderMap;
use url::Url;

use super::body::{self, Body};
use super::failure::{FetchError, shown};
use super::house::header_map;
use super::{Fetcher, address, when};

/// How many bytes of an answer are read.
const MOST_BYTES: usize = 1 << 20;

/// What a call does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Makes.
    Post,
    /// Puts in the place of what was.
    Put,
    /// Changes.
    Patch,
    /// Takes away.
    Delete,
}

/// A call.
#[derive(Clone)]
pub struct Call {
    /// What it does.
    pub method: Method,
    /// To whom.
    pub url: Url,
    /// Its headers, `Content-Type` among them.
    pub headers: Vec<(String, String)>,
    /// What it says.
    pub body: Vec<u8>,
    /// How long it may take, if less than other requests.
    pub timeout: Option<Duration>,
    /// Whether addresses inside the private network may be called.
    pub allow_private: bool,
}

impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Headers, queries and bodies may hold secrets.
        f.debug_struct("Call").field("method", &self.method).field("url", &shown(&self.url)).finish_non_exhaustive()
    }
}

/// The answer to a call, whatever its status.
#[derive(Clone, Debug)]
pub struct Called {
    /// The status.
    pub status: u16,
    /// The beginning of what it says, up to 1 MiB.
    pub body: Vec<u8>,
    headers: HeaderMap,
}

impl Called {
    /// Whether it was done.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// A header of the answer.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// When it asks to be called again (`Retry-After`, in seconds or as a date).
    pub fn retry_after(&self, now: Timestamp) -> Option<Timestamp> {
        when::retry_after(&self.headers, now)
    }

    /// What it says, as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Fetcher {
    /// Makes a call once. An error means that no answer came; the other side may have heard it all the same.
    pub async fn call(&self, call: &Call) -> Result<Called, FetchError> {
        if !call.allow_private {
            address::check_literal(&call.url)?;
        }
        let mut response = self.clients.call(call, header_map(&call.headers)?).await?;
        let body = body::read_up_to(MOST_BYTES, &mut response).await.map(Body::into_bytes);
        let body = body.map_err(|error| self.clients.failure(&error, &call.url))?;
        Ok(Called { status: response.status().as_u16(), headers: response.headers().clone(), body })
    }
}
