//! Tagging stored mentions again when the lists have changed.

use std::collections::HashMap;
use std::sync::Arc;

use indicatif::ProgressBar;
use xxhash_rust::xxh3::xxh3_64;

use super::App;
use crate::crawl::{Crawler, judge};
use crate::sources::Source;

/// Mentions tagged in one transaction.
const AT_ONCE: i64 = 500;

impl App {
    /// Tags all stored mentions with the lists as they are now; returns how many have other tags than before.
    pub async fn retag(&self, progress: &ProgressBar) -> anyhow::Result<usize> {
        retag(&self.crawler(), &self.config.sources, &self.tagging_version(), progress).await
    }

    /// A short name for all that tags depend on: the lists, the products, what each source is about, and the rules of noise.
    fn tagging_version(&self) -> String {
        let about: Vec<String> = self.config.sources.iter().map(|source| format!("{} {:?}", source.name, source.product)).collect();
        format!("{}-{:016x}-{}", self.config.lists.version(), xxh3_64(about.join("\n").as_bytes()), self.noise.version())
    }

    /// Tags stored mentions again if the lists are not those they were tagged with.
    pub(super) fn refresh_tags(&self) -> impl Future<Output = anyhow::Result<()>> + Send + use<> {
        let (crawler, sources, version) = (self.crawler(), self.config.sources.clone(), self.tagging_version());
        async move {
            if crawler.store.tagged_with().await? != version {
                retag(&crawler, &sources, &version, &ProgressBar::hidden()).await?;
            }
            Ok(())
        }
    }
}

async fn retag(crawler: &Crawler, sources: &[Arc<Source>], version: &str, progress: &ProgressBar) -> anyhow::Result<usize> {
    let products: HashMap<&str, Option<&str>> = sources.iter().map(|source| (source.name.as_str(), source.product.as_deref())).collect();
    let end = crawler.store.latest_change().await?;
    progress.set_length(u64::try_from(crawler.store.counts().await?.mentions)?);
    let (mut after, mut changed) = (0, 0);
    while after < end {
        let batch = crawler.store.changes(after, AT_ONCE).await?;
        let mut tx = crawler.store.begin().await?;
        for stored in batch.mentions.iter().filter(|stored| stored.changed <= end) {
            // A source that is configured no more keeps the product it had.
            let configured = stored.sightings.first().and_then(|sighting| products.get(sighting.source.as_str()));
            let product = configured.map_or(stored.subject.as_deref(), |product| *product);
            let judgement = judge(&crawler.tagger, &crawler.noise, product, &stored.mention);
            changed += usize::from(tx.rejudge(stored, judgement).await?);
            progress.inc(1);
        }
        tx.commit().await?;
        after = batch.reached;
    }
    let mut tx = crawler.store.begin().await?;
    tx.keep_tagged_with(version).await?;
    tx.commit().await?;
    progress.finish_and_clear();
    Ok(changed)
}
