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
enum Value {
    Text(String),
    Table(Vec<(String, String)>),
}

impl Draft {
    /// A source of a kind, with one of the kind's own keys.
    fn new(kind: &'static str, every: &str, name: String, key: &'static str, value: &str) -> Self {
        Self {
            comments: Vec::new(),
            name,
            kind,
            every: every.to_owned(),
            since: None,
            product: None,
            min_interval: None,
            allow_private: false,
            keys: vec![(key, Value::Text(value.to_owned()))],
        }
    }

    /// A feed.
    pub fn feed(url: &Url) -> Self {
        Self::new("feed", "30m", name_of(url), "url", url.as_str())
    }

    /// A page with reviews.
    pub(super) fn reviews(url: &Url) -> Self {
        Self::new("reviews", "6h", name_of(url), "url", url.as_str())
    }

    /// A page read by selectors: the item, and the fields in it.
    pub(super) fn page(url: &Url, item: &str, fields: &[(&str, &str)]) -> Self {
        let mut draft = Self::new("page", "1h", name_of(url), "url", url.as_str());
        draft.keys.push(("item", Value::Text(item.to_owned())));
        draft.keys.push(("fields", Value::Table(fields.iter().map(|(key, css)| ((*key).to_owned(), (*css).to_owned())).collect())));
        draft
    }

    /// A search of Hacker News.
    pub(super) fn hacker_news(query: &str) -> Self {
        let mut draft = Self::new("hacker-news", "20m", format!("hacker-news-{}", slug(query)), "query", query);
        draft.since = Some("90d");
        draft
    }

    /// A file or folder; `map` says which column holds what.
    pub fn file(path: &str, map: &[(String, String)]) -> Self {
        let stem = Path::new(path).file_stem().map_or(path.into(), |stem| stem.to_string_lossy());
        let name = Some(slug(&stem)).filter(|name| !name.is_empty()).unwrap_or_else(|| "files".to_owned());
        let mut draft = Self::new("file", "5m", name, "path", path);
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

    /// What it listens to: an address, a path or the words of a search.
    pub fn place(&self) -> &str {
        self.keys.iter().find_map(|(_, value)| if let Value::Text(text) = value { Some(text.as_str()) } else { None }).unwrap_or_default()
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

/// Labels of a host and parts of a path that tell nothing apart.
const SAYS_NOTHING: [&str; 12] = ["www", "rss", "feed", "feeds", "atom", "xml", "index", "posts", "html", "htm", "php", "en"];

/// A name for what is found at an address: its host, and the last part of its path that says something.
fn name_of(url: &Url) -> String {
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
