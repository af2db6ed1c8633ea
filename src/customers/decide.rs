//! Whose a mention is, by what customers claim of its author's keys. Pure.
//!
//! An exact handle or address goes before a domain; what a person said goes before an import. Where two customers claim the
//! same, nobody gets it: an identity is never guessed.

use std::collections::{BTreeSet, HashMap};

use super::key::{Key, Means};

/// Who said that a key is a customer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// An imported file.
    Import,
    /// A person.
    Hand,
    /// A person said that it is not.
    Never,
}

impl Said {
    /// The word used in columns.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Hand => "hand",
            Self::Never => "never",
        }
    }

    pub(super) fn named(word: &str) -> Self {
        [Self::Import, Self::Hand].into_iter().find(|said| said.as_str() == word).unwrap_or(Self::Never)
    }
}

/// A customer's claim to a key.
pub(super) type Claim = (String, Said);

/// Whose a mention is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    Nobodys,
    Ones(String, Means),
    /// Several customers claim it.
    Contested(Vec<String>),
}

/// Decides by the keys of a mention's author and the claims to them.
pub(super) fn whose(keys: &[Key], claims: &HashMap<Key, Vec<Claim>>) -> Whose {
    let all = || {
        keys.iter().filter_map(|key| Some((key, claims.get(key)?))).flat_map(|(key, claims)| claims.iter().map(move |claim| (key, claim)))
    };
    let banned: BTreeSet<&str> = all().filter(|(_, claim)| claim.1 == Said::Never).map(|(_, claim)| claim.0.as_str()).collect();
    for means in [Means::Handle, Means::Mail, Means::Domain] {
        let by = |said: Said| -> BTreeSet<&str> {
            let here = all().filter(|(key, claim)| key.means() == means && claim.1 == said && !banned.contains(claim.0.as_str()));
            here.map(|(_, claim)| claim.0.as_str()).collect()
        };
        let claimants = [by(Said::Hand), by(Said::Import)].into_iter().find(|claimants| !claimants.is_empty()).unwrap_or_default();
        match claimants.iter().copied().collect::<Vec<_>>().as_slice() {
            [] => {}
            [one] => return Whose::Ones((*one).to_owned(), means),
            several => return Whose::Contested(several.iter().map(|one| (*one).to_owned()).collect()),
        }
    }
    Whose::Nobodys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_is_never_guessed() {
        type Claimed<'a> = (&'a str, &'a str, Said);
        let cases: [(&str, &[Claimed<'_>], &str); 9] = [
            ("nobody claims it", &[], "nobody"),
            ("one handle", &[("handle:a:ann", "1", Said::Import)], "1 by handle"),
            ("two customers with one handle", &[("handle:a:ann", "1", Said::Import), ("handle:a:ann", "2", Said::Import)], "contested 1 2"),
            ("a person settled it", &[("handle:a:ann", "1", Said::Import), ("handle:a:ann", "2", Said::Hand)], "2 by handle"),
            ("two handles of one", &[("handle:a:ann", "1", Said::Import), ("handle:b:ann", "1", Said::Import)], "1 by handle"),
            ("two handles of two", &[("handle:a:ann", "1", Said::Import), ("handle:b:ann", "2", Said::Import)], "contested 1 2"),
            (
                "an address before its domain",
                &[("mail:f@x.example", "1", Said::Import), ("domain:x.example", "2", Said::Import)],
                "1 by mail",
            ),
            ("a person took it away", &[("mail:f@x.example", "1", Said::Never), ("domain:x.example", "1", Said::Import)], "nobody"),
            ("the domain alone", &[("domain:x.example", "2", Said::Import)], "2 by domain"),
        ];
        for (name, claims, want) in cases {
            let mut by_key: HashMap<Key, Vec<Claim>> = HashMap::new();
            for (key, customer, said) in claims {
                by_key.entry(Key::kept((*key).to_owned())).or_default().push(((*customer).to_owned(), *said));
            }
            let keys = ["handle:a:ann", "handle:b:ann", "mail:f@x.example", "domain:x.example"].map(|key| Key::kept(key.to_owned()));
            let told = match whose(&keys, &by_key) {
                Whose::Nobodys => "nobody".to_owned(),
                Whose::Ones(customer, means) => format!("{customer} by {means}"),
                Whose::Contested(customers) => format!("contested {}", customers.join(" ")),
            };
            assert_eq!(told, want, "{name}");
        }
    }
}
