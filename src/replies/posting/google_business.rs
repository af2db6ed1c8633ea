//! Answers to reviews of places on Google. A review has one; a later one takes its place.
//!
//! Google looks at each before it shows it, and tells which of its policies a rejected one breaks.

use serde_json::{Value, json};

use super::call::{bearing, told};
use super::{Adapter, Deed, Found, Job, Notes, Outcome, Placed, Said, Standing, is_ours};
use crate::fetch::{Call, Method};

pub(super) struct GoogleBusiness;

impl Adapter for GoogleBusiness {
    fn endpoint(&self) -> Option<&'static str> {
        Some("https://mybusiness.googleapis.com")
    }

    fn replaces(&self) -> bool {
        true
    }

    fn request(&self, job: &Job<'_>, _notes: &Notes) -> Result<Call, String> {
        match job.deed {
            Deed::Withdraw => on_review(job, Method::Delete, true, None),
            _ => on_review(job, Method::Put, true, Some(&json!({"comment": job.text}))),
        }
    }

    fn placed(&self, job: &Job<'_>, _notes: &Notes, answer: &Value) -> Outcome {
        Outcome::Done(placed(job, answer))
    }

    fn look(&self, job: &Job<'_>, _notes: &Notes) -> Result<Call, String> {
        on_review(job, Method::Get, false, None)
    }

    fn found(&self, job: &Job<'_>, _notes: &Notes, said: &Said) -> Found {
        let reply = &said.answer["reviewReply"];
        match told(reply, "/comment") {
            _ if !said.is_success() => Found::Unclear(said.in_words()),
            None => Found::NotThere,
            Some(text) if is_ours(&text, job.text) => Found::There(placed(job, reply)),
            Some(text) => Found::Other(text),
        }
    }
}

fn on_review(job: &Job<'_>, method: Method, is_reply: bool, body: Option<&Value>) -> Result<Call, String> {
    let place = job.target.thread.as_deref().unwrap_or_default();
    let ["accounts", account, "locations", location] = place.split('/').collect::<Vec<_>>()[..] else {
        return Err("the place that the review is of is not known: answer at Google".to_owned());
    };
    let parts = ["v4", "accounts", account, "locations", location, "reviews", job.target.id()?, "reply"];
    let end = parts.len() - usize::from(!is_reply);
    Ok(bearing(job, method, parts.get(..end).unwrap_or_default(), body))
}

fn placed(job: &Job<'_>, reply: &Value) -> Placed {
    let why = || told(reply, "/policyViolation").unwrap_or_else(|| "no reason told".to_owned());
    let standing = match told(reply, "/reviewReplyState").as_deref() {
        Some("PENDING") => Standing::Pending,
        Some("REJECTED") => Standing::Rejected(format!("Google rejected it ({})", why())),
        _ => Standing::Shown,
    };
    Placed { remote: None, url: job.target.url.clone().map(Box::new), standing }
}
