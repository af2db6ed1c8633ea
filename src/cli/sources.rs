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
pub(super) type Args = super::Acting<Action>;

#[derive(Debug, Subcommand)]
pub(super) enum Action {
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
        let next_why = entry.next_why.as_ref().map(|why| format!("next due later: {why}"));
        let reason: Vec<String> = entry.reason.iter().chain(&next_why).chain(&entry.notes).cloned().collect();
        table.add_row([
            entry.source.clone(),
            entry.kind.to_owned(),
            coverage,
            time(entry.last_good),
            time(entry.next_due),
            today,
            a_day,
            reason.join("; "),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Coverage;

    #[test]
    fn the_ledger_tells_what_was_seen_and_why_not_all() {
        let at = |time: &str| Some(time.parse().unwrap());
        let well = LedgerEntry {
            source: "forum".to_owned(),
            kind: "feed",
            enabled: true,
            coverage: Some(Coverage::Fresh),
            reason: None,
            notes: Vec::new(),
            last_run: at("2026-03-10T12:00:00Z"),
            last_good: at("2026-03-10T12:00:00Z"),
            next_due: at("2026-03-10T13:00:00Z"),
            next_why: Some("the feed asks for 1h between two visits".to_owned()),
            failures: 0,
            left: 0,
            seen_today: 110,
            new_today: 5,
            seen_a_day: Some(1204.3),
            new_a_day: Some(7.1),
        };
        let paused = LedgerEntry { source: "shop".to_owned(), enabled: false, coverage: None, next_why: None, ..well.clone() };
        let table = ledger_table(&[well, paused]);
        let rows: Vec<String> = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(
            rows[1],
            "forum feed fresh 2026-03-10 12:00 2026-03-10 13:00 110 / 5 1204.3 / 7.1 next due later: the feed asks for 1h between two visits"
        );
        assert!(rows[2].starts_with("shop feed paused"), "{rows:?}");
    }
}
