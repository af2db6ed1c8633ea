//! Messages of Slack: channels by the API with a bot's token, or a workspace's export.
//!
//! Channels are read newest first; the note of how far it has listened tells which threads have new answers. What joins, leaves
//! and other notes of Slack's own say is passed over; a message that was deleted is told as gone.

mod export;
mod message;
mod mrkdwn;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::terms::{self, Terms};
use super::{Ask, Moment, ParseError, Parsed, api};
use crate::fetch;
use message::{Place, Said};

/// What to listen to.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Keys")]
pub struct Settings {
    what: What,
    workspace: Option<Url>,
    bots: bool,
}

#[derive(Clone, Debug)]
enum What {
    Channels { ids: Vec<String>, names: bool, threads: bool, endpoint: Url },
    Export { path: PathBuf, channels: Vec<String> },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    #[serde(default)]
    channels: Vec<String>,
    export: Option<PathBuf>,
    /// Where a person opens messages: `acme.slack.com`.
    workspace: Option<String>,
    /// Whether people go by their names in place of their ids.
    #[serde(default)]
    names: bool,
    #[serde(default = "yes")]
    threads: bool,
    /// Whether bots are heard, too.
    #[serde(default)]
    bots: bool,
    endpoint: Option<Url>,
}

fn yes() -> bool {
    true
}

const SITE: &str = "Slack";
const PER_PAGE: &str = "200";
/// Messages that are looked at again once a day may have had answers since the day before.
const LOOK_BACK: f64 = 2.0 * 86_400.0;
/// As many names are remembered.
const MOST_NAMES: usize = 20_000;
/// Fifty requests a minute are allowed to an app of one's own.
pub(super) const TERMS: Terms =
    Terms { min_interval: Duration::from_millis(1_500), headers: &[("Authorization", "Bearer {secret}")], ..terms::USUAL };

impl TryFrom<Keys> for Settings {
    type Error = String;

    fn try_from(keys: Keys) -> Result<Self, String> {
        let Keys { channels, export, workspace, names, threads, bots, endpoint } = keys;
        let workspace = workspace.map(|workspace| workspace_url(&workspace)).transpose()?;
        let what = match export {
            Some(path) => What::Export { path, channels: channels.iter().map(|name| name.trim_start_matches('#').to_owned()).collect() },
            None if channels.is_empty() => {
                return Err(
                    "nothing to listen to; write `channels = [\"C…\"]` (at the end of a channel's details), or `export = \"export.zip\"`"
                        .to_owned(),
                );
            }
            None => {
                let usual = || Url::parse("https://slack.com").expect("it is a constant, and an address");
                let ids = channels.iter().map(|id| channel(id)).collect::<Result<_, _>>()?;
                What::Channels { ids, names, threads, endpoint: endpoint.unwrap_or_else(usual) }
            }
        };
        Ok(Self { what, workspace, bots })
    }
}

/// A channel's id, given as such or as its address.
fn channel(given: &str) -> Result<String, String> {
    let id = given.trim_end_matches('/').rsplit('/').next().unwrap_or(given);
    let fits = id.len() >= 9 && id.starts_with(['C', 'G', 'D']) && id.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    fits.then(|| id.to_owned()).ok_or_else(|| {
        format!("`channels`: `{given}` is no channel's id; write the `C…` that stands at the end of the channel's details, or its address")
    })
}

fn workspace_url(given: &str) -> Result<Url, String> {
    let host = given.trim().trim_start_matches("https://").trim_end_matches('/');
    let host = if host.contains('.') { host.to_owned() } else { format!("{host}.slack.com") };
    Url::parse(&format!("https://{host}/")).map_err(|_| format!("`workspace`: `{given}` is none; write for example `acme.slack.com`"))
}

/// How far it has listened.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Heard {
    /// The newest message or answer of each channel.
    until: BTreeMap<String, f64>,
    names: BTreeMap<String, String>,
}

impl Heard {
    fn of(moment: Moment<'_>) -> Self {
        moment.cursor.and_then(|cursor| serde_json::from_str(cursor).ok()).unwrap_or_default()
    }

    fn note(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }
}

impl Settings {
    pub(super) fn asks(&self, moment: Moment<'_>) -> Result<Vec<Ask>, ParseError> {
        match &self.what {
            What::Export { path, .. } => Ok(vec![Ask::Read(moment.dir.join(path))]),
            What::Channels { ids, names, endpoint, .. } => {
                let users = names.then(|| method(endpoint, "users.list", &[]));
                let history = ids.iter().map(|id| method(endpoint, "conversations.history", &[("channel", id)]));
                Ok(users.into_iter().chain(history).map(Ask::Get).collect())
            }
        }
    }

    /// Whether it needs a token.
    pub(super) fn needs_secret(&self) -> bool {
        matches!(self.what, What::Channels { .. })
    }

    pub(super) fn parse(&self, ask: &Ask, page: &fetch::Page, moment: Moment<'_>) -> Result<Parsed, ParseError> {
        if let What::Export { channels, .. } = &self.what {
            return export::read(&page.body, channels, self.workspace.as_ref(), self.bots);
        }
        let answer = api::read(page, SITE)?;
        if answer.get("ok").and_then(Value::as_bool) != Some(true) {
            return Err(refusal(&answer));
        }
        let heard = Heard::of(moment);
        if let Some(Value::Array(members)) = answer.get("members") {
            return Ok(names_of(ask, members, &answer, heard));
        }
        let Some(Value::Array(messages)) = answer.get("messages") else { return Err(api::instead(&answer, SITE, "messages")) };
        let channel = api::asked(ask, "channel").unwrap_or_default();
        let mut parsed = Parsed::default();
        let place = Place { channel: &channel, workspace: self.workspace.as_ref(), names: &heard.names, bots: self.bots };
        for message in messages {
            match message::read(message, &place) {
                Said::Mention(mention) => parsed.mentions.push(*mention),
                Said::Gone(id) => parsed.gone.push(id),
                Said::Nothing => {}
                Said::Wrong(why) => parsed.refused.push(why),
            }
        }
        super::name_some(&mut parsed.refused);
        self.lead_on(ask, &answer, messages, heard, &mut parsed);
        Ok(parsed)
    }

    /// The next page, and the threads that were answered since they were last read.
    fn lead_on(&self, ask: &Ask, answer: &Value, messages: &[Value], mut heard: Heard, parsed: &mut Parsed) {
        let (What::Channels { threads, endpoint, .. }, Some(url)) = (&self.what, ask.url()) else { return };
        let channel = api::asked(ask, "channel").unwrap_or_default();
        let is_thread = api::asked(ask, "ts").is_some();
        let is_first = api::asked(ask, "cursor").is_none() && !is_thread;
        let told: Option<f64> = url.fragment().and_then(|told| told.strip_prefix("since=")).and_then(|since| since.parse().ok());
        let until = if is_first { heard.until.get(&channel).copied() } else { told };
        if *threads && !is_thread {
            for message in messages {
                let answered = message::time(message, "latest_reply").is_some_and(|last| until.is_none_or(|until| last > until));
                if let (true, Some(ts)) = (answered, api::told(message, "ts")) {
                    parsed.next.push(Ask::Get(method(endpoint, "conversations.replies", &[("channel", &channel), ("ts", ts)])));
                }
            }
        }
        if is_first {
            let newest =
                messages.iter().flat_map(|message| [message::time(message, "ts"), message::time(message, "latest_reply")]).flatten();
            let newest = newest.fold(until.unwrap_or_default(), f64::max);
            if until != Some(newest) && newest > 0.0 {
                heard.until.insert(channel, newest);
                parsed.cursor = heard.note();
            }
        }
        let next = answer.pointer("/response_metadata/next_cursor").and_then(Value::as_str).filter(|next| !next.is_empty());
        if let Some(Ask::Get(mut next)) = next.and_then(|next| api::asking(ask, "cursor", next)) {
            let since = if is_first { until.map(|until| until - LOOK_BACK) } else { told };
            next.set_fragment(since.map(|since| format!("since={since}")).as_deref());
            parsed.next.push(Ask::Get(next));
        }
    }
}

fn method(endpoint: &Url, name: &str, pairs: &[(&str, &str)]) -> Url {
    let mut url = api::at(endpoint, &format!("/api/{name}"));
    url.query_pairs_mut().append_pair("limit", PER_PAGE).extend_pairs(pairs);
    url
}

/// Notes the names of people.
fn names_of(ask: &Ask, members: &[Value], answer: &Value, mut heard: Heard) -> Parsed {
    let before = heard.clone();
    for member in members {
        let name = message::name_of(member.get("profile")).or_else(|| api::told(member, "real_name").or_else(|| api::told(member, "name")));
        if let (Some(id), Some(name), true) = (api::told(member, "id"), name, heard.names.len() < MOST_NAMES) {
            heard.names.insert(id.to_owned(), name.to_owned());
        }
    }
    let mut parsed = Parsed::default();
    if heard != before {
        parsed.cursor = heard.note();
    }
    let next = answer.pointer("/response_metadata/next_cursor").and_then(Value::as_str).filter(|next| !next.is_empty());
    parsed.next.extend(next.and_then(|next| api::asking(ask, "cursor", next)));
    parsed
}

/// What to do about an answer that says no.
fn refusal(answer: &Value) -> ParseError {
    let Some(error) = api::told(answer, "error") else { return api::instead(answer, SITE, "messages") };
    let remedy = match error {
        "invalid_auth" | "not_authed" | "account_inactive" | "token_revoked" | "token_expired" => {
            "its token is not good any more: install the app in the workspace again and put the new `xoxb-…` where `secret` says".to_owned()
        }
        "not_in_channel" | "channel_not_found" => "invite the app into the channel (`/invite @its-name`), or correct `channels`".to_owned(),
        "missing_scope" => {
            let needed = api::told(answer, "needed").unwrap_or("channels:history");
            format!("give the app the scope `{needed}` under OAuth & Permissions, and install it again")
        }
        "ratelimited" => "it asks for patience; ask less often (`every`)".to_owned(),
        _ => "see what Slack says of this error, then correct the source".to_owned(),
    };
    ParseError::Instead(format!("{SITE} gave no messages but the error `{error}`; {remedy}"))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::json;

    use super::*;

    fn settings(keys: &str) -> Result<Settings, String> {
        toml::from_str(keys).map_err(|error| error.message().to_owned())
    }

    fn read(settings: &Settings, ask: &Ask, answer: &Value, cursor: Option<&str>) -> Result<Parsed, ParseError> {
        let page = fetch::Page { url: ask.url().unwrap().clone(), content_type: None, body: answer.to_string().into() };
        settings.parse(ask, &page, moment(cursor))
    }

    fn moment(cursor: Option<&str>) -> Moment<'_> {
        Moment { now: jiff::Timestamp::UNIX_EPOCH, since: None, cursor, dir: Path::new(".") }
    }

    #[test]
    fn a_channel_is_given_by_its_id_or_address() {
        assert!(settings("").unwrap_err().contains("nothing to listen to"));
        assert!(settings("channels = ['general']").unwrap_err().contains("no channel's id"));
        let of_address = settings("channels = ['https://acme.slack.com/archives/C0123456789']").unwrap();
        let asks = of_address.asks(moment(None)).unwrap();
        let want = "https://slack.com/api/conversations.history?limit=200&channel=C0123456789";
        assert_eq!(asks, [Ask::Get(want.parse().unwrap())]);
        assert_eq!(settings("channels = ['C0123456789']\nnames = true").unwrap().asks(moment(None)).unwrap().len(), 2);
    }

    #[test]
    fn threads_are_read_when_they_were_answered_and_pages_lead_on() {
        let settings = settings("channels = ['C0123456789']").unwrap();
        let ask = settings.asks(moment(None)).unwrap().remove(0);
        let answer = json!({"ok": true, "messages": [
            {"type": "message", "user": "U1", "text": "new", "ts": "1700000200.000100"},
            {"type": "message", "user": "U1", "text": "answered", "ts": "1700000100.000100", "thread_ts": "1700000100.000100",
             "reply_count": 1, "latest_reply": "1700000150.000100"}],
            "response_metadata": {"next_cursor": "bmV4dA=="}});
        let first = read(&settings, &ask, &answer, None).unwrap();
        assert_eq!((first.mentions.len(), first.next.len()), (2, 2));
        assert!(first.next[0].url().unwrap().as_str().contains("conversations.replies?limit=200&channel=C0123456789&ts=1700000100.000100"));
        assert!(first.next[1].url().unwrap().as_str().ends_with("cursor=bmV4dA%3D%3D"), "all that was never read: {:?}", first.next[1]);
        let cursor = first.cursor.unwrap();
        let again = read(&settings, &ask, &answer, Some(&cursor)).unwrap();
        assert_eq!((again.cursor, again.next.len()), (None, 1), "the thread is known");
        let older = read(&settings, &again.next[0], &answer, Some(&cursor)).unwrap();
        assert_eq!(older.next.len(), 2, "a day later, threads of older pages may have been answered");
    }

    #[test]
    fn an_error_is_told_with_its_remedy() {
        let settings = settings("channels = ['C0123456789']").unwrap();
        let ask = settings.asks(moment(None)).unwrap().remove(0);
        for (error, said) in [
            ("invalid_auth", "`secret`"),
            ("token_revoked", "install the app"),
            ("not_in_channel", "/invite"),
            ("missing_scope", "`groups:history`"),
            ("fatal_error", "`fatal_error`"),
        ] {
            let answer = json!({"ok": false, "error": error, "needed": "groups:history"});
            let told = read(&settings, &ask, &answer, None).unwrap_err();
            assert!(matches!(&told, ParseError::Instead(told) if told.contains(said)), "{told}");
        }
    }

    #[test]
    fn names_stand_for_ids_once_they_are_known() {
        let settings = settings("channels = ['C0123456789']\nnames = true").unwrap();
        let asks = settings.asks(moment(None)).unwrap();
        let users = json!({"ok": true, "members": [{"id": "U1", "name": "ann", "profile": {"display_name": "Ann L."}}, {"id": "U2", "name": "bob"}],
            "response_metadata": {"next_cursor": ""}});
        let cursor = read(&settings, &asks[0], &users, None).unwrap().cursor.unwrap();
        let said = json!({"ok": true, "messages": [{"type": "message", "user": "U1", "text": "ask <@U2>", "ts": "1700000200.000100"}]});
        let mention = read(&settings, &asks[1], &said, Some(&cursor)).unwrap().mentions.remove(0);
        let author = mention.author.unwrap();
        assert_eq!((author.name.as_str(), author.handle.as_deref(), mention.text.as_str()), ("Ann L.", Some("U1"), "ask @bob"));
    }
}
