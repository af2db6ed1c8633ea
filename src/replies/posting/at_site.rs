//! What can be done about a reply at its site now, and what was done there. Pure.

use serde::Serialize;

use super::attempt::{open_among, standing_among};
use super::{Accounts, Attempt, Deed, Stage, When, account_for, plan};
use crate::replies::{Reply, Status};
use crate::store::Stored;

/// What an account of ours can do about a reply now, and what became of what it did.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct AtSite {
    /// The source whose account answers it; none where people copy the text and post it by hand.
    pub account: Option<String>,
    /// Whether what is approved goes out by itself.
    pub on_approval: bool,
    /// Whether it can be posted now.
    pub can_post: bool,
    /// Whether what stands there can be changed.
    pub can_revise: bool,
    /// Whether what stands there can be taken away from here.
    pub can_withdraw: bool,
    /// Whether it may be going out right now: then it is not touched.
    pub under_way: bool,
    /// Whether nobody knows if it arrived: then a person has to look.
    pub unclear: bool,
    /// All that went there, or was to, oldest first.
    pub attempts: Vec<Attempt>,
}

impl AtSite {
    /// What can be done about `reply` to `stored`, after `attempts`.
    pub fn of(reply: &Reply, stored: &Stored, accounts: &Accounts, attempts: Vec<Attempt>) -> Self {
        let open = open_among(&attempts).map(|attempt| attempt.stage);
        let (under_way, unclear) = (open == Some(Stage::Calling), open == Some(Stage::Unclear));
        let Some((account, adapter, _)) = account_for(stored, accounts) else {
            let can_revise = is_out(reply.state.status);
            return Self { can_revise, under_way, unclear, attempts, ..Self::default() };
        };
        let standing = standing_among(&attempts);
        let is_planned = plan(reply, stored, accounts, standing).is_ok();
        Self {
            account: Some(account.source.clone()),
            on_approval: account.when == When::OnApproval,
            can_post: reply.state.status == Status::Approved && is_planned && !under_way,
            can_revise: is_out(reply.state.status) && is_planned,
            can_withdraw: standing.is_some() && reply.state.sent.is_some() && adapter.refuses(Deed::Withdraw).is_none() && !under_way,
            under_way,
            unclear,
            attempts,
        }
    }
}

fn is_out(status: Status) -> bool {
    matches!(status, Status::Sent | Status::Verified)
}
