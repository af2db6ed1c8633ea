//! One pass over all that matches: how many there are, the first of them in an order, and the counts of facets.
//!
//! Stops at a deadline, so that no question holds a machine up.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::query::Weight;
use tantivy::{COLLECT_BLOCK_BUFFER_LEN, DocId, DocSet, Score, SegmentOrdinal, SegmentReader, TERMINATED, TantivyError};

use super::columns::{Columns, Opened};
use super::facets::{Counts, Facet, SegmentFacet, Tally};
use super::rank::{Place, Sort};

/// Blocks between two looks at the clock.
const BLOCKS: usize = 64;

/// What to gather.
#[derive(Clone)]
pub(super) struct Gather {
    /// How many hits, from the first.
    pub(super) first: usize,
    pub(super) sort: Sort,
    /// Only those behind this place.
    pub(super) after: Option<Place>,
    pub(super) facets: Vec<Facet>,
    pub(super) opened: Arc<Opened>,
    pub(super) deadline: Instant,
    /// Set when the deadline has passed.
    pub(super) late: Arc<AtomicBool>,
}

/// A hit with its place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ranked {
    pub(super) place: Place,
    pub(super) row: i64,
    pub(super) score: Score,
}

/// What was gathered.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) total: Tally,
    /// How many of them lie behind the place asked for.
    pub(super) after: u64,
    /// The first hits, in order.
    pub(super) first: Vec<Ranked>,
    /// In the order of the facets asked for.
    pub(super) facets: Vec<Counts>,
}

impl Collector for Gather {
    type Fruit = Gathered;
    type Child = Segment;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<Segment> {
        Segment::new(self, segment)
    }

    fn requires_scoring(&self) -> bool {
        self.sort == Sort::Relevance && self.first > 0
    }

    fn collect_segment(&self, weight: &dyn Weight, ord: u32, reader: &SegmentReader) -> tantivy::Result<tantivy::Result<Gathered>> {
        let mut segment = self.for_segment(ord, reader)?;
        let mut scorer = weight.scorer(reader, 1.0)?;
        let alive = reader.alive_bitset();
        let is_alive = |doc: DocId| alive.is_none_or(|alive| alive.is_alive(doc));
        let mut block = [0; COLLECT_BLOCK_BUFFER_LEN];
        for round in 0_usize.. {
            if round.is_multiple_of(BLOCKS) && Instant::now() > self.deadline {
                self.late.store(true, Ordering::Relaxed);
                return Err(TantivyError::InternalError("the time is up".to_owned()));
            }
            let found = if self.requires_scoring() {
                let mut found = 0;
                while found < block.len() && scorer.doc() != TERMINATED {
                    let (doc, score) = (scorer.doc(), scorer.score());
                    scorer.advance();
                    if let Some(place) = block.get_mut(found).filter(|_| is_alive(doc)) {
                        *place = doc;
                        segment.scores.push(score);
                        found += 1;
                    }
                }
                found
            } else {
                scorer.fill_buffer(&mut block)
            };
            let ended = found < block.len();
            let docs = block.get(..found).unwrap_or_default();
            match alive {
                Some(_) if !self.requires_scoring() => {
                    let alive: Vec<DocId> = docs.iter().copied().filter(|doc| is_alive(*doc)).collect();
                    segment.collect_block(&alive);
                }
                _ => segment.collect_block(docs),
            }
            if ended {
                break;
            }
        }
        Ok(segment.harvest())
    }

    fn merge_fruits(&self, segments: Vec<tantivy::Result<Gathered>>) -> tantivy::Result<Gathered> {
        let mut all = Gathered { facets: vec![Counts::new(); self.facets.len()], ..Gathered::default() };
        for segment in segments {
            let segment = segment?;
            all.total += segment.total;
            all.after += segment.after;
            all.first.extend(segment.first);
            for (counts, more) in all.facets.iter_mut().zip(segment.facets) {
                for (value, tally) in more {
                    *counts.entry(value).or_default() += tally;
                }
            }
        }
        all.first.sort_unstable_by_key(|ranked| Reverse(ranked.place));
        all.first.truncate(self.first);
        Ok(all)
    }
}

/// The gathering in one segment.
pub(super) struct Segment {
    gather: Gather,
    columns: Arc<Columns>,
    facets: Vec<SegmentFacet>,
    total: Tally,
    after: u64,
    first: BinaryHeap<Reverse<(Place, DocId, u32)>>,
    /// The scores of the block at hand; empty where none are needed.
    scores: Vec<Score>,
    keys: Vec<i64>,
    seen: Vec<u64>,
}

impl Segment {
    fn new(gather: &Gather, segment: &SegmentReader) -> tantivy::Result<Self> {
        let columns = gather.opened.of(segment)?;
        Ok(Self {
            facets: gather.facets.iter().map(|facet| SegmentFacet::new(*facet, &columns, segment)).collect::<tantivy::Result<_>>()?,
            columns,
            gather: gather.clone(),
            total: Tally::default(),
            after: 0,
            first: BinaryHeap::new(),
            scores: Vec::new(),
            keys: Vec::new(),
            seen: Vec::new(),
        })
    }

    /// Keeps those of a block that come among the first.
    fn rank(&mut self, docs: &[DocId]) {
        self.keys.resize(docs.len(), 0);
        self.columns.newest.get_vals(docs, &mut self.keys);
        let by_stars = matches!(self.gather.sort, Sort::BestRated | Sort::WorstRated);
        for (at, (doc, newest)) in docs.iter().zip(&self.keys).enumerate() {
            let score = self.scores.get(at).copied().unwrap_or_default();
            let stars = if by_stars { self.columns.stars.first(*doc) } else { None };
            let place = self.gather.sort.place(score, stars, *newest);
            if self.gather.after.is_some_and(|after| place >= after) {
                continue;
            }
            self.after += 1;
            if self.first.len() < self.gather.first {
                self.first.push(Reverse((place, *doc, score.to_bits())));
            } else if let Some(mut last) = self.first.peek_mut()
                && place > last.0.0
            {
                *last = Reverse((place, *doc, score.to_bits()));
            }
        }
    }
}

impl SegmentCollector for Segment {
    type Fruit = tantivy::Result<Gathered>;

    fn collect(&mut self, doc: DocId, score: Score) {
        self.scores.push(score);
        self.collect_block(&[doc]);
    }

    fn collect_block(&mut self, docs: &[DocId]) {
        self.seen.clear();
        if let Some(sightings) = &self.columns.sightings {
            self.seen.resize(docs.len(), 1);
            sightings.get_vals(docs, &mut self.seen);
        }
        let count = docs.len() as u64;
        self.total += Tally { mentions: count, sightings: if self.columns.sightings.is_some() { self.seen.iter().sum() } else { count } };
        if self.gather.first > 0 {
            self.rank(docs);
        }
        for facet in &mut self.facets {
            facet.count(docs, &self.seen);
        }
        self.scores.clear();
    }

    fn harvest(self) -> tantivy::Result<Gathered> {
        let ranked = |Reverse((place, doc, score)): Reverse<(Place, DocId, u32)>| {
            self.columns.rows.first(doc).map(|row| Ranked { place, row, score: f32::from_bits(score) })
        };
        Ok(Gathered {
            total: self.total,
            after: self.after,
            first: self.first.into_iter().filter_map(ranked).collect(),
            facets: self.facets.into_iter().map(SegmentFacet::harvest).collect(),
        })
    }
}
