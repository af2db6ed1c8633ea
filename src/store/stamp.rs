//! Whether anything was written since, by whichever process, without asking the database.
//!
//! SQLite appends every commit to its write-ahead log, so the log's file tells. Other databases have to be asked.

use std::fs::Metadata;
use std::time::{Duration, SystemTime};

use super::Store;

/// The times of files move in ticks, and a commit can be seen a moment after its last byte was written: a log that was written
/// to this lately tells nothing.
const SETTLED: Duration = Duration::from_secs(2);

/// A state of the store: while it is the same, nothing was committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    length: u64,
    modified: SystemTime,
    file: u64,
}

impl Store {
    /// The state it is in, taken before reading; none if that cannot be told without asking.
    #[allow(clippy::disallowed_methods, reason = "the machine's own clock wrote the file's time")]
    pub fn stamp(&self) -> Option<Stamp> {
        let log = std::fs::metadata(self.log.as_ref()?).ok()?;
        let modified = log.modified().ok()?;
        let is_settled = SystemTime::now().duration_since(modified).is_ok_and(|age| age > SETTLED);
        is_settled.then_some(Stamp { length: log.len(), modified, file: file_number(&log)? })
    }
}

#[cfg(unix)]
fn file_number(file: &Metadata) -> Option<u64> {
    Some(std::os::unix::fs::MetadataExt::ino(file))
}

/// Elsewhere a file that is held open may keep its old time.
#[cfg(not(unix))]
fn file_number(_: &Metadata) -> Option<u64> {
    None
}
