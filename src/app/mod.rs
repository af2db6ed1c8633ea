//! One installation at work: its configuration, store, index, tagger and door to the network, and what people do with them.
//!
//! The command line and the web page are thin; both call these methods. There are no globals, and the clock is passed in.

mod follow;
mod import;
mod ledger;
mod listen;
mod noise;
mod retag;
mod search;
mod view;

use std::path::Path;
use std::sync::{Arc, OnceLock};

use anyhow::{Context, bail};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::config::Config;
use crate::crawl::{Crawler, Reader, Report};
use crate::fetch::Fetcher;
use crate::noise::Rules;
use crate::phrases::Tagger;
use crate::sources::Source;
use crate::store::Store;

use follow::Follower;

pub use import::Imported;
pub use ledger::{LedgerEntry, Tried, try_sources};
pub use noise::{Block, Noise, block};
pub use search::{Found, Hit, SearchRequest};
pub use view::{MentionView, RevisionView, SightingView, show_published};

/// Rounds whose reports wait to be read before the crawl waits too.
const REPORTS_WAITING: usize = 64;

/// One installation at work.
#[derive(Debug)]
pub struct App {
    config: Config,
    store: Arc<Store>,
    reader: Reader,
    /// Made when first needed: a search needs none.
    tagger: OnceLock<Arc<Tagger>>,
    noise: Arc<Rules>,
    follower: Follower,
    clock: Clock,
}

impl App {
    /// Opens the installation in `dir`. Mistakes in its files are in [`Config::problems`]; what they concern is left out.
    pub async fn open(dir: &Path, clock: Clock) -> anyhow::Result<Self> {
        let dir = &std::path::absolute(dir).with_context(|| format!("`{}` is not a folder", dir.display()))?;
        let config = Config::read(dir);
        if !dir.join("sources.toml").exists() && !dir.join("phrases").exists() {
            bail!("`{}` holds no sources.toml and no phrases/; run `goodword init` there, or name the folder with --dir", dir.display());
        }
        let store = Arc::new(match &config.settings.store.url {
            Some(url) => Store::connect(url).await.context("cannot open the store named by `url` under [store] in settings.toml")?,
            None => Store::open(dir).await?,
        });
        let fetcher = Arc::new(Fetcher::new(config.settings.fetch.clone(), clock.clone())?);
        let reader = Reader { fetcher, clock: clock.clone(), dir: dir.to_owned() };
        let noise = Arc::new(Rules::new(&config.settings.noise, config.promo.clone()));
        Ok(Self { config, store, reader, tagger: OnceLock::new(), noise, follower: Follower::new(dir), clock })
    }

    /// What is configured.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Where mentions are kept.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The folder it lives in.
    pub fn dir(&self) -> &Path {
        &self.reader.dir
    }

    /// The time.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The sources of these names, or all enabled ones if none is named.
    pub fn sources_named(&self, names: &[String]) -> anyhow::Result<Vec<Arc<Source>>> {
        let all = &self.config.sources;
        if names.is_empty() {
            let enabled: Vec<_> = all.iter().filter(|source| source.enabled).cloned().collect();
            if enabled.is_empty() {
                bail!("no source is enabled in sources.toml; add one, or see `goodword check`");
            }
            return Ok(enabled);
        }
        let known: Vec<&str> = all.iter().map(|source| source.name.as_str()).collect();
        let find = |name: &String| {
            let found = all.iter().find(|source| source.name == *name).cloned();
            found.with_context(|| format!("there is no source `{name}`; {}", crate::tomlfile::name_the_valid(name, &known)))
        };
        names.iter().map(find).collect()
    }

    /// Starts one round of each of `sources`; the reports come as the rounds end.
    pub fn crawl(&self, sources: Vec<Arc<Source>>, stop: CancellationToken) -> Crawl {
        let (sender, reports) = mpsc::channel(REPORTS_WAITING);
        let crawler = self.crawler();
        let before = self.refresh_tags();
        tokio::spawn(async move {
            if let Err(error) = before.await {
                // Whoever reads the reports is told; if nobody does any more there is nobody to tell.
                drop(sender.send(Err(error)).await);
                return;
            }
            crawler.crawl_all(&sources, &sender, &stop).await;
        });
        Crawl(reports)
    }

    /// What makes rounds and judges mentions, with the lists as they were when the installation was opened.
    fn crawler(&self) -> Crawler {
        let tagger = self.tagger.get_or_init(|| Arc::new(Tagger::new(&self.config.lists)));
        Crawler { reader: self.reader.clone(), store: Arc::clone(&self.store), tagger: Arc::clone(tagger), noise: Arc::clone(&self.noise) }
    }

    /// Closes the index and the store.
    pub async fn close(&self) {
        self.rest_index().await;
        self.store.close().await;
    }
}

/// A crawl under way.
#[derive(Debug)]
pub struct Crawl(mpsc::Receiver<anyhow::Result<Report>>);

impl Crawl {
    /// The next report; none when all rounds have ended.
    pub async fn next(&mut self) -> Option<anyhow::Result<Report>> {
        self.0.recv().await
    }
}
