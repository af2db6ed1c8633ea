//! The figures: what is asked for is read, counted in the index, and handed to the rules.
//!
//! One method a figure, for the command line and the web page alike, so that the same question has the same answer.

mod csv;
mod effect;
mod emerging;
mod spikes;
mod trend;
mod voice;
mod words;

use anyhow::{Context, bail};
use indicatif::ProgressBar;
use jiff::Timestamp;

use super::{App, Hit, SearchRequest};
use crate::insight::{Each, Example, Period, Scope, blind, day_of};
use crate::mention::Lang;
use crate::search::{Error, FacetCount, Query, Sort, Tally};
use crate::tomlfile::name_the_valid;

pub use csv::{emerging_csv, figures_csv};
pub use trend::TrendRequest;
pub use voice::Voice;
pub use words::{Apart, Part, Pole};

/// What a figure is asked of.
#[derive(Clone, Debug)]
pub struct FigureRequest {
    /// Which mentions.
    pub scope: Scope,
    /// From when on: `30d`, `8w`, a day, a month.
    pub since: String,
    /// Until when; today if none.
    pub until: Option<String>,
}

/// A request with everything in it known to be valid.
struct Asked {
    scope: Scope,
    period: Period,
    /// What was not understood.
    notes: Vec<String>,
}

impl App {
    async fn asked(&self, request: &FigureRequest) -> anyhow::Result<Asked> {
        let scope = self.checked(&request.scope)?;
        let period = Period::read(&request.since, request.until.as_deref(), day_of(self.clock.now())).map_err(anyhow::Error::msg)?;
        let notes = self.found(&scope.query(), 0, &[]).await?.notes;
        Ok(Asked { scope, period, notes })
    }

    /// The scope with its names as they are written in the lists.
    fn checked(&self, scope: &Scope) -> anyhow::Result<Scope> {
        if let Some(problem) = scope.problem() {
            bail!("{problem}");
        }
        let product = scope.product.as_deref().map(|name| self.product_named(name)).transpose()?;
        let read = |lang: &str| Lang::parse(lang).with_context(|| format!("`{lang}` is not a language; write for example `en` or `zh`"));
        let lang = scope.lang.as_deref().map(read).transpose()?.map(|lang| lang.as_str().to_owned());
        Ok(Scope { product, lang, ..scope.clone() })
    }

    /// The product of this name, or with this among its names, as it is shown.
    pub(super) fn product_named(&self, name: &str) -> anyhow::Result<String> {
        let config = self.config();
        let products = &config.lists.products;
        let is_so = |given: &str| given.to_lowercase() == name.trim().to_lowercase();
        let found = products.iter().find(|product| product.all_names().any(is_so));
        let valid: Vec<&str> = products.iter().map(|product| product.name.as_str()).collect();
        found
            .map(|product| product.name.clone())
            .with_context(|| format!("there is no product `{name}` in phrases/products.toml; {}", name_the_valid(name, &valid)))
    }

    /// Counts what each of `queries` finds between neighbouring `edges`.
    pub(super) async fn counted(&self, queries: &[String], edges: Vec<Timestamp>) -> anyhow::Result<Vec<Vec<Tally>>> {
        match self.count(queries, edges.clone()).await {
            Err(error) if error.downcast_ref::<Error>().is_some_and(Error::needs_remake) => {
                tracing::warn!("{error:#}; it is built anew");
                self.reindex(&ProgressBar::hidden()).await?;
                self.count(queries, edges).await
            }
            counted => counted,
        }
    }

    async fn count(&self, queries: &[String], edges: Vec<Timestamp>) -> anyhow::Result<Vec<Vec<Tally>>> {
        let reader = self.follower.reader()?;
        let now = self.clock.now();
        let places: Vec<Option<usize>> =
            queries.iter().enumerate().map(|(place, query)| queries.get(..place)?.iter().position(|earlier| earlier == query)).collect();
        let queries: Vec<Query> = queries.iter().map(|query| Query::parse(query, now)).collect();
        let weights = self.weights()?;
        let count = move || {
            let mut counted: Vec<Vec<Tally>> = Vec::with_capacity(queries.len());
            for (query, same) in queries.iter().zip(places) {
                // What is asked for twice is counted once.
                let tallies = match same.and_then(|place| counted.get(place).cloned()) {
                    Some(tallies) => tallies,
                    None => reader.tally(query, &edges, weights.as_ref())?,
                };
                counted.push(tallies);
            }
            Ok::<_, Error>(counted)
        };
        Ok(tokio::task::spawn_blocking(count).await??)
    }

    async fn found(&self, query: &str, limit: usize, facets: &[Each]) -> anyhow::Result<super::Found> {
        let facets = facets.iter().map(|facet| facet.as_str().to_owned()).collect();
        self.search(&SearchRequest { query: query.to_owned(), limit, sort: Sort::Newest, facets, ..SearchRequest::default() }).await
    }

    /// The values that the mentions of `query` have, with at least `least` mentions each, most frequent first.
    async fn values(&self, query: &str, each: Each, least: u64) -> anyhow::Result<Vec<String>> {
        let found = self.found(query, 0, &[each]).await?;
        let mut values: Vec<String> = Vec::new();
        for FacetCount { value, mentions, .. } in found.facets.into_iter().flat_map(|facet| facet.counts) {
            let is_new = !values.iter().any(|known| known.to_lowercase() == value.to_lowercase());
            if mentions >= least && is_new {
                values.push(value);
            }
        }
        Ok(values)
    }

    async fn examples(&self, query: &str, most: usize) -> anyhow::Result<Vec<Example>> {
        Ok(self.found(query, most, &[]).await?.hits.iter().map(example).collect())
    }

    /// What was not heard in each of `parts`.
    async fn blind_shares(&self, parts: &[Period]) -> anyhow::Result<Vec<f64>> {
        let now = self.clock.now();
        let from = parts.iter().map(|part| part.limits().0).min().unwrap_or(now);
        let spans = self.blind(from, now).await?;
        let config = self.config();
        let sources: Vec<&str> = config.sources.iter().filter(|source| source.enabled).map(|source| source.name.as_str()).collect();
        Ok(parts.iter().map(|part| blind::share(&spans, &sources, *part, now)).collect())
    }
}

/// A mention found, as an example.
pub(super) fn example(hit: &Hit) -> Example {
    let at = hit.highlights.first().map(|(start, _)| *start);
    let tagged = || hit.stored.tagging.tags.iter().find(|tag| tag.field == crate::mention::Field::Text).map(|tag| tag.start);
    Example::of(&hit.stored.id, &hit.stored.mention.text, at.or_else(tagged).unwrap_or_default())
}
