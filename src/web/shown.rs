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
    pub(super) tags: Vec<ShownTag>,
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

/// The mention and the customer who wrote it, with where a query's words stand in its text and its title.
pub(super) fn card(f: &Frame, stored: &Stored, customer: Option<&Customer>, (highlights, in_title): (&[Span], &[Span])) -> Card {
    let (mention, tagging) = (&stored.mention, &stored.tagging);
    let sources: BTreeSet<&str> = stored.sightings.iter().map(|sighting| sighting.source.as_str()).collect();
    let title = |title: &str| pieces(title, &marks(&tagging.tags, Field::Title, in_title));
    Card {
        id: stored.id.clone(),
        verdict: tagging.verdict.as_str(),
        why: tagging.why.clone(),
        ugly: tagging.ugly,
        when: f.published(mention.published),
        author: mention.author.as_ref().map(|author| author.name.clone()),
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
        text: pieces(&mention.text, &marks(&tagging.tags, Field::Text, highlights)),
        tags: tagging.tags.iter().enumerate().map(|(at, tag)| shown_tag(f, at + 1, tag)).collect(),
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
fn marks(tags: &[Tag], field: Field, highlights: &[(usize, usize)]) -> Vec<(usize, usize, &'static str)> {
    let mark = |polarity| match polarity {
        Polarity::Praise => "praise",
        Polarity::Complaint => "complaint",
    };
    let evidence = tags.iter().filter(|tag| tag.field == field).map(|tag| (tag.start, tag.end, mark(tag.polarity)));
    evidence.chain(highlights.iter().map(|(start, end)| (*start, *end, "found"))).collect()
}

/// The text cut at the edges of its marks; where marks overlap the first one counts.
fn pieces(text: &str, marks: &[(usize, usize, &'static str)]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for (at, letter) in text.chars().enumerate() {
        let mark = marks.iter().find(|(start, end, _)| (*start..*end).contains(&at)).map_or("", |(_, _, mark)| mark);
        match pieces.last_mut() {
            Some(last) if last.mark == mark => last.text.push(letter),
            _ => pieces.push(Piece { text: letter.to_string(), mark }),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_at_the_edges_of_its_marks() {
        let cut: Vec<(String, &str)> =
            pieces("很好用 yes", &[(1, 3, "praise"), (0, 2, "found")]).into_iter().map(|piece| (piece.text, piece.mark)).collect();
        assert_eq!(cut, [("很".to_owned(), "found"), ("好用".to_owned(), "praise"), (" yes".to_owned(), "")]);
    }
}
