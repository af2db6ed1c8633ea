//! How common words were when a list by relevance began, carried from page to page: so that a mention keeps its place while
//! others arrive.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use tantivy::query::Bm25StatisticsProvider;
use tantivy::schema::Field;
use tantivy::{Searcher, Term};
use xxhash_rust::xxh3::xxh3_64;

/// Figures by what they are of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Statistics(BTreeMap<u32, u64>);

impl Statistics {
    /// As it stands in a cursor: `key-figure` pairs.
    pub(super) fn write(&self) -> String {
        self.0.iter().map(|(key, figure)| format!("{key:x}-{figure:x}")).collect::<Vec<_>>().join("_")
    }

    /// Reads what [`Self::write`] wrote.
    pub(super) fn read(text: &str) -> Option<Self> {
        let pair = |pair: &str| {
            let (key, figure) = pair.split_once('-')?;
            Some((u32::from_str_radix(key, 16).ok()?, u64::from_str_radix(figure, 16).ok()?))
        };
        text.split('_').filter(|pair| !pair.is_empty()).map(pair).collect::<Option<_>>().map(Self)
    }
}

/// Tells figures as they were; those not asked for before as they are, and remembers them.
pub(super) struct Remembering<'a> {
    searcher: &'a Searcher,
    known: Mutex<Statistics>,
}

impl<'a> Remembering<'a> {
    pub(super) fn new(searcher: &'a Searcher, known: Statistics) -> Self {
        Self { searcher, known: Mutex::new(known) }
    }

    pub(super) fn known(self) -> Statistics {
        self.known.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn figure(&self, of: &[u8], now: impl FnOnce() -> tantivy::Result<u64>) -> tantivy::Result<u64> {
        let key = xxh3_64(of) as u32;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(figure) = known.0.get(&key) {
            return Ok(*figure);
        }
        let figure = now()?;
        known.0.insert(key, figure);
        Ok(figure)
    }
}

impl Bm25StatisticsProvider for Remembering<'_> {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        self.figure(&field.field_id().to_le_bytes(), || self.searcher.total_num_tokens(field))
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        self.figure(b"mentions", || self.searcher.total_num_docs())
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        // No more than there were mentions then, or the score would make no sense.
        let most = self.total_num_docs()?;
        self.figure(term.serialized_value_bytes(), || Ok(Bm25StatisticsProvider::doc_freq(self.searcher, term)?.min(most)))
    }
}
