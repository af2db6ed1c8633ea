//! What a digest says, as plain values: no words of any language, so that the same digest can be written in each.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::edition::Edition;
use super::quote::Quote;
use super::usual::Usual;
use crate::mention::Polarity;

/// All that one digest says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Digest {
    /// Which it is.
    pub edition: Edition,
    /// The products it is about.
    pub products: Vec<String>,
    /// How much was said.
    pub figures: Vec<Figure>,
    /// Mentions that praise as well as complain: they are among both.
    #[serde(default)]
    pub both: u64,
    /// What was praised and complained of most.
    pub themes: Vec<Theme>,
    /// What people loved, what hurt, and what hurt most.
    pub lanes: Vec<Lane>,
    /// What saved searches found.
    pub searches: Vec<Lane>,
    /// Unusual days.
    pub unusual: Vec<Unusual>,
    /// Words that come up.
    pub rising: Vec<Rising>,
    /// Our products against others'.
    pub voice: Vec<Share>,
    /// What waits to be answered.
    pub replies: Option<Replies>,
    /// What we changed, and what became of it.
    pub changes: Vec<Change>,
    /// The days up to this one.
    pub trend: Vec<TrendDay>,
    /// What was not heard.
    pub unseen: Vec<Unseen>,
    /// How many sources there are.
    pub sources: usize,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Measure {
    /// All mentions.
    Mentions,
    /// Those with praise.
    Praise,
    /// Those with a complaint.
    Complaints,
    /// Severe complaints.
    Ugly,
}

/// A count, and what is usual.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// What is counted.
    pub of: Measure,
    /// So many.
    pub count: u64,
    /// The average of the same weekdays, weeks or months before; none if too little is known.
    pub usual: Option<Usual>,
    /// Finds them.
    pub query: String,
}

/// The theme that was praised, or complained of, most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Theme {
    /// Its name.
    pub name: String,
    /// Praised or complained of.
    pub polarity: Polarity,
    /// In so many mentions.
    pub count: u64,
    /// The product that most of them are about, where there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
}

/// What a lane holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Said {
    /// What people loved.
    Good,
    /// What hurt.
    Bad,
    /// Severe complaints.
    Ugly,
    /// What the saved search of this name found.
    Search(String),
}

/// Some quotes, and how many more there are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lane {
    /// What it holds.
    pub of: Said,
    /// Those worth showing.
    pub quotes: Vec<Quote>,
    /// All that there are.
    pub total: u64,
    /// Finds all.
    pub query: String,
}

impl Lane {
    /// How many are not shown.
    pub fn more(&self) -> u64 {
        self.total.saturating_sub(self.quotes.iter().filter(|quote| !quote.late).count() as u64)
    }

    /// The quote that stands for all: the first of these days, else the first.
    pub fn first(&self) -> Option<&Quote> {
        self.quotes.iter().find(|quote| !quote.late).or(self.quotes.first())
    }

    /// All that is news here: those of these days, and those that were heard only now.
    pub fn news(&self) -> u64 {
        self.total + self.quotes.iter().filter(|quote| quote.late).count() as u64
    }
}

/// An unusual day, or some.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unusual {
    /// The product.
    pub product: String,
    /// Praise or complaints; all mentions if none.
    pub polarity: Option<Polarity>,
    /// The theme, if it is about one.
    pub theme: Option<String>,
    /// Its first day.
    pub from: Date,
    /// Its last day so far.
    pub until: Date,
    /// What was counted.
    pub count: u64,
    /// What would have been usual.
    pub usual: f64,
    /// Finds them.
    pub query: String,
}

/// A word that comes up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rising {
    /// The word or phrase.
    pub term: String,
    /// In so many mentions.
    pub count: u64,
    /// The same in the period before.
    pub before: u64,
    /// Finds them.
    pub query: String,
}

/// A product among all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// The product.
    pub name: String,
    /// Whether it is ours.
    pub ours: bool,
    /// So many mentions.
    pub count: u64,
    /// Its share of those of all products.
    pub share: f64,
    /// Praise in praise and complaints together.
    pub positive: Option<f64>,
    /// Finds them.
    pub query: String,
}

/// Where the replies stand.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Replies {
    /// Waiting for somebody.
    pub waiting: u64,
    /// Waiting beyond their deadline.
    pub overdue: u64,
    /// Sent in these days.
    pub sent: u64,
    /// Ratings raised after a reply in these days.
    pub raised: u64,
    /// Ratings lowered after a reply in these days.
    pub lowered: u64,
    /// Those ratings one by one, the most raised first.
    pub outcomes: Vec<Outcome>,
}

/// A rating that its author changed after our reply.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The row of the mention.
    pub row: i64,
    /// Its public id.
    pub id: String,
    /// Who wrote it.
    pub author: Option<String>,
    /// Where it was first seen.
    pub source: String,
    /// The stars before.
    pub before: f64,
    /// The stars since.
    pub after: f64,
}

impl Replies {
    /// Whether there is nothing to tell.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// Something that we changed because of what people said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Its number.
    pub number: i64,
    /// What was changed.
    pub what: String,
    /// The product.
    pub product: String,
    /// The theme it is about.
    pub theme: String,
    /// The first day on which people had it.
    pub on: Date,
    /// Complaints of the theme per hundred mentions of the product, before.
    pub before: Option<f64>,
    /// The same since.
    pub after: Option<f64>,
    /// `more`, `fewer`, `no clear difference` or `too few to tell`.
    pub verdict: String,
}

/// A day of the trend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrendDay {
    /// The day.
    pub day: Date,
    /// Mentions with praise.
    pub praise: u64,
    /// Mentions with a complaint.
    pub complaints: u64,
    /// Whether enough was heard on it.
    pub heard: bool,
}

/// A source that did not show what it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unseen {
    /// The source.
    pub source: String,
    /// `blocked`, `failing`, `stale` or `partial`.
    pub state: String,
    /// Why, and what to do.
    pub reason: Option<String>,
    /// For how many hours of these days.
    pub hours: u64,
}

impl Digest {
    /// The count of a measure.
    pub fn count(&self, of: Measure) -> u64 {
        self.figures.iter().find(|figure| figure.of == of).map_or(0, |figure| figure.count)
    }

    /// Whether nothing happened. What was not heard is told all the same.
    pub fn is_quiet(&self) -> bool {
        let lanes = self.lanes.iter().chain(&self.searches);
        let no_replies = self.replies.as_ref().is_none_or(Replies::is_none);
        lanes.clone().all(|lane| lane.quotes.is_empty() && lane.total == 0)
            && self.unusual.is_empty()
            && self.changes.is_empty()
            && self.count(Measure::Mentions) == 0
            && no_replies
    }

    /// The theme that was praised or complained of most, if several speak of it. One that is loved and hurts stands where more
    /// people put it.
    pub fn theme(&self, polarity: Polarity) -> Option<&Theme> {
        let is_more_of = |theme: &Theme, other: &Theme| {
            theme.name == other.name && theme.polarity != other.polarity && (theme.count, theme.polarity) > (other.count, other.polarity)
        };
        let alone = |theme: &&Theme| theme.count > 1 && !self.themes.iter().any(|other| is_more_of(other, theme));
        self.themes.iter().filter(alone).find(|theme| theme.polarity == polarity)
    }

    /// The lane of severe complaints, or another.
    pub fn lane(&self, of: &Said) -> Option<&Lane> {
        self.lanes.iter().find(|lane| lane.of == *of)
    }
}
