//! JSON Lines, and JSON arrays of the same objects.

use std::borrow::Cow;
use std::io::{BufRead, Read};

use serde_json::{Map, Value};

use super::columns::{Columns, Layout};
use super::{Row, RowError, Rows, unreadable};
use crate::mention::Mention;
use crate::sources::ParseError;

/// Longer lines are no mention; it keeps a file without line ends from filling the memory.
const LONGEST_LINE: u64 = 16 * 1024 * 1024;

/// The objects of a file with one on each line.
pub(super) fn lines<'a>(input: impl BufRead + 'a, columns: &Columns) -> Rows<'a> {
    Box::new(Lines { input, objects: Objects::read_by(columns), line: 0, buffer: Vec::new() })
}

/// The objects of a JSON array, or the one object the file is; each counts as a line.
pub(super) fn array<'a>(mut input: impl Read, columns: &Columns) -> Result<Rows<'a>, ParseError> {
    let mut text = Vec::new();
    input.read_to_end(&mut text).map_err(unreadable)?;
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text);
    let values = match serde_json::from_slice(text).map_err(unreadable)? {
        Value::Array(values) => values,
        value => vec![value],
    };
    let mut objects = Objects::read_by(columns);
    let rows = (1..)
        .zip(values)
        .map(move |(line, value)| objects.mention(value).map(|mention| Row { line, mention }).map_err(|what| RowError { line, what }));
    Ok(Box::new(rows))
}

struct Lines<R> {
    input: R,
    objects: Objects,
    line: u64,
    buffer: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    /// Reads the next line into the buffer; a line that is too long is passed over, which is an error of its own.
    fn read(&mut self) -> Result<bool, String> {
        self.buffer.clear();
        self.line += 1;
        let wrong = |error: std::io::Error| format!("it cannot be read: {error}");
        let length = self.input.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut self.buffer).map_err(wrong)?;
        if (length as u64) < LONGEST_LINE || self.buffer.ends_with(b"\n") {
            return Ok(length > 0);
        }
        self.buffer.clear();
        self.input.skip_until(b'\n').map_err(wrong)?;
        Err(format!("it is longer than {} MiB", LONGEST_LINE / 1024 / 1024))
    }

    fn row(&mut self) -> Result<Mention, String> {
        let text = self.buffer.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&self.buffer);
        let text = std::str::from_utf8(text).map_err(|_| "it is not UTF-8".to_owned())?;
        let value = serde_json::from_str(text).map_err(|error| format!("it is not JSON: {error}"))?;
        self.objects.mention(value)
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = Result<Row, RowError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let read = self.read();
            let line = self.line;
            let row = match read {
                Ok(false) => return None,
                Ok(true) if self.buffer.trim_ascii().is_empty() => continue,
                Ok(true) => self.row(),
                Err(what) => Err(what),
            };
            return Some(row.map(|mention| Row { line, mention }).map_err(|what| RowError { line, what }));
        }
    }
}

/// Reads objects. Those of one file mostly have the same keys, so where these stand is kept from one to the next.
struct Objects {
    columns: Columns,
    names: Vec<String>,
    layout: Option<Layout>,
}

impl Objects {
    fn read_by(columns: &Columns) -> Self {
        Self { columns: columns.clone(), names: Vec::new(), layout: None }
    }

    /// The mention in an object; else what is wrong with it.
    fn mention(&mut self, value: Value) -> Result<Mention, String> {
        let Value::Object(mut object) = value else { return Err("it is not an object with a `text`".to_owned()) };
        flatten(&mut object, "author", &[("name", "author"), ("handle", "handle")]);
        flatten(&mut object, "rating", &[("value", "rating"), ("worst", "worst_rating"), ("best", "best_rating")]);
        flatten(&mut object, "answer", &[("text", "answer"), ("by", "answer_by"), ("at", "answer_at"), ("url", "answer_url")]);
        if self.layout.is_none() || !object.keys().eq(&self.names) {
            self.names = object.keys().cloned().collect();
            self.layout = Some(self.find_layout()?);
        }
        let values: Vec<&Value> = object.values().collect();
        let Some(layout) = &self.layout else { return Err("it has no `text`".to_owned()) };
        layout.mention(|place| match values.get(place)? {
            Value::String(text) => Some(Cow::Borrowed(text.as_str())),
            Value::Number(number) => Some(Cow::Owned(number.to_string())),
            _ => None,
        })
    }

    /// A mapped key may be missing from some objects.
    fn find_layout(&mut self) -> Result<Layout, String> {
        self.layout = None;
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        let present = self.columns.0.iter().filter(|(_, told)| names.contains(&told.as_str()));
        let present = Columns(present.map(|(key, told)| (key.clone(), told.clone())).collect());
        Layout::find(&names, &present).map_err(|_| "it has no `text`".to_owned())
    }
}

/// Puts the parts of an object within the object beside it, under our keys.
fn flatten(object: &mut Map<String, Value>, name: &str, parts: &[(&str, &str)]) {
    if let Some(Value::Object(mut inner)) = object.get_mut(name).filter(|value| value.is_object()).map(Value::take) {
        for (part, key) in parts {
            if let Some(value) = inner.remove(*part) {
                object.insert((*key).to_owned(), value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_a_number_tell_as_much_as_objects_of_them() {
        for (author, rating) in [("\"Ann\"", "4"), ("{\"name\":\"Ann\"}", "{\"value\":4}")] {
            let object = serde_json::from_str(&format!("{{\"text\":\"a\",\"author\":{author},\"rating\":{rating}}}")).unwrap();
            let mention = Objects::read_by(&Columns::default()).mention(object).unwrap();
            assert_eq!(mention.author.map(|author| author.name).as_deref(), Some("Ann"), "{author}");
            assert_eq!(mention.rating.map(|rating| rating.value()), Some(4.0), "{rating}");
        }
    }
}
