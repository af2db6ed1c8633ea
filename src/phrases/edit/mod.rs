//! Edits of the files that people keep phrases and products in: a text in, the text with one thing changed out.
//!
//! Whatever is not part of the change stays byte for byte: comments, order, quoting, line ends. (Writing a parsed file out
//! again would not keep that: comments move with the entry behind them.) Knows nothing of files, and not which phrases
//! make sense; that is for [`Lists`](super::Lists) to say of the changed text.

mod array;
mod product;

use std::fmt;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use crate::text::fold;

pub use product::{with_product, without_product};

/// Why a text cannot be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Uneditable {
    /// It is not TOML.
    NotToml(String),
    /// The theme holds something else than a list of phrases.
    NotAList(String),
    /// What should be removed is not there.
    Absent,
}

impl fmt::Display for Uneditable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotToml(why) => write!(f, "it is not valid TOML ({}); `goodword check` tells which line to mend", why.trim()),
            Self::NotAList(theme) => write!(f, "`{theme}` in it is not a list of phrases; write it as `\"{theme}\" = [\"a phrase\"]`"),
            Self::Absent => f.write_str("it is not there"),
        }
    }
}

impl std::error::Error for Uneditable {}

/// An entry of a list as it stands in its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The theme it stands under.
    pub theme: String,
    /// The entry as written.
    pub written: String,
    /// Its line, from 1.
    pub line: usize,
    /// Where it stands, in bytes.
    pub span: Range<usize>,
}

/// Every entry of a list's text, in the order it stands there. What is not a phrase is passed over.
pub fn entries(text: &str) -> Result<Vec<Entry>, Uneditable> {
    let table = parsed(text)?;
    let mut entries = Vec::new();
    for (theme, value) in table.iter() {
        let DeValue::Array(items) = value.get_ref() else { continue };
        for item in items.iter() {
            let written = match item.get_ref() {
                DeValue::String(written) => Some(written.to_string()),
                DeValue::Table(table) => table.get("phrase").and_then(|phrase| phrase.get_ref().as_str()).map(str::to_owned),
                _ => None,
            };
            let entry = written.map(|written| Entry { theme: theme.get_ref().to_string(), written, line: 0, span: item.span() });
            entries.extend(entry);
        }
    }
    entries.sort_by_key(|entry| entry.span.start);
    let (mut line, mut at) = (1, 0);
    for entry in &mut entries {
        line += text.as_bytes().get(at..entry.span.start).unwrap_or_default().iter().filter(|byte| **byte == b'\n').count();
        at = entry.span.start;
        entry.line = line;
    }
    Ok(entries)
}

/// The text with entries added under `theme`, which is begun at the end where there is none yet. Each is given as TOML writes
/// it: [`quoted`], or a whole table `{ phrase = "…", … }`.
pub fn with_phrases(text: &str, theme: &str, written: &[String]) -> Result<String, Uneditable> {
    let table = parsed(text)?;
    let same = |key: &str| key == theme || fold(key) == fold(theme);
    let found = table.iter().find(|(key, _)| key.get_ref() == theme).or_else(|| table.iter().find(|(key, _)| same(key.get_ref())));
    let Some((_, value)) = found else { return Ok(with_theme(text, &table, theme, written)) };
    let DeValue::Array(items) = value.get_ref() else { return Err(Uneditable::NotAList(theme.to_owned())) };
    let items: Vec<Range<usize>> = items.iter().map(toml::Spanned::span).collect();
    Ok(array::Array { text, span: value.span(), items }.with(written))
}

/// The text without an entry that [`entries`] found in it, and without the comment on its line.
pub fn without_phrase(text: &str, entry: &Entry) -> Result<String, Uneditable> {
    let table = parsed(text)?;
    for (_, value) in table.iter() {
        let DeValue::Array(items) = value.get_ref() else { continue };
        let items: Vec<Range<usize>> = items.iter().map(toml::Spanned::span).collect();
        if let Some(place) = items.iter().position(|item| *item == entry.span) {
            return Ok(array::Array { text, span: value.span(), items }.without(place));
        }
    }
    Err(Uneditable::Absent)
}

fn with_theme(text: &str, table: &DeTable<'_>, theme: &str, phrases: &[String]) -> String {
    let is_quoted = |byte: Option<&u8>| matches!(byte, Some(b'"' | b'\''));
    let first = table.iter().map(|(key, _)| key.span().start).min();
    let bare = first.is_some_and(|at| !is_quoted(text.as_bytes().get(at))) && is_bare(theme);
    let key = if bare { theme.to_owned() } else { quoted(theme) };
    let end = line_end(text);
    let mut changed = text.to_owned();
    if !changed.is_empty() {
        changed.push_str(if changed.ends_with('\n') {
            end
        } else if end == "\n" {
            "\n\n"
        } else {
            "\r\n\r\n"
        });
    }
    changed.push_str(&format!("{key} = [{end}"));
    for phrase in phrases {
        changed.push_str(&format!("  {phrase},{end}"));
    }
    changed.push_str(&format!("]{end}"));
    changed
}

fn is_bare(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

fn parsed(text: &str) -> Result<DeTable<'_>, Uneditable> {
    DeTable::parse(text).map(toml::Spanned::into_inner).map_err(|error| Uneditable::NotToml(error.to_string()))
}

/// A string as TOML writes it.
pub fn quoted(words: &str) -> String {
    toml::Value::String(words.to_owned()).to_string()
}

/// How lines of this text end.
fn line_end(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// Where the line of byte `at` begins.
fn line_start(text: &str, at: usize) -> usize {
    text.as_bytes().get(..at).unwrap_or_default().iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1)
}

/// The text with `with` in place of the bytes `at`.
fn spliced(text: &str, at: Range<usize>, with: &str) -> String {
    let mut changed = text.to_owned();
    changed.replace_range(at, with);
    changed
}

#[cfg(test)]
mod tests;
