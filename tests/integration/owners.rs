//! Sources of one's own: access tokens, APIs set up in `sources.toml` alone, and what others send.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode};
use goodword::app::SearchRequest;
use goodword::store::Coverage;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::harness::{Page, Site, TestApp};

/// Keeps a file for a test of this name and address, and returns where.
fn kept(name: &str, text: &str) -> String {
    let path: PathBuf = [env!("CARGO_TARGET_TMPDIR"), name].iter().collect();
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// A service account whose tokens are handed out at `address`.
pub fn service_account_of(address: SocketAddr) -> String {
    let mut file: Value = serde_json::from_str(include_str!("../fixtures/keys/service-account.json")).unwrap();
    file["token_uri"] = json!(format!("http://{address}/token"));
    kept(&format!("account-{}.json", address.port()), &file.to_string())
}

fn source(name: &str, kind: &str, keys: &str) -> String {
    format!("[[source]]\nname = \"{name}\"\nkind = \"{kind}\"\nevery = \"1h\"\nmin_interval = \"0s\"\nallow_private = true\n{keys}\n\n")
}

/// An API that wants a token, and hands them out.
#[derive(Clone, Default)]
struct Guarded {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    /// How many tokens were handed out; the last is good.
    handed_out: usize,
    /// Whether no more are.
    withdrawn: bool,
    forms: Vec<String>,
    pages: Vec<(String, String)>,
    asked: Vec<String>,
    /// Whether any token is taken.
    takes_any: bool,
    /// What those carried who asked for a token.
    traders: Vec<String>,
    /// What requests carried.
    bearers: Vec<String>,
}

impl Guarded {
    async fn serve(&self) -> SocketAddr {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(guard).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        address
    }

    /// Shows `body` where the address holds `part`; what is shown later comes first.
    fn show(&self, part: &str, body: &Value) {
        self.inner.lock().unwrap().pages.insert(0, (part.to_owned(), body.to_string()));
    }

    fn handed_out(&self) -> usize {
        self.inner.lock().unwrap().handed_out
    }
}

async fn guard(State(api): State<Guarded>, request: Request) -> Response<Body> {
    let path = request.uri().path_and_query().unwrap().to_string();
    let bearer = request.headers().get("authorization").map(|value| value.to_str().unwrap().to_owned());
    let form = axum::body::to_bytes(request.into_body(), 1 << 20).await.unwrap();
    let mut inner = api.inner.lock().unwrap();
    let answer = |status: StatusCode, body: String| {
        Response::builder().status(status).header("content-type", "application/json").body(Body::from(body)).unwrap()
    };
    if path == "/robots.txt" {
        return answer(StatusCode::NOT_FOUND, String::new());
    }
    if path == "/token" || path.ends_with("/access_token") {
        inner.forms.push(String::from_utf8(form.to_vec()).unwrap());
        inner.traders.extend(bearer.clone());
        if inner.withdrawn {
            let error = json!({"error": "invalid_grant", "error_description": "Account has been deleted"});
            return answer(StatusCode::BAD_REQUEST, error.to_string());
        }
        inner.handed_out += 1;
        return answer(StatusCode::OK, json!({"access_token": format!("token-{}", inner.handed_out), "expires_in": 3600}).to_string());
    }
    inner.bearers.extend(bearer.clone());
    if !inner.takes_any && bearer != Some(format!("Bearer token-{}", inner.handed_out)) {
        return answer(StatusCode::UNAUTHORIZED, json!({"error": {"code": 401, "message": "Invalid credentials"}}).to_string());
    }
    inner.asked.push(path.clone());
    match inner.pages.iter().find(|(part, _)| path.contains(part)) {
        Some((_, body)) => answer(StatusCode::OK, body.clone()),
        None => answer(StatusCode::NOT_FOUND, String::new()),
    }
}

fn review(id: &str, text: &str, seconds: &str) -> Value {
    json!({"reviewId": id, "authorName": "Ann", "comments": [
        {"userComment": {"text": text, "starRating": 4, "lastModified": {"seconds": seconds}}}]})
}

async fn listening_to_play(api: &Guarded) -> TestApp {
    let address = api.serve().await;
    let keys = format!(
        "package = \"com.example.desk\"\nproduct = \"Acme Desk\"\nendpoint = \"http://{address}/\"\nsecret = {{ file = \"{}\" }}",
        service_account_of(address)
    );
    TestApp::with_sources(&source("play", "google-play", &keys)).await
}

#[tokio::test]
async fn a_token_is_asked_for_once_and_again_when_it_has_expired_or_is_not_taken() {
    let api = Guarded::default();
    api.show("/reviews", &json!({"reviews": [review("a", "easy to use", "1773100000")], "tokenPagination": {"nextPageToken": "p2"}}));
    api.show("token=p2", &json!({"reviews": [review("b", "it crashes", "1773090000")]}));
    let test = listening_to_play(&api).await;
    let first = test.crawl().await.remove(0);
    assert_eq!((first.new, first.coverage), (2, Coverage::Fresh), "{first:?}");
    assert_eq!(api.handed_out(), 1, "both pages came with one token");
    assert!(api.inner.lock().unwrap().forms[0].starts_with("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion="));
    test.later(Duration::from_mins(59));
    assert_eq!(test.crawl().await.remove(0).coverage, Coverage::Unchanged);
    assert_eq!(api.handed_out(), 2, "shortly before it expires it is renewed");
    // Another good one is handed out to someone else, so that ours is not taken.
    api.inner.lock().unwrap().handed_out += 1;
    let report = test.crawl().await.remove(0);
    assert_eq!((report.coverage, api.handed_out()), (Coverage::Unchanged, 4), "{report:?}");
    test.end().await;
}

#[tokio::test]
async fn an_approved_application_of_reddit_has_its_tokens_renewed() {
    let api = Guarded::default();
    let post = |id: &str| {
        json!({"kind": "t3", "data": {"name": format!("t3_{id}"), "title": "Acme Desk?", "selftext": format!("easy to use, says {id}"), "author": "ann",
            "created_utc": 1_773_100_000, "permalink": format!("/r/a/comments/{id}/")}})
    };
    api.show("/r/a/new", &json!({"kind": "Listing", "data": {"after": null, "children": [post("p1")]}}));
    let address = api.serve().await;
    let secret =
        kept(&format!("reddit-{}.json", address.port()), r#"{"client_id": "id", "client_secret": "hunter2", "refresh_token": "r"}"#);
    let keys = format!("subreddits = [\"a\"]\ncomments = false\nendpoint = \"http://{address}/\"\nsecret = {{ file = \"{secret}\" }}");
    let test = TestApp::with_sources(&source("reddit", "reddit", &keys)).await;
    let first = test.crawl().await.remove(0);
    assert_eq!((first.new, first.coverage), (1, Coverage::Fresh), "{first:?}");
    api.show("/r/a/new", &json!({"kind": "Listing", "data": {"after": null, "children": [post("p2"), post("p1")]}}));
    test.later(Duration::from_hours(2));
    assert_eq!(test.crawl().await.remove(0).new, 1);
    {
        let inner = api.inner.lock().unwrap();
        assert_eq!(inner.forms, ["grant_type=refresh_token&refresh_token=r"; 2]);
        assert_eq!(inner.traders, ["Basic aWQ6aHVudGVyMg=="; 2]);
        assert_eq!(inner.bearers, ["Bearer token-1", "Bearer token-2"], "id and secret go to whoever hands out tokens and nowhere else");
    }
    api.inner.lock().unwrap().withdrawn = true;
    test.later(Duration::from_hours(2));
    let report = test.crawl().await.remove(0);
    assert_eq!(report.coverage, Coverage::Blocked, "{report:?}");
    assert!(report.error.as_ref().unwrap().contains("`refresh_token`") && !format!("{report:?}").contains("hunter2"), "{report:?}");
    test.end().await;
}

#[tokio::test]
async fn a_withdrawn_key_is_blocked_with_what_to_do_and_well_again_when_it_is_back() {
    let api = Guarded::default();
    api.show("/reviews", &json!({"reviews": [review("a", "easy to use", "1773100000")]}));
    api.inner.lock().unwrap().withdrawn = true;
    let test = listening_to_play(&api).await;
    let report = test.crawl().await.remove(0);
    assert_eq!(report.coverage, Coverage::Blocked);
    let error = report.error.unwrap();
    assert!(error.contains("invalid_grant: Account has been deleted") && error.contains("put it where `secret` says"), "{error}");
    assert!(!error.contains("PRIVATE"), "{error}");
    api.inner.lock().unwrap().withdrawn = false;
    test.later(Duration::from_hours(2));
    assert_eq!(test.crawl().await.remove(0).new, 1);
    test.end().await;
}

#[tokio::test]
async fn a_changed_review_is_an_edit_and_an_answer_is_news() {
    let api = Guarded::default();
    api.show("/reviews", &json!({"reviews": [review("a", "it crashes", "1773000000")]}));
    let test = listening_to_play(&api).await;
    test.crawl().await;
    let mut changed = review("a", "easy to use since the update", "1773100000");
    changed["comments"]
        .as_array_mut()
        .unwrap()
        .push(json!({"developerComment": {"text": "Glad to hear", "lastModified": {"seconds": "1773110000"}}}));
    api.show("/reviews", &json!({ "reviews": [changed] }));
    let report = test.crawl().await.remove(0);
    assert_eq!((report.new, report.updated), (0, 1), "{report:?}");
    assert_eq!(test.search("polarity:praise").await, ["easy to use since the update"]);
    assert_eq!(test.search("crashes").await, [""; 0]);
    test.end().await;
}

#[tokio::test]
async fn rounds_further_apart_than_a_week_tell_what_was_missed() {
    let api = Guarded::default();
    api.show("/reviews", &json!({"reviews": [review("a", "easy to use", "1773100000")]}));
    let test = listening_to_play(&api).await;
    assert_eq!(test.crawl().await.remove(0).coverage, Coverage::Fresh);
    test.later(Duration::from_hours(9 * 24));
    let report = test.crawl().await.remove(0);
    assert_eq!(report.coverage, Coverage::Partial);
    let error = report.error.unwrap();
    assert!(
        error.contains("between 2026-03-10T12:00:00Z and 2026-03-12T12:00:00Z was missed") && error.contains("goodword import"),
        "{error}"
    );
    assert_eq!(test.crawl().await.remove(0).coverage, Coverage::Unchanged);
    test.end().await;
}

#[tokio::test]
async fn every_place_and_page_is_read_and_a_place_without_reviews_is_no_trouble() {
    let api = Guarded::default();
    let review = |id: &str| json!({"reviewId": id, "starRating": "FIVE", "comment": format!("easy to use, says {id}"), "createTime": "2026-03-01T10:00:00Z"});
    api.show("/locations/1/", &json!({"reviews": [review("a")], "nextPageToken": "more"}));
    api.show("pageToken=more", &json!({"reviews": [review("b")]}));
    api.show("/locations/2/", &json!({}));
    let address = api.serve().await;
    let keys = format!(
        "account = \"7\"\nlocations = [\"1\", \"2\"]\nendpoint = \"http://{address}/\"\nsecret = {{ file = \"{}\" }}",
        service_account_of(address)
    );
    let test = TestApp::with_sources(&source("places", "google-business", &keys)).await;
    let report = test.crawl().await.remove(0);
    assert_eq!((report.new, report.coverage), (2, Coverage::Fresh), "{report:?}");
    test.end().await;
}

#[tokio::test]
async fn a_review_that_was_deleted_is_gone_when_two_answers_in_a_row_lack_it() {
    let api = Guarded::default();
    let list = |ids: &[&str]| {
        let review = |id: &&str| json!({"id": id, "attributes": {"body": format!("easy to use, says {id}"), "createdDate": format!("2026-03-0{id}T10:00:00Z")}});
        json!({"data": ids.iter().map(review).collect::<Vec<_>>()})
    };
    let address = api.serve().await;
    // The guard takes the token that it handed out, which for this kind is none: what we sign ourselves is checked elsewhere.
    api.inner.lock().unwrap().takes_any = true;
    let key = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/keys/connect.p8");
    let keys = format!("app = 7\nkey_id = \"2X9R4HXF34\"\nendpoint = \"http://{address}/\"\nsecret = {{ file = \"{key}\" }}");
    let test = TestApp::with_sources(&source("app", "app-store-connect", &keys)).await;
    for (ids, new) in [(&["3", "2", "1"][..], 3), (&["3", "1"], 0), (&["4", "3", "1"], 1)] {
        api.show("/customerReviews", &list(ids));
        assert_eq!(test.crawl().await.remove(0).new, new, "{ids:?}");
    }
    test.search("").await;
    let found = test.app.search(&SearchRequest { limit: 10, ..SearchRequest::default() }).await.unwrap();
    let gone: Vec<&str> = found
        .hits
        .iter()
        .filter(|hit| hit.stored.sightings.iter().all(|sighting| sighting.gone.is_some()))
        .map(|hit| hit.stored.mention.text.as_str())
        .collect();
    assert_eq!(gone, ["easy to use, says 2"]);
    let tokens = api.inner.lock().unwrap().bearers.clone();
    assert!(tokens.iter().all(|bearer| bearer.split('.').count() == 3), "{tokens:?}");
    test.end().await;
}

fn json_source(address: SocketAddr, keys: &str) -> String {
    source(
        "tickets",
        "json",
        &format!("url = \"http://{address}/tickets{keys}\nfields = {{ text = \"body\", id = \"id\", date = \"at\" }}"),
    )
}

fn tickets(ids: &[u32]) -> String {
    let items: Vec<Value> =
        ids.iter().map(|id| json!({"id": id, "body": format!("easy to use, says {id}"), "at": 1_773_000_000 + id})).collect();
    Value::Array(items).to_string()
}

#[tokio::test]
async fn an_api_set_up_in_the_file_is_read_by_its_link_header_and_on_after_a_failure() {
    let site = Site::default();
    let address = site.serve().await;
    let test = TestApp::with_sources(&json_source(address, "\"\nnext = { header = \"Link\" }")).await;
    let page = |next: &str, ids: &[u32]| Page {
        status: 200,
        headers: vec![("link", format!("<{next}>; rel=\"next\""))],
        body: tickets(ids).into(),
    };
    site.set("/tickets", page("/tickets?after=3", &[4, 3]));
    site.set("/tickets?after=3", Page { status: 500, ..Page::default() });
    let first = test.crawl().await.remove(0);
    assert_eq!((first.new, first.left, first.coverage), (2, 1, Coverage::Partial), "{first:?}");
    let test = test.again().await;
    test.later(Duration::from_hours(2));
    site.set("/tickets?after=3", page("https://elsewhere.example/", &[2, 1]));
    let second = test.crawl().await.remove(0);
    assert_eq!((second.new, second.left, second.coverage), (2, 0, Coverage::Fresh), "{second:?}");
    test.end().await;
}

#[tokio::test]
async fn what_is_new_is_asked_for_since_the_newest_that_was_heard() {
    let site = Site::default();
    let address = site.serve().await;
    let test = TestApp::with_sources(&json_source(address, "?from={since:unix}&page={page}\"\nnext = { page = 1 }\nsince = \"30d\"")).await;
    site.show("/tickets?from=1770552000&page=1", tickets(&[2, 1]));
    site.show("/tickets?from=1770552000&page=2", tickets(&[]));
    assert_eq!(test.crawl().await.remove(0).new, 2);
    site.show("/tickets?from=1772999402&page=1", tickets(&[3, 2]));
    site.show("/tickets?from=1772999402&page=2", tickets(&[]));
    let report = test.crawl().await.remove(0);
    assert_eq!((report.new, report.coverage), (1, Coverage::Fresh), "{report:?}");
    test.end().await;
}

#[tokio::test]
async fn a_secret_in_an_address_goes_out_and_is_never_kept() {
    let site = Site::default();
    let address = site.serve().await;
    let secret = kept(&format!("key-{}", address.port()), "s3cr3t-key-of-mine");
    let keys = format!("?key={{secret}}\"\nitems = \"data\"\nnext = {{ url = \"next\" }}\nsecret = {{ file = \"{secret}\" }}");
    let test = TestApp::with_sources(&json_source(address, &keys)).await;
    let next = format!("http://{address}/tickets?key=s3cr3t-key-of-mine&page=2");
    site.show("/tickets?key=s3cr3t-key-of-mine", format!("{{\"data\": {}, \"next\": \"{next}\"}}", tickets(&[1])));
    let report = test.crawl().await.remove(0);
    // The second page is not there, and says so without the secret.
    assert_eq!((report.new, report.coverage), (1, Coverage::Partial), "{report:?}");
    assert!(site.log().iter().any(|asked| asked.contains("s3cr3t") && asked.contains("page=2")), "{:?}", site.log());
    assert!(!report.error.unwrap().contains("s3cr3t"));
    let dir = test.dir().join("index");
    test.app.close().await;
    for file in std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
        let holds = std::fs::read(&file).unwrap().windows(6).any(|window| window == b"s3cr3t");
        assert!(!holds, "{}", file.display());
    }
}

#[tokio::test]
async fn a_path_that_finds_nothing_is_told_with_what_there_is() {
    let site = Site::default();
    let address = site.serve().await;
    let test = TestApp::with_sources(&json_source(address, "\"\nitems = \"tickets\"")).await;
    site.show("/tickets", "{\"data\": [], \"total\": 0}");
    let report = test.crawl().await.remove(0);
    assert_eq!(report.coverage, Coverage::Failing);
    assert!(report.error.unwrap().contains("`items` (`tickets`) finds nothing in the answer of `127.0.0.1`, which has `data`, `total`"));
    site.show("/tickets", "<html>Sign in</html>");
    assert_eq!(test.crawl().await.remove(0).coverage, Coverage::Blocked);
    test.end().await;
}

const TOKEN: &str = "not-a-real-key";

async fn waiting() -> TestApp {
    let key = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/example.key");
    let keys = format!("fields = {{ text = \"message\", id = \"id\", rating = \"stars\" }}\nsecret = {{ file = \"{key}\" }}");
    TestApp::with_sources(&source("form", "webhook", &keys)).await
}

/// Sends `body` as a sender does; returns the status and what is said.
async fn send(test: &TestApp, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> (u16, Value) {
    let mut request = Request::post(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = goodword::web::router(test.app.clone()).oneshot(request.body(body.into()).unwrap()).await.unwrap();
    let status = response.status().as_u16();
    let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
}

const BEARER: (&str, &str) = ("authorization", "Bearer not-a-real-key");
const JSON: (&str, &str) = ("content-type", "application/json");

#[tokio::test]
async fn a_delivery_is_stored_before_it_is_answered_and_changes_nothing_the_second_time() {
    let test = waiting().await;
    let body = "{\"id\": 7, \"message\": \"Acme Desk is easy to use\", \"stars\": 5}";
    assert_eq!(send(&test, "/hooks/form", &[BEARER, JSON], body).await, (202, json!({"seen": 1, "new": 1, "updated": 0, "refused": []})));
    assert_eq!(send(&test, "/hooks/form", &[BEARER, JSON], body).await, (202, json!({"seen": 1, "new": 0, "updated": 0, "refused": []})));
    assert_eq!(test.search("product:\"Acme Desk\" polarity:praise").await, ["Acme Desk is easy to use"]);
    let changed = "{\"id\": 7, \"message\": \"Acme Desk crashes\", \"stars\": 1}";
    assert_eq!(send(&test, "/hooks/form", &[BEARER, JSON], changed).await.1["updated"], 1);
    let key = [BEARER, JSON, ("idempotency-key", "d-1")];
    for new in [2, 0] {
        let (status, said) = send(&test, "/hooks/form", &key, "[{\"message\": \"love it\"}, {\"message\": \"terrible\"}]").await;
        assert_eq!((status, &said["new"]), (202, &json!(new)), "{said}");
    }
    let basic = ("authorization", "Basic eDpub3QtYS1yZWFsLWtleQ==");
    let form = ("content-type", "application/x-www-form-urlencoded");
    assert_eq!(send(&test, "/hooks/form", &[basic, form], "id=8&message=%E5%A5%BD%E7%94%A8&stars=4").await.1["new"], 1);
    test.end().await;
}

#[tokio::test]
async fn a_delivery_that_cannot_be_taken_is_told_why() {
    let test = waiting().await;
    let fine = "{\"id\": 7, \"message\": \"fine\"}";
    let large = format!("{{\"message\": \"{}\"}}", "x".repeat(1 << 20));
    let query = format!("/hooks/form?token={TOKEN}");
    for (path, headers, body, status, said) in [
        ("/hooks/other", vec![BEARER, JSON], fine, 404, "no source `other`"),
        ("/hooks/form", vec![JSON], fine, 401, "Authorization: Bearer"),
        ("/hooks/form", vec![("authorization", "Bearer not-a-real-kez"), JSON], fine, 401, "Authorization: Bearer"),
        (&query, vec![JSON], fine, 401, "not taken"),
        ("/hooks/form", vec![BEARER, JSON], &large, 413, "1024 KiB"),
        ("/hooks/form", vec![BEARER, ("content-type", "text/html")], fine, 415, "Content-Type"),
        ("/hooks/form", vec![BEARER, JSON], "{\"text\": \"fine\"}", 422, "`text` (`message`) finds no words; the item has `text`"),
        ("/hooks/form", vec![BEARER, JSON], "<html>", 422, "neither JSON nor"),
    ] {
        let (got, answer) = send(&test, path, &headers, body.to_owned()).await;
        assert_eq!(got, status, "{path} {answer}");
        assert!(answer["error"].as_str().unwrap().contains(said), "{answer}");
    }
    let (status, said) = send(&test, "/hooks/form", &[BEARER, JSON], "[{\"message\": \"fine\", \"stars\": \"?\"}, {\"id\": 1}]").await;
    assert_eq!((status, said["seen"].as_u64(), said["refused"].as_array().unwrap().len()), (202, Some(1), 2), "{said}");
    assert_eq!(test.search("").await, ["fine"]);
    test.end().await;
}

#[tokio::test]
async fn a_source_that_is_sent_nothing_for_longer_than_its_turn_is_stale() {
    let test = waiting().await;
    let before = test.crawl().await.remove(0);
    assert_eq!(before.coverage, Coverage::Stale);
    assert!(before.error.unwrap().contains("nothing has been sent yet; see that the sender posts to `/hooks/form`"));
    send(&test, "/hooks/form", &[BEARER, JSON], "{\"message\": \"easy to use\"}").await;
    let well = test.crawl().await.remove(0);
    assert_eq!((well.coverage, well.error), (Coverage::Unchanged, None));
    test.later(Duration::from_mins(61));
    let silent = test.crawl().await.remove(0);
    assert_eq!(silent.coverage, Coverage::Stale);
    assert!(silent.error.unwrap().contains("nothing has been sent for 1h 1m"));
    // An empty list says that the sender is alive.
    assert_eq!(send(&test, "/hooks/form", &[BEARER, JSON], "[]").await.0, 202);
    assert_eq!(test.crawl().await.remove(0).coverage, Coverage::Unchanged);
    test.end().await;
}
