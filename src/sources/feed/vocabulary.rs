//! The names that RSS, Atom, their drafts and their extensions have for the dozen things a mention is made of.
//!
//! All that is known of the formats' differences stands here, as tables.

/// The vocabularies whose names mean something here.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Family {
    /// RSS and Atom, and names without a prefix.
    Feed,
    Content,
    DublinCore,
    Media,
    Itunes,
    Xhtml,
    AppStore,
    /// How many comments an entry has.
    Slash,
    /// What an entry answers, and how many answer it.
    Threads,
    Other,
}

pub(super) fn family_of(uri: &str) -> Family {
    let uri = uri.trim().to_ascii_lowercase();
    let known = [
        ("purl.org/rss/1.0/modules/content", Family::Content),
        ("purl.org/dc/", Family::DublinCore),
        ("search.yahoo.com/mrss", Family::Media),
        ("itunes.com/dtds/podcast", Family::Itunes),
        ("w3.org/1999/xhtml", Family::Xhtml),
        ("itunes.apple.com/rss", Family::AppStore),
        ("purl.org/rss/1.0/modules/slash", Family::Slash),
        ("purl.org/syndication/thread", Family::Threads),
        ("purl.org/rss/1.0/modules", Family::Other),
        ("purl.org/rss/1.0", Family::Feed),
        ("w3.org/2005/atom", Family::Feed),
        ("purl.org/atom/ns", Family::Feed),
        ("netscape.com/r", Family::Feed),
        ("userland.com/rss", Family::Feed),
    ];
    known.iter().find(|(part, _)| uri.contains(part)).map_or(Family::Other, |(_, family)| *family)
}

/// What a prefix that nobody declared most likely stands for.
pub(super) fn usual_family(prefix: &str) -> Family {
    match prefix {
        "rss" | "atom" | "atom03" | "atom10" | "a10" => Family::Feed,
        "content" => Family::Content,
        "dc" | "dcterms" => Family::DublinCore,
        "media" => Family::Media,
        "itunes" => Family::Itunes,
        "xhtml" => Family::Xhtml,
        "im" => Family::AppStore,
        "slash" => Family::Slash,
        "thr" => Family::Threads,
        _ => Family::Other,
    }
}

/// Elements that are passed through: their children count as if they stood in the entry itself. Of other vocabularies
/// and of wrappers with titles and links of their own, nothing is read.
pub(super) fn is_transparent(family: Family, local: &str) -> bool {
    match family {
        Family::Feed => !["source", "image", "textinput", "category", "logo", "generator"].iter().any(|known| same(local, known)),
        Family::Media => matches!(local, "group" | "content"),
        _ => false,
    }
}

/// What an element tells of an entry or feed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Field {
    Id,
    Title,
    Link,
    Author,
    /// `first` is the name the format gives it, which wins over others.
    Published {
        first: bool,
    },
    Updated,
    Rating,
    Summary,
    Content,
    Lang,
    /// How many answers there are.
    Replies,
    /// What it answers.
    Parent,
}

pub(super) fn field(family: Family, local: &str) -> Option<Field> {
    let local = local.to_ascii_lowercase();
    Some(match (family, local.as_str()) {
        (Family::Feed, "guid" | "id") => Field::Id,
        (Family::Feed, "title") | (Family::DublinCore, "title") => Field::Title,
        (Family::Feed, "link") => Field::Link,
        (Family::Feed, "author") | (Family::DublinCore | Family::Itunes, "creator" | "author") => Field::Author,
        (Family::Feed, "pubdate" | "published") => Field::Published { first: true },
        (Family::Feed, "issued" | "created" | "date") | (Family::DublinCore, "date" | "issued" | "created") => {
            Field::Published { first: false }
        }
        (Family::Feed, "updated" | "modified") | (Family::DublinCore, "modified") => Field::Updated,
        (Family::AppStore | Family::Other | Family::Feed, "rating") => Field::Rating,
        (Family::Feed, "description" | "summary" | "abstract" | "tagline") => Field::Summary,
        (Family::Media | Family::DublinCore, "description") | (Family::Itunes, "summary") => Field::Summary,
        (Family::Content, "encoded") | (Family::Feed, "content" | "fullitem") | (Family::Feed | Family::Xhtml, "body") => Field::Content,
        (Family::Feed | Family::DublinCore, "language") => Field::Lang,
        (Family::Slash, "comments") | (Family::Threads, "total") => Field::Replies,
        (Family::Threads, "in-reply-to") => Field::Parent,
        _ => return None,
    })
}

pub(super) fn local_name(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// Names differ in case where a feed was written by hand.
pub(super) fn same(name: &str, other: &str) -> bool {
    name.eq_ignore_ascii_case(other)
}
