//! `goodword sources pause`, `resume` and `remove`.

use std::io::Write;
use std::path::Path;

use serde_json::json;

use crate::cli::Ran;
use crate::config::SourcesFile;

/// What is done to an entry.
#[derive(Clone, Copy, Debug)]
pub(super) enum Edit {
    Pause,
    Resume,
    Remove,
}

/// The sources it is done to.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// Names of sources
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,
}

/// Edits the entries of these names: all of them, or none if one is not there.
pub(super) fn run(dir: &Path, edit: Edit, args: &Args, json: bool) -> anyhow::Result<Ran> {
    let mut file = SourcesFile::read(dir)?;
    let mut told = Vec::new();
    for name in &args.names {
        let changed = match edit {
            Edit::Pause => file.set_enabled(name, false)?,
            Edit::Resume => file.set_enabled(name, true)?,
            Edit::Remove => {
                file.remove(name)?;
                true
            }
        };
        told.push((name, changed));
    }
    file.save()?;
    let mut out = std::io::stdout().lock();
    for (name, changed) in told {
        let what = words(edit, changed);
        if json {
            writeln!(out, "{}", json!({ "source": name, "changed": changed, "note": what }))?;
        } else {
            writeln!(out, "{name}: {what}")?;
        }
    }
    Ok(Ran::Fine)
}

fn words(edit: Edit, changed: bool) -> &'static str {
    match (edit, changed) {
        (Edit::Pause, true) => "paused; `goodword sources resume` goes on",
        (Edit::Pause, false) => "paused already",
        (Edit::Resume, true) => "resumed",
        (Edit::Resume, false) => "not paused",
        (Edit::Remove, _) => "removed from sources.toml; what was heard there stays stored and found",
    }
}
