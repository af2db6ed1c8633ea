//! What every stage starts from: sizes, lists, a tagger, and a folder to work in.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use goodword::app::App;
use goodword::clock::Clock;
use goodword::crawl::judge;
use goodword::mention::Mention;
use goodword::noise::Rules;
use goodword::phrases::{Lists, Tagger};
use goodword::store::{Judgement, Origin, Store, Stored};
use jiff::Timestamp;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::phrasebook::Phrasebook;
use crate::voices::Voices;

/// Mentions kept, or indexed and committed, at once; the product's follower takes as many.
pub(crate) const AT_ONCE: usize = 5_000;

/// How much is measured, and how often.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub(crate) rounds: usize,
    /// Mentions that are parsed, tagged, stored and heard from feeds.
    pub(crate) mentions: usize,
    /// Mentions that are indexed and searched.
    pub(crate) indexed: usize,
    /// Different queries of each sort.
    pub(crate) queries: usize,
}

impl Size {
    /// Enough to be measured.
    pub(crate) fn full() -> anyhow::Result<Self> {
        let indexed = match std::env::var("GOODWORD_BENCH_MENTIONS") {
            Ok(number) => number.parse().context("GOODWORD_BENCH_MENTIONS must be a number")?,
            Err(_) => 50_000,
        };
        Ok(Self { rounds: 5, mentions: 10_000, indexed, queries: 200 })
    }

    /// Just enough to see that everything runs.
    pub(crate) fn quick() -> Self {
        Self { rounds: 1, mentions: 500, indexed: 500, queries: 5 }
    }
}

/// What every stage starts from.
#[derive(Debug)]
pub(crate) struct Setup {
    pub(crate) size: Size,
    pub(crate) book: Phrasebook,
    pub(crate) lists: Lists,
    pub(crate) tagger: Tagger,
    pub(crate) runtime: Runtime,
    pub(crate) now: Timestamp,
}

impl Setup {
    pub(crate) fn new(size: Size) -> anyhow::Result<Self> {
        let book = Phrasebook::new();
        let lists = book.write(tempfile::tempdir()?.path())?;
        let tagger = Tagger::new(&lists);
        Ok(Self { size, book, lists, tagger, runtime: Runtime::new()?, now: Clock::machine().now() })
    }

    /// The first `count` mentions of the generator.
    pub(crate) fn mentions(&self, count: usize) -> anyhow::Result<Vec<Mention>> {
        Voices::new(&self.book)?.mentions(count)
    }

    /// What the tagger makes of each mention.
    pub(crate) fn judgements(&self, mentions: &[Mention]) -> Vec<Judgement> {
        mentions.iter().map(|mention| judge(&self.tagger, &Rules::default(), None, mention)).collect()
    }

    /// An installation with the generated lists and these sources.
    pub(crate) fn installation(&self, sources: &str) -> anyhow::Result<(TempDir, Arc<App>)> {
        let dir = tempfile::tempdir()?;
        self.book.write(dir.path())?;
        std::fs::write(dir.path().join("sources.toml"), sources)?;
        let app = self.runtime.block_on(App::open(dir.path(), Clock::machine()))?;
        anyhow::ensure!(app.config().problems.is_empty(), "the generated sources have mistakes: {:?}", app.config().problems.first());
        Ok((dir, Arc::new(app)))
    }

    /// Keeps the first `count` mentions of the generator in a store.
    pub(crate) fn fill(&self, store: &Store, count: usize) -> anyhow::Result<()> {
        let mut voices = Voices::new(&self.book)?;
        for from in (0..count).step_by(AT_ONCE) {
            let mentions = voices.mentions(AT_ONCE.min(count - from))?;
            self.runtime.block_on(async {
                let mut tx = store.begin().await?;
                tx.save(self.origin(), mentions, |mention| judge(&self.tagger, &Rules::default(), None, mention)).await?;
                anyhow::Ok(tx.commit().await?)
            })?;
        }
        Ok(())
    }

    /// Hands all that a store holds to `take`, in pieces, as its follower reads it.
    pub(crate) fn follow(&self, store: &Store, mut take: impl FnMut(Vec<Stored>) -> anyhow::Result<()>) -> anyhow::Result<()> {
        let mut reached = 0;
        loop {
            let changes = self.runtime.block_on(store.changes(reached, i64::try_from(AT_ONCE)?))?;
            if changes.mentions.is_empty() {
                return Ok(());
            }
            reached = changes.reached;
            take(changes.mentions)?;
        }
    }

    /// The first `count` mentions of the generator as a store keeps them.
    pub(crate) fn stored(&self, count: usize) -> anyhow::Result<Vec<Stored>> {
        let dir = tempfile::tempdir()?;
        let store = self.runtime.block_on(Store::open(dir.path()))?;
        self.fill(&store, count)?;
        let mut all = Vec::with_capacity(count);
        self.follow(&store, |mut stored| {
            all.append(&mut stored);
            Ok(())
        })?;
        self.runtime.block_on(store.close());
        Ok(all)
    }

    /// Where the generated mentions are taken to come from.
    pub(crate) fn origin(&self) -> Origin<'static> {
        Origin { source: "forum", kind: "feed", namespace: "feed@forum.example", keeps_ids: false, list: None, now: self.now }
    }
}

/// How much a folder holds, in bytes.
pub(crate) fn bytes_in(dir: &Path) -> anyhow::Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        let meta = entry.metadata()?;
        bytes += if meta.is_dir() { bytes_in(&entry.path())? } else { meta.len() };
    }
    Ok(bytes)
}
