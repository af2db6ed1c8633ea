//! Noise: mentions that nobody asked to read, and those that are not a customer's voice. Pure rules over values.
//!
//! Knows nothing of where mentions are kept; what is noise is put aside by the store, never thrown away. A new rule is one
//! more line of [`Rules::rule`], with the setting it needs.

mod promo;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use crate::mention::{Author, Mention, Verdict};
use crate::text::fold;

pub use promo::Promo;

/// What a mention is marked with, so that it is not taken for a customer's voice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Flag {
    /// Written by one of our staff.
    Staff,
    /// Shown on a site of our own.
    FirstParty,
}

/// `[noise]` in settings.toml.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Names or handles of authors whose mentions are put aside.
    pub block_authors: Vec<String>,
    /// Sites whose mentions are put aside, with all below them (`example.com` is also `shop.example.com`).
    pub block_sites: Vec<String>,
    /// Names or handles of our own people, whose mentions are marked.
    pub staff: Vec<String>,
    /// Our own sites, whose mentions are marked.
    pub own_sites: Vec<String>,
}

/// A mention to be ruled upon, and what the tagger made of it.
#[derive(Clone, Copy, Debug)]
pub struct Post<'a> {
    /// The mention.
    pub mention: &'a Mention,
    /// What it says in all.
    pub verdict: Verdict,
    /// Products that it names or is about.
    pub products: &'a [String],
    /// Products whose names stand in it in another sense.
    pub other_sense: &'a [String],
}

/// What the rules say of a mention.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ruling {
    /// Why it is noise, in words; none if it is not.
    pub filtered: Option<String>,
    /// What it is marked with.
    pub flags: Vec<Flag>,
}

/// The rules, ready to be asked.
#[derive(Debug, Default)]
pub struct Rules {
    block_authors: Vec<String>,
    block_sites: Vec<String>,
    staff: Vec<String>,
    own_sites: Vec<String>,
    promo: Promo,
    version: String,
}

impl Rules {
    /// The rules of these settings and lists of promotion.
    pub fn new(settings: &Settings, promo: Promo) -> Self {
        let names = |names: &[String]| names.iter().map(|name| key(name)).collect();
        let sites = |sites: &[String]| sites.iter().map(|name| site(name)).collect();
        let version = format!("{:016x}", xxh3_64(format!("{settings:?} {}", promo.version()).as_bytes()));
        Self {
            block_authors: names(&settings.block_authors),
            block_sites: sites(&settings.block_sites),
            staff: names(&settings.staff),
            own_sites: sites(&settings.own_sites),
            promo,
            version,
        }
    }

    /// A short name for just these rules: it changes when any of them does.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// What the rules say of `post`.
    pub fn rule(&self, post: Post<'_>) -> Ruling {
        let host = post.mention.url.as_ref().and_then(|url| url.host_str());
        let author = post.mention.author.as_ref();
        let staff = author.is_some_and(|author| is_among(&self.staff, author));
        let own = host.is_some_and(|host| is_below(&self.own_sites, host));
        let flags = [(staff, Flag::Staff), (own, Flag::FirstParty)];
        Ruling {
            filtered: self.filtered(post, author, host),
            flags: flags.into_iter().filter(|(holds, _)| *holds).map(|(_, flag)| flag).collect(),
        }
    }

    fn filtered(&self, post: Post<'_>, author: Option<&Author>, host: Option<&str>) -> Option<String> {
        if let Some(author) = author.filter(|author| is_among(&self.block_authors, author)) {
            return Some(format!("the author `{}` is blocked", author.name));
        }
        if let Some(host) = host.filter(|host| is_below(&self.block_sites, host)) {
            return Some(format!("the site `{host}` is blocked"));
        }
        if let Some(product) = post.other_sense.first().filter(|_| post.products.is_empty()) {
            return Some(format!("names `{product}` in another sense"));
        }
        // A complaint is heard even if it is about a giveaway.
        let promo = || self.promo.found_in(post.mention.title.as_deref()).or_else(|| self.promo.found_in(Some(&post.mention.text)));
        let promo = (post.verdict != Verdict::Complaint).then(promo).flatten();
        promo.map(|phrase| format!("promotion: `{phrase}`"))
    }
}

/// A name or handle as it is compared.
fn key(name: &str) -> String {
    fold(name.trim().trim_start_matches('@').trim_start_matches('/').trim_start_matches("u/"))
}

/// A site as it is compared, however it was written: a host or an address.
fn site(name: &str) -> String {
    let name = name.trim().to_lowercase();
    let host = name.split_once("://").map_or(name.as_str(), |(_, rest)| rest).split('/').next().unwrap_or_default();
    host.trim_start_matches("www.").trim_start_matches("*.").to_owned()
}

fn is_among(names: &[String], author: &Author) -> bool {
    let (name, handle) = (key(&author.name), author.handle.as_deref().map(key));
    names.iter().any(|known| *known == name || handle.as_ref() == Some(known))
}

fn is_below(sites: &[String], host: &str) -> bool {
    let below = |site: &String| host.strip_suffix(site.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    sites.iter().filter(|site| !site.is_empty()).any(below)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Rules {
        let list = |names: &[&str]| names.iter().map(ToString::to_string).collect();
        let settings = Settings {
            block_authors: list(&["Dealz Bot", "@spammer"]),
            block_sites: list(&["https://www.spam.example/"]),
            staff: list(&["@ann_acme"]),
            own_sites: list(&["acme.example"]),
        };
        let promo = Promo::of(&["giveaway", "{use,with} my referral code", "转发抽奖"]).unwrap();
        Rules::new(&settings, promo)
    }

    fn ruling(author: &str, url: &str, text: &str) -> Ruling {
        let (author, url) = (Author::named(author), url.parse().ok());
        let mention = Mention { author, url, ..Mention::new(text).unwrap() };
        rules().rule(Post { mention: &mention, verdict: Verdict::Neutral, products: &[], other_sense: &[] })
    }

    #[test]
    fn every_rule_says_in_words_why() {
        let cases = [
            ("Ann", "https://a.example/1", "Acme Desk is fine", None),
            ("dealz bot", "https://a.example/1", "Acme Desk is fine", Some("the author `dealz bot` is blocked")),
            ("Spammer", "https://a.example/1", "Acme Desk is fine", Some("the author `Spammer` is blocked")),
            ("Ann", "https://blog.spam.example/1", "Acme Desk is fine", Some("the site `blog.spam.example` is blocked")),
            ("Ann", "https://notspam.example/1", "Acme Desk is fine", None),
            ("Ann", "", "GIVEAWAY! Win an Acme Desk", Some("promotion: `giveaway`")),
            ("Ann", "", "Use my referral-code ANN10 and save", Some("promotion: `{use,with} my referral code`")),
            ("Ann", "", "what a giveawayish name", None),
            ("Ann", "", "关注并轉發抽獎送桌子", Some("promotion: `转发抽奖`")),
        ];
        for (author, url, text, want) in cases {
            assert_eq!(ruling(author, url, text).filtered.as_deref(), want, "{author} {url} {text}");
        }
    }

    #[test]
    fn our_own_people_and_sites_are_marked_and_not_put_aside() {
        let both = ruling("Ann_Acme", "https://shop.acme.example/desk", "We love our desk");
        assert_eq!(both, Ruling { filtered: None, flags: vec![Flag::Staff, Flag::FirstParty] });
    }

    #[test]
    fn a_complaint_is_heard_even_if_it_is_about_a_giveaway() {
        let mention = Mention::new("The giveaway was a fraud").unwrap();
        let post = Post { mention: &mention, verdict: Verdict::Complaint, products: &[], other_sense: &[] };
        assert_eq!(rules().rule(post).filtered, None);
    }

    #[test]
    fn a_name_in_another_sense_is_noise_unless_a_product_is_named_too() {
        let mention = Mention::new("a bolt of lightning").unwrap();
        let (bolt, acme) = (["Bolt".to_owned()], ["Acme".to_owned()]);
        let post = Post { mention: &mention, verdict: Verdict::Neutral, products: &[], other_sense: &bolt };
        assert_eq!(rules().rule(post).filtered.as_deref(), Some("names `Bolt` in another sense"));
        assert_eq!(rules().rule(Post { products: &acme, ..post }).filtered, None);
    }

    #[test]
    fn the_version_changes_with_any_rule() {
        let other = Rules::new(&Settings { staff: vec!["Bob".to_owned()], ..Settings::default() }, Promo::default());
        assert_ne!(rules().version(), other.version());
    }
}
