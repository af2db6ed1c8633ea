//! What a review is about, in the page's words: the reviewed item's name, its brand before it where the name does not say.

use super::graph::{Graph, Value};
use crate::sources::markup::plain_line;

/// A name longer than this is a sentence.
const LONGEST: usize = 300;

/// What the review at `review` is about: what it says itself, else the item that holds it.
pub(super) fn about(graph: &Graph, review: usize, holder: Option<usize>) -> Option<String> {
    let said = graph.values(review, &["itemReviewed"]).into_iter().find_map(|value| match graph.item_at(value) {
        Some(item) => product(graph, item),
        None => words(graph, value),
    });
    said.or_else(|| product(graph, holder?))
}

/// The item a review is about, for comparing with what else the page says of it.
pub(super) fn item(graph: &Graph, review: usize, holder: Option<usize>) -> Option<usize> {
    graph.values(review, &["itemReviewed"]).into_iter().find_map(|value| graph.item_at(value)).or(holder)
}

/// A product's name: `Acme Lamp 3`, put together from brand, model line and name as far as the name leaves them out.
fn product(graph: &Graph, item: usize) -> Option<String> {
    let first = |names: &[&str]| graph.values(item, names).into_iter().find_map(|value| words(graph, value));
    let mut name = first(&["name", "headline", "title"])?;
    for around in [first(&["isVariantOf"]), first(&["brand"])].into_iter().flatten() {
        if !name.to_lowercase().contains(&around.to_lowercase()) {
            name = format!("{around} {name}");
        }
    }
    (name.chars().count() <= LONGEST).then_some(name)
}

fn words(graph: &Graph, value: &Value) -> Option<String> {
    plain_line(&graph.words(value)?).filter(|name| name.chars().count() <= LONGEST && !name.contains("://"))
}
