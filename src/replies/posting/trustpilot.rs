//! Answers to reviews at Trustpilot, in the name of a user of the business. A review has one; a later one takes its place.

use serde_json::{Value, json};

use super::call::{at, bearing, call, form, told};
use super::login::Application;
use super::{Adapter, Deed, Found, Job, Notes, Outcome, Placed, Said, is_ours};
use crate::fetch::{Call, Method};

pub(super) struct Trustpilot;

const TOKEN: &str = "access token";
const TOKENS: [&str; 4] = ["v1", "oauth", "oauth-business-users-for-applications", "accesstoken"];

impl Adapter for Trustpilot {
    fn endpoint(&self) -> Option<&'static str> {
        Some("https://api.trustpilot.com")
    }

    fn needs_account(&self) -> Option<&'static str> {
        Some("the id of the business user who answers")
    }

    fn needs_secret(&self) -> Option<&'static str> {
        Some("`{\"api_key\": \"…\", \"api_secret\": \"…\"}` of the business account's application, or an access token")
    }

    fn replaces(&self) -> bool {
        true
    }

    fn prepare(&self, job: &Job<'_>, notes: &Notes) -> Result<Option<Call>, String> {
        let Some(application) = Application::read(&job.access.secret)?.filter(|_| notes.get(TOKEN).is_none()) else { return Ok(None) };
        let url = at(&job.access.endpoint, &TOKENS);
        Ok(Some(form(job.access, url, &[("Authorization", &application.basic())], &[("grant_type", "client_credentials")])))
    }

    fn learn(&self, _job: &Job<'_>, answer: &Value, notes: &mut Notes) -> Result<(), Outcome> {
        let token = told(answer, "/access_token").ok_or_else(|| Outcome::shut_out("it gave no access token; renew its `secret`"))?;
        notes.put(TOKEN, token);
        Ok(())
    }

    fn request(&self, job: &Job<'_>, notes: &Notes) -> Result<Call, String> {
        match job.deed {
            Deed::Withdraw => on_review(job, notes, Method::Delete, &["reply"], None),
            _ => {
                let body = json!({"message": job.text, "authorBusinessUserId": job.access.account});
                on_review(job, notes, Method::Post, &["reply"], Some(&body))
            }
        }
    }

    fn placed(&self, job: &Job<'_>, _notes: &Notes, _answer: &Value) -> Outcome {
        Outcome::Done(Placed::shown(None, job.target.url.clone()))
    }

    fn look(&self, job: &Job<'_>, notes: &Notes) -> Result<Call, String> {
        on_review(job, notes, Method::Get, &[], None)
    }

    fn found(&self, job: &Job<'_>, _notes: &Notes, said: &Said) -> Found {
        match told(&said.answer, "/companyReply/text") {
            _ if !said.is_success() => Found::Unclear(said.in_words()),
            None => Found::NotThere,
            Some(text) if is_ours(&text, job.text) => Found::There(Placed::shown(None, job.target.url.clone())),
            Some(text) => Found::Other(text),
        }
    }
}

fn on_review(job: &Job<'_>, notes: &Notes, method: Method, more: &[&str], body: Option<&Value>) -> Result<Call, String> {
    let parts: Vec<&str> = ["v1", "private", "reviews", job.target.id()?].into_iter().chain(more.iter().copied()).collect();
    let Some(token) = notes.get(TOKEN) else { return Ok(bearing(job, method, &parts, body)) };
    let bearer = format!("Bearer {token}");
    Ok(call(job.access, method, at(&job.access.endpoint, &parts), &[("Authorization", &bearer)], body))
}
