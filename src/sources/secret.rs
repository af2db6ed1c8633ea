//! A secret of a source: read from the environment or a file, never printed.

use std::fmt;
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use ring::hmac;
use ring::rand::SystemRandom;
use serde::Deserialize;
use url::{Url, form_urlencoded};

/// What stands for the secret in an address, as written and as addresses encode it.
const STANDS_FOR: [&str; 3] = ["{secret}", "%7Bsecret%7D", "%7bsecret%7d"];
/// A secret that expires is spoken of this many days ahead.
const WARNED_DAYS: i32 = 14;

/// A secret at hand. Its `Debug` is blank.
#[derive(Clone)]
pub struct Secret {
    value: String,
    expires: Option<Date>,
}

impl Secret {
    /// The secret itself, for the request that needs it.
    pub fn reveal(&self) -> &str {
        &self.value
    }

    /// The day on which it expires, where that is known.
    pub fn expires(&self) -> Option<Date> {
        self.expires
    }

    /// Whether this is what someone else gives; takes as long whether it is nearly right or all wrong.
    pub fn is(&self, given: &str) -> bool {
        let Ok(key) = hmac::Key::generate(hmac::HMAC_SHA256, &SystemRandom::new()) else { return false };
        hmac::verify(&key, given.as_bytes(), hmac::sign(&key, self.value.as_bytes()).as_ref()).is_ok()
    }

    /// The address with the secret where `{secret}` stands for it.
    pub fn put_into(&self, url: &Url) -> Url {
        let value: String = form_urlencoded::byte_serialize(self.value.as_bytes()).collect();
        let filled = STANDS_FOR.iter().fold(url.as_str().to_owned(), |filled, stands_for| filled.replace(stands_for, &value));
        Url::parse(&filled).unwrap_or_else(|_| url.clone())
    }

    /// The address with `{secret}` where the secret stands in its query, as some sites write it into the address of the next page.
    pub fn take_out_of(&self, url: &Url) -> Url {
        if !url.query_pairs().any(|(_, value)| value == self.value.as_str()) {
            return url.clone();
        }
        let mut bare = url.clone();
        let hidden = |value: &str| if value == self.value { STANDS_FOR[0].to_owned() } else { value.to_owned() };
        bare.query_pairs_mut().clear().extend_pairs(url.query_pairs().map(|(key, value)| (key.into_owned(), hidden(&value))));
        bare
    }

    /// What to say of its expiry at `now`, from two weeks before.
    pub fn warning(&self, now: Timestamp) -> Option<String> {
        let (expires, today) = (self.expires?, now.to_zoned(TimeZone::UTC).date());
        let days = today.until(expires).ok()?.get_days();
        match days {
            ..0 => Some(format!("its secret expired on {expires}; renew it, then set `expires` anew")),
            0 => Some("its secret expires today; renew it, then set `expires` anew".to_owned()),
            1..=WARNED_DAYS => Some(format!(
                "its secret expires on {expires}, in {days} day{}; renew it, then set `expires` anew",
                if days == 1 { "" } else { "s" }
            )),
            _ => None,
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Where a secret is kept: `{ env = "NAME" }` or `{ file = "path" }`, either with `expires = "2027-01-31"`.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Keys")]
pub struct Place {
    kept: Kept,
    expires: Option<Date>,
}

#[derive(Clone, Debug)]
enum Kept {
    Env(String),
    File(String),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    env: Option<String>,
    file: Option<String>,
    expires: Option<String>,
}

impl TryFrom<Keys> for Place {
    type Error = String;

    fn try_from(keys: Keys) -> Result<Self, String> {
        let kept = match (keys.env, keys.file) {
            (Some(name), None) => Kept::Env(name),
            (None, Some(path)) => Kept::File(path),
            _ => return Err("a secret is kept in one place; write `{ env = \"NAME\" }` or `{ file = \"path\" }`".to_owned()),
        };
        let date = |text: String| text.parse().map_err(|_| format!("`expires`: `{text}` is not a day; write for example `2027-01-31`"));
        Ok(Self { kept, expires: keys.expires.map(date).transpose()? })
    }
}

impl Place {
    /// Fetches the secret; `dir` is where relative files start. The error says what to do.
    pub fn fetch(&self, dir: &Path) -> Result<Secret, String> {
        let found = match &self.kept {
            Kept::Env(name) => std::env::var(name).map_err(|_| format!("set the environment variable `{name}`"))?,
            Kept::File(path) => {
                std::fs::read_to_string(dir.join(path)).map_err(|error| format!("put the secret into the file `{path}` ({error})"))?
            }
        };
        match found.trim() {
            "" => Err("it is empty".to_owned()),
            secret => Ok(Secret { value: secret.to_owned(), expires: self.expires }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(keys: &str) -> Result<Place, String> {
        toml::from_str::<Place>(keys).map_err(|error| error.message().to_owned())
    }

    #[test]
    fn a_secret_is_never_printed() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("token"), "hunter2\n").unwrap();
        let secret = place("file = \"token\"").unwrap().fetch(dir.path()).unwrap();
        assert_eq!(secret.reveal(), "hunter2");
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        assert!(place("file = \"absent\"").unwrap().fetch(dir.path()).unwrap_err().contains("`absent`"));
    }

    #[test]
    fn what_someone_gives_is_the_secret_or_not() {
        let secret = Secret { value: "hunter2".to_owned(), expires: None };
        assert!(secret.is("hunter2"));
        for other in ["", "hunter", "hunter22", "Hunter2"] {
            assert!(!secret.is(other), "{other}");
        }
    }

    #[test]
    fn an_address_is_kept_without_the_secret_and_asked_for_with_it() {
        let secret = Secret { value: "a+b&c".to_owned(), expires: None };
        for kept in ["https://a.example/list?key={secret}&page=2", "https://a.example/list?key=%7Bsecret%7D&page=2"] {
            let asked = secret.put_into(&Url::parse(kept).unwrap());
            assert_eq!(asked.as_str(), "https://a.example/list?key=a%2Bb%26c&page=2");
            let again = secret.take_out_of(&asked);
            assert!(!again.as_str().contains("a%2Bb"), "{again}");
            assert_eq!(secret.put_into(&again), asked);
        }
        let plain = Url::parse("https://a.example/list?q=a%20b").unwrap();
        assert_eq!((secret.put_into(&plain), secret.take_out_of(&plain)), (plain.clone(), plain));
    }

    #[test]
    fn a_secret_is_kept_in_one_place_and_expires_on_a_day() {
        for (keys, said) in [
            ("", "one place"),
            ("env = \"A\"\nfile = \"b\"", "one place"),
            ("env = \"A\"\nexpires = \"soon\"", "`soon` is not a day"),
            ("evn = \"A\"", "unknown field `evn`"),
        ] {
            let error = place(keys).unwrap_err();
            assert!(error.contains(said), "{error}");
        }
    }

    #[test]
    fn an_expiry_is_spoken_of_from_two_weeks_before() {
        let secret = Secret { value: "x".to_owned(), expires: Some("2027-01-31".parse().unwrap()) };
        let at = |now: &str| secret.warning(now.parse().unwrap());
        assert_eq!(at("2027-01-16T23:59:59Z"), None);
        assert!(at("2027-01-17T00:00:00Z").unwrap().contains("on 2027-01-31, in 14 days"));
        assert!(at("2027-01-30T12:00:00Z").unwrap().contains("in 1 day;"));
        assert!(at("2027-01-31T23:00:00Z").unwrap().contains("today"));
        assert!(at("2027-03-31T00:00:00Z").unwrap().contains("expired on 2027-01-31"));
        assert_eq!(Secret { value: "x".to_owned(), expires: None }.warning(Timestamp::MAX), None);
    }
}
