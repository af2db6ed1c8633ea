//! What is put aside as noise: looking at it, letting it through again, putting aside by hand, and blocking.

use std::path::Path;

use anyhow::{Context, bail};
use indicatif::ProgressBar;
use toml_edit::{Array, DocumentMut, Item, Value};

use super::App;
use crate::store::{Decision, Stored};
use crate::tomlfile::replace;

/// What is put aside.
#[derive(Clone, Debug)]
pub struct Noise {
    /// How many mentions for each reason, most first.
    pub reasons: Vec<(String, i64)>,
    /// The newest of them.
    pub newest: Vec<Stored>,
}

/// Whom to block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Block {
    /// An author, by name or handle.
    Author,
    /// A site, with all below it.
    Site,
}

impl Block {
    /// Its key under `[noise]` in settings.toml.
    pub fn key(self) -> &'static str {
        match self {
            Self::Author => "block_authors",
            Self::Site => "block_sites",
        }
    }
}

impl App {
    /// What is put aside, with at most `newest` of the mentions.
    pub async fn noise(&self, newest: usize) -> anyhow::Result<Noise> {
        let rows = self.store.newest_filtered(i64::try_from(newest)?).await?;
        Ok(Noise { reasons: self.store.filtered_by_reason().await?, newest: self.store.mentions(&rows).await? })
    }

    /// Keeps what a person decided of the mentions with these ids; it holds whatever the rules say. Returns those that there are
    /// none of; the others are decided all the same.
    pub async fn decide<'i>(&self, ids: &'i [String], decision: Decision) -> anyhow::Result<Vec<&'i str>> {
        let mut unknown = Vec::new();
        for id in ids {
            let Some(row) = self.store.row_of(id).await? else {
                unknown.push(id.as_str());
                continue;
            };
            let mut tx = self.store.begin().await?;
            tx.decide(row, decision).await?;
            self.reconsider_replies(&mut tx, &[row]).await?;
            tx.commit().await?;
        }
        Ok(unknown)
    }

    /// Judges what is stored again where the rules or lists have changed since it was judged.
    pub async fn judge_again(&self) -> anyhow::Result<()> {
        self.retag(&ProgressBar::hidden()).await?;
        Ok(())
    }
}

/// Adds `name` to the blocked ones in `dir/settings.toml`, whose comments stay; returns whether it was not there yet.
pub fn block(dir: &Path, block: Block, name: &str) -> anyhow::Result<bool> {
    let name = name.trim();
    if name.is_empty() {
        bail!("name whom to block");
    }
    let path = dir.join("settings.toml");
    let was = match std::fs::read_to_string(&path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(error).with_context(|| format!("cannot read `{}`", path.display())),
    };
    let Some(text) = with_blocked(was.as_deref().unwrap_or_default(), block, name)? else { return Ok(false) };
    replace(&path, was.as_deref(), &text)?;
    Ok(true)
}

/// The settings with `name` among the blocked ones; none if it is there already.
fn with_blocked(text: &str, block: Block, name: &str) -> anyhow::Result<Option<String>> {
    let mut document: DocumentMut = text.parse().context("settings.toml is not valid TOML; run `goodword check` and mend it first")?;
    let key = block.key();
    let Some(section) = document.get_mut("noise") else {
        // Put at the end, below comments that belong to nothing.
        let gap = if text.is_empty() { "" } else { "\n" };
        let names = Array::from_iter([name]);
        return Ok(Some(format!("{}{gap}[noise]\n{key} = {names}\n", with_line_end(text))));
    };
    let section = section.as_table_like_mut().context("`noise` in settings.toml is not a section; write it as a line `[noise]`")?;
    let names = section.entry(key).or_insert_with(|| Item::Value(Value::Array(Array::new())));
    let names = names.as_array_mut().with_context(|| format!("`{key}` in settings.toml is not a list; write it as `{key} = [\"…\"]`"))?;
    if names.iter().any(|known| known.as_str().is_some_and(|known| known.eq_ignore_ascii_case(name))) {
        return Ok(None);
    }
    names.push(name);
    Ok(Some(document.to_string()))
}

/// The text with its last line ended.
fn with_line_end(text: &str) -> String {
    if text.is_empty() || text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocking_keeps_comments_and_blocks_once() {
        let text = "# ours\n[web]\n\n[noise]   # put aside\nblock_authors = [\"A\"] # bots\n";
        let blocked = with_blocked(text, Block::Author, "Dealz Bot").unwrap().unwrap();
        assert_eq!(blocked, "# ours\n[web]\n\n[noise]   # put aside\nblock_authors = [\"A\", \"Dealz Bot\"] # bots\n");
        assert_eq!(with_blocked(&blocked, Block::Author, "dealz bot").unwrap(), None);
        let both = with_blocked(&blocked, Block::Site, "spam.example").unwrap().unwrap();
        assert!(both.ends_with("block_sites = [\"spam.example\"]\n"), "{both}");
    }

    #[test]
    fn a_file_without_the_section_or_nothing_at_all_gets_it() {
        assert_eq!(with_blocked("", Block::Site, "x.example").unwrap().unwrap(), "[noise]\nblock_sites = [\"x.example\"]\n");
        let added = with_blocked("[web] # page\n# the end", Block::Site, "x.example").unwrap().unwrap();
        assert_eq!(added, "[web] # page\n# the end\n\n[noise]\nblock_sites = [\"x.example\"]\n");
    }

    #[test]
    fn what_cannot_be_edited_is_told_with_its_remedy() {
        for (text, want) in [("[noise\n", "not valid TOML"), ("noise = 3\n", "[noise]"), ("[noise]\nblock_sites = 3\n", "not a list")] {
            let error = format!("{:#}", with_blocked(text, Block::Site, "x").unwrap_err());
            assert!(error.contains(want), "{error}");
        }
    }
}
