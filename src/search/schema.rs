//! The index's fields, and how a mention becomes a document.
//!
//! Nothing is stored: a hit is a row of the store. The title stands in `words` too, so a plain query reads one field. Of a
//! tag every combination of product, polarity and theme is a term, so that a query can ask that they hold of one tag.
//! Knows nothing of the query language.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tantivy::schema::{FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{RAW_TOKENIZER_NAME, TextAnalyzer, TokenizerManager};
use tantivy::{TantivyDocument, Term};
use xxhash_rust::xxh3::xxh3_64;

use super::analyser::Analyser;
use super::entry::Entry;
use super::name::{WholeName, fold_name};
use crate::mention::Tag;

/// Raised with every change of fields or terms: an index of another version is made anew. How texts are cut is noticed by itself.
pub(super) const VERSION: u32 = 5;

const STEMMING: &str = "stemming";
const PLAIN: &str = "plain";
const NAME: &str = "name";
const BETWEEN: char = '\u{1f}';
/// Seconds are kept above this many bits of the row, so that mentions of one second keep their order.
const ROW_BITS: u32 = 24;

/// The fields of the index.
#[derive(Clone, Debug)]
pub(super) struct Fields {
    pub(super) schema: Schema,
    pub(super) words: Field,
    pub(super) title: Field,
    pub(super) author: Field,
    pub(super) product: Field,
    pub(super) tag: Field,
    pub(super) theme: Field,
    pub(super) polarity: Field,
    pub(super) verdict: Field,
    pub(super) source: Field,
    pub(super) kind: Field,
    pub(super) lang: Field,
    pub(super) site: Field,
    pub(super) customer: Field,
    pub(super) segment: Field,
    pub(super) region: Field,
    pub(super) status: Field,
    pub(super) mark: Field,
    pub(super) id: Field,
    pub(super) row: Field,
    pub(super) seq: Field,
    pub(super) newest: Field,
    pub(super) stars: Field,
    pub(super) rating: Field,
    month: Field,
    sightings: Field,
}

impl Fields {
    pub(super) fn new() -> Self {
        let mut schema = Schema::builder();
        let prose = |tokenizer| indexed(tokenizer, IndexRecordOption::WithFreqsAndPositions);
        let name = || indexed(NAME, IndexRecordOption::Basic);
        let term = || indexed(RAW_TOKENIZER_NAME, IndexRecordOption::Basic);
        let unnormed = |options: TextFieldIndexing| options.set_fieldnorms(false);
        let text = |indexing| TextOptions::default().set_indexing_options(indexing);
        let fast = |options: TextOptions| options.set_fast(RAW_TOKENIZER_NAME);
        Self {
            words: schema.add_text_field("words", text(prose(STEMMING))),
            title: schema.add_text_field("title", text(unnormed(prose(STEMMING)))),
            author: schema.add_text_field("author", text(unnormed(prose(PLAIN)))),
            product: schema.add_text_field("product", fast(text(unnormed(name())))),
            tag: schema.add_text_field("tag", text(unnormed(term()))),
            theme: schema.add_text_field("theme", fast(TextOptions::default())),
            polarity: schema.add_text_field("polarity", fast(TextOptions::default())),
            verdict: schema.add_text_field("verdict", fast(text(unnormed(name())))),
            source: schema.add_text_field("source", fast(text(unnormed(name())))),
            kind: schema.add_text_field("kind", text(unnormed(name()))),
            lang: schema.add_text_field("lang", fast(text(unnormed(name())))),
            site: schema.add_text_field("site", text(unnormed(term()))),
            customer: schema.add_text_field("customer", fast(text(unnormed(name())))),
            segment: schema.add_text_field("segment", fast(text(unnormed(name())))),
            region: schema.add_text_field("region", fast(text(unnormed(name())))),
            status: schema.add_text_field("status", fast(text(unnormed(name())))),
            mark: schema.add_text_field("mark", text(unnormed(term()))),
            id: schema.add_u64_field("id", FAST),
            row: schema.add_i64_field("row", FAST | INDEXED),
            seq: schema.add_i64_field("seq", FAST),
            newest: schema.add_i64_field("newest", FAST),
            stars: schema.add_f64_field("stars", FAST),
            rating: schema.add_f64_field("rating", FAST),
            month: schema.add_u64_field("month", FAST),
            sightings: schema.add_u64_field("sightings", FAST),
            schema: schema.build(),
        }
    }

    /// The document of `entry`.
    pub(super) fn document(&self, entry: &Entry<'_>) -> TantivyDocument {
        let mut document = TantivyDocument::default();
        let title = entry.title.filter(|title| !title.trim().is_empty());
        title.into_iter().for_each(|title| document.add_text(self.title, title));
        title.into_iter().chain([entry.text]).for_each(|text| document.add_text(self.words, text));
        entry.author.into_iter().for_each(|author| document.add_text(self.author, author));
        self.add_tags(&mut document, entry);
        document.add_text(self.verdict, entry.verdict.as_str());
        // One for each sighting, so that sightings can be counted by source.
        entry.sources.iter().for_each(|source| document.add_text(self.source, source));
        unique(entry.kinds.iter().copied()).for_each(|kind| document.add_text(self.kind, kind));
        document.add_text(self.lang, entry.lang);
        entry.site.iter().flat_map(|site| site_terms(site)).for_each(|term| document.add_text(self.site, term));
        for (field, name) in
            [(self.customer, entry.customer), (self.segment, entry.segment), (self.region, entry.region), (self.status, entry.status)]
        {
            name.into_iter().for_each(|name| document.add_text(field, name));
        }
        entry.marks.iter().for_each(|mark| document.add_text(self.mark, mark.as_str()));
        entry.ids.iter().for_each(|id| document.add_u64(self.id, id_key(id)));
        document.add_i64(self.row, entry.row);
        document.add_i64(self.seq, entry.seq);
        document.add_i64(self.newest, newest_key(entry.published) | (entry.row & ((1 << ROW_BITS) - 1)));
        shown_stars(entry).into_iter().for_each(|stars| document.add_f64(self.stars, stars));
        finite(entry.rating).into_iter().for_each(|rating| document.add_f64(self.rating, rating));
        document.add_u64(self.month, month_key(entry.published));
        document.add_u64(self.sightings, entry.sources.len().max(1) as u64);
        document
    }

    fn add_tags(&self, document: &mut TantivyDocument, entry: &Entry<'_>) {
        let tagged = entry.tags.iter().filter_map(|tag| tag.product.as_deref());
        unique(entry.products.iter().map(String::as_str).chain(tagged)).for_each(|product| document.add_text(self.product, product));
        unique(entry.tags.iter().map(|tag| tag.theme.as_str())).for_each(|theme| document.add_text(self.theme, theme));
        unique(entry.tags.iter().map(|tag| tag.polarity.as_str())).for_each(|polarity| document.add_text(self.polarity, polarity));
        let terms: BTreeSet<String> = entry.tags.iter().flat_map(tag_terms).collect();
        terms.iter().for_each(|term| document.add_text(self.tag, term));
    }

    /// The term by which a row is taken out.
    pub(super) fn row_term(&self, row: i64) -> Term {
        Term::from_field_i64(self.row, row)
    }
}

fn indexed(tokenizer: &str, option: IndexRecordOption) -> TextFieldIndexing {
    TextFieldIndexing::default().set_tokenizer(tokenizer).set_index_option(option)
}

/// The tokenisers that the fields name.
pub(super) fn tokenizers() -> TokenizerManager {
    let manager = TokenizerManager::default();
    manager.register(STEMMING, TextAnalyzer::from(Analyser::stemming()));
    manager.register(PLAIN, TextAnalyzer::from(Analyser::plain()));
    manager.register(NAME, TextAnalyzer::from(WholeName));
    manager
}

/// The lowest sort key of a mention published at `at`.
pub(super) fn newest_key(at: Timestamp) -> i64 {
    at.as_second() << ROW_BITS
}

/// The key of a public id.
pub(super) fn id_key(id: &str) -> u64 {
    xxh3_64(id.as_bytes())
}

/// Months since the beginning of the year −9999.
fn month_key(at: Timestamp) -> u64 {
    let date = at.to_zoned(TimeZone::UTC).date();
    u64::try_from((i64::from(date.year()) + 9_999) * 12 + i64::from(date.month()) - 1).unwrap_or_default()
}

/// A month's key as people write it: `2026-11`.
pub(super) fn month_of_key(key: u64) -> String {
    let year = i64::try_from(key / 12).unwrap_or_default() - 9_999;
    format!("{year:04}-{:02}", key % 12 + 1)
}

/// The term of tags with this product, polarity and theme (folded names); an empty part leaves it open.
pub(super) fn tag_term(product: &str, polarity: &str, theme: &str) -> String {
    format!("{product}{BETWEEN}{polarity}{BETWEEN}{theme}")
}

/// The theme in a term that leaves the rest open.
pub(super) fn theme_of_term(term: &str) -> Option<&str> {
    term.strip_prefix(BETWEEN)?.strip_prefix(BETWEEN)
}

fn tag_terms(tag: &Tag) -> Vec<String> {
    let product = tag.product.as_deref().map(fold_name).unwrap_or_default();
    let theme = fold_name(&tag.theme);
    let polarity = tag.polarity.as_str();
    let mut terms = vec![tag_term("", polarity, ""), tag_term("", polarity, &theme), tag_term("", "", &theme)];
    if !product.is_empty() {
        terms.extend([tag_term(&product, polarity, ""), tag_term(&product, polarity, &theme), tag_term(&product, "", &theme)]);
    }
    terms
}

/// A host is found by itself, by the domains above it and by each of its labels but the last: `old.example.com`, `example.com`, `example`.
fn site_terms(site: &str) -> BTreeSet<String> {
    let site = fold_name(site);
    let labels: Vec<&str> = site.trim_end_matches('.').split('.').take(10).collect();
    let above = (0..labels.len().saturating_sub(1)).filter_map(|from| labels.get(from..)).map(|labels| labels.join("."));
    let single = labels.iter().take(labels.len().saturating_sub(1).max(1)).map(|label| (*label).to_owned());
    above.chain(single).filter(|term| !term.is_empty()).collect()
}

/// The stars that people see: points out of five are stars whether the scale begins at 0 or at 1.
fn shown_stars(entry: &Entry<'_>) -> Option<f64> {
    let stars = finite(entry.stars)?;
    let out_of_five = |raw: f64| raw > 0.0 && (raw * 4.0 - (stars - 1.0) * 5.0).abs() < 1e-6;
    Some(finite(entry.rating).filter(|raw| out_of_five(*raw)).unwrap_or(stars))
}

fn finite(number: Option<f64>) -> Option<f64> {
    number.filter(|number| number.is_finite())
}

/// Each name once, however it is written.
fn unique<'a>(names: impl Iterator<Item = &'a str>) -> impl Iterator<Item = &'a str> {
    let mut seen = BTreeSet::new();
    names.filter(move |name| seen.insert(fold_name(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_found_by_its_domains_and_labels() {
        let terms = |site| site_terms(site).into_iter().collect::<Vec<_>>().join(" ");
        assert_eq!(terms("Old.Example.com"), "example example.com old old.example.com");
        assert_eq!(terms("localhost"), "localhost");
        assert_eq!(terms(""), "");
    }

    #[test]
    fn a_month_is_known_by_its_key() {
        for (at, want) in [("2026-11-30T23:59:59Z", "2026-11"), ("1969-01-01T00:00:00Z", "1969-01"), ("2026-12-01T00:00:00Z", "2026-12")] {
            assert_eq!(month_of_key(month_key(at.parse().unwrap())), want);
        }
    }

    #[test]
    fn the_newest_key_keeps_the_order_of_time() {
        let keys: Vec<i64> = ["-009999-01-02T01:59:59Z", "1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z", "9999-12-30T00:00:00Z"]
            .map(|at| newest_key(at.parse().unwrap()))
            .to_vec();
        assert!(keys.is_sorted(), "{keys:?}");
    }
}
