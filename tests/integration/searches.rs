//! Saved searches: kept, tried out, read as feeds, and matched against what is new.

use std::process::{Command, Output};
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use goodword::app::{App, NewSearch, SearchEdit};
use goodword::insight::{Change, Period, Spike, Subject};
use goodword::searches::{Alert, Alerting, SavedSearch, queue};
use goodword::store::Store;
use indicatif::ProgressBar;
use jiff::Timestamp;
use serde_json::Value;
use tower::ServiceExt;

use crate::harness::{Site, TestApp, feed, rss, write_files};

async fn listening() -> (Site, TestApp) {
    let site = Site::default();
    site.show("/feed", rss(&[("1", "Ann", "Acme Desk is terrible")]));
    let address = site.serve().await;
    let test = TestApp::with_sources(&feed("forum", &format!("http://{address}/feed"))).await;
    (site, test)
}

/// One more round, the index after it, and the alerts after that.
async fn round(test: &TestApp) -> usize {
    test.later(Duration::from_secs(3600));
    test.crawl().await;
    test.app.catch_up(&ProgressBar::hidden()).await.unwrap();
    test.app.match_alerts().await.unwrap()
}

fn complaints(alert: Alerting) -> NewSearch {
    NewSearch { name: "complaints".to_owned(), query: "polarity:complaint".to_owned(), alert, ..NewSearch::default() }
}

async fn queued(app: &App) -> Vec<String> {
    let views = app.queued_alerts(None).await.unwrap();
    views.into_iter().flat_map(|view| view.alerts).map(|(_, stored)| stored.mention.text).collect()
}

#[tokio::test]
async fn each_new_mention_alerts_once() {
    let (site, test) = listening().await;
    round(&test).await;
    test.app.add_search(complaints(Alerting::Now)).await.unwrap();
    test.app.add_search(NewSearch { name: "off".to_owned(), ..complaints(Alerting::Off) }).await.unwrap();
    assert_eq!(round(&test).await, 0, "what was there before is no news");
    let two = [("1", "Ann", "Acme Desk is terrible"), ("2", "Bob", "Acme Desk crashes"), ("3", "Cy", "Acme Desk is great")];
    site.show("/feed", rss(&two));
    assert_eq!(round(&test).await, 1);
    assert_eq!(round(&test).await, 0);
    test.app.reindex(&ProgressBar::hidden()).await.unwrap();
    assert_eq!(test.app.match_alerts().await.unwrap(), 0, "an index built anew tells nothing twice");
    assert_eq!(queued(&test.app).await, ["Acme Desk crashes"]);
    test.end().await;
}

#[tokio::test]
async fn an_edit_by_the_author_is_news_and_other_tags_are_not() {
    let (site, test) = listening().await;
    site.show("/feed", rss(&[("1", "Ann", "Acme Desk is fine"), ("2", "Bob", "Acme Desk is wobbly")]));
    round(&test).await;
    test.app.add_search(complaints(Alerting::Daily)).await.unwrap();
    let list = test.dir().join("phrases/complaint.en.toml");
    let text = std::fs::read_to_string(&list).unwrap();
    std::fs::write(&list, format!("{text}\"quality\" = [\"wobbly\"]\n")).unwrap();
    assert!(test.app.reload());
    assert_eq!(test.app.retag(&ProgressBar::hidden()).await.unwrap().changed, 1);
    assert_eq!(round(&test).await, 0, "it has another tag, but it said so before");
    assert_eq!(test.search("polarity:complaint").await, ["Acme Desk is wobbly"]);
    site.show("/feed", rss(&[("1", "Ann", "Acme Desk is terrible now"), ("2", "Bob", "Acme Desk is wobbly")]));
    assert_eq!(round(&test).await, 1);
    let groups = test.app.queued_alerts(Some("complaints")).await.unwrap();
    assert_eq!(groups.iter().map(|group| group.due.to_string()).collect::<Vec<_>>(), ["2026-03-11T00:00:00Z"]);
    assert_eq!(queued(&test.app).await, ["Acme Desk is terrible now"]);
    test.end().await;
}

#[tokio::test]
async fn what_a_killed_process_had_not_committed_is_queued_by_the_next() {
    let (site, test) = listening().await;
    round(&test).await;
    let search = test.app.add_search(complaints(Alerting::Now)).await.unwrap();
    site.show("/feed", rss(&[("2", "Bob", "Acme Desk crashes")]));
    test.crawl().await;
    test.app.catch_up(&ProgressBar::hidden()).await.unwrap();
    let latest = test.app.store().latest_change().await.unwrap();
    let mut tx = test.app.store().begin().await.unwrap();
    assert_eq!(queue(tx.connection(), &search, &[latest], latest, test.clock.now()).await.unwrap(), 1);
    drop(tx);
    assert_eq!(test.app.match_alerts().await.unwrap(), 1, "nothing was lost");
    let other = App::open(test.dir(), test.clock.clone()).await.unwrap();
    let mut tx = other.store().begin().await.unwrap();
    assert_eq!(queue(tx.connection(), &search, &[latest], latest, test.clock.now()).await.unwrap(), 0, "another process came too late");
    tx.commit().await.unwrap();
    assert_eq!(queued(&other).await, ["Acme Desk crashes"]);
    other.close().await;
    test.end().await;
}

#[tokio::test]
async fn another_query_begins_anew_and_removing_takes_the_alerts_along() {
    let (site, test) = listening().await;
    test.app.add_search(complaints(Alerting::Hourly)).await.unwrap();
    assert_eq!(round(&test).await, 1);
    let edit = SearchEdit { query: Some("great".to_owned()), owner: Some("ann".to_owned()), ..SearchEdit::default() };
    let changed = test.app.edit_search("complaints", edit).await.unwrap();
    assert_eq!((changed.alert, changed.owner.as_deref()), (Alerting::Hourly, Some("ann")));
    site.show("/feed", rss(&[("2", "Bob", "Acme Desk is great"), ("3", "Cy", "Acme Desk crashes")]));
    assert_eq!(round(&test).await, 1);
    let error = test.app.add_search(complaints(Alerting::Off)).await.unwrap_err().to_string();
    assert!(error.contains("searches edit"), "{error}");
    assert!(test.app.add_search(NewSearch { name: " ".to_owned(), ..complaints(Alerting::Off) }).await.is_err());
    let bad = NewSearch { name: "bad".to_owned(), query: "(a".to_owned(), ..NewSearch::default() };
    assert!(test.app.add_search(bad).await.unwrap_err().to_string().contains("has no partner"));
    test.app.remove_search("complaints").await.unwrap();
    assert!(queued(&test.app).await.is_empty());
    let error = test.app.remove_search("complaints").await.unwrap_err().to_string();
    assert!(error.contains("none is saved yet"), "{error}");
    test.end().await;
}

async fn get(test: &TestApp, path: &str) -> (u16, String, String) {
    let request = Request::get(path).header("host", "127.0.0.1:8420").body(Body::empty()).unwrap();
    let response = goodword::web::router(test.app.clone()).oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let kind = response.headers().get("content-type").map(|kind| kind.to_str().unwrap().to_owned()).unwrap_or_default();
    let body = axum::body::to_bytes(response.into_body(), 10 << 20).await.unwrap();
    (status, kind, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn a_feed_shows_the_evidence_and_hostile_text_stays_text() {
    let (site, test) = listening().await;
    let text = "&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt; ]]&gt; Acme Desk is terrible &amp;amp; 闪退";
    site.show("/feed", rss(&[("1", "Eve &lt;b&gt;", text)]));
    round(&test).await;
    let search = test.app.add_search(complaints(Alerting::Off)).await.unwrap();
    let (status, kind, body) = get(&test, &format!("/feeds/{}.rss", search.token)).await;
    assert_eq!((status, kind.as_str()), (200, "application/rss+xml; charset=utf-8"));
    let read = feed_rs::parser::parse(body.as_bytes()).unwrap();
    let entry = &read.entries[0];
    let html = &entry.summary.as_ref().unwrap().content;
    assert!(html.contains("“terrible” of Acme Desk, overall"), "{html}");
    assert!(html.contains("alert(1)") && !html.contains("<script"), "{html}");
    assert_eq!(entry.links[0].href, "https://forum.example/1");
    assert!(entry.published.is_some());
    let (status, kind, body) = get(&test, &format!("/feeds/{}.json", search.token)).await;
    assert_eq!((status, kind.as_str()), (200, "application/feed+json; charset=utf-8"));
    let json: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(json["version"], "https://jsonfeed.org/version/1.1");
    assert_eq!(json["feed_url"], format!("http://127.0.0.1:8420/feeds/{}.json", search.token));
    let item = &json["items"][0];
    assert!(item["content_text"].as_str().unwrap().contains("<script>alert(1)</script>"), "{item}");
    assert!(!item["content_html"].as_str().unwrap().contains("<script"), "{item}");
    assert_eq!(item["date_published"], "2026-03-02T10:00:00Z");
    test.end().await;
}

#[tokio::test]
async fn only_who_knows_the_token_reads_the_feed() {
    let (_site, test) = listening().await;
    round(&test).await;
    let before = test.app.add_search(complaints(Alerting::Off)).await.unwrap();
    let after = test.app.renew_token("complaints").await.unwrap();
    for (path, want) in [
        (format!("/feeds/{}.rss", after.token), 200),
        (format!("/feeds/{}.rss", before.token), 404),
        (format!("/feeds/{}.xml", after.token), 404),
        (format!("/feeds/{}", after.token), 404),
        ("/feeds/complaints.rss".to_owned(), 404),
        ("/feeds/.rss".to_owned(), 404),
    ] {
        assert_eq!(get(&test, &path).await.0, want, "{path}");
    }
    test.end().await;
}

async fn all_of_it_is_kept(store: &Store) {
    let now: Timestamp = "2026-03-10T12:00:00Z".parse().unwrap();
    let search = SavedSearch {
        name: "坏评 \"x\"".to_owned(),
        query: "polarity:complaint".to_owned(),
        owner: Some("ann".to_owned()),
        shared: true,
        alert: Alerting::Hourly,
        digest: true,
        token: "t".to_owned(),
        made: now,
        since: 3,
        since_at: now,
        reached: 3,
    };
    let mut tx = store.begin().await.unwrap();
    search.keep(tx.connection()).await.unwrap();
    assert_eq!(queue(tx.connection(), &search, &[4, 5], 5, now).await.unwrap(), 2);
    assert_eq!(queue(tx.connection(), &search, &[5, 6], 6, now).await.unwrap(), 1);
    assert_eq!(queue(tx.connection(), &search, &[7], 6, now).await.unwrap(), 0, "it has been matched so far");
    tx.commit().await.unwrap();
    let mut connection = store.connection().await.unwrap();
    let reached = SavedSearch { reached: 6, ..search.clone() };
    assert_eq!(SavedSearch::named(&mut connection, &search.name).await.unwrap(), Some(reached.clone()));
    assert_eq!(SavedSearch::of_token(&mut connection, "t").await.unwrap(), Some(reached));
    let mentions = async |connection: &mut sqlx::AnyConnection| {
        let alerts = Alert::queued(connection, Some(&search.name)).await.unwrap();
        alerts.into_iter().map(|alert| alert.mention).collect::<Vec<_>>()
    };
    assert_eq!(mentions(&mut connection).await, [4, 5, 6]);
    assert_eq!(Alert::queued(&mut connection, None).await.unwrap().len(), 3);
    let change =
        Change { number: 0, what: "w".to_owned(), product: "p".to_owned(), theme: "t".to_owned(), on: "2026-03-01".parse().unwrap() };
    let noted = change.note(&mut connection, now).await.unwrap();
    assert_eq!(Change::read(&mut connection).await.unwrap(), [noted]);
    let subject = Subject { product: "Acme".to_owned(), polarity: None, theme: None };
    let day = Period::day("2026-03-10".parse().unwrap());
    let rule = goodword::insight::Rule::default();
    let history = (1..=30).map(|ago| goodword::insight::Day { date: goodword::insight::days_before(day.from, ago), count: 1, heard: true });
    let unusual = rule.judge(9, rule.usual(&history.collect::<Vec<_>>(), day).unwrap()).unwrap();
    let spike = Spike { rows: vec![1, 2], ..Spike::of(&subject, day, 9, unusual, now) };
    assert!(spike.keep(&mut connection).await.unwrap());
    assert!(!spike.keep(&mut connection).await.unwrap(), "it is new once");
    assert_eq!(Spike::read(&mut connection, day.from).await.unwrap(), [spike]);
    assert!(SavedSearch::remove(&mut connection, &search.name).await.unwrap());
    assert!(mentions(&mut connection).await.is_empty());
}

/// Mention 8 alerted, and then turned out to be mention 4, which alerted or did not.
async fn a_mention_that_is_another_alerts_once(store: &Store) {
    let now: Timestamp = "2026-03-10T12:00:00Z".parse().unwrap();
    let search = SavedSearch {
        name: "late".to_owned(),
        query: "polarity:complaint".to_owned(),
        owner: None,
        shared: false,
        alert: Alerting::Now,
        digest: false,
        token: "u".to_owned(),
        made: now,
        since: 3,
        since_at: now,
        reached: 3,
    };
    let mut tx = store.begin().await.unwrap();
    search.keep(tx.connection()).await.unwrap();
    assert_eq!(queue(tx.connection(), &search, &[8], 9, now).await.unwrap(), 1);
    let united = "INSERT INTO mention_alias (row_id, id, mention, changed) VALUES (8, 'm8', 4, 10)";
    sqlx::query(united).execute(tx.connection()).await.unwrap();
    assert_eq!(queue(tx.connection(), &search, &[4], 10, now).await.unwrap(), 0, "it alerted under its other row");
    tx.commit().await.unwrap();
    let alerts = Alert::queued(&mut store.connection().await.unwrap(), Some(&search.name)).await.unwrap();
    assert_eq!(alerts.iter().map(|alert| alert.mention).collect::<Vec<_>>(), [4]);
}

#[tokio::test]
async fn all_of_it_is_kept_in_sqlite() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    all_of_it_is_kept(&store).await;
    a_mention_that_is_another_alerts_once(&store).await;
    store.close().await;
}

#[tokio::test]
async fn all_of_it_is_kept_in_postgres() {
    let Some(database) = crate::database::Database::fresh("all_of_it_is_kept").await else { return };
    let store = Store::connect(&database.url).await.unwrap();
    all_of_it_is_kept(&store).await;
    a_mention_that_is_another_alerts_once(&store).await;
    store.close().await;
    database.remove().await;
}

fn goodword(dir: &std::path::Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_goodword")).arg("--dir").arg(dir).args(args).output().unwrap()
}

fn out(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn searches_are_kept_by_the_command_line() {
    let site = Site::default();
    site.show("/feed", rss(&[("1", "Ann", "Acme Desk is terrible")]));
    let address = site.serve().await;
    let dir = tempfile::tempdir().unwrap();
    write_files(dir.path(), &feed("forum", &format!("http://{address}/feed")));
    let run = |args: &[&str]| out(&goodword(dir.path(), args));
    let added =
        run(&["searches", "add", "bad", "--query", "polarity:complaint", "--owner", "ann", "--shared", "--alert", "now", "--digest"]);
    assert!(added.starts_with("`bad` is saved: polarity:complaint\nalerts now; in the digest\n0 mentions from "), "{added}");
    run(&["crawl"]);
    let alerts: Value = serde_json::from_str(&run(&["searches", "alerts", "--json"])).unwrap();
    assert_eq!((&alerts["search"], &alerts["state"]), (&"bad".into(), &"queued".into()));
    assert_eq!(alerts["mention"]["text"], "Acme Desk is terrible");
    let found: Value = serde_json::from_str(&run(&["searches", "run", "bad", "--json"])).unwrap();
    assert_eq!(found["verdict"], "complaint");
    run(&["searches", "edit", "bad", "--alert", "off", "--shared", "false"]);
    let listed: Value = serde_json::from_str(&run(&["searches", "list", "--json"])).unwrap();
    assert_eq!((&listed["alert"], &listed["shared"], &listed["owner"]), (&"off".into(), &false.into(), &"ann".into()));
    assert!(listed.get("token").is_none(), "{listed}");
    let feed = run(&["searches", "feed", "bad"]);
    assert!(feed.starts_with("http://127.0.0.1:8420/feeds/") && run(&["searches", "feed", "bad", "--renew"]) != feed, "{feed}");
    let unknown = goodword(dir.path(), &["searches", "run", "bda"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("did you mean `bad`?"));
    run(&["searches", "remove", "bad"]);
    assert!(run(&["searches"]).contains("no search is saved yet"));
}
