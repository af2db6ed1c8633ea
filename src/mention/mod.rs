//! The nouns of the house: a mention, its author, rating and dates, products, tags and verdicts.
//!
//! They are parsed once, at the edge, into values that cannot be wrong. They know nothing of where they
//! came from (a source), how they are found (phrases) or kept (the store).

mod address;
mod context;
mod product;
mod published;
mod rating;
mod tag;

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

pub use address::{AddressKey, KEY_FILE, masked_address, masked_domain};
pub use context::{Answer, Context, Reach};
pub use product::Product;
pub use published::{Precision, Published};
pub use rating::Rating;
pub use tag::{Field, JoinedBy, Polarity, Tag, Verdict};

/// One post, review, comment, ticket or survey answer, as a source shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Mention {
    /// The site's own id, unique and lasting within the source.
    pub own_id: Option<String>,
    /// Where a person can open it.
    pub url: Option<Url>,
    /// Who wrote it.
    pub author: Option<Author>,
    /// Its title, as plain text.
    pub title: Option<String>,
    /// What it says, as plain text; never blank.
    pub text: String,
    /// When it was written.
    pub published: Option<Published>,
    /// When its author last changed it, where the site tells.
    pub edited: Option<Timestamp>,
    /// The stars or points given.
    pub rating: Option<Rating>,
    /// Its language, where the site tells.
    pub lang: Option<Lang>,
    /// What it is about, in the page's words (schema.org `itemReviewed`, a CSV column …).
    pub about: Option<String>,
    /// Stretches of `text` that the author listed as good or bad points.
    pub notes: Vec<Note>,
    /// What its site tells around it.
    pub context: Context,
}

impl Mention {
    /// A mention that says `text` and nothing else is known of; none if the text is blank.
    pub fn new(text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        (!text.trim().is_empty()).then(|| Self {
            own_id: None,
            url: None,
            author: None,
            title: None,
            text: text.trim().to_owned(),
            published: None,
            edited: None,
            rating: None,
            lang: None,
            about: None,
            notes: Vec::new(),
            context: Context::default(),
        })
    }
}

/// Who wrote a mention.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// The name shown; never blank.
    pub name: String,
    /// The handle or profile address that tells two people of one name apart.
    pub handle: Option<String>,
}

impl Author {
    /// An author shown as `name`; none if that is blank.
    pub fn named(name: &str) -> Option<Self> {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        (!name.is_empty()).then_some(Self { name, handle: None })
    }
}

/// A stretch of a mention's text that its author marked as a good or bad point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Whether it stands under the good or the bad points.
    pub polarity: Polarity,
    /// First character in the text (Unicode scalar values).
    pub start: usize,
    /// One past the last character.
    pub end: usize,
}

/// A language: a primary subtag of BCP 47 in lower case (`en`, `zh`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Lang(String);

impl Lang {
    /// Reads a language tag such as `en`, `en-US` or `zh_CN`; none if it is not one.
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?.to_ascii_lowercase();
        let fits = (2..=3).contains(&primary.len()) && primary.bytes().all(|byte| byte.is_ascii_lowercase());
        fits.then_some(Self(primary))
    }

    /// English.
    pub fn english() -> Self {
        Self("en".to_owned())
    }

    /// Chinese, simplified or traditional.
    pub fn chinese() -> Self {
        Self("zh".to_owned())
    }

    /// The subtag.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Lang {
    type Error = String;

    fn try_from(tag: String) -> Result<Self, String> {
        Self::parse(&tag).ok_or_else(|| format!("`{tag}` is not a language; write for example `en` or `zh`"))
    }
}

impl From<Lang> for String {
    fn from(lang: Lang) -> Self {
        lang.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_text_makes_no_mention() {
        assert_eq!(Mention::new(" \n\t"), None);
        assert_eq!(Mention::new(" fine ").unwrap().text, "fine");
    }

    #[test]
    fn a_language_tag_keeps_its_primary_part() {
        for (tag, want) in
            [("en", Some("en")), ("zh-Hans-CN", Some("zh")), ("pt_BR", Some("pt")), ("english", None), ("", None), ("e1", None)]
        {
            assert_eq!(Lang::parse(tag).as_ref().map(Lang::as_str), want, "{tag}");
        }
    }

    #[test]
    fn an_author_has_a_name() {
        assert_eq!(Author::named("  "), None);
        assert_eq!(Author::named("Ann \n Lee").unwrap().name, "Ann Lee");
    }
}
