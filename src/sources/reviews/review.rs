//! A review item → a mention.

use url::Url;

use super::graph::{Graph, Syntax, Value};
use super::{around, notes, rating, subject};
use crate::mention::{Author, Lang, Mention, Rating};
use crate::sources::dates;
use crate::sources::markup::{absolute, plain, plain_line, whole};

/// A mention read from one item, and what may serve as its identity.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) mention: Mention,
    pub(super) syntax: Syntax,
    /// Identifiers in the order of trust.
    pub(super) ids: Vec<String>,
}

/// What became of a review item.
#[derive(Debug)]
pub(super) enum Reading {
    Mention(Box<Candidate>),
    /// A rating and nothing in words.
    Wordless,
    /// Nothing at all: a mere reference.
    Empty,
}

/// The page that reviews stand on.
#[derive(Debug)]
pub(super) struct Place<'a> {
    pub(super) url: &'a Url,
    pub(super) lang: Option<Lang>,
}

/// Names longer than this are advertisements.
const LONGEST_NAME: usize = 100;

/// Reads the review at `review`, which the item at `holder` holds.
pub(super) fn read(graph: &Graph, review: usize, holder: Option<usize>, page: &Place<'_>) -> Reading {
    let Some(item) = graph.get(review) else { return Reading::Empty };
    let title = first_line(graph, review, &["headline", "name", "summary", "alternativeHeadline"]);
    let (text, notes) = notes::with_notes(graph, review, body(graph, review));
    let rating = rating_of(graph, review);
    let (text, title) = match title {
        Some(title) if text.is_empty() => (title, None),
        title => (text, title),
    };
    let Some(mut mention) = Mention::new(text) else {
        return if item.values.is_empty() { Reading::Empty } else { Reading::Wordless };
    };
    mention.title = title.filter(|title| *title != mention.text);
    mention.notes = notes;
    mention.rating = rating;
    mention.author = author(graph, review, page);
    mention.published = first_words(graph, review, &["datePublished", "dateCreated", "uploadDate"]).and_then(|date| dates::read(&date));
    mention.edited = first_words(graph, review, &["dateModified"]).and_then(|date| dates::read(&date)).map(|date| date.at);
    mention.lang = lang(graph, review).or_else(|| item.lang.as_deref().and_then(Lang::parse)).or_else(|| page.lang.clone());
    mention.about = subject::about(graph, review, holder);
    mention.context = around::context(graph, review);
    let about = subject::item(graph, review, holder);
    let (url, ids) = identity(graph, review, about, page);
    mention.url = Some(url);
    Reading::Mention(Box::new(Candidate { mention, syntax: item.syntax, ids }))
}

/// What the review says: all parts of its body, in order.
fn body(graph: &Graph, review: usize) -> String {
    for name in ["reviewBody", "articleBody", "description", "text", "commentText", "summary"] {
        let mut parts: Vec<String> = Vec::new();
        for part in graph.values(review, &[name]).into_iter().filter_map(|value| graph.words(value)).map(|words| plain(&words)) {
            if !part.is_empty() && parts.len() < 100 && !parts.contains(&part) {
                parts.push(part);
            }
        }
        if !parts.is_empty() {
            return parts.join("\n\n");
        }
    }
    String::new()
}

fn rating_of(graph: &Graph, review: usize) -> Option<Rating> {
    // `aggregateRating` of a review rates the review, so it is not looked at.
    let values = ["reviewRating", "rating", "ratingValue"].iter().flat_map(|name| graph.values(review, &[name]));
    for value in values {
        let place = match value {
            Value::Item(_) => graph.item_at(value)?,
            _ => review,
        };
        let words = |names: &[&str]| first_words(graph, place, names);
        let points = match value {
            Value::Item(_) => words(&["ratingValue", "value", "name"]),
            _ => graph.words(value),
        };
        let (worst, best) = (words(&["worstRating"]), words(&["bestRating"]));
        if let Some(rating) = points.and_then(|points| rating::read(&points, worst.as_deref(), best.as_deref())) {
            return Some(rating);
        }
    }
    None
}

/// The first author with a name that a person may have.
fn author(graph: &Graph, review: usize, page: &Place<'_>) -> Option<Author> {
    graph.values(review, &["author", "creator"]).into_iter().find_map(|value| {
        let given = graph.item_at(value).and_then(|person| {
            let parts = [first_line(graph, person, &["givenName"]), first_line(graph, person, &["familyName"])];
            Some(parts.into_iter().flatten().collect::<Vec<_>>().join(" ")).filter(|name| !name.is_empty())
        });
        let name = graph.words(value).and_then(|words| plain_line(&words)).or(given)?;
        let profile = match value {
            Value::Item(person) => graph.values(*person, &["url", "sameAs"]).into_iter().find_map(|value| graph.address(value)),
            Value::Link { href, .. } => Some(href.clone()),
            Value::Text(_) => None,
        };
        let profile = profile.and_then(|href| absolute(&graph.base, &href));
        if name.chars().count() > LONGEST_NAME {
            return None;
        }
        let mut author = match (absolute(page.url, &name), name.contains("://")) {
            (Some(profile), true) => Author { handle: Some(profile.to_string()), ..Author::named(last_segment(&profile)?)? },
            _ => Author::named(&name)?,
        };
        // The site's front page, or this very page, tells nobody apart.
        let front = |profile: &Url| profile.path() == "/" && profile.host() == page.url.host();
        let own = |profile: &Url| !front(profile) && whole(profile) != whole(page.url);
        author.handle = author.handle.or(profile.filter(own).map(String::from));
        Some(author)
    })
}

fn last_segment(url: &Url) -> Option<&str> {
    url.path_segments()?.rfind(|segment| !segment.is_empty())
}

fn lang(graph: &Graph, review: usize) -> Option<Lang> {
    graph.values(review, &["inLanguage"]).into_iter().find_map(|value| {
        let tags = match graph.item_at(value) {
            Some(language) => graph.values(language, &["alternateName", "name"]),
            None => vec![value],
        };
        tags.into_iter().filter_map(|tag| graph.words(tag)).find_map(|tag| Lang::parse(&tag))
    })
}

/// Where the review can be opened, and what may serve as its own id: `@id`, `identifier`, an address of its own.
fn identity(graph: &Graph, review: usize, about: Option<usize>, page: &Place<'_>) -> (Url, Vec<String>) {
    let here = whole(page.url);
    let product = about.and_then(|item| graph.values(item, &["url"]).first().and_then(|value| graph.address(value)));
    let product = product.and_then(|href| absolute(&graph.base, &href));
    let product_id = about.and_then(|item| graph.get(item)?.id.clone()).and_then(|id| absolute(&graph.base, &id));
    // An address that the page or the product goes by is no review's own.
    let own = |url: &Url| *url != here && Some(url) != product.as_ref() && Some(url) != product_id.as_ref();
    let id = graph.get(review).and_then(|item| item.id.clone()).filter(|id| !id.trim().starts_with("_:"));
    let id_url = id.as_deref().and_then(|id| absolute(&graph.base, id));
    let link = graph.values(review, &["url"]).into_iter().find_map(|value| absolute(&graph.base, &graph.address(value)?));
    let identifier =
        graph.values(review, &["identifier", "reviewId", "reviewID"]).into_iter().find_map(|value| first_or_self(graph, value));
    let ids = [
        match &id_url {
            Some(url) => Some(url).filter(|url| own(url)).map(Url::to_string),
            None => id.as_deref().map(|id| id.trim().to_owned()),
        },
        identifier,
        link.clone().filter(own).map(String::from),
    ];
    let anchor = id_url.filter(|url| url.fragment().is_some() && url.host() == here.host());
    (link.or(anchor).unwrap_or(here), ids.into_iter().flatten().filter(|id| is_lasting(id)).collect())
}

/// An identifier's words: of a text, or of a `PropertyValue`.
fn first_or_self(graph: &Graph, value: &Value) -> Option<String> {
    let words = match value {
        Value::Item(place) => first_words(graph, *place, &["value", "propertyID", "name"]),
        _ => graph.words(value),
    }?;
    plain_line(&words).filter(|words| words.len() <= LONGEST_NAME)
}

/// Whether an identifier tells reviews apart: `#review` is said of whatever review is shown.
fn is_lasting(id: &str) -> bool {
    match id.split_once('#') {
        Some((_, fragment)) => fragment.bytes().any(|byte| byte.is_ascii_digit()),
        None => !id.is_empty(),
    }
}

fn first_words(graph: &Graph, place: usize, names: &[&str]) -> Option<String> {
    names.iter().flat_map(|name| graph.values(place, &[name])).find_map(|value| graph.words(value)).map(|words| words.trim().to_owned())
}

fn first_line(graph: &Graph, place: usize, names: &[&str]) -> Option<String> {
    names.iter().flat_map(|name| graph.values(place, &[name])).filter_map(|value| graph.words(value)).find_map(|words| plain_line(&words))
}
