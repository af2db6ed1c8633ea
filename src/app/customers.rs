//! Customers as people handle them: import, list, show, say whose a mention is.

use std::collections::{BTreeSet, HashMap};

use anyhow::Context;
use serde::Serialize;

use super::App;
use crate::customers::{self, Columns, Conflict, Customer, Key, MatchRate, Record, Refused, Said, Subject};
use crate::people::tidy_name;
use crate::replies::{self, OWNER};
use crate::search::Weights;
use crate::store::{Stored, Tx};

/// Records kept in one transaction.
const AT_ONCE: usize = 500;

/// What an import of customers did.
#[derive(Clone, Debug, Serialize)]
pub struct ImportedCustomers {
    /// Rows with a customer.
    pub read: usize,
    /// What it changed.
    #[serde(flatten)]
    pub kept: customers::Kept,
    /// Rows and parts of rows that were left out.
    pub refused: usize,
    /// Keys that several customers claim.
    pub conflicts: usize,
    /// Open replies that weigh otherwise, or go to somebody else, now.
    pub replies: usize,
    /// Owners that replies go to and who may not reply, as nobody of that name is on record.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown_owners: Vec<String>,
    /// How many mentions are customers' now.
    #[serde(flatten)]
    pub rate: MatchRate,
}

/// A customer with all that is known.
#[derive(Clone, Debug, Serialize)]
pub struct KnownCustomer {
    /// The customer.
    #[serde(flatten)]
    pub customer: Customer,
    /// What it is known by, and who said so.
    #[serde(skip)]
    pub keys: Vec<(Key, Said)>,
    /// How its mentions were found, and how often.
    pub mentions: Vec<(String, usize)>,
}

impl App {
    /// Keeps the customers of a file; what had to be left out is given to `refused`.
    pub async fn import_customers(
        &self,
        name: &str,
        bytes: &[u8],
        columns: &Columns,
        refused: impl Fn(&Refused),
    ) -> anyhow::Result<ImportedCustomers> {
        let key = &self.reader.address_key;
        let (records, left_out) = customers::read(name, bytes, columns, key)?;
        left_out.iter().for_each(refused);
        let (mut kept, mut replies) = (customers::Kept::default(), 0);
        for records in records.chunks(AT_ONCE) {
            let mut tx = self.store.begin().await?;
            kept += customers::keep(&mut tx, records, key, self.clock.now()).await?;
            replies += self.weigh_replies_anew(&mut tx).await?;
            tx.commit().await?;
        }
        let conflicts = self.customer_conflicts().await?.len();
        let rate = self.match_rate().await?;
        let unknown_owners = self.unknown_owners(&records).await?;
        Ok(ImportedCustomers { read: records.len(), kept, refused: left_out.len(), conflicts, replies, unknown_owners, rate })
    }

    /// Owners in these records who may not reply, if replies go to owners at all.
    async fn unknown_owners(&self, records: &[Record]) -> anyhow::Result<Vec<String>> {
        let known: BTreeSet<String> = self.repliers().await?.iter().map(|name| tidy_name(name)).collect();
        let are_asked = self.config().settings.replies.routes.iter().any(|route| route.to == OWNER);
        let owners: BTreeSet<&String> = records.iter().filter_map(|record| record.customer.owner.as_ref()).collect();
        let unknown = owners.into_iter().filter(|owner| are_asked && !known.is_empty() && !known.contains(&tidy_name(owner)));
        Ok(unknown.cloned().collect())
    }

    /// Lets the open replies follow what is known now of the customers of the mentions that this transaction touched.
    async fn weigh_replies_anew(&self, tx: &mut Tx<'_>) -> anyhow::Result<usize> {
        let (desk, now) = (self.config().desk(), self.clock.now());
        let mut changed = 0;
        for rows in tx.touched().await?.chunks(AT_ONCE) {
            let mentions = tx.load(rows).await?;
            changed += replies::weigh_anew(tx, &mentions, &desk, now).await?;
        }
        Ok(changed)
    }

    /// How many mentions are customers'.
    pub async fn match_rate(&self) -> anyhow::Result<MatchRate> {
        customers::match_rate(&mut *self.store.connection().await?).await
    }

    /// At most `limit` customers with ids behind `after`.
    pub async fn customers(&self, after: &str, limit: i64) -> anyhow::Result<Vec<Customer>> {
        Customer::list(&mut *self.store.connection().await?, after, limit).await
    }

    /// All that is known of a customer.
    pub async fn customer(&self, id: &str) -> anyhow::Result<KnownCustomer> {
        let connection = &mut *self.store.connection().await?;
        let customer = Customer::with_id(connection, id).await?;
        let customer = customer.with_context(|| format!("there is no customer `{id}`; see `goodword customers list`"))?;
        let mut mentions: Vec<(String, usize)> = Vec::new();
        for (_, how) in customers::mentions_of(connection, id).await? {
            match mentions.iter_mut().find(|(known, _)| *known == how) {
                Some((_, count)) => *count += 1,
                None => mentions.push((how, 1)),
            }
        }
        Ok(KnownCustomer { keys: Customer::keys(connection, id).await?, customer, mentions })
    }

    /// The mentions of a customer, the latest known first, each with how it was found to be theirs; and how many there are in all.
    pub async fn customer_mentions(&self, id: &str, skip: usize, limit: usize) -> anyhow::Result<(usize, Vec<(Stored, String)>)> {
        let found = customers::mentions_of(&mut *self.store.connection().await?, id).await?;
        let (all, shown) = (found.len(), found.into_iter().skip(skip).take(limit).collect::<Vec<_>>());
        let rows: Vec<i64> = shown.iter().map(|(row, _)| *row).collect();
        let mut mentions: HashMap<i64, Stored> = self.store.mentions(&rows).await?.into_iter().map(|stored| (stored.row, stored)).collect();
        Ok((all, shown.into_iter().filter_map(|(row, how)| Some((mentions.remove(&row)?, how))).collect()))
    }

    /// Keys that several customers claim.
    pub async fn customer_conflicts(&self) -> anyhow::Result<Vec<Conflict>> {
        customers::conflicts(&mut *self.store.connection().await?).await
    }

    /// Says that a mention, or all of a handle, address or domain, is the customer's. Returns what was said of, and how many
    /// mentions changed hands.
    pub async fn link_customer(&self, id: &str, what: &str) -> anyhow::Result<(Subject, usize)> {
        let subject = self.subject(what).await?;
        let mut tx = self.store.begin().await?;
        let changed = customers::link(&mut tx, id, &subject, &self.reader.address_key).await?;
        self.weigh_replies_anew(&mut tx).await?;
        tx.commit().await?;
        Ok((subject, changed))
    }

    /// Says that it is not the customer's, or nobody's who is on record.
    pub async fn unlink_customer(&self, id: Option<&str>, what: &str) -> anyhow::Result<(Subject, usize)> {
        let subject = self.subject(what).await?;
        let mut tx = self.store.begin().await?;
        let changed = customers::unlink(&mut tx, id, &subject, &self.reader.address_key).await?;
        self.weigh_replies_anew(&mut tx).await?;
        tx.commit().await?;
        Ok((subject, changed))
    }

    /// Forgets a customer; its mentions stay.
    pub async fn remove_customer(&self, id: &str) -> anyhow::Result<()> {
        let mut tx = self.store.begin().await?;
        let removed = customers::remove(&mut tx, id, &self.reader.address_key).await?;
        anyhow::ensure!(removed, "there is no customer `{id}`; see `goodword customers list`");
        self.weigh_replies_anew(&mut tx).await?;
        Ok(tx.commit().await?)
    }

    async fn subject(&self, what: &str) -> anyhow::Result<Subject> {
        match self.store.row_of(what).await? {
            Some(row) => Ok(Subject::Mention(row)),
            None => Ok(Subject::Key(Key::written(what, &self.reader.address_key).map_err(anyhow::Error::msg)?)),
        }
    }

    /// What mentions weigh by their customers. None while no customer is known and none is weighted: then nothing is weighed,
    /// and the store is asked for nothing in either case.
    pub(super) fn weights(&self) -> anyhow::Result<Option<Weights>> {
        let config = self.config();
        let weights = &config.settings.customers.weights;
        if weights.is_empty() && !self.follower.reader()?.has_customers() {
            return Ok(None);
        }
        Ok(Some(weights.iter().map(|(segment, weight)| (segment.to_lowercase(), *weight)).collect()))
    }
}
