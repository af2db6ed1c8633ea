//! Pages read by selectors, and settings that are checked.

use std::path::Path;

use super::*;
use crate::sources::{Source, read_sources};
use crate::tomlfile::TomlFile;

const FORUM: &str = include_str!("../../../tests/fixtures/page/forum.html");

const SETTINGS: &str = r#"
[[source]]
name = "board"
kind = "page"
every = "1h"
url = "https://board.example/board/t/9"
item = "article.post"
fields = { text = ".words", title = "h3", author = ".who", rating = ".stars@style", date = "time", url = "a.link", id = "@data-id" }
next = "a.older"
max_pages = 2
"#;

fn sources(text: &str) -> (Vec<Source>, Vec<String>) {
    let file = TomlFile::from_text("sources.toml", text.to_owned());
    let sources = read_sources(&file, Path::new("."), &[]);
    (sources, file.into_problems().iter().map(ToString::to_string).collect())
}

fn settings(text: &str) -> Settings {
    let (sources, problems) = sources(text);
    match sources.into_iter().next().map(|source| source.kind) {
        Some(crate::sources::Kind::Page(settings)) => settings,
        other => panic!("{other:?} {problems:?}"),
    }
}

fn parse(settings: &Settings, ask: &str, html: &str) -> Result<Parsed, ParseError> {
    let url = Url::parse(ask).unwrap();
    let page = fetch::Page { url: url.clone(), content_type: Some("text/html".to_owned()), body: html.as_bytes().to_vec() };
    settings.parse(&Ask::Get(url), &page)
}

#[test]
fn items_are_read_by_their_selectors() {
    let parsed = parse(&settings(SETTINGS), "https://board.example/board/t/9", FORUM).unwrap();
    let [ada, bo] = parsed.mentions.as_slice() else { panic!("{parsed:#?}") };
    assert_eq!(ada.text, "The Boilwell is quick.\n\nAnd quiet.");
    assert_eq!((ada.title.as_deref(), ada.own_id.as_deref()), (Some("Love it"), Some("p-101")));
    assert_eq!(ada.url.as_ref().unwrap().as_str(), "https://board.example/board/t/9#p-101");
    assert_eq!(ada.rating.unwrap().share(), 0.8);
    assert_eq!(ada.lang, Some(Lang::english()));
    assert_eq!(bo.text, "Handle came off & nobody answered.");
    assert_eq!(bo.author.as_ref().unwrap().name, "Bo");
    assert_eq!(bo.published.unwrap().at.to_string(), "2026-02-02T00:00:00Z");
    assert_eq!(bo.url.as_ref().unwrap().as_str(), "https://board.example/board/t/9");
    assert_eq!(parsed.refused, ["item 3: `fields.text` finds no text"]);
}

#[test]
fn pages_are_followed_up_to_the_limit() {
    let settings = settings(SETTINGS);
    let first = parse(&settings, "https://board.example/board/t/9", FORUM).unwrap();
    let second = Url::parse("https://board.example/board/t/9?page=2#goodword-page=2&seen=2").unwrap();
    assert_eq!(first.next, [Ask::Get(second.clone())]);
    let html = FORUM.replace("page=2", "page=3");
    let second = parse(&settings, second.as_str(), &html).unwrap();
    assert_eq!(second.next, []);
    assert_eq!(second.partial.as_deref(), Some("shows 4 items; raise `max_pages` (2) for more"));
}

#[test]
fn a_page_that_gives_nothing_says_why() {
    let settings = settings(SETTINGS);
    let at = |html: &str| parse(&settings, "https://board.example/board/t/9", html);
    assert_eq!(at("<p>No posts here.</p>"), Ok(Parsed::default()));
    let Err(ParseError::Unreadable(what)) = at("<article class=post><p class=body>Fine</p></article>") else { panic!("not told") };
    assert!(what.contains("`fields.text`") && what.contains("design"), "{what}");
    let Err(ParseError::Instead(what)) = at("<title>Access denied</title>") else { panic!("not told") };
    assert!(what.contains("challenge"), "{what}");
}

#[test]
fn wrong_selectors_are_told_by_field() {
    let cases = [
        ("text = \".words\"", "text = \"div[\"", "`text`: `div[` is not a CSS selector"),
        ("date = \"time\"", "date = \"\"", "`date`: it is empty"),
        ("item = \"article.post\"", "item = \">>\"", "`item`: `>>` is not a CSS selector"),
        ("next = \"a.older\"", "next = \"..a\"", "`next`: `..a` is not a CSS selector"),
        ("title = \"h3\"", "titel = \"h3\"", "`titel` is no field of an item; did you mean `title`?"),
        ("text = \".words\", ", "", "`fields`: `text` is missing"),
        ("url = \"https://board.example/board/t/9\"\n", "", "missing key `url`"),
    ];
    for (right, wrong, want) in cases {
        let (_, problems) = sources(&SETTINGS.replace(right, wrong));
        assert!(problems.iter().any(|problem| problem.contains(want)), "{wrong}: {problems:?}");
    }
}

#[test]
fn whatever_an_item_tells_around_its_words_has_a_field() {
    let keys = r#"
[[source]]
name = "board"
kind = "page"
every = "1h"
url = "https://board.example/acme"
item = "li"
fields = { text = "p", author = ".who", handle = ".who@href", date = "time", edited = ".edited@datetime", lang = "@lang", product = ".of", region = ".from", version = ".v", thread = "@data-thread", parent = "@data-to", likes = ".up", replies = ".re", shares = ".sh", views = ".seen", answer = ".owner q", answer_by = ".owner b", answer_date = ".owner time" }
"#;
    let html = "<ul><li lang=\"zh\" data-thread=\"9\" data-to=\"8\"><a class=who href=\"/u/7\">小王</a><time>2026-02-01</time>\
        <i class=edited datetime=\"2026-02-02\"></i><p>很好用</p><i class=of>Acme Desk</i><i class=from>CN</i><i class=v>4.2</i>\
        <i class=up>1,204 人觉得有用</i><i class=re>3</i><i class=sh>2</i><i class=seen>1.2万</i>\
        <div class=owner><b>Acme</b><time>2026-02-03</time><q>谢谢&amp;你</q></div></li></ul>";
    let mention = parse(&settings(keys), "https://board.example/acme", html).unwrap().mentions.remove(0);
    assert_eq!(mention.author.unwrap(), crate::mention::Author { name: "小王".to_owned(), handle: Some("/u/7".to_owned()) });
    assert_eq!((mention.lang, mention.about.as_deref()), (Some(Lang::chinese()), Some("Acme Desk")));
    assert_eq!(mention.edited.unwrap().to_string(), "2026-02-02T00:00:00Z");
    insta::assert_snapshot!(serde_json::to_string(&mention.context).unwrap(), @r#"{"region":"CN","version":"4.2","thread":"9","parent":"8","reach":{"likes":1204,"replies":3,"shares":2,"views":12000},"answer":{"text":"谢谢&你","by":"Acme","at":"2026-02-03T00:00:00Z"}}"#);
}
