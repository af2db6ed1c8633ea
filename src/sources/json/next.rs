//! How one page of a list leads to the next.

use serde::Deserialize;
use url::Url;

use super::super::fields::Path;
use super::template::{Place, Template};

/// How one page leads to the next.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Next {
    /// By the number of the page, which stands for `{page}`; the first has this number.
    Page(u64),
    /// By how many items were shown before, which stands for `{offset}`; the first page has this number.
    Offset(u64),
    /// By what the answer holds at this path, which stands for `{cursor}`.
    Cursor(Path),
    /// By the address that the answer holds at this path.
    Url(Path),
    /// By the address in a header.
    Header(Header),
}

/// The header that links to the next page.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Header;

impl TryFrom<String> for Header {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        match name.eq_ignore_ascii_case("link") {
            true => Ok(Self),
            false => Err(format!("`{name}` is no header that links to a next page; write `next = {{ header = \"Link\" }}`")),
        }
    }
}

impl Next {
    /// The number that stands for `{page}` or `{offset}` at `place`.
    pub(super) fn number(next: Option<&Self>, place: Place) -> u64 {
        let seen = u64::try_from(place.seen).unwrap_or(u64::MAX);
        match next {
            Some(Self::Page(first)) => first.saturating_add(u64::from(place.page) - 1),
            Some(Self::Offset(first)) => first.saturating_add(seen),
            _ => 0,
        }
    }
}

/// Whether what leads on and what there is to fill in fit together.
pub(super) fn check(next: Option<&Next>, url: &Template, body: Option<&str>) -> Result<(), String> {
    let has = |sign: &str| url.has(sign) || body.is_some_and(|body| body.contains(sign));
    let needed = match next {
        Some(Next::Page(_)) => Some(("{page}", "page")),
        Some(Next::Offset(_)) => Some(("{offset}", "offset")),
        Some(Next::Cursor(_)) => Some(("{cursor}", "cursor")),
        Some(Next::Url(_) | Next::Header(_)) | None => None,
    };
    if let Some((sign, how)) = needed.filter(|(sign, _)| !has(sign)) {
        return Err(format!("`next` goes by {how}, but `url` has no `{sign}` to fill in; write for example `{}`", url.example(how, sign)));
    }
    for (sign, remedy) in
        [("{page}", "next = { page = 1 }"), ("{offset}", "next = { offset = 0 }"), ("{cursor}", "next = { cursor = \"meta.next_cursor\" }")]
    {
        if has(sign) && needed.is_none_or(|(needed, _)| needed != sign) {
            return Err(format!("`{sign}` is to be filled in, and nothing says how it goes on; write `{remedy}`"));
        }
    }
    Ok(())
}

/// The address that a page gives for the next one, if that is at the same place: nobody else gets the source's headers.
pub(super) fn follow(link: &str, page: &Url) -> Result<Url, String> {
    let next =
        page.join(link).map_err(|_| format!("the address of its next page, `{}`, is none", link.chars().take(80).collect::<String>()))?;
    match next.origin() == page.origin() {
        true => Ok(next),
        false => Err(format!("its next page is at another place (`{}`), which is not asked", next.host_str().unwrap_or_default())),
    }
}
