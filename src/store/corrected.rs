//! Corrections by people, kept with their mention: they outlive every retagging.

use anyhow::Context;
use sqlx::Row;

use super::{Judgement, Store, Stored, Tx};
use crate::mention::Rating;
use crate::phrases::{Correction, corrected_subject};

impl Judgement {
    /// The judgement with what people said laid over it.
    pub(super) fn corrected(mut self, corrections: &[Correction], rating: Option<Rating>) -> Self {
        if let Some(subject) = corrected_subject(corrections) {
            self.subject = subject.map(str::to_owned);
        }
        self.tagging.correct(corrections, rating);
        self
    }
}

impl Store {
    /// The mention of this public id, or of an id that it once had.
    pub async fn find(&self, id: &str) -> anyhow::Result<Option<Stored>> {
        let Some(row) = self.row_of(id).await? else { return Ok(None) };
        Ok(self.mentions(&[row]).await?.pop())
    }

    /// The mentions that people corrected, the latest change last.
    pub async fn corrected(&self) -> anyhow::Result<Vec<Stored>> {
        let sql = "SELECT row_id FROM mention WHERE corrections IS NOT NULL ORDER BY changed";
        let rows = sqlx::query(sql).fetch_all(&self.pool).await?;
        let rows = rows.iter().map(|row| row.try_get(0)).collect::<Result<Vec<i64>, _>>()?;
        self.mentions(&rows).await
    }
}

impl Tx<'_> {
    /// Keeps what people say against a mention's tags, with the mention judged anew; returns whether that changes it.
    pub async fn correct(&mut self, stored: &Stored, corrections: Vec<Correction>, judgement: Judgement) -> anyhow::Result<bool> {
        self.change(stored, |again| {
            again.corrections = corrections;
            again.judged(judgement);
        })
        .await
    }
}

pub(super) fn read_corrections(json: Option<&str>) -> anyhow::Result<Vec<Correction>> {
    json.map_or_else(|| Ok(Vec::new()), |json| serde_json::from_str(json).context("corrections cannot be read"))
}

/// As JSON; none if there are none.
pub(super) fn write_corrections(corrections: &[Correction]) -> anyhow::Result<Option<String>> {
    if corrections.is_empty() { Ok(None) } else { Ok(Some(serde_json::to_string(corrections)?)) }
}
