//! Any page, by CSS selectors: what an item is, and where the page after it stands; what is in an item is read by [`fields`].
//!
//! For sites that mark nothing up. Knows nothing of any one site: the selectors are the user's.

mod fields;
#[cfg(test)]
mod tests;

use scraper::{ElementRef, Selector};
use serde::Deserialize;
use url::Url;

use super::markup::{CUT, absolute, tree, whole};
use super::paging::{Paging, Progress, may_follow};
use super::picker::{Picker, read_selector};
use super::{Ask, ParseError, Parsed, wall};
use crate::fetch;
use crate::mention::{Lang, Mention};
use fields::{Around, Fields};

/// The settings of a source read by selectors.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Keys")]
pub struct Settings {
    paging: Paging,
    item: Selector,
    fields: Box<Fields>,
    next: Option<Picker>,
    /// The highest rating that can be given.
    best: Option<String>,
    lang: Option<Lang>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    url: Option<Url>,
    #[serde(default)]
    urls: Vec<Url>,
    item: CheckedSelector,
    fields: Fields,
    next: Option<Picker>,
    max_pages: Option<u32>,
    best: Option<f64>,
    lang: Option<Lang>,
}

#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct CheckedSelector(Selector);

impl TryFrom<String> for CheckedSelector {
    type Error = String;

    fn try_from(css: String) -> Result<Self, String> {
        read_selector(&css).map(Self)
    }
}

impl TryFrom<Keys> for Settings {
    type Error = String;

    fn try_from(keys: Keys) -> Result<Self, String> {
        Ok(Self {
            paging: Paging::new(keys.url, keys.urls, keys.max_pages)?,
            item: keys.item.0,
            fields: Box::new(keys.fields),
            next: keys.next,
            best: keys.best.map(|best| best.to_string()),
            lang: keys.lang,
        })
    }
}

/// As many items are read of a page; more are not items.
const MOST_ITEMS: usize = 5_000;

impl Settings {
    pub(super) fn asks(&self) -> Vec<Ask> {
        self.paging.asks()
    }

    pub(super) fn parse(&self, ask: &Ask, page: &fetch::Page) -> Result<Parsed, ParseError> {
        let text = page.text();
        let tree = tree(&text);
        let root = tree.html.root_element();
        let base = Selector::parse("base[href]").ok().and_then(|base| root.select(&base).next()?.attr("href"));
        let base = base.and_then(|base| absolute(&page.url, base)).unwrap_or_else(|| page.url.clone());
        let lang = self.lang.clone().or_else(|| root.attr("lang").and_then(Lang::parse));

        let around = Around { base: &base, page: whole(&page.url), lang: lang.as_ref(), best: self.best.as_deref() };
        let mut parsed = Parsed::default();
        for (number, item) in root.select(&self.item).take(MOST_ITEMS).enumerate() {
            match self.fields.mention(item, &around) {
                Some(mention) => parsed.mentions.push(mention),
                None => parsed.refused.push(format!("item {}: `fields.text` finds no text", number + 1)),
            }
        }
        if parsed.mentions.is_empty() && !parsed.refused.is_empty() {
            let items = parsed.refused.len();
            return Err(ParseError::Unreadable(format!(
                "`fields.text` finds no text in any of the {items} items: the page's design may have changed; mend the selectors"
            )));
        }
        if parsed.mentions.is_empty() {
            return wall::instead(page, &text).map_or(Ok(parsed), |came| Err(ParseError::Instead(came)));
        }
        parsed.refused.extend(tree.cut.then(|| CUT.to_owned()));
        keep_lone_ids(&mut parsed.mentions);
        self.go_on(ask, page, root, &base, &mut parsed);
        Ok(parsed)
    }

    /// Asks for the next page, or says that there is more.
    fn go_on(&self, ask: &Ask, page: &fetch::Page, root: ElementRef<'_>, base: &Url, parsed: &mut Parsed) {
        let next = self.next.as_ref().and_then(|picker| picker.pick(root)).and_then(|href| absolute(base, &href));
        let Some(next) = next.filter(|url| may_follow(url, ask, &page.url)) else { return };
        let progress = Progress::at(ask);
        let shown = parsed.mentions.len();
        if progress.page < self.paging.max_pages {
            parsed.next.push(progress.next(&next, shown));
        } else {
            let seen = progress.seen.saturating_add(shown);
            parsed.partial = Some(format!("shows {seen} items; raise `max_pages` ({}) for more", self.paging.max_pages));
        }
    }
}

/// An id that several items have is none.
fn keep_lone_ids(mentions: &mut [Mention]) {
    let mut holders: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
    for id in mentions.iter().filter_map(|mention| mention.own_id.clone()) {
        *holders.entry(id).or_insert(0) += 1;
    }
    for mention in mentions {
        mention.own_id = mention.own_id.take().filter(|id| holders.get(id) == Some(&1));
    }
}
