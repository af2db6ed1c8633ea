//! CSV: whatever separates its columns, with a header row.

use std::borrow::Cow;
use std::io::{BufRead, Read};

use csv::{ByteRecord, Reader, ReaderBuilder, Trim};

use super::columns::{Columns, Layout};
use super::{Row, RowError, Rows, unreadable};
use crate::sources::ParseError;

/// The rows of a table.
pub(super) fn rows<'a>(mut input: impl BufRead + 'a, columns: &Columns) -> Result<Rows<'a>, ParseError> {
    let head = input.fill_buf().map_err(unreadable)?;
    let (delimiter, is_told) = delimiter(head);
    let crlf = head.split(|byte| *byte == b'\n').next().is_some_and(|line| line.ends_with(b"\r"));
    let mut skipped = 0;
    if is_told {
        input.read_until(b'\n', &mut Vec::new()).map_err(unreadable)?;
        skipped = 1;
    }
    let mut reader = ReaderBuilder::new().delimiter(delimiter).flexible(true).trim(Trim::Headers).from_reader(input);
    let names = reader.byte_headers().map_err(unreadable)?.clone();
    if names.iter().all(<[u8]>::is_empty) {
        return Err(ParseError::Unreadable("the table is empty; its first line must name the columns".to_owned()));
    }
    let names: Vec<Cow<'_, str>> = names.iter().map(String::from_utf8_lossy).collect();
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    let layout = Layout::find(&names, columns)?;
    Ok(Box::new(Table { reader, layout, width: names.len(), skipped, crlf, record: ByteRecord::new(), failed: false }))
}

/// What separates the columns: as a first line `sep=;` says, else what the header row has most of outside of quotes.
pub(in crate::sources) fn delimiter(head: &[u8]) -> (u8, bool) {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    if let Some([told, b'\r' | b'\n', ..]) = head.strip_prefix(b"sep=") {
        return (*told, true);
    }
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0), (b'|', 0)];
    let mut quoted = false;
    for byte in head {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            byte if !quoted => counts.iter_mut().filter(|(known, _)| known == byte).for_each(|(_, count)| *count += 1),
            _ => {}
        }
    }
    // The first of equals wins, so that a single column is read as with commas.
    let most = counts.iter().rev().max_by_key(|(_, count)| *count);
    (most.map_or(b',', |(byte, _)| *byte), false)
}

struct Table<R> {
    reader: Reader<R>,
    layout: Layout,
    width: usize,
    /// Lines before the header row.
    skipped: u64,
    /// Whether lines end in `\r\n`.
    crlf: bool,
    record: ByteRecord,
    failed: bool,
}

impl<R: Read> Iterator for Table<R> {
    type Item = Result<Row, RowError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.reader.read_byte_record(&mut self.record) {
                _ if self.failed => return None,
                Ok(false) => return None,
                Err(error) => {
                    self.failed = true;
                    let line = self.reader.position().line() + self.skipped;
                    return Some(Err(RowError { line, what: format!("it cannot be read: {error}") }));
                }
                Ok(true) if self.record.iter().all(|cell| cell.trim_ascii().is_empty()) => {}
                Ok(true) => {
                    let line = self.line();
                    return Some(self.row().map(|mention| Row { line, mention }).map_err(|what| RowError { line, what }));
                }
            }
        }
    }
}

impl<R: Read> Table<R> {
    /// The line the record starts on. The reader takes it to begin with the blank lines before it, and before the `\n` of a
    /// `\r\n`; where it ends is told rightly, but at the end of the file.
    fn line(&self) -> u64 {
        let begun = self.record.position().map_or(0, csv::Position::line) + u64::from(self.crlf);
        let inner: usize = self.record.iter().map(|cell| cell.iter().filter(|byte| **byte == b'\n').count()).sum();
        let ended = self.reader.position().line() - u64::from(!self.crlf);
        begun.max(ended.saturating_sub(inner as u64)) + self.skipped
    }

    fn row(&self) -> Result<crate::mention::Mention, String> {
        let width = self.record.len() - self.record.iter().skip(self.width).filter(|cell| cell.is_empty()).count();
        if width != self.width {
            return Err(format!("it has {width} columns where the header has {}; quote texts that hold separators or quotes", self.width));
        }
        for cell in &self.record {
            std::str::from_utf8(cell).map_err(|_| "it is not UTF-8; save the file as UTF-8".to_owned())?;
        }
        self.layout.mention(|place| self.record.get(place).map(String::from_utf8_lossy))
    }
}
