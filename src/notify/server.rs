//! A mail server: one connection, kept from mail to mail as long as they follow each other.

use std::fmt;
use std::time::Duration;

use lettre::Message;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use super::settings::{Security, Smtp};
use super::verdict::Verdict;

/// A connection that nothing went over for this long is closed.
const IDLE: Duration = Duration::from_secs(20);
/// The server may have closed it where nothing went over it for this long.
const FRESH: Duration = Duration::from_secs(2);
/// A server that looks through a mail before it takes it may take so many times as long as for any other word, up to the longest,
/// which is less than a mail is leased for.
const TO_TAKE_A_MAIL: u32 = 4;
const LONGEST: Duration = Duration::from_mins(3);
/// The server ends the connection, which says nothing of the mail (RFC 5321, 3.8).
const CLOSING: &str = "421";
/// So long a goodbye may take.
const GOODBYE: Duration = Duration::from_secs(5);

/// A mail server.
pub(super) struct Server {
    smtp: Smtp,
    tls: Option<TlsParameters>,
    open: Mutex<Option<Open>>,
}

/// The connection as it was left.
struct Open {
    connection: AsyncSmtpConnection,
    used: Instant,
}

/// A mail that was not taken.
struct Refusal {
    verdict: Verdict,
    /// Whether it is the connection that is refused.
    of_connection: bool,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("host", &self.smtp.host).finish_non_exhaustive()
    }
}

impl Server {
    /// A server that is not connected to yet.
    pub(super) fn new(smtp: &Smtp) -> Result<Self, Error> {
        let tls = match smtp.security {
            Security::None => None,
            Security::Starttls | Security::Tls => {
                let mut tls = TlsParameters::builder(smtp.host.clone());
                if let Some(pem) = &smtp.certificates {
                    tls = tls.add_root_certificate(Certificate::from_pem(pem)?);
                }
                Some(tls.build()?)
            }
        };
        Ok(Self { smtp: smtp.clone(), tls, open: Mutex::default() })
    }

    /// Hands it a mail.
    pub(super) async fn send(&self, mail: &Message) -> Verdict {
        let mut open = self.open.lock().await;
        let mut kept = timeout(self.smtp.timeout, kept(open.take())).await.unwrap_or_default();
        loop {
            let is_kept = kept.is_some();
            let connection = match kept.take() {
                Some(connection) => connection,
                None => match timeout(self.smtp.timeout, self.connect()).await {
                    Ok(Ok(connection)) => connection,
                    Ok(Err(verdict)) => return verdict,
                    Err(_) => return silent("a greeting", self.smtp.timeout),
                },
            };
            match self.hand_over(connection, mail).await {
                Ok(connection) => {
                    *open = Some(Open { connection, used: Instant::now() });
                    return Verdict::Delivered;
                }
                // Many take only so many mails over one connection; over another they take this one too.
                Err(refusal) if is_kept && refusal.of_connection => {}
                Err(refusal) => return refusal.verdict,
            }
        }
    }

    /// Hands a mail over; gives the connection back if it was taken.
    async fn hand_over(&self, mut connection: AsyncSmtpConnection, mail: &Message) -> Result<AsyncSmtpConnection, Refusal> {
        let patience = self.smtp.timeout.saturating_mul(TO_TAKE_A_MAIL).min(LONGEST);
        match timeout(patience, connection.send(mail.envelope(), &mail.formatted())).await {
            Ok(Ok(_)) => Ok(connection),
            Ok(Err(error)) => {
                // What it has against this mail it may not have against the next; where it says nothing at all, it will not.
                leave(connection).await;
                let of_connection = error.status().is_some_and(|code| code.to_string() == CLOSING);
                Err(Refusal { verdict: failed(&error, error.is_timeout()), of_connection })
            }
            Err(_) => Err(Refusal { verdict: silent("a mail", patience), of_connection: false }),
        }
    }

    /// Takes leave of it, if nothing has gone to it for a while.
    pub(super) async fn rest(&self) {
        let Ok(mut open) = self.open.try_lock() else { return };
        if let Some(idle) = open.take_if(|open| open.used.elapsed() > IDLE) {
            leave(idle.connection).await;
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Verdict> {
        let hello = ClientId::default();
        let mut connection = match self.smtp.security {
            Security::Tls => self.wrapped(&hello).await,
            Security::None | Security::Starttls => {
                let stream = self.stream().await.map_err(|error| Verdict::Again {
                    not_before: None,
                    is_down: true,
                    why: format!("the mail server cannot be reached: {error}"),
                })?;
                AsyncSmtpConnection::connect_with_transport(Box::new(stream), &hello).await
            }
        }
        .map_err(no_connection)?;
        if let Some(tls) = self.tls.clone().filter(|_| self.smtp.security == Security::Starttls) {
            connection.starttls(tls, &hello).await.map_err(no_connection)?;
        }
        if let Some((user, password)) = &self.smtp.login {
            let credentials = Credentials::new(user.clone(), password.reveal().to_owned());
            connection.auth(DEFAULT_MECHANISMS, &credentials).await.map_err(no_connection)?;
        }
        Ok(connection)
    }

    async fn wrapped(&self, hello: &ClientId) -> Result<AsyncSmtpConnection, Error> {
        let Smtp { host, port, timeout, .. } = &self.smtp;
        AsyncSmtpConnection::connect_tokio1((host.as_str(), *port), Some(*timeout), hello, self.tls.clone(), None).await
    }

    /// A stream that sends the end of a mail at once: else it waits, some 40 ms a mail, until the server has told that it has the rest.
    async fn stream(&self) -> std::io::Result<TcpStream> {
        let stream = TcpStream::connect((self.smtp.host.as_str(), self.smtp.port)).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}

/// The connection, if the server still holds its end.
async fn kept(open: Option<Open>) -> Option<AsyncSmtpConnection> {
    let Open { mut connection, used } = open?;
    if used.elapsed() < FRESH || connection.test_connected().await {
        return Some(connection);
    }
    leave(connection).await;
    None
}

/// Takes leave, without waiting long for an answer.
async fn leave(mut connection: AsyncSmtpConnection) {
    // Whether it says goodbye makes no difference.
    let _said_or_not = timeout(GOODBYE, connection.abort()).await;
}

/// What it means that the server said nothing at all for so long.
fn silent(to: &str, patience: Duration) -> Verdict {
    let why = format!("the mail server did not answer {to} within {} seconds", patience.as_secs());
    Verdict::Again { not_before: None, is_down: true, why }
}

fn no_connection(error: Error) -> Verdict {
    failed(&error, !error.is_transient())
}

fn failed(error: &Error, is_down: bool) -> Verdict {
    let why = in_words(error);
    if error.is_permanent() {
        return Verdict::Stuck(format!("the mail server refused it: {why}"));
    }
    Verdict::Again { not_before: None, is_down, why }
}

/// The error with its causes, without repeating itself.
fn in_words(error: &Error) -> String {
    let mut words = vec![error.to_string()];
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let text = inner.to_string();
        if !words.iter().any(|known| known.contains(&text)) {
            words.push(text);
        }
        cause = inner.source();
    }
    words.join(": ")
}
