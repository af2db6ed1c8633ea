//! `goodword outbox`: what waits to go out, what went, and what is stuck.

use std::io::Write;
use std::path::Path;

use anyhow::bail;
use clap::Subcommand;

use super::sources::{table, time};
use super::{Ran, paint};
use crate::app::App;
use crate::clock::Clock;
use crate::notify::{Outgoing, State, masked};

/// What `outbox` takes.
pub(super) type Args = super::Acting<Action>;

#[derive(Debug, Subcommand)]
pub(super) enum Action {
    /// What waits and what is stuck, with the reason
    List(ListArgs),
    /// Try what is stuck again now, and what waits for a later try
    Retry(Which),
    /// Let what has not gone out never go out
    Drop(Which),
    /// Take out what is due, once; `goodword serve` does it all the time
    Deliver,
    /// Send a trial to a destination now
    Try {
        /// The destination's name in settings.toml
        destination: String,
    },
}

#[derive(Debug, Default, clap::Args)]
pub(super) struct ListArgs {
    /// What was sent or dropped too
    #[arg(long)]
    all: bool,
    /// At most so many, the newest
    #[arg(long, default_value_t = 100)]
    limit: i64,
}

/// Which of them.
#[derive(Debug, clap::Args)]
pub(super) struct Which {
    /// Their numbers
    #[arg(value_name = "NUMBER")]
    numbers: Vec<i64>,
    /// All that are stuck
    #[arg(long, conflicts_with = "numbers")]
    all: bool,
    /// All that go to this destination
    #[arg(long, value_name = "NAME", conflicts_with_all = ["numbers", "all"])]
    destination: Option<String>,
}

/// As many as are looked through for `--all` and `--destination`.
const MOST: i64 = 1_000_000;

pub(super) async fn run(dir: &Path, args: Args) -> anyhow::Result<Ran> {
    let app = App::open(dir, Clock::machine()).await?;
    let ran = paint::problems(&app.config().problems);
    let ran = match args.action.unwrap_or(Action::List(ListArgs { all: false, limit: 100 })) {
        Action::List(list) => show(&app, &list, args.json).await.map(|()| ran)?,
        Action::Retry(which) => {
            let changed = app.retry_outgoing(&numbers(&app, which).await?).await?;
            told(args.json, "retried", changed, "will be tried again; `goodword outbox deliver` does it now");
            ran
        }
        Action::Drop(which) => {
            let changed = app.drop_outgoing(&numbers(&app, which).await?).await?;
            told(args.json, "dropped", changed, "dropped");
            ran
        }
        Action::Deliver => deliver(&app, args.json).await?,
        Action::Try { destination } => {
            app.queue_trial(&destination).await?;
            deliver(&app, args.json).await?
        }
    };
    app.close().await;
    Ok(ran)
}

async fn deliver(app: &App, json: bool) -> anyhow::Result<Ran> {
    app.fill_outbox().await?;
    app.tell_of_upkeep().await?;
    let delivered = app.deliver().await?;
    if json {
        println!("{}", serde_json::json!({"sent": delivered.sent, "again": delivered.again, "stuck": delivered.stuck}));
    } else {
        println!("{} sent, {} to be tried again, {} stuck", delivered.sent, delivered.again, delivered.stuck);
        if delivered.again + delivered.stuck > 0 {
            println!("`goodword outbox` says why");
        }
    }
    Ok(if delivered.again + delivered.stuck == 0 { Ran::Fine } else { Ran::WithFailures })
}

async fn show(app: &App, list: &ListArgs, json: bool) -> anyhow::Result<()> {
    let mut rows = app.outgoing(None, if list.all { list.limit } else { MOST }).await?;
    if !list.all {
        rows.retain(|row| matches!(row.state, State::Waiting | State::Stuck));
        let more = rows.len().saturating_sub(usize::try_from(list.limit).unwrap_or(usize::MAX));
        rows.drain(..more);
    }
    let mut out = std::io::stdout().lock();
    if json {
        for row in &rows {
            serde_json::to_writer(&mut out, row)?;
            writeln!(out)?;
        }
        return Ok(());
    }
    let backlog = app.backlog().await?;
    if !rows.is_empty() {
        let mut table = table(&["number", "to", "about", "state", "next try", "tries", "reason"]);
        for row in &rows {
            table.add_row(line(row));
        }
        writeln!(out, "{table}")?;
    }
    writeln!(out, "{} waiting, {} gathered for summaries, {} stuck; times are UTC", backlog.waiting, backlog.gathered, backlog.stuck)?;
    Ok(())
}

fn line(row: &Outgoing) -> [String; 7] {
    let to = if row.recipient.is_empty() { row.destination.clone() } else { format!("{} {}", row.destination, masked(&row.recipient)) };
    let due = if row.state == State::Waiting { time(Some(row.due)) } else { String::new() };
    let about = paint::first_words(&row.subject);
    let reason = row.reason.clone().unwrap_or_default();
    [row.number.to_string(), to, about, row.state.as_str().to_owned(), due, row.tries.to_string(), reason]
}

/// The numbers that are meant.
async fn numbers(app: &App, which: Which) -> anyhow::Result<Vec<i64>> {
    if !which.numbers.is_empty() {
        return Ok(which.numbers);
    }
    let rows = app.outgoing(None, MOST).await?;
    let meant = |row: &Outgoing| match &which.destination {
        Some(name) => row.destination == *name && matches!(row.state, State::Stuck | State::Waiting),
        None => row.state == State::Stuck,
    };
    if !which.all && which.destination.is_none() {
        bail!("name numbers from `goodword outbox list`, or --all, or --destination NAME");
    }
    Ok(rows.iter().filter(|row| meant(row)).map(|row| row.number).collect())
}

fn told(json: bool, key: &str, changed: u64, words: &str) {
    if json {
        println!("{}", serde_json::json!({ key: changed }));
    } else {
        println!("{changed} {words}");
    }
}
