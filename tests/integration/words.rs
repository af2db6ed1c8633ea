//! The catalogue of the page's words: nothing that is asked for is missing, and nothing stands there for nobody.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use goodword::app::Span;
use goodword::people::{Role, Scope};
use goodword::replies::{Lane, Status};
use goodword::sources::packs::PACKS;
use goodword::web::words::Lang;

/// Everything that pages are made of.
fn sources() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("templates"), root.join("src/web")];
    let mut text = String::new();
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs" || ending == "html") {
                text += &fs::read_to_string(path).unwrap();
            }
        }
    }
    text
}

/// Keys asked for by their whole name.
fn said(text: &str) -> BTreeSet<String> {
    let calls = ["say(\"", ".of(\"", ".of2(\""];
    let mut keys: BTreeSet<String> =
        calls.iter().flat_map(|call| text.split(call).skip(1)).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect();
    // Keys chosen by the code stand there as plain strings.
    let quoted =
        text.split('"').filter(|part| part.split('.').count() == 2 && part.chars().all(|c| c.is_ascii_lowercase() || ".-".contains(c)));
    let known: BTreeSet<&str> = Lang::En.words().keys().collect();
    keys.extend(quoted.filter(|part| known.contains(part)).map(str::to_owned));
    keys
}

#[test]
fn nothing_that_pages_say_is_missing() {
    let known: BTreeSet<String> = Lang::En.words().keys().map(str::to_owned).collect();
    let missing: Vec<String> = said(&sources()).into_iter().filter(|key| !known.contains(key)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    for (kind, values) in [
        ("role", Role::ALL.map(Role::as_str).to_vec()),
        ("role-may", Role::ALL.map(Role::as_str).to_vec()),
        ("scope", Scope::ALL.map(Scope::as_str).to_vec()),
        ("verdict", vec!["praise", "complaint", "mixed", "neutral"]),
        ("coverage", vec!["fresh", "unchanged", "partial", "blocked", "failing", "stale", "paused", "unasked"]),
        ("facet", vec!["product", "verdict", "theme", "source", "lang"]),
        ("joined", vec!["clause", "sentence", "nearby", "title", "subject"]),
        ("span", Span::ALL.map(Span::as_str).to_vec()),
        ("lane", Lane::ALL.map(Lane::as_str).to_vec()),
        ("status", Status::ALL.map(Status::as_str).to_vec()),
        ("leave", vec!["asked", "cleared", "refused"]),
        ("means", vec!["handle", "mail", "domain", "hand"]),
        ("customer-role", vec!["user", "executive"]),
        ("counted", vec!["characters", "letters", "bytes"]),
        ("pack", PACKS.iter().map(|pack| pack.name).collect()),
    ] {
        for value in values {
            assert!(Lang::En.words().word(kind, value).is_some(), "{kind}.{value}");
        }
    }
}

#[test]
fn nothing_stands_in_the_catalogue_for_nobody() {
    let text = sources();
    let said = said(&text);
    // Words for values: asked for as `word("kind", value)`.
    let of_values = [
        "nav",
        "verdict",
        "coverage",
        "facet",
        "lang",
        "joined",
        "rule",
        "role",
        "role-may",
        "scope",
        "deed",
        "figure",
        "by",
        "each",
        "whose",
        "difference",
        "span",
        "alerting",
        "finding",
        "transport",
        "lane",
        "measure",
        "voice",
        "step",
        "status",
        "counted",
        "did",
        "did-kind",
        "deed-at-site",
        "stage",
        "leave",
        "customer-role",
        "means",
        "theme",
        "stated",
        "pack",
    ];
    for kind in of_values.iter().filter(|kind| !["facet", "lang"].contains(kind)) {
        let asks = |what: &str| text.contains(&format!("{what}(\"{kind}\""));
        assert!(asks("word") || asks("values"), "nobody asks for {kind}");
    }
    let idle: Vec<&str> =
        Lang::En.words().keys().filter(|key| !of_values.contains(&key.split('.').next().unwrap()) && !said.contains(*key)).collect();
    assert!(idle.is_empty(), "{idle:?}");
}
