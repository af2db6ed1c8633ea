//! Forgetting what is kept of mentions that are erased.

use sqlx::{AnyConnection, Row};

use super::counts;
use crate::store::select;

/// Forgets the replies to the mentions in these rows, what was done to them, what was said in them, and leave to quote.
pub async fn forget_mentions(connection: &mut AnyConnection, rows: &[i64]) -> anyhow::Result<()> {
    for chunk in rows.chunks(500) {
        // Two rows of one mention may stand in the audit: that of a mention that turned out to be it has an id of its own.
        let mut replies: Vec<i64> = Vec::new();
        for sql in ["SELECT id FROM reply WHERE mention IN", "SELECT reply FROM reply_audit WHERE mention IN"] {
            for row in select(&mut *connection, sql, chunk, "").await? {
                replies.push(row.try_get(0)?);
            }
        }
        for reply in replies.chunks(500) {
            let forget = "UPDATE reply_site SET drafted = NULL, drafted_for = NULL WHERE drafted_for IN";
            select(&mut *connection, forget, reply, "").await?;
            select(&mut *connection, "UPDATE reply_site SET sent = NULL, sent_for = NULL WHERE sent_for IN", reply, "").await?;
            select(&mut *connection, "DELETE FROM reply_post WHERE reply IN", reply, "").await?;
        }
        counts::forget(connection, "mention", chunk).await?;
        for sql in ["DELETE FROM reply_audit WHERE mention IN", "DELETE FROM quote WHERE mention IN"] {
            select(&mut *connection, sql, chunk, "").await?;
        }
    }
    Ok(())
}
