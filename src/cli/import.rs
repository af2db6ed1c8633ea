//! `goodword import`: a CSV or JSON Lines file, row by row; a row that fails is told, the rest go in.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::{Ran, paint, progress};
use crate::app::App;
use crate::clock::Clock;
use crate::sources::{Columns, RowError};

/// What `import` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A CSV or JSON Lines file, or a mailbox (mbox, .eml); JSON keys are those of `search --json`, only `text` is required
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The source's name that the mentions are kept under
    #[arg(long, value_name = "NAME")]
    source: String,
    /// Which column holds what: text=Comment rating=Stars
    #[arg(long = "map", value_name = "KEY=COLUMN", num_args = 1.., value_parser = key_and_column)]
    map: Vec<(String, String)>,
    /// Print the outcome as a JSON object
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(dir: &Path, args: Args) -> anyhow::Result<Ran> {
    let app = App::open(dir, Clock::machine()).await?;
    paint::problems(&app.config().problems);
    let file = File::open(&args.file).with_context(|| format!("the file `{}` cannot be read", args.file.display()))?;
    let name = args.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let columns = Columns(args.map.into_iter().collect());
    let refused = |error: &RowError| eprintln!("{}: {error}", args.file.display());
    let imported = app.import(&name, BufReader::new(file), &args.source, &columns, refused).await?;
    app.catch_up(&progress::bar("indexed", 0)).await?;
    if args.json {
        println!("{}", serde_json::to_string(&imported)?);
    } else {
        let (seen, new, updated) = (imported.seen, imported.new, imported.updated);
        println!("{seen} rows read: {new} new mentions, {updated} updated, {} refused", imported.refused);
    }
    app.close().await;
    Ok(if imported.refused == 0 { Ran::Fine } else { Ran::WithFailures })
}

fn key_and_column(pair: &str) -> Result<(String, String), String> {
    let (key, column) = pair.split_once('=').ok_or_else(|| format!("`{pair}` is not KEY=COLUMN, for example text=Comment"))?;
    Ok((key.trim().to_owned(), column.trim().to_owned()))
}
