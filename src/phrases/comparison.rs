//! Comparisons: who is set above whom, in which words.
//!
//! Finds in a reading the two sides and the phrase or comparative that decides between them. One side may not be named.

use super::cues::{AFTER_VERSUS, Cue, words};
use super::reading::{Name, Reading};
use crate::mention::Polarity;

/// One thing set against another.
#[derive(Clone, Debug)]
pub(super) struct Comparison {
    /// The item that decides: a phrase, or the cue itself.
    pub decider: usize,
    /// Where the deciding words stand, if they are no item.
    pub words: Option<(u32, u32)>,
    /// Whether the decision holds for the left side as the decider says it (a phrase may yet be negated), or is fixed.
    pub verdict: Verdict,
    /// Both sides come out alike, as in `no better than`.
    pub alike: bool,
    pub left: Option<Name>,
    pub right: Name,
    pub rule: String,
}

/// How the left side comes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// As the deciding phrase is meant.
    AsMeant,
    /// As the deciding phrase is meant; if that is as listed, the other side is meant the same.
    AsGood,
    /// As a comparative that is for or against the left side.
    Fixed(Polarity),
}

/// The second name stands at most so many words behind the cue.
const NEAR: usize = 6;
/// What decides stands at most so many items away.
const FEW: usize = 6;
/// A Chinese comparative stands at most so many bytes behind the second name.
const COMPARATIVE_REACH: usize = 60;

/// All comparisons of a text, in its order. A phrase decides at most one, and two names are set against each other once.
pub(super) fn comparisons(reading: &Reading<'_, '_>) -> Vec<Comparison> {
    if reading.names.is_empty() {
        return Vec::new();
    }
    let mut comparisons: Vec<Comparison> = Vec::new();
    for comparison in (0..reading.items.len()).filter_map(|at| comparison(reading, at)) {
        let with_itself = comparison.left.is_some_and(|left| left.product == comparison.right.product);
        let place = |one: &Comparison| (one.left.map(|left| left.start), one.right.start);
        let said = |earlier: &Comparison| earlier.decider == comparison.decider || place(earlier) == place(&comparison);
        if !with_itself && !comparisons.iter().rev().take(FEW).any(said) {
            comparisons.push(comparison);
        }
    }
    comparisons
}

fn comparison(reading: &Reading<'_, '_>, at: usize) -> Option<Comparison> {
    let sense = reading.sense(at);
    if sense.phrase.is_some() {
        return phrase_with_than(reading, at).or_else(|| as_good_as(reading, at));
    }
    sense.cues.iter().find_map(|cue| match cue {
        Cue::Than => than(reading, at),
        Cue::Versus => versus(reading, at),
        Cue::Beats => sides(reading, at, Polarity::Praise),
        Cue::Loses => sides(reading, at, Polarity::Complaint),
        Cue::Negates(_) => less_than_named(reading, at),
        Cue::Against => against(reading, at),
        Cue::Over => over(reading, at),
        Cue::Prefers => prefers_to(reading, at),
        Cue::LeftFor => left_for(reading, at),
        _ => None,
    })
}

/// The nearest name before `place` in its sentence.
fn name_before(reading: &Reading<'_, '_>, place: u32, clause: u32) -> Option<Name> {
    let at = reading.names.partition_point(|name| name.end <= place).checked_sub(1)?;
    let name = reading.names[at];
    (reading.sentence_of(name.clause) == reading.sentence_of(clause)).then_some(name)
}

/// The first name behind `place`, in its sentence and at most `most` words away.
fn name_behind(reading: &Reading<'_, '_>, place: u32, clause: u32, most: usize) -> Option<Name> {
    let name = *reading.names.get(reading.names.partition_point(|name| name.start < place))?;
    let same_sentence = reading.sentence_of(name.clause) == reading.sentence_of(clause);
    (same_sentence && reading.words_between(place, name.start, most) <= most).then_some(name)
}

fn rule(reading: &Reading<'_, '_>, at: usize) -> String {
    format!("comparison: {}", reading.sense(at).word)
}

/// Whether two things are said to be alike in the clause.
fn alike(reading: &Reading<'_, '_>, at: usize) -> bool {
    let clause = reading.items[at].clause;
    reading.sentence_items(at).any(|other| reading.items[other].clause == clause && reading.is(other, Cue::Alike))
}

fn decides(reading: &Reading<'_, '_>, item: usize) -> Option<Verdict> {
    let sense = reading.sense(item);
    if sense.phrase.is_some() {
        return Some(Verdict::AsMeant);
    }
    sense.cues.iter().find_map(|cue| match cue {
        Cue::Comparative(polarity) => Some(Verdict::Fixed(*polarity)),
        _ => None,
    })
}

/// `A is better than B`.
fn than(reading: &Reading<'_, '_>, at: usize) -> Option<Comparison> {
    let cue = reading.items[at];
    let right = name_behind(reading, cue.end, cue.clause, NEAR)?;
    let sentence = reading.sentence_of(cue.clause);
    let candidates = (at.saturating_sub(FEW)..at).rev().take_while(|other| reading.sentence_of(reading.items[*other].clause) == sentence);
    if let Some((decider, verdict)) = candidates.filter_map(|other| Some((other, decides(reading, other)?))).next() {
        return Some(decided_before(reading, at, decider, verdict, right));
    }
    let words = Some(plain_comparative(reading, at)?);
    Some(Comparison { words, ..decided_before(reading, at, at, Verdict::Fixed(Polarity::Praise), right) })
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
fn phrase_with_than(reading: &Reading<'_, '_>, at: usize) -> Option<Comparison> {
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
    Comparison { decider, words: None, alike: head.ends_with(b" no"), verdict, left, right, rule: rule(reading, at) }
}

/// `A is as quick as B` says the same of both; `A is not as quick as B` sets B above.
fn as_good_as(reading: &Reading<'_, '_>, at: usize) -> Option<Comparison> {
    let phrase = reading.items[at];
    let clause = reading.clause(phrase.clause);
    let (head, tail) = (reading.bytes(clause.start, phrase.start), reading.bytes(phrase.end, clause.end));
    if !(head.ends_with(b" as") || head.ends_with(b" so")) || !tail.starts_with(b" as ") {
        return None;
    }
    let right = name_behind(reading, phrase.end, phrase.clause, NEAR)?;
    let left = name_before(reading, phrase.start, phrase.clause);
    Some(Comparison { decider: at, words: None, alike: false, verdict: Verdict::AsGood, left, right, rule: "comparison: as".to_owned() })
}

/// `A 比 B 好`; `跟 B 比, A 好` is set against B.
fn versus(reading: &Reading<'_, '_>, at: usize) -> Option<Comparison> {
    let cue = reading.items[at];
    let before = name_before(reading, cue.start, cue.clause);
    if let Some(name) = before.filter(|name| name.end == cue.start && name.clause == cue.clause) {
        let head = reading.bytes(reading.clause(name.clause).start, name.start);
        let with = ["跟", "和", "与", "同"].iter().any(|with| head.ends_with(with.as_bytes()));
        if with && name_behind(reading, cue.end, cue.clause, 3).is_none_or(|behind| behind.clause != cue.clause) {
            return set_against(reading, at, name);
        }
    }
    let right = name_behind(reading, cue.end, cue.clause, NEAR)?;
    if alike(reading, at) {
        return None;
    }
    let rule = rule(reading, at);
    decided_behind(reading, at, right).map(|(decider, words, verdict)| Comparison {
        decider,
        words,
        alike: false,
        verdict,
        left: before,
        right,
        rule,
    })
}

/// The item that decides, where its words stand if not in the item, and how.
type Decision = (usize, Option<(u32, u32)>, Verdict);

/// What decides behind the second name of a Chinese comparison: a phrase, or a plain comparative.
fn decided_behind(reading: &Reading<'_, '_>, at: usize, right: Name) -> Option<Decision> {
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
            let flipped = behind.clone().any(|item| {
                let negation = reading.items[item];
                reading.sense(item).cues.iter().any(|cue| matches!(cue, Cue::Negates(_))) && negation.end <= right.end + from
            });
            let polarity = if flipped { polarity.flipped() } else { polarity };
            Some((at, Some((right.end + from, right.end + to)), Verdict::Fixed(polarity)))
        }
        (Some(item), None) => Some((item, None, decides(reading, item)?)),
        (None, None) => None,
    }
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
    let found = places.filter_map(|(polarity, word)| text.find(word).map(|at| (at, std::cmp::Reverse(word.len()), polarity)));
    let (at, length, polarity) = found.min_by_key(|(at, length, _)| (*at, *length))?;
    Some((at as u32, (at + length.0) as u32, polarity))
}

/// `A beats B`, `A 不如 B`.
fn sides(reading: &Reading<'_, '_>, at: usize, polarity: Polarity) -> Option<Comparison> {
    let cue = reading.items[at];
    let left = name_before(reading, cue.start, cue.clause);
    let right = name_behind(reading, cue.end, cue.clause, NEAR)?;
    Some(Comparison { decider: at, words: None, alike: false, verdict: Verdict::Fixed(polarity), left, right, rule: rule(reading, at) })
}

/// `A 没有 B 好`: a negation right before a name that has something good behind it.
fn less_than_named(reading: &Reading<'_, '_>, at: usize) -> Option<Comparison> {
    let cue = reading.items[at];
    if !matches!(reading.sense(at).word, "没有" | "没" | "并没有") {
        return None;
    }
    let left = name_before(reading, cue.start, cue.clause)?;
    let right = name_behind(reading, cue.end, cue.clause, 0)?;
    let rest = reading.bytes(right.end, reading.clause(right.clause).end);
    if alike(reading, at) || comparative(rest).is_none() {
        return None;
    }
    let end = cue.end;
    Some(Comparison {
        decider: at,
        words: Some((cue.start, end)),
        alike: false,
        verdict: Verdict::Fixed(Polarity::Complaint),
        left: Some(left),
        right,
        rule: rule(reading, at),
    })
}

/// `Compared to B, A is quick`.
fn against(reading: &Reading<'_, '_>, at: usize) -> Option<Comparison> {
    let cue = reading.items[at];
    let right = name_behind(reading, cue.end, cue.clause, 3)?;
    set_against(reading, at, right)
}

/// The nearest phrase of the sentence, said of another than `right`.
fn set_against(reading: &Reading<'_, '_>, at: usize, right: Name) -> Option<Comparison> {
    let is_phrase = |item: &usize| reading.sense(*item).phrase.is_some();
    let distance = |item: &usize| reading.items[*item].start.abs_diff(right.start);
    let decider = reading.sentence_items(at).filter(is_phrase).min_by_key(distance)?;
    let sentence = reading.sentence_of(right.clause);
    let place = reading.items[decider].start;
    let other = |name: &&Name| reading.sentence_of(name.clause) == sentence && name.product != right.product;
    let next = reading.names.partition_point(|name| name.end <= place);
    let near = next.saturating_sub(FEW)..reading.names.len().min(next + FEW);
    let others = reading.names.get(near).unwrap_or_default().iter().filter(other);
    let left = others.min_by_key(|name| name.start.abs_diff(place)).copied();
    Some(Comparison { decider, words: None, alike: false, verdict: Verdict::AsMeant, left, right, rule: rule(reading, at) })
}

/// `prefer A over B`, `A rather than B`.
fn over(reading: &Reading<'_, '_>, at: usize) -> Option<Comparison> {
    let cue = reading.items[at];
    let left = name_before(reading, cue.start, cue.clause).filter(|name| reading.words_between(name.end, cue.start, 3) <= 2)?;
    let right = name_behind(reading, cue.end, cue.clause, 2)?;
    let chosen = reading.sense(at).word != "over" || reading.sentence_items(at).any(|other| other < at && reading.is(other, Cue::Prefers));
    let side_by_side = left.end == cue.start;
    (chosen || side_by_side).then(|| Comparison {
        decider: at,
        words: None,
        alike: false,
        verdict: Verdict::Fixed(Polarity::Praise),
        left: Some(left),
        right,
        rule: rule(reading, at),
    })
}

/// `prefer A to B`.
fn prefers_to(reading: &Reading<'_, '_>, at: usize) -> Option<Comparison> {
    let cue = reading.items[at];
    let left = name_behind(reading, cue.end, cue.clause, 3)?;
    let right = name_behind(reading, left.end, cue.clause, 2)?;
    let to = reading.bytes(left.end, right.start);
    (to.starts_with(b" to") || to.starts_with(b" over")).then(|| Comparison {
        decider: at,
        words: None,
        alike: false,
        verdict: Verdict::Fixed(Polarity::Praise),
        left: Some(left),
        right,
        rule: rule(reading, at),
    })
}

/// `switched from B to A`, `replaced B with A`: the first was left for the second.
fn left_for(reading: &Reading<'_, '_>, at: usize) -> Option<Comparison> {
    let cue = reading.items[at];
    let first = name_behind(reading, cue.end, cue.clause, 2)?;
    let second = name_behind(reading, first.end, cue.clause, 2)?;
    let between = reading.bytes(first.end, second.start);
    [&b" to"[..], b" with", b" for", b" by"].iter().any(|word| between.starts_with(word)).then(|| Comparison {
        decider: at,
        words: None,
        alike: false,
        verdict: Verdict::Fixed(Polarity::Complaint),
        left: Some(first),
        right: second,
        rule: rule(reading, at),
    })
}

#[cfg(test)]
mod tests {
    use crate::phrases::tagger::{Subject, Tagger};
    use crate::phrases::trial::{lists, shown_with_products, tags, with_products};

    #[test]
    fn one_side_is_set_above_the_other() {
        let cases = [
            ("Acme is faster than Bolt", "+faster > Acme; -faster > Bolt"),
            ("Acme is better than Bolt", "+better > Acme; -better > Bolt"),
            ("Acme is not better than Bolt", "-better > Acme; +better > Bolt"),
            ("Acme is slimmer than Bolt", "+slimmer > Acme; -slimmer > Bolt"),
            ("Acme other than Bolt", ""),
            ("Acme is worse than Bolt", "-worse than > Acme; +worse than > Bolt"),
            ("Acme is no better than Bolt", "-better > Acme; -better > Bolt"),
            ("Acme is as fast as Bolt", "+fast > Acme; +fast > Bolt"),
            ("Acme is not as fast as Bolt", "-fast > Acme; +fast > Bolt"),
            ("Acme is no match for Bolt", "-no match for > Acme; +no match for > Bolt"),
            ("Acme beats Bolt", "+beats > Acme; -beats > Bolt"),
            ("I prefer Acme to Bolt", "+prefer > Acme; -prefer > Bolt"),
            ("I chose Acme over Bolt", "+chose > Acme; -chose > Bolt"),
            ("Compared to Bolt, Acme is fast", "+fast > Acme; -fast > Bolt"),
            ("we switched from Bolt to Acme", "-switched from > Bolt; +switched from > Acme"),
            ("爱可米比博特好", "+好 > Acme; -好 > Bolt"),
            ("爱可米比博特贵", "-贵 > Acme; +贵 > Bolt"),
            ("爱可米不如博特", "-不如 > Acme; +不如 > Bolt"),
            ("爱可米没有博特好看", "-没有 > Acme; +没有 > Bolt"),
            ("跟博特比，爱可米很好", "+很好 > Acme; -很好 > Bolt"),
            ("Acme is faster than Bolt. Is it reliable than ever?", "+faster > Acme; -faster > Bolt"),
        ];
        for (text, want) in cases {
            assert_eq!(with_products(text), want, "{text}");
        }
    }

    #[test]
    fn alike_asked_or_supposed_is_no_comparison() {
        for text in ["爱可米和博特一样", "Is Acme faster than Bolt?", "if Acme were faster than Bolt", "性价比"] {
            assert_eq!(with_products(text), "", "{text}");
        }
    }

    #[test]
    fn a_comparison_names_its_rule_and_the_built_in_list() {
        let tags = tags("Acme is faster than Bolt");
        assert_eq!((tags[0].rule.as_str(), tags[0].theme.as_str()), ("comparison: than", "comparison"));
        assert!(tags[0].list.starts_with("goodword@"));
        assert_eq!((tags[1].product_start, tags[1].product_end), (Some(20), Some(24)));
    }

    #[test]
    fn the_page_is_the_side_that_is_not_named() {
        let subject = Subject { text: "better than Bolt", product: Some("Acme"), ..Subject::default() };
        assert_eq!(shown_with_products(&Tagger::new(&lists()).tag(&subject).tags), "+better > Acme; -better > Bolt");
    }
}
