//! Erasing mentions for good: their rows, what they said before, and all that leads to them.
//!
//! Hashes of what they were known by stay, so that a crawl that meets them again passes over them; so does the bare number of
//! their row, for those who follow the store. [`Store::sweep`] then makes sure that no byte of them is left in its files.

use std::collections::{BTreeSet, HashSet};

use anyhow::bail;
use sqlx::Row;

use super::identity;
use super::read::select;
use super::rows::Rows;
use super::standing::Heard;
use super::{Counts, Store, Tx};

/// What erasing removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Erased {
    /// Mentions.
    pub mentions: usize,
    /// The places they were seen in.
    pub sightings: usize,
    /// What they said before.
    pub revisions: usize,
}

impl std::ops::AddAssign for Erased {
    fn add_assign(&mut self, more: Self) {
        self.mentions += more.mentions;
        self.sightings += more.sightings;
        self.revisions += more.revisions;
    }
}

impl Tx<'_> {
    /// Erases these mentions with all that is kept of them here; other modules forget what is theirs before.
    pub async fn erase(&mut self, rows: &[i64]) -> anyhow::Result<Erased> {
        let mut erased = Erased::default();
        for chunk in rows.chunks(500) {
            let mentions = self.load(chunk).await?;
            for stored in &mentions {
                self.count(Counts::default(), stored.counted);
                erased += Erased { mentions: 1, sightings: stored.sightings.len(), revisions: stored.revisions.len() };
            }
            let found: Vec<i64> = mentions.iter().map(|stored| stored.row).collect();
            if found.is_empty() {
                continue;
            }
            let texts = mentions.iter().filter_map(|stored| identity::words_of_one(&stored.mention.text)).collect();
            self.forget_lists(&found).await?;
            self.forget_rows(found, texts).await?;
        }
        Ok(erased)
    }

    /// Removes rows and what leads to them; keys and `texts` are remembered as hashes.
    async fn forget_rows(&mut self, found: Vec<i64>, texts: Vec<i64>) -> anyhow::Result<()> {
        let mut all = found.clone();
        for alias in select(&mut self.inner, "SELECT row_id FROM mention_alias WHERE mention IN", &found, "").await? {
            all.push(alias.try_get(0)?);
        }
        let mut known = Rows::new("INSERT INTO erased (key)", " ON CONFLICT (key) DO NOTHING");
        let mut keys: BTreeSet<i64> = texts.into_iter().collect();
        for key in select(&mut self.inner, "SELECT key FROM mention_key WHERE mention IN", &all, "").await? {
            keys.insert(key.try_get(0)?);
        }
        for key in keys {
            known.row().with(key);
        }
        known.insert(self).await?;
        let mut gone = Rows::new("INSERT INTO erased_mention (row_id, changed)", " ON CONFLICT (row_id) DO NOTHING");
        for row in &all {
            let changed = self.next_change();
            gone.row().with(*row).with(changed);
        }
        gone.insert(self).await?;
        for sql in [
            "DELETE FROM mention WHERE row_id IN",
            "DELETE FROM sighting WHERE mention IN",
            "DELETE FROM revision WHERE mention IN",
            "DELETE FROM mention_key WHERE mention IN",
            "DELETE FROM mention_trace WHERE mention IN",
            "DELETE FROM mention_alias WHERE row_id IN",
        ] {
            select(&mut self.inner, sql, &all, "").await?;
        }
        Ok(())
    }

    /// Takes rows out of what lists showed when they were last read.
    async fn forget_lists(&mut self, rows: &[i64]) -> anyhow::Result<()> {
        let rows: HashSet<i64> = rows.iter().copied().collect();
        for list in sqlx::query("SELECT source, address, mentions FROM shown").fetch_all(&mut *self.inner).await? {
            let (source, address, listed): (String, String, String) = (list.try_get(0)?, list.try_get(1)?, list.try_get(2)?);
            let before: Vec<(i64, u32)> = serde_json::from_str(&listed)?;
            let left: Vec<&(i64, u32)> = before.iter().filter(|(row, _)| !rows.contains(row)).collect();
            if left.len() < before.len() {
                let sql = "UPDATE shown SET mentions = $1 WHERE source = $2 AND address = $3";
                sqlx::query(sql).bind(serde_json::to_string(&left)?).bind(source).bind(address).execute(&mut *self.inner).await?;
            }
        }
        Ok(())
    }

    /// Leaves out what was erased before.
    pub(super) async fn pass_over_erased(&mut self, heard: &mut Vec<Heard>) -> anyhow::Result<()> {
        if sqlx::query("SELECT 1 FROM erased LIMIT 1").fetch_optional(&mut *self.inner).await?.is_none() {
            return Ok(());
        }
        let known_by = |heard: &Heard| heard.keys.each().chain(identity::words_of_one(&heard.mention.text)).collect::<Vec<i64>>();
        let wanted: Vec<i64> = heard.iter().flat_map(known_by).collect();
        let mut erased = HashSet::new();
        for chunk in wanted.chunks(1000) {
            for row in select(&mut self.inner, "SELECT key FROM erased WHERE key IN", chunk, "").await? {
                erased.insert(row.try_get::<i64, _>(0)?);
            }
        }
        heard.retain(|heard| !known_by(heard).iter().any(|key| erased.contains(key)));
        Ok(())
    }
}

impl Store {
    /// Writes the store's files anew, so that they hold nothing that was erased, changed or moved. Others may go on meanwhile;
    /// where one of them is in the way for long, that is an error and nothing is lost.
    pub async fn sweep(&self) -> anyhow::Result<()> {
        let _turn = self.writer.lock().await;
        let mut connection = self.pool.acquire().await?;
        if connection.backend_name() != "SQLite" {
            sqlx::raw_sql("VACUUM FULL").execute(&mut *connection).await?;
            return Ok(());
        }
        sqlx::raw_sql("VACUUM").execute(&mut *connection).await?;
        let row = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut *connection).await?;
        if row.try_get::<i64, _>(0)? != 0 {
            bail!("another goodword is reading the store, and its log cannot be emptied; it is tried again later");
        }
        Ok(())
    }
}
