//! A place on a page, as settings name it: `selector` for the text of an element, `selector@attribute` for an attribute.

use scraper::{ElementRef, Selector};
use serde::Deserialize;

use super::markup::{plain, text_of};

/// A CSS selector, checked, and the attribute wanted of what it finds.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Picker {
    /// None stands for the element looked at.
    selector: Option<Selector>,
    attribute: Option<String>,
}

impl TryFrom<String> for Picker {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let is_name = |name: &str| !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_:".contains(letter));
        let (css, attribute) = match text.rsplit_once('@') {
            Some((css, name)) if is_name(name) => (css.trim(), Some(name.to_ascii_lowercase())),
            _ => (text.trim(), None),
        };
        let selector = match css {
            "" if attribute.is_none() => return Err("it is empty; write a CSS selector such as `.review-text`".to_owned()),
            "" => None,
            css => Some(read_selector(css)?),
        };
        Ok(Self { selector, attribute })
    }
}

/// Reads a CSS selector; the error says what is wrong with it.
pub(super) fn read_selector(css: &str) -> Result<Selector, String> {
    Selector::parse(css).map_err(|error| format!("`{css}` is not a CSS selector ({error}); write for example `.review p` or `a.next@href`"))
}

impl Picker {
    /// What is found under `element`, as it stands on the page; for a link without a named attribute, its text.
    pub(super) fn find(&self, element: ElementRef<'_>) -> Option<String> {
        let found = match &self.selector {
            Some(selector) => element.select(selector).next()?,
            None => element,
        };
        match &self.attribute {
            Some(name) => found.attr(name).map(str::to_owned),
            None => Some(plain(&text_of(found))),
        }
        .filter(|text| !text.trim().is_empty())
    }

    /// The address found under `element`: that of a link, where no attribute is named.
    pub(super) fn pick(&self, element: ElementRef<'_>) -> Option<String> {
        match (&self.selector, &self.attribute) {
            (Some(selector), None) => element.select(selector).find_map(|link| link.attr("href").map(str::to_owned)),
            _ => self.find(element),
        }
    }
}
