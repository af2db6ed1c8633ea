//! The store, on every database it supports: the same tests for each.

use goodword::fetch::{Cause, Pause};
use goodword::mention::{Answer, Author, Context, Lang, Mention, Published, Rating, Reach};
use goodword::noise::Flag;
use goodword::store::{Coverage, Day, Decision, Event, Judgement, Kept, Origin, PageState, Saved, SourceState, Span, Store};
use goodword::suggestions::{self, Rejected};
use jiff::{SignedDuration, Timestamp};

use crate::database::on_every_database;
use crate::harness::neutral;

fn now() -> Timestamp {
    "2026-03-10T12:00:00Z".parse().unwrap()
}

fn origin(source: &'static str) -> Origin<'static> {
    Origin { source, kind: "feed", namespace: "feed@shop.example", keeps_ids: false, list: None, now: now() }
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
    let saved = tx.save(origin, mentions, neutral).await.unwrap().saved;
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

async fn a_rating_is_kept_after_one_that_was_missing(store: &Store) {
    save(store, origin("a"), vec![review(Some("1"), "Ann", "fine")]).await;
    let rated = Mention { rating: Rating::new(4.5, 0.5, 5.0), ..review(Some("2"), "Ben", "good") };
    save(store, origin("a"), vec![rated.clone()]).await;
    save(store, origin("a"), vec![Mention { rating: None, ..rated.clone() }]).await;
    save(store, origin("a"), vec![Mention { rating: Rating::new(1.5, 0.5, 5.0), ..rated.clone() }]).await;
    let stored = store.changes(0, 10).await.unwrap().mentions;
    assert_eq!(stored.iter().map(|stored| stored.mention.rating).collect::<Vec<_>>(), [None, Rating::new(1.5, 0.5, 5.0)]);
}

async fn what_a_site_tells_around_a_mention_makes_no_revision(store: &Store) {
    let liked = |likes, answer: Option<&str>| {
        let answer = answer.map(|text| Answer { text: text.to_owned(), by: None, at: None, url: None });
        let reach = Reach { likes: Some(likes), ..Reach::default() };
        Mention { context: Context { reach, answer, ..Context::default() }, ..review(Some("1"), "Ann", "fine") }
    };
    save(store, origin("a"), vec![liked(4, None)]).await;
    for (heard, updated) in [(liked(5, None), 0), (liked(9, None), 1), (liked(9, Some("Thanks")), 1), (liked(9, Some("Thanks")), 0)] {
        assert_eq!(save(store, origin("a"), vec![heard]).await.updated, updated);
    }
    let stored = store.changes(0, 10).await.unwrap().mentions;
    assert_eq!((stored.len(), stored[0].revision), (1, 1));
    assert_eq!(stored[0].mention.context, liked(9, Some("Thanks")).context);
}

async fn saving_tells_what_happened(store: &Store) {
    let four = Mention { rating: Rating::new(4.0, 1.0, 5.0), ..review(Some("1"), "Ann", "fine") };
    let two = Mention { rating: Rating::new(2.0, 1.0, 5.0), ..four.clone() };
    let mut tx = store.begin().await.unwrap();
    let first = tx.save(origin("a"), vec![four.clone()], neutral).await.unwrap();
    let then = tx.save(origin("a"), vec![two, review(Some("2"), "Ben", "good")], neutral).await.unwrap();
    let happened = |kept: &Kept| kept.each().map(|(event, stored)| (event, stored.mention.text.clone())).collect::<Vec<_>>();
    assert_eq!(happened(&first), [(Event::New, "fine".to_owned())]);
    assert_eq!(happened(&then), [(Event::Edited { rating: four.rating }, "fine".to_owned()), (Event::New, "good".to_owned())]);
    let before = tx.load(&[then.events[0].0]).await.unwrap().remove(0);
    assert_eq!(before, then.mentions[&before.row], "what is handed on is what was written");
    tx.touch(&[before.row]).await.unwrap();
    tx.commit().await.unwrap();
    let changes = store.changes(before.changed, 10).await.unwrap();
    assert!(changes.mentions.iter().any(|stored| stored.row == before.row), "a touched mention is followed anew");
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
    tx.save(origin("a"), vec![review(Some("1"), "Ann", "fine")], neutral).await.unwrap();
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

async fn the_wording_of_mentions_is_read_in_pieces(store: &Store) {
    let rated = Mention { rating: Rating::new(2.0, 1.0, 5.0), title: Some("Hm".to_owned()), ..review(Some("1"), "Ann", "it broke") };
    save(store, origin("b"), vec![rated.clone(), review(Some("2"), "Bob", "fine")]).await;
    save(store, origin("a"), vec![rated]).await;
    let first = store.wordings(0, 1).await.unwrap().remove(0);
    assert_eq!((first.text.as_str(), first.title.as_deref(), first.rating), ("it broke", Some("Hm"), Rating::new(2.0, 1.0, 5.0)));
    assert_eq!((first.source.as_str(), first.at.to_string().as_str()), ("a", "2026-03-01T10:00:00Z"));
    let rest = store.wordings(first.row, 10).await.unwrap();
    assert_eq!(rest.iter().map(|wording| wording.text.as_str()).collect::<Vec<_>>(), ["fine"]);
    assert!(store.wordings(rest[0].row, 10).await.unwrap().is_empty());
    assert!(store.phrases_found().await.unwrap().is_empty());
}

async fn a_proposal_turned_down_is_remembered(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    assert!(suggestions::reject(&mut tx, "Worth it", now()).await.unwrap());
    assert!(!suggestions::reject(&mut tx, "worth it", now()).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(suggestions::rejected(store).await.unwrap(), [Rejected { phrase: "Worth it".to_owned(), at: now() }]);
    let mut tx = store.begin().await.unwrap();
    assert!(suggestions::unreject(&mut tx, "WORTH IT").await.unwrap());
    assert!(!suggestions::unreject(&mut tx, "worth it").await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(suggestions::rejected(store).await.unwrap(), []);
}

async fn how_sources_fared_is_remembered_over_time(store: &Store) {
    let at = |hours: i64| now().checked_add(SignedDuration::from_hours(hours)).unwrap();
    let span = |from: i64, coverage: Coverage, blind: bool| Span {
        source: "a".to_owned(),
        from: at(from),
        until: None,
        coverage,
        blind,
        reason: blind.then(|| "403".to_owned()),
    };
    let mut state = SourceState::never_asked("a", now());
    let pause = Pause { host: "a.example:443".to_owned(), until: at(5), refusals: 2, cause: Cause::Refused(429) };
    let mut tx = store.begin().await.unwrap();
    for span in [span(0, Coverage::Fresh, false), span(2, Coverage::Blocked, true), span(4, Coverage::Fresh, false)] {
        tx.begin_span(&span).await.unwrap();
    }
    for seen in [1, 3] {
        tx.end_day("a", &Day { rounds: 2, seen, ..Day::of(now()) }).await.unwrap();
    }
    tx.keep_source_state(&state).await.unwrap();
    tx.keep_pauses(std::slice::from_ref(&pause), now()).await.unwrap();
    tx.commit().await.unwrap();

    let ends: Vec<_> = store.spans(Some("a"), at(1)).await.unwrap().into_iter().map(|span| (span.coverage, span.until)).collect();
    assert_eq!(ends, [(Coverage::Fresh, Some(at(2))), (Coverage::Blocked, Some(at(4))), (Coverage::Fresh, None)]);
    assert_eq!(store.spans(Some("b"), at(0)).await.unwrap(), []);
    let blind = store.blind_spans(at(3), at(9)).await.unwrap();
    assert_eq!((blind.len(), blind[0].from, blind[0].until, blind[0].reason.as_deref()), (1, at(3), at(4), Some("403")));
    assert_eq!(store.blind_spans(at(4), at(9)).await.unwrap(), []);
    let days = store.days(None, now()).await.unwrap();
    assert_eq!(days, [("a".to_owned(), Day { rounds: 2, seen: 3, ..Day::of(now()) })]);
    assert_eq!(store.pauses(at(4)).await.unwrap(), std::slice::from_ref(&pause));
    assert_eq!(store.pauses(at(5)).await.unwrap(), []);

    // Of a source of which another process has noted something in the meantime, that stands.
    let quiet =
        |source: &str, hour| SourceState { coverage: Coverage::Unchanged, next_due: at(hour), ..SourceState::never_asked(source, now()) };
    state.frontier = "[\"left\"]".to_owned();
    let mut tx = store.begin().await.unwrap();
    tx.keep_source_state(&state).await.unwrap();
    tx.keep_source_state(&SourceState::never_asked("b", now())).await.unwrap();
    let overtaken = tx.keep_quiet_rounds(&[quiet("a", 1), quiet("b", 1), quiet("b", 2)]).await.unwrap();
    assert_eq!(overtaken.into_iter().collect::<Vec<_>>(), ["a"]);
    tx.keep_pauses(&[Pause { until: Timestamp::UNIX_EPOCH, ..pause }], at(4)).await.unwrap();
    tx.compact_coverage(at(3 * 366 * 24)).await.unwrap();
    tx.commit().await.unwrap();
    let kept = store.source_state("a").await.unwrap().unwrap();
    assert_eq!(kept, state);
    let kept = store.source_state("b").await.unwrap().unwrap();
    assert_eq!((kept.coverage, kept.next_due, kept.today.rounds), (Coverage::Unchanged, at(2), 2));
    assert_eq!(store.pauses(at(4)).await.unwrap(), []);
    assert_eq!(store.days(None, Timestamp::UNIX_EPOCH).await.unwrap(), []);
    assert_eq!(store.spans(None, Timestamp::UNIX_EPOCH).await.unwrap().len(), 1, "the state that lasts is kept however old it is");
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

const LONG: &str = "We moved forty people to this desk in spring, setting it up took an afternoon, and nobody wants the old ones back.";

async fn two_mentions_that_turn_out_to_be_one_are_united(store: &Store) {
    let host = |host: &str| Some(format!("https://{host}.example/").parse().unwrap());
    let teaser = Mention { url: host("a"), ..review(Some("https://a.example/"), "Ann", "Forty desks!") };
    let full = Mention { url: host("b"), ..review(Some("7"), "Ann", LONG) };
    save(store, origin("a"), vec![teaser.clone()]).await;
    let edited = Mention { text: "Fifty desks!".to_owned(), ..teaser.clone() };
    save(store, origin("a"), vec![edited]).await;
    save(store, origin("b"), vec![full.clone()]).await;
    let before = store.changes(0, 10).await.unwrap();
    assert_eq!((before.mentions.len(), before.gone.len()), (2, 0));
    let joined = Mention { text: LONG.to_owned(), ..teaser };
    let saved = save(store, origin("c"), vec![joined]).await;
    assert_eq!((saved.new, saved.updated), (0, 0), "it is known in full");
    let changes = store.changes(before.reached, 10).await.unwrap();
    let [stored] = changes.mentions.as_slice() else { panic!("{changes:?}") };
    assert_eq!(changes.gone, [before.mentions.iter().map(|stored| stored.row).find(|row| *row != stored.row).unwrap()]);
    assert_eq!((stored.mention.text.as_str(), stored.sightings.len(), stored.revisions.len()), (LONG, 3, 1));
    for known in &before.mentions {
        assert_eq!(store.row_of(&known.id).await.unwrap(), Some(stored.row));
    }
    assert_eq!(save(store, origin("b"), vec![full]).await, Saved { seen: 1, new: 0, updated: 0 });
    let counts = store.counts().await.unwrap();
    assert_eq!((counts.mentions, counts.sightings), (1, 3));
}

async fn what_is_missing_from_its_list_twice_is_gone_until_it_is_back(store: &Store) {
    let on = |day: u8| Mention {
        published: Some(Published::instant(format!("2026-03-0{day}T10:00:00Z").parse().unwrap())),
        ..review(Some(&day.to_string()), "Ann", &format!("post {day}"))
    };
    let list = Origin { list: Some("https://shop.example/list"), ..origin("a") };
    let mut gone = Vec::new();
    for days in [[3, 2, 1].as_slice(), &[3, 1], &[4, 3, 1], &[4, 3, 2, 1]] {
        save(store, list, days.iter().map(|day| on(*day)).collect()).await;
        let stored = store.changes(0, 10).await.unwrap().mentions;
        gone.push(stored.iter().find(|stored| stored.mention.text == "post 2").unwrap().gone());
    }
    assert_eq!(gone, [None, None, Some(now()), None]);
}

async fn what_a_person_decides_of_noise_holds(store: &Store) {
    save(store, origin("a"), vec![review(Some("1"), "Ann", "one"), review(Some("2"), "Bob", "two")]).await;
    let rows: Vec<i64> = store.changes(0, 10).await.unwrap().mentions.iter().map(|stored| stored.row).collect();
    let mut tx = store.begin().await.unwrap();
    assert!(tx.decide(rows[0], Decision::Filtered).await.unwrap());
    assert!(!tx.decide(rows[0], Decision::Filtered).await.unwrap(), "once");
    tx.commit().await.unwrap();
    let counts = store.counts().await.unwrap();
    assert_eq!((counts.mentions, counts.sightings, counts.filtered), (1, 1, 1));
    assert_eq!(store.filtered_by_reason().await.unwrap(), [("put aside by hand".to_owned(), 1)]);
    assert_eq!(store.newest_filtered(10).await.unwrap(), [rows[0]]);
    let stored = store.mentions(&rows).await.unwrap().remove(0);
    let ruled =
        |filtered: Option<&str>| Judgement { filtered: filtered.map(str::to_owned), flags: vec![Flag::Staff], ..neutral(&stored.mention) };
    let mut tx = store.begin().await.unwrap();
    tx.decide(rows[0], Decision::Released).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.rejudge(&rows[..1], |_| ruled(Some("promotion"))).await.unwrap().len(), 1);
    assert_eq!(tx.rejudge(&rows[..1], |_| ruled(Some("promotion"))).await.unwrap().len(), 0, "it comes out as before");
    tx.commit().await.unwrap();
    let judged = store.mentions(&rows).await.unwrap().remove(0);
    assert_eq!((judged.filtered, judged.decided, judged.flags), (None, Some(Decision::Released), vec![Flag::Staff]));
    assert_eq!(store.counts().await.unwrap().filtered, 0);
}

async fn what_was_said_before_comes_back_oldest_first(store: &Store) {
    for (text, stars) in [("one", 2.0), ("two", 3.0), ("three", 5.0)] {
        let mention = Mention { rating: Rating::new(stars, 1.0, 5.0), ..review(Some("1"), "Ann", text) };
        save(store, origin("a"), vec![mention]).await;
    }
    let stored = store.changes(0, 10).await.unwrap().mentions.remove(0);
    let said: Vec<_> = stored.revisions.iter().map(|old| (old.revision, old.text.as_str(), old.rating.unwrap().value())).collect();
    assert_eq!((said, stored.revision), (vec![(1, "one", 2.0), (2, "two", 3.0)], 3));
}

on_every_database!(
    a_rating_that_changes_is_a_revision,
    a_rating_is_kept_after_one_that_was_missing,
    what_a_site_tells_around_a_mention_makes_no_revision,
    saving_tells_what_happened,
    a_review_without_id_is_known_by_its_looks,
    two_ids_in_one_source_are_two_mentions,
    what_is_not_committed_never_happened,
    changes_are_followed_in_pieces,
    all_of_a_mention_comes_back_as_it_went_in,
    a_source_and_its_pages_are_remembered,
    how_sources_fared_is_remembered_over_time,
    many_mentions_go_in_at_once,
    ids_that_come_with_a_file_are_kept_where_free,
    two_mentions_that_turn_out_to_be_one_are_united,
    what_is_missing_from_its_list_twice_is_gone_until_it_is_back,
    what_a_person_decides_of_noise_holds,
    what_was_said_before_comes_back_oldest_first,
    the_wording_of_mentions_is_read_in_pieces,
    a_proposal_turned_down_is_remembered,
);
