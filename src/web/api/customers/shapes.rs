//! What answers about customers look like, for the description alone: nothing here is ever made. The tests hold real answers against it.
#![expect(dead_code, reason = "these are read by the macro that describes them")]

use utoipa::ToSchema;

use crate::web::api::mentions::shapes::Mention;

/// How mentions of a customer were found.
#[derive(ToSchema)]
pub(in crate::web::api) struct FoundBy {
    /// How.
    how: String,
    /// How many.
    mentions: u64,
}

/// A customer.
#[derive(ToSchema)]
pub(in crate::web::api) struct Customer {
    /// The id in the records it was imported from.
    id: String,
    /// Its name.
    name: Option<String>,
    /// The segment it belongs to.
    segment: Option<String>,
    /// `user` or `executive`.
    role: Option<String>,
    /// What it is worth.
    value: Option<f64>,
    /// Where it is.
    region: Option<String>,
    /// Who looks after it.
    owner: Option<String>,
    /// Products it has.
    products: Option<Vec<String>>,
    /// Of one customer that was asked for: how its mentions were found.
    found_by: Option<Vec<FoundBy>>,
    /// Of one customer that was asked for: what it is known by.
    keys: Option<Vec<CustomerKey>>,
}

/// How many mentions are customers'.
#[derive(ToSchema)]
pub(in crate::web::api) struct MatchRate {
    /// Customers on record.
    customers: i64,
    /// Mentions whose customer is known.
    matched: i64,
    /// All mentions.
    mentions: i64,
    /// The share of them.
    match_rate: f64,
}

/// A page of customers.
#[derive(ToSchema)]
pub(in crate::web::api) struct Customers {
    /// By id.
    customers: Vec<Customer>,
    /// Where the next page goes on: give it as `after`; null behind the last.
    next: Option<String>,
    /// How many mentions are customers'.
    match_rate: MatchRate,
    /// What several customers claim; mentions that only this leads to are nobody's.
    conflicts: Vec<CustomerConflict>,
}

/// What came of it.
#[derive(ToSchema)]
pub(in crate::web::api) struct Changed {
    /// Mentions that changed hands.
    changed: u64,
}

/// Something that a customer is known by.
#[derive(ToSchema)]
pub(in crate::web::api) struct CustomerKey {
    /// A handle, a mail address or a domain.
    key: String,
    /// Who said so: `import`, `hand` (a person), or `never` (a person said that it is not theirs).
    said: String,
}

/// What several customers claim.
#[derive(ToSchema)]
pub(in crate::web::api) struct CustomerConflict {
    /// A handle, a mail address or a domain.
    key: String,
    /// The ids of the customers.
    customers: Vec<String>,
}

/// A mention of a customer.
#[derive(ToSchema)]
pub(in crate::web::api) struct CustomerMention {
    /// How it was found to be theirs.
    how: String,
    /// The mention.
    mention: Mention,
}

/// A page of a customer's mentions.
#[derive(ToSchema)]
pub(in crate::web::api) struct CustomerMentions {
    /// How many there are in all.
    total: u64,
    /// The latest known first.
    mentions: Vec<CustomerMention>,
    /// Where the next page goes on: give it as `skip`; null behind the last.
    next: Option<u64>,
}
