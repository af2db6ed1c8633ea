//! Carrying one thing to its site: asked first where it may be there already, put on record before and after the call that acts.
//!
//! Killed at any instant, the next to come finds on record whether the call may have been made. What the answers mean is
//! decided in `replies::posting`, and put on record in `record`.

use std::sync::Arc;
use std::time::Duration;

use super::record::is_approved;
use crate::app::App;
use crate::clock::later;
use crate::crawl::NoToken;
use crate::fetch::Call;
use crate::replies::Reply;
use crate::replies::posting::{
    Access, Account, Adapter, Attempt, Deed, Found, Job, Notes, Outcome, Said, Stage, Target, adapter, of_found, of_reading, of_silence,
};
use crate::sources::{Grant, Source, Token};

/// Nobody takes longer to prepare a call.
const PREPARING: Duration = Duration::from_mins(2);
/// Nobody takes longer from the record before a call to the one after it.
const CALLING: Duration = Duration::from_mins(1);
/// Calls before the one that acts.
const MOST_PREPARED: usize = 6;

/// How a site is spoken to.
pub(super) struct Line {
    source: Arc<Source>,
    account: Account,
    adapter: &'static dyn Adapter,
    target: Target,
    access: Access,
    /// The token among it, and what it was traded for.
    token: Option<(Grant, Token)>,
}

impl Line {
    fn job<'a>(&'a self, attempt: &'a Attempt) -> Job<'a> {
        let remote = attempt.remote.as_deref();
        let Attempt { deed, text, key, begun, .. } = attempt;
        Job { deed: *deed, text, key, begun: *begun, remote, target: &self.target, access: &self.access }
    }
}

/// What became of it, and whether the site can have heard of it.
pub(super) struct Tried {
    pub(super) outcome: Outcome,
    pub(super) called: bool,
}

impl Tried {
    fn uncalled(outcome: Outcome) -> Self {
        Self { outcome, called: false }
    }
}

impl App {
    /// Carries it as far as it goes now. Returns it as it stands then.
    pub(super) async fn carry(&self, attempt: Attempt) -> anyhow::Result<Attempt> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let claimed = attempt.claim(tx.connection(), now, later(now, PREPARING)).await?;
        tx.commit().await?;
        let Some(mut attempt) = claimed else { return Ok(attempt) };
        match self.line(&mut attempt).await? {
            Err(outcome) => self.record(&mut attempt, Tried::uncalled(outcome)).await?,
            Ok(line) if attempt.stage == Stage::Posted => self.look_again(&mut attempt, &line).await?,
            Ok(mut line) => {
                let tried = self.attempt(&mut attempt, &mut line).await?;
                self.record(&mut attempt, tried).await?;
            }
        }
        Ok(attempt)
    }

    /// Opens the line to the site: the account, its token, and what is answered.
    async fn line(&self, attempt: &mut Attempt) -> anyhow::Result<Result<Line, Outcome>> {
        let config = self.config();
        let lost = |why: String| Ok(Err(Outcome::Refused { why, reopen: false }));
        let source = config.sources.iter().find(|source| source.name == attempt.source).cloned();
        let account = config.settings.posting.of(&attempt.source).cloned();
        let (Some(source), Some(account), Some(adapter)) = (source, account, adapter(&attempt.kind)) else {
            return lost(format!("no account posts for `{}` any more; see [posting.…] in settings.toml", attempt.source));
        };
        let reply = Reply::named(&mut *self.store.connection().await?, attempt.reply).await?;
        let rows: Vec<i64> = reply.iter().map(|reply| reply.mention).collect();
        let mentions = self.store.mentions(&rows).await?;
        let Some(target) = mentions.first().and_then(|stored| Target::at(stored, &attempt.source)) else {
            return lost(format!("the mention is gone from `{}`", attempt.source));
        };
        let grant = match account.grant(&source) {
            Ok(grant) => grant,
            Err(why) => return lost(why),
        };
        let token = match grant {
            Some(grant) => match self.reader.token_of(&grant, account.allows_private(&source), None).await {
                Ok(token) => Some((grant, token)),
                Err(NoToken { what, is_passing: true }) => return Ok(Err(Outcome::Again { after: None, why: what })),
                Err(NoToken { what, .. }) => return lost(what),
            },
            None => None,
        };
        let access = match account.access(&source, token.as_ref().map(|(_, token)| token.reveal().to_owned())) {
            Ok(access) => access,
            Err(why) => return lost(why),
        };
        Ok(Ok(Line { source, account, adapter, target, access, token }))
    }

    /// Does it, unless it is there already or may not be done any more.
    async fn attempt(&self, attempt: &mut Attempt, line: &mut Line) -> anyhow::Result<Tried> {
        let mut notes = Notes::default();
        if let Err(outcome) = self.prepare(attempt, line, &mut notes).await {
            return Ok(Tried::uncalled(outcome));
        }
        let may_be_there = attempt.stage == Stage::Calling;
        if may_be_there || attempt.deed == Deed::Post && line.adapter.replaces() {
            match self.look_there(attempt, line, &notes).await {
                Ok(found) => {
                    // Where another text stands, ours does not: that is no doubt any more.
                    let called = matches!(found, Found::Other(_));
                    if let Some(outcome) = of_found(attempt.deed, found) {
                        return Ok(Tried { outcome, called });
                    }
                }
                Err(outcome) => return Ok(Tried::uncalled(outcome)),
            }
        }
        let call = match line.adapter.request(&line.job(attempt), &notes) {
            Ok(call) => call,
            Err(why) => return Ok(Tried::uncalled(Outcome::Refused { why, reopen: false })),
        };
        if !self.note_call(attempt).await? {
            let why = "it was changed before it went out".to_owned();
            attempt.stage = Stage::Dropped;
            return Ok(Tried::uncalled(Outcome::Refused { why, reopen: false }));
        }
        let outcome = self.act_there(attempt, line, &notes, call).await;
        Ok(Tried { outcome, called: true })
    }

    /// Learns what has to be known first.
    pub(super) async fn prepare(&self, attempt: &Attempt, line: &Line, notes: &mut Notes) -> Result<(), Outcome> {
        for _ in 0..MOST_PREPARED {
            let job = line.job(attempt);
            let Some(call) = line.adapter.prepare(&job, notes).map_err(|why| Outcome::Refused { why, reopen: false })? else {
                return Ok(());
            };
            let said = self.ask(&call).await?;
            if let Some(outcome) = of_reading(&said) {
                return Err(outcome);
            }
            line.adapter.learn(&job, &said.answer, notes)?;
        }
        Err(Outcome::Again { after: None, why: "the site asks for more and more".to_owned() })
    }

    /// Looks whether it is there.
    pub(super) async fn look_there(&self, attempt: &Attempt, line: &Line, notes: &Notes) -> Result<Found, Outcome> {
        let job = line.job(attempt);
        let call = line.adapter.look(&job, notes).map_err(|why| Outcome::Refused { why, reopen: false })?;
        let said = self.ask(&call).await?;
        // What is not there is an answer, too: the adapter knows.
        match line.adapter.found(&job, notes, &said) {
            Found::Unclear(why) => Err(of_reading(&said).unwrap_or(Outcome::Again { after: None, why })),
            found => Ok(found),
        }
    }

    /// A call that only reads.
    async fn ask(&self, call: &Call) -> Result<Said, Outcome> {
        let called = self.reader.fetcher.call(call).await;
        called.map(|called| Said::of(&called, self.clock.now())).map_err(|error| Outcome::Again { after: None, why: error.to_string() })
    }

    /// Makes the call that acts; once more with another token where this one was not taken.
    async fn act_there(&self, attempt: &Attempt, line: &mut Line, notes: &Notes, call: Call) -> Outcome {
        let said = match self.reader.fetcher.call(&call).await {
            Ok(called) => Said::of(&called, self.clock.now()),
            Err(error) => return of_silence(&error),
        };
        if said.status == 401
            && let Some((grant, refused)) = line.token.take()
            && let Ok(token) = self.reader.token_of(&grant, line.access.allow_private, Some(&refused)).await
            && let Ok(access) = line.account.access(&line.source, Some(token.reveal().to_owned()))
        {
            line.access = access;
            let Ok(call) = line.adapter.request(&line.job(attempt), notes) else {
                return line.adapter.outcome(&line.job(attempt), notes, &said);
            };
            return match self.reader.fetcher.call(&call).await {
                Ok(called) => line.adapter.outcome(&line.job(attempt), notes, &Said::of(&called, self.clock.now())),
                Err(error) => of_silence(&error),
            };
        }
        line.adapter.outcome(&line.job(attempt), notes, &said)
    }

    /// Puts on record that the call is made now. False if it may not be made any more: somebody changed the reply meanwhile.
    async fn note_call(&self, attempt: &mut Attempt) -> anyhow::Result<bool> {
        let mut tx = self.store.begin().await?;
        let reply = Reply::named(tx.connection(), attempt.reply).await?;
        let is_meant = reply.is_some_and(|reply| match attempt.deed {
            Deed::Withdraw => reply.state.sent.is_some(),
            _ => is_approved(&reply, attempt),
        });
        if !is_meant || !attempt.call(tx.connection(), later(self.clock.now(), CALLING)).await? {
            return Ok(false);
        }
        tx.commit().await?;
        Ok(true)
    }
}
