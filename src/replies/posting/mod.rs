//! Posting replies at their sites by API: what is asked of each site, what its answers mean, and the record of every try.
//!
//! One file per kind of site, each a pure [`Adapter`]: it makes calls as values and reads answers, and never makes one. `attempt`
//! keeps what was begun before anything goes out. Whoever makes the calls decides nothing that is decided here. A new kind of
//! site is one file and one line in [`adapter`].

mod account;
mod app_store_connect;
mod at_site;
mod attempt;
mod bluesky;
mod call;
mod discourse;
mod github;
mod google_business;
mod google_play;
mod login;
mod mastodon;
mod outcome;
mod pace;
mod reddit;
mod target;
mod trustpilot;

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use crate::fetch::Call;

pub use account::{Account, Accounts, SECTION, When, read};
pub use at_site::AtSite;
pub use attempt::{Attempt, Plan, Stage, account_for, begin, plan};
pub use outcome::{Found, Outcome, Placed, Said, Standing, of_found, of_reading, of_silence};
pub use target::Target;

/// What is done at a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Deed {
    /// A reply is posted.
    Post,
    /// What stands there is changed.
    Revise,
    /// What stands there is taken away.
    Withdraw,
}

impl Deed {
    /// The word for it in columns and labels.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Revise => "revise",
            Self::Withdraw => "withdraw",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        [Self::Post, Self::Revise, Self::Withdraw].into_iter().find(|deed| deed.as_str() == word)
    }
}

/// How we are let in at a site. Its `Debug` tells no secret.
#[derive(Clone)]
pub struct Access {
    /// Where its API stands.
    pub endpoint: Url,
    /// Whom we post as there.
    pub account: Option<String>,
    /// The secret, or the token it was traded for.
    pub secret: String,
    /// Who is to see it, where the site asks.
    pub visibility: Option<String>,
    /// Whether addresses inside the private network may be called.
    pub allow_private: bool,
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access").field("account", &self.account).finish_non_exhaustive()
    }
}

/// One thing to be done at a site.
#[derive(Clone, Copy, Debug)]
pub struct Job<'a> {
    /// What.
    pub deed: Deed,
    /// The text, as it was approved.
    pub text: &'a str,
    /// Tells it from all others, and stays the same when it is tried again.
    pub key: &'a str,
    /// When it was begun; stays the same, too.
    pub begun: Timestamp,
    /// The site's own id of what we posted there.
    pub remote: Option<&'a str>,
    /// What it answers.
    pub target: &'a Target,
    /// How we are let in.
    pub access: &'a Access,
}

/// What had to be learnt before: sessions, the site's own ids. Its `Debug` tells no value.
#[derive(Clone, Default)]
pub struct Notes(BTreeMap<&'static str, String>);

impl fmt::Debug for Notes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Notes {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    fn need(&self, name: &str) -> Result<&str, String> {
        self.get(name).ok_or_else(|| format!("the site did not tell its `{name}`"))
    }

    fn put(&mut self, name: &'static str, value: impl Into<String>) {
        self.0.insert(name, value.into());
    }
}

/// How one kind of site takes replies. Pure: makes calls as values and reads answers.
pub trait Adapter: Sync {
    /// Where its API stands, if that is the same for all.
    fn endpoint(&self) -> Option<&'static str> {
        None
    }

    /// What `account` has to name, if it has to be given.
    fn needs_account(&self) -> Option<&'static str> {
        None
    }

    /// What `secret` has to hold, if that of the source does not do.
    fn needs_secret(&self) -> Option<&'static str> {
        None
    }

    /// Whether a second answer takes the place of the first; then it is looked first whether there is one of somebody else.
    fn replaces(&self) -> bool {
        false
    }

    /// Why it does not do this, with what to do instead.
    fn refuses(&self, deed: Deed) -> Option<&'static str> {
        let _any = deed;
        None
    }

    /// The next call that only reads, without which nothing can be done.
    fn prepare(&self, job: &Job<'_>, notes: &Notes) -> Result<Option<Call>, String> {
        let _unused = (job, notes);
        Ok(None)
    }

    /// Notes what the answer to that call tells.
    fn learn(&self, job: &Job<'_>, answer: &Value, notes: &mut Notes) -> Result<(), Outcome> {
        let _unused = (job, answer, notes);
        Ok(())
    }

    /// The call that does it.
    fn request(&self, job: &Job<'_>, notes: &Notes) -> Result<Call, String>;

    /// What the answer to that call means, if the site says that it was done.
    fn placed(&self, job: &Job<'_>, notes: &Notes, answer: &Value) -> Outcome;

    /// What any answer to that call means.
    fn outcome(&self, job: &Job<'_>, notes: &Notes, said: &Said) -> Outcome {
        outcome::usual(job.deed, said).unwrap_or_else(|| self.placed(job, notes, &said.answer))
    }

    /// The question whether our text is there.
    fn look(&self, job: &Job<'_>, notes: &Notes) -> Result<Call, String>;

    /// What the answer to that question means.
    fn found(&self, job: &Job<'_>, notes: &Notes, said: &Said) -> Found;
}

/// How sites that sources of this kind listen to take replies; none where people have to post by hand.
pub fn adapter(kind: &str) -> Option<&'static dyn Adapter> {
    Some(match kind {
        "app-store-connect" => &app_store_connect::AppStoreConnect,
        "bluesky" => &bluesky::Bluesky,
        "discourse" => &discourse::Discourse,
        "github" => &github::Github,
        "google-business" => &google_business::GoogleBusiness,
        "google-play" => &google_play::GooglePlay,
        "mastodon" => &mastodon::Mastodon,
        "reddit" => &reddit::Reddit,
        "trustpilot" => &trustpilot::Trustpilot,
        _ => return None,
    })
}

/// The kinds of sources whose sites take replies.
pub const KINDS: [&str; 9] =
    ["app-store-connect", "bluesky", "discourse", "github", "google-business", "google-play", "mastodon", "reddit", "trustpilot"];

/// Whether `shown` is `text` as a site shows it.
fn is_ours(shown: &str, text: &str) -> bool {
    super::following::fits(shown, text)
}
