//! Asks the index: hits, counts, rows.
//!
//! Each question sees one commit; [`Reader::refresh`] moves on to the last. Nothing here panics: a damaged file is an error.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError, RwLock};

use tantivy::collector::{Collector, Count, TopDocs};
use tantivy::{DocAddress, IndexReader, Order, ReloadPolicy, Searcher};

use super::facets::{self, Facet, FacetCounts};
use super::folder::Progress;
use super::schema::Fields;
use super::{Error, Query};

/// Hits are ranked no deeper than this.
const DEEPEST: usize = 100_000;

/// How to list the hits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// How many to list; none are listed at 0, but all are counted.
    pub limit: usize,
    /// How many to pass over first.
    pub offset: usize,
    /// Which come first.
    pub sort: Sort,
    /// What to count them by, in the same pass.
    pub facets: Vec<Facet>,
}

impl Default for Options {
    fn default() -> Self {
        Self { limit: 20, offset: 0, sort: Sort::Newest, facets: Vec::new() }
    }
}

/// Which hits come first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// The latest published.
    #[default]
    Newest,
    /// Those that match best.
    Relevance,
}

/// The answer to a query.
#[derive(Clone, Debug, PartialEq)]
pub struct Hits {
    /// How many mentions match in all.
    pub total: usize,
    /// The ones asked for.
    pub hits: Vec<Hit>,
    /// Counts of all that match.
    pub facets: Vec<FacetCounts>,
    /// What was not understood, left out or unknown, for the person who asked.
    pub notes: Vec<String>,
}

/// A mention found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// Its row in the store.
    pub row: i64,
    /// How well it matches; 0 when sorted by date.
    pub score: f32,
}

/// An index open for reading; clones share it.
#[derive(Clone, Debug)]
pub struct Reader {
    open: Arc<RwLock<Open>>,
}

#[derive(Clone)]
struct Open {
    engine: IndexReader,
    index: tantivy::Index,
    fields: Arc<Fields>,
}

impl std::fmt::Debug for Open {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Open").finish_non_exhaustive()
    }
}

impl Reader {
    pub(super) fn of(index: tantivy::Index, fields: Fields) -> tantivy::Result<Self> {
        let engine = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { open: Arc::new(RwLock::new(Open { engine, index, fields: Arc::new(fields) })) })
    }

    /// Lets this reader and its clones read what `other` reads.
    pub(super) fn replace_by(&self, other: Self) {
        let other = other.open();
        *self.open.write().unwrap_or_else(PoisonError::into_inner) = other;
    }

    fn open(&self) -> Open {
        self.open.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Moves on to the last commit, whichever process made it.
    pub fn refresh(&self) -> Result<(), Error> {
        let open = self.open();
        guarded(|| open.engine.reload())
    }

    /// The last change of the store that the last commit holds.
    pub fn reached(&self) -> Result<i64, Error> {
        let open = self.open();
        guarded(|| Ok(Progress::of(&open.index)?.reached))
    }

    /// How many mentions it holds.
    pub fn len(&self) -> u64 {
        self.open().engine.searcher().num_docs()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Every mention it holds: its row and the change that brought it, by row. For comparing with the store.
    pub fn rows(&self) -> Result<Vec<(i64, i64)>, Error> {
        let searcher = self.open().engine.searcher();
        guarded(|| {
            let mut rows = Vec::new();
            for segment in searcher.segment_readers() {
                let (row, seq) = (segment.fast_fields().i64("row")?, segment.fast_fields().i64("seq")?);
                let pairs = segment.doc_ids_alive().filter_map(|doc| Some((row.first(doc)?, seq.first(doc)?)));
                rows.extend(pairs);
            }
            rows.sort_unstable();
            Ok(rows)
        })
    }

    /// The mentions that match `query`.
    pub fn search(&self, query: &Query, options: &Options) -> Result<Hits, Error> {
        let open = self.open();
        guarded(|| search(&open, query, options))
    }

    /// Hands the last commit and `query`, as it means there, to `work`.
    pub(super) fn ask<T>(
        &self,
        query: &Query,
        work: impl FnOnce(&Searcher, &dyn tantivy::query::Query) -> tantivy::Result<T>,
    ) -> Result<T, Error> {
        let open = self.open();
        guarded(|| {
            let searcher = open.engine.searcher();
            let (compiled, _) = query.compile(&open.fields, &searcher)?;
            work(&searcher, &*compiled)
        })
    }

    /// Counts the mentions that match `query` by each of `facets`.
    pub fn facets(&self, query: &Query, facets: &[Facet]) -> Result<Vec<FacetCounts>, Error> {
        let options = Options { limit: 0, facets: facets.to_vec(), ..Options::default() };
        Ok(self.search(query, &options)?.facets)
    }
}

fn search(open: &Open, query: &Query, options: &Options) -> tantivy::Result<Hits> {
    let searcher = open.engine.searcher();
    let (compiled, unknown) = query.compile(&open.fields, &searcher)?;
    let offset = options.offset.min(DEEPEST);
    let limit = options.limit.min(DEEPEST - offset);
    let counted = facets::collector(&options.facets)?;
    let (hits, total, counts) = if limit == 0 {
        let (total, counts) = searcher.search(&compiled, &(Count, counted))?;
        (Vec::new(), total, counts)
    } else {
        let top = TopDocs::with_limit(limit).and_offset(offset);
        match options.sort {
            Sort::Newest => listed(&searcher, &compiled, top.order_by_fast_field::<i64>("newest", Order::Desc), counted, |_| 0.0)?,
            Sort::Relevance => listed(&searcher, &compiled, top.order_by_score(), counted, |score| score)?,
        }
    };
    let facets = counts.map(|counts| facets::read(&options.facets, &counts)).unwrap_or_default();
    let notes = query.notes().iter().cloned().chain(unknown).collect();
    Ok(Hits { total, hits, facets, notes })
}

type Counted = Option<tantivy::aggregation::AggregationCollector>;
type Listed = (Vec<Hit>, usize, Option<tantivy::aggregation::agg_result::AggregationResults>);

fn listed<K>(
    searcher: &Searcher,
    query: &dyn tantivy::query::Query,
    top: impl Collector<Fruit = Vec<(K, DocAddress)>>,
    counted: Counted,
    score: impl Fn(K) -> f32,
) -> tantivy::Result<Listed> {
    let (top, total, counts) = searcher.search(query, &(top, Count, counted))?;
    let mut hits = Vec::with_capacity(top.len());
    for (key, at) in top {
        let rows = searcher.segment_reader(at.segment_ord).fast_fields().i64("row")?;
        hits.extend(rows.first(at.doc_id).map(|row| Hit { row, score: score(key) }));
    }
    Ok((hits, total, counts))
}

/// tantivy panics where a file does not hold what it should.
fn guarded<T>(work: impl FnOnce() -> tantivy::Result<T>) -> Result<T, Error> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(done) => Ok(done?),
        Err(_) => Err(Error::Damaged("a file does not hold what it should".to_owned())),
    }
}
