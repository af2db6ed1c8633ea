//! The raw side of the index: the same fields in plain tantivy, with its own tokenisers, documents added as they come.
//!
//! tantivy's default tokeniser keeps a Chinese sentence as one word, which finds nothing; so Chinese texts go through its own
//! n-gram tokeniser, in pairs. Nothing is folded, stemmed, made unique or taken out.

use std::path::Path;
use std::time::{Duration, Instant};

use goodword::store::Stored;
use tantivy::collector::{Count, TopDocs};
use tantivy::indexer::IndexWriterOptions;
use tantivy::query::{BooleanQuery, PhraseQuery, Query, TermQuery};
use tantivy::schema::{FAST, Field, INDEXED, IndexRecordOption, STRING, Schema, TEXT, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::TextAnalyzer;
use tantivy::{Index, IndexReader, IndexWriter, Order, TantivyDocument, Term};

use crate::plain_pairs::Pairs;

const PAIRS: &str = "pairs";
/// As much as our writer takes.
const THREADS: usize = 2;
const MEMORY_PER_THREAD: usize = 32 * 1024 * 1024;

/// The fields, under the names of ours.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields {
    pub(crate) words: Field,
    pub(crate) words_zh: Field,
    title: Field,
    title_zh: Field,
    author: Field,
    product: Field,
    pub(crate) tag: Field,
    theme: Field,
    polarity: Field,
    verdict: Field,
    source: Field,
    kind: Field,
    lang: Field,
    site: Field,
    row: Field,
    seq: Field,
    newest: Field,
    stars: Field,
    rating: Field,
}

impl Fields {
    fn new() -> (Self, Schema) {
        let mut schema = Schema::builder();
        let pairs = TextFieldIndexing::default().set_tokenizer(PAIRS).set_index_option(IndexRecordOption::WithFreqsAndPositions);
        let pairs = TextOptions::default().set_indexing_options(pairs);
        let fields = Self {
            words: schema.add_text_field("words", TEXT),
            words_zh: schema.add_text_field("words_zh", pairs.clone()),
            title: schema.add_text_field("title", TEXT),
            title_zh: schema.add_text_field("title_zh", pairs),
            author: schema.add_text_field("author", TEXT),
            product: schema.add_text_field("product", STRING | FAST),
            tag: schema.add_text_field("tag", STRING),
            theme: schema.add_text_field("theme", FAST),
            polarity: schema.add_text_field("polarity", FAST),
            verdict: schema.add_text_field("verdict", STRING | FAST),
            source: schema.add_text_field("source", STRING | FAST),
            kind: schema.add_text_field("kind", STRING),
            lang: schema.add_text_field("lang", STRING | FAST),
            site: schema.add_text_field("site", STRING),
            row: schema.add_i64_field("row", FAST | INDEXED),
            seq: schema.add_i64_field("seq", FAST),
            newest: schema.add_i64_field("newest", FAST),
            stars: schema.add_f64_field("stars", FAST),
            rating: schema.add_f64_field("rating", FAST),
        };
        (fields, schema.build())
    }

    fn document(&self, entry: &PlainEntry<'_>) -> TantivyDocument {
        let mention = &entry.stored.mention;
        let tagging = &entry.stored.tagging;
        let (words, title) = if entry.is_chinese { (self.words_zh, self.title_zh) } else { (self.words, self.title) };
        let mut document = TantivyDocument::default();
        if let Some(text) = &mention.title {
            document.add_text(title, text);
            document.add_text(words, text);
        }
        document.add_text(words, &mention.text);
        mention.author.iter().for_each(|author| document.add_text(self.author, &author.name));
        tagging.products.iter().for_each(|product| document.add_text(self.product, product));
        entry.tags.iter().for_each(|tag| document.add_text(self.tag, tag));
        tagging.tags.iter().for_each(|tag| document.add_text(self.theme, &tag.theme));
        tagging.tags.iter().for_each(|tag| document.add_text(self.polarity, tag.polarity.as_str()));
        document.add_text(self.verdict, tagging.verdict.as_str());
        for sighting in &entry.stored.sightings {
            document.add_text(self.source, &sighting.source);
            document.add_text(self.kind, &sighting.kind);
        }
        document.add_text(self.lang, tagging.lang.as_str());
        mention.url.iter().filter_map(|url| url.host_str()).for_each(|host| document.add_text(self.site, host));
        document.add_i64(self.row, entry.stored.row);
        document.add_i64(self.seq, entry.stored.changed);
        document.add_i64(self.newest, mention.published.map_or(0, |published| published.at.as_millisecond()));
        if let Some(rating) = mention.rating {
            document.add_f64(self.stars, rating.stars());
            document.add_f64(self.rating, rating.value());
        }
        document
    }
}

/// A mention with what plain tantivy is spared making.
#[derive(Debug)]
pub(crate) struct PlainEntry<'a> {
    stored: &'a Stored,
    is_chinese: bool,
    tags: Vec<String>,
}

impl<'a> PlainEntry<'a> {
    pub(crate) fn of(stored: &'a Stored) -> Self {
        let mut tags = Vec::new();
        for tag in &stored.tagging.tags {
            let (product, polarity, theme) = (tag.product.as_deref(), tag.polarity.as_str(), tag.theme.as_str());
            for product in std::iter::once("").chain(product) {
                tags.extend([(polarity, ""), (polarity, theme), ("", theme)].map(|(polarity, theme)| tag_term(product, polarity, theme)));
            }
        }
        tags.sort_unstable();
        tags.dedup();
        Self { stored, is_chinese: stored.tagging.lang.as_str() == "zh", tags }
    }
}

/// A plain index.
#[derive(Debug)]
pub(crate) struct PlainIndex {
    index: Index,
    pub(crate) fields: Fields,
}

/// The writer of a plain index.
pub(crate) struct PlainWriter {
    engine: IndexWriter,
    fields: Fields,
}

impl PlainIndex {
    pub(crate) fn create(dir: &Path) -> anyhow::Result<Self> {
        let (fields, schema) = Fields::new();
        let index = Index::create_in_dir(dir, schema)?;
        index.tokenizers().register(PAIRS, TextAnalyzer::from(Pairs::new()?));
        Ok(Self { index, fields })
    }

    pub(crate) fn writer(&self) -> anyhow::Result<PlainWriter> {
        let options = IndexWriterOptions::builder().num_worker_threads(THREADS).memory_budget_per_thread(MEMORY_PER_THREAD).build();
        Ok(PlainWriter { engine: self.index.writer_with_options(options)?, fields: self.fields })
    }

    /// Adds all entries, committing after every `at_once`; returns how long that took, merges included.
    pub(crate) fn fill(&self, entries: &[PlainEntry<'_>], at_once: usize) -> anyhow::Result<Duration> {
        let started = Instant::now();
        let mut writer = self.writer()?;
        entries.chunks(at_once).try_for_each(|entries| writer.commit(entries))?;
        writer.close()?;
        Ok(started.elapsed())
    }

    pub(crate) fn reader(&self) -> anyhow::Result<IndexReader> {
        Ok(self.index.reader()?)
    }
}

impl PlainWriter {
    pub(crate) fn commit(&mut self, entries: &[PlainEntry<'_>]) -> anyhow::Result<()> {
        for entry in entries {
            self.engine.add_document(self.fields.document(entry))?;
        }
        self.engine.commit()?;
        Ok(())
    }

    pub(crate) fn close(self) -> anyhow::Result<()> {
        Ok(self.engine.wait_merging_threads()?)
    }
}

/// The term of tags with this product, polarity and theme; an empty part leaves it open.
pub(crate) fn tag_term(product: &str, polarity: &str, theme: &str) -> String {
    format!("{product}/{polarity}/{theme}")
}

/// The newest twenty and the count, as ours asks for them.
pub(crate) fn newest(reader: &IndexReader, query: &dyn Query) -> anyhow::Result<usize> {
    let top = TopDocs::with_limit(20).order_by_fast_field::<i64>("newest", Order::Desc);
    let (_, count) = reader.searcher().search(query, &(top, Count))?;
    Ok(count)
}

pub(crate) fn term(field: Field, text: &str) -> Box<dyn Query> {
    Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::WithFreqs))
}

pub(crate) fn both(one: Box<dyn Query>, other: Box<dyn Query>) -> Box<dyn Query> {
    Box::new(BooleanQuery::intersection(vec![one, other]))
}

/// Terms side by side.
pub(crate) fn phrase(field: Field, terms: impl Iterator<Item = String>) -> Box<dyn Query> {
    Box::new(PhraseQuery::new(terms.map(|text| Term::from_field_text(field, &text)).collect()))
}
