//! What messages say of mentions, replies and spikes. Pure.

use std::time::Duration;

use jiff::Timestamp;

use super::message::{Fact, Message, Topic};
use crate::clock::show_duration;
use crate::insight::Spike;
use crate::replies::Reply;
use crate::store::Stored;

/// So much of a mention is quoted.
const QUOTED: usize = 280;

/// A mention, quoted; whoever queues it gives it its id.
pub fn of_mention(topic: Topic, stored: &Stored, page: String, now: Timestamp) -> Message {
    let mention = &stored.mention;
    let rating = mention.rating.map(|rating| format!("{} of {}", rating.value(), rating.best()));
    let product = stored.subject.clone().or_else(|| stored.tagging.products.first().cloned());
    let source = stored.sightings.first().map(|sighting| sighting.source.clone());
    let what = match (topic, &rating) {
        (Topic::Ugly, _) => "severe complaint".to_owned(),
        (Topic::Rating, Some(rating)) => format!("rated {rating}"),
        _ => format!("new: {}", stored.tagging.verdict),
    };
    let about = product.as_ref().map(|product| format!("{product}: ")).unwrap_or_default();
    let subject = format!("{about}{what}{}", source.as_ref().map(|source| format!(" · {source}")).unwrap_or_default());
    let mut themes: Vec<&str> = stored.tagging.tags.iter().map(|tag| tag.theme.as_str()).collect();
    themes.dedup();
    let message = Message::new("", topic, subject, now)
        .fact("product", product)
        .fact("rating", rating)
        .fact("source", source)
        .fact("author", mention.author.as_ref().map(|author| author.name.clone()))
        .fact("lang", Some(stored.tagging.lang.as_str()))
        .fact("verdict", Some(stored.tagging.verdict.as_str()))
        .fact("themes", Some(themes.join(", ")))
        .fact("published", mention.published.map(|published| published.at.to_string()))
        .fact("post", mention.url.as_ref().map(|url| url.to_string()))
        .link(Some(page));
    let lines = mention.title.iter().cloned().chain([excerpt(&mention.text)]).collect();
    Message { lines, about: vec![stored.row], ..message }
}

/// A reply whose deadline nears or has passed, with what it answers.
pub fn of_reply(reply: &Reply, stored: &Stored, page: String, now: Timestamp) -> Message {
    let message = of_mention(Topic::Deadline, stored, page, now);
    let about = stored.subject.clone().or_else(|| stored.tagging.products.first().cloned());
    let about = about.map(|product| format!("{product}: ")).unwrap_or_default();
    let left = Duration::try_from(reply.due.duration_since(now)).ok().filter(|left| !left.is_zero());
    let passed = reply.due.duration_since(now).unsigned_abs();
    let when = match left {
        Some(left) => format!("due in {}", show_duration(minutes(left))),
        None if minutes(passed).is_zero() => "due now".to_owned(),
        None => format!("{} overdue", show_duration(minutes(passed))),
    };
    let handed = if reply.is_escalated() { ", handed on" } else { "" };
    let with = reply.state.claim.as_ref().map(|claim| claim.by.clone()).or_else(|| reply.person.clone()).or_else(|| reply.team.clone());
    let own = [("lane", Some(reply.lane.to_string())), ("deadline", Some(reply.due.to_string())), ("with", with)];
    let own = own.into_iter().filter_map(|(name, value)| Some(Fact { name: name.to_owned(), value: value? }));
    let why = reply.is_escalated().then(|| reply.why.clone());
    Message {
        subject: format!("{about}reply {when}{handed} · {}", reply.place.source),
        lines: why.into_iter().chain(message.lines).collect(),
        facts: own.chain(message.facts).collect(),
        ..message
    }
}

/// A time without its seconds.
fn minutes(time: Duration) -> Duration {
    Duration::from_secs(time.as_secs() / 60 * 60)
}

/// A spike in its own words.
pub fn of_spike(spike: &Spike, page: String, now: Timestamp) -> Message {
    let theme = spike.theme.as_ref().map(|theme| format!(" · {theme}")).unwrap_or_default();
    let subject = format!("{}{theme}: unusually many mentions", spike.product);
    let said = spike.examples.iter().map(|example| example.says.clone());
    let lines = std::iter::once(spike.words.clone()).chain(said).collect();
    let message = Message::new("", Topic::Spike, subject, now)
        .fact("product", Some(spike.product.clone()))
        .fact("themes", spike.theme.clone())
        .fact("query", Some(spike.query.clone()));
    Message { lines, link: Some(page), about: spike.rows.clone(), ..message }
}

/// The beginning of a text, in a line.
pub(super) fn excerpt(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    shortened(&line, QUOTED)
}

/// At most so many characters.
pub(super) fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    format!("{}…", text.chars().take(most.saturating_sub(1)).collect::<String>().trim_end())
}

/// 12,000 with its comma.
pub(super) fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
