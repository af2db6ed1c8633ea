//! Which characters a page's bytes stand for.

use std::borrow::Cow;

/// The text of `body`.
pub fn decode<'a>(body: &'a [u8], _content_type: Option<&str>) -> Cow<'a, str> {
    String::from_utf8_lossy(body)
}
