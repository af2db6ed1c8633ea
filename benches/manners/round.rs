//! A round of many sources over hosts of all sorts; the hosts' own logs are the proof.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::ensure;
use goodword::app::App;
use tokio_util::sync::CancellationToken;

use crate::machine::{cpu_time, peak_memory};
use crate::site::{Hosts, KINDS, Log};
use crate::{Bench, SITE, source};

/// The floor that every source asks for.
const FLOOR: Duration = Duration::from_secs(1);
/// How long hosts that ask for it want to be left alone.
const RETRY_AFTER: u64 = 120;

/// What a round took.
struct Took {
    wall: Duration,
    cpu: Option<Duration>,
    coverage: BTreeMap<String, usize>,
}

/// Two rounds of `sources` over `hosts`, one after the other.
pub(crate) fn run(bench: &Bench, (sources, hosts): (usize, usize)) -> anyhow::Result<()> {
    let hosts = bench.hosts(hosts)?;
    let (_dir, app) = bench.installation(&written(&hosts, sources, "1s", |host, number| match KINDS[host % KINDS.len()] {
        kind @ ("429" | "429-date") => format!("{kind}/{RETRY_AFTER}?{number}"),
        kind => format!("{kind}/{number}"),
    }))?;
    println!("round: {sources} sources on {} hosts ({}), floor {FLOOR:?}", hosts.addresses.len(), KINDS.join(", "));
    let mut before = Vec::new();
    for round in ["first", "second, at once"] {
        let took = bench.ours.block_on(once(&app))?;
        let cpu = took.cpu.map_or_else(|| "?".to_owned(), |cpu| format!("{:.2} s", cpu.as_secs_f64()));
        println!("  {round} round: wall {:.1} s, CPU {cpu}, {:?}", took.wall.as_secs_f64(), took.coverage);
        let logs = hosts.logs();
        judge(&logs, FLOOR)?;
        if !before.is_empty() {
            left_alone(&before, &logs)?;
        }
        before = logs;
    }
    report_memory();
    bench.ours.block_on(app.close());
    Ok(())
}

/// One round of a great many sources that all have something to say.
pub(crate) fn crowd(bench: &Bench, (sources, hosts): (usize, usize)) -> anyhow::Result<()> {
    let hosts = bench.hosts(hosts)?;
    let (_dir, app) = bench.installation(&written(&hosts, sources, "0s", |_, number| format!("ok/{number}")))?;
    let took = bench.ours.block_on(once(&app))?;
    println!("crowd: {sources} sources on {} hosts: wall {:.1} s, {:?}", hosts.addresses.len(), took.wall.as_secs_f64(), took.coverage);
    judge(&hosts.logs(), Duration::ZERO)?;
    report_memory();
    bench.ours.block_on(app.close());
    Ok(())
}

fn written(hosts: &Hosts, sources: usize, floor: &str, path: impl Fn(usize, usize) -> String) -> String {
    let one = |number: usize| {
        let host = number % hosts.addresses.len();
        source(&format!("s{number}"), &format!("http://{}/{}", hosts.addresses[host], path(host, number)), floor)
    };
    (0..sources).map(one).collect()
}

async fn once(app: &App) -> anyhow::Result<Took> {
    let (cpu, started) = (cpu_time(SITE), Instant::now());
    let mut crawl = app.crawl(app.sources_named(&[])?, CancellationToken::new()).await?;
    let mut coverage = BTreeMap::new();
    while let Some(report) = crawl.next().await {
        *coverage.entry(report?.coverage.to_string()).or_default() += 1;
    }
    let cpu = cpu_time(SITE).zip(cpu).map(|(after, before)| after.saturating_sub(before));
    Ok(Took { wall: started.elapsed(), cpu, coverage })
}

/// Whether the hosts were treated as they should be.
fn judge(logs: &[Log], floor: Duration) -> anyhow::Result<()> {
    let most = logs.iter().map(|log| log.most_in_flight).max().unwrap_or_default();
    let gap = logs.iter().filter_map(Log::shortest_gap).min().unwrap_or_default();
    let too_early: usize = logs.iter().map(|log| log.too_early).sum();
    println!("    in flight on one host at most {most}; shortest gap {:.3} s; asked while left alone {too_early}", gap.as_secs_f64());
    ensure!(most <= 1, "two requests were in flight on one host");
    ensure!(gap >= floor, "the floor was not kept");
    ensure!(too_early == 0, "`Retry-After` was not kept");
    Ok(())
}

/// Whether hosts that asked to be left alone were not asked again.
fn left_alone(before: &[Log], after: &[Log]) -> anyhow::Result<()> {
    for (host, (before, after)) in before.iter().zip(after).enumerate() {
        let kind = KINDS[host % KINDS.len()];
        if kind.starts_with("429") {
            ensure!(before.pages() == 1 && after.pages() == 1, "a host that said 429 was asked again ({kind})");
        }
    }
    Ok(())
}

fn report_memory() {
    match peak_memory() {
        Some(peak) => println!("    peak memory of the process, sites included: {peak:.0} MiB"),
        None => println!("    this machine does not tell the peak of memory"),
    }
}
