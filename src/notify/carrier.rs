//! What carries mail: a mail server, a folder, or this process's memory.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use super::settings::{Security, Smtp, Transport};
use super::verdict::Verdict;

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

/// Carries a mail. `name` is the same at every try.
pub(super) async fn carry(transport: &Transport, folder: &Path, memory: &Mailbox, name: &str, mail: lettre::Message) -> Verdict {
    match transport {
        Transport::Memory => {
            memory.put(String::from_utf8_lossy(&mail.formatted()).into_owned());
            Verdict::Delivered
        }
        Transport::File => write(folder.join(format!("{name}.eml")), mail.formatted()).await,
        Transport::Smtp(smtp) => match connection(smtp) {
            Ok(connection) => sent(connection.send(mail).await),
            Err(error) => Verdict::Stuck(format!("{}: {error}", smtp.host)),
        },
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
    Ok(builder.build())
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
