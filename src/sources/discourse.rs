//! Posts of a Discourse forum: the latest of all topics, or those that a search finds.
//!
//! A search shows excerpts only, so each post it finds is asked for by itself, once; which were is kept by the highest
//! number seen. What the answer holds tells what was asked. Quotes, previews of links and listings are left out.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::markup::plain_line;
use super::paging::Progress;
use super::terms::{self, Terms};
use super::{Ask, Moment, ParseError, Parsed, api, quotes};
use crate::fetch;
use crate::mention::{Author, Context, Mention, Reach};

/// A forum.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where it is.
    pub server: Url,
    /// The words to search for; without them every post is heard.
    pub query: Option<String>,
    /// Pages followed in one reading, some fifty posts each.
    #[serde(default = "usual_pages")]
    pub max_pages: u32,
}

fn usual_pages() -> u32 {
    20
}

pub(super) const TERMS: Terms = Terms { min_interval: Duration::from_secs(3), headers: &[("Accept", "application/json")], ..terms::USUAL };

/// What is not the author's own in a post.
const QUOTED: &str = "aside.quote, aside.onebox, blockquote, pre, .lightbox .meta";
/// What stands before the number that posts of a search were seen up to, and before a topic's title, in a fragment.
const AFTER: &str = "goodword-after=";
const TOPIC: &str = "goodword-topic=";

impl Settings {
    pub(super) fn asks(&self, moment: Moment<'_>) -> Vec<Ask> {
        vec![match &self.query {
            Some(query) => self.search(query, 1, heard(moment)),
            None => Ask::Get(api::at(&self.server, "/posts.json")),
        }]
    }

    fn search(&self, query: &str, page: u32, after: i64) -> Ask {
        let mut url = api::at(&self.server, "/search.json");
        url.query_pairs_mut().append_pair("q", &format!("{} order:latest", query.trim())).append_pair("page", &page.to_string());
        // Only later pages need to be told: the first starts from what was heard when it is read.
        url.set_fragment((page > 1).then(|| format!("{AFTER}{after}")).as_deref());
        Ask::Get(url)
    }

    fn host(&self) -> &str {
        self.server.host_str().unwrap_or_default()
    }

    pub(super) fn parse(&self, ask: &Ask, page: &fetch::Page, moment: Moment<'_>) -> Result<Parsed, ParseError> {
        let answer = api::read(page, self.host())?;
        if let Some(Value::Array(posts)) = answer.get("latest_posts") {
            return Ok(self.latest(ask, posts));
        }
        if answer.get("cooked").is_some() {
            return Ok(self.one(ask, &answer));
        }
        if answer.get("grouped_search_result").is_some() {
            return Ok(self.found(ask, &answer, moment));
        }
        let told = answer["errors"][0].as_str();
        Err(match told {
            Some(told) => ParseError::Instead(format!("`{}` gave no posts but an error: {told}; the forum may want a login", self.host())),
            None => api::instead(&answer, self.host(), "posts"),
        })
    }

    /// A page of the latest posts, and the way to older ones.
    fn latest(&self, ask: &Ask, posts: &[Value]) -> Parsed {
        let mut parsed = Parsed::default();
        for post in posts.iter().filter(|post| is_said(post)) {
            self.take(post, api::told(post, "topic_title"), &mut parsed);
        }
        let at = Progress::at(ask);
        let oldest = posts.iter().filter_map(|post| post.get("id")?.as_i64()).min().filter(|oldest| *oldest > 1);
        match oldest {
            None if at.page == 1 => {
                parsed.partial = Some(format!("`{}` shows no post; open it without logging in and see whether it does there", self.host()));
            }
            None => {}
            Some(_) if at.page >= self.max_pages.max(1) => {
                parsed.partial = Some(format!(
                    "there are more posts behind {} pages; raise `max_pages`, or set `since` to reach back less far",
                    at.page
                ));
            }
            Some(oldest) => {
                let mut url = api::at(&self.server, "/posts.json");
                url.query_pairs_mut().append_pair("before", &oldest.to_string());
                parsed.next.push(at.next(&url, posts.len()));
            }
        }
        parsed
    }

    /// What a search found: the posts to ask for.
    fn found(&self, ask: &Ask, answer: &Value, moment: Moment<'_>) -> Parsed {
        let after = fragment(ask, AFTER).and_then(|after| after.parse().ok()).unwrap_or_else(|| heard(moment));
        let hits: Vec<(i64, &Value)> =
            answer["posts"].as_array().into_iter().flatten().filter_map(|hit| Some((hit["id"].as_i64()?, hit))).collect();
        let is_wanted = |hit: &Value| {
            let written = api::date(hit, "created_at").map(|written| written.at);
            moment.since.zip(written).is_none_or(|(since, written)| written >= since)
        };
        let fresh: Vec<_> = hits.iter().copied().filter(|(id, hit)| *id > after && is_wanted(hit)).collect();
        let newest = hits.iter().map(|(id, _)| *id).max();
        let mut parsed = Parsed { cursor: Some(newest.unwrap_or_default().max(heard(moment)).to_string()), ..Parsed::default() };
        // Where nothing is new the newest is looked at again, so that a search that has gone blind is not taken for silence.
        let again = hits.iter().copied().filter(|(id, hit)| fresh.is_empty() && Some(*id) == newest && is_wanted(hit));
        parsed.next.extend(fresh.iter().copied().chain(again).map(|(id, hit)| Ask::Get(self.post(id, title_of(hit, answer)))));
        let number = api::page_number(ask);
        let more = answer["grouped_search_result"]["more_full_page_results"] == Value::Bool(true);
        if let Some(query) = self.query.as_ref().filter(|_| more && !fresh.is_empty() && fresh.len() == hits.len()) {
            if number < self.max_pages.max(1) {
                parsed.next.push(self.search(query, number.saturating_add(1), after));
            } else {
                parsed.partial = Some(format!("the search finds more behind {number} pages; make `query` narrower, or raise `max_pages`"));
            }
        }
        parsed
    }

    /// The address of one post, with the title that its answer will not tell.
    fn post(&self, id: i64, title: Option<&str>) -> Url {
        let mut url = api::at(&self.server, &format!("/posts/{id}.json"));
        let title: String = url::form_urlencoded::byte_serialize(title.unwrap_or_default().as_bytes()).collect();
        url.set_fragment((!title.is_empty()).then(|| format!("{TOPIC}{title}")).as_deref());
        url
    }

    /// A post asked for by itself.
    fn one(&self, ask: &Ask, post: &Value) -> Parsed {
        let mut parsed = Parsed::default();
        let title = fragment(ask, TOPIC)
            .and_then(|title| url::form_urlencoded::parse(format!("t={title}").as_bytes()).next().map(|(_, title)| title.into_owned()));
        if is_said(post) {
            self.take(post, title.as_deref().or(api::told(post, "topic_title")), &mut parsed);
        }
        parsed
    }

    fn take(&self, post: &Value, title: Option<&str>, parsed: &mut Parsed) {
        match self.mention(post, title) {
            Some(mention) => parsed.mentions.push(mention),
            None => parsed.refused.push(format!("post {} has no words of its own", api::id(post, "id").unwrap_or_default())),
        }
    }

    fn mention(&self, post: &Value, title: Option<&str>) -> Option<Mention> {
        let mut mention = Mention::new(quotes::text_without(api::told(post, "cooked")?, QUOTED))?;
        mention.title = title.and_then(plain_line);
        mention.own_id = api::id(post, "id");
        mention.url = post["topic_id"].as_i64().map(|topic| {
            let slug = api::told(post, "topic_slug").unwrap_or("-");
            api::at(&self.server, &format!("/t/{slug}/{topic}/{}", post["post_number"].as_i64().unwrap_or(1)))
        });
        let handle = api::told(post, "username");
        mention.author = match api::told(post, "name").and_then(Author::named) {
            Some(named) => Some(Author { handle: handle.map(str::to_owned), ..named }),
            None => handle.and_then(api::author),
        };
        mention.published = api::date(post, "created_at");
        mention.context = context(post);
        // Bookkeeping of the forum moves `updated_at`, too; only a change of the words makes a version.
        let is_edited = post["version"].as_i64().is_some_and(|version| version > 1);
        mention.edited = is_edited.then(|| api::edited(post, "updated_at", mention.published)).flatten();
        Some(mention)
    }
}

fn context(post: &Value) -> Context {
    let topic = api::id(post, "topic_id");
    // The forum counts likes as actions of the second kind.
    let likes = post["actions_summary"].as_array().map(|actions| {
        actions.iter().filter(|action| action["id"].as_i64() == Some(2)).find_map(|action| api::count(action, "count")).unwrap_or_default()
    });
    let parent = api::id(post, "reply_to_post_number").and_then(|number| Some(format!("{}/{number}", topic.as_deref()?)));
    Context {
        thread: topic,
        parent,
        reach: Reach { likes, replies: api::count(post, "reply_count"), shares: None, views: api::count(post, "reads") },
        ..Context::default()
    }
}

/// Up to which number the posts of a search were seen.
fn heard(moment: Moment<'_>) -> i64 {
    moment.cursor.and_then(|cursor| cursor.parse().ok()).unwrap_or_default()
}

/// What the fragment of an ask tells after some words.
fn fragment<'a>(ask: &'a Ask, words: &str) -> Option<&'a str> {
    let Ask::Get(url) = ask else { return None };
    url.fragment()?.strip_prefix(words)
}

/// Whether a post is what somebody says, and still stands.
fn is_said(post: &Value) -> bool {
    let is_usual = post["post_type"].as_i64().is_none_or(|kind| kind == 1);
    let is_gone = ["hidden", "user_deleted"].iter().any(|key| post[*key] == Value::Bool(true)) || post["deleted_at"].is_string();
    is_usual && !is_gone
}

/// The title of the topic that a hit stands in.
fn title_of<'a>(hit: &Value, answer: &'a Value) -> Option<&'a str> {
    let topics = answer["topics"].as_array()?;
    let topic = topics.iter().find(|topic| topic["id"].is_i64() && topic["id"] == hit["topic_id"])?;
    api::told(topic, "title")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::json;

    use super::*;

    fn settings(keys: &str) -> Settings {
        toml::from_str(&format!("server = \"https://forum.example/talk/\"\n{keys}")).unwrap()
    }

    fn moment(cursor: Option<&str>) -> Moment<'_> {
        Moment { now: jiff::Timestamp::UNIX_EPOCH, since: None, cursor, dir: Path::new(".") }
    }

    fn read(settings: &Settings, ask: &Ask, cursor: Option<&str>, body: &Value) -> Result<Parsed, ParseError> {
        let page = fetch::Page { url: settings.server.clone(), content_type: None, body: body.to_string().into() };
        settings.parse(ask, &page, moment(cursor))
    }

    fn asked(asks: &[Ask]) -> Vec<String> {
        let shown = |ask: &Ask| match ask {
            Ask::Get(url) => url.as_str().replace("https://forum.example/talk", ""),
            other => format!("{other:?}"),
        };
        asks.iter().map(shown).collect()
    }

    fn post(id: i64) -> Value {
        json!({"id": id, "name": "", "username": "ann", "created_at": "2026-02-03T10:00:00.000Z", "updated_at": "2026-02-03T11:00:00.000Z", "version": 1,
               "post_type": 1, "post_number": 2, "topic_id": 9, "topic_slug": "sync", "topic_title": "Sync &amp; more",
               "cooked": "<aside class=\"quote\" data-username=\"bob\"><div class=\"title\">bob:</div><blockquote><p>I love it</p></blockquote></aside>\n<p>I do not.</p>"})
    }

    #[test]
    fn a_post_is_heard_without_what_it_quotes() {
        let settings = settings("");
        let mut edited = post(12);
        edited["version"] = json!(2);
        let mut gone = post(13);
        gone["user_deleted"] = json!(true);
        let mut moved = post(14);
        moved["post_type"] = json!(3);
        let mut only_quotes = post(15);
        only_quotes["cooked"] = json!("<blockquote>I love it</blockquote>");
        let body = json!({"latest_posts": [only_quotes, moved, gone, edited, post(11)]});
        let parsed = read(&settings, &settings.asks(moment(None))[0], None, &body).unwrap();
        let [second, first] = parsed.mentions.as_slice() else { panic!("{parsed:?}") };
        assert_eq!((first.title.as_deref(), first.text.as_str()), (Some("Sync & more"), "I do not."));
        assert_eq!(first.url.as_ref().unwrap().as_str(), "https://forum.example/talk/t/sync/9/2");
        assert_eq!((first.author.as_ref().unwrap().name.as_str(), first.edited), ("ann", None));
        assert!(second.edited.is_some());
        assert_eq!(parsed.refused, ["post 15 has no words of its own"]);
    }

    #[test]
    fn older_posts_are_asked_for_until_enough() {
        let settings = settings("max_pages = 2");
        let first = settings.asks(moment(None)).remove(0);
        let parsed = read(&settings, &first, None, &json!({"latest_posts": [post(12), post(11)]})).unwrap();
        assert_eq!(asked(&parsed.next), ["/posts.json?before=11#goodword-page=2&seen=2"]);
        let last = read(&settings, &parsed.next[0], None, &json!({"latest_posts": [post(11), post(10)]})).unwrap();
        assert!(last.next.is_empty() && last.partial.unwrap().contains("max_pages"));
        assert!(read(&settings, &first, None, &json!({"latest_posts": []})).unwrap().partial.is_some(), "silence is told");
        let error =
            read(&settings, &first, None, &json!({"errors": ["You need to be logged in to do that."], "error_type": "not_logged_in"}));
        assert!(matches!(&error, Err(ParseError::Instead(told)) if told.contains("logged in")), "{error:?}");
    }

    #[test]
    fn a_search_leads_to_the_posts_not_seen_before() {
        let settings = settings("query = \"acme\"");
        let hit = |id: i64| json!({"id": id, "topic_id": 9, "created_at": "2026-02-03T10:00:00.000Z", "blurb": "… acme …"});
        let body = json!({"posts": [hit(30), hit(20)], "topics": [{"id": 9, "title": "Sync & more"}], "grouped_search_result": {"more_full_page_results": true}});
        let first = settings.asks(moment(None)).remove(0);
        assert_eq!(asked(std::slice::from_ref(&first)), ["/search.json?q=acme+order%3Alatest&page=1"]);
        let parsed = read(&settings, &first, None, &body).unwrap();
        assert_eq!(
            asked(&parsed.next),
            [
                "/posts/30.json#goodword-topic=Sync+%26+more",
                "/posts/20.json#goodword-topic=Sync+%26+more",
                "/search.json?q=acme+order%3Alatest&page=2#goodword-after=0"
            ]
        );
        assert_eq!(parsed.cursor.as_deref(), Some("30"));
        let older = read(&settings, &parsed.next[2], Some("30"), &body).unwrap();
        assert_eq!(older.next.len(), 3, "what the first page has shown is no bound for the second");
        let one = read(&settings, &parsed.next[0], Some("30"), &post(30)).unwrap();
        assert_eq!(one.mentions[0].title.as_deref(), Some("Sync & more"));
        let later = read(&settings, &first, Some("20"), &body).unwrap();
        assert_eq!(asked(&later.next), ["/posts/30.json#goodword-topic=Sync+%26+more"]);
        let nothing = read(&settings, &first, Some("30"), &body).unwrap();
        assert_eq!(asked(&nothing.next), ["/posts/30.json#goodword-topic=Sync+%26+more"], "the newest is looked at again");
    }
}
