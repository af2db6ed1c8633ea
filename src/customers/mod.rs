//! Customers: who they are, by what they are known, and which mentions are theirs.
//!
//! Owns its tables. A mention is a customer's by an exact handle at its site, an exact e-mail address, or the domain of one,
//! never by a name; where two claim the same, nobody gets it. Knows nothing of how records are shown or figures weighted.

mod decide;
mod key;
mod link;
mod record;
mod rows;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use anyhow::ensure;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer};

use crate::mention::AddressKey;
use crate::store::Tx;

pub use decide::Said;
pub use key::{Key, Means};
pub use link::{MatchRate, forget_mentions, match_rate, match_saved, mentions_of, of};
pub use record::{Conflict, Customer, Role, conflicts};
pub use rows::{Columns, Record, Refused, read};

/// `[customers]` in settings.toml.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// What a mention counts by its customer's segment; customers of other segments count 1.
    #[serde(deserialize_with = "weights")]
    pub weights: BTreeMap<String, f64>,
}

fn weights<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, f64>, D::Error> {
    let weights = BTreeMap::<String, f64>::deserialize(deserializer)?;
    match weights.iter().find(|(_, weight)| !weight.is_finite() || **weight < 0.0) {
        Some((segment, weight)) => {
            Err(serde::de::Error::custom(format!("`{segment}` weighs {weight}; a weight is a number from 0 up, for example 5")))
        }
        None => Ok(weights),
    }
}

/// What importing customers did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Kept {
    /// Customers not known before.
    pub new: usize,
    /// Customers of whom something else is known now.
    pub updated: usize,
    /// Mentions that are somebody else's now than before.
    pub mentions: usize,
}

impl std::ops::AddAssign for Kept {
    fn add_assign(&mut self, more: Self) {
        self.new += more.new;
        self.updated += more.updated;
        self.mentions += more.mentions;
    }
}

/// Keeps records in place of what was kept under their ids, and finds their mentions.
pub async fn keep(tx: &mut Tx<'_>, records: &[Record], key: &AddressKey, now: Timestamp) -> anyhow::Result<Kept> {
    let mut kept = Kept::default();
    let (mut keys, mut shown_otherwise) = (BTreeSet::new(), Vec::new());
    for Record { customer, keys: own } in records {
        let connection = tx.connection();
        let before = Customer::with_id(connection, &customer.id).await?;
        let changed = customer.keep_keys(connection, own).await?;
        kept.new += usize::from(before.is_none());
        let differs = before.as_ref().is_some_and(|before| before != customer);
        kept.updated += usize::from(before.is_some() && (differs || !changed.is_empty()));
        if before.is_none() || differs {
            customer.keep(connection, now).await?;
        }
        if differs {
            shown_otherwise.extend(mentions_of(connection, &customer.id).await?.into_iter().map(|(row, _)| row));
        }
        keys.extend(changed);
    }
    kept.mentions = link::match_standing(tx, &keys, key).await?;
    tx.touch(&shown_otherwise).await?;
    Ok(kept)
}

/// What a person says belongs to a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The mention of this row.
    Mention(i64),
    /// All that this key leads to.
    Key(Key),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mention(_) => f.write_str("the mention"),
            Self::Key(key) => key.fmt(f),
        }
    }
}

/// Says that `subject` is the customer's; that lasts. Returns how many mentions changed hands.
pub async fn link(tx: &mut Tx<'_>, customer: &str, subject: &Subject, key: &AddressKey) -> anyhow::Result<usize> {
    ensure!(
        Customer::with_id(tx.connection(), customer).await?.is_some(),
        "there is no customer `{customer}`; see `goodword customers list`"
    );
    match subject {
        Subject::Mention(row) => {
            link::keep_by_hand(tx.connection(), *row, Some(customer)).await?;
            tx.touch(&[*row]).await?;
            Ok(1)
        }
        Subject::Key(known_by) => {
            record::claim(tx.connection(), known_by, customer, Said::Hand).await?;
            link::match_standing(tx, &BTreeSet::from([known_by.clone()]), key).await
        }
    }
}

/// Says that `subject` is not `customer`'s, or nobody's who is on record; that lasts. Returns how many mentions changed hands.
pub async fn unlink(tx: &mut Tx<'_>, customer: Option<&str>, subject: &Subject, key: &AddressKey) -> anyhow::Result<usize> {
    match subject {
        Subject::Mention(row) => {
            link::keep_by_hand(tx.connection(), *row, None).await?;
            tx.touch(&[*row]).await?;
            Ok(1)
        }
        Subject::Key(known_by) => {
            let one = BTreeSet::from([known_by.clone()]);
            let claims = record::claims(tx.connection(), &one).await?.remove(known_by).unwrap_or_default();
            let theirs: Vec<String> = claims.into_iter().map(|(id, _)| id).filter(|id| customer.is_none_or(|named| named == id)).collect();
            ensure!(!theirs.is_empty(), "no such customer is known by {known_by}; see `goodword customers show ID`");
            for id in theirs {
                record::claim(tx.connection(), known_by, &id, Said::Never).await?;
            }
            link::match_standing(tx, &one, key).await
        }
    }
}

/// Forgets a customer and all it is known by; its mentions stay and are nobody's. False if there is none of this id.
pub async fn remove(tx: &mut Tx<'_>, id: &str, key: &AddressKey) -> anyhow::Result<bool> {
    if Customer::with_id(tx.connection(), id).await?.is_none() {
        return Ok(false);
    }
    let keys = record::forget(tx.connection(), id).await?;
    let rows: Vec<i64> = mentions_of(tx.connection(), id).await?.into_iter().map(|(row, _)| row).collect();
    forget_mentions(tx.connection(), &rows).await?;
    tx.touch(&rows).await?;
    link::match_standing(tx, &keys.into_iter().collect(), key).await?;
    Ok(true)
}
