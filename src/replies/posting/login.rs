//! Secrets that are applications' own and are traded for a token before each posting.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

/// The secret of an application, as it is written into the file of the secret; anything else is a token as it stands.
#[derive(Deserialize)]
pub(super) struct Application {
    #[serde(alias = "api_key")]
    client_id: String,
    #[serde(alias = "api_secret")]
    client_secret: String,
    pub(super) refresh_token: Option<String>,
}

impl Application {
    /// The application that a secret is of, if it is no token.
    pub(super) fn read(secret: &str) -> Result<Option<Self>, String> {
        if !secret.trim_start().starts_with('{') {
            return Ok(None);
        }
        let lacking = |error| format!("its `secret` is neither a token nor the JSON of an application with id and secret: {error}");
        serde_json::from_str(secret).map(Some).map_err(lacking)
    }

    /// What it says who it is with.
    pub(super) fn basic(&self) -> String {
        format!("Basic {}", STANDARD.encode(format!("{}:{}", self.client_id, self.client_secret)))
    }
}
