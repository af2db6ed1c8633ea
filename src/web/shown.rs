//! A mention as pages show it: cut at the edges of its evidence, its tags numbered so that each can be corrected.

use std::collections::BTreeSet;

use super::frame::Frame;
use crate::customers::Customer;
use crate::mention::{Field, Polarity, Tag};
use crate::store::Stored;

/// A mention as shown.
pub(super) struct Card {
    pub(super) id: String,
    pub(super) verdict: &'static str,
    pub(super) why: String,
    pub(super) ugly: bool,
    pub(super) when: String,
    pub(super) author: Option<String>,
    pub(super) customer: Option<String>,
    pub(super) sources: String,
    pub(super) stars: Option<String>,
    pub(super) url: Option<String>,
    pub(super) edited: bool,
    pub(super) gone: bool,
    pub(super) lang: String,
    pub(super) title: Vec<Piece>,
    pub(super) text: Vec<Piece>,
    /// Whether even its own page shows only the beginning.
    pub(super) is_cut: bool,
    pub(super) tags: Vec<ShownTag>,
    /// Tags that are not shown.
    pub(super) more_tags: usize,
}

/// A tag with its number, from 1.
pub(super) struct ShownTag {
    pub(super) number: usize,
    pub(super) polarity: &'static str,
    pub(super) text: String,
    pub(super) product: Option<String>,
    pub(super) theme: String,
    pub(super) rule: String,
    pub(super) joined_by: Option<&'static str>,
    pub(super) list: String,
}

/// A stretch of text with its mark: `praise`, `complaint`, `found` or none.
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) mark: &'static str,
}

/// From this character to before that one.
type Span = (usize, usize);

/// The same with what it is marked as.
type Mark = (usize, usize, &'static str);

/// Of a text in a list so many letters are shown; of one on its own page so many.
const EXCERPT: usize = 1_500;
const WHOLE: usize = 20_000;
/// So many letters before the first evidence of a long text.
const BEFORE: usize = 100;
/// Names and titles are at most so long.
const NAME: usize = 100;
const TITLE: usize = 300;
/// Tags shown of a mention.
const TAGS: usize = 50;

/// The mention in a list, and the customer who wrote it, with where a query's words stand in its text and its title.
pub(super) fn card(f: &Frame, stored: &Stored, customer: Option<&Customer>, highlights: (&[Span], &[Span])) -> Card {
    shown(f, stored, customer, highlights, EXCERPT)
}

/// The mention on its own page.
pub(super) fn whole_card(f: &Frame, stored: &Stored, customer: Option<&Customer>) -> Card {
    shown(f, stored, customer, (&[], &[]), WHOLE)
}

fn shown(f: &Frame, stored: &Stored, customer: Option<&Customer>, (highlights, in_title): (&[Span], &[Span]), most: usize) -> Card {
    let (mention, tagging) = (&stored.mention, &stored.tagging);
    let sources: BTreeSet<&str> = stored.sightings.iter().map(|sighting| sighting.source.as_str()).collect();
    let title = |title: &str| pieces(title, &marks(&tagging.tags, Field::Title, in_title), TITLE);
    Card {
        id: stored.id.clone(),
        verdict: tagging.verdict.as_str(),
        why: tagging.why.clone(),
        ugly: tagging.ugly,
        when: f.published(mention.published),
        author: mention.author.as_ref().map(|author| cut(&author.name, NAME)),
        customer: customer.map(|customer| match &customer.segment {
            Some(segment) => format!("{} · {segment}", customer.called()),
            None => customer.called().to_owned(),
        }),
        sources: sources.into_iter().collect::<Vec<_>>().join(", "),
        stars: mention.rating.map(|rating| f.of2("mention.stars", rating.value(), rating.best())),
        url: mention.url.as_ref().filter(|url| is_web(url)).map(ToString::to_string),
        edited: stored.revision > 1,
        gone: stored.gone().is_some(),
        lang: tagging.lang.as_str().to_owned(),
        title: mention.title.as_deref().map(title).unwrap_or_default(),
        text: pieces(&mention.text, &marks(&tagging.tags, Field::Text, highlights), most),
        is_cut: most == WHOLE && mention.text.chars().nth(most).is_some(),
        more_tags: tagging.tags.len().saturating_sub(TAGS),
        tags: tagging.tags.iter().take(TAGS).enumerate().map(|(at, tag)| shown_tag(f, at + 1, tag)).collect(),
    }
}

fn shown_tag(f: &Frame, number: usize, tag: &Tag) -> ShownTag {
    ShownTag {
        number,
        polarity: tag.polarity.as_str(),
        text: tag.text.clone(),
        product: tag.product.clone(),
        theme: tag.theme.clone(),
        rule: f.rule(&tag.rule),
        joined_by: tag.joined_by.map(|joined| joined.as_str()),
        list: tag.list.clone(),
    }
}

/// Whether a link leads to a web page, and nowhere else.
pub(super) fn is_web(url: &url::Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

/// What is marked in a part of a mention: evidence over query words.
fn marks(tags: &[Tag], field: Field, highlights: &[(usize, usize)]) -> Vec<Mark> {
    let mark = |polarity| match polarity {
        Polarity::Praise => "praise",
        Polarity::Complaint => "complaint",
    };
    let evidence = tags.iter().filter(|tag| tag.field == field).map(|tag| (tag.start, tag.end, mark(tag.polarity)));
    evidence.chain(highlights.iter().map(|(start, end)| (*start, *end, "found"))).collect()
}

/// At most so much of a text, from a little before its first mark, cut at the edges of its marks; where marks overlap the first one
/// counts. What is left out is told by `…`.
fn pieces(text: &str, marks: &[Mark], most: usize) -> Vec<Piece> {
    let from = if text.chars().nth(most).is_none() { 0 } else { beginning(marks, most) };
    let letters: Vec<char> = text.chars().skip(from).take(most + 1).collect();
    let (shown, is_cut) = (letters.len().min(most), letters.len() > most);
    let mut painted = vec![""; shown];
    for (start, end, mark) in marks.iter().rev() {
        let within = start.saturating_sub(from).min(shown)..end.saturating_sub(from).min(shown);
        painted.get_mut(within).into_iter().flatten().for_each(|paint| *paint = mark);
    }
    let mut pieces: Vec<Piece> = Vec::new();
    let before = (from > 0).then_some(('…', ""));
    let after = is_cut.then_some(('…', ""));
    for (letter, mark) in before.into_iter().chain(letters.into_iter().zip(painted)).chain(after) {
        match pieces.last_mut() {
            Some(last) if last.mark == mark => last.text.push(letter),
            _ => pieces.push(Piece { text: letter.to_string(), mark }),
        }
    }
    pieces
}

/// Where an excerpt begins: at the beginning, unless the first mark would not be in it.
fn beginning(marks: &[Mark], most: usize) -> usize {
    let first = marks.iter().map(|(start, _, _)| *start).min().unwrap_or_default();
    if first + BEFORE < most { 0 } else { first.saturating_sub(BEFORE) }
}

/// The beginning of a text that others wrote and nobody limits.
pub(super) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => text.get(..end).unwrap_or_default().to_owned() + "…",
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_at_the_edges_of_its_marks() {
        let cut: Vec<(String, &str)> =
            pieces("很好用 yes", &[(1, 3, "praise"), (0, 2, "found")], 10).into_iter().map(|piece| (piece.text, piece.mark)).collect();
        assert_eq!(cut, [("很".to_owned(), "found"), ("好用".to_owned(), "praise"), (" yes".to_owned(), "")]);
    }

    #[test]
    fn of_a_long_text_the_part_with_its_first_evidence_is_shown() {
        let text = format!("{}great{}", "a".repeat(1_000), "b".repeat(1_000));
        let shown = |marks: &[Mark], most: usize| -> Vec<(String, &'static str)> {
            pieces(&text, marks, most).into_iter().map(|piece| (piece.text, piece.mark)).collect()
        };
        let with_mark = shown(&[(1_000, 1_005, "praise")], 300);
        assert_eq!(with_mark[0], (format!("…{}", "a".repeat(BEFORE)), ""));
        assert_eq!(with_mark[1], ("great".to_owned(), "praise"));
        assert_eq!(with_mark[2], (format!("{}…", "b".repeat(300 - BEFORE - 5)), ""));
        assert_eq!(shown(&[], 300), [(format!("{}…", "a".repeat(300)), "")]);
        assert_eq!(shown(&[(1_000, 1_005, "praise")], 3_000)[0].0.len(), 1_000, "what is short enough is whole");
        assert_eq!(shown(&[(1_000, usize::MAX, "praise")], 300)[1].0.chars().count(), 300 - BEFORE);
        assert_eq!((cut("很好用", 2), cut("ab", 2)), ("很好…".to_owned(), "ab".to_owned()));
    }
}
