//! The answer to one ask: a page, nothing new, or a failure in words.

use std::path::Path;

use jiff::Timestamp;
use tokio::io::AsyncReadExt;
use url::Url;
use xxhash_rust::xxh3::xxh3_64;

use super::Reader;
use crate::fetch::{Cause, FetchError, Fetched, MailError, Page, Request, Validators};
use crate::sources::{Ask, Grant, Source, Token, mail_page};
use crate::store::PageState;

/// The largest file that is read in one piece.
const MAX_FILE_BYTES: u64 = 64 << 20;

/// The answer to one ask.
pub(super) enum Answer {
    /// A page, and what tells whether it has changed when it is asked for again.
    Page(Page, Stamp),
    /// It is as it was when it was last read.
    Unchanged {
        /// Until when it is good, by its server's word.
        good_until: Option<Timestamp>,
    },
    /// It could not be had.
    Failed(Failure),
}

/// What tells whether a page has changed.
pub(super) struct Stamp {
    pub(super) etag: Option<String>,
    pub(super) last_modified: Option<String>,
    /// A fingerprint of its bytes.
    pub(super) body: i64,
    /// Until when it is good, by its server's word.
    pub(super) good_until: Option<Timestamp>,
    /// The page after it, where its kind goes by what the server says of that beside it.
    pub(super) next: Option<Box<Url>>,
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
    /// It was not asked, for its host is left alone until then; because it shut us out, or not.
    NotAsked { until: Timestamp, blocked: bool },
    /// It will not be there next time either.
    Lasting,
    /// It may work next time.
    Passing,
}

impl Failure {
    /// We are not let in, for this reason.
    pub(super) fn shut_out(what: impl Into<String>) -> Self {
        Self { what: what.into(), kind: FailureKind::Blocked(None) }
    }

    /// Asking until then is no use.
    pub(super) fn slow_down(what: String, until: Timestamp) -> Self {
        Self { what, kind: FailureKind::SlowDown(until) }
    }

    /// It may work next time.
    pub(super) fn passing(what: String) -> Self {
        Self { what, kind: FailureKind::Passing }
    }

    pub(super) fn is_blocked(&self) -> bool {
        matches!(self.kind, FailureKind::Blocked(_) | FailureKind::NotAsked { blocked: true, .. })
    }

    /// Whether nothing was asked at all.
    pub(super) fn was_not_asked(&self) -> bool {
        matches!(self.kind, FailureKind::NotAsked { .. })
    }

    /// Whether asking the same again later makes sense.
    pub(super) fn is_passing(&self) -> bool {
        matches!(self.kind, FailureKind::Passing | FailureKind::SlowDown(_) | FailureKind::NotAsked { .. })
    }

    /// Whether the site should not be asked for more in this round.
    pub(super) fn stops_the_round(&self) -> bool {
        matches!(self.kind, FailureKind::SlowDown(_) | FailureKind::Blocked(_) | FailureKind::NotAsked { .. })
    }

    /// When it may be asked again, if it said so.
    pub(super) fn not_before(&self) -> Option<Timestamp> {
        match self.kind {
            FailureKind::SlowDown(until) | FailureKind::NotAsked { until, .. } => Some(until),
            FailureKind::Blocked(until) => until,
            FailureKind::Lasting | FailureKind::Passing => None,
        }
    }
}

impl Reader {
    /// Asks. `known` is what is remembered of the page; one whose bytes are those of the last time is unchanged.
    pub(super) async fn answer(&self, source: &Source, ask: &Ask, known: Option<&PageState>) -> Answer {
        let answer = match ask {
            Ask::Get(url) => self.get(source, url, None, known).await,
            Ask::Post { url, body } => self.get(source, url, Some(body), known).await,
            Ask::Mail(url) => self.mails(source, url).await,
            Ask::Read(path) => read(path, known).await,
        };
        match answer {
            Ok(Got::Page(_, stamp)) if known.is_some_and(|known| known.body == stamp.body) => {
                Answer::Unchanged { good_until: stamp.good_until }
            }
            Ok(Got::Page(page, stamp)) => Answer::Page(page, stamp),
            Ok(Got::Unchanged(good_until)) => Answer::Unchanged { good_until },
            Err(failure) => Answer::Failed(failure),
        }
    }

    async fn get(&self, source: &Source, url: &Url, body: Option<&String>, known: Option<&PageState>) -> Result<Got, Failure> {
        let secret = source.secret.as_ref();
        let mut request = Request {
            url: secret.map_or_else(|| url.clone(), |secret| secret.put_into(url)),
            body: body.cloned(),
            headers: source.headers.clone(),
            min_interval: source.min_interval,
            allow_private: source.allow_private,
            validators: known
                .map(|known| Validators { etag: known.etag.clone(), last_modified: known.last_modified.clone() })
                .unwrap_or_default(),
        };
        let fetched = match &source.grant {
            Some(grant) => self.get_with_token(source, grant, &mut request).await?,
            None => self.fetcher.get(&request).await,
        };
        match fetched {
            Ok(Fetched::NotModified { fresh_until, .. }) => Ok(Got::Unchanged(fresh_until)),
            Ok(Fetched::Fresh { page, validators, fresh_until, next }) => {
                let body = fingerprint(&page.body);
                let Validators { etag, last_modified } = validators;
                let next = next.filter(|_| source.kind.is_led_by_header());
                Ok(Got::Page(page, Stamp { etag, last_modified, body, good_until: fresh_until, next }))
            }
            Err(error) => Err(failure(&error, source)),
        }
    }

    /// Asks a server for mails. Where none came since the last time nothing has changed, whatever that is remembered by.
    async fn mails(&self, source: &Source, url: &Url) -> Result<Got, Failure> {
        let call = source.kind.mail_call(url, source.secret.as_ref(), self.since(source), source.allow_private);
        let call = call.ok_or_else(|| Failure::passing("it has no server that could be asked for mails".to_owned()))?;
        let mails = self.fetcher.mails(&call).await.map_err(|error| match error {
            MailError::Refused { .. } | MailError::NoFolder { .. } => Failure::shut_out(error.to_string()),
            MailError::Private { .. } | MailError::Plain { .. } => Failure { what: error.to_string(), kind: FailureKind::Lasting },
            MailError::Failed { .. } => Failure::passing(error.to_string()),
        })?;
        if mails.messages.is_empty() && call.after.is_some_and(|(validity, _)| validity == mails.validity) {
            return Ok(Got::Unchanged(None));
        }
        let body = mail_page(&mails);
        let stamp = Stamp { etag: None, last_modified: None, body: fingerprint(&body), good_until: None, next: None };
        Ok(Got::Page(Page { url: url.clone(), content_type: None, body }, stamp))
    }

    /// Asks with an access token; with another, once, where the first is not taken.
    async fn get_with_token(&self, source: &Source, grant: &Grant, request: &mut Request) -> Result<Result<Fetched, FetchError>, Failure> {
        let token = self.token_for(source, grant, None).await?;
        let headers = std::mem::take(&mut request.headers);
        let with = |token: &Token| {
            let bearer = ("Authorization".to_owned(), format!("Bearer {}", token.reveal()));
            headers.iter().cloned().chain([bearer]).collect()
        };
        request.headers = with(&token);
        let fetched = self.fetcher.get(request).await;
        if !matches!(fetched, Err(FetchError::Blocked { status: 401, by: None, .. } | FetchError::Refused { status: 401, .. })) {
            return Ok(fetched);
        }
        request.headers = with(&self.token_for(source, grant, Some(&token)).await?);
        match self.fetcher.get(request).await {
            Err(error @ (FetchError::Blocked { status: 401, by: None, .. } | FetchError::Refused { status: 401, .. })) => {
                Err(Failure::shut_out(format!("a new access token is not taken either ({error}); {}", grant.remedy())))
            }
            fetched => Ok(fetched),
        }
    }
}

/// What came of asking.
enum Got {
    Page(Page, Stamp),
    /// It is as it was, and good until then.
    Unchanged(Option<Timestamp>),
}

pub(super) fn failure(error: &FetchError, source: &Source) -> Failure {
    let remedy = error.status().and_then(|status| source.kind.remedy(status));
    let kind = match error {
        error if error.is_blocked() || remedy.is_some() => FailureKind::Blocked(error.retry_at()),
        FetchError::Gone { .. }
        | FetchError::TooLarge { .. }
        | FetchError::BadUrl { .. }
        | FetchError::BadHeader { .. }
        | FetchError::Private { .. } => FailureKind::Lasting,
        FetchError::LeftAlone { until, cause, .. } => FailureKind::NotAsked { until: *until, blocked: shuts_out(*cause) },
        error => error.retry_at().map_or(FailureKind::Passing, FailureKind::SlowDown),
    };
    let what = match remedy {
        Some(remedy) => format!("{error}; {remedy}"),
        None if source.secret.is_some() && error.wants_login() => {
            format!("{error}; its secret may have expired: renew it where `secret` says")
        }
        None => error.to_string(),
    };
    Failure { what, kind }
}

/// Whether a host that is left alone shut us out rather than asking for patience.
fn shuts_out(cause: Cause) -> bool {
    matches!(cause, Cause::Refused(status) if status != 429 && status < 500)
}

/// Reads a file, unless its time and size are those of the last time.
async fn read(path: &Path, known: Option<&PageState>) -> Result<Got, Failure> {
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
        return Ok(Got::Unchanged(None));
    }
    let mut body = Vec::new();
    file.take(MAX_FILE_BYTES).read_to_end(&mut body).await.map_err(failed)?;
    let absolute = std::path::absolute(path).map_err(failed)?;
    let url = Url::from_file_path(&absolute)
        .map_err(|()| failed(std::io::Error::new(std::io::ErrorKind::InvalidInput, "its name is not one a file can have")))?;
    let stamp = Stamp { etag: Some(stamp), last_modified: None, body: fingerprint(&body), good_until: None, next: None };
    Ok(Got::Page(Page { url, content_type: None, body }, stamp))
}

fn fingerprint(body: &[u8]) -> i64 {
    xxh3_64(body).cast_signed()
}
