//! Noise: put aside with its reason, kept, countable, and brought back for good.

use std::path::Path;
use std::process::{Command, Output};

use goodword::store::Decision;

use crate::harness::{Site, TestApp, feed, rss, write_files};

const FEED: [(&str, &str, &str); 4] = [
    ("1", "Ann", "Acme Desk is easy to use"),
    ("2", "Dealz Bot", "Giveaway! Win an Acme Desk"),
    ("3", "李雷", "转发抽奖，送艾克美一台"),
    ("4", "Bob", "The Acme Desk giveaway is broken, it crashes"),
];

async fn listening() -> TestApp {
    let site = Site::default();
    site.show("/feed", rss(&FEED));
    let address = site.serve().await;
    let test = TestApp::with_sources(&feed("forum", &format!("http://{address}/feed"))).await;
    test.app.close().await;
    std::fs::write(test.dir().join("phrases/promo.en.toml"), "lottery = [\"giveaway\"]\n").unwrap();
    std::fs::write(test.dir().join("phrases/promo.zh.toml"), "lottery = [\"抽奖\"]\n").unwrap();
    let test = test.reopened().await;
    test.crawl().await;
    test
}

#[tokio::test]
async fn promotions_are_put_aside_and_a_complaint_about_one_is_heard() {
    let test = listening().await;
    let found = test.search("").await;
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found.iter().any(|text| text.contains("is broken")));
    let noise = test.app.noise(10).await.unwrap();
    assert_eq!(noise.reasons, [("promotion: `giveaway`".to_owned(), 1), ("promotion: `抽奖`".to_owned(), 1)]);
    let counts = test.app.store().counts().await.unwrap();
    assert_eq!((counts.mentions, counts.sightings, counts.filtered), (2, 2, 2));
    assert!(noise.newest.iter().all(|stored| !stored.mention.text.is_empty() && stored.sightings.len() == 1), "nothing is thrown away");
    test.end().await;
}

#[tokio::test]
async fn what_a_person_decides_survives_retagging_and_another_round() {
    let test = listening().await;
    let noise = test.app.noise(10).await.unwrap();
    let giveaway = noise.newest.iter().find(|stored| stored.mention.text.contains("Giveaway")).unwrap().id.clone();
    let all = test.app.store().changes(0, 10).await.unwrap().mentions;
    let ann = all.iter().find(|stored| stored.mention.text.contains("easy")).unwrap().id.clone();
    let ids = [giveaway.clone(), "nobody".to_owned()];
    assert_eq!(test.app.decide(&ids, Decision::Released).await.unwrap(), ["nobody"]);
    assert!(test.app.decide(&[ann], Decision::Filtered).await.unwrap().is_empty());
    assert!(test.search("").await.iter().any(|text| text.contains("Giveaway")));
    assert!(test.search("easy").await.is_empty());
    test.app.close().await;
    // Other rules: everything is judged again.
    std::fs::write(test.dir().join("settings.toml"), "[noise]\nblock_authors = [\"Dealz Bot\"]\nstaff = [\"bob\"]\n").unwrap();
    let test = test.reopened().await;
    test.crawl().await;
    assert!(test.search("").await.iter().any(|text| text.contains("Giveaway")), "released for good");
    assert!(test.search("easy").await.is_empty(), "put aside for good");
    let noise = test.app.noise(10).await.unwrap();
    assert_eq!(noise.reasons, [("promotion: `抽奖`".to_owned(), 1), ("put aside by hand".to_owned(), 1)]);
    let stored = test.app.store().changes(0, 10).await.unwrap().mentions;
    let bob = stored.iter().find(|stored| stored.mention.text.contains("broken")).unwrap();
    let view = serde_json::to_value(goodword::app::MentionView::from(bob)).unwrap();
    assert_eq!(view["flags"], serde_json::json!(["staff"]));
    test.end().await;
}

fn goodword(dir: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_goodword")).arg("--dir").arg(dir).args(args).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn noise_is_listed_released_and_blocked_from_the_command_line() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    write_files(dir, "");
    std::fs::write(dir.join("phrases/promo.en.toml"), "lottery = [\"giveaway\"]\n").unwrap();
    std::fs::write(dir.join("settings.toml"), "# ours\n").unwrap();
    let rows = "id,author,text\nr1,Ann,Acme Desk is easy to use\nr2,Bot,A giveaway of one Acme Desk\nr3,Spam & Co,Acme Desk is great\n";
    std::fs::write(dir.join("rows.csv"), rows).unwrap();
    let file = dir.join("rows.csv");
    assert!(goodword(dir, &["import", file.to_str().unwrap(), "--source", "export"]).status.success());
    insta::assert_snapshot!(out(&goodword(dir, &["noise"])), @r"
          1  promotion: `giveaway`

    r2 · Bot · promotion: `giveaway`
      A giveaway of one Acme Desk

    1 mention put aside; `goodword noise release ID` brings one back
    ");
    let found = |args: &[&str]| out(&goodword(dir, args)).lines().count();
    assert_eq!(found(&["search", "*", "--json"]), 2);
    assert!(goodword(dir, &["noise", "release", "r2"]).status.success());
    assert_eq!(found(&["search", "*", "--json"]), 3);
    insta::assert_snapshot!(out(&goodword(dir, &["noise", "block-author", "spam & co"])), @"`spam & co` added to block_authors in settings.toml; 1 mention more put aside");
    assert_eq!(std::fs::read_to_string(dir.join("settings.toml")).unwrap(), "# ours\n\n[noise]\nblock_authors = [\"spam & co\"]\n");
    assert_eq!(found(&["search", "*", "--json"]), 2);
    let listed = out(&goodword(dir, &["noise", "list", "--json"]));
    let lines: Vec<serde_json::Value> = listed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0], serde_json::json!({ "reason": "the author `Spam & Co` is blocked", "mentions": 1 }));
    assert_eq!((&lines[1]["id"], &lines[1]["filtered"]), (&"r3".into(), &"the author `Spam & Co` is blocked".into()));
    let unknown = goodword(dir, &["noise", "filter", "r1", "r9"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("`r9`"));
    assert_eq!(found(&["search", "*", "--json"]), 1);
}
