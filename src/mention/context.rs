//! What a site tells around a mention: where and of what it was written, under what, how far it went, and the site's own answer.
//!
//! All of it is optional, and none of it is what the author said: it never makes a revision.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

/// What stands around a mention.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Context {
    /// The country or region it comes from, as the site writes it: an ISO 3166 code in upper case where it is one (`DE`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The version of the product that it speaks of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The discussion it belongs to: the site's id or title of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thread: Option<String>,
    /// The site's own id of what it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// How far it went.
    #[serde(skip_serializing_if = "Reach::is_unknown")]
    pub reach: Reach,
    /// What the site shows as the company's own answer to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
}

/// How many people a mention reached or moved, as far as its site tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Reach {
    /// Who liked it, found it helpful or voted for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub likes: Option<u64>,
    /// Who answered it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replies: Option<u64>,
    /// Who passed it on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shares: Option<u64>,
    /// Who saw it, or follows its author.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub views: Option<u64>,
}

/// The company's answer under a mention, as its site shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// What it says.
    pub text: String,
    /// Who gave it, where the site tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When it was given or last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// Where a person can open it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<Url>,
}

impl Context {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The same, with what it lacks taken from `other`.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        let first = |a: &Option<String>, b: &Option<String>| a.clone().or_else(|| b.clone());
        Self {
            region: first(&self.region, &other.region),
            version: first(&self.version, &other.version),
            thread: first(&self.thread, &other.thread),
            parent: first(&self.parent, &other.parent),
            reach: self.reach.or(other.reach),
            answer: self.answer.clone().or_else(|| other.answer.clone()),
        }
    }

    /// Whether it tells more than `before` did, or something else. A reach that grew a little is no news: it would make every
    /// poll rewrite every post.
    pub fn is_news(&self, before: &Self) -> bool {
        let without_reach = |context: &Self| Self { reach: Reach::default(), ..context.clone() };
        without_reach(self) != without_reach(before) || self.reach.magnitudes() != before.reach.magnitudes()
    }
}

impl Reach {
    /// Whether the site tells nothing of it.
    pub fn is_unknown(&self) -> bool {
        *self == Self::default()
    }

    /// The people who did something about it: liked, answered or passed it on.
    pub fn moved(self) -> u64 {
        [self.likes, self.replies, self.shares].into_iter().flatten().fold(0, u64::saturating_add)
    }

    fn or(self, other: Self) -> Self {
        Self {
            likes: self.likes.or(other.likes),
            replies: self.replies.or(other.replies),
            shares: self.shares.or(other.shares),
            views: self.views.or(other.views),
        }
    }

    /// Each number to the next lower power of two.
    fn magnitudes(self) -> [Option<u32>; 4] {
        [self.likes, self.replies, self.shares, self.views]
            .map(|number| number.map(|number| number.checked_ilog2().map_or(0, |log| log + 1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn liked(likes: u64) -> Context {
        Context { reach: Reach { likes: Some(likes), ..Reach::default() }, ..Context::default() }
    }

    #[test]
    fn a_reach_is_news_when_it_has_doubled() {
        for (before, now, news) in [(0, 1, true), (4, 7, false), (7, 8, true), (1000, 1020, false), (100, 300, true)] {
            assert_eq!(liked(now).is_news(&liked(before)), news, "{before} {now}");
        }
        assert!(liked(0).is_news(&Context::default()));
    }

    #[test]
    fn an_answer_is_news_when_it_changes() {
        let answered = |text: &str| Context { answer: Some(Answer { text: text.to_owned(), by: None, at: None, url: None }), ..liked(3) };
        assert!(answered("Thanks").is_news(&liked(3)));
        assert!(answered("Thank you").is_news(&answered("Thanks")));
        assert!(!answered("Thanks").is_news(&answered("Thanks")));
    }

    #[test]
    fn nothing_known_is_written_as_nothing() {
        assert_eq!(serde_json::to_string(&Context::default()).unwrap(), "{}");
        assert_eq!(serde_json::from_str::<Context>("{}").unwrap(), Context::default());
        assert_eq!(serde_json::to_string(&liked(2)).unwrap(), r#"{"reach":{"likes":2}}"#);
    }
}
