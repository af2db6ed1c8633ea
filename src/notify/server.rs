//! A mail server: one connection, kept from mail to mail as long as they follow each other.

use std::fmt;
use std::time::Duration;

use lettre::Message;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::settings::{Security, Smtp};
use super::verdict::Verdict;

/// A connection that nothing went over for this long is closed.
const IDLE: Duration = Duration::from_secs(20);
/// The server may have closed it where nothing went over it for this long.
const FRESH: Duration = Duration::from_secs(2);

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
        let mut connection = match kept(open.take()).await {
            Some(connection) => connection,
            None => match self.connect().await {
                Ok(connection) => connection,
                Err(error) => return failed(&error, !error.is_transient()),
            },
        };
        match connection.send(mail.envelope(), &mail.formatted()).await {
            Ok(_) => {
                *open = Some(Open { connection, used: Instant::now() });
                Verdict::Delivered
            }
            Err(error) => {
                // What it has against this mail it may not have against the next; where it says nothing at all, it will not.
                connection.abort().await;
                failed(&error, error.is_timeout())
            }
        }
    }

    /// Takes leave of it, if nothing has gone to it for a while.
    pub(super) async fn rest(&self) {
        let Ok(mut open) = self.open.try_lock() else { return };
        if let Some(mut idle) = open.take_if(|open| open.used.elapsed() > IDLE) {
            idle.connection.abort().await;
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let Smtp { host, port, timeout, .. } = &self.smtp;
        let hello = ClientId::default();
        let wrapped = self.tls.clone().filter(|_| self.smtp.security == Security::Tls);
        let mut connection = AsyncSmtpConnection::connect_tokio1((host.as_str(), *port), Some(*timeout), &hello, wrapped, None).await?;
        if let Some(tls) = self.tls.clone().filter(|_| self.smtp.security == Security::Starttls) {
            connection.starttls(tls, &hello).await?;
        }
        if let Some((user, password)) = &self.smtp.login {
            let credentials = Credentials::new(user.clone(), password.reveal().to_owned());
            connection.auth(DEFAULT_MECHANISMS, &credentials).await?;
        }
        Ok(connection)
    }
}

/// The connection, if the server still holds its end.
async fn kept(open: Option<Open>) -> Option<AsyncSmtpConnection> {
    let Open { mut connection, used } = open?;
    if used.elapsed() < FRESH || connection.test_connected().await {
        return Some(connection);
    }
    connection.abort().await;
    None
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
