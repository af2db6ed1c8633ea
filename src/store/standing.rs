//! What already stands when a page is saved: the stored mentions that those heard could be, by keys and by traces.

use std::collections::HashMap;

use sqlx::Row;

use super::Tx;
use super::copies::{Seen, are_one, contradict, share_a_phrase_only, told_apart};
use super::identity::{self, Keys};
use super::read::{Sighting, Stored, select};
use super::save::{Change, Origin};
use crate::mention::Mention;
use crate::text::Wording;

/// So many mentions may share a trace; what more of them have in common is a turn of phrase, and leads nowhere.
pub(super) const MOST_ON_A_TRACE: usize = 8;

/// A mention as heard, with what it may be known by.
#[derive(Debug)]
pub(super) struct Heard {
    pub(super) mention: Mention,
    pub(super) keys: Keys,
    pub(super) sighting: Sighting,
    /// Its words and the traces they leave; only of those that are new or say something new.
    words: Option<(Wording, Vec<i64>)>,
}

impl Heard {
    pub(super) fn new(mention: Mention, origin: Origin<'_>) -> Self {
        let keys = identity::keys(&mention, origin.namespace);
        let sighting = Sighting {
            source: origin.source.to_owned(),
            kind: origin.kind.to_owned(),
            own_id: mention.own_id.clone().unwrap_or_default(),
            url: mention.url.as_ref().map(ToString::to_string),
            seen: origin.now,
            gone: None,
        };
        Self { mention, keys, sighting, words: None }
    }

    pub(super) fn traces(&self) -> &[i64] {
        self.words.as_ref().map_or(&[], |(_, traces)| traces)
    }

    fn read_words(&mut self) {
        let wording = Wording::of(&self.mention.text);
        let traces = identity::traces(&self.mention, &wording);
        self.words = Some((wording, traces));
    }
}

/// What already stands: stored rows and those of this page.
#[derive(Debug, Default)]
pub(super) struct Standing {
    pub(super) rows: HashMap<i64, Stored>,
    keys: HashMap<i64, i64>,
    traces: HashMap<i64, Vec<i64>>,
}

impl Standing {
    /// The row that a heard mention is by its keys, if it stands.
    pub(super) fn exact(&self, heard: &Heard) -> Option<i64> {
        if let Some(row) = heard.keys.own.and_then(|key| self.keys.get(&key)) {
            return Some(*row);
        }
        let row = heard.keys.looks.and_then(|key| self.keys.get(&key))?;
        let stands = self.rows.get(row)?;
        let told_apart = stands.sightings.iter().any(|sighting| told_apart(sighting, &heard.sighting));
        // Only what has an id of its own can be taken for another post: it is known by that from now on.
        let another = told_apart || heard.keys.own.is_some() && share_a_phrase_only(&heard.mention, &stands.mention);
        (!another).then_some(*row)
    }

    /// The rows that a heard mention is as well, by comparing what it says: copies of it, of which none speaks against another.
    pub(super) fn copies(&self, heard: &Heard, exact: Option<i64>) -> Vec<i64> {
        let Some((wording, traces)) = &heard.words else { return Vec::new() };
        let mut rows: Vec<i64> = traces.iter().filter_map(|trace| self.traces.get(trace)).flatten().copied().collect();
        rows.sort_unstable();
        rows.dedup();
        let seen = Seen { mention: &heard.mention, sightings: std::slice::from_ref(&heard.sighting) };
        let mut found: Vec<&Stored> = exact.and_then(|row| self.rows.get(&row)).into_iter().collect();
        for stored in rows.iter().filter(|row| Some(**row) != exact).filter_map(|row| self.rows.get(row)) {
            let agrees = || !found.iter().any(|other| contradict(Seen::from(*other), stored.into()));
            if are_one(seen, wording, stored.into()) && agrees() {
                found.push(stored);
            }
        }
        found.iter().map(|stored| stored.row).filter(|row| Some(*row) != exact).collect()
    }

    /// Notes that `row` is what was heard; returns the keys and traces that are news.
    pub(super) fn known_by(&mut self, row: i64, heard: &Heard) -> (Vec<i64>, Vec<i64>) {
        let keys: Vec<i64> = heard.keys.each().filter(|key| !self.keys.contains_key(key)).collect();
        self.keys.extend(keys.iter().map(|key| (*key, row)));
        let mut traces = Vec::new();
        for trace in heard.traces() {
            let rows = self.traces.entry(*trace).or_default();
            if rows.len() < MOST_ON_A_TRACE && !rows.contains(&row) {
                rows.push(row);
                traces.push(*trace);
            }
        }
        (keys, traces)
    }

    /// Lets all that led to `gone` lead to `kept`.
    pub(super) fn unite(&mut self, gone: i64, kept: i64) {
        let rows = self.keys.values_mut().chain(self.traces.values_mut().flatten());
        rows.filter(|row| **row == gone).for_each(|row| *row = kept);
        self.rows.remove(&gone);
    }
}

impl Tx<'_> {
    /// The stored mentions that those heard could be.
    pub(super) async fn standing(&mut self, heard: &mut [Heard]) -> anyhow::Result<Standing> {
        let mut standing = Standing::default();
        let wanted: Vec<i64> = heard.iter().flat_map(|heard| heard.keys.each()).collect();
        for (key, row) in self.known_keys(&wanted).await? {
            standing.keys.insert(key, row);
        }
        self.stand(&mut standing).await?;
        for heard in heard.iter_mut() {
            let exact = standing.exact(heard).and_then(|row| standing.rows.get(&row));
            if exact.is_none_or(|stands| Change::of(heard, stands) != Change::None) {
                heard.read_words();
            }
        }
        let wanted: Vec<i64> = heard.iter().flat_map(|heard| heard.traces()).copied().collect();
        for (trace, row) in self.led_to("SELECT key, mention FROM mention_trace WHERE key IN", &wanted).await? {
            standing.traces.entry(trace).or_default().push(row);
        }
        self.stand(&mut standing).await?;
        Ok(standing)
    }

    /// The rows that some keys lead to, with each key.
    pub(super) async fn known_keys(&mut self, keys: &[i64]) -> anyhow::Result<Vec<(i64, i64)>> {
        self.led_to("SELECT key, mention FROM mention_key WHERE key IN", keys).await
    }

    async fn led_to(&mut self, sql: &str, wanted: &[i64]) -> anyhow::Result<Vec<(i64, i64)>> {
        let mut found = Vec::new();
        for chunk in wanted.chunks(1000) {
            for row in select(&mut self.inner, sql, chunk, "").await? {
                found.push((row.try_get(0)?, row.try_get(1)?));
            }
        }
        Ok(found)
    }

    /// Loads the rows that keys and traces lead to; what leads to a mention that turned out to be another leads to that one.
    async fn stand(&mut self, standing: &mut Standing) -> anyhow::Result<()> {
        let led = standing.keys.values().chain(standing.traces.values().flatten());
        let mut rows: Vec<i64> = led.copied().filter(|row| !standing.rows.contains_key(row)).collect();
        rows.sort_unstable();
        rows.dedup();
        let loaded = self.load(&rows).await?;
        standing.rows.extend(loaded.into_iter().map(|stored| (stored.row, stored)));
        rows.retain(|row| !standing.rows.contains_key(row));
        let aliases = self.led_to("SELECT row_id, mention FROM mention_alias WHERE row_id IN", &rows).await?;
        let kept: Vec<i64> = aliases.iter().map(|(_, kept)| *kept).filter(|row| !standing.rows.contains_key(row)).collect();
        for (gone, kept) in aliases {
            standing.unite(gone, kept);
        }
        let loaded = self.load(&kept).await?;
        standing.rows.extend(loaded.into_iter().map(|stored| (stored.row, stored)));
        Ok(())
    }
}
