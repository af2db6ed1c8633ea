//! The only door to the network.

use url::Url;

/// A page as it came in.
#[derive(Clone, Debug)]
pub struct Page {
    /// Where it was found, after redirects.
    pub url: Url,
    /// The `Content-Type` it was sent with.
    pub content_type: Option<String>,
    /// Its bytes, decompressed.
    pub body: Vec<u8>,
}
