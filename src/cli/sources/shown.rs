//! How what a place shows looks: mentions before they are kept, candidates, JSON.

use serde_json::{Number, Value, json};

use crate::app::{ContextView, show_published};
use crate::mention::{Mention, Polarity, Rating};
use crate::sources::discover::Candidate;
use crate::store::Judgement;

/// As much of a text is shown.
const SNIPPET: usize = 280;

/// A mention in a few lines: when, who, how many stars; title and the beginning of the text; its tags where it has some.
pub(super) fn mention(mention: &Mention, judgement: Option<&Judgement>) -> String {
    let mut head = vec![mention.published.map_or_else(|| "no date".to_owned(), show_published)];
    head.push(mention.author.as_ref().map_or_else(|| "unknown".to_owned(), |author| clean(&author.name)));
    head.extend(mention.rating.map(|rating| format!("{} of {}", rating.value(), rating.best())));
    head.extend(judgement.map(|judgement| judgement.tagging.verdict.to_string()));
    let mut lines = vec![format!("  {}", head.join(" · "))];
    lines.extend(mention.title.as_ref().map(|title| format!("    {}", snippet(title))));
    lines.push(format!("    {}", snippet(&mention.text)));
    for tag in judgement.iter().flat_map(|judgement| &judgement.tagging.tags) {
        let sign = if tag.polarity == Polarity::Praise { '+' } else { '−' };
        let product = tag.product.as_deref().unwrap_or("no product");
        let joined = tag.joined_by.map(|joined| format!(", joined by {}", joined.as_str())).unwrap_or_default();
        lines.push(format!("      {sign} “{}” → {product} · {} ({}{joined})", clean(&tag.text), tag.theme, tag.rule));
    }
    lines.join("\n")
}

/// The beginning of a text on one line.
fn snippet(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut short: String = clean(&line).chars().take(SNIPPET).collect();
    if line.chars().count() > SNIPPET {
        short.push('…');
    }
    short
}

/// What others wrote never reaches the terminal as a command to it.
fn clean(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}

/// A candidate in a line, with what a person should know of it below.
pub(super) fn candidate(candidate: &Candidate, listed: Option<&str>) -> String {
    let draft = &candidate.draft;
    let mut shown = format!("{} ({}): {}", clean(&candidate.what), draft.kind, draft.place());
    if let Some(name) = listed {
        shown += &format!(", listed already as `{name}`");
    }
    if let Some(note) = &candidate.note {
        shown += &format!("\n     {}", clean(note));
    }
    shown
}

/// Why nothing is found at an address, with what the command line can do about it.
pub(super) fn with_flag(why: &str) -> String {
    why.replace("if the source is meant to go there, set `allow_private = true`", "if it is meant to be asked, add `--allow-private`")
}

pub(super) fn candidate_json(candidate: &Candidate, listed: Option<&str>) -> Value {
    let draft = &candidate.draft;
    json!({ "what": candidate.what, "kind": draft.kind, "place": draft.place(), "note": candidate.note, "listed": listed })
}

/// A mention under the keys that `search --json` prints and `import` takes.
pub(super) fn mention_json(mention: &Mention, judgement: Option<&Judgement>) -> Value {
    let mut object = json!({
        "id": mention.own_id,
        "url": mention.url,
        "author": mention.author.as_ref().map(|author| &author.name),
        "title": mention.title,
        "text": mention.text,
        "published": mention.published.map(show_published),
        "rating": mention.rating.and_then(|rating| number(rating, Rating::value)),
        "best_rating": mention.rating.and_then(|rating| number(rating, Rating::best)),
    });
    if let (Some(object), Ok(Value::Object(context))) = (object.as_object_mut(), serde_json::to_value(ContextView::from(&mention.context)))
    {
        object.extend(context);
    }
    if let (Some(object), Some(judgement)) = (object.as_object_mut(), judgement) {
        let tagging = &judgement.tagging;
        object.insert("lang".to_owned(), json!(tagging.lang));
        object.insert("product".to_owned(), json!(judgement.subject));
        object.insert("products".to_owned(), json!(tagging.products));
        object.insert("verdict".to_owned(), json!(tagging.verdict));
        object.insert("why".to_owned(), json!(tagging.why));
        object.insert("tags".to_owned(), json!(tagging.tags));
    }
    object
}

/// Whole points without a decimal point.
fn number(rating: Rating, points: fn(Rating) -> f64) -> Option<Number> {
    let value = points(rating);
    if value.fract() == 0.0 { Some((value as i64).into()) } else { Number::from_f64(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_is_shown_on_one_plain_line() {
        let mut told = Mention::new(format!("one\n\u{1b}[31mtwo {}", "x".repeat(400))).unwrap();
        told.title = Some("a title".to_owned());
        told.rating = Rating::new(4.0, 1.0, 5.0);
        let shown = mention(&told, None);
        assert!(shown.starts_with("  no date · unknown · 4 of 5\n    a title\n    one \u{fffd}[31mtwo xxx"), "{shown}");
        assert!(shown.ends_with('…') && shown.lines().count() == 3);
        assert_eq!((&mention_json(&told, None)["rating"], &mention_json(&told, None)["published"]), (&4.into(), &Value::Null));
    }
}
