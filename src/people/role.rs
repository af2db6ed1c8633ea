//! What somebody may do: roles, each allowed what those below it are, and the scopes of tokens.

use std::fmt;

/// What somebody is here for. Each may do what those before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Gets mail; has no sign-in.
    EmailOnly,
    /// Reads everything that is not about people.
    Viewer,
    /// Replies, and corrects tags.
    Responder,
    /// Changes what is listened to and for.
    Manager,
    /// Decides who may do what.
    Admin,
}

impl Role {
    /// All of them, the least first.
    pub const ALL: [Self; 5] = [Self::EmailOnly, Self::Viewer, Self::Responder, Self::Manager, Self::Admin];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EmailOnly => "email-only",
            Self::Viewer => "viewer",
            Self::Responder => "responder",
            Self::Manager => "manager",
            Self::Admin => "admin",
        }
    }

    /// The role of this name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// How much of its owner's role a token has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Reading.
    Read,
    /// Reading, replying and correcting.
    Reply,
    /// All that its owner may.
    Admin,
}

impl Scope {
    /// All of them, the narrowest first.
    pub const ALL: [Self; 3] = [Self::Read, Self::Reply, Self::Admin];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Reply => "reply",
            Self::Admin => "admin",
        }
    }

    /// The scope of this name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == word)
    }

    /// What a token of this scope may do for an owner of this role.
    pub fn of(self, role: Role) -> Role {
        match self {
            Self::Read => role.min(Role::Viewer),
            Self::Reply => role.min(Role::Responder),
            Self::Admin => role,
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_never_may_more_than_its_owner() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(role));
            for scope in Scope::ALL {
                assert!(scope.of(role) <= role, "{scope} {role}");
            }
        }
        assert_eq!(Scope::Read.of(Role::Admin), Role::Viewer);
        assert_eq!(Scope::Reply.of(Role::Admin), Role::Responder);
        assert_eq!(Scope::Admin.of(Role::Manager), Role::Manager);
    }
}
