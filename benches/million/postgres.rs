//! PostgreSQL's full-text search with English stems and a GIN index. It has no way to cut Chinese, so it is not asked for any.

use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, Executor, Row};

use crate::filled::Filled;
use crate::setup::Setup;

/// A database with the mentions' English texts.
#[derive(Debug)]
pub(crate) struct Postgres {
    pool: PgPool,
    server: String,
    name: String,
}

impl Postgres {
    pub(crate) async fn fill(setup: &Setup, filled: &Filled, server: &str) -> anyhow::Result<Self> {
        let name = format!("goodword_million_{}", std::process::id());
        let admin = PgPool::connect(&format!("{server}/postgres")).await?;
        admin.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await?;
        admin.close().await;
        let pool = PgPoolOptions::new().max_connections(1).connect(&format!("{server}/{name}")).await?;
        pool.execute("CREATE TABLE mention (row_id BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)").await?;
        let mut reached = 0;
        loop {
            let changes = filled.app.store().changes(reached, 5_000).await?;
            if changes.mentions.is_empty() {
                break;
            }
            reached = changes.reached;
            let english: Vec<_> = changes.mentions.iter().filter(|stored| stored.tagging.lang.as_str() == "en").collect();
            let rows: Vec<i64> = english.iter().map(|stored| stored.row).collect();
            let text = |stored: &&goodword::store::Stored| {
                format!("{}\n{}", stored.mention.title.as_deref().unwrap_or_default(), stored.mention.text)
            };
            let texts: Vec<String> = english.iter().map(text).collect();
            let sql = "INSERT INTO mention SELECT row_id, to_tsvector('english', words) FROM UNNEST($1::BIGINT[], $2::TEXT[]) AS given (row_id, words)";
            sqlx::query(sql).bind(rows).bind(texts).execute(&pool).await?;
        }
        pool.execute("CREATE INDEX mention_words ON mention USING GIN (words)").await?;
        pool.execute("VACUUM ANALYZE mention").await?;
        debug_assert!(setup.size.indexed > 0, "there is something to ask for");
        Ok(Self { pool, server: server.to_owned(), name })
    }

    /// The twenty best and the count.
    pub(crate) async fn ask(&self, question: &str) -> anyhow::Result<usize> {
        let make = if question.starts_with('"') { "phraseto_tsquery" } else { "plainto_tsquery" };
        let question = question.trim_matches('"');
        let best = format!(
            "SELECT row_id FROM mention, {make}('english', $1) AS asked WHERE words @@ asked ORDER BY ts_rank(words, asked) DESC LIMIT 20"
        );
        sqlx::query(AssertSqlSafe(best)).bind(question).fetch_all(&self.pool).await?;
        let count = format!("SELECT COUNT(*) FROM mention WHERE words @@ {make}('english', $1)");
        let count: i64 = sqlx::query(AssertSqlSafe(count)).bind(question).fetch_one(&self.pool).await?.try_get(0)?;
        Ok(usize::try_from(count)?)
    }

    pub(crate) async fn remove(self) -> anyhow::Result<()> {
        self.pool.close().await;
        let admin = PgPool::connect(&format!("{}/postgres", self.server)).await?;
        admin.execute(AssertSqlSafe(format!("DROP DATABASE {}", self.name))).await?;
        admin.close().await;
        Ok(())
    }
}
