//! What the answers of sites mean for a reply. Pure.
//!
//! Told apart are what was surely done, what was surely not, and what may have been: only the second is ever done again unasked.

use jiff::Timestamp;
use serde_json::Value;
use url::Url;

use super::Deed;
use crate::fetch::{Called, FetchError};

/// What a site answered.
#[derive(Clone, Debug)]
pub struct Said {
    /// The status.
    pub status: u16,
    /// What it says: JSON, else its words.
    pub answer: Value,
    /// When it asks to be called again.
    pub retry_after: Option<Timestamp>,
}

impl Said {
    /// What was answered to a call at `now`.
    pub fn of(called: &Called, now: Timestamp) -> Self {
        let answer = serde_json::from_slice(&called.body).unwrap_or_else(|_| Value::String(called.text()));
        Self { status: called.status, answer, retry_after: called.retry_after(now) }
    }

    /// Whether it was done.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Status and reason, in words.
    pub(super) fn in_words(&self) -> String {
        let words = |value: &Value| value.as_str().map(str::trim).filter(|words| !words.is_empty()).map(str::to_owned);
        let listed = |pointer: &str| self.answer.pointer(pointer).and_then(words);
        let said = crate::fetch::said::reason(&self.answer)
            .or_else(|| listed("/errors/0/detail"))
            .or_else(|| listed("/errors/0/title"))
            .or_else(|| listed("/errors/0"))
            .or_else(|| words(&self.answer));
        match said {
            Some(said) => format!("it answered {}: {}", self.status, said.chars().take(200).collect::<String>()),
            None => format!("it answered {}", self.status),
        }
    }
}

/// Whether people see what was posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// They do, as far as the site tells.
    Shown,
    /// The site looks at it first.
    Pending,
    /// The site does not show it, for this reason.
    Rejected(String),
}

/// What stands at the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The site's own id of it.
    pub remote: Option<String>,
    /// Where a person can open it.
    pub url: Option<Box<Url>>,
    /// Whether people see it.
    pub standing: Standing,
}

impl Placed {
    /// What stands there for all to see.
    pub(super) fn shown(remote: Option<String>, url: Option<Url>) -> Self {
        Self { remote, url: url.map(Box::new), standing: Standing::Shown }
    }
}

/// What became of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done(Placed),
    /// It was surely not done, and may be later.
    Again {
        /// Not before then, by the site's own word.
        after: Option<Timestamp>,
        /// Why not now.
        why: String,
    },
    /// It was surely not done, and will not be by itself.
    Refused {
        /// Why.
        why: String,
        /// Whether the text has to be looked at again, rather than how we are let in.
        reopen: bool,
    },
    /// Nobody can say whether it was done: the site has to be asked.
    Unknown {
        /// Not before then, by the site's own word.
        after: Option<Timestamp>,
        /// Why.
        why: String,
    },
}

impl Outcome {
    pub(super) fn reopen(why: impl Into<String>) -> Self {
        Self::Refused { why: why.into(), reopen: true }
    }

    pub(super) fn shut_out(why: impl Into<String>) -> Self {
        Self::Refused { why: why.into(), reopen: false }
    }
}

/// What was found where our text should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// It is there.
    There(Placed),
    /// The one answer that the site has room for says this.
    Other(String),
    /// It is not there.
    NotThere,
    /// The site does not tell.
    Unclear(String),
}

/// What an answer to a call that acts means at any site; none if it was done.
pub(super) fn usual(deed: Deed, said: &Said) -> Option<Outcome> {
    let why = said.in_words();
    Some(match said.status {
        200..=299 => return None,
        // What is not there any more needs not to be taken away.
        404 | 410 if deed == Deed::Withdraw => Outcome::Done(Placed::shown(None, None)),
        404 | 410 => Outcome::reopen(format!("what it answers is no longer there, or closed to us ({why})")),
        429 => Outcome::Again { after: said.retry_after, why },
        401 => Outcome::shut_out(format!("{why}; renew its `secret`")),
        403 => Outcome::shut_out(format!("{why}; see that the account may post there")),
        300..=399 => Outcome::shut_out(format!("{why}: it sends us elsewhere; correct its `endpoint`")),
        // What is overloaded may have done it all the same, or a machine on the way says so for it.
        408 | 409 | 425 | 500..=599 => Outcome::Unknown { after: said.retry_after, why },
        _ => Outcome::reopen(why),
    })
}

/// What an answer to a call that only reads means, if it is none.
pub fn of_reading(said: &Said) -> Option<Outcome> {
    match usual(Deed::Post, said)? {
        Outcome::Unknown { after, why } => Some(Outcome::Again { after, why }),
        outcome => Some(outcome),
    }
}

/// What it means for something that is to be done, or may have been, that this was found; none if it is still to be done.
pub fn of_found(deed: Deed, found: Found) -> Option<Outcome> {
    Some(match (deed, found) {
        (_, Found::Unclear(why)) => Outcome::Again { after: None, why },
        (Deed::Withdraw, Found::NotThere) => Outcome::Done(Placed::shown(None, None)),
        (Deed::Withdraw, Found::There(_) | Found::Other(_)) | (Deed::Post | Deed::Revise, Found::NotThere) => return None,
        (Deed::Post | Deed::Revise, Found::There(placed)) => Outcome::Done(placed),
        // The text that is to be changed.
        (Deed::Revise, Found::Other(_)) => return None,
        (Deed::Post, Found::Other(text)) => {
            Outcome::reopen(format!("somebody has answered there meanwhile: “{}”", text.chars().take(80).collect::<String>()))
        }
    })
}

/// What it means that a call that acts was not answered.
pub fn of_silence(error: &FetchError) -> Outcome {
    match error {
        // These are found before anything is sent.
        FetchError::Private { .. } | FetchError::BadHeader { .. } | FetchError::BadUrl { .. } => Outcome::shut_out(error.to_string()),
        _ => Outcome::Unknown { after: None, why: error.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn after(deed: Deed, status: u16) -> &'static str {
        let said = Said { status, answer: json!({"message": "no"}), retry_after: None };
        match usual(deed, &said) {
            None | Some(Outcome::Done(_)) => "done",
            Some(Outcome::Again { .. }) => "again",
            Some(Outcome::Refused { reopen: true, .. }) => "reopened",
            Some(Outcome::Refused { .. }) => "shut out",
            Some(Outcome::Unknown { .. }) => "unknown",
        }
    }

    #[test]
    fn only_what_was_surely_not_done_is_done_again_unasked() {
        let cases = [
            (200, "done"),
            (204, "done"),
            (302, "shut out"),
            (400, "reopened"),
            (401, "shut out"),
            (403, "shut out"),
            (404, "reopened"),
            (409, "unknown"),
            (422, "reopened"),
            (429, "again"),
            (500, "unknown"),
            (502, "unknown"),
            (503, "unknown"),
            (504, "unknown"),
        ];
        for (status, want) in cases {
            assert_eq!(after(Deed::Post, status), want, "{status}");
        }
        assert_eq!((after(Deed::Withdraw, 404), after(Deed::Revise, 404)), ("done", "reopened"));
    }

    #[test]
    fn what_is_found_at_the_site_decides_whether_it_is_done_again() {
        let there = || Found::There(Placed::shown(None, None));
        let cases = [
            (Deed::Post, there(), "done"),
            (Deed::Post, Found::NotThere, "still to do"),
            (Deed::Post, Found::Other("We called you".to_owned()), "reopened"),
            (Deed::Revise, there(), "done"),
            (Deed::Revise, Found::Other("the old text".to_owned()), "still to do"),
            (Deed::Revise, Found::NotThere, "still to do"),
            (Deed::Withdraw, Found::NotThere, "done"),
            (Deed::Withdraw, there(), "still to do"),
            (Deed::Withdraw, Found::Other("ours".to_owned()), "still to do"),
            (Deed::Post, Found::Unclear("it answered 502".to_owned()), "asked later"),
            (Deed::Withdraw, Found::Unclear("it answered 502".to_owned()), "asked later"),
        ];
        for (deed, found, want) in cases {
            let told = match of_found(deed, found.clone()) {
                None => "still to do",
                Some(Outcome::Done(_)) => "done",
                Some(Outcome::Again { .. }) => "asked later",
                Some(Outcome::Refused { reopen: true, .. }) => "reopened",
                other => panic!("{other:?}"),
            };
            assert_eq!(told, want, "{deed:?} {found:?}");
        }
    }

    #[test]
    fn what_was_not_answered_may_have_been_done() {
        for status in [408, 500, 502, 503, 504] {
            let after = Some(Timestamp::UNIX_EPOCH);
            let said = Said { status, answer: Value::Null, retry_after: after };
            assert!(matches!(usual(Deed::Post, &said), Some(Outcome::Unknown { after: told, .. }) if told == after), "{status}");
        }
    }

    #[test]
    fn a_sites_reason_is_told_in_its_own_words() {
        for (answer, want) in [
            (json!({"error": {"message": "too long"}}), "it answered 400: too long"),
            (json!({"errors": [{"title": "Conflict", "detail": "The response is locked"}]}), "it answered 400: The response is locked"),
            (json!({"errors": ["Body is too short"]}), "it answered 400: Body is too short"),
            (json!("bad gateway"), "it answered 400: bad gateway"),
            (json!({}), "it answered 400"),
        ] {
            assert_eq!(Said { status: 400, answer, retry_after: None }.in_words(), want);
        }
    }
}
