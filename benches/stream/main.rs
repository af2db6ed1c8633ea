//! How many posts a second a source that is listened to keeps up with: `cargo bench --bench stream`.
//!
//! A local stream tells posts as fast as they are taken, one in a hundred of which names a product, breaks off now and then and
//! tells some twice. Our side has one thread; at the end nothing may be lost or doubled.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use futures_util::SinkExt;
use goodword::app::App;
use goodword::clock::Clock;
use jiff::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;
use tokio_tungstenite::accept_hdr_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_util::sync::CancellationToken;

/// As long ago as the stream begins, in microseconds.
const AGO: i64 = 1_800_000_000;
/// What the larger networks write in a second, with room to spare.
const DUE: f64 = 2_000.0;

fn main() -> anyhow::Result<()> {
    // `cargo bench` gives `--bench`; `cargo test` does not, and wants to be done soon.
    let quick = !std::env::args().any(|argument| argument == "--bench");
    let posts = if quick { 4_000 } else { 200_000 };
    // It has caught up when it hears what was said just before it began, so no time passes by this clock.
    let clock = Clock::stopped_at(Clock::machine().now());
    let start = clock.now().as_microsecond() - AGO;
    let step = AGO / posts;
    let messages: Arc<Vec<(i64, String)>> = Arc::new((0..posts).map(|number| post(number, start + number * step)).collect());
    let site = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let address = site.block_on(serve(messages, usize::try_from(posts)? / 4))?;
    let ours = Builder::new_current_thread().enable_all().build()?;
    let (taken, kept) = ours.block_on(listen(address, clock))?;
    ensure!(kept == posts / 100, "{kept} of {} are kept", posts / 100);
    let rate = posts as f64 / taken.as_secs_f64();
    println!("{posts} posts in {:.1} s with 3 breaks: {rate:.0} a second, {kept} kept, none lost or doubled", taken.as_secs_f64());
    println!("{:.1} times the {DUE:.0} a second that are due", rate / DUE);
    if quick {
        println!("This was a quick run: it shows that everything runs; its figures mean nothing.");
    }
    Ok(())
}

fn post(number: i64, at: i64) -> (i64, String) {
    let text = match number % 100 {
        0 => format!("Acme Desk number {number} is easy to use, though the colours of version {number} are odd"),
        1..50 => format!("just had lunch by the river, number {number}, and the ducks came to see what there was #ducks"),
        _ => format!("今天天气真好，第 {number} 次出门散步，路上看到很多人在拍照"),
    };
    let written = Timestamp::from_microsecond(at).unwrap_or_default().to_string();
    let event = serde_json::json!({"did": format!("did:plc:user{number}"), "time_us": at, "kind": "commit", "commit": {"rev": "3l", "operation": "create",
        "collection": "app.bsky.feed.post", "rkey": format!("3l{number}"), "cid": "bafyreib", "record": {"$type": "app.bsky.feed.post",
        "createdAt": written, "langs": ["en"], "text": text}}});
    (at, event.to_string())
}

async fn serve(messages: Arc<Vec<(i64, String)>>, breaks_after: usize) -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(tell(socket, Arc::clone(&messages), breaks_after));
        }
    });
    Ok(address)
}

async fn tell(mut socket: TcpStream, messages: Arc<Vec<(i64, String)>>, breaks_after: usize) -> anyhow::Result<()> {
    let mut start = [0; 16];
    let seen = socket.peek(&mut start).await?;
    if start.get(..seen).is_some_and(|start| start.starts_with(b"GET /robots.txt")) {
        let mut request = [0; 4096];
        let _read = socket.read(&mut request).await?;
        return Ok(socket.write_all(b"HTTP/1.1 404 x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await?);
    }
    let mut cursor = 0;
    #[expect(clippy::result_large_err, reason = "the library's own signature")]
    let note = |request: &Request, response: Response| {
        let asked = request.uri().query().unwrap_or_default().split('&').find_map(|pair| pair.strip_prefix("cursor=")?.parse().ok());
        cursor = asked.unwrap_or(0);
        Ok(response)
    };
    let mut socket = accept_hdr_async(socket, note).await?;
    let first = messages.partition_point(|(at, _)| *at < cursor);
    let left = messages.len() - first;
    let told = if left > breaks_after + breaks_after / 2 { breaks_after } else { left };
    for (_, message) in messages.iter().skip(first).take(told) {
        socket.feed(Message::text(message.clone())).await?;
    }
    socket.flush().await?;
    if told == left {
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
    Ok(())
}

async fn listen(address: SocketAddr, clock: Clock) -> anyhow::Result<(Duration, i64)> {
    let dir = tempfile::tempdir()?;
    std::fs::create_dir_all(dir.path().join("phrases"))?;
    std::fs::write(
        dir.path().join("sources.toml"),
        format!(
            "[[source]]\nname = \"sky\"\nkind = \"bluesky\"\nevery = \"15m\"\nmin_interval = \"0s\"\nallow_private = true\nsince = \"31m\"\n\
             listen_for = \"10m\"\nendpoint = \"ws://{address}/subscribe\"\n"
        ),
    )?;
    for name in ["products.toml", "praise.en.toml", "complaint.en.toml", "praise.zh.toml", "complaint.zh.toml"] {
        let from = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("phrases").join(name);
        std::fs::copy(&from, dir.path().join("phrases").join(name)).with_context(|| from.display().to_string())?;
    }
    let products = dir.path().join("phrases/products.toml");
    let text = std::fs::read_to_string(&products)? + "\n[[product]]\nname = \"Acme Desk\"\nours = true\n";
    std::fs::write(products, text)?;
    let app = Arc::new(App::open(dir.path(), clock).await?);
    let began = Instant::now();
    let mut crawl = app.crawl(app.sources_named(&[])?, CancellationToken::new()).await?;
    while let Some(report) = crawl.next().await {
        println!("{:?}", report?);
    }
    let taken = began.elapsed();
    let kept = app.store().counts().await?.mentions;
    app.close().await;
    Ok((taken, kept))
}
