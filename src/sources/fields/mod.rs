//! Mentions out of any JSON: where each of their fields stands in an item, and how its values are written.
//!
//! The same words serve what we ask for (`json`) and what we are sent (`webhook`). Knows neither.

mod path;
mod written;

use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::markup::plain_line;
use crate::mention::{Answer, Author, Context, Lang, Mention, Reach};

pub(super) use path::{Path, looks};
pub(super) use written::Written;

/// Where the fields of a mention stand in an item.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fields {
    text: Spot,
    id: Option<Spot>,
    url: Option<Spot>,
    title: Option<Spot>,
    author: Option<Spot>,
    /// What tells two people of one name apart.
    handle: Option<Spot>,
    date: Option<Spot>,
    edited: Option<Spot>,
    rating: Option<Spot>,
    /// The highest rating, where items tell their own scale.
    best: Option<Spot>,
    lang: Option<Spot>,
    product: Option<Spot>,
    region: Option<Spot>,
    version: Option<Spot>,
    thread: Option<Spot>,
    parent: Option<Spot>,
    likes: Option<Spot>,
    replies: Option<Spot>,
    shares: Option<Spot>,
    views: Option<Spot>,
    answer: Option<Spot>,
    answer_by: Option<Spot>,
    answer_date: Option<Spot>,
}

/// One place, or several of which the first that holds something counts.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "OneOrMore")]
struct Spot(Vec<Path>);

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl TryFrom<OneOrMore> for Spot {
    type Error = String;

    fn try_from(written: OneOrMore) -> Result<Self, String> {
        let written = match written {
            OneOrMore::One(path) => vec![path],
            OneOrMore::More(paths) if paths.is_empty() => {
                return Err("a field has no path; leave it out, or write where it stands".to_owned());
            }
            OneOrMore::More(paths) => paths,
        };
        Ok(Self(written.into_iter().map(Path::try_from).collect::<Result<_, _>>()?))
    }
}

impl Spot {
    fn find<'a>(&self, item: &'a Value) -> Vec<&'a Value> {
        self.0.iter().map(|path| path.find(item)).find(|found| found.iter().any(|value| words(value).is_some())).unwrap_or_default()
    }

    /// All that stands there, in words.
    fn all(&self, item: &Value) -> Vec<String> {
        self.find(item).into_iter().flat_map(each).filter_map(words).collect()
    }

    fn shown(&self) -> String {
        self.0.iter().map(|path| format!("`{path}`")).collect::<Vec<_>>().join(" or ")
    }
}

/// A value, or those of a list.
fn each(value: &Value) -> &[Value] {
    match value {
        Value::Array(values) => values,
        value => std::slice::from_ref(value),
    }
}

/// A value as words, unless blank.
fn words(value: &Value) -> Option<String> {
    match value {
        Value::String(words) => Some(words.trim().to_owned()).filter(|words| !words.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Array(values) => values.iter().find_map(words),
        Value::Null | Value::Object(_) => None,
    }
}

/// What became of an item.
#[derive(Debug)]
pub(super) struct Read {
    /// What it says.
    pub(super) mention: Mention,
    /// Fields that hold something other than they should.
    pub(super) doubts: Vec<String>,
}

impl Fields {
    /// The mention that an item is; else why it is none.
    pub(super) fn read(&self, item: &Value, written: &Written) -> Result<Read, String> {
        let text = self.text.all(item).join("\n\n");
        let text = written.plain(&text);
        let mut mention =
            Mention::new(text).ok_or_else(|| format!("`text` ({}) finds no words; the item {}", self.text.shown(), looks(item)))?;
        let first = |spot: &Option<Spot>| spot.as_ref().and_then(|spot| spot.all(item).into_iter().next());
        let mut doubts = Vec::new();
        let mut doubt = |field: &str, said: &str, what: &str| {
            let said: String = said.chars().take(40).collect();
            doubts.push(format!("`{field}` says `{said}`, which is no {what}"));
        };
        mention.title = first(&self.title).as_deref().and_then(plain_line).filter(|title| *title != mention.text);
        mention.own_id = first(&self.id);
        if let Some(said) = first(&self.url) {
            mention.url = Url::parse(&said).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
            if mention.url.is_none() {
                doubt("url", &said, "address of a page (`https://…`)");
            }
        }
        mention.author = author(first(&self.author), first(&self.handle));
        if let Some(said) = first(&self.date) {
            mention.published = written.date(&said);
            if mention.published.is_none() {
                doubt("date", &said, "date; say how dates are written with `written = { date = \"%d.%m.%Y\" }`");
            }
        }
        let edited = first(&self.edited).and_then(|said| written.date(&said)).map(|edited| edited.at);
        mention.edited = edited.filter(|edited| mention.published.is_none_or(|published| *edited > published.at));
        if let Some(said) = first(&self.rating) {
            mention.rating = written.rating(&said, first(&self.best).as_deref());
            if mention.rating.is_none() {
                doubt("rating", &said, "rating on its scale; say what it is with `written = { rating = [1, 5] }`");
            }
        }
        mention.lang = first(&self.lang).as_deref().and_then(Lang::parse);
        mention.about = first(&self.product);
        mention.context = self.context(item, written);
        Ok(Read { mention, doubts })
    }

    fn context(&self, item: &Value, written: &Written) -> Context {
        let first = |spot: &Option<Spot>| spot.as_ref().and_then(|spot| spot.all(item).into_iter().next());
        let number = |spot: &Option<Spot>| first(spot).and_then(|said| said.parse().ok());
        let answer = self.answer.as_ref().map(|spot| written.plain(&spot.all(item).join("\n\n"))).filter(|text| !text.is_empty());
        Context {
            region: first(&self.region),
            version: first(&self.version),
            thread: first(&self.thread),
            parent: first(&self.parent),
            reach: Reach {
                likes: number(&self.likes),
                replies: number(&self.replies),
                shares: number(&self.shares),
                views: number(&self.views),
            },
            answer: answer.map(|text| {
                let at = first(&self.answer_date).and_then(|said| written.date(&said)).map(|at| at.at);
                Answer { text, by: first(&self.answer_by), at, url: None }
            }),
        }
    }
}

fn author(name: Option<String>, handle: Option<String>) -> Option<Author> {
    let named = Author::named(name.as_deref().or(handle.as_deref())?)?;
    Some(Author { handle, ..named })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields(keys: &str) -> Result<Fields, String> {
        toml::from_str(keys).map_err(|error| error.message().to_owned())
    }

    #[test]
    fn an_item_is_read_field_by_field() {
        let fields = fields(
            "text = ['comment', 'description']\nid = 'id'\ntitle = 'subject'\nurl = 'links.web'\nauthor = 'who.name'\nhandle = 'who.mail'\n\
             date = 'at'\nrating = 'csat.score'\nbest = 'csat.of'\nlang = 'locale'\nlikes = 'votes'\nthread = 'case'\n\
             answer = '$.replies[?@.team == true].body'",
        )
        .unwrap();
        let item = json!({"id": 7, "subject": "Sync", "description": "Easy to use", "comment": " ", "links": {"web": "https://a.example/7"},
            "who": {"name": "Ann", "mail": "ann@a.example"}, "at": 1772362800, "csat": {"score": 8, "of": 10}, "locale": "en-GB",
            "votes": 3, "case": "C-1", "replies": [{"body": "me too"}, {"team": true, "body": "Thanks!"}]});
        let Read { mention, doubts } = fields.read(&item, &Written::default()).unwrap();
        assert_eq!(doubts, [""; 0]);
        assert_eq!((mention.text.as_str(), mention.title.as_deref(), mention.own_id.as_deref()), ("Easy to use", Some("Sync"), Some("7")));
        assert_eq!(mention.author.unwrap(), Author { name: "Ann".to_owned(), handle: Some("ann@a.example".to_owned()) });
        assert_eq!(mention.published.unwrap().at.to_string(), "2026-03-01T11:00:00Z");
        assert_eq!((mention.rating.unwrap().value(), mention.rating.unwrap().best()), (8.0, 10.0));
        assert_eq!(mention.context.reach.likes, Some(3));
        assert_eq!(mention.context.answer.unwrap().text, "Thanks!");
    }

    #[test]
    fn a_path_that_finds_nothing_is_named_with_what_there_is() {
        let error = fields("text = 'body'").unwrap().read(&json!({"id": 1, "comment": "x"}), &Written::default()).unwrap_err();
        assert_eq!(error, "`text` (`body`) finds no words; the item has `comment`, `id`");
    }

    #[test]
    fn a_field_that_holds_something_else_is_told_and_the_mention_stays() {
        let fields = fields("text = 't'\nrating = 'r'\ndate = 'd'\nurl = 'u'").unwrap();
        let read = fields.read(&json!({"t": "fine", "r": "great", "d": "soon", "u": "/7"}), &Written::default()).unwrap();
        assert_eq!(read.doubts.len(), 3, "{:?}", read.doubts);
        assert!(read.doubts.iter().all(|doubt| doubt.contains("which is no")), "{:?}", read.doubts);
    }

    #[test]
    fn wrong_fields_are_told() {
        for (keys, said) in [
            ("id = 'a'", "text"),
            ("text = 'a'\nbody = 'b'", "unknown field `body`"),
            ("text = []", "no path"),
            ("text = '$['", "is no path"),
        ] {
            assert!(fields(keys).unwrap_err().contains(said), "{keys}");
        }
    }
}
