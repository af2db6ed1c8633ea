//! How far rounds under way have come, for whoever waits for them.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// How far the rounds of a crawl have come.
#[derive(Debug, Default)]
pub struct Progress(Mutex<Come>);

/// The figures at one instant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Come {
    /// Pages read, unchanged ones included.
    pub pages: usize,
    /// Mentions seen.
    pub mentions: usize,
    /// Pages known of but not yet asked for, by source.
    pub left: BTreeMap<String, usize>,
}

impl Progress {
    /// The figures now.
    pub fn come(&self) -> Come {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn page(&self, source: &str, mentions: usize, left: usize) {
        let mut come = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        come.pages += 1;
        come.mentions += mentions;
        if left > 0 {
            come.left.insert(source.to_owned(), left);
        } else {
            come.left.remove(source);
        }
    }

    pub(super) fn ended(&self, source: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).left.remove(source);
    }
}
