//! An entry of `sources.toml` that is still to be written: its text, and the source it would be.
//!
//! Knows nothing of the file it goes into, nor of how the place was found.

use std::fmt::Write as _;
use std::path::Path;

use url::Url;

use super::{Source, read_sources};
use crate::tomlfile::{Problem, TomlFile};

/// An entry to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Lines that stand above it as comments.
    pub comments: Vec<String>,
    /// Its name; whoever writes it sees to it that no other has it.
    pub name: String,
    /// The word for its kind.
    pub kind: &'static str,
    /// How often it is asked.
    pub every: String,
    /// How far its first round reaches back.
    pub since: Option<&'static str>,
    /// The product its pages are about.
    pub product: Option<String>,
    /// The floor between two requests to its host.
    pub min_interval: Option<&'static str>,
    /// Whether it is inside the private network.
    pub allow_private: bool,
    /// The kind's own keys.
    keys: Vec<(&'static str, Value)>,
}

/// The value of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    /// A number, in its digits.
    Number(String),
    List(Vec<String>),
    Table(Vec<(String, String)>),
}

impl Value {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A list of one.
    pub(super) fn only(text: impl Into<String>) -> Self {
        Self::List(vec![text.into()])
    }
}

impl Draft {
    /// A source of a kind, with one of the kind's own keys.
    fn new(kind: &'static str, every: &str, name: String, key: &'static str, value: &str) -> Self {
        Self::of(kind, every, name, vec![(key, Value::text(value))])
    }

    /// A source of a kind, with the kind's own keys; the first says what it listens to.
    pub(super) fn of(kind: &'static str, every: &str, name: impl Into<String>, keys: Vec<(&'static str, Value)>) -> Self {
        Self {
            comments: Vec::new(),
            name: name.into(),
            kind,
            every: every.to_owned(),
            since: None,
            product: None,
            min_interval: None,
            allow_private: false,
            keys,
        }
    }

    /// The same, whose first round reaches back as far as that.
    pub(super) fn since(self, since: &'static str) -> Self {
        Self { since: Some(since), ..self }
    }

    /// A feed.
    pub fn feed(url: &Url) -> Self {
        Self::new("feed", "30m", name_of(url), "url", url.as_str())
    }

    /// A page with reviews.
    pub(super) fn reviews(url: &Url) -> Self {
        Self::new("reviews", "6h", name_of(url), "url", url.as_str())
    }

    /// A search of Hacker News.
    pub(super) fn hacker_news(query: &str) -> Self {
        Self::new("hacker-news", "20m", format!("hacker-news-{}", slug(query)), "query", query).since("90d")
    }

    /// A file or folder of mails.
    pub(super) fn mailbox(path: &str) -> Self {
        Self::new("mailbox", "15m", name_of_file(path), "path", path)
    }

    /// The export of a Slack workspace.
    pub(super) fn slack_export(path: &str) -> Self {
        Self::new("slack", "30d", name_of_file(path), "export", path)
    }

    /// A survey's answers: the columns of its open questions, and that of its score.
    pub(super) fn survey(path: &str, answers: Vec<String>, score: &str, scale: &str) -> Self {
        let score = vec![("column".to_owned(), score.to_owned()), ("scale".to_owned(), scale.to_owned())];
        let keys = vec![("path", Value::text(path)), ("answers", Value::List(answers)), ("score", Value::Table(score))];
        Self::of("survey", "1h", name_of_file(path), keys)
    }

    /// A file or folder; `map` says which column holds what.
    pub fn file(path: &str, map: &[(String, String)]) -> Self {
        let mut draft = Self::new("file", "5m", name_of_file(path), "path", path);
        if !map.is_empty() {
            draft.keys.push(("map", Value::Table(map.to_vec())));
        }
        draft
    }

    /// The same under another name.
    pub(super) fn named(self, name: impl Into<String>) -> Self {
        Self { name: name.into(), ..self }
    }

    /// The same, asked as the site can bear it.
    pub(super) fn asked(self, every: &str, min_interval: &'static str) -> Self {
        Self { every: every.to_owned(), min_interval: Some(min_interval), ..self }
    }

    /// What it listens to: an address, a path, the words of a search, the number of an app.
    pub fn place(&self) -> &str {
        match self.keys.first().map(|(_, value)| value) {
            Some(Value::Text(text) | Value::Number(text)) => text,
            Some(Value::List(list)) => list.first().map_or(self.kind, String::as_str),
            Some(Value::Table(_)) | None => self.kind,
        }
    }

    /// What tells whether another entry listens to the same place.
    pub fn key(&self) -> String {
        place_key(self.kind, self.place())
    }

    /// The entry as it is written.
    pub fn to_toml(&self) -> String {
        let mut text = String::new();
        for line in self.comments.iter().flat_map(|comment| comment.lines()) {
            // A comment in TOML holds no control characters, and what is told in it may come from a stranger's file.
            push_line(&mut text, format_args!("# {}", line.replace(char::is_control, " ")));
        }
        push_line(&mut text, format_args!("[[source]]"));
        push_line(&mut text, format_args!("name = {}", quoted(&self.name)));
        push_line(&mut text, format_args!("kind = {}", quoted(self.kind)));
        push_line(&mut text, format_args!("every = {}", quoted(&self.every)));
        for (key, value) in [("since", self.since), ("product", self.product.as_deref()), ("min_interval", self.min_interval)] {
            if let Some(value) = value {
                push_line(&mut text, format_args!("{key} = {}", quoted(value)));
            }
        }
        if self.allow_private {
            push_line(&mut text, format_args!("allow_private = true"));
        }
        for (key, value) in &self.keys {
            push_line(&mut text, format_args!("{key} = {}", value.to_toml()));
        }
        text
    }

    /// The source it would be, in an installation in `dir` that knows `products`; or all that is wrong with it.
    pub fn source(&self, dir: &Path, products: &[&str]) -> Result<Source, Vec<Problem>> {
        let file = TomlFile::from_text("the new entry", self.to_toml());
        let mut sources = read_sources(&file, dir, products);
        match (sources.pop(), file.into_problems()) {
            (Some(source), problems) if problems.is_empty() => Ok(source),
            (_, problems) => Err(problems),
        }
    }
}

impl Value {
    fn to_toml(&self) -> String {
        match self {
            Self::Text(text) => quoted(text),
            Self::Number(digits) => digits.clone(),
            Self::List(list) => format!("[{}]", list.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", ")),
            Self::Table(pairs) => {
                let pairs: Vec<String> = pairs.iter().map(|(key, value)| format!("{key} = {}", quoted(value))).collect();
                format!("{{ {} }}", pairs.join(", "))
            }
        }
    }
}

fn push_line(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("writing to a string cannot fail");
}

/// A string as TOML writes it, on one line.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = "\"".to_owned();
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            letter if letter.is_control() => write!(quoted, "\\u{:04X}", u32::from(letter)).expect("writing to a string cannot fail"),
            letter => quoted.push(letter),
        }
    }
    quoted + "\""
}

/// A place in the form in which two ways of writing it are the same: without scheme, fragment and slash at the end.
pub fn place_key(kind: &str, place: &str) -> String {
    match Url::parse(place) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => {
            let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
            let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
            format!("{}{port}{}{query}", url.host_str().unwrap_or_default(), url.path().trim_end_matches('/'))
        }
        _ => format!("{kind} {}", place.trim().trim_start_matches("./").trim_end_matches('/').to_lowercase()),
    }
}

/// A name for a file or folder.
fn name_of_file(path: &str) -> String {
    let stem = Path::new(path).file_stem().map_or(path.into(), |stem| stem.to_string_lossy());
    Some(slug(&stem)).filter(|name| !name.is_empty()).unwrap_or_else(|| "files".to_owned())
}

/// Labels of a host and parts of a path that tell nothing apart.
const SAYS_NOTHING: [&str; 12] = ["www", "rss", "feed", "feeds", "atom", "xml", "index", "posts", "html", "htm", "php", "en"];

/// A name for what is found at an address: its host, and the last part of its path that says something.
pub(super) fn name_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or("site");
    let mut labels: Vec<&str> = host.split('.').filter(|label| !SAYS_NOTHING.contains(label)).collect();
    if url.domain().is_some() && labels.len() > 1 {
        let country = labels.pop().is_some_and(|last| last.len() == 2);
        if country && labels.len() > 1 && labels.last().is_some_and(|label| matches!(*label, "co" | "com" | "org" | "net")) {
            labels.pop();
        }
    }
    let says_something = |part: &String| part.chars().any(char::is_alphabetic) && !SAYS_NOTHING.contains(&part.as_str());
    let part = url.path().split(['/', '.']).rev().map(decoded_slug).find(says_something);
    let part = part.filter(|part| part.chars().count() <= 40 && !labels.contains(&part.as_str()));
    labels.into_iter().map(slug).chain(part).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

pub(super) fn decoded_slug(part: &str) -> String {
    let decoded = url::form_urlencoded::parse(format!("p={part}").as_bytes()).next().map(|(_, value)| value.into_owned());
    slug(&decoded.unwrap_or_default())
}

/// Words as a part of a name: `Acme Desk 2` becomes `acme-desk-2`.
pub(super) fn slug(words: &str) -> String {
    let plain: String = words.to_lowercase().chars().map(|letter| if letter.is_alphanumeric() { letter } else { '-' }).collect();
    plain.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn a_name_is_made_of_what_tells_the_place_apart() {
        for (address, want) in [
            ("https://www.example.com/feed.xml", "example"),
            ("https://forum.acme.example/posts.rss", "forum-acme"),
            ("https://shop.example.co.uk/kettle-3/reviews.html", "shop-example-reviews"),
            ("https://acme.example/", "acme"),
            ("http://127.0.0.1:8080/reviews/acme-desk", "127-0-0-1-acme-desk"),
            ("https://blog.example.com/%E6%96%B0%E9%97%BB/", "blog-example-新闻"),
            ("http://localhost/", "localhost"),
        ] {
            assert_eq!(name_of(&url(address)), want, "{address}");
        }
    }

    #[test]
    fn two_ways_of_writing_a_place_are_one() {
        let same = |a: &str, b: &str| place_key("feed", a) == place_key("feed", b);
        assert!(same("https://a.example/feed/", "http://A.example/feed#top"));
        assert!(!same("https://a.example/feed?x=1", "https://a.example/feed?x=2"));
        assert!(!same("http://a.example:81/feed", "http://a.example:82/feed"));
        assert!(same("./exports/", "exports"));
        assert_ne!(place_key("file", "acme"), place_key("hacker-news", "acme"));
    }

    #[test]
    fn an_entry_is_valid_whatever_stands_in_it() {
        let mut draft = Draft::file("drop \"q\"\\x\u{7f}.csv", &[("text".to_owned(), "What \"exactly\"?".to_owned())]);
        draft.comments.push("two\nlines\u{1b}".to_owned());
        draft.product = Some("Acme \"Desk\"".to_owned());
        let source = draft.source(Path::new("."), &["Acme \"Desk\""]).unwrap();
        assert_eq!((source.name.as_str(), source.product.as_deref()), ("drop-q-x", Some("Acme \"Desk\"")));
        assert!(draft.to_toml().starts_with("# two\n# lines \n[[source]]\n"));
    }

    #[test]
    fn what_is_wrong_with_an_entry_is_told() {
        let draft = Draft { every: "often".to_owned(), ..Draft::feed(&url("https://a.example/feed")) };
        let problems = draft.source(Path::new("."), &[]).unwrap_err();
        assert!(problems[0].what.contains("`often` is neither"), "{problems:?}");
    }
}
