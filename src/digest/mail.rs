//! The digest as a finished mail: both parts, the picture, and the headers that make it well behaved.

use ring::digest::{SHA256, digest as hash};
use url::Url;

use super::content::Digest;
use super::edition::Edition;
use super::page::{Links, Page};
use super::picture;
use super::recipient::Recipient;
use super::{html, plain};
use crate::notify::{Attachment, Mail};

/// The name under which the picture is attached.
const PICTURE: &str = "trend";

/// Whom a digest goes to, and where its links lead.
#[derive(Clone, Debug)]
pub struct Addressed<'a> {
    /// Who reads it.
    pub recipient: &'a Recipient,
    /// Where our page is.
    pub url: &'a Url,
    /// Ends it with one click.
    pub token: &'a str,
    /// Whom answers go to.
    pub reply_to: Option<&'a str>,
}

/// A digest in its form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The mail.
    pub mail: Mail,
    /// Tells it from all others: the same recipient and edition always have the same.
    pub key: String,
}

/// Draws the picture of `digest`: the same for all who get it; none where it shows none.
pub fn draw(digest: &Digest) -> anyhow::Result<Option<Vec<u8>>> {
    if digest.trend.is_empty() || digest.is_quiet() {
        return Ok(None);
    }
    picture::png(&digest.trend, |day| digest.edition.period().holds(day.day)).map(Some)
}

/// Renders `digest` with its `drawn` picture for whom it is addressed to.
pub fn render(digest: &Digest, drawn: Option<&[u8]>, to: &Addressed<'_>) -> anyhow::Result<Rendered> {
    let links = Links(to.url);
    let unsubscribe = links.to(&["digest", "unsubscribe", to.token]).to_string();
    let page = Page::new(digest, to.recipient, &links, &unsubscribe);
    let mut attachments = Vec::new();
    let picture = page.picture.as_ref().zip(drawn);
    if let Some((words, drawn)) = picture {
        let name = format!("{}.png", words.last.replace(' ', "-"));
        let (media_type, inline) = ("image/png".to_owned(), Some(PICTURE.to_owned()));
        attachments.push(Attachment { name, media_type, inline, bytes: drawn.to_vec() });
    }
    let key = key_of(to.recipient, digest.edition);
    let mail = Mail {
        to: to.recipient.addressed(),
        reply_to: to.reply_to.map(str::to_owned),
        subject: page.subject.clone(),
        text: plain::text(&page),
        html: Some(html::html(&page, picture.map(|_| PICTURE))?),
        attachments,
        message_id: Some(format!("<{key}@{}>", to.url.host_str().unwrap_or("goodword.invalid"))),
        headers: vec![
            ("List-Unsubscribe".to_owned(), format!("<{unsubscribe}>")),
            ("List-Unsubscribe-Post".to_owned(), "List-Unsubscribe=One-Click".to_owned()),
            ("List-Id".to_owned(), format!("Goodword digest <digest.{}>", to.url.host_str().unwrap_or("goodword.invalid"))),
            ("Auto-Submitted".to_owned(), "auto-generated".to_owned()),
        ],
        ..Mail::default()
    };
    Ok(Rendered { mail, key })
}

/// Tells this edition for this recipient from all others.
pub fn key_of(recipient: &Recipient, edition: Edition) -> String {
    key(&recipient.key(), edition.every.as_str(), &edition.until.to_string())
}

/// A hash of recipient and edition.
pub(super) fn key(recipient: &str, edition: &str, until: &str) -> String {
    let named = format!("{recipient}\n{edition}\n{until}");
    let hex: String = hash(&SHA256, named.as_bytes()).as_ref().iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    format!("digest.{hex}")
}
