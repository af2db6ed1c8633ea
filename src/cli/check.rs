//! `goodword check`: every file, all problems at once.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use super::Ran;
use crate::app;
use crate::clock::Clock;
use crate::config::Config;

/// What `check` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Also ask each source once; stores nothing
    #[arg(long)]
    online: bool,
    /// Print problems as JSON Lines
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(dir: &Path, args: Args) -> anyhow::Result<Ran> {
    let config = Config::read(dir);
    let mut out = std::io::stdout().lock();
    for problem in &config.problems {
        if args.json {
            serde_json::to_writer(&mut out, problem)?;
            writeln!(out)?;
        } else {
            writeln!(out, "{problem}")?;
        }
    }
    let mut ran = if config.problems.is_empty() { Ran::Fine } else { Ran::WithFailures };
    for note in config.notes(Clock::machine().now()) {
        if args.json {
            serde_json::to_writer(&mut out, &note)?;
            writeln!(out)?;
        } else {
            writeln!(out, "note: {note}")?;
        }
    }
    if args.online && !online(&config, dir, args.json, &mut out).await? {
        ran = Ran::WithFailures;
    }
    if !args.json {
        writeln!(out, "{}", summary(&config))?;
    }
    Ok(ran)
}

/// Asks each source once; whether all of them answered.
async fn online(config: &Config, dir: &Path, json: bool, out: &mut impl Write) -> anyhow::Result<bool> {
    let mut all_fine = true;
    for tried in app::try_sources(config, dir, Clock::machine()).await? {
        all_fine &= tried.error.is_none();
        if json {
            serde_json::to_writer(&mut *out, &tried)?;
            writeln!(out)?;
            continue;
        }
        match &tried.error {
            None => writeln!(
                out,
                "source `{}`: answers, {} mention{} on its first page",
                tried.source,
                tried.mentions,
                if tried.mentions == 1 { "" } else { "s" }
            )?,
            Some(error) => writeln!(out, "source `{}`: {error}", tried.source)?,
        }
    }
    Ok(all_fine)
}

fn summary(config: &Config) -> String {
    let found = match config.problems.len() {
        0 => "no problem".to_owned(),
        1 => "1 problem".to_owned(),
        n => format!("{n} problems"),
    };
    let enabled = config.sources.iter().filter(|source: &&Arc<_>| source.enabled).count();
    format!(
        "{found}; {enabled} of {} sources enabled, {} products, {} phrases",
        config.sources.len(),
        config.lists.products.len(),
        config.lists.phrases.len()
    )
}
