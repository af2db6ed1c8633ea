//! What happens to the queue when mentions are saved or judged again: replies open, are withdrawn, verified and reopened.
//!
//! Works in the transaction that saves or judges. Which event means what is said here; what it does to a reply, in `state`.

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::{AssertSqlSafe, Row};

use super::act::{Actor, act, note};
use super::customer::Customer;
use super::desk::Desk;
use super::opening::{opens, stays};
use super::priority::Facts;
use super::reply::{Place, Reply};
use super::route::{Asked, Turns, route};
use super::settings::Lane;
use super::state::{Action, State, Status};
use super::{SYSTEM, counts, quotes, turns};
use crate::customers;
use crate::mention::{Author, Rating};
use crate::noise::Flag;
use crate::store::{Event, Kept, Stored, Tx};

/// Follows what saving brought about.
pub async fn follow(tx: &mut Tx<'_>, kept: &Kept, desk: &Desk, now: Timestamp) -> anyhow::Result<()> {
    let mut rows: Vec<i64> = kept.mentions.keys().copied().collect();
    rows.extend(tx.united().iter().map(|(gone, _)| *gone));
    let mut following = Following { tells: false, ..Following::begin(tx, &rows, desk, now).await? };
    for (row, event) in &kept.events {
        if let Event::United { gone } = event {
            following.unite(*gone, *row).await?;
        }
    }
    for (event, stored) in kept.each() {
        if let Event::Edited { rating } = event {
            following.edited(stored, rating).await?;
        }
        following.reconsider(stored).await?;
        following.look_for_answer(stored).await?;
    }
    let new: Vec<&Stored> = kept.each().filter(|(event, _)| *event == Event::New).map(|(_, stored)| stored).collect();
    following.look_for_talk(&new).await?;
    following.end().await
}

/// Looks at mentions again that were judged anew: replies open, or are withdrawn where nobody is at them.
pub async fn reconsider(tx: &mut Tx<'_>, mentions: &[Stored], desk: &Desk, now: Timestamp) -> anyhow::Result<()> {
    let rows: Vec<i64> = mentions.iter().map(|stored| stored.row).collect();
    let mut following = Following::begin(tx, &rows, desk, now).await?;
    for stored in mentions {
        following.reconsider(stored).await?;
    }
    following.end().await
}

/// Puts a mention into the queue by hand, whatever the rules say of it.
pub async fn open_by_hand(
    tx: &mut Tx<'_>,
    stored: &Stored,
    (who, reason): (&str, &str),
    desk: &Desk,
    now: Timestamp,
) -> anyhow::Result<Reply> {
    let mut following = Following::begin(tx, &[stored.row], desk, now).await?;
    let lane = match stored.tagging.verdict {
        crate::mention::Verdict::Praise | crate::mention::Verdict::Neutral => Lane::Praise,
        _ if stored.tagging.ugly => Lane::Urgent,
        _ => Lane::Complaint,
    };
    let reply = following.open(stored, lane, Some((who, reason))).await?;
    following.end().await?;
    Ok(reply)
}

struct Following<'t, 'x, 'a> {
    tx: &'t mut Tx<'x>,
    desk: &'a Desk,
    /// Who wrote the mentions, by row, as far as that is known.
    customers: HashMap<i64, Customer>,
    now: Timestamp,
    /// Whether those who follow the store have to be told: saving tells them by itself.
    tells: bool,
    /// By the row of their mention.
    replies: HashMap<i64, Reply>,
    turns: Option<Turns>,
}

impl<'t, 'x, 'a> Following<'t, 'x, 'a> {
    async fn begin(tx: &'t mut Tx<'x>, rows: &[i64], desk: &'a Desk, now: Timestamp) -> anyhow::Result<Self> {
        let replies = Reply::to_each(tx.connection(), rows).await?;
        let customers = customers::of(tx.connection(), rows).await?.into_iter().map(|(row, customer)| (row, customer.into())).collect();
        Ok(Self { tx, desk, customers, now, replies, turns: None, tells: true })
    }

    async fn end(self) -> anyhow::Result<()> {
        match &self.turns {
            Some(turns) => turns::keep(self.tx.connection(), turns).await,
            None => Ok(()),
        }
    }

    async fn act(&mut self, row: i64, action: Action) -> anyhow::Result<()> {
        let Some(reply) = self.replies.get(&row).cloned() else { return Ok(()) };
        let reply = act(self.tx, reply, action, Actor::SYSTEM, self.desk, self.now).await?;
        self.replies.insert(row, reply);
        Ok(())
    }

    async fn open(&mut self, stored: &Stored, lane: Lane, by_hand: Option<(&str, &str)>) -> anyhow::Result<Reply> {
        let customer = self.customers.get(&stored.row);
        if self.turns.is_none() {
            self.turns = Some(turns::load(self.tx.connection()).await?);
        }
        let asked = Asked::of(stored, lane, customer, self.now);
        let assigned = route(&asked, &self.desk.settings, self.turns.get_or_insert_default());
        let reply = Reply {
            id: stored.row,
            mention: stored.row,
            version: 1,
            lane,
            state: State { reason: by_hand.map(|(_, reason)| reason.to_owned()), ..State::default() },
            opened: self.now,
            opened_by: by_hand.map(|(who, _)| who.to_owned()).unwrap_or_default(),
            due: self.desk.due(lane, assigned.team.as_deref(), self.now),
            changed: self.now,
            team: assigned.team,
            person: assigned.person,
            why: assigned.why,
            facts: Facts::of(stored, customer),
            place: place(stored),
            answer: None,
            first_sent: None,
            stars_before: None,
            stars_after: None,
        };
        reply.keep(self.tx.connection()).await?;
        let to = reply.person.as_deref().or(reply.team.as_deref()).map(|to| format!(", to {to}: {}", reply.why)).unwrap_or_default();
        let opened = Action::Open { why: format!("{lane}{to}") };
        let who = by_hand.map_or(SYSTEM, |(who, _)| who);
        note(self.tx.connection(), &reply, opened, who, reply.state.clone(), self.now).await?;
        if self.tells {
            self.tx.touch(&[stored.row]).await?;
        }
        self.replies.insert(stored.row, reply.clone());
        Ok(reply)
    }

    /// Opens, moves or withdraws the reply by what is made of its mention now.
    async fn reconsider(&mut self, stored: &Stored) -> anyhow::Result<()> {
        let queue = &self.desk.settings.queue;
        let Some(reply) = self.replies.get(&stored.row) else {
            if let Ok(lane) = opens(stored, queue, &self.desk.ours, self.now) {
                self.open(stored, lane, None).await?;
            }
            return Ok(());
        };
        let (lane, status, by_hand) = (reply.lane, reply.state.status, !reply.opened_by.is_empty());
        let untouched = status == Status::Waiting && reply.state.draft.is_none() && !by_hand && reply.first_sent.is_none();
        match stays(stored, queue, &self.desk.ours) {
            Err(why) if untouched => self.act(stored.row, Action::Withdraw { reason: why.to_owned() }).await?,
            Ok(now) if now != lane && status.is_open() && !by_hand => self.move_to(stored.row, now).await?,
            Ok(now) if status == Status::Withdrawn => {
                if now != lane {
                    self.move_to(stored.row, now).await?;
                }
                self.act(stored.row, Action::Reopen { reason: "its tags ask for an answer again".to_owned() }).await?;
            }
            _ => {}
        }
        self.update_facts(stored).await
    }

    async fn move_to(&mut self, row: i64, lane: Lane) -> anyhow::Result<()> {
        if let Some(reply) = self.replies.get_mut(&row) {
            let team = reply.team.as_deref();
            // What has become more urgent is so from now on; what has become less so has waited since it came.
            reply.due = match lane < reply.lane {
                true => reply.due.min(self.desk.due(lane, team, self.now)),
                false => self.desk.due(lane, team, reply.opened),
            };
            reply.lane = lane;
        }
        self.act(row, Action::Move { lane: lane.as_str().to_owned() }).await
    }

    /// Keeps how severe it is and how far it went; that is no change of the reply.
    async fn update_facts(&mut self, stored: &Stored) -> anyhow::Result<()> {
        let facts = Facts::of(stored, self.customers.get(&stored.row));
        if let Some(reply) = self.replies.get_mut(&stored.row).filter(|reply| reply.facts != facts) {
            reply.facts = facts;
            reply.keep(self.tx.connection()).await?;
        }
        Ok(())
    }

    /// Takes up that the author changed the mention, which had the rating `before`.
    async fn edited(&mut self, stored: &Stored, before: Option<Rating>) -> anyhow::Result<()> {
        let Some(reply) = self.replies.get(&stored.row) else { return Ok(()) };
        let (is_out, dismissed) = (reply.first_sent.is_some(), reply.state.status == Status::Dismissed);
        let stars = |rating: Rating| (rating.stars() * 100.0).round() / 100.0;
        let (before, after) = (before.map(stars), stored.mention.rating.map(stars));
        let changed = before.zip(after).filter(|(before, after)| before != after);
        if let Some((before, after)) = changed.filter(|_| is_out) {
            self.act(stored.row, Action::Outcome { before, after }).await?;
        }
        match changed {
            Some((before, after)) if after < before => {
                let what = format!("lowered the rating from {before} to {after} stars");
                let action = if dismissed { Action::Reopen { reason: what } } else { Action::Hear { what } };
                self.act(stored.row, action).await
            }
            // Who is content after our answer needs no other.
            Some(_) if is_out => Ok(()),
            _ => self.act(stored.row, Action::Hear { what: "changed what they say".to_owned() }).await,
        }
    }

    /// Takes up what the site shows as our answer.
    async fn look_for_answer(&mut self, stored: &Stored) -> anyhow::Result<()> {
        let Some(answer) = &stored.mention.context.answer else { return Ok(()) };
        let Some(reply) = self.replies.get(&stored.row) else { return Ok(()) };
        if reply.answer.as_deref() == Some(&answer.text) {
            return Ok(());
        }
        let actions = shown(&reply.state, &answer.text, answer.by.clone());
        if let Some(reply) = self.replies.get_mut(&stored.row) {
            reply.answer = Some(answer.text.clone());
            reply.keep(self.tx.connection()).await?;
        }
        for action in actions {
            self.act(stored.row, action).await?;
        }
        Ok(())
    }

    /// Looks among new mentions for those that belong to a talk we are in: the customer again, or our own people.
    async fn look_for_talk(&mut self, new: &[&Stored]) -> anyhow::Result<()> {
        let talks = |stored: &&&Stored| stored.mention.context.thread.is_some() || stored.mention.context.parent.is_some();
        let new: Vec<&Stored> = new.iter().filter(talks).copied().collect();
        if new.is_empty() || !self.any_reply().await? {
            return Ok(());
        }
        for stored in new {
            let is_ours = stored.flags.contains(&Flag::Staff);
            for row in self.talk(stored, is_ours).await? {
                if let std::collections::hash_map::Entry::Vacant(entry) = self.replies.entry(row) {
                    entry.insert(Reply::to(self.tx.connection(), row).await?.ok_or_else(|| anyhow::anyhow!("reply {row} is gone"))?);
                }
                let state = self.replies.get(&row).map(|reply| reply.state.clone()).unwrap_or_default();
                let author = stored.mention.author.as_ref().map(|author| author.name.clone());
                let actions = match is_ours {
                    true => shown(&state, &stored.mention.text, author),
                    false => vec![Action::Hear { what: format!("wrote again ({})", stored.id) }],
                };
                for action in actions {
                    self.act(row, action).await?;
                }
            }
        }
        Ok(())
    }

    async fn any_reply(&mut self) -> anyhow::Result<bool> {
        Ok(sqlx::query("SELECT 1 FROM reply LIMIT 1").fetch_optional(self.tx.connection()).await?.is_some())
    }

    /// The rows of the mentions whose talk `stored` belongs to: that which our people answer, or those of the same author that we
    /// replied to.
    async fn talk(&mut self, stored: &Stored, is_ours: bool) -> anyhow::Result<Vec<i64>> {
        let place = place(stored);
        let parent = stored.mention.context.parent.clone().unwrap_or_default();
        let open = "'waiting', 'claimed', 'drafted', 'approved'";
        let rows = if is_ours {
            let sql = format!("SELECT mention FROM reply WHERE own_id = $1 AND source = $2 AND status IN ('sent', {open})");
            sqlx::query(AssertSqlSafe(sql)).bind(parent).bind(place.source).fetch_all(self.tx.connection()).await?
        } else {
            let sql = "SELECT mention FROM reply WHERE author = $1 AND source = $2 AND mention <> $3 AND (thread = $4 OR own_id = $5)
                AND status IN ('sent', 'verified', 'answered')";
            let query = sqlx::query(sql).bind(place.author.unwrap_or_default()).bind(place.source).bind(stored.row);
            query.bind(place.thread.unwrap_or_default()).bind(parent).fetch_all(self.tx.connection()).await?
        };
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }

    /// Lets the mention `kept` have the one reply of the two that are one now: the one that is further on.
    async fn unite(&mut self, gone: i64, kept: i64) -> anyhow::Result<()> {
        quotes::unite(self.tx.connection(), gone, kept).await?;
        sqlx::query("UPDATE reply_audit SET mention = $1 WHERE mention = $2").bind(kept).bind(gone).execute(self.tx.connection()).await?;
        let Some(mut other) = self.replies.remove(&gone) else { return Ok(()) };
        if let Some(stands) = self.replies.get(&kept) {
            let loser = if far(&other) > far(stands) { stands.id } else { other.id };
            counts::forget(self.tx.connection(), "id", &[loser]).await?;
            if loser == other.id {
                return self.act(kept, Action::Unite { gone }).await;
            }
        }
        other.mention = kept;
        self.replies.insert(kept, other);
        self.act(kept, Action::Unite { gone }).await?;
        self.tx.touch(&[kept]).await
    }
}

/// How far a reply has come: what went out counts most, then what people have done.
fn far(reply: &Reply) -> (bool, usize) {
    let order = [
        Status::Withdrawn,
        Status::Waiting,
        Status::Answered,
        Status::Claimed,
        Status::Dismissed,
        Status::Drafted,
        Status::Approved,
        Status::Sent,
        Status::Verified,
    ];
    (reply.first_sent.is_some(), order.iter().position(|status| *status == reply.state.status).unwrap_or_default())
}

/// What it means for a reply that the site shows `text` as an answer of ours.
fn shown(state: &State, text: &str, by: Option<String>) -> Vec<Action> {
    let draft = state.draft.as_ref().filter(|draft| state.status == Status::Approved && fits(text, &draft.text));
    match (&state.sent, draft) {
        (Some(sent), None) if state.status == Status::Sent => fits(text, &sent.text).then_some(Action::Verify).into_iter().collect(),
        // It was posted, and nobody could say so yet.
        (_, Some(draft)) => {
            let by = state.approved_by.clone().unwrap_or_else(|| draft.by.clone());
            vec![Action::Post { text: draft.text.clone(), by }, Action::Verify]
        }
        // What is to be changed there still stands.
        (Some(sent), None) if state.status.is_open() && fits(text, &sent.text) => Vec::new(),
        _ => state.status.is_open().then_some(Action::Answer { by }).into_iter().collect(),
    }
}

/// Alike enough for what a site makes of a text: it may cut it, or set it otherwise.
const ALIKE: f64 = 0.8;

/// Whether what a site shows is what went out.
pub(super) fn fits(shown: &str, sent: &str) -> bool {
    let letters = |text: &str| text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let (shown, sent) = (letters(shown), letters(sent));
    !sent.is_empty() && (shown.contains(&sent) || strsim::sorensen_dice(&shown, &sent) >= ALIKE)
}

/// Where a mention stands.
fn place(stored: &Stored) -> Place {
    let (mention, first) = (&stored.mention, stored.sightings.first());
    let source = first.map(|sighting| sighting.source.clone()).unwrap_or_default();
    let author = |author: &Author| author.handle.clone().unwrap_or_else(|| author.name.clone());
    Place {
        kind: first.map(|sighting| sighting.kind.clone()).unwrap_or_default(),
        site: mention.url.as_ref().and_then(|url| url.host_str()).map_or_else(|| source.clone(), str::to_owned),
        author: mention.author.as_ref().map(author),
        thread: mention.context.thread.clone(),
        own_id: first.map(|sighting| sighting.own_id.clone()).filter(|id| !id.is_empty()),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shown_answer_is_known_for_what_was_sent() {
        let sent = "Thank you, Ann! We are glad that you like Acme Desk.";
        let cases = [
            (sent, true),
            ("Thank you, Ann!\n\nWe are glad that you like ACME Desk. — The team", true),
            ("Thank you Ann! We're glad you like Acme Desk", true),
            ("Sorry to hear that. Please write to support.", false),
            ("", false),
        ];
        for (shown, want) in cases {
            assert_eq!(fits(shown, sent), want, "{shown}");
        }
        assert!(fits("谢谢！我们很高兴。", "谢谢! 我们很高兴"));
    }
}
