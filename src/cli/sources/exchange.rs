//! `goodword sources import` and `export`: lists of feeds as feed readers exchange them.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::json;

use crate::app::Scout;
use crate::cli::{Ran, paint};
use crate::clock::Clock;
use crate::config::{Added, Config, SourcesFile};
use crate::sources::{Kind, Outline, read_opml, write_opml};

/// What `sources import` takes.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct ImportArgs {
    /// An OPML list, as feed readers export it
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// How often each feed is asked: 15m, 6h, or a cron line in UTC
    #[arg(long, default_value = "30m")]
    every: String,
    /// Show what would be added and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// What `sources export` takes.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct ExportArgs {
    /// As OPML 2.0, which is also what is written without it
    #[arg(long)]
    opml: bool,
}

/// What came of one feed of a list.
enum Taken {
    Added(String),
    Listed(String),
    Refused(String),
}

/// Takes in a list of feeds; asks nobody.
pub(super) fn import(dir: &Path, args: &ImportArgs, json: bool) -> anyhow::Result<Ran> {
    let scout = Scout::open(dir, Clock::machine())?;
    paint::problems(&scout.config().problems);
    let mut file = SourcesFile::read(scout.dir())?;
    let name = args.file.display();
    let bytes = std::fs::read(&args.file).with_context(|| format!("the file `{name}` cannot be read"))?;
    let list = read_opml(&bytes).with_context(|| format!("`{name}` cannot be read"))?;
    let (mut added, mut listed, mut refused) = (0, 0, 0);
    let mut out = std::io::stdout().lock();
    for outline in &list.feeds {
        let taken = take(&scout, &mut file, outline, &args.every)?;
        let (word, what) = match &taken {
            Taken::Added(name) => ("added", name),
            Taken::Listed(name) => ("listed", name),
            Taken::Refused(why) => ("refused", why),
        };
        match &taken {
            Taken::Added(_) => added += 1,
            Taken::Listed(_) => listed += 1,
            Taken::Refused(_) => refused += 1,
        }
        match (&taken, json) {
            (_, true) => writeln!(out, "{}", json!({ "place": outline.address, "title": outline.title, word: what }))?,
            (Taken::Added(name), _) => writeln!(out, "{name}: added, {}", outline.address)?,
            (Taken::Listed(name), _) => writeln!(out, "{}: skipped, listed already as `{name}`", outline.address)?,
            (Taken::Refused(why), _) => eprintln!("{}: {why}", outline.address),
        }
    }
    if !args.dry_run {
        file.save()?;
    }
    if !json {
        let unwritten =
            if args.dry_run { "; nothing was written" } else { "; nobody was asked: `goodword check --online` does, once each" };
        writeln!(out, "{added} feeds added, {listed} listed already, {refused} refused{unwritten}")?;
    }
    if let Some(cut) = &list.cut {
        eprintln!("{name}: {cut}");
    }
    Ok(if refused == 0 && list.cut.is_none() { Ran::Fine } else { Ran::WithFailures })
}

fn take(scout: &Scout, file: &mut SourcesFile, outline: &Outline, every: &str) -> anyhow::Result<Taken> {
    let draft = match outline.draft(every) {
        Ok(draft) => draft,
        Err(why) => return Ok(Taken::Refused(why)),
    };
    if let Err(problems) = draft.source(scout.dir(), &[]) {
        anyhow::bail!(
            "{}",
            problems.first().map_or("the entry is not valid".to_owned(), |problem| format!("{}; {}", problem.what, problem.remedy))
        );
    }
    Ok(match file.add(&draft.to_toml())? {
        Added::As(name) => Taken::Added(name),
        Added::Listed(name) => Taken::Listed(name),
    })
}

/// Writes the feeds among the sources as a list for feed readers.
pub(super) fn export(dir: &Path, args: &ExportArgs, json: bool) -> anyhow::Result<Ran> {
    let ExportArgs { opml: _ } = args;
    let config = Config::read(dir);
    let ran = paint::problems(&config.problems);
    let mut out = std::io::stdout().lock();
    let feeds = config.sources.iter().filter_map(|source| match &source.kind {
        Kind::Feed(feed) => Some((source.name.as_str(), &feed.url)),
        _ => None,
    });
    let feeds: Vec<_> = feeds.collect();
    if json {
        for (name, url) in &feeds {
            writeln!(out, "{}", json!({ "source": name, "url": url }))?;
        }
    } else {
        out.write_all(write_opml(feeds.iter().copied()).as_bytes())?;
    }
    let others = config.sources.len() - feeds.len();
    if others > 0 {
        eprintln!("{} feeds; {others} sources of other kinds are no feeds and are left out", feeds.len());
    }
    Ok(ran)
}
