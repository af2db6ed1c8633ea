//! Which of the phrases, cues and names found in a text stay, where several stand over one another.
//!
//! Works on what was found once the whole text is scanned; what a phrase means where it stands is not its business.

use super::cues::Cue;
use super::gaps::gapped;
use super::vocabulary::{Found, Scan, Sense, Vocabulary};

/// The phrases and cues of a text that stay, in its order. They stand apart, but others may stand in the gaps of a phrase.
pub(super) fn settled_items(vocabulary: &Vocabulary, scan: &Scan<'_>) -> Vec<Found> {
    let overlaps = Overlaps { senses: &vocabulary.senses };
    let mut kept: Vec<Found> = Vec::with_capacity(scan.finds.items.len());
    for found in scan.finds.items.iter().filter(|found| !is_spared(vocabulary, scan, found)) {
        let bears = |earlier: &Found| overlaps.may_reach_into(earlier, found);
        keep_longest(&mut kept, *found, |one| overlaps.rank(one), bears);
    }
    for found in gapped(vocabulary, scan) {
        let whole = Found { start: found.start(), end: found.end(), meaning: found.meaning };
        if !is_spared(vocabulary, scan, &whole) {
            overlaps.keep_gapped(&mut kept, whole, &found.parts);
        }
    }
    kept
}

/// Whether words stand over a phrase beside which it does not count.
fn is_spared(vocabulary: &Vocabulary, scan: &Scan<'_>, found: &Found) -> bool {
    let Some(phrase) = vocabulary.senses.get(found.meaning as usize).and_then(|sense| sense.phrase) else { return false };
    let spares = |words: &Found| vocabulary.roles.get(words.meaning as usize).is_some_and(|role| role.spares.contains(&phrase));
    scan.finds.spares.iter().any(|words| overlap(words, found) && spares(words))
}

/// Whether two stretches share a place.
pub(super) fn overlap(one: &Found, other: &Found) -> bool {
    one.start < other.end && other.start < one.end
}

/// Adds what was found, ends ascending. What lies inside another goes; of two that cross, the one that `ranks` higher stays, then the
/// longer, then the earlier. A crossing one that `bears` the new one stays beside it.
pub(super) fn keep_longest(kept: &mut Vec<Found>, found: Found, ranks: impl Fn(&Found) -> u8, bears: impl Fn(&Found) -> bool) {
    while let Some(last) = kept.last() {
        if last.end <= found.start {
            break;
        }
        let crosses = last.start < found.start && last.end < found.end;
        if crosses && bears(last) {
            break;
        }
        let weight = |one: &Found| (if crosses { ranks(one) } else { 0 }, one.end - one.start);
        if weight(last) >= weight(&found) {
            return;
        }
        kept.pop();
    }
    kept.push(found);
}

/// Only so many finds that begin before a phrase are looked at.
const SIGHT: usize = 24;

struct Overlaps<'v> {
    senses: &'v [Sense],
}

impl Overlaps<'_> {
    fn sense(&self, found: &Found) -> Option<&Sense> {
        self.senses.get(found.meaning as usize)
    }

    fn is_phrase(&self, found: &Found) -> bool {
        self.sense(found).is_some_and(|sense| sense.phrase.is_some())
    }

    /// Whether this is a cue, and no phrase, of a kind that `fits`.
    fn is_cue(&self, found: &Found, fits: impl Fn(&Cue) -> bool) -> bool {
        self.sense(found).is_some_and(|sense| sense.phrase.is_none() && sense.cues.iter().any(fits))
    }

    /// Where phrases and cues cross, a negation gives way: it is part of the phrase.
    fn rank(&self, found: &Found) -> u8 {
        u8::from(!self.is_cue(found, |cue| matches!(cue, Cue::Negates(_))))
    }

    /// Whether a cue is a Chinese negation that shares its verb with the phrase it negates (没有 + 有问题). One that ends in the
    /// negating word itself is part of such a phrase instead (一点都不 + 不新鲜).
    fn may_reach_into(&self, cue: &Found, phrase: &Found) -> bool {
        let ends_in_verb = |sense: &Sense| ["有", "是", "会", "能"].iter().any(|verb| sense.word.ends_with(verb));
        self.is_phrase(phrase) && self.is_cue(cue, |cue| matches!(cue, Cue::Negates(_))) && self.sense(cue).is_some_and(ends_in_verb)
    }

    /// Adds a phrase with gaps, unless something stronger stands over one of its `parts` or something between them turns it round.
    fn keep_gapped(&self, kept: &mut Vec<Found>, whole: Found, parts: &[Found]) {
        let first = kept.partition_point(|one| one.start < whole.start).saturating_sub(SIGHT);
        let touches = |one: &Found| parts.iter().any(|part| overlap(one, part));
        let mut beaten = Vec::new();
        for (at, one) in kept.iter().enumerate().skip(first).take_while(|(_, one)| one.start < whole.end) {
            if !touches(one) {
                if one.start >= whole.start && self.is_cue(one, turns_round) {
                    return;
                }
            } else if !self.gives_way(one, &whole) {
                return;
            } else if !(one.start < whole.start && self.may_reach_into(one, &whole)) {
                beaten.push(at);
            }
        }
        for at in beaten.into_iter().rev() {
            kept.remove(at);
        }
        let place = kept.partition_point(|one| one.start < whole.start);
        kept.insert(place, whole);
    }

    /// Whether what touches a part of a phrase with gaps goes where the `whole` phrase stays.
    fn gives_way(&self, one: &Found, whole: &Found) -> bool {
        if whole.start <= one.start && one.end <= whole.end {
            let same_phrase = || self.sense(one).map(|sense| sense.phrase) == self.sense(whole).map(|sense| sense.phrase);
            return one.end - one.start < whole.end - whole.start && !self.is_cue(one, |cue| *cue == Cue::Shields) && !same_phrase();
        }
        let weight = |one: &Found| (self.rank(one), one.end - one.start);
        self.may_reach_into(one, whole) || weight(one) < weight(whole)
    }
}

/// Cues over which a phrase does not go on.
fn turns_round(cue: &Cue) -> bool {
    matches!(cue, Cue::Negates(_) | Cue::Contrasts | Cue::Concedes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_overlapping_finds_the_longest_stays() {
        type Spans = &'static [(u32, u32)];
        let cases: [(Spans, Spans); 5] = [
            (&[(0, 3), (0, 8)], &[(0, 8)]),
            (&[(0, 8), (4, 8)], &[(0, 8)]),
            (&[(0, 5), (3, 9)], &[(3, 9)]),
            (&[(0, 5), (3, 8)], &[(0, 5)]),
            (&[(0, 2), (2, 4), (1, 6)], &[(1, 6)]),
        ];
        for (found, want) in cases {
            let mut kept = Vec::new();
            for (start, end) in found {
                keep_longest(&mut kept, Found { start: *start, end: *end, meaning: 0 }, |_| 0, |_| false);
            }
            assert_eq!(kept.iter().map(|found| (found.start, found.end)).collect::<Vec<_>>(), want);
        }
    }
}
