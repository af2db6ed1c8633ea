//! Where to listen: one file per kind of source, each with its settings, what it asks for and how it reads the answer.
//!
//! `sources` never sleeps, retries or stores; [`crate::crawl`] does. Nothing outside this folder names a site.
//! A new kind is one file, a variant of [`Kind`] with its arms, fixtures, and an example in `sources.toml`.

mod answering;
mod api;
mod app_store;
mod app_store_connect;
mod bbcode;
mod bluesky;
mod dates;
mod discourse;
pub mod discover;
mod draft;
mod every;
mod feed;
mod fields;
mod file;
mod folder;
mod github;
mod google_business;
mod google_play;
mod grant;
mod google_alerts;
mod google_news;
mod hacker_news;
mod json;
mod lemmy;
mod mailbox;
mod markdown;
mod markup;
mod mastodon;
mod opml;
pub mod packs;
mod page;
mod paging;
mod picker;
mod privacy;
mod quotes;
pub mod reasons;
mod reddit;
mod reviews;
mod rsshub;
mod secret;
mod settings;
mod slack;
mod telegram;
mod trustpilot;
mod v2ex;
mod stack_exchange;
mod steam;
mod stream;
mod survey;
mod terms;
mod territories;
mod wall;
mod walled;
mod webhook;
mod wishes;
mod wordpress_org;
mod x;
mod youtube;

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::fetch;
use crate::mention::Mention;

pub use answering::{AnswerLimit, Counted, answer_limit};
pub use draft::{Draft, place_key};
pub use every::Every;
pub use file::{Columns, Row, RowError, Rows, Taken, rows};
pub use grant::{Grant, Step, Token, Trade};
pub use opml::{FeedList, Outline, read_opml, write_opml};
pub use privacy::Privacy;
pub use secret::{Place as SecretPlace, Secret};
pub use settings::{Source, keep, read_sources};
pub use stream::{Gone, Heard, Stream};
pub use walled::{WALLED, Walled};
pub use wishes::Wishes;

/// Whether a kind listens to many sites, each with handles of its own; of any other kind a handle is one person's.
pub fn has_many_sites(kind: &str) -> bool {
    const MANY: [&str; 11] =
        ["feed", "reviews", "page", "file", "discourse", "stack-exchange", "json", "webhook", "google-news", "google-alerts", "rsshub"];
    MANY.contains(&kind)
}

/// The kinds of source.
#[derive(Clone, Debug)]
pub enum Kind {
    /// RSS, Atom or JSON Feed.
    Feed(feed::Settings),
    /// Pages with schema.org reviews.
    Reviews(reviews::Settings),
    /// Any page, by CSS selectors.
    Page(page::Settings),
    /// Hacker News stories and comments.
    HackerNews(hacker_news::Settings),
    /// Issues of GitHub, and what is written under them.
    Github(github::Settings),
    /// Comments under YouTube videos.
    Youtube(youtube::Settings),
    /// Topics and replies of V2EX.
    V2ex(v2ex::Settings),
    /// Reviews of WordPress.org.
    WordpressOrg(wordpress_org::Settings),
    /// Public channels of Telegram.
    Telegram(telegram::Settings),
    /// Reviews of an app in the App Store.
    AppStore(app_store::Settings),
    /// Reviews of a game on Steam.
    Steam(steam::Settings),
    /// Posts of Mastodon with a hashtag.
    Mastodon(mastodon::Settings),
    /// Posts and comments of Lemmy.
    Lemmy(lemmy::Settings),
    /// Posts of a Discourse forum.
    Discourse(discourse::Settings),
    /// Questions of a Stack Exchange site.
    StackExchange(stack_exchange::Settings),
    /// Reviews at Trustpilot.
    Trustpilot(trustpilot::Settings),
    /// Reviews of an app of one's own in Google Play.
    GooglePlay(google_play::Settings),
    /// Reviews of places of one's own on Google.
    GoogleBusiness(google_business::Settings),
    /// Reviews of an app of one's own in the App Store.
    AppStoreConnect(app_store_connect::Settings),
    /// Any API that answers with JSON.
    Json(json::Settings),
    /// What others send us.
    Webhook(webhook::Settings),
    /// Posts of Bluesky as they are written.
    Bluesky(bluesky::Settings),
    /// Posts and comments of Reddit.
    Reddit(reddit::Settings),
    /// Posts of X.
    X(x::Settings),
    /// News that Google finds.
    GoogleNews(google_news::Settings),
    /// What a Google Alert finds.
    GoogleAlerts(google_alerts::Settings),
    /// Sites behind an `RSSHub` of one's own.
    Rsshub(rsshub::Settings),
    /// Mails, in files or at a server.
    Mailbox(mailbox::Settings),
    /// Messages of Slack.
    Slack(slack::Settings),
    /// Answers of surveys, in files.
    Survey(survey::Settings),
    /// Files on this machine.
    File(file::Settings),
}

/// One thing to ask for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ask {
    /// A page of the web.
    Get(Url),
    /// A question that is put to an API: JSON, posted to an address.
    Post {
        /// The address.
        url: Url,
        /// The question.
        body: String,
    },
    /// Mails of a server.
    Mail(Url),
    /// A file.
    Read(PathBuf),
}

impl Ask {
    /// The address in the web that is asked.
    pub fn url(&self) -> Option<&Url> {
        match self {
            Self::Get(url) | Self::Post { url, .. } | Self::Mail(url) => Some(url),
            Self::Read(_) => None,
        }
    }

    /// The name under which its page is remembered.
    pub fn address(&self) -> String {
        match self {
            Self::Get(url) | Self::Mail(url) => url.to_string(),
            Self::Post { url, body } => format!("{url} {body}"),
            Self::Read(path) => path.display().to_string(),
        }
    }
}

/// What a page held.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    /// The mentions on it, newest or first on the page first.
    pub mentions: Vec<Mention>,
    /// What to ask for next to reach the items this page did not show (next page, older slice).
    pub next: Vec<Ask>,
    /// Entries that could not be read, each in a few words with where it stands.
    pub refused: Vec<String>,
    /// The own ids of mentions that are told to be gone from there.
    pub gone: Vec<String>,
    /// Why the page is known not to show everything (`shows 3 of 120 reviews`).
    pub partial: Option<String>,
    /// The kind's own note of how far it has listened, replacing the one it was given; none keeps that.
    pub cursor: Option<String>,
    /// How often it wants to be asked, if it says so.
    pub wishes: Wishes,
    /// How long the site wants to be left alone before it is asked for anything more.
    pub pause: Option<Duration>,
}

/// Why a page could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// Something else came in the place of what was due: a login wall, a challenge, HTML where JSON was due.
    #[error("{0}")]
    Instead(String),
    /// It cannot be read as what it should be.
    #[error("{0}")]
    Unreadable(String),
}

/// What a kind may know of the moment it asks or reads.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    /// The time now.
    pub now: Timestamp,
    /// The earliest a first run reaches back to, if limited.
    pub since: Option<Timestamp>,
    /// The kind's own note of how far it has listened, as it last returned it.
    pub cursor: Option<&'a str>,
    /// The folder that relative file names start from.
    pub dir: &'a Path,
}

impl Kind {
    /// What to ask for at the start of a round.
    pub fn asks(&self, moment: Moment<'_>) -> Result<Vec<Ask>, ParseError> {
        match self {
            Self::Feed(settings) => Ok(settings.asks()),
            Self::Reviews(settings) => Ok(settings.asks()),
            Self::Page(settings) => Ok(settings.asks()),
            Self::HackerNews(settings) => Ok(settings.asks(moment)),
            Self::Github(settings) => Ok(settings.asks()),
            Self::Youtube(settings) => Ok(settings.asks()),
            Self::V2ex(settings) => Ok(settings.asks()),
            Self::WordpressOrg(settings) => Ok(settings.asks()),
            Self::Telegram(settings) => Ok(settings.asks()),
            Self::AppStore(settings) => Ok(settings.asks()),
            Self::Steam(settings) => Ok(settings.asks(moment)),
            Self::Mastodon(settings) => Ok(settings.asks()),
            Self::Lemmy(settings) => Ok(settings.asks()),
            Self::Discourse(settings) => Ok(settings.asks(moment)),
            Self::StackExchange(settings) => Ok(settings.asks(moment)),
            Self::Trustpilot(settings) => Ok(settings.asks()),
            Self::GooglePlay(settings) => Ok(settings.asks()),
            Self::GoogleBusiness(settings) => Ok(settings.asks()),
            Self::AppStoreConnect(settings) => Ok(settings.asks()),
            Self::Json(settings) => settings.asks(moment),
            Self::Webhook(_) => Ok(Vec::new()),
            // It is listened to.
            Self::Bluesky(_) => Ok(Vec::new()),
            Self::Reddit(settings) => Ok(settings.asks()),
            Self::X(settings) => Ok(settings.asks(moment)),
            Self::GoogleNews(settings) => Ok(settings.asks()),
            Self::GoogleAlerts(settings) => Ok(settings.asks()),
            Self::Rsshub(settings) => Ok(settings.asks()),
            Self::Mailbox(settings) => settings.asks(moment),
            Self::Slack(settings) => settings.asks(moment),
            Self::Survey(settings) => settings.asks(moment),
            Self::File(settings) => settings.asks(moment),
        }
    }

    /// Reads the answer to one ask. Pure: the same bytes always give the same mentions.
    pub fn parse(&self, ask: &Ask, page: &fetch::Page, moment: Moment<'_>) -> Result<Parsed, ParseError> {
        match self {
            Self::Feed(settings) => settings.parse(page),
            Self::Reviews(settings) => settings.parse(ask, page),
            Self::Page(settings) => settings.parse(ask, page),
            Self::HackerNews(settings) => settings.parse(ask, page, moment),
            Self::Github(settings) => settings.parse(ask, page),
            Self::Youtube(settings) => settings.parse(ask, page),
            Self::V2ex(settings) => settings.parse(ask, page, moment),
            Self::WordpressOrg(settings) => settings.parse(page),
            Self::Telegram(settings) => settings.parse(ask, page),
            Self::AppStore(settings) => settings.parse(ask, page, moment),
            Self::Steam(settings) => settings.parse(ask, page, moment),
            Self::Mastodon(settings) => settings.parse(ask, page),
            Self::Lemmy(settings) => settings.parse(ask, page),
            Self::Discourse(settings) => settings.parse(ask, page, moment),
            Self::StackExchange(settings) => settings.parse(ask, page, moment),
            Self::Trustpilot(settings) => settings.parse(ask, page),
            Self::GooglePlay(settings) => settings.parse(ask, page),
            Self::GoogleBusiness(settings) => settings.parse(ask, page),
            Self::AppStoreConnect(settings) => settings.parse(page),
            Self::Json(settings) => settings.parse(ask, page, moment),
            Self::Webhook(settings) => settings.parse(page),
            Self::Bluesky(_) => Err(ParseError::Unreadable("it is listened to and has no pages".to_owned())),
            Self::Reddit(settings) => settings.parse(ask, page),
            Self::X(settings) => settings.parse(ask, page, moment),
            Self::GoogleNews(settings) => settings.parse(page),
            Self::GoogleAlerts(settings) => settings.parse(page),
            Self::Rsshub(settings) => settings.parse(page),
            Self::Mailbox(settings) => settings.parse(page),
            Self::Slack(settings) => settings.parse(ask, page, moment),
            Self::Survey(settings) => settings.parse(page),
            Self::File(settings) => settings.parse(page),
        }
    }

    /// What its site asks of whoever listens there.
    fn terms(&self) -> terms::Terms {
        match self {
            Self::Github(settings) => settings.terms(),
            Self::Youtube(_) => youtube::TERMS,
            Self::V2ex(_) => v2ex::TERMS,
            Self::WordpressOrg(_) => wordpress_org::TERMS,
            Self::Telegram(_) => telegram::TERMS,
            Self::AppStore(_) => app_store::TERMS,
            Self::Steam(_) => steam::TERMS,
            Self::Mastodon(_) => mastodon::TERMS,
            Self::Lemmy(_) => lemmy::TERMS,
            Self::Discourse(_) => discourse::TERMS,
            Self::StackExchange(_) => stack_exchange::TERMS,
            Self::Trustpilot(_) => trustpilot::TERMS,
            Self::GooglePlay(_) => google_play::TERMS,
            Self::GoogleBusiness(_) => google_business::TERMS,
            Self::AppStoreConnect(_) => app_store_connect::TERMS,
            Self::Webhook(_) => webhook::TERMS,
            Self::Slack(_) => slack::TERMS,
            Self::Bluesky(_) => bluesky::TERMS,
            Self::Reddit(settings) => settings.terms(),
            Self::X(_) => x::TERMS,
            Self::GoogleNews(_) => google_news::TERMS,
            Self::GoogleAlerts(_) => google_alerts::TERMS,
            Self::Rsshub(_) => rsshub::TERMS,
            _ => terms::USUAL,
        }
    }

    /// What its secret is traded for before it may ask, if it is.
    pub fn grant(&self, secret: &Secret) -> Result<Option<Grant>, String> {
        match self {
            Self::GooglePlay(_) => Grant::google(secret.reveal(), google_play::SCOPE).map(Some),
            Self::GoogleBusiness(_) => Grant::google(secret.reveal(), google_business::SCOPE).map(Some),
            Self::AppStoreConnect(settings) => settings.grant(secret).map(Some),
            Self::Reddit(settings) => settings.grant(secret),
            _ => Ok(None),
        }
    }

    /// The server that it listens to, where there are many of its kind.
    pub fn server(&self) -> Option<&Url> {
        match self {
            Self::Discourse(settings) => Some(&settings.server),
            Self::Mastodon(settings) => Some(settings.server()),
            _ => None,
        }
    }

    /// How far back its site shows anything, where that is so short that rounds can be too far apart.
    pub fn shown_for(&self) -> Option<Duration> {
        matches!(self, Self::GooglePlay(_)).then_some(google_play::SHOWN)
    }

    /// The list that an answer to `ask` shows a part of, by which it is compared with the answer before it; none if no other
    /// answer shows the same.
    pub fn list(&self, ask: &Ask) -> Option<String> {
        let url = ask.url()?;
        match self {
            Self::HackerNews(_) => hacker_news::list(url).map(str::to_owned),
            // It asks for each post once only.
            Self::X(_) => None,
            _ => Some(ask.address()),
        }
    }

    /// Whether the next page of its lists is told in the header `Link`.
    pub fn is_led_by_header(&self) -> bool {
        matches!(self, Self::Json(settings) if settings.is_led_by_header())
    }

    /// How to come by the secret without which it tells nothing; none if it does not need one.
    fn needs_key(&self) -> Option<&'static str> {
        match self {
            Self::Mailbox(settings) => {
                settings.needs_secret().then_some("make a password for it alone (an app password) where your mail account offers that")
            }
            Self::Slack(settings) => settings.needs_secret().then_some(
                "make an app at api.slack.com/apps with the scope `channels:history`, install it, and copy its bot token (`xoxb-…`)",
            ),
            _ => self.terms().needs_key,
        }
    }

    /// Whether people speak there to somebody and not to the public. What an API that may be anything, such as that of a ticket
    /// desk, tells only whoever has its key was not published.
    fn is_private(&self, secret: Option<&Secret>) -> bool {
        match self {
            Self::Mailbox(_) | Self::Slack(_) | Self::Webhook(_) | Self::Survey(_) => true,
            Self::Json(_) => secret.is_some(),
            _ => false,
        }
    }

    /// How a server is asked for the mails of `ask`; none if it is no such kind.
    pub(crate) fn mail_call(
        &self,
        ask: &Url,
        secret: Option<&Secret>,
        since: Option<Timestamp>,
        allow_private: bool,
    ) -> Option<fetch::MailCall> {
        match self {
            Self::Mailbox(settings) => settings.call(ask, secret, since, allow_private),
            _ => None,
        }
    }

    /// Whether it is sent what it hears, in place of asking for it.
    pub fn is_pushed(&self) -> bool {
        matches!(self, Self::Webhook(_))
    }

    /// What to do when its site refuses, if a refusal of this status means more there than elsewhere.
    pub fn remedy(&self, status: u16) -> Option<String> {
        match (self, status) {
            (Self::Reddit(_), 401 | 403 | 404) => Some(reddit::REMEDY.to_owned()),
            (Self::X(_), 401..404) => Some(x::REMEDY.to_owned()),
            // What the hub could not get it answers with 503.
            (Self::Rsshub(settings), 401 | 403 | 432 | 503) => Some(settings.remedy()),
            _ => None,
        }
    }

    /// Within what its own ids are unique: one site, or everywhere where they are addresses.
    pub fn ids_of<'a>(&self, host: &'a str) -> &'a str {
        match self {
            Self::Mastodon(_) | Self::Lemmy(_) | Self::Bluesky(_) => "everywhere",
            // Its service and its store show the same reviews.
            Self::Steam(_) => "steam",
            Self::Reddit(_) => "reddit",
            _ => host,
        }
    }

    /// The word for it in `sources.toml`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Feed(_) => "feed",
            Self::Reviews(_) => "reviews",
            Self::Page(_) => "page",
            Self::HackerNews(_) => "hacker-news",
            Self::Github(_) => "github",
            Self::Youtube(_) => "youtube",
            Self::V2ex(_) => "v2ex",
            Self::WordpressOrg(_) => "wordpress-org",
            Self::Telegram(_) => "telegram",
            Self::AppStore(_) => "app-store",
            Self::Steam(_) => "steam",
            Self::Mastodon(_) => "mastodon",
            Self::Lemmy(_) => "lemmy",
            Self::Discourse(_) => "discourse",
            Self::StackExchange(_) => "stack-exchange",
            Self::Trustpilot(_) => "trustpilot",
            Self::GooglePlay(_) => "google-play",
            Self::GoogleBusiness(_) => "google-business",
            Self::AppStoreConnect(_) => "app-store-connect",
            Self::Json(_) => "json",
            Self::Webhook(_) => "webhook",
            Self::Bluesky(_) => "bluesky",
            Self::Reddit(_) => "reddit",
            Self::X(_) => "x",
            Self::GoogleNews(_) => "google-news",
            Self::GoogleAlerts(_) => "google-alerts",
            Self::Rsshub(_) => "rsshub",
            Self::Mailbox(_) => "mailbox",
            Self::Slack(_) => "slack",
            Self::Survey(_) => "survey",
            Self::File(_) => "file",
        }
    }
}

/// The bytes of a page that holds these mails.
pub(crate) fn mail_page(mails: &fetch::Mails) -> Vec<u8> {
    mailbox::write_batch(mails)
}

/// Words as a part of an id, in which only letters and digits count.
fn slug(words: &str) -> String {
    draft::slug(words)
}

/// How many refused entries are named one by one.
const NAMED_REFUSALS: usize = 20;

/// Leaves as many refusals as a person will read.
fn name_some(refused: &mut Vec<String>) {
    if let Some(more) = refused.len().checked_sub(NAMED_REFUSALS).filter(|more| *more > 0) {
        refused.truncate(NAMED_REFUSALS);
        refused.push(format!("and {more} more"));
    }
}
