//! Reviews marked up by class names → items: `h-review` of microformats2 and the older `hreview`.

use scraper::{ElementRef, Html};

use super::graph::{Graph, Item, Syntax, Value};
use super::microdata::value_of;
use crate::sources::markup::{Texts, lang_of};

/// Reads the reviews of a page into the graph.
pub(super) fn read(graph: &mut Graph, html: &Html) {
    let mut reader = Reader { graph, texts: Texts::of_page(html) };
    for element in html.tree.nodes().filter_map(ElementRef::wrap) {
        let total = classes(element).any(|class| matches!(class, "h-review-aggregate" | "hreview-aggregate"));
        if total || is_review(element) {
            let types = vec![if total { "AggregateRating" } else { "Review" }.to_owned()];
            let place = reader.graph.add(Item { types, lang: lang_of(element), ..Item::new(Syntax::Microformat) });
            reader.fill(element, place, 0);
            if reader.graph.get(place).is_some_and(|item| item.values.is_empty()) {
                // By microformats2, an item without properties is named by its words.
                let words = value(element, &mut reader.texts);
                reader.graph.put(place, ["name"], &words);
            }
        }
    }
}

fn is_review(element: ElementRef<'_>) -> bool {
    classes(element).any(|class| matches!(class, "h-review" | "hreview"))
}

/// The class names of an element. `scraper`'s own are interned first, which costs more than all the rest.
fn classes<'h>(element: ElementRef<'h>) -> impl Iterator<Item = &'h str> {
    element.attr("class").unwrap_or_default().split_whitespace()
}

/// The schema.org words for a class, and whether its element is an item of its own.
fn meaning(class: &str) -> Option<(&'static str, bool)> {
    Some(match class {
        "p-item" | "item" => ("itemReviewed", true),
        "p-author" | "p-reviewer" | "reviewer" => ("author", true),
        "rating" => ("reviewRating", true),
        "p-name" | "fn" | "summary" => ("name", false),
        "p-rating" | "value" | "average" => ("ratingValue", false),
        "p-count" | "count" => ("reviewCount", false),
        "p-best" | "best" => ("bestRating", false),
        "p-worst" | "worst" => ("worstRating", false),
        "e-content" | "e-description" | "p-description" | "description" => ("reviewBody", false),
        "p-summary" => ("description", false),
        "dt-published" | "dt-reviewed" | "dtreviewed" => ("datePublished", false),
        "dt-updated" => ("dateModified", false),
        "u-url" | "url" | "permalink" => ("url", false),
        "u-uid" => ("identifier", false),
        _ => return None,
    })
}

struct Reader<'a> {
    graph: &'a mut Graph,
    texts: Texts,
}

impl Reader<'_> {
    /// Gives an item the values of the classes inside its element.
    fn fill(&mut self, scope: ElementRef<'_>, place: usize, depth: usize) {
        let mut ahead: Vec<ElementRef<'_>> = scope.children().rev().filter_map(ElementRef::wrap).collect();
        while let Some(element) = ahead.pop() {
            if is_review(element) {
                continue;
            }
            let mut entered = false;
            for (name, holds) in classes(element).filter_map(meaning) {
                let value = if holds && depth < 3 {
                    entered = true;
                    Value::Item(self.holder(element, name, depth))
                } else {
                    value(element, &mut self.texts)
                };
                self.graph.put(place, [name], &value);
            }
            if is_bookmark(element) {
                self.graph.put(place, ["url"], &value(element, &mut self.texts));
            }
            if !entered {
                ahead.extend(element.children().rev().filter_map(ElementRef::wrap));
            }
        }
    }

    /// The item that an element is: of the classes inside it, or, where there are none, of its words.
    fn holder(&mut self, element: ElementRef<'_>, name: &str, depth: usize) -> usize {
        let inner = self.graph.add(Item::new(Syntax::Microformat));
        let words = value(element, &mut self.texts);
        let own = if name == "reviewRating" { "ratingValue" } else { "name" };
        self.fill(element, inner, depth + 1);
        if let Value::Link { .. } = words {
            self.graph.put(inner, ["url"], &words);
        }
        if self.graph.values(inner, &[own]).is_empty() {
            self.graph.put(inner, [own], &words);
        }
        inner
    }
}

fn is_bookmark(element: ElementRef<'_>) -> bool {
    element.attr("rel").is_some_and(|rel| rel.split_whitespace().any(|word| matches!(word, "bookmark" | "self")))
}

/// The value of an element, by the value classes where there are some: `<abbr title>`, `<span class="value-title" title>`.
fn value(element: ElementRef<'_>, texts: &mut Texts) -> Value {
    let titled = |element: ElementRef<'_>| element.attr("title").filter(|title| !title.trim().is_empty()).map(str::to_owned);
    let inside = element.children().filter_map(ElementRef::wrap).find(|child| classes(*child).any(|class| class == "value-title"));
    let title = match element.value().name() {
        "abbr" => titled(element),
        _ => inside.and_then(titled),
    };
    title.map_or_else(|| value_of(element, texts), Value::Text)
}
