//! Sites that do not let programs read them, each with the way round. They are never asked.
//!
//! `docs/sources.md` shows the same table; a test keeps the two in step.

use url::Url;

/// A site that does not let programs read it.
#[derive(Clone, Copy, Debug)]
pub struct Walled {
    /// What people call it.
    pub name: &'static str,
    /// How its reviews can be had all the same.
    pub way: &'static str,
    /// Its hosts, without `www` and the like; `*` at the end stands for any country, and what follows a `/` is the part of
    /// the host that is walled.
    hosts: &'static [&'static str],
}

const fn site(name: &'static str, hosts: &'static [&'static str], way: &'static str) -> Walled {
    Walled { name, way, hosts }
}

/// The sites known to keep programs out, or to show them a login.
pub const WALLED: [Walled; 20] = [
    site("G2", &["g2.com"], "the review export of your vendor account, or its API (the token comes from your account executive)"),
    site("Capterra", &["capterra.*"], "the review export of your vendor account, or pages saved from your browser"),
    site("GetApp", &["getapp.*"], "the review export of your vendor account, or pages saved from your browser"),
    site("Software Advice", &["softwareadvice.*"], "the review export of your vendor account, or pages saved from your browser"),
    site("TrustRadius", &["trustradius.com"], "the review export of your vendor account, or pages saved from your browser"),
    site("Trustpilot", &["trustpilot.com"], "the export of your business account, or its API (a paid plan): `kind = \"trustpilot\"`"),
    site("Amazon", &["amazon.*", "amzn.to", "amzn.eu"], "the reports of your seller account, or pages saved from your browser"),
    site(
        "Google Maps",
        &["google.*/maps", "maps.google.*", "maps.app.goo.gl", "goo.gl/maps", "g.page"],
        "for your own places the Business Profile API: `kind = \"google-business\"` (Google must approve your request first)",
    ),
    site(
        "Google Play",
        &["play.google.com"],
        "for your own apps the Play Developer API: `kind = \"google-play\"`, or the review reports of the Play Console (CSV)",
    ),
    site("Glassdoor", &["glassdoor.*"], "the export of your employer account, or pages saved from your browser"),
    site("Yelp", &["yelp.*"], "the Places API (three excerpts of a business), or pages saved from your browser"),
    site("TripAdvisor", &["tripadvisor.*"], "the export of your owner account, or pages saved from your browser"),
    site("X", &["x.com", "twitter.com", "t.co"], "its paid API: `kind = \"x\"`, or the archive of your own account"),
    site(
        "Facebook, Instagram, Threads",
        &["facebook.com", "fb.com", "fb.me", "instagram.com", "threads.net", "threads.com"],
        "for your own pages the Graph API, or the export of your account",
    ),
    site("LinkedIn", &["linkedin.com", "lnkd.in"], "for your own page its API, or the export of your account"),
    site("TikTok, 抖音", &["tiktok.com", "douyin.com"], "the export of your own account"),
    site(
        "微博 Weibo",
        &["weibo.com", "weibo.cn", "s.weibo.com"],
        "an RSSHub of your own: `kind = \"rsshub\"` with `route = \"/weibo/keyword/…\"`",
    ),
    site(
        "知乎 Zhihu",
        &["zhihu.com", "zhuanlan.zhihu.com"],
        "an RSSHub of your own with your cookie: `kind = \"rsshub\"` with `route = \"/zhihu/…\"`",
    ),
    site(
        "小红书 Xiaohongshu",
        &["xiaohongshu.com", "xhslink.com"],
        "an RSSHub of your own: `kind = \"rsshub\"` with `route = \"/xiaohongshu/user/…\"`, though it breaks often",
    ),
    site(
        "B站 Bilibili",
        &["bilibili.com", "space.bilibili.com", "b23.tv"],
        "an RSSHub of your own: `kind = \"rsshub\"` with `route = \"/bilibili/…\"`",
    ),
];

impl Walled {
    /// The site that an address belongs to, if it is one of these.
    pub fn of(url: &Url) -> Option<&'static Self> {
        let host = url.host_str()?;
        let is_there = |known: &&str| match known.split_once('/') {
            Some((known, part)) => is_host(host, known) && url.path().trim_start_matches('/').starts_with(part),
            None => is_host(host, known),
        };
        WALLED.iter().find(|site| site.hosts.iter().any(is_there))
    }

    /// Why it is not asked, and the way round.
    pub fn refusal(&self, url: &Url) -> String {
        let host = url.host_str().unwrap_or_default();
        let (name, way) = (self.name, self.way);
        let named = if name.to_lowercase().contains(host.trim_start_matches("www.")) { String::new() } else { format!(" ({name})") };
        format!(
            "`{host}`{named} does not let programs read it, and bot protection is never worked around, so it was not asked; the way \
             round: {way}; exports and saved pages go into a folder: `goodword sources add FOLDER`"
        )
    }
}

/// Labels before a host that lead to the same site.
const BEFORE: [&str; 7] = ["www", "m", "mobile", "touch", "web", "old", "business"];

/// Whether `host` is the known one: itself, a face of it for phones or for a country.
fn is_host(host: &str, known: &str) -> bool {
    let bare = match host.split_once('.') {
        Some((label, rest)) if rest.contains('.') && (BEFORE.contains(&label) || label.len() == 2) => rest,
        _ => host,
    };
    [host, bare].into_iter().any(|host| match known.strip_suffix(".*") {
        Some(name) => host.strip_prefix(name).and_then(|rest| rest.strip_prefix('.')).is_some_and(is_country),
        None => host == known,
    })
}

/// `com`, `de`, `co.uk`, `com.au`.
fn is_country(ending: &str) -> bool {
    let two = |label: &str| label.len() == 2;
    match ending.split_once('.') {
        None => ending == "com" || two(ending),
        Some((first, last)) => matches!(first, "co" | "com") && two(last),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn walled_sites_are_known_by_their_address_in_every_country() {
        for (address, want) in [
            ("https://www.g2.com/products/acme/reviews", Some("G2")),
            ("https://www.capterra.co.uk/software/1/acme", Some("Capterra")),
            ("https://de.trustpilot.com/review/acme.example", Some("Trustpilot")),
            ("https://www.amazon.co.jp/dp/B0", Some("Amazon")),
            ("https://smile.amazon.example/dp/B0", None),
            ("https://aws.amazon.com/blogs/aws/feed/", None),
            ("https://www.google.com/maps/place/Acme", Some("Google Maps")),
            ("https://www.google.com/alerts/feeds/1/2", None),
            ("https://maps.app.goo.gl/abc", Some("Google Maps")),
            ("https://play.google.com/store/apps/details?id=x", Some("Google Play")),
            ("https://x.com/acme", Some("X")),
            ("https://mobile.twitter.com/acme", Some("X")),
            ("https://max.com/", None),
            ("https://m.weibo.cn/u/1", Some("微博 Weibo")),
            ("https://space.bilibili.com/1", Some("B站 Bilibili")),
            ("https://de.linkedin.com/company/acme", Some("LinkedIn")),
            ("https://yelp.example/", None),
            ("https://notg2.com/", None),
        ] {
            assert_eq!(Walled::of(&Url::parse(address).unwrap()).map(|site| site.name), want, "{address}");
        }
    }
}
