//! Mails: mailboxes kept as files (mbox, Maildir, `.eml`) and those of an IMAP server, read without changing anything there.
//!
//! Says what to ask for and reads messages; fetching them is the caller's part. Whose words of a mail are the sender's own is
//! decided in [`own_words`]; what makes a mail a mention in [`message`].

mod batch;
mod labels;
mod message;
mod own_words;
mod stars;

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use mail_parser::mailbox::mbox::MessageIterator;
use serde::Deserialize;
use serde_json::json;
use url::Url;

use super::folder::{ends_in, files};
use super::{Ask, Moment, ParseError, Parsed, Secret};
use crate::fetch::{self, MailCall};
use crate::mention::Mention;
pub(super) use batch::write as write_batch;
use labels::Labels;
use message::Read as Message;

/// Which mails are read, and how.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Keys")]
pub struct Settings {
    place: Place,
    from: Vec<String>,
    fields: Labels,
}

#[derive(Clone, Debug)]
enum Place {
    Path(PathBuf),
    Server { url: Url, user: String },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    path: Option<PathBuf>,
    server: Option<Url>,
    user: Option<String>,
    folder: Option<String>,
    /// Senders, their domains, or the ids of lists; all where none is given.
    #[serde(default)]
    from: Vec<String>,
    /// Labels in the body of a mail after which a field stands.
    #[serde(default)]
    fields: Labels,
}

impl TryFrom<Keys> for Settings {
    type Error = String;

    fn try_from(keys: Keys) -> Result<Self, String> {
        let Keys { path, server, user, folder, from, fields } = keys;
        let place = match (path, server) {
            (Some(path), None) if user.is_none() && folder.is_none() => Place::Path(path),
            (None, Some(server)) => Place::Server {
                url: server_url(server, folder.as_deref().unwrap_or("INBOX"))?,
                user: user.filter(|user| !user.trim().is_empty()).ok_or("`server` needs a `user`; write the name that signs in there")?,
            },
            _ => {
                return Err(
                    "mails are in one place; write `path = \"mails\"`, or `server = \"imaps://mail.example.com\"` and `user`".to_owned()
                );
            }
        };
        let from = from.iter().map(|sender| sender.trim().trim_start_matches('@').to_lowercase()).collect();
        Ok(Self { place, from, fields })
    }
}

fn server_url(mut url: Url, folder: &str) -> Result<Url, String> {
    let port = match url.scheme() {
        "imaps" => 993,
        "imap" => 143,
        _ => return Err(format!("`server`: `{url}` is no IMAP server; write for example `imaps://mail.example.com`")),
    };
    let wrong = || format!("`server`: `{url}` names no host; write for example `imaps://mail.example.com`");
    if url.host_str().is_none_or(str::is_empty) || url.password().is_some() {
        return Err(wrong());
    }
    if url.port().is_none() {
        let mut with_port = url.clone();
        with_port.set_port(Some(port)).map_err(|()| wrong())?;
        url = with_port;
    }
    url.set_path(folder);
    url.set_query(None);
    Ok(url)
}

/// Mails asked for at once.
const AT_ONCE: usize = 50;

impl Settings {
    pub(super) fn asks(&self, moment: Moment<'_>) -> Result<Vec<Ask>, ParseError> {
        match &self.place {
            Place::Path(path) => Ok(mailboxes(&moment.dir.join(path))?.into_iter().map(Ask::Read).collect()),
            Place::Server { url, .. } => Ok(vec![Ask::Mail(after(url, moment.cursor))]),
        }
    }

    /// Whether a server is asked.
    pub(super) fn needs_secret(&self) -> bool {
        matches!(self.place, Place::Server { .. })
    }

    /// How the server is asked for the mails of `ask`; none where there is no server.
    pub(super) fn call(&self, ask: &Url, secret: Option<&Secret>, since: Option<jiff::Timestamp>, allow_private: bool) -> Option<MailCall> {
        let Place::Server { url, user } = &self.place else { return None };
        let folder = percent_decoded(url.path().trim_start_matches('/'));
        let number = |key: &str| ask.query_pairs().find(|(name, _)| name == key).and_then(|(_, value)| value.parse().ok());
        Some(MailCall {
            server: url.clone(),
            user: user.clone(),
            password: secret.map_or("", Secret::reveal).to_owned(),
            folder,
            after: number("validity").zip(number("after")),
            since: since.map(|since| since.to_zoned(jiff::tz::TimeZone::UTC).date()),
            at_most: AT_ONCE,
            allow_private,
        })
    }

    pub(super) fn parse(&self, page: &fetch::Page) -> Result<Parsed, ParseError> {
        if let Some(mails) = batch::read(&page.body) {
            return Ok(self.read_batch(&mails, &page.url));
        }
        if page.body.trim_ascii().is_empty() {
            return Err(ParseError::Unreadable("the mailbox is empty".to_owned()));
        }
        let mut parsed = Parsed::default();
        for (number, mail) in (1..).zip(mails(page.body.as_slice())) {
            let mail = mail.map_err(|error| ParseError::Unreadable(format!("the mailbox cannot be read: {error}")))?;
            self.take(&mail, &format!("mail {number}"), &mut parsed);
        }
        if parsed.mentions.is_empty()
            && parsed.refused.is_empty()
            && !page.body.windows(6).any(|part| part.eq_ignore_ascii_case(b"\nfrom:"))
        {
            return Err(ParseError::Unreadable("it holds no mail; `path` leads to mbox files, `.eml` files or a Maildir".to_owned()));
        }
        super::name_some(&mut parsed.refused);
        Ok(parsed)
    }

    fn read_batch(&self, mails: &fetch::Mails, url: &Url) -> Parsed {
        let mut parsed = Parsed::default();
        for (number, mail) in &mails.messages {
            self.take(mail, &format!("mail {number}"), &mut parsed);
        }
        let cursor = json!({"validity": mails.validity, "after": mails.last}).to_string();
        if mails.left > 0 {
            parsed.next.push(Ask::Mail(after(url, Some(&cursor))));
        }
        parsed.cursor = Some(cursor);
        super::name_some(&mut parsed.refused);
        parsed
    }

    fn take(&self, mail: &[u8], name: &str, parsed: &mut Parsed) {
        match message::read(mail, &self.from, &self.fields) {
            Message::Mention(mention) => parsed.mentions.push(*mention),
            Message::PassedOver => {}
            Message::Wrong(why) => parsed.refused.push(format!("{name} {why}")),
        }
    }
}

/// The address of the mails that came after those that `cursor` tells of.
fn after(url: &Url, cursor: Option<&str>) -> Url {
    let mut url = url.clone();
    url.set_query(None);
    let heard: Option<serde_json::Value> = cursor.and_then(|cursor| serde_json::from_str(cursor).ok());
    if let Some((validity, after)) = heard.and_then(|heard| Some((heard["validity"].as_u64()?, heard["after"].as_u64()?))) {
        url.query_pairs_mut().append_pair("validity", &validity.to_string()).append_pair("after", &after.to_string());
    }
    url
}

fn percent_decoded(path: &str) -> String {
    let plain = path.replace('+', "%2B").replace('&', "%26");
    url::form_urlencoded::parse(format!("p={plain}").as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

const ENDINGS: [&str; 3] = [".eml", ".mbox", ".mbx"];

/// The mailboxes at `path`: a file, those of a folder, or the mails of a Maildir.
fn mailboxes(path: &Path) -> Result<Vec<PathBuf>, ParseError> {
    let (read, new) = (path.join("cur"), path.join("new"));
    if !(read.is_dir() && new.is_dir()) {
        return files(path, |name| ends_in(name, &ENDINGS));
    }
    let mut mails = files(&read, |_| true)?;
    mails.extend(files(&new, |_| true)?);
    Ok(mails)
}

/// Whether a file named `name` that begins with `head` holds mails.
pub(super) fn is_mail(name: &str, head: &[u8]) -> bool {
    ends_in(name, &ENDINGS) || (head.starts_with(b"From ") && head.contains(&b'@'))
}

/// The mentions of a mailbox, one at a time: each with its number, or why it is none. Mails that nobody wrote are passed over.
pub(super) fn mentions<'a>(input: impl Read + 'a) -> impl Iterator<Item = (u64, Result<Mention, String>)> + 'a {
    (1..).zip(mails(BufReader::new(input))).filter_map(|(number, mail)| {
        let read = match mail {
            Ok(mail) => message::read(&mail, &[], &Labels::default()),
            Err(error) => Message::Wrong(format!("cannot be read: {error}")),
        };
        match read {
            Message::Mention(mention) => Some((number, Ok(*mention))),
            Message::PassedOver => None,
            Message::Wrong(why) => Some((number, Err(why))),
        }
    })
}

type Mails<'a> = Box<dyn Iterator<Item = std::io::Result<Vec<u8>>> + 'a>;

/// The mails of an mbox, or the one that the bytes are.
fn mails<'a>(mut input: impl BufRead + 'a) -> Mails<'a> {
    match input.fill_buf() {
        Err(error) => Box::new(std::iter::once(Err(error))),
        Ok(head) if head.starts_with(b"From ") => Box::new(MessageIterator::new(input).map(|mail| match mail {
            Ok(mail) => Ok(mail.unwrap_contents()),
            Err(error) => Err(error),
        })),
        Ok(_) => {
            let mut whole = Vec::new();
            Box::new(std::iter::once(input.read_to_end(&mut whole).map(|_| whole)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(keys: &str) -> Result<Settings, String> {
        toml::from_str(keys).map_err(|error| error.message().to_owned())
    }

    fn moment<'a>(dir: &'a Path, cursor: Option<&'a str>) -> Moment<'a> {
        Moment { now: jiff::Timestamp::UNIX_EPOCH, since: None, cursor, dir }
    }

    #[test]
    fn mails_are_in_one_place() {
        for (keys, said) in [
            ("", "in one place"),
            ("path = 'a'\nserver = 'imaps://a.example'", "in one place"),
            ("path = 'a'\nuser = 'ann'", "in one place"),
            ("server = 'imaps://a.example'", "needs a `user`"),
            ("server = 'https://a.example'\nuser = 'ann'", "no IMAP server"),
            ("server = 'imaps:///x'\nuser = 'ann'", "names no host"),
            ("path = 'a'\nfields = { stars = 'x' }", "unknown field `stars`"),
        ] {
            let error = settings(keys).unwrap_err();
            assert!(error.contains(said), "{keys}: {error}");
        }
    }

    #[test]
    fn a_server_is_asked_for_what_came_since() {
        let settings = settings("server = 'imaps://mail.example.com'\nuser = 'ann'\nfolder = 'INBOX/Übersicht & mehr'").unwrap();
        let dir = Path::new(".");
        let asks = settings.asks(moment(dir, None)).unwrap();
        let [Ask::Mail(first)] = asks.as_slice() else { panic!("{asks:?}") };
        assert!(first.as_str().starts_with("imaps://mail.example.com:993/INBOX"), "{first}");
        let asks = settings.asks(moment(dir, Some(r#"{"validity":7,"after":42}"#))).unwrap();
        let [Ask::Mail(next)] = asks.as_slice() else { panic!("{asks:?}") };
        let call = settings.call(next, None, None, false).unwrap();
        assert_eq!((call.after, call.folder.as_str()), (Some((7, 42)), "INBOX/Übersicht & mehr"));
        assert_eq!(settings.call(first, None, None, false).unwrap().after, None);
    }

    #[test]
    fn a_folder_holds_mailboxes_or_is_one() {
        let dir = tempfile::tempdir().unwrap();
        for folder in ["drop", "mail/cur", "mail/new", "mail/tmp"] {
            std::fs::create_dir_all(dir.path().join(folder)).unwrap();
        }
        for file in ["drop/b.eml", "drop/a.MBOX", "drop/c.txt", "mail/cur/17.a:2,S", "mail/new/18.b", "mail/tmp/19.c"] {
            std::fs::write(dir.path().join(file), "Subject: a\n\nb\n").unwrap();
        }
        let found = |path: &str| -> Vec<String> {
            let asks = settings(&format!("path = '{path}'")).unwrap().asks(moment(dir.path(), None)).unwrap();
            let name = |ask: Ask| match ask {
                Ask::Read(path) => path.strip_prefix(dir.path()).unwrap().display().to_string(),
                ask => panic!("{ask:?}"),
            };
            asks.into_iter().map(name).collect()
        };
        assert_eq!(found("drop"), ["drop/a.MBOX", "drop/b.eml"]);
        assert_eq!(found("mail"), ["mail/cur/17.a:2,S", "mail/new/18.b"]);
        assert_eq!(found("drop/b.eml"), ["drop/b.eml"]);
        assert!(settings("path = 'absent'").unwrap().asks(moment(dir.path(), None)).unwrap_err().to_string().contains("correct `path`"));
    }
}
