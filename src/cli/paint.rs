//! How things look on a terminal.

use std::collections::BTreeSet;

use super::Ran;
use crate::app::{Hit, in_words, show_published};
use crate::crawl::Report;
use crate::mention::{Field, Polarity, Tag};
use crate::phrases::Tagging;
use crate::store::Stored;
use crate::tomlfile::Problem;

const PRAISE: &str = "\u{1b}[32m";
const COMPLAINT: &str = "\u{1b}[31m";
const QUERY: &str = "\u{1b}[1m";
const PLAIN: &str = "\u{1b}[0m";

/// Tells problems on standard error; what has none goes on.
pub(super) fn problems(problems: &[Problem]) -> Ran {
    for problem in problems {
        eprintln!("{problem}");
    }
    if problems.is_empty() { Ran::Fine } else { Ran::WithFailures }
}

/// A round's report in a line.
pub(super) fn report(report: &Report) -> String {
    let reason = report.error.as_deref().map(|error| format!("  {error}")).unwrap_or_default();
    format!(
        "{:<24} {:<9} {:>5} seen {:>5} new {:>4} updated{reason}",
        report.source,
        report.coverage.to_string(),
        report.seen,
        report.new,
        report.updated
    )
}

/// A mention found: who, where and when; the text with its evidence marked; the tags.
pub(super) fn hit(hit: &Hit, painted: bool) -> String {
    let mention = &hit.stored.mention;
    let stars = mention.rating.map(|rating| format!(" · {} of {}", rating.value(), rating.best())).unwrap_or_default();
    let sources: BTreeSet<&str> = hit.stored.sightings.iter().map(|sighting| sighting.source.as_str()).collect();
    let mut lines = vec![format!(
        "{} · {} · {} · {}{stars} · {}",
        mention.published.map_or_else(|| "no date".to_owned(), show_published),
        author(hit),
        sources.into_iter().collect::<Vec<_>>().join(", "),
        verdict(&hit.stored.tagging),
        hit.stored.id,
    )];
    lines.extend(mention.title.as_ref().map(|title| format!("  {}", marked(title, hit, Field::Title, painted))));
    lines.extend(marked(&mention.text, hit, Field::Text, painted).lines().map(|line| format!("  {line}")));
    lines.extend(hit.stored.tagging.tags.iter().map(|tag| format!("    {}", tag_line(tag))));
    lines.extend(mention.url.as_ref().map(|url| format!("  {url}")));
    lines.push(String::new());
    lines.join("\n")
}

/// Who wrote it, with the customer's name where it is another.
fn author(hit: &Hit) -> String {
    let author = hit.stored.mention.author.as_ref().map_or("unknown", |author| author.name.as_str());
    match hit.customer.as_ref().map(|customer| (customer.called(), customer.segment.as_deref())) {
        None => author.to_owned(),
        Some((called, segment)) => {
            let called = if called == author { String::new() } else { format!(" ({called})") };
            format!("{author}{called}{}", segment.map(|segment| format!(" · {segment}")).unwrap_or_default())
        }
    }
}

/// The verdict, and whether it is a severe complaint.
fn verdict(tagging: &Tagging) -> String {
    let severe = if tagging.ugly { " (severe)" } else { "" };
    format!("{}{severe}", tagging.verdict)
}

/// A mention with its tags numbered, and what people said of them.
pub(super) fn numbered(stored: &Stored) -> String {
    let tagging = &stored.tagging;
    let mut lines = vec![format!("{} · {}: {}", stored.id, tagging.verdict, tagging.why)];
    lines.extend(stored.mention.title.iter().map(|title| format!("  {}", inert(title))));
    lines.extend(inert(&stored.mention.text).lines().map(|line| format!("  {line}")));
    lines.extend(tagging.tags.iter().enumerate().map(|(number, tag)| format!("  {}. {}", number + 1, tag_line(tag))));
    lines.extend(stored.corrections.iter().map(|correction| format!("  said: {}", in_words(correction))));
    lines.join("\n")
}

/// So much of a text as fits in a line.
pub(super) fn first_words(text: &str) -> String {
    const MOST: usize = 60;
    let line: String = inert(text).chars().map(|letter| if letter == '\n' { ' ' } else { letter }).take(MOST + 1).collect();
    if line.chars().count() <= MOST { line } else { format!("{}…", line.chars().take(MOST).collect::<String>().trim_end()) }
}

fn tag_line(tag: &Tag) -> String {
    let product = tag.product.as_deref().unwrap_or("no product");
    let joined = tag.joined_by.map(|joined| format!(", joined by {}", joined.as_str())).unwrap_or_default();
    format!("{} “{}” → {product} · {} ({}{joined})", sign(tag.polarity), tag.text, tag.theme, tag.rule)
}

/// The text without characters that a terminal would act upon.
fn inert(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() && letter != '\n' { '\u{fffd}' } else { letter }).collect()
}

fn sign(polarity: Polarity) -> char {
    match polarity {
        Polarity::Praise => '+',
        Polarity::Complaint => '−',
    }
}

/// The text with evidence and query words marked, where the terminal can show it. A mention's control characters never
/// reach the terminal.
fn marked(text: &str, hit: &Hit, field: Field, painted: bool) -> String {
    let clean = inert(text);
    if !painted {
        return clean;
    }
    let tags = hit.stored.tagging.tags.iter().filter(|tag| tag.field == field);
    let mut spans: Vec<(usize, usize, &str)> =
        tags.map(|tag| (tag.start, tag.end, if tag.polarity == Polarity::Praise { PRAISE } else { COMPLAINT })).collect();
    let found = if field == Field::Text { &hit.highlights } else { &hit.title_highlights };
    spans.extend(found.iter().map(|(start, end)| (*start, *end, QUERY)));
    let mut out = String::new();
    for (at, letter) in clean.chars().enumerate() {
        for (_, _, code) in spans.iter().filter(|(start, _, _)| *start == at) {
            out.push_str(code);
        }
        out.push(letter);
        if spans.iter().any(|(_, end, _)| *end == at + 1) {
            out.push_str(PLAIN);
        }
    }
    out
}
