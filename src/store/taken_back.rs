//! Mentions that their site says were taken back: they are gone from there, and stay in the store.

use sqlx::Row;

use super::save::Origin;
use super::{Tx, identity};

impl Tx<'_> {
    /// Notes that the mentions of these own ids are gone from a source; returns of how many that was news.
    pub async fn take_back(&mut self, origin: Origin<'_>, own_ids: &[String]) -> anyhow::Result<usize> {
        let keys: Vec<i64> = own_ids.iter().map(|own_id| identity::own_key(own_id, origin.namespace)).collect();
        let mut rows: Vec<i64> = self.known_keys(&keys).await?.into_iter().map(|(_, row)| row).collect();
        rows.sort_unstable();
        rows.dedup();
        let mut gone = 0;
        for stored in self.load(&rows).await? {
            let changed = self.change(&stored, |again| {
                let here = |sighting: &&mut super::Sighting| sighting.source == origin.source && own_ids.contains(&sighting.own_id);
                for sighting in again.sightings.iter_mut().filter(here) {
                    sighting.gone.get_or_insert(origin.now);
                }
            });
            gone += usize::from(changed.await?);
        }
        Ok(gone)
    }

    /// The own ids of what a source showed that begin with `start`.
    pub async fn own_ids_from(&mut self, source: &str, start: &str) -> anyhow::Result<Vec<String>> {
        let sql = "SELECT DISTINCT own_id FROM sighting WHERE source = $1 AND substr(own_id, 1, $2) = $3";
        let length = i32::try_from(start.chars().count())?;
        let rows = sqlx::query(sql).bind(source).bind(length).bind(start).fetch_all(&mut *self.inner).await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }
}
