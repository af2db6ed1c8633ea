//! `goodword sources` and `goodword products`: what is listened to, and for what.

use std::io::Write;
use std::path::Path;

use clap::Subcommand;
use comfy_table::{ContentArrangement, Table, presets};

use super::{Ran, history, paint};
use crate::app::{App, LedgerEntry};
use crate::clock::Clock;
use crate::config::Config;

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
    /// The states each source was in over time, or what each day brought
    History(history::Args),
}

/// What `products` takes.
#[derive(Debug, clap::Args)]
pub(super) struct ProductsArgs {
    #[command(subcommand)]
    action: Option<ProductsAction>,
    /// Print a JSON object per product
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum ProductsAction {
    /// Each product with the names it is known by
    List,
}

pub(super) async fn run(dir: &Path, args: Args) -> anyhow::Result<Ran> {
    if let Some(Action::History(history)) = args.action {
        return history::run(dir, history, args.json).await;
    }
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

pub(super) fn run_products(dir: &Path, args: ProductsArgs) -> anyhow::Result<Ran> {
    let (None | Some(ProductsAction::List)) = args.action;
    let config = Config::read(dir);
    let ran = paint::problems(&config.problems);
    let mut out = std::io::stdout().lock();
    let mut table = table(&["product", "whose", "also written"]);
    for product in &config.lists.products {
        if args.json {
            let line = serde_json::json!({ "name": product.name, "ours": product.ours, "names": product.names });
            writeln!(out, "{line}")?;
        }
        let whose = if product.ours { "ours" } else { "a competitor's" };
        table.add_row([product.name.as_str(), whose, &product.names.join(", ")]);
    }
    if !args.json {
        writeln!(out, "{table}")?;
    }
    Ok(ran)
}

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
