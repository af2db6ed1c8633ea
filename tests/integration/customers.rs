//! Customers: whose mentions are, on every database; import, search and figures.

use std::collections::BTreeMap;

use goodword::app::{FigureRequest, ImportedCustomers, SearchRequest, TrendRequest};
use goodword::customers::{self, Columns, Key, Record, Subject};
use goodword::insight::{By, Each, Scope};
use goodword::mention::{AddressKey, Author, Context, Lang, Mention, Verdict, masked_address};
use goodword::phrases::Tagging;
use goodword::replies::{Action, Actor};
use goodword::store::{Judgement, Origin, Store};
use indicatif::ProgressBar;
use sqlx::Executor;

use crate::database::Database;
use crate::harness::TestApp;

const NOW: &str = "2026-03-10T12:00:00Z";

/// Runs a check on a store of each kind.
pub async fn on_every_database(test: &str, check: impl AsyncFn(&Store)) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    check(&store).await;
    store.close().await;
    let Some(database) = Database::fresh(test).await else { return };
    let store = Store::connect(&database.url).await.unwrap();
    check(&store).await;
    store.close().await;
    database.remove().await;
}

fn key() -> AddressKey {
    AddressKey::new(&[1; 32])
}

fn judge(_: &Mention) -> Judgement {
    let (lang, why) = (Lang::english(), "no phrase".to_owned());
    let tagging = Tagging { lang, tags: Vec::new(), verdict: Verdict::Neutral, why, ugly: false, products: Vec::new() };
    Judgement { subject: None, tagging, filtered: None, flags: Vec::new() }
}

pub fn said(id: &str, handle: Option<&str>, text: &str) -> Mention {
    let author = Author { name: "Ann".to_owned(), handle: handle.map(str::to_owned) };
    Mention { own_id: Some(id.to_owned()), author: Some(author), ..Mention::new(text).unwrap() }
}

/// Keeps what `source` of `kind` says, and decides whose it is.
pub async fn keep(store: &Store, source: &str, kind: &str, mentions: Vec<Mention>) {
    let origin = Origin { source, kind, namespace: source, keeps_ids: true, list: None, now: NOW.parse().unwrap() };
    let mut tx = store.begin().await.unwrap();
    let kept = tx.save(origin, mentions, judge).await.unwrap();
    customers::match_saved(&mut tx, &kept, &key()).await.unwrap();
    tx.commit().await.unwrap();
}

async fn import(store: &Store, csv: &str) -> customers::Kept {
    let (records, refused): (Vec<Record>, _) = customers::read("a.csv", csv.as_bytes(), &Columns::default(), &key()).unwrap();
    assert_eq!(refused, []);
    let mut tx = store.begin().await.unwrap();
    let kept = customers::keep(&mut tx, &records, &key(), NOW.parse().unwrap()).await.unwrap();
    tx.commit().await.unwrap();
    kept
}

/// Whose each mention is, by public id.
async fn whose(store: &Store) -> BTreeMap<String, String> {
    let mentions = store.changes(0, 100).await.unwrap().mentions;
    let rows: Vec<i64> = mentions.iter().map(|stored| stored.row).collect();
    let of = customers::of(&mut store.connection().await.unwrap(), &rows).await.unwrap();
    let whose = |stored: &goodword::store::Stored| of.get(&stored.row).map(|customer| (stored.id.clone(), customer.id.clone()));
    mentions.iter().filter_map(whose).collect()
}

fn pairs(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(id, customer)| ((*id).to_owned(), (*customer).to_owned())).collect()
}

#[tokio::test]
async fn a_mention_is_its_customers_whichever_comes_first() {
    on_every_database("customers_first", async |store| {
        let mail = masked_address("ann@acme.example", &key()).unwrap();
        let colleague = masked_address("ben@acme.example", &key()).unwrap();
        let before = vec![said("a1", Some("@Ann"), "one"), said("a2", Some("bob"), "two"), said("a3", None, "three")];
        keep(store, "hn", "hacker-news", before).await;
        keep(store, "desk", "mail", vec![said("m1", Some(&mail), "four"), said("m2", Some(&colleague), "five")]).await;
        let reached = store.latest_change().await.unwrap();
        let file = "id,segment,handles,emails,domains\n1,enterprise,hacker-news:ann,ann@acme.example,\n2,trial,hn:bob,,acme.example\n";
        let kept = import(store, file).await;
        assert_eq!((kept.new, kept.updated, kept.mentions), (2, 0, 4));
        assert_eq!(whose(store).await, pairs(&[("a1", "1"), ("a2", "2"), ("m1", "1"), ("m2", "2")]));
        assert_eq!(store.changes(reached, 100).await.unwrap().mentions.len(), 4, "the index looks at them again");

        keep(store, "hn", "hacker-news", vec![said("a4", Some("ANN"), "six"), said("a5", Some("annie"), "seven")]).await;
        keep(store, "forum", "feed", vec![said("f1", Some("ann"), "eight")]).await;
        assert!(whose(store).await.contains_key("a4"));
        assert!(!whose(store).await.contains_key("f1"), "the same handle elsewhere is somebody else");
        assert_eq!(import(store, file).await, customers::Kept::default(), "again changes nothing");
        let moved = import(store, "id,segment,handles,emails,domains\n1,smb,,ann@acme.example,\n2,trial,hn:bob,,acme.example\n").await;
        assert_eq!((moved.new, moved.updated, moved.mentions), (0, 1, 2));
        let rate = customers::match_rate(&mut store.connection().await.unwrap()).await.unwrap();
        assert_eq!((rate.customers, rate.matched, rate.mentions, rate.match_rate), (2, 3, 8, 0.375));
    })
    .await;
}

#[tokio::test]
async fn what_two_claim_is_nobodys_until_a_person_settles_it() {
    on_every_database("customers_claims", async |store| {
        keep(store, "hn", "hacker-news", vec![said("a1", Some("ann"), "one"), said("a2", Some("ann"), "two")]).await;
        let file = "id,handles\n1,hacker-news:ann\n2,hacker-news:ann\n";
        import(store, file).await;
        assert_eq!(whose(store).await, pairs(&[]));
        let conflicts = customers::conflicts(&mut store.connection().await.unwrap()).await.unwrap();
        assert_eq!((conflicts[0].key.to_string().as_str(), conflicts[0].customers.join(" ").as_str()), ("hacker-news:ann", "1 2"));

        let handle = Subject::Key(Key::handle("hacker-news:ann").unwrap());
        let mut tx = store.begin().await.unwrap();
        assert_eq!(customers::link(&mut tx, "2", &handle, &key()).await.unwrap(), 2);
        assert!(customers::link(&mut tx, "9", &handle, &key()).await.unwrap_err().to_string().contains("there is no customer `9`"));
        tx.commit().await.unwrap();
        import(store, file).await;
        assert_eq!(whose(store).await, pairs(&[("a1", "2"), ("a2", "2")]), "an import does not undo it");

        let row = store.row_of("a1").await.unwrap().unwrap();
        let mut tx = store.begin().await.unwrap();
        customers::unlink(&mut tx, None, &Subject::Mention(row), &key()).await.unwrap();
        customers::unlink(&mut tx, Some("2"), &handle, &key()).await.unwrap();
        tx.commit().await.unwrap();
        import(store, file).await;
        keep(store, "hn", "hacker-news", vec![said("a1", Some("ann"), "one, edited")]).await;
        assert_eq!(whose(store).await, pairs(&[("a2", "1")]), "what a person said of a mention and of a handle lasts");

        let mut tx = store.begin().await.unwrap();
        assert!(customers::remove(&mut tx, "1", &key()).await.unwrap());
        assert!(!customers::remove(&mut tx, "1", &key()).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(whose(store).await, pairs(&[]));
    })
    .await;
}

/// An installation whose settings say `weights`, with three mentions by handle.
async fn weighing(weights: &str) -> TestApp {
    let test = TestApp::with_sources("").await;
    std::fs::write(test.dir().join("settings.toml"), weights).unwrap();
    let test = test.again().await;
    let line = |id: &str, handle: &str, text: &str| {
        format!("{{\"id\":\"{id}\",\"author\":\"{id}\",\"handle\":\"{handle}\",\"text\":\"{text}\",\"published\":\"2026-03-09\"}}\n")
    };
    let file = [
        line("p1", "ann", "Acme Desk is easy to use"),
        line("p2", "bob", "Acme Desk crashes"),
        line("p3", "cy", "Acme Desk is great"),
        line("p4", "dan", "Acme Desk is broken"),
    ];
    let refused = |error: &goodword::sources::RowError| panic!("{error}");
    test.app.import("a.jsonl", file.concat().as_bytes(), "panel", &goodword::sources::Columns::default(), refused).await.unwrap();
    test.app.catch_up(&ProgressBar::hidden()).await.unwrap();
    test
}

async fn import_file(test: &TestApp, csv: &str) -> ImportedCustomers {
    let done = test.app.import_customers("a.csv", csv.as_bytes(), &Columns::default(), |_| {}).await.unwrap();
    test.app.catch_up(&ProgressBar::hidden()).await.unwrap();
    done
}

fn lately() -> FigureRequest {
    FigureRequest { scope: Scope::default(), since: "7d".to_owned(), until: None }
}

const CUSTOMERS: &str = "id,name,segment,region,handles\n1,Acme,Enterprise,DE,panel:ann\n2,Bolt,trial,US,panel:bob\n3,Cog,,FR,panel:cy\n";

#[tokio::test]
async fn customers_are_found_by_name_segment_and_region() {
    let test = weighing("").await;
    let done = import_file(&test, CUSTOMERS).await;
    assert_eq!((done.read, done.kept.mentions, done.rate.matched, done.rate.match_rate), (3, 3, 3, 0.75));
    for (query, want) in [
        ("customer:acme", &["Acme Desk is easy to use"][..]),
        ("segment:trial", &["Acme Desk crashes"]),
        ("region:FR", &["Acme Desk is great"]),
        ("segment:none", &[]),
    ] {
        assert_eq!(test.search(query).await, want, "{query}");
    }
    let request = SearchRequest { query: "segment:enterprise".to_owned(), ..SearchRequest::default() };
    let hit = test.app.search(&request).await.unwrap().hits.remove(0);
    let shown = serde_json::to_value(goodword::app::MentionView::of(&hit.stored, hit.customer.as_ref())).unwrap();
    assert_eq!(shown["customer"], serde_json::json!({ "id": "1", "name": "Acme", "segment": "Enterprise", "region": "DE" }));
    import_file(&test, "id,segment,handles\n1,smb,panel:ann\n").await;
    assert_eq!(test.search("segment:smb").await.len(), 1, "a changed record is followed");
    test.end().await;
}

#[tokio::test]
async fn the_region_is_the_sites_where_no_customer_is_known() {
    let test = TestApp::with_sources("").await;
    let there = Mention { context: Context { region: Some("JP".to_owned()), ..Context::default() }, ..said("a", None, "great") };
    keep(test.app.store(), "app", "app-store", vec![there]).await;
    assert_eq!(test.search("region:jp").await, ["great"]);
    test.end().await;
}

#[tokio::test]
async fn weighted_figures_stand_beside_raw_ones() {
    let test = weighing("[customers]\nweights = { enterprise = 5 }\n").await;
    import_file(&test, CUSTOMERS).await;
    let trend = test.app.trend(&TrendRequest { of: lately(), by: By::Week, each: Each::Polarity }).await.unwrap();
    let told: Vec<_> = trend.series.iter().map(|series| (series.total.mentions, series.total.weighted, series.total.match_rate)).collect();
    assert_eq!(told, [(4, Some(7.0), Some(0.75)), (2, Some(6.0), Some(1.0)), (2, Some(1.0), Some(0.5))]);
    assert_eq!((trend.standing.positive, trend.standing.weighted_positive), (Some(0.5), Some(0.8571)));
    let voice = test.app.voice(&lately()).await.unwrap();
    assert_eq!((voice.products[0].weighted_share, voice.products[0].match_rate), (Some(1.0), Some(0.75)));
    let (_, themes, _) = test.app.themes(&lately()).await.unwrap();
    let ease = themes.iter().find(|row| row.theme == "ease of use").unwrap();
    assert_eq!((ease.praise, ease.weighted_praise, ease.match_rate), (1, Some(5.0), Some(1.0)));
    test.app.note_change("faster", "Acme Desk", "reliability", "2026-03-09".parse().unwrap()).await.unwrap();
    let after = test.app.effects(28).await.unwrap().remove(0).1.unwrap().after;
    assert_eq!((after.weighted_complaints, after.match_rate), (Some(1.0), Some(0.5)));
    let by_segment = test.app.trend(&TrendRequest { of: lately(), by: By::Week, each: Each::Segment }).await.unwrap();
    let names: Vec<_> = by_segment.series.iter().map(|series| (series.total.series.as_str(), series.total.weighted)).collect();
    assert_eq!(names, [("all", Some(7.0)), ("Enterprise", Some(5.0)), ("trial", Some(1.0))]);
    test.end().await;
}

#[tokio::test]
async fn where_no_customer_is_known_nobody_is_asked_and_nothing_weighed() {
    let test = weighing("").await;
    let mut connection = test.app.store().connection().await.unwrap();
    for table in ["customer", "customer_key", "customer_mention"] {
        // What is asked for now would fail.
        connection.execute(sqlx::AssertSqlSafe(format!("DROP TABLE {table}"))).await.unwrap();
    }
    drop(connection);
    let trend = test.app.trend(&TrendRequest { of: lately(), by: By::Day, each: Each::Polarity }).await.unwrap();
    assert_eq!((trend.standing.mentions, trend.standing.match_rate, trend.series[0].total.weighted), (4, None, None));
    assert_eq!(test.app.search(&SearchRequest::default()).await.unwrap().hits.len(), 4);
    test.app.close().await;
}

#[tokio::test]
async fn the_documentation_says_how_it_is() {
    let document = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/customers.md")).unwrap();
    let block = |language: &str| document.split(&format!("```{language}\n")).nth(1).unwrap().split("```").next().unwrap().to_owned();
    let test = weighing(&block("toml")).await;
    let settings = test.app.config().settings.customers.clone();
    assert!(settings.weights.len() > 1, "{settings:?}");
    let (records, refused) = customers::read("a.csv", block("csv").as_bytes(), &Columns::default(), &key()).unwrap();
    assert_eq!((records.len(), refused), (2, vec![]));
    assert!(records.iter().all(|record| !record.keys.is_empty() && record.customer.role.is_some()));
    test.end().await;
}

const DESK: &str = "[[team]]\nname = \"support\"\nmembers = [\"ann\", \"bo\"]\n\n[[person]]\nname = \"ola\"\n\n\
    [[route]]\nsegment = \"enterprise\"\nto = \"owner\"\n\n[[route]]\nto = \"support\"\n";

#[tokio::test]
async fn owners_whom_nobody_knows_are_told() {
    let table = "id,owner,handles\n1,Ola,panel:bob\n2,zoe,panel:ann\n3,zoe,panel:dan\n";
    let test = weighing(DESK).await;
    assert_eq!(import_file(&test, table).await.unknown_owners, ["zoe"]);
    test.end().await;
    let test = weighing("[[team]]\nname = \"support\"\nmembers = [\"ann\"]\n").await;
    assert_eq!(import_file(&test, table).await.unknown_owners, [""; 0], "where no reply goes to owners it does not matter");
    test.end().await;
}

async fn person(test: &TestApp, id: &str) -> Option<String> {
    test.app.queued(id).await.unwrap().reply.person
}

#[tokio::test]
async fn open_replies_follow_what_is_known_of_customers_at_once() {
    let test = weighing(DESK).await;
    let ann = Actor { who: "ann", seen: None };
    test.app.act_on_reply("p1", Action::Claim, ann).await.unwrap();
    test.app.assign_reply("p4", "bo", "knows it", ann).await.unwrap();
    let before = test.app.queued("p2").await.unwrap();
    assert!(["ann", "bo"].contains(&before.reply.person.as_deref().unwrap()), "{before:?}");
    let table = "id,name,segment,owner,value,handles\n1,Big,enterprise,ola,100000,panel:bob\n2,Two,enterprise,ola,1,panel:ann;panel:dan\n";
    let done = import_file(&test, table).await;
    assert_eq!((done.kept.mentions, done.replies, done.unknown_owners), (3, 3, vec![]));
    let now = test.app.queued("p2").await.unwrap();
    assert_eq!((now.reply.person.as_deref(), now.reply.team.as_deref()), (Some("ola"), None));
    assert!(now.priority.score > before.priority.score && now.priority.words.contains("enterprise customer"), "{:?}", now.priority);
    let audit = test.app.reply_audit("p2").await.unwrap();
    assert_eq!(audit.last().unwrap().who, "goodword");
    assert!(audit.last().unwrap().in_words().contains("gave it to ola (route 1: looks after the customer)"), "{audit:?}");
    // Who is at it stays, and what a person said holds; both weigh what they weigh now.
    let p1 = test.app.queued("p1").await.unwrap();
    assert_eq!(p1.reply.state.claim.as_ref().map(|claim| claim.by.as_str()), Some("ann"));
    assert_ne!(p1.reply.person.as_deref(), Some("ola"));
    assert_eq!(person(&test, "p4").await.as_deref(), Some("bo"));
    assert!(test.app.queued("p4").await.unwrap().priority.words.contains("enterprise customer"));
    assert_eq!(import_file(&test, table).await.replies, 0, "again changes nothing");
    // A changed owner, a link by hand, and a customer who is forgotten.
    import_file(&test, "id,name,segment,owner,value,handles\n1,Big,enterprise,bo,100000,panel:bob\n").await;
    assert_eq!(person(&test, "p2").await.as_deref(), Some("bo"));
    test.app.link_customer("2", "p3").await.unwrap();
    assert_eq!(person(&test, "p3").await.as_deref(), Some("ola"));
    test.app.unlink_customer(None, "p3").await.unwrap();
    assert_eq!(test.app.queued("p3").await.unwrap().reply.team.as_deref(), Some("support"));
    test.app.remove_customer("1").await.unwrap();
    let last = test.app.queued("p2").await.unwrap().reply;
    assert_eq!((last.team.as_deref(), last.facts.customer, last.why.as_str()), (Some("support"), None, "route 2"));
    test.end().await;
}
