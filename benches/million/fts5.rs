//! `SQLite`'s own full-text search: English texts in its usual tokeniser with stems, Chinese ones in trigrams, without which it
//! takes a Chinese sentence for one word.

use goodword::store::Stored;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions};
use sqlx::{AssertSqlSafe, Row};
use tempfile::TempDir;

use crate::filled::Filled;
use crate::setup::Setup;

/// A database with the mentions' texts.
#[derive(Debug)]
pub(crate) struct Fts5 {
    _dir: TempDir,
    pool: SqlitePool,
}

impl Fts5 {
    pub(crate) async fn fill(setup: &Setup, filled: &Filled) -> anyhow::Result<Self> {
        let dir = tempfile::tempdir()?;
        let options = SqliteConnectOptions::new()
            .filename(dir.path().join("fts5.db"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .pragma("cache_size", "-64000");
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
        sqlx::raw_sql(
            "CREATE VIRTUAL TABLE en USING fts5(title, text, tokenize = 'porter unicode61');
             CREATE VIRTUAL TABLE zh USING fts5(title, text, tokenize = 'trigram');",
        )
        .execute(&pool)
        .await?;
        let mut reached = 0;
        loop {
            let changes = filled.app.store().changes(reached, 5_000).await?;
            if changes.mentions.is_empty() {
                break;
            }
            reached = changes.reached;
            let mut tx = pool.begin().await?;
            for stored in &changes.mentions {
                let sql = format!("INSERT INTO {} (rowid, title, text) VALUES (?, ?, ?)", table(stored));
                let (title, text) = (stored.mention.title.as_deref(), stored.mention.text.as_str());
                sqlx::query(AssertSqlSafe(sql)).bind(stored.row).bind(title).bind(text).execute(&mut *tx).await?;
            }
            tx.commit().await?;
        }
        debug_assert!(setup.size.indexed > 0, "there is something to ask for");
        Ok(Self { _dir: dir, pool })
    }

    /// The twenty best and the count, each with the query that it does best.
    pub(crate) async fn ask(&self, question: &str) -> anyhow::Result<usize> {
        let is_chinese = !question.is_ascii();
        let table = if is_chinese { "zh" } else { "en" };
        let matching = if is_chinese { format!("\"{question}\"") } else { question.to_owned() };
        let best = format!("SELECT rowid FROM {table} WHERE {table} MATCH ? ORDER BY rank LIMIT 20");
        sqlx::query(AssertSqlSafe(best)).bind(&matching).fetch_all(&self.pool).await?;
        let count = format!("SELECT COUNT(*) FROM {table} WHERE {table} MATCH ?");
        let count: i64 = sqlx::query(AssertSqlSafe(count)).bind(&matching).fetch_one(&self.pool).await?.try_get(0)?;
        Ok(usize::try_from(count)?)
    }

    pub(crate) async fn close(self) -> anyhow::Result<()> {
        self.pool.close().await;
        Ok(())
    }
}

fn table(stored: &Stored) -> &'static str {
    if stored.tagging.lang.as_str() == "zh" { "zh" } else { "en" }
}
