//! Comments under issues of GitHub. Discussions are answered by hand.

use serde_json::{Value, json};
use url::Url;

use super::call::{at, call, told};
use super::{Adapter, Deed, Found, Job, Notes, Outcome, Placed, Said, is_ours};
use crate::fetch::{Call, Method};

pub(super) struct Github;

const OURSELVES: &str = "login";

impl Adapter for Github {
    fn endpoint(&self) -> Option<&'static str> {
        Some("https://api.github.com")
    }

    fn needs_secret(&self) -> Option<&'static str> {
        Some("a token that may write issues of the project (github.com/settings/tokens)")
    }

    fn prepare(&self, job: &Job<'_>, notes: &Notes) -> Result<Option<Call>, String> {
        let is_known = job.access.account.is_some() || notes.get(OURSELVES).is_some();
        Ok((!is_known).then(|| with_token(job, Method::Get, &["user"], None)))
    }

    fn learn(&self, _job: &Job<'_>, answer: &Value, notes: &mut Notes) -> Result<(), Outcome> {
        let login = told(answer, "/login").ok_or_else(|| Outcome::shut_out("it does not tell whose the token is; renew its `secret`"))?;
        notes.put(OURSELVES, login);
        Ok(())
    }

    fn request(&self, job: &Job<'_>, _notes: &Notes) -> Result<Call, String> {
        let body = json!({"body": job.text});
        match job.deed {
            Deed::Post => {
                let (owner, name, number) = issue(job)?;
                Ok(with_token(job, Method::Post, &["repos", owner, name, "issues", number, "comments"], Some(&body)))
            }
            Deed::Revise => on_ours(job, Method::Patch, Some(&body)),
            Deed::Withdraw => on_ours(job, Method::Delete, None),
        }
    }

    fn placed(&self, job: &Job<'_>, _notes: &Notes, answer: &Value) -> Outcome {
        Outcome::Done(placed(job, answer))
    }

    fn look(&self, job: &Job<'_>, _notes: &Notes) -> Result<Call, String> {
        if job.remote.is_some() {
            return on_ours(job, Method::Get, None);
        }
        let (owner, name, number) = issue(job)?;
        let mut call = with_token(job, Method::Get, &["repos", owner, name, "issues", number, "comments"], None);
        // Clocks differ a little.
        let since = job.begun.checked_sub(jiff::SignedDuration::from_mins(10)).unwrap_or(job.begun).strftime("%FT%TZ").to_string();
        call.url.query_pairs_mut().append_pair("since", &since).append_pair("per_page", "100");
        Ok(call)
    }

    fn found(&self, job: &Job<'_>, notes: &Notes, said: &Said) -> Found {
        let says = |comment: &Value| comment["body"].as_str().is_some_and(|body| is_ours(body, job.text));
        let login = job.access.account.as_deref().or(notes.get(OURSELVES)).unwrap_or_default();
        let by_us = |comment: &Value| comment["user"]["login"].as_str().is_some_and(|by| by.eq_ignore_ascii_case(login));
        match (said.status, &said.answer) {
            (404 | 410, _) if job.remote.is_some() => Found::NotThere,
            (200, Value::Array(comments)) => {
                let ours = comments.iter().find(|comment| by_us(comment) && says(comment));
                // A hundred comments within minutes: what was asked for may stand behind them.
                let unclear =
                    || if comments.len() < 100 { Found::NotThere } else { Found::Unclear("there are too many comments".to_owned()) };
                ours.map_or_else(unclear, |comment| Found::There(placed(job, comment)))
            }
            (200, comment) if says(comment) => Found::There(placed(job, comment)),
            (200, comment) => Found::Other(told(comment, "/body").unwrap_or_default()),
            _ => Found::Unclear(said.in_words()),
        }
    }
}

fn with_token(job: &Job<'_>, method: Method, parts: &[&str], body: Option<&Value>) -> Call {
    let bearer = format!("Bearer {}", job.access.secret);
    let headers = [("Authorization", bearer.as_str()), ("X-GitHub-Api-Version", "2022-11-28")];
    call(job.access, method, at(&job.access.endpoint, parts), &headers, body)
}

/// The project and number of the issue, as its address tells.
fn issue<'a>(job: &Job<'a>) -> Result<(&'a str, &'a str, &'a str), String> {
    match job.target.parts()[..] {
        [owner, name, "issues" | "pull", number] => Ok((owner, name, number)),
        [_, _, "discussions", ..] => Err("discussions are answered by hand".to_owned()),
        _ => Err("the issue is not known: answer it by hand".to_owned()),
    }
}

/// A call about our comment; its project stands in the address of the issue.
fn on_ours(job: &Job<'_>, method: Method, body: Option<&Value>) -> Result<Call, String> {
    let (owner, name, _) = issue(job)?;
    let ours = job.remote.ok_or("the number of our comment is not known: change it at the site")?;
    Ok(with_token(job, method, &["repos", owner, name, "issues", "comments", ours], body))
}

fn placed(job: &Job<'_>, comment: &Value) -> Placed {
    let url = told(comment, "/html_url").and_then(|url| Url::parse(&url).ok());
    Placed::shown(told(comment, "/id").or(job.remote.map(str::to_owned)), url)
}
