//! What the queue needs to know of whoever wrote a mention.

use serde::{Deserialize, Serialize};

use crate::customers;

/// A customer, as far as the queue needs to know.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Customer {
    /// The name.
    pub name: String,
    /// Such as `enterprise`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment: Option<String>,
    /// Such as `executive`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// What the customer is worth to us, in whatever is counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// Where the customer is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Who looks after the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
}

impl From<customers::Customer> for Customer {
    fn from(record: customers::Customer) -> Self {
        Self {
            name: record.called().to_owned(),
            segment: record.segment,
            role: record.role.map(|role| role.as_str().to_owned()),
            value: record.value,
            region: record.region,
            owner: record.owner,
        }
    }
}
