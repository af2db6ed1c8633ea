//! The digest as plain text: no line wider than 74 columns, where a Chinese character takes two. Links that are wider stand at its
//! end, under a number.

use std::fmt::Write;

use unicode_width::UnicodeWidthChar;

use super::page::{LaneView, Page, QuoteView, Row};

/// Columns of a line at most.
const WIDE: usize = 74;
/// Columns before a link.
const INDENT: usize = 4;

/// Columns that a character takes.
pub(super) fn width_of(letter: char) -> usize {
    letter.width().unwrap_or(0)
}

/// Columns that a text takes.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(width_of).sum()
}

/// Links that fit into no line, each once, as `[1]`, `[2]` …
#[derive(Default)]
struct Far(Vec<String>);

impl Far {
    /// The number of a link that has to stand at the end; none of one that fits into a line.
    fn number(&mut self, link: &str) -> Option<usize> {
        if width(link) + INDENT <= WIDE {
            return None;
        }
        if !self.0.iter().any(|known| known == link) {
            self.0.push(link.to_owned());
        }
        self.0.iter().position(|known| known == link).map(|place| place + 1)
    }
}

/// The page as plain text.
pub(super) fn text(page: &Page) -> String {
    let (mut out, mut far) = (String::new(), Far::default());
    paragraph(&mut out, &format!("{} · {}", page.kind, page.date), "", "");
    out.push('\n');
    paragraph(&mut out, &page.sentence, "", "");
    for line in &page.below {
        paragraph(&mut out, line, "", "");
    }
    if !page.todo.is_empty() {
        heading(&mut out, page.words.todo);
        for row in &page.todo {
            list_row(&mut out, &mut far, row);
        }
    }
    if !page.figures.is_empty() {
        heading(&mut out, page.words.figures);
        figures(&mut out, page);
    }
    for lane in page.lanes.iter().chain(&page.searches) {
        lane_text(&mut out, &mut far, page, lane);
    }
    for list in &page.lists {
        heading(&mut out, &list.heading);
        for row in &list.rows {
            list_row(&mut out, &mut far, row);
        }
    }
    if !far.0.is_empty() {
        heading(&mut out, page.words.links);
        for (place, link) in far.0.iter().enumerate() {
            line(&mut out, &format!("[{}] {link}", place + 1));
        }
    }
    out.push_str("\n-- \n");
    for (line, link) in &page.foot {
        paragraph(&mut out, line, "", "");
        if let Some(link) = link {
            out.push_str(link);
            out.push('\n');
        }
    }
    out
}

fn heading(out: &mut String, text: &str) {
    out.push('\n');
    paragraph(out, &text.to_uppercase(), "", "");
    line(out, &"-".repeat(width(text).min(WIDE)));
}

fn figures(out: &mut String, page: &Page) {
    let wide = page.figures.iter().map(|figure| width(figure.label)).max().unwrap_or(0);
    for figure in &page.figures {
        let gap = " ".repeat(wide - width(figure.label) + 2);
        line(out, format!("  {}{gap}{:>5}  {}", figure.label, figure.count, figure.change).trim_end());
    }
}

fn lane_text(out: &mut String, far: &mut Far, page: &Page, lane: &LaneView) {
    heading(out, &lane.heading);
    for (place, quote) in lane.quotes.iter().enumerate() {
        if place > 0 {
            out.push('\n');
        }
        quote_text(out, far, page, quote);
    }
    if let Some(more) = &lane.more {
        if !lane.quotes.is_empty() {
            out.push('\n');
        }
        list_row(out, far, more);
    }
}

fn quote_text(out: &mut String, far: &mut Far, page: &Page, quote: &QuoteView) {
    let marked = |pieces: &[super::quote::Piece]| {
        let piece = |piece: &super::quote::Piece| if piece.tone.is_some() { format!("*{}*", piece.text) } else { piece.text.clone() };
        pieces.iter().map(piece).collect::<String>()
    };
    let title = if quote.title.is_empty() { String::new() } else { format!("{} — ", marked(&quote.title)) };
    let (open, close) = page.words.quotation;
    paragraph(out, &format!("{open}{title}{}{close}", marked(&quote.text)), "  ", "  ");
    paragraph(out, &format!("— {}", quote.byline), "  ", "    ");
    paragraph(out, &quote.detail, "    ", "    ");
    for link in [Some(&quote.link), quote.post.as_ref()].into_iter().flatten() {
        match far.number(link) {
            Some(number) => line(out, &format!("    [{number}]")),
            None => line(out, &format!("    {link}")),
        }
    }
}

fn list_row(out: &mut String, far: &mut Far, row: &Row) {
    let number = row.link.as_deref().and_then(|link| far.number(link));
    let number_said = number.map(|number| format!(" [{number}]")).unwrap_or_default();
    paragraph(out, &format!("{}{number_said}", row.text), "  * ", "    ");
    if !row.detail.is_empty() {
        paragraph(out, &row.detail, "    ", "    ");
    }
    if let Some(link) = row.link.as_deref().filter(|_| number.is_none()) {
        line(out, &format!("    {link}"));
    }
}

fn line(out: &mut String, text: &str) {
    writeln!(out, "{text}").expect("a string takes all that is written to it");
}

/// The text in lines that are not too wide; an address is never broken.
fn paragraph(out: &mut String, text: &str, first: &str, then: &str) {
    if text.is_empty() {
        return;
    }
    let mut current = first.to_owned();
    let mut is_begun = false;
    for word in words(text) {
        let bare = word.trim_end();
        if is_begun && width(&current) + width(bare) > WIDE && !begins_no_line(bare) {
            line(out, current.trim_end());
            then.clone_into(&mut current);
        }
        current.push_str(&word);
        is_begun = true;
    }
    line(out, current.trim_end());
}

/// Where a line can break: behind a space, and between wide characters.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before: Option<char> = None;
    for letter in text.chars() {
        let breaks = before.is_none_or(|before| (before == ' ' && letter != ' ') || width_of(letter) == 2 || width_of(before) == 2);
        match words.last_mut() {
            Some(word) if !breaks => word.push(letter),
            _ => words.push(letter.to_string()),
        }
        before = Some(letter);
    }
    words
}

/// Whether a line must not begin with it, in Chinese typesetting.
fn begins_no_line(word: &str) -> bool {
    let mut letters = word.chars();
    match letters.next() {
        // The mark of evidence begins a line where it opens, not where it closes.
        Some('*') => !letters.next().is_some_and(char::is_alphanumeric),
        Some(letter) => "，。！？；：、）」』”’》…".contains(letter),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_wrapped_by_their_width() {
        let mut out = String::new();
        paragraph(&mut out, &"easy to use ".repeat(20), "  * ", "    ");
        paragraph(&mut out, &"很好用，".repeat(40), "  ", "  ");
        paragraph(&mut out, &format!("see https://acme.example/{} there", "a".repeat(90)), "", "");
        for found in out.lines().filter(|found| !found.contains("https://")) {
            assert!(width(found) <= WIDE + 2, "{found}");
            assert!(!found.trim_start().starts_with('，'), "{found}");
        }
        let mut marked = String::new();
        paragraph(&mut marked, &"it is *easy* ".repeat(20), "", "");
        assert!(marked.lines().all(|found| width(found) <= WIDE), "{marked}");
        assert!(out.contains(&"a".repeat(90)), "an address stays whole");
        assert_eq!(out.matches("很").count(), 40, "nothing is lost");
    }
}
