//! Why something is not done to a reply, in words for whoever tried.

use jiff::Timestamp;

use super::audit::Entry;
use super::state::Status;

/// Why something is not done to a reply.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// Somebody else holds it.
    #[error("{by} holds it until {}", until.strftime("%F %H:%M UTC"))]
    Claimed {
        /// Who.
        by: String,
        /// Until when.
        until: Timestamp,
    },
    /// There is nothing to give back.
    #[error("nobody holds it")]
    NotHeld,
    /// It stands elsewhere.
    #[error("it is {status}; only what is {} can be {done}", words(from))]
    Status {
        /// Where it stands.
        status: Status,
        /// What was to be done.
        done: &'static str,
        /// Where it would have to stand.
        from: Vec<Status>,
    },
    /// Words are missing.
    #[error("{what} cannot be blank")]
    Blank {
        /// What they are missing of.
        what: &'static str,
    },
    /// Nobody approves a text of their own.
    #[error("somebody other than its writer has to approve it")]
    SameHand,
    /// The site takes no text of this length.
    #[error("the text has {long} {unit}, and {site} takes {most}; shorten it by {}", long - most)]
    TooLong {
        /// How long it is.
        long: usize,
        /// How long it may be.
        most: usize,
        /// What is counted.
        unit: &'static str,
        /// Where it is to go.
        site: String,
    },
    /// The last reply there said just that.
    #[error("the last reply at {site} says exactly the same; people see both: vary it")]
    SameAgain {
        /// Where.
        site: String,
    },
    /// Somebody changed it meanwhile.
    #[error("it was changed since version {seen} was read: {}; look at it again", changes(since))]
    Stale {
        /// The version that was read.
        seen: i64,
        /// What was done since.
        since: Vec<Entry>,
    },
    /// It is on its way to the site.
    #[error("it is being posted, or may have been; whether the site has it is looked up in a minute: `goodword queue show` tells")]
    GoingOut,
    /// Goodword cannot post it.
    #[error("{0}")]
    NotPosted(String),
    /// Their role does not allow it.
    #[error("{who} is a {role}, and {what} asks for the role `{least}`; `goodword user role {who} {least}` gives it")]
    NotAllowed {
        /// Who tried.
        who: String,
        /// What they are.
        role: &'static str,
        /// What they tried.
        what: &'static str,
        /// What they would have to be.
        least: &'static str,
    },
    /// The mention has no reply.
    #[error("it is not in the queue; `goodword queue reopen` puts it there")]
    NotQueued,
}

fn words(from: &[Status]) -> String {
    from.iter().map(|status| status.as_str()).collect::<Vec<_>>().join(", ")
}

fn changes(since: &[Entry]) -> String {
    if since.is_empty() {
        return "it has another version now".to_owned();
    }
    since.iter().map(Entry::in_words).collect::<Vec<_>>().join("; ")
}
