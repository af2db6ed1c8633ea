//! The columns of each segment, opened once and kept: to find a column by its name costs more than to read it for a page of
//! hits.
//!
//! A segment never changes; what is deleted in it is told elsewhere. Knows nothing of queries.

use std::collections::{HashMap, HashSet};
use std::fmt::Debug;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tantivy::columnar::{Cardinality, Column, ColumnValues};
use tantivy::index::SegmentId;
use tantivy::{Searcher, SegmentReader};

use super::facets::Facet;

/// The columns of the segments of one index.
#[derive(Default)]
pub(super) struct Opened(Mutex<HashMap<SegmentId, Arc<Columns>>>);

/// The columns of one segment that are read for every list of hits.
pub(super) struct Columns {
    pub(super) newest: Arc<dyn ColumnValues<i64>>,
    pub(super) stars: Column<f64>,
    pub(super) rows: Column<i64>,
    pub(super) months: Arc<dyn ColumnValues<u64>>,
    /// None if every mention here was seen once.
    pub(super) sightings: Option<Arc<dyn ColumnValues<u64>>>,
    /// Of the facets that count words, in their order; opened when first asked for.
    words: [OnceLock<Option<Arc<Words>>>; Facet::ALL.len()],
}

/// A column of words.
pub(super) struct Words {
    /// For each mention the places of its words in `names`.
    pub(super) places: Column<u64>,
    pub(super) names: Vec<Arc<str>>,
}

impl Opened {
    /// The columns of `segment`.
    pub(super) fn of(&self, segment: &SegmentReader) -> tantivy::Result<Arc<Columns>> {
        if let Some(columns) = self.known().get(&segment.segment_id()) {
            return Ok(Arc::clone(columns));
        }
        let columns = Arc::new(Columns::open(segment)?);
        self.known().insert(segment.segment_id(), Arc::clone(&columns));
        Ok(columns)
    }

    /// Lets go of all segments that `searcher` does not read.
    pub(super) fn keep_those_of(&self, searcher: &Searcher) {
        let read: HashSet<SegmentId> = searcher.segment_readers().iter().map(SegmentReader::segment_id).collect();
        self.known().retain(|segment, _| read.contains(segment));
    }

    fn known(&self) -> MutexGuard<'_, HashMap<SegmentId, Arc<Columns>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Columns {
    fn open(segment: &SegmentReader) -> tantivy::Result<Self> {
        let fast = segment.fast_fields();
        let sightings = fast.u64("sightings")?;
        Ok(Self {
            newest: dense(fast.i64("newest")?, i64::MIN),
            stars: fast.f64("stars")?,
            rows: fast.i64("row")?,
            months: dense(fast.u64("month")?, 0),
            sightings: (sightings.max_value() > 1).then(|| dense(sightings, 1)),
            words: Default::default(),
        })
    }

    /// The words of `facet`; none if no mention of `segment`, which these are the columns of, has any.
    pub(super) fn words(&self, facet: Facet, segment: &SegmentReader) -> tantivy::Result<Option<Arc<Words>>> {
        let place = Facet::ALL.iter().position(|other| *other == facet);
        let Some(known) = place.and_then(|place| self.words.get(place)) else { return Ok(None) };
        if let Some(words) = known.get() {
            return Ok(words.clone());
        }
        let words = Words::open(facet, segment)?.map(Arc::new);
        Ok(known.get_or_init(|| words).clone())
    }
}

impl Words {
    fn open(facet: Facet, segment: &SegmentReader) -> tantivy::Result<Option<Self>> {
        let Some(column) = segment.fast_fields().str(facet.as_str())? else { return Ok(None) };
        let mut names = Vec::with_capacity(column.num_terms());
        let mut stream = column.dictionary().stream()?;
        while stream.advance() {
            names.push(String::from_utf8_lossy(stream.key()).into());
        }
        Ok(Some(Self { places: column.ords().clone(), names }))
    }
}

/// The first value of every mention, `missing` where there is none.
fn dense<T: PartialOrd + Copy + Debug + Send + Sync + Default + 'static>(column: Column<T>, missing: T) -> Arc<dyn ColumnValues<T>> {
    match column.get_cardinality() {
        Cardinality::Full => column.values,
        _ => column.first_or_default_col(missing),
    }
}
