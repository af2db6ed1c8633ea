//! Putting on record what became of what went to a site, at the reply too, and what is seen there later.
//!
//! What the answers mean and when it is looked again is decided in `replies::posting`; nothing is called from here but the look.

use jiff::Timestamp;

use super::carry::{Line, Tried};
use crate::app::App;
use crate::replies::posting::{Attempt, Deed, Found, Notes, Outcome, Placed, Stage, Standing};
use crate::replies::{Action, Actor, Reply, Status, act};
use crate::store::Tx;

impl App {
    /// Puts on record what became of it, at the reply too.
    pub(super) async fn record(&self, attempt: &mut Attempt, Tried { outcome, called }: Tried) -> anyhow::Result<()> {
        let now = self.clock.now();
        if attempt.stage == Stage::Dropped {
            return self.drop_posting(attempt).await;
        }
        let mut tx = self.store.begin().await?;
        if !attempt.is_ours(tx.connection()).await? {
            return too_late(attempt);
        }
        // Without a call this time, an earlier one may still have arrived.
        let may_be_there = attempt.stage == Stage::Calling && !called;
        match outcome {
            Outcome::Done(placed) => {
                attempt.place(&placed, now);
                attempt.keep(tx.connection(), now).await?;
                self.record_done(&mut tx, attempt, &placed, now).await?;
            }
            Outcome::Refused { why, reopen: true } if !may_be_there => {
                (attempt.stage, attempt.reason) = (Stage::Refused, Some(why.clone()));
                attempt.keep(tx.connection(), now).await?;
                let reply = Reply::named(tx.connection(), attempt.reply).await?;
                if let Some(reply) = reply.filter(|reply| attempt.deed != Deed::Withdraw && is_approved(reply, attempt)) {
                    let reason = format!("the site does not take it: {why}");
                    act(&mut tx, reply, Action::Reject { reason }, Actor::SYSTEM, &self.config().desk(), now).await?;
                }
            }
            Outcome::Refused { why, .. } => {
                (attempt.stage, attempt.reason) = (if may_be_there { Stage::Unclear } else { Stage::Stuck }, Some(why));
                attempt.keep(tx.connection(), now).await?;
            }
            Outcome::Again { after, why } => {
                attempt.stage = if may_be_there { Stage::Calling } else { Stage::Ready };
                attempt.put_off(why, after, now);
                attempt.keep(tx.connection(), now).await?;
            }
            Outcome::Unknown { after, why } => {
                attempt.stage = Stage::Calling;
                attempt.put_off(why, after, now);
                attempt.keep(tx.connection(), now).await?;
            }
        }
        tx.commit().await?;
        log(attempt);
        Ok(())
    }

    /// What stands at the site is put on record at the reply, whatever was done there meanwhile.
    async fn record_done(&self, tx: &mut Tx<'_>, attempt: &Attempt, placed: &Placed, now: Timestamp) -> anyhow::Result<()> {
        let Some(reply) = Reply::named(tx.connection(), attempt.reply).await? else { return Ok(()) };
        let desk = self.config().desk();
        if attempt.deed == Deed::Withdraw {
            if reply.state.sent.is_some() {
                let retract = Action::Retract { reason: format!("withdrawn by {}: {}", attempt.by, attempt.text) };
                act(tx, reply, retract, Actor::SYSTEM, &desk, now).await?;
            }
            return Ok(());
        }
        let is_known = reply.state.sent.as_ref().is_some_and(|sent| sent.text == attempt.text) && !reply.state.status.is_open();
        let overtaken = (!is_known && !is_approved(&reply, attempt)).then(|| reply.state.reason.clone().unwrap_or_default());
        let mut reply = reply;
        if !is_known {
            let post = Action::Post { text: attempt.text.clone(), by: attempt.by.clone() };
            reply = act(tx, reply, post, Actor::SYSTEM, &desk, now).await?;
        }
        let next = match (&placed.standing, overtaken) {
            (Standing::Rejected(why), _) => Some(Action::Refuse { reason: why.clone() }),
            (_, Some(what)) => Some(Action::Reopen { reason: format!("while it went out, this came in between: {what}") }),
            _ => None,
        };
        if let Some(next) = next {
            act(tx, reply, next, Actor::SYSTEM, &desk, now).await?;
        }
        Ok(())
    }

    /// Looks whether the site shows what it took, and puts that on record.
    pub(super) async fn look_again(&self, attempt: &mut Attempt, line: &Line) -> anyhow::Result<()> {
        let mut notes = Notes::default();
        let found = match self.prepare(attempt, line, &mut notes).await {
            Ok(()) => self.look_there(attempt, line, &notes).await,
            Err(outcome) => Err(outcome),
        };
        let now = self.clock.now();
        attempt.look_later(now);
        let mut tx = self.store.begin().await?;
        if !attempt.is_ours(tx.connection()).await? {
            return too_late(attempt);
        }
        let action = match found {
            Ok(Found::There(Placed { standing: Standing::Shown, .. })) => {
                attempt.stage = Stage::Seen;
                Some(Action::Verify)
            }
            Ok(Found::There(Placed { standing: Standing::Rejected(why), .. })) => {
                (attempt.stage, attempt.reason) = (Stage::Refused, Some(why.clone()));
                Some(Action::Refuse { reason: why })
            }
            Ok(Found::There(_)) => None,
            Ok(Found::NotThere) => note(attempt, "the site does not show it"),
            Ok(Found::Other(_)) => note(attempt, "the site shows another text"),
            Ok(Found::Unclear(why)) => note(attempt, &why),
            Err(Outcome::Again { why, .. } | Outcome::Refused { why, .. } | Outcome::Unknown { why, .. }) => note(attempt, &why),
            Err(Outcome::Done(_)) => None,
        };
        attempt.keep(tx.connection(), now).await?;
        let reply = Reply::named(tx.connection(), attempt.reply).await?;
        let reply = reply.filter(|reply| reply.state.sent.as_ref().is_some_and(|sent| sent.text == attempt.text));
        let is_possible = |reply: &Reply, action: &Action| match action {
            Action::Verify => reply.state.status == Status::Sent,
            _ => matches!(reply.state.status, Status::Sent | Status::Verified),
        };
        if let Some((reply, action)) = reply.zip(action).filter(|(reply, action)| is_possible(reply, action)) {
            act(&mut tx, reply, action, Actor::SYSTEM, &self.config().desk(), now).await?;
        }
        tx.commit().await?;
        log(attempt);
        Ok(())
    }

    async fn drop_posting(&self, attempt: &mut Attempt) -> anyhow::Result<()> {
        let mut tx = self.store.begin().await?;
        if !attempt.is_ours(tx.connection()).await? {
            return too_late(attempt);
        }
        attempt.reason = Some("it was overtaken before it went out".to_owned());
        attempt.keep(tx.connection(), self.clock.now()).await?;
        Ok(tx.commit().await?)
    }
}

/// Whether the reply is approved with the very text that goes out.
pub(super) fn is_approved(reply: &Reply, attempt: &Attempt) -> bool {
    reply.state.status == Status::Approved && reply.state.draft.as_ref().is_some_and(|draft| draft.text == attempt.text)
}

fn note(attempt: &mut Attempt, why: &str) -> Option<Action> {
    attempt.reason = Some(why.to_owned());
    None
}

/// Somebody else went on with it when the lease had run out.
fn too_late(attempt: &Attempt) -> anyhow::Result<()> {
    let (source, deed) = (attempt.source.as_str(), attempt.deed.as_str());
    tracing::warn!(source, deed, "what a site said came too late to be put on record: it has been asked again since");
    Ok(())
}

fn log(attempt: &Attempt) {
    let (source, deed, stage) = (attempt.source.as_str(), attempt.deed.as_str(), attempt.stage.as_str());
    let why = attempt.reason.as_deref().unwrap_or_default();
    match attempt.stage {
        Stage::Posted | Stage::Seen => tracing::info!(source, deed, stage, "a reply is at its site"),
        Stage::Ready | Stage::Calling | Stage::Dropped => tracing::warn!(source, deed, stage, "a reply is not at its site yet: {why}"),
        Stage::Refused | Stage::Stuck | Stage::Unclear => tracing::error!(source, deed, stage, "a reply waits for somebody: {why}"),
    }
}
