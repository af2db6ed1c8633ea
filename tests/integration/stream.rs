//! A source that is listened to: against a local stream that breaks off, tells things twice and takes posts back.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::SinkExt;
use goodword::store::Coverage;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::accept_hdr_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};

use crate::harness::TestApp;

/// Noon of the day at which the tests' clocks stand, in microseconds.
const NOON: i64 = 1_773_144_000_000_000;
const SECOND: i64 = 1_000_000;

/// A Jetstream on loopback: tells what it holds from the cursor on, and what comes later as it comes.
#[derive(Clone, Default)]
struct Jetstream(Arc<Mutex<Held>>);

#[derive(Default)]
struct Held {
    events: Vec<Value>,
    /// After how many messages the next connections break off.
    breaks: Vec<usize>,
    /// The cursors that were asked for.
    cursors: Vec<Option<i64>>,
    refusing: Option<u16>,
}

impl Jetstream {
    async fn serve(&self) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stream = self.clone();
        tokio::spawn(async move {
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                tokio::spawn(stream.clone().connection(socket));
            }
        });
        address
    }

    async fn connection(self, mut socket: TcpStream) {
        let mut start = [0; 16];
        let seen = socket.peek(&mut start).await.unwrap();
        let refusing = self.0.lock().unwrap().refusing;
        if start[..seen].starts_with(b"GET /robots.txt") || refusing.is_some() {
            let status = if start.starts_with(b"GET /robots.txt") { 404 } else { refusing.unwrap() };
            let mut request = [0; 4096];
            let _read = socket.read(&mut request).await.unwrap();
            let answer = format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\nretry-after: 3600\r\nconnection: close\r\n\r\n");
            socket.write_all(answer.as_bytes()).await.unwrap();
            return;
        }
        let mut cursor = None;
        #[expect(clippy::result_large_err, reason = "the library's own signature")]
        let note = |request: &Request, response: Response| {
            let asked = request.uri().query().unwrap_or_default().split('&').find_map(|pair| pair.strip_prefix("cursor="));
            cursor = asked.map(|cursor| cursor.parse().unwrap());
            Ok(response)
        };
        let mut socket = accept_hdr_async(socket, note).await.unwrap();
        let (breaks, mut next) = {
            let mut held = self.0.lock().unwrap();
            held.cursors.push(cursor);
            let breaks = if held.breaks.is_empty() { usize::MAX } else { held.breaks.remove(0) };
            let from = held.events.iter().position(|event| cursor.is_some_and(|cursor| event["time_us"].as_i64().unwrap() >= cursor));
            (breaks, from.unwrap_or(held.events.len()))
        };
        let first = next;
        loop {
            let event = self.0.lock().unwrap().events.get(next).cloned();
            match event {
                Some(_) if next - first >= breaks => return,
                Some(event) => {
                    if socket.send(Message::text(event.to_string())).await.is_err() {
                        return;
                    }
                    next += 1;
                }
                None => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    }

    fn tell(&self, events: impl IntoIterator<Item = Value>) {
        self.0.lock().unwrap().events.extend(events);
    }

    fn cursors(&self) -> Vec<Option<i64>> {
        self.0.lock().unwrap().cursors.clone()
    }
}

fn commit(number: i64, at: i64, operation: &str, record: Value) -> Value {
    json!({"did": "did:plc:fern", "time_us": at, "kind": "commit", "commit": {"rev": "r", "operation": operation,
        "collection": "app.bsky.feed.post", "rkey": format!("k{number}"), "record": record, "cid": "c"}})
}

fn post(number: i64, at: i64, text: &str) -> Value {
    commit(number, at, "create", json!({"$type": "app.bsky.feed.post", "createdAt": "2026-03-10T11:00:00Z", "langs": ["en"], "text": text}))
}

async fn listening(stream: &Jetstream, keys: &str) -> TestApp {
    let address = stream.serve().await;
    TestApp::with_sources(&format!(
        "[[source]]\nname = \"sky\"\nkind = \"bluesky\"\nevery = \"15m\"\nmin_interval = \"0s\"\nallow_private = true\n\
         endpoint = \"ws://{address}/subscribe\"\nsince = \"1h\"\nlisten_for = \"20s\"\n{keys}\n"
    ))
    .await
}

#[tokio::test]
async fn nothing_is_lost_or_doubled_by_connections_that_break_off() {
    let stream = Jetstream::default();
    stream.tell([post(-1, NOON - 3_600 * SECOND, "breakfast")]);
    let text = |number: i64| if number % 10 == 0 { format!("Acme Desk number {number} is easy to use") } else { format!("lunch {number}") };
    stream.tell((0..5_000).map(|number| post(number, NOON - 1_000 * SECOND + number * SECOND / 5, &text(number))));
    stream.0.lock().unwrap().breaks = vec![700, 1_300, 50, 2_000];
    let test = listening(&stream, "").await;
    let report = test.crawl().await.remove(0);
    assert_eq!((report.new, report.coverage), (500, Coverage::Fresh), "{report:?}");
    assert_eq!(test.app.store().counts().await.unwrap().mentions, 500);
    let cursors = stream.cursors();
    assert_eq!((cursors.len(), cursors[0]), (5, Some(NOON - 3_600 * SECOND)));
    assert!(cursors.windows(2).all(|pair| pair[0] < pair[1]), "each begins where the one before ended: {cursors:?}");
    // The next process goes on a little before the last message, and what it hears again it knows.
    let test = test.again().await;
    stream.tell([post(9_000, NOON, "Acme Desk crashes")]);
    let report = test.crawl().await.remove(0);
    assert_eq!((report.new, report.coverage), (1, Coverage::Fresh), "{report:?}");
    assert_eq!(stream.cursors().last().unwrap(), &Some(NOON - SECOND / 5 - 5 * SECOND));
    test.end().await;
}

#[tokio::test]
async fn terms_are_kept_beside_products_and_what_is_taken_back_is_gone() {
    let stream = Jetstream::default();
    stream.tell([
        post(1, NOON - 10 * SECOND, "Acme Desk is great"),
        post(2, NOON - 9 * SECOND, "any good help desk?"),
        post(3, NOON - 8 * SECOND, "lunch"),
        post(4, NOON, "more lunch"),
    ]);
    let test = listening(&stream, "terms = [\"help desk\"]").await;
    assert_eq!(test.crawl().await.remove(0).new, 2);
    assert_eq!(test.search("kind:bluesky").await, ["any good help desk?", "Acme Desk is great"]);
    test.later(Duration::from_secs(60));
    stream.tell([
        commit(1, NOON + 30 * SECOND, "delete", Value::Null),
        commit(2, NOON + 40 * SECOND, "update", json!({"createdAt": "2026-03-10T11:00:00Z", "text": "any good help desk but Rival?"})),
        post(5, NOON + 60 * SECOND, "dinner"),
    ]);
    let report = test.crawl().await.remove(0);
    assert_eq!((report.new, report.updated), (0, 1), "{report:?}");
    assert_eq!(test.search("is:gone").await, ["Acme Desk is great"]);
    assert_eq!(test.search("is:edited").await, ["any good help desk but Rival?"]);
    test.later(Duration::from_secs(60));
    let account = json!({"did": "did:plc:fern", "time_us": NOON + 120 * SECOND, "kind": "account",
        "account": {"active": false, "did": "did:plc:fern", "seq": 1, "status": "deleted", "time": "2026-03-10T12:02:00Z"}});
    stream.tell([account]);
    test.crawl().await;
    assert_eq!(test.search("is:gone").await.len(), 2);
    test.end().await;
}

#[tokio::test]
async fn a_stream_that_refuses_is_told_and_left_alone() {
    for (status, coverage, wait) in
        [(429, Coverage::Failing, 3_600), (403, Coverage::Blocked, 3_600), (401, Coverage::Blocked, 900), (500, Coverage::Failing, 3_600)]
    {
        let stream = Jetstream::default();
        stream.0.lock().unwrap().refusing = Some(status);
        let test = listening(&stream, "").await;
        let report = test.crawl().await.remove(0);
        assert_eq!(report.coverage, coverage, "{status}: {report:?}");
        assert!(report.error.is_some() && report.next.duration_since(test.clock.now()).as_secs() >= wait, "{status}: {report:?}");
        test.end().await;
    }
}

#[tokio::test]
async fn what_a_stream_no_longer_has_is_told() {
    let stream = Jetstream::default();
    stream.tell([post(1, NOON - 60 * SECOND, "Acme Desk is great"), post(2, NOON, "lunch")]);
    let test = listening(&stream, "").await;
    let report = test.crawl().await.remove(0);
    assert_eq!(report.coverage, Coverage::Partial);
    assert!(report.error.unwrap().contains("59m are missing"));
    test.end().await;
}

#[tokio::test]
async fn messages_that_are_none_do_not_end_the_round() {
    let stream = Jetstream::default();
    stream.tell([json!(["?"]), post(1, NOON, "Acme Desk is great")]);
    stream.0.lock().unwrap().events[0] = json!({"time_us": NOON - SECOND, "kind": 7});
    let test = listening(&stream, "").await;
    let report = test.crawl().await.remove(0);
    assert_eq!(report.new, 1, "{report:?}");
    test.end().await;
}
