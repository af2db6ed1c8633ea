//! Changes that people noted, so that what was said before and after can be compared.

use anyhow::Context;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use sqlx::{AnyConnection, Row};

/// Something that we changed because of what people said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Its number, for removing it.
    pub number: i64,
    /// What was changed.
    pub what: String,
    /// The product it was changed in.
    pub product: String,
    /// The theme it is about.
    pub theme: String,
    /// The first day on which people had it.
    pub on: Date,
}

impl Change {
    /// Notes it under the next number.
    pub async fn note(mut self, connection: &mut AnyConnection, now: Timestamp) -> anyhow::Result<Self> {
        let next = sqlx::query("SELECT COALESCE(MAX(number), 0) + 1 FROM noted_change").fetch_one(&mut *connection).await?;
        self.number = next.try_get(0)?;
        sqlx::query("INSERT INTO noted_change (number, what, product, theme, made_on, noted_at) VALUES ($1, $2, $3, $4, $5, $6)")
            .bind(self.number)
            .bind(&self.what)
            .bind(&self.product)
            .bind(&self.theme)
            .bind(self.on.to_string())
            .bind(now.as_millisecond())
            .execute(connection)
            .await?;
        Ok(self)
    }

    /// All that were noted, the latest first.
    pub async fn read(connection: &mut AnyConnection) -> anyhow::Result<Vec<Self>> {
        let sql = "SELECT number, what, product, theme, made_on FROM noted_change ORDER BY made_on DESC, number DESC";
        let rows = sqlx::query(sql).fetch_all(connection).await?;
        let change = |row: &sqlx::any::AnyRow| -> anyhow::Result<Self> {
            Ok(Self {
                number: row.try_get(0)?,
                what: row.try_get(1)?,
                product: row.try_get(2)?,
                theme: row.try_get(3)?,
                on: row.try_get::<String, _>(4)?.parse().context("a noted change has a bad day")?,
            })
        };
        rows.iter().map(change).collect()
    }

    /// Forgets one; false if there is none of this number.
    pub async fn remove(connection: &mut AnyConnection, number: i64) -> anyhow::Result<bool> {
        let done = sqlx::query("DELETE FROM noted_change WHERE number = $1").bind(number).execute(connection).await?;
        Ok(done.rows_affected() > 0)
    }
}
