//! The door tried from outside: a server of our own on loopback answers by script, and the clock's hands are turned by us.

mod answers;
mod calls;
mod hostile;
mod manners;
mod redirects;
mod robots;
mod server;

use std::time::Duration;

use jiff::Timestamp;

use super::*;
use crate::clock::later;
use server::Server;

const NOW: &str = "2026-03-01T06:30:00Z";

fn clock() -> Clock {
    Clock::stopped_at(NOW.parse().unwrap())
}

fn after(seconds: u64) -> Timestamp {
    later(NOW.parse().unwrap(), Duration::from_secs(seconds))
}

/// Limits small enough to be met in a test.
fn settings() -> Settings {
    Settings {
        contact: Some("https://listener.example/about".to_owned()),
        max_body_bytes: 100_000,
        connect_timeout: Duration::from_secs(5),
        total_timeout: Duration::from_secs(10),
        ..Settings::default()
    }
}

fn fetcher(clock: &Clock) -> Fetcher {
    Fetcher::new(settings(), clock.clone()).unwrap()
}

/// A request to a server of ours, without a floor.
fn ask(server: &Server, path: &str) -> Request {
    Request { min_interval: Duration::ZERO, allow_private: true, ..Request::new(server.url(path)) }
}

/// Runs `task` while the clock runs fast: a tenth of a second each millisecond.
async fn while_time_flies<T>(clock: &Clock, task: impl Future<Output = T>) -> T {
    let mut task = std::pin::pin!(task);
    loop {
        tokio::select! {
            biased;
            done = &mut task => return done,
            () = tokio::time::sleep(Duration::from_millis(1)) => clock.turn(Duration::from_millis(100)),
        }
    }
}

fn body(fetched: Result<Fetched, FetchError>) -> String {
    match fetched {
        Ok(Fetched::Fresh { page, .. }) => page.text().into_owned(),
        other => panic!("no fresh page: {other:?}"),
    }
}
