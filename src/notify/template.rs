//! The body of a ticket as people write it: JSON whose strings hold `{placeholders}`.
//!
//! It is read as JSON once and filled in as JSON, so that nothing a mention says can break out of its string.

use serde_json::Value;

use super::message::Message;

/// JSON with placeholders in its strings.
#[derive(Clone, Debug, PartialEq)]
pub struct Template(Value);

/// What stands for a part of the message; any other is the fact of that name.
const PARTS: [&str; 7] = ["id", "topic", "subject", "text", "link", "at", "urgent"];
const FACTS: [&str; 9] = ["product", "source", "rating", "author", "lang", "verdict", "themes", "published", "query"];

impl Template {
    /// Reads a template; the error says what is wrong.
    pub fn read(text: &str) -> Result<Self, String> {
        let value: Value = serde_json::from_str(text).map_err(|error| format!("`template` is not JSON: {error}"))?;
        let mut unknown = Vec::new();
        each_text(&value, &mut |text| {
            for name in placeholders(text) {
                if !PARTS.contains(&name) && !FACTS.contains(&name) {
                    unknown.push(name.to_owned());
                }
            }
        });
        match unknown.first() {
            None => Ok(Self(value)),
            Some(name) => {
                let valid: Vec<&str> = PARTS.into_iter().chain(FACTS).collect();
                Err(format!("`template`: unknown placeholder `{{{name}}}`; {}", crate::tomlfile::name_the_valid(name, &valid)))
            }
        }
    }

    /// It with the parts of `message` in their places.
    pub fn filled(&self, message: &Message) -> Value {
        filled(&self.0, message)
    }
}

fn filled(value: &Value, message: &Message) -> Value {
    match value {
        Value::String(text) => Value::String(fill(text, message)),
        Value::Array(items) => items.iter().map(|item| filled(item, message)).collect(),
        Value::Object(entries) => Value::Object(entries.iter().map(|(key, value)| (key.clone(), filled(value, message))).collect()),
        other => other.clone(),
    }
}

/// The text in one pass: what is put in is not looked through again.
fn fill(text: &str, message: &Message) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        out.push_str(before);
        match behind.split_once('}').filter(|(name, _)| is_name(name)) {
            Some((name, behind)) => {
                out.push_str(&part(name, message));
                rest = behind;
            }
            None => {
                out.push('{');
                rest = behind;
            }
        }
    }
    out + rest
}

fn part(name: &str, message: &Message) -> String {
    match name {
        "id" => message.id.clone(),
        "topic" => message.topic.to_string(),
        "subject" => message.subject.clone(),
        "text" => message.below(),
        "link" => message.link.clone().unwrap_or_default(),
        "at" => message.at.to_string(),
        "urgent" => message.urgent.to_string(),
        fact => message.facts.iter().find(|known| known.name == fact).map(|fact| fact.value.clone()).unwrap_or_default(),
    }
}

fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).filter(|name| is_name(name))
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_')
}

fn each_text(value: &Value, see: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => see(text),
        Value::Array(items) => items.iter().for_each(|item| each_text(item, see)),
        Value::Object(entries) => entries.values().for_each(|item| each_text(item, see)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notify::Topic;

    #[test]
    fn what_a_mention_says_stays_in_its_string() {
        let hostile = "\", \"admin\": true, \"x\": \"{link}\n{nothing}";
        let message = Message::new("1", Topic::Rating, hostile, jiff::Timestamp::UNIX_EPOCH).fact("product", Some("Acme \"Desk\""));
        let template = Template::read(r#"{"title": "[{topic}] {subject}", "n": 1, "tags": ["{product}", "{author}", "{ }"]}"#).unwrap();
        assert_eq!(
            template.filled(&message),
            serde_json::json!({"title": format!("[rating] {hostile}"), "n": 1, "tags": ["Acme \"Desk\"", "", "{ }"]})
        );
    }

    #[test]
    fn a_template_is_json_with_placeholders_that_there_are() {
        assert!(Template::read("{title: 1}").unwrap_err().starts_with("`template` is not JSON"));
        let error = Template::read(r#"{"a": "{sbject}"}"#).unwrap_err();
        assert!(error.contains("`{sbject}`; did you mean `subject`?"), "{error}");
    }
}
