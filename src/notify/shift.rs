//! A shift: the time that a process is at the outbox, known by a lock on a file that ends with the process, however it ends.
//!
//! The leases of a shift that has ended hold nobody up. A shift on another machine is not seen from here: its leases run out.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// The files of shifts have this ending.
const ENDING: &str = "shift";

/// The time that this process is at the outbox.
#[derive(Debug)]
pub(super) struct Shift {
    /// Its name, that of no other.
    pub(super) name: String,
    /// Locked as long as the process lives.
    file: File,
    path: PathBuf,
}

impl Shift {
    /// Begins one; its file lies in `folder`.
    pub(super) fn begin(folder: &Path) -> anyhow::Result<Self> {
        let mut bytes = [0; 12];
        getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("the machine gives no random numbers: {error}"))?;
        let name: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        std::fs::create_dir_all(folder)?;
        let path = folder.join(&name).with_extension(ENDING);
        let file = OpenOptions::new().create_new(true).write(true).open(&path)?;
        file.lock()?;
        Ok(Self { name, file, path })
    }

    /// The names of those that have ended without a word; their files are taken away.
    pub(super) fn ended(folder: &Path) -> io::Result<Vec<String>> {
        let mut ended = Vec::new();
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(ended),
            Err(error) => return Err(error),
        };
        for entry in entries {
            let path = entry?.path();
            let Some(name) = path.file_stem().filter(|_| path.extension().is_some_and(|ending| ending == ENDING)) else { continue };
            if has_ended(&path)? {
                ended.push(name.to_string_lossy().into_owned());
            }
        }
        Ok(ended)
    }
}

impl Drop for Shift {
    fn drop(&mut self) {
        // What is left behind is taken away by the next.
        let _gone = std::fs::remove_file(&self.path);
        let _unlocked = self.file.unlock();
    }
}

/// Whether nobody holds the lock of this file any more; then it is taken away.
fn has_ended(path: &Path) -> io::Result<bool> {
    let gone = |error: &io::Error| error.kind() == io::ErrorKind::NotFound;
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if gone(&error) => return Ok(false),
        Err(error) => return Err(error),
    };
    match file.try_lock() {
        Ok(()) => match std::fs::remove_file(path) {
            Err(error) if !gone(&error) => Err(error),
            _ => Ok(true),
        },
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shift_has_ended_when_its_file_is_locked_no_more() {
        let folder = tempfile::tempdir().unwrap();
        let shift = Shift::begin(folder.path()).unwrap();
        assert_eq!(Shift::ended(folder.path()).unwrap(), Vec::<String>::new());
        // What a killed process leaves: its file, and no lock.
        std::fs::write(folder.path().join("killed.shift"), "").unwrap();
        std::fs::write(folder.path().join("other"), "").unwrap();
        assert_eq!(Shift::ended(folder.path()).unwrap(), ["killed"]);
        assert_eq!(Shift::ended(folder.path()).unwrap(), Vec::<String>::new());
        drop(shift);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        assert_eq!(Shift::ended(&folder.path().join("absent")).unwrap(), Vec::<String>::new());
    }
}
