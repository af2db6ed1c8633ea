//! `goodword init`: the starter files.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::Ran;
use crate::config::{STARTER_FILES, write_starter};

/// What `init` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The folder to write to, in place of --dir
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

pub(super) fn run(dir: &Path, args: Args) -> anyhow::Result<Ran> {
    let dir = args.folder.as_deref().unwrap_or(dir);
    let mut out = std::io::stdout().lock();
    for (name, written) in write_starter(dir, &STARTER_FILES)? {
        let note = if written { "written" } else { "there already, left as it is" };
        writeln!(out, "{}  {note}", dir.join(name).display())?;
    }
    writeln!(out, "Next: put your products into phrases/products.toml and places into sources.toml, then run `goodword check`.")?;
    Ok(Ran::Fine)
}
