//! The words by which figures are asked for, read alike on the command line, in the API and by assistants' tools. What they mean is
//! decided in `insight`.

use rmcp::schemars::{self, JsonSchema};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::insight::{By, Each};
use crate::mention::Polarity;

/// Praise or complaint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Pole {
    /// Praise.
    Praise,
    /// A complaint.
    Complaint,
}

/// What time is divided into.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// Days.
    #[default]
    Day,
    /// Weeks, from Monday on.
    Week,
    /// Months.
    Month,
}

/// What mentions are told apart by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Apart {
    /// Praise and complaint.
    #[default]
    Polarity,
    /// The product.
    Product,
    /// The theme.
    Theme,
    /// The source.
    Source,
    /// The language.
    Lang,
    /// The segment of the customer who wrote it.
    Segment,
    /// The region of that customer.
    Region,
}

impl From<Pole> for Polarity {
    fn from(pole: Pole) -> Self {
        match pole {
            Pole::Praise => Self::Praise,
            Pole::Complaint => Self::Complaint,
        }
    }
}

impl From<Part> for By {
    fn from(part: Part) -> Self {
        match part {
            Part::Day => Self::Day,
            Part::Week => Self::Week,
            Part::Month => Self::Month,
        }
    }
}

impl From<Apart> for Each {
    fn from(apart: Apart) -> Self {
        match apart {
            Apart::Polarity => Self::Polarity,
            Apart::Product => Self::Product,
            Apart::Theme => Self::Theme,
            Apart::Source => Self::Source,
            Apart::Lang => Self::Lang,
            Apart::Segment => Self::Segment,
            Apart::Region => Self::Region,
        }
    }
}
