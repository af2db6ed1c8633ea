//! Posts of X of the last seven days that a search finds, by its paid API.
//!
//! Each post that is shown is paid for, so a round asks for nothing that it has seen: it starts behind the newest post of the
//! one before. An id tells when its post was written.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::paging::Progress;
use super::terms::Terms;
use super::{Ask, Moment, ParseError, Parsed, api};
use crate::fetch;
use crate::mention::{Author, Context, Lang, Mention, Published, Reach};
use crate::text::html_to_text;

/// A search of X.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Keys")]
pub struct Settings {
    query: String,
    max_pages: u32,
    endpoint: Url,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    /// In X's own words: `"acme desk" -from:acme lang:en`.
    query: String,
    /// Pages followed in one reading, a hundred posts each.
    #[serde(default = "usual_pages")]
    max_pages: u32,
    #[serde(default = "x")]
    endpoint: Url,
}

fn usual_pages() -> u32 {
    5
}

fn x() -> Url {
    Url::parse("https://api.x.com").expect("it is a constant, and an address")
}

impl TryFrom<Keys> for Settings {
    type Error = String;

    fn try_from(keys: Keys) -> Result<Self, String> {
        let query = keys.query.trim();
        if query.is_empty() {
            return Err("`query` is empty; write for example `query = \"\\\"acme desk\\\" -from:acme\"`".to_owned());
        }
        // What is only passed on says nothing of its own, and is paid for all the same.
        let query = if query.contains("is:retweet") { query.to_owned() } else { format!("{query} -is:retweet") };
        Ok(Self { query, max_pages: keys.max_pages.max(1), endpoint: keys.endpoint })
    }
}

const SITE: &str = "X";
pub(super) const TERMS: Terms = Terms {
    min_interval: Duration::from_secs(2),
    headers: &[("Authorization", "Bearer {secret}")],
    needs_key: Some("X's API is paid: buy access at developer.x.com and take the bearer token of your application"),
};
/// What to do when X refuses.
pub(super) const REMEDY: &str = "X's API is paid: see at developer.x.com whether your plan includes the search, what is left of it, and \
     whether the bearer token is still good";
/// The search shows the last seven days; an hour is left for clocks that differ.
const SHOWN: SignedDuration = SignedDuration::from_hours(7 * 24 - 1);
/// The millisecond that ids count from.
const EPOCH: i64 = 1_288_834_974_657;

impl Settings {
    pub(super) fn asks(&self, moment: Moment<'_>) -> Vec<Ask> {
        let mut url = api::at(&self.endpoint, "/2/tweets/search/recent");
        let earliest = moment.now.checked_sub(SHOWN).unwrap_or(moment.now);
        let mut pairs = url.query_pairs_mut();
        pairs.append_pair("query", &self.query).append_pair("max_results", "100").append_pair("sort_order", "recency");
        pairs.append_pair(
            "tweet.fields",
            "author_id,conversation_id,created_at,edit_history_tweet_ids,geo,lang,note_tweet,public_metrics,referenced_tweets",
        );
        pairs.append_pair("expansions", "author_id,geo.place_id").append_pair("user.fields", "name,username");
        pairs.append_pair("place.fields", "country_code");
        let heard = moment.cursor.filter(|newest| written(newest).is_some_and(|written| written > earliest));
        if let Some(newest) = heard {
            pairs.append_pair("since_id", newest);
        } else if let Some(since) = moment.since.filter(|since| *since > earliest) {
            // The hour alone, so that the address of a first round stays the same.
            let hour = Timestamp::from_second(since.as_second().div_euclid(3600) * 3600).unwrap_or(since);
            pairs.append_pair("start_time", &hour.to_string());
        }
        drop(pairs);
        vec![Ask::Get(url)]
    }

    pub(super) fn parse(&self, ask: &Ask, page: &fetch::Page, moment: Moment<'_>) -> Result<Parsed, ParseError> {
        let answer = api::read(page, SITE)?;
        let none = Vec::new();
        let posts = match (answer.get("data"), answer.pointer("/meta/result_count").and_then(Value::as_u64)) {
            (Some(Value::Array(posts)), _) => posts,
            (None, Some(0)) => &none,
            _ => return Err(api::instead(&answer, SITE, "posts")),
        };
        let mut parsed = Parsed::default();
        for post in posts {
            match mention(post, &answer["includes"]) {
                Some(mention) => parsed.mentions.push(mention),
                None => parsed.refused.push(format!("post `{}` has no words", api::id(post, "id").unwrap_or_default())),
            }
        }
        let newest = posts.iter().filter_map(|post| api::id(post, "id")?.parse::<u64>().ok()).max();
        let heard = moment.cursor.and_then(|cursor| cursor.parse().ok());
        parsed.cursor = newest.max(heard).map(|newest| newest.to_string());
        let at = Progress::at(ask);
        self.go_on(ask, at, &answer, posts.len(), &mut parsed);
        if at.page == 1 && api::asked(ask, "since_id").is_none() && moment.cursor.is_some() {
            parsed.partial = Some("the last round is more than a week ago, and X shows seven days only; ask more often".to_owned());
        }
        super::name_some(&mut parsed.refused);
        Ok(parsed)
    }

    fn go_on(&self, ask: &Ask, at: Progress, answer: &Value, here: usize, parsed: &mut Parsed) {
        let Some(token) = answer.get("meta").and_then(|meta| api::told(meta, "next_token")) else { return };
        match api::asking(ask, "next_token", token) {
            Some(Ask::Get(url)) if at.page < self.max_pages => parsed.next.push(at.next(&url, here)),
            _ => {
                parsed.partial = Some(format!(
                    "there are more posts behind {} pages; make `query` narrower, ask more often, or raise `max_pages`",
                    at.page
                ));
            }
        }
    }
}

/// When a post was written, by its id.
fn written(id: &str) -> Option<Timestamp> {
    let id: i64 = id.parse().ok()?;
    Timestamp::from_millisecond((id >> 22) + EPOCH).ok()
}

/// The one of a list beside the posts whose id is this.
fn included<'a>(list: &'a Value, id: &Value) -> Option<&'a Value> {
    list.as_array()?.iter().find(|one| one["id"].is_string() && one["id"] == *id)
}

fn mention(post: &Value, includes: &Value) -> Option<Mention> {
    let id = api::id(post, "id")?;
    let whole = post.pointer("/note_tweet/text").and_then(Value::as_str).or_else(|| api::told(post, "text"))?;
    let mut mention = Mention::new(html_to_text(whole))?;
    let person = included(&includes["users"], &post["author_id"]);
    let handle = person.and_then(|person| api::told(person, "username"));
    mention.author = person.and_then(|person| api::told(person, "name")).or(handle).and_then(Author::named).map(|named| {
        let handle = handle.map(|handle| format!("@{handle}"));
        Author { handle, ..named }
    });
    mention.url = Url::parse(&format!("https://x.com/{}/status/{id}", handle.unwrap_or("i"))).ok();
    mention.published = api::date(post, "created_at");
    // A post that was changed comes under an id of its own; it is the same post still.
    let versions: Vec<&str> = post["edit_history_tweet_ids"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let first = versions.iter().copied().min_by_key(|version| (version.len(), *version)).map(str::to_owned);
    if let Some(first) = first.as_deref().filter(|first| *first != id) {
        mention.edited = written(&id);
        mention.published = written(first).map(Published::instant).or(mention.published);
    }
    // `und` and the like are no languages.
    mention.lang = api::told(post, "lang").filter(|lang| lang.len() == 2).and_then(Lang::parse);
    let answered = post["referenced_tweets"].as_array().into_iter().flatten().find(|other| other["type"] == "replied_to");
    let metrics = &post["public_metrics"];
    let shares = [api::count(metrics, "retweet_count"), api::count(metrics, "quote_count")];
    let place = included(&includes["places"], &post["geo"]["place_id"]);
    mention.context = Context {
        region: place.and_then(|place| api::told(place, "country_code")).map(str::to_owned),
        thread: api::id(post, "conversation_id"),
        parent: answered.and_then(|other| api::id(other, "id")),
        reach: Reach {
            likes: api::count(metrics, "like_count"),
            replies: api::count(metrics, "reply_count"),
            shares: shares.into_iter().flatten().reduce(u64::saturating_add),
            views: api::count(metrics, "impression_count").filter(|views| *views > 0),
        },
        ..Context::default()
    };
    mention.own_id = Some(first.unwrap_or(id));
    Some(mention)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::json;

    use super::*;

    fn settings(keys: &str) -> Result<Settings, String> {
        toml::from_str(keys).map_err(|error| error.message().to_owned())
    }

    fn moment(cursor: Option<&str>) -> Moment<'_> {
        Moment { now: "2026-03-01T12:00:00Z".parse().unwrap(), since: None, cursor, dir: Path::new(".") }
    }

    /// An id of a post that was written so many hours before.
    fn id(hours: i64) -> String {
        let at = moment(None).now.as_millisecond() - hours * 3_600_000;
        ((at - EPOCH) << 22).to_string()
    }

    #[test]
    fn a_round_asks_for_what_is_newer_than_the_last_saw() {
        let settings = settings("query = 'acme'").unwrap();
        let asked = |cursor: Option<&str>| settings.asks(moment(cursor)).remove(0);
        let newest = id(5);
        assert_eq!(api::asked(&asked(Some(&newest)), "since_id"), Some(newest));
        assert_eq!(api::asked(&asked(Some(&id(200))), "since_id"), None, "the search shows seven days");
        assert_eq!(api::asked(&asked(None), "query").as_deref(), Some("acme -is:retweet"));
    }

    #[test]
    fn a_post_is_a_mention_with_its_reach() {
        let body = json!({"data": [{"id": id(1), "text": "Acme &amp; me", "author_id": "7", "geo": {"place_id": "p"}, "created_at": "2026-03-01T11:00:00.000Z", "lang": "und",
            "conversation_id": "5", "referenced_tweets": [{"type": "replied_to", "id": "6"}],
            "public_metrics": {"retweet_count": 2, "quote_count": 1, "like_count": 9, "reply_count": 4, "impression_count": 800}}],
            "includes": {"users": [{"id": "7", "name": "Ann Lee", "username": "ann"}], "places": [{"id": "p", "country_code": "DE"}]},
            "meta": {"result_count": 1, "next_token": "n"}});
        let settings = settings("query = 'acme'\nmax_pages = 1").unwrap();
        let page = fetch::Page { url: x(), content_type: None, body: body.to_string().into() };
        let parsed = settings.parse(&settings.asks(moment(None))[0], &page, moment(None)).unwrap();
        let mention = &parsed.mentions[0];
        assert_eq!((mention.text.as_str(), mention.lang.as_ref()), ("Acme & me", None));
        assert_eq!(mention.url.as_ref().unwrap().as_str(), format!("https://x.com/ann/status/{}", id(1)));
        let reach = Reach { likes: Some(9), replies: Some(4), shares: Some(3), views: Some(800) };
        assert_eq!((mention.context.reach, mention.context.parent.as_deref()), (reach, Some("6")));
        assert_eq!(mention.context.region.as_deref(), Some("DE"));
        assert_eq!(parsed.cursor, Some(id(1)));
        assert!(parsed.next.is_empty() && parsed.partial.unwrap().contains("max_pages"));
    }

    #[test]
    fn a_post_that_was_changed_is_the_same_post() {
        let body = json!({"data": [{"id": id(1), "text": "Acme is fine", "edit_history_tweet_ids": [id(2), id(1)], "created_at": "2026-03-01T10:00:00.000Z"}],
            "meta": {"result_count": 1}});
        let settings = settings("query = 'acme'").unwrap();
        let page = fetch::Page { url: x(), content_type: None, body: body.to_string().into() };
        let mention = settings.parse(&settings.asks(moment(None))[0], &page, moment(None)).unwrap().mentions.remove(0);
        assert_eq!(mention.own_id, Some(id(2)));
        assert_eq!(mention.url.unwrap().as_str(), format!("https://x.com/i/status/{}", id(1)));
        assert_eq!(mention.edited.unwrap().to_string(), "2026-03-01T11:00:00Z");
        assert_eq!(mention.published.unwrap().at.to_string(), "2026-03-01T10:00:00Z");
    }

    #[test]
    fn a_week_of_silence_is_told() {
        let settings = settings("query = 'acme'").unwrap();
        let old = id(300);
        let page = fetch::Page { url: x(), content_type: None, body: b"{\"meta\":{\"result_count\":0}}".to_vec() };
        let parsed = settings.parse(&settings.asks(moment(Some(&old)))[0], &page, moment(Some(&old))).unwrap();
        assert!(parsed.partial.unwrap().contains("more than a week"));
        assert_eq!(parsed.cursor, Some(old));
    }

    #[test]
    fn an_empty_query_is_told() {
        assert!(settings("query = ' '").unwrap_err().contains("`query` is empty"));
    }
}
