//! A message as a mail: the same words as plain text and as simple HTML.

use super::mail::Mail;
use super::message::Message;

/// `message` as a mail to one recipient.
pub(super) fn letter(message: &Message, to: &str) -> Mail {
    let lines: String = message.lines.iter().map(|line| format!("<p>{}</p>", escaped(line))).collect();
    let facts: String = message
        .facts
        .iter()
        .map(|fact| {
            format!("<tr><td style=\"color:#666;padding-right:1em\">{}</td><td>{}</td></tr>", escaped(&fact.name), escaped(&fact.value))
        })
        .collect();
    let table = if facts.is_empty() { String::new() } else { format!("<table>{facts}</table>") };
    let link = message.link.as_ref().map(|link| format!("<p><a href=\"{}\">Open in Goodword</a></p>", escaped(link))).unwrap_or_default();
    let title = escaped(&message.subject);
    Mail {
        to: to.to_owned(),
        subject: message.subject.clone(),
        text: format!("{}\n", message.text()),
        html: Some(format!("<!doctype html><html><body><h3>{title}</h3>{lines}{table}{link}</body></html>")),
        // Answering machines leave such mail alone.
        headers: vec![("Auto-Submitted".to_owned(), "auto-generated".to_owned())],
        ..Mail::default()
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
