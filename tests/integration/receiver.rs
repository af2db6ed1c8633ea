//! What the tests of telling people stand on: a service that notes what it is sent, settings that tell it, reviews to tell of, and
//! goodword as a process of its own.

use std::path::Path;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State as Handed};
use axum::http::{Response, StatusCode};
use serde_json::{Value, json};

use crate::harness::TestApp;

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
