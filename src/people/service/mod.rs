//! A sign-in service of the company (OpenID Connect): what is configured of it, what is asked of it, and whom its word lets in.
//!
//! All of it is pure: addresses and calls are made here, `app` sends them. Knows nothing of cookies, pages or tables.

mod admission;
mod id_token;
mod settings;

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::digest::{SHA256, digest};
use serde::Deserialize;
use url::{Host, Url, form_urlencoded};

use super::{Role, Secret, is_same};
use crate::fetch::{Call, Method};
use crate::sources;

pub use admission::{Acquaintance, Entry, Refusal};
pub use id_token::{Claims, Expected, Keys, Untrusted, verify};
pub use settings::ServiceKeys;

/// A sign-in service.
#[derive(Clone, Debug)]
pub struct Service {
    /// Its name for itself: the address that its description starts from.
    pub issuer: String,
    /// Our name at it.
    pub client: String,
    /// What the button to it says; none for the name of its host.
    pub label: Option<String>,
    /// Whether it may be inside the own network.
    pub allow_private: bool,
    secret: Option<sources::Secret>,
    scopes: Vec<String>,
    domains: Vec<String>,
    trust_mail: bool,
    newcomers: Option<Role>,
    roles_claim: String,
    roles: BTreeMap<String, Role>,
}

/// Where a service is asked for what, as it describes itself.
#[derive(Clone, Debug, Deserialize)]
pub struct Description {
    issuer: String,
    authorization_endpoint: Url,
    token_endpoint: Url,
    /// Where its keys are.
    pub jwks_uri: Url,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Vec<String>,
}

/// One sign-in under way: all that must fit together is made of one secret that only the browser holds.
#[derive(Clone, Debug)]
pub struct Attempt(String);

impl Attempt {
    /// A new one.
    pub fn begin() -> anyhow::Result<Self> {
        Ok(Self(Secret::fresh()?.told().to_owned()))
    }

    /// The one whose secret a browser brings.
    pub fn of(secret: &str) -> Self {
        Self(secret.to_owned())
    }

    /// The secret, for the browser to hold.
    pub fn secret(&self) -> &str {
        &self.0
    }

    /// Whether the service was sent off by this browser.
    pub fn is(&self, state: &str) -> bool {
        is_same(self.part("state").as_bytes(), state.as_bytes())
    }

    /// What the service repeats in its token.
    pub fn nonce(&self) -> String {
        self.part("nonce")
    }

    fn verifier(&self) -> String {
        self.part("verifier")
    }

    fn part(&self, of: &str) -> String {
        hashed(&format!("{of} {}", self.0))
    }
}

fn hashed(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, text.as_bytes()))
}

impl Service {
    /// What the button to it says.
    pub fn name(&self) -> &str {
        let host = || self.issuer.split("://").nth(1).and_then(|rest| rest.split(['/', ':']).next());
        self.label.as_deref().or_else(host).unwrap_or(&self.issuer)
    }

    /// What it has to keep secret, if anything.
    pub fn secret(&self) -> Option<&sources::Secret> {
        self.secret.as_ref()
    }

    /// The call for its description.
    pub fn describe(&self) -> anyhow::Result<Call> {
        self.read(format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/')).parse()?)
    }

    /// The call that reads `url`.
    pub fn read(&self, url: Url) -> anyhow::Result<Call> {
        Ok(Call { method: Method::Get, url, headers: json_wanted(), body: Vec::new(), timeout: None, allow_private: self.allow_private })
    }

    /// Its description, if that is of this very service and leads to encrypted addresses only.
    pub fn described(&self, bytes: &[u8]) -> anyhow::Result<Description> {
        let found: Description = serde_json::from_slice(bytes)?;
        anyhow::ensure!(
            found.issuer == self.issuer,
            "it calls itself `{}`; write just that as `issuer` under [web.oidc] in settings.toml if it is meant",
            found.issuer
        );
        for url in [&found.authorization_endpoint, &found.token_endpoint, &found.jwks_uri] {
            anyhow::ensure!(is_kept_private(url), "`{url}` is not encrypted");
        }
        Ok(found)
    }

    /// Where a browser goes to sign in there; it is sent back to `back`.
    pub fn door(&self, description: &Description, attempt: &Attempt, back: &str) -> Url {
        let mut url = description.authorization_endpoint.clone();
        url.query_pairs_mut().extend_pairs([
            ("response_type", "code"),
            ("client_id", self.client.as_str()),
            ("redirect_uri", back),
            ("scope", self.scopes.join(" ").as_str()),
            ("state", attempt.part("state").as_str()),
            ("nonce", attempt.nonce().as_str()),
            ("code_challenge", hashed(&attempt.verifier()).as_str()),
            ("code_challenge_method", "S256"),
        ]);
        url
    }

    /// The call that gives the code a browser brought back for a token.
    pub fn exchange(&self, description: &Description, attempt: &Attempt, code: &str, back: &str) -> Call {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs([("grant_type", "authorization_code"), ("code", code), ("redirect_uri", back)]);
        form.append_pair("code_verifier", &attempt.verifier());
        let mut headers = json_wanted();
        headers.push(("Content-Type".to_owned(), "application/x-www-form-urlencoded".to_owned()));
        let offered = &description.token_endpoint_auth_methods_supported;
        match &self.secret {
            Some(secret) if offered.is_empty() || offered.iter().any(|method| method == "client_secret_basic") => {
                let [name, password] =
                    [&self.client, secret.reveal()].map(|part| form_urlencoded::byte_serialize(part.as_bytes()).collect::<String>());
                headers.push(("Authorization".to_owned(), format!("Basic {}", STANDARD.encode(format!("{name}:{password}")))));
            }
            secret => {
                form.append_pair("client_id", &self.client);
                if let Some(secret) = secret {
                    form.append_pair("client_secret", secret.reveal());
                }
            }
        }
        let url = description.token_endpoint.clone();
        Call { method: Method::Post, url, headers, body: form.finish().into_bytes(), timeout: None, allow_private: self.allow_private }
    }
}

fn json_wanted() -> Vec<(String, String)> {
    vec![("Accept".to_owned(), "application/json".to_owned())]
}

/// Whether what goes to an address is seen by nobody under way: encrypted, or on this machine.
fn is_kept_private(url: &Url) -> bool {
    let is_here = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && is_here)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service() -> Service {
        settings::example("")
    }

    fn description(changes: &[(&str, &str)]) -> Vec<u8> {
        let mut all = BTreeMap::from([
            ("issuer", "https://login.example"),
            ("authorization_endpoint", "https://login.example/auth?tenant=1"),
            ("token_endpoint", "https://login.example/token"),
            ("jwks_uri", "https://login.example/keys"),
        ]);
        all.extend(changes.iter().copied());
        serde_json::to_vec(&all).unwrap()
    }

    #[test]
    fn a_description_counts_only_for_the_service_that_was_asked_and_leads_nowhere_unencrypted() {
        assert!(service().described(&description(&[])).is_ok());
        for changes in [
            ("issuer", "https://login.example/"),
            ("issuer", "https://evil.example"),
            ("token_endpoint", "http://login.example/token"),
            ("jwks_uri", "file:///keys"),
        ] {
            assert!(service().described(&description(&[changes])).is_err(), "{changes:?}");
        }
        assert_eq!(service().name(), "login.example");
    }

    #[test]
    fn a_sign_in_is_bound_to_its_browser() {
        let (one, other) = (Attempt::begin().unwrap(), Attempt::begin().unwrap());
        let description = service().described(&description(&[])).unwrap();
        let door = service().door(&description, &one, "https://goodword.example/sign-in/back");
        let asked: BTreeMap<String, String> = door.query_pairs().into_owned().collect();
        assert!(one.is(&asked["state"]) && !other.is(&asked["state"]) && Attempt::of(one.secret()).is(&asked["state"]));
        assert_eq!((asked["nonce"].as_str(), asked["tenant"].as_str()), (one.nonce().as_str(), "1"));
        assert!(!door.as_str().contains(one.secret()) && !door.as_str().contains(&one.verifier()));
        let call = service().exchange(&description, &one, "code&", "https://goodword.example/sign-in/back");
        let sent: BTreeMap<String, String> = form_urlencoded::parse(&call.body).into_owned().collect();
        assert_eq!(hashed(&sent["code_verifier"]), asked["code_challenge"]);
        assert_eq!(sent["code"], "code&");
        assert_eq!(sent["client_id"], "goodword");
    }
}
