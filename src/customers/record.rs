//! Customers as they are kept: what is known of them, and by which keys they are known.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::{AnyConnection, Arguments, AssertSqlSafe, Row};

use super::decide::{Claim, Said};
use super::key::Key;

/// Values in one statement.
const AT_ONCE: usize = 100;

/// What somebody is at the customer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Works with the product.
    User,
    /// Decides on it.
    Executive,
}

impl Role {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Executive => "executive",
        }
    }

    /// The role of this name.
    pub fn parse(written: &str) -> Option<Self> {
        [Self::User, Self::Executive].into_iter().find(|role| role.as_str().eq_ignore_ascii_case(written.trim()))
    }
}

/// A customer.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Customer {
    /// The id in the records it was imported from.
    pub id: String,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The segment it belongs to (`enterprise`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment: Option<String>,
    /// User or executive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// What it is worth, in your currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// Where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Who looks after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Products it has, also competitors'.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<String>,
}

impl Customer {
    /// What people call it.
    pub fn called(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }

    /// The one with this id.
    pub async fn with_id(connection: &mut AnyConnection, id: &str) -> anyhow::Result<Option<Self>> {
        let row = sqlx::query("SELECT * FROM customer WHERE id = $1").bind(id).fetch_optional(connection).await?;
        row.as_ref().map(customer).transpose()
    }

    /// At most `limit` of them with ids behind `after`, by id.
    pub async fn list(connection: &mut AnyConnection, after: &str, limit: i64) -> anyhow::Result<Vec<Self>> {
        let sql = "SELECT * FROM customer WHERE id > $1 ORDER BY id LIMIT $2";
        sqlx::query(sql).bind(after).bind(limit).fetch_all(connection).await?.iter().map(customer).collect()
    }

    /// What it is known by, and who said so.
    pub async fn keys(connection: &mut AnyConnection, id: &str) -> anyhow::Result<Vec<(Key, Said)>> {
        let sql = "SELECT key, said FROM customer_key WHERE customer = $1 ORDER BY key";
        let rows = sqlx::query(sql).bind(id).fetch_all(connection).await?;
        rows.iter().map(|row| Ok((Key::kept(row.try_get(0)?), Said::named(row.try_get(1)?)))).collect()
    }

    /// Keeps it in place of what was kept under its id.
    pub(super) async fn keep(&self, connection: &mut AnyConnection, now: Timestamp) -> anyhow::Result<()> {
        let sql = "INSERT INTO customer (id, name, segment, role, value, region, owner, products, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO UPDATE SET name = excluded.name, segment = excluded.segment,
            role = excluded.role, value = excluded.value, region = excluded.region, owner = excluded.owner,
            products = excluded.products, updated_at = excluded.updated_at";
        sqlx::query(sql)
            .bind(&self.id)
            .bind(&self.name)
            .bind(&self.segment)
            .bind(self.role.map(Role::as_str))
            .bind(self.value)
            .bind(&self.region)
            .bind(&self.owner)
            .bind(serde_json::to_string(&self.products)?)
            .bind(now.as_millisecond())
            .execute(connection)
            .await?;
        Ok(())
    }

    /// Gives it the keys of its record in place of those of an earlier one; what a person said stays. Returns those that changed.
    pub(super) async fn keep_keys(&self, connection: &mut AnyConnection, keys: &BTreeSet<Key>) -> anyhow::Result<Vec<Key>> {
        let before = Self::keys(connection, &self.id).await?;
        let mut changed = Vec::new();
        for (key, said) in &before {
            if *said == Said::Import && !keys.contains(key) {
                disclaim(connection, key, &self.id).await?;
                changed.push(key.clone());
            }
        }
        for key in keys.iter().filter(|key| !before.iter().any(|(known, _)| known == *key)) {
            claim(connection, key, &self.id, Said::Import).await?;
            changed.push(key.clone());
        }
        Ok(changed)
    }
}

/// Notes who said that a key is a customer's, or not.
pub(super) async fn claim(connection: &mut AnyConnection, key: &Key, customer: &str, said: Said) -> sqlx::Result<()> {
    let sql =
        "INSERT INTO customer_key (key, customer, said) VALUES ($1, $2, $3) ON CONFLICT (key, customer) DO UPDATE SET said = excluded.said";
    sqlx::query(sql).bind(key.as_str()).bind(customer).bind(said.as_str()).execute(connection).await.map(drop)
}

async fn disclaim(connection: &mut AnyConnection, key: &Key, customer: &str) -> sqlx::Result<()> {
    let sql = "DELETE FROM customer_key WHERE key = $1 AND customer = $2";
    sqlx::query(sql).bind(key.as_str()).bind(customer).execute(connection).await.map(drop)
}

/// Forgets a customer with all keys; returns those.
pub(super) async fn forget(connection: &mut AnyConnection, id: &str) -> anyhow::Result<Vec<Key>> {
    let keys = Customer::keys(connection, id).await?;
    sqlx::query("DELETE FROM customer_key WHERE customer = $1").bind(id).execute(&mut *connection).await?;
    sqlx::query("DELETE FROM customer WHERE id = $1").bind(id).execute(connection).await?;
    Ok(keys.into_iter().map(|(key, _)| key).collect())
}

/// The claims to each of these keys.
pub(super) async fn claims(connection: &mut AnyConnection, keys: &BTreeSet<Key>) -> anyhow::Result<HashMap<Key, Vec<Claim>>> {
    let mut claims: HashMap<Key, Vec<Claim>> = HashMap::new();
    let texts: Vec<&str> = keys.iter().map(Key::as_str).collect();
    for row in select_texts(connection, "SELECT key, customer, said FROM customer_key WHERE key", &texts, "").await? {
        claims.entry(Key::kept(row.try_get(0)?)).or_default().push((row.try_get(1)?, Said::named(row.try_get(2)?)));
    }
    Ok(claims)
}

/// A key that several customers claim, with them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Conflict {
    /// The key.
    pub key: Key,
    /// The customers.
    pub customers: Vec<String>,
}

/// The keys that several customers claim and nobody has settled, by key. Mentions that only they lead to are nobody's.
pub async fn conflicts(connection: &mut AnyConnection) -> anyhow::Result<Vec<Conflict>> {
    let sql = "SELECT key, customer FROM customer_key WHERE said = 'import' AND key IN
        (SELECT key FROM customer_key WHERE said = 'import' GROUP BY key HAVING COUNT(*) > 1)
        AND key NOT IN (SELECT key FROM customer_key WHERE said = 'hand') ORDER BY key, customer";
    let mut conflicts: Vec<Conflict> = Vec::new();
    for row in sqlx::query(sql).fetch_all(connection).await? {
        let (key, customer) = (Key::kept(row.try_get(0)?), row.try_get(1)?);
        match conflicts.last_mut() {
            Some(last) if last.key == key => last.customers.push(customer),
            _ => conflicts.push(Conflict { key, customers: vec![customer] }),
        }
    }
    Ok(conflicts)
}

/// Runs `sql IN (texts) tail` for a list of any length.
pub(super) async fn select_texts(connection: &mut AnyConnection, sql: &str, texts: &[&str], tail: &str) -> sqlx::Result<Vec<AnyRow>> {
    let mut rows = Vec::new();
    for chunk in texts.chunks(AT_ONCE) {
        let mut values = AnyArguments::default();
        for text in chunk {
            values.add((*text).to_owned()).map_err(sqlx::Error::Encode)?;
        }
        let sql = format!("{sql} IN ({}){tail}", placeholders(chunk.len()));
        rows.extend(sqlx::query_with(AssertSqlSafe(sql), values).fetch_all(&mut *connection).await?);
    }
    Ok(rows)
}

/// Runs `sql IN (rows)` for a list of any length.
pub(super) async fn select_rows(connection: &mut AnyConnection, sql: &str, of: &[i64]) -> sqlx::Result<Vec<AnyRow>> {
    let mut rows = Vec::new();
    for chunk in of.chunks(AT_ONCE) {
        let mut values = AnyArguments::default();
        for row in chunk {
            values.add(*row).map_err(sqlx::Error::Encode)?;
        }
        let sql = format!("{sql} IN ({})", placeholders(chunk.len()));
        rows.extend(sqlx::query_with(AssertSqlSafe(sql), values).fetch_all(&mut *connection).await?);
    }
    Ok(rows)
}

fn placeholders(count: usize) -> String {
    (1..=count).map(|number| format!("${number}")).collect::<Vec<_>>().join(", ")
}

/// A row that has the columns of a customer.
pub(super) fn customer(row: &AnyRow) -> anyhow::Result<Customer> {
    Ok(Customer {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        segment: row.try_get("segment")?,
        role: row.try_get::<Option<String>, _>("role")?.as_deref().and_then(Role::parse),
        value: row.try_get("value")?,
        region: row.try_get("region")?,
        owner: row.try_get("owner")?,
        products: serde_json::from_str(&row.try_get::<String, _>("products")?)?,
    })
}
