//! Questions of a Stack Exchange site that hold some words or have some tag, by its search.
//!
//! The API counts requests per day and may ask to be left alone for some seconds in any answer; both are kept to: what is
//! left comes when it may be asked for. Newest first, in numbered pages; an id is unique within its site.

use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::terms::{self, Terms};
use super::{Ask, Moment, ParseError, Parsed, api, quotes};
use crate::fetch;
use crate::mention::{Author, Context, Mention, Reach};
use crate::text::html_to_text;

/// A search of a site.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Keys")]
pub struct Settings(Keys);

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    /// Words that stand in title or body.
    query: Option<String>,
    /// Tags that a question has, all of them.
    #[serde(default)]
    tags: Vec<String>,
    /// The site, by the first part of its address.
    #[serde(default = "stack_overflow")]
    site: String,
    /// The key of an application; it is no secret.
    key: Option<String>,
    /// Pages followed in one reading, a hundred questions each.
    #[serde(default = "usual_pages")]
    max_pages: u32,
    #[serde(default = "stack_exchange")]
    endpoint: Url,
}

fn stack_overflow() -> String {
    "stackoverflow".to_owned()
}

fn usual_pages() -> u32 {
    10
}

fn stack_exchange() -> Url {
    Url::parse("https://api.stackexchange.com").expect("it is a constant, and an address")
}

const SITE: &str = "Stack Exchange";
pub(super) const TERMS: Terms = Terms { min_interval: Duration::from_secs(2), ..terms::USUAL };

impl TryFrom<Keys> for Settings {
    type Error = String;

    fn try_from(keys: Keys) -> Result<Self, String> {
        let query = keys.query.filter(|query| !query.trim().is_empty());
        if query.is_none() && keys.tags.is_empty() {
            return Err("there is nothing to search for; write `query = \"acme desk\"`, or `tags = [\"acme-desk\"]`".to_owned());
        }
        let site = keys.site.trim().trim_end_matches(".com").trim_end_matches(".stackexchange").to_owned();
        if site.is_empty() || site.contains(['/', ' ']) {
            return Err(format!("`site`: `{}` is no site; write for example `stackoverflow`, `superuser` or `gaming`", keys.site));
        }
        Ok(Self(Keys { query, site, max_pages: keys.max_pages.max(1), ..keys }))
    }
}

impl Settings {
    pub(super) fn asks(&self, moment: Moment<'_>) -> Vec<Ask> {
        let mut url = api::at(&self.0.endpoint, "/2.3/search/advanced");
        let mut pairs = url.query_pairs_mut();
        pairs.extend_pairs([("site", self.0.site.as_str()), ("sort", "creation"), ("order", "desc"), ("filter", "withbody")]);
        pairs.append_pair("pagesize", "100");
        if let Some(query) = &self.0.query {
            pairs.append_pair("q", query);
        }
        if !self.0.tags.is_empty() {
            pairs.append_pair("tagged", &self.0.tags.join(";"));
        }
        // The day alone, so that the address stays the same all day and its answer is known again.
        if let Some(since) = moment.since.map(|since| since.as_second().div_euclid(DAY) * DAY) {
            pairs.append_pair("fromdate", &since.to_string());
        }
        if let Some(key) = &self.0.key {
            pairs.append_pair("key", key);
        }
        drop(pairs);
        vec![Ask::Get(url)]
    }

    pub(super) fn parse(&self, ask: &Ask, page: &fetch::Page, moment: Moment<'_>) -> Result<Parsed, ParseError> {
        let answer = api::read(page, SITE)?;
        let Some(Value::Array(items)) = answer.get("items") else { return Err(self.error(&answer)) };
        let mut parsed = Parsed { pause: pause(&answer, moment.now), ..Parsed::default() };
        for (number, item) in items.iter().enumerate() {
            match self.mention(item) {
                Some(mention) => parsed.mentions.push(mention),
                None => parsed.refused.push(format!("question {} has no words", number + 1)),
            }
        }
        let number = api::page_number(ask);
        let more = answer.get("has_more") == Some(&Value::Bool(true));
        if more && number >= self.0.max_pages {
            parsed.partial =
                Some(format!("there are more questions behind {number} pages; raise `max_pages`, or set `since` to reach back less far"));
        } else if more {
            parsed.next.extend(api::asking(ask, "page", &number.saturating_add(1).to_string()));
        }
        Ok(parsed)
    }

    /// What is said of an answer without questions.
    fn error(&self, answer: &Value) -> ParseError {
        let Some(told) = api::told(answer, "error_message") else { return api::instead(answer, SITE, "questions") };
        let name = api::told(answer, "error_name").unwrap_or("error");
        let remedy = match name {
            "throttle_violation" => "raise `every`, or set `key`, which is free (https://stackapps.com/apps/oauth/register)",
            _ => "check `site`, `tags` and `key`",
        };
        ParseError::Instead(format!("{SITE} gave no questions but an error: {told} ({name}); {remedy}"))
    }

    fn mention(&self, item: &Value) -> Option<Mention> {
        let plain = |key: &str| api::told(item, key).map(html_to_text).filter(|text| !text.is_empty());
        let title = plain("title");
        // What stands in block quotes and listings are messages and words of others.
        let body = api::told(item, "body").map(|body| quotes::text_without(body, "blockquote, pre")).filter(|body| !body.is_empty());
        let mut mention = Mention::new(body.or_else(|| title.clone())?)?;
        mention.title = title.filter(|title| *title != mention.text);
        let id = api::id(item, "question_id")?;
        mention.own_id = Some(format!("{}/{id}", self.0.site));
        mention.url = api::link(item, "link");
        let owner = &item["owner"];
        mention.author = api::told(owner, "display_name").map(html_to_text).and_then(|name| Author::named(&name)).map(|named| {
            let handle = api::link(owner, "link").map(String::from).or_else(|| api::id(owner, "user_id"));
            Author { handle, ..named }
        });
        mention.published = api::date(item, "creation_date");
        mention.edited = api::edited(item, "last_edit_date", mention.published);
        let reach = Reach {
            likes: api::count(item, "score"),
            replies: api::count(item, "answer_count"),
            shares: None,
            views: api::count(item, "view_count"),
        };
        mention.context = Context { reach, ..Context::default() };
        Some(mention)
    }
}

/// The seconds of a day.
const DAY: i64 = 86_400;

/// How long the API wants to be left alone: some seconds, or until its count begins anew.
fn pause(answer: &Value, now: Timestamp) -> Option<Duration> {
    let backoff = answer.get("backoff").and_then(Value::as_u64).filter(|seconds| *seconds > 0).map(Duration::from_secs);
    let is_used_up = answer.get("quota_remaining").and_then(Value::as_i64).is_some_and(|left| left <= 0);
    let until_midnight = || {
        let tomorrow = now.to_zoned(TimeZone::UTC).date().checked_add(1.day()).ok()?.to_zoned(TimeZone::UTC).ok()?;
        Duration::try_from(tomorrow.timestamp().duration_since(now)).ok()
    };
    backoff.max(is_used_up.then(until_midnight).flatten())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::json;

    use super::*;

    fn settings(keys: &str) -> Settings {
        toml::from_str(keys).unwrap()
    }

    fn moment(since: Option<&str>) -> Moment<'static> {
        Moment {
            now: "2026-03-10T18:00:00Z".parse().unwrap(),
            since: since.map(|at| at.parse().unwrap()),
            cursor: None,
            dir: Path::new("."),
        }
    }

    fn read(settings: &Settings, ask: &Ask, body: &Value) -> Result<Parsed, ParseError> {
        settings.parse(ask, &fetch::Page { url: stack_exchange(), content_type: None, body: body.to_string().into() }, moment(None))
    }

    #[test]
    fn a_question_is_a_mention_without_what_it_quotes() {
        let settings = settings("query = \"acme\"\nsite = \"superuser.com\"");
        let item = json!({"question_id": 7, "title": "Acme&#39;s sync", "body": "<p>It is great.</p><blockquote><p>it is bad</p></blockquote><pre><code>x</code></pre>",
            "link": "https://superuser.com/q/7", "owner": {"display_name": "J&#246;rg", "link": "https://superuser.com/users/1/j"},
            "creation_date": 1_714_558_830, "last_edit_date": 1_714_558_900, "last_activity_date": 1_714_559_999});
        let parsed =
            read(&settings, &settings.asks(moment(None))[0], &json!({"items": [item, {"question_id": 8}], "has_more": false})).unwrap();
        let [mention] = parsed.mentions.as_slice() else { panic!("{parsed:?}") };
        assert_eq!((mention.title.as_deref(), mention.text.as_str()), (Some("Acme's sync"), "It is great."));
        assert_eq!(mention.own_id.as_deref(), Some("superuser/7"), "another site has a question of the same number");
        assert_eq!(mention.author.as_ref().unwrap().name, "Jörg");
        assert_eq!(mention.edited.unwrap().as_second(), 1_714_558_900);
        assert_eq!(parsed.refused.len(), 1);
    }

    #[test]
    fn pages_are_followed_as_long_as_there_are_more() {
        let settings = settings("tags = [\"acme\", \"sync\"]\nmax_pages = 2\nkey = \"k\"");
        let first = settings.asks(moment(Some("2026-02-01T13:00:00Z"))).remove(0);
        let Ask::Get(url) = &first else { panic!("{first:?}") };
        let query = "site=stackoverflow&sort=creation&order=desc&filter=withbody&pagesize=100&tagged=acme%3Bsync&fromdate=1769904000&key=k";
        assert_eq!(url.query(), Some(query));
        let more = json!({"items": [], "has_more": true, "quota_remaining": 290});
        let parsed = read(&settings, &first, &more).unwrap();
        assert_eq!(api::page_number(&parsed.next[0]), 2);
        let last = read(&settings, &parsed.next[0], &more).unwrap();
        assert!(last.next.is_empty() && last.partial.unwrap().contains("max_pages"));
    }

    #[test]
    fn the_api_is_left_alone_as_it_asks() {
        let settings = settings("query = \"acme\"");
        let pause = |answer: Value| read(&settings, &settings.asks(moment(None))[0], &answer).unwrap().pause.map(|pause| pause.as_secs());
        assert_eq!(pause(json!({"items": [], "quota_remaining": 290})), None);
        assert_eq!(pause(json!({"items": [], "backoff": 10, "quota_remaining": 290})), Some(10));
        assert_eq!(pause(json!({"items": [], "backoff": 10, "quota_remaining": 0})), Some(6 * 3600), "the count begins anew at midnight");
    }

    #[test]
    fn errors_say_what_to_do() {
        let settings = settings("query = \"acme\"");
        let answer = json!({"error_id": 502, "error_name": "throttle_violation", "error_message": "too many requests from this IP"});
        let error = read(&settings, &settings.asks(moment(None))[0], &answer).unwrap_err().to_string();
        assert!(error.contains("too many requests") && error.contains("`key`"), "{error}");
        for (keys, word) in [("site = \"superuser\"", "query"), ("query = \"a\"\nsite = \"https://superuser.com\"", "site")] {
            assert!(toml::from_str::<Settings>(keys).unwrap_err().message().contains(word), "{keys}");
        }
    }
}
