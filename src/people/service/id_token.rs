//! ID tokens of OpenID Connect: who signed one, for whom, until when, and what it says of somebody. Pure; keys and time are handed in.
//!
//! Only RS256 and ES256 with a public key of the service are believed, so neither `none` nor a key of ours can pass for one.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use ring::signature::{ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// Clocks may differ by so much.
const LEEWAY: SignedDuration = SignedDuration::from_secs(60);

/// The keys that a service signs with (JWKS).
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Keys {
    /// Keys of all kinds; those we cannot use are passed over.
    keys: Vec<Key>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Key {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    meant_for: Option<String>,
    crv: String,
    n: String,
    e: String,
    x: String,
    y: String,
}

/// What a token has to be.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// Who has to have made it.
    pub issuer: &'a str,
    /// For whom: our name at the service.
    pub client: &'a str,
    /// What we sent along when the sign-in began.
    pub nonce: &'a str,
    /// The time.
    pub now: Timestamp,
}

/// What a believed token says of somebody.
#[derive(Clone, Debug, Deserialize)]
pub struct Claims {
    /// Whom the service knows them as, for ever.
    pub sub: String,
    /// Their mail address.
    pub email: Option<String>,
    /// Whether the service has seen to it that the address is theirs.
    #[serde(default)]
    email_verified: Value,
    /// All else, roles and groups among it.
    #[serde(flatten)]
    others: Map<String, Value>,
}

/// Why a token is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Untrusted {
    /// It is no token.
    #[error("it is not a signed token")]
    Malformed,
    /// It is signed in a way that is not accepted.
    #[error("it is signed with `{0}`; only RS256 and ES256 are accepted")]
    Algorithm(String),
    /// The service has no key of that name.
    #[error("it is signed with a key that the service does not publish")]
    UnknownKey,
    /// The signature is wrong.
    #[error("its signature is wrong")]
    Signature,
    /// Somebody else made it.
    #[error("it was made by `{0}`, not by the service that is configured")]
    Issuer(String),
    /// It is for somebody else.
    #[error("it is meant for another program")]
    Audience,
    /// Its time is over.
    #[error("its time is over")]
    Expired,
    /// Its time has not come.
    #[error("its time has not come; do the clocks agree?")]
    Early,
    /// It belongs to another sign-in.
    #[error("it belongs to another sign-in")]
    Nonce,
}

#[derive(Debug, Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<Value>,
}

#[derive(Debug, Deserialize)]
struct Terms {
    iss: String,
    aud: Audience,
    azp: Option<String>,
    exp: f64,
    iat: Option<f64>,
    nbf: Option<f64>,
    nonce: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

#[derive(Clone, Copy)]
enum Algorithm {
    Rs256,
    Es256,
}

impl Claims {
    /// Whether the service says that the mail address is theirs; some say it as a word.
    pub fn is_mail_verified(&self) -> bool {
        self.email_verified == Value::Bool(true) || self.email_verified == "true"
    }

    /// The values of a claim: a word or several, under a name or, with dots, inside others (`realm_access.roles`).
    pub fn values(&self, claim: &str) -> Vec<&str> {
        let inside = || {
            let mut parts = claim.split('.');
            let first = self.others.get(parts.next()?)?;
            parts.try_fold(first, |found, part| found.get(part))
        };
        match self.others.get(claim).or_else(inside) {
            Some(Value::String(word)) => vec![word],
            Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }
}

/// What `token` says, if it is signed with one of `keys` and is what is `expected`.
pub fn verify(token: &str, keys: &Keys, expected: &Expected<'_>) -> Result<Claims, Untrusted> {
    let (signed, signature) = token.rsplit_once('.').ok_or(Untrusted::Malformed)?;
    let (header, claims) = signed.split_once('.').ok_or(Untrusted::Malformed)?;
    let header: Header = part(header)?;
    if header.crit.is_some() {
        return Err(Untrusted::Malformed);
    }
    let algorithm = match header.alg.as_str() {
        "RS256" => Algorithm::Rs256,
        "ES256" => Algorithm::Es256,
        other => return Err(Untrusted::Algorithm(other.chars().take(20).collect())),
    };
    let signature = bytes(signature)?;
    let fitting: Vec<&Key> = keys.keys.iter().filter(|key| key.fits(algorithm, header.kid.as_deref())).collect();
    if fitting.is_empty() {
        return Err(Untrusted::UnknownKey);
    }
    if !fitting.iter().any(|key| key.has_signed(algorithm, signed.as_bytes(), &signature)) {
        return Err(Untrusted::Signature);
    }
    part::<Terms>(claims)?.hold(expected)?;
    part(claims)
}

fn bytes(part: &str) -> Result<Vec<u8>, Untrusted> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| Untrusted::Malformed)
}

fn part<T: DeserializeOwned>(part: &str) -> Result<T, Untrusted> {
    serde_json::from_slice(&bytes(part)?).map_err(|_| Untrusted::Malformed)
}

impl Key {
    fn fits(&self, algorithm: Algorithm, kid: Option<&str>) -> bool {
        let is_kind = match algorithm {
            Algorithm::Rs256 => self.kty == "RSA",
            Algorithm::Es256 => self.kty == "EC" && self.crv == "P-256",
        };
        is_kind && self.meant_for.as_deref().is_none_or(|meant| meant == "sig") && kid.is_none_or(|kid| self.kid.as_deref() == Some(kid))
    }

    fn has_signed(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        let number = |text: &str| URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok();
        let verified = match algorithm {
            Algorithm::Rs256 => number(&self.n)
                .zip(number(&self.e))
                .map(|(n, e)| RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)),
            Algorithm::Es256 => number(&self.x)
                .zip(number(&self.y))
                .map(|(x, y)| UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, [&[4], &x[..], &y[..]].concat()).verify(message, signature)),
        };
        verified.is_some_and(|verified| verified.is_ok())
    }
}

impl Terms {
    fn hold(&self, expected: &Expected<'_>) -> Result<(), Untrusted> {
        if self.iss != expected.issuer {
            return Err(Untrusted::Issuer(self.iss.chars().take(200).collect()));
        }
        let is_ours = match &self.aud {
            Audience::One(one) => one == expected.client,
            Audience::Several(several) => several.iter().any(|one| one == expected.client) && (several.len() == 1 || self.azp.is_some()),
        };
        if !is_ours || self.azp.as_deref().is_some_and(|party| party != expected.client) {
            return Err(Untrusted::Audience);
        }
        let now = expected.now.as_second() as f64;
        let leeway = LEEWAY.as_secs() as f64;
        if self.exp + leeway <= now {
            return Err(Untrusted::Expired);
        }
        if [self.iat, self.nbf].into_iter().flatten().any(|from| from > now + leeway) {
            return Err(Untrusted::Early);
        }
        match self.nonce.as_deref() {
            Some(nonce) if crate::people::is_same(nonce.as_bytes(), expected.nonce.as_bytes()) => Ok(()),
            _ => Err(Untrusted::Nonce),
        }
    }
}

#[cfg(test)]
mod tests {
    use ring::rand::SystemRandom;
    use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
    use serde_json::json;

    use super::*;

    const NOW: &str = "2026-03-10T12:00:00Z";

    /// A key of this test run, and how it is published.
    fn key() -> (EcdsaKeyPair, Value) {
        let random = SystemRandom::new();
        let bytes = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, bytes.as_ref(), &random).unwrap();
        let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
        let published = json!({ "kty": "EC", "crv": "P-256", "kid": "k", "use": "sig", "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y) });
        (pair, published)
    }

    fn sign(pair: &EcdsaKeyPair, header: &Value, claims: &Value) -> String {
        let signed = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string())).join(".");
        let signature = pair.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn claims() -> Value {
        let now = NOW.parse::<Timestamp>().unwrap().as_second();
        json!({ "iss": "https://login.example", "aud": "goodword", "sub": "7", "exp": now + 300, "iat": now, "nonce": "n",
            "email": "ann@acme.example", "email_verified": true, "groups": ["a", "b"], "realm_access": { "roles": ["c"] } })
    }

    fn with(changes: Value) -> Value {
        let mut all = claims();
        let Value::Object(changes) = changes else { panic!() };
        all.as_object_mut().unwrap().extend(changes);
        all
    }

    fn judged(token: &str, keys: &Value) -> Result<Claims, Untrusted> {
        let keys: Keys = serde_json::from_value(json!({ "keys": [{ "kty": "oct", "k": "AAAA" }, keys] })).unwrap();
        let expected = Expected { issuer: "https://login.example", client: "goodword", nonce: "n", now: NOW.parse().unwrap() };
        verify(token, &keys, &expected)
    }

    #[test]
    fn a_token_is_believed_only_if_it_is_for_us_now_and_for_this_sign_in() {
        let (pair, published) = key();
        let header = json!({ "alg": "ES256", "kid": "k" });
        let now = NOW.parse::<Timestamp>().unwrap().as_second();
        let cases = [
            (json!({}), Ok(())),
            (json!({ "aud": ["other", "goodword"], "azp": "goodword" }), Ok(())),
            (json!({ "aud": ["goodword"] }), Ok(())),
            (json!({ "exp": now - 59 }), Ok(())),
            (json!({ "exp": now - 60 }), Err(Untrusted::Expired)),
            (json!({ "iat": now + 61 }), Err(Untrusted::Early)),
            (json!({ "nbf": now + 61 }), Err(Untrusted::Early)),
            (json!({ "iss": "https://evil.example" }), Err(Untrusted::Issuer("https://evil.example".into()))),
            (json!({ "iss": "https://login.example/" }), Err(Untrusted::Issuer("https://login.example/".into()))),
            (json!({ "aud": "other" }), Err(Untrusted::Audience)),
            (json!({ "aud": ["other", "goodword"] }), Err(Untrusted::Audience)),
            (json!({ "azp": "other" }), Err(Untrusted::Audience)),
            (json!({ "nonce": "m" }), Err(Untrusted::Nonce)),
            (json!({ "nonce": null }), Err(Untrusted::Nonce)),
            (json!({ "exp": null }), Err(Untrusted::Malformed)),
            (json!({ "sub": null }), Err(Untrusted::Malformed)),
        ];
        for (changes, want) in cases {
            let token = sign(&pair, &header, &with(changes.clone()));
            assert_eq!(judged(&token, &published).map(drop), want, "{changes}");
        }
    }

    #[test]
    fn a_token_is_believed_only_if_a_published_key_signed_it() {
        let (pair, published) = key();
        let (other, _) = key();
        let headed = |header: Value| sign(&pair, &header, &claims());
        let good = headed(json!({ "alg": "ES256", "kid": "k" }));
        assert!(judged(&good, &published).is_ok());
        assert!(judged(&headed(json!({ "alg": "ES256" })), &published).is_ok(), "without a name every key of the kind is tried");
        let forged = sign(&other, &json!({ "alg": "ES256", "kid": "k" }), &claims());
        let [header, _, signature]: [&str; 3] = good.split('.').collect::<Vec<_>>().try_into().unwrap();
        let changed = format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode(with(json!({ "sub": "8" })).to_string()));
        for (token, want) in [
            (forged, Untrusted::Signature),
            (changed, Untrusted::Signature),
            (good.rsplit_once('.').unwrap().0.to_owned() + ".", Untrusted::Signature),
            (headed(json!({ "alg": "none" })), Untrusted::Algorithm("none".into())),
            (headed(json!({ "alg": "HS256", "kid": "k" })), Untrusted::Algorithm("HS256".into())),
            (headed(json!({ "alg": "RS256", "kid": "k" })), Untrusted::UnknownKey),
            (headed(json!({ "alg": "ES256", "kid": "x" })), Untrusted::UnknownKey),
            (headed(json!({ "alg": "ES256", "crit": ["b64"] })), Untrusted::Malformed),
            ("a.b".to_owned(), Untrusted::Malformed),
            (String::new(), Untrusted::Malformed),
        ] {
            assert_eq!(judged(&token, &published).map(drop), Err(want), "{token}");
        }
        let mut for_encryption = published;
        for_encryption["use"] = "enc".into();
        assert_eq!(judged(&good, &for_encryption).map(drop), Err(Untrusted::UnknownKey));
    }

    #[test]
    fn claims_are_found_by_name_and_inside_others() {
        let (pair, published) = key();
        let told = judged(&sign(&pair, &json!({ "alg": "ES256" }), &claims()), &published).unwrap();
        assert_eq!((told.sub.as_str(), told.email.as_deref(), told.is_mail_verified()), ("7", Some("ann@acme.example"), true));
        assert_eq!(told.values("groups"), ["a", "b"]);
        assert_eq!(told.values("realm_access.roles"), ["c"]);
        assert!(told.values("realm_access").is_empty() && told.values("nothing.there").is_empty());
    }

    // Made once with openssl: the key is published nowhere and its private half was thrown away.
    const MODULUS: &str = "tkMj0bFn_5eAENKh-puYyUBdcsjzQrI_RSGihqKYT07MX88LZkAZHxJVl60gmrGngTCvk7X9kiUXIOEGeGOVQ111qeKu897lYCr7nxc04jV4LY\
        mKewm7LEBRGBm81oYMob6q2WxBBsfdMrch8N2cGUxOyym9UuYKDonLY0P9wONWNHcbHufBQASDH2vp70wuTp7WWYoDjOO70V0qjy77axr5EKef\
        vZXgr4n8eP3565_Zp_5X5wyYUSBruMRQS-s9eux2ZpwfOhqTlBwO324WYe4ZrUMUxb9pJEOHPgTpuYuo8kUIFjeIL5V-TqnFkd_3lTsk5fbokB\
        TnJcIV5qJC9Q";
    const SIGNED: &str = "eyJhbGciOiAiUlMyNTYifQ.eyJpc3MiOiJodHRwczovL2xvZ2luLmV4YW1wbGUiLCJhdWQiOiJnb29kd29yZCIsInN1YiI6IjciLCJleHAiOjE\
        3NzMxNDQzMDAsIm5vbmNlIjoibiJ9";
    const SIGNATURE: &str = "JxcjrrUMCIic4j7J9MHQSwT6wlOkUi1SfLUpnB2z2Vd3EdLUOQ9qwm4pP92xYihuh0jmC4d_XDrq25vzhzqq0JhhJvcMBx4m9YKNg5T_duDarZ\
        SFTGSXaFNZfn5BTgjvVJzZoCB4rVPiUbcY-VfiTifF4-IBz3F9Yofa8EDh4RYJ-1-z_X7G2s1XvyTS2hkoHGYJPwuPQl1kni8s-uXNSf2r2Ww5\
        LAyrHuOz-j3cx7iVwurHE_R3B5OvNcymsEbHaG0E9IlCXhM6RBAvAGn_KoWwMGrdiYL46XCPOAv06kSURZCYn-3ynlUCr-nLCzlI1uANQ4NYZN\
        QE-vIAuaSIww";

    #[test]
    fn rsa_keys_are_believed_and_never_taken_for_another_kind() {
        let published = json!({ "kty": "RSA", "e": "AQAB", "n": MODULUS });
        assert_eq!(judged(&format!("{SIGNED}.{SIGNATURE}"), &published).unwrap().sub, "7");
        let mut wrong = URL_SAFE_NO_PAD.decode(SIGNATURE).unwrap();
        wrong[0] ^= 1;
        assert_eq!(judged(&format!("{SIGNED}.{}", URL_SAFE_NO_PAD.encode(wrong)), &published).map(drop), Err(Untrusted::Signature));
        let (_, of_another_kind) = key();
        assert_eq!(judged(&format!("{SIGNED}.{SIGNATURE}"), &of_another_kind).map(drop), Err(Untrusted::UnknownKey));
    }
}
