//! What a source trades its secret for before it may ask: an access token, good for a while.
//!
//! Says what is to be sent to whom and reads the answer; sending it, and keeping the token, is the caller's part. Nothing here
//! is ever printed: the `Debug` of all of it is blank.

mod key;

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD as STANDARD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use url::{Url, form_urlencoded};
use xxhash_rust::xxh3::xxh3_64;

use super::api;
use crate::fetch::said;
use key::{Es256, Rs256};

/// A token is renewed so long before it expires.
const AHEAD: SignedDuration = SignedDuration::from_secs(60);
/// How long a claim of a service account holds; Google takes no longer one.
const CLAIM: SignedDuration = SignedDuration::from_hours(1);
/// How long a token that we sign ourselves holds; Apple takes twenty minutes at most.
const SIGNED: SignedDuration = SignedDuration::from_mins(15);
/// How long a token is good whose answer does not say.
const USUAL: i64 = 300;

/// How a source comes by its token.
#[derive(Clone)]
pub struct Grant {
    how: How,
    /// Tells it from others: two sources with the same share a token.
    mark: u64,
}

#[derive(Clone)]
enum How {
    /// A service account signs who it is and what for, and trades that.
    Account { email: String, key: Rs256, key_id: Option<String>, scope: &'static str, at: Url },
    /// What a person once allowed is traded.
    Refresh { client: String, client_secret: String, token: String, at: Url },
    /// An application says who it is, with what a person once allowed it if that is needed.
    Application { basic: String, token: Option<String>, at: Url },
    /// What we sign is the token.
    Signed { key: Es256, key_id: String, issuer: Option<String>, audience: &'static str },
}

/// What to do to have a token.
#[derive(Debug)]
pub enum Step {
    /// Nothing: this is it.
    Have(Token),
    /// To send this, and have the answer read by [`Grant::token`].
    Send(Trade),
}

/// A form to be posted.
pub struct Trade {
    /// To whom.
    pub url: Url,
    /// The form, as `application/x-www-form-urlencoded`.
    pub form: String,
    /// What stands in `Authorization`, where who asks does not stand in the form.
    pub authorization: Option<String>,
}

/// An access token.
#[derive(Clone)]
pub struct Token {
    value: String,
    expires: Timestamp,
}

impl Token {
    /// The token itself, for the request that needs it.
    pub fn reveal(&self) -> &str {
        &self.value
    }

    /// Whether it is still good for a request that begins at `now`.
    pub fn is_good(&self, now: Timestamp) -> bool {
        now.checked_add(AHEAD).is_ok_and(|soon| soon < self.expires)
    }
}

impl Grant {
    /// A grant of Google for `scope`: the JSON key of a service account, or what a person allowed (`authorized_user`).
    pub(super) fn google(secret: &str, scope: &'static str) -> Result<Self, String> {
        let file: Value = serde_json::from_str(secret).map_err(|_| GOOGLE_FILE.to_owned())?;
        let told = |key: &str| api::told(&file, key).map(str::to_owned);
        let lacking = |key: &str| format!("the file lacks `{key}`: {GOOGLE_FILE}");
        let at = match told("token_uri") {
            Some(at) => Url::parse(&at).map_err(|_| lacking("token_uri"))?,
            None => Url::parse("https://oauth2.googleapis.com/token").expect("it is a constant, and an address"),
        };
        let how = if file.get("private_key").is_some() {
            let key = Rs256::from_pem(&told("private_key").ok_or_else(|| lacking("private_key"))?)?;
            How::Account {
                email: told("client_email").ok_or_else(|| lacking("client_email"))?,
                key,
                key_id: told("private_key_id"),
                scope,
                at,
            }
        } else {
            let of = |key: &str| told(key).ok_or_else(|| lacking(key));
            How::Refresh { client: of("client_id")?, client_secret: of("client_secret")?, token: of("refresh_token")?, at }
        };
        Ok(Self { how, mark: xxh3_64(format!("{scope}\n{secret}").as_bytes()) })
    }

    /// A token signed with the key of App Store Connect: that of a team, which has an issuer, or of one person.
    pub(super) fn app_store_connect(pem: &str, key_id: &str, issuer: Option<&str>) -> Result<Self, String> {
        let mark = xxh3_64(format!("{key_id}\n{issuer:?}\n{pem}").as_bytes());
        let (key_id, issuer) = (key_id.to_owned(), issuer.map(str::to_owned));
        Ok(Self { how: How::Signed { key: Es256::from_pem(pem)?, key_id, issuer, audience: "appstoreconnect-v1" }, mark })
    }

    /// A grant of Reddit, if the secret is that of an approved application; a token stands for itself. Tokens are handed out at
    /// `at`.
    pub(super) fn reddit(secret: &str, at: Url) -> Result<Option<Self>, String> {
        if !secret.trim_start().starts_with('{') {
            return Ok(None);
        }
        let file: Value = serde_json::from_str(secret).map_err(|_| REDDIT_FILE.to_owned())?;
        let of = |key: &str| api::told(&file, key).ok_or_else(|| format!("it lacks `{key}`: {REDDIT_FILE}"));
        let basic = format!("Basic {}", STANDARD.encode(format!("{}:{}", of("client_id")?, of("client_secret")?)));
        let token = api::told(&file, "refresh_token").map(str::to_owned);
        Ok(Some(Self { how: How::Application { basic, token, at }, mark: xxh3_64(format!("reddit\n{secret}").as_bytes()) }))
    }

    /// Tells it from others; says nothing of the secret.
    pub fn mark(&self) -> u64 {
        self.mark
    }

    /// Where a token is asked for, if not made here.
    pub fn asked_at(&self) -> Option<&Url> {
        match &self.how {
            How::Account { at, .. } | How::Refresh { at, .. } | How::Application { at, .. } => Some(at),
            How::Signed { .. } => None,
        }
    }

    /// What to do to have a token at `now`.
    pub fn step(&self, now: Timestamp) -> Result<Step, String> {
        let at = |later: SignedDuration| now.checked_add(later).unwrap_or(Timestamp::MAX);
        match &self.how {
            How::Account { email, key, key_id, scope, at: url } => {
                let claim =
                    json!({"iss": email, "scope": scope, "aud": url.as_str(), "iat": now.as_second(), "exp": at(CLAIM).as_second()});
                let assertion = key.sign(key_id.as_deref(), &claim)?;
                let form = form(&[("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", &assertion)]);
                Ok(Step::Send(Trade { url: url.clone(), form, authorization: None }))
            }
            How::Refresh { client, client_secret, token, at: url } => {
                let pairs =
                    [("grant_type", "refresh_token"), ("client_id", client), ("client_secret", client_secret), ("refresh_token", token)];
                Ok(Step::Send(Trade { url: url.clone(), form: form(&pairs), authorization: None }))
            }
            How::Application { basic, token, at: url } => {
                let pairs = match token {
                    Some(token) => vec![("grant_type", "refresh_token"), ("refresh_token", token.as_str())],
                    None => vec![("grant_type", "client_credentials")],
                };
                Ok(Step::Send(Trade { url: url.clone(), form: form(&pairs), authorization: Some(basic.clone()) }))
            }
            How::Signed { key, key_id, issuer, audience } => {
                let expires = at(SIGNED);
                let mut claim = json!({"iat": now.as_second(), "exp": expires.as_second(), "aud": audience});
                match issuer {
                    Some(issuer) => claim["iss"] = json!(issuer),
                    None => claim["sub"] = json!("user"),
                }
                Ok(Step::Have(Token { value: key.sign(key_id, &claim)?, expires }))
            }
        }
    }

    /// The token in the answer to what [`Grant::step`] had sent, which came at `now`.
    pub fn token(&self, body: &[u8], now: Timestamp) -> Option<Token> {
        let answer: Value = serde_json::from_slice(body).ok()?;
        let value = api::told(&answer, "access_token")?.to_owned();
        let good_for = answer.get("expires_in").and_then(|seconds| seconds.as_i64().or_else(|| seconds.as_str()?.parse().ok()));
        let expires = now.checked_add(SignedDuration::from_secs(good_for.unwrap_or(USUAL))).unwrap_or(Timestamp::MAX);
        Some(Token { value, expires })
    }

    /// What to say and to do when a token was refused with this answer.
    pub fn refusal(&self, body: &[u8]) -> String {
        let answer: Value = serde_json::from_slice(body).unwrap_or_default();
        let said = said::reason(&answer).map(|code| match api::told(&answer, "error_description") {
            Some(more) => format!("{code}: {}", more.trim_end_matches('.').chars().take(200).collect::<String>()),
            None => code,
        });
        let host = self.asked_at().and_then(Url::host_str).unwrap_or_default();
        format!("`{host}` gives no access token ({}); {}", said.as_deref().unwrap_or("no reason told"), self.remedy())
    }

    /// What to do when what it gives is no longer good.
    pub fn remedy(&self) -> &'static str {
        match self.how {
            How::Account { .. } => {
                "see that the service account and its key still exist and that this machine's clock is right, or make a new key and put it where `secret` says"
            }
            How::Refresh { .. } => "the permission was taken back or has expired: sign in again and put the new file where `secret` says",
            How::Application { .. } => {
                "see that the application is still approved and its id and secret are right, or allow it again and put the new `refresh_token` where `secret` says"
            }
            How::Signed { .. } => {
                "see that the key still exists, that `key_id` and `issuer` are those of its page, and that this machine's clock is right"
            }
        }
    }
}

const GOOGLE_FILE: &str =
    "give the JSON file of a service account's key, or one with `client_id`, `client_secret` and `refresh_token`, as Google hands it out";

const REDDIT_FILE: &str = "give `{\"client_id\": \"…\", \"client_secret\": \"…\"}` of the approved application, with its `\"refresh_token\"` \
     if it listens for a person, or an access token as it stands";

fn form(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Grant(…)")
    }
}

impl fmt::Debug for Trade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Trade(…)")
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: &str = include_str!("../../../tests/fixtures/keys/service-account.json");
    const P8: &str = include_str!("../../../tests/fixtures/keys/connect.p8");
    const LOGIN: &str = r#"{"type": "authorized_user", "client_id": "c", "client_secret": "s+s", "refresh_token": "1//r"}"#;

    fn now() -> Timestamp {
        "2026-03-01T12:00:00Z".parse().unwrap()
    }

    fn sent(grant: &Grant) -> Trade {
        let Step::Send(trade) = grant.step(now()).unwrap() else { panic!("a trade is due") };
        trade
    }

    #[test]
    fn a_service_account_signs_who_it_is_and_what_for() {
        let grant = Grant::google(ACCOUNT, "https://www.googleapis.com/auth/androidpublisher").unwrap();
        let trade = sent(&grant);
        assert_eq!(trade.url.as_str(), "https://oauth2.example.com/token");
        let pairs: Vec<(String, String)> = form_urlencoded::parse(trade.form.as_bytes()).into_owned().collect();
        assert_eq!(pairs[0].1, "urn:ietf:params:oauth:grant-type:jwt-bearer");
        let claim = key::tests::claim(&pairs[1].1);
        assert_eq!(claim["iss"], "listener@acme.example.com");
        assert_eq!(claim["aud"], "https://oauth2.example.com/token");
        assert_eq!(claim["exp"].as_i64().unwrap() - claim["iat"].as_i64().unwrap(), 3600);
    }

    #[test]
    fn what_a_person_allowed_is_traded() {
        let trade = sent(&Grant::google(LOGIN, "scope").unwrap());
        assert_eq!(trade.url.as_str(), "https://oauth2.googleapis.com/token");
        assert_eq!(trade.form, "grant_type=refresh_token&client_id=c&client_secret=s%2Bs&refresh_token=1%2F%2Fr");
    }

    #[test]
    fn an_application_of_reddit_says_who_it_is_beside_the_form() {
        let at = Url::parse("https://www.reddit.com/api/v1/access_token").unwrap();
        let grant = |secret: &str| Grant::reddit(secret, at.clone());
        let alone = sent(&grant(r#"{"client_id": "c", "client_secret": "s"}"#).unwrap().unwrap());
        assert_eq!((alone.url.as_str(), alone.form.as_str()), (at.as_str(), "grant_type=client_credentials"));
        assert_eq!(alone.authorization.as_deref(), Some("Basic Yzpz"));
        let allowed = sent(&grant(r#"{"client_id": "c", "client_secret": "s", "refresh_token": "r+"}"#).unwrap().unwrap());
        assert_eq!(allowed.form, "grant_type=refresh_token&refresh_token=r%2B");
        assert!(grant("eyJhbGciOi").unwrap().is_none(), "a token stands for itself");
        for (secret, said) in [("{hunter2", "approved application"), (r#"{"client_id": "hunter2"}"#, "`client_secret`")] {
            let error = grant(secret).unwrap_err();
            assert!(error.contains(said) && !error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn a_key_of_app_store_connect_signs_the_token_itself() {
        for (issuer, key, value) in [(Some("69a6"), "iss", "69a6"), (None, "sub", "user")] {
            let grant = Grant::app_store_connect(P8, "2X9R4HXF34", issuer).unwrap();
            let Step::Have(token) = grant.step(now()).unwrap() else { panic!("it is made here") };
            let claim = key::tests::claim(token.reveal());
            assert_eq!((claim[key].as_str(), claim["aud"].as_str()), (Some(value), Some("appstoreconnect-v1")));
            assert!(token.is_good(now()) && !token.is_good(now() + SignedDuration::from_mins(14) + SignedDuration::from_secs(1)));
        }
    }

    #[test]
    fn an_answer_holds_a_token_for_a_while() {
        let grant = Grant::google(LOGIN, "scope").unwrap();
        let token = grant.token(br#"{"access_token": "ya29", "expires_in": 3599, "token_type": "Bearer"}"#, now()).unwrap();
        assert_eq!(token.reveal(), "ya29");
        assert!(token.is_good(now() + SignedDuration::from_mins(58)) && !token.is_good(now() + SignedDuration::from_mins(59)));
        assert!(grant.token(b"<html>", now()).is_none() && grant.token(b"{}", now()).is_none());
    }

    #[test]
    fn a_refusal_says_why_and_what_to_do() {
        let said = Grant::google(LOGIN, "scope")
            .unwrap()
            .refusal(br#"{"error": "invalid_grant", "error_description": "Token has been expired or revoked."}"#);
        assert_eq!(
            said,
            "`oauth2.googleapis.com` gives no access token (invalid_grant: Token has been expired or revoked); \
             the permission was taken back or has expired: sign in again and put the new file where `secret` says"
        );
        assert!(Grant::google(ACCOUNT, "scope").unwrap().refusal(b"no").contains("no reason told"));
    }

    #[test]
    fn a_wrong_secret_is_told_without_its_words() {
        for (secret, said) in [
            ("hunter2", "JSON file of a service account"),
            ("{\"client_id\": \"hunter2\"}", "`client_secret`"),
            ("{\"private_key\": \"hunter2\", \"client_email\": \"a\"}", "private key"),
            ("{\"private_key\": 7}", "`private_key`"),
        ] {
            let error = Grant::google(secret, "scope").unwrap_err();
            assert!(error.contains(said) && !error.contains("hunter2"), "{error}");
        }
        assert!(Grant::app_store_connect("hunter2", "k", None).unwrap_err().contains(".p8"));
        let grant = Grant::google(LOGIN, "scope").unwrap();
        assert_eq!(format!("{grant:?} {:?}", grant.step(now()).unwrap()), "Grant(…) Send(Trade(…))");
    }

    #[test]
    fn two_grants_differ_by_secret_and_scope() {
        let mark = |secret: &str, scope| Grant::google(secret, scope).unwrap().mark();
        assert_eq!(mark(LOGIN, "a"), mark(LOGIN, "a"));
        assert!(mark(LOGIN, "a") != mark(LOGIN, "b") && mark(LOGIN, "a") != mark(ACCOUNT, "a"));
    }
}
