//! What every page has around it: its words, navigation, the reader's time, and the token of its forms.

use std::fmt::Display;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use ring::digest::{SHA256, digest};

use super::assets;
use super::shown::cut;
use super::visitor::Visitor;
use crate::mention::{Precision, Published};
use crate::people::{Role, Secret, is_same};

/// The pages in the navigation: the key of their words under `nav`, their path, and the least role that is shown them.
const NAV: &[(&str, &str, Role)] = &[
    ("today", "/today", Role::Viewer),
    ("mentions", "/mentions", Role::Viewer),
    ("replies", "/replies", Role::Viewer),
    ("quotes", "/quotes", Role::Viewer),
    ("insight", "/insight", Role::Viewer),
    ("phrases", "/phrases", Role::Viewer),
    ("sources", "/sources", Role::Viewer),
    ("customers", "/customers", Role::Responder),
    ("settings", "/settings", Role::Manager),
    ("audit", "/audit", Role::Manager),
];

/// Of texts beside a mention so many letters are shown.
const LONG: usize = 3_000;

/// What is around a page.
pub(super) struct Frame {
    visitor: Visitor,
    here: &'static str,
}

/// An entry of the navigation.
pub(super) struct NavItem {
    pub(super) words: &'static str,
    pub(super) path: &'static str,
    pub(super) is_here: bool,
}

impl Frame {
    /// Around the page `here` of the navigation; `""` for one that is not in it.
    pub(super) fn new(visitor: Visitor, here: &'static str) -> Self {
        Self { visitor, here }
    }

    /// Words of the catalogue.
    pub(super) fn say(&self, key: &str) -> &'static str {
        self.visitor.lang.words().say(key)
    }

    /// Words of the catalogue with something in the place of their `{}`.
    pub(super) fn of(&self, key: &str, value: impl Display) -> String {
        self.say(key).replacen("{}", &value.to_string(), 1)
    }

    /// The same with two places.
    pub(super) fn of2(&self, key: &str, one: impl Display, other: impl Display) -> String {
        self.of(key, one).replacen("{}", &other.to_string(), 1)
    }

    /// The word for a value of a kind, or the value itself where the catalogue has none: names of products, sources ….
    pub(super) fn word<'a>(&'a self, kind: &str, value: &'a str) -> &'a str {
        self.visitor.lang.words().word(kind, value).unwrap_or(value)
    }

    /// Every value of a kind that the catalogue has a word for, with the word.
    pub(super) fn values(&self, kind: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
        let words = self.visitor.lang.words();
        words.keys().filter_map(move |key| Some((key.strip_prefix(kind)?.strip_prefix('.')?, words.say(key))))
    }

    /// A rule or note of the form `kind: detail`, its kind in the reader's words.
    pub(super) fn rule(&self, rule: &str) -> String {
        match rule.split_once(": ") {
            Some((kind, detail)) => format!("{}: {detail}", self.word("rule", kind)),
            None => self.word("rule", rule).to_owned(),
        }
    }

    pub(super) fn lang(&self) -> &'static str {
        self.visitor.lang.tag()
    }

    pub(super) fn nav(&self) -> Vec<NavItem> {
        let shown = NAV.iter().filter(|(_, _, least)| self.visitor.may(*least));
        let words = self.visitor.lang.words();
        shown.map(|(key, path, _)| NavItem { words: words.word("nav", key).unwrap_or(key), path, is_here: *key == self.here }).collect()
    }

    pub(super) fn is_signed_in(&self) -> bool {
        self.visitor.person.is_some()
    }

    pub(super) fn name(&self) -> &str {
        self.visitor.name()
    }

    pub(super) fn may_correct(&self) -> bool {
        self.visitor.may(Role::Responder)
    }

    /// Whether the reader works at the queue of replies and knows customers.
    pub(super) fn may_reply(&self) -> bool {
        self.visitor.may(Role::Responder)
    }

    pub(super) fn may_manage(&self) -> bool {
        self.visitor.may(Role::Manager)
    }

    pub(super) fn may_administer(&self) -> bool {
        self.visitor.may(Role::Admin)
    }

    /// The address of the mentions that a query finds.
    pub(super) fn found(&self, query: &str) -> String {
        super::mentions::link(query, "newest", 0)
    }

    /// Where the reader is, to come back to.
    pub(super) fn path(&self) -> &str {
        &self.visitor.path
    }

    /// The beginning of a long text that somebody wrote.
    pub(super) fn beginning(&self, text: &str) -> String {
        cut(text, LONG)
    }

    /// The address of an asset.
    pub(super) fn asset(&self, name: &str) -> &'static str {
        assets::path(name)
    }

    /// A time in the reader's zone, to the minute.
    pub(super) fn time(&self, at: &Timestamp) -> String {
        at.to_zoned(self.visitor.zone.clone()).strftime("%F %H:%M").to_string()
    }

    /// A time, or that there was none.
    pub(super) fn time_or_never(&self, at: &Option<Timestamp>) -> String {
        at.as_ref().map_or_else(|| self.say("time.never").to_owned(), |at| self.time(at))
    }

    /// When something was written, as exactly as it is known.
    pub(super) fn published(&self, published: Option<Published>) -> String {
        match published {
            None => self.say("time.unknown").to_owned(),
            Some(Published { at, precision: Precision::Instant }) => self.time(&at),
            Some(Published { at, precision: Precision::Zoneless }) => at.strftime("%F %H:%M").to_string(),
            Some(Published { at, precision: Precision::Day }) => at.strftime("%F").to_string(),
        }
    }

    /// The name of the reader's zone.
    pub(super) fn zone(&self) -> String {
        self.visitor.zone.iana_name().unwrap_or("UTC").to_owned()
    }

    /// A token for a form: other each time, so that compression gives nothing of it away.
    pub(super) fn form_token(&self) -> String {
        let Ok(pad) = Secret::fresh().map(|pad| digest(&SHA256, pad.told().as_bytes())) else { return String::new() };
        let masked = pad.as_ref().iter().zip(form_secret(&self.visitor.secret)).map(|(pad, byte)| pad ^ byte);
        let both: Vec<u8> = pad.as_ref().iter().copied().chain(masked).collect();
        URL_SAFE_NO_PAD.encode(both)
    }
}

/// Whether this is the token of a form shown to the browser with this secret.
pub(super) fn is_form_token(secret: &str, token: &str) -> bool {
    let Ok(both) = URL_SAFE_NO_PAD.decode(token) else { return false };
    let Some((pad, masked)) = both.split_at_checked(32) else { return false };
    let unmasked: Vec<u8> = pad.iter().zip(masked).map(|(pad, byte)| pad ^ byte).collect();
    is_same(&unmasked, &form_secret(secret))
}

fn form_secret(secret: &str) -> Vec<u8> {
    digest(&SHA256, format!("form {secret}").as_bytes()).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forms_token_holds_for_its_browser_only() {
        let pad = [7; 32];
        let token = URL_SAFE_NO_PAD.encode([&pad[..], &form_secret("a").iter().map(|byte| byte ^ 7).collect::<Vec<u8>>()].concat());
        assert!(is_form_token("a", &token));
        assert!(!is_form_token("b", &token));
        for broken in ["", "AAAA", "not base64!"] {
            assert!(!is_form_token("a", broken), "{broken}");
        }
    }
}
