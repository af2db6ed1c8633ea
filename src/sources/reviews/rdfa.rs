//! `RDFa` → items: `vocab`/`typeof`/`property` as sites write them today, and `v:` of data-vocabulary.org as they did before.
//!
//! Only words of these two vocabularies count, so that `og:` and `dc:` values of the same page stay out.

use std::collections::HashSet;

use ego_tree::NodeRef;
use scraper::{ElementRef, Html, Node};

use super::graph::{Graph, Item, Syntax, Value, is_review, local_name, property};
use super::microdata::value_of;
use crate::sources::markup::{Texts, lang_of};

/// The properties by which one item of a review holds another.
const RELATIONS: [&str; 8] = ["review", "reviews", "itemReviewed", "author", "rating", "reviewRating", "positiveNotes", "negativeNotes"];

/// What an element hands down to those inside it.
#[derive(Clone, Debug, Default)]
struct Around {
    /// The item spoken of.
    subject: Option<usize>,
    /// The names under which the items inside belong to the subject.
    rel: Vec<String>,
    /// Whether words without a prefix are of another vocabulary.
    foreign: bool,
}

/// Reads the items of a page into the graph.
pub(super) fn read(graph: &mut Graph, html: &Html) {
    let mut reader = Reader { graph, ours: our_prefixes(html), texts: Texts::of_page(html) };
    let mut ahead: Vec<(NodeRef<'_, Node>, Around)> = vec![(html.tree.root(), Around::default())];
    while let Some((node, around)) = ahead.pop() {
        let inside = match ElementRef::wrap(node) {
            Some(element) if !element.value().attrs.is_empty() => reader.element(element, around),
            _ => around,
        };
        ahead.extend(node.children().rev().map(|child| (child, inside.clone())));
    }
}

struct Reader<'a> {
    graph: &'a mut Graph,
    ours: HashSet<String>,
    texts: Texts,
}

impl Reader<'_> {
    /// Reads an element, and returns what holds inside it.
    fn element(&mut self, element: ElementRef<'_>, mut around: Around) -> Around {
        if let Some(vocab) = element.attr("vocab") {
            around.foreign = !vocab.trim().is_empty() && !is_ours(vocab);
        }
        let types = self.words(element.attr("typeof"), &around);
        let names = self.words(element.attr("property"), &around);
        let mut rels = self.words(element.attr("rel"), &around);
        // Words of HTML (`nofollow`, `stylesheet`) stand in `rel` too.
        rels.retain(|word| RELATIONS.contains(&word.as_str()));
        let about = element.attr("about").or_else(|| element.attr("resource").filter(|_| names.is_empty() && rels.is_empty()));
        if element.attr("typeof").is_some() || about.is_some() {
            return self.subject(element, around, types, &names, rels);
        }
        let Some(subject) = around.subject else { return around };
        let link = ["resource", "href", "src"].into_iter().find_map(|name| element.attr(name));
        if !names.is_empty() {
            let value = match (element.attr("content"), element.attr("resource")) {
                (None, Some(href)) => Value::Link { href: href.to_owned(), text: self.texts.of(element) },
                _ => value_of(element, &mut self.texts),
            };
            self.graph.put(subject, names.iter().map(String::as_str), &value);
        }
        match link {
            Some(href) if !rels.is_empty() => {
                let value = Value::Link { href: href.to_owned(), text: self.texts.of(element) };
                self.graph.put(subject, rels.iter().map(String::as_str), &value);
            }
            None if !rels.is_empty() => around.rel = rels,
            _ => {}
        }
        around
    }

    /// Begins the item that an element is about, and joins it to the one around it.
    fn subject(&mut self, element: ElementRef<'_>, around: Around, types: Vec<String>, names: &[String], rels: Vec<String>) -> Around {
        let id = ["about", "resource", "href", "src"].into_iter().find_map(|name| element.attr(name)).map(str::to_owned);
        let item = Item { types, id, ..Item::new(Syntax::Rdfa) };
        let lang = item.is(is_review).then(|| lang_of(element)).flatten();
        let place = self.graph.add(Item { lang, ..item });
        let joins: Vec<&str> = names.iter().chain(&rels).chain(&around.rel).map(String::as_str).collect();
        match around.subject {
            Some(outer) if !joins.is_empty() => self.graph.put(outer, joins, &Value::Item(place)),
            outer => {
                if let Some(item) = self.graph.fill(place) {
                    item.within = outer;
                }
            }
        }
        Around { subject: Some(place), rel: Vec::new(), foreign: around.foreign }
    }

    /// The words of an attribute that are of our vocabularies, as schema.org writes them.
    fn words(&self, attribute: Option<&str>, around: &Around) -> Vec<String> {
        let ours = |word: &&str| match word.split_once(':') {
            Some((_, iri)) if iri.starts_with("//") => is_ours(word),
            Some((prefix, _)) => self.ours.contains(&prefix.to_ascii_lowercase()),
            None => !around.foreign,
        };
        attribute.unwrap_or_default().split_whitespace().filter(ours).map(|word| property(local_name(word)).to_owned()).collect()
    }
}

fn is_ours(iri: &str) -> bool {
    let iri = iri.to_ascii_lowercase();
    iri.contains("schema.org") || iri.contains("data-vocabulary.org")
}

/// The prefixes that stand for our vocabularies; `schema` and `v` do unless the page says otherwise.
fn our_prefixes(html: &Html) -> HashSet<String> {
    let mut ours: HashSet<String> = ["schema", "v"].map(str::to_owned).into();
    let mut declare = |prefix: &str, iri: &str| {
        let prefix = prefix.trim_end_matches(':').to_ascii_lowercase();
        if is_ours(iri) {
            ours.insert(prefix);
        } else {
            ours.remove(&prefix);
        }
    };
    for element in html.tree.values().filter_map(Node::as_element) {
        for (name, value) in element.attrs() {
            if let Some(prefix) = name.strip_prefix("xmlns:") {
                declare(prefix, value);
            } else if name == "prefix" {
                let words: Vec<&str> = value.split_whitespace().collect();
                words.chunks_exact(2).for_each(|pair| declare(pair.first().unwrap_or(&""), pair.last().unwrap_or(&"")));
            }
        }
    }
    ours
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;
    use crate::sources::markup::tree;

    /// Every item, as `number: types name=value …`.
    fn items(html: &str) -> Vec<String> {
        let mut graph = Graph::new(Url::parse("https://shop.example/").unwrap());
        read(&mut graph, &tree(html).html);
        let shown = |value: &Value| match value {
            Value::Text(text) => text.trim().to_owned(),
            Value::Link { href, text } => format!("<{href}>{}", text.trim()),
            Value::Item(place) => format!("#{place}"),
        };
        let items = (0..graph.len()).filter_map(|place| graph.get(place));
        items
            .map(|item| {
                let values = item.values.iter().map(|(name, value)| format!(" {name}={}", shown(value)));
                format!("{}{}", item.types.join("+"), values.collect::<String>())
            })
            .collect()
    }

    #[test]
    fn rdfa_of_today_and_of_before() {
        let cases = [
            (
                "<div vocab='https://schema.org/' typeof=Product><b property=name>Lamp</b><div property=review typeof=Review>\
                 <i property=reviewBody>Fine</i><i property='og:title'>no</i></div></div>",
                vec!["Product name=Lamp review=#1", "Review reviewBody=Fine"],
            ),
            (
                "<div xmlns:r='http://rdf.data-vocabulary.org/#' typeof='r:Review'><b property='r:itemreviewed'>Lamp</b>\
                 <i property='r:dtreviewed' content='2009-01-06'>6 Jan</i><i rel='r:rating'><i typeof='r:Rating'><b property='r:value'>4</b></i></i></div>",
                vec!["Review itemReviewed=Lamp datePublished=2009-01-06 rating=#1", "Rating value=4"],
            ),
            ("<p typeof='schema:Review'><a property='schema:author' href='/u'>Ann</a></p>", vec!["Review author=</u>Ann"]),
            ("<p vocab='http://xmlns.com/foaf/0.1/' typeof=Person><b property=name>Ann</b></p>", vec![""]),
            ("<p typeof='http://schema.org/Review'><b property='http://schema.org/name' lang=en>Fine</b></p>", vec!["Review name=Fine"]),
            ("<p vocab='http://schema.org/' about='#p'><b property=name>x</b></p>", vec![" name=x"]),
        ];
        for (html, want) in cases {
            assert_eq!(items(html), want, "{html}");
        }
    }
}
