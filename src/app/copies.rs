//! Files with copies of what is kept: tables that are exported, and all that goodword writes below index/.
//!
//! What is exported elsewhere is noted, so that an erasure finds it. What a browser takes away is not to be found again.

use std::path::{Path, PathBuf};

use anyhow::Context;
use jiff::Timestamp;
use xxhash_rust::xxh3::xxh3_64;

use super::App;
use super::sheet::{Form, Sheet};
use crate::store::ExportFile;

/// Folders of copies.
const FOLDERS: [&str; 2] = ["index/exports", "index/outbox"];

/// Files that may hold what is erased.
#[derive(Debug, Default)]
pub(super) struct Copies {
    /// As goodword wrote them.
    pub(super) ours: Vec<PathBuf>,
    /// Exported, and changed by somebody since.
    pub(super) changed: Vec<PathBuf>,
}

impl App {
    /// Writes a table into a file, in the form that its name asks for; `marked` for spreadsheets that ask for a mark of UTF-8.
    pub async fn export_sheet(&self, file: &Path, sheet: &Sheet, marked: bool) -> anyhow::Result<()> {
        let form = match Form::of(file)? {
            Form::Csv if marked => Form::MarkedCsv,
            form => form,
        };
        let bytes = sheet.write(form)?;
        // Before it is there: nothing lies anywhere that is not on record.
        let path = std::path::absolute(file)?.to_string_lossy().into_owned();
        self.store.note_export(&ExportFile { path, mark: mark(&bytes) }, self.clock.now()).await?;
        std::fs::write(file, bytes).with_context(|| format!("cannot write `{}`", file.display()))
    }

    /// The copies written at `since` or later, below index/ and wherever tables were exported to.
    pub(super) async fn copies_since(&self, since: Timestamp) -> anyhow::Result<Copies> {
        let mut copies = Copies { ours: self.written_since(since)?, ..Copies::default() };
        for exported in self.store.exports_since(since).await? {
            let path = PathBuf::from(&exported.path);
            // Taken away meanwhile, or on another machine.
            let Ok(bytes) = std::fs::read(&path) else { continue };
            let among = if mark(&bytes) == exported.mark { &mut copies.ours } else { &mut copies.changed };
            if !among.contains(&path) {
                among.push(path);
            }
        }
        Ok(copies)
    }

    /// Files below index/ written at `since` or later.
    pub(super) fn written_since(&self, since: Timestamp) -> anyhow::Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        let mut folders: Vec<PathBuf> = FOLDERS.iter().map(|folder| self.dir().join(folder)).collect();
        while let Some(folder) = folders.pop() {
            if !folder.is_dir() {
                continue;
            }
            for entry in std::fs::read_dir(&folder)? {
                let (entry, path) = entry.map(|entry| (entry.metadata(), entry.path()))?;
                let about = entry?;
                let written = about.modified().ok().and_then(|at| Timestamp::try_from(at).ok());
                if about.is_dir() {
                    folders.push(path);
                } else if written.is_none_or(|at| at >= since) {
                    files.push(path);
                }
            }
        }
        files.sort();
        Ok(files)
    }

    /// Takes a copy away, for good.
    pub(super) async fn remove_copy(&self, file: &Path) -> anyhow::Result<()> {
        std::fs::remove_file(file).with_context(|| format!("`{}` may hold what was erased and cannot be removed", file.display()))?;
        self.store.forget_export(&file.to_string_lossy()).await
    }
}

fn mark(bytes: &[u8]) -> String {
    format!("{:x}", xxh3_64(bytes))
}
