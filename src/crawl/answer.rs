//! The answer to one ask: a page, nothing new, or a failure in words.

use std::path::Path;

use jiff::Timestamp;
use tokio::io::AsyncReadExt;
use url::Url;
use xxhash_rust::xxh3::xxh3_64;

use super::Reader;
use crate::fetch::{FetchError, Fetched, Page, Request, Validators};
use crate::sources::{Ask, Source};
use crate::store::PageState;

/// The largest file that is read in one piece.
const MAX_FILE_BYTES: u64 = 64 << 20;

/// The answer to one ask.
pub(super) enum Answer {
    /// A page, and what tells whether it has changed when it is asked for again.
    Page(Page, Stamp),
    /// It is as it was when it was last read.
    Unchanged,
    /// It could not be had.
    Failed(Failure),
}

/// What tells whether a page has changed.
pub(super) struct Stamp {
    pub(super) etag: Option<String>,
    pub(super) last_modified: Option<String>,
    /// A fingerprint of its bytes.
    pub(super) body: i64,
}

/// Why an ask was not answered.
pub(super) struct Failure {
    /// In words, with what to do.
    pub(super) what: String,
    kind: FailureKind,
}

enum FailureKind {
    /// The site shut us out, and is left alone until then if a time is given.
    Blocked(Option<Timestamp>),
    /// It wants to be left alone until then.
    SlowDown(Timestamp),
    /// It will not be there next time either.
    Lasting,
    /// It may work next time.
    Passing,
}

impl Failure {
    pub(super) fn is_blocked(&self) -> bool {
        matches!(self.kind, FailureKind::Blocked(_))
    }

    /// Whether asking the same again later makes sense.
    pub(super) fn is_passing(&self) -> bool {
        matches!(self.kind, FailureKind::Passing | FailureKind::SlowDown(_))
    }

    /// Whether the site should not be asked for more in this round.
    pub(super) fn stops_the_round(&self) -> bool {
        matches!(self.kind, FailureKind::SlowDown(_) | FailureKind::Blocked(_))
    }

    /// When it may be asked again, if it said so.
    pub(super) fn not_before(&self) -> Option<Timestamp> {
        match self.kind {
            FailureKind::SlowDown(until) => Some(until),
            FailureKind::Blocked(until) => until,
            FailureKind::Lasting | FailureKind::Passing => None,
        }
    }
}

impl Reader {
    /// Asks. `known` is what is remembered of the page; one whose bytes are those of the last time is unchanged.
    pub(super) async fn answer(&self, source: &Source, ask: &Ask, known: Option<&PageState>) -> Answer {
        let answer = match ask {
            Ask::Get(url) => self.get(source, url, known).await,
            Ask::Read(path) => read(path, known).await,
        };
        match answer {
            Ok(Some((_, stamp))) if known.is_some_and(|known| known.body == stamp.body) => Answer::Unchanged,
            Ok(Some((page, stamp))) => Answer::Page(page, stamp),
            Ok(None) => Answer::Unchanged,
            Err(failure) => Answer::Failed(failure),
        }
    }

    async fn get(&self, source: &Source, url: &Url, known: Option<&PageState>) -> Result<Option<(Page, Stamp)>, Failure> {
        let request = Request {
            url: url.clone(),
            headers: source.headers.clone(),
            min_interval: source.min_interval,
            allow_private: source.allow_private,
            validators: known
                .map(|known| Validators { etag: known.etag.clone(), last_modified: known.last_modified.clone() })
                .unwrap_or_default(),
        };
        match self.fetcher.get(&request).await {
            Ok(Fetched::NotModified { .. }) => Ok(None),
            Ok(Fetched::Fresh { page, validators, .. }) => {
                let body = fingerprint(&page.body);
                Ok(Some((page, Stamp { etag: validators.etag, last_modified: validators.last_modified, body })))
            }
            Err(error) => Err(failure(&error)),
        }
    }
}

fn failure(error: &FetchError) -> Failure {
    let kind = match error {
        error if error.is_blocked() => FailureKind::Blocked(error.retry_at()),
        FetchError::Gone { .. }
        | FetchError::TooLarge { .. }
        | FetchError::BadUrl { .. }
        | FetchError::BadHeader { .. }
        | FetchError::Private { .. } => FailureKind::Lasting,
        FetchError::SlowDown { until, status: 401 | 403 | 451, .. } => FailureKind::Blocked(Some(*until)),
        error => error.retry_at().map_or(FailureKind::Passing, FailureKind::SlowDown),
    };
    Failure { what: error.to_string(), kind }
}

/// Reads a file, unless its time and size are those of the last time.
async fn read(path: &Path, known: Option<&PageState>) -> Result<Option<(Page, Stamp)>, Failure> {
    let failed = |error: std::io::Error| Failure {
        what: format!("the file `{}` cannot be read: {error}; make it readable or change `path`", path.display()),
        kind: FailureKind::Passing,
    };
    let file = tokio::fs::File::open(&path).await.map_err(failed)?;
    let about = file.metadata().await.map_err(failed)?;
    if about.len() > MAX_FILE_BYTES {
        let what = format!(
            "the file `{}` is larger than {} MiB; split it, or read it once with `goodword import`",
            path.display(),
            MAX_FILE_BYTES >> 20
        );
        return Err(Failure { what, kind: FailureKind::Lasting });
    }
    let changed = about.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok()).unwrap_or_default();
    let stamp = format!("{}-{}", changed.as_nanos(), about.len());
    if known.is_some_and(|known| known.etag.as_deref() == Some(&stamp)) {
        return Ok(None);
    }
    let mut body = Vec::new();
    file.take(MAX_FILE_BYTES).read_to_end(&mut body).await.map_err(failed)?;
    let absolute = std::path::absolute(path).map_err(failed)?;
    let url = Url::from_file_path(&absolute)
        .map_err(|()| failed(std::io::Error::new(std::io::ErrorKind::InvalidInput, "its name is not one a file can have")))?;
    let stamp = Stamp { etag: Some(stamp), last_modified: None, body: fingerprint(&body) };
    Ok(Some((Page { url, content_type: None, body }, stamp)))
}

fn fingerprint(body: &[u8]) -> i64 {
    xxh3_64(body).cast_signed()
}
