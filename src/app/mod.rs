//! One installation at work: its configuration, store, index, tagger and door to the network, and what people do with them.
//!
//! The command line and the web page are thin; both call these methods. There are no globals, and the clock is passed in.

mod correct;
mod doctor;
mod affected;
mod at_hand;
mod exchange;
mod adding;
mod backup;
mod copies;
mod customers;
mod deadlines;
mod deeds;
mod edits;
mod entrance;
mod erase;
mod digest;
mod follow;
mod history;
mod hooks;
mod import;
mod insight;
mod ledger;
mod list_rule;
mod listing;
mod listen;
mod noise;
mod outbox;
mod news;
mod people;
mod posting;
mod proposals;
mod pulse;
mod quotes;
mod reload;
mod replies;
mod sheet;
mod staff;
mod phrasebook;
mod retag;
mod search;
mod searches;
mod view;

use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use anyhow::{Context, bail};
use indicatif::ProgressBar;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::config::Config;
use crate::crawl::{Come, Crawler, Progress, Reader, Report, Rulebook};
use crate::fetch::Fetcher;
use crate::mention::AddressKey;
use crate::noise::Rules;
use crate::notify::Postman;
use crate::people::Attempts;
use crate::phrases::Tagger;
use crate::sources::Source;
use crate::store::Store;

use at_hand::AtHand;
use follow::Follower;

pub use adding::{Place, Scout, Trial, pasted_address};
pub use backup::{BackedUp, Restored, restore};
pub use correct::{CaseOutcome, CorrectedCase, in_words};
pub use customers::{ImportedCustomers, KnownCustomer};
pub use deeds::{Done, DoneRequest};
pub use digest::{Made, Queueing, Span, Today};
pub use doctor::Finding as Ailment;
pub use entrance::{Entered, Letter};
pub use erase::{Held, Whose};
pub use exchange::TakenBack;
pub use hooks::NoHook;
pub use import::Imported;
pub use insight::{Apart, FigureRequest, Part, Pole, TrendRequest, Voice, emerging_csv, figures_csv};
pub use ledger::{LedgerEntry, Tried, try_sources};
pub use list_rule::ListRule;
pub use listing::{PackAdded, Wished, list_draft};
pub use news::News;
pub use noise::{Block, Noise, block};
pub use people::{Chosen, From, SignedIn};
pub use phrasebook::{
    Added, Excerpt, Finding, Heard, Leaning, Listed, NewPhrase, PLAIN_THEME, Phrasebook, Preview, PreviewRequest, Row, Said,
    SuggestRequest, Suggestion, Suggestions, Which, read_rows, remove_product,
};
pub use posting::{Going, PostRequest};
pub use pulse::{Pulse, Rounds};
pub use quotes::QuoteView;
pub use replies::{QueueRequest, Queued};
pub use retag::Retagged;
pub use search::{Found, Hit, SearchRequest};
pub use searches::{AlertView, NewSearch, SearchEdit, SearchPreview};
pub use sheet::{Form, Sheet};
pub use staff::Staff;
pub use view::{ContextView, MentionView, RevisionView, SightingView, show_published};

/// Rounds whose reports wait to be read before the crawl waits too.
const REPORTS_WAITING: usize = 64;

/// One installation at work.
#[derive(Debug)]
pub struct App {
    /// Replaced whole when the files have changed.
    config: RwLock<Arc<Config>>,
    store: Arc<Store>,
    at_hand: AtHand,
    reader: Reader,
    /// Made when first needed: a search needs none.
    rules: OnceLock<Rulebook>,
    follower: Follower,
    postman: Postman,
    door: people::Door,
    felt: pulse::Felt,
    /// Who asked for links of late.
    links_asked: Mutex<Attempts>,
    service_known: entrance::Known,
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
        let address_key = Arc::new(AddressKey::of(dir)?);
        let postman = Postman::new(Arc::clone(&store), Arc::clone(&fetcher), clock.clone(), dir.join("index").join("outbox"));
        let reader = Reader { fetcher, clock: clock.clone(), dir: dir.to_owned(), address_key, tokens: Arc::default() };
        Ok(Self {
            config: RwLock::new(Arc::new(config)),
            store,
            at_hand: AtHand::default(),
            reader,
            rules: OnceLock::new(),
            follower: Follower::new(dir),
            postman,
            door: people::Door::default(),
            felt: pulse::Felt::default(),
            links_asked: Mutex::default(),
            service_known: entrance::Known::default(),
            clock,
        })
    }

    /// What is configured now.
    pub fn config(&self) -> Arc<Config> {
        Arc::clone(&self.config.read().unwrap_or_else(PoisonError::into_inner))
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
        let config = self.config();
        let all = &config.sources;
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
    pub async fn crawl(&self, sources: Vec<Arc<Source>>, stop: CancellationToken) -> anyhow::Result<Crawl> {
        self.retag(&ProgressBar::hidden()).await?;
        let (sender, reports) = mpsc::channel(REPORTS_WAITING);
        let crawler = self.crawler();
        let progress = Arc::clone(&crawler.progress);
        tokio::spawn(async move { crawler.crawl_all(&sources, &sender, &stop).await });
        Ok(Crawl { reports, progress })
    }

    /// What makes rounds and judges mentions.
    fn crawler(&self) -> Crawler {
        let rules = self.rules.get_or_init(|| {
            let config = self.config();
            let book = Rulebook::new(Tagger::new(&config.lists), Rules::new(&config.settings.noise, config.promo.clone()));
            book.replace_alerts(Arc::clone(&config.settings.notify));
            book.replace_desk(config.desk());
            book
        });
        Crawler { reader: self.reader.clone(), store: Arc::clone(&self.store), rules: rules.clone(), progress: Arc::default() }
    }

    /// Closes the index and the store.
    pub async fn close(&self) {
        self.rest_index().await;
        self.store.close().await;
    }
}

/// A crawl under way.
#[derive(Debug)]
pub struct Crawl {
    reports: mpsc::Receiver<anyhow::Result<Report>>,
    progress: Arc<Progress>,
}

impl Crawl {
    /// The next report; none when all rounds have ended.
    pub async fn next(&mut self) -> Option<anyhow::Result<Report>> {
        self.reports.recv().await
    }

    /// How far the rounds have come.
    pub fn come(&self) -> Come {
        self.progress.come()
    }
}
