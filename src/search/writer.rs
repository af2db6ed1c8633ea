//! Writes the index, one batch a commit.
//!
//! Holds memory, threads and the folder's lock, so it lives only while there is something to write.

use std::path::Path;
use std::time::Duration;

use tantivy::directory::DirectoryLock;
use tantivy::indexer::{IndexWriterOptions, LogMergePolicy};
use tantivy::{IndexWriter, TantivyDocument};

use super::Error;
use super::entry::Entry;
use super::folder::{self, Progress};
use super::schema::Fields;

/// Memory of one indexing thread.
const MEMORY_PER_THREAD: usize = 32 * 1024 * 1024;
/// Looks whether anything taken out is left, and the pause where something is in the way.
const LOOKS: usize = 100;
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);
/// A segment is rewritten when this share of its mentions has gone, so that edits do not pile up.
const MOST_GONE: f32 = 0.3;

/// The one writer of an index.
pub(super) struct Writer {
    engine: IndexWriter,
    fields: Fields,
    progress: Progress,
    _lock: DirectoryLock,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").field("progress", &self.progress).finish_non_exhaustive()
    }
}

impl Writer {
    /// Locks the folder, then looks at what is in it: another process may have written since it was opened.
    pub(super) fn open(dir: &Path) -> Result<Self, Error> {
        let lock = folder::lock(dir)?;
        let (index, fields) = folder::open_index(dir)?;
        let progress = Progress::of(&index)?;
        // Filling an empty index is worth a second thread; following is not.
        let threads = if index.load_metas()?.segments.is_empty() { 2 } else { 1 };
        let options = IndexWriterOptions::builder()
            .num_worker_threads(threads)
            .memory_budget_per_thread(MEMORY_PER_THREAD)
            .num_merge_threads(1)
            .build();
        let engine: IndexWriter = index.writer_with_options(options)?;
        let mut merging = LogMergePolicy::default();
        merging.set_del_docs_ratio_before_merge(MOST_GONE);
        engine.set_merge_policy(Box::new(merging));
        Ok(Self { engine, fields, progress, _lock: lock })
    }

    /// Writes one batch and commits it. After an error the writer must be dropped.
    pub(super) fn apply<'e>(&mut self, entries: impl IntoIterator<Item = Entry<'e>>, gone: &[i64], reached: i64) -> Result<(), Error> {
        let mut highest_row = self.progress.highest_row;
        let mut changed = false;
        for row in gone.iter().copied().filter(|row| *row <= highest_row) {
            self.engine.delete_term(self.fields.row_term(row));
            changed = true;
        }
        for entry in entries {
            // Rows are new most of the time, and a new row has nothing to take out.
            if entry.row <= highest_row {
                self.engine.delete_term(self.fields.row_term(entry.row));
            }
            highest_row = highest_row.max(entry.row);
            let document: TantivyDocument = self.fields.document(&entry);
            self.engine.add_document(document)?;
            changed = true;
        }
        let progress = Progress::new(reached, highest_row);
        if changed || progress != self.progress {
            let mut commit = self.engine.prepare_commit()?;
            commit.set_payload(&progress.payload()?);
            commit.commit()?;
            self.progress = progress;
        }
        Ok(())
    }

    /// Merges every segment that holds something taken out, and removes the files that are left over.
    pub(super) fn purge(&mut self) -> Result<(), Error> {
        let mut failed = None;
        for _ in 0..LOOKS {
            let segments = self.engine.index().searchable_segment_metas()?;
            let stale: Vec<_> = segments.iter().filter(|segment| segment.has_deletes()).map(|segment| segment.id()).collect();
            if stale.is_empty() {
                self.engine.garbage_collect_files().wait()?;
                return Ok(());
            }
            // One that is being merged already cannot be merged again: that it is done shows in a later look.
            for segment in stale {
                if let Err(error) = self.engine.merge(&[segment]).wait() {
                    failed = Some(error);
                    std::thread::sleep(BETWEEN_LOOKS);
                }
            }
        }
        Err(failed.map_or_else(|| Error::Failed("what was taken out of it is still being written anew".to_owned()), Error::from))
    }

    /// Lets merging end and gives everything back.
    pub(super) fn close(self) -> Result<(), Error> {
        Ok(self.engine.wait_merging_threads()?)
    }
}
