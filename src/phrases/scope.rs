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
/// A negation of a negation stands so near.
const DOUBLE: usize = 1;
/// A negation never reaches further than this.
const FAR: usize = 6;

/// How the phrase at `item` is meant, which its list counts as `listed`; none if it is not said of anything.
pub(super) fn meant(reading: &Reading<'_, '_>, item: usize, listed: Polarity) -> Option<Meant> {
    if in_question(reading, item, listed) || is_wished_after(reading, item) {
        return None;
    }
    let before = Before::of(reading, item);
    if before.supposed || (before.wished && listed == Polarity::Praise) {
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
        [] => Meant { polarity: listed, rule: plain(reading, item, before.mild), negated: false },
        [cue] if listed == Polarity::Complaint && only_undone(reading, *cue, item) => return None,
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
    supposed: bool,
    wished: bool,
    mild: Option<usize>,
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
                    Cue::Negates(reach) if !blocked => {
                        let reach = if before.negations.is_empty() { usize::from(*reach) } else { DOUBLE };
                        if reading.words_between(end, reached, FAR) <= reach {
                            before.negations.push(at);
                            reached = reading.items[at].start;
                        }
                    }
                    Cue::Supposes => before.supposed = true,
                    Cue::Wishes => before.wished = true,
                    Cue::Softens if !blocked && reading.words_between(end, reached, FAR) <= 1 => before.mild = before.mild.or(Some(at)),
                    Cue::WasOnce => before.was_once = before.was_once.or(Some(at)),
                    _ => {}
                }
            }
            if sense.phrase.is_some() {
                if before.negations.is_empty() && joins(reading.bytes(end, reached)) {
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

/// A praise that is asked for is not given. A complaint is (`why is it so slow?`), unless the question is whether it holds.
fn in_question(reading: &Reading<'_, '_>, item: usize, listed: Polarity) -> bool {
    let clause = reading.items[item].clause;
    if !reading.ends_in_question(clause) {
        return false;
    }
    let here = |at: &usize| reading.items[*at].clause == clause;
    listed == Polarity::Praise || (item.saturating_sub(LOOK_BACK)..item).rev().take_while(here).any(|at| reading.is(at, Cue::Asks))
}

/// Whether the words right behind say that this would be nice (`快点就好了`).
fn is_wished_after(reading: &Reading<'_, '_>, item: usize) -> bool {
    let Some(after) = reading.items.get(item + 1) else { return false };
    let phrase = reading.items[item];
    after.clause == phrase.clause && reading.is(item + 1, Cue::Wished) && reading.words_between(phrase.end, after.start, FAR) <= 3
}

/// Whether a negation of a complaint only says that something is not done (`did not fix it`, `don't delay us`), which is no praise.
/// To have or see no fault is one.
fn only_undone(reading: &Reading<'_, '_>, cue: usize, item: usize) -> bool {
    const OF_DOING: [&str; 15] = [
        "don't",
        "didn't",
        "won't",
        "wouldn't",
        "can't",
        "cannot",
        "can not",
        "couldn't",
        "shouldn't",
        "nothing",
        "stop",
        "stopped",
        "fail to",
        "没",
        "nobody",
    ];
    let between = reading.bytes(reading.items[cue].end, reading.items[item].start);
    let finds =
        [&b" have"[..], b" had", b" has", b" see", b" notice", b" find", b" experience", b" any", b" think", b" feel", b" seem", b" look"];
    OF_DOING.contains(&reading.sense(cue).word) && !finds.iter().any(|verb| between.starts_with(verb))
}

/// The rule of a phrase that means what it says.
fn plain(reading: &Reading<'_, '_>, item: usize, mild: Option<usize>) -> String {
    if let Some(cue) = mild {
        return format!("mild: {}", reading.sense(cue).word);
    }
    match reading.clause(reading.items[item].clause).opened_by.map(|cue| cue as usize) {
        Some(cue) if reading.is(cue, Cue::Concedes) => format!("concession: {}", reading.sense(cue).word),
        Some(cue) => format!("contrast: {}", reading.sense(cue).word),
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
