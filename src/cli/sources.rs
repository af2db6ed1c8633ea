//! `goodword sources`: what is listened to.

use std::io::Write;
use std::path::Path;

use clap::Subcommand;
use comfy_table::{ContentArrangement, Table, presets};

use super::{Ran, paint};
use crate::app::App;
use crate::clock::Clock;

/// What `sources` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Option<Action>,
    /// Print a JSON object per source
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Each source with what it did and did not show
    List,
}

pub(super) async fn run(dir: &Path, args: Args) -> anyhow::Result<Ran> {
    let (None | Some(Action::List)) = args.action;
    let app = App::open(dir, Clock::machine()).await?;
    let ran = paint::problems(&app.config().problems);
    let ledger = app.ledger().await?;
    let mut out = std::io::stdout().lock();
    if args.json {
        for entry in &ledger {
            serde_json::to_writer(&mut out, entry)?;
            writeln!(out)?;
        }
        return Ok(ran);
    }
    let mut table = table(&["source", "kind", "coverage", "last good", "next due", "reason"]);
    for entry in &ledger {
        let time = |time: Option<jiff::Timestamp>| time.map_or_else(|| "never".to_owned(), |time| time.strftime("%F %H:%M").to_string());
        let coverage = entry.coverage.map_or_else(|| "not asked yet".to_owned(), |coverage| coverage.to_string());
        let coverage = if entry.enabled { coverage } else { "paused".to_owned() };
        let reason = entry.reason.clone().unwrap_or_default();
        table.add_row([entry.source.clone(), entry.kind.to_owned(), coverage, time(entry.last_good), time(entry.next_due), reason]);
    }
    writeln!(out, "{table}\ntimes are UTC")?;
    Ok(ran)
}

/// A table without lines.
pub(super) fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_header(header);
    table
}
