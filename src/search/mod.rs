//! Full-text search over mentions: a tantivy index derived from the store, in a folder of its own.
//!
//! The folder may be deleted at any moment: every commit carries the store's change sequence it has reached, so the
//! follower knows where to go on, from the beginning if need be. One process writes, any number read. Knows nothing of
//! the store: it is handed [`Entry`]s and answers with rows.

mod analyser;
mod columns;
mod entry;
mod facets;
mod folder;
mod gather;
mod highlight;
mod lookup;
mod name;
mod needle;
mod query;
mod rank;
mod reader;
mod schema;
mod tally;
mod statistics;
#[cfg(test)]
mod tests;
mod writer;

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tantivy::TantivyError;
use tantivy::directory::error::{LockError, OpenWriteError};

pub use self::entry::{Entry, Mark};
pub use self::facets::{Facet, FacetCount, FacetCounts, MOST_VALUES};
pub use self::highlight::{CutText, Marker};
pub use self::query::Query;
pub use self::rank::{Cursor, Sort};
pub use self::reader::{Hit, Hits, Options, Reader};
pub use self::tally::{Tally, Weighted, Weights};

use self::writer::Writer;

/// Why the index could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another process holds the writer's lock.
    #[error("another goodword is writing the index; stop it or let it do the work")]
    Busy,
    /// There is no index to read, or one of another version or damaged; whoever may write makes it anew.
    #[error("the search index cannot be used: {0}; run `goodword reindex`")]
    Unusable(String),
    /// Reading failed in the middle; [`Index::remake`] helps.
    #[error("the search index is damaged: {0}; run `goodword reindex`")]
    Damaged(String),
    /// The disk is full, or the folder may not be written. What was committed stays; it goes on once there is room.
    #[error("the search index cannot be written: {0}; free some space or allow writing to `index/search`, it then goes on by itself")]
    NoRoom(String),
    /// The answer would have taken longer than allowed.
    #[error("this search takes longer than {0:?}; narrow it with a product, a source or `since:`")]
    TooLong(Duration),
    /// The disk or the engine failed.
    #[error("the search index failed: {0}")]
    Failed(String),
}

impl Error {
    /// Whether [`Index::remake`] helps, and following the store from the first change.
    pub fn needs_remake(&self) -> bool {
        matches!(self, Self::Unusable(_) | Self::Damaged(_))
    }
}

impl From<TantivyError> for Error {
    fn from(error: TantivyError) -> Self {
        match error {
            TantivyError::LockFailure(LockError::LockBusy, _) => Self::Busy,
            TantivyError::DataCorruption(damage) => Self::Damaged(format!("{damage:?}")),
            TantivyError::OpenReadError(error) => Self::Damaged(error.to_string()),
            TantivyError::IoError(error) => Self::from_io(&error, &error),
            TantivyError::OpenWriteError(OpenWriteError::IoError { io_error, .. }) => Self::from_io(&io_error, &io_error),
            TantivyError::ErrorInThread(what) => Self::Failed(format!("{what} (is there room on the disk?)")),
            other => Self::Failed(other.to_string()),
        }
    }
}

impl Error {
    fn from_io(error: &io::Error, shown: &dyn std::fmt::Display) -> Self {
        match error.kind() {
            ErrorKind::StorageFull
            | ErrorKind::QuotaExceeded
            | ErrorKind::FileTooLarge
            | ErrorKind::PermissionDenied
            | ErrorKind::ReadOnlyFilesystem => Self::NoRoom(shown.to_string()),
            _ => Self::Failed(shown.to_string()),
        }
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::from_io(&error, &error)
    }
}

/// What became of opening an index.
#[derive(Debug)]
pub struct Opened {
    /// The index, ready to be searched and written.
    pub index: Index,
    /// Whether it holds anything.
    pub state: State,
}

/// Where an opened index stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It holds all changes of the store up to `reached`.
    Usable {
        /// The last change it holds.
        reached: i64,
    },
    /// It is empty and waits for all changes from the first on.
    Anew {
        /// What was wrong with the old one, for the log.
        reason: String,
    },
}

/// The search index, open for reading and, once something is applied, writing.
#[derive(Debug)]
pub struct Index {
    dir: PathBuf,
    reader: Reader,
    writer: Option<Writer>,
}

impl Index {
    /// Opens the index in `dir` and checks every file's sum. Missing, damaged or of another version, it is made anew.
    ///
    /// Takes the writer's lock only to make it anew.
    pub fn open(dir: &Path) -> Result<Opened, Error> {
        let (reader, state) = match folder::open(dir, folder::Check::EverySum) {
            Ok(reader) => {
                let reached = reader.reached()?;
                (reader, State::Usable { reached })
            }
            Err(_) => Self::make_anew_if_still_bad(dir)?,
        };
        Ok(Opened { index: Self { dir: dir.to_owned(), reader, writer: None }, state })
    }

    /// Opens the index in `dir` for reading only, quickly and beside whoever writes it.
    pub fn open_reader(dir: &Path) -> Result<Reader, Error> {
        folder::open(dir, folder::Check::Structure).map_err(Error::Unusable)
    }

    fn make_anew_if_still_bad(dir: &Path) -> Result<(Reader, State), Error> {
        let lock = folder::lock(dir)?;
        // With the lock held nobody replaces files under our eyes: what is bad now is bad.
        Ok(match folder::open(dir, folder::Check::EverySum) {
            Ok(reader) => {
                let reached = reader.reached()?;
                (reader, State::Usable { reached })
            }
            Err(reason) => (folder::make_anew(dir, &lock)?, State::Anew { reason }),
        })
    }

    /// A reader that sees every commit of this index; cheap to clone and to share between threads.
    pub fn reader(&self) -> Reader {
        self.reader.clone()
    }

    /// The last change of the store that the index holds.
    pub fn reached(&self) -> Result<i64, Error> {
        self.reader.reached()
    }

    /// Indexes `entries` in place of their rows' former ones, takes out the rows `gone`, and notes that all changes up to
    /// `reached` are in: all of it or, if this fails, nothing. Readers see it on return.
    pub fn apply<'e>(&mut self, entries: impl IntoIterator<Item = Entry<'e>>, gone: &[i64], reached: i64) -> Result<(), Error> {
        let written = self.write(entries, gone, reached);
        if written.is_err() {
            // What it holds half done must not be committed by a later call.
            self.writer = None;
        }
        written?;
        self.reader.refresh()
    }

    fn write<'e>(&mut self, entries: impl IntoIterator<Item = Entry<'e>>, gone: &[i64], reached: i64) -> Result<(), Error> {
        let writer = match &mut self.writer {
            Some(writer) => writer,
            none => none.insert(Writer::open(&self.dir)?),
        };
        writer.apply(entries, gone, reached)
    }

    /// Writes anew whatever still holds the words of mentions that were taken out or replaced, so that no file has them.
    pub fn purge(&mut self) -> Result<(), Error> {
        let writer = match &mut self.writer {
            Some(writer) => writer,
            none => none.insert(Writer::open(&self.dir)?),
        };
        let purged = writer.purge();
        if purged.is_err() {
            self.writer = None;
        }
        purged?;
        self.reader.refresh()
    }

    /// Gives back the writer's memory, threads and lock until something is applied again.
    pub fn rest(&mut self) -> Result<(), Error> {
        self.writer.take().map_or(Ok(()), Writer::close)
    }

    /// Empties the index, so that the store can be followed from its first change. Readers go on with the new one.
    pub fn remake(&mut self) -> Result<(), Error> {
        self.writer = None;
        let lock = folder::lock(&self.dir)?;
        self.reader.replace_by(folder::make_anew(&self.dir, &lock)?);
        Ok(())
    }

    /// Searches; see [`Reader::search`].
    pub fn search(&self, query: &Query, options: &Options) -> Result<Hits, Error> {
        self.reader.search(query, options)
    }

    /// Counts a query's hits; see [`Reader::facets`].
    pub fn facets(&self, query: &Query, facets: &[Facet]) -> Result<Vec<FacetCounts>, Error> {
        self.reader.facets(query, facets)
    }
}
