//! Whose the kept mentions are: decided when a mention is saved and when what is known of customers changes, or by a person.

use std::collections::{BTreeSet, HashMap};

use sqlx::{AnyConnection, Row};

use super::decide::{Claim, Whose, whose};
use super::key::{Key, Means, keys_of};
use super::record::{Customer, claims, customer, select_rows, select_texts};
use crate::mention::AddressKey;
use crate::store::{Event, Kept, Stored, Tx};

/// Whose a mention is kept to be; no customer where a person said that it is nobody's.
type Link = (Option<String>, String);

/// The customers of these mentions, by row; those of nobody are left out.
pub async fn of(connection: &mut AnyConnection, rows: &[i64]) -> anyhow::Result<HashMap<i64, Customer>> {
    let sql = "SELECT link.mention AS mention, customer.* FROM customer_mention link JOIN customer ON customer.id = link.customer WHERE link.mention";
    let found = select_rows(connection, sql, rows).await?;
    found.iter().map(|row| Ok((row.try_get("mention")?, customer(row)?))).collect()
}

/// Decides whose the mentions of a page are, in the transaction that saved them.
pub async fn match_saved(tx: &mut Tx<'_>, kept: &Kept, key: &AddressKey) -> anyhow::Result<()> {
    let mut standing = BTreeSet::new();
    for (row, event) in &kept.events {
        if *event != Event::New {
            standing.insert(*row);
        }
        if let Event::United { gone } = event {
            take_over(tx.connection(), *gone, *row).await?;
        }
    }
    let mentions: Vec<&Stored> = kept.mentions.values().collect();
    let standing: Vec<i64> = standing.into_iter().collect();
    // What has just been saved is looked at by whoever follows the store in any case.
    decide(tx.connection(), &mentions, &standing, key).await?;
    Ok(())
}

/// Decides again whose the mentions are that any of `keys` leads to, and lets followers of the store look at those that changed
/// hands. Returns how many did.
pub(super) async fn match_standing(tx: &mut Tx<'_>, keys: &BTreeSet<Key>, key: &AddressKey) -> anyhow::Result<usize> {
    let mut changed = 0;
    for rows in led_to(tx.connection(), keys).await?.chunks(500) {
        let mentions = tx.load(rows).await?;
        let mentions: Vec<&Stored> = mentions.iter().collect();
        let others = decide(tx.connection(), &mentions, rows, key).await?;
        tx.touch(&others).await?;
        changed += others.len();
    }
    Ok(changed)
}

/// The rows of mentions that `keys` may lead to.
async fn led_to(connection: &mut AnyConnection, keys: &BTreeSet<Key>) -> anyhow::Result<Vec<i64>> {
    let spellings: Vec<String> = keys.iter().flat_map(Key::spellings).collect();
    let spellings: Vec<&str> = spellings.iter().map(String::as_str).collect();
    let domains: Vec<&str> = keys.iter().filter_map(Key::as_domain).collect();
    let by_handle = "SELECT row_id FROM mention WHERE author_handle IS NOT NULL AND LOWER(author_handle)";
    let by_domain = "SELECT row_id FROM mention WHERE SUBSTR(author_handle, 1, 5) = 'mail:' AND SUBSTR(author_handle, 55)";
    let mut found = select_texts(connection, by_handle, &spellings, "").await?;
    found.extend(select_texts(connection, by_domain, &domains, "").await?);
    let rows: Result<BTreeSet<i64>, sqlx::Error> = found.iter().map(|row| row.try_get(0)).collect();
    Ok(rows?.into_iter().collect())
}

/// Decides whose `mentions` are; only those of `standing` may have been somebody's before. Returns the rows that changed hands.
async fn decide(connection: &mut AnyConnection, mentions: &[&Stored], standing: &[i64], key: &AddressKey) -> anyhow::Result<Vec<i64>> {
    let keys: Vec<Vec<Key>> = mentions.iter().map(|stored| keys_of(stored, key)).collect();
    let all: BTreeSet<Key> = keys.iter().flatten().cloned().collect();
    let claims: HashMap<Key, Vec<Claim>> = claims(connection, &all).await?;
    let links = links(connection, standing).await?;
    let mut changed = Vec::new();
    for (stored, keys) in mentions.iter().zip(&keys) {
        let before = links.get(&stored.row);
        if before.is_some_and(|(_, how)| how == Means::Hand.as_str()) {
            continue;
        }
        let now = match whose(keys, &claims) {
            Whose::Ones(customer, means) => Some((Some(customer), means.as_str().to_owned())),
            Whose::Nobodys | Whose::Contested(_) => None,
        };
        if before != now.as_ref() {
            keep(connection, stored.row, now.as_ref()).await?;
            changed.push(stored.row);
        }
    }
    Ok(changed)
}

/// What a person said of a mention that turned out to be another holds for that one.
async fn take_over(connection: &mut AnyConnection, gone: i64, row: i64) -> anyhow::Result<()> {
    let links = links(connection, &[gone, row]).await?;
    let by_hand = |row: i64| links.get(&row).filter(|(_, how)| how == Means::Hand.as_str());
    if let (Some(link), None) = (by_hand(gone), by_hand(row)) {
        keep(connection, row, Some(link)).await?;
    }
    Ok(keep(connection, gone, None).await?)
}

/// Keeps that a person said whose a mention is.
pub(super) async fn keep_by_hand(connection: &mut AnyConnection, row: i64, customer: Option<&str>) -> sqlx::Result<()> {
    keep(connection, row, Some(&(customer.map(str::to_owned), Means::Hand.as_str().to_owned()))).await
}

async fn keep(connection: &mut AnyConnection, row: i64, link: Option<&Link>) -> sqlx::Result<()> {
    let Some((customer, how)) = link else { return forget_mentions(connection, &[row]).await };
    let sql = "INSERT INTO customer_mention (mention, customer, how) VALUES ($1, $2, $3)
        ON CONFLICT (mention) DO UPDATE SET customer = excluded.customer, how = excluded.how";
    sqlx::query(sql).bind(row).bind(customer).bind(how).execute(connection).await.map(drop)
}

async fn links(connection: &mut AnyConnection, rows: &[i64]) -> anyhow::Result<HashMap<i64, Link>> {
    let found = select_rows(connection, "SELECT mention, customer, how FROM customer_mention WHERE mention", rows).await?;
    found.iter().map(|row| Ok((row.try_get(0)?, (row.try_get(1)?, row.try_get(2)?)))).collect()
}

/// Forgets whose these mentions are.
pub async fn forget_mentions(connection: &mut AnyConnection, rows: &[i64]) -> sqlx::Result<()> {
    for row in rows {
        sqlx::query("DELETE FROM customer_mention WHERE mention = $1").bind(*row).execute(&mut *connection).await?;
    }
    Ok(())
}

/// The mentions of a customer, and how each was found to be.
pub async fn mentions_of(connection: &mut AnyConnection, customer: &str) -> anyhow::Result<Vec<(i64, String)>> {
    let sql = "SELECT mention, how FROM customer_mention WHERE customer = $1 ORDER BY mention DESC";
    let rows = sqlx::query(sql).bind(customer).fetch_all(connection).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

/// How many mentions are customers', of how many that are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize)]
pub struct MatchRate {
    /// Customers on record.
    pub customers: i64,
    /// Mentions whose customer is known.
    pub matched: i64,
    /// All mentions.
    pub mentions: i64,
    /// The share of them.
    pub match_rate: f64,
}

/// How many mentions are customers'; noise is not counted.
pub async fn match_rate(connection: &mut AnyConnection) -> anyhow::Result<MatchRate> {
    let sql = "SELECT (SELECT COUNT(*) FROM customer),
        (SELECT COUNT(*) FROM customer_mention WHERE customer IS NOT NULL)
            - (SELECT COUNT(*) FROM mention JOIN customer_mention link ON link.mention = mention.row_id
                WHERE mention.filtered IS NOT NULL AND link.customer IS NOT NULL),
        (SELECT mentions FROM change_sequence WHERE one = 1)";
    let row = sqlx::query(sql).fetch_one(connection).await?;
    let (customers, matched, mentions): (i64, i64, i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
    let match_rate = if mentions > 0 { (matched as f64 / mentions as f64 * 10_000.0).round() / 10_000.0 } else { 0.0 };
    Ok(MatchRate { customers, matched, mentions, match_rate })
}
