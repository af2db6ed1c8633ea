//! Markdown made plain text: what its author says, without quotes of others, code, pictures and the comments of templates.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::text::html_to_text;

/// The text of a piece of Markdown, as a reader would see it, less what its author did not say.
pub(super) fn to_text(markdown: &str) -> String {
    let mut plain = Plain::default();
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS) {
        plain.take(event);
    }
    tidy(&plain.text)
}

#[derive(Default)]
struct Plain {
    text: String,
    /// HTML on the way in.
    html: String,
    /// How many elements are open whose content its author did not say.
    hidden: usize,
}

impl Plain {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(Tag::BlockQuote(_) | Tag::CodeBlock(_) | Tag::Image { .. } | Tag::MetadataBlock(_)) => self.hidden += 1,
            Event::End(TagEnd::BlockQuote(_) | TagEnd::CodeBlock | TagEnd::Image | TagEnd::MetadataBlock(_)) => {
                self.hidden = self.hidden.saturating_sub(1);
            }
            _ if self.hidden > 0 => {}
            Event::Text(run) | Event::Code(run) => self.text.push_str(&run),
            Event::SoftBreak | Event::HardBreak => self.text.push('\n'),
            Event::Html(html) => self.html.push_str(&html),
            Event::InlineHtml(html) if html.starts_with("<br") => self.text.push('\n'),
            Event::End(TagEnd::HtmlBlock) => {
                let html = std::mem::take(&mut self.html);
                self.text.push_str(&html_to_text(&html));
                self.text.push_str("\n\n");
            }
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Table | TagEnd::List(_)) => self.text.push_str("\n\n"),
            Event::End(TagEnd::Item | TagEnd::TableRow | TagEnd::TableHead) => self.text.push('\n'),
            Event::End(TagEnd::TableCell) => self.text.push(' '),
            _ => {}
        }
    }
}

/// No blanks at the ends of lines, at most one blank line between paragraphs.
fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    let mut blank_lines = 0;
    for line in text.lines().map(str::trim) {
        if line.is_empty() {
            blank_lines += 1;
            continue;
        }
        if !tidied.is_empty() {
            tidied.push_str(if blank_lines > 0 { "\n\n" } else { "\n" });
        }
        blank_lines = 0;
        tidied.push_str(line);
    }
    tidied
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_becomes_what_its_author_says() {
        for (markdown, want) in [
            ("It is **really** [great](https://a.example).", "It is really great."),
            ("> the sync is awful\n\nI disagree.", "I disagree."),
            ("> quoted\n> > deeper\n\nmine\n\n> quoted again", "mine"),
            ("Before\n```\nerror: awful crash\n```\nafter", "Before\n\nafter"),
            ("<!-- Describe the bug -->\n\nIt hangs.", "It hangs."),
            ("inline <!-- hint --> words", "inline  words"),
            ("# Heading\n\n- one\n- two\n\nend", "Heading\n\none\ntwo\n\nend"),
            ("![broken thing](a.png)\nfine", "fine"),
            ("| a | b |\n|---|---|\n| good | bad |", "a b\ngood bad"),
            ("<details><summary>Log</summary>\n\nlong\n\n</details>", "Log\n\nlong"),
            ("line one\nline two", "line one\nline two"),
            ("非常**好用**，推荐", "非常好用，推荐"),
            ("", ""),
        ] {
            assert_eq!(to_text(markdown), want, "{markdown}");
        }
    }
}
