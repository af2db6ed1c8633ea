//! From what happened to what is queued: each subject once for a rule and a destination, and no more at once than people can read.
//!
//! Owns the table of what was told. What is over a rule's throttle is gathered in one summary, never dropped.

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::{AnyConnection, Row};

use super::message::{Message, Topic};
use super::outbox::{Body, Outbox, Queued};
use super::routed::{ROUTE, Reached, reached};
use super::rule::{Rule, Throttle, When};
use super::settings::Settings;
use super::wording;
use crate::clock::{later, show_duration};
use crate::customers;
use crate::replies::{self, Asked, Assigned, Lane, Reply, Turns, route};
use crate::store::{Event, Kept, Stored};

/// Something a rule tells of.
#[derive(Clone, Debug)]
pub struct Told {
    /// What it is about: the row of a mention, or another lasting name.
    pub subject: String,
    /// What is said.
    pub message: Message,
    /// Where those are whom the routing names, for rules that go by it.
    pub routed: Vec<Reached>,
}

impl Told {
    /// Something that is told to destinations only.
    pub fn new(subject: impl Into<String>, message: Message) -> Self {
        Self { subject: subject.into(), message, routed: Vec::new() }
    }
}

impl Settings {
    /// Queues what is to be told of mentions that were saved, in the same transaction. Returns how much was told or gathered.
    pub async fn tell_of_saved(
        &self,
        connection: &mut AnyConnection,
        kept: &Kept,
        people: &replies::Settings,
        now: Timestamp,
    ) -> anyhow::Result<usize> {
        for (row, event) in &kept.events {
            if let Event::United { gone } = event {
                unite(connection, *gone, *row).await?;
            }
        }
        let mut told = 0;
        for rule in self.rules.iter().filter(|rule| rule.is_of_mentions()) {
            let meant: Vec<&Stored> =
                kept.each().filter(|(event, stored)| rule.means(*event, stored, now)).map(|(_, stored)| stored).collect();
            if !meant.is_empty() {
                let routed = if rule.goes_by_route() { named(connection, &meant, people, now).await? } else { HashMap::new() };
                let item = |stored: &Stored| {
                    let told = self.told_of(rule, stored, now);
                    Told { routed: routed.get(&stored.row).map(|assigned| reached(assigned, people)).unwrap_or_default(), ..told }
                };
                let items: Vec<Told> = meant.into_iter().map(item).collect();
                told += self.tell(connection, rule, &items, now).await?;
            }
        }
        Ok(told)
    }

    /// What a rule says of a mention.
    pub fn told_of(&self, rule: &Rule, stored: &Stored, now: Timestamp) -> Told {
        let topic = match rule.when {
            When::Rating { .. } => Topic::Rating,
            When::Ugly => Topic::Ugly,
            _ => Topic::Search,
        };
        let message = wording::of_mention(topic, stored, self.page_of_mention(&stored.id), now);
        Told::new(stored.row.to_string(), Message { urgent: rule.urgent, ..message })
    }

    /// Queues `items` for each destination of `rule`. Returns how many were told or gathered that were not before.
    pub async fn tell(&self, connection: &mut AnyConnection, rule: &Rule, items: &[Told], now: Timestamp) -> anyhow::Result<usize> {
        let mut told = 0;
        for name in &rule.to {
            let by_place =
                if name == ROUTE { self.by_route(connection, rule, items).await? } else { vec![(Reached::at(name), all(items))] };
            for (to, items) in by_place {
                let due = self.destination(&to.destination).map_or(now, |destination| destination.due(rule.urgent, now));
                told += Telling { rule, to: &to, page: self.page_of(&rule.query()), due, now }.tell(connection, &items).await?;
            }
        }
        Ok(told)
    }

    /// The items by where they are to go. A mention that was told to somebody stays theirs, whoever is named now.
    async fn by_route<'i>(
        &self,
        connection: &mut AnyConnection,
        rule: &Rule,
        items: &'i [Told],
    ) -> anyhow::Result<Vec<(Reached, Vec<&'i Told>)>> {
        let mut by_place: Vec<(Reached, Vec<&Told>)> = Vec::new();
        for item in items {
            let sql = "SELECT 1 FROM told WHERE rule = $1 AND subject = $2 AND destination LIKE '@%'";
            let before = sqlx::query(sql).bind(&rule.name).bind(&item.subject).fetch_optional(&mut *connection).await?;
            if before.is_some() {
                continue;
            }
            for to in &item.routed {
                match by_place.iter_mut().find(|(known, _)| known == to) {
                    Some((_, items)) => items.push(item),
                    None => by_place.push((to.clone(), vec![item])),
                }
            }
        }
        Ok(by_place)
    }
}

fn all(items: &[Told]) -> Vec<&Told> {
    items.iter().collect()
}

/// Who answers each of these mentions: whoever has its reply; where none was opened, whom a severe complaint would go to.
async fn named(
    connection: &mut AnyConnection,
    mentions: &[&Stored],
    people: &replies::Settings,
    now: Timestamp,
) -> anyhow::Result<HashMap<i64, Assigned>> {
    let rows: Vec<i64> = mentions.iter().map(|stored| stored.row).collect();
    let mut opened = Reply::to_each(connection, &rows).await?;
    let customers = customers::of(connection, &rows).await?;
    let assigned = |stored: &&Stored| {
        let assigned = match opened.remove(&stored.row) {
            Some(Reply { team, person, why, .. }) => Assigned { team, person, why },
            None => {
                let customer = customers.get(&stored.row).cloned().map(replies::Customer::from);
                route(&Asked::of(stored, Lane::Urgent, customer.as_ref(), now), people, &mut Turns::new())
            }
        };
        (stored.row, assigned)
    };
    Ok(mentions.iter().map(assigned).collect())
}

/// A rule telling one destination, or somebody whom the routing names.
struct Telling<'a> {
    rule: &'a Rule,
    to: &'a Reached,
    /// Where all that it tells of can be seen.
    page: String,
    due: Timestamp,
    now: Timestamp,
}

impl Telling<'_> {
    async fn tell(&self, connection: &mut AnyConnection, items: &[&Told]) -> anyhow::Result<usize> {
        let mut room = None;
        let mut gathered = Vec::new();
        let mut told = 0;
        for item in items {
            if !self.note(connection, &item.subject).await? {
                continue;
            }
            told += 1;
            let left = match room {
                Some(left) => left,
                None => self.room(connection).await?,
            };
            if left > 0 {
                room = Some(left - 1);
                self.queue(connection, item).await?;
            } else {
                room = Some(0);
                gathered.push(item.subject.as_str());
            }
        }
        if let Some(throttle) = self.rule.throttle.filter(|_| !gathered.is_empty()) {
            self.gather(connection, throttle, &gathered).await?;
        }
        Ok(told)
    }

    /// Notes that a subject is told; false if it was before.
    async fn note(&self, connection: &mut AnyConnection, subject: &str) -> anyhow::Result<bool> {
        let sql = "INSERT INTO told (rule, destination, subject, at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (rule, destination, subject) DO NOTHING";
        let query = sqlx::query(sql).bind(&self.rule.name).bind(&self.to.who).bind(subject).bind(self.now.as_millisecond());
        Ok(query.execute(connection).await?.rows_affected() > 0)
    }

    /// How many messages may still go out on their own. What was just noted is counted too.
    async fn room(&self, connection: &mut AnyConnection) -> anyhow::Result<i64> {
        let Some(throttle) = self.rule.throttle else { return Ok(i64::MAX) };
        let (count, _) = self.lately(connection, throttle).await?;
        Ok(throttle.most - count + 1)
    }

    /// How many were told on their own within the throttle's time, and when the first of them.
    async fn lately(&self, connection: &mut AnyConnection, throttle: Throttle) -> anyhow::Result<(i64, Timestamp)> {
        let sql = "SELECT COUNT(*), MIN(at) FROM told WHERE rule = $1 AND destination = $2 AND at > $3 AND gathered IS NULL";
        let since = before(self.now, throttle);
        let row = sqlx::query(sql).bind(&self.rule.name).bind(&self.to.who).bind(since).fetch_one(connection).await?;
        let first = row.try_get::<Option<i64>, _>(1)?.and_then(|at| Timestamp::from_millisecond(at).ok());
        Ok((row.try_get(0)?, first.unwrap_or(self.now)))
    }

    async fn queue(&self, connection: &mut AnyConnection, item: &Told) -> anyhow::Result<()> {
        let key = format!("{}:{}", self.rule.name, item.subject);
        let message = Message { id: key.clone(), ..item.message.clone() };
        self.put(connection, key, message, self.due).await.map(drop)
    }

    async fn put(&self, connection: &mut AnyConnection, key: String, message: Message, due: Timestamp) -> anyhow::Result<Option<i64>> {
        let urgent = self.rule.urgent;
        let queued = Queued { destination: self.to.destination.clone(), key, body: Body::Message(message), due, urgent };
        Outbox::put_for(connection, &queued, &self.to.recipient, self.now).await
    }

    /// Adds `subjects` to the summary that goes out when the throttle's time is over.
    async fn gather(&self, connection: &mut AnyConnection, throttle: Throttle, subjects: &[&str]) -> anyhow::Result<()> {
        let number = self.summary(connection, throttle).await?;
        for subject in subjects {
            let sql = "UPDATE told SET gathered = $1 WHERE rule = $2 AND destination = $3 AND subject = $4";
            let query = sqlx::query(sql).bind(number).bind(&self.rule.name).bind(&self.to.who).bind(*subject);
            query.execute(&mut *connection).await?;
        }
        let count: i64 =
            sqlx::query("SELECT COUNT(*) FROM told WHERE gathered = $1").bind(number).fetch_one(&mut *connection).await?.try_get(0)?;
        let key: String =
            sqlx::query("SELECT key FROM outbox WHERE number = $1").bind(number).fetch_one(&mut *connection).await?.try_get(0)?;
        let body = Body::Message(self.words(key, throttle, count));
        Outbox::replace(connection, number, &body).await
    }

    /// The summary that still waits, or a new one.
    async fn summary(&self, connection: &mut AnyConnection, throttle: Throttle) -> anyhow::Result<i64> {
        let prefix = format!("{}:more:", self.rule.name);
        let sql = "SELECT number, key FROM outbox WHERE state = 'waiting' AND destination = $1 AND recipient = $2 AND leased_until <= $3
            AND tries = 0 ORDER BY number DESC";
        let query = sqlx::query(sql).bind(&self.to.destination).bind(&self.to.recipient).bind(self.now.as_millisecond());
        for row in query.fetch_all(&mut *connection).await? {
            if row.try_get::<String, _>(1)?.starts_with(&prefix) {
                return Ok(row.try_get(0)?);
            }
        }
        let (_, first) = self.lately(connection, throttle).await?;
        let ends = later(first, throttle.within).max(self.due);
        let key = format!("{prefix}{}", self.now.as_millisecond());
        let number = self.put(connection, key.clone(), self.words(key, throttle, 0), ends).await?;
        number.ok_or_else(|| anyhow::anyhow!("a summary of `{}` was made twice in a millisecond", self.rule.name))
    }

    fn words(&self, key: String, throttle: Throttle, count: i64) -> Message {
        let topic = match self.rule.when {
            When::Rating { .. } => Topic::Rating,
            When::Ugly => Topic::Ugly,
            When::Spike => Topic::Spike,
            When::Search(_) => Topic::Search,
            When::Deadline(_) => Topic::Deadline,
            When::Blocked(_) => Topic::Blocked,
            When::Credential => Topic::Credential,
        };
        let words = format!("… and {} more in the last {}", wording::grouped(count), show_duration(throttle.within));
        let message = Message::new(key, topic, format!("{words}: {}", self.rule.name), self.now).fact("query", Some(self.rule.query()));
        Message { urgent: self.rule.urgent, link: Some(self.page.clone()), ..message }
    }
}

/// What was told of a mention that turned out to be another counts for that one.
async fn unite(connection: &mut AnyConnection, gone: i64, kept: i64) -> sqlx::Result<()> {
    let (gone, kept) = (gone.to_string(), kept.to_string());
    let sql = "INSERT INTO told (rule, destination, subject, at, gathered)
        SELECT rule, destination, CAST($1 AS TEXT), at, gathered FROM told WHERE subject = $2
        ON CONFLICT (rule, destination, subject) DO NOTHING";
    let moved = sqlx::query(sql).bind(kept).bind(&gone).execute(&mut *connection).await?;
    if moved.rows_affected() > 0 {
        sqlx::query("DELETE FROM told WHERE subject = $1").bind(gone).execute(connection).await?;
    }
    Ok(())
}

fn before(now: Timestamp, throttle: Throttle) -> i64 {
    now.as_millisecond().saturating_sub(i64::try_from(throttle.within.as_millis()).unwrap_or(i64::MAX))
}
