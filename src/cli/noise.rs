//! `goodword noise`: what is put aside, and bringing it back.

use std::io::Write;
use std::path::Path;

use clap::Subcommand;

use super::{Ran, paint, progress};
use crate::app::{App, Block, MentionView, block};
use crate::clock::Clock;
use crate::store::Decision;

/// What `noise` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    list: List,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show how many mentions are put aside, why, and the newest
    List(List),
    /// Bring mentions back for good, whatever the rules say
    Release(Ids),
    /// Put mentions aside for good, whatever the rules say
    Filter(Ids),
    /// Put aside all that an author wrote and will write: a line in settings.toml
    BlockAuthor(Name),
    /// Put aside all from a site and those below it: a line in settings.toml
    BlockSite(Name),
}

#[derive(Clone, Debug, clap::Args)]
struct List {
    /// The most mentions to print
    #[arg(long, default_value_t = 20)]
    limit: usize,
    /// Print JSON: an object per reason, then one per mention
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct Ids {
    /// The mentions, by their ids
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
}

#[derive(Debug, clap::Args)]
struct Name {
    /// The author's name or handle, or the site's host
    #[arg(value_name = "NAME")]
    name: String,
}

pub(super) async fn run(dir: &Path, args: Args) -> anyhow::Result<Ran> {
    match args.action {
        None => list(dir, args.list).await,
        Some(Action::List(list_args)) => list(dir, list_args).await,
        Some(Action::Release(Ids { ids })) => decide(dir, &ids, Decision::Released).await,
        Some(Action::Filter(Ids { ids })) => decide(dir, &ids, Decision::Filtered).await,
        Some(Action::BlockAuthor(Name { name })) => block_name(dir, Block::Author, &name).await,
        Some(Action::BlockSite(Name { name })) => block_name(dir, Block::Site, &name).await,
    }
}

async fn list(dir: &Path, List { limit, json }: List) -> anyhow::Result<Ran> {
    let app = App::open(dir, Clock::machine()).await?;
    app.judge_again().await?;
    let noise = app.noise(limit).await?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for (reason, count) in &noise.reasons {
        if json {
            writeln!(out, "{}", serde_json::json!({ "reason": reason, "mentions": count }))?;
        } else {
            writeln!(out, "{count:>7}  {reason}")?;
        }
    }
    for stored in &noise.newest {
        if json {
            serde_json::to_writer(&mut out, &MentionView::from(stored))?;
            writeln!(out)?;
        } else {
            let said: String = stored.mention.text.chars().take(200).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
            let author = stored.mention.author.as_ref().map_or("someone", |author| author.name.as_str());
            writeln!(out, "\n{} · {author} · {}\n  {said}", stored.id, stored.filtered.as_deref().unwrap_or_default())?;
        }
    }
    if !json {
        match app.store().counts().await?.filtered {
            0 => writeln!(out, "no mention is put aside")?,
            filtered => writeln!(out, "\n{} put aside; `goodword noise release ID` brings one back", mentions(filtered))?,
        }
    }
    out.flush()?;
    app.close().await;
    Ok(Ran::Fine)
}

async fn decide(dir: &Path, ids: &[String], decision: Decision) -> anyhow::Result<Ran> {
    let app = App::open(dir, Clock::machine()).await?;
    let unknown = app.decide(ids, decision).await?;
    app.catch_up(&progress::bar("indexed", 0)).await?;
    for id in &unknown {
        eprintln!("goodword: there is no mention `{id}`; its id is printed by `goodword noise` and `goodword search --json`");
    }
    println!("{} {}", mentions(i64::try_from(ids.len() - unknown.len())?), decision.as_str());
    app.close().await;
    Ok(if unknown.is_empty() { Ran::Fine } else { Ran::WithFailures })
}

async fn block_name(dir: &Path, whom: Block, name: &str) -> anyhow::Result<Ran> {
    // Opened before the file is touched: a folder that is no installation gets no file.
    let before = App::open(dir, Clock::machine()).await?.store().counts().await?.filtered;
    let news = block(dir, whom, name)?;
    let app = App::open(dir, Clock::machine()).await?;
    let ran = paint::problems(&app.config().problems);
    app.judge_again().await?;
    app.catch_up(&progress::bar("indexed", 0)).await?;
    let more = app.store().counts().await?.filtered - before;
    let said = if news { "added to" } else { "already in" };
    println!("`{name}` {said} {} in settings.toml; {} more put aside", whom.key(), mentions(more));
    app.close().await;
    Ok(ran)
}

fn mentions(count: i64) -> String {
    format!("{count} mention{}", if count == 1 { "" } else { "s" })
}
