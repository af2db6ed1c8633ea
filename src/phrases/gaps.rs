//! Phrases with gaps (`worth … money`), put together from parts that stand near one another.
//!
//! Looks only at where parts stand; whether the whole stays is for `overlap` to say.

use super::vocabulary::{Found, Gapped, Scan, Vocabulary};
use crate::text::QUESTION;

/// What may stand in a gap: three words, or six characters that stand bare.
const WIDEST: usize = 6;
const WORD: usize = 2;
/// However long its words are, a gap has at most so many bytes, so that no text takes long.
const LONGEST: u32 = 80;

/// A phrase with gaps, found in a text.
#[derive(Debug)]
pub(super) struct Spread {
    pub meaning: u32,
    /// Its parts, in the order of the text; never none.
    pub parts: Vec<Found>,
}

impl Spread {
    pub(super) fn start(&self) -> u32 {
        self.parts.first().map_or(0, |part| part.start)
    }

    pub(super) fn end(&self) -> u32 {
        self.parts.last().map_or(0, |part| part.end)
    }
}

/// All phrases with gaps in a text, ends ascending, each in its shortest reading.
pub(super) fn gapped(vocabulary: &Vocabulary, scan: &Scan<'_>) -> Vec<Spread> {
    let parts = &scan.finds.parts;
    let mut found = Vec::new();
    for (at, last) in parts.iter().enumerate() {
        let closes = vocabulary.roles.get(last.meaning as usize).map(|role| role.closes.as_slice()).unwrap_or_default();
        for form in closes.iter().filter_map(|form| vocabulary.gapped.get(*form as usize)) {
            let mut chain = vec![*last];
            if leads_back(form, form.parts.len() - 1, parts.get(..at).unwrap_or_default(), scan, &mut chain) {
                chain.reverse();
                found.push(Spread { meaning: form.meaning, parts: chain });
            }
        }
    }
    found
}

/// Whether the `missing` first parts of a form stand before the last of `chain`, to which they are added, last first.
fn leads_back(form: &Gapped, missing: usize, before: &[Found], scan: &Scan<'_>, chain: &mut Vec<Found>) -> bool {
    let Some(part) = missing.checked_sub(1).and_then(|missing| form.parts.get(missing)) else { return true };
    let Some(next) = chain.last().map(|found| found.start) else { return false };
    let near = before.iter().enumerate().rev().take_while(|(_, one)| one.end + LONGEST >= next);
    for (at, one) in near.filter(|(_, one)| one.end <= next && part.contains(&one.meaning)) {
        if is_gap(scan.normalised.bytes().get(one.end as usize..next as usize).unwrap_or_default()) {
            chain.push(*one);
            if leads_back(form, missing - 1, before.get(..at).unwrap_or_default(), scan, chain) {
                return true;
            }
            chain.pop();
        }
    }
    false
}

/// Whether a phrase may go on over these bytes: no break, and only so many words and characters.
fn is_gap(bytes: &[u8]) -> bool {
    let width: usize = bytes
        .iter()
        .map(|byte| match byte {
            b' ' => WORD,
            // A character of three bytes or more stands bare.
            0xe2..=0xff => 1,
            _ => 0,
        })
        .sum();
    width <= WIDEST && bytes.iter().all(|byte| *byte > QUESTION)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_a_few_words_of_one_clause() {
        let cases = [
            ("", true),
            (" all the hard", true),
            (" all the hard earned", false),
            ("真的非常非常", true),
            ("真的非常非常的", false),
            (" app真的非常", true),
            (" app真的非常好", false),
            (" and\u{1} all", false),
        ];
        for (gap, want) in cases {
            assert_eq!(is_gap(gap.as_bytes()), want, "{gap}");
        }
    }
}
