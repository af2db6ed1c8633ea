//! `goodword doctor`: how everything fares.

use std::io::Write;
use std::path::Path;

use super::Ran;
use crate::app::App;
use crate::clock::Clock;

/// What `doctor` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Print findings as JSON Lines
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(dir: &Path, args: Args) -> anyhow::Result<Ran> {
    let app = App::open(dir, Clock::machine()).await?;
    let findings = app.examine().await?;
    let mut out = std::io::stdout().lock();
    for finding in &findings {
        if args.json {
            serde_json::to_writer(&mut out, finding)?;
            writeln!(out)?;
        } else {
            let sign = if finding.well { "ok   " } else { "WRONG" };
            writeln!(out, "{sign} {}: {}", finding.thing, finding.found)?;
        }
    }
    app.close().await;
    Ok(if findings.iter().all(|finding| finding.well) { Ran::Fine } else { Ran::WithFailures })
}
