//! The command line as scripts and people use it: the real binary, its output and its exit status.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::harness::{Site, feed, goodword, rss, write_files};

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn json_lines(output: &Output) -> Vec<Value> {
    out(output).lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

fn installation() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    write_files(dir.path(), &feed("forum", "http://127.0.0.1:9/feed"));
    dir
}

#[test]
fn init_writes_files_that_check_finds_in_order_and_overwrites_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let first = goodword(dir.path(), &["init"], "");
    assert!(first.status.success());
    std::fs::write(dir.path().join("sources.toml"), "# mine\n").unwrap();
    let second = goodword(dir.path(), &["init"], "");
    assert!(out(&second).contains("sources.toml  there already"), "{}", out(&second));
    assert_eq!(std::fs::read_to_string(dir.path().join("sources.toml")).unwrap(), "# mine\n");
    let check = goodword(dir.path(), &["check"], "");
    assert_eq!(check.status.code(), Some(0), "{}", out(&check));
}

#[test]
fn check_tells_all_problems_of_all_files_at_once() {
    let dir = installation();
    let sources = "[[source]]\nname = \"a\"\nkind = \"feeed\"\nevery = \"15m\"\nurl = \"https://a.example/\"\n\n\
                   [[source]]\nname = \"b\"\nkind = \"feed\"\nevery = \"soon\"\nulr = \"https://b.example/\"\nproduct = \"Acme Dsk\"\n";
    std::fs::write(dir.path().join("sources.toml"), sources).unwrap();
    std::fs::write(dir.path().join("settings.toml"), "[wbe]\n\n[web]\nlisten = \"everywhere\"\n").unwrap();
    std::fs::write(dir.path().join("phrases/praise.en.toml"), "\"ease of use\" = [\"easy to use\", \"\", \"{a\"]\n").unwrap();
    let check = goodword(dir.path(), &["check"], "");
    assert_eq!(check.status.code(), Some(1));
    insta::assert_snapshot!(out(&check), @r"
    settings.toml:1: unknown section `[wbe]`; did you mean `web`? valid: `web`, `fetch`, `hosts`, `store`, `noise`, `customers`, `privacy`, `digest`, `recipient`, `mail`, `destination`, `alert`, `replies`, `team`, `route`, `person`, `posting`
    settings.toml:4: [web]: `listen`: `everywhere` is not an address with a port; write for example `127.0.0.1:8420`
    sources.toml:3: source `a`: unknown kind `feeed`; did you mean `feed`? valid: `feed`, `reviews`, `page`, `hacker-news`, `app-store`, `steam`, `mastodon`, `lemmy`, `discourse`, `stack-exchange`, `github`, `youtube`, `v2ex`, `wordpress-org`, `telegram`, `trustpilot`, `google-play`, `google-business`, `app-store-connect`, `json`, `webhook`, `bluesky`, `reddit`, `x`, `google-news`, `google-alerts`, `rsshub`, `mailbox`, `slack`, `survey`, `file`
    sources.toml:7: source `b`: missing key `url`; add a line `url = …`
    sources.toml:10: source `b`: `every`: `soon` is neither a length of time (`15m`, `6h`) nor a cron line (`0 7 * * *`): Invalid pattern: Pattern must have between 5 and 7 fields.
    sources.toml:11: source `b`: unknown key `ulr`; did you mean `url`? valid: `url`, `name`, `every`, `product`, `since`, `min_interval`, `allow_private`, `headers`, `secret`, `enabled`, `keep`, `private`, `mask`, `pseudonyms`
    sources.toml:12: source `b`: unknown product `Acme Dsk`; did you mean `Acme Desk`? valid: `Acme Desk`, `Rival`, or add it to phrases/products.toml
    phrases/praise.en.toml:1: phrase ``: says nothing; write words between the quotes, or delete the entry
    phrases/praise.en.toml:1: phrase `{a`: `{` has no partner; give every `{` its partner: {a,b} for alternatives, (word) for words that may be missing
    9 problems; 0 of 0 sources enabled, 2 products, 6 phrases
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn check_online_asks_each_source_once_and_stores_nothing() {
    let site = Site::default();
    site.show("/good", rss(&[("1", "Ann", "great"), ("2", "Bob", "great too")]));
    let address = site.serve().await;
    let dir = tempfile::tempdir().unwrap();
    let sources = ["good", "bad"].map(|name| feed(name, &format!("http://{address}/{name}"))).join("\n");
    write_files(dir.path(), &sources);
    let check = goodword(dir.path(), &["check", "--online"], "");
    assert_eq!(check.status.code(), Some(1));
    assert!(out(&check).contains("source `good`: answers, 2 mentions on its first page"), "{}", out(&check));
    assert!(out(&check).contains("source `bad`: ") && out(&check).contains("404"), "{}", out(&check));
    assert!(!dir.path().join("index").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_index_is_built_anew_by_itself() {
    let site = Site::default();
    site.show("/feed", rss(&[("1", "Ann", "Acme Desk is great"), ("2", "Bob", "Acme Desk is terrible")]));
    let address = site.serve().await;
    let dir = tempfile::tempdir().unwrap();
    write_files(dir.path(), &feed("forum", &format!("http://{address}/feed")));
    goodword(dir.path(), &["crawl"], "");
    let index = dir.path().join("index/search");
    let files = || {
        let mut files: Vec<_> =
            std::fs::read_dir(&index).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect();
        // Segments get new names whenever they are written; what tells the files apart is what follows the name.
        files.sort_by_key(|path| path.extension().map(ToOwned::to_owned));
        files
    };
    for number in 0..files().len() {
        let Some(path) = files().into_iter().nth(number) else { break };
        let whole = std::fs::read(&path).unwrap();
        let harmed = match number % 3 {
            0 => whole[..whole.len() / 2].to_vec(),
            1 => vec![0xa5; whole.len()],
            _ => Vec::new(),
        };
        std::fs::write(&path, harmed).unwrap();
        let found = goodword(dir.path(), &["search", "acme great", "--json"], "");
        assert_eq!(json_lines(&found).len(), 1, "{}: {}", path.display(), err(&found));
    }
}

#[test]
fn a_folder_without_files_says_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    for command in [vec!["crawl"], vec!["search", "x"], vec!["serve"], vec!["tag"]] {
        let output = goodword(dir.path(), &command, "");
        assert_eq!(output.status.code(), Some(2), "{command:?}");
        assert!(err(&output).contains("goodword init"), "{command:?}: {}", err(&output));
    }
}

#[test]
fn tag_answers_each_line_with_an_object_in_the_same_order() {
    let dir = installation();
    let input = "{\"id\":\"t1\",\"text\":\"Acme Desk is not easy to use\"}\n艾克美很好用\n\n{\"id\":7,\"text\":\"It crashes\",\"product\":\"Rival\"}\n";
    let output = goodword(dir.path(), &["tag", "--json"], input);
    assert!(output.status.success(), "{}", err(&output));
    let lines = json_lines(&output);
    assert_eq!(lines.len(), 4, "{lines:#?}");
    assert_eq!((&lines[0]["id"], &lines[0]["verdict"]), (&Value::from("t1"), &Value::from("complaint")));
    let tag = &lines[0]["tags"][0];
    assert_eq!((&tag["negated"], &tag["product"], &tag["text"]), (&true.into(), &"Acme Desk".into(), &"easy to use".into()));
    assert_eq!((&lines[1]["lang"], &lines[1]["verdict"]), (&"zh".into(), &"praise".into()));
    assert_eq!(lines[1]["tags"][0]["start"], 4);
    assert_eq!((&lines[3]["id"], &lines[3]["tags"][0]["product"]), (&7.into(), &"Rival".into()));
    assert_eq!(lines[3]["tags"][0]["joined_by"], "subject");
}

#[test]
fn import_tells_failed_rows_by_line_and_search_finds_the_rest() {
    let dir = installation();
    let file = dir.path().join("rows.jsonl");
    let rows = "{\"id\":\"r1\",\"text\":\"Acme Desk is easy to use\",\"rating\":5,\"author\":\"Ann\",\"published\":\"2026-03-01\"}\n\
                {\"id\":\"r2\",\"title\":\"no text\"}\n\
                not json\n\
                {\"id\":\"r3\",\"text\":\"艾克美总是闪退\",\"rating\":1,\"best_rating\":10,\"lang\":\"zh\"}\n";
    std::fs::write(&file, rows).unwrap();
    let import = goodword(dir.path(), &["import", file.to_str().unwrap(), "--source", "survey"], "");
    assert_eq!(import.status.code(), Some(1));
    assert!(err(&import).contains("line 2") && err(&import).contains("line 3"), "{}", err(&import));
    let found = json_lines(&goodword(dir.path(), &["search", "product:acme", "--json"], ""));
    let ids: Vec<&str> = found.iter().map(|mention| mention["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 2, "{found:#?}");
    assert!(ids.contains(&"r1") && ids.contains(&"r3"));
    let again = goodword(dir.path(), &["import", file.to_str().unwrap(), "--source", "survey", "--json"], "");
    assert_eq!(json_lines(&again)[0]["new"], 0);
}

#[test]
fn what_search_prints_can_be_imported_elsewhere() {
    let (here, there) = (installation(), installation());
    let rows = "{\"id\":\"r1\",\"text\":\"Acme Desk is easy to use\",\"rating\":5,\"author\":\"Ann\",\"published\":\"2026-03-01\",\"product\":\"Acme Desk\"}\n";
    std::fs::write(here.path().join("rows.jsonl"), rows).unwrap();
    goodword(here.path(), &["import", here.path().join("rows.jsonl").to_str().unwrap(), "--source", "survey"], "");
    let printed = goodword(here.path(), &["search", "easy", "--json"], "");
    std::fs::write(there.path().join("out.jsonl"), &printed.stdout).unwrap();
    let import = goodword(there.path(), &["import", there.path().join("out.jsonl").to_str().unwrap(), "--source", "survey"], "");
    assert_eq!(import.status.code(), Some(0), "{}", err(&import));
    let mut both = [json_lines(&printed), json_lines(&goodword(there.path(), &["search", "easy", "--json"], ""))];
    for mention in both.iter_mut().flatten() {
        mention.as_object_mut().unwrap().remove("first_seen");
    }
    assert_eq!(both[0], both[1]);
}

#[test]
fn hostile_queries_get_a_note_and_never_a_crash() {
    let dir = installation();
    for query in ["\"unclosed", "prodcut:acme", "((((", "a AND", "rating:<=banana", "*", "since:whenever"] {
        let output = goodword(dir.path(), &["search", query, "--json"], "");
        assert_eq!(output.status.code(), Some(0), "{query}: {}", err(&output));
    }
    let output = goodword(dir.path(), &["search", "prodcut:acme"], "");
    assert!(err(&output).contains("product"), "{}", err(&output));
}

#[test]
fn crawl_reports_a_line_per_source_and_fails_with_status_1() {
    let dir = installation();
    let output = goodword(dir.path(), &["crawl", "--json"], "");
    assert_eq!(output.status.code(), Some(1), "{}", err(&output));
    let report = &json_lines(&output)[0];
    assert_eq!((&report["source"], &report["coverage"]), (&"forum".into(), &"failing".into()));
    assert!(report["error"].as_str().unwrap().contains("127.0.0.1"), "{report}");
    assert!(report["next"].is_string());
    let unknown = goodword(dir.path(), &["crawl", "forun"], "");
    assert_eq!(unknown.status.code(), Some(2));
    assert!(err(&unknown).contains("did you mean `forum`?"), "{}", err(&unknown));
}

fn dump(dir: &Path) -> Vec<Value> {
    let mut mentions = json_lines(&goodword(dir, &["search", "", "--json", "--limit", "10000"], ""));
    for mention in &mut mentions {
        mention.as_object_mut().unwrap().remove("first_seen");
    }
    mentions
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crawl_killed_at_any_moment_loses_and_doubles_nothing() {
    let site = Site::default();
    let address = site.serve().await;
    let mut sources = String::new();
    for number in 0..30 {
        let items: Vec<(String, String)> =
            (0..20).map(|item| (format!("{number}-{item}"), format!("Acme Desk is great, says post {item} of page {number}"))).collect();
        let items: Vec<(&str, &str, &str)> = items.iter().map(|(id, text)| (id.as_str(), "Ann", text.as_str())).collect();
        site.show(&format!("/{number}"), rss(&items));
        sources.push_str(&feed(&format!("f{number}"), &format!("http://{address}/{number}")));
    }
    let (undisturbed, killed) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write_files(undisturbed.path(), &sources);
    write_files(killed.path(), &sources);
    let first = goodword(undisturbed.path(), &["crawl"], "");
    assert!(first.status.success(), "{}{}", out(&first), err(&first));
    for pages in [1, 3, 7, 12, 20] {
        let before = site.log().len();
        let mut crawl = Command::new(env!("CARGO_BIN_EXE_goodword"))
            .arg("--dir")
            .arg(killed.path())
            .arg("crawl")
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        while site.log().len() < before + pages {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        crawl.kill().unwrap();
        crawl.wait().unwrap();
    }
    let last = goodword(killed.path(), &["crawl"], "");
    assert!(last.status.success(), "{}{}", out(&last), err(&last));
    let (want, got) = (dump(undisturbed.path()), dump(killed.path()));
    assert_eq!(want.len(), 600);
    assert_eq!(want, got);
}

#[test]
fn files_are_found_from_a_folder_named_relatively() {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("inst");
    std::fs::create_dir_all(dir.join("exports")).unwrap();
    write_files(&dir, "[[source]]\nname = \"survey\"\nkind = \"file\"\nevery = \"1h\"\npath = \"exports\"\n");
    std::fs::write(dir.join("exports/a.jsonl"), "{\"text\":\"Acme Desk is great\"}\n").unwrap();
    let crawl = Command::new(env!("CARGO_BIN_EXE_goodword"))
        .args(["--dir", "inst", "crawl", "--json"])
        .current_dir(parent.path())
        .output()
        .unwrap();
    let report = &json_lines(&crawl)[0];
    assert_eq!((&report["coverage"], &report["new"]), (&"fresh".into(), &1.into()), "{report}");
}

#[test]
fn the_demo_shows_praise_in_both_languages_edits_and_a_blocked_site() {
    let dir = tempfile::tempdir().unwrap();
    let output = goodword(dir.path(), &["demo", "--once"], "");
    assert!(output.status.success(), "{}", err(&output));
    assert_eq!(err(&output), "");
    let shown = out(&output);
    for words in ["blocked", "210 mentions in 218 places", "Lantern Desk", "灯塔工单"] {
        assert!(shown.contains(words), "`{words}` is missing in\n{shown}");
    }
    for lang in ["en", "zh"] {
        let query = format!("product:\"lantern desk\" polarity:praise lang:{lang}");
        let found = json_lines(&goodword(dir.path(), &["search", &query, "--json"], ""));
        assert!(found.len() >= 10, "{lang}: {}", found.len());
        for mention in &found {
            let text: Vec<char> = mention["text"].as_str().unwrap().chars().collect();
            for tag in mention["tags"].as_array().unwrap().iter().filter(|tag| tag["field"] == "text") {
                let span = tag["start"].as_u64().unwrap() as usize..tag["end"].as_u64().unwrap() as usize;
                assert_eq!(text[span].iter().collect::<String>(), tag["text"].as_str().unwrap());
            }
        }
    }
    let edited = json_lines(&goodword(dir.path(), &["search", "", "--json", "--limit", "1000"], ""));
    assert!(edited.iter().filter(|mention| mention["revision"].as_i64().unwrap() > 1).count() >= 3);
    let copies = edited.iter().filter(|mention| mention["sightings"].as_array().unwrap().len() == 2).count();
    assert_eq!(copies, 8);
}
