//! How a phrase is meant where it stands: as its list says, turned round, or not said at all.
//!
//! One small rule after the other over the cues before a phrase; each rule that decides is named. Knows nothing of products.

use super::cues::Cue;
use super::reading::Reading;
use crate::mention::Polarity;

/// What was decided about a phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Meant {
    pub polarity: Polarity,
    pub rule: String,
    pub negated: bool,
}

/// Only so many phrases and cues before a phrase are looked at.
const LOOK_BACK: usize = 8;
/// A negation never reaches further than this.
const FAR: usize = 6;

/// How the phrase at `item` is meant, which its list counts as `listed`; none if it is not said of anything.
pub(super) fn meant(reading: &Reading<'_, '_>, item: usize, listed: Polarity) -> Option<Meant> {
    if in_question(reading, item, listed) || is_wished_after(reading, item) {
        return None;
    }
    let before = Before::of(reading, item);
    if let Some(cue) = before.supposed {
        // `I hoped for better`, `if it were good` say nothing of what is; a fault in such a clause is one all the same
        // only where nothing makes the whole clause unreal.
        let _ = cue;
        return None;
    }
    if let Some(cue) = before.was_once {
        return (listed == Polarity::Praise).then(|| Meant {
            polarity: Polarity::Complaint,
            rule: format!("past: {}", reading.sense(cue).word),
            negated: false,
        });
    }
    Some(match before.negations.as_slice() {
        [] => Meant { polarity: listed, rule: plain(reading, item), negated: false },
        [cue] => Meant { polarity: listed.flipped(), rule: negation(reading, *cue, item), negated: true },
        [inner, outer, ..] => {
            let rule = format!("double negation: {} {}", reading.sense(*outer).word, reading.sense(*inner).word);
            Meant { polarity: listed, rule, negated: false }
        }
    })
}

/// The cues before a phrase that reach it.
#[derive(Default)]
struct Before {
    /// Nearest first.
    negations: Vec<usize>,
    supposed: Option<usize>,
    was_once: Option<usize>,
}

impl Before {
    fn of(reading: &Reading<'_, '_>, item: usize) -> Self {
        let mut before = Self::default();
        let clause = reading.items[item].clause;
        // What the reach of a negation is counted to: the phrase itself, or the first of several joined by `or`.
        let mut reached = reading.items[item].start;
        let mut blocked = false;
        for at in (item.saturating_sub(LOOK_BACK)..item).rev().take_while(|at| reading.items[*at].clause == clause) {
            let sense = reading.sense(at);
            let end = reading.items[at].end;
            for cue in &sense.cues {
                match cue {
                    Cue::Negates(reach) if !blocked && reading.words_between(end, reached, FAR) <= usize::from(*reach) => {
                        before.negations.push(at);
                        reached = reading.items[at].start;
                    }
                    Cue::Supposes | Cue::Wishes => before.supposed = before.supposed.or(Some(at)),
                    Cue::WasOnce => before.was_once = before.was_once.or(Some(at)),
                    _ => {}
                }
            }
            if sense.phrase.is_some() {
                if joins(reading.bytes(end, reached)) {
                    reached = reading.items[at].start;
                } else {
                    blocked = true;
                }
            }
        }
        before
    }
}

/// Whether two phrases with these words between them are negated together.
fn joins(between: &[u8]) -> bool {
    [&b""[..], b" or", b" nor", b" and", b" or even", "或".as_bytes(), "或者".as_bytes(), "又".as_bytes(), "和".as_bytes(), "且".as_bytes()]
        .contains(&between)
}

/// A praise in a question is not given. A complaint in one is (`why is it so slow?`), unless something is really asked.
fn in_question(reading: &Reading<'_, '_>, item: usize, listed: Polarity) -> bool {
    let clause = reading.items[item].clause;
    let sentence = reading.sentence_of(clause);
    if !reading.sentences[sentence as usize].question {
        return false;
    }
    listed == Polarity::Praise || reading.sentence_items(item).any(|at| reading.is(at, Cue::Asks))
}

/// Whether the clause goes on to say that all this would be nice (`快点就好了`).
fn is_wished_after(reading: &Reading<'_, '_>, item: usize) -> bool {
    let clause = reading.items[item].clause;
    let after = item + 1..reading.items.len().min(item + 1 + LOOK_BACK);
    after.take_while(|at| reading.items[*at].clause == clause).any(|at| reading.is(at, Cue::Wished))
}

fn plain(reading: &Reading<'_, '_>, item: usize) -> String {
    match reading.clause(reading.items[item].clause).opened_by {
        Some(cue) => format!("contrast: {}", reading.sense(cue as usize).word),
        None => "plain".to_owned(),
    }
}

/// Names the negation by `cue`; a phrase that begins with one itself makes it double.
fn negation(reading: &Reading<'_, '_>, cue: usize, item: usize) -> String {
    let word = reading.sense(cue).word;
    let phrase = String::from_utf8_lossy(reading.bytes(reading.items[item].start, reading.items[item].end)).into_owned();
    let own = ["不", "没", "无", "no ", "not ", "un"].into_iter().find(|own| phrase.trim_start().starts_with(own));
    match own {
        Some(own) => format!("double negation: {word} {}", own.trim()),
        None => format!("negation: {word}"),
    }
}
