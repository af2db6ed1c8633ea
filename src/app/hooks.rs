//! What others send to the sources that wait for it.

use std::sync::Arc;

use super::App;
use crate::crawl::Delivered;
use crate::fetch::Page;
use crate::sources::Source;

/// Why a sender is not listened to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoHook {
    /// No source of that name waits for deliveries.
    Unknown,
    /// The token is not the source's.
    Token,
}

impl App {
    /// The source of this name that waits for deliveries, if `token` is what its senders were given.
    pub fn hook(&self, name: &str, token: Option<&str>) -> Result<Arc<Source>, NoHook> {
        let config = self.config();
        let is_meant = |source: &&Arc<Source>| source.name == name && source.enabled && source.kind.is_pushed();
        let source = config.sources.iter().find(is_meant).ok_or(NoHook::Unknown)?;
        let is_known = source.secret.as_ref().zip(token).is_some_and(|(secret, token)| secret.is(token));
        if is_known { Ok(Arc::clone(source)) } else { Err(NoHook::Token) }
    }

    /// Keeps a delivery to `source`, which [`App::hook`] gave. Items without an id of their own are known again by `key`.
    pub async fn take_delivery(&self, source: &Arc<Source>, page: Page, key: Option<&str>) -> anyhow::Result<Delivered> {
        self.crawler().take_delivery(source, page, key).await
    }
}
