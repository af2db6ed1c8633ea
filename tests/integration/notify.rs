//! Telling people: the request each service documents, answers of every sort, throttles, kills, and the way from a review to a
//! webhook.

use std::path::Path;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State as Handed};
use axum::http::{Response, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use goodword::notify::{Outbox, State};
use goodword::store::{Event, Kept, Store};
use ring::hmac;
use serde_json::{Value, json};

use crate::database::{Database, installed_on_every_database};
use crate::harness::{Page, Site, TestApp, write_files};

/// A service on loopback that notes what it is sent and answers as told.
#[derive(Clone, Default)]
pub struct Receiver {
    seen: Arc<Mutex<Vec<Seen>>>,
    answers: Arc<Mutex<Vec<Reply>>>,
}

/// A status, headers and a body.
type Reply = (u16, Vec<(&'static str, &'static str)>, &'static str);

#[derive(Clone, Debug)]
pub struct Seen {
    pub path: String,
    pub headers: axum::http::HeaderMap,
    pub body: Bytes,
}

impl Receiver {
    pub async fn serve(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(take).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        format!("http://{address}")
    }

    /// The next answers, first first; afterwards it answers 200 and what all services call success.
    pub fn answers(&self, answers: &[Reply]) {
        *self.answers.lock().unwrap() = answers.iter().rev().cloned().collect();
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

impl Seen {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

async fn take(Handed(receiver): Handed<Receiver>, request: Request) -> Response<axum::body::Body> {
    let path = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
    let headers = request.headers().clone();
    let body = axum::body::to_bytes(request.into_body(), 1 << 20).await.unwrap();
    receiver.seen.lock().unwrap().push(Seen { path, headers, body });
    let answer = receiver.answers.lock().unwrap().pop();
    let (status, headers, body) = answer.unwrap_or((200, Vec::new(), "{\"errcode\":0,\"code\":0}"));
    let mut response = Response::builder().status(StatusCode::from_u16(status).unwrap());
    for (name, value) in headers {
        response = response.header(name, value);
    }
    response.body(body.into()).unwrap()
}

fn signed(key: &[u8], text: &str) -> String {
    STANDARD.encode(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes()))
}

/// An installation with this settings.toml; the secret `hunter2` lies in the file `key`.
pub async fn with_settings(settings: &str) -> TestApp {
    let test = TestApp::with_sources("").await;
    std::fs::write(test.dir().join("key"), "hunter2\n").unwrap();
    std::fs::write(test.dir().join("settings.toml"), settings).unwrap();
    test.again().await
}

pub fn destination(kind: &str, url: &str, more: &str) -> String {
    format!("[[destination]]\nname = \"{kind}\"\nkind = \"{kind}\"\nurl = \"{url}\"\nallow_private = true\n{more}\n")
}

/// Takes in one-star reviews, so many from the number `from` on.
pub async fn import(test: &TestApp, from: usize, count: usize) {
    let row = |number| {
        json!({"id": format!("r{number}"), "text": format!("Acme Desk number {number} crashes <b>&\"all\"</b>"), "rating": 1}).to_string()
    };
    let rows: Vec<String> = (from..from + count).map(row).collect();
    let rows = rows.join("\n");
    let columns = goodword::sources::Columns::default();
    let imported = test.app.import("reviews.jsonl", rows.as_bytes(), "shop", &columns, |error| panic!("{error:?}")).await.unwrap();
    assert_eq!(imported.new, count);
}

async fn one_star(receiver: &Receiver, kind: &str, more: &str) -> (TestApp, Seen) {
    let url = receiver.serve().await;
    let rule = format!("[[alert]]\nname = \"one-star\"\nwhen = \"rating\"\nto = \"{kind}\"\n");
    let test = with_settings(&(destination(kind, &url, more) + &rule)).await;
    import(&test, 0, 1).await;
    let delivered = test.app.deliver().await.unwrap();
    assert_eq!((delivered.sent, delivered.again, delivered.stuck), (1, 0, 0), "{:?}", test.app.outgoing(None, 10).await.unwrap());
    let seen = receiver.seen();
    assert_eq!(seen.len(), 1);
    (test, seen[0].clone())
}

#[tokio::test]
async fn a_webhook_is_signed_with_the_new_secret_and_the_old() {
    let receiver = Receiver::default();
    let more = "secret = { file = \"key\" }\nold_secret = { file = \"settings.toml\" }\nheaders = { X-Team = \"desk\" }";
    let (test, seen) = one_star(&receiver, "webhook", more).await;
    let (id, time) = (seen.header("webhook-id"), seen.header("webhook-timestamp"));
    assert!(id.starts_with("msg_") && time == "1773144000", "{id} {time}");
    let text = format!("{id}.{time}.{}", String::from_utf8_lossy(&seen.body));
    let old = std::fs::read_to_string(test.dir().join("settings.toml")).unwrap();
    let both = format!("v1,{} v1,{}", signed(b"hunter2", &text), signed(old.trim().as_bytes(), &text));
    assert_eq!(seen.header("webhook-signature"), both);
    assert_eq!((seen.header("x-team"), seen.header("content-type")), ("desk", "application/json"));
    let body = seen.json();
    assert_eq!((&body["type"], &body["data"]["facts"]["rating"]), (&json!("goodword.rating"), &json!("1 of 5")));
    assert_eq!(body["data"]["lines"][0], "Acme Desk number 0 crashes <b>&\"all\"</b>");
    assert!(body["data"]["link"].as_str().unwrap().starts_with("http://127.0.0.1:8420/?q=id%3A"), "{body}");
    test.end().await;
}

#[tokio::test]
async fn chat_services_get_the_shapes_they_document_and_nothing_that_calls_everybody() {
    let (_, slack) = one_star(&Receiver::default(), "slack", "").await;
    let body = slack.json();
    assert_eq!(body["blocks"][0]["type"], "header");
    assert_eq!(
        body["blocks"][1]["text"],
        json!({"type": "plain_text", "text": "Acme Desk number 0 crashes <b>&\"all\"</b>", "emoji": false})
    );
    let (_, teams) = one_star(&Receiver::default(), "teams", "").await;
    let card = &teams.json()["attachments"][0];
    assert_eq!(card["contentType"], "application/vnd.microsoft.card.adaptive");
    assert_eq!((&card["content"]["type"], &card["content"]["actions"][0]["type"]), (&json!("AdaptiveCard"), &json!("Action.OpenUrl")));
    let (_, discord) = one_star(&Receiver::default(), "discord", "").await;
    let body = discord.json();
    assert_eq!(body["allowed_mentions"], json!({"parse": []}));
    assert_eq!(body["embeds"][0]["description"], "Acme Desk number 0 crashes <b\\>&\"all\"</b\\>");
    let (_, wecom) = one_star(&Receiver::default(), "wecom", "").await;
    assert_eq!(wecom.json()["msgtype"], "text");
    let (_, feishu) = one_star(&Receiver::default(), "feishu", "secret = { file = \"key\" }").await;
    let body = feishu.json();
    assert_eq!((&body["msg_type"], &body["timestamp"]), (&json!("post"), &json!("1773144000")));
    assert_eq!(body["sign"], signed(b"1773144000\nhunter2", ""));
    let (_, dingtalk) = one_star(&Receiver::default(), "dingtalk", "secret = { file = \"key\" }").await;
    let query: Vec<(String, String)> = url::Url::parse(&format!("http://x{}", dingtalk.path)).unwrap().query_pairs().into_owned().collect();
    let sign = signed(b"hunter2", "1773144000000\nhunter2");
    assert_eq!(query, [("timestamp".to_owned(), "1773144000000".to_owned()), ("sign".to_owned(), sign)]);
}

#[tokio::test]
async fn tickets_are_made_once_with_the_login_each_service_wants() {
    let login = "user = \"ann@acme.example\"\nsecret = { file = \"key\" }";
    let (_, zendesk) = one_star(&Receiver::default(), "zendesk", login).await;
    assert_eq!(zendesk.path, "/api/v2/tickets.json");
    assert_eq!(zendesk.header("authorization"), format!("Basic {}", STANDARD.encode("ann@acme.example/token:hunter2")));
    let ticket = &zendesk.json()["ticket"];
    assert_eq!(
        (ticket["external_id"].as_str(), &ticket["tags"]),
        (Some(zendesk.header("idempotency-key")), &json!(["goodword", "rating"]))
    );
    assert!(ticket["comment"]["body"].as_str().unwrap().contains("number 0 crashes"));
    let (_, jira) = one_star(&Receiver::default(), "jira", &format!("{login}\nproject = \"SUP\"")).await;
    assert_eq!(jira.path, "/rest/api/3/issue");
    assert_eq!(jira.header("authorization"), format!("Basic {}", STANDARD.encode("ann@acme.example:hunter2")));
    let fields = &jira.json()["fields"];
    assert_eq!(
        (&fields["project"]["key"], &fields["issuetype"]["name"], &fields["description"]["type"]),
        (&json!("SUP"), &json!("Task"), &json!("doc"))
    );
    let more = "secret = { file = \"key\" }\nheaders = { Authorization = \"Bearer {secret}\" }\ntemplate = '{\"title\": \"{subject}\", \"body\": \"{text}\", \"n\": 1}'";
    let (_, ticket) = one_star(&Receiver::default(), "ticket", more).await;
    assert_eq!(ticket.header("authorization"), "Bearer hunter2");
    assert_eq!((&ticket.json()["title"], &ticket.json()["n"]), (&json!("Acme Desk: rated 1 of 5 · shop"), &json!(1)));
    assert!(ticket.json()["body"].as_str().unwrap().contains("<b>&\"all\"</b>"));
}

#[tokio::test]
async fn a_ticket_whose_answer_was_lost_is_looked_for_before_a_second_is_made() {
    let login = "user = \"ann@acme.example\"\nsecret = { file = \"key\" }";
    let jira = format!("{login}\nproject = \"SUP\"");
    // What the search answers, then whether a second is made, and what becomes of it.
    for (kind, more, found, made, state) in [
        ("jira", jira.as_str(), (200, "{\"issues\":[{\"key\":\"SUP-7\"}],\"isLast\":true}"), 1, State::Sent),
        ("jira", &jira, (200, "{\"issues\":[],\"isLast\":true}"), 2, State::Sent),
        ("jira", &jira, (404, "no such search"), 2, State::Sent),
        ("jira", &jira, (503, ""), 1, State::Waiting),
        ("jira", &jira, (401, ""), 1, State::Stuck),
        ("zendesk", login, (200, "{\"tickets\":[{\"id\":7}],\"count\":1}"), 1, State::Sent),
        ("zendesk", login, (200, "{\"tickets\":[],\"count\":0}"), 2, State::Sent),
    ] {
        let receiver = Receiver::default();
        let url = receiver.serve().await;
        let test = with_settings(&destination(kind, &url, more)).await;
        receiver.answers(&[(500, vec![], "lost"), (found.0, vec![], found.1)]);
        test.app.queue_trial(kind).await.unwrap();
        assert_eq!(test.app.deliver().await.unwrap().again, 1);
        test.later(Duration::from_mins(1));
        test.app.deliver().await.unwrap();
        let row = test.app.outgoing(None, 10).await.unwrap().remove(0);
        assert_eq!(row.state, state, "{kind} {found:?}: {:?}", row.reason);
        let seen = receiver.seen();
        assert_eq!(seen.iter().filter(|seen| !seen.body.is_empty()).count(), made, "{kind} {found:?}");
        let search = url::Url::parse(&format!("http://x{}", seen[1].path)).unwrap();
        let first = seen[0].json();
        let asked: Vec<(String, String)> = search.query_pairs().into_owned().collect();
        match kind {
            "jira" => {
                let label = first["fields"]["labels"][1].as_str().unwrap();
                assert_eq!((search.path(), &asked[0].1), ("/rest/api/3/search/jql", &format!("labels = \"{label}\"")));
            }
            _ => {
                let id = first["ticket"]["external_id"].as_str().unwrap();
                assert_eq!((search.path(), asked[0].1.as_str()), ("/api/v2/tickets.json", id));
            }
        }
        assert_eq!(seen[1].header("authorization"), seen[0].header("authorization"));
        test.end().await;
    }
}

#[tokio::test]
async fn an_answer_decides_whether_it_is_tried_again() {
    let json = |code| Box::leak(format!("{{\"errcode\":{code},\"errmsg\":\"no\"}}").into_boxed_str()) as &'static str;
    let retry = ("retry-after", "120");
    for (kind, more, answer, state, due_in, said) in [
        ("webhook", "", (204, vec![], ""), State::Sent, None, ""),
        ("webhook", "", (401, vec![], "who?"), State::Stuck, None, "answered 401: who?; renew"),
        ("webhook", "", (404, vec![], ""), State::Stuck, None, "nobody listens"),
        ("webhook", "", (410, vec![], ""), State::Stuck, None, "nobody listens"),
        ("webhook", "", (302, vec![], ""), State::Stuck, None, "elsewhere"),
        ("webhook", "", (409, vec![], ""), State::Stuck, None, "answered 409"),
        ("ticket", "template = '{\"a\": \"{subject}\"}'", (409, vec![], "exists"), State::Sent, None, ""),
        ("webhook", "", (429, vec![retry], ""), State::Waiting, Some(120), "slow down (429)"),
        ("webhook", "", (500, vec![], "oops"), State::Waiting, Some(18), "answered 500: oops"),
        ("dingtalk", "", (200, vec![], json(310_000)), State::Stuck, None, "310000"),
        ("dingtalk", "", (200, vec![], json(130_101)), State::Waiting, Some(18), "slow down"),
        ("wecom", "", (200, vec![], json(45_009)), State::Waiting, Some(18), "slow down"),
        ("feishu", "", (200, vec![], "<html>"), State::Stuck, None, "not the service's"),
    ] {
        let receiver = Receiver::default();
        let url = receiver.serve().await;
        let test = with_settings(&destination(kind, &url, more)).await;
        receiver.answers(std::slice::from_ref(&answer));
        test.app.queue_trial(kind).await.unwrap();
        test.app.deliver().await.unwrap();
        let row = test.app.outgoing(None, 10).await.unwrap().remove(0);
        assert_eq!(row.state, state, "{kind} {answer:?} {:?}", row.reason);
        assert!(row.reason.as_deref().unwrap_or_default().contains(said), "{answer:?}: {:?}", row.reason);
        if let Some(most) = due_in {
            let waits = row.due.duration_since(test.clock.now()).as_secs();
            assert!((12..=most).contains(&waits), "{kind} {answer:?} waits {waits}");
            test.app.deliver().await.unwrap();
            assert_eq!(receiver.seen().len(), 1, "not before it is due");
            test.later(Duration::from_secs(most.unsigned_abs()));
            assert_eq!(test.app.deliver().await.unwrap().sent, 1);
            assert_eq!(receiver.seen()[0].header("webhook-id"), receiver.seen()[1].header("webhook-id"), "the id stays");
        }
        test.end().await;
    }
}

#[tokio::test]
async fn what_cannot_be_reached_waits_in_order_and_a_private_address_is_refused() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let test = with_settings(&destination("webhook", &url, "")).await;
    test.app.queue_trial("webhook").await.unwrap();
    test.later(Duration::from_secs(1));
    test.app.queue_trial("webhook").await.unwrap();
    let delivered = test.app.deliver().await.unwrap();
    assert_eq!((delivered.sent, delivered.again), (0, 1), "the second waits behind the first");
    test.end().await;
    let test = with_settings(&destination("webhook", &url, "").replace("allow_private = true", "")).await;
    test.app.queue_trial("webhook").await.unwrap();
    assert_eq!(test.app.deliver().await.unwrap().stuck, 1);
    let reason = test.app.outgoing(None, 1).await.unwrap().remove(0).reason.unwrap();
    assert!(reason.contains("allow_private = true"), "{reason}");
    let ill: Vec<_> = test.app.examine().await.unwrap().into_iter().filter(|finding| !finding.well).collect();
    assert!(ill.iter().any(|finding| finding.found.contains("1 stuck")), "{ill:?}");
    test.end().await;
}

#[tokio::test]
async fn ten_thousand_at_once_are_ten_and_a_summary_and_none_is_dropped() {
    let receiver = Receiver::default();
    let url = receiver.serve().await;
    let rule = "[[alert]]\nname = \"one-star\"\nwhen = \"rating\"\nto = \"webhook\"\n";
    let test = with_settings(&(destination("webhook", &url, "") + rule)).await;
    import(&test, 0, 10_000).await;
    let backlog = test.app.backlog().await.unwrap();
    assert_eq!((backlog.waiting, backlog.gathered, backlog.stuck), (11, 9_990, 0));
    assert_eq!(test.app.deliver().await.unwrap().sent, 10);
    test.later(Duration::from_mins(15));
    assert_eq!(test.app.deliver().await.unwrap().sent, 1);
    let last = receiver.seen().last().unwrap().json();
    assert_eq!(last["data"]["subject"], "… and 9,990 more in the last 15m: one-star");
    assert_eq!(last["data"]["link"], "http://127.0.0.1:8420/?q=rating%3A%3C%3D1");
    assert_eq!(test.search("rating:<=1").await.len(), 100, "the link finds them");
    import(&test, 10_000, 3).await;
    assert_eq!(test.app.deliver().await.unwrap().sent, 3, "a new quarter of an hour");
    test.end().await;
}

async fn quiet_hours_put_off_all_but_what_is_urgent(store: &str) {
    let receiver = Receiver::default();
    let url = receiver.serve().await;
    let quiet = "quiet = { hours = \"11:00-14:00\" }";
    let rules = "[[alert]]\nname = \"calm\"\nwhen = \"rating\"\nto = \"webhook\"\n[[alert]]\nname = \"loud\"\nwhen = \"rating\"\nto = \"webhook\"\nurgent = true\n";
    let test = with_settings(&(store.to_owned() + &destination("webhook", &url, quiet) + rules)).await;
    import(&test, 0, 1).await;
    assert_eq!(test.app.deliver().await.unwrap().sent, 1);
    assert_eq!(receiver.seen()[0].json()["data"]["id"].as_str().unwrap().split(':').next(), Some("loud"));
    test.later(Duration::from_hours(2));
    assert_eq!(test.app.deliver().await.unwrap().sent, 1);
    test.end().await;
}

/// The same on either database: told once, also after two mentions turned out to be one; leases, retries and drops.
async fn the_outbox_keeps_its_promises(store: Arc<Store>, test: &TestApp) {
    let settings = Arc::clone(&test.app.config().settings.notify);
    let now = test.clock.now();
    let rule = &settings.rules[0];
    let told = |row: i64| {
        let message = goodword::notify::Message::new("", goodword::notify::Topic::Rating, "rated 1", now);
        goodword::notify::Told::new(row.to_string(), message)
    };
    let people = goodword::replies::Settings::default();
    let mut tx = store.begin().await.unwrap();
    assert_eq!(settings.tell(tx.connection(), rule, &[told(1), told(2), told(1)], now).await.unwrap(), 2);
    let united = Kept { events: vec![(3, Event::United { gone: 2 })], ..Kept::default() };
    settings.tell_of_saved(tx.connection(), &united, &people, now).await.unwrap();
    assert_eq!(settings.tell(tx.connection(), rule, &[told(3)], now).await.unwrap(), 0, "told as another before");
    assert_eq!(settings.tell(tx.connection(), rule, &(10..30).map(told).collect::<Vec<_>>(), now).await.unwrap(), 20);
    tx.commit().await.unwrap();
    let mut connection = store.connection().await.unwrap();
    let backlog = Outbox::backlog(&mut connection).await.unwrap();
    assert_eq!((backlog.waiting, backlog.gathered), (11, 12));
    let fetcher = Arc::new(goodword::fetch::Fetcher::new(goodword::fetch::Settings::default(), test.clock.clone()).unwrap());
    let postman = goodword::notify::Postman::new(Arc::clone(&store), fetcher, test.clock.clone(), test.dir().join("mails"));
    assert_eq!(postman.deliver_due(&settings).await.unwrap().sent, 10);
    let rows = Outbox::list(&mut connection, Some(State::Waiting), 10).await.unwrap();
    assert_eq!(Outbox::drop(&mut connection, &[rows[0].number], now).await.unwrap(), 1);
    assert_eq!(Outbox::retry(&mut connection, &[rows[0].number], now).await.unwrap(), 0);
    Outbox::compact(&mut connection, now + jiff::SignedDuration::from_hours(31 * 24)).await.unwrap();
    assert_eq!(Outbox::list(&mut connection, None, 100).await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_outbox_keeps_its_promises_in_both_databases() {
    let url = Receiver::default().serve().await;
    let rule = "[[alert]]\nname = \"one-star\"\nwhen = \"rating\"\nto = \"webhook\"\n";
    let test = with_settings(&(destination("webhook", &url, "") + rule)).await;
    let other = tempfile::tempdir().unwrap();
    the_outbox_keeps_its_promises(Arc::new(Store::open(other.path()).await.unwrap()), &test).await;
    if let Some(database) = Database::fresh("outbox").await {
        let store = Arc::new(Store::connect(&database.url).await.unwrap());
        the_outbox_keeps_its_promises(Arc::clone(&store), &test).await;
        store.close().await;
        database.remove().await;
    }
    test.end().await;
}

async fn searches_spikes_and_silent_sources_reach_the_outbox_once(store: &str) {
    let (receiver, site) = (Receiver::default(), Site::default());
    let (url, shop) = (receiver.serve().await, site.serve().await);
    site.everywhere(Page { status: 403, ..Page::default() });
    let rules = "[[alert]]\nname = \"found\"\nwhen = \"search\"\nsearch = \"crashes\"\nto = \"webhook\"\n[[alert]]\nname = \"silence\"\nwhen = \"blocked\"\nafter = \"1h\"\nto = \"webhook\"\n";
    let test = TestApp::with(&crate::harness::feed("shop", &format!("http://{shop}/feed")), store).await;
    std::fs::write(test.dir().join("settings.toml"), store.to_owned() + &destination("webhook", &url, "") + rules).unwrap();
    let test = test.again().await;
    let search = goodword::app::NewSearch {
        name: "crashes".to_owned(),
        query: "crashes".to_owned(),
        alert: goodword::searches::Alerting::Now,
        ..Default::default()
    };
    test.app.add_search(search).await.unwrap();
    import(&test, 0, 2).await;
    test.search("").await;
    test.app.match_alerts().await.unwrap();
    assert_eq!((test.app.fill_outbox().await.unwrap(), test.app.fill_outbox().await.unwrap()), (2, 0));
    test.crawl().await;
    assert_eq!(test.app.tell_of_upkeep().await.unwrap(), 0, "an hour has not passed");
    test.later(Duration::from_mins(61));
    assert_eq!((test.app.tell_of_upkeep().await.unwrap(), test.app.tell_of_upkeep().await.unwrap()), (1, 0));
    assert_eq!(test.app.deliver().await.unwrap().sent, 3);
    let subjects: Vec<Value> = receiver.seen().iter().map(|seen| seen.json()["data"]["subject"].clone()).collect();
    assert_eq!(subjects, ["crashes: Acme Desk: new: complaint · shop", "crashes: Acme Desk: new: complaint · shop", "shop is blocked"]);
    test.end().await;
}

#[tokio::test]
async fn mistakes_in_destinations_and_alerts_are_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    write_files(folder.path(), "");
    let text = "[mail]\ntransport = \"smtp\"\n\n[[destination]]\nname = \"desk\"\nkind = \"slack\"\nsecret = { file = \"absent\" }\n\n\
        [[destination]]\nname = \"hook\"\nkind = \"webhook\"\nurl = \"nowhere\"\n\n[[alert]]\nname = \"a\"\nwhen = \"ugly\"\nat_most = 2\nto = \"dsk\"\nthrottle = \"some\"\n";
    std::fs::write(folder.path().join("settings.toml"), text).unwrap();
    let problems: Vec<String> = goodword::config::Config::read(folder.path()).problems.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(problems.join("\n"), @r#"
    settings.toml:1: [mail]: missing key `from`; servers refuse mail from nobody: `from = "Goodword <goodword@example.com>"`
    settings.toml:1: [mail]: missing key `host`; name the mail server: `host = "mail.example.com"`
    settings.toml:4: destination `desk`: missing key `url`; add a line `url = …`
    settings.toml:4: destination `desk`: `secret` means nothing to a destination of kind `slack`; take it away
    settings.toml:4: destination `desk`: its secret cannot be read; put the secret into the file `absent` (No such file or directory (os error 2))
    settings.toml:9: destination `hook`: its `url` is not an address; write `https://…`
    settings.toml:14: alert `a`: there is no destination `dsk`; did you mean `desk`? valid: `desk`, `hook`
    settings.toml:14: alert `a`: `at_most` means nothing where `when = "ugly"`; take it away
    settings.toml:14: alert `a`: `throttle`: `some` is no throttle; write for example `10 in 15m`, or `off`
    "#);
}

/// A process that is ended when the test is.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        // A child that has ended already needs no ending.
        let _ended = self.0.kill();
        let _waited = self.0.wait();
    }
}

pub fn goodword(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_goodword"));
    command.arg("--dir").arg(dir);
    command
}

pub async fn until(what: &str, mut holds: impl FnMut() -> bool) -> Duration {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(60), "{what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    began.elapsed()
}

pub fn review(text: &str) -> String {
    let review = json!({"@context": "https://schema.org", "@type": "Product", "name": "Acme Desk", "review": [{
        "@type": "Review", "author": {"@type": "Person", "name": "Ann"}, "reviewBody": text,
        "reviewRating": {"@type": "Rating", "ratingValue": 1}}]});
    format!("<html><script type=\"application/ld+json\">{review}</script></html>")
}

fn shop(folder: &Path, site: &str, hook: &str) {
    let sources = format!(
        "[[source]]\nname = \"shop\"\nkind = \"reviews\"\nevery = \"3s\"\nmin_interval = \"0s\"\nallow_private = true\nurl = \"{site}/reviews\"\n"
    );
    write_files(folder, &sources);
    let rule = "[[alert]]\nname = \"one-star\"\nwhen = \"rating\"\nat_most = 1\nto = \"webhook\"\n";
    std::fs::write(folder.join("settings.toml"), destination("webhook", hook, "") + rule).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_one_star_review_reaches_the_webhook_within_an_interval_and_two_seconds_and_a_kill_doubles_nothing() {
    let (receiver, site) = (Receiver::default(), Site::default());
    let (hook, address) = (receiver.serve().await, site.serve().await);
    site.show("/reviews", "<html>no reviews yet</html>");
    let folder = tempfile::tempdir().unwrap();
    shop(folder.path(), &format!("http://{address}"), &hook);
    let serve = || Running(goodword(folder.path()).args(["serve", "--listen", "127.0.0.1:0"]).spawn().unwrap());
    let mut running = serve();
    until("the first round", || site.asked("/reviews") > 0).await;
    site.show("/reviews", review("Acme Desk crashes all day"));
    let took = until("the alert", || !receiver.seen().is_empty()).await;
    assert!(took < Duration::from_secs(5), "{took:?}");
    // The next one is queued, refused for now, and the process is killed before it could go out.
    receiver.answers(&[(503, Vec::new(), "")]);
    site.show("/reviews", review("Acme Desk is broken and terrible"));
    until("the refused try", || receiver.seen().len() == 2).await;
    running.0.kill().unwrap();
    running.0.wait().unwrap();
    assert!(goodword(folder.path()).args(["outbox", "list", "--json"]).output().unwrap().status.success());
    // Nobody waits for the lease of the killed process here: it had put the answer on record, or had not.
    tokio::time::sleep(Duration::from_millis(200)).await;
    let again = goodword(folder.path()).args(["outbox", "retry", "--destination", "webhook"]).output().unwrap();
    assert!(again.status.success(), "{again:?}");
    let _running = serve();
    let delivered = || receiver.seen().len() > 2;
    until("the delivery after the kill", delivered).await;
    tokio::time::sleep(Duration::from_secs(4)).await;
    let seen = receiver.seen();
    assert_eq!(seen.len(), 3, "delivered once");
    assert_eq!(seen[1].header("webhook-id"), seen[2].header("webhook-id"));
}

installed_on_every_database!(quiet_hours_put_off_all_but_what_is_urgent, searches_spikes_and_silent_sources_reach_the_outbox_once,);
