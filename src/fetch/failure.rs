//! Why a page did not come, in the classes a caller treats differently, and in words that say what to do.
//!
//! URLs are shown without their query and login, which may hold secrets.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use url::Url;

use super::address::PrivateAddress;
use super::pause::Cause;
use crate::clock::show_duration;

/// Why a page did not come.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The host's robots.txt keeps us out, or may do so: it cannot be read.
    #[error("robots.txt of `{host}` {refusal}")]
    Robots {
        /// Whose it is.
        host: String,
        /// What it says.
        refusal: Refusal,
    },
    /// The address is inside the private network and the source does not say `allow_private = true`.
    #[error("`{host}` is inside the private network; if the source is meant to go there, set `allow_private = true`")]
    Private {
        /// The name or address.
        host: String,
    },
    /// The site does not let us in: a login or a challenge stands in the way.
    #[error("`{host}` answered {status}: {}", words_for_block(*.status, *.by))]
    Blocked {
        /// Who does not.
        host: String,
        /// What it answered.
        status: u16,
        /// Who guards it, if that shows.
        by: Option<&'static str>,
        /// Until when the host is left alone, if it is.
        until: Option<Timestamp>,
    },
    /// An API does not answer, and says why.
    #[error("`{host}` answered {status}: {said}{}", words_for_refusal(*.status))]
    Refused {
        /// Whose it is.
        host: String,
        /// What it answered.
        status: u16,
        /// Why, in its own words.
        said: String,
        /// Until when the host is left alone, if it is.
        until: Option<Timestamp>,
    },
    /// The host asked us to slow down and is left alone for a while.
    #[error(
        "`{host}` turned us away ({status}) and is left alone until {until:.0}; if this happens often, raise `every` or `min_interval`"
    )]
    SlowDown {
        /// Who asked.
        host: String,
        /// What it answered.
        status: u16,
        /// Until when.
        until: Timestamp,
    },
    /// The host was not asked: it turned us away or was silent before, and is left alone for a while.
    #[error("`{host}` {} and is left alone until {until:.0}", words_for_cause(*.cause))]
    LeftAlone {
        /// Who is.
        host: String,
        /// Why.
        cause: Cause,
        /// Until when.
        until: Timestamp,
    },
    /// There is no such page.
    #[error("`{url}` answered {status}: there is no such page; correct the address or remove the source")]
    Gone {
        /// Where it was looked for.
        url: String,
        /// What was answered.
        status: u16,
    },
    /// The site answered otherwise than with a page.
    #[error("`{url}` answered {status}{}", words_for_status(*.status, *.until))]
    Status {
        /// What was asked for.
        url: String,
        /// What was answered.
        status: u16,
        /// Until when the host is left alone, if it is.
        until: Option<Timestamp>,
    },
    /// The page is larger than we read.
    #[error("`{url}` is larger than {} KiB, which is as much as is read; ask for a smaller page of it", .limit / 1024)]
    TooLarge {
        /// What was asked for.
        url: String,
        /// The limit in bytes.
        limit: usize,
    },
    /// The answer took too long.
    #[error("`{host}` did not finish its answer within {}; it is asked again next time", show_duration(*.limit))]
    Timeout {
        /// Whose answer.
        host: String,
        /// How long was waited.
        limit: Duration,
    },
    /// The site sends us on to where we cannot go.
    #[error("`{url}` redirects {how}")]
    Redirects {
        /// What was asked for.
        url: String,
        /// To where, or how.
        how: String,
    },
    /// Name, connection, encryption or body failed.
    #[error("`{host}` could not be read: {why}; see that the address is right and its server is up")]
    Network {
        /// With whom.
        host: String,
        /// Each cause in words.
        why: String,
    },
    /// This is no address of a web page.
    #[error("`{url}` is not the address of a web page; write `https://…`")]
    BadUrl {
        /// What it is.
        url: String,
    },
    /// A configured header cannot be sent.
    #[error("the header `{name}` cannot be sent; check its name and value for line breaks and odd characters")]
    BadHeader {
        /// Its name.
        name: String,
    },
}

/// How a robots.txt keeps us out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It asks us not to read this path.
    Disallowed {
        /// The path.
        path: String,
    },
    /// It cannot be had, so that nothing is read until it can.
    Unanswered {
        /// What was answered instead.
        status: u16,
        /// When it is asked for again.
        until: Timestamp,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Disallowed { path } => write!(f, "asks us not to read `{path}`; use the site's feed, its API or a file export"),
            Self::Unanswered { status, until } => write!(f, "answered {status}, so nothing is read there before {until:.0}"),
        }
    }
}

impl FetchError {
    /// When asking again may help, if the host is left alone until then.
    pub fn retry_at(&self) -> Option<Timestamp> {
        match self {
            Self::SlowDown { until, .. }
            | Self::LeftAlone { until, .. }
            | Self::Robots { refusal: Refusal::Unanswered { until, .. }, .. } => Some(*until),
            Self::Blocked { until, .. } | Self::Refused { until, .. } | Self::Status { until, .. } => *until,
            _ => None,
        }
    }

    /// The status that was answered in place of a page.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Blocked { status, .. }
            | Self::Refused { status, .. }
            | Self::SlowDown { status, .. }
            | Self::Gone { status, .. }
            | Self::Status { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// Whether the site keeps us out on purpose, so that asking again does not help.
    pub fn is_blocked(&self) -> bool {
        matches!(
            self,
            Self::Blocked { .. } | Self::Refused { status: 401 | 403, .. } | Self::Robots { refusal: Refusal::Disallowed { .. }, .. }
        )
    }

    /// Whether the site wants to know who we are, and no guard stands before it.
    pub fn wants_login(&self) -> bool {
        matches!(self, Self::Blocked { status: 401 | 403, by: None, .. })
    }

    /// Whether nothing came, as far as the host is concerned.
    pub(super) fn is_silence(&self) -> bool {
        matches!(self, Self::Timeout { .. } | Self::Network { .. })
    }

    /// What `error` means, when it befell a request to `host` that had `limits` to keep.
    pub(super) fn of(error: &reqwest::Error, host: &str, limits: Limits) -> Self {
        let host = host.to_owned();
        if let Some(PrivateAddress { host }) = causes(error).find_map(|cause| cause.downcast_ref()) {
            return Self::Private { host: host.clone() };
        }
        if error.is_timeout() {
            return Self::Timeout { host, limit: if error.is_connect() { limits.connect } else { limits.total } };
        }
        Self::Network { host, why: in_words(error) }
    }
}

impl From<PrivateAddress> for FetchError {
    fn from(address: PrivateAddress) -> Self {
        Self::Private { host: address.host }
    }
}

/// How long a connection and a whole answer may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) connect: Duration,
    pub(super) total: Duration,
}

/// A URL without what may be secret in it.
pub(super) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    let _cleared = (url.set_username(""), url.set_password(None));
    url.set_query(None);
    url.set_fragment(None);
    url.into()
}

fn causes<'a>(error: &'a reqwest::Error) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(error.source(), |cause| (*cause).source())
}

/// How the layers begin that only say that there is a cause.
const NOTHING_SAID: [&str; 4] = ["client error", "dns error", "error resolving DNS", "request or response body error"];

/// The chain of causes, without those layers.
fn in_words(error: &reqwest::Error) -> String {
    let mut words: Vec<String> = Vec::new();
    for cause in causes(error).map(ToString::to_string) {
        let says_nothing = NOTHING_SAID.iter().any(|start| cause.starts_with(start));
        if !says_nothing && !words.iter().any(|word| word.contains(&cause)) {
            words.push(cause);
        }
    }
    if words.is_empty() { "the request failed".to_owned() } else { words.join(": ") }
}

fn words_for_block(status: u16, by: Option<&'static str>) -> String {
    match (by, status) {
        (Some(by), _) => format!("{by} keeps programs out; use the site's API or a file export"),
        (None, 401) => "it wants a login; give the source a `secret` and the header that carries it".to_owned(),
        (None, 407) => "a proxy on the way wants a login; ask whoever keeps the network".to_owned(),
        (None, 451) => "the page is withheld for legal reasons; remove the source".to_owned(),
        (None, _) => "it does not let us read this; use the site's API or a file export, or add a login".to_owned(),
    }
}

fn words_for_refusal(status: u16) -> &'static str {
    match status {
        401 => "; give the source a `secret` that is good",
        403 => "; see what its `secret` allows",
        _ => "; mend the source or its `secret`",
    }
}

fn words_for_cause(cause: Cause) -> String {
    match cause {
        Cause::Refused(status) => format!("turned us away ({status})"),
        Cause::Silent => "could not be reached of late".to_owned(),
    }
}

fn words_for_status(status: u16, until: Option<Timestamp>) -> String {
    match (status, until) {
        (_, Some(until)) => format!(" and is left alone until {until:.0}"),
        (304, _) => ", though we never had the page; the site's cache is broken, so ask its keeper".to_owned(),
        (300..400, _) => " without saying where the page is; correct the address".to_owned(),
        (..300, _) => " and no page; correct the address".to_owned(),
        (500.., _) => "; the site is in trouble and is asked again later".to_owned(),
        _ => "; check the address and the headers of the source".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_the_host_and_the_remedy_and_no_secret() {
        let until: Timestamp = "2026-03-01T06:31:00.25Z".parse().unwrap();
        let host = || "a.example".to_owned();
        let url = || shown(&"https://me:pw@a.example/feed?key=abc#x".parse().unwrap());
        let cases = [
            (FetchError::Private { host: host() }, "`allow_private = true`"),
            (FetchError::Blocked { host: host(), status: 401, by: None, until: None }, "`secret`"),
            (FetchError::Blocked { host: host(), status: 403, by: Some("Cloudflare"), until: None }, "Cloudflare keeps programs out"),
            (FetchError::Refused { host: host(), status: 400, said: "no such key".to_owned(), until: None }, "400: no such key; mend"),
            (FetchError::SlowDown { host: host(), status: 429, until }, "until 2026-03-01T06:31:00Z; "),
            (FetchError::Gone { url: url(), status: 404 }, "`https://a.example/feed` answered 404"),
            (FetchError::Status { url: url(), status: 500, until: Some(until) }, "left alone until"),
            (FetchError::TooLarge { url: url(), limit: 10 << 20 }, "10240 KiB"),
            (FetchError::Timeout { host: host(), limit: Duration::from_secs(30) }, "within 30s"),
            (FetchError::Robots { host: host(), refusal: Refusal::Disallowed { path: "/x".to_owned() } }, "not to read `/x`"),
            (FetchError::Robots { host: host(), refusal: Refusal::Unanswered { status: 503, until } }, "answered 503"),
        ];
        for (error, words) in cases {
            let text = error.to_string();
            assert!(text.contains(words) && text.contains("a.example"), "{text}");
            assert!(!text.contains("pw") && !text.contains("abc") && !text.ends_with('.'), "{text}");
        }
    }
}
