//! An unchanged poll through schedule, manners and store, as `goodword serve` makes it, beside a bare request for the same page.
//!
//! The clock is turned by hand from turn to turn; all else is as it is at work.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use futures_util::{StreamExt, TryStreamExt};
use goodword::clock::Clock;
use goodword::config::Config;
use goodword::crawl::{Crawler, Reader, Report, Rulebook};
use goodword::fetch::Fetcher;
use goodword::mention::AddressKey;
use goodword::noise::Rules;
use goodword::phrases::Tagger;
use goodword::store::{Coverage, Store};
use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::machine::cpu_time;
use crate::{Bench, SITE, source};

/// Bare requests under way at the same time.
const AT_ONCE: usize = 64;
/// Polls of each page that are measured together: the machine counts computing time in hundredths of a second.
const PASSES: usize = 10;
/// How often the sources are due.
const EVERY: Duration = Duration::from_hours(1);

/// Polls `sources` on `hosts` several times and prints the computing time of both sides, that of the sites left out.
pub(crate) fn run(bench: &Bench, (sources, hosts, rounds): (usize, usize, usize)) -> anyhow::Result<()> {
    let hosts = bench.hosts(hosts)?;
    let urls: Vec<String> =
        (0..sources).map(|number| format!("http://{}/ok/{number}", hosts.addresses[number % hosts.addresses.len()])).collect();
    let written: String = urls.iter().enumerate().map(|(number, url)| source(&format!("s{number}"), url, "0s")).collect();
    let (dir, app) = bench.installation(&written)?;
    bench.ours.block_on(app.close());
    let clock = Clock::stopped_at("2026-03-10T00:30:00Z".parse::<Timestamp>()?);
    let config = Config::read(dir.path());
    let crawler = bench.ours.block_on(crawler(&config, dir.path(), clock.clone()))?;
    let store = Arc::clone(&crawler.store);
    let client = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(1).build()?;
    let (sender, mut reports) = mpsc::channel(256);
    let stop = CancellationToken::new();
    let crawling = bench.ours.spawn({
        let stop = stop.clone();
        async move { crawler.keep_crawling(&config.sources, &sender, &stop).await }
    });
    let mut turn = |coverage| bench.ours.block_on(reported(&mut reports, sources, coverage));
    turn(Coverage::Fresh)?;
    clock.turn(EVERY);
    turn(Coverage::Unchanged)?;
    bench.ours.block_on(raw(&client, &urls))?;
    let mut ratios = Vec::new();
    println!("poll: {sources} unchanged pages on {} hosts", hosts.addresses.len());
    for _ in 0..rounds {
        let ours = measure(|| {
            clock.turn(EVERY);
            turn(Coverage::Unchanged)
        })?;
        let raw = measure(|| bench.ours.block_on(raw(&client, &urls)))?;
        let micros = |took: Duration| took.as_secs_f64() * 1e6 / (PASSES * sources) as f64;
        println!("  ours {:.1} µs, bare {:.1} µs of CPU a poll", micros(ours), micros(raw));
        ratios.push(ours.as_secs_f64() / raw.as_secs_f64());
    }
    ratios.sort_by(f64::total_cmp);
    println!("  ours / bare, the middle: {:.2} (floor 3, goal 1.5)", ratios.get(ratios.len() / 2).copied().unwrap_or(f64::NAN));
    stop.cancel();
    bench.ours.block_on(crawling)??;
    bench.ours.block_on(store.close());
    Ok(())
}

async fn crawler(config: &Config, dir: &std::path::Path, clock: Clock) -> anyhow::Result<Crawler> {
    let fetcher = Arc::new(Fetcher::new(config.settings.fetch.clone(), clock.clone())?);
    Ok(Crawler {
        reader: Reader { fetcher, clock, dir: dir.to_owned(), address_key: Arc::new(AddressKey::passing()?), tokens: Arc::default() },
        store: Arc::new(Store::open(dir).await?),
        rules: Rulebook::new(Tagger::new(&config.lists), Rules::new(&config.settings.noise, config.promo.clone())),
        progress: Arc::default(),
    })
}

/// Computing time of so many passes of `run`.
fn measure(mut run: impl FnMut() -> anyhow::Result<()>) -> anyhow::Result<Duration> {
    let before = cpu_time(SITE).context("this machine does not tell the computing time of threads")?;
    for _ in 0..PASSES {
        run()?;
    }
    Ok(cpu_time(SITE).unwrap_or_default().saturating_sub(before))
}

/// Waits for one report of each source.
async fn reported(reports: &mut mpsc::Receiver<anyhow::Result<Report>>, sources: usize, coverage: Coverage) -> anyhow::Result<()> {
    for _ in 0..sources {
        let report = reports.recv().await.context("the schedule has ended")??;
        ensure!(report.coverage == coverage, "{report:?}");
    }
    Ok(())
}

async fn raw(client: &reqwest::Client, urls: &[String]) -> anyhow::Result<()> {
    let asks = urls.iter().map(|url| async move {
        let response = client.get(url).header("If-None-Match", "\"v1\"").send().await?;
        ensure!(response.status() == 304, "{}", response.status());
        Ok(response.bytes().await?)
    });
    futures_util::stream::iter(asks).buffer_unordered(AT_ONCE).try_for_each(|_| async { Ok(()) }).await
}
