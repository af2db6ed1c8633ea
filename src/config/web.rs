//! `[web]` in settings.toml: where the page is served, whom it believes, and how long sessions last.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Deserializer};
use toml::de::DeTable;
use url::Url;

use super::settings::section;
use crate::clock;
use crate::people::Lasting;
use crate::people::service::{Service, ServiceKeys};
use crate::tomlfile::TomlFile;

/// Settings of the web page.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Web {
    /// The address it is served on.
    #[serde(default = "default_listen", deserialize_with = "address")]
    pub listen: SocketAddr,
    /// Where people reach it, if not there.
    pub public_url: Option<Url>,
    /// Who speaks TLS: `terminated` means a proxy before us.
    pub tls: Option<Tls>,
    /// The addresses that proxies of ours ask from.
    #[serde(default)]
    pub proxies: Vec<IpAddr>,
    /// The header in which such a proxy says whom it has signed in.
    pub trusted_header: Option<String>,
    /// Requests a minute that each program or person may send to the API.
    #[serde(default = "default_api_per_minute")]
    pub api_per_minute: u32,
    #[serde(default = "default_idle", deserialize_with = "length")]
    idle: Duration,
    #[serde(default = "default_longest", deserialize_with = "length")]
    longest: Duration,
    oidc: Option<ServiceKeys>,
    /// The company's sign-in service, without a mistake.
    #[serde(skip)]
    pub service: Option<Arc<Service>>,
}

/// Who speaks TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    /// A proxy before us.
    Terminated,
}

impl Default for Web {
    fn default() -> Self {
        Self {
            listen: default_listen(),
            public_url: None,
            tls: None,
            proxies: Vec::new(),
            trusted_header: None,
            api_per_minute: default_api_per_minute(),
            idle: default_idle(),
            longest: default_longest(),
            oidc: None,
            service: None,
        }
    }
}

impl Web {
    /// How long sessions last.
    pub fn lasting(&self) -> Lasting {
        Lasting { idle: self.idle, longest: self.longest }
    }

    /// Whether browsers reach it by https only.
    pub fn is_https(&self) -> bool {
        self.public_url.as_ref().is_some_and(|url| url.scheme() == "https")
    }

    /// The beginning of every address of the page, without a slash at its end.
    pub fn home(&self, listen: SocketAddr) -> String {
        let given = self.public_url.as_ref().map(|url| url.as_str().trim_end_matches('/').to_owned());
        given.unwrap_or_else(|| format!("http://{listen}"))
    }

    /// Why the page may not be served on this address; none if it may.
    pub fn refusal(&self, listen: SocketAddr) -> Option<String> {
        if listen.ip().is_loopback() || (self.is_https() && self.tls == Some(Tls::Terminated)) {
            return None;
        }
        Some(format!(
            "the page is served on this machine only, since passwords would pass `{}` unencrypted; put a proxy that speaks https before it \
             and write under [web] in settings.toml `public_url = \"https://…\"` and `tls = \"terminated\"`, or listen on 127.0.0.1",
            listen.ip()
        ))
    }
}

/// The settings in `file`; mistakes are noted there. Relative files start in `dir`.
pub(super) fn read(file: &TomlFile, table: &DeTable<'_>, dir: &Path) -> Web {
    let mut web: Web = section(file, table, "web").unwrap_or_default();
    let at = table.get("web").map(|value| value.span().start);
    if web.public_url.as_ref().is_some_and(|url| !matches!(url.scheme(), "http" | "https") || url.path() != "/") {
        let remedy = "write only scheme and host, for example `https://goodword.acme.example`".to_owned();
        file.problem(at, "[web]", "`public_url` is not the address of a whole host", remedy);
    }
    if web.trusted_header.is_some() && web.proxies.is_empty() {
        let remedy = "list the addresses that your proxy asks from: `proxies = [\"127.0.0.1\"]`; nobody else is believed".to_owned();
        file.problem(at, "[web]", "`trusted_header` without `proxies` lets nobody in", remedy);
    }
    if web.api_per_minute == 0 {
        file.problem(at, "[web]", "`api_per_minute = 0` lets no program ask", "write for example `api_per_minute = 600`".to_owned());
    }
    match web.oidc.take().map(|keys| keys.service(dir)).transpose() {
        Ok(service) => web.service = service.map(Arc::new),
        Err(wrong) => wrong.into_iter().for_each(|(what, remedy)| file.problem(at, "[web.oidc]", what, remedy)),
    }
    if let Some(why) = web.refusal(web.listen) {
        file.problem(at, "[web]", format!("`listen = \"{}\"` is refused: {why}", web.listen), String::new());
    }
    web
}

fn default_listen() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 8420))
}

fn default_api_per_minute() -> u32 {
    600
}

fn default_idle() -> Duration {
    Duration::from_secs(7 * 86_400)
}

fn default_longest() -> Duration {
    Duration::from_secs(30 * 86_400)
}

fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SocketAddr, D::Error> {
    let text = String::deserialize(deserializer)?;
    let wrong = || serde::de::Error::custom(format!("`{text}` is not an address with a port; write for example `127.0.0.1:8420`"));
    text.parse().map_err(|_| wrong())
}

fn length<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    clock::parse_duration(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> (Web, Vec<String>) {
        let file = TomlFile::from_text("settings.toml", text.to_owned());
        let web = read(&file, &file.table(), Path::new("."));
        (web, file.into_problems().iter().map(ToString::to_string).collect())
    }

    #[test]
    fn listening_beyond_this_machine_needs_https_before_us() {
        for (text, fine) in [
            ("", true),
            ("[web]\nlisten = \"[::1]:80\"", true),
            ("[web]\nlisten = \"0.0.0.0:80\"", false),
            ("[web]\nlisten = \"0.0.0.0:80\"\npublic_url = \"https://a.example\"", false),
            ("[web]\nlisten = \"0.0.0.0:80\"\npublic_url = \"http://a.example\"\ntls = \"terminated\"", false),
            ("[web]\nlisten = \"0.0.0.0:80\"\npublic_url = \"https://a.example\"\ntls = \"terminated\"", true),
            ("[web]\ntrusted_header = \"X-User\"", false),
            ("[web]\ntrusted_header = \"X-User\"\nproxies = [\"127.0.0.1\"]\nidle = \"1h\"", true),
            ("[web]\npublic_url = \"https://a.example/path\"", false),
        ] {
            assert_eq!(problems(text).1.is_empty(), fine, "{text}: {:?}", problems(text).1);
        }
        let (web, _) = problems("[web]\npublic_url = \"https://a.example\"\nidle = \"1h\"");
        assert_eq!(web.home(web.listen), "https://a.example");
        assert_eq!(web.lasting().idle, Duration::from_secs(3600));
        assert!(web.is_https());
    }
}
