//! What a negation before a phrase really denies: it may belong to a noun, deny an action, grant most of the point, or only make it
//! stronger.
//!
//! Looks at the words between the two; whether the negation reaches the phrase at all is for `scope` to say.

use super::cues::Cue;
use super::reading::Reading;
use crate::mention::Polarity;

/// Names the negation by `cue`; a phrase that begins with one itself makes it double.
pub(super) fn negation(reading: &Reading<'_, '_>, cue: usize, item: usize) -> String {
    let word = reading.sense(cue).word;
    match own_negation(reading, item) {
        Some(own) => format!("double negation: {word} {}", own.trim()),
        None => format!("negation: {word}"),
    }
}

/// Whether a `no` belongs to a noun of which the rest is told (`no wallet is no fun`), so that it reaches no further.
pub(super) fn is_of_noun(reading: &Reading<'_, '_>, cue: usize, reached: u32) -> bool {
    const VERBS: [&[u8]; 16] = [
        b"is", b"was", b"are", b"were", b"has", b"have", b"makes", b"made", b"so", b"and", b"because", b"they", b"they're", b"we", b"i",
        b"it",
    ];
    let of_noun = matches!(reading.sense(cue).word, "no" | "without" | "zero");
    let between = reading.bytes(reading.items[cue].end, reached);
    of_noun && between.split(|byte| *byte == b' ').any(|word| VERBS.contains(&word))
}

/// The negation that the phrase at `item` begins with itself.
pub(super) fn own_negation(reading: &Reading<'_, '_>, item: usize) -> Option<&'static str> {
    let phrase = reading.bytes(reading.items[item].start, reading.items[item].end);
    let phrase = phrase.strip_prefix(b" ").unwrap_or(phrase);
    ["不", "没", "无", "no ", "not ", "un"].into_iter().find(|own| phrase.starts_with(own.as_bytes()))
}

/// Whether a negation of a complaint only says that something is not done (`did not fix it`, `don't delay us`), which is no praise.
/// To have or see no fault is one.
pub(super) fn only_undone(reading: &Reading<'_, '_>, cue: usize, item: usize) -> bool {
    const OF_DOING: [&str; 17] = [
        "不能",
        "could not",
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
    const OF_VERBS: [&[u8]; 7] = [b" did", b" do", b" could", b" can", b" would", b" will", b" should"];
    let between = reading.bytes(reading.items[cue].end, reading.items[item].start);
    let finds =
        [&b" have"[..], b" had", b" has", b" see", b" notice", b" find", b" experience", b" any", b" think", b" feel", b" seem", b" look"];
    let head = reading.bytes(reading.clause(reading.items[cue].clause).start, reading.items[cue].start);
    let word = reading.sense(cue).word;
    let after_verb = word == "not" && OF_VERBS.iter().any(|verb| head.ends_with(verb));
    (OF_DOING.contains(&word) || after_verb) && !finds.iter().any(|verb| between.starts_with(verb))
}

/// Whether a word of `words` stands in a stretch of text.
fn has(words: &[&[u8]], text: &[u8]) -> bool {
    text.split(|byte| *byte == b' ').any(|word| words.contains(&word))
}

/// Whether the negation says that it is more than that: `this wasn't just a delay`.
pub(super) fn is_more_than(reading: &Reading<'_, '_>, cue: usize, item: usize) -> bool {
    const JUST: [&[u8]; 4] = [b"just", b"only", b"merely", b"simply"];
    has(&JUST, reading.bytes(reading.items[cue].end, reading.items[item].start))
}

/// Whether the denial of a complaint grants most of it: `isn't exactly a disaster`, `not as bad as feared`.
pub(super) fn is_hedged(reading: &Reading<'_, '_>, cue: usize, item: usize) -> bool {
    const HEDGES: [&[u8]; 6] = [b"exactly", b"quite", b"necessarily", b"as", b"enough", b"entirely"];
    has(&HEDGES, reading.bytes(reading.items[cue].end, reading.items[item].start))
}

/// Whether a negation only says that there is no more of it elsewhere: `never been treated so badly`, `couldn't find a better one`,
/// `没见过这么差的`.
pub(super) fn is_superlative(reading: &Reading<'_, '_>, cue: usize, item: usize, listed: Polarity) -> bool {
    const NEVER: [&str; 9] = ["never", "can't", "cannot", "can not", "couldn't", "could not", "haven't", "hasn't", "not"];
    const SEARCHED: [&[u8]; 13] =
        [b"find", b"found", b"imagine", b"ask", b"asked", b"been", b"had", b"seen", b"be", b"get", b"gotten", b"eaten", b"tasted"];
    let phrase = reading.bytes(reading.items[item].start, reading.items[item].end);
    let between = reading.bytes(reading.items[cue].end, reading.items[item].start);
    if !NEVER.contains(&reading.sense(cue).word) {
        return is_chinese_superlative(between, phrase, listed);
    }
    let searched = has(&SEARCHED, between);
    let such = has(&[b"so", b"such", b"this"], between) || phrase.starts_with(b" so ") || phrase.starts_with(b" such ");
    let compares = reading.sense(item).cues.iter().any(|cue| matches!(cue, Cue::Comparative(_))) || has(&[b"better", b"worse"], phrase);
    let never = reading.sense(cue).word == "never";
    (such && (never || searched)) || ((compares || has(&[b"more"], between)) && searched)
}

/// `没见过这么差的`, `没吃过这么好吃的`, `不是第一次这么慢`.
fn is_chinese_superlative(between: &[u8], phrase: &[u8], listed: Polarity) -> bool {
    let holds = |text: &[u8], word: &str| text.windows(word.len()).any(|part| part == word.as_bytes());
    let such = ["这么", "如此", "这样", "那么"].iter().any(|word| holds(between, word) || phrase.starts_with(word.as_bytes()));
    such && (listed == Polarity::Complaint || holds(between, "过"))
}
