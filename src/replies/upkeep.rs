//! What the queue does by the clock, and how it stands: leases that run out, deadlines that near, the figures.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use sqlx::{AnyConnection, Row};

use super::act::{Actor, act};
use super::counts;
use super::desk::Desk;
use super::reply::Reply;
use super::route::escalate;
use super::settings::Lane;
use super::state::{Action, Status};
use crate::store::Tx;

const OPEN: [Status; 4] = [Status::Waiting, Status::Claimed, Status::Drafted, Status::Approved];

/// What was sent should be seen at its site within this time.
const SEEN_WITHIN: SignedDuration = SignedDuration::from_hours(48);

/// What the clock did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tended {
    /// Claims whose lease ran out.
    pub lapsed: usize,
    /// Replies that went to whoever takes over when a deadline nears.
    pub escalated: usize,
}

/// Takes back what nobody holds on to any more, and hands on what is nearly due.
pub async fn tend(tx: &mut Tx<'_>, desk: &Desk, now: Timestamp) -> anyhow::Result<Tended> {
    let mut tended = Tended::default();
    for reply in Reply::with_status(tx.connection(), &OPEN).await? {
        let has_lapsed = reply.state.claim.as_ref().is_some_and(|claim| claim.until <= now);
        let reply = match has_lapsed {
            true => {
                tended.lapsed += 1;
                act(tx, reply, Action::Lapse, Actor::SYSTEM, desk, now).await?
            }
            false => reply,
        };
        let Some(to) = escalate(reply.team.as_deref(), reply.person.as_deref(), reply.due, &desk.settings, now) else { continue };
        tended.escalated += 1;
        assign(tx, reply, to.person, to.why, Actor::SYSTEM, desk, now).await?;
    }
    Ok(tended)
}

/// Whether [`tend`] would do anything at `now`, found out without writing.
pub async fn needs_tending(connection: &mut AnyConnection, desk: &Desk, now: Timestamp) -> anyhow::Result<bool> {
    let sql = "SELECT 1 FROM reply WHERE lease_until <= $1 LIMIT 1";
    if sqlx::query(sql).bind(now.as_millisecond()).fetch_optional(&mut *connection).await?.is_some() {
        return Ok(true);
    }
    if desk.settings.teams.iter().all(|team| team.escalate_to.is_none()) {
        return Ok(false);
    }
    let open = Reply::with_status(connection, &OPEN).await?;
    Ok(open.iter().any(|reply| escalate(reply.team.as_deref(), reply.person.as_deref(), reply.due, &desk.settings, now).is_some()))
}

/// Gives a reply to a person.
pub async fn assign(
    tx: &mut Tx<'_>,
    mut reply: Reply,
    person: Option<String>,
    why: String,
    actor: Actor<'_>,
    desk: &Desk,
    now: Timestamp,
) -> anyhow::Result<Reply> {
    let to = person.clone().unwrap_or_else(|| "anybody".to_owned());
    reply.person = person;
    reply.why.clone_from(&why);
    act(tx, reply, Action::Assign { to, why }, actor, desk, now).await
}

/// How the queue stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Replies that somebody still has something to do about, by lane.
    pub open: BTreeMap<Lane, u64>,
    /// All replies, by where they stand.
    pub by_status: BTreeMap<Status, u64>,
    /// Open ones whose deadline has passed.
    pub overdue: u64,
    /// Open ones that are due within four hours.
    pub due_soon: u64,
    /// Those that went out since the time asked about.
    pub sent: u64,
    /// Those of them whose author gave a better rating afterwards.
    pub raised: u64,
    /// Those whose author gave a worse one.
    pub lowered: u64,
    /// Sent two days ago or longer, and still not seen at the site.
    pub unseen: u64,
}

/// How the queue stands at `now`, and what came of it since `since`.
pub async fn summary(connection: &mut AnyConnection, since: Timestamp, now: Timestamp) -> anyhow::Result<Summary> {
    let mut summary = Summary::default();
    let soon = now.checked_add(SignedDuration::from_hours(4)).unwrap_or(Timestamp::MAX);
    for ((status, lane), count) in counts::all(&mut *connection).await? {
        *summary.by_status.entry(status).or_default() += count;
        if status.is_open() {
            *summary.open.entry(lane).or_default() += count;
        }
    }
    let open = "status IN ('waiting', 'claimed', 'drafted', 'approved')";
    let unseen = now.checked_sub(SEEN_WITHIN).unwrap_or(Timestamp::MIN);
    let figures = [
        (format!("SELECT COUNT(*) FROM reply WHERE {open} AND due_at <= $1"), now),
        (format!("SELECT COUNT(*) FROM reply WHERE {open} AND due_at > {} AND due_at <= $1", now.as_millisecond()), soon),
        ("SELECT COUNT(*) FROM reply WHERE first_sent_at >= $1".to_owned(), since),
        ("SELECT COUNT(*) FROM reply WHERE first_sent_at >= $1 AND stars_after > stars_before".to_owned(), since),
        ("SELECT COUNT(*) FROM reply WHERE first_sent_at >= $1 AND stars_after < stars_before".to_owned(), since),
        ("SELECT COUNT(*) FROM reply WHERE status = 'sent' AND changed_at <= $1".to_owned(), unseen),
    ];
    let mut counts = Vec::with_capacity(figures.len());
    for (sql, at) in figures {
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(at.as_millisecond()).fetch_one(&mut *connection).await?;
        counts.push(u64::try_from(row.try_get::<i64, _>(0)?)?);
    }
    if let [overdue, due_soon, sent, raised, lowered, unseen] = counts[..] {
        summary = Summary { overdue, due_soon, sent, raised, lowered, unseen, ..summary };
    }
    Ok(summary)
}

/// The open replies that are due by `until`, the earliest first: for alerts before `until = now + …`, and for what is overdue
/// with `until = now`.
pub async fn due(connection: &mut AnyConnection, until: Timestamp) -> anyhow::Result<Vec<Reply>> {
    let mut open = Reply::with_status(connection, &OPEN).await?;
    open.retain(|reply| reply.due <= until);
    Ok(open)
}
