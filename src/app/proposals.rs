//! What assistants propose: a draft for a reply, a phrase for the lists. A person takes it up or does not; nothing follows by itself.
//!
//! A proposed draft waits with the reply, which stays in the queue as after a rejected draft. Proposed phrases wait beside the
//! suggestions until they are listed or turned down.

use std::collections::HashSet;

use super::{App, Phrasebook, Queued, Which};
use crate::people::note;
use crate::phrases::forms;
use crate::replies::{Action, Actor, Refusal, Status};
use crate::suggestions::{self, ProposedPhrase};
use crate::text::fold;

/// What the audit calls a proposed phrase.
const PROPOSED: &str = "phrase-proposed";
/// What a reply with a proposed draft waits for.
const WAITS: &str = "an assistant proposes this text; somebody has to look at it";

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

    /// Lays a phrase beside the suggestions; false if it is listed, was turned down, or was proposed before.
    pub async fn propose_phrase(&self, proposed: &ProposedPhrase) -> anyhow::Result<bool> {
        if self.is_settled(&fold(&proposed.phrase)).await? {
            return Ok(false);
        }
        let mut tx = self.store.begin().await?;
        let is_new = suggestions::propose(&mut tx, proposed).await?;
        if is_new {
            note(tx.connection(), proposed.at, &proposed.by, PROPOSED, &proposed.phrase).await?;
        }
        tx.commit().await?;
        Ok(is_new)
    }

    /// The phrases that were proposed and are neither listed nor turned down, the newest first.
    pub async fn proposed_phrases(&self) -> anyhow::Result<Vec<ProposedPhrase>> {
        let mut proposed = suggestions::proposed(&self.store).await?;
        if !proposed.is_empty() {
            let settled = self.settled().await?;
            proposed.retain(|proposed| !settled.contains(&fold(&proposed.phrase)));
        }
        Ok(proposed)
    }

    /// The waiting proposal that reads like `phrase`.
    pub async fn proposed_phrase(&self, phrase: &str) -> anyhow::Result<Option<ProposedPhrase>> {
        let phrase = fold(phrase.trim());
        Ok(self.proposed_phrases().await?.into_iter().find(|proposed| fold(&proposed.phrase) == phrase))
    }

    async fn is_settled(&self, phrase: &str) -> anyhow::Result<bool> {
        let written = forms(phrase).unwrap_or_default();
        let settled = self.settled().await?;
        Ok(settled.contains(phrase) || (!written.is_empty() && written.iter().all(|form| settled.contains(&fold(form)))))
    }

    /// What is listed, in every form, and what was turned down.
    async fn settled(&self) -> anyhow::Result<HashSet<String>> {
        let listed = Phrasebook::read(self.dir())?.listed(&Which::default());
        let rejected = self.rejected_suggestions().await?;
        let listed = listed.into_iter().flat_map(|listed| listed.forms.into_iter().chain([listed.phrase]));
        Ok(listed.chain(rejected.into_iter().map(|rejected| rejected.phrase)).map(|phrase| fold(&phrase)).collect())
    }
}
