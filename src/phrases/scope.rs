//! How a phrase is meant where it stands: as its list says, turned round, or not said at all.
//!
//! One small rule after the other over the cues before a phrase; each rule that decides is named. Knows nothing of products.

use super::cues::Cue;
use super::negation::{is_hedged, is_more_than, is_of_noun, is_superlative, negation, only_undone, own_negation};
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
/// A fault is denied right before it (`not very slow`); further off, something else is.
const DENIAL: usize = 2;
/// One that makes an English phrase double that begins with a negation itself stands at most so far; a Chinese one, right before it.
const OWN: usize = 2;
/// A negation never reaches further than this.
const FAR: usize = 6;

/// How the phrase at `item` is meant, which its list counts as `listed`; none if it is not said of anything.
pub(super) fn meant(reading: &Reading<'_, '_>, item: usize, listed: Polarity) -> Option<Meant> {
    let before = Before::of(reading, item, listed);
    let only_expected = (before.expected || before.promised) && listed == Polarity::Praise;
    if only_expected { None } else { said(reading, item, listed, &before) }
}

/// Whether a courtesy is none, as a complaint follows in its sentence (`thanks for losing my bag`).
pub(super) fn is_ironic(reading: &Reading<'_, '_>, item: usize, listed: impl Fn(usize) -> Option<Polarity>) -> bool {
    let complains = |other: usize| {
        let meant = listed(other).and_then(|listed| meant(reading, other, listed));
        meant.is_some_and(|meant| meant.polarity == Polarity::Complaint)
    };
    reading.is(item, Cue::Courtesy) && reading.sentence_items(item).any(|other| other > item && complains(other))
}

/// How a comparison that `item` decides is meant: also that something would be better than another is an opinion of the two.
pub(super) fn compared(reading: &Reading<'_, '_>, item: usize, listed: Polarity) -> Option<Meant> {
    said(reading, item, listed, &Before::of(reading, item, listed))
}

fn said(reading: &Reading<'_, '_>, item: usize, listed: Polarity, before: &Before) -> Option<Meant> {
    if in_question(reading, item, listed) || is_wished_after(reading, item) {
        return None;
    }
    if before.supposed || before.reported || before.was_before || (before.wished && listed == Polarity::Praise) {
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
        [cue] if is_more_than(reading, *cue, item) => Meant { polarity: listed, rule: plain(reading, item, before.mild), negated: false },
        [cue] if is_superlative(reading, *cue, item, listed) => {
            Meant { polarity: listed, rule: format!("superlative: {}", reading.sense(*cue).word), negated: false }
        }
        [cue] if listed == Polarity::Complaint && (only_undone(reading, *cue, item) || is_hedged(reading, *cue, item)) => return None,
        [cue] => Meant { polarity: listed.flipped(), rule: negation(reading, *cue, item), negated: true },
        // `neither A nor B` is one.
        [inner, outer, ..] if reading.sense(*inner).word == "nor" && reading.sense(*outer).word == "neither" => {
            Meant { polarity: listed.flipped(), rule: negation(reading, *inner, item), negated: true }
        }
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
    reported: bool,
    wished: bool,
    expected: bool,
    promised: bool,
    mild: Option<usize>,
    was_once: Option<usize>,
    /// It was so, and the sentence goes on with what is so now.
    was_before: bool,
}

impl Before {
    fn of(reading: &Reading<'_, '_>, item: usize, listed: Polarity) -> Self {
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
                        let mut reach = if before.negations.is_empty() { usize::from(*reach) } else { DOUBLE };
                        if listed == Polarity::Complaint && is_english(reading, at) && !is_superlative(reading, at, item, listed) {
                            reach = reach.min(DENIAL);
                        }
                        if let Some(own) = own_negation(reading, item) {
                            reach = reach.min(if own.is_ascii() { OWN } else { 0 });
                        }
                        if reading.words_between(end, reached, FAR) <= reach && !is_of_noun(reading, at, reached) {
                            before.negations.push(at);
                            reached = reading.items[at].start;
                        }
                    }
                    Cue::Supposes => before.supposed = true,
                    Cue::Reports => before.reported = true,
                    Cue::Wishes => before.wished = true,
                    Cue::Expects => before.expected = true,
                    Cue::Promises => before.promised = true,
                    Cue::Softens if !blocked && reading.words_between(end, reached, FAR) <= 1 => before.mild = before.mild.or(Some(at)),
                    Cue::WasOnce => before.was_once = before.was_once.or(Some(at)),
                    Cue::Before => {
                        before.was_before |= reading.sentence_items(item).any(|other| other > item && reading.is(other, Cue::Now))
                    }
                    _ => {}
                }
            }
            if sense.phrase.is_some() {
                before.wished |= reading.bytes(reading.items[at].start, end).windows(5).any(|word| word == b" wish");
                if before.negations.is_empty() && joins(reading, end, reached) {
                    reached = reading.items[at].start;
                } else {
                    blocked = true;
                }
            }
        }
        before
    }
}

fn is_english(reading: &Reading<'_, '_>, cue: usize) -> bool {
    reading.sense(cue).word.is_ascii()
}

/// Whether two phrases, one ending at `end` and one beginning at `start`, are negated together.
fn joins(reading: &Reading<'_, '_>, end: u32, start: u32) -> bool {
    const LINKS: [&str; 9] = [" or", " nor", " and", " or even", "或", "或者", "又", "和", "且"];
    let between = reading.bytes(end, start);
    let side_by_side = between.is_empty() && reading.bytes(start, start + 1) != b" ";
    side_by_side || LINKS.iter().any(|link| link.as_bytes() == between)
}

/// A praise that is asked for is not given. A complaint is (`why is it so slow?`), unless the question is whether it holds.
fn in_question(reading: &Reading<'_, '_>, item: usize, listed: Polarity) -> bool {
    let clause = reading.items[item].clause;
    if !reading.ends_in_question(clause) {
        return false;
    }
    let here = |at: &usize| reading.items[*at].clause == clause;
    if reading.sentence_items(item).any(|at| at < item && here(&at) && reading.is(at, Cue::TakesForGranted)) {
        return false;
    }
    listed == Polarity::Praise || (item.saturating_sub(LOOK_BACK)..item).rev().take_while(here).any(|at| reading.is(at, Cue::Asks))
}

/// Whether the words right behind say that this would be nice (`快点就好了`).
fn is_wished_after(reading: &Reading<'_, '_>, item: usize) -> bool {
    let Some(after) = reading.items.get(item + 1) else { return false };
    let phrase = reading.items[item];
    after.clause == phrase.clause && reading.is(item + 1, Cue::Wished) && reading.words_between(phrase.end, after.start, FAR) <= 3
}

/// The rule of a phrase that means what it says.
fn plain(reading: &Reading<'_, '_>, item: usize, mild: Option<usize>) -> String {
    if let Some(cue) = mild {
        return format!("mild: {}", reading.sense(cue).word);
    }
    if reading.is(item, Cue::Courtesy) {
        return "mild: courtesy".to_owned();
    }
    if reading.is(item, Cue::Contrasts) {
        return format!("mild: {}", reading.sense(item).word);
    }
    match reading.clause(reading.items[item].clause).opened_by.map(|cue| cue as usize) {
        Some(cue) if reading.is(cue, Cue::Concedes) => format!("concession: {}", reading.sense(cue).word),
        Some(cue) => format!("contrast: {}", reading.sense(cue).word),
        None => "plain".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::phrases::trial::with_rules;

    fn hold(cases: &[(&str, &str)]) {
        for (text, want) in cases {
            assert_eq!(with_rules(text), *want, "{text}");
        }
    }

    #[test]
    fn a_phrase_means_what_its_list_says() {
        hold(&[
            ("It is fast, easy to use.", "+fast (plain); +easy to use (plain)"),
            ("breakfast fasting", ""),
            ("手机很好", "+很好 (plain)"),
            ("FAST!!! 很 好", "+FAST (plain)"),
            ("赞赞赞赞 赞", "+赞赞赞赞 (plain)"),
        ]);
    }

    #[test]
    fn a_negation_turns_what_follows_round() {
        hold(&[
            ("It is not fast.", "-fast (negation: not)"),
            ("it isn't very reliable", "-reliable (negation: isn't)"),
            ("it isnt reliable", "-reliable (negation: isn't)"),
            ("it is n't reliable", "-reliable (negation: isn't)"),
            ("never a problem", "+problem (negation: never)"),
            ("No problems so far", "+problems (negation: no)"),
            ("not fast or reliable, great", "-fast (negation: not); -reliable (negation: not); +great (plain)"),
            ("没有卡顿", "+卡顿 (negation: 没有)"),
            ("没有问题", "+有问题 (negation: 没有)"),
            ("不太好用", "-好用 (negation: 不太)"),
            ("并不漂亮，很好", "-漂亮 (negation: 并不); +很好 (plain)"),
        ]);
    }

    #[test]
    fn a_negation_ends_with_its_reach_its_clause_or_the_next_phrase() {
        hold(&[
            ("not what you would ever have called fast", "+fast (plain)"),
            ("not for me, fast", "+fast (plain)"),
            ("no problems great", "+problems (negation: no); +great (plain)"),
            ("not fast but reliable", "-fast (negation: not); +reliable (contrast: but)"),
        ]);
    }

    #[test]
    fn a_phrase_with_its_own_negation_is_one() {
        hold(&[
            ("can't complain", "+can't complain (plain)"),
            ("this is not worth it", "-not worth it (plain)"),
            ("worth it", "+worth it (plain)"),
            ("一点都不新鲜", "-不新鲜 (plain)"),
            ("不错", "+不错 (plain)"),
        ]);
    }

    #[test]
    fn two_negations_undo_each_other() {
        hold(&[
            ("没有不满意", "+不满意 (double negation: 没有 不)"),
            ("不是不喜欢", "+喜欢 (double negation: 不是 不)"),
            ("it is not not fast", "+fast (double negation: not not)"),
            ("neither fast nor reliable", "-fast (negation: neither); -reliable (negation: nor)"),
            ("既不喜欢也不满意", "-喜欢 (negation: 不); -不满意 (plain)"),
        ]);
    }

    #[test]
    fn a_no_belongs_to_its_noun() {
        hold(&[
            ("no manual is a problem", "-problem (plain)"),
            ("no wifi and it crashed", "-crashed (plain)"),
            ("no real problems", "+problems (negation: no)"),
        ]);
    }

    #[test]
    fn a_negation_that_searches_in_vain_makes_stronger() {
        hold(&[
            ("I have never been treated so badly, so bad", "-bad (plain)"),
            ("never had such a problem", "-problem (superlative: never)"),
            ("you cannot find a better one", "+better (superlative: cannot)"),
            ("couldn't be more reliable", "+reliable (superlative: couldn't)"),
            ("没用过这么好用的", "+好用 (plain)"),
            ("没见过这么难用的", "-难用 (plain)"),
            ("从来没见过这么难用的", "-难用 (superlative: 从来没)"),
            ("从来没用过这么好用的", "+好用 (plain)"),
        ]);
    }

    #[test]
    fn more_than_that_and_not_quite_that_are_no_reversals() {
        hold(&[
            ("it wasn't just slow", "-slow (plain)"),
            ("it isn't exactly slow", ""),
            ("not as slow as feared", ""),
            ("不要难用的", "-难用 (plain)"),
        ]);
    }

    #[test]
    fn words_that_only_look_like_negations_do_nothing() {
        hold(&[
            ("not only fast", "+fast (plain)"),
            ("不得不说很好", "+很好 (plain)"),
            ("不仅漂亮", "+漂亮 (plain)"),
            ("没想到很好", "+很好 (plain)"),
            ("no doubt reliable", "+reliable (plain)"),
        ]);
    }

    #[test]
    fn not_doing_something_is_no_praise() {
        hold(&[
            ("they did not fix it", ""),
            ("it does not crash", "+crash (negation: not)"),
            ("don't crash it", ""),
            ("I don't have any problems", "+problems (negation: don't)"),
        ]);
    }

    #[test]
    fn what_is_supposed_or_wished_is_not_said() {
        hold(&[
            ("if it were fast, I would buy it", ""),
            ("I wish it was fast", ""),
            ("it should be easy to use", ""),
            ("如果很好", ""),
            ("希望好用，可是难用", "-难用 (contrast: 可是)"),
            ("漂亮就好了", ""),
            ("if you ask me, it is fast", "+fast (plain)"),
            ("it would be fast", ""),
            ("I doubt it is reliable", ""),
            ("要是快点就好了，很好", "+很好 (plain)"),
        ]);
    }

    #[test]
    fn what_sellers_promise_and_others_say_is_not_said() {
        hold(&[
            ("advertised as reliable, but slow", "-slow (contrast: but)"),
            ("they claim it is fast", ""),
            ("some people say it is slow", ""),
            ("they claim it is slow", "-slow (plain)"),
            ("宣传很好", ""),
            ("听说难用", ""),
        ]);
    }

    #[test]
    fn a_question_gives_no_praise_but_may_complain() {
        hold(&[
            ("Is it fast?", ""),
            ("Is it slow?", ""),
            ("Why is it so slow?", "-slow (plain)"),
            ("It is great, is it fast?", "+great (plain)"),
            ("好用吗？", ""),
            ("Why is it so fast?", "+fast (plain)"),
            ("为什么这么难用？", "-难用 (plain)"),
            ("Should I expect problems?", ""),
        ]);
    }

    #[test]
    fn what_used_to_be_is_no_more() {
        hold(&[
            ("it used to be fast", "-fast (past: used to be)"),
            ("it used to crash", ""),
            ("以前很好，现在难用", "-难用 (plain)"),
            ("以前难用，现在很好", "+很好 (plain)"),
            ("以前用过，很好", "+很好 (plain)"),
        ]);
    }

    #[test]
    fn small_matters_and_concessions_are_called_so() {
        hold(&[
            ("a bit slow", "-slow (mild: a bit)"),
            ("thanks", "+thanks (mild: courtesy)"),
            ("although slow, it is great", "-slow (concession: although); +great (plain)"),
            ("虽然很贵，但是好用", "-很贵 (concession: 虽然); +好用 (contrast: 但是)"),
        ]);
    }
}
