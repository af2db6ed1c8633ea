//! Microdata → items, by the rules of the HTML standard (`itemscope`, `itemprop`, `itemref`).
//!
//! Besides the value the standard gives, links keep the words they stand under, since a person's name is often one.

use std::collections::HashMap;

use ego_tree::NodeId;
use scraper::{ElementRef, Html};

use super::graph::{Graph, Item, Syntax, Value, is_review, local_name, property};
use crate::sources::markup::{Texts, lang_of};

/// Reads the items of a page into the graph.
pub(super) fn read(graph: &mut Graph, html: &Html) {
    let mut scopes = HashMap::new();
    let mut by_id = HashMap::new();
    let mut marked = Vec::new();
    for element in with_attributes(html) {
        if element.attr("itemscope").is_some() {
            scopes.insert(element.id(), graph.add(start(element)));
            marked.push(element);
        }
        if let Some(id) = element.attr("id") {
            by_id.entry(id).or_insert(element);
        }
    }
    if scopes.is_empty() {
        return;
    }
    // Elements that many items refer to are read again for each; no honest page comes near this.
    let mut reader = Reader { graph, scopes: &scopes, by_id: &by_id, texts: Texts::of_page(html), steps_left: html.tree.nodes().len() * 4 };
    for element in marked {
        reader.fill(element);
    }
}

fn with_attributes(html: &Html) -> impl Iterator<Item = ElementRef<'_>> {
    html.tree.nodes().filter_map(ElementRef::wrap).filter(|element| !element.value().attrs.is_empty())
}

fn start(element: ElementRef<'_>) -> Item {
    let types = element.attr("itemtype").unwrap_or_default().split_whitespace().map(|name| local_name(name).to_owned()).collect();
    let id = element.attr("itemid").map(str::to_owned);
    let item = Item { types, id, ..Item::new(Syntax::Microdata) };
    Item { lang: item.is(is_review).then(|| lang_of(element)).flatten(), ..item }
}

struct Reader<'a, 'h> {
    graph: &'a mut Graph,
    scopes: &'a HashMap<NodeId, usize>,
    by_id: &'a HashMap<&'h str, ElementRef<'h>>,
    texts: Texts,
    steps_left: usize,
}

impl<'h> Reader<'_, 'h> {
    /// Gives the item of an element its values: those of the elements inside it and of those it refers to.
    fn fill(&mut self, scope: ElementRef<'h>) {
        let Some(place) = self.scopes.get(&scope.id()).copied() else { return };
        let referred = scope.attr("itemref").unwrap_or_default().split_whitespace();
        let mut ahead: Vec<ElementRef<'h>> = referred.filter_map(|id| self.by_id.get(id).copied()).take(64).collect();
        ahead.reverse();
        push_children(&mut ahead, scope);
        while let Some(element) = ahead.pop() {
            if self.steps_left == 0 {
                return;
            }
            self.steps_left -= 1;
            let inner = self.scopes.get(&element.id()).copied();
            match (element.attr("itemprop"), inner) {
                (Some(names), _) => {
                    let value = inner.map_or_else(|| value_of(element, &mut self.texts), Value::Item);
                    self.graph.put(place, names.split_whitespace().map(property), &value);
                }
                (None, Some(inner)) => {
                    if let Some(item) = self.graph.fill(inner) {
                        item.within = item.within.or(Some(place));
                    }
                }
                (None, None) => {}
            }
            if inner.is_none() {
                push_children(&mut ahead, element);
            }
        }
    }
}

fn push_children<'h>(ahead: &mut Vec<ElementRef<'h>>, element: ElementRef<'h>) {
    ahead.extend(element.children().rev().filter_map(ElementRef::wrap));
}

/// The value of an element. `content` counts on every element, as search engines read it.
pub(super) fn value_of(element: ElementRef<'_>, texts: &mut Texts) -> Value {
    let text = |name: &str| element.attr(name).filter(|value| !value.trim().is_empty()).map(|value| Value::Text(value.to_owned()));
    if let Some(content) = text("content") {
        return content;
    }
    let (link, special) = match element.value().name() {
        "a" | "area" | "link" => ("href", ""),
        "img" | "audio" | "embed" | "iframe" | "source" | "track" | "video" => ("src", ""),
        "object" => ("data", ""),
        "data" | "meter" | "input" => ("", "value"),
        _ => ("", "datetime"),
    };
    if let Some(value) = text(special) {
        return value;
    }
    let words = element.attr("alt").map_or_else(|| texts.of(element), str::to_owned);
    match element.attr(link) {
        Some(href) => Value::Link { href: href.to_owned(), text: words },
        None => Value::Text(words),
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;
    use crate::sources::markup::tree;

    /// The values of the first item, `name=value` each, items by their number.
    fn values(html: &str) -> Vec<String> {
        let mut graph = Graph::new(Url::parse("https://shop.example/").unwrap());
        read(&mut graph, &tree(html).html);
        let shown = |value: &Value| match value {
            Value::Text(text) => text.trim().to_owned(),
            Value::Link { href, text } => format!("<{href}>{text}"),
            Value::Item(place) => format!("#{place}"),
        };
        graph.get(0).unwrap().values.iter().map(|(name, value)| format!("{name}={}", shown(value))).collect()
    }

    #[test]
    fn values_by_the_rules_of_the_standard() {
        let cases = [
            ("<b itemprop='a b'>x</b>", vec!["a=x", "b=x"]),
            ("<meta itemprop=a content=x>", vec!["a=x"]),
            ("<span itemprop=a content=4.5>four and a half</span>", vec!["a=4.5"]),
            ("<a itemprop=a href='/u'>Ann</a>", vec!["a=</u>Ann"]),
            ("<img itemprop=a src=i.png alt='a lamp'>", vec!["a=<i.png>a lamp"]),
            ("<time itemprop=a datetime=2024-05-01>yesterday</time>", vec!["a=2024-05-01"]),
            ("<time itemprop=a>2024-05-01</time>", vec!["a=2024-05-01"]),
            ("<data itemprop=a value=4>four</data>", vec!["a=4"]),
            ("<i><p itemprop=a itemscope><b itemprop=b>x</b></p></i><b itemprop=c>y</b>", vec!["a=#1", "c=y"]),
            ("<div itemprop='http://schema.org/name'>x</div>", vec!["name=x"]),
        ];
        for (inside, want) in cases {
            assert_eq!(values(&format!("<div itemscope>{inside}</div>")), want, "{inside}");
        }
    }

    #[test]
    fn an_item_may_refer_to_elements_elsewhere() {
        let html = "<div itemscope itemref='r1 gone r1'><b itemprop=a>x</b></div><p id=r1><b itemprop=b>y</b></p><b itemprop=c>z</b>";
        assert_eq!(values(html), ["a=x", "b=y", "b=y"]);
    }

    #[test]
    fn many_references_to_one_place_come_to_an_end() {
        let many = "<div itemscope itemref=r></div>".repeat(3_000);
        let html = format!("{many}<div id=r>{}</div>", "<b itemprop=a>x</b>".repeat(3_000));
        assert_eq!(values(&html).len(), 3_000);
    }
}
