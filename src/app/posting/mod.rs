//! Posting replies: what people order, and what goes out by itself once it is approved.
//!
//! What may go out says `replies`; how one thing goes out, says `carry`; what became of it, `record`.

mod carry;
mod record;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use jiff::Timestamp;
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::{App, Queued};
use crate::replies::posting::{Account, AtSite, Attempt, Deed, Plan, Stage, When, begin, plan};
use crate::replies::{Refusal, Reply, Status, check_seen};
use crate::store::Stored;

/// What is due is looked for this often.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Sites that are posted to at the same time.
const SITES_AT_ONCE: usize = 4;
/// Whoever waits for a site at the page does not wait longer; it goes on meanwhile.
const PATIENCE: Duration = Duration::from_secs(8);
/// Between two things at one site.
const PAUSE: Duration = Duration::from_secs(1);

/// Which replies are to go out.
#[derive(Clone, Debug, Default)]
pub struct PostRequest {
    /// The ids of their mentions; all that are approved and have an account if none is named.
    pub ids: Vec<String>,
    /// Only tell what would go out.
    pub dry_run: bool,
    /// Somebody has looked: what is not known to have arrived did not.
    pub again: bool,
}

/// Something that goes out, or would.
#[derive(Clone, Debug, Serialize)]
pub struct Going {
    /// The mention's id.
    pub id: String,
    /// What is done.
    pub deed: Deed,
    /// The source whose site it goes to.
    pub source: String,
    /// How far it came; none if nothing was begun.
    pub stage: Option<Stage>,
    /// The text.
    pub text: String,
    /// Where it stands, or what it answers while it does not.
    pub url: Option<String>,
    /// The site's own id of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote: Option<String>,
    /// Why it is not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// When it is tried or looked at again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<Timestamp>,
}

impl Going {
    fn of(stored: &Stored, attempt: &Attempt) -> Self {
        let is_next = matches!(attempt.stage, Stage::Ready | Stage::Calling);
        Self {
            id: stored.id.clone(),
            deed: attempt.deed,
            source: attempt.source.clone(),
            stage: Some(attempt.stage),
            text: attempt.text.clone(),
            url: attempt.url.clone().or_else(|| stored.mention.url.as_ref().map(ToString::to_string)),
            remote: attempt.remote.clone(),
            why: attempt.reason.clone(),
            next: is_next.then_some(attempt.due),
        }
    }

    /// Whether it is done.
    pub fn is_done(&self) -> bool {
        matches!(self.stage, None | Some(Stage::Posted | Stage::Seen))
    }
}

impl App {
    /// Posts the approved replies that are asked for; each is told by itself.
    pub async fn post_replies(&self, request: &PostRequest) -> anyhow::Result<Vec<(String, anyhow::Result<Going>)>> {
        let named = !request.ids.is_empty();
        let ids = if named {
            request.ids.clone()
        } else {
            self.approved_with_account(|_, open| open.is_none_or(|open| open.stage != Stage::Unclear)).await?
        };
        let mut told = Vec::new();
        for id in ids {
            let going = self.post_one(&id, request).await;
            told.push((id, going));
        }
        Ok(told)
    }

    async fn post_one(&self, id: &str, request: &PostRequest) -> anyhow::Result<Going> {
        let stored = self.mention(id).await?;
        if request.dry_run {
            let (reply, plan) = self.planned(&stored).await?;
            let text = reply.state.draft.filter(|_| reply.state.status == Status::Approved).map(|draft| draft.text);
            let (status, from) = (reply.state.status, vec![Status::Approved]);
            let text = text.ok_or(Refusal::Status { status, done: "posted", from })?;
            let url = stored.mention.url.as_ref().map(ToString::to_string);
            let Plan { deed, source, .. } = plan;
            return Ok(Going { id: stored.id, deed, source, stage: None, text, url, remote: None, why: None, next: None });
        }
        let attempt = self.begin(&stored, request.again, None).await?;
        let attempt = self.carry(attempt).await?;
        Ok(Going::of(&stored, &attempt))
    }

    /// Posts an approved reply, and does not wait for the site for long.
    pub(super) async fn post_patiently(self: &Arc<Self>, id: &str, again: bool, seen: Option<i64>) -> anyhow::Result<Going> {
        let stored = self.mention(id).await?;
        let attempt = self.begin(&stored, again, seen).await?;
        Ok(Going::of(&stored, &self.carry_apart(attempt).await?))
    }

    /// Takes a reply away from its site, and does not wait for the site for long.
    pub(super) async fn withdraw_patiently(
        self: &Arc<Self>,
        id: &str,
        reason: &str,
        who: &str,
        seen: Option<i64>,
    ) -> anyhow::Result<Going> {
        let stored = self.mention(id).await?;
        let attempt = self.begin_to_withdraw(&stored, reason, who, seen).await?;
        Ok(Going::of(&stored, &self.carry_apart(attempt).await?))
    }

    /// Carries it in a task of its own: whoever stops waiting does not cut it off between the call and its record.
    async fn carry_apart(self: &Arc<Self>, attempt: Attempt) -> anyhow::Result<Attempt> {
        let (app, begun) = (Arc::clone(self), attempt.clone());
        let carrying = tokio::spawn(async move {
            let source = attempt.source.clone();
            let carried = app.carry(attempt).await;
            carried.inspect_err(|error| tracing::error!(source, "what became of a reply that was posted could not be kept: {error:#}"))
        });
        match tokio::time::timeout(PATIENCE, carrying).await {
            Ok(carried) => carried?,
            Err(_) => Ok(begun),
        }
    }

    async fn planned(&self, stored: &Stored) -> anyhow::Result<(Reply, Plan)> {
        let mut connection = self.store.connection().await?;
        let reply = Reply::to(&mut connection, stored.row).await?.ok_or(Refusal::NotQueued)?;
        let standing = Attempt::standing(&mut connection, reply.id).await?;
        let config = self.config();
        let (plan, _) = plan(&reply, stored, &config.settings.posting, standing.as_ref())?;
        Ok((reply, plan))
    }

    /// Puts on record that the reply is to be posted now.
    async fn begin(&self, stored: &Stored, again: bool, seen: Option<i64>) -> anyhow::Result<Attempt> {
        let (config, now) = (self.config(), self.clock.now());
        let mut tx = self.store.begin().await?;
        let reply = Reply::to(tx.connection(), stored.row).await?.ok_or(Refusal::NotQueued)?;
        check_seen(tx.connection(), &reply, seen).await?;
        let standing = Attempt::standing(tx.connection(), reply.id).await?;
        let (plan, _) = plan(&reply, stored, &config.settings.posting, standing.as_ref())?;
        let attempt = begin(&mut tx, &reply, plan, again, now).await?;
        tx.commit().await?;
        Ok(attempt)
    }

    /// The ids of the mentions whose approved replies an account would post that `fits`.
    async fn approved_with_account(&self, fits: impl Fn(&Account, Option<&Attempt>) -> bool) -> anyhow::Result<Vec<String>> {
        let config = self.config();
        let accounts = &config.settings.posting;
        if accounts.is_empty() {
            return Ok(Vec::new());
        }
        let mut connection = self.store.connection().await?;
        let approved = Reply::with_status(&mut connection, &[Status::Approved]).await?;
        let mut ids = Vec::new();
        for reply in approved {
            let [stored] = &self.store.mentions(&[reply.mention]).await?[..] else { continue };
            let standing = Attempt::standing(&mut connection, reply.id).await?;
            let planned = plan(&reply, stored, accounts, standing.as_ref());
            let open = Attempt::open_of(&mut connection, reply.id).await?;
            if planned.is_ok_and(|(_, account)| fits(account, open.as_ref())) {
                ids.push(stored.id.clone());
            }
        }
        Ok(ids)
    }

    /// Begins to post what is approved where that is enough, and goes on with all that is due. Returns how much.
    pub async fn post_due(&self) -> anyhow::Result<usize> {
        for id in self.approved_with_account(|account, open| account.when == When::OnApproval && open.is_none()).await? {
            let stored = self.mention(&id).await?;
            if let Err(error) = self.begin(&stored, false, None).await {
                // Somebody was quicker, or it has to be looked at: the queue tells.
                tracing::debug!(id, "not posted: {error:#}");
            }
        }
        let mut by_source: BTreeMap<String, Vec<Attempt>> = BTreeMap::new();
        for attempt in Attempt::due(&mut *self.store.connection().await?, self.clock.now()).await? {
            by_source.entry(attempt.source.clone()).or_default().push(attempt);
        }
        let due = by_source.values().map(Vec::len).sum();
        futures_util::stream::iter(by_source.into_values())
            .for_each_concurrent(SITES_AT_ONCE, |attempts| self.carry_in_turn(attempts))
            .await;
        Ok(due)
    }

    async fn carry_in_turn(&self, attempts: Vec<Attempt>) {
        let last = attempts.len().saturating_sub(1);
        for (place, attempt) in attempts.into_iter().enumerate() {
            let source = attempt.source.clone();
            if let Err(error) = self.carry(attempt).await {
                tracing::error!(source, "what became of a reply that was posted could not be kept: {error:#}");
            }
            if place < last {
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    /// Posts what is due until `stop` is called; then what is under way comes to its end.
    pub(super) async fn keep_posting(&self, stop: &CancellationToken) {
        while stop.run_until_cancelled(tokio::time::sleep(LOOK_EVERY)).await.is_some() {
            if let Err(error) = self.post_due().await {
                tracing::error!("replies that are due could not be looked for: {error:#}");
            }
        }
    }

    /// Takes the reply away from its site.
    pub async fn withdraw_reply(&self, id: &str, reason: &str, who: &str) -> anyhow::Result<Going> {
        let stored = self.mention(id).await?;
        let attempt = self.begin_to_withdraw(&stored, reason, who, None).await?;
        Ok(Going::of(&stored, &self.carry(attempt).await?))
    }

    async fn begin_to_withdraw(&self, stored: &Stored, reason: &str, who: &str, seen: Option<i64>) -> anyhow::Result<Attempt> {
        let reason = Some(reason.trim()).filter(|reason| !reason.is_empty()).ok_or(Refusal::Blank { what: "a reason" })?;
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let reply = Reply::to(tx.connection(), stored.row).await?.ok_or(Refusal::NotQueued)?;
        check_seen(tx.connection(), &reply, seen).await?;
        let standing = Attempt::standing(tx.connection(), reply.id).await?.filter(|_| reply.state.sent.is_some());
        let standing = standing.ok_or_else(|| {
            Refusal::NotPosted("nothing that stands at the site was posted from here; take it away there by hand".to_owned())
        })?;
        if let Some(why) = crate::replies::posting::adapter(&standing.kind).and_then(|adapter| adapter.refuses(Deed::Withdraw)) {
            return Err(Refusal::NotPosted(why.to_owned()).into());
        }
        let attempt = Attempt::withdraw(&mut tx, &standing, who, reason, now).await?;
        tx.commit().await?;
        Ok(attempt)
    }

    /// What can be done about a reply at its site now, and what was done there.
    pub async fn at_site(&self, queued: &Queued) -> anyhow::Result<AtSite> {
        let attempts = Attempt::of_reply(&mut *self.store.connection().await?, queued.reply.id).await?;
        Ok(AtSite::of(&queued.reply, &queued.stored, &self.config().settings.posting, attempts))
    }

    /// All that went out of the reply to this mention, or was to, oldest first.
    pub async fn postings(&self, stored: &Stored) -> anyhow::Result<Vec<Attempt>> {
        let mut connection = self.store.connection().await?;
        match Reply::to(&mut connection, stored.row).await? {
            Some(reply) => Attempt::of_reply(&mut connection, reply.id).await,
            None => Ok(Vec::new()),
        }
    }

    /// What went, or may have gone, wrong and waits for a person.
    pub async fn postings_in_trouble(&self) -> anyhow::Result<Vec<Attempt>> {
        Attempt::in_trouble(&mut *self.store.connection().await?).await
    }
}
