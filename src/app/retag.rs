//! Tagging stored mentions again when what tags depend on has changed: those that the change can affect, or all of them.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use anyhow::Context;
use indicatif::ProgressBar;
use jiff::Timestamp;
use serde::Serialize;
use xxhash_rust::xxh3::xxh3_64;

use super::App;
use crate::config::Config;
use crate::crawl::Crawler;
use crate::mention::Product;
use crate::noise::Rules;
use crate::phrases::{Difference, Lists, Tagger};
use crate::replies;
use crate::sources::Source;
use crate::store::{Stored, TaggedWith};

/// Mentions tagged in one transaction.
const AT_ONCE: usize = 500;

/// A change of more forms and names than this may concern every mention: looking for them would cost more than it saves.
const MOST_WORDS: usize = 5_000;

/// The name under which the rules built into the program stand among what tags depend on.
const PROGRAM: &str = "program";
/// The name under which it stands what each source is about.
const SOURCES: &str = "sources";

/// The name under which the rules of noise stand there.
const NOISE: &str = "noise";

/// What tagging again did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Retagged {
    /// Mentions that were looked at.
    pub looked_at: usize,
    /// Those that have other tags than before.
    pub changed: usize,
}

impl App {
    /// Tags the mentions again that can come out otherwise than when they were last tagged.
    pub async fn retag(&self, progress: &ProgressBar) -> anyhow::Result<Retagged> {
        let with = tagged_with(&self.config())?;
        let version = version(&with);
        if self.store.tagged_with().await? == version {
            return Ok(Retagged::default());
        }
        let end = self.turn().await?;
        let before = self.store.all_tagged_with().await?;
        let rows = match self.affected_by(&before, &with).await? {
            Some(rows) => rows,
            None => self.store.rows_between(0, end).await?,
        };
        self.retag_rows(&rows, &version, &with, progress).await
    }

    /// Tags all stored mentions again.
    pub async fn retag_all(&self, progress: &ProgressBar) -> anyhow::Result<Retagged> {
        let with = tagged_with(&self.config())?;
        let rows = self.store.rows_between(0, self.turn().await?).await?;
        self.retag_rows(&rows, &version(&with), &with, progress).await
    }

    /// The change up to which mentions may have been judged by what counted before; all later ones are judged by what counts now.
    async fn turn(&self) -> anyhow::Result<i64> {
        // Pages being kept are let through first.
        self.crawler();
        self.store.begin().await?.commit().await?;
        self.store.latest_change().await
    }

    /// The rows of mentions that can come out otherwise now; none if that can be all of them.
    async fn affected_by(&self, before: &TaggedWith, now: &TaggedWith) -> anyhow::Result<Option<Vec<i64>>> {
        if [PROGRAM, NOISE].iter().any(|name| before.get(*name) != now.get(*name)) {
            return Ok(None);
        }
        let (before_lists, now_lists) = (lists(before), lists(now));
        let difference = Difference::between(&before_lists, &now_lists);
        let words: Vec<String> = difference.forms.iter().chain(&difference.names).cloned().collect();
        let mut rows: BTreeSet<i64> = BTreeSet::new();
        if words.len() > MOST_WORDS {
            return Ok(None);
        }
        if !words.is_empty() {
            rows.extend(self.affected(&words).await?);
        }
        if !difference.names.is_empty() {
            rows.extend(self.subjects_read_otherwise(before_lists.products, now_lists.products).await?);
        }
        let changed = changed_sources(before, now)?;
        rows.extend(self.store.rows_of_sources(&changed.iter().map(String::as_str).collect::<Vec<_>>()).await?);
        Ok(Some(rows.into_iter().collect()))
    }

    /// The rows of mentions whose page says that it is about something that is read as another product now.
    async fn subjects_read_otherwise(&self, before: Vec<Product>, now: Vec<Product>) -> anyhow::Result<Vec<i64>> {
        let [before, now] = [before, now].map(|products| Tagger::new(&Lists { products, ..Lists::default() }));
        let mut known: HashMap<String, bool> = HashMap::new();
        let mut rows = Vec::new();
        for (row, about) in self.store.abouts().await? {
            let differs = *known.entry(about).or_insert_with_key(|about| before.product_in(about) != now.product_in(about));
            rows.extend(differs.then_some(row));
        }
        Ok(rows)
    }

    async fn retag_rows(&self, rows: &[i64], version: &str, with: &TaggedWith, progress: &ProgressBar) -> anyhow::Result<Retagged> {
        let (config, crawler) = (self.config(), self.crawler());
        let products = products_of(&config.sources);
        progress.set_length(rows.len() as u64);
        let mut retagged = Retagged { looked_at: rows.len(), changed: 0 };
        for batch in rows.chunks(AT_ONCE) {
            retagged.changed += retag(&crawler, &products, batch, self.clock.now()).await?;
            progress.inc(batch.len() as u64);
        }
        let mut tx = self.store.begin().await?;
        tx.keep_tagged_with(version, with).await?;
        tx.commit().await?;
        progress.finish_and_clear();
        Ok(retagged)
    }
}

/// Judges these mentions again in one transaction; returns how many came out otherwise.
async fn retag(crawler: &Crawler, products: &HashMap<&str, Option<&str>>, rows: &[i64], now: Timestamp) -> anyhow::Result<usize> {
    let mut tx = crawler.store.begin().await?;
    let changed = tx.rejudge(rows, |stored| crawler.rules.judge(product_of(stored, products), &stored.mention)).await?;
    replies::reconsider(&mut tx, &changed, &crawler.rules.desk(), now).await?;
    tx.commit().await?;
    Ok(changed.len())
}

/// All that tags depend on, as it is configured.
fn tagged_with(config: &Config) -> anyhow::Result<TaggedWith> {
    let mut with: TaggedWith = config.files.lists().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
    with.insert(PROGRAM.to_owned(), Lists::default().version());
    with.insert(NOISE.to_owned(), Rules::new(&config.settings.noise, config.promo.clone()).version().to_owned());
    with.insert(
        SOURCES.to_owned(),
        serde_json::to_string(&products_of(&config.sources).into_iter().collect::<std::collections::BTreeMap<_, _>>())?,
    );
    Ok(with)
}

/// A short name for it.
fn version(with: &TaggedWith) -> String {
    format!("{:016x}", xxh3_64(format!("{with:?}").as_bytes()))
}

fn lists(with: &TaggedWith) -> Lists {
    Lists::from_texts(with.iter().filter_map(|(name, text)| Some((name.strip_prefix("phrases/")?.strip_suffix(".toml")?, text.as_str())))).0
}

/// The sources that are about another product than before.
fn changed_sources(before: &TaggedWith, now: &TaggedWith) -> anyhow::Result<Vec<String>> {
    type Products = HashMap<String, Option<String>>;
    let read = |with: &TaggedWith| -> anyhow::Result<Products> {
        with.get(SOURCES).map_or_else(|| Ok(Products::new()), |text| serde_json::from_str(text).context("the sources cannot be read"))
    };
    let (before, now) = (read(before)?, read(now)?);
    Ok(now.into_iter().filter(|(name, product)| before.get(name) != Some(product)).map(|(name, _)| name).collect())
}

/// What the pages of each source are about.
pub(super) fn products_of(sources: &[Arc<Source>]) -> HashMap<&str, Option<&str>> {
    sources.iter().map(|source| (source.name.as_str(), source.product.as_deref())).collect()
}

/// What the page of a stored mention is about. A source that is configured no more keeps the product it had.
pub(super) fn product_of<'a>(stored: &'a Stored, products: &HashMap<&str, Option<&'a str>>) -> Option<&'a str> {
    let configured = stored.sightings.first().and_then(|sighting| products.get(sighting.source.as_str()));
    configured.map_or(stored.subject.as_deref(), |product| *product)
}
