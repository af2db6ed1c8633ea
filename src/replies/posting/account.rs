//! `[posting.SOURCE]` in settings.toml: the account that answers what a source hears, and when.
//!
//! A source without one is answered by hand. Knows no site; what each needs says its adapter.

use std::path::Path;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use url::Url;

use super::{Access, KINDS, adapter};
use crate::sources::{Grant, Secret, SecretPlace, Source};
use crate::tomlfile::{Problem, TomlFile, name_the_valid};

/// The section of settings.toml that is read here.
pub const SECTION: &str = "posting";

/// When replies go out by themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum When {
    /// As soon as they are approved, while `goodword serve` runs.
    #[serde(rename = "on approval")]
    OnApproval,
    /// When somebody says so: `goodword queue post`.
    #[default]
    #[serde(rename = "by hand")]
    ByHand,
}

/// The account that answers what one source hears.
#[derive(Clone, Debug)]
pub struct Account {
    /// The source.
    pub source: String,
    /// When replies go out.
    pub when: When,
    account: Option<String>,
    secret: Option<Secret>,
    endpoint: Option<Url>,
    visibility: Option<String>,
    allow_private: bool,
    line: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    #[serde(default)]
    post: When,
    account: Option<String>,
    secret: Option<SecretPlace>,
    endpoint: Option<Url>,
    visibility: Option<String>,
    #[serde(default)]
    allow_private: bool,
}

/// All accounts.
#[derive(Clone, Debug, Default)]
pub struct Accounts(Vec<Account>);

/// The accounts in `table`; every mistake is noted in `file`, and its account left out. Relative files start in `dir`.
pub fn read(file: &TomlFile, table: &DeTable<'_>, dir: &Path) -> Accounts {
    let mut accounts = Vec::new();
    let Some(value) = table.get(SECTION) else { return Accounts::default() };
    let remedy = "write a section `[posting.NAME]` for a source of that name";
    let DeValue::Table(section) = value.get_ref() else {
        file.problem(Some(value.span().start), SECTION, "is not a section", remedy);
        return Accounts::default();
    };
    for (name, value) in section.iter() {
        let source = name.get_ref().to_string();
        let thing = format!("[posting.{source}]");
        let DeValue::Table(keys) = value.get_ref() else {
            file.problem(Some(value.span().start), &thing, "is not a section", remedy);
            continue;
        };
        let Some(keys) = file.decode::<Keys>(&Spanned::new(value.span(), keys.clone()), &thing, &[]) else { continue };
        let secret = match keys.secret.map(|place| place.fetch(dir)).transpose() {
            Ok(secret) => secret,
            Err(remedy) => {
                file.problem(Some(value.span().start), &thing, "its secret cannot be read", remedy);
                continue;
            }
        };
        let Keys { post: when, account, endpoint, visibility, allow_private, .. } = keys;
        let line = file.line(name.span().start);
        accounts.push(Account { source, when, account, secret, endpoint, visibility, allow_private, line });
    }
    Accounts(accounts)
}

impl Accounts {
    /// The account that answers what this source hears.
    pub fn of(&self, source: &str) -> Option<&Account> {
        self.0.iter().find(|account| account.source == source)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Secrets of their own, with what uses each.
    pub fn secrets(&self) -> impl Iterator<Item = (String, &Secret)> {
        self.0.iter().filter_map(|account| Some((format!("[posting.{}]", account.source), account.secret.as_ref()?)))
    }

    /// What does not fit the sources.
    pub fn problems(&self, sources: &[Source]) -> Vec<Problem> {
        let names: Vec<&str> = sources.iter().map(|source| source.name.as_str()).collect();
        let told = |account: &Account| {
            let source = sources.iter().find(|source| source.name == account.source);
            let (what, remedy) = match source {
                Some(source) => account.lacks(source)?,
                None => (format!("there is no source `{}` in sources.toml", account.source), name_the_valid(&account.source, &names)),
            };
            let (file, thing) = ("settings.toml".to_owned(), format!("[posting.{}]", account.source));
            Some(Problem { file, line: Some(account.line), thing, what, remedy })
        };
        let mut problems: Vec<Problem> = self.0.iter().filter_map(told).collect();
        problems.sort_by_key(|problem| problem.line);
        problems
    }
}

impl Account {
    /// What is missing to answer what `source` hears, and what to do.
    fn lacks(&self, source: &Source) -> Option<(String, String)> {
        let kind = source.kind.as_str();
        let Some(adapter) = adapter(kind) else {
            let known = KINDS.map(|kind| format!("`{kind}`")).join(", ");
            return Some((format!("replies to a source of kind `{kind}` are posted by hand"), format!("posted by API can be: {known}")));
        };
        if let Some(what) = adapter.needs_account().filter(|_| self.account.is_none()) {
            return Some(("missing key `account`".to_owned(), format!("write {what}")));
        }
        let has_own = adapter.needs_secret().is_none() && (source.grant.is_some() || source.secret.is_some());
        if self.secret.is_none() && !has_own {
            let what = adapter.needs_secret().unwrap_or("that of the source");
            return Some((
                "missing key `secret`".to_owned(),
                format!("write `secret = {{ env = \"NAME\" }}` or `{{ file = \"path\" }}`: {what}"),
            ));
        }
        let endpoint = self.endpoint_for(source);
        if endpoint.is_none() {
            return Some(("missing key `endpoint`".to_owned(), "write the address of the server: `endpoint = \"https://…\"`".to_owned()));
        }
        let is_open = endpoint.is_some_and(|url| url.scheme() != "https" && !self.is_private_allowed(source));
        is_open.then(|| ("its `endpoint` is not encrypted, and the secret would go there".to_owned(), "write `https://…`".to_owned()))
    }

    fn is_private_allowed(&self, source: &Source) -> bool {
        self.allow_private || source.allow_private
    }

    fn endpoint_for(&self, source: &Source) -> Option<Url> {
        let usual = || adapter(source.kind.as_str())?.endpoint().and_then(|url| Url::parse(url).ok());
        self.endpoint.clone().or_else(|| source.kind.server().cloned()).or_else(usual)
    }

    /// What its secret is traded for before it may post, if it is. Where posting asks for a secret of its own, that is traded on the way.
    pub fn grant(&self, source: &Source) -> Result<Option<Grant>, String> {
        let is_its_own = adapter(source.kind.as_str()).is_some_and(|adapter| adapter.needs_secret().is_some());
        match &self.secret {
            _ if is_its_own => Ok(None),
            Some(secret) => source.kind.grant(secret),
            None => Ok(source.grant.clone()),
        }
    }

    /// How it is let in, with the token that its grant gave, if it has one.
    pub fn access(&self, source: &Source, token: Option<String>) -> Result<Access, String> {
        let own = || self.secret.as_ref().or(source.secret.as_ref()).map(|secret| secret.reveal().to_owned());
        Ok(Access {
            endpoint: self.endpoint_for(source).ok_or("its `endpoint` is missing")?,
            account: self.account.clone(),
            secret: token.or_else(own).ok_or("its `secret` is missing")?,
            visibility: self.visibility.clone(),
            allow_private: self.is_private_allowed(source),
        })
    }

    /// Whether calls inside the private network are allowed.
    pub fn allows_private(&self, source: &Source) -> bool {
        self.is_private_allowed(source)
    }
}
