//! TOML files that people edit, read so that every problem can be named with its file, line and remedy.
//!
//! Decoding goes on after a mistake: the offending key is noted and set aside, and the rest is tried again.
//! Knows nothing of what the files are about.

mod replace;

use std::cell::RefCell;
use std::fmt;
use std::path::Path;

use serde::Serialize;
use serde::de::{DeserializeOwned, IntoDeserializer};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub use replace::replace;

/// One mistake in a file that people edit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The file, as the reader would name it (`sources.toml`).
    pub file: String,
    /// The line it stands on, from 1; none if it concerns the whole file.
    pub line: Option<usize>,
    /// The thing it concerns: a source, a theme, a phrase, by its name.
    pub thing: String,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if !self.thing.is_empty() {
            write!(f, ": {}", self.thing)?;
        }
        write!(f, ": {}", self.what)?;
        if self.remedy.is_empty() { Ok(()) } else { write!(f, "; {}", self.remedy) }
    }
}

/// A TOML file's text with its name, and the problems found in it so far.
#[derive(Debug)]
pub struct TomlFile {
    name: String,
    text: String,
    problems: RefCell<Vec<Problem>>,
}

impl TomlFile {
    /// Reads `dir/name`. A file that is absent or is not UTF-8 text is a problem.
    pub fn read(dir: &Path, name: &str) -> Result<Self, Problem> {
        let path = dir.join(name);
        let text = std::fs::read_to_string(&path).map_err(|error| {
            let remedy = match error.kind() {
                std::io::ErrorKind::NotFound => "run `goodword init` to write a starter file".to_owned(),
                std::io::ErrorKind::InvalidData => "save it as UTF-8 text".to_owned(),
                _ => "make it readable".to_owned(),
            };
            Problem { file: name.to_owned(), line: None, thing: String::new(), what: format!("cannot be read: {error}"), remedy }
        })?;
        Ok(Self::from_text(name, text))
    }

    /// A file's text already at hand.
    pub fn from_text(name: &str, text: String) -> Self {
        Self { name: name.to_owned(), text, problems: RefCell::default() }
    }

    /// The file's top-level table. Broken lines are noted as problems and left out.
    pub fn table(&self) -> DeTable<'_> {
        let (table, errors) = DeTable::parse_recoverable(&self.text);
        for error in errors {
            let at = error.span().map(|span| span.start);
            let what = format!("not valid TOML: {}", error.message());
            self.problem(at, "", what, "mend this line; see https://toml.io");
        }
        table.into_inner()
    }

    /// Decodes `table` as a `T`, noting every key that does not fit; `thing` names the table in problems, `others`
    /// are keys that are valid beside it. None if what is left cannot make a `T`.
    pub fn decode<T: DeserializeOwned>(&self, table: &Spanned<DeTable<'_>>, thing: &str, others: &[&str]) -> Option<T> {
        let mut rest = table.get_ref().clone();
        let mut set_aside: Vec<String> = Vec::new();
        let before = self.problems.borrow().len();
        loop {
            let error = match T::deserialize(Spanned::new(table.span(), rest.clone()).into_deserializer()) {
                Ok(decoded) => return (self.problems.borrow().len() == before).then_some(decoded),
                Err(error) => error,
            };
            if missing(error.message()).is_some_and(|key| set_aside.iter().any(|aside| aside == key)) {
                return None;
            }
            let at = error.span();
            let culprit = at.as_ref().and_then(|at| key_at(&rest, at.start));
            let (what, remedy) = explain(error.message(), culprit.as_deref(), others);
            self.problem(at.map(|at| at.start).or(Some(table.span().start)), thing, what, remedy);
            match culprit {
                Some(key) => {
                    rest.remove(key.as_str());
                    set_aside.push(key);
                }
                None => return None,
            }
        }
    }

    /// Notes a problem at byte `at` of the text.
    pub fn problem(&self, at: Option<usize>, thing: &str, what: impl Into<String>, remedy: impl Into<String>) {
        let line = at.map(|at| self.line(at));
        let problem = Problem { file: self.name.clone(), line, thing: thing.to_owned(), what: what.into(), remedy: remedy.into() };
        self.problems.borrow_mut().push(problem);
    }

    /// The line, from 1, on which byte `at` stands.
    pub fn line(&self, at: usize) -> usize {
        1 + self.text.bytes().take(at).filter(|byte| *byte == b'\n').count()
    }

    /// The file's text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The file's name as given.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The problems found, in the order of their lines.
    pub fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|problem| problem.line);
        problems
    }
}

/// The key of `table` that stands, or whose value stands, at byte `at`.
fn key_at(table: &DeTable<'_>, at: usize) -> Option<String> {
    let holds = |span: std::ops::Range<usize>| span.contains(&at);
    table.iter().find(|(key, value)| holds(key.span()) || holds(value.span())).map(|(key, _)| key.get_ref().to_string())
}

/// The key that a decoder's message says is missing.
fn missing(message: &str) -> Option<&str> {
    message.strip_prefix("missing field `")?.split('`').next()
}

/// Turns a decoder's message into what is wrong and what to do.
fn explain(message: &str, key: Option<&str>, others: &[&str]) -> (String, String) {
    let Some(unknown) = message.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next()) else {
        let what = key.map_or_else(|| message.to_owned(), |key| format!("`{key}`: {message}"));
        let remedy = missing(message).map(|key| format!("add a line `{key} = …`")).or_else(|| otherwise_written(message));
        return (what.replace("missing field", "missing key"), remedy.unwrap_or_default());
    };
    let mut valid: Vec<&str> = message.split('`').skip(3).step_by(2).collect();
    valid.extend(others);
    (format!("unknown key `{unknown}`"), name_the_valid(unknown, &valid))
}

/// How a value has to be written that was understood, but is of another sort than is due.
fn otherwise_written(message: &str) -> Option<String> {
    let of = |due: &[&str]| due.iter().any(|due| message.ends_with(&format!("expected {due}")));
    let is = |sort: &str| message.starts_with(&format!("invalid type: {sort}"));
    Some(if let Some(written) = message.strip_prefix("relative URL without a base: ") {
        format!("write the whole address: `https://{}`", written.trim_matches('"'))
    } else if is("string") && of(&["u8", "u16", "u32", "u64", "usize", "i64", "f64"]) {
        "write a number, without quotes".to_owned()
    } else if is("string") && of(&["a sequence"]) {
        "write a list: `[\"…\"]`".to_owned()
    } else if (is("integer") || is("boolean") || is("float")) && of(&["a string"]) {
        "put quotes around it".to_owned()
    } else if is("string") && of(&["a boolean"]) {
        "write `true` or `false`, without quotes".to_owned()
    } else {
        return None;
    })
}

/// A remedy for a name that is not among the `valid` ones: the likeliest meant, and all of them.
pub fn name_the_valid(given: &str, valid: &[&str]) -> String {
    let list = valid.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let likeliest = valid.iter().map(|name| (strsim::normalized_damerau_levenshtein(given, name), name)).max_by(|a, b| a.0.total_cmp(&b.0));
    match likeliest {
        Some((likeness, name)) if likeness >= 0.5 => format!("did you mean `{name}`? valid: {list}"),
        _ => format!("valid: {list}"),
    }
}

/// The entries of a `[[name]]` array of tables; anything else under that name is noted as a problem.
pub fn entries<'a>(file: &TomlFile, table: &DeTable<'a>, name: &str) -> Vec<Spanned<DeTable<'a>>> {
    let Some(value) = table.get(name) else { return Vec::new() };
    let DeValue::Array(items) = value.get_ref() else {
        file.problem(
            Some(value.span().start),
            name,
            format!("must be written as `[[{name}]]` entries"),
            format!("start each with a line `[[{name}]]`"),
        );
        return Vec::new();
    };
    let mut found = Vec::new();
    for item in items.iter() {
        match item.get_ref() {
            DeValue::Table(entry) => found.push(Spanned::new(item.span(), entry.clone())),
            _ => file.problem(Some(item.span().start), name, "is not a table", format!("start it with a line `[[{name}]]`")),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Deserialize, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Lamp {
        name: String,
        watts: u32,
        url: Option<String>,
    }

    fn problems_of(text: &str) -> Vec<String> {
        let file = TomlFile::from_text("lamps.toml", text.to_owned());
        let table = file.table();
        for entry in entries(&file, &table, "lamp") {
            let _lamp: Option<Lamp> = file.decode(&entry, "a lamp", &["every"]);
        }
        file.into_problems().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_mistake_is_named_with_its_line() {
        let found = problems_of("[[lamp]]\nname = \"a\"\nulr = \"x\"\nwatts = \"many\"\n\n[[lamp]]\nname = \"b\"\n");
        assert_eq!(
            found,
            [
                "lamps.toml:3: a lamp: unknown key `ulr`; did you mean `url`? valid: `name`, `watts`, `url`, `every`",
                "lamps.toml:4: a lamp: `watts`: invalid type: string \"many\", expected u32; write a number, without quotes",
                "lamps.toml:6: a lamp: missing key `watts`; add a line `watts = …`",
            ]
        );
    }

    #[test]
    fn a_value_of_another_sort_is_told_with_how_to_write_it() {
        for (message, want) in [
            ("relative URL without a base: \"example.com/feed\"", Some("write the whole address: `https://example.com/feed`")),
            ("invalid type: string \"7\", expected u32", Some("write a number, without quotes")),
            ("invalid type: string \"acme\", expected a sequence", Some("write a list: `[\"…\"]`")),
            ("invalid type: integer `15`, expected a string", Some("put quotes around it")),
            ("invalid type: string \"yes\", expected a boolean", Some("write `true` or `false`, without quotes")),
            ("something else", None),
        ] {
            assert_eq!(otherwise_written(message).as_deref(), want, "{message}");
        }
    }

    #[test]
    fn broken_lines_do_not_hide_other_problems() {
        let found = problems_of("[[lamp]\nname = \"a\"\n\n[[lamp]]\nname = \"b\"\nwats = 1\n");
        assert!(found.iter().any(|line| line.starts_with("lamps.toml:1: not valid TOML")), "{found:?}");
        assert!(found.iter().any(|line| line.contains("unknown key `wats`")), "{found:?}");
    }
}
