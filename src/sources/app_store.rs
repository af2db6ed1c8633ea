//! Reviews of an app in Apple's App Store, by the open feed of customers' reviews, country by country.
//!
//! Each country shows its newest 500 at most, 50 a page. The feed wraps each value, tells a single review without a list,
//! may begin with the app itself, and is empty both where nobody has written and where Apple keeps an address out.

use std::time::Duration;

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use url::Url;

use super::markup::plain_line;
use super::paging::Progress;
use super::terms::{self, Terms};
use super::{Ask, Moment, ParseError, Parsed, api};
use crate::fetch;
use crate::mention::{Author, Context, Mention, Rating, Reach};
use crate::text::html_to_text;

/// The reviews of an app.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Keys")]
pub struct Settings {
    app: u64,
    countries: Vec<String>,
    endpoint: Url,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    /// The number after `id` in the address of the app's page.
    #[serde(deserialize_with = "number")]
    app: u64,
    /// Two letters each.
    #[serde(default = "united_states")]
    countries: Vec<String>,
    #[serde(default = "apple")]
    endpoint: Url,
}

fn united_states() -> Vec<String> {
    vec!["us".to_owned()]
}

fn apple() -> Url {
    Url::parse("https://itunes.apple.com").expect("it is a constant, and an address")
}

fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    u64::deserialize(deserializer).map_err(|_| {
        serde::de::Error::custom("it is the number after `id` in the address of the app's page, without quotes: `app = 1234567890`")
    })
}

/// Pages that a country shows.
const MOST_PAGES: u32 = 10;
/// Reviews on a full page.
const FULL_PAGE: usize = 50;
const SITE: &str = "the App Store";
/// The feed is for readers; Apple tells no limit.
pub(super) const TERMS: Terms = Terms { min_interval: Duration::from_secs(5), ..terms::USUAL };

impl TryFrom<Keys> for Settings {
    type Error = String;

    fn try_from(keys: Keys) -> Result<Self, String> {
        let countries: Vec<String> = keys.countries.iter().map(|country| country.trim().to_ascii_lowercase()).collect();
        if let Some(wrong) = countries.iter().find(|country| country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_lowercase())) {
            return Err(format!(
                "`countries`: `{wrong}` is no country; write two letters each, for example `countries = [\"us\", \"de\"]`"
            ));
        }
        match countries.is_empty() {
            true => Err("`countries` is empty; write for example `countries = [\"us\", \"de\"]`".to_owned()),
            false => Ok(Self { app: keys.app, countries, endpoint: keys.endpoint }),
        }
    }
}

impl Settings {
    pub(super) fn asks(&self) -> Vec<Ask> {
        self.countries.iter().map(|country| Ask::Get(self.page(country, 1))).collect()
    }

    fn page(&self, country: &str, number: u32) -> Url {
        let mut url = self.endpoint.clone();
        let base = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{base}/{country}/rss/customerreviews/page={number}/id={}/sortby=mostrecent/json", self.app));
        url
    }

    pub(super) fn parse(&self, ask: &Ask, page: &fetch::Page, moment: Moment<'_>) -> Result<Parsed, ParseError> {
        let answer = api::read(page, SITE)?;
        let Some(feed) = answer.get("feed").filter(|feed| feed.is_object()) else {
            return Err(api::instead(&answer, SITE, "reviews"));
        };
        let mut parsed = Parsed::default();
        // The app itself has no rating.
        let reviews: Vec<&Value> = entries(feed).iter().filter(|entry| entry.get("im:rating").is_some()).collect();
        let country = self.country(ask);
        for (number, review) in reviews.iter().enumerate() {
            match self.mention(review, country) {
                Some(mention) => parsed.mentions.push(mention),
                None => parsed.refused.push(format!("review {} of `{country}` has no text", number + 1)),
            }
        }
        self.go_on(ask, country, feed, reviews.len(), &mut parsed);
        parsed.partial = parsed.partial.filter(|_| !reaches_back(&parsed.mentions, moment));
        Ok(parsed)
    }

    /// The country that is asked for.
    fn country(&self, ask: &Ask) -> &str {
        let asked = |country: &&String| matches!(ask, Ask::Get(url) if url.path().contains(&format!("/{country}/rss/")));
        self.countries.iter().find(asked).or(self.countries.first()).map_or("us", String::as_str)
    }

    /// Asks for the next page, or says why there is none where there should be.
    fn go_on(&self, ask: &Ask, country: &str, feed: &Value, here: usize, parsed: &mut Parsed) {
        let at = Progress::at(ask);
        let is_full = last_page(feed).map_or(here >= FULL_PAGE, |last| here > 0 && at.page < last);
        if is_full && at.page < MOST_PAGES {
            parsed.next.push(at.next(&self.page(country, at.page + 1), here));
        } else if at.page >= MOST_PAGES && here >= FULL_PAGE {
            parsed.partial = Some(format!(
                "the App Store shows the newest 500 reviews of a country (`{country}`) and no older ones; `since` says how far back is far enough"
            ));
        } else if here == 0 && at.page == 1 {
            parsed.partial = Some(format!(
                "no review came for the country `{country}`: either nobody has written there, or Apple sends empty lists to this network; \
                 compare with the app's page in a browser, and take out countries without reviews"
            ));
        }
    }

    fn mention(&self, review: &Value, country: &str) -> Option<Mention> {
        let label = |key: &str| api::told(&review[key], "label");
        let title = label("title").and_then(plain_line);
        let text = label("content").map(html_to_text).filter(|text| !text.is_empty());
        let mut mention = Mention::new(text.or_else(|| title.clone())?)?;
        mention.title = title.filter(|title| *title != mention.text);
        mention.own_id = api::id(&review["id"], "label");
        mention.url = Url::parse(&format!("https://apps.apple.com/{country}/app/id{}?see-all=reviews", self.app)).ok();
        let author = &review["author"];
        mention.author = api::told(&author["name"], "label").and_then(Author::named).map(|named| {
            let handle = api::told(&author["uri"], "label").and_then(|uri| uri.rsplit("/id").next()).map(str::to_owned);
            Author { handle, ..named }
        });
        mention.rating = label("im:rating").and_then(|stars| Rating::parse(stars, Some("1"), Some("5")));
        mention.published = api::date(&review["updated"], "label");
        mention.context = Context {
            region: Some(country.to_ascii_uppercase()),
            version: label("im:version").map(str::to_owned),
            reach: Reach { likes: api::count(&review["im:voteSum"], "label"), ..Reach::default() },
            ..Context::default()
        };
        Some(mention)
    }
}

/// The entries: a list, one alone, or none.
fn entries(feed: &Value) -> &[Value] {
    match &feed["entry"] {
        Value::Array(entries) => entries,
        entry @ Value::Object(_) => std::slice::from_ref(entry),
        _ => &[],
    }
}

/// The number of the last page, as the feed links to it.
fn last_page(feed: &Value) -> Option<u32> {
    let links = feed["link"].as_array()?.iter().map(|link| &link["attributes"]);
    let last = links.filter(|link| api::told(link, "rel") == Some("last")).find_map(|link| api::told(link, "href"))?;
    last.split('/').find_map(|part| part.strip_prefix("page="))?.parse().ok()
}

/// Whether a page shows reviews older than the source reaches back to.
fn reaches_back(mentions: &[Mention], moment: Moment<'_>) -> bool {
    let oldest = mentions.iter().filter_map(|mention| mention.published).map(|published| published.at).min();
    moment.since.zip(oldest).is_some_and(|(since, oldest)| oldest < since)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::json;

    use super::*;

    fn settings() -> Settings {
        toml::from_str("app = 7\ncountries = [\"US\", \"cn\"]").unwrap()
    }

    fn moment(since: Option<&str>) -> Moment<'static> {
        Moment { now: jiff::Timestamp::UNIX_EPOCH, since: since.map(|at| at.parse().unwrap()), cursor: None, dir: Path::new(".") }
    }

    fn read(ask: &Ask, feed: &Value) -> Result<Parsed, ParseError> {
        let page = fetch::Page { url: apple(), content_type: None, body: json!({ "feed": feed }).to_string().into() };
        settings().parse(ask, &page, moment(None))
    }

    fn review(id: usize) -> Value {
        let label = |text: &str| json!({ "label": text });
        json!({"id": label(&id.to_string()), "im:rating": label("4"), "title": label("Solid"), "content": label("Does the job."),
               "author": {"name": label("Ann"), "uri": label("https://itunes.apple.com/cn/reviews/id99")}, "updated": label("2026-02-01T09:00:00-07:00")})
    }

    #[test]
    fn entries_are_a_list_or_one_or_none() {
        let ask = &settings().asks()[1];
        let app = json!({"id": {"label": "7"}, "title": {"label": "Acme"}});
        for (entry, count) in [(json!([app, review(1), review(2)]), 2), (review(1), 1), (app, 0), (Value::Null, 0)] {
            let parsed = read(ask, &json!({ "entry": entry })).unwrap();
            assert_eq!(parsed.mentions.len(), count, "{entry}");
            assert_eq!(parsed.partial.is_some(), count == 0, "silence is told: {entry}");
        }
    }

    #[test]
    fn a_review_is_a_mention_with_stars_and_a_page_to_open() {
        let parsed = read(&settings().asks()[1], &json!({ "entry": review(31) })).unwrap();
        let mention = &parsed.mentions[0];
        assert_eq!(mention.url.as_ref().unwrap().as_str(), "https://apps.apple.com/cn/app/id7?see-all=reviews");
        assert_eq!(mention.author.as_ref().unwrap().handle.as_deref(), Some("99"));
        assert_eq!(mention.published.unwrap().at.to_string(), "2026-02-01T16:00:00Z");
        assert_eq!((mention.rating.unwrap().value(), mention.rating.unwrap().best()), (4.0, 5.0));
    }

    #[test]
    fn pages_are_asked_for_up_to_the_last_or_the_tenth() {
        let full: Vec<Value> = (0..FULL_PAGE).map(review).collect();
        let last = |page: u32| json!([{"attributes": {"rel": "last", "href": format!("https://itunes.apple.com/cn/rss/customerreviews/page={page}/id=7/xml")}}]);
        let first = &settings().asks()[1];
        for (feed, goes_on) in [
            (json!({ "entry": full }), true),
            (json!({ "entry": full, "link": last(1) }), false),
            (json!({ "entry": [review(1)], "link": last(3) }), true),
            (json!({ "entry": [review(1)] }), false),
        ] {
            assert_eq!(read(first, &feed).unwrap().next.len(), usize::from(goes_on), "{feed}");
        }
        let (mut ask, mut pages) = (first.clone(), 1);
        let partial = loop {
            let parsed = read(&ask, &json!({ "entry": full })).unwrap();
            let Some(next) = parsed.next.into_iter().next() else { break parsed.partial };
            (ask, pages) = (next, pages + 1);
        };
        assert_eq!(pages, 10);
        assert!(partial.unwrap().contains("newest 500"));
        let Ask::Get(url) = ask else { panic!("{ask:?}") };
        assert!(url.path().contains("/cn/rss/customerreviews/page=10/id=7/"), "{url}");
        let page = fetch::Page { url, content_type: None, body: json!({ "feed": { "entry": full } }).to_string().into() };
        let parsed = settings().parse(&Ask::Get(page.url.clone()), &page, moment(Some("2026-02-02T00:00:00Z"))).unwrap();
        assert_eq!(parsed.partial, None, "far enough back");
    }

    #[test]
    fn countries_have_two_letters() {
        for keys in ["app = 7\ncountries = [\"usa\"]", "app = 7\ncountries = []"] {
            assert!(toml::from_str::<Settings>(keys).unwrap_err().message().contains("countries"), "{keys}");
        }
    }
}
