//! JSON as pages write it: wrapped in comments, with bare line breaks in strings, commas and semicolons left over,
//! several values in a row.
//!
//! Well-formed JSON goes straight through; only what fails is mended and tried again. Knows nothing of JSON-LD.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// A JSON value; numbers and truths as they are written, members in their order, repeated ones kept.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Json {
    Null,
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

/// The values in a script, and what is wrong with its text if some could not be read.
pub(super) fn read(script: &str) -> (Vec<Json>, Option<String>) {
    let script = unwrap(script);
    if script.is_empty() {
        return (Vec::new(), None);
    }
    let (values, good) = match stream(script) {
        (values, Ok(())) => return (values, None),
        (values, Err(Trouble { good, .. })) => (values, good),
    };
    let rest = script.get(good..).unwrap_or_default();
    let (more, trouble) = stream(&mend(rest));
    let nothing = values.is_empty() && more.is_empty();
    // A stray bracket after the last value hides nothing; words about reviews might.
    let trouble = trouble.err().filter(|_| nothing || rest.contains("eview")).map(|trouble| trouble.what);
    (values.into_iter().chain(more).collect(), trouble)
}

struct Trouble {
    /// Up to where the text was good.
    good: usize,
    what: String,
}

fn stream(text: &str) -> (Vec<Json>, Result<(), Trouble>) {
    let mut values = Vec::new();
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<Json>();
    loop {
        let good = stream.byte_offset();
        match stream.next() {
            None => return (values, Ok(())),
            Some(Ok(value)) => values.push(value),
            Some(Err(error)) => return (values, Err(Trouble { good, what: error.to_string() })),
        }
    }
}

/// Takes comment and CDATA wrappers, semicolons and words like `var x =` off the ends.
fn unwrap(script: &str) -> &str {
    let blank = |letter: char| letter.is_whitespace() || matches!(letter, '\u{feff}' | ';' | ',');
    let mut inner = script.trim_matches(blank);
    loop {
        let before = inner.len();
        for opening in ["<!--", "//", "/*", "*/", "<![CDATA[", "&lt;![CDATA["] {
            inner = inner.strip_prefix(opening).unwrap_or(inner).trim_start_matches(blank);
        }
        for closing in ["-->", "//", "*/", "/*", "]]>", "]]&gt;"] {
            inner = inner.strip_suffix(closing).unwrap_or(inner).trim_end_matches(blank);
        }
        if inner.len() == before {
            break;
        }
    }
    match inner.find(['{', '[']) {
        Some(start) => inner.get(start..).unwrap_or_default(),
        None => "",
    }
}

/// The text with what serde would refuse put right, as far as its meaning is beyond doubt.
fn mend(text: &str) -> String {
    let text = if text.starts_with("{&quot;") || text.starts_with("[{&quot;") {
        text.replace("&quot;", "\"").replace("&amp;", "&")
    } else {
        text.to_owned()
    };
    let mut mender = Mender { mended: String::with_capacity(text.len() + 16), closers: Vec::new(), last: ' ' };
    let mut rest = text.as_str();
    while let Some(letter) = rest.chars().next() {
        rest = mender.step(letter, rest);
    }
    mender.drop_comma();
    mender.mended.extend(mender.closers.iter().rev());
    mender.mended
}

struct Mender {
    mended: String,
    /// The brackets still to be closed.
    closers: Vec<char>,
    /// The last letter that is no blank.
    last: char,
}

impl Mender {
    /// Mends what stands at the start of `rest`, and returns what comes after it.
    fn step<'a>(&mut self, letter: char, rest: &'a str) -> &'a str {
        let after = rest.get(letter.len_utf8()..).unwrap_or_default();
        match letter {
            '"' => {
                self.put('"');
                return self.string(after);
            }
            '/' if after.starts_with('/') => return after.find('\n').and_then(|end| after.get(end..)).unwrap_or_default(),
            '/' if after.starts_with('*') => return after.split_once("*/").map_or("", |(_, after)| after),
            '{' | '[' => {
                self.closers.push(if letter == '{' { '}' } else { ']' });
                self.put(letter);
            }
            '}' | ']' => {
                self.drop_comma();
                self.fill_gap();
                if self.closers.pop().is_some() {
                    self.put(letter);
                }
            }
            ',' if self.closers.is_empty() || matches!(self.last, ',' | '{' | '[') => {}
            ',' => {
                self.fill_gap();
                self.put(',');
            }
            ';' => {}
            letter if letter.is_whitespace() || letter.is_control() => self.mended.push(' '),
            letter => self.put(letter),
        }
        after
    }

    fn put(&mut self, letter: char) {
        self.mended.push(letter);
        self.last = letter;
    }

    /// A member without value has none.
    fn fill_gap(&mut self) {
        if self.last == ':' {
            self.mended.push_str("null");
        }
    }

    fn drop_comma(&mut self) {
        if self.last == ',' {
            self.mended.truncate(self.mended.trim_end().len().saturating_sub(1));
            self.last = ' ';
        }
    }

    /// Mends a string from after its opening quote, and returns what comes after its closing one.
    fn string<'a>(&mut self, text: &'a str) -> &'a str {
        let mut letters = text.char_indices();
        while let Some((at, letter)) = letters.next() {
            let rest = || text.get(at + 1..).unwrap_or_default();
            match letter {
                '"' if closes(rest()) => {
                    self.put('"');
                    return rest();
                }
                '"' => self.mended.push_str("\\\""),
                '\\' => match letters.next().map(|(_, escaped)| escaped) {
                    Some('u') if is_hex(rest().get(1..5)) => self.mended.push_str("\\u"),
                    Some(escaped) if "\"\\/bfnrt".contains(escaped) => self.mended.extend(['\\', escaped]),
                    Some(escaped) if escaped.is_control() => self.mended.push_str("\\n"),
                    Some(escaped) => self.mended.push(escaped),
                    None => {}
                },
                '\n' => self.mended.push_str("\\n"),
                letter if letter.is_control() => self.mended.push(' '),
                letter => self.mended.push(letter),
            }
        }
        ""
    }
}

/// Whether a quote before `rest` ends a string, rather than being meant as one of its letters.
fn closes(rest: &str) -> bool {
    rest.trim_start().chars().next().is_none_or(|next| matches!(next, ',' | ':' | '}' | ']' | ';' | '/'))
}

fn is_hex(digits: Option<&str>) -> bool {
    digits.is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Json, E> {
        Ok(Json::Text(truth.to_string()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Json, E> {
        Ok(Json::Text(number.to_string()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Json, E> {
        Ok(Json::Text(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Json, E> {
        Ok(Json::Text(number.to_string()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Json, E> {
        Ok(Json::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        let mut object = Vec::new();
        while let Some(member) = members.next_entry()? {
            object.push(member);
        }
        Ok(Json::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values as strict JSON, one a line.
    fn shown(script: &str) -> String {
        fn show(json: &Json) -> String {
            match json {
                Json::Null => "null".to_owned(),
                Json::Text(text) => format!("{text:?}"),
                Json::List(list) => format!("[{}]", list.iter().map(show).collect::<Vec<_>>().join(",")),
                Json::Object(object) => {
                    format!("{{{}}}", object.iter().map(|(key, value)| format!("{key}:{}", show(value))).collect::<Vec<_>>().join(","))
                }
            }
        }
        let (values, trouble) = read(script);
        values.iter().map(show).chain(trouble.map(|_| "!".to_owned())).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn json_as_pages_write_it() {
        let cases = [
            (r#"{"a": 4.5, "a": [true, null]}"#, r#"{a:"4.5",a:["true",null]}"#),
            ("<!--\n{\"a\":1}\n-->", r#"{a:"1"}"#),
            ("// <![CDATA[\n[{\"a\":1}]\n// ]]>", r#"[{a:"1"}]"#),
            ("/*<![CDATA[*/ {\"a\":1} /*]]>*/", r#"{a:"1"}"#),
            ("\u{feff}{\"a\":1};", r#"{a:"1"}"#),
            ("{\"a\":1},{\"b\":2},", r#"{a:"1"} {b:"2"}"#),
            ("{\"a\":1}\n{\"b\":2}", r#"{a:"1"} {b:"2"}"#),
            ("{\"a\":\"one\ntwo\tthree\u{1}\"}", r#"{a:"one\ntwo three "}"#),
            (r#"{"a":[1,2,],}"#, r#"{a:["1","2"]}"#),
            (r#"{"a":"it\'s","b":"\u00e9 \ux"}"#, r#"{a:"it's",b:"é ux"}"#),
            (r#"{"a":"so "good" it is"}"#, r#"{a:"so \"good\" it is"}"#),
            ("{\"a\": , // none\n \"b\": /* two */ 2}", r#"{a:null,b:"2"}"#),
            (r#"{"a":[{"b":1}"#, r#"{a:[{b:"1"}]}"#),
            (r#"{"a":1}}"#, r#"{a:"1"}"#),
            ("{&quot;a&quot;:&quot;b&quot;}", r#"{a:"b"}"#),
            ("window.data = {\"a\":1};", r#"{a:"1"}"#),
            (r#"{"a":1} {"review": nonsense"#, r#"{a:"1"} !"#),
            ("", ""),
            ("sorry", ""),
            ("{{{{", "!"),
        ];
        for (script, want) in cases {
            assert_eq!(shown(script), want, "{script}");
        }
    }

    #[test]
    fn bottomless_json_is_refused() {
        let (values, trouble) = read(&"[".repeat(100_000));
        assert_eq!(values, []);
        assert!(trouble.is_some());
    }
}
