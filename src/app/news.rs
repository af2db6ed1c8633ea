//! What is done with what is new once the index has followed: alerts of saved searches, and spikes.

use std::time::Duration;

use tokio::time::Instant;

use super::App;
use crate::insight::{day_of, days_before};

/// Spikes are looked for at most this often.
const SPIKES_EVERY: Duration = Duration::from_secs(60);

/// What has been looked at already.
#[derive(Debug, Default)]
pub struct News {
    reached: Option<i64>,
    looked_for_spikes: Option<(Instant, i64)>,
}

impl App {
    /// Queues alerts of what is new in the index, and looks for spikes once in a while. Does nothing while nothing is new.
    pub async fn look_for_news(&self, news: &mut News) -> anyhow::Result<()> {
        let reached = self.follower.reader()?.reached()?;
        if news.reached != Some(reached) {
            let queued = self.match_alerts().await?;
            if queued > 0 {
                tracing::info!(queued, "new mentions for saved searches");
            }
            news.reached = Some(reached);
        }
        let due = news.looked_for_spikes.is_none_or(|(at, before)| before != reached && at.elapsed() >= SPIKES_EVERY);
        self.tend_replies().await?;
        if due {
            // Yesterday still changes: not all of it has been heard when it ends.
            let yesterday = days_before(day_of(self.clock.now()), 1);
            for spike in self.find_spikes(yesterday).await? {
                tracing::warn!(query = spike.query, "spike: {}", spike.words);
            }
            news.looked_for_spikes = Some((Instant::now(), reached));
        }
        Ok(())
    }
}
