//! `goodword crawl`: one round now, a line per source as it ends.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{Ran, paint, progress};
use crate::app::{App, News};
use crate::clock::Clock;
use crate::store::Coverage;

/// What `crawl` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The sources to ask; all enabled ones if none is named
    #[arg(value_name = "SOURCE")]
    sources: Vec<String>,
    /// Only sources that are due, for those who have cron in the place of `goodword serve`
    #[arg(long, conflicts_with = "sources")]
    due: bool,
    /// Print a JSON object per source
    #[arg(long)]
    json: bool,
}

/// The bar is brought up to date so often.
const LOOK_EVERY: Duration = Duration::from_millis(200);

pub(super) async fn run(dir: &Path, args: Args) -> anyhow::Result<Ran> {
    let app = App::open(dir, Clock::machine()).await?;
    let mut ran = paint::problems(&app.config().problems);
    let sources = if args.due { app.sources_due().await? } else { app.sources_named(&args.sources)? };
    let bar = progress::bar("asked", sources.len());
    let stop = CancellationToken::new();
    let _stopping = super::serve::stop_on_signal(&stop);
    let mut crawl = app.crawl(sources, stop.clone()).await?;
    let mut look = tokio::time::interval(LOOK_EVERY);
    loop {
        let report = tokio::select! {
            report = crawl.next() => report,
            _ = look.tick() => {
                bar.set_message(progress::come(&crawl.come()));
                continue;
            }
        };
        let Some(report) = report.transpose()? else { break };
        // A part is no failure, but nothing where something was due is.
        let heard = match report.coverage {
            Coverage::Fresh | Coverage::Unchanged => true,
            Coverage::Partial => report.seen > 0,
            Coverage::Blocked | Coverage::Failing | Coverage::Stale => false,
        };
        if !heard {
            ran = Ran::WithFailures;
        }
        let line = if args.json { serde_json::to_string(&report)? } else { paint::report(&report) };
        bar.suspend(|| writeln!(std::io::stdout(), "{line}"))?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    app.catch_up(&progress::bar("indexed", 0)).await?;
    if let Err(error) = app.look_for_news(&mut News::default()).await {
        eprintln!("goodword: alerts and spikes could not be looked for: {error:#}");
        ran = Ran::WithFailures;
    }
    app.close().await;
    Ok(ran)
}
