//! What the stored tags were made with, so that a change of it need not cost more than what it changes.

use std::collections::BTreeMap;

use sqlx::Row;

use super::{Store, Tx};

/// All that tags depend on: the texts of the list files and of what else is configured, by name.
pub type TaggedWith = BTreeMap<String, String>;

impl Store {
    /// A short name for what all mentions are tagged with.
    pub async fn tagged_with(&self) -> anyhow::Result<String> {
        Ok(sqlx::query("SELECT tagged_with FROM change_sequence WHERE one = 1").fetch_one(&self.pool).await?.try_get(0)?)
    }

    /// What all mentions are tagged with; nothing if that is not known.
    pub async fn all_tagged_with(&self) -> anyhow::Result<TaggedWith> {
        let rows = sqlx::query("SELECT name, text FROM tagged_with").fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
    }

    /// The rows, ascending, of mentions whose last change has a number above `after` and up to `until`.
    pub async fn rows_between(&self, after: i64, until: i64) -> anyhow::Result<Vec<i64>> {
        let sql = "SELECT row_id FROM mention WHERE changed > $1 AND changed <= $2 ORDER BY row_id";
        let rows = sqlx::query(sql).bind(after).bind(until).fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }

    /// The rows of mentions seen in one of these sources.
    pub async fn rows_of_sources(&self, sources: &[&str]) -> anyhow::Result<Vec<i64>> {
        let mut found = Vec::new();
        for source in sources {
            let sql = "SELECT DISTINCT mention FROM sighting WHERE source = $1";
            for row in sqlx::query(sql).bind(*source).fetch_all(&self.pool).await? {
                found.push(row.try_get(0)?);
            }
        }
        Ok(found)
    }

    /// The rows of mentions whose page says what they are about, with those words.
    pub async fn abouts(&self) -> anyhow::Result<Vec<(i64, String)>> {
        let rows = sqlx::query("SELECT row_id, about FROM mention WHERE about IS NOT NULL").fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
    }
}

impl Tx<'_> {
    /// Keeps what all mentions are tagged with, under a short name.
    pub async fn keep_tagged_with(&mut self, version: &str, with: &TaggedWith) -> anyhow::Result<()> {
        sqlx::query("UPDATE change_sequence SET tagged_with = $1 WHERE one = 1").bind(version).execute(&mut *self.inner).await?;
        sqlx::query("DELETE FROM tagged_with").execute(&mut *self.inner).await?;
        for (name, text) in with {
            sqlx::query("INSERT INTO tagged_with (name, text) VALUES ($1, $2)").bind(name).bind(text).execute(&mut *self.inner).await?;
        }
        Ok(())
    }
}
