//! The search index following the store by its change sequence, and being built anew when it is missing or damaged.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex as StdMutex;
use std::sync::PoisonError;

use indicatif::ProgressBar;
use tokio::sync::Mutex;

use super::App;
use crate::customers::{self, Customer};
use crate::noise::Flag;
use crate::replies::{Reply, Status};
use crate::search::{Entry, Error, Index, Mark, Reader, State};
use crate::store::{Changes, Store, Stored};

/// Mentions indexed in one commit.
const AT_ONCE: i64 = 5_000;

/// The index of an installation: a reader at hand, and the writer while there is something to write.
#[derive(Debug)]
pub(super) struct Follower {
    dir: PathBuf,
    writer: Mutex<Option<Index>>,
    reader: StdMutex<Option<Reader>>,
}

impl Follower {
    /// The index of the installation in `dir`; nothing is opened yet.
    pub(super) fn new(dir: &Path) -> Self {
        Self { dir: dir.join("index").join("search"), writer: Mutex::new(None), reader: StdMutex::new(None) }
    }

    /// What reads the index.
    pub(super) fn reader(&self) -> Result<Reader, Error> {
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(reader) = reader.as_ref() {
            reader.refresh()?;
            return Ok(reader.clone());
        }
        let opened = Index::open_reader(&self.dir)?;
        *reader = Some(opened.clone());
        Ok(opened)
    }

    fn set_reader(&self, opened: Reader) {
        *self.reader.lock().unwrap_or_else(PoisonError::into_inner) = Some(opened);
    }

    /// Brings the index up to the store. Where another goodword is doing that already, it is left to it.
    async fn catch_up(&self, store: &Store, progress: &ProgressBar) -> anyhow::Result<()> {
        let latest = store.latest_change().await?;
        if self.reader().and_then(|reader| reader.reached()).is_ok_and(|reached| reached == latest) {
            return Ok(());
        }
        let mut writer = self.writer.lock().await;
        let caught_up = self.follow(&mut writer, store, progress).await;
        match caught_up.as_ref().err().and_then(|error| error.downcast_ref::<Error>()) {
            Some(Error::Busy) => {
                tracing::debug!("another goodword keeps the index up to date");
                Ok(())
            }
            Some(Error::Damaged(reason)) => {
                tracing::warn!(reason, "the search index is damaged and is built anew");
                self.opened(&mut writer)?.remake()?;
                self.follow(&mut writer, store, progress).await
            }
            _ => caught_up,
        }
    }

    async fn follow(&self, writer: &mut Option<Index>, store: &Store, progress: &ProgressBar) -> anyhow::Result<()> {
        let index = self.opened(writer)?;
        let mut reached = index.reached()?;
        if reached > store.latest_change().await? {
            tracing::warn!("the search index is ahead of the store, as after a store was put back from a copy; it is built anew");
            index.remake()?;
            reached = 0;
        }
        progress.set_length(u64::try_from(store.changed_since(reached).await?)?);
        loop {
            let changes = store.changes(reached, AT_ONCE).await?;
            if changes.reached == reached {
                break;
            }
            let rows: Vec<i64> = changes.mentions.iter().map(|stored| stored.row).collect();
            let mut connection = store.connection().await?;
            let customers = customers::of(&mut connection, &rows).await?;
            let statuses = Reply::statuses(&mut connection, &rows).await?;
            drop(connection);
            apply(index, &changes, &customers, &statuses)?;
            progress.inc(changes.mentions.len() as u64);
            reached = changes.reached;
        }
        progress.finish_and_clear();
        Ok(())
    }

    fn opened<'w>(&self, writer: &'w mut Option<Index>) -> Result<&'w mut Index, Error> {
        if let Some(index) = writer {
            return Ok(index);
        }
        std::fs::create_dir_all(&self.dir)?;
        let opened = Index::open(&self.dir)?;
        if let State::Anew { reason } = opened.state {
            tracing::info!(reason, "the search index is built from the store");
        }
        self.set_reader(opened.index.reader());
        Ok(writer.insert(opened.index))
    }
}

impl App {
    /// Brings the search index up to the store.
    pub async fn catch_up(&self, progress: &ProgressBar) -> anyhow::Result<()> {
        self.follower.catch_up(&self.store, progress).await
    }

    /// Gives back the memory, threads and lock that writing the index needs, until there is something to write again.
    pub(super) async fn rest_index(&self) {
        if let Some(index) = self.follower.writer.lock().await.as_mut()
            && let Err(error) = index.rest()
        {
            tracing::warn!("the search index could not be closed for writing: {error}");
        }
    }

    /// Takes the words of mentions that are gone out of the index's files.
    pub(super) async fn purge_index(&self) -> anyhow::Result<()> {
        let mut writer = self.follower.writer.lock().await;
        Ok(self.follower.opened(&mut writer)?.purge()?)
    }

    /// Builds the search index anew from the store.
    pub async fn reindex(&self, progress: &ProgressBar) -> anyhow::Result<()> {
        let mut writer = self.follower.writer.lock().await;
        self.follower.opened(&mut writer)?.remake()?;
        self.follower.follow(&mut writer, &self.store, progress).await
    }
}

fn apply(index: &mut Index, changes: &Changes, customers: &HashMap<i64, Customer>, statuses: &HashMap<i64, Status>) -> Result<(), Error> {
    let Changes { mentions, aliases, gone, reached } = changes;
    let others = |stored: &Stored| aliases.get(&stored.row).map_or(&[][..], Vec::as_slice);
    let known = |stored| Known::of(stored, others(stored), statuses.get(&stored.row).copied());
    let known: Vec<Known<'_>> = mentions.iter().map(known).collect();
    let entries = mentions.iter().zip(&known).map(|(stored, known)| entry(stored, known, customers.get(&stored.row)));
    index.apply(entries, gone, *reached)
}

/// What the index is told of a mention that the store keeps in another shape.
struct Known<'a> {
    ids: Vec<&'a str>,
    sources: Vec<&'a str>,
    kinds: Vec<&'a str>,
    marks: Vec<Mark>,
    status: Option<Status>,
}

impl<'a> Known<'a> {
    /// `aliases` are the ids that it has beside its own.
    fn of(stored: &'a Stored, aliases: &'a [String], status: Option<Status>) -> Self {
        let (sources, kinds) = stored.sightings.iter().map(|sighting| (sighting.source.as_str(), sighting.kind.as_str())).unzip();
        let flag = |flag| stored.flags.contains(&flag);
        let marks = [
            (Mark::Ugly, stored.tagging.ugly),
            (Mark::Filtered, stored.filtered.is_some()),
            (Mark::Gone, stored.gone().is_some()),
            (Mark::Edited, stored.revision > 1),
            (Mark::Staff, flag(Flag::Staff)),
            (Mark::FirstParty, flag(Flag::FirstParty)),
        ];
        let marks = marks.into_iter().filter(|(_, holds)| *holds).map(|(mark, _)| mark).collect();
        let ids = std::iter::once(&stored.id).chain(aliases).map(String::as_str).collect();
        Self { ids, sources, kinds, marks, status }
    }
}

fn entry<'a>(stored: &'a Stored, known: &'a Known<'a>, customer: Option<&'a Customer>) -> Entry<'a> {
    let mention = &stored.mention;
    Entry {
        row: stored.row,
        seq: stored.changed,
        ids: &known.ids,
        title: mention.title.as_deref(),
        text: &mention.text,
        author: mention.author.as_ref().map(|author| author.name.as_str()),
        sources: &known.sources,
        kinds: &known.kinds,
        site: mention.url.as_ref().and_then(|url| url.host_str()),
        lang: stored.tagging.lang.as_str(),
        stars: mention.rating.map(|rating| rating.stars()),
        rating: mention.rating.map(|rating| rating.value()),
        published: mention.published.map_or(stored.first_seen, |published| published.at),
        verdict: stored.tagging.verdict,
        products: &stored.tagging.products,
        tags: &stored.tagging.tags,
        marks: &known.marks,
        customer: customer.map(Customer::called),
        segment: customer.and_then(|customer| customer.segment.as_deref()),
        region: customer.and_then(|customer| customer.region.as_deref()).or(mention.context.region.as_deref()),
        status: known.status.map(Status::as_str),
    }
}
