//! Posts and comments of Lemmy that hold some words, by the search of one server.
//!
//! A server searches what reached it, its own and others'; the same post has another number on each, so it goes by its
//! `ap_id`. Newest first, in numbered pages.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::markup::plain_line;
use super::paging::Progress;
use super::terms::{self, Terms};
use super::{Ask, ParseError, Parsed, api, markdown};
use crate::fetch;
use crate::mention::{Author, Context, Mention, Reach};

/// A search of a Lemmy server.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The words to search for.
    pub query: String,
    /// The server that is asked.
    #[serde(default = "largest_server")]
    pub server: Url,
    /// A community (`technology` or `technology@lemmy.world`) to stay in.
    pub community: Option<String>,
    /// What is searched.
    #[serde(default)]
    pub only: Only,
    /// Pages followed in one reading.
    #[serde(default = "usual_pages")]
    pub max_pages: u32,
}

/// What of a server is searched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Only {
    /// Posts and comments.
    #[default]
    Both,
    /// Posts.
    Posts,
    /// Comments.
    Comments,
}

fn largest_server() -> Url {
    Url::parse("https://lemmy.world").expect("it is a constant, and an address")
}

fn usual_pages() -> u32 {
    20
}

/// No server shows more of a kind at once.
const PAGE: usize = 50;
pub(super) const TERMS: Terms =
    Terms { min_interval: Duration::from_secs(3), headers: &[("Authorization", "Bearer {secret}")], ..terms::USUAL };

impl Settings {
    pub(super) fn asks(&self) -> Vec<Ask> {
        vec![Ask::Get(self.page(1))]
    }

    fn page(&self, number: u32) -> Url {
        let mut url = api::at(&self.server, "/api/v3/search");
        let what = match self.only {
            Only::Both => "All",
            Only::Posts => "Posts",
            Only::Comments => "Comments",
        };
        let mut pairs = url.query_pairs_mut();
        pairs.extend_pairs([("q", self.query.as_str()), ("type_", what), ("sort", "New"), ("listing_type", "All")]);
        if let Some(community) = &self.community {
            pairs.append_pair("community_name", community.trim_start_matches('!'));
        }
        pairs.append_pair("limit", &PAGE.to_string()).append_pair("page", &number.to_string());
        drop(pairs);
        url
    }

    fn host(&self) -> &str {
        self.server.host_str().unwrap_or_default()
    }

    pub(super) fn parse(&self, ask: &Ask, page: &fetch::Page) -> Result<Parsed, ParseError> {
        let answer = api::read(page, self.host())?;
        let list = |key: &str| answer.get(key).and_then(Value::as_array).map(Vec::as_slice);
        let (posts, comments) = (list("posts"), list("comments"));
        if posts.is_none() && comments.is_none() {
            return Err(api::instead(&answer, self.host(), "posts or comments"));
        }
        let mut parsed = Parsed::default();
        for (what, views) in [("post", posts), ("comment", comments)] {
            for (number, view) in views.unwrap_or_default().iter().enumerate() {
                let said = &view[what];
                if ["deleted", "removed"].iter().any(|taken| said[*taken] == Value::Bool(true)) {
                    continue;
                }
                match mention(view, said) {
                    Some(mention) => parsed.mentions.push(mention),
                    None => parsed.refused.push(format!("{what} {} has no words", number + 1)),
                }
            }
        }
        // Posts and comments come as lists of their own.
        parsed.mentions.sort_by_key(|mention| std::cmp::Reverse(mention.published.map(|published| published.at)));
        let at = Progress::at(ask);
        let here = posts.map_or(0, <[_]>::len).max(comments.map_or(0, <[_]>::len));
        if here >= PAGE && at.page >= self.max_pages.max(1) {
            parsed.partial =
                Some(format!("there is more behind {} pages; raise `max_pages`, or set `since` to reach back less far", at.page));
        } else if here >= PAGE {
            parsed.next.push(at.next(&self.page(at.page + 1), here));
        }
        Ok(parsed)
    }
}

/// A post or comment, with what stands around it.
fn mention(view: &Value, said: &Value) -> Option<Mention> {
    let title = api::told(&view["post"], "name").and_then(plain_line);
    let words = api::told(said, "content").or(api::told(said, "body")).map(markdown::to_text).filter(|words| !words.is_empty());
    // A link without words says what its title says; a comment without words of its own says nothing.
    let words = words.or_else(|| title.clone().filter(|_| said.get("content").is_none()))?;
    let mut mention = Mention::new(words)?;
    mention.title = title.filter(|title| *title != mention.text);
    mention.own_id = api::told(said, "ap_id").map(str::to_owned);
    mention.url = api::link(said, "ap_id");
    mention.author = author(&view["creator"]);
    // The next version of the API gives the dates other names.
    mention.published = ["published", "published_at"].iter().find_map(|key| api::date(said, key));
    mention.context = context(view, said);
    mention.edited = ["updated", "updated_at"].iter().find_map(|key| api::edited(said, key, mention.published));
    Some(mention)
}

fn context(view: &Value, said: &Value) -> Context {
    let post = api::told(&view["post"], "ap_id").map(str::to_owned);
    // A comment's place is the numbers of all it stands under, from `0` to its own.
    let above = api::told(said, "path").and_then(|path| path.rsplit('.').nth(1)).filter(|above| *above != "0").map(str::to_owned);
    let is_comment = said.get("content").is_some();
    let counts = &view["counts"];
    Context {
        parent: above.or_else(|| post.clone()).filter(|_| is_comment),
        thread: post,
        reach: Reach {
            likes: api::count(counts, "score"),
            replies: api::count(counts, "comments").filter(|_| !is_comment).or_else(|| api::count(counts, "child_count")),
            ..Reach::default()
        },
        ..Context::default()
    }
}

fn author(creator: &Value) -> Option<Author> {
    let name = api::told(creator, "name")?;
    let home = api::link(creator, "actor_id").or_else(|| api::link(creator, "ap_id"));
    let handle = home.as_ref().and_then(Url::host_str).map_or_else(|| name.to_owned(), |host| format!("{name}@{host}"));
    let named = api::told(creator, "display_name").and_then(Author::named).or_else(|| Author::named(name))?;
    Some(Author { handle: Some(handle), ..named })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn settings(keys: &str) -> Settings {
        toml::from_str(&format!("query = \"acme desk\"\n{keys}")).unwrap()
    }

    fn read(settings: &Settings, ask: &Ask, body: &Value) -> Result<Parsed, ParseError> {
        settings.parse(ask, &fetch::Page { url: largest_server(), content_type: None, body: body.to_string().into() })
    }

    fn comment(id: usize, content: &str) -> Value {
        json!({"comment": {"id": id, "ap_id": format!("https://feddit.example/comment/{id}"), "content": content, "published": "2026-02-03T10:00:00.123456Z",
                           "updated": "2026-02-03T11:00:00Z", "deleted": false, "removed": false},
               "creator": {"name": "ann", "actor_id": "https://feddit.example/u/ann"}, "post": {"name": "Acme &amp; others", "ap_id": "https://lemmy.world/post/1"}})
    }

    #[test]
    fn a_comment_stands_under_its_posts_title_without_what_it_quotes() {
        let settings = settings("");
        let body = json!({"type_": "All", "posts": [], "comments": [comment(1, "> I love it\n\nI *do not*."), comment(2, "> I love it")]});
        let parsed = read(&settings, &settings.asks()[0], &body).unwrap();
        let [mention] = parsed.mentions.as_slice() else { panic!("{parsed:?}") };
        assert_eq!((mention.title.as_deref(), mention.text.as_str()), (Some("Acme & others"), "I do not."));
        assert_eq!(mention.author.as_ref().unwrap().handle.as_deref(), Some("ann@feddit.example"));
        assert_eq!(mention.edited.unwrap().to_string(), "2026-02-03T11:00:00Z");
        assert_eq!(parsed.refused, ["comment 2 has no words"]);
    }

    #[test]
    fn what_was_taken_back_is_not_heard() {
        let settings = settings("");
        let mut deleted = comment(1, "I take it back");
        deleted["comment"]["deleted"] = json!(true);
        let parsed = read(&settings, &settings.asks()[0], &json!({"comments": [deleted]})).unwrap();
        assert!(parsed.mentions.is_empty() && parsed.refused.is_empty());
    }

    #[test]
    fn full_pages_lead_on_until_enough() {
        let settings = settings("only = \"comments\"\ncommunity = \"!technology@lemmy.world\"\nmax_pages = 2");
        let full = json!({"comments": (0..PAGE).map(|id| comment(id, "fine")).collect::<Vec<_>>()});
        let parsed = read(&settings, &settings.asks()[0], &full).unwrap();
        let [Ask::Get(url)] = parsed.next.as_slice() else { panic!("{parsed:?}") };
        assert_eq!(
            url.query().unwrap(),
            "q=acme+desk&type_=Comments&sort=New&listing_type=All&community_name=technology%40lemmy.world&limit=50&page=2"
        );
        let last = read(&settings, &parsed.next[0], &full).unwrap();
        assert!(last.next.is_empty() && last.partial.unwrap().contains("max_pages"));
    }

    #[test]
    fn an_error_in_the_place_of_an_answer_is_told() {
        let settings = settings("");
        let error = read(&settings, &settings.asks()[0], &json!({"error": "rate_limit_error"})).unwrap_err();
        assert!(matches!(&error, ParseError::Instead(told) if told.contains("rate_limit_error")), "{error}");
    }
}
