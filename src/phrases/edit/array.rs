//! A TOML array in its text: an item added or taken out the way a careful person would, line by line.
//!
//! Works on where things stand; what they mean is for the caller to know.

use std::ops::Range;

use super::{line_end, line_start, spliced};

/// An array and its items, as spans of bytes.
pub(super) struct Array<'t> {
    pub text: &'t str,
    pub span: Range<usize>,
    pub items: Vec<Range<usize>>,
}

impl Array<'_> {
    /// The text with these values behind the last item.
    pub(super) fn with(&self, values: &[String]) -> String {
        let Some(last) = self.items.last() else { return self.filled(values) };
        let comma = self.comma_behind(last.end);
        let behind = comma.map_or(last.end, |comma| comma + 1);
        let start = line_start(self.text, last.start);
        if start <= self.span.start {
            let added = match comma {
                Some(_) => values.iter().map(|value| format!(" {value},")).collect::<String>(),
                None => values.iter().map(|value| format!(", {value}")).collect(),
            };
            return spliced(self.text, behind..behind, &added);
        }
        let (indent, end) = (self.blanks_from(start), line_end(self.text));
        if self.line_close(behind) >= self.close() {
            // The last item shares its line with the bracket.
            let mut added: String = values.iter().map(|value| format!(",{end}{indent}{value}")).collect();
            if comma.is_some() {
                added.push(',');
            }
            return spliced(self.text, last.end..behind, &added);
        }
        let added: String = values.iter().map(|value| format!("{end}{indent}{value},")).collect();
        let at = self.line_close(behind);
        let changed = spliced(self.text, at..at, &added);
        if comma.is_some() { changed } else { spliced(&changed, last.end..last.end, ",") }
    }

    /// The text with these values in an array that was empty.
    fn filled(&self, values: &[String]) -> String {
        let start = line_start(self.text, self.close());
        if start <= self.span.start {
            return spliced(self.text, self.span.start + 1..self.close(), &values.join(", "));
        }
        let (indent, end) = (self.blanks_from(start), line_end(self.text));
        let added: String = values.iter().map(|value| format!("{indent}  {value},{end}")).collect();
        spliced(self.text, start..start, &added)
    }

    /// The text without the item at `place`.
    pub(super) fn without(&self, place: usize) -> String {
        let item = self.items[place].clone();
        let comma = self.comma_behind(item.end);
        let behind = comma.map_or(item.end, |comma| comma + 1);
        let start = line_start(self.text, item.start);
        let alone_before = start > self.span.start && start + self.blanks_from(start).len() == item.start;
        let close = self.line_close(behind);
        let next = self.items.get(place + 1).filter(|next| next.start < close);
        if alone_before && next.is_none() && close < self.close() {
            let line = self.text.get(close..).unwrap_or_default();
            let newline = if line.starts_with("\r\n") { 2 } else { 1 };
            return spliced(self.text, start..close + newline, "");
        }
        let before = place.checked_sub(1).and_then(|before| self.items.get(before)).filter(|before| before.end > start);
        match (next, before) {
            (Some(next), _) => spliced(self.text, item.start..next.start, ""),
            (None, Some(before)) => spliced(self.text, before.end..item.end, ""),
            (None, None) => spliced(self.text, item.start..behind, ""),
        }
    }

    /// Where the closing bracket stands.
    fn close(&self) -> usize {
        self.span.end - 1
    }

    /// Where the comma stands that follows byte `at`, comments passed over; none if the bracket comes first.
    fn comma_behind(&self, at: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut at = at;
        while at < self.close() {
            match bytes.get(at)? {
                b',' => return Some(at),
                b'#' => at += bytes.get(at..)?.iter().position(|byte| *byte == b'\n')?,
                _ => {}
            }
            at += 1;
        }
        None
    }

    /// Where the line of byte `at` ends, before its line end.
    fn line_close(&self, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or_default();
        let length = rest.find('\n').map_or(rest.len(), |newline| newline);
        at + rest.get(..length).map_or(length, |line| line.strip_suffix('\r').unwrap_or(line).len())
    }

    /// The blanks that a line beginning at `start` is indented with.
    fn blanks_from(&self, start: usize) -> &str {
        let line = self.text.get(start..).unwrap_or_default();
        line.get(..line.len() - line.trim_start_matches([' ', '\t']).len()).unwrap_or_default()
    }
}
