//! Chinese pages say nothing in English but what people, lists and files say: every page is read, with something on it.

use goodword::people::Role;
use goodword::replies::{Action, Actor};
use regex::Regex;
use scraper::{ElementRef, Html, Node};

use crate::browser::PAGES;
use crate::harness::TestApp;
use crate::web::{Browser, heard};

/// What stands in these is not ours: names, what people wrote, code.
const OTHERS: &[&str] = &["bdi", "mark", "code", "kbd", "pre", "blockquote", "textarea", "script", "style", "title", "datalist"];
/// What the tests' own lists, files and people are called.
const NAMES: &[&str] = &["Acme Desk", "easy to use", "love it", "calmer start", "Umbrella Inc", "so so", "Hacker News", "App Store"];
/// Attributes that are read out or shown.
const SPOKEN: &[&str] = &["aria-label", "placeholder", "title", "alt", "data-copied", "data-words"];

/// What a page says in words of ours, each bit with where it stands.
fn said(page: &str) -> Vec<String> {
    let page = Html::parse_document(page);
    let mut said = Vec::new();
    listen(page.root_element(), &mut said);
    said
}

fn listen(element: ElementRef<'_>, said: &mut Vec<String>) {
    let value = element.value();
    let is_others = OTHERS.contains(&value.name())
        || value.classes().any(|class| class == "text")
        || value.attr("dir") == Some("auto")
        || (value.name() != "html" && value.attr("lang").is_some());
    if is_others {
        return;
    }
    // An example of what to type is code.
    let spoken = SPOKEN.iter().filter(|name| !(**name == "placeholder" && value.name() == "input"));
    said.extend(spoken.filter_map(|name| value.attr(name)).map(str::to_owned));
    for child in element.children() {
        match child.value() {
            Node::Text(text) => said.push(text.to_string()),
            Node::Element(_) => ElementRef::wrap(child).into_iter().for_each(|child| listen(child, said)),
            _ => {}
        }
    }
}

/// English words in a row, once names and what is typed at a command line are taken out.
fn english(said: &str) -> Option<String> {
    let commands =
        Regex::new(r"\([^()]*\)|“[^”]*”|\[\[?[a-z.]+\]\]?|[\w/*-]+\.(toml|md|csv)|[a-z]+ = \S+|goodword [a-z]+( [a-z]+)*").unwrap();
    let mut left = commands.replace_all(said, " ◇ ").into_owned();
    NAMES.iter().for_each(|name| left = left.replace(name, " ◇ "));
    let row = Regex::new(r"[A-Za-z]{2,}[,;:.]? +[A-Za-z]+").unwrap();
    row.find(&left).map(|found| format!("{} in {}", found.as_str(), said.trim()))
}

#[test]
fn english_is_told_from_names_and_commands() {
    assert!(english("没有 rated 1 of 5, without a phrase").is_some());
    assert!(english("It is about Acme Desk").is_some());
    for fine in ["Acme Desk · 总体", "用 “goodword serve” 打开", "见 docs/web.md 与 [[alert]]", "CSV", "goodword customers import"]
    {
        assert_eq!(english(fine), None, "{fine}");
    }
    assert_eq!(said("<p>一 <b>two three</b> <bdi>four</bdi> <i title=\"five\" lang=\"en\">six</i></p>").concat().trim(), "一 two three");
}

/// Something for each page to show.
async fn furnish(test: &TestApp) {
    let settings = "[[recipient]]\nmail = \"ann@acme.example\"\n\n[[destination]]\nname = \"desk\"\nkind = \"mail\"\nto = [\"desk@acme.example\"]\n\n\
        [[alert]]\nname = \"one-star\"\nwhen = \"rating\"\nat_most = 1\nto = \"desk\"\n\n[[team]]\nname = \"support\"\nmembers = [\"ann\"]\n\n\
        [[route]]\nlane = \"praise\"\nto = \"support\"\n";
    std::fs::write(test.dir().join("settings.toml"), settings).unwrap();
    test.app.reload();
    test.app.note_change("calmer start", "Acme Desk", "reliability", "2026-03-05".parse().unwrap()).await.unwrap();
    test.app
        .import_customers("c.csv", b"id,name,segment,handles\n7,Umbrella Inc,enterprise,forum:ann\n", &Default::default(), |_| {})
        .await
        .unwrap();
    let ids: Vec<String> = test.app.queue(&Default::default()).await.unwrap().1.into_iter().map(|queued| queued.stored.id).collect();
    for (id, action) in ids.iter().zip([
        Action::Claim,
        Action::Draft { text: "谢谢".to_owned(), template: None },
        Action::Dismiss { reason: "重复".to_owned() },
    ]) {
        test.app.act_on_reply(id, action, Actor { who: "ann", seen: None }).await.unwrap();
    }
}

#[tokio::test]
async fn no_sentence_on_a_chinese_page_is_english() {
    let test = heard(&[
        ("1", "ann", "Acme Desk is easy to use, but it crashes."),
        ("2", "bo", "Acme Desk is slightly broken, terrible, broken and broken. Rival is not great."),
        ("3", "cy", "艾克美很好用，就是会闪退。"),
        ("4", "di", "Nothing to say of anything."),
    ])
    .await;
    furnish(&test).await;
    let id = test.app.queue(&Default::default()).await.unwrap().1[0].stored.id.clone();
    let mut browser = Browser::signed_in(&test, Role::Admin).await;
    browser.headers = vec![("accept-language", "zh-CN".into())];
    let mut found = Vec::new();
    let more = ["/replies?step=done", "/replies?who=mine", "/mentions?q=nothing:", "/audit?what=reply-claim", "/quotes?leave=asked"];
    for path in PAGES.iter().map(|(_, path)| *path).chain(more) {
        let page = browser.get(&path.replace("{id}", &id)).await;
        assert!(page.body.contains("<html lang=\"zh-CN\">"), "{path}: {}", page.status);
        found.extend(said(&page.body).iter().filter_map(|said| english(said)).map(|english| format!("{path}: {english}")));
    }
    assert!(found.is_empty(), "{found:#?}");
}
