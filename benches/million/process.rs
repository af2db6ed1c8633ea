//! The binary itself on the full installation: the first answer of a cold process, a full retag, `serve`'s memory at rest and
//! under search, and how soon what is crawled can be found.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};

use crate::ask::{a_chinese_phrase, a_word, questions};
use crate::filled::Filled;
use crate::measure::{Bound, Row, in_turn};
use crate::pages::{self, Pages};
use crate::setup::Setup;

const PATIENCE: Duration = Duration::from_secs(120);
/// A word that no generated mention has.
const NEWS: &str = "zweiundvierzigste";

pub(crate) fn run(setup: &Setup, filled: Filled) -> anyhow::Result<Vec<Row>> {
    let words = questions(setup, a_word)?;
    let chinese = questions(setup, a_chinese_phrase)?;
    let Filled { dir, app, reader, feed } = filled;
    drop(reader);
    setup.runtime.block_on(app.close());
    drop(app);
    let dir = dir.path();

    eprintln!("tagging all again …");
    let retag = timed(dir, &["retag", "--all"])?;
    timed(dir, &["search", "x"])?;
    eprintln!("asking cold processes …");
    let mut asked = words.iter().chain(&chinese).cycle();
    let ours = || timed(dir, &["search", "--json", asked.next().map_or("", String::as_str)]);
    let cold = in_turn(setup.size.rounds * 2, ours, || timed(dir, &["--version"]))?;
    let mut rows = vec![
        Row::alone("retag of everything, as a process", "mentions/s", vec![setup.size.indexed as f64 / retag.as_secs_f64()], Bound::Open),
        Row::latencies("first answer of a cold `search`, against process start", &cold, Bound::Open),
        Row::alone(
            "  beyond process start",
            "ms",
            cold.iter().map(|(ours, raw)| ours.saturating_sub(*raw).as_secs_f64() * 1e3).collect(),
            Bound::Most(200.0, 60.0),
        ),
    ];
    eprintln!("serving …");
    rows.extend(served(setup, dir, feed, &words, &chinese)?);
    Ok(rows)
}

fn goodword(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_goodword"));
    command.arg("--dir").arg(dir).args(args);
    command
}

fn timed(dir: &Path, args: &[&str]) -> anyhow::Result<Duration> {
    let started = Instant::now();
    let output = goodword(dir, args).output()?;
    let took = started.elapsed();
    ensure!(output.status.success(), "{args:?} failed: {}", String::from_utf8_lossy(&output.stderr));
    Ok(took)
}

/// A server that ends with this value.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        if let Err(error) = self.0.kill().and_then(|()| self.0.wait()) {
            eprintln!("`serve` could not be stopped: {error}");
        }
    }
}

fn served(setup: &Setup, dir: &Path, feed: TcpListener, words: &[String], chinese: &[String]) -> anyhow::Result<Vec<Row>> {
    let token = signed_in(dir)?;
    let fetched = serve_news(feed);
    let mut child = goodword(dir, &["serve", "--listen", "127.0.0.1:0"]).stderr(Stdio::piped()).spawn()?;
    let told = child.stderr.take().context("its standard error is piped")?;
    let server = Served(child);
    let page = Pages::new(address(told)?, token);
    let fetched = fetched.recv_timeout(PATIENCE).context("`serve` did not ask for its feed")?;
    let fresh = until_found(&page, fetched)?;
    std::thread::sleep(Duration::from_secs(3));
    let rest = anonymous_memory(server.0.id());
    let mut most = rest;
    for question in words.iter().chain(chinese) {
        page.searched(question)?;
        most = most.zip(anonymous_memory(server.0.id())).map(|(most, now)| most.max(now));
    }
    let mut rows = vec![Row::alone(
        "from a feed's answer until it can be found",
        "ms",
        vec![fresh.as_secs_f64() * 1e3],
        Bound::Most(2_000.0, 1_000.0),
    )];
    match (rest, most) {
        (Some(rest), Some(most)) => {
            rows.push(Row::alone("memory of `serve` after crawling, mapped files aside", "MB", vec![rest], Bound::Most(300.0, 120.0)));
            rows.push(Row::alone("memory of `serve` under search, mapped files aside", "MB", vec![most], Bound::Most(300.0, 120.0)));
        }
        _ => println!("this machine does not tell a process's memory as Linux does, so it is left out"),
    }
    rows.extend(pages::run(setup, dir, &page, words)?);
    Ok(rows)
}

/// Serves the feed of one piece of news; tells when it was asked for.
fn serve_news(listener: TcpListener) -> Receiver<Instant> {
    let (sender, asked) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let answered = stream.and_then(answer);
            if let Ok(true) = answered
                && sender.send(Instant::now()).is_err()
            {
                return;
            }
        }
    });
    asked
}

/// Answers one request; says whether it was for the feed.
fn answer(mut stream: TcpStream) -> std::io::Result<bool> {
    let mut head = [0; 2048];
    let length = stream.read(&mut head)?;
    let is_feed = head.get(..length).is_some_and(|head| head.starts_with(b"GET /feed"));
    let body = format!(
        "<rss version=\"2.0\"><channel><title>t</title><item><guid>news</guid><description>{NEWS} is here</description></item></channel></rss>"
    );
    let answer = if is_feed {
        format!("HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
    } else {
        "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_owned()
    };
    stream.write_all(answer.as_bytes())?;
    Ok(is_feed)
}

/// The address that `serve` tells; what it says after that is passed on.
fn address(told: impl Read + Send + 'static) -> anyhow::Result<String> {
    let mut lines = BufReader::new(told).lines();
    for line in lines.by_ref() {
        if let Some((_, address)) = line?.split_once("http://") {
            let address = address.trim().to_owned();
            std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
            return Ok(address);
        }
    }
    bail!("`serve` ended without telling its address")
}

/// A token that may read the pages.
fn signed_in(dir: &Path) -> anyhow::Result<String> {
    timed(dir, &["user", "add", "bench", "--role", "viewer"])?;
    let output = goodword(dir, &["user", "token", "bench"]).output()?;
    let told = String::from_utf8(output.stdout)?;
    let token = told.split_whitespace().find(|word| word.starts_with("gw_"));
    Ok(token.with_context(|| format!("no token was made: {}", String::from_utf8_lossy(&output.stderr)))?.to_owned())
}

fn until_found(page: &Pages, since: Instant) -> anyhow::Result<Duration> {
    while since.elapsed() < PATIENCE {
        if page.searched(NEWS)?.contains(&format!("{NEWS}</mark> is here")) {
            return Ok(since.elapsed());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    bail!("what was crawled could not be found after {PATIENCE:?}")
}

/// Memory that belongs to a process alone, in megabytes.
fn anonymous_memory(process: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"))?;
    Some(line.split_whitespace().next()?.parse::<f64>().ok()? / 1024.0)
}
