//! Which character of a text stands at a byte of it. Pure.

/// Counts the characters of a text from where it stands to where it is asked for: cheap for places that lie near each other.
#[derive(Debug)]
pub struct Letters<'t> {
    text: &'t [u8],
    byte: usize,
    letter: usize,
}

impl<'t> Letters<'t> {
    /// Stands at the beginning of `text`.
    pub fn of(text: &'t str) -> Self {
        Self { text: text.as_bytes(), byte: 0, letter: 0 }
    }

    /// How many characters begin before byte `at`; past the end, how many there are.
    pub fn before(&mut self, at: usize) -> usize {
        let at = at.min(self.text.len());
        if at >= self.byte {
            self.letter += begun(self.text.get(self.byte..at));
        } else {
            self.letter -= begun(self.text.get(at..self.byte));
        }
        self.byte = at;
        self.letter
    }
}

/// How many characters begin in these bytes.
fn begun(bytes: Option<&[u8]>) -> usize {
    bytes.unwrap_or_default().iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted_forwards_and_backwards() {
        let text = "añb爱👍c";
        let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let mut letters = Letters::of(text);
        for from in 0..starts.len() {
            for to in 0..starts.len() {
                assert_eq!(letters.before(starts[from]), from);
                assert_eq!(letters.before(starts[to]), to);
            }
        }
        assert_eq!(letters.before(1_000), 6);
    }
}
