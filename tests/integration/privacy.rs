//! Erasing what is held of a person, keeping no longer than allowed, and handing over what is held.

use std::path::Path;
use std::time::{Duration, Instant};

use goodword::app::{QueueRequest, Whose};
use goodword::customers::Columns;
use goodword::store::{Erased, Store};
use serde_json::Value;

use crate::customers::{keep, on_every_database, said};
use crate::harness::{Site, TestApp, feed, rss};
use crate::receiver::{Running, goodword};

/// Files below `dir` that hold these bytes, in any case of letters.
fn holding(dir: &Path, words: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap().to_ascii_lowercase();
            let words = words.to_ascii_lowercase();
            if bytes.windows(words.len()).any(|window| window == words.as_bytes()) {
                found.push(path.display().to_string());
            }
        }
    }
    found
}

const LONG: &str = "Zanzibar: Acme Desk is easy to use and our whole team of twelve quixotic people would never go back to the old one";

/// An installation that heard Quentin twice, the second time edited, and Ann once.
async fn heard() -> (TestApp, Site) {
    let site = Site::default();
    let address = site.serve().await;
    let test = TestApp::with_sources(&feed("forum", &format!("http://{address}/posts.rss"))).await;
    site.show("/posts.rss", rss(&[("1", "Quentin", "Acme Desk crashes, Xylophone"), ("2", "Quentin", LONG), ("3", "Ann", "great")]));
    test.crawl().await;
    site.show("/posts.rss", rss(&[("1", "Quentin", "Acme Desk is great, Vuvuzela"), ("2", "Quentin", LONG), ("3", "Ann", "great")]));
    test.crawl().await;
    assert_eq!(test.search("").await.len(), 3);
    (test, site)
}

#[tokio::test]
async fn what_is_erased_is_in_no_file_and_does_not_come_back() {
    let (test, site) = heard().await;
    let export = test.dir().join("index/exports/queue.csv");
    std::fs::create_dir_all(export.parent().unwrap()).unwrap();
    std::fs::write(&export, "Zanzibar").unwrap();
    for words in ["Zanzibar", "xylophone", "Vuvuzela", "quentin"] {
        assert!(!holding(test.dir(), words).is_empty(), "{words} should be there before");
    }
    let whose = Whose::Author("quentin@forum".to_owned());
    let held = test.app.held(&whose).await.unwrap();
    assert_eq!((held.counts, held.files.as_slice()), (Erased { mentions: 2, sightings: 2, revisions: 1 }, &[export][..]));
    test.app.erase(&whose, &held).await.unwrap();
    assert_eq!(test.app.sweep().await.unwrap(), None);
    assert_eq!(test.search("").await, ["great"]);
    for words in ["Zanzibar", "xylophone", "Vuvuzela", "quentin", "quixotic"] {
        assert_eq!(holding(test.dir(), words), [""; 0], "{words}");
    }
    test.crawl().await;
    site.show("/other.rss", rss(&[("9", "Somebody", LONG)]));
    site.show("/posts.rss", rss(&[("1", "Quentin", "Acme Desk is great again, Vuvuzela"), ("8", "Somebody", LONG), ("3", "Ann", "great")]));
    test.crawl().await;
    assert_eq!(test.search("").await, ["great"], "neither under its id nor word by word");
    let log = test.app.store().erasures().await.unwrap();
    assert_eq!((log.len(), log[0].what.as_str(), log[0].mentions, log[0].swept), (1, "author", 2, true));
    assert!(!log[0].subject.contains("quentin") && log[0].subject.len() == 64);
    test.end().await;
}

#[tokio::test]
async fn tables_exported_elsewhere_go_too_and_those_that_were_changed_are_named() {
    let (test, _site) = heard().await;
    let elsewhere = tempfile::tempdir().unwrap();
    let [as_written, changed, gone] = ["a.csv", "b.csv", "c.xlsx"].map(|name| elsewhere.path().join(name));
    let (_, queued) = test.app.queue(&QueueRequest::default()).await.unwrap();
    for file in [&as_written, &changed, &gone] {
        test.app.export_sheet(file, &test.app.queue_sheet(&queued), false).await.unwrap();
    }
    assert!(!holding(elsewhere.path(), "Zanzibar").is_empty());
    std::fs::write(&changed, "my own notes").unwrap();
    std::fs::remove_file(&gone).unwrap();
    std::fs::write(test.dir().join("settings.toml"), "[privacy]\nkeep = \"30d\"\n").unwrap();
    let test = test.again().await;
    test.later(Duration::from_hours(24 * 40));
    let expired = test.app.held(&Whose::Expired).await.unwrap();
    assert!(expired.counts.mentions == 3 && expired.files.is_empty(), "what is over leaves people's own files alone: {expired:?}");
    let whose = Whose::Author("quentin".to_owned());
    let held = test.app.held(&whose).await.unwrap();
    assert_eq!((held.files.as_slice(), held.changed_files.as_slice()), (&[as_written.clone()][..], &[changed.clone()][..]));
    test.app.erase(&whose, &held).await.unwrap();
    assert!(!as_written.exists() && changed.exists());
    assert_eq!(
        test.app.held(&Whose::Author("Ann".to_owned())).await.unwrap().files,
        [""; 0].map(std::path::PathBuf::from),
        "it is forgotten"
    );
    test.end().await;
}

#[tokio::test]
async fn a_backup_after_erasing_does_not_hold_it() {
    let (test, _site) = heard().await;
    let whose = Whose::Author("Quentin".to_owned());
    test.app.erase(&whose, &test.app.held(&whose).await.unwrap()).await.unwrap();
    let backup = test.dir().join("backup.tar.gz");
    test.app.backup(&backup).await.unwrap();
    let restored = tempfile::tempdir().unwrap();
    goodword::app::restore(&backup, restored.path()).await.unwrap();
    assert_eq!(holding(restored.path(), "Zanzibar"), [""; 0]);
    let key = |dir: &Path| std::fs::read(dir.join("index/key")).unwrap();
    assert_eq!(key(restored.path()), key(test.dir()), "addresses are known again");
    test.end().await;
}

#[tokio::test]
async fn a_customer_goes_with_record_and_mentions() {
    let (test, _site) = heard().await;
    let handle = "{\"id\":\"p\",\"author\":\"Q\",\"handle\":\"quentin\",\"text\":\"Acme Desk is terrible\"}\n";
    let columns = goodword::sources::Columns::default();
    test.app.import("a.jsonl", handle.as_bytes(), "panel", &columns, |_| {}).await.unwrap();
    let file = b"id,name,handles,emails\n7,Quagmire Ltd,panel:quentin,q@quagmire.example\n";
    test.app.import_customers("a.csv", file, &Columns::default(), |_| {}).await.unwrap();
    assert_eq!(holding(test.dir(), "q@quagmire.example"), [""; 0], "addresses are never kept");
    let whose = Whose::Customer("7".to_owned());
    let held = test.app.held(&whose).await.unwrap();
    assert_eq!((held.counts.mentions, held.customer.as_ref().unwrap().called()), (1, "Quagmire Ltd"));
    let mut told: Vec<Value> = Vec::new();
    test.app
        .tell_held(&held, |value| {
            told.push(value);
            Ok(())
        })
        .await
        .unwrap();
    let kinds: Vec<&str> = told.iter().map(|line| line["held"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["customer", "mention", "reply"]);
    assert_eq!((&told[1]["text"], &told[1]["handle"]), (&"Acme Desk is terrible".into(), &"quentin".into()));
    assert_eq!(told[0]["known_by"].as_array().unwrap().len(), 2);
    test.app.erase(&whose, &held).await.unwrap();
    test.app.sweep().await.unwrap();
    assert_eq!(holding(test.dir(), "Quagmire"), [""; 0]);
    assert!(test.app.held(&whose).await.unwrap_err().to_string().contains("there is no customer `7`"));
    test.end().await;
}

#[tokio::test]
async fn mentions_are_kept_no_longer_than_their_sources_allow() {
    let site = Site::default();
    let address = site.serve().await;
    let sources = format!(
        "{}keep = \"30d\"\n\n{}",
        feed("short", &format!("http://{address}/short.rss")),
        feed("long", &format!("http://{address}/long.rss"))
    );
    let test = TestApp::with_sources(&sources).await;
    std::fs::write(test.dir().join("settings.toml"), "[privacy]\nkeep = \"400d\"\n").unwrap();
    let test = test.again().await;
    site.show("/short.rss", rss(&[("1", "Ann", "great one"), ("2", "Ben", LONG)]));
    site.show("/long.rss", rss(&[("5", "Ben", LONG), ("6", "Cy", "terrible")]));
    test.crawl().await;
    let purge = async || {
        let held = test.app.held(&Whose::Expired).await.unwrap();
        test.app.erase(&Whose::Expired, &held).await.unwrap();
        held.counts.mentions
    };
    test.later(Duration::from_secs(29 * 86_400));
    assert_eq!(purge().await, 0);
    test.later(Duration::from_secs(2 * 86_400));
    assert_eq!(purge().await, 1, "what another source shows too is kept as long as that one says");
    test.crawl().await;
    assert_eq!(test.search("").await.len(), 2, "it does not come back while its site still shows it");
    test.later(Duration::from_secs(400 * 86_400));
    assert_eq!(purge().await, 2);
    test.end().await;
}

async fn everything_of_a_mention_goes(store: &Store) {
    keep(store, "a", "hacker-news", vec![said("1", Some("ann"), "one"), said("2", Some("@Ann"), "two"), said("3", None, "three")]).await;
    keep(store, "a", "hacker-news", vec![said("1", Some("ann"), "one, edited")]).await;
    let before = store.counts().await.unwrap();
    let reached = store.latest_change().await.unwrap();
    let rows = store.written_by(&["ANN".to_owned(), "@ann".to_owned()]).await.unwrap();
    assert_eq!(rows.len(), 3, "the author's name counts as well");
    let mut tx = store.begin().await.unwrap();
    let erased = tx.erase(&rows[..2]).await.unwrap();
    tx.note_erasure("author", "f", 2, "2026-03-10T12:00:00Z".parse().unwrap()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(erased, Erased { mentions: 2, sightings: 2, revisions: 1 });
    assert_eq!((before.mentions, store.counts().await.unwrap().mentions), (3, 1));
    assert_eq!(store.changes(reached, 10).await.unwrap().gone.len(), 2, "followers hear of it");
    keep(store, "a", "hacker-news", vec![said("1", Some("ann"), "one, edited"), said("4", Some("ann"), "four")]).await;
    let left: Vec<String> = store.changes(0, 10).await.unwrap().mentions.into_iter().map(|stored| stored.mention.text).collect();
    assert_eq!(left, ["three", "four"]);
    let number = store.unswept().await.unwrap()[0].number;
    store.sweep().await.unwrap();
    store.note_swept(number).await.unwrap();
    assert!(store.unswept().await.unwrap().is_empty());
    assert_eq!(store.heard_before("2026-03-11T00:00:00Z".parse().unwrap(), 0, 10).await.unwrap().len(), 2);
}

#[tokio::test]
async fn erasing_is_the_same_in_every_database() {
    on_every_database("erase", everything_of_a_mention_goes).await;
}

#[tokio::test]
async fn the_documentation_says_how_it_is() {
    let document = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/privacy.md")).unwrap();
    let blocks: Vec<&str> = document.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    let kept = |table: &str| blocks.iter().copied().find(|block| block.starts_with(table) && block.contains("\nkeep = ")).unwrap();
    let (settings, source) = (kept("[privacy]"), kept("[[source]]"));
    let test = TestApp::with_sources(source).await;
    std::fs::write(test.dir().join("settings.toml"), settings).unwrap();
    let test = test.again().await;
    let config = test.app.config();
    assert!(config.settings.privacy.keep.is_some() && config.sources[0].keep.is_some());
    test.end().await;
}

#[tokio::test]
async fn nothing_is_erased_without_a_yes() {
    let (test, _site) = heard().await;
    test.app.close().await;
    let goodword = |args: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_goodword"));
        let output = command.arg("--dir").arg(test.dir()).args(args).stdin(std::process::Stdio::null()).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
    };
    let (code, shown, said) = goodword(&["erase", "--author", "Quentin"]);
    assert_eq!((code, said.as_str()), (2, "goodword: nothing was erased; add --yes to erase it\n"));
    insta::assert_snapshot!(shown, @r"
    2 mentions, seen in 2 places, with 1 earlier texts
    older backups are yours to remove
    ");
    let (code, exported, _) = goodword(&["export", "--author", "Quentin"]);
    let lines: Vec<Value> = exported.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mentions = lines.iter().filter(|line| line["held"] == "mention").count();
    assert_eq!((code, mentions), (0, 2), "{exported}");
    assert!(exported.contains("Xylophone"), "what was said before is held too");
    let (code, shown, said) = goodword(&["erase", "--author", "Quentin", "--yes", "--json"]);
    let line: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!((code, &line["mentions"], &line["swept"]), (0, &2.into(), &true.into()), "{said}");
    assert_eq!(holding(test.dir(), "zanzibar"), [""; 0]);
    assert_eq!(goodword(&["export", "--author", "Quentin"]), (0, String::new(), "nothing is held\n".to_owned()));
}

/// A process of `goodword serve` in this folder, told where it may listen.
fn serve(dir: &Path) -> Running {
    Running(goodword(dir).args(["serve", "--listen", "127.0.0.1:0"]).spawn().unwrap())
}

async fn until_nowhere(dir: &Path, words: &[&str]) {
    let began = Instant::now();
    loop {
        let found: Vec<String> = words.iter().flat_map(|words| holding(dir, words)).collect();
        if found.is_empty() {
            return;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{words:?} is still in {found:?}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_erased_beside_a_running_serve_is_soon_in_no_file() {
    let (test, _site) = heard().await;
    test.app.close().await;
    let worker = serve(test.dir());
    // It has the index open for writing.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let erased = goodword(test.dir()).args(["erase", "--author", "Quentin", "--yes"]).output().unwrap();
    let said = String::from_utf8_lossy(&erased.stderr);
    let told = [Some(0), Some(1)].contains(&erased.status.code()) && (erased.status.success() || said.contains("`goodword serve` sweeps"));
    assert!(told, "{:?} {said}", erased.status);
    until_nowhere(test.dir(), &["zanzibar", "xylophone", "vuvuzela", "quentin"]).await;
    // The site still shows it, and the worker goes on asking there: it stays away.
    let listed = goodword(test.dir()).args(["erase", "--log"]).output().unwrap();
    assert!(String::from_utf8_lossy(&listed.stdout).contains(" · author "), "{listed:?}");
    let held = goodword(test.dir()).args(["export", "--author", "Quentin"]).output().unwrap();
    assert_eq!((held.stdout.len(), String::from_utf8_lossy(&held.stderr).as_ref()), (0, "nothing is held\n"));
    let others = goodword(test.dir()).args(["search", "author:Ann", "--json"]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&others.stdout).lines().count(), 1);
    drop(worker);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_serve_erases_what_its_source_may_not_keep_any_longer() {
    let site = Site::default();
    let address = site.serve().await;
    let sources = format!(
        "{}keep = \"30d\"\n\n{}",
        feed("short", &format!("http://{address}/short.rss")),
        feed("long", &format!("http://{address}/long.rss"))
    );
    let test = TestApp::with_sources(&sources).await;
    site.show("/short.rss", rss(&[("1", "Ann", "Xylophone: great one")]));
    site.show("/long.rss", rss(&[("5", "Ben", LONG)]));
    // Heard by the test's clock, months ago by the worker's.
    test.crawl().await;
    test.app.close().await;
    let _worker = serve(test.dir());
    let began = Instant::now();
    let export = |name: &str| goodword(test.dir()).args(["export", "--author", name]).output().unwrap().stdout.len();
    while export("Ann") > 0 {
        assert!(began.elapsed() < Duration::from_secs(60), "it is still held");
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    assert!(export("Ben") > 0, "the other source keeps for ever");
    let log = goodword(test.dir()).args(["erase", "--log"]).output().unwrap();
    assert!(String::from_utf8_lossy(&log.stdout).contains(" · expired "), "{log:?}");
}
