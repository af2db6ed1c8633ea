//! Many hosts on loopback that answer by the path they are asked for, and keep a log of how they were treated.
//!
//! Knows nothing of goodword: it is the other side.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use goodword::clock::{Clock, later};
use jiff::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Hosts that share a port and have an address each.
#[derive(Debug)]
pub(crate) struct Hosts {
    pub(crate) addresses: Vec<SocketAddr>,
    logs: Vec<Arc<Mutex<Log>>>,
}

/// How one host was treated.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log {
    pub(crate) asked: Vec<Asked>,
    in_flight: usize,
    pub(crate) most_in_flight: usize,
    left_alone_until: Option<Timestamp>,
    /// Requests that came although the host had asked to be left alone.
    pub(crate) too_early: usize,
}

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) at: Instant,
    pub(crate) path: String,
}

impl Log {
    /// The shortest time between the starts of two requests.
    pub(crate) fn shortest_gap(&self) -> Option<Duration> {
        self.asked.windows(2).map(|pair| pair[1].at - pair[0].at).min()
    }

    /// Requests for pages, not for robots.txt.
    pub(crate) fn pages(&self) -> usize {
        self.asked.iter().filter(|asked| asked.path != "/robots.txt").count()
    }
}

/// What a path asks for: `/ok/7`, `/429/30`, `/429-date/30` …; the number tells pages apart or is a length in seconds.
pub(crate) const KINDS: [&str; 8] = ["ok", "ok", "slow", "hang", "429", "429-date", "503", "403"];

impl Hosts {
    /// Serves `count` hosts until the runtime ends.
    pub(crate) async fn serve(count: usize) -> std::io::Result<Self> {
        let mut hosts = Self { addresses: Vec::new(), logs: Vec::new() };
        let mut port = 0;
        for number in 0..count {
            let [high, low] = u16::try_from(number + 1).unwrap_or(u16::MAX).to_be_bytes();
            let listener = TcpListener::bind((Ipv4Addr::new(127, 7, high, low), port)).await?;
            port = listener.local_addr()?.port();
            hosts.addresses.push(listener.local_addr()?);
            let log = Arc::new(Mutex::new(Log::default()));
            hosts.logs.push(Arc::clone(&log));
            tokio::spawn(async move {
                while let Ok((stream, _)) = listener.accept().await {
                    let log = Arc::clone(&log);
                    tokio::spawn(async move {
                        // Clients may hang up whenever they like.
                        let _ended = converse(stream, &log).await;
                    });
                }
            });
        }
        Ok(hosts)
    }

    /// The logs as they are now, by host.
    pub(crate) fn logs(&self) -> Vec<Log> {
        self.logs.iter().map(|log| log.lock().expect("no host panics").clone()).collect()
    }
}

async fn converse(mut stream: TcpStream, log: &Mutex<Log>) -> std::io::Result<()> {
    let mut buffer = [0; 4096];
    loop {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            match stream.read(&mut buffer).await? {
                0 => return Ok(()),
                read => head.extend_from_slice(&buffer[..read]),
            }
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
        let flight = Flight::begin(log, &path);
        let (wait, answer) = answer(&path, head.contains("\"v1\""), log);
        match wait {
            Some(wait) => tokio::time::sleep(wait).await,
            // Until the client hangs up.
            None => drop(stream.read(&mut buffer).await?),
        }
        drop(flight);
        stream.write_all(answer.as_bytes()).await?;
    }
}

/// A request under way.
struct Flight<'a>(&'a Mutex<Log>);

impl<'a> Flight<'a> {
    fn begin(log: &'a Mutex<Log>, path: &str) -> Self {
        let mut held = log.lock().expect("no host panics");
        held.asked.push(Asked { at: Instant::now(), path: path.to_owned() });
        held.in_flight += 1;
        held.most_in_flight = held.most_in_flight.max(held.in_flight);
        held.too_early += usize::from(held.left_alone_until.is_some_and(|until| until > Clock::machine().now()));
        Self(log)
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        self.0.lock().expect("no host panics").in_flight -= 1;
    }
}

/// What is answered after how long; no length stands for never.
fn answer(path: &str, knows: bool, log: &Mutex<Log>) -> (Option<Duration>, String) {
    let quick = Some(Duration::ZERO);
    let (kind, rest) = path.trim_start_matches('/').split_once('/').unwrap_or((path, ""));
    let number: u64 = rest.split('?').next().unwrap_or_default().parse().unwrap_or_default();
    match kind {
        "ok" if knows => (quick, "HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\n\r\n".to_owned()),
        "ok" => (quick, page(200, "ETag: \"v1\"\r\n", &feed(number))),
        "slow" => (Some(Duration::from_millis(700)), page(200, "", &feed(number))),
        "hang" => (None, String::new()),
        "429" => {
            leave_alone(log, Duration::from_secs(number), false);
            (quick, page(429, &format!("Retry-After: {number}\r\n"), ""))
        }
        "429-date" => {
            let until = leave_alone(log, Duration::from_secs(number), true);
            (quick, page(429, &format!("Retry-After: {}\r\n", http_date(until)), ""))
        }
        "503" | "403" => (quick, page(kind.parse().unwrap_or(500), "", "")),
        _ => (quick, page(404, "", "")),
    }
}

/// Notes that the host is to be left alone from now on for `length`; `whole` counts from the next whole second.
fn leave_alone(log: &Mutex<Log>, length: Duration, whole: bool) -> Timestamp {
    let now = Clock::machine().now();
    let start = if whole { Timestamp::from_second(now.as_second() + 1).unwrap_or(now) } else { now };
    let until = later(start, length);
    log.lock().expect("no host panics").left_alone_until = Some(until);
    until
}

fn http_date(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

fn page(status: u16, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status} As Scripted\r\n{headers}Content-Type: application/rss+xml\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

/// A feed of 25 posts.
fn feed(number: u64) -> String {
    let item = |post: u64| {
        format!(
            "<item><guid isPermaLink=\"false\">{number}-{post}</guid><author>person {post}</author>\
             <description>Post {post} of feed {number}: it is easy to use, and it has crashed on me only once so far. {}</description></item>",
            "More of the same follows here. ".repeat(8)
        )
    };
    let items: String = (0..25).map(item).collect();
    format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>feed {number}</title>{items}</channel></rss>")
}
