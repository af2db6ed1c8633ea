//! Which files tables were exported to, and when: where copies of mentions lie outside of index/. Never what they hold.

use jiff::Timestamp;
use sqlx::Row;

use super::Store;

/// A file that a table was written into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportFile {
    /// Where it was written.
    pub path: String,
    /// Tells what was written from all else.
    pub mark: String,
}

impl Store {
    /// Notes that a table is written into a file.
    pub async fn note_export(&self, file: &ExportFile, now: Timestamp) -> anyhow::Result<()> {
        let _turn = self.writer.lock().await;
        let sql = "INSERT INTO export_file (path, written_at, mark) VALUES ($1, $2, $3)
            ON CONFLICT (path) DO UPDATE SET written_at = excluded.written_at, mark = excluded.mark";
        sqlx::query(sql).bind(&file.path).bind(now.as_millisecond()).bind(&file.mark).execute(&self.pool).await?;
        Ok(())
    }

    /// The files that tables were written into at `since` or later.
    pub async fn exports_since(&self, since: Timestamp) -> anyhow::Result<Vec<ExportFile>> {
        let sql = "SELECT path, mark FROM export_file WHERE written_at >= $1 ORDER BY path";
        let rows = sqlx::query(sql).bind(since.as_millisecond()).fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok(ExportFile { path: row.try_get(0)?, mark: row.try_get(1)? })).collect()
    }

    /// Forgets that a table was written into this file.
    pub async fn forget_export(&self, path: &str) -> anyhow::Result<()> {
        let _turn = self.writer.lock().await;
        sqlx::query("DELETE FROM export_file WHERE path = $1").bind(path).execute(&self.pool).await?;
        Ok(())
    }
}
