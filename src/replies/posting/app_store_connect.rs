//! Answers to reviews in the App Store. A review has one; a later one takes its place, and Apple shows it after a while.

use serde_json::{Value, json};

use super::call::{bearing, told};
use super::{Adapter, Deed, Found, Job, Notes, Outcome, Placed, Said, Standing, is_ours};
use crate::fetch::{Call, Method};

pub(super) struct AppStoreConnect;

impl Adapter for AppStoreConnect {
    fn endpoint(&self) -> Option<&'static str> {
        Some("https://api.appstoreconnect.apple.com")
    }

    fn replaces(&self) -> bool {
        true
    }

    fn request(&self, job: &Job<'_>, _notes: &Notes) -> Result<Call, String> {
        if job.deed == Deed::Withdraw {
            let ours = job.remote.ok_or("the id of our answer is not known: take it away in App Store Connect")?;
            return Ok(bearing(job, Method::Delete, &["v1", "customerReviewResponses", ours], None));
        }
        let body = json!({"data": {
            "type": "customerReviewResponses",
            "attributes": {"responseBody": job.text},
            "relationships": {"review": {"data": {"type": "customerReviews", "id": job.target.id()?}}},
        }});
        Ok(bearing(job, Method::Post, &["v1", "customerReviewResponses"], Some(&body)))
    }

    fn placed(&self, job: &Job<'_>, _notes: &Notes, answer: &Value) -> Outcome {
        Outcome::Done(placed(job, answer))
    }

    fn look(&self, job: &Job<'_>, _notes: &Notes) -> Result<Call, String> {
        Ok(bearing(job, Method::Get, &["v1", "customerReviews", job.target.id()?, "response"], None))
    }

    fn found(&self, job: &Job<'_>, _notes: &Notes, said: &Said) -> Found {
        match (said.status, told(&said.answer, "/data/attributes/responseBody")) {
            (404, _) | (200, None) => Found::NotThere,
            (200, Some(text)) if is_ours(&text, job.text) => Found::There(placed(job, &said.answer)),
            (200, Some(text)) => Found::Other(text),
            _ => Found::Unclear(said.in_words()),
        }
    }
}

fn placed(job: &Job<'_>, answer: &Value) -> Placed {
    let standing = match told(answer, "/data/attributes/state").as_deref() {
        Some("PENDING_PUBLISH") => Standing::Pending,
        _ => Standing::Shown,
    };
    Placed { remote: told(answer, "/data/id"), url: job.target.url.clone().map(Box::new), standing }
}
