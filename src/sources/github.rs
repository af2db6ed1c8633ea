//! Issues of GitHub that contain the words of a search, and the issues and comments of named projects.
//!
//! A search shows its first thousand hits; older ones are reached by asking for what was opened up to the oldest shown.
//! Discussions are to be had by GraphQL only, which needs a token.

mod discussions;

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::terms::Terms;
use super::{Ask, ParseError, Parsed, api, markdown};
use crate::fetch;
use crate::mention::{Context, Mention, Reach};

/// What to listen to at GitHub.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Keys")]
pub struct Settings {
    query: Option<String>,
    repos: Vec<String>,
    comments: bool,
    discussions: bool,
    team: bool,
    endpoint: Url,
    per_page: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    query: Option<String>,
    #[serde(default)]
    repos: Vec<String>,
    #[serde(default = "yes")]
    comments: bool,
    #[serde(default)]
    discussions: bool,
    #[serde(default)]
    team: bool,
    #[serde(default = "github")]
    endpoint: Url,
    #[serde(default = "most_per_page")]
    per_page: usize,
}

fn yes() -> bool {
    true
}

fn github() -> Url {
    Url::parse("https://api.github.com").expect("it is a constant, and an address")
}

fn most_per_page() -> usize {
    MOST_PER_PAGE
}

impl TryFrom<Keys> for Settings {
    type Error = String;

    fn try_from(keys: Keys) -> Result<Self, String> {
        let query = keys.query.filter(|query| !query.trim().is_empty());
        if query.is_none() && keys.repos.is_empty() {
            return Err("nothing to listen to; write `query = \"acme desk\"`, or `repos = [\"acme/desk\"]`".to_owned());
        }
        let is_part = |part: &str| !part.is_empty() && part.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter));
        let is_repo = |repo: &&String| repo.split_once('/').is_some_and(|(owner, name)| is_part(owner) && is_part(name));
        if let Some(repo) = keys.repos.iter().find(|repo| !is_repo(repo)) {
            return Err(format!("`{repo}` is no project; write `owner/name`, as in the address of its page"));
        }
        if !(1..=MOST_PER_PAGE).contains(&keys.per_page) {
            return Err(format!("`per_page` must be between 1 and {MOST_PER_PAGE}"));
        }
        let Keys { repos, comments, discussions, team, endpoint, per_page, .. } = keys;
        Ok(Self { query, repos, comments, discussions, team, endpoint, per_page })
    }
}

const SITE: &str = "GitHub";
/// Ten searches a minute are allowed without a token, thirty with one.
const TERMS: Terms = Terms {
    min_interval: Duration::from_secs(6),
    headers: &[("Accept", "application/vnd.github+json"), ("X-GitHub-Api-Version", "2022-11-28"), ("Authorization", "Bearer {secret}")],
    needs_key: None,
};
const MOST_PER_PAGE: usize = 100;
/// More hits of one search are not shown.
const MOST_HITS: usize = 1000;
/// How those who work on a project stand to it.
const TEAM: [&str; 3] = ["OWNER", "MEMBER", "COLLABORATOR"];

impl Settings {
    pub(super) fn terms(&self) -> Terms {
        let how = "GitHub shows discussions to known programs only: make a token without any permission at github.com/settings/tokens";
        Terms { needs_key: self.discussions.then_some(how), ..TERMS }
    }

    pub(super) fn asks(&self) -> Vec<Ask> {
        let search = self.query.is_some().then(|| self.search(None));
        let lists = self.repos.iter().flat_map(|repo| {
            let issues = self.list(&format!("/repos/{repo}/issues"), &[("state", "all")]);
            [Some(issues), self.comments.then(|| self.list(&format!("/repos/{repo}/issues/comments"), &[]))]
        });
        search.into_iter().chain(lists.flatten()).chain(self.discussions()).collect()
    }

    /// The search for what was opened no later than `until`.
    fn search(&self, until: Option<&str>) -> Ask {
        let words = self.words();
        let words = until.map_or(words.clone(), |until| format!("{words}{UNTIL}{until}"));
        let mut url = api::at(&self.endpoint, "/search/issues");
        url.query_pairs_mut().append_pair("q", &words).append_pair("sort", "created").append_pair("order", "desc");
        url.query_pairs_mut().append_pair("per_page", &self.per_page.to_string()).append_pair("page", "1");
        Ask::Get(url)
    }

    /// The words searched for: issues, unless the words say what.
    fn words(&self) -> String {
        let words = self.query.as_deref().unwrap_or_default().trim();
        let says = words.split_whitespace().any(|word| word.starts_with("is:") || word.starts_with("type:"));
        if says { words.to_owned() } else { format!("{words} is:issue") }
    }

    fn list(&self, path: &str, pairs: &[(&str, &str)]) -> Ask {
        let mut url = api::at(&self.endpoint, path);
        url.query_pairs_mut().extend_pairs(pairs).append_pair("sort", "created").append_pair("direction", "desc");
        url.query_pairs_mut().append_pair("per_page", &self.per_page.to_string()).append_pair("page", "1");
        Ask::Get(url)
    }

    pub(super) fn parse(&self, ask: &Ask, page: &fetch::Page) -> Result<Parsed, ParseError> {
        if let Ask::Post { url, body } = ask {
            return self.read_discussions(url, body, page);
        }
        let answer = api::read(page, SITE)?;
        let mut parsed = Parsed::default();
        let (items, of_project) = match &answer {
            Value::Array(items) => (items, true),
            answer => match answer.get("items") {
                Some(Value::Array(items)) => (items, false),
                _ => return Err(api::instead(answer, SITE, "issues")),
            },
        };
        for (number, item) in items.iter().enumerate() {
            if of_project && (is_pull_request(item) || (!self.team && is_by_team(item))) {
                continue;
            }
            match mention(item) {
                Some(mention) => parsed.mentions.push(mention),
                None => parsed.refused.push(format!("item {} has no text", number + 1)),
            }
        }
        if answer.get("incomplete_results").and_then(Value::as_bool) == Some(true) {
            parsed.partial = Some("the search took GitHub too long and shows a part; make `query` narrower".to_owned());
        }
        if items.len() >= self.per_page {
            self.go_on(ask, items, of_project, &mut parsed);
        }
        super::name_some(&mut parsed.refused);
        Ok(parsed)
    }

    /// Asks for what follows a full page.
    fn go_on(&self, ask: &Ask, items: &[Value], of_project: bool, parsed: &mut Parsed) {
        let number = api::page_number(ask);
        let shown = usize::try_from(number).unwrap_or(usize::MAX).saturating_mul(self.per_page);
        if of_project || shown.saturating_add(self.per_page) <= MOST_HITS {
            parsed.next.extend(api::asking(ask, "page", &number.saturating_add(1).to_string()));
            return;
        }
        let Some(oldest) = items.iter().filter_map(|item| api::told(item, "created_at")).min() else { return };
        let asked = api::asked(ask, "q").unwrap_or_default();
        let until = asked.rsplit_once(UNTIL).map(|(_, until)| until);
        if until.is_some_and(|until| oldest >= until) {
            parsed.partial = Some(format!("the search shows no more than {MOST_HITS} hits; make `query` narrower"));
        } else {
            parsed.next.push(self.search(Some(oldest)));
        }
    }
}

/// What is put to the words of a search before an instant.
const UNTIL: &str = " created:<=";

fn is_pull_request(item: &Value) -> bool {
    item.get("pull_request").is_some_and(Value::is_object)
}

fn is_by_team(item: &Value) -> bool {
    api::told(item, "author_association").is_some_and(|stands| TEAM.contains(&stands))
}

/// An issue or a comment; none if it says nothing.
fn mention(item: &Value) -> Option<Mention> {
    let title = api::told(item, "title").map(str::to_owned);
    let text = api::told(item, "body").map(markdown::to_text).filter(|text| !text.is_empty());
    let is_comment = item.get("issue_url").is_some();
    let mut mention = Mention::new(text.or_else(|| title.clone())?)?;
    mention.title = title.filter(|title| *title != mention.text);
    let number = || Some(format!("{}-{}", if is_comment { "comment" } else { "issue" }, api::id(item, "id")?));
    mention.own_id = api::told(item, "node_id").map(str::to_owned).or_else(number);
    mention.url = api::link(item, "html_url");
    mention.author = item.get("user").and_then(|user| api::author(api::told(user, "login")?));
    mention.published = api::date(item, "created_at");
    let thread = mention.url.as_ref().and_then(thread);
    mention.context = Context {
        parent: thread.clone().filter(|_| is_comment),
        thread,
        reach: Reach {
            likes: item.get("reactions").and_then(|reactions| api::count(reactions, "+1")),
            replies: api::count(item, "comments"),
            ..Reach::default()
        },
        ..Context::default()
    };
    // An issue's `updated_at` moves with every comment under it.
    mention.edited = is_comment.then(|| api::edited(item, "updated_at", mention.published)).flatten();
    Some(mention)
}

/// The issue or discussion that an address belongs to, as people write it: `acme/desk#7`.
fn thread(url: &Url) -> Option<String> {
    let parts: Vec<&str> = url.path_segments()?.collect();
    let [owner, repo, _, number, ..] = parts.as_slice() else { return None };
    Some(format!("{owner}/{repo}#{number}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn settings(keys: &str) -> Result<Settings, String> {
        toml::from_str(keys).map_err(|error| error.message().to_owned())
    }

    fn read(settings: &Settings, ask: &Ask, body: &Value) -> Parsed {
        let page = fetch::Page { url: github(), content_type: None, body: body.to_string().into() };
        settings.parse(ask, &page).unwrap()
    }

    fn addresses(settings: &Settings) -> Vec<String> {
        settings.asks().iter().map(|ask| if let Ask::Get(url) = ask { url.to_string() } else { String::new() }).collect()
    }

    #[test]
    fn a_search_is_for_issues_unless_it_says_otherwise() {
        let asked = |keys: &str| addresses(&settings(keys).unwrap()).remove(0);
        let issues = asked("query = '\"acme desk\" in:title,body'");
        assert_eq!(
            issues,
            "https://api.github.com/search/issues?q=%22acme+desk%22+in%3Atitle%2Cbody+is%3Aissue&sort=created&order=desc&per_page=100&page=1"
        );
        assert!(asked("query = 'acme is:pr'").contains("q=acme+is%3Apr&"));
    }

    #[test]
    fn a_project_is_asked_for_its_issues_and_comments() {
        let both = addresses(&settings("repos = ['acme/desk']").unwrap());
        assert!(both[0].starts_with("https://api.github.com/repos/acme/desk/issues?state=all&sort=created"));
        assert!(both[1].starts_with("https://api.github.com/repos/acme/desk/issues/comments?sort=created"));
        assert_eq!(addresses(&settings("repos = ['acme/desk']\ncomments = false").unwrap()).len(), 1);
    }

    #[test]
    fn wrong_settings_are_told_with_what_to_write() {
        for (keys, said) in [
            ("", "query = "),
            ("query = ' '", "query = "),
            ("repos = ['acme']", "`owner/name`"),
            ("repos = ['acme/desk/issues']", "`owner/name`"),
            ("query = 'a'\nper_page = 500", "between 1 and 100"),
        ] {
            assert!(settings(keys).unwrap_err().contains(said), "{keys}");
        }
    }

    #[test]
    fn what_a_projects_team_writes_and_pull_requests_are_left_out() {
        let items = json!([
            {"node_id": "a", "title": "Sync is great", "body": null, "user": null, "author_association": "NONE"},
            {"node_id": "b", "title": "Bump", "body": "x", "pull_request": {"url": "https://a.example"}},
            {"node_id": "c", "issue_url": "https://a.example", "body": "Thanks!", "author_association": "MEMBER"},
        ]);
        let ids = |keys: &str| {
            let settings = settings(keys).unwrap();
            let parsed = read(&settings, &settings.asks()[0], &items);
            parsed.mentions.into_iter().filter_map(|mention| mention.own_id).collect::<Vec<_>>()
        };
        assert_eq!(ids("repos = ['acme/desk']"), ["a"]);
        assert_eq!(ids("repos = ['acme/desk']\nteam = true"), ["a", "c"]);
    }

    #[test]
    fn a_comment_is_edited_and_an_issue_with_new_comments_is_not() {
        let item = json!({"id": 1, "body": "> awful\n\nfine", "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-02T00:00:00Z",
            "html_url": "https://github.com/acme/desk/issues/1", "user": {"login": "ann"}});
        let issue = mention(&item).unwrap();
        assert_eq!((issue.text.as_str(), issue.edited, issue.own_id.as_deref()), ("fine", None, Some("issue-1")));
        let mut comment = item;
        comment["issue_url"] = json!("https://api.github.com/repos/acme/desk/issues/1");
        let comment = mention(&comment).unwrap();
        assert_eq!(comment.edited.unwrap().to_string(), "2026-01-02T00:00:00Z");
        assert_eq!((comment.own_id.as_deref(), comment.author.unwrap().handle.as_deref()), (Some("comment-1"), Some("ann")));
    }

    #[test]
    fn hits_behind_the_thousandth_are_asked_for_by_their_date() {
        let settings = settings("query = 'acme'\nper_page = 2").unwrap();
        let hits = json!({"items": [
            {"node_id": "a", "title": "one", "created_at": "2026-01-03T00:00:00Z"},
            {"node_id": "b", "title": "two", "created_at": "2026-01-02T00:00:00Z"},
        ]});
        let mut ask = settings.asks().remove(0);
        let next = read(&settings, &ask, &hits).next.remove(0);
        assert_eq!(api::page_number(&next), 2);
        ask = api::asking(&ask, "page", "500").unwrap();
        let next = read(&settings, &ask, &hits).next.remove(0);
        assert_eq!(api::asked(&next, "q").as_deref(), Some("acme is:issue created:<=2026-01-02T00:00:00Z"));
        let end = read(&settings, &api::asking(&next, "page", "500").unwrap(), &hits);
        assert!(end.next.is_empty() && end.partial.unwrap().contains("1000"));
    }
}
