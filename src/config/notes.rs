//! What is in order, but should not be overlooked: secrets about to expire, robots.txt not asked. Pure.

use jiff::Timestamp;
use serde::Serialize;
use url::Url;

use super::Config;
use crate::sources::Source;

/// Something about what is configured that people should know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    /// The source or host it concerns.
    pub thing: String,
    /// What to know, and what to do.
    pub note: String,
}

impl std::fmt::Display for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.thing, self.note)
    }
}

impl Config {
    /// What to know of the configuration at `now`.
    pub fn notes(&self, now: Timestamp) -> Vec<Note> {
        let of_sources = self.sources.iter().filter(|source| source.enabled).flat_map(|source| {
            let secret = source.secret.as_ref().and_then(|secret| secret.warning(now));
            secret.map(|note| Note { thing: format!("source `{}`", source.name), note })
        });
        let ignored = self.settings.fetch.hosts.iter().filter(|(_, host)| host.ignores_robots);
        let of_hosts = ignored.map(|(name, _)| Note { thing: format!("host `{name}`"), note: ROBOTS_IGNORED.to_owned() });
        of_sources.chain(of_hosts).collect()
    }

    /// What to know of one source, which asks for `url` first.
    pub fn notes_on(&self, source: &Source, url: Option<&Url>, now: Timestamp) -> Vec<String> {
        let robots = url.filter(|url| self.settings.fetch.ignores_robots(url)).map(|_| ROBOTS_IGNORED.to_owned());
        source.secret.as_ref().and_then(|secret| secret.warning(now)).into_iter().chain(robots).collect()
    }
}

const ROBOTS_IGNORED: &str = "ITS ROBOTS.TXT IS NOT ASKED (`robots = \"ignore\"` in settings.toml); keep that for sites of your own";
