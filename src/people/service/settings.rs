//! `[web.oidc]` in settings.toml: the sign-in service, and whom it may let in.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use url::Url;

use super::{Service, is_kept_private};
use crate::people::Role;
use crate::sources::SecretPlace;

/// What is written of a sign-in service.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceKeys {
    issuer: String,
    client_id: String,
    secret: Option<SecretPlace>,
    label: Option<String>,
    #[serde(default = "usual_scopes")]
    scopes: Vec<String>,
    #[serde(default)]
    domains: Vec<String>,
    #[serde(default)]
    trust_mail: bool,
    newcomers: Option<String>,
    #[serde(default = "usual_claim")]
    roles_claim: String,
    #[serde(default)]
    roles: BTreeMap<String, String>,
    #[serde(default)]
    allow_private: bool,
}

fn usual_scopes() -> Vec<String> {
    ["openid", "email", "profile"].map(str::to_owned).to_vec()
}

fn usual_claim() -> String {
    "groups".to_owned()
}

impl ServiceKeys {
    /// The service; where something is wrong, all that is: what, and what to do. Relative files start in `dir`.
    pub fn service(self, dir: &Path) -> Result<Service, Vec<(String, String)>> {
        let mut wrong = Vec::new();
        let is_address = Url::parse(&self.issuer).is_ok_and(|url| is_kept_private(&url) && url.query().is_none());
        if !is_address {
            let remedy = "write the address that the service calls itself, for example `https://login.acme.example`".to_owned();
            wrong.push((format!("`issuer`: `{}` is not an https address", self.issuer), remedy));
        }
        if !self.scopes.iter().any(|scope| scope == "openid") {
            wrong.push(("`scopes` lacks `openid`".to_owned(), "write `scopes = [\"openid\", \"email\", \"profile\"]`".to_owned()));
        }
        let secret = self.secret.map(|place| place.fetch(dir)).transpose();
        if let Err(remedy) = &secret {
            wrong.push(("`secret` cannot be read".to_owned(), remedy.clone()));
        }
        let mut role = |key: &str, word: &str| {
            let found = Role::parse(word);
            if found.is_none() {
                let remedy = format!("write one of {}", Role::ALL.map(|role| format!("`{role}`")).join(", "));
                wrong.push((format!("`{key}`: `{word}` is not a role"), remedy));
            }
            found
        };
        let newcomers = self.newcomers.and_then(|word| role("newcomers", &word));
        let roles = self.roles.into_iter().filter_map(|(value, word)| Some((value, role("roles", &word)?))).collect();
        match (wrong.is_empty(), secret) {
            (true, Ok(secret)) => Ok(Service {
                issuer: self.issuer,
                client: self.client_id,
                label: self.label,
                allow_private: self.allow_private,
                secret,
                scopes: self.scopes,
                domains: self.domains.iter().map(|domain| domain.trim_start_matches('@').to_lowercase()).collect(),
                trust_mail: self.trust_mail,
                newcomers,
                roles_claim: self.roles_claim,
                roles,
            }),
            _ => Err(wrong),
        }
    }
}

/// A service with these further keys.
#[cfg(test)]
pub(super) fn example(keys: &str) -> Service {
    let keys = format!("issuer = \"https://login.example\"\nclient_id = \"goodword\"\n{keys}");
    toml::from_str::<ServiceKeys>(&keys).unwrap().service(Path::new(".")).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistake_is_told_with_its_remedy() {
        let keys = "issuer = \"http://login.example\"\nclient_id = \"x\"\nscopes = []\nsecret = { file = \"none\" }\nnewcomers = \"boss\"\n\
            roles = { a = \"chief\" }";
        let wrong = toml::from_str::<ServiceKeys>(keys).unwrap().service(Path::new("/nowhere")).unwrap_err();
        let told: Vec<&str> = wrong.iter().map(|(what, _)| what.as_str()).collect();
        assert_eq!(told.len(), 5, "{told:?}");
        assert!(wrong.iter().any(|(what, remedy)| what.contains("`chief`") && remedy.contains("`responder`")), "{wrong:?}");
        assert!(example("domains = [\"@Acme.example\"]").domains == ["acme.example"]);
        assert!(toml::from_str::<ServiceKeys>("issuer = \"a\"\nclient_id = \"b\"\nrole = \"viewer\"").is_err());
    }
}
