//! Comments at Reddit, by an application that Reddit has approved.
//!
//! It answers 200 to what it refuses, too, and tells the reason in the answer.

use serde_json::Value;
use url::Url;

use super::call::{at, call, form, told};
use super::login::Application;
use super::{Adapter, Deed, Found, Job, Notes, Outcome, Placed, Said, is_ours};
use crate::fetch::{Call, Method};

pub(super) struct Reddit;

const TOKEN: &str = "access token";
const OURSELVES: &str = "name";
const USUAL: &str = "https://oauth.reddit.com";
/// Tokens are handed out elsewhere than the API stands.
const TOKENS: &str = "https://www.reddit.com";

impl Adapter for Reddit {
    fn endpoint(&self) -> Option<&'static str> {
        Some(USUAL)
    }

    fn needs_secret(&self) -> Option<&'static str> {
        Some("`{\"client_id\": \"…\", \"client_secret\": \"…\", \"refresh_token\": \"…\"}` of the approved application, or an access token")
    }

    fn prepare(&self, job: &Job<'_>, notes: &Notes) -> Result<Option<Call>, String> {
        if let Some(application) = Application::read(&job.access.secret)?.filter(|_| notes.get(TOKEN).is_none()) {
            let refresh = application.refresh_token.as_deref().ok_or("its `secret` lacks `refresh_token`")?;
            let usual = Url::parse(TOKENS).map_err(|error| error.to_string())?;
            let base = if job.access.endpoint.as_str().trim_end_matches('/') == USUAL { &usual } else { &job.access.endpoint };
            let pairs = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
            let url = at(base, &["api", "v1", "access_token"]);
            return Ok(Some(form(job.access, url, &[("Authorization", &application.basic())], &pairs)));
        }
        let is_known = job.access.account.is_some() || notes.get(OURSELVES).is_some();
        Ok((!is_known).then(|| ask(job, notes, &["api", "v1", "me"], &[])))
    }

    fn learn(&self, job: &Job<'_>, answer: &Value, notes: &mut Notes) -> Result<(), Outcome> {
        let is_token = notes.get(TOKEN).is_none() && Application::read(&job.access.secret).is_ok_and(|application| application.is_some());
        let (name, pointer) = if is_token { (TOKEN, "/access_token") } else { (OURSELVES, "/name") };
        let value = told(answer, pointer).ok_or_else(|| Outcome::shut_out(format!("it gave no {name}; renew its `secret`")))?;
        notes.put(name, value);
        Ok(())
    }

    fn request(&self, job: &Job<'_>, notes: &Notes) -> Result<Call, String> {
        let ours = || job.remote.ok_or_else(|| "the name of our comment is not known: change it at the site".to_owned());
        let (path, pairs) = match job.deed {
            Deed::Post => ("comment", vec![("api_type", "json"), ("thing_id", job.target.id()?), ("text", job.text)]),
            Deed::Revise => ("editusertext", vec![("api_type", "json"), ("thing_id", ours()?), ("text", job.text)]),
            Deed::Withdraw => ("del", vec![("id", ours()?)]),
        };
        Ok(form(job.access, at(&job.access.endpoint, &["api", path]), &[("Authorization", &bearer(job, notes))], &pairs))
    }

    fn placed(&self, job: &Job<'_>, _notes: &Notes, answer: &Value) -> Outcome {
        let Some(error) = answer.pointer("/json/errors/0") else {
            return Outcome::Done(placed(job, answer.pointer("/json/data/things/0/data").unwrap_or(&Value::Null)));
        };
        let why = told(error, "/1").or_else(|| told(error, "/0")).unwrap_or_default();
        match told(error, "/0").as_deref() {
            Some("RATELIMIT") => Outcome::Again { after: None, why },
            Some("USER_REQUIRED" | "SUBREDDIT_NOTALLOWED" | "BANNED_FROM_SUBREDDIT") => Outcome::shut_out(why),
            _ => Outcome::reopen(why),
        }
    }

    fn look(&self, job: &Job<'_>, notes: &Notes) -> Result<Call, String> {
        match job.remote {
            Some(ours) => Ok(ask(job, notes, &["api", "info"], &[("id", ours), ("raw_json", "1")])),
            None => {
                let name = job.access.account.as_deref().map_or_else(|| notes.need(OURSELVES), Ok)?;
                Ok(ask(job, notes, &["user", name, "comments"], &[("limit", "100"), ("raw_json", "1")]))
            }
        }
    }

    fn found(&self, job: &Job<'_>, _notes: &Notes, said: &Said) -> Found {
        let Some(comments) = said.answer.pointer("/data/children").and_then(Value::as_array).filter(|_| said.is_success()) else {
            return Found::Unclear(said.in_words());
        };
        let is_meant = |comment: &&Value| match job.remote {
            Some(ours) => comment["name"] == ours,
            None => comment["parent_id"] == *job.target.own_id,
        };
        let says = |comment: &&Value| comment["body"].as_str().is_some_and(|body| is_ours(body, job.text));
        let ours = comments.iter().map(|child| &child["data"]).filter(is_meant).find(says);
        ours.map_or(Found::NotThere, |comment| Found::There(placed(job, comment)))
    }
}

fn bearer(job: &Job<'_>, notes: &Notes) -> String {
    format!("Bearer {}", notes.get(TOKEN).unwrap_or(&job.access.secret))
}

fn ask(job: &Job<'_>, notes: &Notes, parts: &[&str], pairs: &[(&str, &str)]) -> Call {
    let mut url = at(&job.access.endpoint, parts);
    if !pairs.is_empty() {
        url.query_pairs_mut().extend_pairs(pairs);
    }
    call(job.access, Method::Get, url, &[("Authorization", &bearer(job, notes))], None)
}

fn placed(job: &Job<'_>, comment: &Value) -> Placed {
    let url = told(comment, "/permalink").and_then(|path| Url::parse("https://www.reddit.com").ok()?.join(&path).ok());
    Placed::shown(told(comment, "/name").or(job.remote.map(str::to_owned)), url)
}
