//! Putting a changed text in the place of a file: whole or not at all, and never over somebody else's change.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;

use anyhow::{Context, bail};

/// Writes `text` to `path`, where `was` stood when it was read; none if there was no file.
pub fn replace(path: &Path, was: Option<&str>, text: &str) -> anyhow::Result<()> {
    let stands = match fs::read_to_string(path) {
        Ok(stands) => Some(stands),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error).with_context(|| format!("`{}` cannot be read", path.display())),
    };
    if stands.as_deref() != was {
        bail!("`{}` was changed by somebody else meanwhile and is left as it is; try again", path.display());
    }
    // A link keeps pointing to the file that is changed.
    let path = if stands.is_some() { fs::canonicalize(path)? } else { path.to_owned() };
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let beside = path.with_file_name(format!(".{name}.{}.new", std::process::id()));
    let written = write_whole(&beside, &path, text).and_then(|()| fs::rename(&beside, &path));
    if written.is_err() && beside.exists() {
        fs::remove_file(&beside).with_context(|| format!("`{}` is left over; delete it", beside.display()))?;
    }
    written.with_context(|| format!("`{}` cannot be written and is left as it was", path.display()))
}

/// Writes a file beside the one it will replace, with the same rights, down to the disk.
fn write_whole(beside: &Path, path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(beside)?;
    file.write_all(text.as_bytes())?;
    if let Ok(standing) = fs::metadata(path) {
        file.set_permissions(standing.permissions())?;
    }
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names_in(dir: &Path) -> Vec<String> {
        fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_beside_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("praise.en.toml");
        replace(&path, None, "a").unwrap();
        replace(&path, Some("a"), "b").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "b");
        assert_eq!(names_in(dir.path()), ["praise.en.toml"]);
    }

    #[test]
    fn a_change_by_somebody_else_is_not_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("praise.en.toml");
        fs::write(&path, "theirs").unwrap();
        assert!(replace(&path, Some("as read"), "ours").unwrap_err().to_string().contains("somebody else"));
        assert!(replace(&path, None, "ours").is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "theirs");
    }

    #[cfg(unix)]
    #[test]
    fn rights_and_links_stay() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let (path, link) = (dir.path().join("real.toml"), dir.path().join("link.toml"));
        fs::write(&path, "a").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        replace(&link, Some("a"), "b").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "b");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    }
}
