//! One message of Slack as a mention; the same in the API's answers and in exports.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;
use url::Url;

use super::mrkdwn;
use crate::mention::{Author, Context, Mention, Published, Reach};
use crate::sources::api;

/// Where messages stand.
pub(super) struct Place<'a> {
    pub(super) channel: &'a str,
    pub(super) workspace: Option<&'a Url>,
    pub(super) names: &'a BTreeMap<String, String>,
    pub(super) bots: bool,
}

/// What a message amounts to.
pub(super) enum Said {
    Mention(Box<Mention>),
    /// It was deleted.
    Gone(String),
    /// A note of Slack's own, or nothing that people said.
    Nothing,
    Wrong(String),
}

/// Kinds of messages that people write.
const BY_PEOPLE: [&str; 6] = ["thread_broadcast", "me_message", "file_share", "file_comment", "reply_broadcast", "bot_message"];

pub(super) fn read(message: &Value, place: &Place<'_>) -> Said {
    let Some(ts) = api::told(message, "ts") else { return Said::Wrong("a message has no time (`ts`)".to_owned()) };
    let id = format!("{}/{ts}", place.channel);
    let subtype = api::told(message, "subtype");
    if subtype == Some("tombstone") {
        return Said::Gone(id);
    }
    let is_bot = subtype == Some("bot_message") || (message.get("bot_id").is_some() && message.get("user").is_none());
    let is_note = subtype.is_some_and(|subtype| !BY_PEOPLE.contains(&subtype)) || message.get("hidden") == Some(&Value::Bool(true));
    if is_note || (is_bot && !place.bots) {
        return Said::Nothing;
    }
    let Some(mut mention) = text(message).and_then(|text| Mention::new(mrkdwn::to_text(&text, place.names))) else {
        return Said::Nothing;
    };
    mention.published = time(message, "ts").and_then(published);
    if mention.published.is_none() {
        return Said::Wrong(format!("the message `{ts}` has no time that can be read"));
    }
    mention.edited = message.get("edited").and_then(|edited| time(edited, "ts")).and_then(published).map(|edited| edited.at);
    mention.author = author(message, place.names);
    let thread = api::told(message, "thread_ts");
    mention.url = place.workspace.and_then(|workspace| link(workspace, place.channel, ts, thread));
    let under = thread.filter(|thread| *thread != ts).map(|thread| format!("{}/{thread}", place.channel));
    mention.context = Context {
        thread: thread.map(|thread| format!("{}/{thread}", place.channel)),
        parent: under,
        reach: Reach { likes: reactions(message), replies: api::count(message, "reply_count"), ..Reach::default() },
        ..Context::default()
    };
    mention.own_id = Some(id);
    Said::Mention(Box::new(mention))
}

/// What a message says, or what is attached to it.
fn text(message: &Value) -> Option<String> {
    let attached = || {
        let Some(Value::Array(attached)) = message.get("attachments") else { return None };
        attached.iter().find_map(|one| api::told(one, "text").or_else(|| api::told(one, "fallback")))
    };
    api::told(message, "text").or_else(attached).map(str::to_owned)
}

/// The time under a key, in seconds since 1970.
pub(super) fn time(message: &Value, key: &str) -> Option<f64> {
    match message.get(key)? {
        Value::String(ts) => ts.parse().ok(),
        Value::Number(ts) => ts.as_f64(),
        _ => None,
    }
}

fn published(seconds: f64) -> Option<Published> {
    let micros = (seconds * 1_000_000.0).round();
    let is_sensible = (1.0..1e17).contains(&micros);
    is_sensible.then(|| Timestamp::from_microsecond(micros as i64).ok()).flatten().map(Published::instant)
}

fn author(message: &Value, names: &BTreeMap<String, String>) -> Option<Author> {
    let id = api::told(message, "user").or_else(|| api::told(message, "bot_id"));
    let known = id.and_then(|id| names.get(id)).map(String::as_str);
    let name = known.or_else(|| name_of(message.get("user_profile"))).or_else(|| api::told(message, "username")).or(id)?;
    Some(Author { handle: id.map(str::to_owned), ..Author::named(name)? })
}

/// The name that a profile shows.
pub(super) fn name_of(profile: Option<&Value>) -> Option<&str> {
    let profile = profile?;
    api::told(profile, "display_name").or_else(|| api::told(profile, "real_name"))
}

fn reactions(message: &Value) -> Option<u64> {
    let Value::Array(reactions) = message.get("reactions")? else { return None };
    Some(reactions.iter().filter_map(|reaction| api::count(reaction, "count")).fold(0, u64::saturating_add))
}

fn link(workspace: &Url, channel: &str, ts: &str, thread: Option<&str>) -> Option<Url> {
    let mut url = workspace.join(&format!("archives/{channel}/p{}", ts.replace('.', ""))).ok()?;
    if let Some(thread) = thread.filter(|thread| *thread != ts) {
        url.query_pairs_mut().append_pair("thread_ts", thread).append_pair("cid", channel);
    }
    Some(url)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(message: &Value) -> Said {
        let workspace = Url::parse("https://acme.slack.com/").unwrap();
        read(message, &Place { channel: "C1", workspace: Some(&workspace), names: &BTreeMap::new(), bots: false })
    }

    #[test]
    fn a_message_is_read_with_its_thread_and_edit() {
        let message = json!({"type": "message", "user": "U1", "text": "Easy to use &amp; cheap", "ts": "1700000200.000100",
            "thread_ts": "1700000100.000100", "edited": {"user": "U1", "ts": "1700000300.000000"}, "reactions": [{"name": "+1", "count": 2}]});
        let Said::Mention(mention) = said(&message) else { panic!() };
        assert_eq!((mention.text.as_str(), mention.own_id.as_deref()), ("Easy to use & cheap", Some("C1/1700000200.000100")));
        assert_eq!(mention.published.unwrap().at.to_string(), "2023-11-14T22:16:40.0001Z");
        assert_eq!(mention.edited.unwrap().to_string(), "2023-11-14T22:18:20Z");
        assert_eq!(mention.context.parent.as_deref(), Some("C1/1700000100.000100"));
        assert_eq!(mention.context.reach.likes, Some(2));
        let url = "https://acme.slack.com/archives/C1/p1700000200000100?thread_ts=1700000100.000100&cid=C1";
        assert_eq!(mention.url.unwrap().as_str(), url);
    }

    #[test]
    fn notes_are_passed_over_and_deleted_messages_are_gone() {
        for message in [
            json!({"subtype": "channel_join", "user": "U1", "text": "<@U1> has joined", "ts": "1.0"}),
            json!({"subtype": "bot_message", "bot_id": "B1", "text": "build failed", "ts": "1.0"}),
            json!({"user": "U1", "text": "", "ts": "1.0"}),
            json!({"user": "U1", "hidden": true, "text": "x", "ts": "1.0"}),
        ] {
            assert!(matches!(said(&message), Said::Nothing), "{message}");
        }
        let gone = json!({"subtype": "tombstone", "user": "USLACKBOT", "text": "This message was deleted.", "ts": "1700000100.000100"});
        assert!(matches!(said(&gone), Said::Gone(id) if id == "C1/1700000100.000100"));
        assert!(matches!(said(&json!({"text": "x"})), Said::Wrong(_)));
        assert!(matches!(said(&json!({"text": "x", "ts": "later"})), Said::Wrong(_)));
    }
}
