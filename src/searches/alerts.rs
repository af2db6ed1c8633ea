//! Alerts waiting to be delivered: each new mention once for every saved search that found it.

use jiff::{SignedDuration, Timestamp, TimestampRound, Unit};
use serde::Serialize;
use sqlx::{AnyConnection, Row};

use super::{Alerting, SavedSearch};

/// A mention that a saved search found when it was new.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Alert {
    /// The search.
    pub search: String,
    /// The mention's row.
    #[serde(skip)]
    pub mention: i64,
    /// When it was found.
    pub at: Timestamp,
    /// What has become of it: `queued` until it is delivered.
    pub state: String,
}

/// Alerts that go out together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupedAlerts {
    /// The search.
    pub search: String,
    /// When they are due: at once, or at the end of their hour or day.
    pub due: Timestamp,
    /// The alerts, oldest first.
    pub alerts: Vec<Alert>,
}

impl Alert {
    /// Notes that alerts of `search` about these mentions have been told.
    pub async fn told(connection: &mut AnyConnection, search: &str, mentions: &[i64]) -> sqlx::Result<()> {
        let sql = "UPDATE alert SET state = 'told' WHERE search = $1 AND state = 'queued'
            AND (mention = $2 OR mention IN (SELECT row_id FROM mention_alias WHERE mention = $3))";
        for mention in mentions {
            sqlx::query(sql).bind(search).bind(*mention).bind(*mention).execute(&mut *connection).await?;
        }
        Ok(())
    }

    /// What is queued, of one search or of all: by search, oldest first. Mentions that turned out to be one are one.
    pub async fn queued(connection: &mut AnyConnection, search: Option<&str>) -> anyhow::Result<Vec<Self>> {
        let sql = "SELECT search, COALESCE(united.mention, alert.mention), MIN(at), state FROM alert
            LEFT JOIN mention_alias united ON united.row_id = alert.mention
            WHERE state = 'queued' AND (search = $1 OR $2 = 1)
            GROUP BY search, COALESCE(united.mention, alert.mention), state ORDER BY 1, 3, 2";
        let rows = sqlx::query(sql).bind(search.unwrap_or_default()).bind(i64::from(search.is_none())).fetch_all(connection).await?;
        let alert = |row: &sqlx::any::AnyRow| -> anyhow::Result<Self> {
            Ok(Self {
                search: row.try_get(0)?,
                mention: row.try_get(1)?,
                at: Timestamp::from_millisecond(row.try_get(2)?)?,
                state: row.try_get(3)?,
            })
        };
        rows.iter().map(alert).collect()
    }
}

/// Queues `mentions` for `search`, and notes that it has been matched up to change `reached`.
///
/// A mention that it alerted of before is left out. Nothing happens if the search is gone or has become another one since
/// it was read. Returns how many were queued.
pub async fn queue(
    connection: &mut AnyConnection,
    search: &SavedSearch,
    mentions: &[i64],
    reached: i64,
    now: Timestamp,
) -> sqlx::Result<usize> {
    let sql = "UPDATE saved_search SET reached = $1 WHERE name = $2 AND query = $3 AND since = $4 AND alert <> 'off' AND reached < $5";
    let matched =
        sqlx::query(sql).bind(reached).bind(&search.name).bind(&search.query).bind(search.since).bind(reached).execute(&mut *connection);
    if matched.await?.rows_affected() == 0 {
        return Ok(0);
    }
    let mut queued = 0;
    for mention in mentions {
        // One that it alerted of before it turned out to be this one counts too.
        let sql = "INSERT INTO alert (search, mention, at, state) SELECT CAST($1 AS TEXT), CAST($2 AS BIGINT), CAST($3 AS BIGINT), 'queued'
            WHERE NOT EXISTS (SELECT 1 FROM alert JOIN mention_alias united ON united.row_id = alert.mention
                WHERE search = $4 AND united.mention = $5)
            ON CONFLICT (search, mention) DO NOTHING";
        let query = sqlx::query(sql).bind(&search.name).bind(*mention).bind(now.as_millisecond()).bind(&search.name).bind(*mention);
        let done = query.execute(&mut *connection).await?;
        queued += usize::from(done.rows_affected() > 0);
    }
    Ok(queued)
}

/// Forgets the alerts of these mentions.
pub async fn forget_mentions(connection: &mut AnyConnection, rows: &[i64]) -> sqlx::Result<()> {
    for row in rows {
        sqlx::query("DELETE FROM alert WHERE mention = $1").bind(*row).execute(&mut *connection).await?;
    }
    Ok(())
}

/// The alerts that these mentions led to, delivered or not.
pub async fn alerts_of(connection: &mut AnyConnection, rows: &[i64]) -> anyhow::Result<Vec<Alert>> {
    let mut alerts = Vec::new();
    for mention in rows {
        let sql = "SELECT search, at, state FROM alert WHERE mention = $1 ORDER BY search";
        for row in sqlx::query(sql).bind(*mention).fetch_all(&mut *connection).await? {
            let at = Timestamp::from_millisecond(row.try_get(1)?)?;
            alerts.push(Alert { search: row.try_get(0)?, mention: *mention, at, state: row.try_get(2)? });
        }
    }
    Ok(alerts)
}

/// The alerts of a search as they go out together.
pub fn grouped(alerting: Alerting, alerts: &[Alert]) -> Vec<GroupedAlerts> {
    let mut groups: Vec<GroupedAlerts> = Vec::new();
    for alert in alerts {
        let due = due(alerting, alert.at);
        match groups.last_mut() {
            Some(group) if group.search == alert.search && group.due == due => group.alerts.push(alert.clone()),
            _ => groups.push(GroupedAlerts { search: alert.search.clone(), due, alerts: vec![alert.clone()] }),
        }
    }
    groups
}

/// The end of the hour or day (UTC) that `at` lies in; `at` itself where nothing is waited for.
fn due(alerting: Alerting, at: Timestamp) -> Timestamp {
    let (unit, length) = match alerting {
        Alerting::Off | Alerting::Now => return at,
        Alerting::Hourly => (Unit::Hour, SignedDuration::from_hours(1)),
        Alerting::Daily => (Unit::Hour, SignedDuration::from_hours(24)),
    };
    let increment = length.as_hours();
    let began = at.round(TimestampRound::new().smallest(unit).increment(increment).mode(jiff::RoundMode::Floor));
    began.ok().and_then(|began| began.checked_add(length).ok()).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alerts_go_out_at_the_end_of_their_hour_or_day() {
        let alert = |at: &str| Alert { search: "a".to_owned(), mention: 1, at: at.parse().unwrap(), state: "queued".to_owned() };
        let alerts = ["2026-03-01T10:05:00Z", "2026-03-01T10:59:59Z", "2026-03-01T11:00:00Z", "2026-03-02T00:00:00Z"].map(alert);
        let shown = |alerting| {
            let groups = grouped(alerting, &alerts).into_iter().map(|group| format!("{} {}", group.due, group.alerts.len()));
            groups.collect::<Vec<_>>()
        };
        assert_eq!(shown(Alerting::Hourly), ["2026-03-01T11:00:00Z 2", "2026-03-01T12:00:00Z 1", "2026-03-02T01:00:00Z 1"]);
        assert_eq!(shown(Alerting::Daily), ["2026-03-02T00:00:00Z 3", "2026-03-03T00:00:00Z 1"]);
        assert_eq!(shown(Alerting::Now).len(), 4);
    }
}
