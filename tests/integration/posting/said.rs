//! What the scripted sites keep of the calls they get, and what they answer.

use axum::body::Bytes;
use serde_json::{Value, json};

use super::cases::{AT, Case};

impl Case {
    /// What a call leaves at the site.
    pub fn take(&self, texts: &mut Vec<String>, what: &str, body: &Bytes) {
        if !self.is_act(what) {
            return;
        }
        let form = || url::form_urlencoded::parse(body).find(|(key, _)| key == "text").map(|(_, text)| text.into_owned());
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let said = [
            "/raw",
            "/post/raw",
            "/status",
            "/replyText",
            "/data/attributes/responseBody",
            "/comment",
            "/message",
            "/record/text",
            "/body",
        ];
        let text = said.iter().find_map(|at| body.pointer(at)?.as_str().map(str::to_owned)).or_else(form);
        match text {
            None => drop(texts.pop()),
            Some(text) if self.act.starts_with("PUT") || what != self.act || self.has_one_answer() => *texts = vec![text],
            Some(text) => texts.push(text),
        }
    }

    /// What it answers while `text` stands there.
    #[expect(clippy::too_many_lines, reason = "one arm for each request of nine sites")]
    pub fn answer(&self, what: &str, text: Option<&str>, state: &str, host: &str) -> (u16, Value) {
        let shown = text.unwrap_or_default();
        if let Some((_, path)) =
            what.split_once(' ').filter(|(_, path)| ["token", "createSession", "/user", "/me"].iter().any(|end| path.ends_with(end)))
        {
            return match path {
                "/xrpc/com.atproto.server.createSession" => {
                    let service = json!([{"id": "#atproto_pds", "serviceEndpoint": format!("http://{host}")}]);
                    (200, json!({"accessJwt": "session-1", "did": "did:plc:acme", "didDoc": {"service": service}}))
                }
                _ => (200, json!({"access_token": "token-1", "expires_in": 3600, "login": "acme", "name": "acme"})),
            };
        }
        let is_delete = what.starts_with("DELETE");
        match self.kind {
            _ if is_delete => (if self.kind == "app-store-connect" { 204 } else { 200 }, Value::Null),
            "discourse" => {
                let post = json!({"id": 60, "topic_id": 12, "topic_slug": "slow-desk", "post_number": 4, "username": "Acme", "raw": shown});
                let posts: Vec<&Value> = text.iter().map(|_| &post).collect();
                if what.starts_with("GET /t/") {
                    return (200, json!({"post_stream": {"posts": posts}}));
                }
                if text.is_none() { (404, Value::Null) } else { (200, post) }
            }
            "mastodon" => {
                let post = json!({"id": "88", "in_reply_to_id": "77", "url": "https://home.example/@acme/88", "content": format!("<p>{shown}</p>"),
                    "account": {"acct": "acme"}});
                let posts: Vec<&Value> = text.iter().map(|_| &post).collect();
                match what {
                    what if what.contains("/search?") => (200, json!({"statuses": [{"id": "77"}]})),
                    what if what.ends_with("/context") => (200, json!({"descendants": posts})),
                    _ if text.is_none() => (404, Value::Null),
                    _ => (200, post),
                }
            }
            "google-play" => {
                let ours = text.map(|text| json!({"developerComment": {"text": text}}));
                let comments: Vec<Value> = [json!({"userComment": {"text": "x"}})].into_iter().chain(ours).collect();
                (200, json!({"reviewId": "gp:1", "comments": comments}))
            }
            "app-store-connect" if text.is_none() => (404, json!({"errors": [{"title": "not found"}]})),
            "app-store-connect" => {
                let state = if state == "ACTIVE" { "PUBLISHED" } else { "PENDING_PUBLISH" };
                (200, json!({"data": {"id": "resp1", "attributes": {"responseBody": shown, "state": state}}}))
            }
            "google-business" => {
                let reply = json!({"comment": shown, "reviewReplyState": state, "policyViolation": "OFF_TOPIC"});
                if what.starts_with("PUT") { (200, reply) } else { (200, text.map_or(json!({}), |_| json!({"reviewReply": reply}))) }
            }
            "trustpilot" => {
                (if what.starts_with("POST") { 201 } else { 200 }, text.map_or(json!({}), |text| json!({"companyReply": {"text": text}})))
            }
            "bluesky" => match what {
                what if what.contains("getPosts") => {
                    let reply = json!({"root": {"uri": "at://did:plc:eve/app.bsky.feed.post/3kaaa", "cid": "rootcid"}});
                    (200, json!({"posts": [{"uri": AT, "cid": "bobcid", "record": {"reply": reply}}]}))
                }
                what if what.contains("getRecord") && text.is_none() => {
                    (400, json!({"error": "RecordNotFound", "message": "Could not locate record"}))
                }
                _ => (200, json!({"uri": "at://did:plc:acme/app.bsky.feed.post/3kzzz", "cid": "c", "value": {"text": shown}})),
            },
            "github" => {
                let comment = json!({"id": 99, "html_url": "https://github.com/acme/desk/issues/7#issuecomment-99", "body": shown, "user": {"login": "acme"}});
                let is_list = what.starts_with("GET") && what.contains("/issues/7/comments");
                match (is_list, text) {
                    (true, _) => (200, Value::Array(text.iter().map(|_| comment.clone()).collect())),
                    (false, None) => (404, Value::Null),
                    _ => (if what.starts_with("POST") { 201 } else { 200 }, comment),
                }
            }
            "reddit" => {
                let comment = json!({"name": "t1_ours", "parent_id": "t1_abc", "body": shown, "permalink": "/r/desks/comments/1/x/ours/"});
                let children: Vec<Value> = text.iter().map(|_| json!({"kind": "t1", "data": comment})).collect();
                if what.starts_with("GET") {
                    return (200, json!({"data": {"children": children}}));
                }
                (200, json!({"json": {"errors": [], "data": {"things": children}}}))
            }
            kind => panic!("{kind}: {what}"),
        }
    }
}
