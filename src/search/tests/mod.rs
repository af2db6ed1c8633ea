//! The index as a whole, through its public face. Here is what the cases share.

mod hostile;
mod lookup;
mod queries;
mod tallies;
mod upkeep;

use std::path::PathBuf;

use tempfile::TempDir;

use super::*;
use crate::mention::{Field, Polarity, Tag, Verdict};

const NOW: &str = "2026-11-20T12:00:00Z";

/// A mention that says `text`; cases change what they are about.
fn entry(row: i64, text: &str) -> Entry<'_> {
    Entry {
        row,
        seq: row,
        ids: &[],
        title: None,
        text,
        author: None,
        sources: &[],
        kinds: &[],
        site: None,
        lang: "en",
        stars: None,
        rating: None,
        published: "2026-11-01T00:00:00Z".parse().unwrap(),
        verdict: Verdict::Neutral,
        products: &[],
        tags: &[],
        marks: &[],
        customer: None,
        segment: None,
        region: None,
        status: None,
    }
}

fn tag(product: Option<&str>, polarity: Polarity, theme: &str) -> Tag {
    Tag {
        polarity,
        phrase: "p".to_owned(),
        theme: theme.to_owned(),
        product: product.map(str::to_owned),
        field: Field::Text,
        start: 0,
        end: 1,
        text: "p".to_owned(),
        product_start: None,
        product_end: None,
        joined_by: None,
        rule: "plain".to_owned(),
        negated: false,
        list: "praise.en@0".to_owned(),
    }
}

struct Fixture {
    _temporary: TempDir,
    dir: PathBuf,
    index: Index,
}

fn filled<'e>(entries: impl IntoIterator<Item = Entry<'e>>) -> Fixture {
    let temporary = TempDir::new().unwrap();
    let dir = temporary.path().join("search");
    let mut index = Index::open(&dir).unwrap().index;
    index.apply(entries, &[], 1).unwrap();
    Fixture { _temporary: temporary, dir, index }
}

fn parsed(query: &str) -> Query {
    Query::parse(query, NOW.parse().unwrap())
}

/// The rows found, in order of rows.
fn found(index: &Index, query: &str) -> Vec<i64> {
    let hits = index.search(&parsed(query), &Options::default()).unwrap();
    assert_eq!(hits.total, hits.hits.len(), "{query}");
    let mut rows: Vec<i64> = hits.hits.iter().map(|hit| hit.row).collect();
    rows.sort_unstable();
    rows
}

fn check(index: &Index, cases: &[(&str, &[i64])]) {
    for (query, want) in cases {
        assert_eq!(found(index, query), *want, "{query}");
    }
}
