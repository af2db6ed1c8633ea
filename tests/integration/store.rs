//! The store, on every database it supports: the same tests for each.

use goodword::mention::{Author, Lang, Mention, Published, Rating, Verdict};
use goodword::phrases::Tagging;
use goodword::store::{Coverage, Day, Judgement, Origin, PageState, Saved, SourceState, Store};
use jiff::Timestamp;

fn now() -> Timestamp {
    "2026-03-10T12:00:00Z".parse().unwrap()
}

fn origin(source: &'static str) -> Origin<'static> {
    Origin { source, kind: "feed", namespace: "feed@shop.example", keeps_ids: false, list: None, now: now() }
}

fn judge(_: &Mention) -> Judgement {
    let tagging = Tagging {
        lang: Lang::english(),
        tags: Vec::new(),
        verdict: Verdict::Neutral,
        why: "no phrase".to_owned(),
        ugly: false,
        products: vec![],
    };
    Judgement { subject: None, tagging, filtered: None, flags: Vec::new() }
}

fn review(id: Option<&str>, author: &str, text: &str) -> Mention {
    Mention {
        own_id: id.map(str::to_owned),
        author: Author::named(author),
        url: Some("https://shop.example/item".parse().unwrap()),
        published: Some(Published::instant("2026-03-01T10:00:00Z".parse().unwrap())),
        ..Mention::new(text).unwrap()
    }
}

async fn save(store: &Store, origin: Origin<'_>, mentions: Vec<Mention>) -> Saved {
    let mut tx = store.begin().await.unwrap();
    let saved = tx.save(origin, mentions, judge).await.unwrap();
    tx.commit().await.unwrap();
    saved
}

async fn a_rating_that_changes_is_a_revision(store: &Store) {
    let four = Mention { rating: Rating::new(4.0, 1.0, 5.0), ..review(Some("1"), "Ann", "fine") };
    let two = Mention { rating: Rating::new(2.0, 1.0, 5.0), ..four.clone() };
    save(store, origin("a"), vec![four.clone()]).await;
    assert_eq!(save(store, origin("a"), vec![two.clone()]).await, Saved { seen: 1, new: 0, updated: 1 });
    assert_eq!(save(store, origin("a"), vec![two]).await, Saved { seen: 1, new: 0, updated: 0 });
    let stored = store.changes(0, 10).await.unwrap().mentions;
    assert_eq!((stored.len(), stored[0].revision), (1, 2));
    assert_eq!(stored[0].mention.rating, Rating::new(2.0, 1.0, 5.0));
}

async fn a_review_without_id_is_known_by_its_looks(store: &Store) {
    let mention = review(None, "Ann", "Works well for us.");
    save(store, origin("a"), vec![mention.clone()]).await;
    assert_eq!(save(store, origin("a"), vec![mention.clone()]).await.new, 0);
    let elsewhere = Mention { title: Some("Good".to_owned()), ..review(Some("77"), "Ann", "Works well for us") };
    assert_eq!(save(store, origin("b"), vec![elsewhere]).await, Saved { seen: 1, new: 0, updated: 1 });
    let stored = store.changes(0, 10).await.unwrap().mentions;
    assert_eq!((stored.len(), stored[0].sightings.len(), stored[0].revision), (1, 2, 1));
    assert_eq!(stored[0].mention.title.as_deref(), Some("Good"), "what is known of it grows");
    assert_eq!(save(store, origin("a"), vec![mention]).await.updated, 0, "and the first source does not undo it");
}

async fn two_ids_in_one_source_are_two_mentions(store: &Store) {
    let saved = save(store, origin("a"), vec![review(Some("1"), "Ann", "Great app!"), review(Some("2"), "Ann", "Great app!")]).await;
    assert_eq!(saved.new, 2);
}

async fn what_is_not_committed_never_happened(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    tx.save(origin("a"), vec![review(Some("1"), "Ann", "fine")], judge).await.unwrap();
    drop(tx);
    assert_eq!(store.counts().await.unwrap().mentions, 0);
    assert_eq!(store.latest_change().await.unwrap(), 0);
    assert_eq!(save(store, origin("a"), vec![review(Some("1"), "Ann", "fine")]).await.new, 1);
}

async fn changes_are_followed_in_pieces(store: &Store) {
    let mentions: Vec<Mention> = (0..7).map(|n| review(Some(&n.to_string()), "Ann", &format!("text {n}"))).collect();
    save(store, origin("a"), mentions).await;
    let (mut after, mut seen) = (0, Vec::new());
    loop {
        let changes = store.changes(after, 3).await.unwrap();
        if changes.mentions.is_empty() {
            break;
        }
        after = changes.reached;
        seen.extend(changes.mentions.into_iter().map(|stored| stored.mention.text));
    }
    assert_eq!(seen, (0..7).map(|n| format!("text {n}")).collect::<Vec<_>>());
    assert_eq!(after, store.latest_change().await.unwrap());
}

async fn all_of_a_mention_comes_back_as_it_went_in(store: &Store) {
    let mention = Mention {
        title: Some("标题".to_owned()),
        edited: Some(now()),
        rating: Rating::new(8.5, 0.0, 10.0),
        lang: Lang::parse("zh"),
        about: Some("Acme".to_owned()),
        notes: vec![goodword::mention::Note { polarity: goodword::mention::Polarity::Praise, start: 0, end: 2 }],
        ..review(Some("1"), "李雷", "很好用 '); DROP TABLE mention; --")
    };
    save(store, origin("a"), vec![mention.clone()]).await;
    let stored = store.changes(0, 10).await.unwrap().mentions.remove(0);
    assert_eq!(stored.mention, Mention { own_id: None, ..mention });
    assert_eq!(stored.first_seen, now());
}

async fn a_source_and_its_pages_are_remembered(store: &Store) {
    let state = SourceState {
        coverage: Coverage::Blocked,
        reason: Some("403".to_owned()),
        next_why: Some("left alone".to_owned()),
        failures: 2,
        had_items: true,
        short: Some("shows 3 of 120".to_owned()),
        blind: true,
        read_through: Some(now()),
        walked: 7,
        cursor: Some("9".to_owned()),
        wishes: Some("{}".to_owned()),
        today: Day { rounds: 4, seen: 3, new: 2, failures: 1, ..Day::of(now()) },
        ..SourceState::never_asked("a", now())
    };
    let page = PageState {
        etag: Some("\"x\"".to_owned()),
        last_modified: None,
        body: -5,
        next: "[]".to_owned(),
        followed: now(),
        good_until: Some(now()),
    };
    for _ in 0..2 {
        let mut tx = store.begin().await.unwrap();
        tx.keep_source_state(&state).await.unwrap();
        tx.keep_page_state("a", "https://shop.example/", &page).await.unwrap();
        tx.commit().await.unwrap();
    }
    assert_eq!(store.source_states().await.unwrap(), [state]);
    assert_eq!(store.page_state("a", "https://shop.example/").await.unwrap(), Some(page));
    assert_eq!(store.page_state("a", "https://shop.example/2").await.unwrap(), None);
}

async fn many_mentions_go_in_at_once(store: &Store) {
    let mentions: Vec<Mention> = (0..3000).map(|n| review(Some(&n.to_string()), "Ann", &format!("text {n}"))).collect();
    assert_eq!(save(store, origin("a"), mentions.clone()).await.new, 3000);
    assert_eq!(save(store, origin("a"), mentions).await, Saved { seen: 3000, new: 0, updated: 0 });
}

async fn ids_that_come_with_a_file_are_kept_where_free(store: &Store) {
    let from_file = |namespace| Origin { keeps_ids: true, namespace, source: namespace, ..origin("a") };
    save(store, from_file("x"), vec![review(Some("r1"), "Ann", "one")]).await;
    save(store, from_file("y"), vec![review(Some("r1"), "Bob", "two")]).await;
    let ids: Vec<String> = store.changes(0, 10).await.unwrap().mentions.into_iter().map(|stored| stored.id).collect();
    assert_eq!(ids[0], "r1");
    assert!(ids[1].starts_with('m') && ids[1].len() == 17, "{ids:?}");
}

macro_rules! on_every_database {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                let dir = tempfile::tempdir().unwrap();
                let store = goodword::store::Store::open(dir.path()).await.unwrap();
                super::$name(&store).await;
                store.close().await;
            })*
        }

        mod postgres {
            $(#[tokio::test]
            async fn $name() {
                let Some(database) = crate::database::Database::fresh(stringify!($name)).await else { return };
                let store = goodword::store::Store::connect(&database.url).await.unwrap();
                super::$name(&store).await;
                store.close().await;
                database.remove().await;
            })*
        }
    };
}

on_every_database!(
    a_rating_that_changes_is_a_revision,
    a_review_without_id_is_known_by_its_looks,
    two_ids_in_one_source_are_two_mentions,
    what_is_not_committed_never_happened,
    changes_are_followed_in_pieces,
    all_of_a_mention_comes_back_as_it_went_in,
    a_source_and_its_pages_are_remembered,
    many_mentions_go_in_at_once,
    ids_that_come_with_a_file_are_kept_where_free,
);
