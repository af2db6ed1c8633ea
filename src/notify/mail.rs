//! A finished mail for one person, and its bytes.
//!
//! One mail has one recipient: an address that is refused stops nobody else's. Knows nothing of how it is carried.

use std::time::SystemTime;

use anyhow::{Context, anyhow};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment as Part, Mailbox, MultiPart, SinglePart};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A mail for one person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mail {
    /// Whom it goes to: `ann@example.com` or `Ann Lee <ann@example.com>`.
    pub to: String,
    /// Whom it comes from, in place of `from` under `[mail]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Whom answers go to, in place of `reply_to` under `[mail]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// Its subject.
    pub subject: String,
    /// It as plain text.
    pub text: String,
    /// It as HTML; `cid:NAME` shows the picture whose `inline` is `NAME`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
    /// Pictures shown in the HTML, and files attached.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// Its `Message-ID` with the angle brackets; made of the key it is queued under where none is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_id: Option<String>,
    /// Further headers: `List-Unsubscribe`, `List-Unsubscribe-Post` …
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<(String, String)>,
}

/// A file with a mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its name.
    pub name: String,
    /// What it is: `image/png`.
    pub media_type: String,
    /// Under which name the HTML shows it; none for a file that is attached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inline: Option<String>,
    /// Its bytes.
    #[serde(serialize_with = "to_base64", deserialize_with = "from_base64")]
    pub bytes: Vec<u8>,
}

/// What a mail is sent with: who sends it and when, and what tells it from others.
#[derive(Clone, Debug)]
pub(super) struct Franking<'a> {
    pub(super) from: &'a str,
    pub(super) reply_to: Option<&'a str>,
    /// With the angle brackets.
    pub(super) message_id: String,
    /// When it was queued: the same at every try.
    pub(super) at: Timestamp,
}

impl Mail {
    /// Its bytes and envelope, the same at every try but for the lines between its parts.
    pub(super) fn franked(&self, franking: &Franking<'_>) -> anyhow::Result<lettre::Message> {
        let mut builder = lettre::Message::builder()
            .from(mailbox(self.from.as_deref().unwrap_or(franking.from))?)
            .to(mailbox(&self.to)?)
            .subject(one_line(&self.subject))
            .date(SystemTime::from(franking.at))
            .message_id(Some(self.message_id.clone().unwrap_or_else(|| franking.message_id.clone())));
        if let Some(reply_to) = self.reply_to.as_deref().or(franking.reply_to) {
            builder = builder.reply_to(mailbox(reply_to)?);
        }
        for (name, value) in &self.headers {
            let name = HeaderName::new_from_ascii(name.clone()).map_err(|_| anyhow!("`{name}` is not the name of a header"))?;
            builder = builder.raw_header(HeaderValue::new(name, one_line(value)));
        }
        let attached: Vec<&Attachment> = self.attachments.iter().filter(|file| file.inline.is_none()).collect();
        let body = self.body()?;
        if attached.is_empty() {
            return Ok(match body {
                Body::One(part) => builder.singlepart(part)?,
                Body::Several(parts) => builder.multipart(parts)?,
            });
        }
        let mut mixed = match body {
            Body::One(part) => MultiPart::mixed().singlepart(part),
            Body::Several(parts) => MultiPart::mixed().multipart(parts),
        };
        for file in attached {
            mixed = mixed.singlepart(Part::new(file.name.clone()).body(file.bytes.clone(), media_type(file)?));
        }
        Ok(builder.multipart(mixed)?)
    }

    /// Its bytes as they go out from `from` at `at`, if it has its `Message-ID`.
    pub fn bytes(&self, from: &str, reply_to: Option<&str>, at: Timestamp) -> anyhow::Result<Vec<u8>> {
        let message_id = self.message_id.clone().context("a mail needs its Message-ID")?;
        Ok(self.franked(&Franking { from, reply_to, message_id, at })?.formatted())
    }

    /// Its words, with the pictures that they show.
    fn body(&self) -> anyhow::Result<Body> {
        let plain = SinglePart::plain(self.text.clone());
        let Some(html) = &self.html else { return Ok(Body::One(plain)) };
        let html = SinglePart::html(html.clone());
        let mut pictures = self.attachments.iter().filter_map(|file| Some((file.inline.clone()?, file))).peekable();
        if pictures.peek().is_none() {
            return Ok(Body::Several(MultiPart::alternative().singlepart(plain).singlepart(html)));
        }
        let mut related = MultiPart::related().singlepart(html);
        for (name, file) in pictures {
            related = related.singlepart(Part::new_inline_with_name(name, file.name.clone()).body(file.bytes.clone(), media_type(file)?));
        }
        Ok(Body::Several(MultiPart::alternative().singlepart(plain).multipart(related)))
    }
}

enum Body {
    One(SinglePart),
    Several(MultiPart),
}

/// An address as mail knows it.
pub fn mailbox(address: &str) -> anyhow::Result<Mailbox> {
    address.trim().parse().with_context(|| format!("`{}` is not a mail address", masked(address)))
}

/// An address fit for logs: `a…@example.com`.
pub fn masked(address: &str) -> String {
    let bare = address.rsplit_once('<').map_or(address, |(_, rest)| rest).trim_end_matches('>').trim();
    match bare.rsplit_once('@') {
        Some((name, host)) => format!("{}…@{host}", name.chars().next().map(String::from).unwrap_or_default()),
        None => "…".to_owned(),
    }
}

fn media_type(file: &Attachment) -> anyhow::Result<ContentType> {
    ContentType::parse(&file.media_type).map_err(|_| anyhow!("`{}` is no media type", file.media_type))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn to_base64<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&STANDARD.encode(bytes))
}

fn from_base64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    STANDARD.decode(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn franked(mail: &Mail) -> String {
        let franking = Franking {
            from: "Goodword <goodword@acme.example>",
            reply_to: Some("desk@acme.example"),
            message_id: "<1@acme.example>".to_owned(),
            at: "2026-03-01T10:00:00Z".parse().unwrap(),
        };
        String::from_utf8(mail.franked(&franking).unwrap().formatted()).unwrap()
    }

    #[test]
    fn a_mail_has_all_that_readers_and_servers_ask_for() {
        let mail = Mail {
            to: "Ann Lee <ann@acme.example>".to_owned(),
            subject: "New:\r\nBcc: all@acme.example".to_owned(),
            text: "好用".to_owned(),
            html: Some("<p>好用 <img src=\"cid:chart\"></p>".to_owned()),
            attachments: vec![
                Attachment {
                    name: "c.png".to_owned(),
                    media_type: "image/png".to_owned(),
                    inline: Some("chart".to_owned()),
                    bytes: vec![1],
                },
                Attachment { name: "a.csv".to_owned(), media_type: "text/csv".to_owned(), inline: None, bytes: b"a,b".to_vec() },
            ],
            headers: vec![("List-Unsubscribe".to_owned(), "<https://acme.example/u/1>".to_owned())],
            ..Mail::default()
        };
        let text = franked(&mail);
        for line in [
            "From: Goodword <goodword@acme.example>",
            "To: \"Ann Lee\" <ann@acme.example>",
            "Reply-To: desk@acme.example",
            "Subject: New: Bcc: all@acme.example",
            "Message-ID: <1@acme.example>",
            "Date: Sun, 01 Mar 2026 10:00:00 +0000",
            "List-Unsubscribe: <https://acme.example/u/1>",
            "Content-Type: multipart/mixed;",
            "Content-Type: multipart/alternative;",
            "Content-Type: multipart/related;",
            "Content-ID: <chart>",
            "Content-Disposition: attachment; filename=\"a.csv\"",
        ] {
            assert!(text.lines().any(|found| found.starts_with(line)), "{line}\n{text}");
        }
        assert!(!text.contains("\nBcc:"));
        let kept = serde_json::to_string(&mail).unwrap();
        assert_eq!(serde_json::from_str::<Mail>(&kept).unwrap(), mail);
    }

    #[test]
    fn addresses_are_masked() {
        for (address, want) in [("ann@a.example", "a…@a.example"), ("Ann <ann@a.example>", "a…@a.example"), ("ann", "…"), ("@x", "…@x")]
        {
            assert_eq!(masked(address), want);
        }
        assert!(mailbox("ann").is_err() && mailbox("Ann <ann@a.example>").is_ok());
    }
}
