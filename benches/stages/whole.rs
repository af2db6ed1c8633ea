//! The whole way: feeds on loopback, through `listen` as `serve` runs it, until the last mention can be found; against the
//! slowest of the raw libraries alone.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::bail;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use goodword::app::{App, SearchRequest};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::machine::cpu_time;
use crate::measure::{Bound, Row, in_turn};
use crate::parse::{ITEMS_A_FEED, drawn, raw_all, raw_feed};
use crate::plain_index::{PlainEntry, PlainIndex};
use crate::setup::{AT_ONCE, Setup};
use crate::tag::Bare;
use crate::{pages, store};

/// Hosts that the feeds are spread over, as far as the machine has so many loopback addresses.
const HOSTS: u8 = 8;
/// How often it is asked whether everything can be found yet.
const LOOK_EVERY: Duration = Duration::from_millis(10);
const PATIENCE: Duration = Duration::from_secs(300);

/// What one run took.
struct Took {
    wall: Duration,
    cpu: Option<Duration>,
}

pub(crate) fn run(setup: &Setup) -> anyhow::Result<Vec<Row>> {
    let mentions = setup.mentions(setup.size.mentions)?;
    let count = mentions.len();
    let feeds = drawn(&mentions, ITEMS_A_FEED, pages::feed);
    let stored = setup.stored(count)?;
    let entries: Vec<PlainEntry<'_>> = stored.iter().map(PlainEntry::of).collect();
    let bare = Bare::new(&setup.lists, &mentions)?;
    let slowest = || {
        let parsed = raw_all(feeds.iter().map(Vec::as_slice), raw_feed)?;
        let (kept, _) = store::raw(setup, &stored, ITEMS_A_FEED)?;
        let dir = tempfile::tempdir()?;
        let indexed = PlainIndex::create(dir.path())?.fill(&entries, AT_ONCE)?;
        Ok([parsed, bare.scan(), kept, indexed])
    };
    let served = setup.runtime.block_on(serve(&feeds))?;
    let took = in_turn(setup.size.rounds, || once(setup, &served, feeds.len(), count), slowest)?;

    let wall: Vec<_> = took.iter().map(|(ours, raw)| (ours.wall, raw.iter().copied().max().unwrap_or_default())).collect();
    let mut rows = vec![Row::rates(
        "whole: feeds → searchable, against the slowest raw stage",
        "mentions/s",
        count as f64,
        &wall,
        Bound::AtLeast(0.4, 0.7),
    )];
    for (at, name) in ["feed-rs", "aho-corasick", "plain SQLite, pages of 25", "tantivy"].into_iter().enumerate() {
        let rates = took.iter().map(|(_, raw)| count as f64 / raw[at].as_secs_f64()).collect();
        rows.push(Row::alone(format!("  {name} alone"), "mentions/s", rates, Bound::Open));
    }
    match took.iter().map(|(ours, _)| Some(ours.cpu?.as_secs_f64() * 1e6 / count as f64)).collect::<Option<Vec<f64>>>() {
        Some(cpu) => rows.push(Row::alone("whole: computing time of a mention, the site's included", "µs", cpu, Bound::Open)),
        None => eprintln!("whole: this machine does not tell a process's computing time, so it is left out"),
    }
    Ok(rows)
}

/// Serves the feeds from as many loopback addresses as there are; returns the addresses.
async fn serve(feeds: &[Vec<u8>]) -> anyhow::Result<Vec<SocketAddr>> {
    let pages: HashMap<String, Bytes> = feeds.iter().enumerate().map(|(at, feed)| (format!("/{at}"), Bytes::from(feed.clone()))).collect();
    let router = Router::new().fallback(answer).with_state(Arc::new(pages));
    let mut served = Vec::new();
    for host in 1..=HOSTS {
        // Most systems but Linux have one loopback address only.
        let Ok(listener) = TcpListener::bind((Ipv4Addr::new(127, 0, 0, host), 0)).await else { continue };
        served.push(listener.local_addr()?);
        let router = router.clone();
        tokio::spawn(async move { axum::serve(listener, router).await });
    }
    Ok(served)
}

async fn answer(State(pages): State<Arc<HashMap<String, Bytes>>>, address: Uri) -> Response {
    match pages.get(address.path()) {
        Some(page) => ([(header::CONTENT_TYPE, "application/rss+xml; charset=utf-8")], page.clone()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Hears all feeds with a new installation.
fn once(setup: &Setup, served: &[SocketAddr], feeds: usize, mentions: usize) -> anyhow::Result<Took> {
    let source = |at: usize| {
        let host = served[at % served.len()];
        format!(
            "[[source]]\nname = \"feed-{at}\"\nkind = \"feed\"\nevery = \"1h\"\nmin_interval = \"0s\"\nallow_private = true\nurl = \"http://{host}/{at}\"\n\n"
        )
    };
    let (_dir, app) = setup.installation(&(0..feeds).map(source).collect::<String>())?;
    let cpu = cpu_time();
    let started = Instant::now();
    let wall = setup.runtime.block_on(async {
        let stop = CancellationToken::new();
        let listening = tokio::spawn({
            let (app, stop) = (Arc::clone(&app), stop.clone());
            async move { app.listen(stop).await }
        });
        let searchable = until_searchable(&app, mentions).await;
        let wall = started.elapsed();
        stop.cancel();
        listening.await??;
        app.close().await;
        searchable.map(|()| wall)
    })?;
    let cpu = cpu_time().zip(cpu).map(|(after, before)| after.saturating_sub(before));
    Ok(Took { wall, cpu })
}

async fn until_searchable(app: &App, mentions: usize) -> anyhow::Result<()> {
    let started = Instant::now();
    let request = SearchRequest { limit: 0, ..SearchRequest::default() };
    while started.elapsed() < PATIENCE {
        // There is no index before the first mentions are in.
        if app.search(&request).await.is_ok_and(|found| found.total == mentions) {
            return Ok(());
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    bail!("whole: not all {mentions} mentions could be found after {PATIENCE:?}")
}
