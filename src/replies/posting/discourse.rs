//! Posts in a Discourse forum, under the post that they answer.
//!
//! A forum may keep a new post back until somebody of its own has looked at it.

use serde_json::{Value, json};
use url::Url;

use super::call::{at, call, told};
use super::outcome::usual;
use super::{Adapter, Deed, Found, Job, Notes, Outcome, Placed, Said, Standing, is_ours};
use crate::fetch::{Call, Method};
use crate::text::html_to_text;

pub(super) struct Discourse;

/// A forum shows the end of a topic where it is asked for a post after its last.
const THE_END: &str = "999999";

impl Adapter for Discourse {
    fn needs_account(&self) -> Option<&'static str> {
        Some("the name of the account in the forum that the key is for")
    }

    fn needs_secret(&self) -> Option<&'static str> {
        Some("an API key of the forum that may write posts (Admin, API)")
    }

    fn request(&self, job: &Job<'_>, _notes: &Notes) -> Result<Call, String> {
        match job.deed {
            Deed::Post => {
                let (topic, number) = place(job)?;
                let mut body = json!({"topic_id": topic, "raw": job.text});
                // The first post is answered by answering the topic.
                if number > 1 {
                    body["reply_to_post_number"] = json!(number);
                }
                Ok(with_key(job, Method::Post, &["posts.json"], Some(&body)))
            }
            Deed::Revise => {
                let body = json!({"post": {"raw": job.text}});
                Ok(with_key(job, Method::Put, &["posts", &format!("{}.json", ours(job)?)], Some(&body)))
            }
            Deed::Withdraw => Ok(with_key(job, Method::Delete, &["posts", &format!("{}.json", ours(job)?)], None)),
        }
    }

    fn outcome(&self, job: &Job<'_>, notes: &Notes, said: &Said) -> Outcome {
        match usual(job.deed, said) {
            // It takes nothing twice within minutes: what is there already may be ours.
            Some(Outcome::Refused { why, .. }) if why.contains("too similar") => Outcome::Unknown { after: None, why },
            Some(outcome) => outcome,
            None => self.placed(job, notes, &said.answer),
        }
    }

    fn placed(&self, job: &Job<'_>, _notes: &Notes, answer: &Value) -> Outcome {
        if answer["action"] == "enqueued" {
            return Outcome::Done(Placed { remote: None, url: None, standing: Standing::Pending });
        }
        let post = answer.get("post").unwrap_or(answer);
        Outcome::Done(Placed::shown(told(post, "/id").or(job.remote.map(str::to_owned)), address(job, post)))
    }

    fn look(&self, job: &Job<'_>, _notes: &Notes) -> Result<Call, String> {
        if let Some(remote) = job.remote {
            return Ok(with_key(job, Method::Get, &["posts", &format!("{remote}.json")], None));
        }
        let (topic, _) = place(job)?;
        let mut call = with_key(job, Method::Get, &["t", &topic.to_string(), &format!("{THE_END}.json")], None);
        call.url.set_query(Some("include_raw=true"));
        Ok(call)
    }

    fn found(&self, job: &Job<'_>, _notes: &Notes, said: &Said) -> Found {
        let is_gone = |post: &Value| post["user_deleted"] == true || post["deleted_at"].is_string();
        if job.remote.is_some() {
            return match said.status {
                200 if is_gone(&said.answer) => Found::NotThere,
                200 if says(&said.answer, job.text) => Found::There(placed(job, &said.answer)),
                200 => Found::Other(told(&said.answer, "/raw").unwrap_or_default()),
                404 | 410 => Found::NotThere,
                _ => Found::Unclear(said.in_words()),
            };
        }
        let Some(posts) = said.answer.pointer("/post_stream/posts").and_then(Value::as_array).filter(|_| said.is_success()) else {
            return Found::Unclear(said.in_words());
        };
        let account = job.access.account.as_deref().unwrap_or_default();
        let by_us = |post: &&Value| post["username"].as_str().is_some_and(|name| name.eq_ignore_ascii_case(account));
        let ours = posts.iter().filter(by_us).find(|post| !is_gone(post) && says(post, job.text));
        ours.map_or(Found::NotThere, |post| Found::There(placed(job, post)))
    }
}

fn with_key(job: &Job<'_>, method: Method, parts: &[&str], body: Option<&Value>) -> Call {
    let account = job.access.account.as_deref().unwrap_or_default();
    let headers = [("Api-Key", job.access.secret.as_str()), ("Api-Username", account)];
    call(job.access, method, at(&job.access.endpoint, parts), &headers, body)
}

/// The topic and the number in it of the post that is answered.
fn place(job: &Job<'_>) -> Result<(u64, u64), String> {
    let parts = job.target.parts();
    let after = parts.iter().rposition(|part| *part == "t").map_or(&[][..], |at| parts.get(at + 1..).unwrap_or_default());
    let numbers: Vec<u64> = after.iter().skip(1).filter_map(|part| part.parse().ok()).collect();
    match (numbers.as_slice(), job.target.thread.as_deref().and_then(|topic| topic.parse().ok())) {
        ([topic, number, ..], _) => Ok((*topic, *number)),
        ([topic], _) => Ok((*topic, 1)),
        ([], Some(topic)) => Ok((topic, 1)),
        ([], None) => Err("the topic of the post is not known: post by hand".to_owned()),
    }
}

fn ours<'a>(job: &Job<'a>) -> Result<&'a str, String> {
    job.remote.ok_or_else(|| "the number of our post is not known: change it in the forum".to_owned())
}

fn says(post: &Value, text: &str) -> bool {
    let shown = post["raw"].as_str().map(str::to_owned).or_else(|| post["cooked"].as_str().map(html_to_text));
    shown.is_some_and(|shown| is_ours(&shown, text))
}

fn placed(job: &Job<'_>, post: &Value) -> Placed {
    Placed::shown(told(post, "/id"), address(job, post))
}

fn address(job: &Job<'_>, post: &Value) -> Option<Url> {
    let slug = told(post, "/topic_slug").unwrap_or_else(|| "-".to_owned());
    let (topic, number) = (told(post, "/topic_id")?, told(post, "/post_number")?);
    Some(at(&job.access.endpoint, &["t", &slug, &topic, &number]))
}
