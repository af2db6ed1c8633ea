//! A local site that answers as told, and an installation that listens to it.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode};
use goodword::app::{App, Done, DoneRequest, SearchRequest};
use goodword::clock::Clock;
use goodword::crawl::Report;
use goodword::mention::{Lang, Mention, Verdict};
use goodword::phrases::Tagging;
use goodword::store::Judgement;
use jiff::Timestamp;
use serde_json::Value;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::receiver::{self, Running};

/// A site on loopback whose pages a test sets.
#[derive(Clone, Default)]
pub struct Site {
    shown: Arc<Mutex<Shown>>,
}

#[derive(Default)]
struct Shown {
    pages: HashMap<String, Page>,
    asked: Vec<String>,
    /// What is answered where no page is shown; 404 if nothing is set.
    otherwise: Option<Page>,
}

/// One page of a site.
#[derive(Clone, Default)]
pub struct Page {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

impl Site {
    /// Serves it until the test ends.
    pub async fn serve(&self) -> SocketAddr {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(answer).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        address
    }

    /// Shows `body` at `path`.
    pub fn show(&self, path: &str, body: impl Into<Vec<u8>>) {
        self.set(path, Page { status: 200, body: body.into(), ..Page::default() });
    }

    /// Shows a whole page at `path`.
    pub fn set(&self, path: &str, page: Page) {
        self.shown.lock().unwrap().pages.insert(path.to_owned(), page);
    }

    /// Answers `page` wherever nothing else is shown; there is no robots.txt.
    pub fn everywhere(&self, page: Page) {
        self.shown.lock().unwrap().otherwise = Some(page);
    }

    /// Everything asked for, in order.
    pub fn log(&self) -> Vec<String> {
        self.shown.lock().unwrap().asked.clone()
    }

    /// How often `path` was asked for.
    pub fn asked(&self, path: &str) -> usize {
        self.shown.lock().unwrap().asked.iter().filter(|asked| *asked == path).count()
    }
}

async fn answer(State(site): State<Site>, request: Request) -> Response<Body> {
    let path = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
    let mut shown = site.shown.lock().unwrap();
    shown.asked.push(path.clone());
    let otherwise = || shown.otherwise.clone().filter(|_| path != "/robots.txt");
    let Some(page) = shown.pages.get(&path).cloned().or_else(otherwise) else {
        return Response::builder().status(StatusCode::NOT_FOUND).body(Body::empty()).unwrap();
    };
    drop(shown);
    let etag = page.headers.iter().find(|(name, _)| *name == "etag").map(|(_, value)| value.clone());
    let known = request.headers().get("if-none-match").map(|value| value.to_str().unwrap().to_owned());
    if etag.is_some() && etag == known {
        return Response::builder().status(StatusCode::NOT_MODIFIED).body(Body::empty()).unwrap();
    }
    let mut response = Response::builder().status(page.status);
    for (name, value) in &page.headers {
        response = response.header(*name, value);
    }
    response.body(Body::from(page.body)).unwrap()
}

/// An RSS feed of items `(guid, author, text)`.
pub fn rss(items: &[(&str, &str, &str)]) -> String {
    let item = |(guid, author, text): &(&str, &str, &str)| {
        format!(
            "<item><guid isPermaLink=\"false\">{guid}</guid><link>https://forum.example/{guid}</link><dc:creator>{author}</dc:creator>\
             <pubDate>Mon, 02 Mar 2026 10:00:00 +0000</pubDate><description>{text}</description></item>"
        )
    };
    let items: String = items.iter().map(item).collect();
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>t</title>{items}</channel></rss>"
    )
}

/// Products and short lists that the tests' texts use.
pub const PRODUCTS: &str = "[[product]]\nname = \"Acme Desk\"\nours = true\nnames = [\"艾克美\"]\n\n[[product]]\nname = \"Rival\"\n";
const LISTS: [(&str, &str); 4] = [
    ("praise.en.toml", "\"ease of use\" = [\"easy to use\"]\n\"overall\" = [\"great\", \"love it\"]\n"),
    ("complaint.en.toml", "\"reliability\" = [\"crashes\", \"broken\"]\n\"overall\" = [\"terrible\"]\n"),
    ("praise.zh.toml", "\"ease of use\" = [\"好用\"]\n"),
    ("complaint.zh.toml", "\"reliability\" = [\"闪退\"]\n"),
];

/// An installation in a folder of its own, with a clock whose hands are turned by hand.
pub struct TestApp {
    pub app: Arc<App>,
    pub clock: Clock,
    dir: TempDir,
}

impl TestApp {
    /// What people did of late, by the words of the audit.
    pub async fn deeds(&self) -> Vec<String> {
        let done = self.app.done(&DoneRequest { limit: 10, ..DoneRequest::default() }).await.unwrap();
        let deed = |done| match done {
            Done::Deed(deed) => Some(deed.what),
            Done::Reply { .. } => None,
        };
        done.into_iter().filter_map(deed).collect()
    }

    /// Opens an installation with these sources.
    pub async fn with_sources(sources: &str) -> Self {
        Self::with(sources, "").await
    }

    /// Opens an installation with these sources and settings.
    pub async fn with(sources: &str, settings: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        write_files(dir.path(), sources);
        if !settings.is_empty() {
            std::fs::write(dir.path().join("settings.toml"), settings).unwrap();
        }
        let clock = Clock::stopped_at("2026-03-10T12:00:00Z".parse::<Timestamp>().unwrap());
        let app = Arc::new(App::open(dir.path(), clock.clone()).await.unwrap());
        assert_eq!(app.config().problems, []);
        Self { app, clock, dir }
    }

    /// The same installation opened again, after its files were changed.
    pub async fn reopened(self) -> Self {
        let app = Arc::new(App::open(self.dir(), self.clock.clone()).await.unwrap());
        assert_eq!(app.config().problems, []);
        Self { app, ..self }
    }

    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Closes it, and opens it again as the next process would.
    pub async fn again(self) -> Self {
        self.app.close().await;
        let app = Arc::new(App::open(self.dir.path(), self.clock.clone()).await.unwrap());
        assert_eq!(app.config().problems, []);
        Self { app, ..self }
    }

    /// One round of every source, in the order of their names.
    pub async fn crawl(&self) -> Vec<Report> {
        let mut crawl = self.app.crawl(self.app.sources_named(&[]).unwrap(), CancellationToken::new()).await.unwrap();
        let mut reports = Vec::new();
        while let Some(report) = crawl.next().await {
            reports.push(report.unwrap());
        }
        reports.sort_by(|a, b| a.source.cmp(&b.source));
        reports
    }

    /// The texts that a query finds, newest first.
    pub async fn search(&self, query: &str) -> Vec<String> {
        self.app.catch_up(&indicatif::ProgressBar::hidden()).await.unwrap();
        let request = SearchRequest { query: query.to_owned(), limit: 100, ..SearchRequest::default() };
        let found = self.app.search(&request).await.unwrap();
        found.hits.into_iter().map(|hit| hit.stored.mention.text.clone()).collect()
    }

    /// Lets time pass.
    pub fn later(&self, by: Duration) {
        self.clock.turn(by);
    }

    /// Checks that the index holds just the store's mentions, and closes.
    pub async fn end(self) {
        let counts = self.app.store().counts().await.unwrap();
        assert_eq!(self.search("").await.len(), usize::try_from(counts.mentions).unwrap().min(100), "index and store differ");
        self.app.close().await;
    }
}

/// Writes the files of an installation.
pub fn write_files(dir: &Path, sources: &str) {
    std::fs::create_dir_all(dir.join("phrases")).unwrap();
    std::fs::write(dir.join("sources.toml"), sources).unwrap();
    std::fs::write(dir.join("phrases/products.toml"), PRODUCTS).unwrap();
    for (name, text) in LISTS {
        std::fs::write(dir.join("phrases").join(name), text).unwrap();
    }
}

/// A `[[source]]` of kind feed at `url`.
pub fn feed(name: &str, url: &str) -> String {
    format!(
        "[[source]]\nname = \"{name}\"\nkind = \"feed\"\nevery = \"15m\"\nmin_interval = \"0s\"\nallow_private = true\nurl = \"{url}\"\n"
    )
}

/// A judge who finds nothing in anything.
pub fn neutral(_: &Mention) -> Judgement {
    let tagging = Tagging {
        lang: Lang::english(),
        tags: Vec::new(),
        verdict: Verdict::Neutral,
        why: "no phrase".to_owned(),
        ugly: false,
        products: vec![],
    };
    Judgement { subject: None, tagging, filtered: None, flags: Vec::new() }
}

/// The program, run in `dir` with `input` until it ends.
pub fn goodword(dir: &Path, args: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_goodword"))
        .arg("--dir")
        .arg(dir)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that reads nothing may have ended already.
    drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
    child.wait_with_output().unwrap()
}

/// A process that serves this installation, and where its page is.
pub async fn served(dir: &Path, log: &Path) -> (Running, SocketAddr) {
    let file = std::fs::File::create(log).unwrap();
    let running =
        Running(receiver::goodword(dir).args(["serve", "--listen", "127.0.0.1:0"]).stderr(file).stdout(Stdio::null()).spawn().unwrap());
    let began = Instant::now();
    loop {
        let said = std::fs::read_to_string(log).unwrap_or_default();
        if let Some(address) = said.lines().find_map(|line| line.strip_prefix("the web page is at http://")) {
            return (running, address.trim().parse().unwrap());
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{said}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Sends JSON to a process's page, and does not wait for what it says.
pub fn send(page: SocketAddr, token: &str, method: &str, path: &str, body: &Value) -> TcpStream {
    let body = body.to_string();
    let mut stream = TcpStream::connect(page).unwrap();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nhost: {page}\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    stream
}

/// Sends JSON to a process's page: the status, and all that it says. Who asks too often asks again when they are told to.
pub fn ask(page: SocketAddr, token: &str, method: &str, path: &str, body: &Value) -> (u16, String) {
    loop {
        let mut answer = String::new();
        send(page, token, method, path, body).read_to_string(&mut answer).unwrap();
        match answer.split(' ').nth(1).unwrap().parse().unwrap() {
            429 => std::thread::sleep(Duration::from_secs(1)),
            status => return (status, answer),
        }
    }
}
