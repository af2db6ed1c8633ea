//! Where the characters of a text stand in its bytes, for whoever cuts piece after piece out of it: each piece is looked for from
//! where the last began, not from the text's beginning, so that thousands of pieces of a long text cost one walk through it.

/// A walk through a text.
pub(super) struct Places<'a> {
    text: &'a str,
    /// The character it stands at, and the byte where that begins.
    letter: usize,
    byte: usize,
    /// How many characters it went past.
    #[cfg(test)]
    passed: usize,
}

impl<'a> Places<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self {
            text,
            letter: 0,
            byte: 0,
            #[cfg(test)]
            passed: 0,
        }
    }

    /// So many characters from `start` on; none if the text ends before.
    pub(super) fn slice(&mut self, start: usize, length: usize) -> Option<&'a str> {
        self.go_to(start)?;
        let rest = self.text.get(self.byte..)?;
        let length = forward(rest, length)?;
        rest.get(..length)
    }

    /// Stays where it is if there is no such character.
    fn go_to(&mut self, letter: usize) -> Option<()> {
        let (before, after) = self.text.split_at_checked(self.byte)?;
        let byte = match letter.checked_sub(self.letter) {
            Some(ahead) => self.byte + forward(after, ahead)?,
            None => back(before, self.letter - letter),
        };
        #[cfg(test)]
        {
            self.passed += letter.abs_diff(self.letter);
        }
        (self.letter, self.byte) = (letter, byte);
        Some(())
    }
}

/// The byte that so many characters of `text` end at.
fn forward(text: &str, letters: usize) -> Option<usize> {
    let Some(before) = letters.checked_sub(1) else { return Some(0) };
    let mut rest = text.chars();
    rest.nth(before)?;
    Some(text.len() - rest.as_str().len())
}

/// The byte at which so many characters from the end of `text` begin.
fn back(text: &str, letters: usize) -> usize {
    let Some(before) = letters.checked_sub(1) else { return text.len() };
    let mut rest = text.chars();
    rest.nth_back(before);
    rest.as_str().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a很b好🙂c";

    #[test]
    fn pieces_are_cut_in_any_order() {
        let letters: Vec<char> = TEXT.chars().collect();
        let mut places = Places::of(TEXT);
        let starts = (0..=letters.len()).chain((0..=letters.len()).rev()).chain([3, 0, 5, 2, 2, 6, 1]);
        for (start, length) in starts.flat_map(|start| (0..=letters.len() - start).map(move |length| (start, length))) {
            let piece: String = letters[start..start + length].iter().collect();
            assert_eq!(places.slice(start, length), Some(&*piece), "{start} {length}");
        }
    }

    #[test]
    fn what_lies_behind_the_end_is_none_and_does_no_harm() {
        let mut places = Places::of(TEXT);
        assert_eq!(
            (places.slice(4, 3), places.slice(7, 0), places.slice(usize::MAX, 1), places.slice(1, usize::MAX)),
            (None, None, None, None)
        );
        assert_eq!((places.slice(4, 2), places.slice(0, 1), Places::of("").slice(0, 0)), (Some("🙂c"), Some("a"), Some("")));
    }

    #[test]
    fn thousands_of_pieces_of_a_long_text_cost_one_walk_through_it() {
        let text = "很 easy ".repeat(5_000);
        let mut places = Places::of(&text);
        for number in 0..5_000 {
            assert_eq!(places.slice(number * 7 + 2, 4), Some("easy"));
        }
        assert!(places.passed <= 35_000, "{}", places.passed);
    }
}
