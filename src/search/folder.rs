//! The index's folder: opening it with suspicion, locking it, and making it anew.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tantivy::directory::{Directory, DirectoryLock, INDEX_WRITER_LOCK, Lock, MmapDirectory};
use tantivy::{Index, IndexSettings, TantivyError};

use super::Error;
use super::analyser::fingerprint;
use super::reader::Reader;
use super::schema::{Fields, VERSION, tokenizers};

pub(super) const META: &str = "meta.json";
const LOCK: &str = ".goodword-writer.lock";

/// What each commit says about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Progress {
    version: u32,
    /// How texts were cut.
    cut: u64,
    /// The last change of the store that the commit holds.
    pub(super) reached: i64,
    /// No row above this was ever indexed.
    pub(super) highest_row: i64,
}

impl Progress {
    pub(super) fn new(reached: i64, highest_row: i64) -> Self {
        Self { version: VERSION, cut: fingerprint(), reached, highest_row }
    }

    /// The progress of the last commit; that of an empty index before the first.
    pub(super) fn of(index: &Index) -> tantivy::Result<Self> {
        match index.load_metas()?.payload {
            Some(payload) => Ok(serde_json::from_str(&payload)?),
            None => Ok(Self::new(0, i64::MIN)),
        }
    }

    fn is_of_this_version(self) -> bool {
        (self.version, self.cut) == (VERSION, fingerprint())
    }

    pub(super) fn payload(self) -> tantivy::Result<String> {
        Ok(serde_json::to_string(&self)?)
    }
}

/// How closely an index is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Check {
    /// Whether its files open.
    Structure,
    /// Also whether each holds what was written: reads all of them.
    EverySum,
}

/// Opens the index in `dir`; or says why that cannot be used.
pub(super) fn open(dir: &Path, check: Check) -> Result<Reader, String> {
    if !dir.join(META).is_file() {
        return Err("it was missing".to_owned());
    }
    // tantivy may panic on files that somebody cut or overwrote.
    match catch_unwind(AssertUnwindSafe(|| open_checked(dir, check))) {
        Ok(Ok(reader)) => Ok(reader),
        Ok(Err(Error::Unusable(reason))) => Err(reason),
        Ok(Err(error)) => Err(format!("it cannot be read: {error}")),
        Err(_) => Err("it cannot be read: its files make no sense".to_owned()),
    }
}

fn open_checked(dir: &Path, check: Check) -> Result<Reader, Error> {
    let (index, fields) = open_index(dir)?;
    if check == Check::EverySum {
        let damaged = index.validate_checksum()?;
        if let Some(file) = damaged.iter().min() {
            return Err(Error::Unusable(format!("its file `{}` does not hold what was written", file.display())));
        }
    }
    Ok(Reader::of(dir, index, fields)?)
}

/// Opens the engine's index, if it is of this version.
pub(super) fn open_index(dir: &Path) -> Result<(Index, Fields), Error> {
    let mut index = Index::open(MmapDirectory::open(dir).map_err(TantivyError::from)?)?;
    let fields = Fields::new();
    let progress = Progress::of(&index);
    if index.schema() != fields.schema || progress.as_ref().is_ok_and(|progress| !progress.is_of_this_version()) {
        return Err(Error::Unusable("another version of goodword made it".to_owned()));
    }
    progress?;
    index.set_tokenizers(tokenizers());
    Ok((index, fields))
}

/// Takes the right to write in `dir`, for as long as the lock lives.
pub(super) fn lock(dir: &Path) -> Result<DirectoryLock, Error> {
    std::fs::create_dir_all(dir)?;
    let directory = MmapDirectory::open(dir).map_err(TantivyError::from)?;
    let lock = Lock { filepath: PathBuf::from(LOCK), is_blocking: false };
    Ok(directory.acquire_lock(&lock).map_err(TantivyError::from)?)
}

/// Puts an empty index in place of whatever is in `dir`. Killed in the middle, it leaves none, and the next opening goes on.
pub(super) fn make_anew(dir: &Path, _held: &DirectoryLock) -> Result<Reader, Error> {
    remove_if_there(&dir.join(META))?;
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        // Locks stay: somebody may be holding them.
        if name.to_string_lossy().ends_with(".lock") {
            continue;
        }
        if entry.file_type()?.is_dir() { std::fs::remove_dir_all(entry.path())? } else { remove_if_there(&entry.path())? }
    }
    let fields = Fields::new();
    // Nothing is stored, so no thread need compress it.
    let settings = IndexSettings { docstore_compress_dedicated_thread: false, ..IndexSettings::default() };
    let directory = MmapDirectory::open(dir).map_err(TantivyError::from)?;
    let _engine_lock = directory.acquire_lock(&INDEX_WRITER_LOCK).map_err(TantivyError::from)?;
    let index = Index::create(directory, fields.schema.clone(), settings)?;
    drop(index);
    let (index, fields) = open_index(dir)?;
    Ok(Reader::of(dir, index, fields)?)
}

fn remove_if_there(file: &Path) -> io::Result<()> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
