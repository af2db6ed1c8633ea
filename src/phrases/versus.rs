//! Comparisons that set one thing against another: `A 比 B 好`, `A 没有 B 好`, `跟 B 比`, `compared to B`.
//!
//! What decides stands behind the second name, in a list or among the plain comparatives of `cues`.

use super::cues::{AFTER_VERSUS, Cue, LESS_IS_BETTER, OF_SIZE, words};
use super::reading::{Name, Reading};
use super::sides::{Comparison, FEW, NEAR, Verdict, decides, name_before, name_behind, other_before};
use crate::mention::Polarity;

/// A Chinese comparative stands at most so many bytes behind the second name.
const COMPARATIVE_REACH: usize = 60;
/// The words before a second name: with, and, to.
const WITH: [&str; 5] = ["跟", "和", "与", "同", "较"];
/// `with` stands at most so many bytes before the name it belongs to.
const WITH_REACH: usize = 30;
/// Between a second name and `相比` stand at most so many bytes.
const CLOSE: usize = 15;

/// Whether two things are said to be alike in the clause.
fn alike(reading: &Reading<'_, '_>, at: usize) -> bool {
    let clause = reading.items[at].clause;
    reading.sentence_items(at).any(|other| reading.items[other].clause == clause && reading.is(other, Cue::Alike))
}

/// Whether a word that goes with a second name (`跟`) stands shortly before this one, in its clause.
fn stands_with(reading: &Reading<'_, '_>, name: Name) -> bool {
    let start = reading.clause(name.clause).start.max(name.start.saturating_sub(WITH_REACH as u32));
    let head = reading.bytes(start, name.start);
    WITH.iter().any(|with| head.windows(with.len()).any(|place| place == with.as_bytes()))
}

/// `A 比 B 好`; `跟 B 比, A 好` is set against B.
pub(super) fn versus(reading: &Reading<'_, '_>, at: usize) -> Option<Comparison> {
    let cue = reading.items[at];
    let before = name_before(reading, cue.start, cue.clause);
    if let Some(name) = before.filter(|name| name.end == cue.start && name.clause == cue.clause) {
        let head = reading.bytes(reading.clause(name.clause).start, name.start);
        let with = WITH.iter().any(|with| head.ends_with(with.as_bytes()));
        if with && name_behind(reading, cue.end, cue.clause, 3).is_none_or(|behind| behind.clause != cue.clause) {
            return set_against(reading, at, name);
        }
    }
    let right = name_behind(reading, cue.end, cue.clause, NEAR)?;
    if alike(reading, at) {
        return None;
    }
    let (decider, words, verdict) = decided_behind(reading, at, before, right)?;
    let decided = Comparison::by(reading, at, Polarity::Praise, before, Some(right));
    Some(Comparison { decider: Some(decider), words, verdict, ..decided })
}

/// `A 不比 B 好`: A is not better. `A 不比 B 差` sets neither above the other.
pub(super) fn not_more(reading: &Reading<'_, '_>, at: usize) -> Option<Comparison> {
    let cue = reading.items[at];
    let right = name_behind(reading, cue.end, cue.clause, NEAR)?;
    let (_, _, said) = comparative(reading.bytes(right.end, reading.clause(right.clause).end))?;
    let left = name_before(reading, cue.start, cue.clause);
    (said == Polarity::Praise).then(|| Comparison::by(reading, at, Polarity::Complaint, left, Some(right)))
}

/// The item that decides, where its words stand if not in the item, and how.
type Decision = (usize, Option<(u32, u32)>, Verdict);

/// What decides behind the second name of a Chinese comparison: a phrase, or a plain comparative.
fn decided_behind(reading: &Reading<'_, '_>, at: usize, left: Option<Name>, right: Name) -> Option<Decision> {
    let here = |item: &usize| reading.sentence_of(reading.items[*item].clause) == reading.sentence_of(right.clause);
    let behind = (at + 1..reading.items.len().min(at + 1 + FEW)).take_while(here).filter(|item| reading.items[*item].start >= right.end);
    let phrase = behind.clone().find(|item| decides(reading, *item).is_some());
    let end = reading.clause(right.clause).end;
    let plain = comparative(reading.bytes(right.end, end));
    match (phrase, plain) {
        (Some(item), Some((from, _, _))) if reading.items[item].start <= right.end + from + 3 => {
            Some((item, None, decides(reading, item)?))
        }
        (_, Some((from, to, polarity))) => {
            let place = (right.end + from, right.end + to);
            let negates = |item: usize| reading.sense(item).cues.iter().any(|cue| matches!(cue, Cue::Negates(_)));
            let negated = behind.clone().any(|item| negates(item) && reading.items[item].end <= place.0);
            let start = left.map_or(reading.clause(reading.items[at].clause).start, |left| left.end);
            let flipped = negated != is_of_less(reading, start, place);
            Some((at, Some(place), Verdict::Fixed(if flipped { polarity.flipped() } else { polarity })))
        }
        (Some(item), None) => Some((item, None, decides(reading, item)?)),
        (None, None) => None,
    }
}

/// Whether a word of size at `place` is said of something that should be little (`噪音比 B 大`).
fn is_of_less(reading: &Reading<'_, '_>, start: u32, place: (u32, u32)) -> bool {
    let of_size = words(OF_SIZE).any(|word| word.as_bytes() == reading.bytes(place.0, place.1));
    let said = reading.bytes(start, place.0);
    let names = |word: &str| said.windows(word.len()).any(|part| part == word.as_bytes());
    of_size && LESS_IS_BETTER.iter().flat_map(|entry| words(entry)).filter(|word| !word.is_ascii()).any(names)
}

/// The first Chinese comparative in a stretch of text: where it stands, and what it says.
fn comparative(bytes: &[u8]) -> Option<(u32, u32, Polarity)> {
    let near = bytes.get(..COMPARATIVE_REACH).unwrap_or(bytes);
    let text = match std::str::from_utf8(near) {
        Ok(text) => text,
        // Cut inside a character: what stands before it is whole.
        Err(cut) => std::str::from_utf8(near.get(..cut.valid_up_to())?).ok()?,
    };
    let places = AFTER_VERSUS.iter().flat_map(|(polarity, entry)| words(entry).map(|word| (*polarity, word)));
    let found = places.filter_map(|(polarity, word)| place_of(text, word).map(|at| (at, std::cmp::Reverse(word.len()), polarity)));
    let (at, length, polarity) = found.min_by_key(|(at, length, _)| (*at, *length))?;
    Some((at as u32, (at + length.0) as u32, polarity))
}

/// Where `word` stands; the `多` of `好得多` only says how much.
fn place_of(text: &str, word: &str) -> Option<usize> {
    let at = text.find(word)?;
    let only_how_much = word == "多" && text.split_at(at).0.ends_with(['得', '的', '了', '很', '好', '许']);
    (!only_how_much).then_some(at)
}

/// `A 没有 B 好`: a negation right before a name that has something good behind it; with something bad behind it, A is above.
pub(super) fn less_than_named(reading: &Reading<'_, '_>, at: usize) -> Option<Comparison> {
    let cue = reading.items[at];
    if !matches!(reading.sense(at).word, "没有" | "没" | "并没有" | "远没有") {
        return None;
    }
    let left = name_before(reading, cue.start, cue.clause)?;
    let right = name_behind(reading, cue.end, cue.clause, 0)?;
    if alike(reading, at) {
        return None;
    }
    let end = reading.clause(right.clause).end;
    let decided = Comparison::by(reading, at, Polarity::Complaint, Some(left), Some(right));
    let is_phrase = |item: &usize| reading.sense(*item).phrase.is_some() && reading.items[*item].start >= right.end;
    let phrase = reading.sentence_items(at).find(|item| is_phrase(item) && reading.items[*item].end <= end);
    let plain = comparative(reading.bytes(right.end, end));
    let is_later = |from: u32| phrase.is_none_or(|phrase| reading.items[phrase].start > right.end + from);
    if let Some((_, _, said)) = plain.filter(|(from, _, _)| is_later(*from)) {
        return Some(Comparison { words: Some((cue.start, cue.end)), verdict: Verdict::Fixed(said.flipped()), ..decided });
    }
    Some(Comparison { decider: Some(phrase?), verdict: Verdict::Opposite, ..decided })
}

/// `和 B 没法比`: B is above. Without `和`, it is the name before that cannot compare.
pub(super) fn loses_behind(reading: &Reading<'_, '_>, at: usize) -> Option<Comparison> {
    let cue = reading.items[at];
    let near = name_before(reading, cue.start, cue.clause)?;
    let far = other_before(reading, near);
    let (left, right) =
        if stands_with(reading, near) || stands_behind_versus(reading, near) { (far, Some(near)) } else { (Some(near), far) };
    (left.is_some() && right.is_some()).then(|| Comparison::by(reading, at, Polarity::Complaint, left, right))
}

fn stands_behind_versus(reading: &Reading<'_, '_>, name: Name) -> bool {
    let clause = reading.clause(name.clause);
    let head = reading.bytes(clause.start.max(name.start.saturating_sub(WITH_REACH as u32)), name.start);
    ["比", "跟"].iter().any(|word| head.windows(word.len()).any(|place| place == word.as_bytes()))
}

/// `Compared to B, A is quick`; `与 B 相比，A 更快`.
pub(super) fn against(reading: &Reading<'_, '_>, at: usize) -> Option<Comparison> {
    let cue = reading.items[at];
    let before = name_before(reading, cue.start, cue.clause).filter(|name| name.clause == cue.clause);
    let with = before.filter(|name| (cue.start - name.end) as usize <= CLOSE && stands_with(reading, *name));
    let right = with.or_else(|| name_behind(reading, cue.end, cue.clause, 3))?;
    set_against(reading, at, right)
}

/// The nearest phrase of the sentence, or else comparative, said of another than `right`.
fn set_against(reading: &Reading<'_, '_>, at: usize, right: Name) -> Option<Comparison> {
    let cue = reading.items[at];
    let distance = |item: &usize| reading.items[*item].start.abs_diff(right.start);
    let phrase = reading.sentence_items(at).filter(|item| reading.sense(*item).phrase.is_some()).min_by_key(distance);
    let other = |item: &usize| *item != at && decides(reading, *item).is_some();
    let decider = phrase.or_else(|| reading.sentence_items(at).filter(other).min_by_key(distance));
    let place = decider.map_or(right.end, |decider| reading.items[decider].start);
    let left = other_near(reading, place, right);
    let decided = Comparison::by(reading, at, Polarity::Praise, left, Some(right));
    let Some(decider) = decider else { return set_against_plainly(reading, cue.end.max(right.end), decided) };
    // `compared to the slow B`: what stands between the two is said of B.
    let of_right = reading.items[decider].start >= cue.end && reading.items[decider].end <= right.start;
    let verdict = if of_right { Verdict::Opposite } else { decides(reading, decider)? };
    Some(Comparison { decider: Some(decider), verdict, ..decided })
}

/// The other product named nearest to `place` in the sentence of `right`.
fn other_near(reading: &Reading<'_, '_>, place: u32, right: Name) -> Option<Name> {
    let sentence = reading.sentence_of(right.clause);
    let other = |name: &&Name| reading.sentence_of(name.clause) == sentence && name.product != right.product;
    let next = reading.names.partition_point(|name| name.end <= place);
    let near = next.saturating_sub(FEW)..reading.names.len().min(next + FEW);
    reading.names.get(near).unwrap_or_default().iter().filter(other).min_by_key(|name| name.start.abs_diff(place)).copied()
}

/// A Chinese comparative behind both names, such as `好` or `更紧凑`, where no list has a word.
fn set_against_plainly(reading: &Reading<'_, '_>, place: u32, decided: Comparison) -> Option<Comparison> {
    let start = decided.left.map_or(place, |left| left.end.max(place));
    let sentence = reading.sentence_of(decided.right?.clause);
    let clause = reading.clauses.partition_point(|clause| clause.end <= start);
    let end = reading.clauses.get(clause..)?.iter().take_while(|clause| clause.sentence == sentence).take(2).last()?.end;
    let (from, to, said) = comparative(reading.bytes(start, end))?;
    let words = (start + from, start + to);
    let polarity = if is_of_less(reading, start, words) { said.flipped() } else { said };
    Some(Comparison { words: Some(words), verdict: Verdict::Fixed(polarity), ..decided })
}
