//! Tickets, of which a second must not be made: before another try the service is asked whether the last one made it.
//!
//! A service whose search lags behind what is made is given time to find it. Knows nothing of how a ticket looks.

use jiff::{SignedDuration, Timestamp};

use super::destination::Destination;
use super::flavour;
use super::message::Message;
use super::outbox::Outgoing;
use super::postman::Postman;
use super::verdict::{self, Verdict};

/// What Jira's search has not found so long after, it was not asked to make. Seconds are usual.
const SEARCH_LAGS: SignedDuration = SignedDuration::from_mins(2);

impl Postman {
    /// Whether a try before, at `asked_for`, made a ticket whose answer was lost; none if it may be made.
    pub(super) async fn made_before(&self, destination: &Destination, message: &Message, asked_for: Option<Timestamp>) -> Option<Verdict> {
        let asked_for = asked_for?;
        let search = flavour::search(destination, message, self.clock.now())?;
        let called = match self.fetcher.call(&search).await {
            Ok(called) => called,
            Err(error) => return Some(verdict::of_failure(&error)),
        };
        let now = self.clock.now();
        let lags_until = asked_for.checked_add(SEARCH_LAGS).ok().filter(|until| destination.search_lags() && *until > now);
        verdict::of_search(destination, called.status, &called.text(), called.retry_after(now), lags_until)
    }

    /// Notes, before it goes out, that a ticket is asked for, where it can be looked for later.
    pub(super) async fn note_asked_for(&self, destination: &Destination, row: &Outgoing, message: &Message) -> anyhow::Result<()> {
        let now = self.clock.now();
        if flavour::search(destination, message, now).is_none() {
            return Ok(());
        }
        let mut tx = self.store.begin().await?;
        let sql = "UPDATE outbox SET handed_over_at = $1 WHERE number = $2";
        sqlx::query(sql).bind(now.as_millisecond()).bind(row.number).execute(tx.connection()).await?;
        Ok(tx.commit().await?)
    }
}
