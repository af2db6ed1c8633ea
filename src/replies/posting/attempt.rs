//! The record of what goes to sites, and its table: what was begun, how far it came, and what stands there.
//!
//! A row is written before the call that acts and after it, so that whoever comes after a crash knows that the site has to be
//! asked. Makes no calls.

use jiff::Timestamp;
use ring::digest;
use serde::{Serialize, Serializer};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::{Account, Accounts, Adapter, Deed, adapter};
use crate::replies::act::check_last;
use crate::replies::audit::Entry;
use crate::replies::{Refusal, Reply, Status};
use crate::store::{Sighting, Stored, Tx};

/// How far something came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It has not gone out.
    Ready,
    /// It may have gone out: the site has to be asked.
    Calling,
    /// The site took it.
    Posted,
    /// The site was seen to have it.
    Seen,
    /// The site does not want it.
    Refused,
    /// We are not let in; a person has to see to that.
    Stuck,
    /// Nobody could find out whether it went out; a person has to look.
    Unclear,
    /// It was overtaken.
    Dropped,
}

impl Stage {
    const ALL: [Self; 8] = [Self::Ready, Self::Calling, Self::Posted, Self::Seen, Self::Refused, Self::Stuck, Self::Unclear, Self::Dropped];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Calling => "calling",
            Self::Posted => "posted",
            Self::Seen => "seen",
            Self::Refused => "refused",
            Self::Stuck => "stuck",
            Self::Unclear => "unclear",
            Self::Dropped => "dropped",
        }
    }

    /// Whether nothing more is done about it unasked.
    fn is_over(self) -> bool {
        !matches!(self, Self::Ready | Self::Calling)
    }
}

impl Serialize for Stage {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

/// Something that goes to a site, or went.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Attempt {
    /// The reply.
    #[serde(skip)]
    pub reply: i64,
    /// Counts up for each reply.
    pub number: i64,
    /// What is done.
    pub deed: Deed,
    /// The source whose site it goes to.
    pub source: String,
    /// The source's kind.
    pub kind: String,
    /// The text; why, if one is taken away.
    pub text: String,
    /// Who let it.
    pub by: String,
    /// Tells it from all others.
    pub key: String,
    /// How far it came.
    pub stage: Stage,
    /// When it was begun.
    pub begun: Timestamp,
    /// When it is looked at next.
    pub due: Timestamp,
    #[serde(skip)]
    leased_until: i64,
    /// How often it was tried, or looked for since.
    pub tries: i64,
    /// The site's own id of it.
    pub remote: Option<String>,
    /// Where a person can open it.
    pub url: Option<String>,
    /// Why it is where it is.
    pub reason: Option<String>,
}

/// What is to be done, where.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What.
    pub deed: Deed,
    /// The source.
    pub source: String,
    /// Its kind.
    pub kind: String,
    /// The site's own id of what stands there, and is changed or taken away.
    pub remote: Option<String>,
}

/// The account that answers `stored`, how its site takes replies, and where it was seen there; none if people post by hand.
pub fn account_for<'a, 's>(stored: &'s Stored, accounts: &'a Accounts) -> Option<(&'a Account, &'static dyn Adapter, &'s Sighting)> {
    stored.sightings.iter().find_map(|sighting| Some((accounts.of(&sighting.source)?, adapter(&sighting.kind)?, sighting)))
}

/// What the approved reply to `stored` means to a site that has an account; `standing` is what was posted there before.
pub fn plan<'a>(
    reply: &Reply,
    stored: &Stored,
    accounts: &'a Accounts,
    standing: Option<&Attempt>,
) -> Result<(Plan, &'a Account), Refusal> {
    let Some((account, adapter, sighting)) = account_for(stored, accounts) else {
        let what = format!("no account posts for `{}`; copy it: `goodword queue open {}`", reply.place.source, stored.id);
        return Err(Refusal::NotPosted(format!("{what} (or see [posting.…] in docs/replies.md)")));
    };
    let plan = |deed| Plan { deed, source: sighting.source.clone(), kind: sighting.kind.clone(), remote: None };
    if reply.state.sent.is_none() {
        return Ok((plan(Deed::Post), account));
    }
    if let Some(why) = adapter.refuses(Deed::Revise) {
        return Err(Refusal::NotPosted(why.to_owned()));
    }
    let remote = standing.filter(|standing| standing.source == sighting.source).and_then(|standing| standing.remote.clone());
    if remote.is_none() && !adapter.replaces() {
        return Err(Refusal::NotPosted("what stands at the site was not posted from here; change it there by hand".to_owned()));
    }
    Ok((Plan { remote, ..plan(Deed::Revise) }, account))
}

/// Begins to post the reply, which is approved: the text as it was approved, and nothing else. What was begun before goes on; with
/// `again`, somebody has looked and says that it did not arrive.
pub async fn begin(tx: &mut Tx<'_>, reply: &Reply, plan: Plan, again: bool, now: Timestamp) -> anyhow::Result<Attempt> {
    let (status, draft) = (reply.state.status, reply.state.draft.as_ref());
    let Some(draft) = draft.filter(|_| status == Status::Approved) else {
        return Err(Refusal::Status { status, done: "posted", from: vec![Status::Approved] }.into());
    };
    let approved = Entry::approved(tx.connection(), reply.id).await?;
    let Some((_, by)) = approved.filter(|(text, _)| *text == draft.text) else {
        return Err(Refusal::NotPosted("its text is not the one that was approved; approve it again".to_owned()).into());
    };
    check_last(tx.connection(), reply).await?;
    if let Some(mut open) = Attempt::open_of(tx.connection(), reply.id).await? {
        match open.stage {
            Stage::Calling => return Err(Refusal::GoingOut.into()),
            Stage::Unclear if !again => {
                let what = "whether an earlier try arrived is not known; look there: if it did, `goodword queue sent ID`, else";
                return Err(Refusal::NotPosted(format!("{what} `goodword queue post ID --again`")).into());
            }
            Stage::Ready | Stage::Stuck if open.text == draft.text && open.deed == plan.deed => {
                (open.stage, open.due, open.tries, open.by) = (Stage::Ready, now, 0, by);
                open.keep(tx.connection(), now).await?;
                return Ok(open);
            }
            stage => {
                let why = if stage == Stage::Unclear { "somebody looked: it did not arrive" } else { "it was overtaken" };
                (open.stage, open.reason) = (Stage::Dropped, Some(why.to_owned()));
                open.keep(tx.connection(), now).await?;
            }
        }
    }
    Attempt::insert(tx.connection(), reply.id, plan, &draft.text, &by, now).await
}

const COLUMNS: &str =
    "reply, number, deed, source, kind, text, hash, by_whom, key, stage, begun_at, due_at, leased_until, tries, remote, url, reason";

impl Attempt {
    /// Begins to take away what stands at the site.
    pub async fn withdraw(tx: &mut Tx<'_>, standing: &Self, by: &str, why: &str, now: Timestamp) -> anyhow::Result<Self> {
        if Self::open_of(tx.connection(), standing.reply).await?.is_some_and(|open| open.stage == Stage::Calling) {
            return Err(Refusal::GoingOut.into());
        }
        Self::settle(tx.connection(), standing.reply, Status::Drafted, now).await?;
        let (source, kind, remote) = (standing.source.clone(), standing.kind.clone(), standing.remote.clone());
        let plan = Plan { deed: Deed::Withdraw, source, kind, remote };
        Self::insert(tx.connection(), standing.reply, plan, why, by, now).await
    }

    async fn insert(connection: &mut AnyConnection, reply: i64, plan: Plan, text: &str, by: &str, now: Timestamp) -> anyhow::Result<Self> {
        let sql = "SELECT COALESCE(MAX(number), 0) + 1 FROM reply_post WHERE reply = $1";
        let number: i64 = sqlx::query(sql).bind(reply).fetch_one(&mut *connection).await?.try_get(0)?;
        let key = format!("goodword-{reply}-{number}-{:x}", now.as_millisecond());
        let sql = "INSERT INTO reply_post (reply, number, deed, source, kind, text, hash, by_whom, key, stage, begun_at, due_at,
            remote) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
        sqlx::query(sql)
            .bind(reply)
            .bind(number)
            .bind(plan.deed.as_str())
            .bind(plan.source)
            .bind(plan.kind)
            .bind(text)
            .bind(hash(text))
            .bind(by)
            .bind(key)
            .bind(Stage::Ready.as_str())
            .bind(now.as_millisecond())
            .bind(now.as_millisecond())
            .bind(plan.remote)
            .execute(&mut *connection)
            .await?;
        Self::named(connection, reply, number).await
    }

    async fn named(connection: &mut AnyConnection, reply: i64, number: i64) -> anyhow::Result<Self> {
        let sql = format!("SELECT {COLUMNS} FROM reply_post WHERE reply = $1 AND number = $2");
        read(&sqlx::query(sqlx::AssertSqlSafe(sql)).bind(reply).bind(number).fetch_one(connection).await?)
    }

    /// All that went out of a reply, or was to, oldest first.
    pub async fn of_reply(connection: &mut AnyConnection, reply: i64) -> anyhow::Result<Vec<Self>> {
        let sql = format!("SELECT {COLUMNS} FROM reply_post WHERE reply = $1 ORDER BY number");
        sqlx::query(sqlx::AssertSqlSafe(sql)).bind(reply).fetch_all(connection).await?.iter().map(read).collect()
    }

    /// What is under way, or waits for a person, of a reply.
    pub async fn open_of(connection: &mut AnyConnection, reply: i64) -> anyhow::Result<Option<Self>> {
        Ok(open_among(&Self::of_reply(connection, reply).await?).cloned())
    }

    /// What stands at the site by us.
    pub async fn standing(connection: &mut AnyConnection, reply: i64) -> anyhow::Result<Option<Self>> {
        Ok(standing_among(&Self::of_reply(connection, reply).await?).cloned())
    }

    /// Whether something of a reply may be going out right now.
    pub(in crate::replies) async fn is_under_way(connection: &mut AnyConnection, reply: i64) -> anyhow::Result<bool> {
        let sql = "SELECT 1 FROM reply_post WHERE reply = $1 AND stage = 'calling' LIMIT 1";
        Ok(sqlx::query(sql).bind(reply).fetch_optional(connection).await?.is_some())
    }

    /// What is to be done or looked at by `now` and nobody is at, the earliest first.
    pub async fn due(connection: &mut AnyConnection, now: Timestamp) -> anyhow::Result<Vec<Self>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM reply_post WHERE stage IN ('ready', 'calling', 'posted') AND due_at <= $1 AND leased_until <= $2
            ORDER BY due_at, reply, number LIMIT 500"
        );
        let at = now.as_millisecond();
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(at).bind(at).fetch_all(connection).await?;
        let due: Vec<Self> = rows.iter().map(read).collect::<anyhow::Result<_>>()?;
        Ok(due.into_iter().filter(|attempt| attempt.stage != Stage::Unclear).collect())
    }

    /// What waits for a person.
    pub async fn in_trouble(connection: &mut AnyConnection) -> anyhow::Result<Vec<Self>> {
        let sql = format!("SELECT {COLUMNS} FROM reply_post WHERE stage IN ('stuck', 'unclear') ORDER BY due_at, reply, number");
        sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(connection).await?.iter().map(read).collect()
    }

    /// Leases it until `until`; none if somebody else is at it, or it has moved on.
    pub async fn claim(&self, connection: &mut AnyConnection, now: Timestamp, until: Timestamp) -> anyhow::Result<Option<Self>> {
        let sql = "UPDATE reply_post SET leased_until = $1, tries = tries + 1
            WHERE reply = $2 AND number = $3 AND stage = $4 AND leased_until <= $5";
        let claimed = sqlx::query(sql)
            .bind(until.as_millisecond())
            .bind(self.reply)
            .bind(self.number)
            .bind(self.stage.as_str())
            .bind(now.as_millisecond())
            .execute(&mut *connection)
            .await?;
        match claimed.rows_affected() {
            0 => Ok(None),
            _ => Self::named(connection, self.reply, self.number).await.map(Some),
        }
    }

    /// Notes that the call that acts is made now. False if the lease has run out and somebody else may be at it: then it is not made.
    pub async fn call(&mut self, connection: &mut AnyConnection, until: Timestamp) -> anyhow::Result<bool> {
        let sql = "UPDATE reply_post SET stage = 'calling', leased_until = $1 WHERE reply = $2 AND number = $3 AND leased_until = $4
            AND stage IN ('ready', 'calling')";
        let until = until.as_millisecond();
        let noted = sqlx::query(sql).bind(until).bind(self.reply).bind(self.number).bind(self.leased_until).execute(connection).await?;
        let is_noted = noted.rows_affected() == 1;
        if is_noted {
            (self.stage, self.leased_until) = (Stage::Calling, until);
        }
        Ok(is_noted)
    }

    /// Whether the lease it was claimed with still stands. Whoever comes too late puts nothing on record: somebody else has been at
    /// it since, and knows more.
    pub async fn is_ours(&self, connection: &mut AnyConnection) -> anyhow::Result<bool> {
        let sql = "SELECT 1 FROM reply_post WHERE reply = $1 AND number = $2 AND leased_until = $3";
        let held = sqlx::query(sql).bind(self.reply).bind(self.number).bind(self.leased_until).fetch_optional(connection).await?;
        Ok(held.is_some())
    }

    /// Keeps it as it is now, and lets it go.
    pub async fn keep(&mut self, connection: &mut AnyConnection, now: Timestamp) -> anyhow::Result<()> {
        let sql = "UPDATE reply_post SET stage = $1, due_at = $2, tries = $3, remote = $4, url = $5, reason = $6, by_whom = $7,
            ended_at = $8, leased_until = 0 WHERE reply = $9 AND number = $10";
        sqlx::query(sql)
            .bind(self.stage.as_str())
            .bind(self.due.as_millisecond())
            .bind(self.tries)
            .bind(&self.remote)
            .bind(&self.url)
            .bind(&self.reason)
            .bind(&self.by)
            .bind(self.stage.is_over().then(|| now.as_millisecond()))
            .bind(self.reply)
            .bind(self.number)
            .execute(connection)
            .await?;
        self.leased_until = 0;
        Ok(())
    }

    /// Ends what was under way when the reply it belongs to has gone on to `status` by other means.
    pub(in crate::replies) async fn settle(
        connection: &mut AnyConnection,
        reply: i64,
        status: Status,
        now: Timestamp,
    ) -> anyhow::Result<()> {
        // Whoever is in the middle of a call puts on record what came of it.
        let sql =
            "UPDATE reply_post SET stage = $1, reason = $2, ended_at = $3 WHERE reply = $4 AND stage IN ('ready', 'stuck', 'unclear')";
        let (stage, why) = if status == Status::Sent { (Stage::Seen, "it is there") } else { (Stage::Dropped, "it was overtaken") };
        sqlx::query(sql).bind(stage.as_str()).bind(why).bind(now.as_millisecond()).bind(reply).execute(connection).await?;
        Ok(())
    }
}

/// What is under way, or waits for a person, among all of a reply.
pub(super) fn open_among(all: &[Attempt]) -> Option<&Attempt> {
    all.iter().rfind(|attempt| matches!(attempt.stage, Stage::Ready | Stage::Calling | Stage::Stuck | Stage::Unclear))
}

/// What stands at the site by us, among all of a reply.
pub(super) fn standing_among(all: &[Attempt]) -> Option<&Attempt> {
    let last = all.iter().rfind(|attempt| matches!(attempt.stage, Stage::Posted | Stage::Seen));
    last.filter(|attempt| attempt.deed != Deed::Withdraw)
}

/// What tells a text from all others.
fn hash(text: &str) -> String {
    digest::digest(&digest::SHA256, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn read(row: &AnyRow) -> anyhow::Result<Attempt> {
    let word = |column: &str| -> anyhow::Result<String> { Ok(row.try_get(column)?) };
    let time = |column: &str| -> anyhow::Result<Timestamp> { Ok(Timestamp::from_millisecond(row.try_get(column)?)?) };
    let (stage, deed, text) = (word("stage")?, word("deed")?, word("text")?);
    let is_changed = hash(&text) != word("hash")?;
    let known = Stage::ALL.into_iter().find(|known| known.as_str() == stage).ok_or_else(|| anyhow::anyhow!("`{stage}` is no stage"))?;
    Ok(Attempt {
        reply: row.try_get("reply")?,
        number: row.try_get("number")?,
        deed: Deed::parse(&deed).ok_or_else(|| anyhow::anyhow!("`{deed}` cannot be done at a site"))?,
        source: word("source")?,
        kind: word("kind")?,
        text,
        by: word("by_whom")?,
        key: word("key")?,
        // What somebody changed behind our back is for a person, too.
        stage: if is_changed && !known.is_over() { Stage::Unclear } else { known },
        begun: time("begun_at")?,
        due: time("due_at")?,
        leased_until: row.try_get("leased_until")?,
        tries: row.try_get("tries")?,
        remote: row.try_get("remote")?,
        url: row.try_get("url")?,
        reason: if is_changed { Some("its text was changed since it was approved".to_owned()) } else { row.try_get("reason")? },
    })
}

#[cfg(test)]
impl Attempt {
    /// Something that stands at a site under the id 60.
    pub(super) fn example() -> Self {
        let now = Timestamp::UNIX_EPOCH;
        let [source, kind, text, by, key] = ["forum", "discourse", "Sorry!", "ann", "goodword-1-1"].map(str::to_owned);
        let (stage, remote) = (Stage::Posted, Some("60".to_owned()));
        let (begun, due) = (now, now);
        Self {
            reply: 1,
            number: 1,
            deed: Deed::Post,
            source,
            kind,
            text,
            by,
            key,
            stage,
            begun,
            due,
            leased_until: 0,
            tries: 1,
            remote,
            url: None,
            reason: None,
        }
    }
}
