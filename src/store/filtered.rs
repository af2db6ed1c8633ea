//! What is put aside as noise, and what people decide of it.

use sqlx::Row;

use super::save::{BY_HAND, Decision};
use super::{Store, Tx};

impl Store {
    /// How many mentions are put aside for each reason, most first.
    pub async fn filtered_by_reason(&self) -> anyhow::Result<Vec<(String, i64)>> {
        let sql = "SELECT filtered, COUNT(*) FROM mention WHERE filtered IS NOT NULL GROUP BY filtered ORDER BY 2 DESC, 1";
        let rows = sqlx::query(sql).fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
    }

    /// The rows of the mentions that were put aside last.
    pub async fn newest_filtered(&self, limit: i64) -> anyhow::Result<Vec<i64>> {
        let sql = "SELECT row_id FROM mention WHERE filtered IS NOT NULL ORDER BY changed DESC LIMIT $1";
        let rows = sqlx::query(sql).bind(limit).fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }
}

impl Tx<'_> {
    /// Keeps what a person decided of the mention `row`, in the place of what the rules say; returns whether that is news.
    pub async fn decide(&mut self, row: i64, decision: Decision) -> anyhow::Result<bool> {
        let Some(stored) = self.load(&[row]).await?.pop() else { return Ok(false) };
        self.change(&stored, |again| {
            again.decided = Some(decision);
            again.filtered = match decision {
                Decision::Released => None,
                Decision::Filtered => Some(BY_HAND.to_owned()),
            };
        })
        .await
    }
}
