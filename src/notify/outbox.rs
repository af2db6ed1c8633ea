//! The outbox: what is to go out, queued in the transaction of what it tells of, and what has become of it.
//!
//! Owns its table. Knows neither destinations nor how anything is carried; nothing here reads the clock.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::mail::Mail;
use super::message::Message;

/// What was sent or dropped is forgotten after this long.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The destination of mails that go to an address of their own rather than to a destination of settings.toml.
pub const MAIL: &str = "mail";

/// Something to go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queued {
    /// The name of a destination in settings.toml; [`MAIL`] for a finished mail to its own address.
    pub destination: String,
    /// Tells it from all others of this destination: the same key goes out once.
    pub key: String,
    /// What goes out.
    pub body: Body,
    /// Not before then.
    pub due: Timestamp,
    /// Whether it goes ahead of others.
    pub urgent: bool,
}

/// What goes out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Body {
    /// A message, rendered for its destination when it goes out.
    Message(Message),
    /// A finished mail.
    Mail(Mail),
}

impl Body {
    /// It in a line.
    pub fn subject(&self) -> &str {
        match self {
            Self::Message(message) => &message.subject,
            Self::Mail(mail) => &mail.subject,
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Message(message) => message.topic.as_str(),
            Self::Mail(_) => "mail",
        }
    }
}

/// What becomes of something in the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It is to go out.
    Waiting,
    /// It went out.
    Sent,
    /// It will not go out by itself any more.
    Stuck,
    /// A person dropped it.
    Dropped,
}

impl State {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Stuck => "stuck",
            Self::Dropped => "dropped",
        }
    }
}

/// Something in the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outgoing {
    /// Its number.
    pub number: i64,
    /// Its destination.
    pub destination: String,
    /// The mail address it goes to; empty if its destination says.
    pub recipient: String,
    /// What tells it from all others of its destination.
    pub key: String,
    /// What it is about.
    pub kind: String,
    /// It in a line.
    pub subject: String,
    /// Whether it goes ahead of others.
    pub urgent: bool,
    /// What has become of it.
    pub state: State,
    /// When it was queued.
    pub queued: Timestamp,
    /// When it is tried next.
    pub due: Timestamp,
    /// Until when somebody is at it.
    #[serde(skip)]
    pub leased_until: Timestamp,
    /// How often it was tried.
    pub tries: i64,
    /// Whether others of its destination wait behind it.
    #[serde(skip)]
    pub holds: bool,
    /// Why it did not go out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When it was sent, got stuck or was dropped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<Timestamp>,
}

/// How many wait and are stuck.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Backlog {
    /// What is to go out.
    pub waiting: i64,
    /// Mentions that summaries to come will speak of.
    pub gathered: i64,
    /// What will not go out by itself.
    pub stuck: i64,
}

/// The outbox's table.
#[derive(Debug)]
pub struct Outbox;

impl Outbox {
    /// Queues something in the caller's transaction; false if the same was queued before.
    pub async fn queue(connection: &mut AnyConnection, queued: &Queued, now: Timestamp) -> anyhow::Result<bool> {
        Ok(Self::put(connection, queued, now).await?.is_some())
    }

    /// Queues something; its number, none if the same was queued before.
    pub(super) async fn put(connection: &mut AnyConnection, queued: &Queued, now: Timestamp) -> anyhow::Result<Option<i64>> {
        let recipient = match &queued.body {
            Body::Mail(mail) => mail.to.as_str(),
            Body::Message(_) => "",
        };
        Self::put_for(connection, queued, recipient, now).await
    }

    /// The same for one recipient of a destination that has several.
    pub(super) async fn put_for(
        connection: &mut AnyConnection,
        queued: &Queued,
        recipient: &str,
        now: Timestamp,
    ) -> anyhow::Result<Option<i64>> {
        let last = sqlx::query("SELECT COALESCE(MAX(number), 0) FROM outbox").fetch_one(&mut *connection).await?;
        let number: i64 = last.try_get::<i64, _>(0)? + 1;
        let sql = "INSERT INTO outbox (number, destination, recipient, key, kind, subject, body, urgent, state, queued_at, due_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', $9, $10) ON CONFLICT (key, destination, recipient) DO NOTHING";
        let done = sqlx::query(sql)
            .bind(number)
            .bind(&queued.destination)
            .bind(recipient)
            .bind(&queued.key)
            .bind(queued.body.kind())
            .bind(queued.body.subject())
            .bind(serde_json::to_string(&queued.body)?)
            .bind(i64::from(queued.urgent))
            .bind(now.as_millisecond())
            .bind(queued.due.as_millisecond())
            .execute(connection)
            .await?;
        Ok((done.rows_affected() > 0).then_some(number))
    }

    /// What is in it: all, or what is in one state; oldest first, at most `limit` of the newest.
    pub async fn list(connection: &mut AnyConnection, state: Option<State>, limit: i64) -> anyhow::Result<Vec<Outgoing>> {
        let sql = "SELECT * FROM outbox WHERE $1 = '' OR state = $2 ORDER BY number DESC LIMIT $3";
        let word = state.map_or("", State::as_str);
        let rows = sqlx::query(sql).bind(word).bind(word).bind(limit).fetch_all(connection).await?;
        rows.iter().rev().map(outgoing).collect()
    }

    /// How much waits.
    pub async fn backlog(connection: &mut AnyConnection) -> anyhow::Result<Backlog> {
        let mut backlog = Backlog::default();
        for row in sqlx::query("SELECT state, COUNT(*) FROM outbox WHERE state IN ('waiting', 'stuck') GROUP BY state")
            .fetch_all(&mut *connection)
            .await?
        {
            match row.try_get::<String, _>(0)?.as_str() {
                "waiting" => backlog.waiting = row.try_get(1)?,
                _ => backlog.stuck = row.try_get(1)?,
            }
        }
        let sql = "SELECT COUNT(*) FROM told JOIN outbox ON outbox.number = told.gathered WHERE outbox.state = 'waiting'";
        backlog.gathered = sqlx::query(sql).fetch_one(connection).await?.try_get(0)?;
        Ok(backlog)
    }

    /// Lets what is stuck be tried again now; what waits for a later try too. Returns how many.
    pub async fn retry(connection: &mut AnyConnection, numbers: &[i64], now: Timestamp) -> sqlx::Result<u64> {
        let sql = "UPDATE outbox SET state = 'waiting', due_at = $1, queued_at = CASE WHEN state = 'stuck' THEN $2 ELSE queued_at END,
            holds = 0, ended_at = NULL WHERE number = $3 AND state IN ('stuck', 'waiting') AND leased_until <= $4";
        let mut changed = 0;
        for number in numbers {
            let at = now.as_millisecond();
            changed += sqlx::query(sql).bind(at).bind(at).bind(*number).bind(at).execute(&mut *connection).await?.rows_affected();
        }
        Ok(changed)
    }

    /// Drops what has not gone out. Returns how many.
    pub async fn drop(connection: &mut AnyConnection, numbers: &[i64], now: Timestamp) -> sqlx::Result<u64> {
        let sql = "UPDATE outbox SET state = 'dropped', body = '', ended_at = $1 WHERE number = $2 AND state IN ('stuck', 'waiting')";
        let mut changed = 0;
        for number in numbers {
            changed += sqlx::query(sql).bind(now.as_millisecond()).bind(*number).execute(&mut *connection).await?.rows_affected();
        }
        Ok(changed)
    }

    /// Takes back a mail that has not gone out, so that another may be queued under its key; in which state it was, none if it
    /// has gone out. Of what has gone out the subject is forgotten.
    pub async fn take_back(connection: &mut AnyConnection, key: &str) -> anyhow::Result<Option<State>> {
        let sql = "UPDATE outbox SET subject = 'erased' WHERE key = $1 AND state IN ('sent', 'dropped')";
        sqlx::query(sql).bind(key).execute(&mut *connection).await?;
        let sql = "SELECT number, state FROM outbox WHERE key = $1 AND destination = $2 AND state IN ('waiting', 'stuck')";
        let Some(row) = sqlx::query(sql).bind(key).bind(MAIL).fetch_optional(&mut *connection).await? else { return Ok(None) };
        Self::erase(connection, row.try_get(0)?).await?;
        Ok(Some(serde_json::from_value(row.try_get::<String, _>(1)?.into())?))
    }

    /// Leaves nothing of it but its number, which is not given out again.
    pub(super) async fn erase(connection: &mut AnyConnection, number: i64) -> sqlx::Result<()> {
        let sql = "UPDATE outbox SET state = CASE WHEN state = 'sent' THEN state ELSE 'dropped' END, recipient = '', key = $1,
            subject = 'erased', body = '', reason = NULL, ended_at = COALESCE(ended_at, queued_at) WHERE number = $2";
        sqlx::query(sql).bind(format!("erased:{number}")).bind(number).execute(connection).await?;
        Ok(())
    }

    /// Puts another body in the place of what is to go out.
    pub(super) async fn replace(connection: &mut AnyConnection, number: i64, body: &Body) -> anyhow::Result<()> {
        let sql = "UPDATE outbox SET subject = $1, body = $2 WHERE number = $3";
        sqlx::query(sql).bind(body.subject()).bind(serde_json::to_string(body)?).bind(number).execute(connection).await?;
        Ok(())
    }

    /// Forgets what went out or was dropped long ago.
    pub async fn compact(connection: &mut AnyConnection, now: Timestamp) -> sqlx::Result<()> {
        let before = now.checked_sub(KEPT).unwrap_or(Timestamp::MIN).as_millisecond();
        // The number of the last one stays, so that none is given out twice.
        let sql = "DELETE FROM outbox WHERE state IN ('sent', 'dropped') AND ended_at < $1 AND number < (SELECT MAX(number) FROM outbox)";
        sqlx::query(sql).bind(before).execute(connection).await?;
        Ok(())
    }
}

pub(super) fn outgoing(row: &AnyRow) -> anyhow::Result<Outgoing> {
    let time = |column: &str| -> anyhow::Result<Timestamp> { Ok(Timestamp::from_millisecond(row.try_get(column)?)?) };
    Ok(Outgoing {
        number: row.try_get("number")?,
        destination: row.try_get("destination")?,
        recipient: row.try_get("recipient")?,
        key: row.try_get("key")?,
        kind: row.try_get("kind")?,
        subject: row.try_get("subject")?,
        urgent: row.try_get::<i64, _>("urgent")? != 0,
        state: serde_json::from_value(row.try_get::<String, _>("state")?.into())?,
        queued: time("queued_at")?,
        due: time("due_at")?,
        leased_until: time("leased_until")?,
        tries: row.try_get("tries")?,
        holds: row.try_get::<i64, _>("holds")? != 0,
        reason: row.try_get("reason")?,
        ended: row.try_get::<Option<i64>, _>("ended_at")?.map(Timestamp::from_millisecond).transpose()?,
    })
}
