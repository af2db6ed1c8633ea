//! Noise: mentions that nobody asked to read, and those that are not a customer's voice. Pure rules over values.
//!
//! Knows nothing of where mentions are kept; what is noise is put aside by the store, never thrown away.

use serde::{Deserialize, Serialize};

/// What a mention is marked with, so that it is not taken for a customer's voice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Flag {
    /// Written by one of our staff.
    Staff,
    /// Shown on a site of our own.
    FirstParty,
}
