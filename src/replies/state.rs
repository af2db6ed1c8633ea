//! Where a reply stands, and what leads from there to where. Pure: no table, no clock, no site.
//!
//! [`next`] is the one place that decides who may do what and when; whatever changes a reply goes through it.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Refusal;
use crate::clock::later;

/// The word for where a reply stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Nobody has taken it up.
    #[default]
    Waiting,
    /// Somebody is at it.
    Claimed,
    /// There is a text that somebody has to approve.
    Drafted,
    /// The text may go out.
    Approved,
    /// It went out.
    Sent,
    /// The site shows it.
    Verified,
    /// The site shows an answer that did not come from here.
    Answered,
    /// Somebody decided that no reply is due.
    Dismissed,
    /// What opened it holds no more.
    Withdrawn,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 9] = [
        Self::Waiting,
        Self::Claimed,
        Self::Drafted,
        Self::Approved,
        Self::Sent,
        Self::Verified,
        Self::Answered,
        Self::Dismissed,
        Self::Withdrawn,
    ];

    /// The word used in columns, queries and labels.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Claimed => "claimed",
            Self::Drafted => "drafted",
            Self::Approved => "approved",
            Self::Sent => "sent",
            Self::Verified => "verified",
            Self::Answered => "answered",
            Self::Dismissed => "dismissed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The status of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word.trim().to_lowercase())
    }

    /// Whether somebody still has something to do.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Claimed | Self::Drafted | Self::Approved)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Where a reply stands, with all that belongs to it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// The word for it.
    pub status: Status,
    /// Who holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<Claim>,
    /// The text that is to go out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<Draft>,
    /// Who approved that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<String>,
    /// What went out. With a draft beside it, that is to take its place at the site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<Sent>,
    /// Why it is where it is: rejected, dismissed, reopened, withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Somebody's hold on a reply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Who.
    pub by: String,
    /// Until when, unless it is renewed.
    pub until: Timestamp,
}

/// A text that is to go out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The text.
    pub text: String,
    /// Who wrote it.
    pub by: String,
    /// The template it was made with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
}

/// A text that went out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// The text.
    pub text: String,
    /// Who sent it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// The template it was made with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
}

/// Something done to a reply, by a person or by Goodword itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "lowercase")]
pub enum Action {
    /// It enters the queue.
    Open {
        /// Why, and to whom it goes.
        why: String,
    },
    /// Taken up, or held on to.
    Claim,
    /// Given back.
    Release,
    /// Given back because the lease ran out.
    Lapse,
    /// A text is written, in place of the one before.
    Draft {
        /// The text.
        text: String,
        /// The template it was made with.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        template: Option<String>,
    },
    /// The text may go out.
    Approve,
    /// The text may not go out.
    Reject {
        /// Why.
        reason: String,
    },
    /// It went out.
    Send,
    /// It was posted at the site by its API, whatever was done here meanwhile.
    Post {
        /// The text that went out.
        text: String,
        /// Who let it.
        by: String,
    },
    /// What stands at the site is to say something else.
    Revise {
        /// The text.
        text: String,
    },
    /// What stood at the site was taken away there.
    Retract {
        /// Why.
        reason: String,
    },
    /// The site shows it.
    Verify,
    /// The site does not take it.
    Refuse {
        /// Why.
        reason: String,
    },
    /// No reply is due.
    Dismiss {
        /// Why.
        reason: String,
    },
    /// The site shows an answer that did not come from here.
    Answer {
        /// Who gave it, where the site tells.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// What opened it holds no more.
    Withdraw {
        /// Why.
        reason: String,
    },
    /// Back into the queue.
    Reopen {
        /// Why.
        reason: String,
    },
    /// The customer changed what they said, or said more.
    Hear {
        /// What.
        what: String,
    },
    /// Given to a person or team.
    Assign {
        /// To whom.
        to: String,
        /// Why.
        why: String,
    },
    /// Moved to another lane.
    Move {
        /// The lane.
        lane: String,
    },
    /// The rating changed after a reply went out.
    Outcome {
        /// The stars before.
        before: f64,
        /// The stars now.
        after: f64,
    },
    /// Its mention turned out to be another one.
    Unite {
        /// The row of the mention that is gone.
        gone: i64,
    },
}

/// What people agreed on for the work at the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Manner {
    /// How long a claim holds.
    pub lease: Duration,
    /// Whether nobody approves a text of their own.
    pub four_eyes: bool,
}

/// What `action` of `who` makes of `state`, or why it does not.
pub fn next(state: &State, action: &Action, who: &str, manner: Manner, now: Timestamp) -> Result<State, Refusal> {
    let step = Step { state, who, manner, now };
    match action {
        Action::Claim => step.claim(),
        Action::Release => step.release(),
        Action::Lapse => step.lapse(),
        Action::Draft { text, template } => step.draft(text, template.clone()),
        Action::Approve => step.approve(),
        Action::Reject { reason } => step.reject(reason),
        Action::Send => step.send(),
        Action::Post { text, by } => Ok(step.posted(text, by)),
        Action::Revise { text } => step.revise(text),
        Action::Retract { reason } => step.retract(reason),
        Action::Verify => step.only(&[Status::Sent], "verified", |next| next.status = Status::Verified),
        Action::Refuse { reason } => step.only(&[Status::Sent, Status::Verified], "refused by the site", |next| {
            reopen(next, reason);
            // The text is still at hand: it has to be changed, not written again.
            next.draft =
                state.sent.as_ref().map(|sent| Draft { text: sent.text.clone(), by: sent.by.clone(), template: sent.template.clone() });
        }),
        Action::Dismiss { reason } => step.dismiss(reason),
        Action::Answer { by } => step.open("answered elsewhere", |next| {
            *next = State { status: Status::Answered, reason: by.clone(), draft: next.draft.take(), ..State::default() };
        }),
        Action::Withdraw { reason } => step.only(&[Status::Waiting], "withdrawn", |next| {
            *next = State { status: Status::Withdrawn, reason: Some(reason.clone()), draft: next.draft.take(), ..State::default() };
        }),
        Action::Reopen { reason } => step.reopen(reason),
        Action::Hear { what } => Ok(step.hear(what)),
        Action::Open { .. } | Action::Assign { .. } | Action::Move { .. } | Action::Outcome { .. } | Action::Unite { .. } => {
            Ok(state.clone())
        }
    }
}

impl State {
    /// Who holds it at `now`.
    pub fn held(&self, now: Timestamp) -> Option<&Claim> {
        self.claim.as_ref().filter(|claim| claim.until > now)
    }
}

/// One step from a state.
struct Step<'a> {
    state: &'a State,
    who: &'a str,
    manner: Manner,
    now: Timestamp,
}

impl Step<'_> {
    /// Refuses what somebody else's hold forbids.
    fn free(&self) -> Result<(), Refusal> {
        match self.state.held(self.now).filter(|claim| claim.by != self.who) {
            Some(claim) => Err(Refusal::Claimed { by: claim.by.clone(), until: claim.until }),
            None => Ok(()),
        }
    }

    fn only(&self, from: &[Status], done: &'static str, change: impl FnOnce(&mut State)) -> Result<State, Refusal> {
        if !from.contains(&self.state.status) {
            return Err(Refusal::Status { status: self.state.status, done, from: from.to_vec() });
        }
        let mut next = self.state.clone();
        change(&mut next);
        Ok(next)
    }

    fn open(&self, done: &'static str, change: impl FnOnce(&mut State)) -> Result<State, Refusal> {
        self.only(&[Status::Waiting, Status::Claimed, Status::Drafted, Status::Approved], done, change)
    }

    fn lease(&self) -> Option<Claim> {
        Some(Claim { by: self.who.to_owned(), until: later(self.now, self.manner.lease) })
    }

    fn claim(&self) -> Result<State, Refusal> {
        self.free()?;
        self.open("claimed", |next| {
            next.claim = self.lease();
            if next.status == Status::Waiting {
                next.status = Status::Claimed;
            }
        })
    }

    fn release(&self) -> Result<State, Refusal> {
        self.free()?;
        if self.state.claim.is_none() {
            return Err(Refusal::NotHeld);
        }
        Ok(let_go(self.state))
    }

    fn lapse(&self) -> Result<State, Refusal> {
        match &self.state.claim {
            Some(claim) if claim.until <= self.now => Ok(let_go(self.state)),
            Some(claim) => Err(Refusal::Claimed { by: claim.by.clone(), until: claim.until }),
            None => Err(Refusal::NotHeld),
        }
    }

    fn draft(&self, text: &str, template: Option<String>) -> Result<State, Refusal> {
        self.free()?;
        let text = said(text, "a reply")?;
        self.open("drafted", |next| {
            next.status = Status::Drafted;
            next.claim = self.lease();
            next.approved_by = None;
            next.draft = Some(Draft { text, by: self.who.to_owned(), template });
        })
    }

    fn approve(&self) -> Result<State, Refusal> {
        // Whoever wrote the text may still hold it; somebody else at work on it may not be overtaken.
        let writer = self.state.draft.as_ref().map(|draft| draft.by.as_str());
        if self.state.held(self.now).is_some_and(|claim| Some(claim.by.as_str()) != writer) {
            self.free()?;
        }
        if self.manner.four_eyes && writer == Some(self.who) {
            return Err(Refusal::SameHand);
        }
        self.only(&[Status::Drafted], "approved", |next| {
            next.status = Status::Approved;
            next.approved_by = Some(self.who.to_owned());
            next.reason = None;
        })
    }

    fn reject(&self, reason: &str) -> Result<State, Refusal> {
        let reason = said(reason, "a reason")?;
        self.only(&[Status::Drafted, Status::Approved], "rejected", |next| {
            *next = State { reason: Some(reason), draft: next.draft.take(), sent: next.sent.take(), ..State::default() };
        })
    }

    /// What happened at the site cannot be refused.
    fn posted(&self, text: &str, by: &str) -> State {
        let draft = self.state.draft.as_ref().filter(|draft| draft.text == text);
        let template = draft.and_then(|draft| draft.template.clone());
        let sent = Some(Sent { text: text.to_owned(), by: by.to_owned(), at: self.now, template });
        State { status: Status::Sent, approved_by: self.state.approved_by.clone(), sent, ..State::default() }
    }

    fn revise(&self, text: &str) -> Result<State, Refusal> {
        let text = said(text, "a reply")?;
        self.only(&[Status::Sent, Status::Verified], "revised", |next| {
            next.status = Status::Drafted;
            next.claim = self.lease();
            next.approved_by = None;
            next.reason = None;
            next.draft = Some(Draft { text, by: self.who.to_owned(), template: None });
        })
    }

    fn retract(&self, reason: &str) -> Result<State, Refusal> {
        let Some(sent) = self.state.sent.clone() else {
            return Err(Refusal::Status { status: self.state.status, done: "withdrawn", from: vec![Status::Sent, Status::Verified] });
        };
        let draft = self.state.draft.clone().unwrap_or(Draft { text: sent.text, by: sent.by, template: sent.template });
        Ok(State { reason: Some(said(reason, "a reason")?), draft: Some(draft), ..State::default() })
    }

    fn send(&self) -> Result<State, Refusal> {
        self.free()?;
        self.only(&[Status::Approved], "sent", |next| {
            let draft = next.draft.take();
            let sent = draft.map(|draft| Sent { text: draft.text, by: self.who.to_owned(), at: self.now, template: draft.template });
            *next = State { status: Status::Sent, approved_by: next.approved_by.take(), sent, ..State::default() };
        })
    }

    fn dismiss(&self, reason: &str) -> Result<State, Refusal> {
        self.free()?;
        let reason = said(reason, "a reason")?;
        self.open("dismissed", |next| {
            if let Some(sent) = next.sent.take() {
                // Only the change is dropped: what it was to replace still stands at the site.
                *next = State { status: Status::Sent, reason: Some(reason), sent: Some(sent), ..State::default() };
                return;
            }
            *next = State { status: Status::Dismissed, reason: Some(reason), draft: next.draft.take(), ..State::default() };
        })
    }

    fn reopen(&self, reason: &str) -> Result<State, Refusal> {
        let reason = said(reason, "a reason")?;
        let closed = [Status::Sent, Status::Verified, Status::Answered, Status::Dismissed, Status::Withdrawn];
        self.only(&closed, "reopened", |next| reopen(next, &reason))
    }

    /// What the customer says now may ask for another answer: what is out is opened again, what is approved has to be looked at
    /// again, and whoever is at it is told.
    fn hear(&self, what: &str) -> State {
        let mut next = self.state.clone();
        match next.status {
            Status::Sent | Status::Verified | Status::Answered => reopen(&mut next, what),
            Status::Approved => {
                next.status = Status::Drafted;
                next.approved_by = None;
                next.reason = Some(what.to_owned());
            }
            Status::Waiting | Status::Claimed | Status::Drafted => next.reason = Some(what.to_owned()),
            Status::Dismissed | Status::Withdrawn => {}
        }
        next
    }
}

fn let_go(state: &State) -> State {
    let status = if state.status == Status::Claimed { Status::Waiting } else { state.status };
    State { status, claim: None, ..state.clone() }
}

fn reopen(state: &mut State, reason: &str) {
    *state = State { reason: Some(reason.to_owned()), draft: state.draft.take(), ..State::default() };
}

fn said(words: &str, what: &'static str) -> Result<String, Refusal> {
    let words = words.trim();
    if words.is_empty() { Err(Refusal::Blank { what }) } else { Ok(words.to_owned()) }
}

#[cfg(test)]
mod tests;
