//! `goodword insight changed` and `goodword insight loop`: what we changed, and whether it helped.

use std::io::Write;

use anyhow::Context;
use clap::Subcommand;
use jiff::civil::Date;
use serde_json::json;

use super::show::wrapped;
use crate::app::App;
use crate::insight::{Change, Difference, Effect, LEAST_TO_TELL, Replied, Side, day_of};

/// What `insight changed` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Changed {
    #[command(subcommand)]
    action: Option<Action>,
    /// What you changed
    #[arg(required = true)]
    what: Option<String>,
    /// The product you changed
    #[arg(long, required = true)]
    product: Option<String>,
    /// The theme it is about
    #[arg(long, required = true)]
    theme: Option<String>,
    /// The first day on which people had it, such as 2026-03-01; today if not given
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// What was noted
    List,
    /// Forget what was noted
    Remove {
        /// Its number, as `list` shows it
        number: i64,
    },
}

pub(super) async fn changed(app: &App, args: Changed, json: bool) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match args.action {
        Some(Action::List) => {
            let changes = app.changes().await?;
            if changes.is_empty() && !json {
                writeln!(
                    out,
                    "nothing is noted yet; for example: goodword insight changed \"faster sign-in\" --product Acme --theme speed"
                )?;
            }
            for change in &changes {
                writeln!(out, "{}", if json { serde_json::to_string(change)? } else { line(change) })?;
            }
        }
        Some(Action::Remove { number }) => {
            let removed = app.forget_change(number).await?;
            anyhow::ensure!(removed, "no change has the number {number}; see `goodword insight changed list`");
            writeln!(out, "{}", if json { json!({ "removed": number }).to_string() } else { format!("change {number} is forgotten") })?;
        }
        None => {
            let (what, product, theme) = (args.what, args.product, args.theme);
            let what = what.context("say what was changed")?;
            let on = args.on.unwrap_or_else(|| day_of(app.clock().now()));
            let change = app.note_change(&what, &product.context("name --product")?, &theme.context("name --theme")?, on).await?;
            writeln!(out, "{}", if json { serde_json::to_string(&change)? } else { format!("noted: {}", line(&change)) })?;
        }
    }
    Ok(())
}

fn line(change: &Change) -> String {
    format!("{}. {} · {} · {} · on {}", change.number, change.what, change.product, change.theme, change.on)
}

pub(super) async fn show_loop(app: &App, days: i64, json: bool) -> anyhow::Result<()> {
    let effects = app.effects(days).await?;
    let mut out = std::io::stdout().lock();
    if effects.is_empty() && !json {
        writeln!(out, "nothing to compare yet: note what you change with `goodword insight changed`")?;
    }
    for (place, (change, effect)) in effects.iter().enumerate() {
        if json {
            writeln!(out, "{}", effect.as_ref().map_or_else(|| serde_json::to_string(change), serde_json::to_string)?)?;
            continue;
        }
        if place > 0 {
            writeln!(out)?;
        }
        match effect {
            Some(effect) => writeln!(out, "{}", text(effect))?,
            None => writeln!(out, "{}\n  it is too early: no whole day has passed since", line(change))?,
        }
    }
    match app.replied().await? {
        Some(replied) if json => writeln!(out, "{}", json!({ "replied": replied }))?,
        Some(replied) => writeln!(out, "\n{}", told_of_replies(&replied))?,
        None => {}
    }
    Ok(())
}

/// What became of people who were replied to, beside those who were not.
fn told_of_replies(told: &Replied) -> String {
    let (not, replied) = (&told.not, &told.replied);
    let row = |name: &str, not: u64, replied: u64, of: &Difference| {
        format!("  {name:<24} {not:>8} {replied:>8}   {} {}", per_100(of), of.verdict)
    };
    [
        "people we replied to, beside those in the queue whom we did not".to_owned(),
        format!("  {:<24} {:>8} {:>8}   per 100", "", "not", "replied"),
        format!("  {:<24} {:>8} {:>8}", "people", not.people, replied.people),
        row("wrote again", not.wrote_again, replied.wrote_again, &told.wrote_again),
        format!("  {:<24} {:>8} {:>8}", "rated before and after", not.rated_twice, replied.rated_twice),
        row("raised their rating", not.rose, replied.rose, &told.rose),
    ]
    .join("\n")
}

/// A change and what was said before and after it.
fn text(effect: &Effect) -> String {
    let (before, after) = (&effect.before, &effect.after);
    let mut lines = wrapped(&line(&effect.change), 80);
    let days = if effect.days == 1 { "day" } else { "days" };
    lines.push(format!("  {} {days} before and after, from {} and from {}", effect.days, before.from, after.from));
    let row = |name: &str, before: u64, after: u64, of: &Difference| format!("  {name:<24} {before:>6} {after:>6}   {}", per_100(of));
    lines.push(format!("  {:<24} {:>6} {:>6}   per 100 mentions of that", "", "before", "after"));
    lines.push(format!("  {:<24} {:>6} {:>6}", "mentions of the theme", before.mentions, after.mentions));
    lines.push(row("  with praise", before.praise, after.praise, &effect.praise));
    lines.push(row("  with a complaint", before.complaints, after.complaints, &effect.complaints));
    lines.push(format!("  {:<24} {:>6} {:>6}", "mentions of the product", before.product_mentions, after.product_mentions));
    lines.push(row("  with that complaint", before.complaints, after.complaints, &effect.complaints_of_product));
    lines.extend(weighted(before, after));
    if before.blind_days + after.blind_days > 0 {
        lines.push(format!("  ▒ much was not heard on {} days before and {} days after", before.blind_days, after.blind_days));
    }
    lines.push(format!("  {}", verdict(effect)));
    lines.join("\n")
}

/// The same with customers weighted.
fn weighted(before: &Side, after: &Side) -> Option<String> {
    let side = |side: &Side| {
        let known = side.match_rate? * 100.0;
        Some(format!("praise {:.1}, complaints {:.1} ({known:.0} % known)", side.weighted_praise?, side.weighted_complaints?))
    };
    Some(format!("  weighted by customer: before {}; after {}", side(before)?, side(after)?))
}

fn per_100(of: &Difference) -> String {
    match (of.before, of.after, of.low, of.high) {
        (Some(before), Some(after), Some(low), Some(high)) => format!("{before:.0} → {after:.0} ({low:+.0} to {high:+.0})"),
        _ => "-".to_owned(),
    }
}

fn verdict(effect: &Effect) -> String {
    let told = |of: &Difference, what: &str| match of.verdict {
        "too few to tell" => format!("{what}: too few to tell (at least {LEAST_TO_TELL} mentions on either side)"),
        other => format!("{what}: {other}"),
    };
    let of_product = told(&effect.complaints_of_product, "complaints of the product");
    [told(&effect.praise, "praise"), told(&effect.complaints, "complaints"), of_product].join("\n  ")
}
