//! `goodword sources history`: how each source fared over time.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::sources::{table, time};
use super::{Ran, paint};
use crate::app::App;
use crate::clock::{Clock, parse_duration, show_duration};
use crate::store::{Day, Span};

/// What `sources history` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The source; all of them if none is named
    #[arg(value_name = "NAME")]
    source: Option<String>,
    /// How far back
    #[arg(long, default_value = "30d", value_parser = parse_duration, value_name = "TIME")]
    since: Duration,
    /// What each day brought, in place of the states
    #[arg(long)]
    days: bool,
}

pub(super) async fn run(dir: &Path, args: Args, json: bool) -> anyhow::Result<Ran> {
    let app = App::open(dir, Clock::machine()).await?;
    let ran = paint::problems(&app.config().problems);
    let now = app.clock().now();
    let back = SignedDuration::try_from(args.since).context("--since is too long")?;
    let since = now.checked_sub(back).context("--since is too long")?;
    let source = args.source.as_deref();
    let mut out = std::io::stdout().lock();
    let shown = match args.days {
        true => show_days(&app.days(source, since).await?, json, &mut out)?,
        false => show_spans(&app.history(source, since).await?, now, json, &mut out)?,
    };
    if !shown && !json {
        writeln!(out, "nothing is known of the last {}; `goodword crawl` asks sources now", show_duration(args.since))?;
    }
    app.close().await;
    Ok(ran)
}

/// Prints the states; whether there were any.
fn show_spans(spans: &[Span], now: Timestamp, json: bool, out: &mut impl Write) -> anyhow::Result<bool> {
    let mut table = table(&["source", "state", "from", "until", "lasted", "reason"]);
    for span in spans {
        if json {
            serde_json::to_writer(&mut *out, span)?;
            writeln!(out)?;
            continue;
        }
        let lasted = Duration::try_from(span.until.unwrap_or(now).duration_since(span.from)).unwrap_or_default();
        let until = span.until.map_or_else(|| "now".to_owned(), |until| time(Some(until)));
        let reason = span.reason.clone().unwrap_or_default();
        table.add_row([span.source.clone(), span.coverage.to_string(), time(Some(span.from)), until, show_duration(lasted), reason]);
    }
    if !json && !spans.is_empty() {
        writeln!(out, "{table}\ntimes are UTC; `fresh` stands for `unchanged` too")?;
    }
    Ok(!spans.is_empty())
}

/// Prints what each day brought; whether there was any.
fn show_days(days: &[(String, Day)], json: bool, out: &mut impl Write) -> anyhow::Result<bool> {
    let mut table = table(&["source", "day", "rounds", "seen", "new", "failed"]);
    for (source, day) in days {
        if json {
            let line = json!({
                "source": source, "day": day.date, "rounds": day.rounds, "seen": day.seen, "new": day.new, "failures": day.failures
            });
            writeln!(out, "{line}")?;
            continue;
        }
        let counts = [day.rounds, day.seen, day.new, day.failures].map(|count| count.to_string());
        table.add_row([source.clone(), day.date.to_string()].into_iter().chain(counts));
    }
    if !json && !days.is_empty() {
        writeln!(out, "{table}\ndays are UTC; a mention is seen as often as a round shows it")?;
    }
    Ok(!days.is_empty())
}
