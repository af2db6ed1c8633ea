//! Posting replies at nine kinds of sites: the sites, and what all tests of it need. The tests are in the files below.

mod answers;
mod cases;
mod course;
mod killed;
mod people;
mod said;
mod site;

use std::path::Path;

use goodword::app::{App, Going, PostRequest};
use goodword::mention::{Lang, Mention, Verdict};
use goodword::phrases::Tagging;
use goodword::replies::posting::KINDS;
use goodword::replies::{self, Action, Actor, Reply};
use goodword::store::{Judgement, Origin};

use crate::harness::{TestApp, write_files};

use cases::Case;
use site::Site;

const TEXT: &str = "Sorry, Bob! Which version do you run? — Ann, Acme";

/// Saves a mention as a round of the source `here` does, and returns its id.
async fn hear(app: &App, kind: &str, mention: Mention) -> String {
    hear_at(app, "here", kind, mention).await
}

/// The same for any source.
async fn hear_at(app: &App, source: &str, kind: &str, mention: Mention) -> String {
    let now = app.clock().now();
    let origin = Origin { source, kind, namespace: source, keeps_ids: false, list: None, now };
    let judge = |_: &Mention| {
        let products = vec!["Acme Desk".to_owned()];
        let tagging =
            Tagging { lang: Lang::english(), tags: Vec::new(), verdict: Verdict::Complaint, why: String::new(), ugly: false, products };
        Judgement { subject: Some("Acme Desk".to_owned()), tagging, filtered: None, flags: Vec::new() }
    };
    let mut tx = app.store().begin().await.unwrap();
    let kept = tx.save(origin, vec![mention], judge).await.unwrap();
    replies::follow(&mut tx, &kept, &app.config().desk(), now).await.unwrap();
    tx.commit().await.unwrap();
    kept.mentions.into_values().next().unwrap().id
}

async fn approve(app: &App, id: &str, text: &str) {
    for action in [Action::Draft { text: text.to_owned(), template: None }, Action::Approve] {
        app.act_on_reply(id, action, Actor { who: "ann", seen: None }).await.unwrap();
    }
}

/// A site of this kind, an installation that answers there, and the id of a mention whose reply is approved.
async fn approved(case: Case, post: &str) -> (Site, TestApp, String) {
    let (site, address) = Site::serve(case).await;
    let test = TestApp::with_sources("").await;
    case.files(test.dir(), address, post);
    let test = test.again().await;
    let id = hear(&test.app, case.kind, case.mention(address, test.clock.now(), "Acme Desk crashes all day")).await;
    approve(&test.app, &id, TEXT).await;
    (site, test, id)
}

async fn post(app: &App, id: &str) -> Going {
    let request = PostRequest { ids: vec![id.to_owned()], ..PostRequest::default() };
    app.post_replies(&request).await.unwrap().remove(0).1.unwrap()
}

async fn refused(app: &App, request: PostRequest) -> String {
    app.post_replies(&request).await.unwrap().remove(0).1.unwrap_err().to_string()
}

async fn reply(app: &App, id: &str) -> Reply {
    app.queued(id).await.unwrap().reply
}

async fn actions(app: &App, id: &str) -> String {
    let entries = app.reply_audit(id).await.unwrap();
    let word = |entry: &replies::Entry| serde_json::to_value(&entry.action).unwrap()["action"].as_str().unwrap().to_owned();
    entries.iter().map(word).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn mistakes_in_accounts_are_told_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let source =
        |name: &str, kind: &str, keys: &str| format!("[[source]]\nname = \"{name}\"\nkind = \"{kind}\"\nevery = \"1h\"\n{keys}\n\n");
    let sources = source("forum", "discourse", "server = \"http://forum.example\"") + &source("news", "hacker-news", "query = \"acme\"");
    write_files(dir.path(), &sources);
    let settings = "[posting.forum]\npost = \"on approval\"\n\n[posting.news]\n\n[posting.forumm]\n\n[posting.x]\npost = \"at once\"\nacount = \"a\"\n";
    std::fs::write(dir.path().join("settings.toml"), settings).unwrap();
    let problems: Vec<String> = goodword::config::Config::read(dir.path()).problems.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(problems.join("\n"), @r#"
    settings.toml:9: [posting.x]: `post`: unknown variant `at once`, expected `on approval` or `by hand`
    settings.toml:10: [posting.x]: unknown key `acount`; did you mean `account`? valid: `post`, `account`, `secret`, `endpoint`, `visibility`, `allow_private`
    settings.toml:1: [posting.forum]: missing key `account`; write the name of the account in the forum that the key is for
    settings.toml:4: [posting.news]: replies to a source of kind `hacker-news` are posted by hand; posted by API can be: `app-store-connect`, `bluesky`, `discourse`, `github`, `google-business`, `google-play`, `mastodon`, `reddit`, `trustpilot`
    settings.toml:6: [posting.forumm]: there is no source `forumm` in sources.toml; did you mean `forum`? valid: `forum`, `news`
    "#);
}

#[test]
fn the_accounts_of_the_documentation_are_valid() {
    let document = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/replies.md")).unwrap();
    let examples: Vec<&str> =
        document.split("```toml\n").filter_map(|block| block.split("```").next()).filter(|block| block.contains("[posting.")).collect();
    let dir = tempfile::tempdir().unwrap();
    let keys = [("acme-forum", "discourse", "server = \"https://forum.example.com\""), ("acme-mastodon", "mastodon", "tags = [\"acme\"]")];
    let source =
        |(name, kind, keys): &(&str, &str, &str)| format!("[[source]]\nname = \"{name}\"\nkind = \"{kind}\"\nevery = \"1h\"\n{keys}\n");
    write_files(dir.path(), &keys.iter().map(source).collect::<String>());
    std::fs::create_dir(dir.path().join("keys")).unwrap();
    for name in ["forum", "mastodon"] {
        std::fs::write(dir.path().join("keys").join(name), "hunter2").unwrap();
    }
    std::fs::write(dir.path().join("settings.toml"), examples.join("\n")).unwrap();
    let config = goodword::config::Config::read(dir.path());
    assert_eq!(config.problems, []);
    assert!(keys.iter().all(|(name, ..)| config.settings.posting.of(name).is_some()));
    for kind in KINDS {
        assert!(document.contains(&format!("\n| `{kind}`")), "docs/replies.md does not speak of `{kind}`");
    }
}
