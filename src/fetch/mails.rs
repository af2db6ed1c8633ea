//! Mails of an IMAP server, read without leaving a trace there: the folder is opened read-only, nothing is marked or deleted.
//!
//! A call is one connection that asks for the mails after the last one known. The limits of time and size and the guard of private
//! addresses hold as for every request; unencrypted, only this very machine is asked. Knows nothing of what mails say.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_imap::error::Error;
use async_imap::{Client, Session};
use futures_util::TryStreamExt;
use jiff::civil::Date;
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use url::Url;

use super::{Fetcher, address};

/// So much of a mail is read; what people write stands at its beginning.
const MOST_OF_A_MAIL: usize = 512 << 10;
/// A server that takes longer is asked again later.
const PATIENCE: Duration = Duration::from_mins(3);

/// Which mails are asked for.
#[derive(Clone)]
pub struct MailCall {
    /// The server: `imaps://host:port`, or `imap://` on this machine.
    pub server: Url,
    /// Who signs in.
    pub user: String,
    /// With what.
    pub password: String,
    /// The folder, by its name.
    pub folder: String,
    /// The folder's validity and the number of the last mail known; the numbers count only while the validity is the same.
    pub after: Option<(u32, u32)>,
    /// The earliest day of mails that are asked for where none is known.
    pub since: Option<Date>,
    /// As many are given at once.
    pub at_most: usize,
    /// Whether servers inside the private network may be asked.
    pub allow_private: bool,
}

impl fmt::Debug for MailCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailCall").field("host", &self.server.host_str()).field("after", &self.after).finish_non_exhaustive()
    }
}

/// Mails of a folder, the oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mails {
    /// While this is the same, numbers stand for the same mails.
    pub validity: u32,
    /// The number of the last mail known now.
    pub last: u32,
    /// How many more there are.
    pub left: usize,
    /// Each with its number.
    pub messages: Vec<(u32, Vec<u8>)>,
}

/// Why no mails came.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// It does not let us in.
    #[error("`{host}` does not let `{user}` in ({why}); correct `user`, or put a new (app) password where `secret` says")]
    Refused {
        /// The server.
        host: String,
        /// Who wanted in.
        user: String,
        /// What it said.
        why: String,
    },
    /// There is no such folder.
    #[error("`{host}` has no folder `{folder}` ({why}); correct `folder`")]
    NoFolder {
        /// The server.
        host: String,
        /// The folder.
        folder: String,
        /// What it said.
        why: String,
    },
    /// It is inside the private network.
    #[error("`{host}` is inside the private network; write `allow_private = true` if that is meant")]
    Private {
        /// The server.
        host: String,
    },
    /// The password would go over the network for everyone to read.
    #[error("`{host}` would be asked without encryption; write `server = \"imaps://…\"` (`imap://` is for this machine only)")]
    Plain {
        /// The server.
        host: String,
    },
    /// It cannot be reached, or breaks off.
    #[error("no mails came from `{host}`: {why}")]
    Failed {
        /// The server.
        host: String,
        /// What is wrong.
        why: String,
    },
}

impl Fetcher {
    /// The mails of a folder after the last one known.
    pub async fn mails(&self, call: &MailCall) -> Result<Mails, MailError> {
        let host = call.server.host_str().unwrap_or_default().to_owned();
        timeout(PATIENCE, read_mails(call, &host))
            .await
            .unwrap_or_else(|_| Err(MailError::Failed { host, why: format!("it did not answer within {} seconds", PATIENCE.as_secs()) }))
    }
}

fn failed(host: &str, why: impl fmt::Display) -> MailError {
    MailError::Failed { host: host.to_owned(), why: why.to_string() }
}

async fn read_mails(call: &MailCall, host: &str) -> Result<Mails, MailError> {
    if !call.allow_private && address::check_literal(&call.server).is_err() {
        return Err(MailError::Private { host: host.to_owned() });
    }
    let addresses = address::resolve(&call.server, call.allow_private).await.map_err(|error| failed(host, error))?;
    let is_encrypted = call.server.scheme() == "imaps";
    if !is_encrypted && !addresses.iter().all(|address| address.ip().is_loopback()) {
        return Err(MailError::Plain { host: host.to_owned() });
    }
    let stream = TcpStream::connect(addresses.as_slice()).await.map_err(|error| failed(host, error))?;
    if !is_encrypted {
        return converse(stream, call, host).await;
    }
    // An error only says that a provider was chosen before.
    let _chosen = rustls::crypto::ring::default_provider().install_default();
    let config = ClientConfig::builder().with_platform_verifier().map_err(|error| failed(host, error))?.with_no_client_auth();
    let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned()).map_err(|error| failed(host, error))?;
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.map_err(|error| failed(host, error))?;
    converse(stream, call, host).await
}

async fn converse<S>(stream: S, call: &MailCall, host: &str) -> Result<Mails, MailError>
where
    S: AsyncRead + AsyncWrite + Unpin + fmt::Debug + Send,
{
    let mut client = Client::new(stream);
    let greeting = client.read_response().await.map_err(|error| failed(host, error))?;
    greeting.ok_or_else(|| failed(host, "it ended the connection at once"))?;
    let mut session = client.login(&call.user, &call.password).await.map_err(|(error, _)| match error {
        Error::No(why) | Error::Bad(why) => MailError::Refused { host: host.to_owned(), user: call.user.clone(), why: short(&why) },
        error => failed(host, error),
    })?;
    let mails = folder(&mut session, call, host).await;
    // What is read is read, however it takes its leave.
    let _left = session.logout().await;
    mails
}

async fn folder<S>(session: &mut Session<S>, call: &MailCall, host: &str) -> Result<Mails, MailError>
where
    S: AsyncRead + AsyncWrite + Unpin + fmt::Debug + Send,
{
    let opened = session.examine(utf7(&call.folder)).await.map_err(|error| match error {
        Error::No(why) => MailError::NoFolder { host: host.to_owned(), folder: call.folder.clone(), why: short(&why) },
        error => failed(host, error),
    })?;
    let validity = opened.uid_validity.unwrap_or_default();
    let known = call.after.filter(|(before, _)| *before == validity).map(|(_, last)| last);
    let last = known.unwrap_or_default();
    let wanted = match (known, call.since) {
        (Some(last), _) => format!("UID {}:*", last.saturating_add(1)),
        (None, Some(since)) => format!("SINCE {}", since.strftime("%-d-%b-%Y")),
        (None, None) => "ALL".to_owned(),
    };
    let found = session.uid_search(&wanted).await.map_err(|error| failed(host, error))?;
    // `43:*` finds the last mail even where that is number 42.
    let mut numbers: Vec<u32> = found.into_iter().filter(|number| *number > last).collect();
    numbers.sort_unstable();
    let left = numbers.len().saturating_sub(call.at_most);
    numbers.truncate(call.at_most);
    let mut mails = Mails { validity, last: numbers.last().copied().unwrap_or(last), left, messages: Vec::new() };
    if numbers.is_empty() {
        return Ok(mails);
    }
    let set = numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
    let items = format!("(UID BODY.PEEK[]<0.{MOST_OF_A_MAIL}>)");
    let mut fetched = session.uid_fetch(&set, &items).await.map_err(|error| failed(host, error))?;
    while let Some(mail) = fetched.try_next().await.map_err(|error| failed(host, error))? {
        if let (Some(number), Some(body)) = (mail.uid.filter(|number| numbers.contains(number)), mail.body()) {
            mails.messages.push((number, body.get(..MOST_OF_A_MAIL).unwrap_or(body).to_vec()));
        }
    }
    drop(fetched);
    mails.messages.sort_unstable_by_key(|(number, _)| *number);
    Ok(mails)
}

/// The first words of what a server said.
fn short(said: &str) -> String {
    let line = said.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().filter(|letter| !letter.is_control()).take(120).collect()
}

/// A folder's name as IMAP writes it: letters beyond ASCII in its own form of base 64.
fn utf7(name: &str) -> String {
    use base64::Engine;
    use base64::alphabet::IMAP_MUTF7;
    use base64::engine::{GeneralPurpose, general_purpose::NO_PAD};

    let engine = GeneralPurpose::new(&IMAP_MUTF7, NO_PAD);
    let mut written = String::new();
    let mut beyond: Vec<u8> = Vec::new();
    let flush = |beyond: &mut Vec<u8>, written: &mut String| {
        if !beyond.is_empty() {
            written.push_str(&format!("&{}-", engine.encode(std::mem::take(beyond))));
        }
    };
    for letter in name.chars() {
        if (' '..='~').contains(&letter) {
            flush(&mut beyond, &mut written);
            written.push(letter);
            if letter == '&' {
                written.push('-');
            }
        } else {
            beyond.extend(letter.encode_utf16(&mut [0; 2]).iter().flat_map(|unit| unit.to_be_bytes()));
        }
    }
    flush(&mut beyond, &mut written);
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folders_name_is_written_as_imap_does() {
        for (name, want) in [("INBOX", "INBOX"), ("R & D", "R &- D"), ("Entwürfe", "Entw&APw-rfe"), ("反馈", "&U82ZiA-")] {
            assert_eq!(utf7(name), want, "{name}");
        }
    }
}
