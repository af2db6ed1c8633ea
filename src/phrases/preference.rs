//! Comparisons by choice: one thing beats, replaces, or is taken or left for another.
//!
//! The cue itself decides here, and only where names stand on the sides it speaks of.

use super::cues::Cue;
use super::reading::{Name, Reading};
use super::sides::{Comparison, NEAR, Verdict, name_before, name_behind, only_other, other_before};
use crate::mention::Polarity;

/// `A beats B`, `A 不如 B`; `A 被 B 完爆` the other way round.
pub(super) fn sides(reading: &Reading<'_, '_>, at: usize, polarity: Polarity) -> Option<Comparison> {
    let cue = reading.items[at];
    let left = name_before(reading, cue.start, cue.clause);
    if let Some(near) = left.filter(|name| name.clause == cue.clause) {
        let head = reading.bytes(reading.clause(near.clause).start, near.start);
        let suffers = ["被", "让", "遭"].iter().any(|word| head.ends_with(word.as_bytes()));
        if let Some(far) = other_before(reading, near).filter(|_| suffers) {
            return Some(Comparison::by(reading, at, polarity, Some(near), Some(far)));
        }
    }
    let right = name_behind(reading, cue.end, cue.clause, NEAR)?;
    Some(Comparison::by(reading, at, polarity, left, Some(right)))
}

/// `A is on par with B`, `A 不输 B`: good, and B is too.
pub(super) fn matches(reading: &Reading<'_, '_>, at: usize) -> Option<Comparison> {
    let cue = reading.items[at];
    let left = name_before(reading, cue.start, cue.clause)?;
    let right = name_behind(reading, cue.end, cue.clause, NEAR)?;
    Some(Comparison { alike: true, ..Comparison::by(reading, at, Polarity::Praise, Some(left), Some(right)) })
}

/// `A blows B away`: the verb and what makes it a victory stand on both sides of the name.
pub(super) fn beats_apart(reading: &Reading<'_, '_>, at: usize) -> Option<Comparison> {
    const TAILS: [&[u8]; 12] = [
        b" away",
        b" out of the water",
        b" to shame",
        b" in the dust",
        b" out of the park",
        b" for breakfast",
        b" for lunch",
        b" butt",
        b" ass",
        b" look like",
        b" feel like",
        b" look bad",
    ];
    let cue = reading.items[at];
    let right = name_behind(reading, cue.end, cue.clause, 2)?;
    let tail = reading.bytes(right.end, reading.clause(cue.clause).end);
    let tail = tail.strip_prefix(b"'s").unwrap_or(tail);
    let wins = TAILS.iter().any(|end| tail.starts_with(end));
    let left = name_before(reading, cue.start, cue.clause);
    wins.then(|| Comparison::by(reading, at, Polarity::Praise, left, Some(right)))
}

/// `prefer A over B`, `A rather than B`.
pub(super) fn over(reading: &Reading<'_, '_>, at: usize) -> Option<Comparison> {
    let cue = reading.items[at];
    let left = name_before(reading, cue.start, cue.clause).filter(|name| reading.words_between(name.end, cue.start, 3) <= 2)?;
    let right = name_behind(reading, cue.end, cue.clause, 2)?;
    let chosen = reading.sense(at).word != "over" || reading.sentence_items(at).any(|other| other < at && reading.is(other, Cue::Prefers));
    let side_by_side = left.end == cue.start;
    (chosen || side_by_side).then(|| Comparison::by(reading, at, Polarity::Praise, Some(left), Some(right)))
}

/// `prefer A to B`.
pub(super) fn prefers_to(reading: &Reading<'_, '_>, at: usize) -> Option<Comparison> {
    let cue = reading.items[at];
    let left = name_behind(reading, cue.end, cue.clause, 3)?;
    let right = name_behind(reading, left.end, cue.clause, 2)?;
    let between = reading.bytes(left.end, right.start);
    let against = [&b" to"[..], b" over", b" instead of", b" rather than"].iter().any(|word| between.starts_with(word));
    against.then(|| Comparison::by(reading, at, Polarity::Praise, Some(left), Some(right)))
}

/// `switched from B to A`, `replaced B with A`: the first was left for the second. `moved away from B` names no other.
pub(super) fn left_for(reading: &Reading<'_, '_>, at: usize) -> Option<Comparison> {
    const FOR: [&[u8]; 5] = [b" to", b" with", b" for", b" by", b" in favor of"];
    let cue = reading.items[at];
    let first = name_behind(reading, cue.end, cue.clause, 2)?;
    let second = name_behind(reading, first.end, cue.clause, 2).filter(|second| {
        let between = reading.bytes(first.end, second.start);
        between.starts_with("换".as_bytes()) || between.starts_with("转".as_bytes()) || FOR.iter().any(|word| between.starts_with(word))
    });
    let alone = matches!(reading.sense(at).word, "moved away from" | "switched away from" | "moving away from" | "ditched" | "dumped");
    match second {
        Some(second) => Some(Comparison::by(reading, at, Polarity::Praise, Some(second), Some(first))),
        None => alone.then(|| Comparison::by(reading, at, Polarity::Complaint, Some(first), None)),
    }
}

/// `went with A` where B was the other choice.
pub(super) fn chooses(reading: &Reading<'_, '_>, at: usize) -> Option<Comparison> {
    let cue = reading.items[at];
    let left = name_behind(reading, cue.end, cue.clause, 2)?;
    let right = other_before(reading, left).or_else(|| only_other(reading, left))?;
    Some(Comparison::by(reading, at, Polarity::Praise, Some(left), Some(right)))
}

/// `I wish B were like A`.
pub(super) fn wishes_it_were(reading: &Reading<'_, '_>, at: usize) -> Option<Comparison> {
    const LIKE: [&[u8]; 4] = [b"like", b"as", b"what", b"had"];
    let cue = reading.items[at];
    let left = name_behind(reading, cue.end, cue.clause, 3).filter(|_| reading.sense(at).word.starts_with("wish"))?;
    let right = name_behind(reading, left.end, cue.clause, NEAR).filter(|right| right.clause == left.clause)?;
    let between = reading.bytes(left.end, right.start);
    let alike = between.split(|byte| *byte == b' ').any(|word| LIKE.contains(&word));
    alike.then(|| Comparison::by(reading, at, Polarity::Complaint, Some(left), Some(right)))
}

/// `A > B`, written with a sign.
pub(super) fn by_signs(reading: &Reading<'_, '_>) -> Vec<Comparison> {
    reading.names.windows(2).filter_map(|pair| by_sign(reading, pair[0], pair[1])).collect()
}

fn by_sign(reading: &Reading<'_, '_>, left: Name, right: Name) -> Option<Comparison> {
    let is_gap = matches!(reading.bytes(left.end, right.start), b"\x01" | b"\x01 ");
    if !is_gap || left.product == right.product {
        return None;
    }
    let bytes = reading.normalised.original_bytes(left.end as usize..right.start as usize);
    let sign = reading.normalised.original(bytes).trim();
    let greater = !sign.is_empty() && sign.chars().all(|letter| letter == '>');
    let less = !sign.is_empty() && sign.chars().all(|letter| letter == '<');
    (greater || less).then(|| Comparison {
        cue: None,
        decider: None,
        words: Some((left.end, right.start)),
        verdict: Verdict::Fixed(if greater { Polarity::Praise } else { Polarity::Complaint }),
        alike: false,
        left: Some(left),
        right: Some(right),
        rule: format!("comparison: {sign}"),
    })
}
