//! The files of a demo's folder: sources that listen to its site, its products, the starter phrases, the survey.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};

use super::Site;
use crate::config::{STARTER_FILES, write_starter};

/// The first line of the demo's sources.toml, by which it knows its own folder.
const MARK: &str = "# Where the demo listens: sample pages of an invented company, served on this machine while the demo runs.";

/// Who answers in the demo: people whom the examples of the documentation name.
const DESK: &str = "# The invented people who answer here.\n[[team]]\nname = \"support\"\nmembers = [\"ann\", \"bo\"]\n";

/// Writes what a demo that listens to `site` needs into `dir`. A folder with sources of its own is refused; phrases and
/// settings that are there already stay as they are.
pub fn write_files(dir: &Path, site: &Site) -> anyhow::Result<()> {
    let sources = dir.join("sources.toml");
    if fs::read_to_string(&sources).is_ok_and(|text| !text.starts_with(MARK)) {
        bail!("`{}` is not the demo's; name an empty folder with --dir", sources.display());
    }
    let usual = STARTER_FILES.iter().find(|(name, _)| *name == "settings.toml").map_or("", |(_, text)| text);
    let settings = format!("{usual}\n{DESK}");
    let starters: Vec<(&str, &str)> = STARTER_FILES
        .into_iter()
        .filter(|(name, _)| *name != "sources.toml")
        .map(|(name, text)| match name {
            "phrases/products.toml" => (name, include_str!("products.toml")),
            "settings.toml" => (name, settings.as_str()),
            _ => (name, text),
        })
        .collect();
    write_starter(dir, &starters)?;
    write(&sources, sources_text(site).as_bytes())?;
    write_survey(dir, site)
}

/// Writes the survey as `site` has it now.
pub(super) fn write_survey(dir: &Path, site: &Site) -> anyhow::Result<()> {
    let exports = dir.join("exports");
    fs::create_dir_all(&exports).with_context(|| format!("cannot make the folder `{}`", exports.display()))?;
    write(&exports.join("customer-survey.csv"), &site.survey()?)
}

fn write(path: &Path, text: &[u8]) -> anyhow::Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write `{}`", path.display()))
}

fn sources_text(site: &Site) -> String {
    let text = include_str!("sources.toml")
        .replace("{site}", &format!("http://{}", site.address()))
        .replace("{members}", &format!("http://{}", site.members_address()));
    format!("{MARK}\n{text}")
}
