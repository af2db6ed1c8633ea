//! How many replies stand where, by lane: kept beside them, so that no page has to count them. Owns the table of these counts.

use std::collections::BTreeMap;

use sqlx::{AnyConnection, Row};

use super::settings::Lane;
use super::state::Status;
use crate::store::select;

/// Notes that so many more replies, or fewer, stand so.
async fn add(connection: &mut AnyConnection, status: &str, lane: &str, more: i64) -> sqlx::Result<()> {
    let sql = "INSERT INTO reply_count (status, lane, replies) VALUES ($1, $2, $3)
        ON CONFLICT (status, lane) DO UPDATE SET replies = reply_count.replies + excluded.replies";
    sqlx::query(sql).bind(status).bind(lane).bind(more).execute(connection).await.map(drop)
}

/// Notes that a reply is about to stand so; where it stood before counts one less.
pub(super) async fn stands(connection: &mut AnyConnection, reply: i64, status: Status, lane: Lane) -> sqlx::Result<()> {
    let now = (status.as_str().to_owned(), lane.as_str().to_owned());
    let row = sqlx::query("SELECT status, lane FROM reply WHERE id = $1").bind(reply).fetch_optional(&mut *connection).await?;
    let before: Option<(String, String)> = row.map(|row| Ok::<_, sqlx::Error>((row.try_get(0)?, row.try_get(1)?))).transpose()?;
    if before.as_ref() == Some(&now) {
        return Ok(());
    }
    if let Some((status, lane)) = before {
        add(connection, &status, &lane, -1).await?;
    }
    add(connection, &now.0, &now.1, 1).await
}

/// Forgets the replies whose `column` is one of `values`.
pub(super) async fn forget(connection: &mut AnyConnection, column: &'static str, values: &[i64]) -> sqlx::Result<()> {
    let counted = format!("SELECT status, lane, COUNT(*) FROM reply WHERE {column} IN");
    for row in select(&mut *connection, &counted, values, " GROUP BY status, lane").await? {
        add(connection, row.try_get(0)?, row.try_get(1)?, -row.try_get::<i64, _>(2)?).await?;
    }
    select(connection, &format!("DELETE FROM reply WHERE {column} IN"), values, "").await.map(drop)
}

/// How many stand where, by lane.
pub(super) async fn all(connection: &mut AnyConnection) -> anyhow::Result<BTreeMap<(Status, Lane), u64>> {
    let mut counts = BTreeMap::new();
    for row in sqlx::query("SELECT status, lane, replies FROM reply_count WHERE replies > 0").fetch_all(connection).await? {
        let (status, lane): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        if let Some(place) = Status::parse(&status).zip(Lane::parse(&lane)) {
            counts.insert(place, u64::try_from(row.try_get::<i64, _>(2)?)?);
        }
    }
    Ok(counts)
}
