//! Answers that other projects recorded of the sites themselves, where `GOODWORD_CORPORA` says they are: how much of them is read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use goodword::fetch;
use goodword::sources::{Ask, Kind, Moment, ParseError, Parsed, read_sources};
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
        told.take(kind.parse(&ask, &page, moment));
    }
    told
}

impl Read {
    fn take(&mut self, read: Result<Parsed, ParseError>) {
        match read {
            Ok(parsed) => {
                self.read += 1;
                self.mentions += parsed.mentions.len();
                self.with_context += parsed.mentions.iter().filter(|mention| !mention.context.is_empty()).count();
                for why in parsed.refused {
                    *self.refused.entry(why.chars().filter(|letter| !letter.is_ascii_digit()).collect()).or_default() += 1;
                }
            }
            Err(error) => *self.refused.entry(error.to_string()).or_default() += 1,
        }
    }
}

#[test]
fn recorded_answers_are_read() {
    let Some(corpora) = std::env::var_os("GOODWORD_CORPORA").map(PathBuf::from) else {
        return eprintln!("NOT READ: recorded answers; GOODWORD_CORPORA names no folder of them");
    };
    let perceval = corpora.join("social-perceval");
    let cases = social(&corpora).into_iter().chain(stores(&corpora)).chain(of_perceval(&perceval)).chain(set_up_in_the_file(&perceval));
    for (name, kind, answers) in cases {
        tell(name, &read(&kind, &answers));
    }
    for (name, kind, files) in in_files(&corpora) {
        tell(name, &read_files(&kind, &files));
    }
    bluesky(&corpora.join("social-bluesky-atprotodart"));
}

/// A kind with answers that were recorded of its site.
type Case = (&'static str, Kind, Vec<Value>);

fn social(corpora: &Path) -> Vec<Case> {
    let is_array_of = |value: &Value, key: &str| {
        value.as_array().is_some_and(|items| !items.is_empty() && items.iter().all(|item| item.get(key).is_some()))
    };
    vec![
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
    ]
}

fn stores(corpora: &Path) -> Vec<Case> {
    vec![
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
    ]
}

fn of_perceval(perceval: &Path) -> Vec<Case> {
    vec![
        (
            "slack",
            kind("kind = \"slack\"\nchannels = [\"C0123456789\"]\nsecret = { file = \"KEY\" }"),
            answers(&perceval.join("slack"), |value| value.get("messages").is_some()),
        ),
        (
            "stack-exchange",
            kind("kind = \"stack-exchange\"\nquery = \"a\""),
            all_of(&perceval.join("stackexchange")).into_iter().filter(|value| value.get("items").is_some()).collect(),
        ),
        (
            "discourse, single posts",
            kind("kind = \"discourse\"\nserver = \"https://forum.example\""),
            answers(&perceval.join("discourse"), |value| value.get("cooked").is_some()),
        ),
    ]
}

fn tell(name: &str, told: &Read) {
    println!(
        "{name}: {} of {} answers read, {} mentions, {} with context, refused {:?}",
        told.read, told.answers, told.mentions, told.with_context, told.refused
    );
    // Some were recorded with every word taken out.
    assert!(told.answers > 0 && told.mentions + told.refused.len() > 0 && told.read * 100 >= told.answers * 95, "{name}");
}

/// APIs that have no kind of their own, set up as an owner would.
fn set_up_in_the_file(perceval: &Path) -> Vec<Case> {
    let json = |items: &str, fields: &str| {
        kind(&format!("kind = \"json\"\nurl = \"https://api.example/\"\nitems = \"{items}\"\nfields = {{ {fields} }}"))
    };
    let has_items = |key: &'static str| move |value: &Value| value[key].as_array().is_some_and(|items| !items.is_empty());
    vec![
        (
            "json: Askbot",
            json(
                "questions",
                "text = [\"summary\", \"title\"], title = \"title\", id = \"id\", author = \"author.username\", date = \"added_at\", url = \"url\"",
            ),
            answers(&perceval.join("askbot"), has_items("questions")),
        ),
        (
            "json: Rocket.Chat",
            json(
                "messages",
                "text = \"msg\", id = \"_id\", author = \"u.name\", handle = \"u.username\", date = \"ts\", edited = \"_updatedAt\"",
            ),
            answers(&perceval.join("rocketchat"), has_items("messages")),
        ),
        (
            "json: Mattermost",
            json("$.posts[*]", "text = \"message\", id = \"id\", handle = \"user_id\", date = \"create_at\""),
            answers(&perceval.join("mattermost"), |value| value["posts"].as_object().is_some_and(|posts| !posts.is_empty())),
        ),
        (
            "json: Telegram's bot API",
            json(
                "result",
                "text = \"message.text\", id = \"update_id\", author = \"message.from.first_name\", handle = \"message.from.username\", date = \"message.date\"",
            ),
            answers(&perceval.join("telegram"), has_items("result")),
        ),
        (
            "json: Meetup",
            json(
                "$",
                "text = \"comment\", id = \"id\", author = \"member.name\", date = \"created\", url = \"link\", likes = \"like_count\"",
            ),
            answers(&perceval.join("meetup"), |value| value[0].get("comment").is_some()),
        ),
    ]
}

/// Files as people have them: mails, and what other tools write of reviews.
fn in_files(corpora: &Path) -> Vec<(&'static str, Kind, Vec<PathBuf>)> {
    let perceval = corpora.join("social-perceval");
    let parsed = corpora.join("reviews-scrapfly-parsed");
    let below = |folder: &Path, ending: &str| {
        let entries = folder.read_dir().unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.to_string_lossy().ends_with(ending)).collect::<Vec<_>>()
    };
    vec![
        ("mailbox: archives of lists", kind("kind = \"mailbox\"\npath = \"a\""), below(&perceval.join("hyperkitty"), ".mbox")),
        ("file: reviews of a shop", kind("kind = \"file\"\npath = \"a\""), vec![parsed.join("bestbuy-scraper/results/reviews.json")]),
        (
            "file: reviews of an app",
            kind(
                "kind = \"file\"\npath = \"a\"\nmap = { text = \"content\", rating = \"score\", id = \"reviewId\", author = \"userName\" }",
            ),
            vec![parsed.join("google-play-scraper/results/reviews.json")],
        ),
        ("file: a saved feed", kind("kind = \"file\"\npath = \"a\""), below(&perceval.join("rss"), ".xml")),
        (
            "file: saved feeds of the App Store and Mastodon",
            kind("kind = \"file\"\npath = \"a\""),
            [below(&corpora.join("misc-handcopied"), ".xml"), below(&corpora.join("misc-handcopied"), ".rss")].concat(),
        ),
    ]
}

/// The JSON of each file of a folder, whatever it is called.
fn all_of(folder: &Path) -> Vec<Value> {
    let entries = folder.read_dir().unwrap().map(|entry| entry.unwrap().path());
    entries.filter_map(|path| serde_json::from_slice(&std::fs::read(path).unwrap()).ok()).collect()
}

fn read_files(kind: &Kind, files: &[PathBuf]) -> Read {
    let moment = Moment { now: "2026-03-01T12:00:00Z".parse().unwrap(), since: None, cursor: None, dir: Path::new(".") };
    let mut told = Read { answers: files.len(), ..Read::default() };
    for file in files {
        let url = url::Url::from_file_path(file).unwrap();
        let page = fetch::Page { url, content_type: None, body: std::fs::read(file).unwrap() };
        told.take(kind.parse(&Ask::Read(file.clone()), &page, moment));
    }
    told
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
    let without_words = records.iter().filter(|record| record["text"].as_str().is_none_or(|text| text.trim().is_empty())).count();
    println!(
        "bluesky: {} posts, {without_words} of them without words, {} mentions, {replies} replies, refused {:?}",
        records.len(),
        heard.mentions.len(),
        heard.refused
    );
    assert!(heard.refused.is_empty());
    assert_eq!(heard.mentions.len() + without_words, records.len(), "whatever has words is a mention");
}

fn collect(value: &Value, records: &mut Vec<Value>) {
    match value {
        Value::Object(object) if value["$type"] == "app.bsky.feed.post" && value["text"].is_string() => records.push(json!(object)),
        Value::Object(object) => object.values().for_each(|value| collect(value, records)),
        Value::Array(values) => values.iter().for_each(|value| collect(value, records)),
        _ => {}
    }
}
