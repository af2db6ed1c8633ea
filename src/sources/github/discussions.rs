//! Discussions of GitHub and what is written under them, by its GraphQL: one question shows some with their first answers.

use serde_json::{Value, json};
use url::Url;

use super::{SITE, Settings, TEAM, thread};
use crate::fetch;
use crate::mention::{Context, Mention, Reach};
use crate::sources::{Ask, ParseError, Parsed, api, markdown};

/// Discussions asked for at once; with what is written under them they are many words.
const AT_ONCE: usize = 25;
/// What a discussion, an answer or a reply tells of itself.
const SAID: &str = "id body url createdAt lastEditedAt upvoteCount authorAssociation author{login}";

impl Settings {
    /// What is asked for discussions: those that the words find, and those of the named projects.
    pub(super) fn discussions(&self) -> Vec<Ask> {
        if !self.discussions {
            return Vec::new();
        }
        let searched = self.query.iter().map(|query| {
            let words = query.split_whitespace().filter(|word| !word.starts_with("is:") && !word.starts_with("type:"));
            words.collect::<Vec<_>>().join(" ")
        });
        let of_projects = self.repos.iter().map(|repo| format!("repo:{repo}"));
        searched.chain(of_projects).map(|words| self.question(&words, None)).collect()
    }

    fn question(&self, words: &str, after: Option<&str>) -> Ask {
        let under = if self.comments {
            format!("comments(first:30){{totalCount nodes{{{SAID} replies(first:20){{totalCount nodes{{{SAID}}}}}}}}}")
        } else {
            "comments{totalCount}".to_owned()
        };
        let query = format!(
            "query($words:String!,$after:String){{search(type:DISCUSSION,query:$words,first:{AT_ONCE},after:$after){{\
             pageInfo{{hasNextPage endCursor}} nodes{{...on Discussion{{{SAID} title {under}}}}}}}}}"
        );
        // What changed last comes first, so that new answers are found on the first page.
        let words = format!("{words} sort:updated-desc");
        let body = json!({"query": query, "variables": {"words": words, "after": after}});
        Ask::Post { url: api::at(&self.endpoint, "/graphql"), body: body.to_string() }
    }

    /// Reads what was answered to the question `asked` at `url`.
    pub(super) fn read_discussions(&self, url: &Url, asked: &str, page: &fetch::Page) -> Result<Parsed, ParseError> {
        let answer = api::read(page, SITE)?;
        let Some(Value::Array(nodes)) = answer.pointer("/data/search/nodes") else { return Err(refusal(&answer)) };
        let mut parsed = Parsed::default();
        for node in nodes {
            let title = api::told(node, "title");
            let left = self.take(node, title, None, &mut parsed);
            if left > 0 && parsed.partial.is_none() {
                let at = api::told(node, "url").unwrap_or_default();
                parsed.partial = Some(format!("{left} of the answers to `{at}` are more than GitHub shows at once"));
            }
        }
        let info = answer.pointer("/data/search/pageInfo");
        let next = info.filter(|info| info["hasNextPage"] == Value::Bool(true)).and_then(|info| api::told(info, "endCursor"));
        if let (Some(after), Ok(mut question)) = (next, serde_json::from_str::<Value>(asked)) {
            question["variables"]["after"] = json!(after);
            parsed.next.push(Ask::Post { url: url.clone(), body: question.to_string() });
        }
        super::super::name_some(&mut parsed.refused);
        Ok(parsed)
    }

    /// Takes a post and what stands under it; returns how many of those were not shown.
    fn take(&self, post: &Value, title: Option<&str>, parent: Option<&str>, parsed: &mut Parsed) -> u64 {
        let is_by_team = api::told(post, "authorAssociation").is_some_and(|stands| TEAM.contains(&stands));
        if self.team || !is_by_team {
            match mention(post, title, parent) {
                Some(mention) => parsed.mentions.push(mention),
                None => parsed.refused.push(format!("`{}` has no words", api::told(post, "url").unwrap_or("a post"))),
            }
        }
        let id = api::told(post, "id");
        let mut left = 0;
        for under in ["comments", "replies"].iter().filter_map(|key| post.get(*key)) {
            let Some(Value::Array(posts)) = under.get("nodes") else { continue };
            left += api::count(under, "totalCount").unwrap_or_default().saturating_sub(posts.len() as u64);
            for post in posts {
                left += self.take(post, title, id, parsed);
            }
        }
        left
    }
}

/// What to say of an answer without discussions: GraphQL gives its reasons as a list.
fn refusal(answer: &Value) -> ParseError {
    match answer.pointer("/errors/0/message").and_then(Value::as_str) {
        Some(told) => ParseError::Instead(format!("{SITE} gave no discussions but an error: {told}")),
        None => api::instead(answer, SITE, "discussions"),
    }
}

fn mention(post: &Value, title: Option<&str>, parent: Option<&str>) -> Option<Mention> {
    let text = api::told(post, "body").map(markdown::to_text).filter(|text| !text.is_empty());
    let own_title = title.filter(|_| parent.is_none()).map(str::to_owned);
    let mut mention = Mention::new(text.or(own_title)?)?;
    mention.title = title.map(str::to_owned).filter(|title| *title != mention.text);
    mention.own_id = Some(api::told(post, "id")?.to_owned());
    mention.url = api::link(post, "url");
    mention.author = post.get("author").and_then(|author| api::author(api::told(author, "login")?));
    mention.published = api::date(post, "createdAt");
    mention.edited = api::edited(post, "lastEditedAt", mention.published);
    let under = post.get("comments").or_else(|| post.get("replies"));
    mention.context = Context {
        thread: mention.url.as_ref().and_then(thread),
        parent: parent.map(str::to_owned),
        reach: Reach {
            likes: api::count(post, "upvoteCount"),
            replies: under.and_then(|under| api::count(under, "totalCount")),
            ..Reach::default()
        },
        ..Context::default()
    };
    Some(mention)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(keys: &str) -> Settings {
        toml::from_str(keys).unwrap()
    }

    fn read(settings: &Settings, ask: &Ask, answer: &Value) -> Result<Parsed, ParseError> {
        let url = ask.url().unwrap().clone();
        settings.parse(ask, &fetch::Page { url, content_type: None, body: answer.to_string().into() })
    }

    #[test]
    fn a_discussion_comes_with_its_answers_and_theirs() {
        let settings = settings("query = '\"acme desk\" is:issue'\ndiscussions = true");
        let asks = settings.asks();
        let [Ask::Get(_), ask @ Ask::Post { url, body }] = asks.as_slice() else { panic!("{asks:?}") };
        assert_eq!(url.as_str(), "https://api.github.com/graphql");
        let asked: Value = serde_json::from_str(body).unwrap();
        assert_eq!(asked["variables"], json!({"words": "\"acme desk\" sort:updated-desc", "after": null}));
        let post = |id: &str, stands: &str| {
            json!({"id": id, "body": format!("Acme {id}"), "url": "https://github.com/acme/desk/discussions/7#x", "createdAt": "2026-01-01T00:00:00Z",
                "lastEditedAt": null, "upvoteCount": 3, "authorAssociation": stands, "author": {"login": "ann"}})
        };
        let mut discussion = post("d", "NONE");
        let mut answered = post("c", "NONE");
        answered["replies"] = json!({"totalCount": 1, "nodes": [post("r", "MEMBER")]});
        discussion["title"] = json!("Is it good?");
        discussion["comments"] = json!({"totalCount": 41, "nodes": [answered]});
        let answer = json!({"data": {"search": {"pageInfo": {"hasNextPage": true, "endCursor": "Y3"}, "nodes": [discussion]}}});
        let parsed = read(&settings, ask, &answer).unwrap();
        let shown: Vec<_> =
            parsed.mentions.iter().map(|mention| (mention.own_id.as_deref().unwrap(), mention.context.parent.as_deref())).collect();
        assert_eq!(shown, [("d", None), ("c", Some("d"))], "what the team answers is left out");
        assert_eq!(parsed.mentions[0].context.thread.as_deref(), Some("acme/desk#7"));
        assert_eq!((parsed.mentions[0].context.reach.likes, parsed.mentions[0].context.reach.replies), (Some(3), Some(41)));
        assert!(parsed.partial.unwrap().starts_with("40 of the answers"));
        let [Ask::Post { body, .. }] = parsed.next.as_slice() else { panic!("{:?}", parsed.next) };
        assert!(body.contains("\"after\":\"Y3\""), "{body}");
    }

    #[test]
    fn an_error_of_graphql_is_told() {
        let settings = settings("repos = ['acme/desk']\ndiscussions = true");
        let ask = settings.asks().remove(2);
        let error = read(&settings, &ask, &json!({"data": null, "errors": [{"message": "Something went wrong"}]})).unwrap_err();
        assert!(matches!(&error, ParseError::Instead(told) if told.contains("Something went wrong")), "{error}");
    }
}
