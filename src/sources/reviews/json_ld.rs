//! JSON-LD → items. Contexts are not fetched: names count by their last part.

use super::graph::{Graph, Item, Syntax, Value, local_name, property};
use super::lenient::{self, Json};

/// Reads the scripts of a page into the graph; returns what is wrong with those that cannot be read.
pub(super) fn read(graph: &mut Graph, scripts: &[&str]) -> Vec<String> {
    // A block may name the product that another block's reviews refer to, so it is all of them or none.
    if !scripts.iter().any(|script| script.contains("eview")) {
        return Vec::new();
    }
    let mut refused = Vec::new();
    for (number, script) in scripts.iter().enumerate() {
        let (values, trouble) = lenient::read(script);
        for value in values {
            let _read = add(graph, value);
        }
        refused.extend(trouble.filter(|_| script.contains("eview")).map(|what| format!("JSON-LD block {}: {what}", number + 1)));
    }
    refused
}

/// Adds a value with all that it holds, and returns what stands for it in the item that has it.
fn add(graph: &mut Graph, json: Json) -> Vec<Value> {
    match json {
        Json::Null => Vec::new(),
        Json::Text(text) => vec![Value::Text(text)],
        Json::List(list) => list.into_iter().flat_map(|value| add(graph, value)).collect(),
        Json::Object(object) => add_object(graph, object),
    }
}

fn add_object(graph: &mut Graph, object: Vec<(String, Json)>) -> Vec<Value> {
    if let Some(at) = object.iter().position(|(key, _)| matches!(key.as_str(), "@value" | "@list" | "@set")) {
        let held = object.into_iter().nth(at).map_or(Json::Null, |(_, value)| value);
        return add(graph, held);
    }
    // The context of schema.org gives `type` and `id` the meaning of their `@` forms.
    let plain_type = !object.iter().any(|(key, _)| key == "@type");
    let plain_id = !object.iter().any(|(key, _)| key == "@id");
    let place = graph.add(Item::new(Syntax::JsonLd));
    for (key, value) in object {
        match key.as_str() {
            "@context" => {}
            "@graph" | "@included" => {
                let _held = add(graph, value);
            }
            "@reverse" => reverse(graph, place, value),
            "@type" => set_types(graph, place, value),
            "type" if plain_type => set_types(graph, place, value),
            "@id" => set_id(graph, place, value),
            "id" if plain_id => set_id(graph, place, value),
            key => {
                for value in add(graph, value) {
                    graph.put(place, [property(key)], &value);
                }
            }
        }
    }
    vec![Value::Item(place)]
}

/// `{"@reverse": {"itemReviewed": review}}` says that the review is of this item.
fn reverse(graph: &mut Graph, place: usize, value: Json) {
    let Json::Object(members) = value else { return };
    for (key, value) in members {
        for value in add(graph, value) {
            if let Value::Item(other) = value {
                graph.put(other, [property(&key)], &Value::Item(place));
            }
        }
    }
}

fn set_types(graph: &mut Graph, place: usize, value: Json) {
    let names = match value {
        Json::Text(name) => vec![name],
        Json::List(list) => list.into_iter().filter_map(|value| if let Json::Text(name) = value { Some(name) } else { None }).collect(),
        _ => Vec::new(),
    };
    if let Some(item) = graph.fill(place) {
        item.types.extend(names.iter().map(|name| local_name(name).to_owned()));
    }
}

fn set_id(graph: &mut Graph, place: usize, value: Json) {
    if let (Some(item), Json::Text(id)) = (graph.fill(place), value) {
        item.id = Some(id).filter(|id| !id.trim().is_empty());
    }
}
