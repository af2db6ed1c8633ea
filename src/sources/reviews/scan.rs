//! A light look over a page without building its tree: structured data in scripts, links to the next page, base
//! address, language, title, and whether any element is marked up as a review.
//!
//! Most pages need no more than this. Knows nothing of what the scripts say.

use std::cell::RefCell;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, Input, MatchKind};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tag, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

/// What a light look over a page finds.
#[derive(Debug, Default)]
pub(super) struct Scan<'a> {
    /// The contents of its `application/ld+json` scripts.
    pub(super) scripts: Vec<&'a str>,
    /// Links that call themselves the next page, the surest first.
    pub(super) next: Vec<NextLink>,
    /// The `href` of its `<base>`.
    pub(super) base: Option<String>,
    /// The `lang` of its `<html>`.
    pub(super) lang: Option<String>,
    /// Whether microdata speaks of reviews.
    pub(super) microdata: bool,
    /// Whether `RDFa` does.
    pub(super) rdfa: bool,
    /// Whether a class name is that of a review.
    pub(super) classes: bool,
}

/// A link that calls itself the next page.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NextLink {
    /// Its address as written.
    pub(super) href: String,
    /// Whether it says so by `rel`, rather than by a name that carousels use too.
    pub(super) sure: bool,
}

/// What is looked for; the order is that of the constants below.
const MARKS: [&str; 14] = [
    "<!--",
    "<script",
    "<style",
    "<textarea",
    "<a",
    "<li",
    "<link",
    "<base",
    "<html",
    "itemtype",
    "itemprop",
    "typeof",
    "hreview",
    "h-review",
];
const COMMENT: usize = 0;
const SCRIPT: usize = 1;
const STYLE: usize = 2;
const TEXTAREA: usize = 3;
const A: usize = 4;
const LI: usize = 5;
const LINK: usize = 6;
const BASE: usize = 7;
const HTML: usize = 8;
const TYPEOF: usize = 11;

static SEARCH: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::LeftmostLongest)
        .build(MARKS)
        .expect("a dozen short words make a small automaton")
});

/// The longest tag looked at; what is longer is no link to the next page.
const LONGEST_TAG: usize = 2_048;

/// Looks over a page.
pub(super) fn scan(html: &str) -> Scan<'_> {
    let mut scan = Scan::default();
    let mut at = 0;
    // Where a list item that calls itself `next` ends, so that the link in it counts as such.
    let mut next_item = 0;
    while let Some(found) = SEARCH.find(Input::new(html).span(at..html.len())) {
        at = found.end();
        let rest = html.get(at..).unwrap_or_default();
        let mark = found.pattern().as_usize();
        if mark != COMMENT && mark <= HTML && !rest.starts_with(|next: char| next.is_ascii_whitespace() || matches!(next, '>' | '/')) {
            continue;
        }
        match mark {
            COMMENT => at += rest.find("-->").unwrap_or(rest.len()),
            SCRIPT | STYLE | TEXTAREA => at += scan.raw_text(mark, rest),
            LI if calls_itself_next(tag_at(rest)) => next_item = at + 300,
            LI => {}
            A | LINK => scan.link(rest, at < next_item),
            BASE => scan.base = scan.base.take().or_else(|| attribute(tag_at(rest), "href")),
            HTML => scan.lang = scan.lang.take().or_else(|| attribute(tag_at(rest), "lang")),
            TYPEOF => scan.rdfa = scan.rdfa || names_a_review(rest),
            mark if mark > TYPEOF => scan.classes = true,
            _ => scan.microdata = scan.microdata || names_a_review(rest),
        }
    }
    scan.next.sort_by_key(|link| !link.sure);
    scan
}

impl<'a> Scan<'a> {
    /// Whether elements are marked up as reviews, so that a tree is needed to read them.
    pub(super) fn marked_up(&self) -> bool {
        self.microdata || self.rdfa || self.classes
    }

    /// Steps over an element whose content is no markup, and keeps it if it is structured data. Returns its length.
    fn raw_text(&mut self, mark: usize, rest: &'a str) -> usize {
        let (start, end_tag) = match mark {
            SCRIPT => (tag_at(rest).len(), "script"),
            STYLE => (0, "style"),
            _ => (0, "textarea"),
        };
        let content = rest.get(start..).unwrap_or_default();
        let length = end_of(content, end_tag);
        if mark == SCRIPT && tag_at(rest).to_ascii_lowercase().contains("ld+json") {
            let content = content.get(..length).unwrap_or_default();
            self.scripts.push(content.strip_prefix('>').unwrap_or(content));
        }
        start + length
    }

    fn link(&mut self, rest: &str, in_next_item: bool) {
        let tag = tag_at(rest);
        let words = || rest.get(tag.len()..).unwrap_or_default().trim_start_matches('>').split('<').next().unwrap_or_default();
        if !in_next_item && !calls_itself_next(tag) && !says_next(words()) {
            return;
        }
        let Some(tag_read) = read_tag(tag) else { return };
        let value = |name: &str| tag_read.attrs.iter().find(|attr| &*attr.name.local == name).map(|attr| attr.value.to_string());
        let Some(href) = value("href") else { return };
        let has = |name: &str, fits: fn(&str) -> bool| value(name).is_some_and(|value| value.split_whitespace().any(fits));
        let sure = has("rel", |word| word.eq_ignore_ascii_case("next"));
        let weak = in_next_item
            || has("class", is_next_class)
            || has("itemprop", |word| word.eq_ignore_ascii_case("next"))
            || ["aria-label", "title"].iter().any(|name| value(name).is_some_and(|value| says_next(&value)))
            || says_next(words());
        if (sure || weak) && self.next.len() < 32 {
            self.next.push(NextLink { href, sure });
        }
    }
}

/// The rest of a start tag, up to its `>` outside of quotes.
fn tag_at(rest: &str) -> &str {
    let mut quote = None;
    for (at, byte) in rest.bytes().enumerate().take(LONGEST_TAG) {
        match (quote, byte) {
            (None, b'>') => return rest.get(..at).unwrap_or_default(),
            (None, b'<') => return "",
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    ""
}

/// Where the end tag of an element without markup stands; the end of the page if nowhere.
fn end_of(content: &str, name: &str) -> usize {
    let closes = |at: usize| content.get(at + 2..at + 2 + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name));
    content.match_indices("</").map(|(at, _)| at).find(|at| closes(*at)).unwrap_or(content.len())
}

/// Whether the value of the attribute whose name ends before `rest` speaks of reviews.
fn names_a_review(rest: &str) -> bool {
    let Some(value) = rest.trim_start().strip_prefix('=') else { return false };
    let value = value.trim_start();
    let closing = value.chars().next().filter(|quote| matches!(quote, '"' | '\''));
    let ends = |letter: char| closing.map_or(letter.is_whitespace() || letter == '>', |quote| letter == quote);
    let value: String = value.chars().skip(usize::from(closing.is_some())).take(300).take_while(|letter| !ends(*letter)).collect();
    value.to_ascii_lowercase().contains("review")
}

/// Whether a tag may be that of a link to the next page.
fn calls_itself_next(tag: &str) -> bool {
    let next = |window: &[u8]| window.eq_ignore_ascii_case(b"next");
    tag.as_bytes().windows(4).any(next) || tag.contains("下一")
}

fn is_next_class(class: &str) -> bool {
    let class = class.to_ascii_lowercase();
    matches!(class.as_str(), "next" | "next-page" | "nextpage" | "next_page" | "page-next" | "pagenext" | "pager-next" | "page-link-next")
        || (class.contains("pagin") && class.ends_with("next"))
        || (class.starts_with("next") && class.contains("pagin"))
}

/// Whether the words on a link, or its label, say that it leads to the next page.
fn says_next(words: &str) -> bool {
    if words.len() > 80 {
        return false;
    }
    let words = words.replace("&raquo;", "").replace("&gt;", "").replace("&rsaquo;", "").replace("&nbsp;", " ");
    let words = words.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase();
    let said = [
        "next",
        "next page",
        "go to next page",
        "next reviews",
        "older reviews",
        "more reviews",
        "下一页",
        "下一頁",
        "下页",
        "weiter",
        "nächste seite",
        "suivant",
        "page suivante",
        "siguiente",
        "avanti",
        "次へ",
        "volgende",
        "próxima",
    ];
    said.contains(&words.as_str())
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let tag = read_tag(tag)?;
    tag.attrs.iter().find(|attr| &*attr.name.local == name).map(|attr| attr.value.to_string()).filter(|value| !value.trim().is_empty())
}

/// Reads the attributes of a tag, entities and all.
fn read_tag(tag: &str) -> Option<Tag> {
    struct FirstTag(RefCell<Option<Tag>>);
    impl TokenSink for FirstTag {
        type Handle = ();
        fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
            if let Token::TagToken(tag) = token {
                self.0.borrow_mut().get_or_insert(tag);
            }
            TokenSinkResult::Continue
        }
    }
    let tokenizer = Tokenizer::new(FirstTag(RefCell::default()), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(&format!("<a {tag}>")));
    // A sink that never pauses is always done.
    let _done = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.0.into_inner()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_found_whatever_their_spelling() {
        let html = "<!-- <script type=application/ld+json>no</script> --><SCRIPT TYPE='application/ld+json; charset=utf-8' id=\"a>b\">one</Script >\
                    <script>var s = '<script type=\"application/ld+json\">no';</script><script type=application/ld+json>two";
        assert_eq!(scan(html).scripts, ["one", "two"]);
    }

    #[test]
    fn only_attributes_that_name_reviews_call_for_a_tree() {
        let cases = [
            ("<div itemscope itemtype = 'http://schema.org/Review'>", true),
            ("<div itemtype=https://schema.org/UserReview>", true),
            ("<div class='hreview'>", true),
            ("<div typeof=\"v:Review-aggregate\">", true),
            ("<script>if (typeof x == 'Review') {}</script>", false),
            ("<div itemtype='http://schema.org/Product'> reviews", false),
            ("itemtype", false),
        ];
        for (html, want) in cases {
            assert_eq!(scan(html).marked_up(), want, "{html}");
        }
    }

    #[test]
    fn links_to_the_next_page_in_their_many_forms() {
        let cases = [
            ("<link rel=next href='?p=2'>", Some(("?p=2", true))),
            ("<a class=x rel='nofollow NEXT' href=\"?a=1&amp;p=2\">2</a>", Some(("?a=1&p=2", true))),
            ("<a href='?p=2'>Next »</a>", Some(("?p=2", false))),
            ("<a aria-label='Next page' href='?p=2'><svg/></a>", Some(("?p=2", false))),
            ("<a class='pagination__next' href='?p=2'>›</a>", Some(("?p=2", false))),
            ("<li class=next><a href='?p=2'>→</a></li>", Some(("?p=2", false))),
            ("<a href='?p=2'>下一页</a>", Some(("?p=2", false))),
            ("<article rel=next href='?p=2'>", None),
            ("<a href='/nextdoor'>Our neighbours</a>", None),
            ("<!-- <a rel=next href='?p=2'> -->", None),
        ];
        for (html, want) in cases {
            let scan = scan(html);
            let got = scan.next.first().map(|link| (link.href.as_str(), link.sure));
            assert_eq!(got, want, "{html}");
        }
    }

    #[test]
    fn base_and_language() {
        let scan = scan("<html lang='zh-CN'><base href='/shop/'><base href='/no/'>");
        assert_eq!((scan.lang.as_deref(), scan.base.as_deref()), (Some("zh-CN"), Some("/shop/")));
    }
}
