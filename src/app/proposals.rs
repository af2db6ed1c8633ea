//! What assistants propose: a draft for a reply, a phrase for the lists. A person takes it up or does not; nothing follows by itself.
//!
//! A proposed draft waits with the reply, which stays in the queue as after a rejected draft. Proposed phrases stand in the audit until
//! they are listed or turned down.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{App, Phrasebook, Queued, Which};
use crate::mention::Polarity;
use crate::people::{self, note, noted};
use crate::phrases::forms;
use crate::replies::{Action, Actor, Refusal, Status};
use crate::text::fold;

/// What the audit calls a proposed phrase.
const PROPOSED: &str = "phrase-proposed";
/// Proposals that are looked at, the newest.
const LOOKED_AT: i64 = 1000;
/// What a reply with a proposed draft waits for.
const WAITS: &str = "an assistant proposes this text; somebody has to look at it";

/// A phrase that was proposed for the lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposedPhrase {
    /// The phrase.
    pub phrase: String,
    /// What it would be listed as.
    pub polarity: Polarity,
    /// Its language, if it was said.
    pub lang: Option<String>,
    /// Its theme, if it was said.
    pub theme: Option<String>,
    /// Why.
    pub why: String,
    /// The mentions it was found in.
    pub mentions: Vec<String>,
    /// Who proposed it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

impl App {
    /// Lays a text beside the reply to a mention. The reply stays in the queue, open to everybody. Refused while somebody is at it, or
    /// has written a text.
    pub async fn propose_draft(&self, id: &str, text: &str, by: &str, seen: Option<i64>) -> anyhow::Result<Queued> {
        let queued = self.queued(id).await?;
        let state = &queued.reply.state;
        if state.status != Status::Waiting {
            return Err(Refusal::Status { status: state.status, done: "given a proposal", from: vec![Status::Waiting] }.into());
        }
        if let Some(draft) = state.draft.as_ref().filter(|draft| draft.by != by) {
            anyhow::bail!("{} has written a text for it; that is left as it is", draft.by);
        }
        let seen = Some(seen.unwrap_or(queued.reply.version));
        let actions = vec![Action::Draft { text: text.to_owned(), template: None }, Action::Reject { reason: WAITS.to_owned() }];
        self.act_in_turn(id, actions, Actor { who: by, seen }).await
    }

    /// Notes a proposed phrase; false if it is listed, was turned down, or was proposed before.
    pub async fn propose_phrase(&self, proposal: &ProposedPhrase) -> anyhow::Result<bool> {
        let phrase = fold(&proposal.phrase);
        if self.is_settled(&phrase).await? || self.proposed_phrases().await?.iter().any(|known| fold(&known.phrase) == phrase) {
            return Ok(false);
        }
        let mut tx = self.store.begin().await?;
        note(tx.connection(), proposal.at, &proposal.by, PROPOSED, &serde_json::to_string(proposal)?).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// The phrases that were proposed and are neither listed nor turned down, the newest first.
    pub async fn proposed_phrases(&self) -> anyhow::Result<Vec<ProposedPhrase>> {
        let ever = (Timestamp::MIN, Timestamp::MAX);
        let which = people::Which { who: None, what: Some(PROPOSED), about: None, period: ever };
        let deeds = noted(&mut *self.store.connection().await?, which, LOOKED_AT).await?;
        let proposals: Vec<ProposedPhrase> = deeds.iter().filter_map(|deed| serde_json::from_str(&deed.about).ok()).collect();
        if proposals.is_empty() {
            return Ok(proposals);
        }
        let settled = self.settled().await?;
        Ok(proposals.into_iter().filter(|proposal| !settled.contains(&fold(&proposal.phrase))).collect())
    }

    async fn is_settled(&self, phrase: &str) -> anyhow::Result<bool> {
        let written = forms(phrase).unwrap_or_default();
        let settled = self.settled().await?;
        Ok(settled.contains(phrase) || (!written.is_empty() && written.iter().all(|form| settled.contains(&fold(form)))))
    }

    /// What is listed, in every form, and what was turned down.
    async fn settled(&self) -> anyhow::Result<std::collections::HashSet<String>> {
        let listed = Phrasebook::read(self.dir())?.listed(&Which::default());
        let rejected = self.rejected_suggestions().await?;
        let listed = listed.into_iter().flat_map(|listed| listed.forms.into_iter().chain([listed.phrase]));
        Ok(listed.chain(rejected.into_iter().map(|rejected| rejected.phrase)).map(|phrase| fold(&phrase)).collect())
    }
}
