//! The demo's web site on loopback: polite pages with validators, and one that shuts crawlers out.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use jiff::Timestamp;
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};
use xxhash_rust::xxh3::xxh3_64;

use super::pages::{Pages, slug};
use super::voices::{Edition, voices};

/// Any free port of this machine.
const LOOPBACK: (&str, u16) = ("127.0.0.1", 0);

/// The products that have pages of their own.
const PRODUCTS: [&str; 2] = ["Lantern Desk", "Lantern Notes"];

/// The demo's site while it is served; it ends when this is dropped.
#[derive(Debug)]
pub struct Site {
    address: SocketAddr,
    members: SocketAddr,
    shown: Arc<Shown>,
    _stop: DropGuard,
}

#[derive(Debug)]
struct Shown {
    pages: Pages,
    later: AtomicBool,
}

impl Shown {
    fn edition(&self) -> Edition {
        if self.later.load(Ordering::Relaxed) { Edition::Later } else { Edition::First }
    }
}

#[derive(Deserialize)]
struct Numbered {
    #[serde(default)]
    page: usize,
}

impl Site {
    /// Serves the site on a free port of this machine, dated relative to `now`.
    pub async fn serve(now: Timestamp) -> anyhow::Result<Self> {
        let (site, members) = (TcpListener::bind(LOOPBACK).await?, TcpListener::bind(LOOPBACK).await?);
        let (address, members_address) = (site.local_addr()?, members.local_addr()?);
        let pages = Pages { voices: voices()?, now, base: format!("http://{address}") };
        let shown = Arc::new(Shown { pages, later: AtomicBool::new(false) });
        let stop = CancellationToken::new();
        // A site that refuses is left alone as a whole, so the one for members only is a site of its own.
        for (listener, router) in [(site, router(Arc::clone(&shown))), (members, members_only())] {
            let stopped = stop.clone().cancelled_owned();
            tokio::spawn(async move { axum::serve(listener, router).with_graceful_shutdown(stopped).await });
        }
        Ok(Self { address, members: members_address, shown, _stop: stop.drop_guard() })
    }

    /// Where it is served.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where the site is served that lets only members in.
    pub fn members_address(&self) -> SocketAddr {
        self.members
    }

    /// The survey's CSV file.
    pub fn survey(&self) -> anyhow::Result<Vec<u8>> {
        self.shown.pages.survey(self.shown.edition())
    }

    /// Lets time pass: some authors change or take back what they wrote.
    pub fn move_on(&self) {
        self.shown.later.store(true, Ordering::Relaxed);
    }
}

fn router(shown: Arc<Shown>) -> Router {
    Router::new()
        .route("/robots.txt", get(|| async { "User-agent: *\nDisallow: /admin/\n" }))
        .route("/community/feed.xml", get(feed))
        .route("/reviews/{product}", get(reviews))
        .route("/shop/{product}", get(shop))
        .route("/forum", get(forum))
        .route("/blog/feed.json", get(blog))
        .with_state(shown)
}

fn members_only() -> Router {
    Router::new().route("/robots.txt", get(|| async { "User-agent: *\nAllow: /\n" })).fallback(members)
}

async fn feed(State(shown): State<Arc<Shown>>, headers: HeaderMap) -> Response {
    answer(shown.pages.feed(shown.edition()), "application/rss+xml; charset=utf-8", &headers)
}

async fn blog(State(shown): State<Arc<Shown>>, headers: HeaderMap) -> Response {
    answer(shown.pages.blog(shown.edition()), "application/feed+json", &headers)
}

async fn forum(State(shown): State<Arc<Shown>>, Query(numbered): Query<Numbered>, headers: HeaderMap) -> Response {
    answer(shown.pages.forum(shown.edition(), numbered.page), "text/html; charset=utf-8", &headers)
}

async fn reviews(
    State(shown): State<Arc<Shown>>,
    Path(name): Path<String>,
    Query(numbered): Query<Numbered>,
    headers: HeaderMap,
) -> Response {
    let Some(product) = product(&name) else { return StatusCode::NOT_FOUND.into_response() };
    answer(shown.pages.reviews(shown.edition(), product, numbered.page), "text/html; charset=utf-8", &headers)
}

async fn shop(State(shown): State<Arc<Shown>>, Path(name): Path<String>, Query(numbered): Query<Numbered>, headers: HeaderMap) -> Response {
    let Some(product) = product(&name) else { return StatusCode::NOT_FOUND.into_response() };
    answer(shown.pages.shop(shown.edition(), product, numbered.page), "text/html; charset=utf-8", &headers)
}

/// A site that lets nobody in without an account.
async fn members() -> Response {
    (StatusCode::FORBIDDEN, "members only").into_response()
}

fn product(name: &str) -> Option<&'static str> {
    PRODUCTS.into_iter().find(|product| slug(product) == name)
}

/// The page with its validator, or nothing if the asker has it already.
fn answer(page: anyhow::Result<String>, content_type: &'static str, headers: &HeaderMap) -> Response {
    let Ok(page) = page else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let tag = format!("\"{:x}\"", xxh3_64(page.as_bytes()));
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response();
    }
    ([(header::CONTENT_TYPE, content_type.to_owned()), (header::ETAG, tag)], page).into_response()
}
