//! Counts of a query's hits by product, theme, polarity, verdict, source or language.
//!
//! Counts are exact up to [`MOST_VALUES`] values a field.

use serde_json::json;
use tantivy::aggregation::agg_req::Aggregations;
use tantivy::aggregation::agg_result::{AggregationResult, AggregationResults, BucketResult};
use tantivy::aggregation::{AggContextParams, AggregationCollector, AggregationLimitsGuard, Key};
use tantivy::tokenizer::TokenizerManager;

/// Values counted in one field.
pub const MOST_VALUES: usize = 1_000;
/// What the counting may use before it is given up.
const MOST_MEMORY: u64 = 64 * 1024 * 1024;

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
}

impl Facet {
    /// Every facet.
    pub const ALL: [Self; 6] = [Self::Product, Self::Theme, Self::Polarity, Self::Verdict, Self::Source, Self::Lang];

    /// The facet of this name.
    pub fn parse(name: &str) -> Option<Self> {
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
        }
    }
}

/// How often each value of a facet occurs among the hits, most frequent first, then by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetCounts {
    /// The field counted by.
    pub facet: Facet,
    /// Values with the number of mentions that have them.
    pub counts: Vec<(String, u64)>,
}

pub(super) fn collector(facets: &[Facet]) -> tantivy::Result<Option<AggregationCollector>> {
    if facets.is_empty() {
        return Ok(None);
    }
    let fields = facets.iter().map(|facet| {
        let terms = json!({ "terms": { "field": facet.as_str(), "size": MOST_VALUES, "segment_size": 10 * MOST_VALUES } });
        (facet.as_str().to_owned(), terms)
    });
    let request: Aggregations = serde_json::from_value(fields.collect::<serde_json::Map<_, _>>().into())?;
    let limits = AggregationLimitsGuard::new(Some(MOST_MEMORY), None);
    Ok(Some(AggregationCollector::from_aggs(request, AggContextParams::new(limits, TokenizerManager::default()))))
}

pub(super) fn read(facets: &[Facet], results: &AggregationResults) -> Vec<FacetCounts> {
    facets.iter().map(|facet| FacetCounts { facet: *facet, counts: counts(results.0.get(facet.as_str())) }).collect()
}

fn counts(result: Option<&AggregationResult>) -> Vec<(String, u64)> {
    let Some(AggregationResult::BucketResult(BucketResult::Terms { buckets, .. })) = result else { return Vec::new() };
    let mut counts: Vec<(String, u64)> = buckets
        .iter()
        .filter_map(|bucket| match &bucket.key {
            Key::Str(name) => Some((name.clone(), bucket.doc_count)),
            _ => None,
        })
        .collect();
    counts.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facets_go_by_their_names() {
        for facet in Facet::ALL {
            assert_eq!(Facet::parse(facet.as_str()), Some(facet));
        }
        assert_eq!(Facet::parse("rating"), None);
    }
}
