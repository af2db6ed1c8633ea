//! `/metrics` for Prometheus, `/readyz` for whoever decides where requests go: figures of the installation, and how long requests took.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use jiff::Timestamp;

use super::Web;
use super::failure::Failure;
use crate::app::{App, LedgerEntry, Pulse, Rounds};
use crate::replies::Status;
use crate::store::Coverage;

/// The upper ends of the steps in which durations are counted, in seconds.
const STEPS: [f64; 9] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0];

/// How long requests took, by method, route and status.
#[derive(Debug, Default)]
pub(super) struct Durations(Mutex<BTreeMap<(String, String, u16), Taken>>);

#[derive(Debug, Default)]
struct Taken {
    steps: [u64; STEPS.len()],
    count: u64,
    seconds: f64,
}

impl Durations {
    fn note(&self, method: &str, path: &str, status: u16, took: Duration) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = all.entry((method.to_owned(), path.to_owned(), status)).or_default();
        let seconds = took.as_secs_f64();
        for (step, count) in STEPS.iter().zip(&mut taken.steps) {
            *count += u64::from(seconds <= *step);
        }
        taken.count += 1;
        taken.seconds += seconds;
    }

    fn write(&self, page: &mut Page) {
        let name = "goodword_http_request_duration_seconds";
        page.about(name, "histogram", "How long requests took.");
        for ((method, path, status), taken) in &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            let labels = format!("method=\"{method}\",route=\"{}\",status=\"{status}\"", escaped(path));
            for (step, count) in STEPS.iter().zip(taken.steps) {
                page.line(&format!("{name}_bucket"), &format!("{labels},le=\"{step}\""), count);
            }
            page.line(&format!("{name}_bucket"), &format!("{labels},le=\"+Inf\""), taken.count);
            page.line(&format!("{name}_sum"), &labels, taken.seconds);
            page.line(&format!("{name}_count"), &labels, taken.count);
        }
    }
}

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/metrics", get(metrics)).route("/readyz", get(ready))
}

/// Notes how long a request took.
pub(super) async fn timed(State(web): State<Web>, request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned()).unwrap_or_default();
    let (method, began) = (request.method().as_str().to_owned(), Instant::now());
    let response = next.run(request).await;
    web.durations.note(&method, &path, response.status().as_u16(), began.elapsed());
    response
}

async fn metrics(State(web): State<Web>) -> Result<Response, Failure> {
    let mut page = Page::default();
    figures(&web.app, &mut page).await?;
    web.durations.write(&mut page);
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], page.0).into_response())
}

async fn figures(app: &App, page: &mut Page) -> anyhow::Result<()> {
    page.about("goodword_build_info", "gauge", "The version that runs.");
    page.line("goodword_build_info", &format!("version=\"{}\"", env!("CARGO_PKG_VERSION")), 1);
    let counts = app.store().counts().await?;
    page.single("goodword_mentions", "Mentions kept, each once.", counts.mentions);
    page.single("goodword_sightings", "Places where they were seen.", counts.sightings);
    page.single("goodword_tags", "Tags on them.", counts.tags);
    page.single("goodword_mentions_filtered", "Mentions put aside as noise.", counts.filtered);
    sources(app, page).await?;
    rounds(&app.pulse(), page);
    let backlog = app.backlog().await?;
    page.about("goodword_outbox_messages", "gauge", "Messages in the outbox that have not gone out.");
    for (state, count) in [("waiting", backlog.waiting), ("gathered", backlog.gathered), ("stuck", backlog.stuck)] {
        page.line("goodword_outbox_messages", &format!("state=\"{state}\""), count);
    }
    let summary = app.reply_summary(Timestamp::MIN).await?;
    page.about("goodword_replies", "gauge", "Replies, by where they stand.");
    for status in Status::ALL {
        page.line("goodword_replies", &format!("status=\"{status}\""), summary.by_status.get(&status).copied().unwrap_or_default());
    }
    page.single("goodword_replies_overdue", "Open replies whose deadline has passed.", summary.overdue);
    page.single("goodword_index_lag_changes", "Changes of the store that the search index has not followed yet.", app.index_lag().await?);
    Ok(())
}

async fn sources(app: &App, page: &mut Page) -> anyhow::Result<()> {
    let all = [Coverage::Fresh, Coverage::Unchanged, Coverage::Partial, Coverage::Blocked, Coverage::Failing, Coverage::Stale];
    let words = all.iter().map(ToString::to_string).chain(["paused", "unasked"].map(str::to_owned));
    let mut by_coverage: BTreeMap<String, u64> = words.map(|word| (word, 0)).collect();
    let ledger = app.ledger().await?;
    for entry in &ledger {
        let word = match entry.coverage {
            _ if !entry.enabled => "paused".to_owned(),
            None => "unasked".to_owned(),
            Some(coverage) => coverage.to_string(),
        };
        *by_coverage.entry(word).or_default() += 1;
    }
    page.about("goodword_sources", "gauge", "Sources, by what they showed at their last round.");
    for (word, count) in by_coverage {
        page.line("goodword_sources", &format!("coverage=\"{word}\""), count);
    }
    each_source(&ledger, page);
    Ok(())
}

fn each_source(ledger: &[LedgerEntry], page: &mut Page) {
    let source = |entry: &LedgerEntry| format!("source=\"{}\"", escaped(&entry.source));
    page.about("goodword_source_failures", "gauge", "Rounds in a row that failed.");
    for entry in ledger {
        page.line("goodword_source_failures", &source(entry), entry.failures);
    }
    page.about("goodword_source_last_good_timestamp_seconds", "gauge", "When a source last showed what it has.");
    for (entry, good) in ledger.iter().filter_map(|entry| Some((entry, entry.last_good?))) {
        page.line("goodword_source_last_good_timestamp_seconds", &source(entry), good.as_second());
    }
}

/// What of some rounds is counted.
type Count = fn(&Rounds) -> u64;

/// The rounds that this process made.
fn rounds(pulse: &Pulse, page: &mut Page) {
    let labels = |source: &str, coverage: &str| format!("source=\"{}\",coverage=\"{coverage}\"", escaped(source));
    let name = "goodword_crawl_duration_seconds";
    page.about(name, "summary", "How long rounds took, by source and by what they showed.");
    for ((source, coverage), rounds) in &pulse.rounds {
        page.line(&format!("{name}_sum"), &labels(source, coverage), rounds.seconds);
        page.line(&format!("{name}_count"), &labels(source, coverage), rounds.count);
    }
    let counters: [(&str, &str, Count); 2] = [
        ("goodword_crawl_mentions_seen_total", "Mentions seen, each as often as it was seen.", |rounds| rounds.seen),
        ("goodword_crawl_mentions_new_total", "Mentions never heard before.", |rounds| rounds.new),
    ];
    for (name, help, count) in counters {
        page.about(name, "counter", help);
        for ((source, coverage), rounds) in &pulse.rounds {
            page.line(name, &labels(source, coverage), count(rounds));
        }
    }
}

async fn ready(State(app): State<Arc<App>>) -> Response {
    let store = app.store().latest_change().await;
    let lag = app.index_lag().await;
    for error in [store.as_ref().err(), lag.as_ref().err()].into_iter().flatten() {
        tracing::error!("not ready: {error:#}");
    }
    readiness(store.is_ok(), lag.ok(), app.pulse().index_trouble.is_none()).into_response()
}

/// Whether requests may come here, and what of it answers: the store, the index, and what writes the index.
fn readiness(store: bool, lag: Option<i64>, writes: bool) -> (StatusCode, String) {
    let word = |well: bool| if well { "ok" } else { "unreachable" };
    let is_ready = store && lag.is_some() && writes;
    let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let writer = if writes { "ok" } else { "stuck" };
    let lag_in_words = lag.map_or_else(|| "unknown".to_owned(), |lag| lag.to_string());
    (status, format!("store: {}\nindex: {}\nwriter: {writer}\nindex lag: {lag_in_words}\n", word(store), word(lag.is_some())))
}

/// A page in Prometheus' text format.
#[derive(Debug, Default)]
struct Page(String);

impl Page {
    fn about(&mut self, name: &str, kind: &str, help: &str) {
        self.write(&format!("# HELP {name} {help}\n# TYPE {name} {kind}\n"));
    }

    fn line(&mut self, name: &str, labels: &str, value: impl std::fmt::Display) {
        self.write(&format!("{name}{{{labels}}} {value}\n"));
    }

    fn single(&mut self, name: &str, help: &str, value: impl std::fmt::Display) {
        self.about(name, "gauge", help);
        self.write(&format!("{name} {value}\n"));
    }

    fn write(&mut self, text: &str) {
        self.0.write_str(text).expect("a string takes all that is written to it");
    }
}

fn escaped(label: &str) -> String {
    label.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_not_ready_says_what_of_it_is_not() {
        for (store, lag, writes, status, want) in [
            (true, Some(0), true, 200, "store: ok\nindex: ok\nwriter: ok\nindex lag: 0\n"),
            (true, Some(9), true, 200, "store: ok\nindex: ok\nwriter: ok\nindex lag: 9\n"),
            (true, Some(9), false, 503, "store: ok\nindex: ok\nwriter: stuck\nindex lag: 9\n"),
            (true, None, true, 503, "store: ok\nindex: unreachable\nwriter: ok\nindex lag: unknown\n"),
            (false, None, true, 503, "store: unreachable\nindex: unreachable\nwriter: ok\nindex lag: unknown\n"),
        ] {
            let (got, words) = readiness(store, lag, writes);
            assert_eq!((got.as_u16(), words.as_str()), (status, want));
        }
    }

    #[test]
    fn rounds_are_counters_of_their_source_and_of_what_they_showed() {
        let mut pulse = Pulse::default();
        let rounds = Rounds { count: 2, seconds: 1.5, seen: 7, new: 3 };
        pulse.rounds.insert(("a \"b\"".to_owned(), "fresh".to_owned()), rounds);
        let mut page = Page::default();
        super::rounds(&pulse, &mut page);
        let labels = "{source=\"a \\\"b\\\"\",coverage=\"fresh\"}";
        for line in [
            format!("goodword_crawl_duration_seconds_sum{labels} 1.5\n"),
            format!("goodword_crawl_duration_seconds_count{labels} 2\n"),
            format!("goodword_crawl_mentions_seen_total{labels} 7\n"),
            format!("goodword_crawl_mentions_new_total{labels} 3\n"),
        ] {
            assert!(page.0.contains(&line), "{line} is missing in\n{}", page.0);
        }
    }

    #[test]
    fn durations_are_counted_in_steps_that_hold_the_smaller_ones() {
        let durations = Durations::default();
        durations.note("GET", "/mentions/{id}", 200, Duration::from_millis(7));
        durations.note("GET", "/mentions/{id}", 200, Duration::from_secs(60));
        let mut page = Page::default();
        durations.write(&mut page);
        let labels = "method=\"GET\",route=\"/mentions/{id}\",status=\"200\"";
        for (step, count) in [("0.005", 0), ("0.01", 1), ("10", 1), ("+Inf", 2)] {
            let line = format!("_bucket{{{labels},le=\"{step}\"}} {count}\n");
            assert!(page.0.contains(&line), "{line} is missing in\n{}", page.0);
        }
        assert!(page.0.contains(&format!("_sum{{{labels}}} 60.007")), "{}", page.0);
    }
}
