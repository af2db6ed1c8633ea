//! The only door to the network.

mod charset;

use std::borrow::Cow;

use url::Url;

pub use charset::{decode, decoding};

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

impl Page {
    /// Its text, decoded by byte order mark, header, declaration or, failing those, its looks.
    pub fn text(&self) -> Cow<'_, str> {
        decode(&self.body, self.content_type.as_deref())
    }
}
