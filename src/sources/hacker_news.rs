//! hn
use serde::Deserialize;

use super::{Ask, Moment, ParseError, Parsed};
use crate::fetch;

/// Settings.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Query.
    pub query: String,
}

impl Settings {
    pub(super) fn asks(&self, _moment: Moment<'_>) -> Vec<Ask> {
        vec![]
    }

    pub(super) fn parse(&self, _ask: &Ask, _page: &fetch::Page, _moment: Moment<'_>) -> Result<Parsed, ParseError> {
        Ok(Parsed::default())
    }
}
