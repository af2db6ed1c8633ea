//! What it means for open replies that more, or less, is known of the customers behind them: they weigh otherwise, and what
//! nobody has taken up goes to whom the routes name now.
//!
//! What a person said holds: a reply that was given to somebody by hand stays there. Who gets it says `route`.

use jiff::Timestamp;
use sqlx::{AnyConnection, Row};

use super::act::Actor;
use super::customer::Customer;
use super::desk::Desk;
use super::priority::Facts;
use super::reply::Reply;
use super::route::{Asked, Turns, reroute};
use super::state::Status;
use super::upkeep::assign;
use super::{SYSTEM, turns};
use crate::customers;
use crate::store::{Stored, Tx};

/// Weighs the open replies to `mentions` by the customers that are known now. Returns how many weigh otherwise or go elsewhere.
pub async fn weigh_anew(tx: &mut Tx<'_>, mentions: &[Stored], desk: &Desk, now: Timestamp) -> anyhow::Result<usize> {
    let rows: Vec<i64> = mentions.iter().map(|stored| stored.row).collect();
    let mut replies = Reply::to_each(tx.connection(), &rows).await?;
    replies.retain(|_, reply| reply.state.status.is_open());
    if replies.is_empty() {
        return Ok(0);
    }
    let customers = customers::of(tx.connection(), &rows).await?;
    let mut turns = turns::load(tx.connection()).await?;
    let mut changed = 0;
    for stored in mentions {
        let Some(mut reply) = replies.remove(&stored.row) else { continue };
        let customer = customers.get(&stored.row).cloned().map(Customer::from);
        let facts = Facts::of(stored, customer.as_ref());
        let weighs_otherwise = reply.facts != facts;
        reply.facts = facts;
        let moved = move_on(tx, &reply, (stored, customer.as_ref()), &mut turns, desk, now).await?;
        if weighs_otherwise && !moved {
            reply.keep(tx.connection()).await?;
        }
        changed += usize::from(weighs_otherwise || moved);
    }
    turns::keep(tx.connection(), &turns).await?;
    Ok(changed)
}

/// Gives it to whom the routes name now, if nobody is at it and nobody decided otherwise.
async fn move_on(
    tx: &mut Tx<'_>,
    reply: &Reply,
    (stored, customer): (&Stored, Option<&Customer>),
    turns: &mut Turns,
    desk: &Desk,
    now: Timestamp,
) -> anyhow::Result<bool> {
    let is_free = reply.state.status == Status::Waiting && !reply.is_escalated();
    if !is_free || was_given_by_hand(tx.connection(), reply).await? {
        return Ok(false);
    }
    let asked = Asked::of(stored, reply.lane, customer, now);
    let Some(assigned) = reroute(reply, &asked, &desk.settings, turns) else { return Ok(false) };
    let due = desk.due(reply.lane, assigned.team.as_deref(), reply.opened);
    let reply = Reply { team: assigned.team, due, ..reply.clone() };
    assign(tx, reply, assigned.person, assigned.why, Actor::SYSTEM, desk, now).await?;
    Ok(true)
}

async fn was_given_by_hand(connection: &mut AnyConnection, reply: &Reply) -> anyhow::Result<bool> {
    let sql = "SELECT COUNT(*) FROM reply_audit WHERE reply = $1 AND who <> $2 AND action LIKE '{\"action\":\"assign\"%'";
    let given: i64 = sqlx::query(sql).bind(reply.id).bind(SYSTEM).fetch_one(connection).await?.try_get(0)?;
    Ok(given > 0)
}
