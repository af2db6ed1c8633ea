//! Counts of a query's hits by product, theme, month and more, taken in the same pass as the hits themselves.
//!
//! Each value is counted twice: mentions, each once, and the sightings of those. Knows nothing of queries.

use std::collections::HashMap;
use std::sync::Arc;

use tantivy::columnar::{Column, ColumnValues};
use tantivy::{DocId, SegmentReader};

use super::columns::{Columns, Words};
use super::schema::month_of_key;

/// Values told of one field, the most frequent.
pub const MOST_VALUES: usize = 1_000;

/// A field that hits can be counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Facet {
    /// Products named or tagged.
    Product,
    /// Themes of tags.
    Theme,
    /// Polarities of tags.
    Polarity,
    /// The mention's verdict.
    Verdict,
    /// Sources that saw it.
    Source,
    /// Its language.
    Lang,
    /// Its stars, to the nearest whole one.
    Rating,
    /// The month it was published in.
    Month,
    /// The segment of the customer who wrote it.
    Segment,
    /// The region of the customer who wrote it.
    Region,
    /// Where its reply stands.
    Status,
}

impl Facet {
    /// Every facet.
    pub const ALL: [Self; 11] = [
        Self::Product,
        Self::Theme,
        Self::Polarity,
        Self::Verdict,
        Self::Source,
        Self::Lang,
        Self::Rating,
        Self::Month,
        Self::Segment,
        Self::Region,
        Self::Status,
    ];

    /// The facet of this name.
    pub fn parse(name: &str) -> Option<Self> {
        let name = if name == "language" { "lang" } else { name };
        Self::ALL.into_iter().find(|facet| facet.as_str() == name)
    }

    /// Its name, as in queries.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Theme => "theme",
            Self::Polarity => "polarity",
            Self::Verdict => "verdict",
            Self::Source => "source",
            Self::Lang => "lang",
            Self::Rating => "rating",
            Self::Month => "month",
            Self::Segment => "segment",
            Self::Region => "region",
            Self::Status => "status",
        }
    }
}

/// How often each value of a facet occurs among the hits, most frequent first, then by name; months by time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetCounts {
    /// The field counted by.
    pub facet: Facet,
    /// Its values.
    pub counts: Vec<FacetCount>,
}

/// How often one value occurs.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct FacetCount {
    /// The value.
    pub value: String,
    /// Mentions that have it, each once.
    pub mentions: u64,
    /// The places where those were seen; of a source, in that source.
    pub sightings: u64,
}

/// Mentions and sightings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) mentions: u64,
    pub(super) sightings: u64,
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, more: Self) {
        self.mentions += more.mentions;
        self.sightings += more.sightings;
    }
}

/// Tallies by value.
pub(super) type Counts = HashMap<Arc<str>, Tally>;

/// The counts of one facet in one segment.
pub(super) struct SegmentFacet {
    facet: Facet,
    counted: Counted,
}

enum Counted {
    /// By the place of a word in the column's dictionary.
    Words {
        words: Arc<Words>,
        tallies: Vec<Tally>,
        docs: Vec<DocId>,
        rows: Vec<u32>,
        values: Vec<u64>,
    },
    Stars {
        column: Column<f64>,
        tallies: [Tally; 6],
    },
    Months {
        column: Arc<dyn ColumnValues<u64>>,
        tallies: HashMap<u64, Tally>,
        values: Vec<u64>,
    },
    Nothing,
}

impl SegmentFacet {
    pub(super) fn new(facet: Facet, columns: &Columns, segment: &SegmentReader) -> tantivy::Result<Self> {
        let counted = match facet {
            Facet::Rating => Counted::Stars { column: columns.stars.clone(), tallies: [Tally::default(); 6] },
            Facet::Month => Counted::Months { column: Arc::clone(&columns.months), tallies: HashMap::new(), values: Vec::new() },
            _ => columns.words(facet, segment)?.map_or(Counted::Nothing, |words| Counted::Words {
                tallies: vec![Tally::default(); words.names.len()],
                words,
                docs: Vec::new(),
                rows: Vec::new(),
                values: Vec::new(),
            }),
        };
        Ok(Self { facet, counted })
    }

    /// Counts these mentions; `sightings` has one number for each, or is empty if every one was seen once.
    pub(super) fn count(&mut self, docs: &[DocId], sightings: &[u64]) {
        let seen = |at: usize| sightings.get(at).copied().unwrap_or(1);
        match &mut self.counted {
            Counted::Nothing => {}
            Counted::Stars { column, tallies } => {
                for (at, doc) in docs.iter().enumerate() {
                    let star = column.first(*doc).map(|stars| stars.round().clamp(0.0, 5.0) as usize);
                    if let Some(tally) = star.and_then(|star| tallies.get_mut(star)) {
                        *tally += Tally { mentions: 1, sightings: seen(at) };
                    }
                }
            }
            Counted::Months { column, tallies, values } => {
                values.resize(docs.len(), 0);
                column.get_vals(docs, values);
                for (at, month) in values.iter().enumerate() {
                    *tallies.entry(*month).or_default() += Tally { mentions: 1, sightings: seen(at) };
                }
            }
            Counted::Words { words, tallies, docs: of, rows, values } => {
                of.clear();
                rows.clear();
                words.places.row_ids_for_docs(docs, of, rows);
                values.resize(rows.len(), 0);
                words.places.values.get_vals(rows, values);
                if sightings.is_empty() {
                    count_once(tallies, values);
                } else {
                    count_seen(tallies, docs, sightings, of, values, self.facet == Facet::Source);
                }
            }
        }
    }

    /// The counts by value.
    pub(super) fn harvest(self) -> Counts {
        match self.counted {
            Counted::Nothing => HashMap::new(),
            Counted::Stars { tallies, .. } => {
                let stars = tallies.into_iter().enumerate().map(|(star, tally)| (star.to_string().into(), tally));
                stars.filter(|(_, tally)| tally.mentions > 0).collect()
            }
            Counted::Months { tallies, .. } => tallies.into_iter().map(|(month, tally)| (month_of_key(month).into(), tally)).collect(),
            Counted::Words { words, tallies, .. } => {
                let named = words.names.iter().zip(tallies).filter(|(_, tally)| tally.mentions > 0);
                named.map(|(name, tally)| (Arc::clone(name), tally)).collect()
            }
        }
    }
}

/// Every mention was seen once, so no value stands twice in one.
fn count_once(tallies: &mut [Tally], values: &[u64]) {
    for value in values {
        if let Some(tally) = tallies.get_mut(*value as usize) {
            *tally += Tally { mentions: 1, sightings: 1 };
        }
    }
}

/// `of` says which mention each value is of. A source stands once for each sighting.
fn count_seen(tallies: &mut [Tally], docs: &[DocId], sightings: &[u64], of: &[DocId], values: &[u64], is_source: bool) {
    let mut at = 0;
    let mut first = 0;
    for (place, (doc, value)) in of.iter().zip(values).enumerate() {
        if place > 0 && of.get(place - 1) != Some(doc) {
            first = place;
        }
        while docs.get(at).is_some_and(|other| other != doc) {
            at += 1;
        }
        let again = values.get(first..place).is_some_and(|before| before.contains(value));
        let sightings = if is_source { 1 } else { sightings.get(at).copied().unwrap_or(1) };
        if let Some(tally) = tallies.get_mut(*value as usize) {
            let sightings = if again && !is_source { 0 } else { sightings };
            *tally += Tally { mentions: u64::from(!again), sightings };
        }
    }
}

/// The counts of all segments, as they are shown.
pub(super) fn shown(facet: Facet, tallies: Counts) -> FacetCounts {
    let mut counts: Vec<FacetCount> = tallies
        .into_iter()
        .map(|(value, tally)| FacetCount { value: value.to_string(), mentions: tally.mentions, sightings: tally.sightings })
        .collect();
    counts.sort_unstable_by(|one, other| match facet {
        Facet::Month | Facet::Rating => other.value.cmp(&one.value),
        _ => other.mentions.cmp(&one.mentions).then_with(|| one.value.cmp(&other.value)),
    });
    counts.truncate(MOST_VALUES);
    FacetCounts { facet, counts }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facets_go_by_their_names() {
        for facet in Facet::ALL {
            assert_eq!(Facet::parse(facet.as_str()), Some(facet));
        }
        assert_eq!(Facet::parse("language"), Some(Facet::Lang));
        assert_eq!(Facet::parse("colour"), None);
    }
}
