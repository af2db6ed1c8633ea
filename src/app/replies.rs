//! The queue of replies: looking at it, doing something to a reply, and keeping it in order by the clock.

use jiff::Timestamp;

use super::App;
use crate::replies::{
    self, Action, Actor, Entry, Filled, Lane, Occasion, Priority, Purpose, Ranked, Refusal, Reply, Status, Summary, Tended,
};
use crate::sources::answer_limit;
use crate::store::{Stored, Tx};
use crate::tomlfile::name_the_valid;

/// Which replies are wanted.
#[derive(Clone, Debug, Default)]
pub struct QueueRequest {
    /// Where they stand; those that somebody still has to do something about if none is named.
    pub statuses: Vec<Status>,
    /// Their lane.
    pub lane: Option<Lane>,
    /// Who has them: a person or a team.
    pub with: Option<String>,
    /// Only those whose deadline has passed.
    pub overdue: bool,
    /// So many of the first are left out.
    pub skip: usize,
    /// The most to give; all if none.
    pub limit: Option<usize>,
}

/// A reply with its mention.
#[derive(Clone, Debug)]
pub struct Queued {
    /// The reply.
    pub reply: Reply,
    /// How soon somebody should look at it.
    pub priority: Priority,
    /// What it answers.
    pub stored: Stored,
}

impl App {
    /// The replies that are wanted, with how many there are in all; what should come first comes first.
    pub async fn queue(&self, wanted: &QueueRequest) -> anyhow::Result<(usize, Vec<Queued>)> {
        let now = self.clock.now();
        let open: Vec<Status> = Status::ALL.into_iter().filter(|status| status.is_open()).collect();
        let statuses = if wanted.statuses.is_empty() { &open } else { &wanted.statuses };
        let mut ranked = Reply::ranked(&mut *self.store.connection().await?, statuses, now).await?;
        ranked.retain(|reply| fits(wanted, reply, now));
        ranked.sort_by_key(|reply| (std::cmp::Reverse(reply.score), reply.due, reply.id));
        let all = ranked.len();
        ranked.drain(..wanted.skip.min(all));
        ranked.truncate(wanted.limit.unwrap_or(usize::MAX));
        let rows: Vec<i64> = ranked.iter().map(|reply| reply.mention).collect();
        let mut replies = Reply::to_each(&mut *self.store.connection().await?, &rows).await?;
        let mut mentions =
            self.store.mentions(&rows).await?.into_iter().map(|stored| (stored.row, stored)).collect::<std::collections::HashMap<_, _>>();
        let queued = rows.iter().filter_map(|row| {
            let (reply, stored) = replies.remove(row).zip(mentions.remove(row))?;
            Some(Queued { priority: reply.priority(now), reply, stored })
        });
        Ok((all, queued.collect()))
    }

    /// The reply to the mention of this id.
    pub async fn queued(&self, id: &str) -> anyhow::Result<Queued> {
        let stored = self.mention(id).await?;
        let reply = Reply::to(&mut *self.store.connection().await?, stored.row).await?.ok_or(Refusal::NotQueued)?;
        Ok(Queued { priority: reply.priority(self.clock.now()), reply, stored })
    }

    /// Does something to the reply to the mention of this id; what is refused is a [`Refusal`] and changes nothing. Reopening
    /// puts a mention without a reply into the queue.
    pub async fn act_on_reply(&self, id: &str, action: Action, actor: Actor<'_>) -> anyhow::Result<Queued> {
        self.act_in_turn(id, vec![action], actor).await
    }

    /// Does one thing after the other, all or nothing.
    pub(super) async fn act_in_turn(&self, id: &str, actions: Vec<Action>, actor: Actor<'_>) -> anyhow::Result<Queued> {
        let stored = self.mention(id).await?;
        let (desk, now) = (self.config().desk(), self.clock.now());
        let mut tx = self.store.begin().await?;
        let mut reply = Reply::to(tx.connection(), stored.row).await?;
        let mut actor = actor;
        for action in actions {
            let acted = match (reply, action) {
                (Some(reply), action) => replies::act(&mut tx, reply, action, actor, &desk, now).await?,
                (None, Action::Reopen { reason }) => replies::open_by_hand(&mut tx, &stored, (actor.who, &reason), &desk, now).await?,
                (None, _) => return Err(Refusal::NotQueued.into()),
            };
            // What follows builds on what has just been done.
            actor.seen = None;
            reply = Some(acted);
        }
        let reply = reply.ok_or(Refusal::NotQueued)?;
        tx.commit().await?;
        Ok(Queued { priority: reply.priority(now), reply, stored: self.mention(id).await? })
    }

    /// Gives a reply to a person.
    pub async fn assign_reply(&self, id: &str, person: &str, why: &str, actor: Actor<'_>) -> anyhow::Result<Queued> {
        let stored = self.mention(id).await?;
        let (desk, now) = (self.config().desk(), self.clock.now());
        let mut tx = self.store.begin().await?;
        let reply = Reply::to(tx.connection(), stored.row).await?.ok_or(Refusal::NotQueued)?;
        let reply = replies::assign(&mut tx, reply, Some(person.to_owned()), why.to_owned(), actor, &desk, now).await?;
        tx.commit().await?;
        Ok(Queued { priority: reply.priority(now), reply, stored })
    }

    /// What may be said in a reply, the most fitting first; of one purpose or template only, if it is named.
    pub async fn reply_texts(&self, queued: &Queued, only: Option<&str>) -> anyhow::Result<Vec<Filled>> {
        let desk = self.config().desk();
        let place = &queued.reply.place;
        let last = replies::last_texts_at(&mut *self.store.connection().await?, &place.site).await?;
        let occasion =
            Occasion { stored: &queued.stored, lane: queued.reply.lane, limit: answer_limit(&place.kind), ours: &desk.ours, last: &last };
        let mut texts = desk.templates.fill(occasion);
        if let Some(only) = only {
            let known = desk.templates.names();
            anyhow::ensure!(known.contains(&only), "there is no template `{only}` in replies.toml; {}", name_the_valid(only, &known));
            texts.retain(|filled| filled.template == only);
        }
        Ok(texts)
    }

    /// What templates are for, by name.
    pub fn template_purpose(&self, name: &str) -> Option<Purpose> {
        self.config().templates.named(name).map(|template| template.purpose)
    }

    /// What was done to the reply to the mention of this id, oldest first.
    pub async fn reply_audit(&self, id: &str) -> anyhow::Result<Vec<Entry>> {
        let stored = self.mention(id).await?;
        Entry::of_mention(&mut *self.store.connection().await?, stored.row).await
    }

    /// What was done to any reply since `since`, oldest first, at most the latest `most`, each with the id of its mention.
    pub async fn replies_audit(&self, since: Timestamp, most: i64) -> anyhow::Result<Vec<(String, Entry)>> {
        let entries = Entry::since(&mut *self.store.connection().await?, since, most).await?;
        let rows: Vec<i64> = entries.iter().map(|entry| entry.mention).collect();
        let mentions = self.store.mentions(&rows).await?;
        let id = |row: i64| mentions.iter().find(|stored| stored.row == row).map_or_else(|| row.to_string(), |stored| stored.id.clone());
        Ok(entries.into_iter().map(|entry| (id(entry.mention), entry)).collect())
    }

    /// How the queue stands, and what came of it since `since`.
    pub async fn reply_summary(&self, since: Timestamp) -> anyhow::Result<Summary> {
        replies::summary(&mut *self.store.connection().await?, since, self.clock.now()).await
    }

    /// Takes back what nobody holds on to any more, and hands on what is nearly due.
    pub async fn tend_replies(&self) -> anyhow::Result<Tended> {
        let (desk, now) = (self.config().desk(), self.clock.now());
        if !replies::needs_tending(&mut *self.store.connection().await?, &desk, now).await? {
            return Ok(Tended::default());
        }
        let mut tx = self.store.begin().await?;
        let tended = replies::tend(&mut tx, &desk, now).await?;
        tx.commit().await?;
        Ok(tended)
    }

    /// Opens, moves or withdraws the replies to mentions that were judged anew in this transaction.
    pub(super) async fn reconsider_replies(&self, tx: &mut Tx<'_>, rows: &[i64]) -> anyhow::Result<()> {
        let mentions = tx.load(rows).await?;
        replies::reconsider(tx, &mentions, &self.config().desk(), self.clock.now()).await
    }
}

fn fits(wanted: &QueueRequest, reply: &Ranked, now: Timestamp) -> bool {
    let is_with = |name: &String| reply.with.iter().any(|with| with.to_lowercase() == name.to_lowercase());
    wanted.lane.is_none_or(|lane| lane == reply.lane)
        && wanted.with.as_ref().is_none_or(is_with)
        && (!wanted.overdue || reply.due <= now && reply.status.is_open())
}
