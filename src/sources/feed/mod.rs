//! RSS, Atom and JSON Feed.
//!
//! Feeds are written by hand and by broken programs, and a parser that gives up on the first mistake hears nothing. So
//! each is first written anew in the plain form the parser expects ([`rewrite`] for XML, [`json`] for JSON), with dates
//! already read; what cannot be mended is refused entry by entry.

mod atom;
mod json;
mod rewrite;
mod vocabulary;
mod wishes;
mod xml;

use std::borrow::Cow;

use feed_rs::model::{Entry, Feed, Link, Text};
use jiff::Timestamp;
use serde::Deserialize;
use url::Url;

use super::{Ask, ParseError, Parsed};
use crate::fetch;
use crate::mention::{Author, Context, Lang, Mention, Precision, Published, Rating, Reach};
use crate::text::html_to_text;

/// A feed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Its address.
    pub url: Url,
}

impl Settings {
    pub(super) fn asks(&self) -> Vec<Ask> {
        vec![Ask::Get(self.url.clone())]
    }

    pub(super) fn parse(&self, page: &fetch::Page) -> Result<Parsed, ParseError> {
        parse(page)
    }
}

/// The mentions of the feed on `page`.
pub(super) fn parse(page: &fetch::Page) -> Result<Parsed, ParseError> {
    let text = page.text();
    let text = text.trim_start_matches(|letter: char| letter.is_whitespace() || letter.is_control() || letter == '\u{feff}');
    if text.is_empty() {
        return Err(ParseError::Unreadable("the page is empty where a feed was due".to_owned()));
    }
    let mut wishes = super::Wishes::default();
    let (feed, lang, mut refused, cut) = if text.starts_with(['{', '[']) {
        let rewritten = json::rewrite(text, &page.url)?;
        (read(&rewritten.json)?, None, rewritten.refused, false)
    } else {
        let rewritten = rewrite::rewrite(text, &page.url)?;
        wishes = wishes::read(text);
        (read(&rewritten.atom)?, rewritten.lang, rewritten.refused, rewritten.cut)
    };
    let lang = lang.as_deref().or(feed.language.as_deref()).and_then(Lang::parse);
    let mut mentions = Vec::with_capacity(feed.entries.len());
    for (number, entry) in feed.entries.iter().enumerate() {
        match mention(entry, &feed, lang.as_ref()) {
            Some(mention) => mentions.push(mention),
            None => refused.push(format!("entry {} has no text", number + 1)),
        }
    }
    super::name_some(&mut refused);
    let partial = cut.then(|| format!("the feed breaks off after {} entries", mentions.len()));
    Ok(Parsed { mentions, refused, partial, wishes, ..Parsed::default() })
}

/// Has the parser read a feed that was written anew. It is kept from making up ids, and finds the dates already read.
fn read(rewritten: &str) -> Result<Feed, ParseError> {
    let parser = feed_rs::parser::Builder::new()
        .id_generator(|_, _, _| String::new())
        .timestamp_parser(|text| text.parse().ok())
        .sanitize_content(false)
        .build();
    parser.parse(rewritten.as_bytes()).map_err(|error| ParseError::Unreadable(format!("the feed cannot be read: {error}")))
}

fn mention(entry: &Entry, feed: &Feed, lang: Option<&Lang>) -> Option<Mention> {
    let title = entry.title.as_ref().map(plain).filter(|title| !title.is_empty());
    let text = richest(entry);
    let mut mention = Mention::new(if text.is_empty() { title.clone()? } else { text })?;
    // A title that only repeats the text, as sites without titles make them up, says nothing.
    mention.title = title.filter(|title| *title != mention.text);
    mention.url = link(&entry.links);
    mention.own_id =
        Some(entry.id.trim()).filter(|id| !id.is_empty()).map(str::to_owned).or_else(|| mention.url.as_ref().map(Url::to_string));
    mention.author = entry.authors.iter().chain(&feed.authors).find_map(|person| {
        let author = Author::named(person.name.as_deref()?)?;
        let handle = person.uri.as_deref().map(str::trim).filter(|uri| !uri.is_empty()).map(str::to_owned);
        Some(Author { handle, ..author })
    });
    let published = entry.published.and_then(|at| untold(at.timestamp(), at.timestamp_subsec_nanos()));
    let updated = entry.updated.and_then(|at| untold(at.timestamp(), at.timestamp_subsec_nanos()));
    mention.published = published.or(updated);
    mention.edited = updated.filter(|updated| published.is_some_and(|published| updated.at > published.at)).map(|updated| updated.at);
    let noted = |what: &str| entry.categories.iter().find(|noted| noted.scheme.as_deref() == Some(what)).map(|noted| noted.term.as_str());
    mention.rating = noted("rating").and_then(|rating| Rating::parse(rating, None, None));
    let replies = noted("replies").and_then(|replies| replies.parse().ok());
    mention.context =
        Context { parent: noted("parent").map(str::to_owned), reach: Reach { replies, ..Reach::default() }, ..Context::default() };
    mention.lang = entry.language.as_deref().and_then(Lang::parse).or_else(|| lang.cloned());
    Some(mention)
}

/// The longer of an entry's texts, as plain text: the other is most often its beginning.
fn richest(entry: &Entry) -> String {
    let content = entry.content.as_ref().and_then(|content| Some((content.body.as_deref()?, is_plain(content.content_type.as_str()))));
    let summary = entry.summary.as_ref().map(|summary| (summary.content.as_str(), is_plain(summary.content_type.as_str())));
    let mut texts: Vec<_> = content.into_iter().chain(summary).collect();
    texts.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
    let mut best = String::new();
    for (text, is_plain) in texts {
        if text.len() > best.len() {
            let text = if is_plain { tidy(text) } else { html_to_text(text).into() };
            if text.len() > best.len() {
                best = text.into_owned();
            }
        }
    }
    best
}

fn is_plain(content_type: &str) -> bool {
    content_type == "text/plain"
}

fn plain(text: &Text) -> String {
    let plain =
        if is_plain(text.content_type.as_str()) { Cow::Borrowed(text.content.as_str()) } else { html_to_text(&text.content).into() };
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Plain text without blanks at its ends and control characters.
fn tidy(text: &str) -> Cow<'_, str> {
    let stray = |letter: char| letter.is_control() && letter != '\n' && letter != '\t';
    let text = text.trim();
    if text.contains(stray) { Cow::Owned(text.replace(stray, "")) } else { Cow::Borrowed(text) }
}

/// Where a person can open an entry: a page rather than other formats, a link proper rather than an id that looks like one.
fn link(links: &[Link]) -> Option<Url> {
    let rank = |link: &&Link| match (link.title.as_deref(), link.media_type.as_deref()) {
        (Some("id"), _) => 2,
        (_, None | Some("" | "text/html")) => 0,
        _ => 1,
    };
    links.iter().min_by_key(rank).and_then(|link| Url::parse(&link.href).ok())
}

/// A date as the parser can carry it: it knows instants only, so how exactly this one is known travels in the last
/// three digits of its nanoseconds.
fn told(published: Published) -> String {
    let mark = match published.precision {
        Precision::Instant => 0,
        Precision::Zoneless => 1,
        Precision::Day => 2,
    };
    let micros = published.at.subsec_nanosecond().max(0) / 1000;
    let seconds = Timestamp::from_second(published.at.as_second()).unwrap_or_default();
    let whole = seconds.to_string();
    format!("{}.{micros:06}{mark:03}Z", whole.trim_end_matches('Z'))
}

/// The date that [`told`] made.
fn untold(seconds: i64, nanos: u32) -> Option<Published> {
    let precision = match nanos % 1000 {
        1 => Precision::Zoneless,
        2 => Precision::Day,
        _ => Precision::Instant,
    };
    let at = Timestamp::new(seconds, i32::try_from(nanos - nanos % 1000).ok()?).ok()?;
    Some(Published { at, precision })
}

/// The name in what stands for an author: `ann@example.com (Ann Lee)`, `Ann Lee <ann@example.com>`, or the address alone.
fn author_name(told: &str) -> String {
    if !told.contains('@') {
        return told.trim().to_owned();
    }
    let around = |letter: char| letter.is_whitespace() || "()<>[]{}\",;:（）《》【】，；：".contains(letter);
    let words = || told.split(around).filter(|word| !word.is_empty() && *word != "mailto");
    let is_address = |word: &str| word.find('@').is_some_and(|at| at > 0);
    let name = words().filter(|word| !is_address(word)).collect::<Vec<_>>().join(" ");
    if !name.is_empty() {
        return name;
    }
    // Only plain addresses: others the parser cannot take apart.
    words().find(|word| word.is_ascii()).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(body: &str) -> fetch::Page {
        fetch::Page { url: Url::parse("https://example.com/feeds/all.xml").unwrap(), content_type: None, body: body.into() }
    }

    fn only(body: &str) -> Mention {
        let parsed = parse(&page(body)).unwrap_or_else(|error| panic!("{error}: {body}"));
        assert_eq!(parsed.mentions.len(), 1, "{body}: {parsed:?}");
        parsed.mentions.into_iter().next().unwrap()
    }

    fn item(inner: &str) -> Mention {
        only(&format!("<rss version='2.0'><channel>{inner}</channel></rss>"))
    }

    #[test]
    fn an_entry_says_the_richest_of_its_texts_as_plain_text() {
        let cases = [
            ("<description>a &lt;b&gt;b&lt;/b&gt; &amp;amp; c</description>", "a b & c"),
            ("<description><![CDATA[one<br>two]]></description>", "one\ntwo"),
            ("<description>inline <b>mark</b>up &amp; more</description>", "inline markup & more"),
            ("<description>short</description><content:encoded>a longer text</content:encoded>", "a longer text"),
            ("<content:encoded><![CDATA[<img src='x.png' alt=''>]]></content:encoded><description>said</description>", "said"),
            ("<title>only a title</title>", "only a title"),
            ("<title>t</title><media:group><media:description>of a film</media:description></media:group>", "of a film"),
            ("<title>t</title><description>caf&eacute;&nbsp;&unknown; R&D</description>", "café &unknown; R&D"),
            ("<title>t</title><description>]]&gt;<![CDATA[ a ]]]]><![CDATA[> b]]></description>", "]]> a ]]> b"),
        ];
        for (inner, want) in cases {
            assert_eq!(item(&format!("<item>{inner}</item>")).text, want, "{inner}");
        }
        assert_eq!(
            item("<item><title>How to use &lt;div&gt;</title><description>x</description></item>").title.as_deref(),
            Some("How to use <div>")
        );
        assert_eq!(
            item("<item><title>A &lt;i&gt;new&lt;/i&gt; one</title><description>x</description></item>").title.as_deref(),
            Some("A new one")
        );
    }

    #[test]
    fn ids_are_the_feeds_own_or_its_links_and_never_made_up() {
        let cases = [
            ("<guid>g-1</guid><link>https://a.example/1</link>", Some("g-1"), Some("https://a.example/1")),
            ("<guid isPermaLink='true'>/1</guid>", Some("/1"), Some("https://example.com/1")),
            ("<guid>http://a.example/1</guid>", Some("http://a.example/1"), Some("http://a.example/1")),
            ("<guid isPermaLink='false'>http://a.example/1</guid>", Some("http://a.example/1"), None),
            ("<link>two?x=1&y=2</link>", Some("https://example.com/feeds/two?x=1&y=2"), Some("https://example.com/feeds/two?x=1&y=2")),
            ("<link>javascript:alert(1)</link>", None, None),
            ("", None, None),
        ];
        for (inner, id, url) in cases {
            let mention = item(&format!("<item><title>t</title>{inner}</item>"));
            assert_eq!((mention.own_id.as_deref(), mention.url.as_ref().map(Url::as_str)), (id, url), "{inner}");
        }
        let mention = item("<link>https://site.example/blog/</link><item><title>t</title><link>a</link></item>");
        assert_eq!(mention.url.unwrap().as_str(), "https://site.example/blog/a");
    }

    #[test]
    fn dates_keep_what_is_known_of_their_zone() {
        let cases = [
            ("<pubDate>Mon, 02 Feb 2026 09:15:00.25 +0100</pubDate>", Some(("2026-02-02T08:15:00.25Z", Precision::Instant))),
            ("<pubDate>2026-02-01 08:30:00</pubDate>", Some(("2026-02-01T08:30:00Z", Precision::Zoneless))),
            ("<dc:date>2026-02-01</dc:date>", Some(("2026-02-01T00:00:00Z", Precision::Day))),
            ("<dc:date>2026-02-01</dc:date><pubDate>2026-02-02T00:00:00Z</pubDate>", Some(("2026-02-02T00:00:00Z", Precision::Instant))),
            ("<pubDate>1969-07-20T20:17:00Z</pubDate>", Some(("1969-07-20T20:17:00Z", Precision::Instant))),
            ("<pubDate>soon</pubDate>", None),
        ];
        for (inner, want) in cases {
            let published =
                item(&format!("<item><title>t</title>{inner}</item>")).published.map(|date| (date.at.to_string(), date.precision));
            assert_eq!(published.as_ref().map(|(at, precision)| (at.as_str(), *precision)), want, "{inner}");
        }
    }

    #[test]
    fn an_author_is_named_without_breaking_the_parser() {
        let cases = [
            ("ann@mail.example (Ann Lee)", Some("Ann Lee")),
            ("（匿名）li@mail.example（老李）", Some("匿名 老李")),
            ("ann@mail.example", Some("ann@mail.example")),
            ("张.a@mail.example", None),
            ("Ann Lee", Some("Ann Lee")),
            ("@ann", Some("@ann")),
        ];
        for (told, want) in cases {
            let author = item(&format!("<item><title>t</title><author>{told}</author></item>")).author;
            assert_eq!(author.as_ref().map(|author| author.name.as_str()), want, "{told}");
        }
    }

    #[test]
    fn one_bad_entry_costs_no_more_than_itself() {
        let parsed = parse(&page(
            "<feed xmlns='http://www.w3.org/2005/Atom'><entry/><entry><title type='image/png'>x</title></entry>\
            <entry><title>good</title><content type='video/mp4' src='x'>oops</content><link href='http://[bad'/></entry>\
            <entry><title>cut",
        ));
        let parsed = parsed.unwrap();
        assert_eq!(parsed.mentions.len(), 1);
        assert_eq!(parsed.refused.len(), 3, "{:?}", parsed.refused);
        assert_eq!(parsed.partial.as_deref(), Some("the feed breaks off after 1 entries"));
    }

    #[test]
    fn something_else_in_the_place_of_a_feed_is_told() {
        let read = |body: &str| parse(&page(body)).unwrap_err();
        let html = read("<!DOCTYPE html><html><head><title>Sign in &amp; go</title>");
        let want = "an HTML page came where a feed was due (title `Sign in & go`); look for the page's feed address";
        assert_eq!(html, ParseError::Instead(want.to_owned()));
        assert!(matches!(read("{\"error\": 1}"), ParseError::Instead(_)));
        assert!(matches!(read("<urlset/>"), ParseError::Unreadable(said) if said.contains("<urlset>")));
        assert!(matches!(read("  "), ParseError::Unreadable(_)));
        assert!(matches!(read("hello"), ParseError::Unreadable(_)));
        assert_eq!(parse(&page("<rss><channel></channel></rss>")), Ok(Parsed::default()), "a feed may be empty");
    }
}
