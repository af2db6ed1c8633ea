//! A message: a short text with facts that every destination shows in its own way.
//!
//! Knows nothing of destinations. What it quotes is other people's text: whoever renders it escapes it.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Topic {
    /// A mention with few stars.
    Rating,
    /// A severe complaint.
    Ugly,
    /// Unusually many mentions.
    Spike,
    /// A saved search found something new.
    Search,
    /// A reply is due.
    Deadline,
    /// A source shows nothing.
    Blocked,
    /// A secret is about to expire.
    Credential,
    /// Something about a reply: assigned, approved, rejected.
    Reply,
    /// The digest.
    Digest,
    /// Something about an account: an invitation, a new password.
    Account,
    /// A trial.
    Test,
}

impl Topic {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rating => "rating",
            Self::Ugly => "ugly",
            Self::Spike => "spike",
            Self::Search => "search",
            Self::Deadline => "deadline",
            Self::Blocked => "blocked",
            Self::Credential => "credential",
            Self::Reply => "reply",
            Self::Digest => "digest",
            Self::Account => "account",
            Self::Test => "test",
        }
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A short text with facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Tells it from all others, the same at every try: receivers may drop a second one.
    pub id: String,
    /// What it is about.
    pub topic: Topic,
    /// Whether it goes out in quiet hours too.
    #[serde(default)]
    pub urgent: bool,
    /// It in a line.
    pub subject: String,
    /// It in a few lines of plain text.
    #[serde(default)]
    pub lines: Vec<String>,
    /// Names with values, in the order in which they are shown.
    #[serde(default)]
    pub facts: Vec<Fact>,
    /// Where a person sees more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// When it came up.
    pub at: Timestamp,
    /// The rows of the mentions it quotes, so that it can be taken back when they are erased.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub about: Vec<i64>,
}

/// A name with its value: `product` `Acme Desk`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// The name, in lower case.
    pub name: String,
    /// The value.
    pub value: String,
}

impl Message {
    /// A message without lines, facts or link.
    pub fn new(id: impl Into<String>, topic: Topic, subject: impl Into<String>, at: Timestamp) -> Self {
        let (lines, facts, about) = (Vec::new(), Vec::new(), Vec::new());
        Self { id: id.into(), topic, urgent: false, subject: subject.into(), lines, facts, link: None, at, about }
    }

    /// The same with one more line.
    #[must_use]
    pub fn line(mut self, line: impl Into<String>) -> Self {
        self.lines.push(line.into());
        self
    }

    /// The same with a fact, if its value is known.
    #[must_use]
    pub fn fact(mut self, name: &str, value: Option<impl Into<String>>) -> Self {
        self.facts.extend(value.map(|value| Fact { name: name.to_owned(), value: value.into() }).filter(|fact| !fact.value.is_empty()));
        self
    }

    /// The same with a link.
    #[must_use]
    pub fn link(mut self, link: Option<String>) -> Self {
        self.link = link;
        self
    }

    /// It as plain text: subject, lines, facts, link.
    pub fn text(&self) -> String {
        format!("{}\n{}", self.subject, self.below())
    }

    /// What stands below the subject, as plain text.
    pub fn below(&self) -> String {
        let facts = self.facts.iter().map(|fact| format!("{}: {}", fact.name, fact.value));
        self.lines.iter().cloned().chain(facts).chain(self.link.clone()).collect::<Vec<_>>().join("\n")
    }
}
