//! The nine kinds of sites that take replies: how each is set up, and the request that it documents.

use std::net::SocketAddr;
use std::path::Path;

use goodword::mention::{Author, Context, Mention, Published, Rating};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::TEXT;
use crate::harness::write_files;

/// One kind of site: how it is set up, and what it documents.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    pub kind: &'static str,
    /// Keys of the source; `{site}` is its address.
    pub source: &'static str,
    /// Keys of the account.
    pub account: &'static str,
    pub secret: &'static str,
    /// The mention's id, address and discussion there.
    pub target: (&'static str, &'static str, Option<&'static str>),
    /// The call that posts.
    pub act: &'static str,
    pub headers: &'static [(&'static str, &'static str)],
}

pub const AT: &str = "at://did:plc:bob/app.bsky.feed.post/3kabc";
pub const PLACE: &str = "accounts/1/locations/2";

pub const CASES: [Case; 9] = [
    Case {
        kind: "discourse",
        source: "server = \"{site}\"",
        account: "account = \"acme\"",
        secret: "hunter2",
        target: ("55", "{site}/t/slow-desk/12/3", Some("12")),
        act: "POST /posts.json",
        headers: &[("api-key", "hunter2"), ("api-username", "acme"), ("content-type", "application/json")],
    },
    Case {
        kind: "mastodon",
        source: "server = \"{site}\"\ntags = [\"acme\"]",
        account: "visibility = \"unlisted\"",
        secret: "hunter2",
        target: ("https://far.example/users/bob/statuses/9", "https://far.example/@bob/9", None),
        act: "POST /api/v1/statuses",
        headers: &[("authorization", "Bearer hunter2")],
    },
    Case {
        kind: "google-play",
        source: "package = \"com.example.desk\"\nendpoint = \"{site}\"\nsecret = { file = \"{google}\" }",
        account: "",
        secret: "",
        target: ("gp:1", "https://play.google.com/store/apps/details?id=com.example.desk&reviewId=gp%3A1", None),
        act: "POST /androidpublisher/v3/applications/com.example.desk/reviews/gp:1:reply",
        headers: &[("authorization", "Bearer token-1"), ("content-type", "application/json")],
    },
    Case {
        kind: "app-store-connect",
        source: "app = 1\nkey_id = \"2X9R4HXF34\"\nendpoint = \"{site}\"\nsecret = { file = \"{apple}\" }",
        account: "",
        secret: "",
        target: ("r7", "https://apps.apple.com/us/app/id1?see-all=reviews", None),
        act: "POST /v1/customerReviewResponses",
        headers: &[("content-type", "application/json")],
    },
    Case {
        kind: "google-business",
        source: "account = \"1\"\nlocations = [\"2\"]\nendpoint = \"{site}\"\nsecret = { file = \"{google}\" }",
        account: "",
        secret: "",
        target: ("rev1", "https://maps.example.com/1", Some(PLACE)),
        act: "PUT /v4/accounts/1/locations/2/reviews/rev1/reply",
        headers: &[("authorization", "Bearer token-1")],
    },
    Case {
        kind: "trustpilot",
        source: "business_unit = \"46a0000000006400050000e5\"\nendpoint = \"{site}\"\nsecret = { file = \"{key}\" }",
        account: "account = \"user1\"",
        secret: "{\"api_key\": \"k\", \"api_secret\": \"s\"}",
        target: ("tp1", "https://www.trustpilot.com/reviews/tp1", None),
        act: "POST /v1/private/reviews/tp1/reply",
        headers: &[("authorization", "Bearer token-1")],
    },
    Case {
        kind: "bluesky",
        source: "endpoint = \"wss://stream.example.com\"",
        account: "account = \"acme.example.com\"",
        secret: "hunter2",
        target: (AT, "https://bsky.app/profile/did:plc:bob/post/3kabc", Some(AT)),
        act: "POST /xrpc/com.atproto.repo.createRecord",
        headers: &[("authorization", "Bearer session-1")],
    },
    Case {
        kind: "github",
        source: "repos = [\"acme/desk\"]\nendpoint = \"{site}\"",
        account: "",
        secret: "hunter2",
        target: ("I_1", "https://github.com/acme/desk/issues/7", Some("acme/desk#7")),
        act: "POST /repos/acme/desk/issues/7/comments",
        headers: &[("authorization", "Bearer hunter2"), ("x-github-api-version", "2022-11-28")],
    },
    Case {
        kind: "reddit",
        source: "subreddits = [\"desks\"]\nsecret = { file = \"{key}\" }",
        account: "",
        secret: "{\"client_id\": \"c\", \"client_secret\": \"s\", \"refresh_token\": \"r\"}",
        target: ("t1_abc", "https://www.reddit.com/r/desks/comments/1/x/abc/", Some("t3_1")),
        act: "POST /api/comment",
        headers: &[("authorization", "Bearer token-1"), ("content-type", "application/x-www-form-urlencoded")],
    },
];

pub fn case(kind: &str) -> Case {
    CASES.into_iter().find(|case| case.kind == kind).unwrap()
}

impl Case {
    pub fn is_act(&self, what: &str) -> bool {
        what == self.act
            || what.starts_with("PUT ")
            || what.starts_with("DELETE ")
            || what.starts_with("PATCH ")
            || ["/api/del", "/api/editusertext", "deleteRecord"].iter().any(|end| what.ends_with(end))
    }

    /// Whether a review has room for one answer, so that another takes its place.
    pub fn has_one_answer(&self) -> bool {
        ["app-store-connect", "trustpilot"].contains(&self.kind)
    }

    /// The body that its documentation asks for.
    pub fn documented(&self) -> Value {
        match self.kind {
            "discourse" => json!({"topic_id": 12, "raw": TEXT, "reply_to_post_number": 3}),
            "mastodon" => json!({"status": TEXT, "in_reply_to_id": "77", "visibility": "unlisted"}),
            "google-play" => json!({"replyText": TEXT}),
            "app-store-connect" => json!({"data": {"type": "customerReviewResponses", "attributes": {"responseBody": TEXT},
                "relationships": {"review": {"data": {"type": "customerReviews", "id": "r7"}}}}}),
            "google-business" => json!({"comment": TEXT}),
            "trustpilot" => json!({"message": TEXT, "authorBusinessUserId": "user1"}),
            "github" => json!({"body": TEXT}),
            _ => Value::Null,
        }
    }

    /// What stands in sources.toml and settings.toml of an installation that hears it as `name`; its key lies in `dir`.
    pub fn sections(&self, dir: &Path, name: &str, address: SocketAddr, post: &str) -> (String, String) {
        let site = format!("http://{address}");
        let apple = format!("{}/tests/fixtures/keys/connect.p8", env!("CARGO_MANIFEST_DIR"));
        let key = format!("key-{name}");
        std::fs::write(dir.join(&key), if self.secret.is_empty() { "unused" } else { self.secret }).unwrap();
        let keys = self
            .source
            .replace("{site}", &site)
            .replace("{google}", &crate::owners::service_account_of(address))
            .replace("{apple}", &apple)
            .replace("{key}", &key);
        let source = format!(
            "[[source]]\nname = \"{name}\"\nkind = \"{}\"\nevery = \"1h\"\nmin_interval = \"0s\"\nallow_private = true\nenabled = false\n{keys}\n\n",
            self.kind
        );
        let secret = if self.secret.is_empty() { String::new() } else { format!("secret = {{ file = \"{key}\" }}") };
        let account =
            format!("[posting.{name}]\npost = \"{post}\"\nendpoint = \"{site}\"\nallow_private = true\n{secret}\n{}\n\n", self.account);
        (source, account)
    }

    /// An installation that hears only this site, as `here`.
    pub fn files(&self, dir: &Path, address: SocketAddr, post: &str) {
        let (source, account) = self.sections(dir, "here", address, post);
        write_files(dir, &source);
        std::fs::write(dir.join("settings.toml"), format!("[fetch]\ntotal_timeout = \"1s\"\n\n{account}")).unwrap();
    }

    pub fn mention(&self, address: SocketAddr, now: Timestamp, text: &str) -> Mention {
        let (id, url, thread) = self.target;
        Mention {
            own_id: Some(id.to_owned()),
            author: Author::named("Bob"),
            url: Some(url.replace("{site}", &format!("http://{address}")).parse().unwrap()),
            published: Some(Published::instant(now)),
            rating: Rating::new(3.0, 1.0, 5.0),
            context: Context { thread: thread.map(str::to_owned), ..Context::default() },
            ..Mention::new(text).unwrap()
        }
    }
}
