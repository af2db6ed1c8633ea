//! Whom the word of a sign-in service lets in, and in which role. Pure.

use super::{Claims, Service};
use crate::people::{Person, Role, is_name, tidy_name};

/// Whom somebody comes in as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Somebody who is known here, with the role they have from now on.
    Known(Role),
    /// Somebody new, with their name, mail address and role.
    New {
        /// The name they get here.
        name: String,
        /// Their mail address.
        mail: String,
        /// Their role.
        role: Role,
    },
}

/// Why somebody who has signed in there does not come in here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The service tells no mail address, or not that it is theirs.
    Mail,
    /// The mail address is of a domain that is not let in.
    Domain,
    /// Nobody here has this mail address.
    Unknown,
    /// Whoever has this mail address here is somebody else there.
    Another,
    /// The service gives them no role here.
    Role,
    /// They only get mail.
    MailOnly,
}

impl Refusal {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Domain => "domain",
            Self::Unknown => "unknown",
            Self::Another => "another",
            Self::Role => "role",
            Self::MailOnly => "mail-only",
        }
    }
}

/// What is known here of somebody whom a service names.
#[derive(Clone, Copy, Debug)]
pub enum Acquaintance<'a> {
    /// They came in by it before.
    Bound(&'a Person),
    /// Somebody has their mail address, and came in by it never before.
    ByMail(&'a Person),
    /// Several have their mail address, or the one who has it is bound to somebody else.
    Unclear,
    /// Nobody has.
    Stranger,
}

impl Service {
    /// Whether and as whom somebody comes in.
    pub fn admit(&self, claims: &Claims, known: Acquaintance<'_>) -> Result<Entry, Refusal> {
        let mail = self.mail(claims);
        if let (Err(refusal), false) = (&mail, matches!(known, Acquaintance::Bound(_)) && self.domains.is_empty()) {
            return Err(*refusal);
        }
        let given = self.given(claims)?;
        let entry = match known {
            Acquaintance::Unclear => return Err(Refusal::Another),
            Acquaintance::Bound(person) | Acquaintance::ByMail(person) => Entry::Known(given.unwrap_or(person.role)),
            Acquaintance::Stranger => {
                let (mail, role) = (mail?.to_owned(), given.or(self.newcomers).ok_or(Refusal::Unknown)?);
                let name = Some(tidy_name(&mail)).filter(|name| is_name(name)).ok_or(Refusal::Unknown)?;
                Entry::New { name, mail, role }
            }
        };
        match entry {
            Entry::Known(Role::EmailOnly) | Entry::New { role: Role::EmailOnly, .. } => Err(Refusal::MailOnly),
            entry => Ok(entry),
        }
    }

    /// The mail address that somebody may be known by.
    pub fn mail<'c>(&self, claims: &'c Claims) -> Result<&'c str, Refusal> {
        let mail = claims.email.as_deref().map(str::trim).filter(|mail| mail.contains('@')).ok_or(Refusal::Mail)?;
        if !(self.trust_mail || claims.is_mail_verified()) {
            return Err(Refusal::Mail);
        }
        let domain = mail.rsplit('@').next().unwrap_or_default().to_lowercase();
        let is_let_in = self.domains.is_empty() || self.domains.contains(&domain);
        if is_let_in { Ok(mail) } else { Err(Refusal::Domain) }
    }

    /// The role that the service gives; none where it gives none to anybody.
    fn given(&self, claims: &Claims) -> Result<Option<Role>, Refusal> {
        if self.roles.is_empty() {
            return Ok(None);
        }
        let highest = claims.values(&self.roles_claim).into_iter().filter_map(|value| self.roles.get(value).copied()).max();
        highest.or(self.newcomers).map(Some).ok_or(Refusal::Role)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;

    use super::super::settings::example;
    use super::*;

    fn claims(mail: &str, verified: bool, groups: &[&str]) -> Claims {
        serde_json::from_value(json!({ "sub": "7", "email": mail, "email_verified": verified, "groups": groups })).unwrap()
    }

    #[test]
    fn whoever_is_known_comes_in_with_the_role_they_have() {
        let ann = Person::new("ann", Role::Responder, Some("ann@acme.example".into()), Timestamp::UNIX_EPOCH);
        let only_mail = Person { role: Role::EmailOnly, ..ann.clone() };
        let told = claims("ann@acme.example", true, &[]);
        for (keys, told, known, want) in [
            ("", &told, Acquaintance::ByMail(&ann), Ok(Entry::Known(Role::Responder))),
            ("", &told, Acquaintance::ByMail(&only_mail), Err(Refusal::MailOnly)),
            ("", &told, Acquaintance::Unclear, Err(Refusal::Another)),
            ("", &told, Acquaintance::Stranger, Err(Refusal::Unknown)),
            ("", &claims("ann@acme.example", false, &[]), Acquaintance::ByMail(&ann), Err(Refusal::Mail)),
            ("", &claims("", true, &[]), Acquaintance::Bound(&ann), Ok(Entry::Known(Role::Responder))),
            ("trust_mail = true", &claims("ann@acme.example", false, &[]), Acquaintance::ByMail(&ann), Ok(Entry::Known(Role::Responder))),
            ("domains = [\"acme.example\"]", &told, Acquaintance::ByMail(&ann), Ok(Entry::Known(Role::Responder))),
            (
                "domains = [\"acme.example\"]",
                &claims("ann@ACME.example", true, &[]),
                Acquaintance::Bound(&ann),
                Ok(Entry::Known(Role::Responder)),
            ),
            ("domains = [\"acme.example\"]", &claims("a@evilacme.example", true, &[]), Acquaintance::Bound(&ann), Err(Refusal::Domain)),
            ("domains = [\"acme.example\"]", &claims("", true, &[]), Acquaintance::Bound(&ann), Err(Refusal::Mail)),
        ] {
            assert_eq!(example(keys).admit(told, known), want, "{keys} {known:?}");
        }
    }

    #[test]
    fn newcomers_come_in_only_where_that_is_configured() {
        let new = |role| Ok(Entry::New { name: "bo@acme.example".to_owned(), mail: "Bo@acme.example".to_owned(), role });
        for (keys, groups, want) in [
            ("newcomers = \"viewer\"", &[][..], new(Role::Viewer)),
            ("roles = { crew = \"manager\" }", &["crew"], new(Role::Manager)),
            ("roles = { crew = \"manager\", \"a.b\" = \"admin\" }", &["crew", "a.b", "x"], new(Role::Admin)),
            ("roles = { crew = \"manager\" }", &["others"], Err(Refusal::Role)),
            ("roles = { crew = \"manager\" }\nnewcomers = \"viewer\"", &["others"], new(Role::Viewer)),
            ("roles = { crew = \"email-only\" }", &["crew"], Err(Refusal::MailOnly)),
        ] {
            assert_eq!(example(keys).admit(&claims("Bo@acme.example", true, groups), Acquaintance::Stranger), want, "{keys} {groups:?}");
        }
        let odd = claims("o'hara<x>@acme.example", true, &[]);
        assert_eq!(example("newcomers = \"viewer\"").admit(&odd, Acquaintance::Stranger), Err(Refusal::Unknown));
    }

    #[test]
    fn where_the_service_gives_roles_they_are_taken_anew_each_time() {
        let ann = Person::new("ann", Role::Admin, None, Timestamp::UNIX_EPOCH);
        let service = example("roles = { crew = \"manager\" }");
        let told = |groups: &[&str]| claims("ann@acme.example", true, groups);
        assert_eq!(service.admit(&told(&["crew"]), Acquaintance::Bound(&ann)), Ok(Entry::Known(Role::Manager)));
        assert_eq!(service.admit(&told(&[]), Acquaintance::Bound(&ann)), Err(Refusal::Role));
    }
}
