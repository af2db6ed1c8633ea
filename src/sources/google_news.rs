//! News that Google finds for some words, by the feed of its search.
//!
//! Links lead through Google and change, so an article goes by its headline and publisher, who stands behind the headline and is
//! taken for its author. Language and country must agree in three places of the address.

use std::time::Duration;

use serde::Deserialize;
use url::Url;

use super::terms::{self, Terms};
use super::{Ask, ParseError, Parsed, api, feed};
use crate::fetch;
use crate::mention::{Author, Mention};
use crate::text::fold;

/// A search of Google News.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Keys")]
pub struct Settings {
    query: String,
    locale: Locale,
    endpoint: Url,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    /// In Google's own words: `"acme desk" when:7d`.
    query: String,
    /// Language and country: `en-US`, `de-DE`, `zh-CN`.
    #[serde(default = "american")]
    locale: String,
    #[serde(default = "google")]
    endpoint: Url,
}

fn american() -> String {
    "en-US".to_owned()
}

fn google() -> Url {
    Url::parse("https://news.google.com").expect("it is a constant, and an address")
}

/// Language and country, as Google writes them in three ways.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Locale {
    hl: String,
    gl: String,
    ceid: String,
}

impl Locale {
    fn read(given: &str) -> Result<Self, String> {
        let wrong = || format!("`locale`: `{given}` is no language and country; write for example `en-US`, `de-DE` or `zh-CN`");
        let (lang, country) = given.trim().split_once(['-', '_']).ok_or_else(wrong)?;
        let letters = |part: &str| (2..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphabetic());
        if !letters(lang) || country.len() != 2 || !letters(country) {
            return Err(wrong());
        }
        let (lang, country) = (lang.to_ascii_lowercase(), country.to_ascii_uppercase());
        // Chinese goes by its script there, English and others by the language alone.
        let edition = match (lang.as_str(), country.as_str()) {
            ("zh", "CN" | "SG") => "zh-Hans".to_owned(),
            ("zh", _) => "zh-Hant".to_owned(),
            ("pt", "BR") | ("es", "MX" | "US" | "AR" | "CL" | "CO" | "PE" | "VE" | "CU") => {
                format!("{lang}-419")
            }
            _ => lang.clone(),
        };
        Ok(Self { hl: format!("{lang}-{country}"), ceid: format!("{country}:{edition}"), gl: country })
    }
}

/// An undocumented service for readers is asked once a minute at most.
pub(super) const TERMS: Terms = Terms { min_interval: Duration::from_secs(60), ..terms::USUAL };

impl TryFrom<Keys> for Settings {
    type Error = String;

    fn try_from(keys: Keys) -> Result<Self, String> {
        let query = keys.query.trim().to_owned();
        if query.is_empty() {
            return Err("`query` is empty; write for example `query = \"\\\"acme desk\\\" when:7d\"`".to_owned());
        }
        Ok(Self { query, locale: Locale::read(&keys.locale)?, endpoint: keys.endpoint })
    }
}

impl Settings {
    pub(super) fn asks(&self) -> Vec<Ask> {
        let mut url = api::at(&self.endpoint, "/rss/search");
        let Locale { hl, gl, ceid } = &self.locale;
        url.query_pairs_mut().extend_pairs([("q", &self.query), ("hl", hl), ("gl", gl), ("ceid", ceid)]);
        vec![Ask::Get(url)]
    }

    pub(super) fn parse(&self, page: &fetch::Page) -> Result<Parsed, ParseError> {
        let mut parsed = match feed::parse(page) {
            Err(ParseError::Instead(what)) => {
                let remedy =
                    "Google may want a consent or doubt that we are people: open the search in a browser on this machine, ask less often";
                return Err(ParseError::Instead(format!("{what}; {remedy}")));
            }
            parsed => parsed?,
        };
        let sites = publishers(&page.text());
        parsed.mentions = parsed.mentions.into_iter().filter_map(|entry| article(entry, &sites)).collect();
        // Clusters name an article more than once.
        let mut known = std::collections::HashSet::new();
        parsed.mentions.retain(|mention| known.insert(mention.own_id.clone()));
        Ok(parsed)
    }
}

/// The publishers that a feed names, each with its site.
fn publishers(feed: &str) -> Vec<(String, String)> {
    let named = |rest: &str| {
        let (site, rest) = rest.split_once('"')?;
        let name = rest.split_once('>')?.1.split_once('<')?.0;
        let site = Url::parse(site).ok()?.host_str()?.trim_start_matches("www.").to_owned();
        Some((crate::text::html_to_text(name), site))
    };
    feed.split("<source url=\"").skip(1).filter_map(named).collect()
}

/// The article in an entry: headline, publisher, and nothing else that the feed would have to say.
fn article(entry: Mention, sites: &[(String, String)]) -> Option<Mention> {
    let title = entry.title.unwrap_or_else(|| entry.text.lines().next().unwrap_or_default().to_owned());
    let (headline, publisher) = match title.rsplit_once(" - ") {
        Some((headline, publisher)) if !headline.trim().is_empty() => (headline.trim(), Some(publisher.trim())),
        _ => (title.trim(), None),
    };
    let said = Mention::new(headline)?;
    let author = publisher.and_then(Author::named).map(|named| {
        let handle = sites.iter().find(|(name, _)| *name == named.name).map(|(_, site)| site.clone());
        Author { handle, ..named }
    });
    let own_id = Some(format!("{} - {}", fold(headline), fold(publisher.unwrap_or_default())));
    Some(Mention { text: said.text, title: None, author, own_id, ..entry })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(keys: &str) -> Result<Settings, String> {
        toml::from_str(keys).map_err(|error| error.message().to_owned())
    }

    fn asked(locale: &str) -> String {
        settings(&format!("query = 'acme when:7d'\nlocale = '{locale}'")).unwrap().asks()[0].url().unwrap().to_string()
    }

    #[test]
    fn language_and_country_agree_in_three_places() {
        for (locale, want) in [
            ("en-US", "hl=en-US&gl=US&ceid=US%3Aen"),
            ("de_de", "hl=de-DE&gl=DE&ceid=DE%3Ade"),
            ("zh-CN", "hl=zh-CN&gl=CN&ceid=CN%3Azh-Hans"),
            ("zh-TW", "hl=zh-TW&gl=TW&ceid=TW%3Azh-Hant"),
            ("pt-BR", "hl=pt-BR&gl=BR&ceid=BR%3Apt-419"),
        ] {
            assert_eq!(asked(locale), format!("https://news.google.com/rss/search?q=acme+when%3A7d&{want}"), "{locale}");
        }
    }

    #[test]
    fn wrong_settings_are_told_with_what_to_write() {
        for (keys, said) in [("query = ' '", "`query` is empty"), ("query = 'a'\nlocale = 'english'", "`en-US`")] {
            assert!(settings(keys).unwrap_err().contains(said), "{keys}");
        }
    }

    #[test]
    fn an_article_goes_by_headline_and_publisher_whatever_its_link() {
        let item = |link: &str| {
            format!(
                "<item><title>Acme Desk - now easy to use - The Herald</title><link>https://news.google.com/rss/articles/{link}</link>\
                 <guid isPermaLink=\"false\">{link}</guid><pubDate>Sun, 01 Mar 2026 10:00:00 GMT</pubDate>\
                 <description>&lt;a href=\"x\"&gt;Acme Desk - now easy to use&lt;/a&gt; &lt;font&gt;The Herald&lt;/font&gt;</description>\
                 <source url=\"https://www.herald.example\">The Herald</source></item>"
            )
        };
        let body = format!("<rss version=\"2.0\"><channel><title>a</title>{}{}</channel></rss>", item("one"), item("two"));
        let page = fetch::Page { url: google(), content_type: None, body: body.into() };
        let parsed = settings("query = 'acme'").unwrap().parse(&page).unwrap();
        let [article] = parsed.mentions.as_slice() else { panic!("{parsed:?}") };
        assert_eq!((article.text.as_str(), article.title.as_deref()), ("Acme Desk - now easy to use", None));
        assert_eq!(article.author, Some(Author { name: "The Herald".to_owned(), handle: Some("herald.example".to_owned()) }));
    }
}
