//! Answers to reviews in Google Play. A review has one; a later one takes its place, and none can be taken away by API.

use serde_json::{Value, json};
use url::Url;

use super::call::bearing;
use super::{Adapter, Deed, Found, Job, Notes, Outcome, Placed, Said, is_ours};
use crate::fetch::{Call, Method};

pub(super) struct GooglePlay;

impl Adapter for GooglePlay {
    fn endpoint(&self) -> Option<&'static str> {
        Some("https://androidpublisher.googleapis.com")
    }

    fn replaces(&self) -> bool {
        true
    }

    fn refuses(&self, deed: Deed) -> Option<&'static str> {
        (deed == Deed::Withdraw).then_some("its API takes no answer away; delete it in the Play Console, then reopen the reply")
    }

    fn request(&self, job: &Job<'_>, _notes: &Notes) -> Result<Call, String> {
        on_review(job, Method::Post, ":reply", Some(&json!({"replyText": job.text})))
    }

    fn placed(&self, job: &Job<'_>, _notes: &Notes, _answer: &Value) -> Outcome {
        Outcome::Done(Placed::shown(None, job.target.url.clone()))
    }

    fn look(&self, job: &Job<'_>, _notes: &Notes) -> Result<Call, String> {
        on_review(job, Method::Get, "", None)
    }

    fn found(&self, job: &Job<'_>, _notes: &Notes, said: &Said) -> Found {
        if !said.is_success() {
            return Found::Unclear(said.in_words());
        }
        let comments = said.answer["comments"].as_array().map_or(&[][..], Vec::as_slice);
        match comments.iter().find_map(|comment| comment["developerComment"]["text"].as_str()) {
            None => Found::NotThere,
            Some(text) if is_ours(text, job.text) => Found::There(Placed::shown(None, job.target.url.clone())),
            Some(text) => Found::Other(text.to_owned()),
        }
    }
}

fn on_review(job: &Job<'_>, method: Method, verb: &str, body: Option<&Value>) -> Result<Call, String> {
    let package = job.target.url.as_ref().and_then(package).ok_or("the app of the review is not known: answer in the Play Console")?;
    let review = format!("{}{verb}", job.target.id()?);
    Ok(bearing(job, method, &["androidpublisher", "v3", "applications", &package, "reviews", &review], body))
}

/// The app, as the address of its page names it.
fn package(url: &Url) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == "id").map(|(_, package)| package.into_owned())
}
