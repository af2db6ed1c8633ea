//! What carries mail: a mail server, a folder, or this process's memory. Knows nothing of what is in it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use super::settings::{Security, Smtp, Transport};
use super::verdict::Verdict;

/// A connection that nothing went over for this long is closed.
const IDLE: Duration = Duration::from_secs(20);

/// Mails kept in memory, in the order in which they came. Clones are one and the same box.
#[derive(Clone, Debug, Default)]
pub struct Mailbox(Arc<Mutex<Vec<String>>>);

impl Mailbox {
    /// The mails, as their bytes.
    pub fn mails(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn put(&self, mail: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(mail);
    }
}

/// Carries mails; one connection to a mail server serves for many.
#[derive(Debug)]
pub(super) enum Carrier {
    Server(AsyncSmtpTransport<Tokio1Executor>),
    Folder(PathBuf),
    Memory(Mailbox),
    /// The settings make no connection.
    None(String),
}

impl Carrier {
    /// What carries mail by `transport`.
    pub(super) fn new(transport: &Transport, folder: &Path, memory: &Mailbox) -> Self {
        match transport {
            Transport::Memory => Self::Memory(memory.clone()),
            Transport::File => Self::Folder(folder.to_owned()),
            Transport::Smtp(smtp) => match connection(smtp) {
                Ok(connection) => Self::Server(connection),
                Err(error) => Self::None(format!("{}: {error}", smtp.host)),
            },
        }
    }

    /// Carries a mail. `name` is the same at every try.
    pub(super) async fn carry(&self, name: &str, mail: lettre::Message) -> Verdict {
        match self {
            Self::Memory(memory) => {
                memory.put(String::from_utf8_lossy(&mail.formatted()).into_owned());
                Verdict::Delivered
            }
            Self::Folder(folder) => write(folder.join(format!("{name}.eml")), mail.formatted()).await,
            Self::Server(connection) => sent(connection.send(mail).await),
            Self::None(why) => Verdict::Stuck(why.clone()),
        }
    }
}

/// A file of this name stands for one and the same mail: it is put in the place of what a try before left.
async fn write(path: PathBuf, bytes: Vec<u8>) -> Verdict {
    let written = async {
        if let Some(folder) = path.parent() {
            tokio::fs::create_dir_all(folder).await?;
        }
        let part = path.with_extension("part");
        tokio::fs::write(&part, bytes).await?;
        tokio::fs::rename(&part, &path).await
    };
    match written.await {
        Ok(()) => Verdict::Delivered,
        Err(error) => Verdict::Again { not_before: None, is_down: true, why: format!("`{}` cannot be written: {error}", path.display()) },
    }
}

fn connection(smtp: &Smtp) -> Result<AsyncSmtpTransport<Tokio1Executor>, lettre::transport::smtp::Error> {
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&smtp.host).port(smtp.port).timeout(Some(smtp.timeout));
    if smtp.security != Security::None {
        let mut tls = TlsParameters::builder(smtp.host.clone());
        if let Some(pem) = &smtp.certificates {
            tls = tls.add_root_certificate(Certificate::from_pem(pem)?);
        }
        let tls = tls.build()?;
        builder = builder.tls(if smtp.security == Security::Tls { Tls::Wrapper(tls) } else { Tls::Required(tls) });
    }
    if let Some((user, password)) = &smtp.login {
        builder = builder.credentials(Credentials::new(user.clone(), password.reveal().to_owned()));
    }
    // Mails go one after the other: one connection is enough, and what is left of it closes when nothing more comes.
    Ok(builder.pool_config(PoolConfig::new().max_size(1).idle_timeout(IDLE)).build())
}

fn sent<T>(answer: Result<T, lettre::transport::smtp::Error>) -> Verdict {
    let Err(error) = answer else { return Verdict::Delivered };
    let why = in_words(&error);
    if error.is_permanent() {
        return Verdict::Stuck(format!("the mail server refused it: {why}"));
    }
    // A server that answers has this mail wait, not all of them.
    Verdict::Again { not_before: None, is_down: !error.is_transient(), why }
}

/// The error with its causes, without repeating itself.
fn in_words(error: &lettre::transport::smtp::Error) -> String {
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
