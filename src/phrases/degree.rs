//! Comparisons of degree: `A is better than B`, `A is as good as B`, `A is superior to B`, and a bare `better`.
//!
//! What decides stands before the second name: a phrase of a list, a comparative of `cues`, or a plain word in -er.

use super::cues::{Cue, LESS_IS_BETTER, words};
use super::reading::{Name, Reading};
use super::sides::{Comparison, FEW, NEAR, Verdict, decides, name_before, name_behind, only_other};
use crate::mention::Polarity;

/// What decides stands at most so many words before `than`.
const REACH: usize = 8;

/// `A is better than B`; `then` is taken for `than` where a comparative stands close before and a name close behind.
pub(super) fn than(reading: &Reading<'_, '_>, at: usize) -> Option<Comparison> {
    let cue = reading.items[at];
    let typed_then = reading.sense(at).word == "then";
    let right = name_behind(reading, cue.end, cue.clause, if typed_then { 2 } else { NEAR })?;
    let sentence = reading.sentence_of(cue.clause);
    let in_reach = |other: &usize| {
        let item = reading.items[*other];
        reading.sentence_of(item.clause) == sentence && reading.words_between(item.end, cue.start, REACH) <= REACH
    };
    let candidates = (at.saturating_sub(FEW)..at).rev().take_while(in_reach);
    let decider = candidates.filter_map(|other| Some((other, decides(reading, other)?))).next();
    if typed_then {
        let is_close = |other: usize| reading.words_between(reading.items[other].end, cue.start, 4) <= 4;
        let compares = |other: usize| reading.sense(other).cues.iter().any(|cue| matches!(cue, Cue::Comparative(_)));
        decider.filter(|(other, _)| compares(*other) && is_close(*other))?;
    }
    if let Some((decider, verdict)) = decider {
        return Some(decided_before(reading, at, decider, of_less(reading, at, decider, verdict), right));
    }
    let words = Some(plain_comparative(reading, at)?);
    Some(Comparison { words, ..decided_before(reading, at, at, Verdict::Fixed(Polarity::Praise), right) })
}

/// `higher costs than`: more of what should be little.
fn of_less(reading: &Reading<'_, '_>, at: usize, decider: usize, verdict: Verdict) -> Verdict {
    let between = reading.bytes(reading.items[decider].end, reading.items[at].start);
    let is_less = |word: &[u8]| LESS_IS_BETTER.iter().flat_map(|entry| words(entry)).any(|known| known.as_bytes() == word);
    match verdict {
        Verdict::Fixed(polarity) if between.split(|byte| *byte == b' ').any(is_less) => Verdict::Fixed(polarity.flipped()),
        verdict => verdict,
    }
}

/// A comparative right before `than` that neither list nor table has (`slimmer than`): the greater is taken for the better.
fn plain_comparative(reading: &Reading<'_, '_>, at: usize) -> Option<(u32, u32)> {
    const OTHERS: [&[u8]; 8] = [b"other", b"rather", b"another", b"ever", b"never", b"after", b"over", b"either"];
    let cue = reading.items[at];
    let head = reading.bytes(reading.clause(cue.clause).start, cue.start);
    let word = head.rsplit(|byte| *byte <= b' ').next()?;
    let fits = word.len() >= 5 && word.ends_with(b"er") && !OTHERS.contains(&word);
    fits.then(|| (cue.start - word.len() as u32, cue.start))
}

/// A phrase that a list writes with its `than`.
pub(super) fn phrase_with_than(reading: &Reading<'_, '_>, at: usize) -> Option<Comparison> {
    let phrase = reading.items[at];
    if !reading.bytes(phrase.start, phrase.end).ends_with(b" than") {
        return None;
    }
    let right = name_behind(reading, phrase.end, phrase.clause, NEAR)?;
    Some(Comparison { rule: "comparison: than".to_owned(), ..decided_before(reading, at, at, Verdict::AsMeant, right) })
}

fn decided_before(reading: &Reading<'_, '_>, at: usize, decider: usize, verdict: Verdict, right: Name) -> Comparison {
    let (cue, words) = (reading.items[at], reading.items[decider]);
    let left = name_before(reading, words.start, cue.clause).or_else(|| name_before(reading, cue.start, cue.clause));
    let head = reading.bytes(reading.clause(words.clause).start, words.start);
    let decided = Comparison::by(reading, at, Polarity::Praise, left, Some(right));
    Comparison { decider: Some(decider), alike: head.ends_with(b" no"), verdict, ..decided }
}

/// `A is as quick as B` says the same of both; `A is not as quick as B` sets B above.
pub(super) fn as_good_as(reading: &Reading<'_, '_>, at: usize) -> Option<Comparison> {
    let phrase = reading.items[at];
    let clause = reading.clause(phrase.clause);
    let (head, tail) = (reading.bytes(clause.start, phrase.start), reading.bytes(phrase.end, clause.end));
    // `as good as`, `as good a fit as`
    let goes_on = tail.starts_with(b" as ") || (tail.starts_with(b" a ") && tail.split(|byte| *byte == b' ').nth(3) == Some(b"as"));
    if !(head.ends_with(b" as") || head.ends_with(b" so")) || !goes_on {
        return None;
    }
    let right = name_behind(reading, phrase.end, phrase.clause, NEAR)?;
    let left = name_before(reading, phrase.start, phrase.clause);
    let decided = Comparison::by(reading, at, Polarity::Praise, left, Some(right));
    Some(Comparison { verdict: Verdict::AsGood, rule: "comparison: as".to_owned(), ..decided })
}

/// `A is not as well balanced as B`, where no list has the words between: less of something wanted.
pub(super) fn not_as(reading: &Reading<'_, '_>, at: usize) -> Option<Comparison> {
    let cue = reading.items[at];
    let tail = reading.bytes(cue.end, reading.clause(cue.clause).end);
    let mut heard = tail.split(|byte| *byte <= b' ').filter(|word| !word.is_empty()).take(NEAR);
    let first = heard.find(|word| !matches!(*word, b"quite" | b"nearly" | b"even" | b"anywhere" | b"near"))?;
    let length = heard.position(|word| word == b"as")?;
    let right = name_behind(reading, cue.end, cue.clause, NEAR + 3)?;
    let no_phrase = |item: usize| reading.sense(item).phrase.is_none() || reading.items[item].start > right.start;
    let fits = matches!(first, b"as" | b"so") && length > 0 && reading.sentence_items(at).filter(|item| *item > at).all(no_phrase);
    let left = name_before(reading, cue.start, cue.clause);
    fits.then(|| Comparison {
        rule: "comparison: not as".to_owned(),
        ..Comparison::by(reading, at, Polarity::Complaint, left, Some(right))
    })
}

/// `A has superior clustering to B`.
pub(super) fn superior_to(reading: &Reading<'_, '_>, at: usize, verdict: Verdict) -> Option<Comparison> {
    const DEGREES: [&[u8]; 3] = [b" superior", b" inferior", b" preferable"];
    const TO: [&[u8]; 5] = [b" to", b" to the", b" to a", b" to my", b" to any"];
    let cue = reading.items[at];
    if !DEGREES.iter().any(|degree| reading.bytes(cue.start, cue.end).ends_with(degree)) {
        return None;
    }
    let right = name_behind(reading, cue.end, cue.clause, 5)?;
    let between = reading.bytes(cue.end, right.start);
    TO.iter().any(|to| between.ends_with(to)).then(|| {
        let left = name_before(reading, cue.start, cue.clause);
        Comparison { verdict, ..Comparison::by(reading, at, Polarity::Praise, left, Some(right)) }
    })
}

/// `A was decent, but B was clearly better`: a comparative said of one name of several, without `than`.
pub(super) fn open(reading: &Reading<'_, '_>, at: usize, polarity: Polarity) -> Option<Comparison> {
    const OF_SIZE: [&str; 11] = ["more", "longer", "further", "higher", "larger", "bigger", "wider", "deeper", "newer", "greater", "lower"];
    const LINKS: [&[u8]; 23] = [
        b"is",
        b"was",
        b"are",
        b"were",
        b"seems",
        b"seem",
        b"looks",
        b"feels",
        b"sounds",
        b"works",
        b"worked",
        b"runs",
        b"has",
        b"gives",
        b"give",
        b"offers",
        b"gets",
        b"makes",
        b"does",
        b"performs",
        b"provides",
        b"handles",
        b"fits",
    ];
    let cue = reading.items[at];
    let several = !reading.names.is_empty() && !reading.names_one_product;
    if !several || reading.sense(at).phrase.is_some() || OF_SIZE.contains(&reading.sense(at).word) {
        return None;
    }
    let close = |name: &Name| name.clause == cue.clause && reading.words_between(name.end, cue.start, NEAR) < NEAR;
    let left = name_before(reading, cue.start, cue.clause).filter(close)?;
    let linked = reading.bytes(left.end, cue.start).split(|byte| *byte == b' ').any(|word| LINKS.contains(&word));
    let than = reading.sentence_items(at).any(|item| item > at && reading.is(item, Cue::Than));
    if !linked || than {
        return None;
    }
    Some(Comparison::by(reading, at, polarity, Some(left), only_other(reading, left)))
}
