//! What is in order, but should not be overlooked: secrets about to expire, robots.txt not asked. Pure.

use jiff::Timestamp;
use serde::Serialize;
use url::Url;

use super::Config;
use crate::sources::{Secret, Source};

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
        of_sources.chain(of_hosts).chain(self.notes_on_destinations(now)).collect()
    }

    /// What to know of the secrets that messages and mail go out with.
    fn notes_on_destinations(&self, now: Timestamp) -> Vec<Note> {
        let warned = self.secrets_of_destinations().filter_map(|(thing, secret)| Some(Note { thing, note: secret.warning(now)? }));
        warned.collect()
    }

    fn secrets_of_destinations(&self) -> impl Iterator<Item = (String, &Secret)> {
        let notify = &self.settings.notify;
        let of_destinations =
            notify.destinations.iter().flat_map(|to| to.secrets().map(|secret| (format!("destination `{}`", to.name), secret)));
        of_destinations.chain(notify.mail.secrets().map(|secret| ("[mail]".to_owned(), secret)))
    }

    /// The secrets of what is listened to and told, with what uses each.
    pub fn secrets(&self) -> impl Iterator<Item = (String, &Secret)> {
        let enabled = self.sources.iter().filter(|source| source.enabled);
        let of_sources = enabled.filter_map(|source| Some((format!("source `{}`", source.name), source.secret.as_ref()?)));
        let of_sign_in = self.settings.web.service.as_ref().and_then(|service| Some(("[web.oidc]".to_owned(), service.secret()?)));
        of_sources.chain(self.secrets_of_destinations()).chain(self.settings.posting.secrets()).chain(of_sign_in)
    }

    /// What to know of one source, which asks for `url` first.
    pub fn notes_on(&self, source: &Source, url: Option<&Url>, now: Timestamp) -> Vec<String> {
        let robots = url.filter(|url| self.settings.fetch.ignores_robots(url)).map(|_| ROBOTS_IGNORED.to_owned());
        source.secret.as_ref().and_then(|secret| secret.warning(now)).into_iter().chain(robots).collect()
    }
}

const ROBOTS_IGNORED: &str = "ITS ROBOTS.TXT IS NOT ASKED (`robots = \"ignore\"` in settings.toml); keep that for sites of your own";
