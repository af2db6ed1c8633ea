//! Sites on loopback that play the documented API of each kind: lists of the newest first, page by page.
//!
//! Knows how a site is asked for the next page, and its troubles; how each words a page stands in [`pages`] and [`answers`], and
//! what a listener makes of it is for [`crate::every_kind`]. A new kind adds a row to [`SITES`].

mod answers;
mod pages;
mod table;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode};
use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::Notify;

use crate::owners::service_account_of;
pub use table::SITES;

/// A day before the tests' clocks stand.
const NEWEST: i64 = 1_773_050_000;

/// A kind, and how its site shows a list.
pub struct Kind {
    /// What the row is called: the kind, and which way of it where there are several.
    pub name: &'static str,
    /// The word in `sources.toml`.
    pub word: &'static str,
    /// Its keys beside the common ones; `SITE` stands for the address, `KEY` for a secret.
    keys: &'static str,
    /// How its pages are asked for.
    pub pages: Pages,
    /// How many items a page shows.
    per_page: usize,
    show: fn(&Shown<'_>) -> String,
    /// Whether what changed there is shown again.
    pub edits: bool,
    /// Whether a list that lacks an item tells that it is gone.
    pub tells_gone: bool,
}

impl Kind {
    /// What somebody says there, in words so much its own that nobody takes it for a copy of what stands elsewhere.
    pub fn says(&self, which: &str, what: &str) -> String {
        let own: String = (1..9).map(|number| format!(" {}{number}", self.name)).collect();
        format!("{} {which}: {what},{own}", self.name)
    }
}

/// How the pages of a list are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pages {
    /// There is one.
    One,
    /// By number, under this key.
    Number(&'static str),
    /// By what the page before told, under this key.
    Token(&'static str),
    /// By the number of an item, under this key: those before it.
    Before(&'static str),
    /// By a time, as Hacker News has it: no later than that.
    Until,
    /// By number, in the path.
    InPath,
    /// By a cursor within a question in JSON.
    InQuestion,
    /// By a cursor within what is posted.
    Posted,
}

/// Something that was said there.
#[derive(Clone, Debug)]
pub struct Said {
    pub number: i64,
    pub text: String,
    pub edited: Option<i64>,
}

impl Said {
    fn at(&self) -> i64 {
        NEWEST + self.number * 60
    }

    fn date(&self) -> String {
        Timestamp::from_second(self.at()).unwrap().to_string()
    }

    fn rfc2822(&self) -> String {
        Timestamp::from_second(self.at()).unwrap().strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
    }

    fn changed(&self) -> String {
        Timestamp::from_second(self.edited.unwrap_or(self.at())).unwrap().to_string()
    }

    /// Ids that grow with time, as X has them: one for each version.
    fn snowflakes(&self) -> Vec<String> {
        [Some(self.at()), self.edited].into_iter().flatten().map(|at| ((at * 1000 - 1_288_834_974_657) << 22).to_string()).collect()
    }
}

/// A page of a list.
struct Shown<'a> {
    items: &'a [Said],
    /// Where the next page begins, if there is one.
    next: Option<usize>,
    /// How many pages there are.
    last: usize,
    address: SocketAddr,
}

impl Shown<'_> {
    fn each(&self, item: impl Fn(&Said) -> Value) -> Vec<Value> {
        self.items.iter().map(item).collect()
    }

    fn words(&self, item: impl Fn(&Said) -> String) -> String {
        self.items.iter().map(item).collect()
    }

    fn token(&self) -> Option<String> {
        self.next.map(|next| next.to_string())
    }
}

/// What a site does where its second page is asked for.
#[derive(Clone, Debug, Default)]
pub enum Trouble {
    #[default]
    None,
    /// It answers this in its place.
    Answers(u16, Option<&'static str>, &'static str),
    /// It does not answer.
    Hangs,
}

/// A site that plays a kind.
#[derive(Clone)]
pub struct Player {
    pub kind: &'static Kind,
    state: Arc<Mutex<Playing>>,
    /// Told when a page behind the first is asked for.
    pub asked_for_more: Arc<Notify>,
}

struct Playing {
    items: Vec<Said>,
    trouble: Trouble,
    asked: Vec<String>,
    address: Option<SocketAddr>,
}

impl Player {
    /// A site where as much was said as fills two pages and one item more; five items where there is one page.
    pub fn of(kind: &'static Kind) -> Self {
        let count = if kind.pages == Pages::One { 5 } else { 2 * kind.per_page + 1 };
        let items = (0..count).rev().map(|number| {
            let number = i64::try_from(number).unwrap() + 1;
            Said { number, text: kind.says(&number.to_string(), "Acme Desk is easy to use"), edited: None }
        });
        let state = Playing { items: items.collect(), trouble: Trouble::None, asked: Vec::new(), address: None };
        Self { kind, state: Arc::new(Mutex::new(state)), asked_for_more: Arc::default() }
    }

    pub async fn serve(&self) -> SocketAddr {
        // A host of its own, as hosts that ask for patience are left alone.
        let number = SITES.iter().position(|kind| kind.name == self.kind.name).unwrap();
        let listener = tokio::net::TcpListener::bind(format!("127.0.7.{}:0", number + 1)).await.unwrap();
        let address = listener.local_addr().unwrap();
        self.state.lock().unwrap().address = Some(address);
        let router = Router::new().fallback(play).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        address
    }

    /// The entry that listens to it.
    pub fn entry(&self) -> String {
        let address = self.state.lock().unwrap().address.unwrap();
        let key = format!("{{ file = \"{}\" }}", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/example.key"));
        let p8 = format!("{{ file = \"{}\" }}", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/keys/connect.p8"));
        let mut keys = self.kind.keys.replace("SITE", &format!("http://{address}/")).replace("P8", &p8).replace("KEY", &key);
        if keys.contains("ACCOUNT") {
            keys = keys.replace("ACCOUNT", &format!("{{ file = \"{}\" }}", service_account_of(address)));
        }
        format!(
            "[[source]]\nname = \"{}\"\nkind = \"{}\"\nevery = \"15m\"\nmin_interval = \"0s\"\nallow_private = true\n{keys}\n\n",
            self.kind.name, self.kind.word
        )
    }

    pub fn count(&self) -> usize {
        self.state.lock().unwrap().items.len()
    }

    /// How many items its first page shows.
    pub fn on_first_page(&self) -> usize {
        self.count().min(if self.kind.pages == Pages::One { usize::MAX } else { self.kind.per_page })
    }

    pub fn trouble(&self, trouble: Trouble) {
        self.state.lock().unwrap().trouble = trouble;
    }

    pub fn change(&self, change: impl FnOnce(&mut Vec<Said>)) {
        change(&mut self.state.lock().unwrap().items);
    }

    pub fn asked(&self) -> Vec<String> {
        self.state.lock().unwrap().asked.clone()
    }

    fn from(&self, asked: &Asked, items: &[Said]) -> usize {
        let before = |number: i64| items.iter().position(|item| item.number < number).unwrap_or(items.len());
        match self.kind.pages {
            Pages::One => 0,
            Pages::Number(key) => asked.number(key).map_or(0, |page| (page - 1) * self.kind.per_page),
            Pages::Token(key) => asked.number(key).unwrap_or(0),
            Pages::Before(key) => asked.number(key).map_or(0, |number| before(number as i64)),
            Pages::Until => {
                let filters = asked.pairs.get("numericFilters").cloned().unwrap_or_default();
                let until: Option<i64> = filters.split(',').find_map(|filter| filter.strip_prefix("created_at_i<=")?.parse().ok());
                until.map_or(0, |until| items.iter().position(|item| item.at() <= until).unwrap_or(items.len()))
            }
            Pages::InPath => {
                let page = asked.path.split('/').find_map(|part| part.strip_prefix("page=")?.parse::<usize>().ok());
                page.map_or(0, |page| (page - 1) * self.kind.per_page)
            }
            Pages::InQuestion => {
                let question: Value = serde_json::from_str(&asked.pairs["input_json"]).unwrap();
                question["cursor"].as_str().unwrap().parse().unwrap_or(0)
            }
            Pages::Posted => {
                let question: Value = serde_json::from_str(&asked.body).unwrap();
                question["variables"]["after"].as_str().and_then(|after| after.parse().ok()).unwrap_or(0)
            }
        }
    }
}

/// A request, taken apart.
struct Asked {
    path: String,
    pairs: BTreeMap<String, String>,
    body: String,
}

impl Asked {
    fn number(&self, key: &str) -> Option<usize> {
        self.pairs.get(key)?.parse().ok()
    }
}

fn answer(status: u16, retry_after: Option<&str>, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::builder().status(StatusCode::from_u16(status).unwrap());
    if let Some(wait) = retry_after {
        response = response.header("retry-after", wait);
    }
    response.body(body.into()).unwrap()
}

async fn play(State(player): State<Player>, request: Request) -> Response<Body> {
    let uri = request.uri().clone();
    let body = axum::body::to_bytes(request.into_body(), 1 << 20).await.unwrap();
    let pairs = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    let asked = Asked { path: uri.path().to_owned(), pairs, body: String::from_utf8(body.to_vec()).unwrap() };
    if asked.path == "/robots.txt" {
        return answer(404, None, "");
    }
    if asked.path == "/token" {
        return answer(200, None, "{\"access_token\": \"ya29.example\", \"expires_in\": 3600}");
    }
    // The issues of a project whose discussions are asked for.
    if player.kind.pages == Pages::Posted && asked.body.is_empty() {
        return answer(200, None, "[]");
    }
    let (page, trouble) = {
        let mut state = player.state.lock().unwrap();
        state.asked.push(format!("{uri} {}", asked.body));
        let from = player.from(&asked, &state.items).min(state.items.len());
        let end = if player.kind.pages == Pages::One { state.items.len() } else { (from + player.kind.per_page).min(state.items.len()) };
        let shown = Shown {
            items: &state.items[from..end],
            next: (end < state.items.len()).then_some(end),
            last: state.items.len().div_ceil(player.kind.per_page.max(1)),
            address: state.address.unwrap(),
        };
        let trouble = if from > 0 { state.trouble.clone() } else { Trouble::None };
        if from > 0 {
            player.asked_for_more.notify_one();
        }
        ((player.kind.show)(&shown), trouble)
    };
    match trouble {
        Trouble::None => answer(200, None, page),
        Trouble::Answers(status, retry_after, body) => answer(status, retry_after, body),
        Trouble::Hangs => std::future::pending().await,
    }
}
