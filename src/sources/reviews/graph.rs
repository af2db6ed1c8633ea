//! What a page's structured data says, whatever syntax it was written in: items with named values, joined to each other.
//!
//! Names are those of schema.org; older vocabularies are read as its words. Knows nothing of mentions.

use std::collections::HashMap;

use url::Url;

/// The ways structured data is written, and where an item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Syntax {
    JsonLd,
    Microdata,
    Rdfa,
    Microformat,
}

/// A value of an item.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Text(String),
    /// An address as written, with the words it stands under.
    Link {
        href: String,
        text: String,
    },
    /// Another item, by its place in the graph.
    Item(usize),
}

/// A thing with named values.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) syntax: Syntax,
    /// Local names of its types.
    pub(super) types: Vec<String>,
    /// Its identifier as written.
    pub(super) id: Option<String>,
    /// Its values under local names, in the page's order.
    pub(super) values: Vec<(String, Value)>,
    /// The language declared around it.
    pub(super) lang: Option<String>,
    /// The item whose element encloses it without naming it.
    pub(super) within: Option<usize>,
}

impl Item {
    pub(super) fn new(syntax: Syntax) -> Self {
        Self { syntax, types: Vec::new(), id: None, values: Vec::new(), lang: None, within: None }
    }

    pub(super) fn is(&self, fits: impl Fn(&str) -> bool) -> bool {
        self.types.iter().any(|kind| fits(kind))
    }
}

/// All items of a page.
#[derive(Debug)]
pub(super) struct Graph {
    /// What addresses in the page start from.
    pub(super) base: Url,
    items: Vec<Item>,
    by_id: HashMap<String, Vec<usize>>,
}

/// As many items of one identifier are looked at; more is a page that uses it for everything.
const MOST_OF_ONE_ID: usize = 8;

impl Graph {
    pub(super) fn new(base: Url) -> Self {
        Self { base, items: Vec::new(), by_id: HashMap::new() }
    }

    /// Adds an item, to be filled later by way of [`Graph::fill`].
    pub(super) fn add(&mut self, item: Item) -> usize {
        self.items.push(item);
        self.items.len() - 1
    }

    pub(super) fn fill(&mut self, place: usize) -> Option<&mut Item> {
        self.items.get_mut(place)
    }

    /// Adds a value under each of the `names` to the item at `place`.
    pub(super) fn put<'n>(&mut self, place: usize, names: impl IntoIterator<Item = &'n str>, value: &Value) {
        if let Some(item) = self.items.get_mut(place) {
            item.values.extend(names.into_iter().map(|name| (name.to_owned(), value.clone())));
        }
    }

    /// Lets items be found by their identifiers; to be called once all are in.
    pub(super) fn index(&mut self) {
        for (place, item) in self.items.iter().enumerate() {
            let Some(id) = item.id.as_deref().filter(|_| !item.values.is_empty()) else { continue };
            let same = self.by_id.entry(self.full_id(id)).or_default();
            if same.len() < MOST_OF_ONE_ID {
                same.push(place);
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    pub(super) fn get(&self, place: usize) -> Option<&Item> {
        self.items.get(place)
    }

    /// An identifier in full: an address where it is one, as it stands otherwise.
    pub(super) fn full_id(&self, id: &str) -> String {
        let id = id.trim();
        if id.starts_with("_:") {
            return id.to_owned();
        }
        self.base.join(id).map_or_else(|_| id.to_owned(), String::from)
    }

    /// The values of the item at `place` under the first of the `names` that has any, here or where the page says more of
    /// the same item.
    pub(super) fn values<'a>(&'a self, place: usize, names: &[&str]) -> Vec<&'a Value> {
        let own =
            |item: &'a Item, name: &str| item.values.iter().filter(|(key, _)| key == name).map(|(_, value)| value).collect::<Vec<_>>();
        let Some(item) = self.items.get(place) else { return Vec::new() };
        let found = names.iter().map(|name| own(item, name)).find(|found| !found.is_empty());
        if let Some(found) = found {
            return found;
        }
        let same = item.id.as_deref().and_then(|id| self.by_id.get(&self.full_id(id)));
        let others = same.into_iter().flatten().filter(|other| **other != place).filter_map(|other| self.items.get(*other));
        others.flat_map(|other| names.iter().map(move |name| own(other, name))).find(|found| !found.is_empty()).unwrap_or_default()
    }

    /// The item that a value is or refers to.
    pub(super) fn item_at(&self, value: &Value) -> Option<usize> {
        let named = |id: &str| self.by_id.get(&self.full_id(id)).and_then(|same| same.first().copied());
        match value {
            Value::Item(place) => {
                let item = self.items.get(*place)?;
                let elsewhere = || item.id.as_deref().and_then(named);
                if item.values.is_empty() { elsewhere().or(Some(*place)) } else { Some(*place) }
            }
            Value::Link { href, .. } => named(href),
            Value::Text(text) if looks_like_id(text) => named(text),
            Value::Text(_) => None,
        }
    }

    /// The words of a value: its text, or the name of the item it is.
    pub(super) fn words(&self, value: &Value) -> Option<String> {
        if let Some(place) = self.item_at(value) {
            let named = self.values(place, &["name", "text", "value", "alternateName"]);
            return named.into_iter().find_map(|value| match value {
                Value::Text(text) if !text.trim().is_empty() => Some(text.clone()),
                Value::Link { text, .. } if !text.trim().is_empty() => Some(text.clone()),
                _ => None,
            });
        }
        match value {
            Value::Text(text) => Some(text.clone()),
            Value::Link { text, .. } => Some(text.clone()),
            Value::Item(_) => None,
        }
        .filter(|words| !words.trim().is_empty())
    }

    /// The address in a value: where it links to, or the `url` of the item it is.
    pub(super) fn address(&self, value: &Value) -> Option<String> {
        match value {
            Value::Text(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty() && !text.contains(char::is_whitespace)),
            Value::Link { href, .. } => Some(href.clone()),
            Value::Item(place) => match self.values(*place, &["url"]).first() {
                Some(Value::Text(text)) => Some(text.clone()),
                Some(Value::Link { href, .. }) => Some(href.clone()),
                _ => self.items.get(*place).and_then(|item| item.id.clone()),
            },
        }
    }
}

/// Whether a text may be the identifier of an item that its writer forgot to mark as one.
fn looks_like_id(text: &str) -> bool {
    text.len() < 300 && (text.starts_with(['#', '_']) || text.contains("://")) && !text.contains(char::is_whitespace)
}

/// The last part of a name: `Review` of `http://schema.org/Review`, `schema:Review` and `Review`.
pub(super) fn local_name(name: &str) -> &str {
    name.trim().trim_end_matches(['/', '#']).rsplit(['/', '#', ':']).next().unwrap_or_default()
}

/// The schema.org word for a property, of whatever vocabulary.
pub(super) fn property(name: &str) -> &str {
    match local_name(name) {
        "itemreviewed" => "itemReviewed",
        "reviewer" => "author",
        "dtreviewed" => "datePublished",
        "hasReview" => "review",
        "best" => "bestRating",
        "worst" => "worstRating",
        "average" => "ratingValue",
        local => local,
    }
}

/// Whether a type is a review: `Review`, `UserReview`, `CriticReview` …
pub(super) fn is_review(kind: &str) -> bool {
    kind.ends_with("Review") || kind == "review"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_every_vocabulary_are_read_as_schema_org_words() {
        for (name, want) in [
            ("http://schema.org/Review", "Review"),
            ("https://schema.org/Review/", "Review"),
            ("schema:reviewBody", "reviewBody"),
            ("v:dtreviewed", "datePublished"),
            ("http://rdf.data-vocabulary.org/#itemreviewed", "itemReviewed"),
        ] {
            assert_eq!(property(name), want);
        }
    }

    #[test]
    fn what_a_page_says_twice_of_one_item_is_joined() {
        let mut graph = Graph::new(Url::parse("https://shop.example/p").unwrap());
        let named = graph.add(Item { id: Some("#lamp".to_owned()), ..Item::new(Syntax::JsonLd) });
        graph.put(named, ["name"], &Value::Text("Lamp".to_owned()));
        let reviewed = graph.add(Item { id: Some("https://shop.example/p#lamp".to_owned()), ..Item::new(Syntax::JsonLd) });
        graph.put(reviewed, ["review"], &Value::Text("…".to_owned()));
        let reference = graph.add(Item { id: Some("#lamp".to_owned()), ..Item::new(Syntax::JsonLd) });
        graph.index();
        assert_eq!(graph.item_at(&Value::Item(reference)), Some(named));
        assert_eq!(graph.words(&Value::Item(reviewed)).as_deref(), Some("Lamp"));
    }
}
