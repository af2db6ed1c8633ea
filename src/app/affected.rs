//! Which stored mentions a phrase could stand in, before it is known whether it is tagged there.
//!
//! The index is asked: it may name a mention too many, never one too few. What it has not followed yet counts as affected.

use indicatif::ProgressBar;

use super::App;

impl App {
    /// The rows, ascending, of stored mentions that could hold one of `phrases`, given as plain forms (gaps as `…`) or names.
    pub async fn affected(&self, phrases: &[String]) -> anyhow::Result<Vec<i64>> {
        self.catch_up(&ProgressBar::hidden()).await?;
        // Read before the look-up, so that what comes in between counts as not followed.
        let reached = self.follower.reader()?.reached()?;
        let (reader, phrases) = (self.follower.reader()?, phrases.to_vec());
        let Some(mut rows) = tokio::task::spawn_blocking(move || reader.rows_with_any(&phrases)).await?? else {
            return self.store.rows_between(0, i64::MAX).await;
        };
        rows.extend(self.store.rows_between(reached, i64::MAX).await?);
        rows.sort_unstable();
        rows.dedup();
        Ok(rows)
    }
}
