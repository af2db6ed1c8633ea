//! What saving a page brought about, for whoever acts on it in the same transaction.

use std::collections::HashMap;

use super::read::Stored;
use super::save::Saved;
use crate::mention::Rating;

/// What saving brought about.
#[derive(Debug, Default)]
pub struct Kept {
    /// How many mentions were seen, new and updated.
    pub saved: Saved,
    /// What happened to which row, in the order in which it happened; a row may stand several times.
    pub events: Vec<(i64, Event)>,
    /// The mentions it happened to, as they are now, by row.
    pub mentions: HashMap<i64, Stored>,
}

/// What happened to a mention.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Event {
    /// It was never heard before.
    New,
    /// Its author changed it.
    Edited {
        /// The rating before.
        rating: Option<Rating>,
    },
    /// More is known of it: fuller words, a link, what its site tells around it.
    Completed,
    /// Another one turned out to be this one.
    United {
        /// The row of the other, which is gone.
        gone: i64,
    },
}

impl Kept {
    /// What happened, with the mention it happened to.
    pub fn each(&self) -> impl Iterator<Item = (Event, &Stored)> {
        self.events.iter().filter_map(|(row, event)| Some((*event, self.mentions.get(row)?)))
    }
}
