//! Counts of what a query finds, by stretches of time: one pass over the hits and the columns that are needed.
//!
//! Knows nothing of days or weeks: it is handed the instants between which to count. Also tells which hits came with
//! which changes of the store, for those who follow a query.

use std::collections::HashMap;

use jiff::Timestamp;
use tantivy::columnar::Column;
use tantivy::query::{EnableScoring, Query as IndexQuery};
use tantivy::{DocId, Searcher, SegmentReader};

use super::schema::newest_key;
use super::{Error, Query, Reader};

/// What mentions of known customers weigh, by the customer's segment in small letters; those of other segments weigh 1.
pub type Weights = HashMap<String, f64>;

/// What was found in one stretch of time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    /// Mentions, each once.
    pub mentions: u64,
    /// The same, each once for every source that showed it.
    pub sightings: u64,
    /// Mentions with a rating.
    pub rated: u64,
    /// The sum of their stars.
    pub stars: f64,
    /// The sum of the squares of their stars.
    pub squares: f64,
    /// What the mentions weigh, if weights were given.
    pub weighted: Option<Weighted>,
}

/// What mentions weigh.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Weighted {
    /// Mentions whose customer is known.
    pub matched: u64,
    /// The sum of their weights.
    pub weight: f64,
}

impl Tally {
    /// The share of the mentions whose customer is known; none if no weights were given.
    pub fn match_rate(&self) -> Option<f64> {
        let share = |weighted: Weighted| if self.mentions == 0 { 0.0 } else { weighted.matched as f64 / self.mentions as f64 };
        self.weighted.map(|weighted| (share(weighted) * 10_000.0).round() / 10_000.0)
    }
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, more: Self) {
        self.mentions += more.mentions;
        self.sightings += more.sightings;
        self.rated += more.rated;
        self.stars += more.stars;
        self.squares += more.squares;
        if let Some(more) = more.weighted {
            let weighted = self.weighted.get_or_insert_default();
            weighted.matched += more.matched;
            weighted.weight += more.weight;
        }
    }
}

impl Reader {
    /// Counts what `query` finds from each of `edges` up to the next; one tally fewer than edges, which are in order.
    pub fn tally(&self, query: &Query, edges: &[Timestamp], weights: Option<&Weights>) -> Result<Vec<Tally>, Error> {
        let keys: Vec<i64> = edges.iter().map(|edge| newest_key(*edge)).collect();
        let empty = Tally { weighted: weights.map(|_| Weighted::default()), ..Tally::default() };
        let mut tallies = vec![empty; edges.len().saturating_sub(1)];
        self.ask(query, |searcher, query| {
            for segment in searcher.segment_readers() {
                let columns = Columns::of(segment, weights)?;
                let mut last = 0;
                for_each_hit(searcher, query, segment, |doc| {
                    if let Some(place) = columns.newest.first(doc).and_then(|key| place(&keys, key, last)) {
                        columns.add(doc, &mut tallies[place]);
                        last = place;
                    }
                })?;
            }
            Ok(())
        })?;
        Ok(tallies)
    }

    /// Whether any customer is known, as the index has it.
    pub fn has_customers(&self) -> bool {
        let known = |segment: &SegmentReader| {
            segment.fast_fields().str("customer").is_ok_and(|names| names.is_some_and(|names| names.num_terms() > 0))
        };
        self.open().engine.searcher().segment_readers().iter().any(known)
    }

    /// The rows of what `query` finds that came or changed after change `after`, up to and with change `until`.
    pub fn changed_rows(&self, query: &Query, after: i64, until: i64) -> Result<Vec<i64>, Error> {
        self.ask(query, |searcher, query| {
            let mut rows = Vec::new();
            for segment in searcher.segment_readers() {
                let (row, seq) = (segment.fast_fields().i64("row")?, segment.fast_fields().i64("seq")?);
                // Most segments are older.
                if seq.max_value() <= after {
                    continue;
                }
                for_each_hit(searcher, query, segment, |doc| {
                    if seq.first(doc).is_some_and(|seq| seq > after && seq <= until) {
                        rows.extend(row.first(doc));
                    }
                })?;
            }
            rows.sort_unstable();
            Ok(rows)
        })
    }
}

/// The columns that tallying reads.
struct Columns {
    newest: Column<i64>,
    sources: Option<Column<u64>>,
    stars: Column<f64>,
    customers: Option<Customers>,
}

/// Whose mentions are, and what those weigh.
struct Customers {
    customer: Column<u64>,
    segment: Option<(Column<u64>, Vec<f64>)>,
}

impl Customers {
    fn of(segment: &SegmentReader, weights: &Weights) -> tantivy::Result<Option<Self>> {
        let fast = segment.fast_fields();
        let Some(customer) = fast.str("customer")? else { return Ok(None) };
        let segment = match fast.str("segment")? {
            Some(names) => {
                let mut known = Vec::with_capacity(names.num_terms());
                for ord in 0..names.num_terms() {
                    let mut name = String::new();
                    names.ord_to_str(ord as u64, &mut name)?;
                    known.push(weights.get(&name.to_lowercase()).copied().unwrap_or(1.0));
                }
                Some((names.ords().clone(), known))
            }
            None => None,
        };
        Ok(Some(Self { customer: customer.ords().clone(), segment }))
    }

    /// What the mention weighs; none of a customer who is not known.
    fn weight(&self, doc: DocId) -> Option<f64> {
        self.customer.first(doc)?;
        let weight = |(ords, known): &(Column<u64>, Vec<f64>)| known.get(usize::try_from(ords.first(doc)?).ok()?).copied();
        Some(self.segment.as_ref().and_then(weight).unwrap_or(1.0))
    }
}

impl Columns {
    fn of(segment: &SegmentReader, weights: Option<&Weights>) -> tantivy::Result<Self> {
        let fast = segment.fast_fields();
        Ok(Self {
            newest: fast.i64("newest")?,
            sources: fast.str("source")?.map(|sources| sources.ords().clone()),
            stars: fast.f64("stars")?,
            customers: weights.map(|weights| Customers::of(segment, weights)).transpose()?.flatten(),
        })
    }

    fn add(&self, doc: DocId, tally: &mut Tally) {
        tally.mentions += 1;
        tally.sightings += self.sources.as_ref().map_or(0, |sources| sources.values_for_doc(doc).count() as u64);
        if let Some(stars) = self.stars.first(doc) {
            tally.rated += 1;
            tally.stars += stars;
            tally.squares += stars * stars;
        }
        if let Some(weight) = self.customers.as_ref().and_then(|customers| customers.weight(doc)) {
            let weighted = tally.weighted.get_or_insert_default();
            weighted.matched += 1;
            weighted.weight += weight;
        }
    }
}

/// Which stretch between `keys` holds `key`; neighbours in the index are mostly neighbours in time, so `last` is tried first.
fn place(keys: &[i64], key: i64, last: usize) -> Option<usize> {
    let holds = |place: usize| keys.get(place).is_some_and(|from| *from <= key) && keys.get(place + 1).is_some_and(|end| key < *end);
    if holds(last) {
        return Some(last);
    }
    let place = keys.partition_point(|edge| *edge <= key).checked_sub(1)?;
    (place + 1 < keys.len()).then_some(place)
}

fn for_each_hit(searcher: &Searcher, query: &dyn IndexQuery, segment: &SegmentReader, mut hit: impl FnMut(DocId)) -> tantivy::Result<()> {
    let weight = query.weight(EnableScoring::disabled_from_searcher(searcher))?;
    let alive = segment.alive_bitset();
    weight.for_each_no_score(segment, &mut |docs| {
        docs.iter().copied().filter(|doc| alive.is_none_or(|alive| alive.is_alive(*doc))).for_each(&mut hit);
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_lies_between_the_edges_around_it() {
        let keys = [10, 20, 30];
        for (key, want) in [(9, None), (10, Some(0)), (19, Some(0)), (20, Some(1)), (29, Some(1)), (30, None)] {
            for last in 0..3 {
                assert_eq!(place(&keys, key, last), want, "{key} after {last}");
            }
        }
        assert_eq!(place(&[], 5, 0), None);
    }
}
