//! Where messages go: the `[[destination]]` entries of settings.toml.
//!
//! Knows what each kind needs, not how a message looks there. Addresses and secrets are never printed.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;
use toml::de::DeTable;
use url::Url;

use super::mail::mailbox;
use super::quiet::{self, Quiet};
use super::rule::optional_duration;
use super::template::Template;
use crate::sources::{Secret, SecretPlace};
use crate::tomlfile::TomlFile;

/// So long a receiver may take to answer, unless something else is said.
const USUAL_TIMEOUT: Duration = Duration::from_secs(30);
/// A row is leased for longer than this.
const LONGEST_TIMEOUT: Duration = Duration::from_mins(2);

/// Where messages go.
#[derive(Clone)]
pub struct Destination {
    /// Its name, unique in the file.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    pub(super) url: Option<Url>,
    pub(super) secret: Option<Secret>,
    /// The secret before, while receivers change over.
    pub(super) old_secret: Option<Secret>,
    pub(super) user: Option<String>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) allow_private: bool,
    /// How long it may take to answer.
    pub(super) timeout: Duration,
    pub(super) quiet: Option<Quiet>,
}

/// The kinds of destination.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Mail, to each of these addresses.
    Mail(Vec<String>),
    /// A signed JSON object.
    Webhook,
    /// An incoming webhook of Slack.
    Slack,
    /// A workflow of Microsoft Teams.
    Teams,
    /// A webhook of Discord.
    Discord,
    /// A custom bot of Feishu or Lark.
    Feishu,
    /// A custom bot of DingTalk.
    Dingtalk,
    /// A group bot of WeCom.
    Wecom,
    /// Tickets of Zendesk.
    Zendesk,
    /// Issues of Jira.
    Jira {
        /// The key of the project.
        project: String,
        /// The name of the type of issue.
        issue_type: String,
    },
    /// Any API that makes something from JSON.
    Ticket(Template),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    name: String,
    kind: Word,
    url: Option<Written>,
    secret: Option<SecretPlace>,
    old_secret: Option<SecretPlace>,
    to: Option<Vec<String>>,
    user: Option<String>,
    project: Option<String>,
    issue_type: Option<String>,
    template: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    allow_private: bool,
    #[serde(default, deserialize_with = "optional_duration")]
    timeout: Option<Duration>,
    quiet: Option<quiet::Keys>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Word {
    Mail,
    Webhook,
    Slack,
    Teams,
    Discord,
    Feishu,
    Dingtalk,
    Wecom,
    Zendesk,
    Jira,
    Ticket,
}

/// An address written down, or kept where secrets are: for many services it is one.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "expected an address, `{ env = \"NAME\" }` or `{ file = \"path\" }`")]
enum Written {
    Plain(String),
    Kept(SecretPlace),
}

impl fmt::Debug for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Destination").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Destination {
    /// When something that comes up at `now` may go out.
    pub fn due(&self, urgent: bool, now: jiff::Timestamp) -> jiff::Timestamp {
        self.quiet.as_ref().filter(|_| !urgent).map_or(now, |quiet| quiet.over_after(now))
    }

    /// The secrets it uses, with what each is.
    pub fn secrets(&self) -> impl Iterator<Item = &Secret> {
        self.secret.iter().chain(&self.old_secret)
    }

    /// Whether the same thing sent twice makes something only once, by its own words.
    pub(super) fn makes_tickets(&self) -> bool {
        matches!(self.kind, Kind::Zendesk | Kind::Jira { .. } | Kind::Ticket(_))
    }

    /// Whether what was made is found only a while later.
    pub(super) fn search_lags(&self) -> bool {
        matches!(self.kind, Kind::Jira { .. })
    }
}

/// Reads a `[[destination]]`; mistakes are noted in `file`.
pub(super) fn read(file: &TomlFile, entry: &Spanned<DeTable<'_>>, dir: &Path) -> Option<Destination> {
    let thing = super::settings::named(entry, "destination");
    let keys: Keys = file.decode(entry, &thing, &[])?;
    let at = Some(entry.span().start);
    let mut problems = Vec::new();
    let found = build(keys, dir, &mut problems);
    for (what, remedy) in &problems {
        file.problem(at, &thing, what, remedy);
    }
    found.filter(|_| problems.is_empty())
}

type Problems = Vec<(String, String)>;

fn build(keys: Keys, dir: &Path, problems: &mut Problems) -> Option<Destination> {
    unused(&keys, problems);
    if keys.name.starts_with('@') {
        problems.push(("names with `@` stand for people".to_owned(), "give it another name".to_owned()));
    }
    if keys.timeout.is_some_and(|timeout| timeout.is_zero() || timeout > LONGEST_TIMEOUT) {
        problems.push(("`timeout` lies between `1s` and `2m`".to_owned(), "write `timeout = \"10s\"`".to_owned()));
    }
    let mut secret = |place: Option<SecretPlace>, what: &str| match place?.fetch(dir) {
        Ok(secret) => Some(secret),
        Err(remedy) => {
            problems.push((format!("its {what} cannot be read"), remedy));
            None
        }
    };
    let url = match keys.url {
        Some(Written::Plain(url)) => Some(url),
        Some(Written::Kept(place)) => secret(Some(place), "address").map(|url| url.reveal().to_owned()),
        None => None,
    };
    let (new, old) = (secret(keys.secret, "secret"), secret(keys.old_secret, "old secret"));
    let url = url.and_then(|url| match Url::parse(&url) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.host().is_some() => Some(url),
        _ => {
            problems.push(("its `url` is not an address".to_owned(), "write `https://…`".to_owned()));
            None
        }
    });
    let template = keys.template.and_then(|text| Template::read(&text).map_err(|error| problems.push((error, String::new()))).ok());
    let quiet =
        keys.quiet.and_then(|keys| Quiet::read(&keys).map_err(|error| problems.push((format!("`quiet`: {error}"), String::new()))).ok());
    let kind = match keys.kind {
        Word::Mail => Kind::Mail(addresses(keys.to.unwrap_or_default(), problems)),
        Word::Webhook => Kind::Webhook,
        Word::Slack => Kind::Slack,
        Word::Teams => Kind::Teams,
        Word::Discord => Kind::Discord,
        Word::Feishu => Kind::Feishu,
        Word::Dingtalk => Kind::Dingtalk,
        Word::Wecom => Kind::Wecom,
        Word::Zendesk => Kind::Zendesk,
        Word::Jira => Kind::Jira { project: keys.project?, issue_type: keys.issue_type.unwrap_or_else(|| "Task".to_owned()) },
        Word::Ticket => Kind::Ticket(template?),
    };
    Some(Destination {
        name: keys.name,
        kind,
        url,
        secret: new,
        old_secret: old,
        user: keys.user,
        headers: keys.headers.into_iter().collect(),
        allow_private: keys.allow_private,
        timeout: keys.timeout.unwrap_or(USUAL_TIMEOUT),
        quiet,
    })
}

/// Notes keys that a kind needs and has not, and keys that mean nothing to it.
fn unused(keys: &Keys, problems: &mut Problems) {
    use Word::{Dingtalk, Feishu, Jira, Mail, Ticket, Webhook, Zendesk};
    let kind = keys.kind;
    let table = [
        ("url", keys.url.is_some(), kind != Mail, kind != Mail),
        ("to", keys.to.is_some(), kind == Mail, kind == Mail),
        (
            "secret",
            keys.secret.is_some(),
            matches!(kind, Zendesk | Jira),
            matches!(kind, Webhook | Feishu | Dingtalk | Zendesk | Jira | Ticket),
        ),
        ("old_secret", keys.old_secret.is_some(), false, kind == Webhook),
        ("user", keys.user.is_some(), matches!(kind, Zendesk | Jira), matches!(kind, Zendesk | Jira)),
        ("project", keys.project.is_some(), kind == Jira, kind == Jira),
        ("issue_type", keys.issue_type.is_some(), false, kind == Jira),
        ("template", keys.template.is_some(), kind == Ticket, kind == Ticket),
        ("timeout", keys.timeout.is_some(), false, kind != Mail),
        ("headers", !keys.headers.is_empty(), false, matches!(kind, Webhook | Ticket)),
    ];
    let word = format!("{kind:?}").to_lowercase();
    for (key, given, needed, known) in table {
        if needed && !given {
            problems.push((format!("missing key `{key}`"), format!("add a line `{key} = …`")));
        }
        if given && !known {
            problems.push((format!("`{key}` means nothing to a destination of kind `{word}`"), "take it away".to_owned()));
        }
    }
}

fn addresses(to: Vec<String>, problems: &mut Problems) -> Vec<String> {
    for address in &to {
        if let Err(error) = mailbox(address) {
            problems.push((format!("`to`: {error:#}"), "write `ann@example.com`".to_owned()));
        }
    }
    to
}
