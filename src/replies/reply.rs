//! A reply as the queue keeps it, and its table.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::Serialize;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::counts;
use super::priority::{Facts, Priority, priority, score};
use super::route::is_escalation;
use super::settings::Lane;
use super::state::{State, Status};
use crate::store::select;

/// An item of the reply queue.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reply {
    /// The row of the mention it was opened for; its lasting name.
    #[serde(skip)]
    pub id: i64,
    /// The row of the mention it answers.
    #[serde(skip)]
    pub mention: i64,
    /// One more with every change.
    pub version: i64,
    /// Where it waits.
    pub lane: Lane,
    /// Where it stands.
    #[serde(flatten)]
    pub state: State,
    /// When it entered the queue.
    pub opened: Timestamp,
    /// Who put it there; empty if the rules did.
    #[serde(skip)]
    pub opened_by: String,
    /// When it is due.
    pub due: Timestamp,
    /// When it was last changed.
    pub changed: Timestamp,
    /// The team it is with.
    pub team: Option<String>,
    /// The person it is with.
    pub person: Option<String>,
    /// Why it is with them.
    pub why: String,
    /// What decides how soon somebody should look at it.
    #[serde(skip)]
    pub facts: Facts,
    /// Where its mention stands.
    #[serde(skip)]
    pub place: Place,
    /// What the site showed as our answer when it was last looked at.
    #[serde(skip)]
    pub answer: Option<String>,
    /// When a reply first went out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_sent: Option<Timestamp>,
    /// The stars that stood when it went out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stars_before: Option<f64>,
    /// The stars given since, if that changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stars_after: Option<f64>,
}

/// A reply among many: what decides whether it is wanted, and how soon somebody should look at it.
#[derive(Clone, Debug)]
pub struct Ranked {
    /// The row of the mention it was opened for.
    pub id: i64,
    /// The row of the mention it answers.
    pub mention: i64,
    /// Where it waits.
    pub lane: Lane,
    /// The word for where it stands.
    pub status: Status,
    /// When it is due.
    pub due: Timestamp,
    /// How soon somebody should look at it: more is sooner.
    pub score: i64,
    /// The team and the person it is with, and who holds it.
    pub with: Vec<String>,
}

/// Where a mention stands, for finding what belongs to it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Place {
    /// The source that it was first seen in.
    pub source: String,
    /// The source's kind.
    pub kind: String,
    /// The host it stands on; the source where it has no address.
    pub site: String,
    /// Who wrote it: the handle, else the name.
    pub author: Option<String>,
    /// The discussion it belongs to.
    pub thread: Option<String>,
    /// Its own id there.
    pub own_id: Option<String>,
}

const COLUMNS: &str = "id, mention, version, lane, state, opened_at, opened_by, due_at, changed_at, team, person, why, facts, source, \
    kind, site, author, thread, own_id, answer, first_sent_at, stars_before, stars_after";

impl Reply {
    /// How soon somebody should look at it.
    pub fn priority(&self, now: Timestamp) -> Priority {
        priority(self.lane, &self.facts, self.due, now)
    }

    /// Whether it was handed on because its deadline nears or has passed.
    pub fn is_escalated(&self) -> bool {
        is_escalation(&self.why)
    }

    /// The reply to the mention in this row.
    pub async fn to(connection: &mut AnyConnection, mention: i64) -> anyhow::Result<Option<Self>> {
        Ok(Self::to_each(connection, &[mention]).await?.remove(&mention))
    }

    /// The replies to the mentions in these rows, by row.
    pub async fn to_each(connection: &mut AnyConnection, mentions: &[i64]) -> anyhow::Result<HashMap<i64, Self>> {
        let mut found = HashMap::new();
        let sql = format!("SELECT {COLUMNS} FROM reply WHERE mention IN");
        for chunk in mentions.chunks(500) {
            for row in select(&mut *connection, &sql, chunk, "").await? {
                let reply = read(&row)?;
                found.insert(reply.mention, reply);
            }
        }
        Ok(found)
    }

    /// The reply of this lasting name.
    pub async fn named(connection: &mut AnyConnection, id: i64) -> anyhow::Result<Option<Self>> {
        let sql = format!("SELECT {COLUMNS} FROM reply WHERE id = $1");
        sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id).fetch_optional(connection).await?.as_ref().map(read).transpose()
    }

    /// Those that stand so, the earliest due first.
    pub async fn with_status(connection: &mut AnyConnection, statuses: &[Status]) -> anyhow::Result<Vec<Self>> {
        let mut found = Vec::new();
        let sql = format!("SELECT {COLUMNS} FROM reply WHERE status = $1 ORDER BY due_at, id");
        for status in statuses {
            let rows = sqlx::query(sqlx::AssertSqlSafe(sql.clone())).bind(status.as_str()).fetch_all(&mut *connection).await?;
            for row in &rows {
                found.push(read(row)?);
            }
        }
        found.sort_by_key(|reply| (reply.due, reply.id));
        Ok(found)
    }

    /// Those that stand so, as far as decides which of them are wanted and which come first.
    pub async fn ranked(connection: &mut AnyConnection, statuses: &[Status], now: Timestamp) -> anyhow::Result<Vec<Ranked>> {
        let mut found = Vec::new();
        let sql = "SELECT id, mention, lane, facts, due_at, team, person, state FROM reply WHERE status = $1";
        for status in statuses {
            for row in sqlx::query(sql).bind(status.as_str()).fetch_all(&mut *connection).await? {
                found.push(ranked(&row, *status, now)?);
            }
        }
        Ok(found)
    }

    /// Where the replies to these mentions stand, by row; a mention that is as good as without a reply is left out.
    pub async fn statuses(connection: &mut AnyConnection, mentions: &[i64]) -> anyhow::Result<HashMap<i64, Status>> {
        let mut found = HashMap::new();
        for chunk in mentions.chunks(500) {
            for row in select(&mut *connection, "SELECT mention, status FROM reply WHERE mention IN", chunk, "").await? {
                let status = Status::parse(row.try_get(1)?).filter(|status| *status != Status::Withdrawn);
                if let Some(status) = status {
                    found.insert(row.try_get(0)?, status);
                }
            }
        }
        Ok(found)
    }

    /// Keeps it as it is now.
    pub(super) async fn keep(&self, connection: &mut AnyConnection) -> anyhow::Result<()> {
        counts::stands(&mut *connection, self.id, self.state.status, self.lane).await?;
        let sql =
            "INSERT INTO reply (id, mention, version, lane, status, state, lease_until, opened_at, opened_by, due_at, changed_at, team, \
            person, why, facts, source, kind, site, author, thread, own_id, answer, first_sent_at, stars_before, stars_after)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
            CAST(CAST($24 AS TEXT) AS DOUBLE PRECISION), CAST(CAST($25 AS TEXT) AS DOUBLE PRECISION))
            ON CONFLICT (id) DO UPDATE SET mention = excluded.mention, version = excluded.version, lane = excluded.lane,
            status = excluded.status, state = excluded.state, lease_until = excluded.lease_until, due_at = excluded.due_at,
            changed_at = excluded.changed_at, team = excluded.team, person = excluded.person, why = excluded.why, facts = excluded.facts,
            answer = excluded.answer, first_sent_at = excluded.first_sent_at, stars_before = excluded.stars_before,
            stars_after = excluded.stars_after";
        sqlx::query(sql)
            .bind(self.id)
            .bind(self.mention)
            .bind(self.version)
            .bind(self.lane.as_str())
            .bind(self.state.status.as_str())
            .bind(serde_json::to_string(&self.state)?)
            .bind(self.state.claim.as_ref().map(|claim| claim.until.as_millisecond()))
            .bind(self.opened.as_millisecond())
            .bind(&self.opened_by)
            .bind(self.due.as_millisecond())
            .bind(self.changed.as_millisecond())
            .bind(&self.team)
            .bind(&self.person)
            .bind(&self.why)
            .bind(serde_json::to_string(&self.facts)?)
            .bind(&self.place.source)
            .bind(&self.place.kind)
            .bind(&self.place.site)
            .bind(&self.place.author)
            .bind(&self.place.thread)
            .bind(&self.place.own_id)
            .bind(&self.answer)
            .bind(self.first_sent.map(Timestamp::as_millisecond))
            // As text: sqlx takes a missing f64 for a shorter number, which PostgreSQL then holds against the next that is there.
            .bind(self.stars_before.map(|stars| stars.to_string()))
            .bind(self.stars_after.map(|stars| stars.to_string()))
            .execute(connection)
            .await?;
        Ok(())
    }
}

fn ranked(row: &AnyRow, status: Status, now: Timestamp) -> anyhow::Result<Ranked> {
    let lane: String = row.try_get(2)?;
    let lane = Lane::parse(&lane).ok_or_else(|| anyhow::anyhow!("`{lane}` is no lane"))?;
    let due = Timestamp::from_millisecond(row.try_get(4)?)?;
    let facts: Facts = serde_json::from_str(row.try_get(3)?)?;
    // Of most replies nobody has taken hold: the rest of their state is not read.
    let state: &str = row.try_get(7)?;
    let claim = match status {
        Status::Waiting => None,
        _ => serde_json::from_str::<State>(state)?.claim.map(|claim| claim.by),
    };
    let with = [row.try_get(5)?, row.try_get(6)?, claim].into_iter().flatten().collect();
    Ok(Ranked { id: row.try_get(0)?, mention: row.try_get(1)?, lane, status, due, score: score(lane, &facts, due, now), with })
}

fn read(row: &AnyRow) -> anyhow::Result<Reply> {
    let time = |column: &str| -> anyhow::Result<Timestamp> { Ok(Timestamp::from_millisecond(row.try_get(column)?)?) };
    let first_sent: Option<i64> = row.try_get("first_sent_at")?;
    let lane: String = row.try_get("lane")?;
    Ok(Reply {
        id: row.try_get("id")?,
        mention: row.try_get("mention")?,
        version: row.try_get("version")?,
        lane: Lane::parse(&lane).ok_or_else(|| anyhow::anyhow!("`{lane}` is no lane"))?,
        state: serde_json::from_str(row.try_get("state")?)?,
        opened: time("opened_at")?,
        opened_by: row.try_get("opened_by")?,
        due: time("due_at")?,
        changed: time("changed_at")?,
        team: row.try_get("team")?,
        person: row.try_get("person")?,
        why: row.try_get("why")?,
        facts: serde_json::from_str(row.try_get("facts")?)?,
        place: Place {
            source: row.try_get("source")?,
            kind: row.try_get("kind")?,
            site: row.try_get("site")?,
            author: row.try_get("author")?,
            thread: row.try_get("thread")?,
            own_id: row.try_get("own_id")?,
        },
        answer: row.try_get("answer")?,
        first_sent: first_sent.map(Timestamp::from_millisecond).transpose()?,
        stars_before: row.try_get("stars_before")?,
        stars_after: row.try_get("stars_after")?,
    })
}
