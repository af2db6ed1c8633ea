//! Comparisons: who is set above whom, in which words.
//!
//! Finds in a reading the sides and the phrase or comparative that decides between them; a side may not be named. Here are the
//! comparisons of degree (`than`, `as … as`); `versus` has those that set one thing against another, `preference` those of choice.

use super::cues::{Cue, LESS_IS_BETTER, words};
use super::reading::{Name, Reading};
use super::{preference, versus};
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
/// What decides stands at most so many words before `than`.
const REACH: usize = 8;

/// All comparisons of a text, in its order. A phrase decides at most one, and two names are set against each other once.
pub(super) fn comparisons(reading: &Reading<'_, '_>) -> Vec<Comparison> {
    if reading.names.is_empty() {
        return Vec::new();
    }
    let mut comparisons: Vec<Comparison> = preference::by_signs(reading);
    for comparison in (0..reading.items.len()).filter_map(|at| comparison(reading, at)) {
        let product = |name: Option<Name>| name.map(|name| name.product);
        let with_itself = comparison.left.is_some() && product(comparison.left) == product(comparison.right);
        let place = |one: &Comparison| (one.left.map(|left| left.start), one.right.map(|right| right.start));
        let said = |earlier: &Comparison| earlier.decider == comparison.decider || place(earlier) == place(&comparison);
        if !with_itself && !comparisons.iter().rev().take(FEW).any(said) {
            comparisons.push(comparison);
        }
    }
    comparisons
}

fn comparison(reading: &Reading<'_, '_>, at: usize) -> Option<Comparison> {
    let sense = reading.sense(at);
    let by_degree = sense.phrase.and_then(|_| {
        phrase_with_than(reading, at).or_else(|| as_good_as(reading, at)).or_else(|| superior_to(reading, at, Verdict::AsMeant))
    });
    by_degree.or_else(|| sense.cues.iter().find_map(|cue| by_cue(reading, at, *cue)))
}

fn by_cue(reading: &Reading<'_, '_>, at: usize, cue: Cue) -> Option<Comparison> {
    match cue {
        Cue::Than => than(reading, at),
        Cue::Comparative(polarity) => superior_to(reading, at, Verdict::Fixed(polarity)).or_else(|| open(reading, at, polarity)),
        Cue::Versus => versus::versus(reading, at),
        Cue::NotMore => versus::not_more(reading, at),
        Cue::Against => versus::against(reading, at),
        Cue::Negates(_) => versus::less_than_named(reading, at).or_else(|| not_as(reading, at)),
        Cue::LosesBehind => versus::loses_behind(reading, at),
        Cue::Beats => preference::sides(reading, at, Polarity::Praise),
        Cue::Loses => preference::sides(reading, at, Polarity::Complaint),
        Cue::Matches => preference::matches(reading, at),
        Cue::BeatsApart => preference::beats_apart(reading, at),
        Cue::Over => preference::over(reading, at),
        Cue::Prefers => preference::prefers_to(reading, at),
        Cue::LeftFor => preference::left_for(reading, at),
        Cue::Chooses => preference::chooses(reading, at),
        Cue::Wishes => preference::wishes_it_were(reading, at),
        _ => None,
    }
}

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

/// `A is better than B`; `then` is taken for `than` where a comparative stands close before and a name close behind.
fn than(reading: &Reading<'_, '_>, at: usize) -> Option<Comparison> {
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
    let decided = Comparison::by(reading, at, Polarity::Praise, left, Some(right));
    Comparison { decider: Some(decider), alike: head.ends_with(b" no"), verdict, ..decided }
}

/// `A is as quick as B` says the same of both; `A is not as quick as B` sets B above.
fn as_good_as(reading: &Reading<'_, '_>, at: usize) -> Option<Comparison> {
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
fn not_as(reading: &Reading<'_, '_>, at: usize) -> Option<Comparison> {
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
fn superior_to(reading: &Reading<'_, '_>, at: usize, verdict: Verdict) -> Option<Comparison> {
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
fn open(reading: &Reading<'_, '_>, at: usize, polarity: Polarity) -> Option<Comparison> {
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
    let left = name_before(reading, cue.start, cue.clause).filter(|name| name.clause == cue.clause)?;
    let between = reading.bytes(left.end, cue.start);
    let linked = between.split(|byte| *byte == b' ').any(|word| LINKS.contains(&word));
    let than = reading.sentence_items(at).any(|item| item > at && reading.is(item, Cue::Than));
    if !linked || than || reading.words_between(left.end, cue.start, 5) > 5 {
        return None;
    }
    Some(Comparison::by(reading, at, polarity, Some(left), only_other(reading, left)))
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
