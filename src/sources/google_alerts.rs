//! What a Google Alert finds, by the private feed of the alert.
//!
//! Its links lead through Google and count clicks; the article's own address stands within them, and is what an article goes by.

use std::time::Duration;

use serde::Deserialize;
use url::Url;

use super::terms::{self, Terms};
use super::{Ask, ParseError, Parsed, api, feed};
use crate::fetch;
use crate::mention::Mention;

/// An alert.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Keys")]
pub struct Settings {
    feed: Url,
    endpoint: Option<Url>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    /// The address of its feed; it is a secret.
    feed: String,
    endpoint: Option<Url>,
}

pub(super) const TERMS: Terms = Terms { min_interval: Duration::from_secs(60), ..terms::USUAL };

impl TryFrom<Keys> for Settings {
    type Error = String;

    fn try_from(Keys { feed, endpoint }: Keys) -> Result<Self, String> {
        let url = Url::parse(feed.trim()).ok().filter(|url| url.path().starts_with("/alerts/feeds/"));
        let remedy = "at google.com/alerts choose `Deliver to: RSS feed`, then copy the address behind the feed's sign \
            (https://www.google.com/alerts/feeds/…)";
        Ok(Self { feed: url.ok_or_else(|| format!("`feed` is not the address of an alert's feed; {remedy}"))?, endpoint })
    }
}

impl Settings {
    pub(super) fn asks(&self) -> Vec<Ask> {
        let at = self.endpoint.as_ref().map(|endpoint| api::at(endpoint, self.feed.path()));
        vec![Ask::Get(at.unwrap_or_else(|| self.feed.clone()))]
    }

    pub(super) fn parse(&self, page: &fetch::Page) -> Result<Parsed, ParseError> {
        let mut parsed = match feed::parse(page) {
            Err(ParseError::Instead(what)) => {
                return Err(ParseError::Instead(format!("{what}; the alert may have been deleted: see google.com/alerts")));
            }
            parsed => parsed?,
        };
        for mention in &mut parsed.mentions {
            unwrap(mention);
        }
        let mut known = std::collections::HashSet::new();
        parsed.mentions.retain(|mention| known.insert(mention.own_id.clone()));
        Ok(parsed)
    }
}

/// Gives a mention the address that its link leads to.
fn unwrap(mention: &mut Mention) {
    let Some(url) = mention.url.as_ref() else { return };
    let within = ["url", "q"].iter().find_map(|key| url.query_pairs().find(|(name, _)| name == key).map(|(_, value)| value.into_owned()));
    let through = url.path() == "/url" && url.host_str().is_some_and(|host| host.starts_with("www.google.") || host == "google.com");
    let Some(own) = within.filter(|_| through).and_then(|own| Url::parse(&own).ok()) else { return };
    if matches!(own.scheme(), "http" | "https") {
        mention.own_id = Some(own.to_string());
        mention.url = Some(own);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_the_article_itself() {
        let settings: Settings = toml::from_str("feed = 'https://www.google.com/alerts/feeds/12/34'").unwrap();
        let body = "<feed xmlns='http://www.w3.org/2005/Atom'><title>Google Alert - acme</title><entry><id>tag:google.com,2013:googlealerts/feed:9</id>\
            <title type='html'>&lt;b&gt;Acme&lt;/b&gt; is easy</title>\
            <link href='https://www.google.com/url?rct=j&amp;sa=t&amp;url=https://news.example/acme%3Fa%3D1&amp;ct=ga&amp;usg=x'/>\
            <published>2026-03-01T10:00:00Z</published><updated>2026-03-01T10:00:00Z</updated><content type='html'>Words</content></entry></feed>";
        let parsed = settings.parse(&fetch::Page { url: settings.feed.clone(), content_type: None, body: body.into() }).unwrap();
        let mention = &parsed.mentions[0];
        assert_eq!(mention.url.as_ref().unwrap().as_str(), "https://news.example/acme?a=1");
        assert_eq!((mention.title.as_deref(), mention.own_id.as_deref()), (Some("Acme is easy"), Some("https://news.example/acme?a=1")));
    }

    #[test]
    fn an_address_that_is_no_alerts_feed_is_told() {
        for feed in ["acme", "https://www.google.com/search?q=acme"] {
            let error = toml::from_str::<Settings>(&format!("feed = '{feed}'")).unwrap_err();
            assert!(error.message().contains("RSS feed"), "{error}");
        }
    }
}
