//! An unchanged poll through schedule, manners and store, beside a bare request for the same page.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use futures_util::{StreamExt, TryStreamExt};
use goodword::app::App;
use goodword::store::Coverage;
use tokio_util::sync::CancellationToken;

use crate::machine::cpu_time;
use crate::{Bench, SITE, source};

/// Bare requests under way at the same time.
const AT_ONCE: usize = 64;

/// Polls `sources` on `hosts` several times and prints the computing time of both sides, that of the sites left out.
pub(crate) fn run(bench: &Bench, (sources, hosts, rounds): (usize, usize, usize)) -> anyhow::Result<()> {
    let hosts = bench.hosts(hosts)?;
    let urls: Vec<String> =
        (0..sources).map(|number| format!("http://{}/ok/{number}", hosts.addresses[number % hosts.addresses.len()])).collect();
    let written: String = urls.iter().enumerate().map(|(number, url)| source(&format!("s{number}"), url, "0s")).collect();
    let (_dir, app) = bench.installation(&written)?;
    let client = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(1).build()?;
    bench.ours.block_on(ours(&app, Coverage::Fresh))?;
    bench.ours.block_on(ours(&app, Coverage::Unchanged))?;
    bench.ours.block_on(raw(&client, &urls))?;
    let mut ratios = Vec::new();
    println!("poll: {sources} unchanged pages on {} hosts", hosts.addresses.len());
    for _ in 0..rounds {
        let ours = measure(|| bench.ours.block_on(ours(&app, Coverage::Unchanged)))?;
        let raw = measure(|| bench.ours.block_on(raw(&client, &urls)))?;
        let micros = |took: Duration| took.as_secs_f64() * 1e6 / sources as f64;
        println!("  ours {:.0} µs, bare {:.0} µs of CPU a poll", micros(ours), micros(raw));
        ratios.push(ours.as_secs_f64() / raw.as_secs_f64());
    }
    ratios.sort_by(f64::total_cmp);
    println!("  ours / bare, the middle: {:.2} (floor 3, goal 1.5)", ratios.get(ratios.len() / 2).copied().unwrap_or(f64::NAN));
    bench.ours.block_on(app.close());
    Ok(())
}

fn measure(run: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<Duration> {
    let before = cpu_time(SITE).context("this machine does not tell the computing time of threads")?;
    run()?;
    Ok(cpu_time(SITE).unwrap_or_default().saturating_sub(before))
}

async fn ours(app: &Arc<App>, coverage: Coverage) -> anyhow::Result<()> {
    let mut crawl = app.crawl(app.sources_named(&[])?, CancellationToken::new()).await?;
    while let Some(report) = crawl.next().await {
        let report = report?;
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
