//! Who wrote when, and what ratings were given first and stand now: for comparing what became of people.

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::Row;

use super::Store;
use super::read::time;

impl Store {
    /// What was written at `since` or later: source, author (the handle, else the name), and when.
    pub async fn writings(&self, since: Timestamp) -> anyhow::Result<Vec<(String, String, Timestamp)>> {
        let sql = "SELECT content_source, COALESCE(author_handle, author), COALESCE(published_at, first_seen_at) FROM mention
            WHERE author IS NOT NULL AND COALESCE(published_at, first_seen_at) >= $1";
        let rows = sqlx::query(sql).bind(since.as_millisecond()).fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?, time(row.try_get(2)?)?))).collect()
    }

    /// The stars first given and those that stand, of these mentions.
    pub async fn ratings(&self, rows: &[i64]) -> anyhow::Result<HashMap<i64, (Option<f64>, Option<f64>)>> {
        let mentions = self.mentions(rows).await?;
        let ratings = mentions.iter().map(|stored| {
            let now = stored.mention.rating.map(|rating| rating.stars());
            let first = stored.revisions.iter().find_map(|revision| revision.rating).map(|rating| rating.stars());
            (stored.row, (first.or(now), now))
        });
        Ok(ratings.collect())
    }
}
