//! Posts of Mastodon that answer a post, from an account of one's own at any server.
//!
//! A server has ids of its own for the posts of others, so the post is looked up by its address first. A post that is repeated
//! with the same key within the hour is the same post.

use serde_json::{Value, json};
use url::Url;

use super::call::{bearing, told};
use super::{Adapter, Deed, Found, Job, Notes, Outcome, Placed, Said, is_ours};
use crate::fetch::{Call, Method};
use crate::text::html_to_text;

pub(super) struct Mastodon;

const PARENT: &str = "id of the post";

impl Adapter for Mastodon {
    fn needs_secret(&self) -> Option<&'static str> {
        Some("an access token that may read and write statuses (Preferences, Development)")
    }

    fn prepare(&self, job: &Job<'_>, notes: &Notes) -> Result<Option<Call>, String> {
        if job.remote.is_some() || notes.get(PARENT).is_some() || at_home(job).is_some() {
            return Ok(None);
        }
        let mut call = bearing(job, Method::Get, &["api", "v2", "search"], None);
        let pairs = [("q", job.target.id()?), ("resolve", "true"), ("type", "statuses"), ("limit", "1")];
        call.url.query_pairs_mut().extend_pairs(pairs);
        Ok(Some(call))
    }

    fn learn(&self, _job: &Job<'_>, answer: &Value, notes: &mut Notes) -> Result<(), Outcome> {
        match told(answer, "/statuses/0/id") {
            Some(id) => {
                notes.put(PARENT, id);
                Ok(())
            }
            None => Err(Outcome::reopen("the server of the account does not find the post: it may be deleted, or its server blocked")),
        }
    }

    fn request(&self, job: &Job<'_>, notes: &Notes) -> Result<Call, String> {
        match (job.deed, job.remote) {
            (Deed::Post, _) => {
                let visibility = job.access.visibility.as_deref().unwrap_or("public");
                let body = json!({"status": job.text, "in_reply_to_id": parent(job, notes)?, "visibility": visibility});
                let mut call = bearing(job, Method::Post, &["api", "v1", "statuses"], Some(&body));
                call.headers.push(("Idempotency-Key".to_owned(), job.key.to_owned()));
                Ok(call)
            }
            (Deed::Revise, Some(ours)) => {
                Ok(bearing(job, Method::Put, &["api", "v1", "statuses", ours], Some(&json!({"status": job.text}))))
            }
            (Deed::Withdraw, Some(ours)) => Ok(bearing(job, Method::Delete, &["api", "v1", "statuses", ours], None)),
            (_, None) => Err("the id of our post is not known: change it at the site".to_owned()),
        }
    }

    fn placed(&self, job: &Job<'_>, _notes: &Notes, answer: &Value) -> Outcome {
        Outcome::Done(placed(job, answer))
    }

    fn look(&self, job: &Job<'_>, notes: &Notes) -> Result<Call, String> {
        match job.remote {
            Some(ours) => Ok(bearing(job, Method::Get, &["api", "v1", "statuses", ours], None)),
            None => Ok(bearing(job, Method::Get, &["api", "v1", "statuses", parent(job, notes)?, "context"], None)),
        }
    }

    fn found(&self, job: &Job<'_>, notes: &Notes, said: &Said) -> Found {
        let says = |post: &Value| post["content"].as_str().is_some_and(|shown| is_ours(&html_to_text(shown), job.text));
        match (said.status, job.remote) {
            (200, Some(_)) if says(&said.answer) => Found::There(placed(job, &said.answer)),
            (200, Some(_)) => Found::Other(told(&said.answer, "/content").map(|shown| html_to_text(&shown)).unwrap_or_default()),
            (404 | 410, Some(_)) => Found::NotThere,
            (200, None) => {
                let Some(posts) = said.answer["descendants"].as_array() else { return Found::Unclear("it shows no answers".to_owned()) };
                let account = job.access.account.as_deref().map(|name| name.trim_start_matches('@'));
                let by_us =
                    |post: &&Value| account.is_none_or(|name| post["account"]["acct"] == name || post["account"]["username"] == name);
                let parent = parent(job, notes).unwrap_or_default();
                let ours = posts.iter().filter(by_us).find(|post| post["in_reply_to_id"] == *parent && says(post));
                ours.map_or(Found::NotThere, |post| Found::There(placed(job, post)))
            }
            _ => Found::Unclear(said.in_words()),
        }
    }
}

/// The id of the post where the server of the account is its own, as it stands in the post's address.
fn at_home<'a>(job: &Job<'a>) -> Option<&'a str> {
    let url = job.target.url.as_ref().filter(|url| url.origin() == job.access.endpoint.origin())?;
    url.path_segments()?.next_back().filter(|last| !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit()))
}

fn parent<'a>(job: &Job<'a>, notes: &'a Notes) -> Result<&'a str, String> {
    at_home(job).map_or_else(|| notes.need(PARENT), Ok)
}

fn placed(job: &Job<'_>, post: &Value) -> Placed {
    let url = post["url"].as_str().and_then(|url| Url::parse(url).ok());
    Placed::shown(told(post, "/id").or(job.remote.map(str::to_owned)), url)
}
