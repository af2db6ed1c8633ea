//! Posts of Bluesky that answer a post, written into the repository of an account of one's own.
//!
//! The name of the record is made from the reply, so that it cannot be there twice. Posts cannot be changed, only taken away.

use jiff::Timestamp;
use serde_json::{Value, json};
use url::Url;
use xxhash_rust::xxh3::xxh3_64;

use super::call::{at, call, told};
use super::{Adapter, Deed, Found, Job, Notes, Outcome, Placed, Said, is_ours};
use crate::fetch::{Call, Method};

pub(super) struct Bluesky;

const SESSION: &str = "accessJwt";
const OURSELVES: &str = "did";
const SERVER: &str = "server of the account";
const PARENT: &str = "cid";
const ROOT: &str = "root";
const ROOT_CID: &str = "cid of the root";
const POSTS: &str = "app.bsky.feed.post";

impl Adapter for Bluesky {
    fn endpoint(&self) -> Option<&'static str> {
        Some("https://bsky.social")
    }

    fn needs_account(&self) -> Option<&'static str> {
        Some("the handle of the account, for example `acme.example.com`")
    }

    fn needs_secret(&self) -> Option<&'static str> {
        Some("an app password of the account (Settings, Privacy and security)")
    }

    fn refuses(&self, deed: Deed) -> Option<&'static str> {
        (deed == Deed::Revise).then_some("its posts cannot be changed; withdraw the reply, and post another")
    }

    fn prepare(&self, job: &Job<'_>, notes: &Notes) -> Result<Option<Call>, String> {
        if notes.get(SESSION).is_none() {
            let body = json!({"identifier": job.access.account, "password": job.access.secret});
            let url = at(&job.access.endpoint, &["xrpc", "com.atproto.server.createSession"]);
            return Ok(Some(call(job.access, Method::Post, url, &[], Some(&body))));
        }
        if job.deed != Deed::Post || notes.get(PARENT).is_some() {
            return Ok(None);
        }
        Ok(Some(ask(job, notes, "app.bsky.feed.getPosts", &[("uris", job.target.id()?)])?))
    }

    fn learn(&self, job: &Job<'_>, answer: &Value, notes: &mut Notes) -> Result<(), Outcome> {
        if notes.get(SESSION).is_none() {
            let session = told(answer, "/accessJwt").zip(told(answer, "/did"));
            let (token, did) = session.ok_or_else(|| Outcome::shut_out("it opened no session; renew its `secret`"))?;
            notes.put(SESSION, token);
            notes.put(OURSELVES, did);
            if let Some(server) = server(answer) {
                notes.put(SERVER, server);
            }
            return Ok(());
        }
        let post = answer.pointer("/posts/0").filter(|post| post["uri"] == *job.target.own_id);
        let parent = post.and_then(|post| Some((post, told(post, "/cid")?)));
        let (post, cid) = parent.ok_or_else(|| Outcome::reopen("the post is no longer there, or its author has blocked the account"))?;
        let root = told(post, "/record/reply/root/uri").zip(told(post, "/record/reply/root/cid"));
        let (root, root_cid) = root.unwrap_or_else(|| (job.target.own_id.clone(), cid.clone()));
        for (name, value) in [(PARENT, cid), (ROOT, root), (ROOT_CID, root_cid)] {
            notes.put(name, value);
        }
        Ok(())
    }

    fn request(&self, job: &Job<'_>, notes: &Notes) -> Result<Call, String> {
        let repo = notes.need(OURSELVES)?;
        if job.deed == Deed::Withdraw {
            let body = json!({"repo": repo, "collection": POSTS, "rkey": key(job)});
            return act(job, notes, "com.atproto.repo.deleteRecord", &body);
        }
        let parent = json!({"uri": job.target.id()?, "cid": notes.need(PARENT)?});
        let root = json!({"uri": notes.need(ROOT)?, "cid": notes.need(ROOT_CID)?});
        let record =
            json!({"$type": POSTS, "text": job.text, "createdAt": job.begun.to_string(), "reply": {"root": root, "parent": parent}});
        let body = json!({"repo": repo, "collection": POSTS, "rkey": key(job), "record": record});
        act(job, notes, "com.atproto.repo.createRecord", &body)
    }

    fn outcome(&self, job: &Job<'_>, notes: &Notes, said: &Said) -> Outcome {
        match super::outcome::usual(job.deed, said) {
            // A record of that name can be nobody's but ours.
            Some(Outcome::Refused { why, .. }) if why.contains("already exists") => Outcome::Unknown { after: None, why },
            Some(outcome) => outcome,
            None => self.placed(job, notes, &said.answer),
        }
    }

    fn placed(&self, job: &Job<'_>, notes: &Notes, answer: &Value) -> Outcome {
        Outcome::Done(placed(job, notes, answer))
    }

    fn look(&self, job: &Job<'_>, notes: &Notes) -> Result<Call, String> {
        let pairs = [("repo", notes.need(OURSELVES)?), ("collection", POSTS), ("rkey", &key(job))];
        ask(job, notes, "com.atproto.repo.getRecord", &pairs)
    }

    fn found(&self, job: &Job<'_>, notes: &Notes, said: &Said) -> Found {
        match (said.status, told(&said.answer, "/value/text")) {
            (200, Some(text)) if is_ours(&text, job.text) => Found::There(placed(job, notes, &said.answer)),
            (200, Some(text)) => Found::Other(text),
            (400 | 404, _) if said.answer["error"] == "RecordNotFound" || said.in_words().contains("Could not locate record") => {
                Found::NotThere
            }
            _ => Found::Unclear(said.in_words()),
        }
    }
}

/// The server that keeps the account's records, as the account's own document names it.
fn server(session: &Value) -> Option<String> {
    let services = session.pointer("/didDoc/service")?.as_array()?;
    let own = services.iter().find(|service| service["id"].as_str().is_some_and(|id| id.ends_with("#atproto_pds")))?;
    told(own, "/serviceEndpoint").filter(|server| Url::parse(server).is_ok())
}

fn below(job: &Job<'_>, notes: &Notes, method: &str) -> Url {
    let own = notes.get(SERVER).and_then(|server| Url::parse(server).ok());
    at(own.as_ref().unwrap_or(&job.access.endpoint), &["xrpc", method])
}

fn ask(job: &Job<'_>, notes: &Notes, method: &str, pairs: &[(&str, &str)]) -> Result<Call, String> {
    let mut url = below(job, notes, method);
    url.query_pairs_mut().extend_pairs(pairs);
    let bearer = format!("Bearer {}", notes.need(SESSION)?);
    Ok(call(job.access, Method::Get, url, &[("Authorization", &bearer)], None))
}

fn act(job: &Job<'_>, notes: &Notes, method: &str, body: &Value) -> Result<Call, String> {
    let bearer = format!("Bearer {}", notes.need(SESSION)?);
    Ok(call(job.access, Method::Post, below(job, notes, method), &[("Authorization", &bearer)], Some(body)))
}

/// The name of our record: of the one that is there, else made of what stays the same when it is tried again.
fn key(job: &Job<'_>) -> String {
    let there = job.remote.and_then(|remote| remote.rsplit('/').next()).filter(|key| !key.is_empty());
    there.map_or_else(|| tid(job.begun, job.key), str::to_owned)
}

/// A name that sorts by time, as the protocol wants it: microseconds and ten bits of what tells it from others.
fn tid(at: Timestamp, of: &str) -> String {
    const LETTERS: &[u8; 32] = b"234567abcdefghijklmnopqrstuvwxyz";
    let number = ((at.as_microsecond().unsigned_abs() & ((1 << 53) - 1)) << 10) | (xxh3_64(of.as_bytes()) & 0x3ff);
    (0..13_u32).rev().map(|place| char::from(LETTERS[((number >> (place * 5)) & 31) as usize])).collect()
}

fn placed(job: &Job<'_>, notes: &Notes, answer: &Value) -> Placed {
    let key = key(job);
    let did = notes.get(OURSELVES).unwrap_or_default();
    let remote = told(answer, "/uri").unwrap_or_else(|| format!("at://{did}/{POSTS}/{key}"));
    Placed::shown(Some(remote), Url::parse(&format!("https://bsky.app/profile/{did}/post/{key}")).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_for_the_same_and_sorts_by_time() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let name = tid(at(1_773_144_000), "goodword-7");
        assert_eq!(name, tid(at(1_773_144_000), "goodword-7"));
        assert_ne!(name, tid(at(1_773_144_000), "goodword-8"));
        assert!(name < tid(at(1_773_144_001), "goodword-7"));
        assert!(name.len() == 13 && name.starts_with('3'), "{name}");
    }
}
