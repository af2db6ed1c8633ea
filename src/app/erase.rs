//! Erasing what is held of a person, and what is older than may be kept.
//!
//! Every module that keeps rows about mentions forgets its own in [`forget`], in the transaction that erases them; what it
//! holds is told in [`tell`]. Then the index and the files are swept, so that no byte is left.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};
use indicatif::ProgressBar;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};

use super::copies::Copies;
use super::{App, MentionView};
use crate::config::Config;
use crate::customers::{self, Customer};
use crate::digest;
use crate::insight::day_of;
use crate::mention::masked_address;
use crate::notify;
use crate::replies::{self, Entry, Quote};
use crate::search::Error;
use crate::searches;
use crate::store::{Erased, Stored, Tx};

/// Mentions erased in one transaction.
const AT_ONCE: usize = 500;

/// After a purge the files are swept at the latest after this long; after an erasure that a person asked for at once.
const SWEEP_EXPIRED: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Whose mentions are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Those of the author with this name, handle or e-mail address, with `@site` behind it at that site only.
    Author(String),
    /// Those of the customer with this id, and its record.
    Customer(String),
    /// The one of this id.
    Mention(String),
    /// Those that are older than may be kept.
    Expired,
}

impl Whose {
    /// The word for it in the record of erasures.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Author(_) => "author",
            Self::Customer(_) => "customer",
            Self::Mention(_) => "mention",
            Self::Expired => "expired",
        }
    }

    fn named(&self) -> &str {
        match self {
            Self::Author(name) | Self::Customer(name) | Self::Mention(name) => name,
            Self::Expired => "",
        }
    }
}

/// What is held.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Held {
    /// Mentions, with where they were seen and what they said before.
    #[serde(flatten)]
    pub counts: Erased,
    /// The customer's record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<Customer>,
    /// Other customers on record whose mentions are among them; their records stay.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub records_that_stay: Vec<String>,
    /// Copies in files that may hold some of it; they go, too.
    pub files: Vec<PathBuf>,
    /// Files that were exported and that somebody has changed since: they stay, and may hold some of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changed_files: Vec<PathBuf>,
    /// The mentions' rows.
    #[serde(skip)]
    rows: Vec<i64>,
}

impl Held {
    /// Whether there is nothing.
    pub fn is_nothing(&self) -> bool {
        self.rows.is_empty() && self.customer.is_none()
    }
}

impl App {
    /// What is held of somebody.
    pub async fn held(&self, whose: &Whose) -> anyhow::Result<Held> {
        let rows = match whose {
            Whose::Author(name) => self.rows_by(name).await?,
            Whose::Customer(id) => {
                let mentions = customers::mentions_of(&mut *self.store.connection().await?, id).await?;
                mentions.into_iter().map(|(row, _)| row).collect()
            }
            Whose::Mention(id) => {
                let row = self.store.row_of(id).await?;
                vec![row.with_context(|| format!("there is no mention `{id}`; see `goodword search`"))?]
            }
            Whose::Expired => self.expired().await?,
        };
        let customer = match whose {
            Whose::Customer(id) => {
                let customer = Customer::with_id(&mut *self.store.connection().await?, id).await?;
                Some(customer.with_context(|| format!("there is no customer `{id}`; see `goodword customers list`"))?)
            }
            _ => None,
        };
        let mut held = Held { customer, ..Held::default() };
        let mut earliest = None;
        for chunk in rows.chunks(AT_ONCE) {
            for stored in self.store.mentions(chunk).await? {
                held.counts += Erased { mentions: 1, sightings: stored.sightings.len(), revisions: stored.revisions.len() };
                earliest = earliest.into_iter().chain([stored.first_seen]).min();
                held.rows.push(stored.row);
            }
        }
        let of = customers::of(&mut *self.store.connection().await?, &held.rows).await?;
        let others = of.into_values().map(|other| other.id).filter(|id| held.customer.as_ref().is_none_or(|own| own.id != *id));
        held.records_that_stay = others.collect::<BTreeSet<_>>().into_iter().collect();
        match (earliest, whose) {
            // What people exported is theirs for as long as they like, unless somebody asks to be forgotten.
            (Some(since), Whose::Expired) => held.files = self.written_since(since)?,
            (Some(since), _) => {
                let Copies { ours, changed } = self.copies_since(since).await?;
                (held.files, held.changed_files) = (ours, changed);
            }
            (None, _) => {}
        }
        Ok(held)
    }

    /// Erases what is held, for good.
    pub async fn erase(&self, whose: &Whose, held: &Held) -> anyhow::Result<()> {
        let subject = self.reader.address_key.fingerprint(&format!("{} {}", whose.as_str(), whose.named().to_lowercase()));
        let mut tx = self.store.begin().await?;
        tx.note_erasure(whose.as_str(), &subject, held.rows.len(), self.clock.now()).await?;
        if let Some(customer) = &held.customer {
            // Before their mentions: these are then forgotten as they are.
            customers::remove(&mut tx, &customer.id, &self.reader.address_key).await?;
        }
        tx.commit().await?;
        for rows in held.rows.chunks(AT_ONCE) {
            let mut tx = self.store.begin().await?;
            let all = tx.with_aliases(rows).await?;
            forget(&mut tx, &all).await?;
            tx.erase(rows).await?;
            tx.commit().await?;
        }
        for file in &held.files {
            self.remove_copy(file).await?;
        }
        Ok(())
    }

    /// Writes index and store anew without what was erased. Returns why not, where another goodword is in the way; one that
    /// serves does it then.
    pub async fn sweep(&self) -> anyhow::Result<Option<String>> {
        let Some(last) = self.store.unswept().await?.first().map(|erasure| erasure.number) else { return Ok(None) };
        self.catch_up(&ProgressBar::hidden()).await?;
        if self.follower.reader()?.reached()? < self.store.latest_change().await? {
            return Ok(Some("another goodword is writing the search index".to_owned()));
        }
        match self.purge_index().await {
            Err(error) if matches!(error.downcast_ref(), Some(Error::Busy)) => return Ok(Some(error.to_string())),
            purged => purged?,
        }
        if let Err(error) = self.store.sweep().await {
            return Ok(Some(format!("{error:#}")));
        }
        self.store.note_swept(last).await?;
        Ok(None)
    }

    /// Everything that is held of somebody, as one object each.
    pub async fn tell_held(&self, held: &Held, mut out: impl FnMut(Value) -> anyhow::Result<()>) -> anyhow::Result<()> {
        if let Some(customer) = &held.customer {
            out(self.customer_held(customer).await?)?;
        }
        let mut told = Vec::new();
        for rows in held.rows.chunks(AT_ONCE) {
            let mentions = self.store.mentions(rows).await?;
            let of = customers::of(&mut *self.store.connection().await?, rows).await?;
            for stored in &mentions {
                out(mention_held(stored, of.get(&stored.row))?)?;
                told.extend(of.get(&stored.row).filter(|customer| Some(*customer) != held.customer.as_ref()).cloned());
            }
            tell(self, rows, &mut out).await?;
        }
        told.sort_by(|a: &Customer, b| a.id.cmp(&b.id));
        told.dedup();
        for customer in &told {
            out(self.customer_held(customer).await?)?;
        }
        Ok(())
    }

    async fn customer_held(&self, customer: &Customer) -> anyhow::Result<Value> {
        let keys = Customer::keys(&mut *self.store.connection().await?, &customer.id).await?;
        let keys: Vec<Value> = keys.iter().map(|(key, said)| json!({ "key": key, "said": said.as_str() })).collect();
        Ok(json!({ "held": "customer", "customer": customer, "known_by": keys }))
    }

    /// The rows of an author's mentions. A name with an `@` in it may be a whole handle or address; else a site stands behind it.
    async fn rows_by(&self, name: &str) -> anyhow::Result<Vec<i64>> {
        let name = name.trim();
        if name.is_empty() {
            bail!("name the author");
        }
        let spellings = |name: &str| {
            let bare = name.trim_start_matches('@');
            let mut names = vec![name.to_owned(), bare.to_owned(), format!("@{bare}")];
            names.extend(masked_address(name, &self.reader.address_key));
            names
        };
        let whole = self.store.written_by(&spellings(name)).await?;
        let Some((before, site)) = name.rsplit_once('@').filter(|(before, _)| !before.is_empty()) else { return Ok(whole) };
        if !whole.is_empty() {
            return Ok(whole);
        }
        let site = site.to_lowercase();
        let mut rows = Vec::new();
        for chunk in self.store.written_by(&spellings(before)).await?.chunks(AT_ONCE) {
            let there = self.store.mentions(chunk).await?.into_iter().filter(|stored| was_seen_at(stored, &site));
            rows.extend(there.map(|stored| stored.row));
        }
        Ok(rows)
    }

    /// The rows of mentions that are older than may be kept.
    async fn expired(&self) -> anyhow::Result<Vec<i64>> {
        let (config, now) = (self.config(), self.clock.now());
        let shortest = config.sources.iter().filter_map(|source| source.keep).chain(config.settings.privacy.keep).min();
        let Some(before) = shortest.and_then(|shortest| now.checked_sub(shortest).ok()) else { return Ok(Vec::new()) };
        let (mut expired, mut after) = (Vec::new(), i64::MIN);
        loop {
            let rows = self.store.heard_before(before, after, 1000).await?;
            let Some(last) = rows.last() else { return Ok(expired) };
            after = *last;
            let over = self.store.mentions(&rows).await?.into_iter().filter(|stored| is_expired(stored, &config, now));
            expired.extend(over.map(|stored| stored.row));
        }
    }
}

/// What is done once in a while as long as goodword serves.
#[derive(Debug, Default)]
pub(super) struct Tidying {
    day: Option<Date>,
    reached: Option<i64>,
}

impl App {
    /// Once a day erases what is older than may be kept; sweeps the files after an erasure.
    pub(super) async fn tidy(&self, tidying: &mut Tidying) -> anyhow::Result<()> {
        let now = self.clock.now();
        let is_new_day = tidying.day.replace(day_of(now)) != Some(day_of(now));
        if is_new_day {
            let held = self.held(&Whose::Expired).await?;
            if !held.is_nothing() {
                tracing::info!(mentions = held.counts.mentions, "erased, as they are older than may be kept");
                self.erase(&Whose::Expired, &held).await?;
            }
        }
        let reached = self.store.latest_change().await?;
        if !is_new_day && tidying.reached == Some(reached) {
            return Ok(());
        }
        tidying.reached = Some(reached);
        let waits = |at: Timestamp, what: &str| what == Whose::Expired.as_str() && now.duration_since(at) < SWEEP_EXPIRED;
        if self.store.unswept().await?.iter().any(|erasure| !waits(erasure.at, &erasure.what))
            && let Some(why) = self.sweep().await?
        {
            tracing::warn!("what was erased may still lie in a file: {why}");
        }
        Ok(())
    }
}

/// Every module with rows about mentions forgets those.
async fn forget(tx: &mut Tx<'_>, rows: &[i64]) -> anyhow::Result<()> {
    let mentions = tx.load(rows).await?;
    let named: Vec<(i64, &str)> = mentions.iter().map(|stored| (stored.row, stored.id.as_str())).collect();
    notify::forget_mentions(tx.connection(), &named).await?;
    customers::forget_mentions(tx.connection(), rows).await?;
    searches::forget_mentions(tx.connection(), rows).await?;
    digest::forget(tx.connection(), rows).await?;
    replies::forget_mentions(tx.connection(), rows).await?;
    Ok(())
}

/// Every module with rows about mentions tells what they say.
async fn tell(app: &App, rows: &[i64], out: &mut impl FnMut(Value) -> anyhow::Result<()>) -> anyhow::Result<()> {
    for alert in searches::alerts_of(&mut *app.store.connection().await?, rows).await? {
        out(json!({ "held": "alert", "search": alert.search, "at": alert.at, "state": alert.state }))?;
    }
    let mut connection = app.store.connection().await?;
    for row in rows {
        for entry in Entry::of_mention(&mut connection, *row).await? {
            out(json!({ "held": "reply", "done": entry }))?;
        }
        if let Some(quote) = Quote::of(&mut connection, *row).await? {
            out(json!({ "held": "quote", "quote": quote }))?;
        }
    }
    Ok(())
}

fn mention_held(stored: &Stored, customer: Option<&Customer>) -> anyhow::Result<Value> {
    let mut line = json!({ "held": "mention" });
    if let (Value::Object(line), Value::Object(view)) = (&mut line, serde_json::to_value(MentionView::of(stored, customer))?) {
        line.extend(view);
        line.insert("handle".to_owned(), json!(stored.mention.author.as_ref().and_then(|author| author.handle.as_deref())));
        line.insert("context".to_owned(), serde_json::to_value(&stored.mention.context)?);
    }
    Ok(line)
}

/// Whether a mention was seen at this site, kind or source.
fn was_seen_at(stored: &Stored, site: &str) -> bool {
    let host = |url: &str| url::Url::parse(url).ok().and_then(|url| url.host_str().map(|host| host.trim_start_matches("www.").to_owned()));
    stored.sightings.iter().any(|seen| {
        seen.source.to_lowercase() == site || seen.kind == site || seen.url.as_deref().and_then(host).is_some_and(|host| host == site)
    })
}

/// Whether all sources that showed it may keep it no longer.
fn is_expired(stored: &Stored, config: &Config, now: Timestamp) -> bool {
    let keep = |name: &str| {
        let own = config.sources.iter().find(|source| source.name == name).and_then(|source| source.keep);
        own.or(config.settings.privacy.keep)
    };
    let longest: Option<Vec<Duration>> = stored.sightings.iter().map(|seen| keep(&seen.source)).collect();
    let longest = longest.and_then(|keeps| keeps.into_iter().max());
    longest.and_then(|longest| now.checked_sub(longest).ok()).is_some_and(|before| stored.first_seen < before)
}
