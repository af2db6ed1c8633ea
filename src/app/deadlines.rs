//! Alerts of replies: whose deadline nears or has passed, and which were handed on because of it.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;

use super::App;
use crate::clock::later;
use crate::notify::{Message, Rule, Told, When, of_reply, reached};
use crate::replies::{self, Assigned, Reply};
use crate::store::Stored;

impl App {
    /// Replies that are due within the time that a rule says, and those that were handed on: each once for every deadline, and
    /// once more for whoever it is handed on to.
    pub(super) async fn tell_of_deadlines(&self) -> anyhow::Result<usize> {
        let config = self.config();
        let notify = &config.settings.notify;
        let rules: Vec<(&Rule, Duration)> = notify.rules.iter().filter_map(|rule| Some((rule, before(rule)?))).collect();
        let Some(farthest) = rules.iter().map(|(_, before)| *before).max() else { return Ok(0) };
        // Whoever takes over is told, not whoever had it.
        self.tend_replies().await?;
        let now = self.clock.now();
        let replies = self.pressing(later(now, farthest)).await?;
        let rows: Vec<i64> = replies.iter().map(|reply| reply.mention).collect();
        let mentions: HashMap<i64, Stored> = self.store.mentions(&rows).await?.into_iter().map(|stored| (stored.row, stored)).collect();
        let mut items: Vec<(&Rule, Told)> = Vec::new();
        for reply in &replies {
            let Some(stored) = mentions.get(&reply.mention) else { continue };
            let is_near = |before: Duration| reply.due <= later(now, before) || reply.is_escalated();
            let meant = rules.iter().filter(|(rule, before)| is_near(*before) && rule.holds_for(stored));
            items.extend(meant.map(|(rule, _)| {
                let message = of_reply(reply, stored, notify.page_of_mention(&stored.id), now);
                let told = Told::new(subject(reply), Message { urgent: rule.urgent, ..message });
                (*rule, Told { routed: reached(&assigned(reply), &config.settings.replies), ..told })
            }));
        }
        self.tell_all(notify, items).await
    }

    /// Open replies that are due by `until` or were handed on.
    async fn pressing(&self, until: Timestamp) -> anyhow::Result<Vec<Reply>> {
        let mut replies = replies::due(&mut *self.store.connection().await?, Timestamp::MAX).await?;
        replies.retain(|reply| reply.due <= until || reply.is_escalated());
        Ok(replies)
    }
}

fn before(rule: &Rule) -> Option<Duration> {
    match rule.when {
        When::Deadline(before) => Some(before),
        _ => None,
    }
}

/// What is told once: this deadline of this reply, and anew when it is handed on.
fn subject(reply: &Reply) -> String {
    let deadline = format!("{}/{}", reply.id, reply.due.as_millisecond());
    match &reply.person {
        Some(person) if reply.is_escalated() => format!("{deadline}/{person}"),
        _ => deadline,
    }
}

/// Whoever is at it, else whoever it is with.
fn assigned(reply: &Reply) -> Assigned {
    let holder = reply.state.claim.as_ref().map(|claim| claim.by.clone()).filter(|_| !reply.is_escalated());
    Assigned { team: reply.team.clone(), person: holder.or_else(|| reply.person.clone()), why: reply.why.clone() }
}
