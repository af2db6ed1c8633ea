//! The queue of replies: what opens and closes them, two people at once, and the way through a spreadsheet.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use goodword::app::{App, Form, QueueRequest, SearchRequest};
use goodword::clock::Clock;
use goodword::mention::{Answer, Author, Context, Lang, Mention, Published, Rating, Verdict};
use goodword::noise::Flag;
use goodword::people;
use goodword::phrases::{Says, Tagging};
use goodword::replies::{self, Action, Actor, Desk, Entry, Leave, Refusal, Reply, Status, next};
use goodword::sources::Columns;
use goodword::store::{Judgement, Origin, Store};
use indicatif::ProgressBar;
use jiff::{SignedDuration, Timestamp};

use crate::database::on_every_database;
use crate::harness::{TestApp, feed};

fn at(hour: i64) -> Timestamp {
    "2026-03-10T12:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_hours(hour)
}

fn desk() -> Desk {
    Desk { ours: HashSet::from(["Acme".to_owned()]), ..Desk::default() }
}

fn judge(mention: &Mention) -> Judgement {
    let verdict = match mention.text.as_str() {
        text if text.starts_with("Great") => Verdict::Praise,
        text if text.starts_with("Awful") => Verdict::Complaint,
        _ => Verdict::Neutral,
    };
    let tagging =
        Tagging { lang: Lang::english(), tags: Vec::new(), verdict, why: String::new(), ugly: false, products: vec!["Acme".to_owned()] };
    let is_staff = mention.author.as_ref().is_some_and(|author| author.name == "Acme team");
    Judgement { subject: Some("Acme".to_owned()), tagging, filtered: None, flags: is_staff.then_some(Flag::Staff).into_iter().collect() }
}

fn review(id: &str, author: &str, text: &str, stars: f64) -> Mention {
    Mention {
        own_id: Some(id.to_owned()),
        author: Author::named(author),
        url: Some(format!("https://shop.example/item/{id}").parse().unwrap()),
        published: Some(Published::instant(at(-1))),
        rating: Rating::new(stars, 1.0, 5.0),
        ..Mention::new(text).unwrap()
    }
}

fn answered(mention: &Mention, text: &str) -> Mention {
    let answer = Answer { text: text.to_owned(), by: Some("Acme".to_owned()), at: None, url: None };
    Mention { context: Context { answer: Some(answer), ..mention.context.clone() }, ..mention.clone() }
}

/// Saves as a round does, and follows.
async fn save(store: &Store, mention: &Mention, now: Timestamp) {
    let origin = Origin { source: "shop", kind: "feed", namespace: "feed@shop.example", keeps_ids: false, list: None, now };
    let mut tx = store.begin().await.unwrap();
    let kept = tx.save(origin, vec![mention.clone()], judge).await.unwrap();
    replies::follow(&mut tx, &kept, &desk(), now).await.unwrap();
    tx.commit().await.unwrap();
    counted(store).await;
}

/// Checks that as many replies are counted as stand there, and tells how many.
async fn counted(store: &Store) -> usize {
    let mut connection = store.connection().await.unwrap();
    let summary = replies::summary(&mut connection, at(0), at(0)).await.unwrap();
    let all = Reply::with_status(&mut connection, &Status::ALL).await.unwrap();
    let standing = |status: Status| all.iter().filter(|reply| reply.state.status == status).count() as u64;
    for status in Status::ALL {
        assert_eq!(summary.by_status.get(&status).copied().unwrap_or_default(), standing(status), "{status}");
    }
    for (lane, count) in summary.open {
        let open = all.iter().filter(|reply| reply.lane == lane && reply.state.status.is_open()).count() as u64;
        assert_eq!(count, open, "{lane}");
    }
    all.len()
}

async fn what_is_counted_is_what_stands_in_the_queue(store: &Store) {
    for number in 1..=3 {
        save(store, &review(&number.to_string(), "Bob", &format!("Awful, it broke {number} times"), 1.0 + f64::from(number)), at(0)).await;
    }
    let open = Reply::with_status(&mut store.connection().await.unwrap(), &[Status::Waiting]).await.unwrap();
    for (reply, action) in open.into_iter().zip([Action::Claim, Action::Dismiss { reason: "spam".to_owned() }]) {
        let mut tx = store.begin().await.unwrap();
        replies::act(&mut tx, reply, action, Actor { who: "ann", seen: None }, &desk(), at(0)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(counted(store).await, 3);
    }
    let all = Reply::with_status(&mut store.connection().await.unwrap(), &Status::ALL).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    replies::forget_mentions(tx.connection(), &[all[0].mention, all[1].mention]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(counted(store).await, 1);
}

async fn reply(store: &Store) -> Reply {
    let all = Reply::with_status(&mut store.connection().await.unwrap(), &Status::ALL).await.unwrap();
    assert_eq!(all.len(), 1, "{all:?}");
    all.into_iter().next().unwrap()
}

async fn act(store: &Store, who: &str, action: Action, now: Timestamp) -> Result<Reply, Refusal> {
    let reply = reply(store).await;
    let mut tx = store.begin().await.unwrap();
    let acted = replies::act(&mut tx, reply, action, Actor { who, seen: None }, &desk(), now).await;
    let acted = acted.map_err(|error| error.downcast::<Refusal>().unwrap())?;
    tx.commit().await.unwrap();
    Ok(acted)
}

async fn send(store: &Store, text: &str, now: Timestamp) {
    for action in [Action::Draft { text: text.to_owned(), template: None }, Action::Approve, Action::Send] {
        act(store, "ann", action, now).await.unwrap();
    }
}

/// The actions that the audit tells of, and whether doing them again leads to where the reply stands.
async fn audited(store: &Store) -> String {
    let reply = reply(store).await;
    let entries = Entry::of_mention(&mut store.connection().await.unwrap(), reply.mention).await.unwrap();
    replays(&entries, &reply);
    let word = |entry: &Entry| serde_json::to_value(&entry.action).unwrap()["action"].as_str().unwrap().to_owned();
    entries.iter().map(word).collect::<Vec<_>>().join(" ")
}

/// Checks that the audit of a reply leads to where it stands.
fn replays(entries: &[Entry], reply: &Reply) {
    let manner = desk().settings.queue.manner();
    let mut entries = entries.iter().filter(|entry| entry.reply == reply.id);
    let mut state = entries.next().unwrap().after.clone();
    for (version, entry) in (2..).zip(entries) {
        assert_eq!((entry.version, &entry.before), (version, &state), "{entry:?}");
        state = next(&state, &entry.action, &entry.who, manner, entry.at).unwrap();
        assert_eq!(entry.after, state, "{entry:?}");
    }
    assert_eq!(state, reply.state);
}

async fn a_reply_opens_is_sent_and_is_seen_at_its_site(store: &Store) {
    let awful = review("1", "Bob", "Awful, it broke", 1.0);
    save(store, &awful, at(0)).await;
    assert_eq!((reply(store).await.lane.as_str(), reply(store).await.due), ("urgent", at(4)));
    send(store, "Sorry, Bob. Which version is it?", at(1)).await;
    save(store, &answered(&awful, "Sorry, Bob! Which version is it?"), at(2)).await;
    assert_eq!(reply(store).await.state.status, Status::Verified);
    // What the site shows is looked at once: the same answer means nothing new.
    save(store, &answered(&awful, "Sorry, Bob! Which version is it?"), at(3)).await;
    assert_eq!(audited(store).await, "open draft approve send verify");
    let rows = [reply(store).await.mention];
    let statuses = Reply::statuses(&mut store.connection().await.unwrap(), &rows).await.unwrap();
    assert_eq!(statuses[&rows[0]], Status::Verified);
}

async fn what_others_answered_at_the_site_waits_no_more(store: &Store) {
    let awful = review("1", "Bob", "Awful, it broke", 2.0);
    save(store, &awful, at(0)).await;
    act(store, "ann", Action::Claim, at(0)).await.unwrap();
    save(store, &answered(&awful, "We called you."), at(1)).await;
    assert_eq!(reply(store).await.state.status, Status::Answered);
    assert_eq!(audited(store).await, "open claim answer");
}

async fn a_lowered_rating_reopens_and_a_raised_one_is_the_outcome(store: &Store) {
    let three = review("1", "Bob", "Awful, it broke", 3.0);
    save(store, &three, at(0)).await;
    send(store, "Sorry!", at(1)).await;
    save(store, &Mention { rating: Rating::new(5.0, 1.0, 5.0), ..three.clone() }, at(2)).await;
    let raised = reply(store).await;
    assert_eq!((raised.state.status, raised.stars_before, raised.stars_after), (Status::Sent, Some(3.0), Some(5.0)));
    save(store, &Mention { rating: Rating::new(2.0, 1.0, 5.0), ..three.clone() }, at(3)).await;
    let lowered = reply(store).await;
    assert_eq!((lowered.state.status, lowered.stars_after), (Status::Waiting, Some(2.0)));
    assert_eq!(lowered.state.reason.as_deref(), Some("lowered the rating from 5 to 2 stars"));
    assert_eq!(audited(store).await, "open draft approve send outcome outcome hear");
    let summary = replies::summary(&mut store.connection().await.unwrap(), at(0), at(100)).await.unwrap();
    assert_eq!((summary.sent, summary.lowered, summary.overdue), (1, 1, 1));
}

async fn an_edit_takes_back_an_approval_and_a_new_verdict_withdraws(store: &Store) {
    let awful = review("1", "Bob", "Awful, it broke", 3.0);
    save(store, &awful, at(0)).await;
    for action in [Action::Draft { text: "Sorry!".to_owned(), template: None }, Action::Approve] {
        act(store, "ann", action, at(0)).await.unwrap();
    }
    save(store, &Mention { text: "Awful, it broke twice".to_owned(), ..awful.clone() }, at(1)).await;
    assert_eq!(reply(store).await.state.status, Status::Drafted);
    assert_eq!(act(store, "ann", Action::Send, at(1)).await.unwrap_err().to_string(), "it is drafted; only what is approved can be sent");
    save(store, &review("2", "Cy", "Awful, slow", 3.0), at(1)).await;
    let waiting = Reply::with_status(&mut store.connection().await.unwrap(), &[Status::Waiting]).await.unwrap();
    let rows = [waiting[0].mention];
    let mut tx = store.begin().await.unwrap();
    let stored = tx.load(&rows).await.unwrap().remove(0);
    let neutral = judge(&Mention::new("Fine").unwrap());
    tx.rejudge(&[stored.row], |_| neutral.clone()).await.unwrap();
    let again = tx.load(&rows).await.unwrap();
    replies::reconsider(&mut tx, &again, &desk(), at(2)).await.unwrap();
    tx.commit().await.unwrap();
    let withdrawn = Reply::to(&mut store.connection().await.unwrap(), rows[0]).await.unwrap().unwrap();
    assert_eq!(withdrawn.state.status, Status::Withdrawn);
}

async fn the_customer_who_writes_again_reopens_and_our_own_answer_verifies(store: &Store) {
    let talk = |id: &str, author: &str, text: &str, parent: Option<&str>| Mention {
        context: Context { thread: Some("t".to_owned()), parent: parent.map(str::to_owned), ..Context::default() },
        ..review(id, author, text, 3.0)
    };
    save(store, &talk("1", "Bob", "Awful, it broke", None), at(0)).await;
    send(store, "Sorry! Which version?", at(1)).await;
    save(store, &talk("2", "Bob", "Version seven, on a rainy day", Some("9")), at(2)).await;
    let reopened = reply(store).await;
    assert_eq!(reopened.state.status, Status::Waiting);
    assert!(reopened.state.reason.unwrap().starts_with("wrote again"));
    save(store, &talk("3", "Dee", "I wonder about it as well", Some("1")), at(3)).await;
    send(store, "Version eight mends that.", at(4)).await;
    save(store, &talk("4", "Acme team", "Version eight mends that.", Some("1")), at(5)).await;
    assert_eq!(reply(store).await.state.status, Status::Verified);
    assert_eq!(audited(store).await, "open draft approve send hear draft approve send verify");
}

async fn the_same_text_goes_to_a_site_once_in_a_row_and_a_stale_write_is_refused(store: &Store) {
    save(store, &review("1", "Bob", "Awful, it broke", 3.0), at(0)).await;
    let seen = reply(store).await;
    act(store, "ann", Action::Claim, at(0)).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let stands = Reply::to(tx.connection(), seen.mention).await.unwrap().unwrap();
    let stale = replies::act(&mut tx, stands, Action::Claim, Actor { who: "bo", seen: Some(seen.version) }, &desk(), at(1)).await;
    let told = stale.unwrap_err().to_string();
    assert_eq!(told, "it was changed since version 1 was read: ann claimed it on 2026-03-10 12:00 UTC; look at it again");
    drop(tx);
    send(store, "Sorry!  We look into it.", at(0)).await;
    save(store, &review("2", "Cy", "Awful, slow", 3.0), at(1)).await;
    let other = Reply::with_status(&mut store.connection().await.unwrap(), &[Status::Waiting]).await.unwrap().remove(0);
    let mut tx = store.begin().await.unwrap();
    let again = Action::Draft { text: "Sorry! We look into it.".to_owned(), template: None };
    let refused = replies::act(&mut tx, other, again, Actor { who: "ann", seen: None }, &desk(), at(1)).await.unwrap_err();
    assert_eq!(refused.downcast::<Refusal>().unwrap(), Refusal::SameAgain { site: "shop.example".to_owned() });
}

async fn two_mentions_that_are_one_keep_the_reply_that_is_further_on(store: &Store) {
    let text = "Great, and then a long tale of how it saved my day, my week and in the end my whole year at work";
    let first = Mention { url: Some("https://one.example/a".parse().unwrap()), ..review("1", "Bob", text, 5.0) };
    let second = Mention { text: text.replace("long tale", "story"), ..review("2", "Eve", text, 5.0) };
    save(store, &first, at(0)).await;
    save(store, &second, at(0)).await;
    let open = Reply::with_status(&mut store.connection().await.unwrap(), &[Status::Waiting]).await.unwrap();
    assert_eq!(open.len(), 2);
    // The younger one has come further.
    let further = open.into_iter().max_by_key(|reply| reply.mention).unwrap();
    let (id, mut tx) = (further.id, store.begin().await.unwrap());
    let draft = Action::Draft { text: "Thank you, Eve!".to_owned(), template: None };
    replies::act(&mut tx, further, draft, Actor { who: "ann", seen: None }, &desk(), at(0)).await.unwrap();
    tx.commit().await.unwrap();
    let both = Mention { text: text.to_owned(), own_id: Some("2".to_owned()), author: Author::named("Bob"), ..second };
    save(store, &both, at(1)).await;
    let mentions = store.counts().await.unwrap().mentions;
    let left = Reply::with_status(&mut store.connection().await.unwrap(), &Status::ALL).await.unwrap();
    assert_eq!(i64::try_from(left.len()).unwrap(), mentions, "a reply for each mention and no more");
    assert!(left.iter().any(|reply| reply.id == id && reply.state.draft.is_some()), "what people did is kept");
}

async fn a_claim_lapses_when_its_lease_ends(store: &Store) {
    save(store, &review("1", "Bob", "Awful, it broke", 1.0), at(0)).await;
    act(store, "ann", Action::Claim, at(0)).await.unwrap();
    let mut connection = store.connection().await.unwrap();
    assert!(!replies::needs_tending(&mut connection, &desk(), at(0)).await.unwrap());
    assert!(replies::needs_tending(&mut connection, &desk(), at(1)).await.unwrap());
    drop(connection);
    let mut tx = store.begin().await.unwrap();
    assert_eq!(replies::tend(&mut tx, &desk(), at(1)).await.unwrap().lapsed, 1);
    tx.commit().await.unwrap();
    assert_eq!(reply(store).await.priority(at(1)).words, "urgent: complaint with 1 of 5 stars, due in 3 hours");
    assert_eq!(replies::due(&mut store.connection().await.unwrap(), at(4)).await.unwrap().len(), 1);
    assert_eq!(audited(store).await, "open claim lapse");
}

/// People and the site do anything in any order, some with what they saw long ago: what is done is in the audit, what is stale
/// or out of place changes nothing.
async fn whatever_is_tried_is_in_the_audit_or_changed_nothing(store: &Store) {
    save(store, &review("1", "Bob", "Awful, it broke", 1.0), at(0)).await;
    let mut seed: u64 = 7;
    // A small generator of its own: the same steps on every database.
    let mut any = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % below
    };
    let (mut done, mut stale, mut refused) = (0, 0, 0);
    for step in 0..250 {
        let words = format!("Text {step}");
        let reason = words.clone();
        let action = match any(16) {
            0 => Action::Claim,
            1 => Action::Release,
            2 | 3 => Action::Draft { text: words, template: None },
            4 | 5 => Action::Approve,
            6 => Action::Reject { reason },
            7 => Action::Send,
            8 => Action::Post { text: words, by: "bo".to_owned() },
            9 => Action::Revise { text: words },
            10 => Action::Retract { reason },
            11 => Action::Verify,
            12 => Action::Refuse { reason },
            13 => Action::Dismiss { reason },
            14 => Action::Reopen { reason },
            _ => Action::Hear { what: reason },
        };
        let before = reply(store).await;
        let old = any(4) == 0;
        let seen = Some(if old { before.version - 1 } else { before.version });
        let mut tx = store.begin().await.unwrap();
        let actor = Actor { who: ["ann", "bo"][any(2)], seen };
        let acted = replies::act(&mut tx, before.clone(), action, actor, &desk(), at(step / 10)).await;
        match acted {
            Ok(after) => {
                tx.commit().await.unwrap();
                assert!(!old, "what was stale was done");
                assert_eq!(after.version, before.version + 1);
                done += 1;
            }
            Err(error) => {
                drop(tx);
                let is_stale = matches!(error.downcast::<Refusal>().unwrap(), Refusal::Stale { .. });
                assert_eq!(is_stale, old, "whoever saw an old version is told what changed");
                (stale, refused) = (stale + usize::from(is_stale), refused + usize::from(!is_stale));
                assert_eq!(reply(store).await, before, "what is refused changes nothing");
            }
        }
    }
    let entries = Entry::of_mention(&mut store.connection().await.unwrap(), reply(store).await.mention).await.unwrap();
    assert_eq!(entries.len(), done + 1, "the opening and all that was done");
    audited(store).await;
    assert!(done > 50 && stale > 30 && refused > 50, "{done} {stale} {refused}");
}

async fn what_was_done_is_narrowed(store: &Store) {
    save(store, &review("1", "Bob", "Awful, it broke", 1.0), at(0)).await;
    act(store, "Ann", Action::Claim, at(0)).await.unwrap();
    act(store, "Ann", Action::Dismiss { reason: "100% Spam".to_owned() }, at(1)).await.unwrap();
    let mut connection = store.connection().await.unwrap();
    let all = replies::Which { who: None, action: None, mention: None, saying: None, period: (at(-9), at(9)) };
    let row = reply(store).await.mention;
    for (which, want) in [
        (all, vec!["Dismiss", "Claim", "Open"]),
        (replies::Which { who: Some("ann"), ..all }, vec!["Dismiss", "Claim"]),
        (replies::Which { action: Some("claim"), mention: Some(row), ..all }, vec!["Claim"]),
        (replies::Which { mention: Some(row + 1), ..all }, vec![]),
        (replies::Which { saying: Some("100% spam"), ..all }, vec!["Dismiss"]),
        (replies::Which { period: (at(0), at(1)), ..all }, vec!["Claim", "Open"]),
    ] {
        let found = Entry::newest(&mut connection, which, 10).await.unwrap();
        let found: Vec<String> = found.iter().map(|entry| format!("{:?}", entry.action)).collect();
        assert!(found.len() == want.len() && found.iter().zip(&want).all(|(found, want)| found.starts_with(want)), "{which:?}: {found:?}");
    }
    people::note(&mut connection, at(0), "Ann", "role", "Bob: viewer").await.unwrap();
    let which = |who, what, about| people::Which { who, what, about, period: (at(-9), at(9)) };
    for (which, want) in [
        (which(None, None, None), 1),
        (which(Some("ANN"), Some("role"), Some("bob")), 1),
        (which(Some("bob"), None, None), 0),
        (people::Which { period: (at(1), at(9)), ..which(None, None, None) }, 0),
    ] {
        assert_eq!(people::noted(&mut connection, which, 10).await.unwrap().len(), want, "{which:?}");
    }
}

on_every_database!(
    a_reply_opens_is_sent_and_is_seen_at_its_site,
    what_others_answered_at_the_site_waits_no_more,
    a_lowered_rating_reopens_and_a_raised_one_is_the_outcome,
    an_edit_takes_back_an_approval_and_a_new_verdict_withdraws,
    the_customer_who_writes_again_reopens_and_our_own_answer_verifies,
    the_same_text_goes_to_a_site_once_in_a_row_and_a_stale_write_is_refused,
    two_mentions_that_are_one_keep_the_reply_that_is_further_on,
    a_claim_lapses_when_its_lease_ends,
    whatever_is_tried_is_in_the_audit_or_changed_nothing,
    what_was_done_is_narrowed,
    what_is_counted_is_what_stands_in_the_queue,
);

/// Lines of JSON: id, author, day, text, stars.
fn lines(mentions: impl IntoIterator<Item = (String, String, &'static str, u8)>) -> String {
    let mut out = String::new();
    for (id, day, text, stars) in mentions {
        writeln!(out, "{{\"id\":\"{id}\",\"author\":\"Author {id}\",\"published\":\"{day}\",\"text\":\"{text} {id}\",\"rating\":{stars}}}")
            .unwrap();
    }
    out
}

async fn import(app: &App, text: &str) {
    let done = app.import("m.jsonl", text.as_bytes(), "reviews", &Columns::default(), |error| panic!("{error:?}")).await.unwrap();
    assert_eq!(done.refused, 0);
}

async fn installation() -> TestApp {
    TestApp::with_sources(&feed("forum", "http://127.0.0.1:9/feed")).await
}

async fn some(test: &TestApp) {
    let mentions =
        [("m1", "Acme Desk crashes", 1), ("m2", "Acme Desk is easy to use", 5), ("m3", "Rival crashes", 1), ("m4", "Acme Desk, hm", 3)];
    import(&test.app, &lines(mentions.map(|(id, text, stars)| (id.to_owned(), "2026-03-09".to_owned(), text, stars)))).await;
}

async fn found(test: &TestApp, query: &str) -> usize {
    test.app.catch_up(&ProgressBar::hidden()).await.unwrap();
    let request = SearchRequest { query: query.to_owned(), ..SearchRequest::default() };
    test.app.search(&request).await.unwrap().total
}

fn draft(text: &str) -> Action {
    Action::Draft { text: text.to_owned(), template: None }
}

#[tokio::test]
async fn the_index_knows_where_replies_stand() {
    let test = installation().await;
    some(&test).await;
    assert_eq!((found(&test, "status:waiting").await, found(&test, "is:answered").await), (2, 0));
    let ann = Actor { who: "ann", seen: None };
    for action in [draft("Thank you!"), Action::Approve, Action::Send] {
        test.app.act_on_reply("m2", action, ann).await.unwrap();
    }
    assert_eq!((found(&test, "status:sent").await, found(&test, "is:answered").await, found(&test, "is:unanswered").await), (1, 1, 3));
    // A correction that changes the verdict withdraws what waits, and taking it back opens it again.
    test.app.correct("m1", None, Says::Verdict(Verdict::Neutral), None).await.unwrap();
    assert_eq!(found(&test, "status:waiting").await, 0);
    test.app.undo_correction("m1", 1).await.unwrap();
    assert_eq!(found(&test, "status:waiting").await, 1);
    // What the rules left out is put into the queue by hand, and stays there.
    test.app.act_on_reply("m3", Action::Reopen { reason: "worth a word".to_owned() }, ann).await.unwrap();
    test.app.retag_all(&ProgressBar::hidden()).await.unwrap();
    assert_eq!(found(&test, "status:waiting").await, 2);
    test.end().await;
}

#[tokio::test]
async fn a_table_comes_back_row_by_row_and_stale_rows_are_refused() {
    for form in [Form::Csv, Form::JsonLines, Form::Xlsx] {
        let test = installation().await;
        some(&test).await;
        let (_, queued) = test.app.queue(&QueueRequest::default()).await.unwrap();
        assert_eq!(queued.iter().map(|queued| &*queued.stored.id).collect::<Vec<_>>(), ["m1", "m2"]);
        let mut sheet = test.app.queue_sheet(&queued);
        assert!(sheet.rows[0].iter().any(|cell| cell == "“crashes” (complaint, reliability, Acme Desk)"), "{sheet:?}");
        let column = |name: &str| sheet.columns.iter().position(|column| *column == name).unwrap();
        let (status, text) = (column("status"), column("draft"));
        for (row, words) in [(0, "=Sorry!"), (1, "Thank you!")] {
            sheet.rows[row][status] = "approved".into();
            sheet.rows[row][text] = words.into();
        }
        // Somebody takes the second up before the table is back.
        test.app.act_on_reply("m2", Action::Claim, Actor { who: "bo", seen: None }).await.unwrap();
        let name = match form {
            Form::Csv | Form::MarkedCsv => "queue.csv",
            Form::JsonLines => "queue.jsonl",
            Form::Xlsx => "queue.xlsx",
        };
        let ann = test.app.staff_named("ann").await.unwrap();
        let taken = test.app.import_as(&ann, name.as_ref(), &sheet.write(form).unwrap()).await.unwrap();
        assert_eq!(taken[0].done, ["drafted", "approved"], "{taken:?}");
        assert!(taken[1].refused.as_ref().unwrap().contains("bo claimed it"), "{taken:?}");
        let approved = test.app.queued("m1").await.unwrap().reply.state;
        assert_eq!((approved.status, approved.draft.unwrap().text.as_str()), (Status::Approved, "=Sorry!"));
        assert_eq!(test.app.queued("m2").await.unwrap().reply.state.status, Status::Claimed);
        // A row of before it was dismissed is no wish to reopen it.
        let old = test.app.queue_sheet(&[test.app.queued("m2").await.unwrap()]).write(form).unwrap();
        test.app.act_on_reply("m2", Action::Dismiss { reason: "spam".to_owned() }, Actor { who: "bo", seen: None }).await.unwrap();
        let taken = test.app.import_as(&ann, name.as_ref(), &old).await.unwrap();
        assert!(taken[0].refused.as_ref().unwrap().contains("bo dismissed it"), "{taken:?}");
        test.end().await;
    }
}

#[tokio::test]
async fn leave_to_quote_is_asked_noted_and_kept() {
    let test = installation().await;
    std::fs::write(test.dir().join("replies.toml"), include_str!("../../src/config/replies.starter.toml")).unwrap();
    let test = test.reopened().await;
    some(&test).await;
    let queued = test.app.queued("m2").await.unwrap();
    let texts = test.app.reply_texts(&queued, Some("ask-to-quote")).await.unwrap();
    assert!(texts[0].text.contains("“easy to use”") && texts[0].text.contains("Author"), "{texts:?}");
    let ann = Actor { who: "ann", seen: None };
    let text = Action::Draft { text: texts[0].text.clone(), template: Some(texts[0].template.clone()) };
    for action in [text, Action::Approve, Action::Send] {
        test.app.act_on_reply("m2", action, ann).await.unwrap();
    }
    assert_eq!(test.app.quotes(Some(Leave::Asked)).await.unwrap()[0].id, "m2");
    let wrong = test.app.note_quote("m2", Leave::Cleared, Some("the best ever"), "ann", None).await.unwrap_err();
    assert!(wrong.to_string().contains("does not say"));
    // Whoever is asked next there is asked in the same words but for the name only if there are no others.
    let karl = "{\"id\":\"m5\",\"author\":\"Karl K\",\"published\":\"2026-03-09\",\"text\":\"Acme Desk is easy to use, says Karl\"}\n";
    import(&test.app, karl).await;
    let again = test.app.reply_texts(&test.app.queued("m5").await.unwrap(), Some("ask-to-quote")).await.unwrap();
    assert_eq!(again.len(), texts.len());
    assert!(again[0].text.starts_with("What a kind thing to say"), "{again:?}");
    assert!(again[1].text.starts_with("Thank you, Karl! May we quote you"), "{again:?}");
    test.app.note_quote("m2", Leave::Cleared, Some("easy to use"), "ann", Some("mail".to_owned())).await.unwrap();
    let cleared = test.app.quotes(Some(Leave::Cleared)).await.unwrap();
    assert_eq!((cleared.len(), cleared[0].quote.words.as_str(), cleared[0].changed), (1, "easy to use", false));
    test.end().await;
}

/// A person who works through the queue, in a process of their own: takes up what is free, and does with it what comes next.
async fn work(app: &App, who: &str, other: &str) -> usize {
    let (mut sent, actor) = (0, Actor { who, seen: None });
    let (_, queued) = app.queue(&QueueRequest::default()).await.unwrap();
    for (number, item) in queued.iter().enumerate() {
        let id = &item.stored.id;
        let words = format!("{who} answers {id} in her own words, number {number}");
        let steps = [Action::Claim, Action::Draft { text: words, template: None }, Action::Approve, Action::Send];
        for step in steps {
            let is_send = step == Action::Send;
            match app.act_on_reply(id, step, actor).await {
                Ok(_) => sent += usize::from(is_send),
                Err(error) => {
                    let refusal = error.downcast::<Refusal>().expect("only what somebody else did stands in the way");
                    let by_other = matches!(&refusal, Refusal::Claimed { by, .. } if by == other);
                    assert!(by_other || matches!(refusal, Refusal::Status { .. }), "{refusal}");
                    break;
                }
            }
            tokio::task::yield_now().await;
        }
    }
    sent
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_week_with_two_workers_and_two_people_answers_everything_once() {
    let test = installation().await;
    let second = Arc::new(App::open(test.dir(), test.clock.clone()).await.unwrap());
    let mut sent = 0;
    for day in 10..17 {
        let said = [("Acme Desk crashes", 2), ("Acme Desk is easy to use", 5), ("Rival is great", 5), ("Acme Desk is broken", 1)];
        let text = lines((0..12).map(|number| {
            let (text, stars) = said[number % said.len()];
            (format!("d{day}n{number}"), format!("2026-03-{day}"), text, stars)
        }));
        // Both hear the same, as two machines on one store do.
        let (here, there) = (&test.app, &second);
        tokio::join!(import(here, &text), import(there, &text), async { here.tend_replies().await.unwrap() }, async {
            there.tend_replies().await.unwrap()
        });
        let (here, there) = (Arc::clone(&test.app), Arc::clone(&second));
        let people =
            (tokio::spawn(async move { work(&here, "ann", "bo").await }), tokio::spawn(async move { work(&there, "bo", "ann").await }));
        sent += people.0.await.unwrap() + people.1.await.unwrap();
        test.later(Duration::from_secs(86_400));
    }
    sent += work(&test.app, "ann", "bo").await;
    let mut connection = test.app.store().connection().await.unwrap();
    let all = Reply::with_status(&mut connection, &Status::ALL).await.unwrap();
    assert_eq!((all.len(), sent), (7 * 9, 7 * 9));
    for reply in &all {
        let entries = Entry::of_mention(&mut connection, reply.mention).await.unwrap();
        replays(&entries, reply);
        assert_eq!(reply.state.status, Status::Sent);
        assert_eq!(entries.iter().filter(|entry| entry.action == Action::Open { why: reply.lane.to_string() }).count(), 1);
        assert_eq!(entries.iter().filter(|entry| entry.action == Action::Send).count(), 1);
        assert_eq!(i64::try_from(entries.len()).unwrap(), reply.version, "every change is in the audit");
    }
    drop(connection);
    second.close().await;
    assert_eq!(found(&test, "status:sent").await, 7 * 9);
    test.end().await;
}

#[tokio::test]
async fn who_was_replied_to_is_set_against_who_was_not() {
    let test = installation().await;
    some(&test).await;
    assert_eq!(test.app.replied().await.unwrap(), None);
    for action in [draft("Sorry!"), Action::Approve, Action::Send] {
        test.app.act_on_reply("m1", action, Actor { who: "ann", seen: None }).await.unwrap();
    }
    test.later(Duration::from_secs(86_400));
    let again = "{\"id\":\"m1\",\"author\":\"Author m1\",\"published\":\"2026-03-09\",\"text\":\"Acme Desk crashes m1\",\"rating\":4}\n\
        {\"id\":\"m9\",\"author\":\"Author m1\",\"published\":\"2026-03-11\",\"text\":\"It is better now\"}\n";
    import(&test.app, again).await;
    let told = test.app.replied().await.unwrap().unwrap();
    assert_eq!((told.replied.people, told.replied.wrote_again, told.replied.rose), (1, 1, 1));
    assert_eq!((told.not.people, told.not.wrote_again), (1, 0));
    test.end().await;
}

#[tokio::test]
async fn a_stopped_clock_opens_nothing_that_is_old() {
    let test = installation().await;
    let clock: &Clock = test.app.clock();
    assert_eq!(clock.now(), at(0));
    import(&test.app, &lines([("old".to_owned(), "2026-01-01".to_owned(), "Acme Desk crashes", 1)])).await;
    assert!(matches!(test.app.queued("old").await.unwrap_err().downcast::<Refusal>().unwrap(), Refusal::NotQueued));
    test.end().await;
}

#[test]
fn the_examples_of_the_documentation_are_valid() {
    let document = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/replies.md")).unwrap();
    let blocks =
        document.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).filter(|block| !block.contains("[posting."));
    let blocks: Vec<&str> = blocks.collect();
    assert_eq!(blocks.len(), 3);
    let test = tempfile::tempdir().unwrap();
    crate::harness::write_files(test.path(), "");
    std::fs::write(test.path().join("settings.toml"), format!("{}\n{}", blocks[0], blocks[1])).unwrap();
    std::fs::write(test.path().join("replies.toml"), blocks[2]).unwrap();
    let config = goodword::config::Config::read(test.path());
    assert_eq!(config.problems, []);
    assert_eq!(config.settings.replies.names(), ["ann", "bo", "cy", "lin", "mia"]);
    assert!(config.settings.replies.queue.four_eyes);
    assert_eq!(config.templates.names(), ["thank-at-the-store"]);
}
