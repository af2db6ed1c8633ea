//! How this process fares since it began: the rounds it made, and whether the search index can follow. Kept in memory alone, for whoever
//! measures; what lasts is in the store.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::App;
use crate::crawl::Report;

/// What was noted of it.
#[derive(Clone, Debug, Default)]
pub struct Pulse {
    /// The rounds, by source and by what they showed.
    pub rounds: BTreeMap<(String, String), Rounds>,
    /// Why the search index could not follow the last time it tried.
    pub index_trouble: Option<String>,
}

/// Some rounds together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rounds {
    /// How many.
    pub count: u64,
    /// How long they took.
    pub seconds: f64,
    /// Mentions seen.
    pub seen: u64,
    /// Those never heard before.
    pub new: u64,
}

impl Pulse {
    fn note(&mut self, report: &Report) {
        let rounds = self.rounds.entry((report.source.clone(), report.coverage.to_string())).or_default();
        rounds.count += 1;
        rounds.seconds += report.took.as_secs_f64();
        rounds.seen += u64::try_from(report.seen).unwrap_or(u64::MAX);
        rounds.new += u64::try_from(report.new).unwrap_or(u64::MAX);
    }
}

/// The pulse of an app.
#[derive(Debug, Default)]
pub(super) struct Felt(Mutex<Pulse>);

impl App {
    /// How this process has fared so far.
    pub fn pulse(&self) -> Pulse {
        self.felt.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn note_round(&self, report: &Report) {
        self.felt.0.lock().unwrap_or_else(PoisonError::into_inner).note(report);
    }

    pub(super) fn note_index(&self, followed: &anyhow::Result<()>) {
        let trouble = followed.as_ref().err().map(|error| format!("{error:#}"));
        self.felt.0.lock().unwrap_or_else(PoisonError::into_inner).index_trouble = trouble;
    }
}
