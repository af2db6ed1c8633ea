//! A file to read, or a folder into which files are dropped.
//!
//! Knows the files' names, never what is in them; which names are wanted is the asking kind's to say.

use std::path::{Path, PathBuf};

use super::ParseError;

/// The file at `path`, or those of the folder there whose names are wanted, in the order of their names. What is hidden, or
/// half written by an editor, is never wanted.
pub(super) fn files(path: &Path, is_wanted: impl Fn(&str) -> bool) -> Result<Vec<PathBuf>, ParseError> {
    let wrong = |error: std::io::Error| {
        ParseError::Unreadable(format!("`{}` cannot be read ({error}); create it, or correct `path`", path.display()))
    };
    if !path.metadata().map_err(wrong)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in path.read_dir().map_err(wrong)? {
        let file = entry.map_err(wrong)?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if !name.starts_with(['.', '~']) && is_wanted(&name) && file.is_file() {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}

/// Whether `name` has one of these endings, in capitals or not.
pub(super) fn ends_in(name: &str, endings: &[&str]) -> bool {
    let name = name.to_lowercase();
    endings.iter().any(|ending| name.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_gives_its_wanted_files_in_order_and_a_file_itself() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("sub.csv")).unwrap();
        for name in ["b.csv", "a.CSV", ".hidden.csv", "~half.csv", "notes.txt"] {
            std::fs::write(dir.path().join(name), "x").unwrap();
        }
        let wanted = |name: &str| ends_in(name, &[".csv", ".tsv"]);
        assert_eq!(files(dir.path(), wanted).unwrap(), ["a.CSV", "b.csv"].map(|name| dir.path().join(name)));
        let one = dir.path().join("notes.txt");
        assert_eq!(files(&one, wanted).unwrap(), [one]);
        let absent = files(&dir.path().join("absent"), wanted).unwrap_err().to_string();
        assert!(absent.contains("absent") && absent.contains("create it, or correct `path`"), "{absent}");
    }
}
