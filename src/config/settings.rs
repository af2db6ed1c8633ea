//! `settings.toml`: everything optional; the file may be absent.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Deserializer};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::hosts;
use super::web::{self, Web};
use crate::clock;
use crate::customers;
use crate::digest;
use crate::fetch;
use crate::noise;
use crate::notify;
use crate::replies::{self, posting};
use crate::tomlfile::{TomlFile, name_the_valid};

/// The settings of an installation.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The web page.
    pub web: Web,
    /// The door to the network.
    pub fetch: fetch::Settings,
    /// The store.
    pub store: StoreSettings,
    /// What is put aside as noise.
    pub noise: noise::Settings,
    /// The queue of replies, teams, routes and people.
    pub replies: replies::Settings,
    /// The accounts that post replies.
    pub posting: posting::Accounts,
    /// What customers weigh.
    pub customers: customers::Settings,
    /// How long mentions are kept.
    pub privacy: Privacy,
    /// Digests and who reads them.
    pub digest: digest::Settings,
    /// Mail, where messages go, and what is told.
    pub notify: Arc<notify::Settings>,
}

/// `[privacy]`: what is kept of people.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Privacy {
    /// How long a mention is kept after it was first heard, unless its source says otherwise; none for ever.
    #[serde(default, deserialize_with = "crate::sources::keep")]
    pub keep: Option<Duration>,
}

/// Settings of the store.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreSettings {
    /// The address of a PostgreSQL database; none for the file `index/store.db`.
    pub url: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fetch {
    contact: Option<String>,
    max_body_mib: Option<u32>,
    #[serde(default, deserialize_with = "optional_duration")]
    connect_timeout: Option<Duration>,
    #[serde(default, deserialize_with = "optional_duration")]
    total_timeout: Option<Duration>,
    max_redirects: Option<u32>,
}

const SECTIONS: &[&str] =
    &["web", "fetch", "hosts", "store", "noise", "customers", "privacy", "digest", "recipient", "mail", "destination", "alert"];

/// Every section there is.
fn sections() -> Vec<&'static str> {
    SECTIONS.iter().copied().chain(replies::SECTIONS).chain([posting::SECTION]).collect()
}

/// The settings in `file` of the folder `dir`; every mistake is noted there, and what it concerns keeps its default.
pub(super) fn read(file: &TomlFile, dir: &Path) -> Settings {
    let table = file.table();
    let valid = sections();
    for (key, _) in table.iter().filter(|(key, _)| !valid.contains(&key.get_ref().as_ref())) {
        let name = key.get_ref();
        file.problem(Some(key.span().start), "", format!("unknown section `[{name}]`"), name_the_valid(name, &valid));
    }
    let web = web::read(file, &table, dir);
    let notify = Arc::new(notify::read(file, &table, dir, web.home(web.listen)));
    let replies = replies::read_settings(file, &table);
    for [thing, what, remedy] in notify.problems(&replies) {
        file.problem(None, &thing, what, &remedy);
    }
    Settings {
        web,
        fetch: fetch::Settings {
            hosts: hosts::read(file, &table),
            ..section(file, &table, "fetch").map(fetch_settings).unwrap_or_default()
        },
        store: section(file, &table, "store").unwrap_or_default(),
        noise: section(file, &table, "noise").unwrap_or_default(),
        replies,
        posting: posting::read(file, &table, dir),
        customers: section(file, &table, "customers").unwrap_or_default(),
        privacy: section(file, &table, "privacy").unwrap_or_default(),
        digest: digest::read(file, &table),
        notify,
    }
}

/// Whether there is a settings file in `dir`; it is optional.
pub(super) fn exists(dir: &Path) -> bool {
    dir.join("settings.toml").exists()
}

pub(super) fn section<T: serde::de::DeserializeOwned>(file: &TomlFile, table: &DeTable<'_>, name: &str) -> Option<T> {
    let value = table.get(name)?;
    let DeValue::Table(section) = value.get_ref() else {
        file.problem(Some(value.span().start), name, "is not a section", format!("write it as a line `[{name}]` with its keys below"));
        return None;
    };
    file.decode(&Spanned::new(value.span(), section.clone()), &format!("[{name}]"), &[])
}

fn fetch_settings(given: Fetch) -> fetch::Settings {
    let usual = fetch::Settings::default();
    fetch::Settings {
        contact: given.contact,
        max_body_bytes: given.max_body_mib.map_or(usual.max_body_bytes, |mib| (mib as usize) << 20),
        connect_timeout: given.connect_timeout.unwrap_or(usual.connect_timeout),
        total_timeout: given.total_timeout.unwrap_or(usual.total_timeout),
        max_redirects: given.max_redirects.map_or(usual.max_redirects, |redirects| redirects as usize),
        ..usual
    }
}

fn optional_duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    clock::parse_duration(&String::deserialize(deserializer)?).map(Some).map_err(serde::de::Error::custom)
}
