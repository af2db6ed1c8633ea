//! Doing something to a reply: checked against the version that was seen, decided by the state machine, written with its audit.

use jiff::Timestamp;
use sqlx::{AnyConnection, Row};

use super::audit::Entry;
use super::desk::Desk;
use super::posting::Attempt;
use super::quotes;
use super::reply::Reply;
use super::state::{Action, Status, next};
use super::templates::Purpose;
use super::{Refusal, SYSTEM};
use crate::sources::answer_limit;
use crate::store::Tx;

/// Who does something, and what they saw when they decided to.
#[derive(Clone, Copy, Debug)]
pub struct Actor<'a> {
    /// The name.
    pub who: &'a str,
    /// The version of the reply that they saw; none if whatever stands now is meant.
    pub seen: Option<i64>,
}

impl Actor<'_> {
    /// Goodword itself.
    pub const SYSTEM: Self = Self { who: SYSTEM, seen: None };
}

/// Does `action` to `reply`, which was read in this transaction; returns it as it stands then. What is refused changes nothing and
/// is told as a [`Refusal`].
pub async fn act(
    tx: &mut Tx<'_>,
    mut reply: Reply,
    action: Action,
    actor: Actor<'_>,
    desk: &Desk,
    now: Timestamp,
) -> anyhow::Result<Reply> {
    check_seen(tx.connection(), &reply, actor.seen).await?;
    let before = reply.state.clone();
    let changes_text = matches!(
        action,
        Action::Draft { .. }
            | Action::Reject { .. }
            | Action::Send
            | Action::Dismiss { .. }
            | Action::Revise { .. }
            | Action::Reopen { .. }
    );
    if changes_text && actor.who != SYSTEM && Attempt::is_under_way(tx.connection(), reply.id).await? {
        return Err(Refusal::GoingOut.into());
    }
    reply.state = next(&before, &action, actor.who, desk.settings.queue.manner(), now)?;
    match &action {
        Action::Draft { text, .. } | Action::Revise { text } => written(tx.connection(), &reply, text).await?,
        Action::Send => {
            check_last(tx.connection(), &reply).await?;
            went_out(tx.connection(), &mut reply, desk, before.sent.is_some(), now).await?;
        }
        Action::Post { .. } => went_out(tx.connection(), &mut reply, desk, before.sent.is_some(), now).await?,
        Action::Assign { .. } | Action::Move { .. } => {}
        Action::Outcome { after, .. } => reply.stars_after = Some(*after),
        Action::Reopen { .. } | Action::Hear { .. } | Action::Refuse { .. } | Action::Retract { .. }
            if reply.state.status != before.status =>
        {
            reply.due = desk.due(reply.lane, reply.team.as_deref(), now);
        }
        _ => {}
    }
    if before.status == Status::Approved && reply.state.status != Status::Approved {
        Attempt::settle(tx.connection(), reply.id, reply.state.status, now).await?;
    }
    reply.version += 1;
    reply.changed = now;
    reply.keep(tx.connection()).await?;
    note(tx.connection(), &reply, action, actor.who, before.clone(), now).await?;
    if reply.state.status != before.status {
        tx.touch(&[reply.mention]).await?;
    }
    Ok(reply)
}

/// Refuses who has not seen what others did to `reply` since.
pub async fn check_seen(connection: &mut AnyConnection, reply: &Reply, seen: Option<i64>) -> anyhow::Result<()> {
    let Some(seen) = seen.filter(|seen| *seen != reply.version) else { return Ok(()) };
    let since = Entry::after(connection, reply.id, seen).await?;
    Err(Refusal::Stale { seen, since }.into())
}

/// Writes the audit of the change that led to `reply` as it is now.
pub(super) async fn note(
    connection: &mut AnyConnection,
    reply: &Reply,
    action: Action,
    who: &str,
    before: super::state::State,
    now: Timestamp,
) -> anyhow::Result<()> {
    let (reply_id, version, mention) = (reply.id, reply.version, reply.mention);
    let entry = Entry { reply: reply_id, version, mention, at: now, who: who.to_owned(), action, before, after: reply.state.clone() };
    entry.keep(connection).await
}

/// The last texts at a site: what was drafted for which reply, and what went out.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct LastTexts {
    pub(super) drafted: Option<(String, i64)>,
    pub(super) sent: Option<(String, i64)>,
}

pub(super) async fn last_texts(connection: &mut AnyConnection, site: &str) -> anyhow::Result<LastTexts> {
    let sql = "SELECT drafted, drafted_for, sent, sent_for FROM reply_site WHERE site = $1";
    let Some(row) = sqlx::query(sql).bind(site).fetch_optional(connection).await? else { return Ok(LastTexts::default()) };
    let pair = |text: Option<String>, of: Option<i64>| text.zip(of);
    Ok(LastTexts { drafted: pair(row.try_get(0)?, row.try_get(1)?), sent: pair(row.try_get(2)?, row.try_get(3)?) })
}

/// Checks a text that was written for a site, and remembers it.
async fn written(connection: &mut AnyConnection, reply: &Reply, text: &str) -> anyhow::Result<()> {
    if let Some(limit) = answer_limit(&reply.place.kind) {
        let (long, most, unit) = (limit.length(text.trim()), limit.most, limit.counted.as_str());
        if long > most {
            return Err(Refusal::TooLong { long, most, unit, site: reply.place.site.clone() }.into());
        }
    }
    let last = last_texts(connection, &reply.place.site).await?;
    let of_another = |last: &Option<(String, i64)>| last.as_ref().is_some_and(|(last, of)| same(last, text) && *of != reply.id);
    if of_another(&last.drafted) || of_another(&last.sent) {
        return Err(Refusal::SameAgain { site: reply.place.site.clone() }.into());
    }
    let sql = "INSERT INTO reply_site (site, drafted, drafted_for) VALUES ($1, $2, $3)
        ON CONFLICT (site) DO UPDATE SET drafted = excluded.drafted, drafted_for = excluded.drafted_for";
    sqlx::query(sql).bind(&reply.place.site).bind(text).bind(reply.id).execute(connection).await?;
    Ok(())
}

/// Refuses to send what was the last text at its site.
pub(super) async fn check_last(connection: &mut AnyConnection, reply: &Reply) -> anyhow::Result<()> {
    let text = reply.state.sent.as_ref().filter(|_| reply.state.draft.is_none()).map(|sent| &sent.text);
    let text = text.or(reply.state.draft.as_ref().map(|draft| &draft.text));
    let last = last_texts(connection, &reply.place.site).await?;
    if last.sent.zip(text).is_some_and(|((last, of), text)| same(&last, text) && of != reply.id) {
        return Err(Refusal::SameAgain { site: reply.place.site.clone() }.into());
    }
    Ok(())
}

/// Remembers what went out, and that words may be quoted if that was asked.
async fn went_out(connection: &mut AnyConnection, reply: &mut Reply, desk: &Desk, is_revision: bool, now: Timestamp) -> anyhow::Result<()> {
    let Some(sent) = reply.state.sent.clone() else { return Ok(()) };
    let sql = "INSERT INTO reply_site (site, sent, sent_for) VALUES ($1, $2, $3)
        ON CONFLICT (site) DO UPDATE SET sent = excluded.sent, sent_for = excluded.sent_for";
    sqlx::query(sql).bind(&reply.place.site).bind(&sent.text).bind(reply.id).execute(&mut *connection).await?;
    reply.first_sent = reply.first_sent.or(Some(now));
    if !is_revision {
        reply.stars_before = reply.facts.stars;
        reply.stars_after = None;
    }
    let asks = sent.template.as_deref().and_then(|name| desk.templates.named(name)).is_some_and(|it| it.purpose == Purpose::AskToQuote);
    if asks {
        quotes::asked(connection, reply.mention, &sent.by, now).await?;
    }
    Ok(())
}

/// Whether two texts read the same.
fn same(one: &str, other: &str) -> bool {
    one.split_whitespace().eq(other.split_whitespace())
}

/// The texts that were last written for a site, or went out there.
pub async fn last_texts_at(connection: &mut AnyConnection, site: &str) -> anyhow::Result<Vec<String>> {
    let last = last_texts(connection, site).await?;
    Ok(last.drafted.into_iter().chain(last.sent).map(|(text, _)| text).collect())
}
