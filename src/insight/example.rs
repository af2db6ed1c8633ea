//! A mention as an example of a figure: enough of its words to know it by.

use serde::Serialize;

/// How much of a mention is shown, in characters.
const LENGTH: usize = 90;

/// A mention behind a figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Example {
    /// Its id.
    pub id: String,
    /// What it says, on one line and cut to a handy length.
    pub says: String,
}

impl Example {
    /// The mention `id` that says `text`, around character `at`.
    pub fn of(id: &str, text: &str, at: usize) -> Self {
        let letters: Vec<char> = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
        let from = if at + 20 > LENGTH { at.saturating_sub(LENGTH / 3) } else { 0 };
        let until = (from + LENGTH).min(letters.len());
        let cut: String = letters.get(from..until).unwrap_or_default().iter().collect();
        let cut = cut.split_whitespace().collect::<Vec<_>>().join(" ");
        let before = if from > 0 { "…" } else { "" };
        let after = if until < letters.len() { "…" } else { "" };
        Self { id: id.to_owned(), says: format!("{before}{cut}{after}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_shows_the_words_it_was_found_by() {
        assert_eq!(Example::of("m1", "short\nand  good", 0).says, "short and good");
        let long = format!("{} here it is {}", "word ".repeat(40), "more ".repeat(40));
        let says = Example::of("m1", &long, 200).says;
        assert!(says.contains("here it is") && says.starts_with('…') && says.ends_with('…'), "{says}");
        assert!(says.chars().count() <= LENGTH + 2);
    }
}
