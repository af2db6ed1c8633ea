//! Answers that other projects recorded of the sites themselves, where `GOODWORD_CORPORA` says they are: how much of them is read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use goodword::fetch;
use goodword::sources::{Kind, Moment, read_sources};
use goodword::tomlfile::TomlFile;
use serde_json::{Value, json};

fn kind(keys: &str) -> Kind {
    let text = format!("[[source]]\nname = \"a\"\nevery = \"1h\"\n{keys}\n");
    let file = TomlFile::from_text("sources.toml", text.replace("KEY", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/example.key")));
    let mut sources = read_sources(&file, Path::new("."), &[]);
    let problems = file.into_problems();
    assert_eq!(sources.len(), 1, "{problems:?}");
    sources.remove(0).kind
}

/// The JSON files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in folder.read_dir().unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            found.extend(files(&entry));
        } else if entry.extension().is_some_and(|ending| ending == "json") {
            found.push(entry);
        }
    }
    found
}

/// The answers of a folder that are what a kind reads, by `fits`; recorded with their request or by themselves.
fn answers(folder: &Path, fits: impl Fn(&Value) -> bool) -> Vec<Value> {
    let read = |path: PathBuf| serde_json::from_slice::<Value>(&std::fs::read(path).unwrap()).ok();
    let body = |value: Value| match value.pointer("/response/body") {
        Some(Value::String(text)) => serde_json::from_str(text).unwrap_or(Value::Null),
        Some(body) => body.clone(),
        None => value,
    };
    files(folder).into_iter().filter_map(read).map(body).filter(fits).collect()
}

#[derive(Default)]
struct Read {
    answers: usize,
    read: usize,
    mentions: usize,
    with_context: usize,
    refused: BTreeMap<String, usize>,
}

fn read(kind: &Kind, answers: &[Value]) -> Read {
    let moment = Moment { now: "2026-03-01T12:00:00Z".parse().unwrap(), since: None, cursor: None, dir: Path::new(".") };
    let ask = kind.asks(moment).unwrap().remove(0);
    let mut told = Read { answers: answers.len(), ..Read::default() };
    for answer in answers {
        let page = fetch::Page { url: ask.url().unwrap().clone(), content_type: None, body: answer.to_string().into() };
        match kind.parse(&ask, &page, moment) {
            Ok(parsed) => {
                told.read += 1;
                told.mentions += parsed.mentions.len();
                told.with_context += parsed.mentions.iter().filter(|mention| !mention.context.is_empty()).count();
                for why in parsed.refused {
                    *told.refused.entry(why.chars().filter(|letter| !letter.is_ascii_digit()).collect()).or_default() += 1;
                }
            }
            Err(error) => *told.refused.entry(error.to_string()).or_default() += 1,
        }
    }
    told
}

#[test]
fn recorded_answers_are_read() {
    let Some(corpora) = std::env::var_os("GOODWORD_CORPORA").map(PathBuf::from) else { return };
    let is_array_of = |value: &Value, key: &str| {
        value.as_array().is_some_and(|items| !items.is_empty() && items.iter().all(|item| item.get(key).is_some()))
    };
    let cases: Vec<(&str, Kind, Vec<Value>)> = vec![
        (
            "reddit",
            kind("kind = \"reddit\"\nquery = \"a\"\nsecret = { file = \"KEY\" }"),
            answers(&corpora.join("social-reddit-praw"), |value| {
                value["kind"] == "Listing"
                    && value
                        .pointer("/data/children")
                        .and_then(Value::as_array)
                        .is_some_and(|items| items.iter().all(|item| item["kind"] == "t3"))
            }),
        ),
        (
            "mastodon",
            kind("kind = \"mastodon\"\ntags = [\"a\"]"),
            answers(&corpora.join("social-mastodonpy"), |value| is_array_of(value, "content") && is_array_of(value, "account")),
        ),
        (
            "discourse",
            kind("kind = \"discourse\"\nserver = \"https://forum.example\""),
            answers(&corpora.join("social-discourse-api"), |value| value.get("latest_posts").is_some() || value.get("cooked").is_some()),
        ),
        (
            "youtube",
            kind("kind = \"youtube\"\nvideos = [\"a\"]\nsecret = { file = \"KEY\" }"),
            answers(&corpora.join("social-youtube-api"), |value| {
                value.get("items").is_some()
                    && matches!(value["kind"].as_str(), Some("youtube#commentThreadListResponse" | "youtube#commentListResponse"))
            }),
        ),
        (
            "app-store",
            kind("kind = \"app-store\"\napp = 1"),
            answers(&corpora.join("reviews-appstore-rssjson"), |value| value.get("feed").is_some()),
        ),
        (
            "hacker-news",
            kind("kind = \"hacker-news\"\nquery = \"a\""),
            answers(&corpora.join("misc-handcopied"), |value| value.get("hits").is_some()),
        ),
        (
            "steam",
            kind("kind = \"steam\"\napp = 730"),
            answers(&corpora.join("misc-handcopied"), |value| value.get("query_summary").is_some()),
        ),
    ];
    for (name, kind, answers) in &cases {
        let told = read(kind, answers);
        println!(
            "{name}: {} of {} answers read, {} mentions, {} with context, refused {:?}",
            told.read, told.answers, told.mentions, told.with_context, told.refused
        );
        assert!(told.answers > 0 && told.read * 100 >= told.answers * 95, "{name}");
    }
    bluesky(&corpora.join("social-bluesky-atprotodart"));
}

/// Posts as an API shows them hold the records that a stream tells.
fn bluesky(folder: &Path) {
    let mut records = Vec::new();
    for answer in answers(folder, |_| true) {
        collect(&answer, &mut records);
    }
    let messages: Vec<String> = (1..)
        .zip(&records)
        .map(|(number, record)| {
            json!({"did": "did:plc:a", "time_us": 1_770_000_000_000_000_i64 + number, "kind": "commit", "commit": {"operation": "create",
                "collection": "app.bsky.feed.post", "rkey": number.to_string(), "record": record}})
            .to_string()
        })
        .collect();
    let heard = kind("kind = \"bluesky\"").hear(&messages, &|_| true);
    let replies = heard.mentions.iter().filter(|mention| mention.context.parent.is_some()).count();
    println!("bluesky: {} posts, {} mentions, {replies} replies, refused {:?}", records.len(), heard.mentions.len(), heard.refused);
    assert!(heard.refused.is_empty());
}

fn collect(value: &Value, records: &mut Vec<Value>) {
    match value {
        Value::Object(object) if value["$type"] == "app.bsky.feed.post" && value["text"].is_string() => records.push(json!(object)),
        Value::Object(object) => object.values().for_each(|value| collect(value, records)),
        Value::Array(values) => values.iter().for_each(|value| collect(value, records)),
        _ => {}
    }
}
