//! Places that tell what is said as it is said, in place of being asked.
//!
//! A kind says where to listen and reads messages; opening the connection, keeping it and storing is for [`crate::crawl`].

use std::time::Duration;

use jiff::Timestamp;
use url::Url;

use super::{Kind, Moment};
use crate::mention::Mention;

/// Where to listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    /// The address of the connection, which starts where listening ended the last time.
    pub url: Url,
    /// How long one round listens that somebody wants now.
    pub listen_for: Duration,
    /// From when on it is asked for what was said; none if from now on.
    pub from: Option<Timestamp>,
}

/// What some messages told.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Heard {
    /// The mentions that are listened for, first said first.
    pub mentions: Vec<Mention>,
    /// What was taken back.
    pub gone: Vec<Gone>,
    /// Messages that could not be read, each in a few words.
    pub refused: Vec<String>,
    /// When the first of the messages was said, and the last.
    pub said: Option<(Timestamp, Timestamp)>,
    /// How far it has listened.
    pub cursor: Option<String>,
}

/// Something that was taken back.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Gone {
    /// The mention of this own id.
    Mention(String),
    /// All whose own ids begin so.
    AllOf(String),
}

impl Kind {
    /// Whether it is listened to and not asked.
    pub fn is_listened_to(&self) -> bool {
        matches!(self, Self::Bluesky(_))
    }

    /// Where to listen, if it is a kind that is listened to and not asked.
    pub fn stream(&self, moment: Moment<'_>) -> Option<Stream> {
        match self {
            Self::Bluesky(settings) => Some(settings.stream(moment)),
            _ => None,
        }
    }

    /// Reads messages. Pure; `names_product` tells whether a text names a product.
    pub fn hear(&self, messages: &[String], names_product: &dyn Fn(&str) -> bool) -> Heard {
        match self {
            Self::Bluesky(settings) => settings.hear(messages, names_product),
            _ => Heard::default(),
        }
    }
}
