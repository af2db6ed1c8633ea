//! `goodword erase` and `goodword export`: what is held of a person goes, or is handed over.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::bail;
use serde_json::{Value, json};

use super::Ran;
use crate::app::{App, Held, Whose};
use crate::clock::Clock;

/// What `erase` takes.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("whose").required(true))]
pub(super) struct Args {
    #[command(flatten)]
    whose: Person,
    /// The mention of this id
    #[arg(long, value_name = "ID", group = "whose")]
    mention: Option<String>,
    /// All that is older than `keep` in sources.toml and settings.toml allows
    #[arg(long, group = "whose")]
    expired: bool,
    /// What was erased so far
    #[arg(long, group = "whose")]
    log: bool,
    /// Erase without asking
    #[arg(long)]
    yes: bool,
    /// Print JSON Lines
    #[arg(long)]
    json: bool,
}

/// What `export` takes.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("whose").required(true))]
pub(super) struct ExportArgs {
    #[command(flatten)]
    whose: Person,
}

#[derive(Debug, clap::Args)]
struct Person {
    /// The author of this name, handle or e-mail address; at one site, kind or source only with @SITE behind it
    #[arg(long, value_name = "NAME[@SITE]", group = "whose")]
    author: Option<String>,
    /// The customer of this id
    #[arg(long, value_name = "ID", group = "whose")]
    customer: Option<String>,
}

impl Person {
    fn whose(self) -> Option<Whose> {
        self.author.map(Whose::Author).or(self.customer.map(Whose::Customer))
    }
}

pub(super) async fn run(dir: &Path, args: Args) -> anyhow::Result<Ran> {
    let app = App::open(dir, Clock::machine()).await?;
    let ran = if args.log {
        log(&app, args.json).await?
    } else {
        let whose = args.whose.whose().or(args.mention.map(Whose::Mention)).unwrap_or(Whose::Expired);
        erase(&app, &whose, args.yes, args.json).await?
    };
    app.close().await;
    Ok(ran)
}

async fn erase(app: &App, whose: &Whose, yes: bool, json: bool) -> anyhow::Result<Ran> {
    let held = app.held(whose).await?;
    // What is held of others' copies is told before anything goes.
    let say = |text: &str| if json { eprintln!("{text}") } else { println!("{text}") };
    say(&told(&held));
    if !held.is_nothing() {
        if !yes && !asked()? {
            bail!("nothing was erased; add --yes to erase it");
        }
        app.erase(whose, &held).await?;
    }
    // Also where nothing was found: an earlier sweep may have been in somebody's way.
    let later = app.sweep().await?;
    if json {
        let mut line = json!({ "what": whose.as_str(), "swept": later.is_none() });
        if let (Value::Object(line), Value::Object(held)) = (&mut line, serde_json::to_value(&held)?) {
            line.extend(held);
        }
        println!("{line}");
    } else if !held.is_nothing() {
        println!("erased");
    }
    match later {
        None => Ok(Ran::Fine),
        Some(why) => {
            eprintln!("its bytes may still lie in a file: {why}; `goodword serve` sweeps as soon as it can, or run this again");
            Ok(Ran::WithFailures)
        }
    }
}

fn told(held: &Held) -> String {
    if held.is_nothing() {
        return "nothing is held".to_owned();
    }
    let counts = held.counts;
    let mut lines = Vec::new();
    if counts.mentions > 0 {
        lines.push(format!("{} mentions, seen in {} places, with {} earlier texts", counts.mentions, counts.sightings, counts.revisions));
    }
    lines.extend(held.customer.as_ref().map(|customer| format!("the record of customer {} ({})", customer.id, customer.called())));
    lines.extend(held.files.iter().map(|file| format!("the file {}, which may hold some of it", file.display())));
    let changed =
        |file: &PathBuf| format!("the file {} was exported and changed since; it stays: look whether it holds some of it", file.display());
    lines.extend(held.changed_files.iter().map(changed));
    if !held.records_that_stay.is_empty() {
        let stay = held.records_that_stay.join(", ");
        lines.push(format!("the records of customers {stay} stay; erase one with `goodword erase --customer ID`"));
    }
    lines.push("older backups are yours to remove".to_owned());
    lines.join("\n")
}

/// Asks on a terminal; elsewhere nobody can answer.
fn asked() -> anyhow::Result<bool> {
    if !std::io::stdin().is_terminal() {
        return Ok(false);
    }
    eprint!("Erase all of this for good? It cannot be brought back. Type yes: ");
    std::io::stderr().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(answer.trim().eq_ignore_ascii_case("yes"))
}

async fn log(app: &App, json: bool) -> anyhow::Result<Ran> {
    let erasures = app.store().erasures().await?;
    if erasures.is_empty() && !json {
        println!("nothing was erased yet");
    }
    for erasure in &erasures {
        let swept = if erasure.swept { "" } else { " · not swept from all files yet" };
        let short: String = erasure.subject.chars().take(12).collect();
        let line = || format!("{} · {} {short} · {} mentions{swept}", erasure.at, erasure.what, erasure.mentions);
        println!("{}", if json { serde_json::to_string(erasure)? } else { line() });
    }
    Ok(Ran::Fine)
}

pub(super) async fn run_export(dir: &Path, args: ExportArgs) -> anyhow::Result<Ran> {
    let app = App::open(dir, Clock::machine()).await?;
    let Some(whose) = args.whose.whose() else { bail!("name --author or --customer") };
    let held = app.held(&whose).await?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let told = app.tell_held(&held, |value| Ok(writeln!(out, "{value}")?)).await;
    told?;
    out.flush()?;
    eprintln!("{}", if held.is_nothing() { "nothing is held".to_owned() } else { format!("{} mentions", held.counts.mentions) });
    app.close().await;
    Ok(Ran::Fine)
}
