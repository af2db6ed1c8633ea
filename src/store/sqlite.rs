//! What only SQLite wants to be told: how a connection works, and that tables found by their key alone keep their rows in the
//! key's own tree.
//!
//! The schema is that of `migrations/`; nothing here changes what a table holds.

use sqlx::{Any, AnyConnection, AnyPool, AssertSqlSafe, Row, Transaction};

/// Write-ahead log: readers never wait for the writer, and a killed process loses nothing that was committed. After a large
/// commit the log shrinks again. Pages of a new store hold several mentions each: into smaller ones a second often does not
/// fit, and the rest of the page lies empty.
pub(super) const PRAGMAS: &str = "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; \
    PRAGMA busy_timeout = 30000; PRAGMA cache_size = -16000; PRAGMA journal_size_limit = 4194304;";

/// Tables that are only looked up by their primary key. SQLite else keeps such a key twice: beside the row, and in an index.
const BY_KEY: [&str; 3] = ["mention_key", "mention_trace", "sighting"];

/// Lets the tables of [`BY_KEY`] keep their rows in the key's own tree. A store made by an earlier version is rewritten once.
pub(super) async fn keep_by_key(pool: &AnyPool) -> sqlx::Result<()> {
    let mut connection = pool.acquire().await?;
    let waiting = definitions(&mut connection).await?;
    drop(connection);
    if waiting.is_empty() {
        return Ok(());
    }
    let mut tx = pool.begin().await?;
    // Writing first takes the write lock; another process may have done it meanwhile.
    sqlx::query("UPDATE change_sequence SET reached = reached WHERE one = 1").execute(&mut *tx).await?;
    for (table, definition) in definitions(&mut tx).await? {
        rewrite(&mut tx, &table, &definition).await?;
    }
    tx.commit().await
}

/// The tables of [`BY_KEY`] that still keep their rows elsewhere, as they were defined.
async fn definitions(connection: &mut AnyConnection) -> sqlx::Result<Vec<(String, String)>> {
    let rows = sqlx::query("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetch_all(connection).await?;
    let mut found = Vec::new();
    for row in rows {
        let (table, definition): (String, Option<String>) = (row.try_get(0)?, row.try_get(1)?);
        let definition = definition.unwrap_or_default();
        if BY_KEY.contains(&&*table) && !definition.ends_with("WITHOUT ROWID") {
            found.push((table, definition));
        }
    }
    Ok(found)
}

async fn rewrite(tx: &mut Transaction<'_, Any>, table: &str, definition: &str) -> sqlx::Result<()> {
    let before = format!("{table}_before");
    for sql in [
        format!("ALTER TABLE {table} RENAME TO {before}"),
        format!("{definition} WITHOUT ROWID"),
        // In the order of the key, so that pages are filled one after the other.
        format!("INSERT INTO {table} SELECT * FROM {before} ORDER BY 1, 2"),
        format!("DROP TABLE {before}"),
    ] {
        sqlx::query(AssertSqlSafe(sql)).execute(&mut **tx).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[tokio::test]
    async fn a_store_of_an_earlier_version_is_rewritten_once_and_keeps_all_it_holds() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).await.unwrap();
        let pool = &store.pool;
        // One connection: another's idea of the tables may be older than the added column.
        let mut connection = pool.acquire().await.unwrap();
        for sql in [
            "DROP TABLE mention_trace",
            "CREATE TABLE mention_trace (key BIGINT NOT NULL, mention INTEGER NOT NULL, PRIMARY KEY (key, mention))",
            "ALTER TABLE mention_trace ADD COLUMN more TEXT",
            "INSERT INTO mention_trace VALUES (7, 2, 'b'), (7, 1, NULL), (-3, 9, 'a')",
        ] {
            sqlx::query(sql).execute(&mut *connection).await.unwrap();
        }
        drop(connection);
        let waiting = definitions(&mut pool.acquire().await.unwrap()).await.unwrap();
        assert_eq!(waiting.iter().map(|(table, _)| table.as_str()).collect::<Vec<_>>(), ["mention_trace"]);
        for _ in 0..2 {
            keep_by_key(pool).await.unwrap();
            assert_eq!(definitions(&mut pool.acquire().await.unwrap()).await.unwrap(), []);
        }
        let rows = sqlx::query("SELECT key, mention, more FROM mention_trace").fetch_all(pool).await.unwrap();
        let rows: Vec<(i64, i64, Option<String>)> = rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect();
        assert_eq!(rows, [(-3, 9, Some("a".to_owned())), (7, 1, None), (7, 2, Some("b".to_owned()))]);
    }
}
