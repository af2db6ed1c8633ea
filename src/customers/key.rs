//! What customers and authors are known by: a handle at a site, an e-mail address, the domain of one. Never a name.
//!
//! Pure. The same key follows from a customer's record and from a mention, or they are not the same person.

use std::fmt;

use serde::{Serialize, Serializer};
use url::Url;

use crate::mention::{AddressKey, masked_address, masked_domain};
use crate::sources::has_many_sites;
use crate::store::Stored;

const HANDLE: &str = "handle:";
const MAIL: &str = "mail:";
const DOMAIN: &str = "domain:";

/// Where anybody has an address: such a domain tells nothing of a customer.
const PUBLIC_MAIL: [&str; 28] = [
    "126.com",
    "163.com",
    "aliyun.com",
    "aol.com",
    "duck.com",
    "fastmail.com",
    "foxmail.com",
    "gmail.com",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hotmail.com",
    "icloud.com",
    "live.com",
    "mail.com",
    "mail.ru",
    "me.com",
    "msn.com",
    "outlook.com",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "sina.com",
    "web.de",
    "yahoo.com",
    "yandex.ru",
    "zoho.com",
];

/// Something by which a customer is known.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(String);

/// How a mention was found to be a customer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Means {
    /// By the author's handle.
    Handle,
    /// By the author's e-mail address.
    Mail,
    /// By the domain of that address.
    Domain,
    /// A person said so.
    Hand,
}

impl Means {
    /// The word used in columns.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Handle => "handle",
            Self::Mail => "mail",
            Self::Domain => "domain",
            Self::Hand => "hand",
        }
    }
}

impl fmt::Display for Means {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Key {
    /// The key of `site:handle`, or of the address of a profile; else what to write.
    pub fn handle(written: &str) -> Result<Self, String> {
        let written = written.trim();
        let wrong = || format!("`{written}` is no handle; write site:handle, for example github:ann or forum.example.com:ann");
        if let Some(site) = profile(written).and_then(|profile| profile.host_str().map(site)) {
            return Ok(Self::at(&site, written));
        }
        let (at, name) = written.split_once(':').ok_or_else(wrong)?;
        let at = site(at);
        if at.is_empty() || plain(name).is_empty() || at.chars().any(char::is_whitespace) {
            return Err(wrong());
        }
        if has_many_sites(&at) {
            return Err(format!(
                "`{written}`: `{at}` listens to many sites, which know other people by that handle; write the site's host or the source's name"
            ));
        }
        Ok(Self::at(&at, name))
    }

    /// The key of an e-mail address; the address itself is not kept.
    pub fn email(written: &str, key: &AddressKey) -> Result<Self, String> {
        masked_address(written, key).map(Self).ok_or_else(|| format!("`{}` is no e-mail address", written.trim()))
    }

    /// The key of a domain that is the customer's own.
    pub fn domain(written: &str) -> Result<Self, String> {
        let domain = written.trim().trim_start_matches('@').trim_end_matches('.').to_lowercase();
        let is_domain = domain.contains('.') && domain.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '.' | '-'));
        if !is_domain {
            return Err(format!("`{}` is no domain; write for example acme.example", written.trim()));
        }
        if PUBLIC_MAIL.contains(&domain.as_str()) {
            return Err(format!("anybody can have an address at `{domain}`; it tells nothing of a customer"));
        }
        Ok(Self(format!("{DOMAIN}{domain}")))
    }

    /// The key that a person wrote: an e-mail address, `site:handle`, a profile's address or a domain.
    pub fn written(written: &str, key: &AddressKey) -> Result<Self, String> {
        let known = Self::email(written, key).or_else(|_| Self::handle(written)).or_else(|_| Self::domain(written));
        known.map_err(|_| {
            format!("`{}` is no mention, site:handle, e-mail address or domain; see `goodword search` for mentions", written.trim())
        })
    }

    /// A key as it is kept.
    pub(super) fn kept(text: String) -> Self {
        Self(text)
    }

    fn at(site: &str, name: &str) -> Self {
        Self(format!("{HANDLE}{site}:{}", plain(name)))
    }

    /// As it is kept.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How it tells a customer.
    pub fn means(&self) -> Means {
        match &self.0 {
            key if key.starts_with(HANDLE) => Means::Handle,
            key if key.starts_with(DOMAIN) => Means::Domain,
            _ => Means::Mail,
        }
    }

    /// What stands in a mention's handle, in small letters, where it may lead to this key; none of a domain.
    pub(super) fn spellings(&self) -> Vec<String> {
        let Some(name) = self.0.strip_prefix(HANDLE).and_then(|rest| rest.split_once(':')).map(|(_, name)| name) else {
            return if self.means() == Means::Mail { vec![self.0.clone()] } else { Vec::new() };
        };
        if !name.contains('/') {
            return ["", "@", "u/", "/u/"].map(|before| format!("{before}{name}")).to_vec();
        }
        let ends = |before: &str| [format!("{before}{name}"), format!("{before}{name}/")];
        ["https://", "https://www.", "http://", "http://www."].into_iter().flat_map(ends).collect()
    }

    /// The domain, if it is one.
    pub(super) fn as_domain(&self) -> Option<&str> {
        self.0.strip_prefix(DOMAIN)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.means() {
            Means::Handle => f.write_str(self.0.strip_prefix(HANDLE).unwrap_or(&self.0)),
            Means::Domain => write!(f, "*@{}", self.as_domain().unwrap_or_default()),
            // Fingerprints say nothing to people.
            _ => write!(f, "an address@{}", self.0.rsplit('@').next().unwrap_or_default()),
        }
    }
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// What the author of a mention is known by.
pub(super) fn keys_of(stored: &Stored, key: &AddressKey) -> Vec<Key> {
    let Some(handle) = stored.mention.author.as_ref().and_then(|author| author.handle.as_deref()) else { return Vec::new() };
    if handle.starts_with(MAIL) {
        let domain = masked_domain(handle, key);
        return domain.map(|domain| vec![Key(handle.to_owned()), Key(format!("{DOMAIN}{domain}"))]).unwrap_or_default();
    }
    if plain(handle).is_empty() {
        return Vec::new();
    }
    // Whose words it shows is whose handle it has: another place knows other people by it.
    let Some(shown) = stored.shown_at() else { return Vec::new() };
    let host = |url: &str| Url::parse(url).ok().and_then(|url| url.host_str().map(site));
    let mut sites = vec![site(&shown.source)];
    sites.extend(shown.url.as_deref().and_then(host));
    sites.extend(host(handle));
    sites.extend((!has_many_sites(&shown.kind)).then(|| shown.kind.clone()));
    sites.sort_unstable();
    sites.dedup();
    sites.iter().map(|site| Key::at(site, handle)).collect()
}

fn site(written: &str) -> String {
    let site = written.trim().to_lowercase();
    site.strip_prefix("www.").map(str::to_owned).unwrap_or(site)
}

fn profile(written: &str) -> Option<Url> {
    Url::parse(written).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

/// A handle without what differs between ways to write it.
fn plain(written: &str) -> String {
    let written = written.trim().to_lowercase();
    let bare = written.strip_prefix("https://").or_else(|| written.strip_prefix("http://"));
    if let Some(address) = bare {
        return address.strip_prefix("www.").unwrap_or(address).trim_end_matches('/').to_owned();
    }
    let named = written.strip_prefix("/u/").or_else(|| written.strip_prefix("u/")).unwrap_or(&written);
    named.trim_start_matches('@').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> AddressKey {
        AddressKey::new(&[1; 32])
    }

    #[test]
    fn a_handle_is_the_same_however_it_is_written() {
        for (written, want) in [
            ("github:Ann", "handle:github:ann"),
            (" github:@ann ", "handle:github:ann"),
            ("www.Forum.example.com:u/ann", "handle:forum.example.com:ann"),
            ("mastodon:@ann@social.example", "handle:mastodon:ann@social.example"),
            ("https://www.shop.example/u/Ann/", "handle:shop.example:shop.example/u/ann"),
            ("shop.example:https://shop.example/u/ann", "handle:shop.example:shop.example/u/ann"),
            ("v2ex:小明", "handle:v2ex:小明"),
        ] {
            assert_eq!(Key::handle(written).map(|key| key.as_str().to_owned()).as_deref(), Ok(want), "{written}");
        }
    }

    #[test]
    fn what_would_be_a_guess_is_refused() {
        for (written, why) in
            [("ann", "write site:handle"), ("github:", "write site:handle"), ("feed:ann", "many sites"), (":ann", "no handle")]
        {
            let refused = Key::handle(written).unwrap_err();
            assert!(refused.contains(why), "{written}: {refused}");
        }
        assert!(Key::domain("gmail.com").unwrap_err().contains("anybody"));
        assert!(Key::domain("Acme").is_err());
        assert_eq!(Key::domain("@Acme.example").unwrap().as_str(), "domain:acme.example");
    }

    #[test]
    fn every_way_to_write_a_handle_leads_back_to_its_key() {
        for written in ["github:ann", "https://shop.example/u/ann"] {
            let key = Key::handle(written).unwrap();
            for spelling in key.spellings() {
                let site = if spelling.contains("://") { "shop.example" } else { "github" };
                assert_eq!(Key::at(site, &spelling), key, "{spelling}");
            }
        }
        let mail = Key::email("ann@acme.example", &key()).unwrap();
        assert_eq!(mail.spellings(), [mail.as_str()]);
    }

    #[test]
    fn people_see_no_fingerprint() {
        assert_eq!(Key::email("ann@acme.example", &key()).unwrap().to_string(), "an address@acme.example");
        assert_eq!(Key::written("acme.example", &key()).unwrap().to_string(), "*@acme.example");
        assert_eq!(Key::written("github:Ann", &key()).unwrap().to_string(), "github:ann");
        assert!(Key::written("m123", &key()).unwrap_err().contains("is no mention"));
    }
}
