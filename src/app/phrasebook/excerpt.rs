//! A sentence of a mention with what was found in it, to be shown as an example.

use serde::Serialize;

/// A sentence, and the characters of it that matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Excerpt {
    /// The sentence; a long one is cut around what matters, with an ellipsis.
    pub sentence: String,
    /// The first character of what was found.
    pub start: usize,
    /// One past its last character.
    pub end: usize,
}

/// So many characters are shown on either side at most.
const REACH: usize = 90;

impl Excerpt {
    /// The sentence around the characters `start..end` of `text`.
    pub(super) fn of(text: &str, start: usize, end: usize) -> Self {
        let letters: Vec<char> = text.chars().collect();
        let (start, end) = (start.min(letters.len()), end.clamp(start.min(letters.len()), letters.len()));
        let mut first = (0..start).rev().find(|at| ends_sentence(&letters, *at)).map_or(0, |at| at + 1);
        let mut last = (end..letters.len()).find(|at| ends_sentence(&letters, *at)).map_or(letters.len(), |at| at + 1);
        while letters.get(first).is_some_and(|letter| letter.is_whitespace()) && first < start {
            first += 1;
        }
        while last > end && letters.get(last - 1).is_some_and(|letter| letter.is_whitespace()) {
            last -= 1;
        }
        let cut_before = start - first > REACH;
        let cut_behind = last - end > REACH;
        first = if cut_before { start - REACH } else { first };
        last = if cut_behind { end + REACH } else { last };
        let shown = |letter: &char| if letter.is_control() { ' ' } else { *letter };
        let mut sentence: String = if cut_before { "…".to_owned() } else { String::new() };
        sentence.extend(letters.get(first..last).unwrap_or_default().iter().map(shown));
        sentence.push_str(if cut_behind { "…" } else { "" });
        let shift = usize::from(cut_before);
        Self { sentence, start: start - first + shift, end: end - first + shift }
    }

    /// The sentence with `before` and `behind` around what matters.
    pub fn marked(&self, before: &str, behind: &str) -> String {
        let mut marked = String::with_capacity(self.sentence.len() + before.len() + behind.len());
        for (at, letter) in self.sentence.chars().chain([' ']).enumerate() {
            if at == self.end && self.end > self.start {
                marked.push_str(behind);
            }
            if at == self.start {
                marked.push_str(before);
            }
            marked.push(letter);
        }
        marked.pop();
        marked
    }
}

fn ends_sentence(letters: &[char], at: usize) -> bool {
    match letters.get(at) {
        Some('\n' | '。' | '！' | '？') => true,
        Some('.' | '!' | '?') => letters.get(at + 1).is_none_or(|next| next.is_whitespace()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around(text: &str, words: &str) -> String {
        let start = text.char_indices().take_while(|(at, _)| *at < text.find(words).unwrap()).count();
        Excerpt::of(text, start, start + words.chars().count()).marked("[", "]")
    }

    #[test]
    fn the_sentence_is_shown_with_what_was_found_marked() {
        let long = format!("{}worth it{}", "a ".repeat(80), " b".repeat(80));
        let cases = [
            ("Fine. It is worth it! Bye", "worth it", "It is [worth it]!".to_owned()),
            ("很好。物美价廉，推荐。好", "物美价廉", "[物美价廉]，推荐。".to_owned()),
            ("v1.2 is\nworth it", "worth it", "[worth it]".to_owned()),
            ("v1.2 is worth it", "worth it", "v1.2 is [worth it]".to_owned()),
            ("a\tworth it", "worth it", "a [worth it]".to_owned()),
            (&long, "worth it", format!("…{}[worth it]{}…", "a ".repeat(45), " b".repeat(45))),
        ];
        for (text, words, want) in cases {
            assert_eq!(around(text, words), want, "{text}");
        }
    }
}
