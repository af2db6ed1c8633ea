//! What one field of a query asks for, read from its value.
//!
//! Knows nothing of how clauses are joined, nor of what the index holds.

use std::ops::Bound;

use jiff::Timestamp;

use super::dates;
use super::field::{FieldName, nearest};
use super::lex::{Comparison, Edge, Value};
use crate::mention::{Lang, Polarity, Verdict};
use crate::search::entry::Mark;
use crate::search::name::fold_name;
use crate::search::needle::Needle;

/// One thing a mention must be or say.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::search) enum Clause {
    /// Words somewhere in its prose.
    Prose(Prose, Needle),
    /// The words of a phrase with at most so many others between them.
    Sloppy(Prose, Needle, u32),
    /// Two of them with at most so many words between them, in either order.
    Near([Needle; 2], u32),
    /// A name, folded; or how it begins.
    Name(NameField, String, Extent),
    /// A part of a tag.
    Tag(TagPart),
    /// Its stars lie there.
    Stars(Bound<f64>, Bound<f64>),
    /// Its points, as the site shows them, lie there.
    Points(Bound<f64>, Bound<f64>),
    /// It was published from the first instant on and before the second.
    Published(Option<Timestamp>, Option<Timestamp>),
    /// It has some value there.
    Any(FieldName),
    /// It is so marked.
    Marked(Mark),
    /// It has been answered.
    Answered,
    /// It has this public id.
    Id(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::search) enum Prose {
    TitleAndText,
    Title,
    Author,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::search) enum NameField {
    Verdict,
    Source,
    Kind,
    Lang,
    Site,
    Customer,
    Segment,
    Region,
    Status,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::search) enum Extent {
    Whole,
    Beginning,
}

/// A condition on a tag: several in one conjunction must hold of one and the same tag.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::search) enum TagPart {
    Product(Named),
    Theme(Named),
    Polarity(Polarity),
}

/// The names that hold these words.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::search) struct Named {
    pub(in crate::search) needle: Needle,
    pub(in crate::search) written: String,
}

/// The clause of a word or phrase without a field.
pub(super) fn plain(value: &Value) -> Option<Clause> {
    prose(Prose::TitleAndText, value)
}

/// The clause of `field` with `value`; or why there is none.
pub(super) fn read(field: FieldName, value: &Value, now: Timestamp) -> Result<Clause, String> {
    if matches!(value, Value::Word(word) if word == "*") {
        return Ok(Clause::Any(field));
    }
    let no_value = || format!("`{field}:` needs a word or a \"phrase\"");
    match field {
        FieldName::Product => named(value, Needle::exact).map(TagPart::Product).map(Clause::Tag).ok_or_else(no_value),
        FieldName::Theme => named(value, Needle::loose).map(TagPart::Theme).map(Clause::Tag).ok_or_else(no_value),
        FieldName::Polarity => polarity(value),
        FieldName::Verdict => verdict(value),
        FieldName::Source => name(NameField::Source, value).ok_or_else(no_value),
        FieldName::Kind => name(NameField::Kind, value).ok_or_else(no_value),
        FieldName::Customer => name(NameField::Customer, value).ok_or_else(no_value),
        FieldName::Segment => name(NameField::Segment, value).ok_or_else(no_value),
        FieldName::Region => name(NameField::Region, value).ok_or_else(no_value),
        FieldName::Status => name(NameField::Status, value).ok_or_else(no_value),
        FieldName::Site => name(NameField::Site, &host(value)).ok_or_else(no_value),
        FieldName::Lang => lang(value),
        FieldName::Rating => rating(value),
        FieldName::Author => prose(Prose::Author, value).ok_or_else(no_value),
        FieldName::Title => prose(Prose::Title, value).ok_or_else(no_value),
        FieldName::Text => prose(Prose::TitleAndText, value).ok_or_else(no_value),
        FieldName::Since => published(value, now, |stretch| (Some(stretch.0), None)),
        FieldName::Until => published(value, now, |stretch| (None, Some(stretch.1))),
        FieldName::Published => published_at(value, now),
        FieldName::Id => written(value).map(|id| Clause::Id(id.trim().to_owned())).ok_or_else(no_value),
        FieldName::Has => has(value),
        FieldName::Is => is(value),
    }
}

/// The clause of two words or phrases near each other; none if nothing is left of one.
pub(super) fn near(one: &Value, other: &Value, within: u32) -> Option<Clause> {
    let needle = |value: &Value| match value {
        Value::Word(word) => Needle::loose(word.trim_end_matches('*')),
        _ => Needle::exact(written(value)?),
    };
    // The end of a run of Chinese is open, and a distance needs fixed words.
    let fixed = |value: &Value| needle(value).map(Needle::without_unfinished_end);
    Some(Clause::Near([fixed(one)?, fixed(other)?], within))
}

/// What `has:` can ask for, with the field it is about.
const HAS: [(&str, FieldName); 12] = [
    ("rating", FieldName::Rating),
    ("author", FieldName::Author),
    ("title", FieldName::Title),
    ("product", FieldName::Product),
    ("theme", FieldName::Theme),
    ("tag", FieldName::Theme),
    ("reply", FieldName::Status),
    ("status", FieldName::Status),
    ("customer", FieldName::Customer),
    ("segment", FieldName::Segment),
    ("region", FieldName::Region),
    ("site", FieldName::Site),
];

fn has(value: &Value) -> Result<Clause, String> {
    let known: Vec<usize> = (0..HAS.len()).collect();
    let found = one_of(FieldName::Has, value, &known, |at| HAS.get(at).map_or("", |(word, _)| word))?;
    Ok(Clause::Any(HAS.get(found).map_or(FieldName::Text, |(_, field)| *field)))
}

fn is(value: &Value) -> Result<Clause, String> {
    let known: Vec<Option<Mark>> = Mark::ALL.into_iter().map(Some).chain([None]).collect();
    let found = one_of(FieldName::Is, value, &known, |mark| mark.map_or("answered", Mark::as_str))?;
    Ok(found.map_or(Clause::Answered, Clause::Marked))
}

fn written(value: &Value) -> Option<&str> {
    match value {
        Value::Word(text) | Value::Phrase(text) | Value::Sloppy(text, _) | Value::Unfinished(text) => Some(text),
        Value::Compared(..) | Value::Range(..) => None,
    }
}

fn prose(prose: Prose, value: &Value) -> Option<Clause> {
    let needle = match value {
        Value::Word(word) => match word.strip_suffix('*') {
            Some(beginning) => Needle::beginning(beginning),
            // Names have no stems.
            None if prose == Prose::Author => Needle::exact(word),
            None => Needle::loose(word),
        },
        Value::Phrase(phrase) => Needle::exact(phrase),
        Value::Unfinished(phrase) => Needle::beginning(phrase),
        Value::Sloppy(phrase, within) => {
            return Needle::exact(phrase).map(|needle| Clause::Sloppy(prose, needle.without_unfinished_end(), *within));
        }
        Value::Compared(..) | Value::Range(..) => None,
    };
    needle.map(|needle| Clause::Prose(prose, needle))
}

fn named(value: &Value, of_word: impl Fn(&str) -> Option<Needle>) -> Option<Named> {
    let needle = match value {
        Value::Word(word) if word.ends_with('*') => Needle::beginning(word.trim_end_matches('*')),
        Value::Word(word) => of_word(word),
        _ => Needle::exact(written(value)?),
    };
    Some(Named { needle: needle?, written: fold_name(written(value)?) })
}

fn name(field: NameField, value: &Value) -> Option<Clause> {
    let (text, extent) = match value {
        Value::Word(word) if word.ends_with('*') => (word.trim_end_matches('*'), Extent::Beginning),
        _ => (written(value)?, Extent::Whole),
    };
    let name = fold_name(text);
    (!name.is_empty()).then_some(Clause::Name(field, name, extent))
}

/// A link is its host, and `www.` is no part of a site's name.
fn host(value: &Value) -> Value {
    let text = written(value).unwrap_or_default();
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    let host = text.split(['/', ':', '?']).next().unwrap_or_default();
    Value::Word(host.strip_prefix("www.").unwrap_or(host).to_owned())
}

fn lang(value: &Value) -> Result<Clause, String> {
    let lang = written(value).and_then(Lang::parse);
    let lang = lang.ok_or_else(|| "`lang:` takes a language such as `en` or `zh`".to_owned())?;
    Ok(Clause::Name(NameField::Lang, lang.as_str().to_owned(), Extent::Whole))
}

fn polarity(value: &Value) -> Result<Clause, String> {
    let known = [Polarity::Praise, Polarity::Complaint];
    let polarity = one_of(FieldName::Polarity, value, &known, |polarity| polarity.as_str())?;
    Ok(Clause::Tag(TagPart::Polarity(polarity)))
}

fn verdict(value: &Value) -> Result<Clause, String> {
    let known = [Verdict::Praise, Verdict::Complaint, Verdict::Mixed, Verdict::Neutral];
    let verdict = one_of(FieldName::Verdict, value, &known, |verdict| verdict.as_str())?;
    Ok(Clause::Name(NameField::Verdict, verdict.as_str().to_owned(), Extent::Whole))
}

fn one_of<T: Copy>(field: FieldName, value: &Value, known: &[T], word: impl Fn(T) -> &'static str) -> Result<T, String> {
    let wanted = fold_name(written(value).unwrap_or_default());
    let found = known.iter().copied().find(|known| word(*known) == wanted);
    found.ok_or_else(|| {
        let words: Vec<&str> = known.iter().map(|known| word(*known)).collect();
        let hint = nearest(&wanted, words.iter().copied()).map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
        format!("`{field}:` takes {}{hint}", words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "))
    })
}

/// Up to five, a number means stars, else points as the site shows them; a whole number of stars means the nearest.
fn rating(value: &Value) -> Result<Clause, String> {
    let wrong = || "`rating:` takes a number, `<=2`, `>3` or `2..4`".to_owned();
    let number = |text: &str| text.trim().replace(',', ".").parse::<f64>().ok().filter(|number| number.is_finite()).ok_or_else(wrong);
    let (low, high) = match value {
        Value::Word(text) | Value::Phrase(text) | Value::Sloppy(text, _) | Value::Unfinished(text) => around(number(text)?),
        Value::Compared(comparison, text) => compared(*comparison, number(text)?),
        Value::Range(low, high) => {
            let edge = |edge: &Edge| edge.at.as_deref().map(|at| Ok::<_, String>(bound(number(at)?, edge.included))).transpose();
            (edge(low)?.unwrap_or(Bound::Unbounded), edge(high)?.unwrap_or(Bound::Unbounded))
        }
    };
    let beyond_stars = |bound: &Bound<f64>| matches!(bound, Bound::Included(at) | Bound::Excluded(at) if *at > 5.5);
    let points = beyond_stars(&low) || beyond_stars(&high);
    match (&low, &high) {
        (Bound::Unbounded, Bound::Unbounded) => Ok(Clause::Any(FieldName::Rating)),
        _ if points => Ok(Clause::Points(low, high)),
        _ => Ok(Clause::Stars(low, high)),
    }
}

fn around(number: f64) -> (Bound<f64>, Bound<f64>) {
    let nearest_star = number.fract() == 0.0 && (1.0..=5.0).contains(&number);
    let slack = if nearest_star { 0.5 } else { 0.005 };
    (Bound::Included(number - slack), Bound::Excluded(number + slack))
}

fn compared(comparison: Comparison, number: f64) -> (Bound<f64>, Bound<f64>) {
    match comparison {
        Comparison::Less => (Bound::Unbounded, Bound::Excluded(number)),
        Comparison::AtMost => (Bound::Unbounded, Bound::Included(number)),
        Comparison::More => (Bound::Excluded(number), Bound::Unbounded),
        Comparison::AtLeast => (Bound::Included(number), Bound::Unbounded),
    }
}

fn bound(at: f64, included: bool) -> Bound<f64> {
    if included { Bound::Included(at) } else { Bound::Excluded(at) }
}

type Limits = (Option<Timestamp>, Option<Timestamp>);

fn published(value: &Value, now: Timestamp, limits: impl Fn((Timestamp, Timestamp)) -> Limits) -> Result<Clause, String> {
    let stretch = |text: &str| stretch(text, now);
    let (from, until) = match value {
        Value::Word(text) | Value::Phrase(text) | Value::Compared(_, text) | Value::Sloppy(text, _) | Value::Unfinished(text) => {
            limits(stretch(text)?)
        }
        Value::Range(low, high) => {
            let edge = |edge: &Edge| edge.at.as_deref().map(stretch).transpose();
            (edge(low)?.map(|low| low.0), edge(high)?.map(|high| high.1))
        }
    };
    Ok(Clause::Published(from, until))
}

/// The stretch itself, or what lies before or after it.
fn published_at(value: &Value, now: Timestamp) -> Result<Clause, String> {
    let Value::Compared(comparison, text) = value else { return published(value, now, |stretch| (Some(stretch.0), Some(stretch.1))) };
    let (start, end) = stretch(text, now)?;
    Ok(match comparison {
        Comparison::Less => Clause::Published(None, Some(start)),
        Comparison::AtMost => Clause::Published(None, Some(end)),
        Comparison::More => Clause::Published(Some(end), None),
        Comparison::AtLeast => Clause::Published(Some(start), None),
    })
}

/// The clause of two times with two dots between them, if that is what `text` is.
pub(super) fn dotted(text: &str, now: Timestamp) -> Option<Clause> {
    let (low, high) = text.split_once("..")?;
    let is_date = |text: &str| text.is_empty() || (text.contains('-') && dates::stretch(text, now).is_some());
    let edge = |at: &str| Edge { at: Some(at.to_owned()).filter(|at| !at.is_empty()), included: true };
    let both = is_date(low) && is_date(high) && !(low.is_empty() && high.is_empty());
    both.then(|| published_at(&Value::Range(edge(low), edge(high)), now).ok()).flatten()
}

fn stretch(text: &str, now: Timestamp) -> Result<(Timestamp, Timestamp), String> {
    dates::stretch(text, now).ok_or_else(|| "a time is written `7d`, `today`, `last-week`, `2026-11-01` or `2026-11`".to_owned())
}
