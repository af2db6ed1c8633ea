//! Posts and comments of Reddit: by the private feed of an account, or by the API for those whom Reddit has approved.
//!
//! Anonymous programs are not answered any more. A post goes by its full name (`t3_…`, a comment `t1_…`), in the feed as in the API,
//! so that what both show is one mention.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::paging::Progress;
use super::terms::{self, Terms};
use super::{Ask, Grant, ParseError, Parsed, Secret, api, dates, feed, markdown};
use crate::fetch;
use crate::mention::{Author, Context, Mention, Reach};

/// What to listen to at Reddit.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Keys")]
pub struct Settings {
    what: What,
    endpoint: Option<Url>,
}

#[derive(Clone, Debug)]
enum What {
    /// The address of a private feed, which is a secret.
    Feed(Url),
    /// What the API shows.
    Api { subreddits: Vec<String>, query: Option<String>, comments: bool, max_pages: u32 },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    feed: Option<String>,
    #[serde(default)]
    subreddits: Vec<String>,
    query: Option<String>,
    #[serde(default = "yes")]
    comments: bool,
    #[serde(default = "usual_pages")]
    max_pages: u32,
    endpoint: Option<Url>,
}

fn yes() -> bool {
    true
}

fn usual_pages() -> u32 {
    10
}

const SITE: &str = "Reddit";
const PAGE: &str = "100";
const OWN_FEED: &str = "log in at reddit.com, open the page of RSS feeds in the preferences, and copy the address of the feed you want: it \
     holds `feed=` and `user=`";
/// What to do when Reddit refuses.
pub(super) const REMEDY: &str = "Reddit answers no anonymous program any more (its `.json` pages say 403); use the private feed of an \
     account (`feed = \"…\"`, from the page of RSS feeds in its preferences), or a token of an application that Reddit has approved";

/// What Reddit asks of those who read its feeds.
const OF_FEEDS: Terms = Terms { min_interval: Duration::from_secs(60), ..terms::USUAL };
/// A hundred requests a minute are allowed.
const OF_API: Terms = Terms {
    min_interval: Duration::from_secs(1),
    headers: &[("Authorization", "Bearer {secret}")],
    needs_key: Some(
        "apply for access at Reddit (developers.reddit.com), and put id and secret of the approved application there as JSON (docs/sources.md)",
    ),
};

impl TryFrom<Keys> for Settings {
    type Error = String;

    fn try_from(keys: Keys) -> Result<Self, String> {
        let query = keys.query.filter(|query| !query.trim().is_empty());
        let subreddits: Vec<String> = keys.subreddits.iter().map(|name| subreddit(name)).collect::<Result<_, _>>()?;
        let what = match (keys.feed, subreddits.is_empty() && query.is_none()) {
            (Some(feed), true) => What::Feed(private_feed(&feed)?),
            (Some(_), false) => return Err("`feed` stands alone; leave `query` and `subreddits` to a source that has a token".to_owned()),
            (None, true) => return Err(format!("nothing to listen to; write `feed = \"…\"`: {OWN_FEED}")),
            (None, false) => What::Api { subreddits, query, comments: keys.comments, max_pages: keys.max_pages.max(1) },
        };
        Ok(Self { what, endpoint: keys.endpoint })
    }
}

/// The name of a subreddit, given as such, with `r/`, or as its address.
fn subreddit(given: &str) -> Result<String, String> {
    let name = given.rsplit_once("r/").map_or(given, |(_, name)| name).trim_matches('/').trim();
    let fits = !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    fits.then(|| name.to_owned()).ok_or_else(|| format!("`subreddits`: `{given}` is none; write what follows `r/` in its address"))
}

fn private_feed(given: &str) -> Result<Url, String> {
    let wrong = |why: &str| format!("`feed` {why}; {OWN_FEED}");
    let url = Url::parse(given).map_err(|_| wrong("is no address"))?;
    if url.path().trim_end_matches('/').ends_with(".json") {
        return Err(wrong("is a `.json` page, which Reddit no longer shows to programs (403)"));
    }
    let has = |name: &str| url.query_pairs().any(|(key, value)| key == name && !value.is_empty());
    if !has("feed") || !has("user") {
        return Err(wrong("is no private feed"));
    }
    Ok(url)
}

impl Settings {
    pub(super) fn terms(&self) -> Terms {
        match self.what {
            What::Feed(_) => OF_FEEDS,
            What::Api { .. } => OF_API,
        }
    }

    /// What the secret of an approved application is traded for.
    pub(super) fn grant(&self, secret: &Secret) -> Result<Option<Grant>, String> {
        // Tokens are handed out elsewhere than the API stands.
        let tokens = || Url::parse("https://www.reddit.com").expect("it is a constant, and an address");
        match self.what {
            What::Feed(_) => Ok(None),
            What::Api { .. } => {
                let at = api::at(&self.endpoint.clone().unwrap_or_else(tokens), "/api/v1/access_token");
                Grant::reddit(secret.reveal(), at)
            }
        }
    }

    pub(super) fn asks(&self) -> Vec<Ask> {
        match &self.what {
            What::Feed(feed) => vec![Ask::Get(self.moved(feed))],
            What::Api { subreddits, query, comments, .. } => {
                let everywhere = subreddits.is_empty().then(|| self.posts(None, query.as_deref()));
                let of_each = subreddits.iter().flat_map(|name| {
                    let said = comments.then(|| self.list(&format!("/r/{name}/comments"), &[]));
                    [Some(self.posts(Some(name), query.as_deref())), said]
                });
                everywhere.into_iter().chain(of_each.flatten()).collect()
            }
        }
    }

    /// A feed's address, at another host if one is set.
    fn moved(&self, feed: &Url) -> Url {
        let Some(endpoint) = &self.endpoint else { return feed.clone() };
        let mut moved = api::at(endpoint, feed.path());
        moved.set_query(feed.query());
        moved
    }

    fn posts(&self, subreddit: Option<&str>, query: Option<&str>) -> Ask {
        let place = subreddit.map_or_else(String::new, |name| format!("/r/{name}"));
        match query {
            Some(query) if subreddit.is_some() => {
                self.list(&format!("{place}/search"), &[("q", query), ("restrict_sr", "1"), ("sort", "new")])
            }
            Some(query) => self.list("/search", &[("q", query), ("sort", "new")]),
            None => self.list(&format!("{place}/new"), &[]),
        }
    }

    fn list(&self, path: &str, pairs: &[(&str, &str)]) -> Ask {
        let usual = || Url::parse("https://oauth.reddit.com").expect("it is a constant, and an address");
        let mut url = api::at(&self.endpoint.clone().unwrap_or_else(usual), path);
        url.query_pairs_mut().extend_pairs(pairs).append_pair("limit", PAGE).append_pair("raw_json", "1");
        Ask::Get(url)
    }

    pub(super) fn parse(&self, ask: &Ask, page: &fetch::Page) -> Result<Parsed, ParseError> {
        match &self.what {
            What::Feed(_) => of_feed(page),
            What::Api { query, max_pages, .. } => of_api(ask, page, query.as_deref(), *max_pages),
        }
    }
}

fn of_feed(page: &fetch::Page) -> Result<Parsed, ParseError> {
    let mut parsed = match feed::parse(page) {
        Err(ParseError::Instead(what)) => return Err(ParseError::Instead(format!("{what}; {REMEDY}"))),
        parsed => parsed?,
    };
    parsed.mentions = parsed.mentions.into_iter().filter_map(entry).collect();
    Ok(parsed)
}

/// The post or comment in an entry of a feed.
fn entry(entry: Mention) -> Option<Mention> {
    let handle = entry.author.as_ref().map(|author| author.name.trim_start_matches("/u/").to_owned());
    // The feed puts who wrote it, and two links, under each text.
    let text = match entry.text.rsplit_once("submitted by") {
        Some((text, tail)) if tail.contains("[link]") => text.trim().to_owned(),
        _ => entry.text.clone(),
    };
    let title = entry.title.as_deref().map(|title| match title.split_once(" on ") {
        Some((who, title)) if who.starts_with("/u/") => title.to_owned(),
        _ => title.to_owned(),
    });
    let said = Mention::new(if text.is_empty() { title.clone()? } else { text })?;
    let title = title.filter(|title| *title != said.text);
    let author = handle.as_deref().and_then(api::author);
    Some(Mention { text: said.text, title, author, ..entry })
}

fn of_api(ask: &Ask, page: &fetch::Page, query: Option<&str>, max_pages: u32) -> Result<Parsed, ParseError> {
    let answer = match api::read(page, SITE) {
        Err(ParseError::Instead(what)) => return Err(ParseError::Instead(format!("{what}; {REMEDY}"))),
        answer => answer?,
    };
    let Some(Value::Array(children)) = answer.pointer("/data/children") else { return Err(api::instead(&answer, SITE, "posts")) };
    let mut parsed = Parsed::default();
    for child in children {
        let thing = &child["data"];
        let is_gone = ["[deleted]", "[removed]"].iter().any(|gone| thing["selftext"] == **gone || thing["body"] == **gone);
        if is_gone || (child["kind"] == "t1" && !holds(thing, query)) {
            continue;
        }
        match mention(thing) {
            Some(mention) => parsed.mentions.push(mention),
            None => parsed.refused.push(format!("`{}` has no words", api::told(thing, "name").unwrap_or("a post"))),
        }
    }
    let at = Progress::at(ask);
    if let Some(after) = answer.pointer("/data/after").and_then(Value::as_str) {
        match api::asking(ask, "after", after) {
            Some(Ask::Get(url)) if at.page < max_pages => parsed.next.push(at.next(&url, children.len())),
            _ => {
                parsed.partial =
                    Some(format!("there is more behind {} pages; raise `max_pages`, or set `since` to reach back less far", at.page))
            }
        }
    }
    super::name_some(&mut parsed.refused);
    Ok(parsed)
}

/// Whether a comment holds the words that posts are searched for: comments cannot be searched.
fn holds(comment: &Value, query: Option<&str>) -> bool {
    let Some(query) = query else { return true };
    let body = comment["body"].as_str().unwrap_or_default().to_lowercase();
    query.to_lowercase().split_whitespace().all(|word| body.contains(word.trim_matches('"')))
}

/// A post or comment; none if it says nothing.
fn mention(thing: &Value) -> Option<Mention> {
    let title = api::told(thing, "title").map(str::to_owned);
    let text = api::told(thing, "selftext").or_else(|| api::told(thing, "body")).map(markdown::to_text).filter(|text| !text.is_empty());
    let mut mention = Mention::new(text.or_else(|| title.clone())?)?;
    let above = api::told(thing, "link_title").map(str::to_owned);
    mention.title = title.or(above).filter(|title| *title != mention.text);
    mention.own_id = Some(api::told(thing, "name")?.to_owned());
    mention.url = api::told(thing, "permalink").and_then(|path| Url::parse("https://www.reddit.com").ok()?.join(path).ok());
    mention.author = api::told(thing, "author").and_then(|name| Author::named(name).and_then(|named| api::author(&named.name)));
    mention.published = seconds(thing, "created_utc");
    mention.edited = seconds(thing, "edited").map(|edited| edited.at);
    mention.context = Context {
        thread: api::told(thing, "link_id").or_else(|| api::told(thing, "name")).map(str::to_owned),
        parent: api::told(thing, "parent_id").map(str::to_owned),
        reach: Reach {
            likes: api::count(thing, "score"),
            replies: api::count(thing, "num_comments"),
            shares: api::count(thing, "num_crossposts"),
            views: None,
        },
        ..Context::default()
    };
    Some(mention)
}

/// A date in seconds with a fraction, or `false` where there is none.
fn seconds(thing: &Value, key: &str) -> Option<crate::mention::Published> {
    thing.get(key)?.as_f64().filter(|seconds| *seconds > 0.0).and_then(|seconds| dates::epoch(seconds as i64))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const FEED: &str = "https://www.reddit.com/r/acme/new/.rss?feed=abc&user=ann";

    fn settings(keys: &str) -> Result<Settings, String> {
        toml::from_str(keys).map_err(|error| error.message().to_owned())
    }

    fn read(settings: &Settings, ask: &Ask, body: &str) -> Result<Parsed, ParseError> {
        settings.parse(ask, &fetch::Page { url: Url::parse(FEED).unwrap(), content_type: None, body: body.into() })
    }

    fn asked(keys: &str) -> Vec<String> {
        settings(keys).unwrap().asks().iter().map(|ask| ask.url().unwrap().to_string()).collect()
    }

    #[test]
    fn wrong_settings_are_told_with_what_to_write() {
        for (keys, said) in [
            ("", "page of RSS feeds"),
            ("feed = \"https://www.reddit.com/r/acme/.rss\"", "no private feed"),
            ("feed = \"https://www.reddit.com/r/acme.json?feed=a&user=b\"", "403"),
            ("subreddits = [\"a b\"]", "what follows `r/`"),
            ("feed = \"https://www.reddit.com/.rss?feed=a&user=b\"\nquery = \"x\"", "stands alone"),
        ] {
            let error = settings(keys).unwrap_err();
            assert!(error.contains(said), "{keys}: {error}");
        }
    }

    #[test]
    fn a_subreddit_is_asked_for_posts_and_comments() {
        assert_eq!(
            asked("subreddits = [\"r/acme\"]\nquery = \"acme desk\""),
            [
                "https://oauth.reddit.com/r/acme/search?q=acme+desk&restrict_sr=1&sort=new&limit=100&raw_json=1",
                "https://oauth.reddit.com/r/acme/comments?limit=100&raw_json=1"
            ]
        );
        assert_eq!(asked("query = \"acme\""), ["https://oauth.reddit.com/search?q=acme&sort=new&limit=100&raw_json=1"]);
        assert_eq!(asked(&format!("feed = \"{FEED}\"")), [FEED]);
    }

    #[test]
    fn posts_and_comments_are_mentions_and_pages_lead_on() {
        let settings = settings("subreddits = [\"acme\"]\nquery = \"acme\"\nmax_pages = 2").unwrap();
        let body = json!({"kind": "Listing", "data": {"after": "t1_c1", "children": [
            {"kind": "t3", "data": {"name": "t3_p1", "title": "Acme?", "selftext": "It is *great*.", "author": "ann", "score": 12,
                "num_comments": 3, "created_utc": 1_772_359_200.0, "edited": false, "permalink": "/r/acme/comments/p1/acme/"}},
            {"kind": "t1", "data": {"name": "t1_c1", "link_id": "t3_p1", "link_title": "Acme?", "parent_id": "t3_p1", "author": "bob",
                "body": "Acme crashes", "score": -3, "created_utc": 1_772_359_260.0, "edited": 1_772_359_300.0, "permalink": "/r/acme/comments/p1/acme/c1/"}},
            {"kind": "t1", "data": {"name": "t1_c2", "body": "Lunch", "author": "cy", "created_utc": 1.0}},
            {"kind": "t3", "data": {"name": "t3_p2", "title": "Gone", "selftext": "[removed]", "author": "[deleted]"}},
        ]}});
        let first = settings.asks().remove(0);
        let parsed = read(&settings, &first, &body.to_string()).unwrap();
        let ids: Vec<_> = parsed.mentions.iter().filter_map(|mention| mention.own_id.as_deref()).collect();
        assert_eq!(ids, ["t3_p1", "t1_c1"]);
        let comment = &parsed.mentions[1];
        assert_eq!(
            (comment.title.as_deref(), comment.context.parent.as_deref(), comment.context.reach.likes),
            (Some("Acme?"), Some("t3_p1"), Some(0))
        );
        assert_eq!(comment.edited.unwrap().as_second(), 1_772_359_300);
        assert_eq!(api::asked(&parsed.next[0], "after").as_deref(), Some("t1_c1"));
        let last = read(&settings, &parsed.next[0], &body.to_string()).unwrap();
        assert!(last.next.is_empty() && last.partial.unwrap().contains("max_pages"));
    }

    #[test]
    fn an_entry_of_a_feed_is_what_its_author_wrote() {
        let body = "<feed xmlns='http://www.w3.org/2005/Atom'><entry><author><name>/u/ann</name></author><id>t1_c1</id>\
            <title>/u/ann on Acme?</title><link href='https://www.reddit.com/r/acme/comments/p1/acme/c1/'/><updated>2026-03-01T10:00:00Z</updated>\
            <content type='html'>&lt;p&gt;It is great&lt;/p&gt; submitted by &lt;a&gt;/u/ann&lt;/a&gt; &lt;a href='x'&gt;[link]&lt;/a&gt; [comments]</content></entry></feed>";
        let settings = settings(&format!("feed = \"{FEED}\"")).unwrap();
        let mention = read(&settings, &settings.asks()[0], body).unwrap().mentions.remove(0);
        assert_eq!(
            (mention.title.as_deref(), mention.text.as_str(), mention.own_id.as_deref()),
            (Some("Acme?"), "It is great", Some("t1_c1"))
        );
        assert_eq!(mention.author.unwrap().handle.as_deref(), Some("ann"));
        let refused = read(&settings, &settings.asks()[0], "<!doctype html><html><title>Blocked</title></html>").unwrap_err();
        assert!(refused.to_string().contains("private feed"), "{refused}");
    }
}
