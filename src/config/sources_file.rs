//! Edits of `sources.toml`: entries added, taken out, paused and resumed.
//!
//! Each edit is made in the text itself, at the places the parser names, so that comments, order, layout and line ends
//! stay as they are everywhere else. Knows nothing of what sources are.

#[cfg(test)]
mod tests;

use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::sources::place_key;
use crate::tomlfile::{TomlFile, name_the_valid, replace};

/// The file's name.
const NAME: &str = "sources.toml";

/// `sources.toml` being edited. Nothing is written before [`SourcesFile::save`].
#[derive(Debug)]
pub struct SourcesFile {
    path: PathBuf,
    /// As it was read.
    before: String,
    text: String,
    entries: Vec<Entry>,
}

/// An entry, and where it stands in the text.
#[derive(Debug)]
struct Entry {
    name: String,
    /// The places it listens to, in the form of `place_key`.
    places: Vec<String>,
    /// From its header to the end of its last value.
    span: Range<usize>,
    /// The value of its name.
    name_span: Range<usize>,
    /// The value of `enabled`, if it has one.
    enabled: Option<(bool, Range<usize>)>,
    /// Whether it is written as `[[source]]` rather than on one line.
    is_block: bool,
}

/// What came of adding an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Added {
    /// It is in the file, under this name.
    As(String),
    /// The source of this name listens there already.
    Listed(String),
}

impl SourcesFile {
    /// Reads the file in `dir`. One that is not valid TOML is not edited.
    pub fn read(dir: &Path) -> anyhow::Result<Self> {
        let file = TomlFile::read(dir, NAME).map_err(|problem| anyhow::anyhow!("{problem}"))?;
        let text = file.text().to_owned();
        Ok(Self { path: dir.join(NAME), entries: entries(&text)?, before: text.clone(), text })
    }

    /// The text as it stands now.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The names of all entries, in their order.
    pub fn names(&self) -> Vec<&str> {
        self.entries.iter().map(|entry| entry.name.as_str()).collect()
    }

    /// The source that listens to a place already.
    pub fn listing(&self, key: &str) -> Option<&str> {
        self.entries.iter().find(|entry| entry.places.iter().any(|place| place == key)).map(|entry| entry.name.as_str())
    }

    /// Adds an entry, with the comments above it, at the end; under another name if its own is taken.
    pub fn add(&mut self, block: &str) -> anyhow::Result<Added> {
        let new = entries(block)?;
        let [entry] = new.as_slice() else { bail!("this is not one entry:\n{block}") };
        if let Some(name) = entry.places.iter().find_map(|place| self.listing(place)) {
            return Ok(Added::Listed(name.to_owned()));
        }
        let name = self.free_name(&entry.name);
        let mut block = block.to_owned();
        if name != entry.name {
            block.replace_range(entry.name_span.clone(), &format!("\"{name}\""));
        }
        self.append(&block)?;
        Ok(Added::As(name))
    }

    /// Adds comments at the end, unless they are in the file already.
    pub fn note(&mut self, comments: &str) -> anyhow::Result<bool> {
        let is_there = self.text.replace('\r', "").contains(comments);
        if !is_there {
            self.append(comments)?;
        }
        Ok(!is_there)
    }

    /// Pauses or resumes a source; whether that changed anything.
    pub fn set_enabled(&mut self, name: &str, enabled: bool) -> anyhow::Result<bool> {
        let entry = self.entry(name)?;
        match &entry.enabled {
            Some((now, _)) if *now == enabled => return Ok(false),
            None if enabled => return Ok(false),
            Some((_, span)) => {
                let span = span.clone();
                self.text.replace_range(span, if enabled { "true" } else { "false" });
            }
            None if !entry.is_block => {
                bail!("source `{name}` is written on one line; write it as `[[source]]`, or add `enabled = false` by hand")
            }
            None => {
                let (at, indent) = (line_end(&self.text, entry.name_span.end), indent_of(&self.text, entry.name_span.start));
                let (before, newline) = (self.text.get(..at).unwrap_or_default(), newline(&self.text));
                let first = if before.ends_with('\n') { "" } else { newline };
                self.text.insert_str(at, &format!("{first}{indent}enabled = false{newline}"));
            }
        }
        self.entries = entries(&self.text)?;
        Ok(true)
    }

    /// Takes a source out, with the comments that stand directly above and below it.
    pub fn remove(&mut self, name: &str) -> anyhow::Result<()> {
        let entry = self.entry(name)?;
        if !entry.is_block {
            bail!("source `{name}` is written on one line; take it out by hand");
        }
        let mut start = line_start(&self.text, entry.span.start);
        while let Some(line) = line_before(&self.text, start).filter(|line| is_comment(&self.text, line)) {
            start = line.start;
        }
        let mut end = line_end(&self.text, entry.span.end);
        let below = comments_below(&self.text, end);
        // Comments that lead on to the next entry without an empty line are that one's.
        if !self.text.get(below..).unwrap_or_default().trim_start_matches([' ', '\t']).starts_with('[') {
            end = below;
        }
        while let Some(line) = line_after(&self.text, end).filter(|line| is_blank(&self.text, line)) {
            end = line.end;
        }
        self.text.replace_range(start..end, "");
        if end_of(&self.text, start) {
            let kept = self.text.trim_end().len();
            let newline = newline(&self.text);
            self.text.truncate(kept);
            self.text.push_str(if kept == 0 { "" } else { newline });
        }
        self.entries = entries(&self.text)?;
        Ok(())
    }

    /// Writes the file as a whole: it is either as before or as edited, whatever happens meanwhile.
    pub fn save(self) -> anyhow::Result<()> {
        if self.text == self.before {
            return Ok(());
        }
        replace(&self.path, Some(&self.before), &self.text)
    }

    fn entry(&self, name: &str) -> anyhow::Result<&Entry> {
        let found = self.entries.iter().find(|entry| entry.name == name);
        found.with_context(|| format!("there is no source `{name}` in {NAME}; {}", name_the_valid(name, &self.names())))
    }

    fn free_name(&self, name: &str) -> String {
        let is_free = |name: &String| !self.entries.iter().any(|entry| entry.name == *name);
        let numbered = (2..).map(|number| format!("{name}-{number}"));
        std::iter::once(name.to_owned()).chain(numbered).find(is_free).unwrap_or_default()
    }

    fn append(&mut self, block: &str) -> anyhow::Result<()> {
        let newline = newline(&self.text);
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push_str(newline);
        }
        if !self.text.trim().is_empty() {
            self.text.push_str(newline);
        }
        self.text.push_str(&block.replace('\n', newline));
        self.entries = entries(&self.text)?;
        Ok(())
    }
}

/// The entries of a text; none of them if it is not valid TOML.
fn entries(text: &str) -> anyhow::Result<Vec<Entry>> {
    let file = TomlFile::from_text(NAME, text.to_owned());
    let table = file.table();
    let found = table.get("source").and_then(|value| value.get_ref().as_array()).map(|items| items.iter().filter_map(entry).collect());
    let found: Vec<Entry> = found.unwrap_or_default();
    drop(table);
    match file.into_problems().first() {
        Some(problem) => bail!("{problem}"),
        None => Ok(found),
    }
}

fn entry(item: &Spanned<DeValue<'_>>) -> Option<Entry> {
    let DeValue::Table(table) = item.get_ref() else { return None };
    let text = |key: &str| table.get(key).and_then(|value| Some((value.get_ref().as_str()?.to_owned(), value.span())));
    let (name, name_span) = text("name")?;
    let kind = text("kind").map(|(kind, _)| kind).unwrap_or_default();
    let several = table.get("urls").and_then(|urls| urls.get_ref().as_array());
    let several = several.into_iter().flat_map(|urls| urls.iter().filter_map(|url| url.get_ref().as_str().map(str::to_owned)));
    let places: Vec<String> =
        ["url", "query", "path"].into_iter().filter_map(|key| text(key).map(|(place, _)| place)).chain(several).collect();
    let places = if places.is_empty() { places_of_kind(table, &kind) } else { places };
    let enabled = table.get("enabled").and_then(|value| Some((value.get_ref().as_bool()?, value.span())));
    let values_end = end_of_values(table);
    Some(Entry {
        places: places.iter().map(|place| place_key(&kind, place)).collect(),
        name,
        span: item.span().start..item.span().end.max(values_end),
        is_block: item.span().end <= name_span.start,
        name_span,
        enabled,
    })
}

/// Keys that say where a source listens, of kinds that have neither address nor words nor path.
const PLACES: [&str; 14] =
    ["feed", "export", "route", "app", "package", "plugin", "theme", "tags", "channels", "repos", "nodes", "videos", "terms", "server"];

/// What the first of these keys holds; the kind itself where none is there.
fn places_of_kind(table: &DeTable<'_>, kind: &str) -> Vec<String> {
    let held = PLACES.iter().find_map(|key| table.get(*key));
    match held.map(Spanned::get_ref) {
        Some(DeValue::String(text)) => vec![text.to_string()],
        Some(DeValue::Integer(number)) => vec![number.as_str().to_owned()],
        Some(DeValue::Array(list)) => list.iter().filter_map(|item| item.get_ref().as_str().map(str::to_owned)).collect(),
        _ => vec![kind.to_owned()],
    }
}

/// Where the last value of a table ends, those of tables within it counted.
fn end_of_values(table: &DeTable<'_>) -> usize {
    let end = |value: &Spanned<DeValue<'_>>| match value.get_ref() {
        DeValue::Table(inner) => value.span().end.max(end_of_values(inner)),
        _ => value.span().end,
    };
    table.iter().map(|(_, value)| end(value)).max().unwrap_or_default()
}

fn newline(text: &str) -> &'static str {
    if text.split_inclusive('\n').next().is_some_and(|line| line.ends_with("\r\n")) { "\r\n" } else { "\n" }
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1)
}

/// Where the line ends that `at` is on, its line break counted.
fn line_end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|after| after.find('\n')).map_or(text.len(), |end| at + end + 1)
}

fn line_before(text: &str, start: usize) -> Option<Range<usize>> {
    (start > 0).then(|| line_start(text, start - 1)..start)
}

fn line_after(text: &str, end: usize) -> Option<Range<usize>> {
    (end < text.len()).then(|| end..line_end(text, end))
}

fn end_of(text: &str, at: usize) -> bool {
    text.get(at..).is_none_or(|rest| rest.trim().is_empty())
}

fn is_comment(text: &str, line: &Range<usize>) -> bool {
    text.get(line.clone()).is_some_and(|line| line.trim_start_matches('\u{feff}').trim_start().starts_with('#'))
}

fn is_blank(text: &str, line: &Range<usize>) -> bool {
    text.get(line.clone()).is_some_and(|line| line.trim().is_empty())
}

/// Where the comments end that begin at `end`.
fn comments_below(text: &str, mut end: usize) -> usize {
    while let Some(line) = line_after(text, end).filter(|line| is_comment(text, line)) {
        end = line.end;
    }
    end
}

/// The blanks that the line of `at` begins with.
fn indent_of(text: &str, at: usize) -> String {
    let line = text.get(line_start(text, at)..).unwrap_or_default();
    line.chars().take_while(|letter| matches!(letter, ' ' | '\t')).collect()
}
