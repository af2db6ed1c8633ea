//! A page's HTML as a tree, its text as a reader would see it, and its links made absolute.
//!
//! Trees are kept shallow and no larger than their pages, so that hostile nesting costs no more than honest pages do.
//! Knows nothing of reviews.

use html5ever::driver;
use html5ever::tendril::{StrTendril, TendrilSink};
use scraper::{ElementRef, Html, HtmlTreeSink, Node};
use url::Url;

use crate::text::html_to_text;

/// Parsing costs depth × length, and browsers stop at 512.
const DEEPEST: usize = 1_000;
/// How much is parsed between two looks at the tree.
const STRIDE: usize = 4_096;

/// The tree of a page.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) html: Html,
    /// Whether the end of the page was left out, after nesting that nobody would write.
    pub(super) cut: bool,
}

/// What to say of a page whose end was left out.
pub(super) const CUT: &str = "the page is nested too deeply to be read to its end";

/// Builds the tree of a page.
pub(super) fn tree(html: &str) -> Tree {
    let mut parser = driver::parse_document(HtmlTreeSink::new(Html::new_document()), Default::default());
    let mut rest = html;
    let mut fed = 0;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.floor_char_boundary(STRIDE));
        parser.process(StrTendril::from_slice(piece));
        rest = after;
        fed += piece.len();
        if outgrown(&parser.tokenizer.sink.sink.0.borrow(), fed) {
            break;
        }
    }
    Tree { html: parser.finish(), cut: !rest.is_empty() }
}

/// Whether the tree is deeper than pages are, or has more nodes than the bytes that made it.
fn outgrown(html: &Html, fed: usize) -> bool {
    let nodes = html.tree.nodes();
    nodes.len() > fed + 64 || nodes.rev().take(4).any(|node| node.ancestors().nth(DEEPEST).is_some())
}

/// The text of an element as a reader sees it: blocks on lines of their own, other line breaks as blanks.
pub(super) fn text_of(element: ElementRef<'_>) -> String {
    text_where(element, is_shown)
}

/// The same without what it quotes of others.
fn own_words_of(element: ElementRef<'_>) -> String {
    text_where(element, |name| is_shown(name) && name != "blockquote")
}

/// What the author of a piece of HTML says, as plain text: without quotes of others.
pub(super) fn own_words(html: &str) -> String {
    if html.contains("<blockquote") { plain(&own_words_of(tree(html).html.root_element())) } else { html_to_text(html) }
}

fn text_where(element: ElementRef<'_>, is_shown: fn(&str) -> bool) -> String {
    let mut text = String::new();
    // What is still to be read, last first: nodes, and the breaks after blocks.
    let mut ahead: Vec<_> = element.children().rev().map(Ok).collect();
    while let Some(step) = ahead.pop() {
        let node = match step {
            Ok(node) => node,
            Err(breaks) => {
                break_lines(&mut text, breaks);
                continue;
            }
        };
        match node.value() {
            Node::Text(run) => push_run(&mut text, run),
            Node::Element(element) if is_shown(element.name()) => {
                let breaks = breaks_around(element.name());
                break_lines(&mut text, breaks);
                if breaks != usize::MAX {
                    ahead.push(Err(breaks));
                }
                if matches!(element.name(), "td" | "th") {
                    text.push(' ');
                }
                ahead.extend(node.children().rev().map(Ok));
            }
            // What stands before and after a quote that is left out does not become one word.
            Node::Element(element) if element.name() == "blockquote" => break_lines(&mut text, 2),
            _ => {}
        }
    }
    text
}

fn is_shown(name: &str) -> bool {
    !matches!(name, "script" | "style" | "noscript" | "template" | "svg" | "textarea" | "select" | "title")
}

/// How many line breaks set an element off.
fn breaks_around(name: &str) -> usize {
    match name {
        "p" | "blockquote" | "ul" | "ol" | "table" | "pre" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => 2,
        "div" | "li" | "tr" | "dt" | "dd" | "section" | "article" => 1,
        // As many as there are of them.
        "br" => usize::MAX,
        _ => 0,
    }
}

fn break_lines(text: &mut String, breaks: usize) {
    let there = text.chars().rev().take_while(|letter| letter.is_whitespace()).take(64).filter(|letter| *letter == '\n').count();
    let missing = if breaks == usize::MAX { 1 } else { breaks.saturating_sub(there) };
    text.extend(std::iter::repeat_n('\n', missing));
}

/// Reads texts of elements until they add up to several times the page: elements nested in each other repeat theirs.
#[derive(Debug)]
pub(super) struct Texts {
    left: usize,
}

impl Texts {
    pub(super) fn of_page(html: &Html) -> Self {
        let length = |node: &Node| node.as_text().map_or(0, |text| text.len());
        Self { left: 4_096 + 8 * html.tree.values().map(length).sum::<usize>() }
    }

    /// The text of an element; empty once too much has been read.
    pub(super) fn of(&mut self, element: ElementRef<'_>) -> String {
        self.read(element, text_of)
    }

    /// The same without what it quotes of others.
    pub(super) fn own_words(&mut self, element: ElementRef<'_>) -> String {
        self.read(element, own_words_of)
    }

    fn read(&mut self, element: ElementRef<'_>, text_of: fn(ElementRef<'_>) -> String) -> String {
        if self.left == 0 {
            return String::new();
        }
        let text = text_of(element);
        self.left = self.left.saturating_sub(text.len());
        text
    }
}

/// The language declared around an element, innermost first.
pub(super) fn lang_of(element: ElementRef<'_>) -> Option<String> {
    let around = std::iter::once(*element).chain(element.ancestors()).filter_map(ElementRef::wrap);
    around
        .filter_map(|element| element.attr("lang").or_else(|| element.attr("xml:lang")))
        .find(|lang| !lang.trim().is_empty())
        .map(str::to_owned)
}

/// A line break in the source is a blank to the reader; an empty line between words is kept, as many sites show it.
fn push_run(text: &mut String, run: &str) {
    let words = run.trim();
    if words.is_empty() || run.starts_with(char::is_whitespace) {
        text.push(' ');
    }
    for (row, line) in words.lines().enumerate() {
        if row > 0 {
            text.push_str(if line.trim().is_empty() { "\n\n" } else { " " });
        }
        text.push_str(line);
    }
    if !words.is_empty() && run.ends_with(char::is_whitespace) {
        text.push(' ');
    }
}

/// Plain text of what may be HTML, escaped up to twice over.
pub(super) fn plain(text: &str) -> String {
    let mut text = html_to_text(text);
    for _ in 0..2 {
        if !is_marked_up(&text) {
            break;
        }
        text = html_to_text(&text);
    }
    text
}

/// The same on one line.
pub(super) fn plain_line(text: &str) -> Option<String> {
    let line = plain(text).split_whitespace().collect::<Vec<_>>().join(" ");
    (!line.is_empty()).then_some(line)
}

/// A number as pages show it, perhaps with words around it: `987`, `1,234 people`, `1.2K`, `3.4万`.
pub(super) fn shown_count(text: &str) -> Option<u64> {
    let is_part = |letter: char| letter.is_ascii_digit() || matches!(letter, '.' | ',');
    let from_digit = text.trim_start_matches(|letter: char| !letter.is_ascii_digit());
    let number: String = from_digit.chars().take_while(|letter| is_part(*letter)).collect();
    let after = from_digit.chars().skip(number.chars().count()).find(|letter| !letter.is_whitespace());
    let number = number.trim_end_matches(['.', ',']);
    let times = match after {
        Some('K' | 'k' | '千') => 1e3,
        Some('M') => 1e6,
        Some('万' | '萬') => 1e4,
        Some('亿' | '億') => 1e8,
        _ => {
            // Without a unit what stands between digits parts thousands.
            let digits: String = number.chars().filter(char::is_ascii_digit).collect();
            return digits.parse().ok();
        }
    };
    number.replace(',', ".").parse::<f64>().ok().map(|number| (number * times).round() as u64)
}

/// Whether tags or entities are left in the text.
fn is_marked_up(text: &str) -> bool {
    let tag = |rest: &str| rest.starts_with(|next: char| next.is_ascii_alphabetic() || next == '/') && rest.contains('>');
    let entity = |rest: &str| {
        let name: String = rest.chars().take(10).collect();
        name.split_once(';').is_some_and(|(name, _)| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '#'))
    };
    let mut tags_left = text.split('<').skip(1).take(64);
    let mut entities_left = text.split('&').skip(1).take(64);
    tags_left.any(tag) || entities_left.any(entity)
}

/// The address that `href` stands for on a page; none if a browser could not open it.
pub(super) fn absolute(base: &Url, href: &str) -> Option<Url> {
    let url = base.join(href.trim()).ok()?;
    matches!(url.scheme(), "http" | "https").then_some(url)
}

/// The same address without its fragment.
pub(super) fn whole(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_fragment(None);
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_reads_as_a_person_sees_it() {
        let cases = [
            ("<p>One</p><p>Two<br>three</p>", "One\n\nTwo\nthree"),
            ("<div>a\n   b</div><div>c</div>", "a b\nc"),
            ("one<br><br>two<table><tr><td>a</td><td>b</td></tr></table>", "one\n\ntwo\n\na b"),
            ("<b>bo</b>ld<script>x()</script>", "bold"),
            ("first\n\nsecond", "first\n\nsecond"),
        ];
        for (html, want) in cases {
            assert_eq!(plain(&text_of(tree(html).html.root_element())), want, "{html}");
        }
    }

    #[test]
    fn quotes_of_others_are_not_ones_own_words() {
        for (html, want) in [
            ("<blockquote><p>awful</p></blockquote><p>I like it.</p>", "I like it."),
            ("a<blockquote>b<blockquote>c</blockquote></blockquote>d", "a\n\nd"),
            ("fine &amp; good", "fine & good"),
        ] {
            assert_eq!(own_words(html), want, "{html}");
        }
    }

    #[test]
    fn escaped_html_is_plain_in_the_end() {
        let cases = [
            ("Fish &amp;amp; chips", "Fish & chips"),
            ("&lt;p&gt;Fine&lt;/p&gt;", "Fine"),
            ("&amp;lt;b&amp;gt;Fine&amp;lt;/b&amp;gt;", "Fine"),
            ("3 < 4 & 5 > 2", "3 < 4 & 5 > 2"),
            ("R&D; I &lt;3 it", "R&D; I <3 it"),
        ];
        for (html, want) in cases {
            assert_eq!(plain(html), want, "{html}");
        }
    }

    #[test]
    fn hostile_nesting_ends_the_tree_early() {
        let deep = "<div>".repeat(200_000);
        let many = format!("<p>{}</p>{}", (0..400).map(|n| format!("<b a{n}>")).collect::<String>(), "<p>x".repeat(100_000));
        for html in [deep, many] {
            let tree = tree(&html);
            assert!(tree.cut && tree.html.tree.nodes().len() < 300_000);
        }
    }

    #[test]
    fn only_addresses_a_browser_opens_are_links() {
        let base = Url::parse("https://shop.example/p/1").unwrap();
        assert_eq!(absolute(&base, " ?page=2 ").unwrap().as_str(), "https://shop.example/p/1?page=2");
        assert_eq!(absolute(&base, "javascript:void(0)"), None);
        assert_eq!(absolute(&base, "http://"), None);
    }

    #[test]
    fn numbers_are_read_as_pages_show_them() {
        for (text, want) in [
            ("987", Some(987)),
            ("❤ 1.2K", Some(1_200)),
            ("3M", Some(3_000_000)),
            ("1,234 people found this helpful", Some(1_234)),
            ("12 of 15 people", Some(12)),
            ("1.234 Stimmen", Some(1_234)),
            ("3.4万", Some(34_000)),
            ("有 28 人觉得有用", Some(28)),
            ("nobody yet", None),
        ] {
            assert_eq!(shown_count(text), want, "{text}");
        }
    }
}
