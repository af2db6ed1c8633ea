//! Carrying one thing to its site: asked first where it may be there already, put on record before and after the call that acts.
//!
//! Killed at any instant, the next to come finds on record whether the call may have been made. What the answers mean is
//! decided in `replies::posting`.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::app::App;
use crate::clock::later;
use crate::crawl::NoToken;
use crate::fetch::Call;
use crate::replies::posting::{
    Access, Account, Adapter, Attempt, Deed, Found, Job, Notes, Outcome, Placed, Said, Stage, Standing, Target, adapter, of_reading,
    of_silence,
};
use crate::replies::{Action, Actor, Reply, Status, act};
use crate::sources::{Grant, Source, Token};
use crate::store::Tx;

/// Nobody takes longer to prepare a call.
const PREPARING: Duration = Duration::from_mins(2);
/// Nobody takes longer from the record before a call to the one after it.
const CALLING: Duration = Duration::from_mins(1);
/// The first pause before another try; each doubles it, up to the longest.
const FIRST: Duration = Duration::from_secs(30);
const LONGEST: Duration = Duration::from_hours(1);
/// What has failed more often is left to a person.
const MOST_TRIES: i64 = 12;
/// What may have arrived holds up whoever wants to change it: it is left to a person sooner.
const MOST_QUESTIONS: i64 = 6;
/// When it is looked whether the site shows what it took.
const LOOKS: [Duration; 4] = [Duration::from_mins(10), Duration::from_hours(1), Duration::from_hours(6), Duration::from_hours(24)];
/// Calls before the one that acts.
const MOST_PREPARED: usize = 6;

/// How a site is spoken to.
struct Line {
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
struct Tried {
    outcome: Outcome,
    called: bool,
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
        if attempt.deed == Deed::Post && (may_be_there || line.adapter.replaces()) {
            match self.look_there(attempt, line, &notes).await {
                Ok(Found::NotThere) => {}
                Ok(Found::There(placed)) => return Ok(Tried::uncalled(Outcome::Done(placed))),
                Ok(Found::Other(text)) => {
                    let why = format!("somebody has answered there meanwhile: “{}”", text.chars().take(80).collect::<String>());
                    return Ok(Tried { outcome: Outcome::Refused { why, reopen: true }, called: true });
                }
                Ok(Found::Unclear(why)) => return Ok(Tried::uncalled(Outcome::Again { after: None, why })),
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
    async fn prepare(&self, attempt: &Attempt, line: &Line, notes: &mut Notes) -> Result<(), Outcome> {
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
    async fn look_there(&self, attempt: &Attempt, line: &Line, notes: &Notes) -> Result<Found, Outcome> {
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

    /// Puts on record what became of it, at the reply too.
    async fn record(&self, attempt: &mut Attempt, Tried { outcome, called }: Tried) -> anyhow::Result<()> {
        let now = self.clock.now();
        if attempt.stage == Stage::Dropped {
            return self.drop_posting(attempt).await;
        }
        let mut tx = self.store.begin().await?;
        // Without a call this time, an earlier one may still have arrived.
        let may_be_there = attempt.stage == Stage::Calling && !called;
        match outcome {
            Outcome::Done(placed) => {
                put(attempt, placed.clone(), now);
                attempt.keep(tx.connection(), now).await?;
                self.record_done(&mut tx, attempt, &placed, now).await?;
            }
            Outcome::Refused { why, reopen: true } if !may_be_there => {
                (attempt.stage, attempt.reason) = (Stage::Refused, Some(why.clone()));
                attempt.keep(tx.connection(), now).await?;
                let reply = Reply::named(tx.connection(), attempt.reply).await?;
                if let Some(reply) = reply.filter(|reply| attempt.deed != Deed::Withdraw && is_approved(reply, attempt)) {
                    let reason = format!("the site does not take it: {why}");
                    act(&mut tx, reply, Action::Reject { reason }, Actor::SYSTEM, &self.config().desk(), now).await?;
                }
            }
            Outcome::Refused { why, .. } => {
                (attempt.stage, attempt.reason) = (if may_be_there { Stage::Unclear } else { Stage::Stuck }, Some(why));
                attempt.keep(tx.connection(), now).await?;
            }
            Outcome::Again { after, why } => {
                attempt.stage = if may_be_there { Stage::Calling } else { Stage::Ready };
                put_off(attempt, why, after, now);
                attempt.keep(tx.connection(), now).await?;
            }
            Outcome::Unknown { why } => {
                attempt.stage = Stage::Calling;
                put_off(attempt, why, None, now);
                attempt.keep(tx.connection(), now).await?;
            }
        }
        tx.commit().await?;
        log(attempt);
        Ok(())
    }

    /// What stands at the site is put on record at the reply, whatever was done there meanwhile.
    async fn record_done(&self, tx: &mut Tx<'_>, attempt: &Attempt, placed: &Placed, now: Timestamp) -> anyhow::Result<()> {
        let Some(reply) = Reply::named(tx.connection(), attempt.reply).await? else { return Ok(()) };
        let desk = self.config().desk();
        if attempt.deed == Deed::Withdraw {
            if reply.state.sent.is_some() {
                let retract = Action::Retract { reason: format!("withdrawn by {}: {}", attempt.by, attempt.text) };
                act(tx, reply, retract, Actor::SYSTEM, &desk, now).await?;
            }
            return Ok(());
        }
        let is_known = reply.state.sent.as_ref().is_some_and(|sent| sent.text == attempt.text) && !reply.state.status.is_open();
        let overtaken = (!is_known && !is_approved(&reply, attempt)).then(|| reply.state.reason.clone().unwrap_or_default());
        let mut reply = reply;
        if !is_known {
            let post = Action::Post { text: attempt.text.clone(), by: attempt.by.clone() };
            reply = act(tx, reply, post, Actor::SYSTEM, &desk, now).await?;
        }
        let next = match (&placed.standing, overtaken) {
            (Standing::Rejected(why), _) => Some(Action::Refuse { reason: why.clone() }),
            (_, Some(what)) => Some(Action::Reopen { reason: format!("while it went out, this came in between: {what}") }),
            _ => None,
        };
        if let Some(next) = next {
            act(tx, reply, next, Actor::SYSTEM, &desk, now).await?;
        }
        Ok(())
    }

    /// Looks whether the site shows what it took, and puts that on record.
    async fn look_again(&self, attempt: &mut Attempt, line: &Line) -> anyhow::Result<()> {
        let mut notes = Notes::default();
        let found = match self.prepare(attempt, line, &mut notes).await {
            Ok(()) => self.look_there(attempt, line, &notes).await,
            Err(outcome) => Err(outcome),
        };
        let now = self.clock.now();
        // The tries count the looks from when it was posted on.
        let looked = usize::try_from(attempt.tries).unwrap_or_default();
        attempt.due = LOOKS.get(looked).map_or(Timestamp::MAX, |pause| later(now, *pause));
        let mut tx = self.store.begin().await?;
        let action = match found {
            Ok(Found::There(Placed { standing: Standing::Shown, .. })) => {
                attempt.stage = Stage::Seen;
                Some(Action::Verify)
            }
            Ok(Found::There(Placed { standing: Standing::Rejected(why), .. })) => {
                (attempt.stage, attempt.reason) = (Stage::Refused, Some(why.clone()));
                Some(Action::Refuse { reason: why })
            }
            Ok(Found::There(_)) => None,
            Ok(Found::NotThere) => note(attempt, "the site does not show it"),
            Ok(Found::Other(_)) => note(attempt, "the site shows another text"),
            Ok(Found::Unclear(why)) => note(attempt, &why),
            Err(Outcome::Again { why, .. } | Outcome::Refused { why, .. } | Outcome::Unknown { why }) => note(attempt, &why),
            Err(Outcome::Done(_)) => None,
        };
        attempt.keep(tx.connection(), now).await?;
        let reply = Reply::named(tx.connection(), attempt.reply).await?;
        let reply = reply.filter(|reply| reply.state.sent.as_ref().is_some_and(|sent| sent.text == attempt.text));
        let is_possible = |reply: &Reply, action: &Action| match action {
            Action::Verify => reply.state.status == Status::Sent,
            _ => matches!(reply.state.status, Status::Sent | Status::Verified),
        };
        if let Some((reply, action)) = reply.zip(action).filter(|(reply, action)| is_possible(reply, action)) {
            act(&mut tx, reply, action, Actor::SYSTEM, &self.config().desk(), now).await?;
        }
        tx.commit().await?;
        log(attempt);
        Ok(())
    }

    async fn drop_posting(&self, attempt: &mut Attempt) -> anyhow::Result<()> {
        let mut tx = self.store.begin().await?;
        attempt.reason = Some("it was overtaken before it went out".to_owned());
        attempt.keep(tx.connection(), self.clock.now()).await?;
        Ok(tx.commit().await?)
    }
}

/// Whether the reply is approved with the very text that goes out.
fn is_approved(reply: &Reply, attempt: &Attempt) -> bool {
    reply.state.status == Status::Approved && reply.state.draft.as_ref().is_some_and(|draft| draft.text == attempt.text)
}

fn put(attempt: &mut Attempt, placed: Placed, now: Timestamp) {
    attempt.stage = match (attempt.deed, &placed.standing) {
        (Deed::Withdraw, _) => Stage::Seen,
        (_, Standing::Rejected(_)) => Stage::Refused,
        _ => Stage::Posted,
    };
    attempt.reason = match placed.standing {
        Standing::Shown => None,
        Standing::Pending => Some("the site looks at it before it shows it".to_owned()),
        Standing::Rejected(why) => Some(why),
    };
    attempt.remote = placed.remote.or(attempt.remote.take());
    attempt.url = placed.url.map(|url| String::from(*url)).or(attempt.url.take());
    (attempt.tries, attempt.due) = (0, later(now, LOOKS[0]));
}

/// Puts it off, or leaves it to a person if that has been done often.
fn put_off(attempt: &mut Attempt, why: String, after: Option<Timestamp>, now: Timestamp) {
    let doublings = u32::try_from(attempt.tries.clamp(1, 16) - 1).unwrap_or_default();
    let pause = FIRST.saturating_mul(1 << doublings).min(LONGEST);
    attempt.due = later(now, pause).max(after.unwrap_or(now));
    attempt.reason = Some(why);
    attempt.stage = match attempt.stage {
        Stage::Calling if attempt.tries >= MOST_QUESTIONS => Stage::Unclear,
        Stage::Ready if attempt.tries >= MOST_TRIES => Stage::Stuck,
        stage => stage,
    };
}

fn note(attempt: &mut Attempt, why: &str) -> Option<Action> {
    attempt.reason = Some(why.to_owned());
    None
}

fn log(attempt: &Attempt) {
    let (source, deed, stage) = (attempt.source.as_str(), attempt.deed.as_str(), attempt.stage.as_str());
    let why = attempt.reason.as_deref().unwrap_or_default();
    match attempt.stage {
        Stage::Posted | Stage::Seen => tracing::info!(source, deed, stage, "a reply is at its site"),
        Stage::Ready | Stage::Calling | Stage::Dropped => tracing::warn!(source, deed, stage, "a reply is not at its site yet: {why}"),
        Stage::Refused | Stage::Stuck | Stage::Unclear => tracing::error!(source, deed, stage, "a reply waits for somebody: {why}"),
    }
}
