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
use super::{Ran, history, paint};
use crate::app::{App, LedgerEntry};
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
    /// The states each source was in over time, or what each day brought
    History(history::Args),
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
        Some(Action::History(args)) => history::run(dir, args, json).await,
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
    writeln!(out, "{}", ledger_table(&ledger))?;
    Ok(ran)
}

/// The ledger for people.
fn ledger_table(ledger: &[LedgerEntry]) -> String {
    let mut table = table(&["source", "kind", "coverage", "last good", "next due", "today", "a day", "reason"]);
    for entry in ledger {
        let coverage = entry.coverage.map_or_else(|| "not asked yet".to_owned(), |coverage| coverage.to_string());
        let coverage = if entry.enabled { coverage } else { "paused".to_owned() };
        let today = entry.coverage.map_or_else(String::new, |_| format!("{} / {}", entry.seen_today, entry.new_today));
        let a_day = entry.seen_a_day.zip(entry.new_a_day).map_or_else(String::new, |(seen, new)| format!("{seen} / {new}"));
        let next_why = entry.next_why.as_ref().map(|why| format!("next due then because {why}"));
        let reason: Vec<String> = entry.reason.iter().chain(&next_why).chain(&entry.notes).cloned().collect();
        table.add_row([
            entry.source.clone(),
            entry.kind.to_owned(),
            coverage,
            time(entry.last_good),
            time(entry.next_due),
            today,
            a_day,
            reason.join(". "),
        ]);
    }
    format!("{table}\ntimes are UTC; today and a day (mean of 7): mentions seen / new. `goodword sources history` tells how each fared")
}

/// A time as the tables show it.
pub(super) fn time(time: Option<jiff::Timestamp>) -> String {
    time.map_or_else(|| "never".to_owned(), |time| time.strftime("%F %H:%M").to_string())
}

/// A table without lines.
pub(super) fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_header(header);
    table
}
