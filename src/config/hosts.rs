//! The sections `[hosts."example.com"]` of `settings.toml`: what is set for single hosts.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Deserializer};
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use url::Url;

use crate::clock;
use crate::fetch::HostSettings;
use crate::tomlfile::TomlFile;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    #[serde(default, deserialize_with = "duration")]
    min_interval: Option<Duration>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    contact: Option<String>,
    #[serde(default)]
    robots: Robots,
    #[serde(default, deserialize_with = "duration")]
    max_age: Option<Duration>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Robots {
    #[default]
    Obey,
    Ignore,
}

/// What is set for single hosts, by name; every mistake is noted in `file`, and its host keeps the defaults.
pub(super) fn read(file: &TomlFile, table: &DeTable<'_>) -> BTreeMap<String, HostSettings> {
    let Some(section) = table.get("hosts") else { return BTreeMap::new() };
    let DeValue::Table(hosts) = section.get_ref() else {
        file.problem(Some(section.span().start), "hosts", "is not a section", "write a line `[hosts.\"example.com\"]` with its keys below");
        return BTreeMap::new();
    };
    let mut read = BTreeMap::new();
    for (name, keys) in hosts {
        let thing = format!("[hosts.\"{}\"]", name.get_ref());
        if !is_host(name.get_ref()) {
            let remedy = "write the host alone, in quotes: `[hosts.\"www.example.com\"]` or `[hosts.\"example.com:8080\"]`";
            file.problem(Some(name.span().start), &thing, "is not the name of a host", remedy);
            continue;
        }
        let DeValue::Table(inner) = keys.get_ref() else {
            file.problem(Some(keys.span().start), &thing, "is not a section", format!("write a line `{thing}` with its keys below"));
            continue;
        };
        let Some(settings) = file.decode::<Keys>(&Spanned::new(keys.span(), inner.clone()), &thing, &[]).map(settings) else { continue };
        match settings.check() {
            Ok(()) => drop(read.insert(name.get_ref().to_string(), settings)),
            Err(error) => file.problem(Some(name.span().start), &thing, error.to_string(), ""),
        }
    }
    read
}

fn settings(keys: Keys) -> HostSettings {
    HostSettings {
        min_interval: keys.min_interval,
        headers: keys.headers.into_iter().collect(),
        contact: keys.contact,
        ignores_robots: matches!(keys.robots, Robots::Ignore),
        max_age: keys.max_age,
    }
}

fn is_host(name: &str) -> bool {
    let Ok(url) = Url::parse(&format!("http://{name}/")) else { return false };
    let host = url.host_str().unwrap_or_default();
    let written = name.to_ascii_lowercase();
    written == host || url.port_or_known_default().is_some_and(|port| written == format!("{host}:{port}"))
}

fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    clock::parse_duration(&String::deserialize(deserializer)?).map(Some).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> (BTreeMap<String, HostSettings>, Vec<String>) {
        let file = TomlFile::from_text("settings.toml", text.to_owned());
        let hosts = read(&file, &file.table());
        (hosts, file.into_problems().iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_host_has_settings_of_its_own() {
        let (hosts, problems) = read_text(
            "[hosts.\"shop.example:8080\"]\nmin_interval = \"10s\"\nheaders = { Accept-Language = \"en\" }\nrobots = \"ignore\"\nmax_age = \"1h\"\n\n[hosts.localhost]\n",
        );
        assert_eq!(problems, [""; 0]);
        let shop = &hosts["shop.example:8080"];
        assert_eq!(
            (shop.min_interval, shop.max_age, shop.ignores_robots),
            (Some(Duration::from_secs(10)), Some(Duration::from_hours(1)), true)
        );
        assert_eq!(hosts["localhost"], HostSettings::default());
    }

    #[test]
    fn mistakes_are_told_with_their_line_and_remedy() {
        for (text, said) in [
            (
                "[hosts.\"https://a.example/\"]\n",
                "settings.toml:1: [hosts.\"https://a.example/\"]: is not the name of a host; write the host alone",
            ),
            (
                "[hosts.\"a.example\"]\nmin_intervall = \"1s\"\n",
                "settings.toml:2: [hosts.\"a.example\"]: unknown key `min_intervall`; did you mean `min_interval`?",
            ),
            ("[hosts.\"a.example\"]\nrobots = \"never\"\n", "settings.toml:2: [hosts.\"a.example\"]: `robots`"),
            (
                "[hosts.\"a.example\"]\nheaders = { \"a b\" = \"c\" }\n",
                "settings.toml:1: [hosts.\"a.example\"]: the header `a b` cannot be sent",
            ),
            ("hosts = 7\n", "settings.toml:1: hosts: is not a section"),
        ] {
            let (hosts, problems) = read_text(text);
            assert!(problems.len() == 1 && problems[0].starts_with(said), "{problems:?}");
            assert!(hosts.values().all(|host| *host == HostSettings::default()));
        }
    }
}
