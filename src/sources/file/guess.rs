//! What the columns of a file are taken for, and which of the others may hold the text.

use serde_json::Value;

use super::columns::usual;
use super::table::delimiter;
use super::{Format, is_json_feed};

/// As many rows are looked at.
const ROWS: usize = 50;
/// As many columns that are not read are named.
const LEFT: usize = 12;

/// What a file's columns are taken for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::sources) struct Guess {
    /// Our keys with the columns they are read from, by the columns' names.
    pub(in crate::sources) taken: Vec<(&'static str, String)>,
    /// The columns that are not read.
    pub(in crate::sources) left: Vec<String>,
    text: Option<String>,
}

impl Guess {
    /// The column that is likely to hold the text, where none is named so.
    pub(in crate::sources) fn text_column(&self) -> Option<String> {
        self.text.clone()
    }
}

/// Looks at the beginning of a file named `name`; none if it has no columns.
pub(in crate::sources) fn guess(name: &str, text: &str) -> Option<Guess> {
    let (names, rows) = match Format::of_name(name).unwrap_or_else(|| Format::of_head(text.as_bytes())) {
        Format::Csv => table(text)?,
        Format::Json if is_json_feed(text.as_bytes()) => return None,
        Format::Jsonl | Format::Json => objects(text)?,
        Format::Html | Format::Feed => return None,
    };
    let plain: Vec<&str> = names.iter().map(String::as_str).collect();
    let places = usual(&plain);
    let is_taken = |place: usize| places.iter().any(|(_, taken)| *taken == place);
    let length = |place: usize| rows.iter().map(|row| row.get(place).map_or(0, |cell| cell.chars().count())).sum::<usize>();
    let free: Vec<usize> = (0..names.len()).filter(|place| !is_taken(*place)).collect();
    let longest = free.iter().copied().filter(|place| length(*place) > 0).max_by_key(|place| (length(*place), usize::MAX - place));
    let column = |place: usize| names.get(place).cloned().unwrap_or_default();
    let text = longest.filter(|_| !places.iter().any(|(key, _)| *key == "text")).map(column);
    Some(Guess {
        taken: places.iter().map(|(key, place)| (*key, column(*place))).collect(),
        left: free.into_iter().map(column).filter(|name| Some(name) != text.as_ref()).take(LEFT).collect(),
        text,
    })
}

type Table = (Vec<String>, Vec<Vec<String>>);

fn table(text: &str) -> Option<Table> {
    let text = text.trim_start_matches('\u{feff}');
    let (delimiter, is_told) = delimiter(text.as_bytes());
    let text = if is_told { text.split_once('\n').map_or("", |(_, rest)| rest) } else { text };
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let names: Vec<String> = reader.headers().ok()?.iter().map(str::to_owned).collect();
    let rows = reader.records().filter_map(Result::ok).take(ROWS).map(|row| row.iter().map(str::to_owned).collect());
    (!names.is_empty()).then(|| (names, rows.collect()))
}

fn objects(text: &str) -> Option<Table> {
    let whole: Vec<Value> = match serde_json::from_str(text) {
        Ok(Value::Array(values)) => values.into_iter().take(ROWS).collect(),
        _ => text.lines().filter_map(|line| serde_json::from_str(line).ok()).take(ROWS).collect(),
    };
    let names: Vec<String> = whole.first()?.as_object()?.keys().cloned().collect();
    let cell = |value: &Value, name: &String| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let rows = whole.iter().map(|value| names.iter().map(|name| cell(value, name)).collect()).collect();
    Some((names, rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_known_by_their_names_and_the_text_by_its_length() {
        let told = guess("a.csv", "Date;Stars;What did you like?;Tool\n2026-03-01;4;The sync is great and fast;Acme\n").unwrap();
        assert_eq!(told.taken, [("published", "Date".to_owned()), ("rating", "Stars".to_owned())]);
        assert_eq!((told.text_column().as_deref(), told.left), (Some("What did you like?"), vec!["Tool".to_owned()]));
        let named = guess("a.jsonl", "{\"comment\":\"fine\",\"mood\":\"good\"}\nbroken\n").unwrap();
        assert_eq!((named.taken, named.text), (vec![("text", "comment".to_owned())], None));
        assert_eq!(guess("a.html", "<p>"), None);
        assert_eq!(guess("a.csv", ""), None);
        assert_eq!(guess("a.json", "7"), None);
    }
}
