//! A secret of a source: read from the environment or a file, never printed.

use std::fmt;
use std::path::Path;

use serde::Deserialize;

/// A secret at hand. Its `Debug` is blank.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// The secret itself, for the request that needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Where a secret is kept: `{ env = "NAME" }` or `{ file = "path" }`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Place {
    Env(String),
    File(String),
}

impl Place {
    /// Fetches the secret; `dir` is where relative files start. The error says what to do.
    pub(super) fn fetch(&self, dir: &Path) -> Result<Secret, String> {
        let found = match self {
            Self::Env(name) => std::env::var(name).map_err(|_| format!("set the environment variable `{name}`"))?,
            Self::File(path) => {
                std::fs::read_to_string(dir.join(path)).map_err(|error| format!("put the secret into the file `{path}` ({error})"))?
            }
        };
        match found.trim() {
            "" => Err("it is empty".to_owned()),
            secret => Ok(Secret(secret.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_printed() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("token"), "hunter2\n").unwrap();
        let secret = Place::File("token".to_owned()).fetch(dir.path()).unwrap();
        assert_eq!(secret.reveal(), "hunter2");
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        assert!(Place::File("absent".to_owned()).fetch(dir.path()).unwrap_err().contains("`absent`"));
    }
}
