//! Topics of V2EX and the replies under them: the newest of all, or those of some nodes.
//!
//! The open API shows the last few topics of a list and nothing before them. Its note of how far it has listened says, for
//! each list, when the topic touched last was touched: replies are asked for where something has been said since.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use url::{Url, form_urlencoded};

use super::terms::Terms;
use super::{Ask, Moment, ParseError, Parsed, api, markup};
use crate::fetch;
use crate::mention::{Context, Mention, Reach};

/// The topics that are read.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Keys")]
pub struct Settings {
    nodes: Vec<String>,
    replies: bool,
    endpoint: Url,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    #[serde(default)]
    nodes: Vec<String>,
    #[serde(default = "yes")]
    replies: bool,
    #[serde(default = "v2ex")]
    endpoint: Url,
}

fn yes() -> bool {
    true
}

fn v2ex() -> Url {
    Url::parse("https://www.v2ex.com").expect("it is a constant, and an address")
}

impl TryFrom<Keys> for Settings {
    type Error = String;

    fn try_from(keys: Keys) -> Result<Self, String> {
        let is_node = |node: &str| !node.is_empty() && node.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter));
        if let Some(node) = keys.nodes.iter().find(|node| !is_node(node)) {
            return Err(format!("`{node}` is no node; write what follows `/go/` in its address, for example `nas`"));
        }
        Ok(Self { nodes: keys.nodes, replies: keys.replies, endpoint: keys.endpoint })
    }
}

const SITE: &str = "V2EX";
/// Six hundred requests an hour are allowed; it was a hundred and twenty once.
pub(super) const TERMS: Terms = Terms { min_interval: Duration::from_secs(6), headers: &[], needs_key: None };
/// The list of all nodes' topics, by the name it has in the cursor.
const ALL: &str = "*";

impl Settings {
    pub(super) fn asks(&self) -> Vec<Ask> {
        if self.nodes.is_empty() {
            return vec![Ask::Get(api::at(&self.endpoint, "/api/topics/latest.json"))];
        }
        let mut list = api::at(&self.endpoint, "/api/topics/show.json");
        let mut of_node = |node: &String| {
            list.query_pairs_mut().clear().append_pair("node_name", node);
            Ask::Get(list.clone())
        };
        self.nodes.iter().map(&mut of_node).collect()
    }

    /// The replies of a topic. They do not tell its title, so it travels in the fragment.
    fn replies(&self, topic: &str, title: Option<&str>) -> Ask {
        let mut url = api::at(&self.endpoint, "/api/replies/show.json");
        url.query_pairs_mut().append_pair("topic_id", topic);
        let title = title.map(|title| form_urlencoded::byte_serialize(title.as_bytes()).collect::<String>());
        url.set_fragment(title.map(|title| format!("title={title}")).as_deref());
        Ask::Get(url)
    }

    pub(super) fn parse(&self, ask: &Ask, page: &fetch::Page, moment: Moment<'_>) -> Result<Parsed, ParseError> {
        let answer = api::read(page, SITE)?;
        let Value::Array(items) = &answer else { return Err(api::instead(&answer, SITE, "topics")) };
        let mut parsed = Parsed::default();
        let title = title_of(ask);
        for (number, item) in items.iter().enumerate() {
            match mention(item, title.as_deref()) {
                Some(mention) => parsed.mentions.push(mention),
                None => parsed.refused.push(format!("item {} has no text", number + 1)),
            }
        }
        if api::asked(ask, "topic_id").is_none() {
            self.listen_on(ask, items, moment, &mut parsed);
        }
        super::name_some(&mut parsed.refused);
        Ok(parsed)
    }

    /// Asks for the replies of topics in which something was said since the list was last heard.
    fn listen_on(&self, ask: &Ask, topics: &[Value], moment: Moment<'_>, parsed: &mut Parsed) {
        let list = api::asked(ask, "node_name").unwrap_or_else(|| ALL.to_owned());
        let mut heard: BTreeMap<String, i64> = moment.cursor.and_then(|cursor| serde_json::from_str(cursor).ok()).unwrap_or_default();
        let before = heard.get(&list).copied().or(moment.since.map(jiff::Timestamp::as_second)).unwrap_or_default();
        let number = |topic: &Value, key: &str| topic.get(key).and_then(Value::as_i64);
        let touched = |topic: &Value| number(topic, "last_touched").max(number(topic, "last_modified")).max(number(topic, "created"));
        for topic in topics.iter().filter(|topic| self.replies && number(topic, "replies") > Some(0)) {
            if touched(topic) > Some(before)
                && let Some(id) = api::id(topic, "id")
            {
                parsed.next.push(self.replies(&id, api::told(topic, "title")));
            }
        }
        if let Some(last) = topics.iter().filter_map(touched).max() {
            heard.insert(list, last.max(before));
            parsed.cursor = serde_json::to_string(&heard).ok();
        }
    }
}

/// The title of the topic whose replies were asked for.
fn title_of(ask: &Ask) -> Option<String> {
    let Ask::Get(url) = ask else { return None };
    form_urlencoded::parse(url.fragment()?.as_bytes()).find(|(key, _)| key == "title").map(|(_, title)| title.into_owned())
}

/// A topic or a reply; none if it says nothing.
fn mention(item: &Value, thread: Option<&str>) -> Option<Mention> {
    let id = api::id(item, "id")?;
    let title = api::told(item, "title").map(str::to_owned);
    let rendered = api::told(item, "content_rendered").map(markup::own_words).filter(|text| !text.is_empty());
    let text = rendered.or_else(|| api::told(item, "content").map(str::to_owned));
    let mut mention = Mention::new(text.or_else(|| title.clone())?)?;
    let topic = api::id(item, "topic_id");
    mention.url = match &topic {
        Some(topic) => Url::parse(&format!("https://www.v2ex.com/t/{topic}#r_{id}")).ok(),
        None => Url::parse(&format!("https://www.v2ex.com/t/{id}")).ok(),
    };
    mention.context = Context {
        thread: Some(format!("topic-{}", topic.as_deref().unwrap_or(&id))),
        parent: topic.as_ref().map(|topic| format!("topic-{topic}")),
        reach: Reach { likes: api::count(item, "thanks"), replies: api::count(item, "replies"), ..Reach::default() },
        ..Context::default()
    };
    mention.own_id = Some(format!("{}-{id}", if topic.is_some() { "reply" } else { "topic" }));
    mention.title = title.or_else(|| thread.map(str::to_owned)).filter(|title| *title != mention.text);
    mention.author = item.get("member").and_then(|member| api::author(api::told(member, "username")?));
    mention.published = api::date(item, "created");
    mention.edited = api::edited(item, "last_modified", mention.published);
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

    fn read(settings: &Settings, ask: &Ask, body: &Value, cursor: Option<&str>) -> Parsed {
        let page = fetch::Page { url: v2ex(), content_type: None, body: body.to_string().into() };
        let moment = Moment { now: "2026-03-01T00:00:00Z".parse().unwrap(), since: None, cursor, dir: Path::new(".") };
        settings.parse(ask, &page, moment).unwrap()
    }

    fn topic(id: i64, replies: i64, touched: i64) -> Value {
        json!({"id": id, "title": "同步用什么？", "content": "", "replies": replies, "created": 1_770_000_000, "last_touched": touched,
            "member": {"username": "xiaoyu"}})
    }

    #[test]
    fn replies_are_asked_for_where_something_was_said_since() {
        let settings = settings("nodes = ['nas']").unwrap();
        let ask = &settings.asks()[0];
        let first = read(&settings, ask, &json!([topic(1, 3, 100), topic(2, 0, 90), topic(3, 1, 80)]), None);
        let topics = |parsed: &Parsed| parsed.next.iter().filter_map(|ask| api::asked(ask, "topic_id")).collect::<Vec<_>>();
        assert_eq!(topics(&first), ["1", "3"]);
        assert_eq!(first.cursor.as_deref(), Some("{\"nas\":1770000000}"));
        let cursor = "{\"*\":7,\"nas\":1770000000}";
        let second = read(&settings, ask, &json!([topic(1, 3, 100), topic(3, 2, 1_770_000_500)]), Some(cursor));
        assert_eq!((topics(&second), second.cursor.as_deref()), (vec!["3".to_owned()], Some("{\"*\":7,\"nas\":1770000500}")));
        let quiet = self::settings("nodes = ['nas']\nreplies = false").unwrap();
        assert!(read(&quiet, ask, &json!([topic(1, 3, 100)]), None).next.is_empty());
    }

    #[test]
    fn a_reply_stands_under_its_topics_title() {
        let settings = settings("").unwrap();
        let ask = settings.replies("7", Some("同步用什么？ #1 & more"));
        let reply = json!([{"id": 9, "topic_id": 7, "content": "x", "content_rendered": "<blockquote>很差</blockquote>很<b>好用</b>",
            "created": 1_770_000_000, "last_modified": 1_770_000_060, "member": {"username": "ann"}}]);
        let parsed = read(&settings, &ask, &reply, Some("{}"));
        let mention = &parsed.mentions[0];
        assert_eq!((mention.text.as_str(), mention.title.as_deref()), ("很好用", Some("同步用什么？ #1 & more")));
        assert_eq!(mention.url.as_ref().unwrap().as_str(), "https://www.v2ex.com/t/7#r_9");
        assert_eq!(mention.edited.unwrap().to_string(), "2026-02-02T02:41:00Z");
        assert_eq!((parsed.cursor, parsed.next.len()), (None, 0));
    }

    #[test]
    fn a_node_is_given_by_its_name() {
        assert!(settings("nodes = ['go/nas']").unwrap_err().contains("`/go/`"));
        let asked = settings("nodes = ['nas', 'cloud']").unwrap().asks();
        assert_eq!(asked.iter().filter_map(|ask| api::asked(ask, "node_name")).collect::<Vec<_>>(), ["nas", "cloud"]);
    }
}
