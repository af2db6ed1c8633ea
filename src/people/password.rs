//! Passwords: when one is too weak, and how it is kept (argon2id).

use argon2::{Argon2, PasswordHasher, PasswordVerifier};

/// What is wrong with a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    /// Fewer than ten characters.
    Short,
    /// More than 200: hashing it would cost too much.
    Long,
    /// One or two characters over and over.
    Monotonous,
    /// It holds the name, or the name holds it.
    LikeName,
}

const SHORTEST: usize = 10;
const LONGEST: usize = 200;

/// What is wrong with `password` for somebody of this name; none if nothing is.
pub fn weakness(password: &str, name: &str) -> Option<Weakness> {
    let letters: Vec<char> = password.chars().collect();
    let (small, name) = (password.to_lowercase(), name.to_lowercase());
    let mut different = letters.clone();
    different.sort_unstable();
    different.dedup();
    match letters.len() {
        length if length < SHORTEST => Some(Weakness::Short),
        length if length > LONGEST => Some(Weakness::Long),
        _ if different.len() < 3 => Some(Weakness::Monotonous),
        // What is left without the name would have to be long enough by itself.
        length if !name.is_empty() && small.contains(&name) && length - name.chars().count() < SHORTEST => Some(Weakness::LikeName),
        _ => None,
    }
}

/// What is kept of a password. Takes a moment, on purpose.
pub fn hash(password: &str) -> anyhow::Result<String> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|error| anyhow::anyhow!("this machine gives no random numbers: {error}"))?;
    let hash = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
    Ok(hash.map_err(|error| anyhow::anyhow!("a password could not be hashed: {error}"))?.to_string())
}

/// Whether `password` is the one that `kept` was made of. Without one it takes as long, so that nobody learns who has an account.
pub fn fits(password: &str, kept: Option<&str>) -> bool {
    let nobody = "$argon2id$v=19$m=19456,t=2,p=1$c29tZSBvdGhlciBzYWx0$q2Cq7dGzGcQvkFN9iJxRNb4DJx4mFMa7yKjPq0OZ3eY";
    let fits = Argon2::default().verify_password(password.as_bytes(), kept.unwrap_or(nobody)).is_ok();
    fits && kept.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_passwords_are_told_apart() {
        for (password, want) in [
            ("short", Some(Weakness::Short)),
            ("ten chars!", None),
            ("abababababab", Some(Weakness::Monotonous)),
            ("ann12345678", Some(Weakness::LikeName)),
            ("ann and a long sentence", None),
            ("十个字的密码也是可以的", None),
        ] {
            assert_eq!(weakness(password, "ann"), want, "{password}");
        }
        assert_eq!(weakness(&"abc".repeat(100), "ann"), Some(Weakness::Long));
    }

    #[test]
    fn a_password_fits_its_own_hash_only() {
        let kept = hash("correct horse").unwrap();
        assert!(kept.starts_with("$argon2id$"), "{kept}");
        assert!(fits("correct horse", Some(&kept)));
        assert!(!fits("wrong horse", Some(&kept)));
        assert!(!fits("correct horse", None));
    }
}
