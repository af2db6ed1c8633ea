//! One mail as a mention: its sender, date, subject and own words; and which mails are none.
//!
//! A mail that a program wrote of itself (an answering machine, a bounce) says nothing. One that a site sends of a new review is
//! somebody else's words: its fields are found by labels, and the site is not taken for their author.

use jiff::Timestamp;
use mail_parser::{Addr, HeaderValue, MessageParser, MimeHeaders, PartType};

use super::labels::Labels;
use super::own_words::own_words;
use super::stars::rating_in;
use crate::mention::{Author, Context, Mention, Published};
use crate::sources::markup;

/// What became of a mail.
#[derive(Debug)]
pub(super) enum Read {
    Mention(Box<Mention>),
    /// It is not one of those that are listened for, or nobody wrote it.
    PassedOver,
    /// Why it is none, in words.
    Wrong(String),
}

/// Senders that nobody is behind.
const NOBODY: [&str; 9] = ["noreply", "no-reply", "no_reply", "donotreply", "do-not-reply", "notification", "alert", "mailer", "review"];
const BOUNCES: [&str; 2] = ["mailer-daemon", "postmaster"];

/// Reads a mail; `from` are the senders that are listened to, if not all are.
pub(super) fn read(bytes: &[u8], from: &[String], labels: &Labels) -> Read {
    let Some(mail) = MessageParser::default().parse(bytes) else { return Read::Wrong("cannot be read as a mail".to_owned()) };
    let sender = mail.from().and_then(|from| from.first());
    let address = sender.and_then(Addr::address).unwrap_or_default().to_lowercase();
    let list = text_of(mail.list_id()).unwrap_or_default().to_lowercase();
    if !is_wanted(&address, &list, from) || is_automatic(&mail, &address, !from.is_empty()) {
        return Read::PassedOver;
    }
    let body = body(&mail);
    let found = labels.find(&body);
    let is_alert = !labels.is_empty() || is_nobody(&address);
    let text = found.text.clone().unwrap_or_else(|| own_words(&body));
    let title = mail.thread_name().or_else(|| mail.subject()).map(|title| title.split_whitespace().collect::<Vec<_>>().join(" "));
    let title = found.title.clone().or(title).filter(|title| !title.is_empty());
    let Some(mut mention) = Mention::new(if text.is_empty() { title.clone().unwrap_or_default() } else { text }) else {
        return Read::Wrong("has no words of its own".to_owned());
    };
    mention.title = title.filter(|title| *title != mention.text);
    mention.own_id = mail.message_id().map(id);
    mention.published = mail.date().and_then(|date| Timestamp::from_second(date.to_timestamp()).ok()).map(Published::instant);
    mention.rating = found.rating.as_deref().map_or_else(|| is_alert.then(|| rating_in(&body)).flatten(), rating_of);
    mention.about = found.product;
    mention.author = if is_alert { found.author.as_deref().and_then(Author::named) } else { sender.and_then(author) };
    mention.context = Context { parent: last_id(mail.in_reply_to()), thread: first_id(mail.references()), ..Context::default() };
    if mention.context.thread.is_none() {
        mention.context.thread.clone_from(&mention.context.parent);
    }
    Read::Mention(Box::new(mention))
}

fn rating_of(said: &str) -> Option<crate::mention::Rating> {
    rating_in(said).or_else(|| crate::mention::Rating::parse(said, None, None))
}

/// Who sent it, known by the address.
fn author(sender: &Addr<'_>) -> Option<Author> {
    let address = sender.address().map(str::to_owned);
    let name = sender.name().filter(|name| !name.trim().is_empty()).or(address.as_deref())?;
    Some(Author { handle: address.clone(), ..Author::named(name)? })
}

fn is_wanted(address: &str, list: &str, from: &[String]) -> bool {
    let domain = address.rsplit('@').next().unwrap_or_default();
    let is_meant = |sender: &String| {
        address == sender
            || domain == sender
            || domain.ends_with(&format!(".{sender}"))
            || (!list.is_empty() && list.contains(sender.as_str()))
    };
    from.is_empty() || from.iter().any(is_meant)
}

fn is_nobody(address: &str) -> bool {
    let person = address.split('@').next().unwrap_or_default();
    NOBODY.iter().any(|nobody| person.contains(nobody))
}

/// Whether a program answered, or a mail came back. A site that was named as a sender may write of itself.
fn is_automatic(mail: &mail_parser::Message<'_>, address: &str, is_named: bool) -> bool {
    let said = |header: &'static str| mail.header(header).and_then(text_of).unwrap_or_default().to_lowercase();
    let automatic = said("Auto-Submitted");
    let is_answer = automatic.starts_with("auto-replied") || (automatic.starts_with("auto-") && !is_named && said("List-Id").is_empty());
    let by_machine = ["X-Autoreply", "X-Autorespond"].iter().any(|header| mail.header(*header).is_some());
    let precedence = said("Precedence");
    let is_report = mail.content_type().is_some_and(|kind| kind.ctype() == "multipart" && kind.subtype() == Some("report"));
    let bounced = BOUNCES.iter().any(|bounce| address.starts_with(bounce));
    is_answer || by_machine || bounced || is_report || precedence.contains("auto_reply") || precedence == "junk"
}

/// The body as plain text: as it was written so, else made of the HTML.
fn body(mail: &mail_parser::Message<'_>) -> String {
    let parts: Vec<String> = mail
        .text_bodies()
        .filter_map(|part| match &part.body {
            PartType::Text(text) => Some(text.replace("\r\n", "\n")),
            PartType::Html(html) => Some(markup::own_words(html)),
            _ => None,
        })
        .collect();
    parts.join("\n")
}

fn text_of(value: &HeaderValue<'_>) -> Option<String> {
    match value {
        HeaderValue::Text(text) => Some(text.to_string()),
        HeaderValue::TextList(list) => list.last().map(ToString::to_string),
        HeaderValue::Address(address) => {
            address.first().map(|first| [first.name(), first.address()].into_iter().flatten().collect::<Vec<_>>().join(" "))
        }
        _ => None,
    }
}

fn ids(value: &HeaderValue<'_>) -> Vec<String> {
    match value {
        HeaderValue::Text(text) => vec![id(text)],
        HeaderValue::TextList(list) => list.iter().map(|one| id(one)).collect(),
        _ => Vec::new(),
    }
}

fn first_id(value: &HeaderValue<'_>) -> Option<String> {
    ids(value).into_iter().next()
}

fn last_id(value: &HeaderValue<'_>) -> Option<String> {
    ids(value).pop()
}

/// A message's id in the brackets that mails write it with.
fn id(told: &str) -> String {
    format!("<{}>", told.trim().trim_start_matches('<').trim_end_matches('>'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mention(mail: &[u8], from: &[&str], labels: &str) -> Option<Mention> {
        let from: Vec<String> = from.iter().map(ToString::to_string).collect();
        match read(mail, &from, &toml::from_str(labels).unwrap()) {
            Read::Mention(mention) => Some(*mention),
            Read::PassedOver => None,
            Read::Wrong(why) => panic!("{why}"),
        }
    }

    const MAIL: &str = "From: \"Ann Lee\" <Ann@acme.example>\r\nTo: desk@example.com\r\nSubject: Re: [desk] Acme\r\n  Desk\r\n\
        Date: Mon, 2 Mar 2026 10:00:00 +0100\r\nMessage-ID: <1@acme.example>\r\nIn-Reply-To: <0@example.com>\r\n\
        References: <root@example.com> <0@example.com>\r\n\r\nEasy to use.\r\n\r\nOn Mon, 2 Mar 2026 Support wrote:\r\n> Well?\r\n";

    #[test]
    fn a_mail_is_what_its_sender_says() {
        let mention = mention(MAIL.as_bytes(), &[], "").unwrap();
        assert_eq!((mention.text.as_str(), mention.own_id.as_deref()), ("Easy to use.", Some("<1@acme.example>")));
        assert!(
            mention.title.as_deref().is_some_and(|title| title.ends_with("Acme Desk") && !title.starts_with("Re")),
            "{:?}",
            mention.title
        );
        assert_eq!(mention.published.unwrap().at.to_string(), "2026-03-02T09:00:00Z");
        assert_eq!(mention.author, Some(Author { name: "Ann Lee".to_owned(), handle: Some("Ann@acme.example".to_owned()) }));
        assert_eq!(mention.context.thread.as_deref(), Some("<root@example.com>"));
        assert_eq!(mention.context.parent.as_deref(), Some("<0@example.com>"));
        assert_eq!(mention.rating, None);
    }

    #[test]
    fn charsets_and_html_are_read() {
        let (chinese, ..) = encoding_rs::GB18030
            .encode("Subject: =?gb18030?B?sqm/zQ==?=\nFrom: a@b.example\nContent-Type: text/plain; charset=GB18030\n\n这个软件很好用\n");
        assert_eq!(mention(&chinese, &[], "").unwrap().text, "这个软件很好用");
        let html = b"From: a@b.example\nContent-Type: text/html; charset=utf-8\n\n<style>p{}</style><p>It <b>crashes</b> &amp; burns</p><blockquote>How is it?</blockquote>";
        assert_eq!(mention(html, &[], "").unwrap().text, "It crashes & burns");
        let both = b"From: a@b.example\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=x\n\n--x\nContent-Type: text/plain\n\nplain words\n--x\nContent-Type: text/html\n\n<p>html words</p>\n--x--\n";
        assert_eq!(mention(both, &[], "").unwrap().text, "plain words");
    }

    #[test]
    fn what_a_program_wrote_of_itself_is_passed_over() {
        for head in [
            "Auto-Submitted: auto-replied",
            "Auto-Submitted: auto-generated",
            "Precedence: auto_reply",
            "X-Autoreply: yes",
            "Content-Type: multipart/report; boundary=x",
        ] {
            let mail = format!("From: a@b.example\nSubject: out\n{head}\n\nI am away\n");
            assert_eq!(mention(mail.as_bytes(), &[], ""), None, "{head}");
        }
        assert_eq!(mention(b"From: MAILER-DAEMON@b.example\nSubject: x\n\nfailed\n", &[], ""), None);
        assert!(mention(b"From: a@b.example\nAuto-Submitted: no\n\nfine\n", &[], "").is_some());
    }

    #[test]
    fn a_sites_mail_of_a_review_is_the_reviewers() {
        let mail = "From: G2 <noreply@mail.g2.example>\nSubject: You have a new review\nAuto-Submitted: auto-generated\n\
            Message-ID: <9@g2.example>\n\nReviewer: Ann L.\nProduct: Acme Desk\nRating\n★★★★☆\nReview:\nEasy to use.\nSee it online\n";
        let labels = "author = 'Reviewer'\nproduct = 'Product'\nrating = 'Rating'\ntext = 'Review'\nend = 'See it online'";
        let read = mention(mail.as_bytes(), &["g2.example"], labels).unwrap();
        assert_eq!((read.text.as_str(), read.about.as_deref(), read.rating.unwrap().value()), ("Easy to use.", Some("Acme Desk"), 4.0));
        assert_eq!(read.author.unwrap().name, "Ann L.");
        let plain = mention(mail.as_bytes(), &["g2.example"], "").unwrap();
        assert_eq!((plain.author, plain.rating.unwrap().value()), (None, 4.0), "the site wrote it, not the author");
        assert_eq!(mention(mail.as_bytes(), &["rival.example"], labels), None);
        assert_eq!(mention(MAIL.as_bytes(), &["g2.example", "ann@acme.example"], "").map(|mention| mention.rating), Some(None));
    }
}
