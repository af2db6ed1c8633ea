//! The ways a phrase, a cue or a name may stand in normalised text: with and without apostrophes, names in one word or set apart.
//!
//! Knows nothing of what the spellings mean.

use crate::text::{CLAUSE, Normalised, QUESTION, SENTENCE};

/// A form as it stands in normalised text; none if it says nothing.
pub(super) fn normal(form: &str) -> Option<Vec<u8>> {
    let normalised = Normalised::plain(form);
    let bytes = normalised.bytes();
    let is_break = |byte: &u8| matches!(*byte, CLAUSE | SENTENCE | QUESTION);
    let end = bytes.iter().rposition(|byte| !is_break(byte))? + 1;
    bytes.get(..end).map(<[u8]>::to_vec)
}

/// The ways to write a phrase or cue: as it stands, and without apostrophes (`dont`) where that makes no other word.
pub(super) fn spellings(form: &str) -> Vec<Vec<u8>> {
    const OTHER_WORDS: [&[u8]; 8] = [b"we're", b"we'll", b"i'll", b"she'll", b"he'll", b"i'd", b"she'd", b"we'd"];
    let Some(normal) = normal(form) else { return Vec::new() };
    let mut spellings = vec![normal];
    let bare: Vec<u8> = spellings[0].iter().copied().filter(|byte| *byte != b'\'').collect();
    let makes_other = spellings[0].split(|byte| *byte == b' ').any(|word| OTHER_WORDS.contains(&word));
    if bare.len() < spellings[0].len() && !makes_other {
        spellings.push(bare);
    }
    spellings
}

/// The ways to write a name: as it stands, in one word (`#LanternDesk`), and with digits set off (`phone 12`).
pub(super) fn name_spellings(name: &str) -> Vec<Vec<u8>> {
    let Some(normal) = normal(name) else { return Vec::new() };
    let mut spellings = vec![normal];
    let normal = spellings[0].clone();
    let inner: Vec<u8> = normal.iter().skip(1).copied().filter(|byte| *byte != b' ').collect();
    if normal.first() == Some(&b' ') && inner.len() >= 5 && inner.len() + 1 < normal.len() && inner.is_ascii() {
        spellings.push([b" ", &inner[..]].concat());
    }
    let mut spaced = Vec::with_capacity(normal.len() + 2);
    for pair in normal.windows(2) {
        spaced.push(pair[0]);
        if pair[0].is_ascii_alphabetic() && pair[1].is_ascii_digit() {
            spaced.push(b' ');
        }
    }
    spaced.extend(normal.last());
    if spaced.len() > normal.len() && normal.len() > 4 {
        spellings.push(spaced);
    }
    spellings
}

/// Whether a form ends in a letter of a word, so that no other may follow.
pub(super) fn ends_word(form: &[u8]) -> bool {
    form.last().is_some_and(|byte| byte.is_ascii_alphanumeric())
        || std::str::from_utf8(form).is_ok_and(|form| form.ends_with(|last: char| ('\u{c0}'..'\u{2000}').contains(&last)))
}

/// Whether a word goes on with these bytes. An English possessive ends it.
pub(super) fn goes_on(next: &[u8]) -> bool {
    match next {
        [b'\'', b's', rest @ ..] => goes_on(rest),
        [byte, ..] => byte.is_ascii_alphanumeric() || matches!(byte, b'\'' | b'.' | 0xc3..=0xe1),
        [] => false,
    }
}

/// Whether a form is nothing but one Chinese character, three times or more.
pub(super) fn is_drawn_out(form: &str) -> bool {
    let mut letters = form.chars();
    if letters.next().is_none_or(|first| first.is_ascii() || letters.any(|letter| letter != first)) {
        return false;
    }
    let normalised = Normalised::plain(form);
    normalised.bytes().len() == 3 && normalised.is_wide(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_however_they_are_spaced() {
        let spelled = |name: &str| name_spellings(name).into_iter().map(|form| String::from_utf8(form).unwrap()).collect::<Vec<_>>();
        assert_eq!(spelled("Lantern Desk"), [" lantern desk", " lanterndesk"]);
        assert_eq!(spelled("iPhone13"), [" iphone13", " iphone 13"]);
        assert_eq!(spelled("小米10"), ["小米 10"]);
        assert_eq!(spelled("!?"), [""; 0]);
    }

    #[test]
    fn apostrophes_may_be_left_out_where_no_other_word_comes_of_it() {
        assert_eq!(spellings("don’t"), [b" don't".to_vec(), b" dont".to_vec()]);
        assert_eq!(spellings("we'll"), [b" we'll".to_vec()]);
    }
}
