//! The truth: mentions, sightings, revisions, tags, and how far each source has listened.
//!
//! SQLite by default, PostgreSQL for several machines; the same SQL serves both. Everything that belongs together is
//! written in one transaction ([`Tx`]); each change takes the next number of the change sequence, which readers follow.
//! Knows nothing of searching or of the network. A change of the schema is a new file in `migrations/`.

mod beside;
mod copies;
mod counts;
mod corrected;
mod copy;
mod coverage;
mod erase;
mod erasure;
mod exported;
mod filtered;
mod history;
mod identity;
mod kept;
mod places;
mod read;
mod revisions;
mod rows;
mod save;
mod tagged;
mod tags;
mod wording;
mod shown;
mod sqlite;
mod stamp;
mod taken_back;
mod standing;
mod unite;
mod writing;
mod writings;

use std::path::{Path, PathBuf};
use std::sync::Once;

use anyhow::Context;
use sqlx::any::AnyPoolOptions;
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, Executor, Row, Transaction};
use tokio::sync::{Mutex, MutexGuard};

pub use counts::Counts;
pub use coverage::{Coverage, PageState, SourceState};
pub use erase::Erased;
pub use erasure::Erasure;
pub use exported::ExportFile;
pub use history::{Blind, Day, Span};
pub use kept::{Event, Kept};
pub use read::{Changes, Sighting, Stored};
pub use revisions::Revision;
pub use save::{Decision, Judgement, Origin, Saved};
pub use stamp::Stamp;
pub use tagged::TaggedWith;
pub use wording::{Tagged, Wording};

pub(crate) use read::select;

use rows::Placeholders;

/// The store.
#[derive(Debug)]
pub struct Store {
    pool: AnyPool,
    /// SQLite takes one writer at a time; waiting here is fair and costs no busy loop.
    writer: Mutex<()>,
    /// The file of SQLite's write-ahead log, where it is known.
    log: Option<PathBuf>,
}

/// A writing transaction. Dropped without [`Tx::commit`], it never happened.
#[derive(Debug)]
pub struct Tx<'a> {
    inner: Transaction<'static, Any>,
    /// The last number of the change sequence given out.
    reached: i64,
    before: i64,
    /// What this transaction adds to the totals.
    counted: Counts,
    united: Vec<(i64, i64)>,
    signs: Placeholders,
    _turn: MutexGuard<'a, ()>,
}

impl Store {
    /// Opens the store `index/store.db` under `dir`, making it if need be.
    pub async fn open(dir: &Path) -> anyhow::Result<Self> {
        let index = dir.join("index");
        std::fs::create_dir_all(&index).with_context(|| format!("cannot make the folder `{}`", index.display()))?;
        let path = index.join("store.db");
        let mut url = url::Url::parse("sqlite:///").expect("a fixed address is valid");
        url.set_path(&std::path::absolute(&path)?.to_string_lossy());
        url.set_query(Some("mode=rwc"));
        let store = Self::connect(url.as_str()).await.with_context(|| format!("cannot open the store `{}`", path.display()))?;
        Ok(Self { log: Some(index.join("store.db-wal")), ..store })
    }

    /// Opens the store at a database address (`sqlite:…` or `postgres://…`) and brings its schema up to date.
    pub async fn connect(url: &str) -> anyhow::Result<Self> {
        static DRIVERS: Once = Once::new();
        DRIVERS.call_once(sqlx::any::install_default_drivers);
        let sqlite = url.starts_with("sqlite");
        let pool = AnyPoolOptions::new()
            .max_connections(4)
            // A file does not hang up.
            .test_before_acquire(!sqlite)
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    if sqlite {
                        connection.execute(sqlite::PRAGMAS).await?;
                    }
                    Ok(())
                })
            })
            .connect(url)
            .await?;
        sqlx::migrate!("./migrations").run(&pool).await.context("its schema cannot be brought up to date")?;
        if sqlite {
            sqlite::keep_by_key(&pool).await.context("its tables cannot be rewritten")?;
        }
        Ok(Self { pool, writer: Mutex::new(()), log: None })
    }

    /// Begins a writing transaction; others wait until it is committed or dropped.
    pub async fn begin(&self) -> sqlx::Result<Tx<'_>> {
        let turn = self.writer.lock().await;
        let mut inner = self.pool.begin().await?;
        // Writing first takes the write lock at once, in either database.
        let reached = sqlx::query("UPDATE change_sequence SET reached = reached WHERE one = 1 RETURNING reached")
            .fetch_one(&mut *inner)
            .await?
            .try_get(0)?;
        let signs = Placeholders::of(&inner);
        Ok(Tx { inner, reached, before: reached, counted: Counts::default(), united: Vec::new(), signs, _turn: turn })
    }

    /// A connection for modules that read tables of their own.
    pub async fn connection(&self) -> sqlx::Result<PoolConnection<Any>> {
        self.pool.acquire().await
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

impl Tx<'_> {
    /// The next number of the change sequence.
    fn next_change(&mut self) -> i64 {
        self.reached += 1;
        self.reached
    }

    /// The rows that were found to be one in this transaction, as (gone, kept): whoever keeps tables of their own by row moves
    /// theirs before the commit.
    pub fn united(&self) -> &[(i64, i64)] {
        &self.united
    }

    /// Counts a mention that now counts as `now` and counted as `before`.
    fn count(&mut self, now: Counts, before: Counts) {
        self.counted += now;
        self.counted -= before;
    }

    /// Gives these mentions a new number in the change sequence, so that those who follow the store look at them again: what
    /// they show of a mention has changed in a table of another module.
    pub async fn touch(&mut self, rows: &[i64]) -> anyhow::Result<()> {
        for row in rows {
            let changed = self.next_change();
            sqlx::query("UPDATE mention SET changed = $1 WHERE row_id = $2").bind(changed).bind(*row).execute(&mut *self.inner).await?;
        }
        Ok(())
    }

    /// The rows of the mentions that have got a new number so far.
    pub async fn touched(&mut self) -> anyhow::Result<Vec<i64>> {
        let rows = sqlx::query("SELECT row_id FROM mention WHERE changed > $1 ORDER BY row_id").bind(self.before);
        rows.fetch_all(&mut *self.inner).await?.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }

    /// The connection it writes through, for modules that write tables of their own.
    pub fn connection(&mut self) -> &mut AnyConnection {
        &mut self.inner
    }

    /// Makes all of it lasting.
    pub async fn commit(mut self) -> sqlx::Result<()> {
        if self.reached != self.before {
            let sql = "UPDATE change_sequence SET reached = $1, mentions = mentions + $2, sightings = sightings + $3, tags = tags + $4, \
                filtered = filtered + $5 WHERE one = 1";
            let Counts { mentions, sightings, tags, filtered } = self.counted;
            let query = sqlx::query(sql).bind(self.reached).bind(mentions).bind(sightings).bind(tags).bind(filtered);
            query.execute(&mut *self.inner).await?;
        }
        self.inner.commit().await
    }
}
