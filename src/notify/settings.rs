//! The sections `[mail]`, `[[destination]]` and `[[alert]]` of settings.toml, and what they amount to together.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Deserializer};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::destination::{self, Destination, Kind};
use super::mail::mailbox;
use super::rule::{self, Rule};
use crate::clock;
use crate::sources::{Secret, SecretPlace};
use crate::tomlfile::{TomlFile, entries};

/// How people are told, where and what.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// How mail is carried.
    pub mail: MailSettings,
    /// Where messages go.
    pub destinations: Vec<Arc<Destination>>,
    /// What is told.
    pub rules: Vec<Rule>,
    /// Where people reach the web page, without a slash at its end; links begin with it.
    pub page: String,
}

/// How mail is carried.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// By what.
    pub transport: Transport,
    /// Whom it comes from.
    pub from: String,
    /// Whom answers go to.
    pub reply_to: Option<String>,
}

/// What carries mail.
#[derive(Clone, Debug)]
pub enum Transport {
    /// A mail server.
    Smtp(Smtp),
    /// Files in `index/outbox/`, for people to look at.
    File,
    /// The memory of this process, for tests.
    Memory,
}

/// A mail server.
#[derive(Clone, Debug)]
pub struct Smtp {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) security: Security,
    pub(super) login: Option<(String, Secret)>,
    pub(super) timeout: Duration,
    /// Further certificates to trust, PEM.
    pub(super) certificates: Option<Vec<u8>>,
}

/// How a connection to a mail server is kept private.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Security {
    /// TLS after the greeting; nothing is sent where the server does not offer it.
    #[default]
    Starttls,
    /// TLS from the start.
    Tls,
    /// Not at all.
    None,
}

impl Default for MailSettings {
    fn default() -> Self {
        Self { transport: Transport::File, from: NOBODY.to_owned(), reply_to: None }
    }
}

const NOBODY: &str = "Goodword <goodword@localhost>";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    #[serde(default)]
    transport: Word,
    host: Option<String>,
    port: Option<u16>,
    #[serde(default)]
    security: Security,
    user: Option<String>,
    password: Option<SecretPlace>,
    from: Option<String>,
    reply_to: Option<String>,
    #[serde(default = "usual_timeout", deserialize_with = "duration")]
    timeout: Duration,
    certificates: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Word {
    Smtp,
    #[default]
    File,
    Memory,
}

impl Settings {
    /// The destination of this name.
    pub fn destination(&self, name: &str) -> Option<&Arc<Destination>> {
        self.destinations.iter().find(|destination| destination.name == name)
    }

    /// Whether what goes to the destination of this name goes by mail.
    pub(super) fn goes_by_mail(&self, name: &str) -> bool {
        name == super::MAIL || self.destination(name).is_some_and(|destination| matches!(destination.kind, Kind::Mail(_)))
    }

    /// The address of the page with what `query` finds, newest first.
    pub fn page_of(&self, query: &str) -> String {
        let query: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
        format!("{}/?q={query}", self.page)
    }

    /// The address of the page with one mention.
    pub fn page_of_mention(&self, id: &str) -> String {
        self.page_of(&format!("id:\"{id}\""))
    }
}

/// The settings in `table`; every mistake is noted in `file`, and what it concerns is left out. Relative files start in `dir`.
pub fn read(file: &TomlFile, table: &DeTable<'_>, dir: &Path, page: String) -> Settings {
    let mail = read_mail(file, table, dir).unwrap_or_default();
    let mut destinations: Vec<Arc<Destination>> = Vec::new();
    let mut names = BTreeSet::from([super::MAIL.to_owned()]);
    let mut given = Vec::new();
    for entry in entries(file, table, "destination") {
        given.extend(name_of(&entry));
        let Some(found) = destination::read(file, &entry, dir) else { continue };
        if names.insert(found.name.clone()) {
            destinations.push(Arc::new(found));
        } else {
            let thing = named(&entry, "destination");
            file.problem(Some(entry.span().start), &thing, "the name is taken", "give each destination a name of its own");
        }
    }
    let given: Vec<&str> = given.iter().map(String::as_str).collect();
    let mut rules: Vec<Rule> = Vec::new();
    for entry in entries(file, table, "alert") {
        let Some(found) = rule::read(file, &entry, &given) else { continue };
        if rules.iter().any(|rule| rule.name == found.name) {
            let thing = named(&entry, "alert");
            file.problem(Some(entry.span().start), &thing, "the name is taken", "give each alert a name of its own");
        } else {
            rules.push(found);
        }
    }
    Settings { mail, destinations, rules, page }
}

fn read_mail(file: &TomlFile, table: &DeTable<'_>, dir: &Path) -> Option<MailSettings> {
    let value = table.get("mail")?;
    let at = Some(value.span().start);
    let DeValue::Table(section) = value.get_ref() else {
        file.problem(at, "mail", "is not a section", "write it as a line `[mail]` with its keys below");
        return None;
    };
    let keys: Keys = file.decode(&Spanned::new(value.span(), section.clone()), "[mail]", &[])?;
    for address in keys.from.iter().chain(&keys.reply_to) {
        if let Err(error) = mailbox(address) {
            file.problem(at, "[mail]", format!("{error:#}"), "write `Goodword <goodword@example.com>`");
        }
    }
    let (from, reply_to) = (keys.from.clone(), keys.reply_to.clone());
    let transport = match keys.transport {
        Word::File => Transport::File,
        Word::Memory => Transport::Memory,
        Word::Smtp => Transport::Smtp(smtp(file, at, keys, dir)?),
    };
    Some(MailSettings { transport, from: from.unwrap_or_else(|| NOBODY.to_owned()), reply_to })
}

fn smtp(file: &TomlFile, at: Option<usize>, keys: Keys, dir: &Path) -> Option<Smtp> {
    let problem = |what: String, remedy: &str| file.problem(at, "[mail]", what, remedy);
    if keys.from.is_none() {
        problem("missing key `from`".to_owned(), "servers refuse mail from nobody: `from = \"Goodword <goodword@example.com>\"`");
    }
    if keys.host.is_none() {
        problem("missing key `host`".to_owned(), "name the mail server: `host = \"mail.example.com\"`");
    }
    let login = match (keys.user, keys.password.map(|place| place.fetch(dir))) {
        (None, None) => None,
        (Some(user), Some(Ok(password))) => Some((user, password)),
        (Some(_), None) => {
            problem("`user` without `password`".to_owned(), "write `password = { env = \"NAME\" }` or `{ file = \"path\" }`");
            None
        }
        (None, Some(_)) => {
            problem("`password` without `user`".to_owned(), "write `user = \"…\"`");
            None
        }
        (_, Some(Err(remedy))) => {
            problem("its password cannot be read".to_owned(), &remedy);
            None
        }
    };
    let certificates = keys.certificates.and_then(|path| match std::fs::read(dir.join(&path)) {
        Ok(bytes) => Some(bytes),
        Err(error) => {
            problem(format!("`certificates`: `{path}` cannot be read: {error}"), "name a PEM file");
            None
        }
    });
    let usual_port = match keys.security {
        Security::Starttls => 587,
        Security::Tls => 465,
        Security::None => 25,
    };
    let port = keys.port.unwrap_or(usual_port);
    Some(Smtp { host: keys.host?, port, security: keys.security, login, timeout: keys.timeout, certificates })
}

impl MailSettings {
    /// The secrets it uses.
    pub fn secrets(&self) -> impl Iterator<Item = &Secret> {
        let login = match &self.transport {
            Transport::Smtp(smtp) => smtp.login.as_ref(),
            _ => None,
        };
        login.map(|(_, password)| password).into_iter()
    }
}

/// An entry as problems name it.
pub(super) fn named(entry: &Spanned<DeTable<'_>>, what: &str) -> String {
    match name_of(entry) {
        Some(name) => format!("{what} `{name}`"),
        None => format!("a {what} without name"),
    }
}

fn name_of(entry: &Spanned<DeTable<'_>>) -> Option<String> {
    entry.get_ref().get("name").and_then(|name| name.get_ref().as_str()).map(str::to_owned)
}

/// Whether there is any destination that mail goes to.
pub(super) fn recipients(destination: &Destination) -> &[String] {
    match &destination.kind {
        Kind::Mail(to) => to,
        _ => &[],
    }
}

fn usual_timeout() -> Duration {
    Duration::from_secs(30)
}

fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    clock::parse_duration(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
}
