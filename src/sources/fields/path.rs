//! Where something stands in JSON: a `JSONPath` (`$.data[*].body`), a JSON pointer (`/data/0/body`), or names with dots between
//! them (`data.body`).

use std::fmt;

use serde::Deserialize;
use serde_json::Value;
use serde_json_path::JsonPath;

/// Where something stands.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(in crate::sources) struct Path {
    written: String,
    way: Way,
}

#[derive(Clone, Debug)]
enum Way {
    Query(Box<JsonPath>),
    Pointer(String),
}

impl TryFrom<String> for Path {
    type Error = String;

    fn try_from(written: String) -> Result<Self, String> {
        let text = written.trim();
        let way = match text.chars().next() {
            None => return Err("a path is empty; write where it stands, for example `data.items`, or `$` for the whole answer".to_owned()),
            Some('/') => Way::Pointer(text.to_owned()),
            Some('$') => Way::Query(Box::new(query(text, text)?)),
            Some(_) => Way::Query(Box::new(query(&from_names(text), text)?)),
        };
        Ok(Self { written, way })
    }
}

fn query(path: &str, written: &str) -> Result<JsonPath, String> {
    JsonPath::parse(path)
        .map_err(|error| format!("`{written}` is no path ({error}); write for example `data.items`, `$.data[*].body` or `/data/0/body`"))
}

/// `a.b-c` as a `JSONPath`: names may hold what one would have to put in quotes; brackets stay as they are.
fn from_names(text: &str) -> String {
    text.split('.').fold("$".to_owned(), |path, part| {
        let (name, brackets) = part.split_once('[').map_or((part, String::new()), |(name, rest)| (name, format!("[{rest}")));
        let name = if name.is_empty() { String::new() } else { format!("['{}']", name.replace('\\', "\\\\").replace('\'', "\\'")) };
        path + &name + &brackets
    })
}

impl Path {
    /// What stands there in `value`, first to last; `null` is nothing.
    pub(in crate::sources) fn find<'a>(&self, value: &'a Value) -> Vec<&'a Value> {
        let found = match &self.way {
            Way::Query(path) => path.query(value).all(),
            Way::Pointer(pointer) => value.pointer(pointer).into_iter().collect(),
        };
        found.into_iter().filter(|value| !value.is_null()).collect()
    }

    /// The items there: those of a list, or each thing found.
    pub(in crate::sources) fn items<'a>(&self, value: &'a Value) -> Option<Vec<&'a Value>> {
        match self.find(value).as_slice() {
            // A query that picks items of a list may find none: then it is the list that counts as found.
            [] => self.picks_none(value).then(Vec::new),
            [Value::Array(items)] => Some(items.iter().collect()),
            found => Some(found.to_vec()),
        }
    }

    /// Whether it is a query (`$.items[*]`, `$.items[?@.open]`) over a list that is there and holds nothing it picks.
    fn picks_none(&self, value: &Value) -> bool {
        let Way::Query(_) = self.way else { return false };
        let Some((list, _)) = self.written.trim().rsplit_once('[') else { return false };
        let list = if list.starts_with('$') { list.to_owned() } else { from_names(list) };
        JsonPath::parse(&list).is_ok_and(|list| list.query(value).iter().any(|found| found.is_array()))
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.written.trim())
    }
}

/// What a value holds, in a few words, for whoever has to find the right path.
pub(in crate::sources) fn looks(value: &Value) -> String {
    const MOST: usize = 12;
    match value {
        Value::Object(object) if object.is_empty() => "is an empty object".to_owned(),
        Value::Object(object) => {
            let keys: Vec<String> = object.keys().take(MOST).map(|key| format!("`{}`", key.chars().take(40).collect::<String>())).collect();
            format!("has {}{}", keys.join(", "), if object.len() > MOST { " …" } else { "" })
        }
        Value::Array(items) => format!("is a list of {}", items.len()),
        _ => "is a single value".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn path(text: &str) -> Result<Path, String> {
        Path::try_from(text.to_owned())
    }

    #[test]
    fn a_path_is_written_in_one_of_three_ways() {
        let value = json!({"data": {"items": [{"body": "a", "x-y": 1}, {"body": "b"}], "o'x": 7}, "gone": null});
        for (text, want) in [
            ("$.data.items[*].body", json!(["a", "b"])),
            ("$.data.items[?@.body == 'b'].body", json!(["b"])),
            ("/data/items/1/body", json!(["b"])),
            ("data.items[0].x-y", json!([1])),
            ("data.items[*].body", json!(["a", "b"])),
            ("data.o'x", json!([7])),
            ("gone", json!([])),
            ("missing.here", json!([])),
        ] {
            let found: Vec<Value> = path(text).unwrap().find(&value).into_iter().cloned().collect();
            assert_eq!(Value::Array(found), want, "{text}");
        }
        for wrong in ["", "$.[", "a[b", "$x"] {
            assert!(path(wrong).unwrap_err().contains("write"), "{wrong}");
        }
    }

    #[test]
    fn items_are_those_of_a_list_and_no_list_is_told_from_an_empty_one() {
        let count = |text: &str, value: Value| path(text).unwrap().items(&value).map(|items| items.len());
        for (text, value, want) in [
            ("items", json!({"items": [1, 2]}), Some(2)),
            ("items", json!({"items": []}), Some(0)),
            ("items", json!({"data": []}), None),
            ("$.items[*]", json!({"items": [1, 2, 3]}), Some(3)),
            ("$.items[*]", json!({"items": []}), Some(0)),
            ("$.items[?@.open == true]", json!({"items": [{"open": false}]}), Some(0)),
            ("$.items[*]", json!({"data": []}), None),
            ("$", json!([1, 2]), Some(2)),
            ("$", json!({"a": 1}), Some(1)),
            ("/items", json!({"items": null}), None),
        ] {
            assert_eq!(count(text, value.clone()), want, "{text} in {value}");
        }
    }
}
