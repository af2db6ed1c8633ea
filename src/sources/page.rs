//! page
use serde::Deserialize;
use url::Url;

use super::{Ask, ParseError, Parsed};
use crate::fetch;

/// Settings.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where.
    pub url: Url,
}

impl Settings {
    pub(super) fn asks(&self) -> Vec<Ask> {
        vec![Ask::Get(self.url.clone())]
    }

    pub(super) fn parse(&self, _page: &fetch::Page) -> Result<Parsed, ParseError> {
        Ok(Parsed::default())
    }
}
