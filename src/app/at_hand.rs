//! Mentions read lately, kept at hand with their texts cut for marking: the newest are asked for again and again.
//!
//! What is given is never older than the store: unless nothing at all was committed since a mention was last known to be so,
//! the store is asked for its last change. Knows nothing of queries.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::search::CutText;
use crate::store::{Stamp, Store, Stored};

/// Bytes of text in one of the two generations.
const MOST_BYTES: usize = 3 << 20;
/// What a mention weighs beside its text.
const PLAIN_WEIGHT: usize = 512;

/// A mention and its texts as they are cut; they are cut when first needed.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) stored: Arc<Stored>,
    text: OnceLock<CutText>,
    title: OnceLock<CutText>,
}

impl Known {
    fn new(stored: Stored) -> Arc<Self> {
        Arc::new(Self { stored: Arc::new(stored), text: OnceLock::new(), title: OnceLock::new() })
    }

    /// Its text.
    pub(super) fn text(&self) -> &CutText {
        self.text.get_or_init(|| CutText::of(&self.stored.mention.text))
    }

    /// Its title, if it has one.
    pub(super) fn title(&self) -> Option<&CutText> {
        let title = self.stored.mention.title.as_deref()?;
        Some(self.title.get_or_init(|| CutText::of(title)))
    }

    fn weight(&self) -> usize {
        let mention = &self.stored.mention;
        PLAIN_WEIGHT + mention.text.len() + mention.title.as_deref().map_or(0, str::len)
    }
}

/// Mentions at hand.
#[derive(Debug, Default)]
pub(super) struct AtHand(Mutex<Generations>);

/// Those asked for since the last turn, and those of the turn before, which go when the next one comes.
#[derive(Debug, Default)]
struct Generations {
    young: HashMap<i64, Kept>,
    old: HashMap<i64, Kept>,
    bytes: usize,
}

#[derive(Clone, Debug)]
struct Kept {
    known: Arc<Known>,
    /// The state of the store in which it was so.
    stamp: Option<Stamp>,
}

impl AtHand {
    /// The mentions of these rows as they are in the store now; rows that are gone are left out.
    pub(super) async fn get(&self, store: &Store, rows: &[i64]) -> anyhow::Result<HashMap<i64, Arc<Known>>> {
        // Taken before anything is read, so that what is committed meanwhile is found out next time.
        let stamp = store.stamp();
        let (mut found, in_doubt) = self.look_up(rows, stamp);
        if !in_doubt.is_empty() {
            let doubtful: Vec<i64> = in_doubt.iter().map(|known| known.stored.row).collect();
            let changes = store.last_changes(&doubtful).await?;
            let confirmed = in_doubt.into_iter().filter(|known| changes.get(&known.stored.row) == Some(&known.stored.changed));
            self.keep(&mut found, confirmed, stamp);
        }
        let missing: Vec<i64> = rows.iter().copied().filter(|row| !found.contains_key(row)).collect();
        if !missing.is_empty() {
            let read = store.mentions(&missing).await?;
            self.keep(&mut found, read.into_iter().map(Known::new), stamp);
        }
        Ok(found)
    }

    /// What is at hand of `rows`: as it is now for certain, and as it was when it was last asked for.
    fn look_up(&self, rows: &[i64], stamp: Option<Stamp>) -> (HashMap<i64, Arc<Known>>, Vec<Arc<Known>>) {
        let (mut certain, mut in_doubt) = (HashMap::with_capacity(rows.len()), Vec::new());
        let mut generations = self.generations();
        for row in rows {
            match generations.get(*row) {
                Some(kept) if stamp.is_some() && kept.stamp == stamp => _ = certain.insert(*row, kept.known),
                Some(kept) => in_doubt.push(kept.known),
                None => {}
            }
        }
        (certain, in_doubt)
    }

    fn keep(&self, found: &mut HashMap<i64, Arc<Known>>, now: impl Iterator<Item = Arc<Known>>, stamp: Option<Stamp>) {
        let mut generations = self.generations();
        for known in now {
            found.insert(known.stored.row, Arc::clone(&known));
            generations.put(Kept { known, stamp });
        }
    }

    fn generations(&self) -> MutexGuard<'_, Generations> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Generations {
    fn get(&mut self, row: i64) -> Option<Kept> {
        if let Some(kept) = self.young.get(&row) {
            return Some(kept.clone());
        }
        let kept = self.old.remove(&row)?;
        self.put(kept.clone());
        Some(kept)
    }

    fn put(&mut self, kept: Kept) {
        let weight = kept.known.weight();
        // One enormous text would drive out all others.
        if weight > MOST_BYTES / 16 {
            return;
        }
        if self.bytes + weight > MOST_BYTES {
            self.old = std::mem::take(&mut self.young);
            self.bytes = 0;
        }
        self.bytes += weight;
        if let Some(before) = self.young.insert(kept.known.stored.row, kept) {
            self.bytes -= before.known.weight();
        }
    }
}
