//! Many sources on many hosts of all sorts, in real time; the hosts' own logs are the proof.

#[path = "../../benches/manners/site.rs"]
mod site;

use std::path::Path;
use std::time::{Duration, Instant};

use goodword::app::App;
use goodword::clock::Clock;
use goodword::store::Coverage;
use tokio_util::sync::CancellationToken;

use crate::harness::write_files;
use site::{Hosts, KINDS, Log};

const HOSTS: usize = 24;
const FLOOR: Duration = Duration::from_millis(100);
/// What hosts that say 429 ask for.
const RETRY_AFTER: Duration = Duration::from_secs(3);

/// Three sources a host: what each kind of host answers, and, at hosts that refuse single pages, one that it answers well.
fn sources(hosts: &Hosts) -> String {
    let one = |number: usize| {
        let host = number % HOSTS;
        let kind = KINDS[host % KINDS.len()];
        let path = match kind {
            "429" | "429-date" => format!("{kind}/{}", RETRY_AFTER.as_secs()),
            "403" if number < HOSTS => format!("ok/{number}"),
            kind => format!("{kind}/{number}"),
        };
        format!(
            "[[source]]\nname = \"{kind}.{number}\"\nkind = \"feed\"\nevery = \"1h\"\nmin_interval = \"{}ms\"\nallow_private = true\nurl = \"http://{}/{path}\"\n\n",
            FLOOR.as_millis(),
            hosts.addresses[host]
        )
    };
    (0..3 * HOSTS).map(one).collect()
}

async fn open(dir: &Path) -> App {
    let app = App::open(dir, Clock::machine()).await.unwrap();
    assert_eq!(app.config().problems, []);
    app
}

async fn round(app: &App) -> Vec<(String, Coverage)> {
    let mut crawl = app.crawl(app.sources_named(&[]).unwrap(), CancellationToken::new()).await.unwrap();
    let mut coverage = Vec::new();
    while let Some(report) = crawl.next().await {
        let report = report.unwrap();
        coverage.push((report.source, report.coverage));
    }
    coverage
}

/// What must hold at any time; returns how often hosts of this kind were asked for a page.
fn judge<'a>(logs: &'a [Log], kind: &'a str) -> impl Iterator<Item = usize> + 'a {
    for (host, log) in logs.iter().enumerate() {
        let kind = KINDS[host % KINDS.len()];
        assert_eq!(log.most_in_flight, 1, "{kind}: two in flight");
        assert!(log.shortest_gap().is_none_or(|gap| gap >= FLOOR), "{kind}: {:?}", log.shortest_gap());
        assert_eq!(log.too_early, 0, "{kind}: asked before it wanted to be");
    }
    logs.iter().enumerate().filter(move |(host, _)| KINDS[host % KINDS.len()] == kind).map(|(_, log)| log.pages())
}

#[tokio::test(flavor = "multi_thread")]
async fn manners_hold_over_many_hosts_of_all_sorts() {
    let hosts = Hosts::serve(HOSTS).await.unwrap();
    let dir = tempfile::tempdir().unwrap();
    write_files(dir.path(), &sources(&hosts));
    std::fs::write(dir.path().join("settings.toml"), "[fetch]\ntotal_timeout = \"1500ms\"\n").unwrap();
    let app = open(dir.path()).await;
    let started = Instant::now();
    let first = round(&app).await;
    assert!(started.elapsed() < Duration::from_secs(25), "hosts that hang held up the others: {:?}", started.elapsed());
    assert_eq!(first.len(), 3 * HOSTS);
    for (source, coverage) in &first {
        let number: usize = source.rsplit('.').next().unwrap().parse().unwrap();
        let want = match source.split('.').next().unwrap() {
            "ok" | "slow" => Coverage::Fresh,
            "403" if number < HOSTS => Coverage::Fresh,
            "403" => Coverage::Blocked,
            _ => Coverage::Failing,
        };
        assert_eq!(*coverage, want, "{source}");
    }
    let logs = hosts.logs();
    for (kind, asked) in [("ok", 3), ("slow", 3), ("403", 3), ("hang", 1), ("503", 1), ("429", 1), ("429-date", 1)] {
        assert!(judge(&logs, kind).all(|pages| pages == asked), "{kind}: {:?}", judge(&logs, kind).collect::<Vec<_>>());
    }
    app.close().await;
    // The next process knows who wants to be left alone.
    let app = open(dir.path()).await;
    round(&app).await;
    let logs = hosts.logs();
    for kind in ["hang", "503"] {
        assert!(judge(&logs, kind).all(|pages| pages == 1), "{kind}");
    }
    assert!(judge(&logs, "ok").all(|pages| pages == 6));
    tokio::time::sleep(RETRY_AFTER + Duration::from_secs(1)).await;
    round(&app).await;
    let logs = hosts.logs();
    for kind in ["429", "429-date"] {
        assert!(judge(&logs, kind).all(|pages| pages >= 2), "{kind}: when its time is over it is asked again");
    }
    app.close().await;
}
