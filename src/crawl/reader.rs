//! Asking a source and reading its answers; keeps nothing.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Semaphore;
use url::Url;

use super::answer::Answer;
use super::tokens::Tokens;
use crate::clock::Clock;
use crate::fetch::{Fetcher, Page};
use crate::mention::AddressKey;
use crate::sources::{Ask, Kind, Moment, ParseError, Parsed, Privacy, Source};

/// Pages read at the same time by this process, whoever asks: a page's tree takes ten times its own room.
static READERS: Semaphore = Semaphore::const_new(8);

/// What asks sources and reads their answers.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The door to the network.
    pub fetcher: Arc<Fetcher>,
    /// The time.
    pub clock: Clock,
    /// The folder that relative file names start from.
    pub dir: PathBuf,
    /// What fingerprints of authors' addresses are made with.
    pub address_key: Arc<AddressKey>,
    /// The access tokens at hand.
    pub tokens: Arc<Tokens>,
}

/// A page that could not be read.
pub(super) struct Unreadable {
    /// Why, in words.
    pub(super) what: String,
    /// Whether something else came in its place.
    pub(super) instead: bool,
}

impl Reader {
    /// Asks a source for its first page; returns how many mentions it holds.
    pub async fn try_once(&self, source: &Arc<Source>) -> anyhow::Result<usize> {
        if source.kind.is_listened_to() {
            return self.overhear(source).await.map(|heard| heard.mentions.len()).map_err(|failure| anyhow::anyhow!(failure.what));
        }
        let Some(ask) = self.asks(source, None)?.into_iter().next() else { anyhow::bail!("there is nothing to ask for") };
        match self.answer(source, &ask, None).await {
            Answer::Unchanged { .. } => Ok(0),
            Answer::Failed(failure) => anyhow::bail!(failure.what),
            Answer::Page(page, _) => match self.parse(source, &ask, page, None).await {
                Ok(parsed) => Ok(parsed.mentions.len()),
                Err(error) => anyhow::bail!(error.what),
            },
        }
    }

    /// The page that a source asks for first; none if it reads files.
    pub fn first_url(&self, source: &Source) -> Option<Url> {
        if matches!(source.kind, Kind::File(_) | Kind::Survey(_)) {
            return None;
        }
        match self.asks(source, None).ok()?.into_iter().next()? {
            Ask::Get(url) | Ask::Post { url, .. } | Ask::Mail(url) => Some(url),
            Ask::Read(_) => None,
        }
    }

    /// How long what a source's host says of freshness counts.
    pub(super) fn max_age(&self, source: &Source) -> Duration {
        self.first_url(source).map_or(Duration::ZERO, |url| self.fetcher.max_age(&url))
    }

    /// What the source asks for at the start of a round.
    pub(super) fn asks(&self, source: &Source, cursor: Option<&str>) -> Result<Vec<Ask>, ParseError> {
        source.kind.asks(Moment { now: self.clock.now(), since: self.since(source), cursor, dir: &self.dir })
    }

    /// Reads a page on a thread of its own: a large one must not hold up the others, nor a fault in a parser end the process.
    pub(super) async fn parse(&self, source: &Arc<Source>, ask: &Ask, page: Page, cursor: Option<&str>) -> Result<Parsed, Unreadable> {
        let (now, since) = (self.clock.now(), self.since(source));
        let (source, ask, dir, cursor) = (Arc::clone(source), ask.clone(), self.dir.clone(), cursor.map(str::to_owned));
        let key = Arc::clone(&self.address_key);
        // The permits are never taken away.
        let _turn = READERS.acquire().await.ok();
        let file = file_name(&ask);
        let parsing = tokio::task::spawn_blocking(move || {
            let parsed = source.kind.parse(&ask, &page, Moment { now, since, cursor: cursor.as_deref(), dir: &dir })?;
            Ok(covered(source.privacy, parsed, &key))
        });
        let named = |what: String| match &file {
            Some(file) => format!("`{file}`: {what}"),
            None => what,
        };
        match parsing.await {
            Ok(Ok(mut parsed)) => {
                parsed.refused = parsed.refused.into_iter().map(named).collect();
                Ok(parsed)
            }
            Ok(Err(error)) => {
                let error: ParseError = error;
                Err(Unreadable { instead: matches!(error, ParseError::Instead(_)), what: named(error.to_string()) })
            }
            Err(fault) => {
                let what = format!("the page cannot be read: a fault in our reader ({fault}); please report it");
                Err(Unreadable { instead: false, what })
            }
        }
    }

    /// The earliest a mention of the source may be dated.
    pub(super) fn since(&self, source: &Source) -> Option<Timestamp> {
        let since = SignedDuration::try_from(source.since?).ok()?;
        self.clock.now().checked_sub(since).ok()
    }
}

/// The file that is read, which is one of many where a folder is listened to.
fn file_name(ask: &Ask) -> Option<String> {
    let Ask::Read(path) = ask else { return None };
    path.file_name().map(|name| name.to_string_lossy().into_owned())
}

/// What was read, as it may be kept: nobody tags, shows or stores it before.
fn covered(privacy: Privacy, parsed: Parsed, key: &AddressKey) -> Parsed {
    if privacy == Privacy::default() {
        return parsed;
    }
    let mentions = parsed.mentions.into_iter().map(|mention| privacy.cover(mention, key)).collect();
    let refused = parsed.refused.into_iter().map(|words| privacy.cover_words(words)).collect();
    Parsed { mentions, refused, ..parsed }
}
