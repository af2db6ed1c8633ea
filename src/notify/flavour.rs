//! A message as each service wants it: its documented JSON, its headers, its signature. Pure.
//!
//! What is quoted is other people's text: it goes into fields that show text as it is, or is escaped, and never calls anybody.

use jiff::Timestamp;
use serde_json::{Value, json};
use url::Url;

use super::destination::{Destination, Kind};
use super::message::Message;
use super::signature::{basic, dingtalk, feishu, fingerprint, standard};
use super::wording::shortened;
use crate::fetch::{Call, Method};

/// Where Zendesk makes tickets, and Jira issues.
const TICKETS: &str = "/api/v2/tickets.json";
const ISSUE: &str = "/rest/api/3/issue";

/// The call that takes `message` to a destination that is not mail; none without an address.
pub(super) fn call(destination: &Destination, message: &Message, now: Timestamp) -> Option<Call> {
    let mut url = destination.url.clone()?;
    let id = fingerprint(&[&destination.name, &message.id]);
    let body = match &destination.kind {
        Kind::Mail(_) => return None,
        Kind::Webhook => webhook(message),
        Kind::Slack => slack(message),
        Kind::Teams => teams(message),
        Kind::Discord => discord(message),
        Kind::Feishu => feishu_post(message, destination, now),
        Kind::Dingtalk => json!({"msgtype": "text", "text": {"content": shortened(&message.text(), 5_000)}, "at": {"isAtAll": false}}),
        Kind::Wecom => json!({"msgtype": "text", "text": {"content": in_bytes(&message.text(), 2_000)}}),
        Kind::Zendesk => zendesk(message, &id),
        Kind::Jira { project, issue_type } => jira(message, project, issue_type, &id),
        Kind::Ticket(template) => template.filled(message),
    };
    let body = body.to_string().into_bytes();
    address(destination, &mut url, now);
    let headers = headers(destination, &id, &body, now);
    Some(Call { method: Method::Post, url, headers, body, timeout: Some(destination.timeout), allow_private: destination.allow_private })
}

/// The call that finds what a try before may have made of `message`; none where the service itself sees to it that a second makes
/// nothing.
pub(super) fn search(destination: &Destination, message: &Message, now: Timestamp) -> Option<Call> {
    let mut url = destination.url.clone()?;
    let id = fingerprint(&[&destination.name, &message.id]);
    let (made, searched, pairs) = match destination.kind {
        Kind::Zendesk => (TICKETS, TICKETS, vec![("external_id", id.clone())]),
        Kind::Jira { .. } => {
            let query = format!("labels = \"{}\"", label(&id));
            (ISSUE, "/rest/api/3/search/jql", vec![("jql", query), ("fields", "key".to_owned()), ("maxResults", "1".to_owned())])
        }
        _ => return None,
    };
    let path = url.path().trim_end_matches('/');
    let path = format!("{}{searched}", path.strip_suffix(made).unwrap_or(path));
    url.set_path(&path);
    url.query_pairs_mut().extend_pairs(pairs);
    let headers = headers(destination, &id, &[], now);
    let (timeout, allow_private) = (Some(destination.timeout), destination.allow_private);
    Some(Call { method: Method::Get, url, headers, body: Vec::new(), timeout, allow_private })
}

/// By which an issue of Jira is found again.
fn label(id: &str) -> String {
    format!("goodword-{id}")
}

fn address(destination: &Destination, url: &mut Url, now: Timestamp) {
    let end = match (&destination.kind, &destination.secret) {
        (Kind::Zendesk, _) => TICKETS,
        (Kind::Jira { .. }, _) => ISSUE,
        (Kind::Dingtalk, Some(secret)) => {
            let at = now.as_millisecond();
            let sign = dingtalk(secret.reveal(), at);
            url.query_pairs_mut().append_pair("timestamp", &at.to_string()).append_pair("sign", &sign);
            return;
        }
        _ => return,
    };
    // The address of the service is enough; one that is written out is left as it is.
    if !url.path().ends_with(end) {
        let path = format!("{}{end}", url.path().trim_end_matches('/'));
        url.set_path(&path);
    }
}

fn headers(destination: &Destination, id: &str, body: &[u8], now: Timestamp) -> Vec<(String, String)> {
    let mut headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
    let mut add = |name: &str, value: String| headers.push((name.to_owned(), value));
    let secret = destination.secret.as_ref().map(|secret| secret.reveal()).unwrap_or_default();
    let user = destination.user.as_deref().unwrap_or_default();
    match &destination.kind {
        Kind::Webhook => {
            let (id, seconds) = (format!("msg_{id}"), now.as_second());
            // A receiver that knows only one of the two secrets finds its own among the signatures.
            let signatures: Vec<String> = destination.secrets().map(|secret| standard(secret.reveal(), &id, seconds, body)).collect();
            add("webhook-id", id);
            add("webhook-timestamp", seconds.to_string());
            if !signatures.is_empty() {
                add("webhook-signature", signatures.join(" "));
            }
        }
        Kind::Zendesk => {
            add("Authorization", basic(&format!("{user}/token"), secret));
            add("Idempotency-Key", id.to_owned());
        }
        Kind::Jira { .. } => {
            add("Authorization", basic(user, secret));
            add("Accept", "application/json".to_owned());
        }
        Kind::Ticket(_) => add("Idempotency-Key", id.to_owned()),
        _ => {}
    }
    headers.extend(destination.headers.iter().map(|(name, value)| (name.clone(), value.replace("{secret}", secret))));
    headers
}

fn webhook(message: &Message) -> Value {
    let facts: serde_json::Map<String, Value> =
        message.facts.iter().map(|fact| (fact.name.clone(), Value::String(fact.value.clone()))).collect();
    json!({
        "type": format!("goodword.{}", message.topic),
        "timestamp": message.at,
        "data": {
            "id": message.id, "topic": message.topic, "urgent": message.urgent, "subject": message.subject, "lines": message.lines,
            "facts": facts, "link": message.link,
        },
    })
}

fn slack(message: &Message) -> Value {
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let plain = |text: &str, most| json!({"type": "plain_text", "text": shortened(text, most), "emoji": false});
    let mut blocks = vec![json!({"type": "header", "text": plain(&message.subject, 150)})];
    if !message.lines.is_empty() {
        blocks.push(json!({"type": "section", "text": plain(&message.lines.join("\n"), 3_000)}));
    }
    let facts: Vec<Value> = message.facts.iter().take(10).map(|fact| plain(&format!("{}: {}", fact.name, fact.value), 2_000)).collect();
    if !facts.is_empty() {
        blocks.push(json!({"type": "section", "fields": facts}));
    }
    if let Some(link) = &message.link {
        blocks.push(json!({"type": "section", "text": {"type": "mrkdwn", "text": format!("<{}|open in Goodword>", escaped(link))}}));
    }
    json!({"text": escaped(&message.subject), "blocks": blocks})
}

fn teams(message: &Message) -> Value {
    // Text blocks show Markdown; runs of rich text show what they are given.
    let run = |text: &str, weight: &str| json!({"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, "weight": weight}]});
    let mut body = vec![run(&message.subject, "Bolder")];
    body.extend(message.lines.iter().map(|line| run(line, "Default")));
    body.extend(message.facts.iter().map(|fact| run(&format!("{}: {}", fact.name, fact.value), "Lighter")));
    let actions: Vec<Value> =
        message.link.iter().map(|link| json!({"type": "Action.OpenUrl", "title": "Open in Goodword", "url": link})).collect();
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
                "body": body, "actions": actions,
            },
        }],
    })
}

fn discord(message: &Message) -> Value {
    let escaped = |text: &str| {
        text.chars()
            .flat_map(|letter| ['\\'].into_iter().filter(move |_| "\\*_~`|>[]()#".contains(letter)).chain([letter]))
            .collect::<String>()
    };
    let fields: Vec<Value> = message
        .facts
        .iter()
        .take(25)
        .map(|fact| json!({"name": shortened(&fact.name, 256), "value": shortened(&escaped(&fact.value), 1_024), "inline": true}))
        .collect();
    let embed = json!({
        "title": shortened(&escaped(&message.subject), 256), "description": shortened(&escaped(&message.lines.join("\n")), 2_000),
        "url": message.link, "timestamp": message.at, "fields": fields,
    });
    json!({"embeds": [embed], "allowed_mentions": {"parse": []}})
}

fn feishu_post(message: &Message, destination: &Destination, now: Timestamp) -> Value {
    let facts = message.facts.iter().map(|fact| format!("{}: {}", fact.name, fact.value));
    let mut content: Vec<Value> = message.lines.iter().cloned().chain(facts).map(|line| json!([{"tag": "text", "text": line}])).collect();
    content.extend(message.link.iter().map(|link| json!([{"tag": "a", "text": "Goodword", "href": link}])));
    let post = json!({"zh_cn": {"title": message.subject, "content": content}});
    let mut body = json!({"msg_type": "post", "content": {"post": post}});
    if let (Some(secret), Some(object)) = (&destination.secret, body.as_object_mut()) {
        let seconds = now.as_second();
        object.insert("timestamp".to_owned(), seconds.to_string().into());
        object.insert("sign".to_owned(), feishu(secret.reveal(), seconds).into());
    }
    body
}

fn zendesk(message: &Message, id: &str) -> Value {
    let priority = if message.urgent { "urgent" } else { "normal" };
    json!({"ticket": {
        "subject": shortened(&message.subject, 150), "comment": {"body": message.text(), "public": false}, "priority": priority,
        "external_id": id, "tags": ["goodword", message.topic],
    }})
}

fn jira(message: &Message, project: &str, issue_type: &str, id: &str) -> Value {
    let mut content: Vec<Value> = message
        .below()
        .lines()
        .filter(|line| !line.is_empty() && Some(*line) != message.link.as_deref())
        .map(|line| json!({"type": "paragraph", "content": [{"type": "text", "text": line}]}))
        .collect();
    content.extend(message.link.iter().map(|link| {
        let marks = json!([{"type": "link", "attrs": {"href": link}}]);
        json!({"type": "paragraph", "content": [{"type": "text", "text": link, "marks": marks}]})
    }));
    json!({"fields": {
        "project": {"key": project}, "issuetype": {"name": issue_type}, "summary": shortened(&message.subject, 250),
        "labels": ["goodword", label(id)],
        "description": {"type": "doc", "version": 1, "content": content},
    }})
}

/// The text cut to so many bytes, between two characters.
fn in_bytes(text: &str, most: usize) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        if out.len() + letter.len_utf8() > most {
            break;
        }
        out.push(letter);
    }
    out
}
