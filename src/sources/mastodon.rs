//! Public posts with a hashtag, as one Mastodon server shows them.
//!
//! Ids differ from server to server, so a post goes by its `uri`; a boost is the post it wraps. Pages lead back in time by
//! the id of their last post. A server that shows nothing to strangers may answer with an empty list.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::paging::Progress;
use super::terms::{self, Terms};
use super::{Ask, ParseError, Parsed, api, quotes};
use crate::fetch;
use crate::mention::{Author, Context, Lang, Mention, Reach};
use crate::text::html_to_text;

/// The posts with any of some hashtags.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Keys")]
pub struct Settings {
    server: Url,
    tags: Vec<String>,
    max_pages: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    /// The server that is asked.
    #[serde(default = "largest_server")]
    server: Url,
    /// With or without `#`.
    tags: Vec<String>,
    /// Pages followed in one reading, forty posts each.
    #[serde(default = "usual_pages")]
    max_pages: u32,
}

fn largest_server() -> Url {
    Url::parse("https://mastodon.social").expect("it is a constant, and an address")
}

fn usual_pages() -> u32 {
    50
}

/// No server shows more at once.
const PAGE: &str = "40";
/// A server allows an address 300 requests in five minutes.
pub(super) const TERMS: Terms =
    Terms { min_interval: Duration::from_secs(2), headers: &[("Authorization", "Bearer {secret}")], ..terms::USUAL };

impl TryFrom<Keys> for Settings {
    type Error = String;

    fn try_from(keys: Keys) -> Result<Self, String> {
        let tags: Vec<String> = keys.tags.iter().map(|tag| tag.trim().trim_start_matches(['#', '＃']).to_owned()).collect();
        let is_tag = |tag: &String| !tag.is_empty() && tag.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '·'));
        if let Some(wrong) = tags.iter().find(|tag| !is_tag(tag)) {
            return Err(format!(
                "`tags`: `{wrong}` is no hashtag; hashtags have letters, digits and `_`, for example `tags = [\"acmedesk\"]`"
            ));
        }
        match tags.is_empty() {
            true => Err("`tags` is empty; write for example `tags = [\"acmedesk\"]`".to_owned()),
            false => Ok(Self { server: keys.server, tags, max_pages: keys.max_pages.max(1) }),
        }
    }
}

impl Settings {
    pub(super) fn server(&self) -> &Url {
        &self.server
    }

    pub(super) fn asks(&self) -> Vec<Ask> {
        vec![Ask::Get(self.page(None))]
    }

    /// The posts older than one.
    fn page(&self, before: Option<&str>) -> Url {
        let mut url = self.server.clone();
        let (first, others) = self.tags.split_first().map_or(("", &[][..]), |(first, others)| (first.as_str(), others));
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(["api", "v1", "timelines", "tag", first]);
        }
        let mut pairs = url.query_pairs_mut();
        pairs.append_pair("limit", PAGE).extend_pairs(others.iter().map(|tag| ("any[]", tag)));
        if let Some(before) = before {
            pairs.append_pair("max_id", before);
        }
        drop(pairs);
        url
    }

    fn host(&self) -> &str {
        self.server.host_str().unwrap_or_default()
    }

    pub(super) fn parse(&self, ask: &Ask, page: &fetch::Page) -> Result<Parsed, ParseError> {
        let answer = api::read(page, self.host())?;
        let Value::Array(posts) = &answer else {
            return Err(api::instead(&answer, self.host(), "posts"));
        };
        let mut parsed = Parsed::default();
        for (number, post) in posts.iter().enumerate() {
            // A boost says nothing of its own.
            let post = post.get("reblog").filter(|boosted| boosted.is_object()).unwrap_or(post);
            match self.mention(post) {
                Some(mention) if parsed.mentions.iter().any(|known| known.own_id == mention.own_id) => {}
                Some(mention) => parsed.mentions.push(mention),
                None => parsed.refused.push(format!("post {} has no words", number + 1)),
            }
        }
        let at = Progress::at(ask);
        match posts.last().and_then(|last| api::id(last, "id")) {
            Some(_) if at.page >= self.max_pages => {
                parsed.partial = Some(format!(
                    "there are more posts behind {} pages; raise `max_pages`, or set `since` to reach back less far",
                    at.page
                ));
            }
            Some(last) => parsed.next.push(at.next(&self.page(Some(&last)), posts.len())),
            None if posts.is_empty() && at.page == 1 => parsed.partial = Some(self.silence()),
            None => {}
        }
        Ok(parsed)
    }

    fn silence(&self) -> String {
        format!(
            "`{}` shows no post with #{}: either there is none yet, or it shows posts only to its members; open `{}` without logging in, and \
             give the source a `secret` with the token of an account there if that shows posts",
            self.host(),
            self.tags.join(" #"),
            self.server.join(&format!("/tags/{}", self.tags.first().map_or("", String::as_str))).unwrap_or_else(|_| self.server.clone())
        )
    }

    fn mention(&self, post: &Value) -> Option<Mention> {
        let warning = api::told(post, "spoiler_text").map(html_to_text).filter(|warning| !warning.is_empty());
        // What stands in for a quoted post on servers that do not show quotes.
        let text = quotes::text_without(api::told(post, "content").unwrap_or_default(), "blockquote, .quote-inline");
        let text = Some(text).filter(|text| !text.is_empty());
        let mut mention = Mention::new(text.or_else(|| warning.clone())?)?;
        mention.title = warning.filter(|title| *title != mention.text);
        let uri = api::told(post, "uri").or(api::told(post, "url"))?;
        mention.own_id = Some(uri.to_owned());
        mention.url = api::link(post, "url").or_else(|| api::link(post, "uri"));
        mention.author = self.author(&post["account"]);
        mention.published = api::date(post, "created_at");
        mention.edited = api::edited(post, "edited_at", mention.published);
        mention.lang = api::told(post, "language").and_then(Lang::parse);
        mention.context = Context {
            parent: api::id(post, "in_reply_to_id"),
            reach: Reach {
                likes: api::count(post, "favourites_count"),
                replies: api::count(post, "replies_count"),
                shares: api::count(post, "reblogs_count"),
                views: None,
            },
            ..Context::default()
        };
        Some(mention)
    }

    fn author(&self, account: &Value) -> Option<Author> {
        let handle =
            api::told(account, "acct").map(|acct| if acct.contains('@') { acct.to_owned() } else { format!("{acct}@{}", self.host()) });
        let named = api::told(account, "display_name").and_then(Author::named).or_else(|| Author::named(handle.as_deref()?))?;
        Some(Author { handle, ..named })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn settings(keys: &str) -> Settings {
        toml::from_str(keys).unwrap()
    }

    fn read(settings: &Settings, ask: &Ask, body: &Value) -> Result<Parsed, ParseError> {
        settings.parse(ask, &fetch::Page { url: largest_server(), content_type: None, body: body.to_string().into() })
    }

    fn post(id: &str) -> Value {
        json!({"id": id, "uri": format!("https://other.example/users/ann/statuses/{id}"), "url": format!("https://other.example/@ann/{id}"),
               "content": "<p>Fine <a href=\"https://mastodon.social/tags/acme\">#<span>acme</span></a></p>", "spoiler_text": "",
               "account": {"acct": "ann@other.example", "display_name": ""}, "created_at": "2026-02-03T10:00:00.123Z", "reblog": null})
    }

    #[test]
    fn a_boost_is_the_post_it_wraps_and_counts_once() {
        let settings = settings("tags = [\"#Acme\"]");
        let boost =
            json!({"id": "9", "uri": "https://third.example/activity", "content": "", "account": {"acct": "bob"}, "reblog": post("1")});
        let parsed = read(&settings, &settings.asks()[0], &json!([boost, post("1")])).unwrap();
        let [mention] = parsed.mentions.as_slice() else { panic!("{parsed:?}") };
        assert_eq!(mention.own_id.as_deref(), Some("https://other.example/users/ann/statuses/1"));
        assert_eq!((mention.text.as_str(), mention.title.as_deref()), ("Fine #acme", None));
        assert_eq!(mention.author.as_ref().unwrap().name, "ann@other.example");
    }

    #[test]
    fn pages_lead_back_by_the_last_posts_id() {
        let settings = settings("tags = [\"acme\", \"艾克美\"]\nmax_pages = 2");
        let first = settings.asks().remove(0);
        let parsed = read(&settings, &first, &json!([post("8"), post("7")])).unwrap();
        let [Ask::Get(url)] = parsed.next.as_slice() else { panic!("{parsed:?}") };
        assert_eq!(url.path(), "/api/v1/timelines/tag/acme");
        let pairs: Vec<_> = url.query_pairs().map(|(key, value)| format!("{key}={value}")).collect();
        assert_eq!(pairs, ["limit=40", "any[]=艾克美", "max_id=7"]);
        let last = read(&settings, &parsed.next[0], &json!([post("6")])).unwrap();
        assert!(last.next.is_empty() && last.partial.unwrap().contains("max_pages"));
        let end = read(&settings, &parsed.next[0], &json!([])).unwrap();
        assert_eq!((end.next.len(), end.partial), (0, None), "an empty page ends the list");
    }

    #[test]
    fn silence_and_errors_are_told() {
        let settings = settings("tags = [\"acme\"]");
        let first = &settings.asks()[0];
        assert!(read(&settings, first, &json!([])).unwrap().partial.unwrap().contains("https://mastodon.social/tags/acme"));
        let error = read(&settings, first, &json!({"error": "This method requires an authenticated user"})).unwrap_err();
        assert!(matches!(&error, ParseError::Instead(told) if told.contains("authenticated user")), "{error}");
    }

    #[test]
    fn hashtags_are_single_words() {
        for keys in ["tags = []", "tags = [\"acme desk\"]", "tags = [\"#\"]"] {
            assert!(toml::from_str::<Settings>(keys).unwrap_err().message().contains("tags"), "{keys}");
        }
    }

    #[test]
    fn words_of_others_are_left_out() {
        let settings = settings("tags = [\"acme\"]");
        let mut quoting = post("1");
        quoting["content"] = json!(
            "<p class=\"quote-inline\">RE: <a href=\"https://x.example/1\">https://x.example/1</a></p><blockquote>I love it</blockquote><p>I do not.</p>"
        );
        quoting["spoiler_text"] = json!("software &amp; woes");
        let parsed = read(&settings, &settings.asks()[0], &json!([quoting])).unwrap();
        assert_eq!((parsed.mentions[0].title.as_deref(), parsed.mentions[0].text.as_str()), (Some("software & woes"), "I do not."));
    }
}
