//! A reply as pages show it, with what its reader may do to it now: exactly what the state machine would take from them.

use std::collections::HashMap;

use super::frame::Frame;
use super::reply_words::{deadline, told};
use super::shown::is_web;
use super::visitor::Visitor;
use crate::app::{App, Queued, Staff};
use crate::replies::posting::{AtSite, Attempt};
use crate::replies::{Action, Filled, Reply, Status, next};
use crate::sources::answer_limit;

/// Ways to say it that are proposed.
const PROPOSALS: usize = 4;

/// A reply as shown.
pub(super) struct ReplyBox {
    pub(super) id: String,
    pub(super) version: i64,
    pub(super) status: &'static str,
    pub(super) lane: &'static str,
    pub(super) due: String,
    /// How long until then; none if nobody has to hurry.
    pub(super) left: Option<String>,
    pub(super) is_late: bool,
    pub(super) with: Option<String>,
    pub(super) why: String,
    pub(super) holder: Option<String>,
    pub(super) reason: Option<String>,
    /// What stands in the field: what was typed and not taken, else the draft.
    pub(super) text: String,
    pub(super) draft: Option<String>,
    pub(super) drafted_by: Option<String>,
    pub(super) approved_by: Option<String>,
    pub(super) sent: Option<(String, String, String)>,
    pub(super) outcome: Option<(String, String)>,
    pub(super) site: String,
    pub(super) limit: Option<(usize, &'static str)>,
    pub(super) proposals: Vec<Filled>,
    pub(super) url: Option<String>,
    /// The source whose account posts it; none where people copy it.
    pub(super) account: Option<String>,
    /// Whether what is approved goes out by itself.
    pub(super) on_approval: bool,
    /// Whether it may be going out right now.
    pub(super) under_way: bool,
    /// What went to the site, or was to: what and how it stands in words, when, why, and where it can be opened.
    pub(super) trail: Vec<Step>,
    pub(super) may: May,
}

/// Something that went to a site, or was to.
pub(super) struct Step {
    pub(super) words: String,
    pub(super) when: String,
    pub(super) why: Option<String>,
    pub(super) url: Option<String>,
}

/// What may be done now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct May {
    pub(super) claim: bool,
    pub(super) release: bool,
    pub(super) write: bool,
    pub(super) approve: bool,
    pub(super) reject: bool,
    pub(super) send: bool,
    pub(super) dismiss: bool,
    pub(super) reopen: bool,
    /// Let an account of ours post it now.
    pub(super) post: bool,
    /// The same after somebody has looked: it did not arrive.
    pub(super) again: bool,
    pub(super) revise: bool,
    pub(super) withdraw: bool,
}

/// Whoever acts: under the name that settings.toml writes, where it does.
pub(super) fn acting(app: &App, visitor: &Visitor) -> Staff {
    app.staff_signed_in(visitor.name(), visitor.role)
}

/// The reply as its reader sees it.
pub(super) async fn reply_box(app: &App, f: &Frame, who: &Staff, queued: &Queued) -> anyhow::Result<ReplyBox> {
    let Queued { reply, stored, .. } = queued;
    let state = &reply.state;
    let now = app.clock().now();
    let at_site = app.at_site(queued).await?;
    let may = if f.may_reply() { may(app, who, reply, &at_site) } else { May::default() };
    let proposals = if may.write { app.reply_texts(queued, None).await? } else { Vec::new() };
    let is_open = state.status.is_open();
    let draft = state.draft.as_ref();
    Ok(ReplyBox {
        id: stored.id.clone(),
        version: reply.version,
        status: state.status.as_str(),
        lane: reply.lane.as_str(),
        due: f.time(&reply.due),
        left: is_open.then(|| deadline(f, reply.due, now)),
        is_late: is_open && reply.due <= now,
        with: reply.person.clone().or_else(|| reply.team.clone()),
        why: reply.why.clone(),
        holder: state.held(now).map(|claim| f.of2("replies.held", &claim.by, f.time(&claim.until))),
        reason: state.reason.clone(),
        text: draft.map(|draft| draft.text.clone()).unwrap_or_default(),
        draft: draft.map(|draft| draft.text.clone()),
        drafted_by: draft.map(|draft| draft.by.clone()),
        approved_by: state.approved_by.clone(),
        sent: state.sent.as_ref().map(|sent| (sent.text.clone(), sent.by.clone(), f.time(&sent.at))),
        outcome: reply.stars_before.zip(reply.stars_after).map(|(before, after)| (before.to_string(), after.to_string())),
        site: reply.place.site.clone(),
        limit: answer_limit(&reply.place.kind).map(|limit| (limit.most, limit.counted.as_str())),
        proposals: a_few(proposals),
        url: stored.mention.url.as_ref().filter(|url| is_web(url)).map(ToString::to_string),
        trail: at_site.attempts.iter().rev().map(|attempt| step(f, attempt)).collect(),
        account: at_site.account,
        on_approval: at_site.on_approval,
        under_way: at_site.under_way,
        may,
    })
}

/// Some of each template before more of one: whoever wants to ask for leave to quote finds that, too.
fn a_few(proposals: Vec<Filled>) -> Vec<Filled> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut ranked: Vec<(usize, Filled)> = Vec::with_capacity(proposals.len());
    for proposal in proposals {
        let nth = seen.entry(proposal.template.clone()).or_default();
        ranked.push((*nth, proposal));
        *nth += 1;
    }
    ranked.sort_by_key(|(nth, _)| *nth);
    ranked.into_iter().take(PROPOSALS).map(|(_, proposal)| proposal).collect()
}

fn step(f: &Frame, attempt: &Attempt) -> Step {
    let url = attempt.url.clone().filter(|url| url.parse().is_ok_and(|url| is_web(&url)));
    let words = format!("{}: {}", f.word("deed-at-site", attempt.deed.as_str()), f.word("stage", attempt.stage.as_str()));
    Step { words, when: f.time(&attempt.begun), why: attempt.reason.clone(), url }
}

fn may(app: &App, staff: &Staff, reply: &Reply, at_site: &AtSite) -> May {
    let (manner, now, state) = (app.config().settings.replies.queue.manner(), app.clock().now(), &reply.state);
    let takes = |action: Action| {
        !at_site.under_way && staff.may(&action, at_site.account.is_some()) && next(state, &action, &staff.name, manner, now).is_ok()
    };
    let reason = || "why".to_owned();
    let is_mine = state.held(now).is_some_and(|claim| claim.by == staff.name);
    May {
        claim: takes(Action::Claim) && !is_mine && state.status != Status::Approved,
        release: is_mine,
        write: takes(Action::Draft { text: reason(), template: None }),
        approve: takes(Action::Approve),
        reject: takes(Action::Reject { reason: reason() }),
        send: takes(Action::Send),
        dismiss: takes(Action::Dismiss { reason: reason() }),
        reopen: takes(Action::Reopen { reason: reason() }),
        post: at_site.can_post && !at_site.unclear,
        again: at_site.can_post && at_site.unclear,
        revise: at_site.can_revise && takes(Action::Revise { text: reason() }),
        withdraw: at_site.can_withdraw && staff.may_withdraw(),
    }
}

/// What was done to it, the newest first.
pub(super) async fn history(app: &App, f: &Frame, id: &str) -> anyhow::Result<Vec<String>> {
    Ok(app.reply_audit(id).await?.iter().rev().map(|entry| told(f, entry)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replies::Purpose;

    #[test]
    fn every_template_is_proposed_before_one_is_twice() {
        let filled =
            |(template, text): (&str, &str)| Filled { template: template.to_owned(), purpose: Purpose::Thank, text: text.to_owned() };
        let all = [("thank", "1"), ("thank", "2"), ("thank", "3"), ("ask-problem", "4"), ("ask-problem", "5"), ("ask-to-quote", "6")];
        let texts: Vec<String> = a_few(all.map(filled).to_vec()).into_iter().map(|proposal| proposal.text).collect();
        assert_eq!(texts, ["1", "4", "6", "2"]);
    }
}
