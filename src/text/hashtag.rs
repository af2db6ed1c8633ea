//! The words of a hashtag, which are written together: `#EasyToUse`, `#easytouse`.
//!
//! Taken apart by words that are known, else by its capitals. Knows nothing of offsets.

/// Longer tags are left as they are.
const LONGEST: usize = 40;

/// A tag of at most so many letters, the first a capital, is likelier a name (`#Chicago`) than several words.
const SHORT_NAME: usize = 8;

/// The words of `tag`; none if it is one word, as far as can be told. `known` tells which words there are.
pub(super) fn words_of<'t>(tag: &'t str, known: &dyn Fn(&[u8]) -> bool) -> Vec<&'t str> {
    let small = tag.to_ascii_lowercase();
    let is_name =
        tag.len() <= SHORT_NAME && tag.starts_with(char::is_uppercase) && tag.chars().filter(char::is_ascii_uppercase).count() == 1;
    if !(4..=LONGEST).contains(&tag.len()) || !tag.is_ascii() || is_name || known(small.as_bytes()) {
        return Vec::new();
    }
    let ends = known_ends(small.as_bytes(), known).unwrap_or_else(|| capital_ends(tag.as_bytes()));
    let mut start = 0;
    let words: Vec<&str> = ends.into_iter().filter_map(|end| tag.get(std::mem::replace(&mut start, end)..end)).collect();
    if words.len() > 1 { words } else { Vec::new() }
}

/// Where words end if all of the tag is known words, as few as can be.
fn known_ends(tag: &[u8], known: &dyn Fn(&[u8]) -> bool) -> Option<Vec<usize>> {
    let is_word = |word: &[u8]| match word {
        [b'a' | b'i'] => true,
        [_] | [] => false,
        _ => known(word),
    };
    // For every place, how many words lead there at least, and where the last of them begins.
    let mut best: Vec<Option<(usize, usize)>> = vec![None; tag.len() + 1];
    best[0] = Some((0, 0));
    for end in 1..=tag.len() {
        let reached = |start: usize| Some((best[start]?.0 + 1, start)).filter(|_| tag.get(start..end).is_some_and(is_word));
        best[end] = (0..end).filter_map(reached).min();
    }
    let mut ends = Vec::new();
    let mut at = tag.len();
    while at > 0 {
        ends.push(at);
        at = best[at]?.1;
    }
    ends.reverse();
    Some(ends)
}

/// Where a small letter is followed by a capital, or capitals by a word that begins with one. A lone first letter belongs to what
/// follows (`iPhone`).
fn capital_ends(tag: &[u8]) -> Vec<usize> {
    let begins = |at: usize| {
        let before = tag.get(at - 1).is_some_and(u8::is_ascii_lowercase);
        let after = tag.get(at + 1).is_some_and(u8::is_ascii_lowercase);
        at > 1 && tag.get(at).is_some_and(u8::is_ascii_uppercase) && (before || after)
    };
    (1..tag.len()).filter(|at| begins(*at)).chain([tag.len()]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hashtag_is_taken_apart_where_words_are_known_or_begin_with_capitals() {
        let known = |word: &[u8]| [&b"easy"[..], b"to", b"use", b"not", b"good", b"acme", b"goodbye", b"bye"].contains(&word);
        let cases: [(&str, &[&str]); 13] = [
            ("easytouse", &["easy", "to", "use"]),
            ("EasyToUse", &["Easy", "To", "Use"]),
            ("notgood", &["not", "good"]),
            ("goodbye", &[]),
            ("acme", &[]),
            ("AcmeRocks", &["Acme", "Rocks"]),
            ("UXDesign", &["UX", "Design"]),
            ("iPhone13Pro", &["iPhone13", "Pro"]),
            ("eBay", &[]),
            ("Notgood", &[]),
            ("unheardof", &[]),
            ("ACME", &[]),
            ("", &[]),
        ];
        for (tag, want) in cases {
            assert_eq!(words_of(tag, &known), want, "{tag}");
        }
    }
}
