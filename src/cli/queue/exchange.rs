//! `goodword queue export` and `import`: the queue in a spreadsheet, and back.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::{Wanted, request};
use crate::app::{App, Sheet, Staff};
use crate::cli::Ran;

/// What `queue export` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Export {
    /// The file to write: its name ends in .csv, .jsonl or .xlsx
    file: PathBuf,
    #[command(flatten)]
    wanted: Wanted,
    /// Mark a .csv as UTF-8, for spreadsheets that ask for it
    #[arg(long)]
    bom: bool,
}

pub(super) async fn export(app: &App, export: Export) -> anyhow::Result<Ran> {
    let (_, queued) = app.queue(&request(export.wanted, None)).await?;
    write(app, &export.file, &app.queue_sheet(&queued), export.bom).await
}

/// Writes a table into a file, in the form that the file's name asks for.
pub(in crate::cli) async fn write(app: &App, file: &Path, sheet: &Sheet, bom: bool) -> anyhow::Result<Ran> {
    app.export_sheet(file, sheet, bom).await?;
    eprintln!("{} rows written to {}", sheet.rows.len(), file.display());
    Ok(Ran::Fine)
}

pub(super) async fn import(app: &App, file: &Path, staff: &Staff, json: bool) -> anyhow::Result<Ran> {
    let bytes = std::fs::read(file).with_context(|| format!("the file `{}` cannot be read", file.display()))?;
    let taken = app.import_as(staff, file, &bytes).await?;
    let (mut changed, mut refused) = (0, 0);
    let mut out = std::io::stdout().lock();
    for row in &taken {
        changed += usize::from(!row.done.is_empty());
        refused += usize::from(row.refused.is_some());
        if json {
            writeln!(out, "{}", serde_json::to_string(row)?)?;
        } else if let Some(reason) = &row.refused {
            eprintln!("{}:{}: {}: {reason}", file.display(), row.line, row.id);
        }
    }
    if !json {
        writeln!(out, "{} rows read: {changed} taken, {} unchanged, {refused} refused", taken.len(), taken.len() - changed - refused)?;
    }
    Ok(if refused == 0 { Ran::Fine } else { Ran::WithFailures })
}
