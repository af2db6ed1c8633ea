//! Finding mentions: the index says which, the store says what they are.

use std::collections::HashMap;
use std::sync::Arc;

use indicatif::ProgressBar;
use tokio::runtime::{Handle, RuntimeFlavor};

use crate::customers::{self, Customer};
use crate::search::{self, Cursor, Error, Facet, FacetCounts, Hits, Options, Query, Sort};
use crate::store::Stored;
use crate::tomlfile::name_the_valid;

use super::App;

/// What is searched for.
#[derive(Clone, Debug)]
pub struct SearchRequest {
    /// What was typed; all mentions if it is blank.
    pub query: String,
    /// The most mentions to give.
    pub limit: usize,
    /// How many to pass over first.
    pub offset: usize,
    /// Which come first.
    pub sort: Sort,
    /// Where the page before ended ([`Hit::cursor`]); it brings its own order.
    pub after: Option<String>,
    /// Fields to count all that match by.
    pub facets: Vec<String>,
}

impl Default for SearchRequest {
    fn default() -> Self {
        Self { query: String::new(), limit: 20, offset: 0, sort: Sort::Newest, after: None, facets: Vec::new() }
    }
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// How many mentions match in all, each once.
    pub total: usize,
    /// The places where those were seen.
    pub sightings: u64,
    /// Those asked for.
    pub hits: Vec<Hit>,
    /// Where the next page goes on; none behind the last.
    pub next: Option<String>,
    /// Counts of all that match.
    pub facets: Vec<FacetCounts>,
    /// What was not understood, for the person who typed it.
    pub notes: Vec<String>,
}

/// A mention found.
#[derive(Clone, Debug)]
pub struct Hit {
    /// The mention.
    pub stored: Arc<Stored>,
    /// The customer who wrote it.
    pub customer: Option<Customer>,
    /// Where the query's words stand in its text, in characters.
    pub highlights: Vec<(usize, usize)>,
    /// Where they stand in its title.
    pub title_highlights: Vec<(usize, usize)>,
    /// Where a page that ends here goes on.
    pub cursor: String,
}

impl App {
    /// Searches what the index holds.
    pub async fn search(&self, request: &SearchRequest) -> anyhow::Result<Found> {
        let query = Query::parse(&request.query, self.clock.now());
        let (facets, unknown): (Vec<_>, Vec<_>) = request.facets.iter().map(|name| facet(name)).partition(Result::is_ok);
        let options = Options {
            limit: request.limit,
            offset: request.offset,
            sort: request.sort,
            after: request.after.as_deref().map(|after| after.parse::<Cursor>().map_err(anyhow::Error::msg)).transpose()?,
            facets: facets.into_iter().filter_map(Result::ok).collect(),
            ..Options::default()
        };
        let found = match self.find(&query, &options).await {
            Err(error) if error.downcast_ref::<Error>().is_some_and(Error::needs_remake) => {
                tracing::warn!("{error:#}; it is built anew");
                self.reindex(&ProgressBar::hidden()).await?;
                self.find(&query, &options).await?
            }
            found => found?,
        };
        let mut notes = found.notes;
        notes.extend(unknown.into_iter().filter_map(Result::err));
        let last = found.hits.last().map(|last| last.cursor.to_string());
        Ok(Found {
            total: found.total,
            sightings: found.sightings,
            next: last.filter(|_| found.more),
            hits: self.read(&query, &found.hits).await?,
            facets: found.facets,
            notes,
        })
    }

    /// The mentions of these hits; those that have vanished since they were indexed are left out.
    async fn read(&self, query: &Query, hits: &[search::Hit]) -> anyhow::Result<Vec<Hit>> {
        let rows: Vec<i64> = hits.iter().map(|hit| hit.row).collect();
        let known = self.at_hand.get(&self.store, &rows).await?;
        // Where the index knows no customer, nobody need be asked.
        let mut customers = match self.follower.reader()?.has_customers() {
            true => customers::of(&mut *self.store.connection().await?, &rows).await?,
            false => HashMap::new(),
        };
        let marker = query.marker();
        let mut hit = |hit: &search::Hit| {
            let known = known.get(&hit.row)?;
            let (highlights, title_highlights) = if marker.marks_nothing() {
                (Vec::new(), Vec::new())
            } else {
                (marker.text(known.text()), known.title().map(|title| marker.title(title)).unwrap_or_default())
            };
            let customer = customers.remove(&hit.row);
            Some(Hit { stored: Arc::clone(&known.stored), customer, highlights, title_highlights, cursor: hit.cursor.to_string() })
        };
        Ok(hits.iter().filter_map(&mut hit).collect())
    }
}

impl App {
    async fn find(&self, query: &Query, options: &Options) -> anyhow::Result<Hits> {
        let reader = self.follower.reader()?;
        if Handle::current().runtime_flavor() == RuntimeFlavor::MultiThread {
            // Most answers are there sooner than another thread would be awake.
            return Ok(tokio::task::block_in_place(|| reader.search(query, options))?);
        }
        let (query, options) = (query.clone(), options.clone());
        Ok(tokio::task::spawn_blocking(move || reader.search(&query, &options)).await??)
    }
}

fn facet(name: &str) -> Result<Facet, String> {
    let valid: Vec<&str> = Facet::ALL.iter().map(|facet| facet.as_str()).collect();
    Facet::parse(name).ok_or_else(|| format!("there is no facet `{name}`; {}", name_the_valid(name, &valid)))
}
