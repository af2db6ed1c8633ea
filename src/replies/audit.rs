//! Every change of a reply: who, when, what, and where it stood before and after.

use jiff::Timestamp;
use serde::Serialize;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::state::{Action, State};

/// Goodword itself, among those who change replies.
pub const SYSTEM: &str = "goodword";

/// Which changes are wanted.
#[derive(Clone, Copy, Debug)]
pub struct Which<'a> {
    /// Only this person's.
    pub who: Option<&'a str>,
    /// Only this action, by its word.
    pub action: Option<&'a str>,
    /// Only of the reply to the mention in this row.
    pub mention: Option<i64>,
    /// Only those in which these words were said.
    pub saying: Option<&'a str>,
    /// From the first of these times until before the second.
    pub period: (Timestamp, Timestamp),
}

/// One change of a reply.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Entry {
    /// The reply, by the row of the mention it was opened for.
    #[serde(skip)]
    pub reply: i64,
    /// The version that the change made.
    pub version: i64,
    /// The row of its mention.
    #[serde(skip)]
    pub mention: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub who: String,
    /// What.
    #[serde(flatten)]
    pub action: Action,
    /// Where it stood before.
    pub before: State,
    /// Where it stood after.
    pub after: State,
}

impl Entry {
    /// The change in words.
    pub fn in_words(&self) -> String {
        let what = match &self.action {
            Action::Open { why } => format!("opened it ({why})"),
            Action::Claim => "claimed it".to_owned(),
            Action::Release => "gave it back".to_owned(),
            Action::Lapse => format!("took it back from {}", self.before.claim.as_ref().map_or("nobody", |claim| &claim.by)),
            Action::Draft { text, .. } => format!("wrote “{}”", beginning(text)),
            Action::Approve => "approved it".to_owned(),
            Action::Reject { reason } => format!("rejected it: {reason}"),
            Action::Send => "sent it".to_owned(),
            Action::Post { by, .. } => format!("posted it at the site, as {by} let it"),
            Action::Revise { text } => format!("wrote in its place “{}”", beginning(text)),
            Action::Retract { reason } => format!("took it away from the site: {reason}"),
            Action::Verify => "saw it at the site".to_owned(),
            Action::Refuse { reason } => format!("heard that the site refuses it: {reason}"),
            Action::Dismiss { reason } => format!("dismissed it: {reason}"),
            Action::Answer { by: Some(by) } => format!("saw that {by} answered at the site"),
            Action::Answer { by: None } => "saw an answer at the site".to_owned(),
            Action::Withdraw { reason } => format!("withdrew it: {reason}"),
            Action::Reopen { reason } => format!("reopened it: {reason}"),
            Action::Hear { what } => format!("heard that the customer {what}"),
            Action::Assign { to, why } => format!("gave it to {to} ({why})"),
            Action::Move { lane } => format!("moved it to {lane}"),
            Action::Outcome { before, after } => format!("saw the rating go from {before} to {after} stars"),
            Action::Unite { .. } => "found its mention to be another one".to_owned(),
        };
        format!("{} {what} on {}", self.who, self.at.strftime("%F %H:%M UTC"))
    }

    /// What was done to the replies of the mention in this row, oldest first.
    pub async fn of_mention(connection: &mut AnyConnection, mention: i64) -> anyhow::Result<Vec<Self>> {
        let sql = "SELECT * FROM reply_audit WHERE mention = $1 ORDER BY at, reply, version";
        let rows = sqlx::query(sql).bind(mention).fetch_all(connection).await?;
        rows.iter().map(read).collect()
    }

    /// What was done to any reply since `since`, oldest first, at most `most` entries: the latest.
    pub async fn since(connection: &mut AnyConnection, since: Timestamp, most: i64) -> anyhow::Result<Vec<Self>> {
        let sql = "SELECT * FROM reply_audit WHERE at >= $1 ORDER BY at DESC, reply DESC, version DESC LIMIT $2";
        let rows = sqlx::query(sql).bind(since.as_millisecond()).bind(most).fetch_all(connection).await?;
        rows.iter().rev().map(read).collect()
    }

    /// What was done to any reply, the newest first, at most `most`.
    pub async fn newest(connection: &mut AnyConnection, which: Which<'_>, most: i64) -> anyhow::Result<Vec<Self>> {
        let sql = "SELECT * FROM reply_audit WHERE at >= $1 AND at < $2 AND ($3 = '' OR LOWER(who) = $4) AND action LIKE $5
            AND (CAST($6 AS BIGINT) = 0 OR mention = $7) AND LOWER(action) LIKE $8 ORDER BY at DESC, reply DESC, version DESC LIMIT $9";
        let (who, mention) = (which.who.unwrap_or_default().to_lowercase(), which.mention.unwrap_or_default());
        let action = which.action.map_or_else(|| "%".to_owned(), |action| format!("{{\"action\":\"{action}\"%"));
        let saying = format!("%{}%", which.saying.unwrap_or_default().to_lowercase());
        let query = sqlx::query(sql).bind(which.period.0.as_millisecond()).bind(which.period.1.as_millisecond()).bind(&who).bind(&who);
        let query = query.bind(action).bind(mention).bind(mention).bind(saying).bind(most);
        query.fetch_all(connection).await?.iter().map(read).collect()
    }

    /// What was done to a reply after version `seen`.
    pub(super) async fn after(connection: &mut AnyConnection, reply: i64, seen: i64) -> anyhow::Result<Vec<Self>> {
        let sql = "SELECT * FROM reply_audit WHERE reply = $1 AND version > $2 ORDER BY version";
        let rows = sqlx::query(sql).bind(reply).bind(seen).fetch_all(connection).await?;
        rows.iter().map(read).collect()
    }

    /// The text that was last approved of a reply, and by whom.
    pub(super) async fn approved(connection: &mut AnyConnection, reply: i64) -> anyhow::Result<Option<(String, String)>> {
        let sql = "SELECT * FROM reply_audit WHERE reply = $1 ORDER BY version DESC";
        let rows = sqlx::query(sql).bind(reply).fetch_all(connection).await?;
        let entries = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let approved = entries.into_iter().find(|entry| entry.action == Action::Approve);
        Ok(approved.and_then(|entry| Some((entry.after.draft?.text, entry.who))))
    }

    pub(super) async fn keep(&self, connection: &mut AnyConnection) -> anyhow::Result<()> {
        let sql = "INSERT INTO reply_audit (reply, version, mention, at, who, action, state_before, state_after)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        sqlx::query(sql)
            .bind(self.reply)
            .bind(self.version)
            .bind(self.mention)
            .bind(self.at.as_millisecond())
            .bind(&self.who)
            .bind(serde_json::to_string(&self.action)?)
            .bind(serde_json::to_string(&self.before)?)
            .bind(serde_json::to_string(&self.after)?)
            .execute(connection)
            .await?;
        Ok(())
    }
}

/// So much of a text as fits into a line.
fn beginning(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = line.chars().take(60).collect();
    if short.len() < line.len() { format!("{short}…") } else { short }
}

fn read(row: &AnyRow) -> anyhow::Result<Entry> {
    Ok(Entry {
        reply: row.try_get("reply")?,
        version: row.try_get("version")?,
        mention: row.try_get("mention")?,
        at: Timestamp::from_millisecond(row.try_get("at")?)?,
        who: row.try_get("who")?,
        action: serde_json::from_str(row.try_get("action")?)?,
        before: serde_json::from_str(row.try_get("state_before")?)?,
        after: serde_json::from_str(row.try_get("state_after")?)?,
    })
}
