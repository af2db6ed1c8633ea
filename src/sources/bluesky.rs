//! Posts of Bluesky as they are written, by a Jetstream: all public posts come by, and those are kept that name a product or
//! hold one of some words.
//!
//! The stream tells everything at least once and starts where it is told to, in microseconds; a post goes by its `at:` address,
//! so what comes twice is known. What its author takes back is gone. Authors come as lasting ids, not as names.

use std::borrow::Cow;
use std::time::Duration;

use aho_corasick::{AhoCorasick, MatchKind};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Deserializer};
use url::Url;

use super::terms::{self, Terms};
use super::{Gone, Heard, Moment, Stream, api, dates};
use crate::clock;
use crate::mention::{Author, Context, Lang, Mention, Published};
use crate::text::fold;

/// The stream of all posts.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Keys")]
pub struct Settings {
    endpoint: Url,
    terms: Option<Words>,
    listen_for: Duration,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    /// Words of which a post is kept that holds any, beside those that name a product.
    #[serde(default)]
    terms: Vec<String>,
    /// How long a round listens that somebody wants now.
    #[serde(default = "usual_length", deserialize_with = "length")]
    listen_for: Duration,
    /// The Jetstream.
    #[serde(default = "jetstream")]
    endpoint: Url,
}

fn jetstream() -> Url {
    Url::parse("wss://jetstream2.us-east.bsky.network/subscribe").expect("it is a constant, and an address")
}

fn usual_length() -> Duration {
    Duration::from_secs(30)
}

fn length<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    clock::parse_duration(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
}

impl TryFrom<Keys> for Settings {
    type Error = String;

    fn try_from(keys: Keys) -> Result<Self, String> {
        let Keys { terms, listen_for, endpoint } = keys;
        if !matches!(endpoint.scheme(), "wss" | "ws") {
            return Err(format!("`endpoint`: `{endpoint}` is no stream; write the address of a Jetstream, which starts with `wss://`"));
        }
        if listen_for.is_zero() {
            return Err("`listen_for` must be longer than nothing; write for example `listen_for = \"30s\"`".to_owned());
        }
        let terms: Vec<String> = terms.iter().map(|term| fold(term.trim())).collect();
        if terms.iter().any(String::is_empty) {
            return Err("`terms` holds an empty word; take it out".to_owned());
        }
        let terms = if terms.is_empty() { None } else { Some(Words::new(&terms)?) };
        Ok(Self { endpoint, terms, listen_for })
    }
}

const POSTS: &str = "app.bsky.feed.post";
pub(super) const TERMS: Terms = Terms { min_interval: Duration::from_secs(1), ..terms::USUAL };
/// What was said so long before the last message is asked for again: servers' clocks differ a little.
const MARGIN: SignedDuration = SignedDuration::from_secs(5);

impl Settings {
    pub(super) fn stream(&self, moment: Moment<'_>) -> Stream {
        let heard = moment.cursor.and_then(|cursor| cursor.parse().ok()).and_then(|at| Timestamp::from_microsecond(at).ok());
        let from = heard.map(|heard| heard.checked_sub(MARGIN).unwrap_or(heard)).or(moment.since);
        let mut url = self.endpoint.clone();
        url.query_pairs_mut().append_pair("wantedCollections", POSTS);
        if let Some(from) = from {
            url.query_pairs_mut().append_pair("cursor", &from.as_microsecond().to_string());
        }
        Stream { url, listen_for: self.listen_for, from }
    }

    pub(super) fn hear(&self, messages: &[String], names_product: &dyn Fn(&str) -> bool) -> Heard {
        let mut heard = Heard::default();
        let mut last = None;
        for message in messages {
            let event: Event<'_> = match serde_json::from_str(message) {
                Ok(event) => event,
                Err(error) => {
                    heard.refused.push(format!("a message is not as it should be: {error}"));
                    continue;
                }
            };
            // Numbers only go up, but for what is told again after a reconnection.
            last = last.max(Some(event.time_us));
            if let Ok(at) = Timestamp::from_microsecond(event.time_us) {
                let (first, latest) = heard.said.unwrap_or((at, at));
                heard.said = Some((first.min(at), latest.max(at)));
            }
            self.take(&event, names_product, &mut heard);
        }
        heard.cursor = last.map(|last: i64| last.to_string());
        super::name_some(&mut heard.refused);
        heard
    }

    fn take(&self, event: &Event<'_>, names_product: &dyn Fn(&str) -> bool, heard: &mut Heard) {
        if let Some(account) = event.account.as_ref().filter(|account| !account.active) {
            if matches!(account.status.as_deref(), Some("deleted" | "takendown")) {
                let start = format!("at://{}/", event.did);
                heard.mentions.retain(|mention| mention.own_id.as_ref().is_none_or(|id| !id.starts_with(&start)));
                heard.gone.push(Gone::AllOf(start));
            }
            return;
        }
        let Some(commit) = event.commit.as_ref().filter(|commit| commit.collection == POSTS) else { return };
        let id = format!("at://{}/{POSTS}/{}", event.did, commit.rkey);
        match (commit.operation.as_ref(), &commit.record) {
            ("delete", _) => {
                heard.mentions.retain(|mention| mention.own_id.as_deref() != Some(&id));
                heard.gone.push(Gone::Mention(id));
            }
            ("create" | "update", Some(post)) if self.wants(&post.text, names_product) => {
                heard.mentions.retain(|mention| mention.own_id.as_deref() != Some(&id));
                heard.mentions.extend(mention(id, event, &commit.rkey, post));
            }
            _ => {}
        }
    }

    fn wants(&self, text: &str, names_product: &dyn Fn(&str) -> bool) -> bool {
        self.terms.as_ref().is_some_and(|words| words.stand_in(text)) || names_product(text)
    }
}

/// A message of the stream, as far as it matters.
#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow)]
    did: Cow<'a, str>,
    time_us: i64,
    #[serde(borrow)]
    commit: Option<Commit<'a>>,
    #[serde(borrow)]
    account: Option<Account<'a>>,
}

#[derive(Deserialize)]
struct Account<'a> {
    active: bool,
    #[serde(borrow)]
    status: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Commit<'a> {
    #[serde(borrow)]
    operation: Cow<'a, str>,
    #[serde(borrow)]
    collection: Cow<'a, str>,
    #[serde(borrow)]
    rkey: Cow<'a, str>,
    #[serde(borrow)]
    record: Option<Post<'a>>,
}

/// A record; of another collection it may lack all of this.
#[derive(Deserialize)]
struct Post<'a> {
    #[serde(borrow, default)]
    text: Cow<'a, str>,
    #[serde(borrow, rename = "createdAt")]
    created_at: Option<Cow<'a, str>>,
    #[serde(default)]
    langs: Option<Vec<String>>,
    #[serde(borrow)]
    reply: Option<Reply<'a>>,
}

#[derive(Deserialize)]
struct Reply<'a> {
    #[serde(borrow)]
    root: Place<'a>,
    #[serde(borrow)]
    parent: Place<'a>,
}

#[derive(Deserialize)]
struct Place<'a> {
    #[serde(borrow)]
    uri: Cow<'a, str>,
}

fn mention(id: String, event: &Event<'_>, key: &str, post: &Post<'_>) -> Option<Mention> {
    let mut mention = Mention::new(post.text.as_ref())?;
    let mut url = Url::parse("https://bsky.app").ok()?;
    url.path_segments_mut().ok()?.extend(["profile", event.did.as_ref(), "post", key]);
    mention.url = Some(url);
    mention.author = api::author(&event.did).or_else(|| Author::named("unknown"));
    // What the post says of its date is its writer's word; it is not later than when it came by.
    let came = Timestamp::from_microsecond(event.time_us).ok();
    let written = post.created_at.as_deref().and_then(dates::read);
    mention.published = match (written, came) {
        (Some(written), Some(came)) => Some(written.not_after(came)),
        (written, came) => written.or(came.map(Published::instant)),
    };
    mention.lang = post.langs.as_ref().and_then(|langs| Lang::parse(langs.first()?));
    let reply = post.reply.as_ref();
    mention.context = Context {
        thread: Some(reply.map_or_else(|| id.clone(), |reply| reply.root.uri.clone().into_owned())),
        parent: reply.map(|reply| reply.parent.uri.clone().into_owned()),
        ..Context::default()
    };
    mention.own_id = Some(id);
    Some(mention)
}

/// Words that a post is looked through for.
#[derive(Clone, Debug)]
struct Words(AhoCorasick);

impl Words {
    fn new(folded: &[String]) -> Result<Self, String> {
        let built = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(folded);
        built.map(Self).map_err(|error| format!("`terms` cannot be listened for: {error}"))
    }

    /// Whether any of them stands in a text: as a whole word where letters have words.
    fn stand_in(&self, text: &str) -> bool {
        let folded = fold(text);
        let is_letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        let bytes = folded.as_bytes();
        let goes_on = |at: usize| is_letter(bytes.get(at)) && at > 0 && is_letter(bytes.get(at - 1));
        self.0.find_iter(&folded).any(|found| !goes_on(found.start()) && !goes_on(found.end()))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::{Value, json};

    use super::*;

    fn settings(keys: &str) -> Result<Settings, String> {
        toml::from_str(keys).map_err(|error| error.message().to_owned())
    }

    fn post(key: &str, time: i64, text: &str) -> Value {
        json!({"did": "did:plc:ann", "time_us": time, "kind": "commit", "commit": {"rev": "a", "operation": "create",
            "collection": POSTS, "rkey": key, "cid": "b", "record": {"$type": POSTS, "createdAt": "2026-03-01T10:00:00.000Z",
            "langs": ["en"], "text": text}}})
    }

    fn hear(settings: &Settings, messages: &[Value]) -> Heard {
        let messages: Vec<String> = messages.iter().map(Value::to_string).collect();
        settings.hear(&messages, &|text| text.contains("Acme"))
    }

    #[test]
    fn posts_are_kept_that_name_a_product_or_hold_a_term() {
        let settings = settings("terms = [\"note taking\", \"笔记\"]").unwrap();
        let said = ["Acme is easy", "Note Taking is hard", "footnote takings", "我的筆記", "Lunch"];
        let messages: Vec<Value> = said.iter().zip(1..).map(|(text, at)| post(&at.to_string(), at, text)).collect();
        let heard = hear(&settings, &messages);
        let kept: Vec<&str> = heard.mentions.iter().map(|mention| mention.text.as_str()).collect();
        assert_eq!(kept, ["Acme is easy", "Note Taking is hard", "我的筆記"]);
        assert_eq!(heard.cursor.as_deref(), Some("5"), "what is not kept is heard all the same");
    }

    #[test]
    fn a_post_is_a_mention_with_its_thread() {
        let mut reply = post("k2", 1_772_359_260_000_000, "Acme is easy");
        reply["commit"]["record"]["reply"] = json!({"root": {"uri": "at://did:plc:bob/app.bsky.feed.post/k0", "cid": "x"}, "parent": {"uri": "at://did:plc:cy/app.bsky.feed.post/k1", "cid": "y"}});
        let heard = hear(&settings("").unwrap(), &[reply]);
        let mention = &heard.mentions[0];
        assert_eq!(mention.own_id.as_deref(), Some("at://did:plc:ann/app.bsky.feed.post/k2"));
        assert_eq!(mention.url.as_ref().unwrap().as_str(), "https://bsky.app/profile/did:plc:ann/post/k2");
        assert_eq!(mention.context.parent.as_deref(), Some("at://did:plc:cy/app.bsky.feed.post/k1"));
        assert_eq!(mention.context.thread.as_deref(), Some("at://did:plc:bob/app.bsky.feed.post/k0"));
        assert_eq!(mention.published.unwrap().at.to_string(), "2026-03-01T10:00:00Z");
        assert_eq!(mention.lang, Some(Lang::english()));
    }

    #[test]
    fn what_is_taken_back_is_gone() {
        let delete = json!({"did": "did:plc:ann", "time_us": 3, "kind": "commit", "commit": {"rev": "a", "operation": "delete",
            "collection": POSTS, "rkey": "1"}});
        let left = json!({"did": "did:plc:bob", "time_us": 4, "kind": "account", "account": {"active": false, "did": "did:plc:bob",
            "seq": 1, "status": "deleted", "time": "2026-03-01T10:00:00Z"}});
        let away = json!({"did": "did:plc:cy", "time_us": 5, "kind": "account", "account": {"active": false, "status": "deactivated"}});
        let heard = hear(&settings("").unwrap(), &[post("1", 1, "Acme"), post("2", 2, "Acme too"), delete, left, away]);
        assert_eq!(heard.mentions.len(), 1, "said and taken back in one breath is not kept");
        let gone = [Gone::Mention(format!("at://did:plc:ann/{POSTS}/1")), Gone::AllOf("at://did:plc:bob/".to_owned())];
        assert_eq!(heard.gone, gone);
    }

    #[test]
    fn listening_goes_on_a_little_before_it_ended() {
        let now: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        let since: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
        let asked = |cursor, since| {
            let stream = settings("").unwrap().stream(Moment { now, since, cursor, dir: Path::new(".") });
            stream.url.query_pairs().find(|(key, _)| key == "cursor").map(|(_, value)| value.into_owned())
        };
        assert_eq!(asked(None, None), None);
        assert_eq!(asked(None, Some(since)).as_deref(), Some("1772323200000000"));
        assert_eq!(asked(Some("1772359260000000"), Some(since)).as_deref(), Some("1772359255000000"));
    }

    #[test]
    fn messages_that_are_none_are_told_and_passed_over() {
        let messages = ["{".to_owned(), post("1", 7, "Acme").to_string(), "[]".to_owned()];
        let heard = settings("").unwrap().hear(&messages, &|_| true);
        assert_eq!((heard.mentions.len(), heard.refused.len(), heard.cursor.as_deref()), (1, 2, Some("7")));
    }

    #[test]
    fn wrong_settings_are_told_with_what_to_write() {
        for (keys, said) in [
            ("endpoint = \"https://bsky.app\"", "`wss://`"),
            ("listen_for = \"0s\"", "listen_for"),
            ("terms = [\" \"]", "empty word"),
            ("query = \"acme\"", "unknown field `query`"),
        ] {
            assert!(settings(keys).unwrap_err().contains(said), "{keys}");
        }
    }
}
