//! file
use std::io::Read;
use std::path::PathBuf;

use serde::Deserialize;

use super::{Ask, Moment, ParseError, Parsed};
use crate::fetch;
use crate::mention::Mention;

/// Settings.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Path.
    pub path: PathBuf,
}

/// Which column holds what: pairs of our key and the file's column name.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct Columns(pub std::collections::BTreeMap<String, String>);

/// A mention with the line it stood on.
#[derive(Clone, Debug)]
pub struct Row {
    /// Line number from 1.
    pub line: u64,
    /// What it says.
    pub mention: Mention,
}

/// A row that could not be read.
#[derive(Clone, Debug, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct RowError {
    /// Line number from 1.
    pub line: u64,
    /// What is wrong with it.
    pub what: String,
}

/// Rows of a CSV or JSON Lines file named `name`, one at a time.
pub fn rows<'a>(
    _name: &str,
    _reader: impl Read + 'a,
    _columns: &Columns,
) -> Result<Box<dyn Iterator<Item = Result<Row, RowError>> + 'a>, ParseError> {
    Ok(Box::new(std::iter::empty()))
}

impl Settings {
    pub(super) fn asks(&self, _moment: Moment<'_>) -> Result<Vec<Ask>, ParseError> {
        Ok(vec![Ask::Read(self.path.clone())])
    }

    pub(super) fn parse(&self, _page: &fetch::Page) -> Result<Parsed, ParseError> {
        Ok(Parsed::default())
    }
}
