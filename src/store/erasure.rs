//! The record of what was erased: when, why, how much, and a fingerprint of whose it was. Never what it said.

use jiff::Timestamp;
use serde::Serialize;
use sqlx::Row;

use super::read::{select, time};
use super::{Store, Tx};

/// Something that was erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Erasure {
    /// Its number, from 1.
    pub number: i64,
    /// When.
    pub at: Timestamp,
    /// What was named: `author`, `customer`, `mention`; `expired` where its time was over.
    pub what: String,
    /// A fingerprint of who or what was named; it can be compared and not read.
    pub subject: String,
    /// How many mentions.
    pub mentions: i64,
    /// Whether no file holds the bytes any more.
    pub swept: bool,
}

impl Tx<'_> {
    /// Notes that something is erased in this transaction or the next ones.
    pub async fn note_erasure(&mut self, what: &str, subject: &str, mentions: usize, now: Timestamp) -> anyhow::Result<()> {
        let sql = "INSERT INTO erasure (number, at, what, subject, mentions, swept)
            SELECT COALESCE(MAX(number), 0) + 1, CAST($1 AS BIGINT), CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS BIGINT), 0 FROM erasure";
        let query = sqlx::query(sql).bind(now.as_millisecond()).bind(what).bind(subject).bind(i64::try_from(mentions)?);
        query.execute(&mut *self.inner).await?;
        Ok(())
    }

    /// These rows, and those of mentions that turned out to be one of them.
    pub async fn with_aliases(&mut self, rows: &[i64]) -> anyhow::Result<Vec<i64>> {
        let mut all = rows.to_vec();
        for chunk in rows.chunks(500) {
            for alias in select(&mut self.inner, "SELECT row_id FROM mention_alias WHERE mention IN", chunk, "").await? {
                all.push(alias.try_get(0)?);
            }
        }
        Ok(all)
    }
}

impl Store {
    /// What was erased, latest first.
    pub async fn erasures(&self) -> anyhow::Result<Vec<Erasure>> {
        let rows = sqlx::query("SELECT number, at, what, subject, mentions, swept FROM erasure ORDER BY number DESC")
            .fetch_all(&self.pool)
            .await?;
        let erasure = |row: &sqlx::any::AnyRow| -> anyhow::Result<Erasure> {
            Ok(Erasure {
                number: row.try_get(0)?,
                at: time(row.try_get(1)?)?,
                what: row.try_get(2)?,
                subject: row.try_get(3)?,
                mentions: row.try_get(4)?,
                swept: row.try_get::<i64, _>(5)? != 0,
            })
        };
        rows.iter().map(erasure).collect()
    }

    /// What was erased and may still lie in a file.
    pub async fn unswept(&self) -> anyhow::Result<Vec<Erasure>> {
        Ok(self.erasures().await?.into_iter().filter(|erasure| !erasure.swept).collect())
    }

    /// Notes that all up to and with this number are in no file any more.
    pub async fn note_swept(&self, number: i64) -> anyhow::Result<()> {
        let _turn = self.writer.lock().await;
        sqlx::query("UPDATE erasure SET swept = 1 WHERE number <= $1").bind(number).execute(&self.pool).await?;
        Ok(())
    }

    /// The rows of all mentions whose author has one of these names or handles, in any case.
    pub async fn written_by(&self, names: &[String]) -> anyhow::Result<Vec<i64>> {
        let mut rows = Vec::new();
        for name in names {
            let sql =
                "SELECT row_id FROM mention WHERE LOWER(author) = $1 OR author = $2 OR LOWER(author_handle) = $3 OR author_handle = $4
                ORDER BY row_id";
            let small = name.to_lowercase();
            let found = sqlx::query(sql).bind(&small).bind(name).bind(&small).bind(name).fetch_all(&self.pool).await?;
            for row in found {
                rows.push(row.try_get(0)?);
            }
        }
        rows.sort_unstable();
        rows.dedup();
        Ok(rows)
    }

    /// At most `limit` rows behind `after` of mentions that were first heard before `before`.
    pub async fn heard_before(&self, before: Timestamp, after: i64, limit: i64) -> anyhow::Result<Vec<i64>> {
        let sql = "SELECT row_id FROM mention WHERE row_id > $1 AND first_seen_at < $2 ORDER BY row_id LIMIT $3";
        let rows = sqlx::query(sql).bind(after).bind(before.as_millisecond()).bind(limit).fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }
}
