//! Who had the last turn in each team: its table.

use sqlx::{AnyConnection, Row};

use super::route::Turns;

/// The turns as they stand.
pub(super) async fn load(connection: &mut AnyConnection) -> anyhow::Result<Turns> {
    let rows = sqlx::query("SELECT team, person FROM reply_turn").fetch_all(connection).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

/// Keeps them as they are now.
pub(super) async fn keep(connection: &mut AnyConnection, turns: &Turns) -> anyhow::Result<()> {
    let sql = "INSERT INTO reply_turn (team, person) VALUES ($1, $2) ON CONFLICT (team) DO UPDATE SET person = excluded.person";
    for (team, person) in turns {
        sqlx::query(sql).bind(team).bind(person).execute(&mut *connection).await?;
    }
    Ok(())
}
