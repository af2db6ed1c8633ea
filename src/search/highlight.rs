//! Which stretches of a text a query's words match.
//!
//! A text is cut once, as the index did, and may then be marked for any number of queries. Makes no HTML.

use std::ops::Range;

use super::analyser::{Analyser, Kind, Term, normalised, with_stemming};
use super::needle::Needle;
use crate::text::{Letters, Normalised};

/// A text cut as the index cuts it: costly to make, cheap to mark.
#[derive(Clone, Debug)]
pub struct CutText {
    terms: String,
    pieces: Vec<Piece>,
}

/// A term of a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) kind: Kind,
    /// Which word of the text; other forms of a word share its own.
    pub(super) position: u32,
    pub(super) place: Place,
    /// Its end in the text of all terms; it begins where the one before ends.
    until: u32,
}

/// Where a term stands in the original, in characters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) start: u32,
    /// Where the first character of a pair ends, and the end of all else.
    pub(super) middle: u32,
    pub(super) end: u32,
}

/// What marks a query's words in any number of texts.
#[derive(Clone, Debug)]
pub struct Marker {
    pub(super) in_text: Vec<Needle>,
    pub(super) in_title: Vec<Needle>,
}

impl CutText {
    /// Cuts `text`.
    pub fn of(text: &str) -> Self {
        with_stemming(|analyser| Self::by(analyser, text))
    }

    pub(super) fn by(analyser: &mut Analyser, text: &str) -> Self {
        let normalised = normalised(text);
        analyser.cut(&normalised);
        let mut cut = Self { terms: String::new(), pieces: Vec::new() };
        let mut letters = Letters::of(text);
        let mut before: Option<(Range<usize>, Kind, Place)> = None;
        for term in analyser.terms() {
            cut.terms.push_str(term.text);
            let place = match before {
                // Stems and other forms of a word stand where it stands.
                Some((at, kind, place)) if at == term.at && kind != Kind::Pair && term.kind != Kind::Pair => place,
                _ => Place::of(&term, &normalised, &mut letters),
            };
            before = Some((term.at, term.kind, place));
            cut.pieces.push(Piece { kind: term.kind, position: term.position as u32, place, until: cut.terms.len() as u32 });
        }
        cut.terms.shrink_to_fit();
        cut.pieces.shrink_to_fit();
        cut
    }

    /// Its terms, in order.
    pub(super) fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The form or marked stem of the term at `place`, in bytes: a text is cut once and compared again and again.
    pub(super) fn term(&self, place: usize) -> &[u8] {
        let until = |place: usize| self.pieces.get(place).map_or(0, |piece| piece.until as usize);
        self.terms.as_bytes().get(place.checked_sub(1).map_or(0, until)..until(place)).unwrap_or_default()
    }
}

impl Marker {
    /// The stretches of a mention's text that the query's words match, in characters, in order, never touching.
    pub fn text(&self, text: &CutText) -> Vec<(usize, usize)> {
        spans(&self.in_text, text)
    }

    /// The same for a mention's title, where `title:` counts too.
    pub fn title(&self, title: &CutText) -> Vec<(usize, usize)> {
        spans(&self.in_title, title)
    }

    /// Whether there is nothing to mark anywhere.
    pub fn marks_nothing(&self) -> bool {
        self.in_text.is_empty() && self.in_title.is_empty()
    }
}

impl Place {
    fn of(term: &Term<'_>, text: &Normalised<'_>, letters: &mut Letters<'_>) -> Self {
        let bytes = text.original_bytes(term.at.clone());
        let start = letters.before(bytes.start) as u32;
        let middle = match term.text.chars().next() {
            Some(first) if term.kind == Kind::Pair => {
                let first = text.original_bytes(term.at.start..term.at.start + first.len_utf8());
                Some(letters.before(first.end) as u32)
            }
            _ => None,
        };
        let end = letters.before(bytes.end) as u32;
        Self { start, middle: middle.unwrap_or(end), end }
    }
}

fn spans(needles: &[Needle], text: &CutText) -> Vec<(usize, usize)> {
    let mut spans: Vec<_> = needles.iter().flat_map(|needle| needle.spans(text)).collect();
    spans.sort_unstable();
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
