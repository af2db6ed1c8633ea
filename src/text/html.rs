//! HTML made plain text: no tags, entities resolved, blocks on lines of their own, scripts and styles left out.

use std::cell::{Cell, RefCell};

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

/// The text of a piece of HTML, as a reader would see it.
///
/// Blocks and `<br>` end a line, paragraphs are set off by one blank line, runs of blanks are one.
pub fn html_to_text(html: &str) -> String {
    if !html.contains(['<', '&']) {
        return tidy(html);
    }
    let tokenizer = Tokenizer::new(PlainText::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    // A sink that never pauses is always done.
    let _done = tokenizer.feed(&input);
    tokenizer.end();
    tidy(&tokenizer.sink.text.take())
}

#[derive(Default)]
struct PlainText {
    text: RefCell<String>,
    /// How many elements are open whose content is not shown.
    hidden: Cell<usize>,
}

impl TokenSink for PlainText {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::CharacterTokens(run) if self.hidden.get() == 0 => self.text.borrow_mut().push_str(&run),
            Token::TagToken(tag) => return self.tag(&tag),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl PlainText {
    fn tag(&self, tag: &Tag) -> TokenSinkResult<()> {
        let opens = tag.kind == TagKind::StartTag && !tag.self_closing;
        match tag.name.as_ref() {
            "script" | "style" | "noscript" | "template" | "title" | "textarea" | "iframe" | "svg" => {
                let hidden = self.hidden.get();
                match tag.kind {
                    TagKind::StartTag if opens => self.hidden.set(hidden + 1),
                    TagKind::StartTag => {}
                    TagKind::EndTag => self.hidden.set(hidden.saturating_sub(1)),
                }
                if opens && matches!(tag.name.as_ref(), "script" | "style" | "iframe" | "noscript") {
                    return TokenSinkResult::RawData(RawKind::Rawtext);
                }
            }
            "p" | "blockquote" | "ul" | "ol" | "table" | "pre" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.text.borrow_mut().push_str("\n\n");
            }
            "br" | "div" | "li" | "tr" | "dt" | "dd" | "section" | "article" | "header" | "footer" | "hr" | "figure" | "figcaption" => {
                self.text.borrow_mut().push('\n');
            }
            "td" | "th" => self.text.borrow_mut().push(' '),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// One blank between words, at most one blank line between paragraphs, no blanks at the ends of lines, no control characters.
fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    let mut breaks = 0;
    let mut blank = false;
    for letter in text.chars() {
        match letter {
            '\n' | '\u{2028}' | '\u{2029}' => breaks += 1,
            letter if letter.is_whitespace() => blank = true,
            letter if letter.is_control() => {}
            letter => {
                if !tidied.is_empty() {
                    match breaks {
                        0 if blank => tidied.push(' '),
                        0 => {}
                        1 => tidied.push('\n'),
                        _ => tidied.push_str("\n\n"),
                    }
                }
                (breaks, blank) = (0, false);
                tidied.push(letter);
            }
        }
    }
    tidied
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_reads_as_a_person_sees_it() {
        let cases = [
            ("plain", "plain"),
            ("a  b\u{a0}c\r\n", "a b c"),
            ("Fish &amp; chips &#8211; caf&eacute; &unknown; & co", "Fish & chips – café &unknown; & co"),
            ("<p>One</p><p>Two<br>three</p>", "One\n\nTwo\nthree"),
            ("<b>bo</b>ld", "bold"),
            ("x<script>alert('<p>')</script>y<style>p{}</style>z", "xyz"),
            ("<ul><li>one</li><li>two</li></ul>", "one\n\ntwo"),
            ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
            ("unclosed <a href='x", "unclosed"),
            ("nul\u{0}and\u{7}bell", "nulandbell"),
            ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ];
        for (html, want) in cases {
            assert_eq!(html_to_text(html), want, "{html}");
        }
    }
}
