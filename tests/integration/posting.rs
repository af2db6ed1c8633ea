//! Posting replies: the request that each site documents, answers of every sort, kills at every step, and what follows after.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::Response;
use goodword::app::{App, Going, PostRequest, QueueRequest};
use goodword::clock::Clock;
use goodword::mention::{Author, Context, Lang, Mention, Published, Rating, Verdict};
use goodword::people::{Role, Scope};
use goodword::phrases::Tagging;
use goodword::replies::posting::{KINDS, Stage};
use goodword::replies::{self, Action, Actor, Reply, Status};
use goodword::store::{Judgement, Origin};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::api::{Program, held};
use crate::database::Database;
use crate::harness::{TestApp, write_files};
use crate::receiver::{Running, goodword};
use crate::web::Browser;

const TEXT: &str = "Sorry, Bob! Which version do you run? — Ann, Acme";

/// What a site does with the calls that act.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Manner {
    #[default]
    Answers,
    /// It has not taken the call yet when the connection is lost.
    HoldsBefore,
    /// It has, and the answer is lost.
    HoldsAfter,
}

#[derive(Clone, Debug)]
struct Seen {
    what: String,
    headers: axum::http::HeaderMap,
    body: Bytes,
}

/// A site that keeps the answers it takes.
#[derive(Clone)]
struct Site {
    case: Case,
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    seen: Vec<Seen>,
    /// Calls that act and that it has heard of.
    arrived: usize,
    /// The answers that stand there.
    texts: Vec<String>,
    /// The next answers to calls that act; then it does what it is told.
    answers: VecDeque<(u16, Option<&'static str>)>,
    /// It does what it is told, and tells something else.
    does_it_anyway: bool,
    manner: Manner,
    state: &'static str,
}

impl Site {
    async fn serve(case: Case) -> (Self, SocketAddr) {
        let site = Self { case, inner: Arc::default() };
        site.inner.lock().unwrap().state = "ACTIVE";
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(answer).with_state(site.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        (site, address)
    }

    fn texts(&self) -> Vec<String> {
        self.inner.lock().unwrap().texts.clone()
    }

    fn acts(&self) -> Vec<Seen> {
        self.inner.lock().unwrap().seen.iter().filter(|seen| self.case.is_act(&seen.what)).cloned().collect()
    }

    fn answers(&self, answers: &[(u16, Option<&'static str>)]) {
        self.inner.lock().unwrap().answers = answers.iter().copied().collect();
    }
}

async fn answer(State(site): State<Site>, request: Request) -> Response<Body> {
    let what = format!("{} {}", request.method(), request.uri().path_and_query().unwrap());
    let host = request.headers()["host"].to_str().unwrap().to_owned();
    let headers = request.headers().clone();
    let body = axum::body::to_bytes(request.into_body(), 1 << 20).await.unwrap();
    let is_act = site.case.is_act(&what);
    let manner = {
        let mut inner = site.inner.lock().unwrap();
        inner.arrived += usize::from(is_act);
        inner.manner
    };
    if is_act && manner == Manner::HoldsBefore {
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
    let (status, answer, retry) = {
        let mut inner = site.inner.lock().unwrap();
        inner.seen.push(Seen { what: what.clone(), headers, body: body.clone() });
        match is_act.then(|| inner.answers.pop_front()).flatten() {
            Some((status, retry)) => {
                if inner.does_it_anyway {
                    site.case.take(&mut inner.texts, &what, &body);
                }
                (status, json!({"message": "the site says no"}), retry)
            }
            None => {
                site.case.take(&mut inner.texts, &what, &body);
                let (status, answer) = site.case.answer(&what, inner.texts.last().map(String::as_str), inner.state, &host);
                (status, answer, None)
            }
        }
    };
    if is_act && manner == Manner::HoldsAfter {
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
    let mut response = Response::builder().status(status).header("content-type", "application/json");
    if let Some(retry) = retry {
        response = response.header("retry-after", retry);
    }
    response.body(Body::from(if answer.is_null() { String::new() } else { answer.to_string() })).unwrap()
}

/// One kind of site: how it is set up, and what it documents.
#[derive(Clone, Copy, Debug)]
struct Case {
    kind: &'static str,
    /// Keys of the source; `{site}` is its address.
    source: &'static str,
    /// Keys of the account.
    account: &'static str,
    secret: &'static str,
    /// The mention's id, address and discussion there.
    target: (&'static str, &'static str, Option<&'static str>),
    /// The call that posts.
    act: &'static str,
    headers: &'static [(&'static str, &'static str)],
}

const AT: &str = "at://did:plc:bob/app.bsky.feed.post/3kabc";
const PLACE: &str = "accounts/1/locations/2";

const CASES: [Case; 9] = [
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
        source: "business_unit = \"46a0000000006400050000e5\"\nendpoint = \"{site}\"\nsecret = { file = \"key\" }",
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
        source: "subreddits = [\"desks\"]\nsecret = { file = \"key\" }",
        account: "",
        secret: "{\"client_id\": \"c\", \"client_secret\": \"s\", \"refresh_token\": \"r\"}",
        target: ("t1_abc", "https://www.reddit.com/r/desks/comments/1/x/abc/", Some("t3_1")),
        act: "POST /api/comment",
        headers: &[("authorization", "Bearer token-1"), ("content-type", "application/x-www-form-urlencoded")],
    },
];

fn case(kind: &str) -> Case {
    CASES.into_iter().find(|case| case.kind == kind).unwrap()
}

impl Case {
    fn is_act(&self, what: &str) -> bool {
        what == self.act
            || what.starts_with("PUT ")
            || what.starts_with("DELETE ")
            || what.starts_with("PATCH ")
            || ["/api/del", "/api/editusertext", "deleteRecord"].iter().any(|end| what.ends_with(end))
    }

    /// Whether a review has room for one answer, so that another takes its place.
    fn has_one_answer(&self) -> bool {
        ["app-store-connect", "trustpilot"].contains(&self.kind)
    }

    /// The body that its documentation asks for.
    fn documented(&self) -> Value {
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

    /// What a call leaves at the site.
    fn take(&self, texts: &mut Vec<String>, what: &str, body: &Bytes) {
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
    fn answer(&self, what: &str, text: Option<&str>, state: &str, host: &str) -> (u16, Value) {
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

    fn files(&self, dir: &Path, address: SocketAddr, post: &str) {
        let site = format!("http://{address}");
        let apple = format!("{}/tests/fixtures/keys/connect.p8", env!("CARGO_MANIFEST_DIR"));
        let keys = self
            .source
            .replace("{site}", &site)
            .replace("{google}", &crate::owners::service_account_of(address))
            .replace("{apple}", &apple);
        let source = format!(
            "[[source]]\nname = \"here\"\nkind = \"{}\"\nevery = \"1h\"\nmin_interval = \"0s\"\nallow_private = true\nenabled = false\n{keys}\n",
            self.kind
        );
        write_files(dir, &source);
        let secret = if self.secret.is_empty() { "" } else { "secret = { file = \"key\" }" };
        std::fs::write(dir.join("key"), if self.secret.is_empty() { "unused" } else { self.secret }).unwrap();
        let account =
            format!("[posting.here]\npost = \"{post}\"\nendpoint = \"{site}\"\nallow_private = true\n{secret}\n{}\n", self.account);
        std::fs::write(dir.join("settings.toml"), format!("[fetch]\ntotal_timeout = \"1s\"\n\n{account}")).unwrap();
    }

    fn mention(&self, address: SocketAddr, now: Timestamp, text: &str) -> Mention {
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

/// Saves a mention as a round of the source does, and returns its id.
async fn hear(app: &App, kind: &str, mention: Mention) -> String {
    let now = app.clock().now();
    let origin = Origin { source: "here", kind, namespace: "here", keeps_ids: false, list: None, now };
    let judge = |_: &Mention| {
        let products = vec!["Acme Desk".to_owned()];
        let tagging =
            Tagging { lang: Lang::english(), tags: Vec::new(), verdict: Verdict::Complaint, why: String::new(), ugly: false, products };
        Judgement { subject: Some("Acme Desk".to_owned()), tagging, filtered: None, flags: Vec::new() }
    };
    let mut tx = app.store().begin().await.unwrap();
    let kept = tx.save(origin, vec![mention], judge).await.unwrap();
    replies::follow(&mut tx, &kept, &app.config().desk(), now).await.unwrap();
    tx.commit().await.unwrap();
    kept.mentions.into_values().next().unwrap().id
}

async fn approve(app: &App, id: &str, text: &str) {
    for action in [Action::Draft { text: text.to_owned(), template: None }, Action::Approve] {
        app.act_on_reply(id, action, Actor { who: "ann", seen: None }).await.unwrap();
    }
}

/// A site of this kind, an installation that answers there, and the id of a mention whose reply is approved.
async fn approved(case: Case, post: &str) -> (Site, TestApp, String) {
    let (site, address) = Site::serve(case).await;
    let test = TestApp::with_sources("").await;
    case.files(test.dir(), address, post);
    let test = test.again().await;
    let id = hear(&test.app, case.kind, case.mention(address, test.clock.now(), "Acme Desk crashes all day")).await;
    approve(&test.app, &id, TEXT).await;
    (site, test, id)
}

async fn post(app: &App, id: &str) -> Going {
    let request = PostRequest { ids: vec![id.to_owned()], ..PostRequest::default() };
    app.post_replies(&request).await.unwrap().remove(0).1.unwrap()
}

async fn refused(app: &App, request: PostRequest) -> String {
    app.post_replies(&request).await.unwrap().remove(0).1.unwrap_err().to_string()
}

async fn reply(app: &App, id: &str) -> Reply {
    app.queued(id).await.unwrap().reply
}

async fn actions(app: &App, id: &str) -> String {
    let entries = app.reply_audit(id).await.unwrap();
    let word = |entry: &replies::Entry| serde_json::to_value(&entry.action).unwrap()["action"].as_str().unwrap().to_owned();
    entries.iter().map(word).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn each_site_gets_the_request_that_it_documents() {
    assert_eq!(CASES.len(), KINDS.len());
    for case in CASES {
        let (site, test, id) = approved(case, "by hand").await;
        assert_eq!(test.app.post_due().await.unwrap(), 0, "{}: nothing goes out by itself", case.kind);
        let going = post(&test.app, &id).await;
        assert_eq!(going.stage, Some(Stage::Posted), "{}: {going:?}", case.kind);
        let [act] = &site.acts()[..] else { panic!("{}: {:?}", case.kind, site.acts()) };
        assert_eq!(act.what, case.act);
        for (name, value) in case.headers {
            assert_eq!(act.headers.get(*name).unwrap(), value, "{}", case.kind);
        }
        let body: Value = serde_json::from_slice(&act.body).unwrap_or_default();
        match case.kind {
            "bluesky" => {
                assert_eq!((&body["repo"], &body["collection"]), (&json!("did:plc:acme"), &json!("app.bsky.feed.post")));
                assert_eq!(body["rkey"].as_str().unwrap().len(), 13);
                let parent = json!({"uri": AT, "cid": "bobcid"});
                let root = json!({"uri": "at://did:plc:eve/app.bsky.feed.post/3kaaa", "cid": "rootcid"});
                assert_eq!((&body["record"]["text"], &body["record"]["reply"]), (&json!(TEXT), &json!({"root": root, "parent": parent})));
            }
            "reddit" => {
                let pairs: Vec<(String, String)> = url::form_urlencoded::parse(&act.body).into_owned().collect();
                let want =
                    [("api_type", "json"), ("thing_id", "t1_abc"), ("text", TEXT)].map(|(key, value)| (key.to_owned(), value.to_owned()));
                assert_eq!(pairs, want);
            }
            _ => assert_eq!(body, case.documented(), "{}", case.kind),
        }
        assert_eq!(case.kind == "mastodon", act.headers.contains_key("idempotency-key"));
        let reply = reply(&test.app, &id).await;
        assert_eq!((reply.state.status, reply.state.sent.unwrap().by), (Status::Sent, "ann".to_owned()));
        // Later it is looked whether it stands there.
        test.later(Duration::from_mins(11));
        assert_eq!(test.app.post_due().await.unwrap(), 1);
        assert_eq!(actions(&test.app, &id).await, "open draft approve post verify", "{}", case.kind);
        assert_eq!(test.app.post_due().await.unwrap(), 0);
        test.app.close().await;
    }
}

#[tokio::test]
async fn what_a_site_answers_decides_what_becomes_of_a_reply() {
    for case in CASES {
        for (status, retry) in [(401, None), (409, None), (422, None), (429, Some("120")), (500, None), (503, Some("120"))] {
            let name = format!("{} answers {status}", case.kind);
            let (site, test, id) = approved(case, "on approval").await;
            // A token that is not taken is traded for another, once.
            site.answers(&[(status, retry), (status, retry)][..if status == 401 { 2 } else { 1 }]);
            let going = post(&test.app, &id).await;
            let state = reply(&test.app, &id).await.state;
            match status {
                401 => assert_eq!((going.stage, state.status), (Some(Stage::Stuck), Status::Approved), "{name}: {going:?}"),
                422 => {
                    assert_eq!((going.stage, state.status), (Some(Stage::Refused), Status::Waiting), "{name}: {going:?}");
                    assert!(state.reason.unwrap().contains("the site says no"), "{name}");
                    assert_eq!(state.draft.unwrap().text, TEXT);
                }
                429 => {
                    assert_eq!((going.stage, going.next), (Some(Stage::Ready), Some(test.clock.now() + Duration::from_secs(120))), "{name}")
                }
                _ => assert_eq!((going.stage, state.status), (Some(Stage::Calling), Status::Approved), "{name}: {going:?}"),
            }
            assert_eq!(site.texts().len(), 0, "{name}");
            site.answers(&[]);
            test.later(Duration::from_secs(121));
            test.app.post_due().await.unwrap();
            let posts = usize::from(!matches!(status, 401 | 422));
            assert_eq!(site.texts().len(), posts, "{name}: {:?}", site.inner.lock().unwrap().seen);
            if status == 401 {
                assert_eq!(post(&test.app, &id).await.stage, Some(Stage::Posted), "{name}: once the secret is renewed");
            }
            test.app.close().await;
        }
    }
}

#[tokio::test]
async fn what_may_have_arrived_is_looked_for_before_it_is_posted_again() {
    for case in CASES {
        let (site, test, id) = approved(case, "on approval").await;
        site.inner.lock().unwrap().does_it_anyway = true;
        site.answers(&[(500, None)]);
        assert_eq!(post(&test.app, &id).await.stage, Some(Stage::Calling), "{}", case.kind);
        let draft = Action::Draft { text: "Other words".to_owned(), template: None };
        let held = test.app.act_on_reply(&id, draft, Actor { who: "bo", seen: None }).await;
        assert!(held.is_err(), "nobody changes what may be out");
        test.later(Duration::from_mins(2));
        test.app.post_due().await.unwrap();
        assert_eq!((site.acts().len(), site.texts()), (1, vec![TEXT.to_owned()]), "{}", case.kind);
        assert_eq!(reply(&test.app, &id).await.state.status, Status::Sent, "{}", case.kind);
        test.app.close().await;
    }
}

/// A site that does not answer in time, whether or not it does what it is told, is asked before anything goes out again.
async fn a_site_that_does_not_answer(case: Case, manner: Manner) {
    let (site, test, id) = approved(case, "on approval").await;
    site.inner.lock().unwrap().manner = manner;
    assert_eq!(post(&test.app, &id).await.stage, Some(Stage::Calling), "{} {manner:?}", case.kind);
    site.inner.lock().unwrap().manner = Manner::Answers;
    let arrived = site.texts().len();
    assert_eq!(arrived, usize::from(manner == Manner::HoldsAfter), "{} {manner:?}", case.kind);
    test.later(Duration::from_mins(2));
    test.app.post_due().await.unwrap();
    assert_eq!(site.texts(), [TEXT], "{} {manner:?}", case.kind);
    assert_eq!(reply(&test.app, &id).await.state.status, Status::Sent, "{} {manner:?}", case.kind);
    test.app.close().await;
}

#[tokio::test]
async fn an_answer_that_does_not_come_is_asked_for_later() {
    let runs = CASES.into_iter().flat_map(|case| [Manner::HoldsBefore, Manner::HoldsAfter].map(|manner| (case, manner)));
    futures_util::future::join_all(runs.map(|(case, manner)| a_site_that_does_not_answer(case, manner))).await;
}

#[tokio::test]
async fn a_change_that_may_have_arrived_is_asked_for_before_it_is_made_again() {
    for kind in ["discourse", "mastodon", "github", "reddit", "google-business", "app-store-connect", "trustpilot"] {
        let (site, test, id) = approved(case(kind), "by hand").await;
        post(&test.app, &id).await;
        let revise = Action::Revise { text: "Sorry, Bob! Version 3 mends it.".to_owned() };
        for action in [revise, Action::Approve] {
            test.app.act_on_reply(&id, action, Actor { who: "ann", seen: None }).await.unwrap();
        }
        site.inner.lock().unwrap().does_it_anyway = true;
        site.answers(&[(503, None)]);
        assert_eq!(post(&test.app, &id).await.stage, Some(Stage::Calling), "{kind}");
        test.later(Duration::from_mins(2));
        test.app.post_due().await.unwrap();
        assert_eq!((site.acts().len(), reply(&test.app, &id).await.state.status), (2, Status::Sent), "{kind}: it was there already");
        site.answers(&[(502, None)]);
        assert_eq!(test.app.withdraw_reply(&id, "wrong", "bo").await.unwrap().stage, Some(Stage::Calling), "{kind}");
        test.later(Duration::from_mins(2));
        test.app.post_due().await.unwrap();
        assert_eq!((site.acts().len(), reply(&test.app, &id).await.state.status), (3, Status::Waiting), "{kind}: it was gone already");
        test.app.close().await;
    }
}

#[tokio::test]
async fn an_answer_of_somebody_else_is_not_overwritten() {
    for kind in ["google-play", "app-store-connect", "google-business", "trustpilot"] {
        let (site, test, id) = approved(case(kind), "on approval").await;
        site.inner.lock().unwrap().texts = vec!["We called you about this yesterday.".to_owned()];
        assert_eq!(post(&test.app, &id).await.stage, Some(Stage::Refused), "{kind}");
        let state = reply(&test.app, &id).await.state;
        assert!(state.status == Status::Waiting && state.reason.as_ref().unwrap().contains("We called you"), "{kind}: {state:?}");
        assert_eq!(site.acts().len(), 0, "{kind}");
        test.app.close().await;
    }
}

#[tokio::test]
async fn what_a_site_rejects_after_a_while_is_reopened_with_its_reason() {
    let (site, test, id) = approved(case("google-business"), "on approval").await;
    site.inner.lock().unwrap().state = "PENDING";
    assert_eq!(test.app.post_due().await.unwrap(), 1);
    assert_eq!(reply(&test.app, &id).await.state.status, Status::Sent);
    test.later(Duration::from_mins(11));
    test.app.post_due().await.unwrap();
    assert_eq!(reply(&test.app, &id).await.state.status, Status::Sent, "it still looks at it");
    site.inner.lock().unwrap().state = "REJECTED";
    test.later(Duration::from_mins(61));
    test.app.post_due().await.unwrap();
    let state = reply(&test.app, &id).await.state;
    assert_eq!((state.status, state.reason.as_deref()), (Status::Waiting, Some("Google rejected it (OFF_TOPIC)")));
    // The next one takes its place, and is shown.
    site.inner.lock().unwrap().state = "ACTIVE";
    site.inner.lock().unwrap().texts.clear();
    approve(&test.app, &id, "Sorry. Please tell us more.").await;
    test.app.post_due().await.unwrap();
    test.later(Duration::from_mins(11));
    test.app.post_due().await.unwrap();
    assert_eq!(reply(&test.app, &id).await.state.status, Status::Verified);
    assert_eq!(actions(&test.app, &id).await, "open draft approve post refuse draft approve post verify");
    test.app.close().await;
}

#[tokio::test]
async fn what_stands_there_is_changed_and_taken_away_and_every_text_is_kept() {
    let acts = [
        ("discourse", "PUT /posts/60.json", "DELETE /posts/60.json"),
        ("mastodon", "PUT /api/v1/statuses/88", "DELETE /api/v1/statuses/88"),
        ("github", "PATCH /repos/acme/desk/issues/comments/99", "DELETE /repos/acme/desk/issues/comments/99"),
        ("reddit", "POST /api/editusertext", "POST /api/del"),
        ("google-business", "PUT /v4/accounts/1/locations/2/reviews/rev1/reply", "DELETE /v4/accounts/1/locations/2/reviews/rev1/reply"),
        ("app-store-connect", "POST /v1/customerReviewResponses", "DELETE /v1/customerReviewResponses/resp1"),
        ("trustpilot", "POST /v1/private/reviews/tp1/reply", "DELETE /v1/private/reviews/tp1/reply"),
    ];
    for (kind, revise, withdraw) in acts {
        let (site, test, id) = approved(case(kind), "by hand").await;
        post(&test.app, &id).await;
        let ann = Actor { who: "ann", seen: None };
        let change = Action::Revise { text: "Sorry, Bob! Version 3 mends it.".to_owned() };
        test.app.act_on_reply(&id, change, ann).await.unwrap();
        let request = PostRequest { ids: vec![id.clone()], ..PostRequest::default() };
        assert!(refused(&test.app, request).await.contains("it is drafted; only what is approved can be posted"), "{kind}");
        test.app.act_on_reply(&id, Action::Approve, Actor { who: "bo", seen: None }).await.unwrap();
        assert_eq!(post(&test.app, &id).await.stage, Some(Stage::Posted), "{kind}");
        let going = test.app.withdraw_reply(&id, "we were wrong", "bo").await.unwrap();
        assert_eq!(going.stage, Some(Stage::Seen), "{kind}: {going:?}");
        let done: Vec<String> = site.acts().into_iter().map(|act| act.what).collect();
        assert_eq!(done, [case(kind).act, revise, withdraw], "{kind}");
        assert_eq!(actions(&test.app, &id).await, "open draft approve post revise approve post retract", "{kind}");
        let stored = test.app.mention(&id).await.unwrap();
        let texts: Vec<String> = test.app.postings(&stored).await.unwrap().into_iter().map(|posting| posting.text).collect();
        assert_eq!(texts, [TEXT, "Sorry, Bob! Version 3 mends it.", "we were wrong"]);
        let state = reply(&test.app, &id).await.state;
        assert_eq!((state.status, state.reason.as_deref()), (Status::Waiting, Some("withdrawn by bo: we were wrong")), "{kind}");
        assert_eq!(site.texts().len(), 0, "{kind}");
        test.app.close().await;
    }
}

#[tokio::test]
async fn what_a_site_cannot_do_is_said_and_not_tried() {
    let (site, test, id) = approved(case("bluesky"), "by hand").await;
    post(&test.app, &id).await;
    test.app.act_on_reply(&id, Action::Revise { text: "Other words".to_owned() }, Actor { who: "ann", seen: None }).await.unwrap();
    test.app.act_on_reply(&id, Action::Approve, Actor { who: "bo", seen: None }).await.unwrap();
    let request = PostRequest { ids: vec![id.clone()], ..PostRequest::default() };
    assert!(refused(&test.app, request).await.contains("withdraw the reply, and post another"));
    // The change is dropped: what went out stands.
    test.app.act_on_reply(&id, Action::Dismiss { reason: "as it is".to_owned() }, Actor { who: "ann", seen: None }).await.unwrap();
    assert_eq!(reply(&test.app, &id).await.state.sent.unwrap().text, TEXT);
    test.app.withdraw_reply(&id, "wrong", "bo").await.unwrap();
    assert_eq!(site.acts()[1].what, "POST /xrpc/com.atproto.repo.deleteRecord");
    test.app.close().await;
    let (_, test, id) = approved(case("google-play"), "by hand").await;
    post(&test.app, &id).await;
    assert!(test.app.withdraw_reply(&id, "wrong", "bo").await.unwrap_err().to_string().contains("Play Console"));
    test.app.close().await;
}

#[tokio::test]
async fn only_the_text_that_was_approved_goes_out() {
    let (site, test, id) = approved(case("discourse"), "on approval").await;
    let mut tx = test.app.store().begin().await.unwrap();
    sqlx::query("UPDATE reply SET state = REPLACE(state, 'Which version', 'What nonsense')").execute(tx.connection()).await.unwrap();
    tx.commit().await.unwrap();
    let request = PostRequest { ids: vec![id.clone()], ..PostRequest::default() };
    assert!(refused(&test.app, request).await.contains("not the one that was approved"));
    assert_eq!((test.app.post_due().await.unwrap(), site.acts().len()), (0, 0));
    // What is already on record cannot be changed either.
    approve_again(&test.app, &id).await;
    site.answers(&[(429, Some("60"))]);
    post(&test.app, &id).await;
    let mut tx = test.app.store().begin().await.unwrap();
    sqlx::query("UPDATE reply_post SET text = 'Nonsense'").execute(tx.connection()).await.unwrap();
    tx.commit().await.unwrap();
    test.later(Duration::from_mins(5));
    assert_eq!((test.app.post_due().await.unwrap(), site.texts().len()), (0, 0));
    test.app.close().await;
}

async fn approve_again(app: &App, id: &str) {
    app.act_on_reply(id, Action::Reject { reason: "odd".to_owned() }, Actor { who: "bo", seen: None }).await.unwrap();
    approve(app, id, TEXT).await;
}

async fn two_post_at_once(store: Option<&str>) {
    let (site, test, id) = approved(case("mastodon"), "on approval").await;
    let test = match store {
        Some(url) => {
            let settings = std::fs::read_to_string(test.dir().join("settings.toml")).unwrap();
            std::fs::write(test.dir().join("settings.toml"), format!("{settings}\n[store]\nurl = \"{url}\"\n")).unwrap();
            test.again().await
        }
        None => test,
    };
    let case = site.case;
    let id = if store.is_some() {
        let id = hear(&test.app, case.kind, case.mention("127.0.0.1:1".parse().unwrap(), test.clock.now(), "Acme Desk crashes")).await;
        approve(&test.app, &id, TEXT).await;
        id
    } else {
        id
    };
    let other = App::open(test.dir(), test.clock.clone()).await.unwrap();
    let (one, two) = tokio::join!(test.app.post_due(), other.post_due());
    // Whoever comes second may find it taken, and may find nothing.
    assert!(one.is_ok() && two.is_ok(), "{one:?} {two:?}");
    test.app.post_due().await.unwrap();
    assert_eq!((site.acts().len(), reply(&test.app, &id).await.state.status), (1, Status::Sent));
    other.close().await;
    test.app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_post_at_once_post_once() {
    two_post_at_once(None).await;
    if let Some(database) = Database::fresh("posting").await {
        two_post_at_once(Some(&database.url)).await;
        database.remove().await;
    }
}

#[tokio::test]
async fn a_customer_who_writes_while_it_goes_out_reopens_it() {
    let (site, test, id) = approved(case("discourse"), "on approval").await;
    site.inner.lock().unwrap().does_it_anyway = true;
    site.answers(&[(500, None)]);
    test.app.post_due().await.unwrap();
    let stored = test.app.mention(&id).await.unwrap();
    let own_id = Some(case("discourse").target.0.to_owned());
    let edited = Mention { own_id, rating: Rating::new(2.0, 1.0, 5.0), ..stored.mention };
    assert_eq!(hear(&test.app, "discourse", edited).await, id);
    assert_eq!(reply(&test.app, &id).await.state.status, Status::Drafted);
    test.later(Duration::from_mins(2));
    test.app.post_due().await.unwrap();
    let state = reply(&test.app, &id).await.state;
    assert!(state.status == Status::Waiting && state.reason.as_ref().unwrap().contains("lowered the rating"), "{state:?}");
    assert_eq!((actions(&test.app, &id).await.as_str(), site.acts().len()), ("open draft approve hear post reopen", 1));
    test.app.close().await;
}

#[tokio::test]
async fn the_page_posts_changes_and_takes_away_by_its_buttons() {
    let (site, test, id) = approved(case("discourse"), "by hand").await;
    let mut manager = Browser::signed_in(&test, Role::Manager).await;
    let mut responder = Browser::signed_in(&test, Role::Responder).await;
    let (here, path) = (format!("/mentions/{id}"), format!("/replies/{id}"));
    let version = async || test.app.queued(&id).await.unwrap().reply.version.to_string();
    let page = manager.get(&here).await.body;
    assert!(page.contains("value=\"post\"") && page.contains("The account of “here” can post it"), "{page}");
    let old = version().await;
    test.app.act_on_reply(&id, Action::Claim, Actor { who: "ann", seen: None }).await.unwrap();
    let stale = manager.post(&path, &[("do", "post"), ("version", &old), ("back", &here)]).await;
    assert!(stale.status == 409 && stale.body.contains("Somebody was faster"), "{}", stale.body);
    assert_eq!(site.acts().len(), 0, "whoever saw an old version posts nothing");
    assert_eq!(manager.post(&path, &[("do", "post"), ("version", &version().await), ("back", &here)]).await.status, 303);
    assert_eq!((site.texts(), reply(&test.app, &id).await.state.status), (vec![TEXT.to_owned()], Status::Sent));
    let page = responder.get(&here).await.body;
    assert!(page.contains("Post: the site took it") && page.contains("value=\"revise\"") && !page.contains("value=\"withdraw\""), "{page}");
    // Somebody who replies writes the change; who manages lets it out.
    let change = [("do", "revise"), ("text", "Sorry, Bob! Version 3 mends it."), ("version", &version().await), ("back", &here)];
    assert_eq!(responder.post(&path, &change).await.status, 303);
    assert!(!responder.get(&here).await.body.contains("value=\"approve\""));
    let refused = responder.post(&path, &[("do", "approve"), ("version", &version().await), ("back", &here)]).await;
    assert!(refused.status == 409 && refused.body.contains("this asks for the role “manager”"), "{}", refused.body);
    assert_eq!(manager.post(&path, &[("do", "approve"), ("version", &version().await), ("back", &here)]).await.status, 303);
    assert_eq!(responder.post(&path, &[("do", "post"), ("version", &version().await), ("back", &here)]).await.status, 303);
    assert_eq!(site.texts(), ["Sorry, Bob! Version 3 mends it."]);
    let gone = [("do", "withdraw"), ("reason", "we were wrong"), ("version", &version().await), ("back", &here)];
    assert_eq!(responder.post(&path, &gone).await.status, 409);
    assert_eq!(site.texts().len(), 1);
    assert_eq!(manager.post(&path, &gone).await.status, 303);
    assert_eq!((site.texts().len(), reply(&test.app, &id).await.state.status), (0, Status::Waiting));
    assert_eq!(actions(&test.app, &id).await, "open draft approve claim post revise approve post retract");
    test.app.close().await;
}

#[tokio::test]
async fn programs_post_change_and_take_away_with_the_role_it_asks_for() {
    let (site, test, id) = approved(case("mastodon"), "by hand").await;
    let manager = Program::with_role(&test, Role::Manager, Scope::Admin).await;
    let responder = Program::with_role(&test, Role::Manager, Scope::Reply).await;
    let document = manager.get("/api/v1/openapi.json").await.json();
    let path = format!("/api/v1/replies/{id}");
    let act = "/api/v1/replies/{id}/{action}";
    let shown = manager.get(&path).await;
    held(&document, "GET", "/api/v1/replies/{id}", &shown);
    assert_eq!((&shown.json()["at_site"]["account"], &shown.json()["at_site"]["can_post"]), (&json!("here"), &json!(true)));
    for (program, action, body, status) in [
        (&responder, "post", json!({"version": 1}), 409),
        (&responder, "post", json!({}), 200),
        (&responder, "post", json!({}), 409),
        (&responder, "revise", json!({"text": " "}), 422),
        (&responder, "revise", json!({"text": "Sorry, Bob! Version 3 mends it."}), 200),
        (&responder, "approve", json!({}), 403),
        (&manager, "approve", json!({}), 200),
        (&manager, "post", json!({}), 200),
        (&responder, "withdraw", json!({"reason": "wrong"}), 403),
        (&manager, "withdraw", json!({"reason": " "}), 422),
        (&manager, "withdraw", json!({"reason": "wrong"}), 200),
        (&manager, "withdraw", json!({"reason": "wrong"}), 409),
    ] {
        let answer = program.send("POST", &format!("{path}/{action}"), body).await;
        assert_eq!(answer.status, status, "{action}: {}", answer.text);
        held(&document, "POST", act, &answer);
    }
    let done: Vec<String> = site.acts().into_iter().map(|act| act.what).collect();
    assert_eq!(done, ["POST /api/v1/statuses", "PUT /api/v1/statuses/88", "DELETE /api/v1/statuses/88"]);
    let mut connection = test.app.store().connection().await.unwrap();
    let went_out = replies::sent_between(&mut connection, Timestamp::UNIX_EPOCH, Timestamp::MAX).await.unwrap();
    assert_eq!(went_out, 2, "what an account posts counts as what people send");
    drop(connection);
    let last = manager.get(&path).await.json();
    assert_eq!(last["at_site"]["attempts"].as_array().unwrap().len(), 3, "{last}");
    test.app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_knows_the_people_of_the_page_and_their_roles() {
    let (site, test, id) = approved(case("discourse"), "by hand").await;
    for (name, role) in [("vic", Role::Viewer), ("rae", Role::Responder), ("mia", Role::Manager)] {
        test.app.add_person(name, role, None, "test").await.unwrap();
    }
    let run = |args: &[&str]| {
        let done = goodword(test.dir()).arg("queue").args(args).env("USER", "root").output().unwrap();
        (done.status.code().unwrap(), String::from_utf8(done.stdout).unwrap() + &String::from_utf8(done.stderr).unwrap())
    };
    for (args, code, said) in [
        (&["claim", &id, "--as", "nobody"][..], 2, "there is nobody called `nobody` in settings.toml or among the accounts"),
        (&["claim", &id], 2, "say who you are with --as PERSON"),
        (&["claim", &id, "--as", "vic"], 1, "vic is a viewer, and working at the queue asks for the role `responder`"),
        (&["draft", &id, "--text", "Other words, Bob", "--as", "Rae"], 0, "drafted"),
        (&["approve", &id, "--as", "rae"], 1, "`goodword user role rae manager` gives it"),
        (&["approve", &id, "--as", "mia"], 0, "approved"),
        (&["post", &id, "--as", "vic"], 2, "vic is a viewer"),
        (&["post", &id], 0, "is posted by `here`"),
        (&["assign", &id, "--to", "vic", "--as", "rae"], 1, "there is nobody called `vic` who may reply"),
        (&["withdraw", &id, "--reason", "wrong", "--as", "rae"], 1, "asks for the role `manager`"),
        (&["withdraw", &id, "--reason", "wrong", "--as", "mia"], 0, "is withdrawn"),
    ] {
        let (was, told) = run(args);
        assert!(was == code && told.contains(said), "{args:?}: {was} {told}");
    }
    assert_eq!(site.acts().len(), 2);
    test.app.close().await;
}

#[tokio::test]
async fn what_nobody_can_find_out_waits_for_a_person_or_the_next_round() {
    let (site, test, id) = approved(case("discourse"), "on approval").await;
    site.answers(&[(500, None)]);
    test.app.post_due().await.unwrap();
    // From now on the forum is not to be had at all.
    std::fs::write(test.dir().join("key"), "hunter2").unwrap();
    let settings = std::fs::read_to_string(test.dir().join("settings.toml")).unwrap();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let lines: Vec<String> = settings
        .lines()
        .map(|line| if line.starts_with("endpoint") { format!("endpoint = \"http://{closed}\"") } else { line.to_owned() })
        .collect();
    std::fs::write(test.dir().join("settings.toml"), lines.join("\n")).unwrap();
    let test = test.again().await;
    for _ in 0..8 {
        test.later(Duration::from_hours(1));
        test.app.post_due().await.unwrap();
    }
    assert_eq!(test.app.postings_in_trouble().await.unwrap()[0].stage, Stage::Unclear);
    let request = PostRequest { ids: vec![id.clone()], ..PostRequest::default() };
    assert!(refused(&test.app, request).await.contains("--again"));
    // The next round sees it there.
    let stored = test.app.mention(&id).await.unwrap();
    let answer = goodword::mention::Answer { text: TEXT.to_owned(), by: None, at: None, url: None };
    let shown = Mention { context: Context { answer: Some(answer), ..stored.mention.context.clone() }, ..stored.mention };
    hear(&test.app, "discourse", shown).await;
    assert_eq!(reply(&test.app, &id).await.state.status, Status::Verified);
    assert_eq!(test.app.postings_in_trouble().await.unwrap(), []);
    test.app.close().await;
}

#[tokio::test]
async fn mistakes_in_accounts_are_told_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let source =
        |name: &str, kind: &str, keys: &str| format!("[[source]]\nname = \"{name}\"\nkind = \"{kind}\"\nevery = \"1h\"\n{keys}\n\n");
    let sources = source("forum", "discourse", "server = \"http://forum.example\"") + &source("news", "hacker-news", "query = \"acme\"");
    write_files(dir.path(), &sources);
    let settings = "[posting.forum]\npost = \"on approval\"\n\n[posting.news]\n\n[posting.forumm]\n\n[posting.x]\npost = \"at once\"\nacount = \"a\"\n";
    std::fs::write(dir.path().join("settings.toml"), settings).unwrap();
    let problems: Vec<String> = goodword::config::Config::read(dir.path()).problems.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(problems.join("\n"), @r#"
    settings.toml:9: [posting.x]: `post`: unknown variant `at once`, expected `on approval` or `by hand`
    settings.toml:10: [posting.x]: unknown key `acount`; did you mean `account`? valid: `post`, `account`, `secret`, `endpoint`, `visibility`, `allow_private`
    settings.toml:1: [posting.forum]: missing key `account`; write the name of the account in the forum that the key is for
    settings.toml:4: [posting.news]: replies to a source of kind `hacker-news` are posted by hand; posted by API can be: `app-store-connect`, `bluesky`, `discourse`, `github`, `google-business`, `google-play`, `mastodon`, `reddit`, `trustpilot`
    settings.toml:6: [posting.forumm]: there is no source `forumm` in sources.toml; did you mean `forum`? valid: `forum`, `news`
    "#);
}

#[test]
fn the_accounts_of_the_documentation_are_valid() {
    let document = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/replies.md")).unwrap();
    let examples: Vec<&str> =
        document.split("```toml\n").filter_map(|block| block.split("```").next()).filter(|block| block.contains("[posting.")).collect();
    let dir = tempfile::tempdir().unwrap();
    let keys = [("acme-forum", "discourse", "server = \"https://forum.example.com\""), ("acme-mastodon", "mastodon", "tags = [\"acme\"]")];
    let source =
        |(name, kind, keys): &(&str, &str, &str)| format!("[[source]]\nname = \"{name}\"\nkind = \"{kind}\"\nevery = \"1h\"\n{keys}\n");
    write_files(dir.path(), &keys.iter().map(source).collect::<String>());
    std::fs::create_dir(dir.path().join("keys")).unwrap();
    for name in ["forum", "mastodon"] {
        std::fs::write(dir.path().join("keys").join(name), "hunter2").unwrap();
    }
    std::fs::write(dir.path().join("settings.toml"), examples.join("\n")).unwrap();
    let config = goodword::config::Config::read(dir.path());
    assert_eq!(config.problems, []);
    assert!(keys.iter().all(|(name, ..)| config.settings.posting.of(name).is_some()));
    for kind in KINDS {
        assert!(document.contains(&format!("\n| `{kind}`")), "docs/replies.md does not speak of `{kind}`");
    }
}

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(60), "{what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Where the reply stands, as another process tells.
async fn status(dir: &Path, id: &str) -> Status {
    let app = App::open(dir, Clock::machine()).await.unwrap();
    let request = QueueRequest { statuses: Status::ALL.to_vec(), ..QueueRequest::default() };
    let (_, queued) = app.queue(&request).await.unwrap();
    let status = queued.into_iter().find(|queued| queued.stored.id == id).unwrap().reply.state.status;
    app.close().await;
    status
}

async fn a_killed_process_posts_once(case: Case, manner: Manner) {
    let (site, address) = Site::serve(case).await;
    let dir = tempfile::tempdir().unwrap();
    case.files(dir.path(), address, "on approval");
    std::fs::write(
        dir.path().join("settings.toml"),
        std::fs::read_to_string(dir.path().join("settings.toml")).unwrap().replace("\"1s\"", "\"30s\""),
    )
    .unwrap();
    let app = App::open(dir.path(), Clock::machine()).await.unwrap();
    let id = hear(&app, case.kind, case.mention(address, Clock::machine().now(), "Acme Desk crashes all day")).await;
    approve(&app, &id, TEXT).await;
    app.close().await;
    site.inner.lock().unwrap().manner = manner;
    let mut running = Running(goodword(dir.path()).args(["queue", "post", &id]).spawn().unwrap());
    match manner {
        Manner::HoldsBefore => until("the call", || site.inner.lock().unwrap().arrived == 1).await,
        Manner::HoldsAfter => until("the post", || site.texts().len() == 1).await,
        Manner::Answers => {
            until("the post", || site.texts().len() == 1).await;
            while status(dir.path(), &id).await != Status::Sent {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
    running.0.kill().unwrap();
    running.0.wait().unwrap();
    site.inner.lock().unwrap().manner = Manner::Answers;
    assert_eq!(site.texts().len(), usize::from(manner != Manner::HoldsBefore), "{manner:?}");
    // The lease of the killed process runs out.
    let app = App::open(dir.path(), Clock::machine()).await.unwrap();
    let mut tx = app.store().begin().await.unwrap();
    sqlx::query("UPDATE reply_post SET leased_until = 0").execute(tx.connection()).await.unwrap();
    tx.commit().await.unwrap();
    app.close().await;
    let _serving = Running(goodword(dir.path()).args(["serve", "--listen", "127.0.0.1:0"]).spawn().unwrap());
    let began = Instant::now();
    while status(dir.path(), &id).await != Status::Sent {
        assert!(began.elapsed() < Duration::from_secs(60), "{} {manner:?}", case.kind);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(site.texts(), [TEXT], "{} {manner:?}", case.kind);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_killed_at_any_step_posts_exactly_once() {
    let runs = ["discourse", "bluesky", "google-play"].into_iter().flat_map(|kind| {
        [Manner::HoldsBefore, Manner::HoldsAfter, Manner::Answers].map(|manner| a_killed_process_posts_once(case(kind), manner))
    });
    for run in runs {
        run.await;
    }
}
