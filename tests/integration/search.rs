//! Searching an installation: what queries find and do not find, pages, facets, backup and restore, harm to the index.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use goodword::app::SearchRequest;
use goodword::search::Query;
use goodword::sources::Columns;
use indicatif::ProgressBar;
use serde_json::Value;

use crate::harness::TestApp;

fn golden(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)).unwrap()
}

/// An installation that has heard the golden mentions.
async fn golden_app() -> TestApp {
    let test = TestApp::with_sources("").await;
    for source in ["shop", "forum"] {
        let file = golden(&format!("{source}.jsonl"));
        let imported =
            test.app.import("golden.jsonl", file.as_bytes(), source, &Columns::default(), |error| panic!("{error:?}")).await.unwrap();
        assert_eq!(imported.seen, file.lines().count());
    }
    test.app.catch_up(&ProgressBar::hidden()).await.unwrap();
    test
}

async fn ids(test: &TestApp, query: &str) -> Vec<String> {
    let request = SearchRequest { query: query.to_owned(), limit: 100, ..SearchRequest::default() };
    test.app.search(&request).await.unwrap().hits.into_iter().map(|hit| hit.stored.id.clone()).collect()
}

#[tokio::test]
async fn golden_queries_find_what_they_must_and_nothing_else() {
    let test = golden_app().await;
    let queries = golden("queries.txt");
    let cases = queries.lines().filter(|line| !line.starts_with('#')).map(|line| line.split_once(" =>").unwrap());
    let mut wrong = Vec::new();
    for (query, want) in cases.clone() {
        let want: BTreeSet<String> = want.split_whitespace().map(str::to_owned).collect();
        let found: BTreeSet<String> = ids(&test, query).await.into_iter().collect();
        if found != want {
            wrong.push(format!("{query}: missing {:?}, too many {:?}", &want - &found, &found - &want));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(cases.clone().count() >= 100);
    assert!(cases.filter(|(query, _)| !query.is_ascii()).count() >= 30);
    test.end().await;
}

#[tokio::test]
async fn every_example_of_the_documentation_finds_something_and_leaves_no_doubt() {
    let test = golden_app().await;
    let document = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/search.md")).unwrap();
    let rows = document.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |"));
    let mut shown = 0;
    for (query, meaning) in rows {
        let query = query.replace("\\|", "|");
        let request = SearchRequest { query: query.clone(), limit: 100, ..SearchRequest::default() };
        let found = test.app.search(&request).await.unwrap();
        assert_eq!(found.notes, [""; 0], "{query}");
        assert!(found.total > 0 || meaning.contains("(later)"), "`{query}` finds nothing");
        shown += 1;
    }
    assert!(shown >= 50, "{shown} examples");
    test.end().await;
}

#[tokio::test]
async fn facets_count_mentions_and_the_places_they_were_seen_in() {
    let test = golden_app().await;
    let facets = ["product", "source", "lang", "rating", "month", "verdict"].map(str::to_owned).to_vec();
    let request = SearchRequest { query: "acme".to_owned(), limit: 0, facets, ..SearchRequest::default() };
    let found = test.app.search(&request).await.unwrap();
    assert_eq!((found.total, found.sightings), (3, 4));
    let shown: Vec<String> = found
        .facets
        .iter()
        .map(|facet| {
            let counts = facet.counts.iter().map(|count| format!("{} {}/{}", count.value, count.mentions, count.sightings));
            format!("{}: {}", facet.facet.as_str(), counts.collect::<Vec<_>>().join(", "))
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"), @r"
    product: Acme Desk 3/4, Rival 1/1
    source: shop 3/3, forum 1/1
    lang: en 3/4
    rating: 5 2/3, 3 1/1
    month: 2026-03 1/2, 2026-01 1/1, 2025-12 1/1
    verdict: praise 2/3, mixed 1/1
    ");
    test.end().await;
}

#[tokio::test]
async fn a_page_goes_on_behind_its_cursor_while_mentions_arrive() {
    let test = golden_app().await;
    let all = ids(&test, "").await;
    let (mut after, mut seen) = (None, Vec::new());
    for page in 0.. {
        let request = SearchRequest { limit: 5, after, ..SearchRequest::default() };
        let found = test.app.search(&request).await.unwrap();
        seen.extend(found.hits.iter().map(|hit| hit.stored.id.clone()));
        assert_eq!(found.next.as_deref(), found.hits.last().map(|hit| hit.cursor.as_str()).filter(|_| seen.len() < all.len()));
        let Some(next) = found.next else { break };
        after = Some(next);
        let late = format!("{{\"id\":\"late{page}\",\"text\":\"news {page}\",\"published\":\"2026-03-10T11:0{page}:00Z\"}}");
        test.app.import("late.jsonl", late.as_bytes(), "shop", &Columns::default(), |error| panic!("{error:?}")).await.unwrap();
        test.app.catch_up(&ProgressBar::hidden()).await.unwrap();
    }
    assert_eq!(seen, all);
    let wrong = SearchRequest { after: Some("page 2".to_owned()), ..SearchRequest::default() };
    assert!(test.app.search(&wrong).await.unwrap_err().to_string().contains("is no cursor"));
    test.end().await;
}

#[tokio::test]
async fn words_of_the_query_are_marked_beside_the_evidence_of_tags() {
    let test = golden_app().await;
    let request = SearchRequest { query: "batteries \"acme desk\" title:desk".to_owned(), ..SearchRequest::default() };
    let found = test.app.search(&request).await.unwrap();
    let [hit] = found.hits.as_slice() else { panic!("{}", found.total) };
    let cut = |text: &str, spans: &[(usize, usize)]| -> Vec<String> {
        spans.iter().map(|(start, end)| text.chars().skip(*start).take(end - start).collect()).collect()
    };
    assert_eq!(cut(&hit.stored.mention.text, &hit.highlights), ["Acme Desk", "battery"]);
    assert_eq!(cut(hit.stored.mention.title.as_deref().unwrap(), &hit.title_highlights), ["desk"]);
    assert_eq!(hit.stored.tagging.tags.iter().filter(|tag| tag.text == "easy to use").count(), 1);
    test.end().await;
}

fn goodword(dir: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_goodword")).arg("--dir").arg(dir).args(args).output().unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    assert!(output.status.success(), "{}", err(output));
    String::from_utf8_lossy(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[tokio::test]
async fn scripts_page_with_the_cursor_of_the_last_line() {
    let test = golden_app().await;
    let (mut seen, mut after) = (Vec::new(), None::<String>);
    loop {
        let mut args = vec!["search", "*", "--json", "--limit", "9", "--sort", "worst-rated"];
        args.extend(after.iter().flat_map(|after| ["--after", after]));
        let page = goodword(test.dir(), &args);
        let mentions = lines(&page);
        seen.extend(mentions.iter().map(|mention| mention["id"].as_str().unwrap().to_owned()));
        if !err(&page).contains("there are more: add --after ") {
            break;
        }
        after = Some(mentions.last().unwrap()["cursor"].as_str().unwrap().to_owned());
    }
    assert_eq!(seen.len(), 22);
    assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 22);
    assert_eq!(seen[..2], ["s3", "s5"]);
    let refused = goodword(test.dir(), &["search", "x", "--after", "zzz"]);
    assert_eq!((refused.status.code(), err(&refused).contains("`zzz` is no cursor")), (Some(2), true));
    test.end().await;
}

#[tokio::test]
async fn a_backup_made_while_others_write_brings_everything_back() {
    let test = golden_app().await;
    fs::write(test.dir().join("settings.toml"), "# ours\n").unwrap();
    let backups = tempfile::tempdir().unwrap();
    let file = backups.path().join("copy.tar.gz");
    // Somebody is in the middle of writing.
    let tx = test.app.store().begin().await.unwrap();
    let written = goodword(test.dir(), &["backup", file.to_str().unwrap(), "--json"]);
    assert_eq!(lines(&written)[0]["mentions"], 22);
    drop(tx);
    let again = goodword(test.dir(), &["backup", file.to_str().unwrap()]);
    assert_eq!((again.status.code(), err(&again).contains("is there already and is not overwritten")), (Some(2), true), "{}", err(&again));
    let named = goodword(test.dir(), &["backup", backups.path().to_str().unwrap(), "--json"]);
    assert!(lines(&named)[0]["file"].as_str().unwrap().ends_with(".tar.gz"));
    assert_eq!(fs::read_dir(backups.path()).unwrap().count(), 2, "only whole backups are left");

    let other = backups.path().join("other");
    let restored = goodword(&other, &["restore", file.to_str().unwrap()]);
    assert!(restored.status.success(), "{}", err(&restored));
    assert_eq!(fs::read_to_string(other.join("settings.toml")).unwrap(), "# ours\n");
    let found = |dir: &Path| lines(&goodword(dir, &["search", "*", "--json", "--limit", "100"]));
    assert_eq!(found(&other), found(test.dir()));
    let twice = goodword(&other, &["restore", file.to_str().unwrap()]);
    assert_eq!((twice.status.code(), err(&twice).contains("restore into an empty folder")), (Some(2), true));
    test.end().await;
}

#[tokio::test]
async fn a_harmed_backup_is_refused_and_leaves_nothing_behind() {
    let test = golden_app().await;
    let backups = tempfile::tempdir().unwrap();
    let file = backups.path().join("copy.tar.gz");
    lines(&goodword(test.dir(), &["backup", file.to_str().unwrap(), "--json"]));
    let whole = fs::read(&file).unwrap();
    for (name, bytes) in [
        ("empty", Vec::new()),
        ("cut", whole[..whole.len() / 2].to_vec()),
        ("nearly", whole[..whole.len() - 4].to_vec()),
        ("other", b"no archive".to_vec()),
    ] {
        let harmed = backups.path().join(name);
        fs::write(&harmed, bytes).unwrap();
        let dir = backups.path().join(format!("{name}-restored"));
        let refused = goodword(&dir, &["restore", harmed.to_str().unwrap()]);
        assert_eq!(refused.status.code(), Some(2), "{name}");
        assert!(err(&refused).contains("was not restored"), "{name}: {}", err(&refused));
        assert_eq!(fs::read_dir(&dir).unwrap().count(), 0, "{name}");
    }
    test.end().await;
}

#[tokio::test]
async fn an_index_of_another_version_is_built_anew_by_itself() {
    let test = golden_app().await;
    let meta = test.dir().join("index/search/meta.json");
    test.app.close().await;
    let text = fs::read_to_string(&meta).unwrap();
    fs::write(&meta, text.replace("\\\"version\\\":", "\\\"version\\\":9")).unwrap();
    assert_eq!(lines(&goodword(test.dir(), &["search", "battery", "--json"])).len(), 2);
    assert!(!fs::read_to_string(&meta).unwrap().contains("\\\"version\\\":9"));
}

/// Runs goodword where no file may grow beyond so many blocks of 512 bytes, as on a disk that is full.
#[cfg(unix)]
fn short_of_room(dir: &Path, blocks: u32, args: &str) -> Output {
    let limited = format!("trap '' XFSZ; ulimit -f {blocks}; exec '{}' --dir '{}' {args}", env!("CARGO_BIN_EXE_goodword"), dir.display());
    Command::new("sh").args(["-c", &limited]).output().unwrap()
}

#[cfg(unix)]
#[tokio::test]
async fn an_index_without_room_says_so_answers_from_what_it_has_and_goes_on_later() {
    let test = golden_app().await;
    let words = |row: usize| (0..60).map(|at| format!("w{}", (row * 7919 + at * 104_729) % 5_000)).collect::<Vec<_>>().join(" ");
    let many: String = (0..1_500).map(|row| format!("{{\"id\":\"x{row}\",\"text\":\"{}\"}}\n", words(row))).collect();
    test.app.import("many.jsonl", many.as_bytes(), "forum", &Columns::default(), |error| panic!("{error:?}")).await.unwrap();
    test.app.close().await;
    let found = short_of_room(test.dir(), 100, "search battery --json");
    assert_eq!(lines(&found).len(), 2, "the index is behind, but answers");
    assert!(err(&found).contains("the search index cannot be written"), "{}", err(&found));
    fs::remove_dir_all(test.dir().join("index/search")).unwrap();
    let refused = short_of_room(test.dir(), 100, "reindex");
    assert_eq!(refused.status.code(), Some(2));
    assert!(err(&refused).contains("free some space or allow writing to `index/search`"), "{}", err(&refused));
    assert_eq!(lines(&goodword(test.dir(), &["search", "w7 OR battery", "--json", "--limit", "9999"])).len(), 20);
}

#[test]
fn a_query_is_read_the_same_from_any_keyboard() {
    let now = "2026-03-10T12:00:00Z".parse().unwrap();
    for (one, other) in
        [("product:acme", "product：acme"), ("\"好用\"", "“好用”"), ("(a OR b) -c", "（a OR b） －c"), ("rating:<=2", "rating：≤2")]
    {
        assert_eq!(Query::parse(one, now), Query::parse(other, now));
    }
}
