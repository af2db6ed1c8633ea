//! Which digests went out, what they showed to whom, and who wants no more. Owns the tables `digest*`.

use std::collections::{BTreeSet, HashMap};

use anyhow::Context;
use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::content::{Digest, Lane};
use super::edition::{Edition, Every};
use super::mail::key;
use crate::notify::{Outbox, State};

/// A digest that went out.
#[derive(Debug)]
pub struct Sent;

impl Sent {
    /// The last day told to each recipient in each edition.
    pub async fn last(connection: &mut AnyConnection) -> anyhow::Result<HashMap<(String, String), Date>> {
        let rows = sqlx::query("SELECT recipient, edition, MAX(day) FROM digest GROUP BY recipient, edition").fetch_all(connection).await?;
        let read = |row: &sqlx::any::AnyRow| {
            let day: Date = row.try_get::<String, _>(2)?.parse().context("a digest has a bad day")?;
            Ok(((row.try_get(0)?, row.try_get(1)?), day))
        };
        rows.iter().map(read).collect()
    }

    /// What was told in the edition that ends with `day`; none if none went out, or if something in it has been erased since.
    pub async fn content(connection: &mut AnyConnection, recipient: &str, every: Every, day: Date) -> anyhow::Result<Option<Digest>> {
        let sql = "SELECT content FROM digest WHERE recipient = $1 AND edition = $2 AND day = $3";
        let query = sqlx::query(sql).bind(recipient).bind(every.as_str()).bind(day.to_string());
        let Some(row) = query.fetch_optional(connection).await? else { return Ok(None) };
        let content: String = row.try_get(0)?;
        if content.is_empty() { Ok(None) } else { Ok(Some(serde_json::from_str(&content).context("a kept digest cannot be read")?)) }
    }

    /// Whether the edition that ends with `day` went out.
    pub async fn has(connection: &mut AnyConnection, recipient: &str, every: Every, day: Date) -> anyhow::Result<bool> {
        let sql = "SELECT 1 FROM digest WHERE recipient = $1 AND edition = $2 AND day = $3";
        let query = sqlx::query(sql).bind(recipient).bind(every.as_str()).bind(day.to_string());
        Ok(query.fetch_optional(connection).await?.is_some())
    }

    /// Notes that `digest` goes to `recipient`; false if that edition went out before. With it all that it shows is noted.
    pub async fn note(connection: &mut AnyConnection, recipient: &str, digest: &Digest, now: Timestamp) -> anyhow::Result<bool> {
        let Edition { every, until, .. } = digest.edition;
        let sql = "INSERT INTO digest (recipient, edition, day, made_at, content) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (recipient, edition, day) DO NOTHING";
        let done = sqlx::query(sql)
            .bind(recipient)
            .bind(every.as_str())
            .bind(until.to_string())
            .bind(now.as_millisecond())
            .bind(serde_json::to_string(digest)?)
            .execute(&mut *connection)
            .await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        note_shown(connection, recipient, digest).await?;
        Ok(true)
    }
}

/// Notes what `digest` shows to `recipient`, in one statement.
async fn note_shown(connection: &mut AnyConnection, recipient: &str, digest: &Digest) -> anyhow::Result<()> {
    let Edition { every, until, .. } = digest.edition;
    let things = things(digest);
    if things.is_empty() {
        return Ok(());
    }
    let row = |place: usize| (1..=6).map(|column| format!("${}", place * 6 + column)).collect::<Vec<_>>().join(", ");
    let rows: Vec<String> = (0..things.len()).map(|place| format!("({})", row(place))).collect();
    let sql = format!(
        "INSERT INTO digest_shown (recipient, edition, kind, thing, state, day) VALUES {}
        ON CONFLICT (recipient, edition, kind, thing, state) DO NOTHING",
        rows.join(", ")
    );
    let query = things.into_iter().fold(sqlx::query(AssertSqlSafe(sql)), |query, (kind, thing, state)| {
        query.bind(recipient).bind(every.as_str()).bind(kind).bind(thing).bind(state).bind(until.to_string())
    });
    query.execute(connection).await?;
    Ok(())
}

/// What other editions of the same kind showed to one recipient.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Shown(BTreeSet<(String, String, String)>);

impl Shown {
    /// What `recipient` was shown in editions that do not end with the day `but`. Mentions that turned out to be one are one.
    pub async fn read(connection: &mut AnyConnection, recipient: &str, every: Every, but: Date) -> anyhow::Result<Self> {
        let sql = "SELECT kind, thing, state FROM digest_shown WHERE recipient = $1 AND edition = $2 AND day <> $3
            UNION SELECT kind, CAST(united.mention AS TEXT), state FROM digest_shown
            JOIN mention_alias united ON kind = 'mention' AND CAST(united.row_id AS TEXT) = thing
            WHERE recipient = $4 AND edition = $5 AND day <> $6";
        let but = but.to_string();
        let query = sqlx::query(sql).bind(recipient).bind(every.as_str()).bind(&but).bind(recipient).bind(every.as_str()).bind(&but);
        let rows = query.fetch_all(connection).await?;
        let read = |row: &sqlx::any::AnyRow| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?));
        Ok(Self(rows.iter().map(read).collect::<sqlx::Result<_>>()?))
    }

    /// Whether this revision of a mention was shown.
    pub fn has_mention(&self, row: i64, revision: i64) -> bool {
        self.has("mention", &row.to_string(), &revision.to_string())
    }

    /// Whether this word was shown when it was about as frequent.
    pub fn has_word(&self, term: &str, count: u64) -> bool {
        self.has("word", term, &magnitude(count))
    }

    /// Whether this change was shown with the same outcome.
    pub fn has_change(&self, number: i64, verdict: &str) -> bool {
        self.has("change", &number.to_string(), verdict)
    }

    fn has(&self, kind: &str, thing: &str, state: &str) -> bool {
        self.0.contains(&(kind.to_owned(), thing.to_owned(), state.to_owned()))
    }
}

/// All that a digest shows and that is not to be shown again as it is.
fn things(digest: &Digest) -> Vec<(&'static str, String, String)> {
    let quotes = digest.lanes.iter().chain(&digest.searches).flat_map(|lane: &Lane| &lane.quotes);
    let mentions = quotes.map(|quote| ("mention", quote.row.to_string(), quote.revision.to_string()));
    let words = digest.rising.iter().map(|rising| ("word", rising.term.clone(), magnitude(rising.count)));
    let changes = digest.changes.iter().map(|change| ("change", change.number.to_string(), change.verdict.clone()));
    // Who changed a rating is named: noted, so that it can be forgotten.
    let outcomes = digest.replies.iter().flat_map(|replies| &replies.outcomes);
    let outcomes = outcomes.map(|outcome| ("mention", outcome.row.to_string(), format!("to {} stars", outcome.after)));
    mentions.chain(words).chain(changes).chain(outcomes).collect()
}

/// A word is news again when it is written twice as often.
fn magnitude(count: u64) -> String {
    count.max(1).ilog2().to_string()
}

/// Forgets what digests said of these mentions: the notes that they were shown, and the kept text of those that showed them.
///
/// A digest that still waits in the outbox is taken back; it is made again, without them, when digests are looked for next.
pub async fn forget(connection: &mut AnyConnection, rows: &[i64]) -> anyhow::Result<()> {
    for row in rows {
        let thing = row.to_string();
        take_back(connection, &thing).await?;
        let blank = "UPDATE digest SET content = '' WHERE EXISTS (SELECT 1 FROM digest_shown shown WHERE shown.kind = 'mention'
            AND shown.thing = $1 AND shown.recipient = digest.recipient AND shown.edition = digest.edition AND shown.day = digest.day)";
        sqlx::query(blank).bind(&thing).execute(&mut *connection).await?;
        sqlx::query("DELETE FROM digest_shown WHERE kind = 'mention' AND thing = $1").bind(&thing).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Takes back the mails that show the mention `thing` and have not gone out; of one that would go out by itself no note is left.
async fn take_back(connection: &mut AnyConnection, thing: &str) -> anyhow::Result<()> {
    let sql = "SELECT DISTINCT recipient, edition, day FROM digest_shown WHERE kind = 'mention' AND thing = $1";
    for row in sqlx::query(sql).bind(thing).fetch_all(&mut *connection).await? {
        let (recipient, edition, day): (String, String, String) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        if Outbox::take_back(connection, &key(&recipient, &edition, &day)).await? != Some(State::Waiting) {
            continue;
        }
        for table in ["digest", "digest_shown"] {
            let sql = format!("DELETE FROM {table} WHERE recipient = $1 AND edition = $2 AND day = $3");
            sqlx::query(AssertSqlSafe(sql)).bind(&recipient).bind(&edition).bind(&day).execute(&mut *connection).await?;
        }
    }
    Ok(())
}

/// A reader's standing: the token of their links, and since when they want no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    /// Their address, without case.
    pub recipient: String,
    /// Who knows it may end the mails.
    pub token: String,
    /// Since when they want no more.
    pub unsubscribed: Option<Timestamp>,
}

impl Reader {
    /// The reader of this address; noted with `token` if not known yet.
    pub async fn of(connection: &mut AnyConnection, recipient: &str, token: &str) -> anyhow::Result<Self> {
        sqlx::query("INSERT INTO digest_reader (recipient, token) VALUES ($1, $2) ON CONFLICT (recipient) DO NOTHING")
            .bind(recipient)
            .bind(token)
            .execute(&mut *connection)
            .await?;
        Self::known(connection, recipient).await?.context("a reader that was just noted is gone")
    }

    /// The reader of this address, if known.
    pub async fn known(connection: &mut AnyConnection, recipient: &str) -> anyhow::Result<Option<Self>> {
        let sql = "SELECT recipient, token, unsubscribed_at FROM digest_reader WHERE recipient = $1";
        let row = sqlx::query(sql).bind(recipient).fetch_optional(connection).await?;
        row.as_ref().map(reader).transpose()
    }

    /// The reader who has this token.
    pub async fn with_token(connection: &mut AnyConnection, token: &str) -> anyhow::Result<Option<Self>> {
        let sql = "SELECT recipient, token, unsubscribed_at FROM digest_reader WHERE token = $1";
        let row = sqlx::query(sql).bind(token).fetch_optional(connection).await?;
        row.as_ref().map(reader).transpose()
    }

    /// Ends the mails of whoever has this token, and tells who it is; none if nobody has it.
    pub async fn unsubscribe(connection: &mut AnyConnection, token: &str, now: Timestamp) -> anyhow::Result<Option<Self>> {
        let sql = "UPDATE digest_reader SET unsubscribed_at = COALESCE(unsubscribed_at, $1) WHERE token = $2
            RETURNING recipient, token, unsubscribed_at";
        let row = sqlx::query(sql).bind(now.as_millisecond()).bind(token).fetch_optional(connection).await?;
        row.as_ref().map(reader).transpose()
    }

    /// Lets the mails come again; false if they had not been ended.
    pub async fn resubscribe(connection: &mut AnyConnection, recipient: &str) -> anyhow::Result<bool> {
        let sql = "UPDATE digest_reader SET unsubscribed_at = NULL WHERE recipient = $1 AND unsubscribed_at IS NOT NULL";
        Ok(sqlx::query(sql).bind(recipient).execute(connection).await?.rows_affected() > 0)
    }
}

fn reader(row: &sqlx::any::AnyRow) -> anyhow::Result<Reader> {
    let unsubscribed = row.try_get::<Option<i64>, _>(2)?.map(Timestamp::from_millisecond).transpose()?;
    Ok(Reader { recipient: row.try_get(0)?, token: row.try_get(1)?, unsubscribed })
}
