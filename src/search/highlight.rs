//! Which stretches of a text a query's words match.
//!
//! Cuts the text as the index did and asks the same needles. Makes no HTML.

use super::analyser::{Term, normalised, with_stemming};
use super::needle::Needle;

/// The spans of `needles` in `text`, in characters of the original, in order and merged where they touch.
pub(super) fn spans(needles: &[Needle], text: &str) -> Vec<(usize, usize)> {
    if needles.is_empty() {
        return Vec::new();
    }
    let normalised = normalised(text);
    let mut spans = with_stemming(|analyser| {
        analyser.cut(&normalised);
        let terms: Vec<Term<'_>> = analyser.terms().collect();
        needles.iter().flat_map(|needle| needle.spans(&terms)).collect::<Vec<_>>()
    });
    spans.sort_unstable_by_key(|span| (span.start, span.end));
    let spans: Vec<_> = spans.into_iter().map(|span| normalised.letters(&normalised.original_bytes(span))).collect();
    merged(&spans)
}

fn merged(spans: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut merged: Vec<(usize, usize)> = Vec::with_capacity(spans.len());
    for &(start, end) in spans {
        match merged.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => merged.push((start, end)),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use crate::search::Query;

    fn marked(query: &str, text: &str) -> String {
        let spans = Query::parse(query, Timestamp::UNIX_EPOCH).highlights(text);
        let mut out = String::new();
        for (at, char) in text.chars().enumerate() {
            out.extend(spans.iter().any(|span| span.0 == at).then_some('['));
            out.push(char);
            out.extend(spans.iter().any(|span| span.1 == at + 1).then_some(']'));
        }
        out
    }

    #[test]
    fn what_was_found_is_marked_in_the_original() {
        for (query, text, want) in [
            ("love", "Loved it, loves it", "[Loved] it, [loves] it"),
            ("\"easy to use\"", "Easy  to use, easier to use", "[Easy  to use], easier to use"),
            ("cafe", "CAFE\u{301} Café", "[CAFE\u{301}] [Café]"),
            ("京东", "在京东买的", "在[京东]买的"),
            ("续航时间", "它续航时间长", "它[续航时间]长"),
            ("续航 航时", "续航时间", "[续航时]间"),
            ("好", "好用,很好", "[好]用,很[好]"),
            ("bat*", "Battery, a bat.", "[Battery], a [bat]."),
            ("a -b", "a b", "[a] b"),
            ("title:a b", "a b", "a [b]"),
            ("author:ann product:acme", "ann acme", "ann acme"),
            ("battery", "ＢＡＴＴＥＲＹ 👍 battery", "[ＢＡＴＴＥＲＹ] 👍 [battery]"),
            ("👍", "ok 👍🏽!", "ok [👍🏽]!"),
            ("love", "I looooove it", "I [looooove] it"),
            ("手机", "這個手機好", "這個[手機]好"),
            ("wifi OR \"wi-fi\"", "the Wi‑Fi", "the [Wi‑Fi]"),
            ("slow NEAR/3 support", "Slow, slow support", "[Slow], [slow] [support]"),
            ("", "anything", "anything"),
        ] {
            assert_eq!(marked(query, text), want, "{query} in {text}");
        }
    }

    #[test]
    fn a_title_is_marked_for_its_own_field_too() {
        let query = Query::parse("title:great fine", Timestamp::UNIX_EPOCH);
        assert_eq!(query.title_highlights("Great and fine"), [(0, 5), (10, 14)]);
        assert_eq!(query.highlights("Great and fine"), [(10, 14)]);
    }
}
