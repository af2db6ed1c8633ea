//! What carries mail: a mail server, a folder, or this process's memory. Knows nothing of what is in it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::server::Server;
use super::settings::Transport;
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

/// Carries mails; one connection to a mail server serves for many.
#[derive(Debug)]
pub(super) enum Carrier {
    Server(Box<Server>),
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
            Transport::Smtp(smtp) => match Server::new(smtp) {
                Ok(server) => Self::Server(Box::new(server)),
                Err(error) => Self::None(format!("{}: {error}", smtp.host)),
            },
        }
    }

    /// Gives up what it holds on to for the next mail, if none has come for a while.
    pub(super) async fn rest(&self) {
        if let Self::Server(server) = self {
            server.rest().await;
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
            Self::Server(server) => server.send(&mail).await,
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
