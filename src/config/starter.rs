//! The files that a new installation starts from.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;

use anyhow::Context;

/// The files with their texts: those that this project itself listens with.
pub const STARTER_FILES: [(&str, &str); 11] = [
    ("sources.toml", include_str!("../../sources.toml")),
    ("settings.toml", include_str!("settings.starter.toml")),
    ("replies.toml", include_str!("replies.starter.toml")),
    ("phrases/products.toml", include_str!("../../phrases/products.toml")),
    ("phrases/praise.en.toml", include_str!("../../phrases/praise.en.toml")),
    ("phrases/praise.zh.toml", include_str!("../../phrases/praise.zh.toml")),
    ("phrases/complaint.en.toml", include_str!("../../phrases/complaint.en.toml")),
    ("phrases/complaint.zh.toml", include_str!("../../phrases/complaint.zh.toml")),
    ("phrases/promo.en.toml", include_str!("../../phrases/promo.en.toml")),
    ("phrases/promo.zh.toml", include_str!("../../phrases/promo.zh.toml")),
    ("index/.gitignore", include_str!("../../index/.gitignore")),
];

/// Writes `files` into `dir`. A file that is there already stays as it is. Returns each name with whether it was written.
pub fn write_starter<'a>(dir: &Path, files: &[(&'a str, &str)]) -> anyhow::Result<Vec<(&'a str, bool)>> {
    let mut done = Vec::new();
    for (name, text) in files {
        let path = dir.join(name);
        let folder = path.parent().unwrap_or(dir);
        fs::create_dir_all(folder).with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
        let written = match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(mut file) => {
                file.write_all(text.as_bytes()).with_context(|| format!("cannot write `{}`", path.display()))?;
                true
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => false,
            Err(error) => return Err(error).with_context(|| format!("cannot write `{}`", path.display())),
        };
        done.push((*name, written));
    }
    Ok(done)
}
