//! Where the parts of a mention stand in an item of a page, and how what stands there is read.
//!
//! Knows selectors and the words they find; which items there are, and what page comes next, is for the kind.

use std::collections::BTreeMap;

use scraper::ElementRef;
use serde::Deserialize;
use url::Url;

use crate::mention::{Answer, Author, Context, Lang, Mention, Reach};
use crate::sources::dates;
use crate::sources::markup::{absolute, plain, plain_line, shown_count};
use crate::sources::picker::Picker;
use crate::sources::reviews::rating;
use crate::tomlfile::name_the_valid;

/// Where the parts of a mention stand in an item.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "BTreeMap<String, String>")]
pub(super) struct Fields {
    text: Picker,
    others: BTreeMap<Field, Picker>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Field {
    Text,
    Title,
    Author,
    Handle,
    Rating,
    Date,
    Edited,
    Url,
    Id,
    Lang,
    Product,
    Region,
    Version,
    Thread,
    Parent,
    Likes,
    Replies,
    Shares,
    Views,
    Answer,
    AnswerBy,
    AnswerDate,
}

/// The fields by the words of `json`, which has the same.
const NAMES: [(&str, Field); 22] = [
    ("text", Field::Text),
    ("title", Field::Title),
    ("author", Field::Author),
    ("handle", Field::Handle),
    ("rating", Field::Rating),
    ("date", Field::Date),
    ("edited", Field::Edited),
    ("url", Field::Url),
    ("id", Field::Id),
    ("lang", Field::Lang),
    ("product", Field::Product),
    ("region", Field::Region),
    ("version", Field::Version),
    ("thread", Field::Thread),
    ("parent", Field::Parent),
    ("likes", Field::Likes),
    ("replies", Field::Replies),
    ("shares", Field::Shares),
    ("views", Field::Views),
    ("answer", Field::Answer),
    ("answer_by", Field::AnswerBy),
    ("answer_date", Field::AnswerDate),
];

impl TryFrom<BTreeMap<String, String>> for Fields {
    type Error = String;

    fn try_from(written: BTreeMap<String, String>) -> Result<Self, String> {
        let mut others = BTreeMap::new();
        for (name, css) in written {
            let Some((_, field)) = NAMES.iter().find(|(known, _)| *known == name) else {
                let names: Vec<&str> = NAMES.iter().map(|(name, _)| *name).collect();
                return Err(format!("`{name}` is no field of an item; {}", name_the_valid(&name, &names)));
            };
            others.insert(*field, Picker::try_from(css).map_err(|error| format!("`{name}`: {error}"))?);
        }
        let text =
            others.remove(&Field::Text).ok_or("`text` is missing; write where an item's words stand, for example `text = \".body\"`")?;
        Ok(Self { text, others })
    }
}

/// What of an item is told by the page it stands on.
pub(super) struct Around<'a> {
    /// What relative addresses start from.
    pub(super) base: &'a Url,
    /// The page itself, for items without an address of their own.
    pub(super) page: Url,
    pub(super) lang: Option<&'a Lang>,
    /// The highest rating that can be given.
    pub(super) best: Option<&'a str>,
}

impl Fields {
    /// The mention that an item is; none if no words stand where they should.
    pub(super) fn mention(&self, item: ElementRef<'_>, around: &Around<'_>) -> Option<Mention> {
        let mut mention = Mention::new(plain(&self.text.find(item)?))?;
        mention.title = self.line(Field::Title, item);
        mention.author = self.author(item);
        mention.rating = self.find(Field::Rating, item).and_then(|points| rating::read(&points, None, around.best));
        mention.published = self.find(Field::Date, item).and_then(|date| dates::read(&date));
        let edited = self.find(Field::Edited, item).and_then(|date| dates::read(&date)).map(|edited| edited.at);
        mention.edited = edited.filter(|edited| mention.published.is_none_or(|published| *edited > published.at));
        mention.own_id = self.find(Field::Id, item).map(|id| id.trim().to_owned());
        let link = self.others.get(&Field::Url).and_then(|picker| picker.pick(item));
        mention.url = link.and_then(|href| absolute(around.base, &href)).or_else(|| Some(around.page.clone()));
        mention.lang = self.line(Field::Lang, item).as_deref().and_then(Lang::parse).or_else(|| around.lang.cloned());
        mention.about = self.line(Field::Product, item);
        mention.context = self.context(item);
        Some(mention)
    }

    fn author(&self, item: ElementRef<'_>) -> Option<Author> {
        let (name, handle) = (self.line(Field::Author, item), self.line(Field::Handle, item));
        let named = Author::named(name.as_deref().or(handle.as_deref())?)?;
        Some(Author { handle, ..named })
    }

    fn context(&self, item: ElementRef<'_>) -> Context {
        let line = |field| self.line(field, item);
        let counted = |field| line(field).as_deref().and_then(shown_count);
        let answer = self.find(Field::Answer, item).map(|text| plain(&text)).filter(|text| !text.trim().is_empty());
        Context {
            region: line(Field::Region),
            version: line(Field::Version),
            thread: line(Field::Thread),
            parent: line(Field::Parent),
            reach: Reach {
                likes: counted(Field::Likes),
                replies: counted(Field::Replies),
                shares: counted(Field::Shares),
                views: counted(Field::Views),
            },
            answer: answer.map(|text| {
                let at = line(Field::AnswerDate).and_then(|date| dates::read(&date)).map(|at| at.at);
                Answer { text: text.trim().to_owned(), by: line(Field::AnswerBy), at, url: None }
            }),
        }
    }

    fn find(&self, field: Field, item: ElementRef<'_>) -> Option<String> {
        self.others.get(&field)?.find(item)
    }

    fn line(&self, field: Field, item: ElementRef<'_>) -> Option<String> {
        self.find(field, item).and_then(|found| plain_line(&found))
    }
}
