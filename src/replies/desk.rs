//! All that the work at the queue goes by: settings, templates, and which products are ours.

use std::collections::HashSet;

use jiff::Timestamp;

use super::settings::{Lane, Queue, Settings};
use super::templates::Templates;
use crate::clock::later;

/// What the work at the queue goes by.
#[derive(Clone, Debug, Default)]
pub struct Desk {
    /// What is configured in settings.toml.
    pub settings: Settings,
    /// What is configured in replies.toml.
    pub templates: Templates,
    /// The names of our products.
    pub ours: HashSet<String>,
}

impl Desk {
    /// A desk that opens no replies.
    pub fn closed() -> Self {
        let queue = Queue { lanes: Vec::new(), ..Queue::default() };
        Self { settings: Settings { queue, ..Settings::default() }, ..Self::default() }
    }

    /// When a reply of `lane` that `team` gets at `now` is due.
    pub fn due(&self, lane: Lane, team: Option<&str>, now: Timestamp) -> Timestamp {
        let within = self.settings.queue.within.of(lane);
        match team.and_then(|name| self.settings.team(name)) {
            Some(team) => team.hours().due(now, within, lane == Lane::Urgent),
            None => later(now, within),
        }
    }
}
