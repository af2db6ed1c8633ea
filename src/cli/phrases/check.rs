//! `goodword phrases check`: phrases that do no work.

use std::io::Write;
use std::path::Path;

use super::{Ran, print};
use crate::app::{App, Finding};
use crate::clock::Clock;

/// What `check` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Also name the phrases that were never found in a stored mention
    #[arg(long)]
    unused: bool,
}

pub(super) async fn run(dir: &Path, args: &Args, json: bool) -> anyhow::Result<Ran> {
    let app = App::open(dir, Clock::machine()).await?;
    let findings = app.check_phrases().await?;
    let (mistakes, unused): (Vec<&Finding>, Vec<&Finding>) = findings.iter().partition(|finding| finding.is_mistake());
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for finding in mistakes.iter().copied().chain(unused.iter().copied().filter(|_| args.unused || json)) {
        if json { print(&mut out, finding)? } else { writeln!(out, "{}", finding.problem())? }
    }
    if !json {
        let mistakes = match mistakes.len() {
            0 => "no phrase is in another's way".to_owned(),
            1 => "1 phrase to look at".to_owned(),
            several => format!("{several} phrases to look at"),
        };
        let how = if args.unused || unused.is_empty() { "" } else { " (--unused names them)" };
        writeln!(out, "{mistakes}; {} never found in stored mentions{how}", unused.len())?;
    }
    out.flush()?;
    app.close().await;
    Ok(if mistakes.is_empty() { Ran::Fine } else { Ran::WithFailures })
}
