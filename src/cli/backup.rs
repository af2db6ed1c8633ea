//! `goodword backup` and `goodword restore`.

use std::path::{Path, PathBuf};

use super::Ran;
use crate::app::{App, restore};
use crate::clock::Clock;

/// What `backup` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The new file to write, such as goodword.tar.gz, or a folder to write one into that is named by the time
    #[arg(value_name = "FILE|FOLDER")]
    to: PathBuf,
    /// Print what was written as a JSON object
    #[arg(long)]
    json: bool,
}

/// What `restore` takes.
#[derive(Debug, clap::Args)]
pub(super) struct RestoreArgs {
    /// A file that `backup` has written
    #[arg(value_name = "FILE")]
    from: PathBuf,
    /// Print what was put back as a JSON object
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(dir: &Path, args: &Args) -> anyhow::Result<Ran> {
    let app = App::open(dir, Clock::machine()).await?;
    let written = app.backup(&args.to).await;
    app.close().await;
    let written = written?;
    if args.json {
        println!("{}", serde_json::to_string(&written)?);
    } else {
        println!("{} mentions in {}, {} kB", written.mentions, written.file.display(), written.bytes.div_ceil(1000));
    }
    Ok(Ran::Fine)
}

pub(super) async fn run_restore(dir: &Path, args: &RestoreArgs) -> anyhow::Result<Ran> {
    let restored = restore(&args.from, dir).await?;
    if args.json {
        println!("{}", serde_json::to_string(&restored)?);
    } else {
        println!("{} mentions are back in {}; the search index is built with the first search", restored.mentions, dir.display());
    }
    Ok(Ran::Fine)
}
