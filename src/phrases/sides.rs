//! The sides of a comparison, and the names that stand around the words that compare.
//!
//! Which words compare, and who wins, is for `degree`, `versus` and `preference` to say.

use super::cues::Cue;
use super::reading::{Name, Reading};
use crate::mention::Polarity;

/// One thing set against another.
#[derive(Clone, Debug)]
pub(super) struct Comparison {
    /// The item that says there is a comparison; none if a mere sign does.
    pub cue: Option<usize>,
    /// The item that decides: a phrase, or the cue itself.
    pub decider: Option<usize>,
    /// Where the deciding words stand, if they are no item.
    pub words: Option<(u32, u32)>,
    /// How the left side comes out.
    pub verdict: Verdict,
    /// Both sides come out alike, as in `no better than`.
    pub alike: bool,
    pub left: Option<Name>,
    pub right: Option<Name>,
    pub rule: String,
}

/// How the left side comes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// As the deciding phrase is meant.
    AsMeant,
    /// As the deciding phrase is meant; if that is as listed, the other side is meant the same.
    AsGood,
    /// Against what the deciding phrase says, which holds for the right side.
    Opposite,
    /// As a comparative that is for or against the left side.
    Fixed(Polarity),
}

/// The second name stands at most so many words behind the cue.
pub(super) const NEAR: usize = 6;
/// What decides stands at most so many items away.
pub(super) const FEW: usize = 6;
impl Comparison {
    /// A comparison that the words of the cue at `at` decide.
    pub(super) fn by(reading: &Reading<'_, '_>, at: usize, polarity: Polarity, left: Option<Name>, right: Option<Name>) -> Self {
        Self {
            cue: Some(at),
            decider: Some(at),
            words: None,
            verdict: Verdict::Fixed(polarity),
            alike: false,
            left,
            right,
            rule: format!("comparison: {}", reading.sense(at).word),
        }
    }
}

/// The nearest name before `place` in its sentence.
pub(super) fn name_before(reading: &Reading<'_, '_>, place: u32, clause: u32) -> Option<Name> {
    let at = reading.names.partition_point(|name| name.end <= place).checked_sub(1)?;
    let name = reading.names[at];
    (reading.sentence_of(name.clause) == reading.sentence_of(clause)).then_some(name)
}

/// The nearest name before `name` in its sentence that is another product's.
pub(super) fn other_before(reading: &Reading<'_, '_>, name: Name) -> Option<Name> {
    let next = reading.names.partition_point(|other| other.start < name.start);
    let here = |other: &&Name| reading.sentence_of(other.clause) == reading.sentence_of(name.clause);
    reading.names.get(..next)?.iter().rev().take(FEW).take_while(here).find(|other| other.product != name.product).copied()
}

/// The first name behind `place`, in its sentence and at most `most` words away.
pub(super) fn name_behind(reading: &Reading<'_, '_>, place: u32, clause: u32, most: usize) -> Option<Name> {
    let name = *reading.names.get(reading.names.partition_point(|name| name.start < place))?;
    let same_sentence = reading.sentence_of(name.clause) == reading.sentence_of(clause);
    (same_sentence && reading.words_between(place, name.start, most) <= most).then_some(name)
}

/// The other product of the sentence, if just one is named there beside `name`.
pub(super) fn only_other(reading: &Reading<'_, '_>, name: Name) -> Option<Name> {
    let sentence = reading.sentence_of(name.clause);
    let at = reading.names.partition_point(|other| other.start < name.start);
    let near = at.saturating_sub(FEW)..reading.names.len().min(at + FEW);
    let here = |other: &&Name| reading.sentence_of(other.clause) == sentence && other.product != name.product;
    let mut others = reading.names.get(near)?.iter().filter(here);
    let other = *others.next()?;
    others.all(|another| another.product == other.product).then_some(other)
}

pub(super) fn decides(reading: &Reading<'_, '_>, item: usize) -> Option<Verdict> {
    let sense = reading.sense(item);
    if sense.phrase.is_some() {
        let item = reading.items[item];
        // `would be better` wants something of one product, but decides between two.
        let wants =
            [&b" would be"[..], b" could be", b" might be"].iter().any(|head| reading.bytes(item.start, item.end).starts_with(head));
        return Some(if wants { Verdict::Fixed(Polarity::Praise) } else { Verdict::AsMeant });
    }
    if matches!(sense.word, "less") {
        return Some(Verdict::Fixed(Polarity::Complaint));
    }
    sense.cues.iter().find_map(|cue| match cue {
        Cue::Comparative(polarity) => Some(Verdict::Fixed(*polarity)),
        _ => None,
    })
}
