//! The files that people edit, as they were when they were read.

use std::collections::BTreeMap;
use std::path::Path;

/// The texts of `sources.toml`, `settings.toml` and `phrases/*.toml`, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files(BTreeMap<String, String>);

impl Files {
    /// Those in `dir`; one that cannot be read is left out.
    pub(super) fn read(dir: &Path) -> Self {
        let listed = std::fs::read_dir(dir.join("phrases")).into_iter().flatten().filter_map(Result::ok);
        let lists = listed.filter_map(|entry| entry.file_name().into_string().ok()).filter(|name| name.ends_with(".toml"));
        let names = ["sources.toml", "settings.toml", "replies.toml"]
            .map(str::to_owned)
            .into_iter()
            .chain(lists.map(|name| format!("phrases/{name}")));
        Self(names.filter_map(|name| Some((name.clone(), std::fs::read_to_string(dir.join(name)).ok()?))).collect())
    }

    /// The text of one of them.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The files in `phrases/` with their texts.
    pub fn lists(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter(|(name, _)| name.starts_with("phrases/")).map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// The names of those that are not valid TOML, as one half written is not.
    pub fn broken(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|(_, text)| text.parse::<toml::Table>().is_err()).map(|(name, _)| name.as_str())
    }
}
