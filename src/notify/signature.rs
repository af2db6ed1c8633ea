//! HMAC-SHA256 signatures, as the services and Standard Webhooks want them. Pure.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use xxhash_rust::xxh3::xxh3_128;

/// What tells something from all others in headers and labels: the same for the same parts, and of letters and digits only.
pub(super) fn fingerprint(parts: &[&str]) -> String {
    format!("{:032x}", xxh3_128(parts.join("\u{1f}").as_bytes()))
}

/// The signature of a webhook by Standard Webhooks: `v1,` and the HMAC of id, time and body.
pub(super) fn standard(secret: &str, id: &str, seconds: i64, body: &[u8]) -> String {
    let mut signed = format!("{id}.{seconds}.").into_bytes();
    signed.extend_from_slice(body);
    // Such secrets are written in base64 behind `whsec_`; anything else is taken as it stands.
    let key = secret.strip_prefix("whsec_").and_then(|coded| STANDARD.decode(coded).ok()).unwrap_or_else(|| secret.as_bytes().to_vec());
    format!("v1,{}", hmac_base64(&key, &signed))
}

/// Feishu's: the key is time and secret, and nothing is signed.
pub(super) fn feishu(secret: &str, seconds: i64) -> String {
    hmac_base64(format!("{seconds}\n{secret}").as_bytes(), b"")
}

/// DingTalk's: time and secret, signed with the secret.
pub(super) fn dingtalk(secret: &str, milliseconds: i64) -> String {
    hmac_base64(secret.as_bytes(), format!("{milliseconds}\n{secret}").as_bytes())
}

/// The header of HTTP's basic login.
pub(super) fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

fn hmac_base64(key: &[u8], signed: &[u8]) -> String {
    STANDARD.encode(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), signed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_webhook_is_signed_as_the_standards_own_example_is() {
        let body = br#"{"test": 2432232314}"#;
        let signed = standard("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn fingerprints_tell_parts_apart() {
        assert_ne!(fingerprint(&["a", "b"]), fingerprint(&["ab", ""]));
        assert_eq!(fingerprint(&["a"]), fingerprint(&["a"]));
        assert_eq!(fingerprint(&["艾克美"]).len(), 32);
    }
}
