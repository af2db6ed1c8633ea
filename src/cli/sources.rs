//! `goodword sources`: what is listened to.

mod add;
mod edit;
mod exchange;
mod packs;
mod shown;
pub(super) mod trying;

use std::io::Write;
use std::path::Path;

use clap::Subcommand;
use comfy_table::{ContentArrangement, Table, presets};

use self::edit::Edit;
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
    /// Find what can be listened to at an address or in a file, and write it to sources.toml
    Add(add::Args),
    /// The packs of starting places that `add --pack` writes
    Packs,
    /// Take in a list of feeds (OPML); duplicates are skipped
    Import(exchange::ImportArgs),
    /// Write the feeds as a list for feed readers (OPML)
    Export(exchange::ExportArgs),
    /// Ask sources no more until they are resumed
    Pause(edit::Args),
    /// Ask paused sources again
    Resume(edit::Args),
    /// Take sources out of sources.toml; what was heard there stays
    Remove(edit::Args),
    /// Ask once, store nothing, show what would be read: the same as `goodword try`
    Test(trying::Args),
}

pub(super) async fn run(dir: &Path, args: Args) -> anyhow::Result<Ran> {
    let json = args.json;
    match args.action {
        None | Some(Action::List) => list(dir, json).await,
        Some(Action::Add(args)) => add::run(dir, args, json).await,
        Some(Action::Packs) => packs::list(json),
        Some(Action::Import(args)) => exchange::import(dir, &args, json),
        Some(Action::Export(args)) => exchange::export(dir, &args, json),
        Some(Action::Pause(args)) => edit::run(dir, Edit::Pause, &args, json),
        Some(Action::Resume(args)) => edit::run(dir, Edit::Resume, &args, json),
        Some(Action::Remove(args)) => edit::run(dir, Edit::Remove, &args, json),
        Some(Action::Test(args)) => trying::run(dir, args, json).await,
    }
}

async fn list(dir: &Path, json: bool) -> anyhow::Result<Ran> {
    let app = App::open(dir, Clock::machine()).await?;
    let ran = paint::problems(&app.config().problems);
    let ledger = app.ledger().await?;
    let mut out = std::io::stdout().lock();
    if json {
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
