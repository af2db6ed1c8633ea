//! What each list showed when it was last read, so that an item that is no longer shown where it should be is known to be gone.
//!
//! A list shows the newest: an item that is newer than the oldest one shown should be on it. One that is missing from two
//! answers in a row is gone from there; it stays in the store, and is back when it is shown again. Lists that are not in the
//! order of their dates tell nothing.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};
use sqlx::Row;

use super::Tx;
use super::read::Stored;
use super::save::Origin;
use crate::mention::{Precision, Published};

/// Answers in a row that an item is missing from before it counts as gone.
const MISSES: u32 = 2;

/// An item that a list shows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shown {
    pub(super) row: i64,
    pub(super) published: Option<Published>,
}

/// A mention that a list showed, and how many answers in a row it was missing from since: row, misses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Listed(i64, u32);

impl Tx<'_> {
    /// Compares what the list at `address` shows with what it showed before, and notes what is gone from there.
    pub(super) async fn look_for_gone(&mut self, origin: Origin<'_>, address: &str, shown: &[Shown]) -> anyhow::Result<()> {
        if shown.is_empty() {
            // Silence says nothing about single items.
            return Ok(());
        }
        let before = self.list(origin.source, address).await?;
        let rows: HashSet<i64> = shown.iter().map(|shown| shown.row).collect();
        let missing: Vec<i64> = before.iter().map(|listed| listed.0).filter(|row| !rows.contains(row)).collect();
        let missing: HashMap<i64, Stored> = self.load(&missing).await?.into_iter().map(|stored| (stored.row, stored)).collect();
        let published = |row: i64| missing.get(&row).and_then(|stored| stored.mention.published);
        let (listed, gone) = compare(&before, shown, published);
        let others = if gone.is_empty() { Vec::new() } else { self.other_lists(origin.source, address).await? };
        let elsewhere = |row: i64| others.iter().any(|listed| listed.contains(&Listed(row, 0)));
        for stored in gone.into_iter().filter(|row| !elsewhere(*row)).filter_map(|row| missing.get(&row)) {
            let here = |source: &str| source == origin.source;
            self.change(stored, |again| {
                for sighting in again.sightings.iter_mut().filter(|sighting| here(&sighting.source)) {
                    sighting.gone.get_or_insert(origin.now);
                }
            })
            .await?;
        }
        if listed != before {
            self.keep_list(origin.source, address, &listed).await?;
        }
        Ok(())
    }

    /// What a list showed when it was last read.
    async fn list(&mut self, source: &str, address: &str) -> anyhow::Result<Vec<Listed>> {
        let sql = "SELECT mentions FROM shown WHERE source = $1 AND address = $2";
        let row = sqlx::query(sql).bind(source).bind(address).fetch_optional(&mut *self.inner).await?;
        row.map_or_else(|| Ok(Vec::new()), |row| Ok(serde_json::from_str(row.try_get(0)?)?))
    }

    /// What the source's other lists showed.
    async fn other_lists(&mut self, source: &str, address: &str) -> anyhow::Result<Vec<Vec<Listed>>> {
        let sql = "SELECT mentions FROM shown WHERE source = $1 AND address <> $2";
        let rows = sqlx::query(sql).bind(source).bind(address).fetch_all(&mut *self.inner).await?;
        rows.iter().map(|row| Ok(serde_json::from_str(row.try_get(0)?)?)).collect()
    }

    async fn keep_list(&mut self, source: &str, address: &str, listed: &[Listed]) -> anyhow::Result<()> {
        let sql = "INSERT INTO shown (source, address, mentions) VALUES ($1, $2, $3)
            ON CONFLICT (source, address) DO UPDATE SET mentions = excluded.mentions";
        sqlx::query(sql).bind(source).bind(address).bind(serde_json::to_string(listed)?).execute(&mut *self.inner).await?;
        Ok(())
    }
}

/// The list as it is now, and the rows that are gone from it; `published` tells the dates of rows that are not shown.
fn compare(before: &[Listed], shown: &[Shown], published: impl Fn(i64) -> Option<Published>) -> (Vec<Listed>, Vec<i64>) {
    let mut listed: Vec<Listed> = Vec::with_capacity(shown.len());
    for item in shown {
        if !listed.iter().any(|listed| listed.0 == item.row) {
            listed.push(Listed(item.row, 0));
        }
    }
    let rows: HashSet<i64> = shown.iter().map(|shown| shown.row).collect();
    let oldest = oldest_in_order(shown);
    let mut gone = Vec::new();
    for Listed(row, misses) in before.iter().copied().filter(|listed| !rows.contains(&listed.0)) {
        let due = oldest.zip(published(row)).is_some_and(|(oldest, published)| is_newer(published, oldest));
        if due && misses + 1 >= MISSES {
            gone.push(row);
        } else if due {
            listed.push(Listed(row, misses + 1));
        }
    }
    (listed, gone)
}

/// The oldest date of a list that is in the order of its dates, newest first; none of any other.
fn oldest_in_order(shown: &[Shown]) -> Option<Published> {
    let dates: Option<Vec<Published>> = shown.iter().map(|shown| shown.published).collect();
    let dates = dates?;
    dates.is_sorted_by(|a, b| a.at >= b.at).then(|| dates.last().copied()).flatten()
}

/// Whether a date is later than another however exactly they are known.
fn is_newer(date: Published, than: Published) -> bool {
    let exact = |published: Published| published.precision == Precision::Instant;
    let slack = if exact(date) && exact(than) { 0 } else { 24 };
    date.at.duration_since(than.at) > jiff::SignedDuration::from_hours(slack)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(day: i8) -> Option<Published> {
        Some(Published::instant(jiff::civil::date(2026, 3, day).to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp()))
    }

    /// Rows are named after the days they were published on.
    fn list(rows: &[i64]) -> Vec<Shown> {
        rows.iter().map(|row| Shown { row: *row, published: on(i8::try_from(*row).unwrap()) }).collect()
    }

    #[test]
    fn an_item_is_gone_when_it_is_missing_twice_from_a_list_that_should_show_it() {
        let cases = [
            ("it is there", "987 987 987", vec![]),
            ("missing once", "765 75 8765", vec![]),
            ("missing twice", "765 75 875", vec![6]),
            ("it fell off the end", "765 876 987", vec![]),
            ("the list is in another order", "765 57 587", vec![]),
            ("told once", "654 64 764 8764", vec![5]),
        ];
        for (name, answers, want) in cases {
            let (mut before, mut all) = (Vec::new(), Vec::new());
            for answer in answers.split(' ') {
                let answer: Vec<i64> = answer.bytes().map(|digit| i64::from(digit - b'0')).collect();
                let (listed, gone) = compare(&before, &list(&answer), |row| on(i8::try_from(row).unwrap()));
                before = listed;
                all.extend(gone);
            }
            assert_eq!(all, want, "{name}");
        }
    }
}
