//! Forgetting what was told of mentions that are erased: alerts of them, and what has gone out and names one.

use sqlx::AnyConnection;

/// Forgets the alerts of these mentions, sent or waiting, and all that has ended and names one; each mention as its row and its
/// public id. What still waits and speaks of others too goes out as it is.
pub async fn forget_mentions(connection: &mut AnyConnection, mentions: &[(i64, &str)]) -> sqlx::Result<()> {
    for (row, id) in mentions {
        let subject = row.to_string();
        let sql = "DELETE FROM outbox WHERE key IN (SELECT rule || ':' || subject FROM told WHERE subject = $1)";
        sqlx::query(sql).bind(&subject).execute(&mut *connection).await?;
        sqlx::query("DELETE FROM told WHERE subject = $1").bind(&subject).execute(&mut *connection).await?;
        let sql = "DELETE FROM outbox WHERE ended_at IS NOT NULL AND body LIKE $1";
        sqlx::query(sql).bind(format!("%{id}%")).execute(&mut *connection).await?;
    }
    Ok(())
}
