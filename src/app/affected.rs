//! Which stored mentions a phrase could stand in, before it is known whether it is tagged there.
//!
//! May name a mention too many, never one too few: it looks for the words of a form without asking what stands around them.

use std::collections::HashSet;

use aho_corasick::{AhoCorasick, MatchKind};

use super::App;
use super::phrasebook::key;
use crate::text::Normalised;

/// Mentions read at once.
const AT_ONCE: i64 = 2_000;

impl App {
    /// The rows, ascending, of stored mentions that could hold one of `phrases`, given as plain forms.
    pub async fn affected(&self, phrases: &[String]) -> anyhow::Result<Vec<i64>> {
        let needles = Needles::new(phrases)?;
        let (mut rows, mut after) = (Vec::new(), 0);
        loop {
            let batch = self.store.wordings(after, AT_ONCE).await?;
            let Some(last) = batch.last() else { return Ok(rows) };
            after = last.row;
            let holds = |text: &str| needles.may_stand_in(text);
            rows.extend(batch.iter().filter(|one| holds(&one.text) || one.title.as_deref().is_some_and(holds)).map(|one| one.row));
        }
    }
}

impl App {
    /// The rows of stored mentions whose page says that it is about something that holds one of `names`.
    pub(super) async fn affected_subjects(&self, names: &[String]) -> anyhow::Result<Vec<i64>> {
        let needles = Needles::new(names)?;
        let abouts = self.store.abouts().await?;
        Ok(abouts.into_iter().filter(|(_, about)| needles.may_stand_in(about)).map(|(row, _)| row).collect())
    }
}

/// The words to look for: every form as parts that must all be there.
struct Needles {
    automaton: AhoCorasick,
    /// For each form, the numbers of its parts.
    forms: Vec<Vec<usize>>,
    words: HashSet<Vec<u8>>,
}

impl Needles {
    fn new(phrases: &[String]) -> anyhow::Result<Self> {
        let (mut parts, mut forms) = (Vec::new(), Vec::new());
        for phrase in phrases {
            let whole: Vec<Vec<u8>> =
                phrase.split('…').flat_map(|part| part.split("...")).map(key).filter(|part| !part.is_empty()).collect();
            // An apostrophe may be left out (`dont`).
            let bare: Vec<Vec<u8>> = whole.iter().map(|part| part.iter().copied().filter(|byte| *byte != b'\'').collect()).collect();
            let spellings = if bare == whole { vec![whole] } else { vec![whole, bare] };
            for spelling in spellings.into_iter().filter(|spelling| !spelling.is_empty()) {
                forms.push((parts.len()..parts.len() + spelling.len()).collect());
                parts.extend(spelling);
            }
        }
        let words = parts.iter().flat_map(|part| part.split(|byte| *byte <= b' ')).filter(|word| !word.is_empty()).map(<[u8]>::to_vec);
        let words = words.collect();
        Ok(Self { automaton: AhoCorasick::builder().match_kind(MatchKind::Standard).build(&parts)?, forms, words })
    }

    fn may_stand_in(&self, text: &str) -> bool {
        let normalised = Normalised::new(text, &|word| self.words.contains(word));
        let found: HashSet<usize> =
            self.automaton.find_overlapping_iter(normalised.bytes()).map(|found| found.pattern().as_usize()).collect();
        !found.is_empty() && self.forms.iter().any(|parts| parts.iter().all(|part| found.contains(part)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_may_stand_in_a_text_however_it_is_written_there() {
        let needles = Needles::new(&["user-friendly", "don't like", "worth … money", "好用"].map(str::to_owned)).unwrap();
        let cases = [
            ("so USER FRIENDLY", true),
            ("user, friendly", false),
            ("I dont like it", true),
            ("I don’t liiiike it", true),
            ("worth every cent of the money", true),
            ("money", false),
            ("這個真的很好用", true),
            ("", false),
        ];
        for (text, want) in cases {
            assert_eq!(needles.may_stand_in(text), want, "{text}");
        }
    }
}
