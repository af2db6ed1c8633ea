//! Asks the index: hits, counts, rows.
//!
//! Each question sees one commit; [`Reader::refresh`] moves on to the last. Nothing here panics: a damaged file is an error.

use std::fs::Metadata;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};

use tantivy::{IndexReader, ReloadPolicy};

use super::columns::Opened;
use super::facets::{self, Facet, FacetCounts};
use super::folder::{META, Progress};
use super::gather::{Gather, Gathered, Ranked};
use super::query::Names;
use super::rank::{Cursor, Sort};
use super::schema::Fields;
use super::statistics::Remembering;
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
    /// Only those behind this cursor; it brings its own order. All are counted nevertheless.
    pub after: Option<Cursor>,
    /// What to count them by, in the same pass.
    pub facets: Vec<Facet>,
    /// How long it may take.
    pub within: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { limit: 20, offset: 0, sort: Sort::Newest, after: None, facets: Vec::new(), within: Duration::from_secs(10) }
    }
}

/// The answer to a query.
#[derive(Clone, Debug, PartialEq)]
pub struct Hits {
    /// How many mentions match in all, each once.
    pub total: usize,
    /// The places where those were seen.
    pub sightings: u64,
    /// The ones asked for.
    pub hits: Vec<Hit>,
    /// Whether there are more behind the last of them.
    pub more: bool,
    /// Counts of all that match.
    pub facets: Vec<FacetCounts>,
    /// What was not understood, left out or unknown, for the person who asked.
    pub notes: Vec<String>,
}

/// A mention found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// Its row in the store.
    pub row: i64,
    /// How well it matches; 0 unless sorted by that.
    pub score: f32,
    /// Where the next page goes on, if this is the last hit of one.
    pub cursor: Cursor,
}

/// An index open for reading; clones share it.
#[derive(Clone, Debug)]
pub struct Reader {
    open: Arc<RwLock<Arc<Open>>>,
}

/// What a reader reads.
pub(super) struct Open {
    pub(super) engine: IndexReader,
    index: tantivy::Index,
    pub(super) fields: Fields,
    names: Names,
    pub(super) columns: Arc<Opened>,
    meta: PathBuf,
    /// The file that names the last commit, as it was when it was read.
    seen: Mutex<Option<Stamp>>,
}

/// What tells one commit's file from another's.
type Stamp = (u64, Option<SystemTime>, u64);

impl std::fmt::Debug for Open {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Open").finish_non_exhaustive()
    }
}

impl Reader {
    pub(super) fn of(dir: &Path, index: tantivy::Index, fields: Fields) -> tantivy::Result<Self> {
        let meta = dir.join(META);
        let seen = Mutex::new(stamp(&meta));
        let engine = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let open = Open { engine, index, fields, names: Names::default(), columns: Arc::default(), meta, seen };
        Ok(Self { open: Arc::new(RwLock::new(Arc::new(open))) })
    }

    /// Lets this reader and its clones read what `other` reads.
    pub(super) fn replace_by(&self, other: Self) {
        let other = other.open();
        *self.open.write().unwrap_or_else(PoisonError::into_inner) = other;
    }

    pub(super) fn open(&self) -> Arc<Open> {
        Arc::clone(&self.open.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Moves on to the last commit, whichever process made it. Costs next to nothing where there is none.
    pub fn refresh(&self) -> Result<(), Error> {
        let open = self.open();
        // Taken before reading: a commit in between is read now or next time, never missed.
        let stamp = stamp(&open.meta);
        let mut seen = open.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if stamp.is_some() && *seen == stamp {
            return Ok(());
        }
        guarded(|| open.engine.reload())?;
        open.columns.keep_those_of(&open.engine.searcher());
        *seen = stamp;
        Ok(())
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
        let late = Arc::new(AtomicBool::new(false));
        let found = guarded(|| search(&open, query, options, &late));
        if late.load(Ordering::Relaxed) { Err(Error::TooLong(options.within)) } else { found }
    }

    /// What the engine itself is asked for `query`, so that a bench can ask it alone.
    #[doc(hidden)]
    pub fn engine_query(&self, query: &Query) -> Result<(tantivy::Searcher, Box<dyn tantivy::query::Query>), Error> {
        let open = self.open();
        let searcher = open.engine.searcher();
        guarded(|| Ok((searcher.clone(), query.compile(&open.fields, &searcher, &open.names)?.0)))
    }

    /// Hands the last commit and `query`, as it means there, to `work`.
    pub(super) fn ask<T>(
        &self,
        query: &Query,
        work: impl FnOnce(&tantivy::Searcher, &dyn tantivy::query::Query) -> tantivy::Result<T>,
    ) -> Result<T, Error> {
        let open = self.open();
        guarded(|| {
            let searcher = open.engine.searcher();
            let (compiled, _) = query.compile(&open.fields, &searcher, &open.names)?;
            work(&searcher, &*compiled)
        })
    }

    /// Counts the mentions that match `query` by each of `facets`.
    pub fn facets(&self, query: &Query, facets: &[Facet]) -> Result<Vec<FacetCounts>, Error> {
        let options = Options { limit: 0, facets: facets.to_vec(), ..Options::default() };
        Ok(self.search(query, &options)?.facets)
    }
}

fn search(open: &Open, query: &Query, options: &Options, late: &Arc<AtomicBool>) -> tantivy::Result<Hits> {
    let searcher = open.engine.searcher();
    let deadline = Instant::now() + options.within;
    let (compiled, unknown) = query.compile(&open.fields, &searcher, &open.names)?;
    let offset = options.offset.min(DEEPEST);
    let limit = options.limit.min(DEEPEST - offset);
    let sort = options.after.as_ref().map_or(options.sort, |after| after.sort);
    let gather = Gather {
        first: if limit == 0 { 0 } else { offset + limit },
        sort,
        after: options.after.as_ref().map(|after| after.place),
        facets: options.facets.clone(),
        opened: Arc::clone(&open.columns),
        deadline,
        late: Arc::clone(late),
    };
    let statistics = Remembering::new(&searcher, options.after.as_ref().map(|after| after.statistics.clone()).unwrap_or_default());
    let Gathered { total, after, first, facets } = searcher.search_with_statistics_provider(&compiled, &gather, &statistics)?;
    let statistics = statistics.known();
    let listed = first.len();
    let hit = |Ranked { place, row, score }| Hit { row, score, cursor: Cursor { sort, place, statistics: statistics.clone() } };
    Ok(Hits {
        total: usize::try_from(total.mentions).unwrap_or(usize::MAX),
        sightings: total.sightings,
        hits: first.into_iter().skip(offset).map(hit).collect(),
        more: limit > 0 && after > listed as u64,
        facets: options.facets.iter().zip(facets).map(|(facet, counts)| facets::shown(*facet, counts)).collect(),
        notes: query.notes().iter().cloned().chain(unknown).collect(),
    })
}

fn stamp(meta: &Path) -> Option<Stamp> {
    let meta = std::fs::metadata(meta).ok()?;
    Some((meta.len(), meta.modified().ok(), file_number(&meta)))
}

/// Each commit writes a new file, so that its number differs even where the clock is coarse.
#[cfg(unix)]
fn file_number(meta: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(meta)
}

#[cfg(not(unix))]
fn file_number(_: &Metadata) -> u64 {
    0
}

/// tantivy panics where a file does not hold what it should.
pub(super) fn guarded<T>(work: impl FnOnce() -> tantivy::Result<T>) -> Result<T, Error> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(done) => Ok(done?),
        Err(_) => Err(Error::Damaged("a file does not hold what it should".to_owned())),
    }
}
