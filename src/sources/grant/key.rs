//! Private keys that sign JSON Web Tokens: RSA with SHA-256 (`RS256`) and the curve P-256 (`ES256`), both from a PEM file.
//!
//! Knows nothing of what a claim says or who reads it.

use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject;
use serde_json::{Value, json};

const NO_RSA_KEY: &str =
    "its private key is not an RSA key in PEM (`-----BEGIN PRIVATE KEY-----`); put the file there as it was handed out";
const NO_P8: &str = "the secret is not a private key of App Store Connect; put the whole `.p8` file there as it was handed out";

/// An RSA key.
#[derive(Clone)]
pub(super) struct Rs256(Arc<RsaKeyPair>);

impl Rs256 {
    pub(super) fn from_pem(pem: &str) -> Result<Self, String> {
        // What exactly is wrong with a key is nobody's business but its holder's, who has the whole file to compare.
        let der = PrivatePkcs8KeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| NO_RSA_KEY.to_owned())?;
        let key = RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()).map_err(|_| NO_RSA_KEY.to_owned())?;
        Ok(Self(Arc::new(key)))
    }

    /// The claim as a signed token.
    pub(super) fn sign(&self, key_id: Option<&str>, claim: &Value) -> Result<String, String> {
        let message = message("RS256", key_id, claim);
        let mut signature = vec![0; self.0.public().modulus_len()];
        self.0
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature)
            .map_err(|_| "the private key cannot sign; make a new one of 2048 bits or more".to_owned())?;
        Ok(format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature)))
    }
}

/// A key on the curve P-256.
#[derive(Clone)]
pub(super) struct Es256(Arc<EcdsaKeyPair>);

impl Es256 {
    pub(super) fn from_pem(pem: &str) -> Result<Self, String> {
        let der = PrivatePkcs8KeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| NO_P8.to_owned())?;
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der.secret_pkcs8_der(), &SystemRandom::new());
        Ok(Self(Arc::new(key.map_err(|_| NO_P8.to_owned())?)))
    }

    /// The claim as a signed token.
    pub(super) fn sign(&self, key_id: &str, claim: &Value) -> Result<String, String> {
        let message = message("ES256", Some(key_id), claim);
        let signature = self.0.sign(&SystemRandom::new(), message.as_bytes()).map_err(|_| "the private key cannot sign".to_owned())?;
        Ok(format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature)))
    }
}

/// What is signed: who signs how, and what.
fn message(how: &str, key_id: Option<&str>, claim: &Value) -> String {
    let mut head = json!({"alg": how, "typ": "JWT"});
    if let Some(key_id) = key_id {
        head["kid"] = json!(key_id);
    }
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(&head), part(claim))
}

#[cfg(test)]
pub(super) mod tests {
    use ring::signature::{ECDSA_P256_SHA256_FIXED, KeyPair, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

    use super::*;

    /// What a token claims.
    pub(in crate::sources::grant) fn claim(token: &str) -> Value {
        let parts: Vec<&str> = token.split('.').collect();
        assert_eq!(parts.len(), 3, "{token}");
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap()
    }

    fn apart(token: &str) -> (&str, Vec<u8>) {
        let (message, signature) = token.rsplit_once('.').unwrap();
        (message, BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap())
    }

    #[test]
    fn who_has_the_public_key_can_tell_that_the_token_is_ours() {
        let file: Value = serde_json::from_str(include_str!("../../../tests/fixtures/keys/service-account.json")).unwrap();
        let key = Rs256::from_pem(file["private_key"].as_str().unwrap()).unwrap();
        let token = key.sign(Some("7"), &json!({"iss": "a"})).unwrap();
        let (message, signature) = apart(&token);
        let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.0.public().as_ref().to_vec());
        public.verify(message.as_bytes(), &signature).unwrap();
        assert!(public.verify(b"another", &signature).is_err());
        let head = BASE64_URL_SAFE_NO_PAD.decode(message.split('.').next().unwrap()).unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&head).unwrap(), json!({"alg": "RS256", "typ": "JWT", "kid": "7"}));

        let key = Es256::from_pem(include_str!("../../../tests/fixtures/keys/connect.p8")).unwrap();
        let token = key.sign("7", &json!({"iss": "a"})).unwrap();
        let (message, signature) = apart(&token);
        assert_eq!(signature.len(), 64, "two numbers one after the other, not DER");
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.0.public_key().as_ref()).verify(message.as_bytes(), &signature).unwrap();
    }

    #[test]
    fn a_key_of_another_sort_is_refused() {
        let p8 = include_str!("../../../tests/fixtures/keys/connect.p8");
        assert!(Rs256::from_pem(p8).is_err());
        let file: Value = serde_json::from_str(include_str!("../../../tests/fixtures/keys/service-account.json")).unwrap();
        assert!(Es256::from_pem(file["private_key"].as_str().unwrap()).is_err());
    }
}
