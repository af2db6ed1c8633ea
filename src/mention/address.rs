//! E-mail addresses of authors, kept as fingerprints: the same address is known again, and nobody can read it back.
//!
//! The key lies in `index/key` and never leaves the installation. Knows nothing of where addresses are heard or compared.

use std::fmt::{self, Write as _};
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use anyhow::{Context, ensure};
use ring::hmac;

/// Where the key lies within an installation.
pub const KEY_FILE: &str = "index/key";

const KEY_BYTES: usize = 32;
const MARK: &str = "mail:";
/// Hexadecimal digits that stand for the address, and those that show that the domain beside them was written by us.
const OF_ADDRESS: usize = 32;
const OF_DOMAIN: usize = 16;

/// What fingerprints of addresses are made with.
#[derive(Clone)]
pub struct AddressKey(hmac::Key);

impl fmt::Debug for AddressKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AddressKey")
    }
}

impl AddressKey {
    /// The key of the installation in `dir`; made, for its owner to read only, if there is none yet.
    pub fn of(dir: &Path) -> anyhow::Result<Self> {
        let path = dir.join(KEY_FILE);
        let bytes = match std::fs::read(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => make(&path)?,
            read => read.with_context(|| format!("the key `{}` cannot be read; make it readable for goodword", path.display()))?,
        };
        ensure!(
            bytes.len() == KEY_BYTES,
            "the key `{}` is damaged: it has {} bytes in place of {KEY_BYTES}; put it back from a backup",
            path.display(),
            bytes.len()
        );
        Ok(Self::new(&bytes))
    }

    /// A key that is kept nowhere, for looking without storing.
    pub fn passing() -> anyhow::Result<Self> {
        Ok(Self::new(&random()?))
    }

    /// A key of these bytes.
    pub fn new(bytes: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }

    /// The fingerprint of any text, in hexadecimal digits: the same for the same text, and of no use without the key.
    pub fn fingerprint(&self, text: &str) -> String {
        hmac::sign(&self.0, text.as_bytes()).as_ref().iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").expect("a string takes all that is written to it");
            hex
        })
    }

    fn digits(&self, text: &str, count: usize) -> String {
        self.fingerprint(text).chars().take(count).collect()
    }
}

/// Writes a new key, whole or not at all; another process may be quicker, then its key holds.
fn make(path: &Path) -> anyhow::Result<Vec<u8>> {
    let bytes = random()?;
    let folder = path.parent().context("the key has no folder")?;
    let part = folder.join(format!("key.{}.part", std::process::id()));
    let written = || -> anyhow::Result<Vec<u8>> {
        std::fs::create_dir_all(folder)?;
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&part)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        let taken = std::fs::hard_link(&part, path);
        std::fs::remove_file(&part)?;
        match taken {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(std::fs::read(path)?),
            taken => Ok(taken.map(|()| bytes)?),
        }
    };
    written().with_context(|| format!("the key `{}` cannot be written", path.display()))
}

fn random() -> anyhow::Result<Vec<u8>> {
    let mut bytes = vec![0; KEY_BYTES];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("this machine gives no random numbers: {error}"))?;
    Ok(bytes)
}

/// What an author is known by in place of an e-mail address: `mail:<fingerprint>@domain`, the domain in plain sight; none if
/// it is no address.
pub fn masked_address(address: &str, key: &AddressKey) -> Option<String> {
    let address = address.trim().trim_start_matches('<').trim_end_matches('>').to_lowercase();
    let address = address.strip_prefix("mailto:").unwrap_or(&address);
    let (person, domain) = address.rsplit_once('@')?;
    let domain = domain.trim_end_matches('.');
    let is_plain = |part: &str| !part.is_empty() && !part.chars().any(|letter| letter.is_whitespace() || letter.is_control());
    if !is_plain(person) || !is_plain(domain) || !domain.contains('.') {
        return None;
    }
    let of_address = key.digits(&format!("{person}@{domain}"), OF_ADDRESS);
    Some(format!("{MARK}{of_address}{}@{domain}", key.digits(domain, OF_DOMAIN)))
}

/// The domain of an address that was masked with `key`; none of any other handle, whatever it looks like.
pub fn masked_domain<'a>(handle: &'a str, key: &AddressKey) -> Option<&'a str> {
    let (digits, domain) = handle.strip_prefix(MARK)?.split_once('@')?;
    let shown: String = digits.chars().skip(OF_ADDRESS).collect();
    (digits.len() == OF_ADDRESS + OF_DOMAIN && shown == key.digits(domain, OF_DOMAIN)).then_some(domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_known_again_and_not_read_back() {
        let key = AddressKey::new(&[7; KEY_BYTES]);
        let masked = masked_address("Ann.Lee@Acme.example", &key).unwrap();
        for same in ["ann.lee@acme.example", " <Ann.Lee@acme.example.> ", "mailto:ann.lee@ACME.example"] {
            assert_eq!(masked_address(same, &key).as_ref(), Some(&masked), "{same}");
        }
        assert!(masked.starts_with("mail:") && masked.ends_with("@acme.example") && !masked.contains("ann"), "{masked}");
        assert_ne!(masked_address("bob@acme.example", &key), Some(masked.clone()));
        assert_ne!(masked_address("ann.lee@acme.example", &AddressKey::new(&[8; KEY_BYTES])), Some(masked));
    }

    #[test]
    fn what_is_no_address_is_not_masked() {
        let key = AddressKey::new(&[7; KEY_BYTES]);
        for text in ["", "ann", "@acme.example", "ann@", "ann@acme", "an n@acme.example", "ann@ac me.example"] {
            assert_eq!(masked_address(text, &key), None, "{text}");
        }
    }

    #[test]
    fn a_domain_counts_only_as_we_wrote_it() {
        let key = AddressKey::new(&[7; KEY_BYTES]);
        let masked = masked_address("ann@acme.example", &key).unwrap();
        assert_eq!(masked_domain(&masked, &key), Some("acme.example"));
        for forged in [masked.replace("acme", "rival"), format!("mail:{}@acme.example", "0".repeat(48)), "mail:x@acme.example".to_owned()] {
            assert_eq!(masked_domain(&forged, &key), None, "{forged}");
        }
    }

    #[test]
    fn the_key_is_made_once_and_for_its_owner_only() {
        let dir = tempfile::tempdir().unwrap();
        let (one, two) = (AddressKey::of(dir.path()).unwrap(), AddressKey::of(dir.path()).unwrap());
        assert_eq!(one.fingerprint("a"), two.fingerprint("a"));
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::PermissionsExt::mode(&dir.path().join(KEY_FILE).metadata().unwrap().permissions());
            assert_eq!(mode & 0o777, 0o600);
        }
        std::fs::write(dir.path().join(KEY_FILE), "short").unwrap();
        assert!(AddressKey::of(dir.path()).unwrap_err().to_string().contains("put it back from a backup"));
    }
}
