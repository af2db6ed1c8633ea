//! Alerts that go to whoever is on duty, that tell of deadlines, spikes and secrets, and what a receiver that hangs, a killed
//! process and an erasure do to them.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use goodword::app::{NewSearch, Whose};
use goodword::notify::State;
use goodword::searches::Alerting;
use goodword::store::Store;
use serde_json::json;
use sqlx::Row;

use crate::database::installed_on_every_database;
use crate::harness::{Site, TestApp, write_files};
use crate::receiver::{Receiver, Running, destination, goodword, import, review, until, with_settings};

const DAY: Duration = Duration::from_hours(24);

/// A team with people of their own for days off, and somebody above them.
const TEAM: &str = r#"
[mail]
transport = "memory"

[[team]]
name = "support"
members = ["ann", "bo"]
weekdays = "mon-fri"
hours = "09:00-17:00"
weekend = ["wil"]
escalate_to = "mia"
escalate_before = "30m"

[[person]]
name = "ann"
mail = "ann@acme.example"

[[person]]
name = "bo"
mail = "bo@acme.example"

[[person]]
name = "wil"
mail = "wil@acme.example"

[[person]]
name = "mia"
mail = "mia@acme.example"
"#;

/// The recipients and subjects of the mails that were sent.
fn mails(test: &TestApp) -> Vec<(String, String)> {
    let header = |mail: &str, name: &str| {
        let line = mail.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        line.trim().to_owned()
    };
    test.app.mails().mails().iter().map(|mail| (header(mail, "To:"), header(mail, "Subject:"))).collect()
}

async fn a_one_star_review_reaches_whoever_is_on_duty_on_a_saturday_and_once(store: &str) {
    let rule = "[[alert]]\nname = \"one-star\"\nwhen = \"rating\"\nto = \"@route\"\n";
    let test = with_settings(&format!("{store}{TEAM}\n{rule}")).await;
    import(&test, 0, 1).await;
    test.later(4 * DAY);
    import(&test, 1, 2).await;
    assert_eq!(test.app.deliver().await.unwrap().sent, 3);
    let to: Vec<String> = mails(&test).into_iter().map(|(to, _)| to).collect();
    assert_eq!(to, ["ann@acme.example", "wil@acme.example", "wil@acme.example"], "a Tuesday, then a Saturday");
    import_again(&test).await;
    assert_eq!(test.app.deliver().await.unwrap().sent, 0, "nothing is told twice");
    test.end().await;
}

/// The same reviews again, with what only now becomes known of them.
async fn import_again(test: &TestApp) {
    let rows: Vec<String> = (0..3)
        .map(|number| {
            let text = format!("Acme Desk number {number} crashes <b>&\"all\"</b>");
            json!({"id": format!("r{number}"), "text": text, "rating": 1, "author": "Ann", "published": "2026-03-10"}).to_string()
        })
        .collect();
    let columns = goodword::sources::Columns::default();
    test.app.import("reviews.jsonl", rows.join("\n").as_bytes(), "shop", &columns, |error| panic!("{error:?}")).await.unwrap();
}

async fn a_burst_goes_to_one_person_as_ten_and_a_summary(store: &str) {
    let rule = "[[alert]]\nname = \"one-star\"\nwhen = \"rating\"\nto = \"@route\"\n";
    let test = with_settings(&format!("{store}{TEAM}\n{rule}")).await;
    test.later(4 * DAY);
    import(&test, 0, 40).await;
    assert_eq!(test.app.deliver().await.unwrap().sent, 10);
    test.later(Duration::from_mins(15));
    assert_eq!(test.app.deliver().await.unwrap().sent, 1);
    let (to, subject) = mails(&test).pop().unwrap();
    assert_eq!(to, "wil@acme.example");
    assert!(subject.contains("30_more") || subject.contains("30 more"), "{subject}");
    test.end().await;
}

#[tokio::test]
async fn a_mention_that_nobody_is_named_for_is_stuck_and_seen() {
    let settings = "[[alert]]\nname = \"one-star\"\nwhen = \"rating\"\nto = \"@route\"\n\
        [[person]]\nname = \"li\"\nmail = \"li@acme.example\"\n[[route]]\nlang = \"zh\"\nto = \"li\"\n";
    let test = with_settings(settings).await;
    import(&test, 0, 1).await;
    assert_eq!(test.app.deliver().await.unwrap().stuck, 1);
    let reason = test.app.outgoing(Some(State::Stuck), 1).await.unwrap().remove(0).reason.unwrap();
    assert!(reason.contains("names nobody who can be reached"), "{reason}");
    test.end().await;
}

#[tokio::test]
async fn what_does_not_fit_between_alerts_and_people_is_told() {
    let folder = tempfile::tempdir().unwrap();
    write_files(folder.path(), "");
    let text = "[[alert]]\nname = \"a\"\nwhen = \"spike\"\nto = \"@route\"\n\n[[person]]\nname = \"bo\"\nmail = \"bo\"\n\n\
        [[person]]\nname = \"cy\"\ndestination = \"phone\"\n\n[[person]]\nname = \"ann\"\n\n\
        [[destination]]\nname = \"@desk\"\nkind = \"webhook\"\nurl = \"https://example.com\"\ntimeout = \"10m\"\n";
    std::fs::write(folder.path().join("settings.toml"), text).unwrap();
    let problems: Vec<String> = goodword::config::Config::read(folder.path()).problems.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(problems.join("\n"), @r#"
    settings.toml: person `bo`: `mail`: `…` is not a mail address: Invalid input; write `ann@example.com`
    settings.toml: person `cy`: there is no destination `phone`; add a `[[destination]]` of this name
    settings.toml: alert `a`: `@route` is whoever answers a mention, and this alert is about none; name a destination
    settings.toml: alert `a`: `@route` goes to nobody: there is no routing; add a `[[team]]` or `[[route]]`; see docs/replies.md
    settings.toml: person `ann`: cannot be reached, and the alert `a` goes to `@route`; add `mail = "…"` or `destination = "…"` to their `[[person]]`
    settings.toml:17: destination `@desk`: names with `@` stand for people; give it another name
    settings.toml:17: destination `@desk`: `timeout` lies between `1s` and `2m`; write `timeout = "10s"`
    "#);
}

async fn a_deadline_is_told_once_when_it_nears_and_once_more_to_whoever_takes_over(store: &str) {
    let receiver = Receiver::default();
    let url = receiver.serve().await;
    let rule = "[[alert]]\nname = \"due\"\nwhen = \"deadline\"\nbefore = \"1h\"\nto = [\"@route\", \"webhook\"]\n\
        [[alert]]\nname = \"late\"\nwhen = \"deadline\"\nto = \"webhook\"\nproduct = \"Rival\"\n";
    let test = with_settings(&format!("{store}{TEAM}\n{}\n{rule}", destination("webhook", &url, ""))).await;
    test.later(4 * DAY);
    // On a Saturday at noon: due at four.
    import(&test, 0, 1).await;
    let mut told = Vec::new();
    for (later, want) in [(0, 0), (185, 2), (10, 0), (20, 2), (40, 0), (24 * 60, 0)] {
        test.later(Duration::from_mins(later));
        assert_eq!(test.app.tell_of_upkeep().await.unwrap(), want, "after {later} more minutes");
        assert_eq!(test.app.tell_of_upkeep().await.unwrap(), 0);
        test.app.deliver().await.unwrap();
        told.push(want);
    }
    let subjects: Vec<String> = receiver.seen().iter().map(|seen| seen.json()["data"]["subject"].as_str().unwrap().to_owned()).collect();
    assert_eq!(subjects, ["Acme Desk: reply due in 55m · shop", "Acme Desk: reply due in 25m, handed on · shop"]);
    let facts = receiver.seen()[1].json()["data"]["facts"].clone();
    assert_eq!((&facts["lane"], &facts["with"]), (&json!("urgent"), &json!("mia")));
    let to: Vec<String> = mails(&test).into_iter().map(|(to, _)| to).collect();
    assert_eq!(to, ["wil@acme.example", "mia@acme.example"]);
    test.end().await;
}

async fn a_spike_and_a_secret_about_to_expire_reach_a_webhook_once(store: &str) {
    let receiver = Receiver::default();
    let url = receiver.serve().await;
    let rules = "[[alert]]\nname = \"wave\"\nwhen = \"spike\"\nto = \"webhook\"\n[[alert]]\nname = \"keys\"\nwhen = \"credential\"\nto = \"webhook\"\n";
    let secret = "secret = { file = \"key\", expires = \"2026-03-16\" }";
    let test = with_settings(&(store.to_owned() + &destination("webhook", &url, secret) + rules)).await;
    let lines = |days: &[String], text: &str, source: &str| -> String {
        let line = |(place, day): (usize, &String)| json!({"id": format!("{source}{place}"), "author": format!("A {place}"), "published": day, "text": text});
        days.iter().enumerate().map(|line_of| line(line_of).to_string() + "\n").collect()
    };
    let today = "2026-03-10".parse().unwrap();
    let history: Vec<String> = (1..=62).map(|ago| goodword::insight::days_before(today, ago).to_string()).collect();
    let wave = vec!["2026-03-10".to_owned(); 9];
    for (days, text, source) in [(&history, "Acme Desk crashes", "reviews"), (&wave, "Acme Desk crashes on export", "tickets")] {
        let columns = goodword::sources::Columns::default();
        let text = lines(days, text, source);
        test.app.import("m.jsonl", text.as_bytes(), source, &columns, |error| panic!("{error:?}")).await.unwrap();
        test.search("").await;
        test.app.find_spikes(goodword::insight::days_before(today, 1)).await.unwrap();
    }
    assert_eq!((test.app.fill_outbox().await.unwrap(), test.app.fill_outbox().await.unwrap()), (1, 0));
    assert_eq!((test.app.tell_of_upkeep().await.unwrap(), test.app.tell_of_upkeep().await.unwrap()), (1, 0), "six days ahead");
    test.later(3 * DAY);
    assert_eq!(test.app.tell_of_upkeep().await.unwrap(), 1, "three days ahead it is told again");
    assert_eq!(test.app.deliver().await.unwrap().sent, 3);
    let told: Vec<(String, String)> = receiver
        .seen()
        .iter()
        .map(|seen| (seen.json()["type"].as_str().unwrap().to_owned(), seen.json()["data"]["subject"].as_str().unwrap().to_owned()))
        .collect();
    assert_eq!(told[0].0, "goodword.spike");
    assert_eq!(told[0].1, "Acme Desk · reliability: unusually many mentions");
    assert!(told[1..].iter().all(|(kind, subject)| kind == "goodword.credential" && subject.contains("webhook")), "{told:?}");
    assert!(receiver.seen()[0].json()["data"]["lines"][0].as_str().unwrap().contains("9 complaints"), "{told:?}");
    test.app.close().await;
}

/// A service that takes the first `held` requests and never answers them, and answers the others at once.
async fn hanging(held: usize) -> (String, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let answer = move || {
        let counted = Arc::clone(&counted);
        async move {
            if counted.fetch_add(1, Ordering::SeqCst) < held {
                std::future::pending::<()>().await;
            }
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await.unwrap() });
    (url, asked)
}

#[tokio::test]
async fn a_receiver_that_never_answers_is_left_and_tried_again() {
    let (url, asked) = hanging(1).await;
    let test = with_settings(&destination("webhook", &url, "timeout = \"1s\"")).await;
    test.app.queue_trial("webhook").await.unwrap();
    let began = Instant::now();
    let delivered = test.app.deliver().await.unwrap();
    assert_eq!((delivered.sent, delivered.again, delivered.stuck), (0, 1, 0));
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    let reason = test.app.outgoing(None, 1).await.unwrap().remove(0).reason.unwrap();
    assert!(reason.contains("time"), "{reason}");
    test.later(Duration::from_secs(20));
    assert_eq!(test.app.deliver().await.unwrap().sent, 1);
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    test.end().await;
}

/// An installation that listens to one shop, and tells a webhook of one star.
fn shop(folder: &Path, site: &str, settings: &str) {
    let sources = format!(
        "[[source]]\nname = \"shop\"\nkind = \"reviews\"\nevery = \"3s\"\nmin_interval = \"0s\"\nallow_private = true\nurl = \"{site}/reviews\"\n"
    );
    write_files(folder, &sources);
    std::fs::write(folder.join("settings.toml"), settings).unwrap();
}

fn serve(folder: &Path) -> Running {
    Running(goodword(folder).args(["serve", "--listen", "127.0.0.1:0"]).spawn().unwrap())
}

fn kill(running: &mut Running) {
    running.0.kill().unwrap();
    running.0.wait().unwrap();
}

const ONE_STAR: &str = "[[alert]]\nname = \"one-star\"\nwhen = \"rating\"\nto = \"webhook\"\n";

async fn killed_between_queueing_and_the_first_try_it_is_delivered_once(store: &str) {
    let (receiver, site) = (Receiver::default(), Site::default());
    let (hook, address) = (receiver.serve().await, site.serve().await);
    let folder = tempfile::tempdir().unwrap();
    shop(folder.path(), &format!("http://{address}"), &(store.to_owned() + &destination("webhook", &hook, "") + ONE_STAR));
    let store = match store.split('"').nth(1) {
        Some(url) => Store::connect(url).await.unwrap(),
        None => Store::open(folder.path()).await.unwrap(),
    };
    let untried = async || {
        let sql = "SELECT COUNT(*) FROM outbox WHERE state = 'waiting' AND tries = 0";
        sqlx::query(sql).fetch_one(&mut *store.connection().await.unwrap()).await.unwrap().get::<i64, _>(0)
    };
    let mut before = 0;
    // The moment between is short: where it was missed, another review gives another.
    for number in 0.. {
        assert!(number < 10, "the moment was never met");
        site.show("/reviews", review(&format!("Acme Desk crashes, for the time number {number}")));
        before = receiver.seen().len();
        let mut running = serve(folder.path());
        let began = Instant::now();
        while untried().await == 0 && receiver.seen().len() == before {
            assert!(began.elapsed() < Duration::from_secs(60), "nothing was queued");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        kill(&mut running);
        if untried().await == 1 && receiver.seen().len() == before {
            break;
        }
    }
    let _running = serve(folder.path());
    let took = until("the delivery after the kill", || receiver.seen().len() > before).await;
    assert!(took < Duration::from_secs(5), "{took:?}");
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert_eq!(receiver.seen().len(), before + 1, "once");
    store.close().await;
}

async fn killed_in_the_middle_of_a_try_it_is_delivered_at_once_by_the_next_process(store: &str) {
    let site = Site::default();
    let ((hook, asked), address) = (hanging(1).await, site.serve().await);
    let folder = tempfile::tempdir().unwrap();
    shop(folder.path(), &format!("http://{address}"), &(store.to_owned() + &destination("webhook", &hook, "") + ONE_STAR));
    site.show("/reviews", review("Acme Desk crashes all day"));
    let mut running = serve(folder.path());
    until("the first try", || asked.load(Ordering::SeqCst) == 1).await;
    kill(&mut running);
    let _running = serve(folder.path());
    let took = until("the second try", || asked.load(Ordering::SeqCst) == 2).await;
    assert!(took < Duration::from_secs(5), "nobody waits for the lease of the killed process: {took:?}");
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_one_star_review_on_a_day_off_reaches_who_is_on_duty_within_an_interval_and_two_seconds() {
    let (receiver, site) = (Receiver::default(), Site::default());
    let (hook, address) = (receiver.serve().await, site.serve().await);
    site.show("/reviews", "<html>no reviews yet</html>");
    let folder = tempfile::tempdir().unwrap();
    let today = goodword::clock::Clock::machine().now().to_zoned(jiff::tz::TimeZone::system()).date();
    let (from, until_day) = (today.yesterday().unwrap(), today.tomorrow().unwrap());
    let team = format!(
        "[[team]]\nname = \"support\"\nmembers = [\"ann\"]\nholidays = [\"{from}..{until_day}\"]\nweekend = [\"wil\"]\n\
         [[person]]\nname = \"ann\"\nmail = \"ann@acme.example\"\n[[person]]\nname = \"wil\"\ndestination = \"webhook\"\n"
    );
    let rule = ONE_STAR.replace("to = \"webhook\"", "to = \"@route\"");
    shop(folder.path(), &format!("http://{address}"), &format!("{}{rule}{team}", destination("webhook", &hook, "")));
    let _running = serve(folder.path());
    until("the first round", || site.asked("/reviews") > 0).await;
    site.show("/reviews", review("Acme Desk crashes all day"));
    let took = until("the alert", || !receiver.seen().is_empty()).await;
    assert!(took < Duration::from_secs(5), "{took:?}");
    eprintln!("a one-star review reached who is on duty after {took:?}, crawled every 3 s");
}

#[tokio::test]
async fn what_is_erased_is_taken_out_of_what_waits() {
    let rules =
        "[[alert]]\nname = \"one-star\"\nwhen = \"rating\"\nto = \"desk\"\n[[alert]]\nname = \"found\"\nwhen = \"search\"\nto = \"desk\"\n";
    let recipient = "[[recipient]]\nmail = \"reader@acme.example\"\n";
    let desk = "[[destination]]\nname = \"desk\"\nkind = \"mail\"\nto = [\"desk@acme.example\"]\n";
    let test = with_settings(&format!("{desk}{rules}{recipient}")).await;
    let search = NewSearch { name: "all".to_owned(), query: "crashes".to_owned(), alert: Alerting::Hourly, ..NewSearch::default() };
    test.app.add_search(search).await.unwrap();
    let line = |author: &str, says: &str| {
        json!({"id": author, "author": author, "rating": 1, "published": "2026-03-09", "text": format!("Acme Desk crashes, {says}")})
            .to_string()
    };
    let rows = [line("Xenia", "so Xanthippe wrote"), line("Bob", "so Bob wrote")].join("\n");
    let columns = goodword::sources::Columns::default();
    test.app.import("m.jsonl", rows.as_bytes(), "shop", &columns, |error| panic!("{error:?}")).await.unwrap();
    test.search("").await;
    test.app.match_alerts().await.unwrap();
    assert_eq!(test.app.queue_due_digests().await.unwrap(), 1);
    test.later(Duration::from_hours(1));
    assert_eq!(test.app.fill_outbox().await.unwrap(), 1, "both in one message");
    let kept = async |what: &str| {
        let sql = "SELECT COUNT(*) FROM outbox WHERE body LIKE $1 OR subject LIKE $1";
        let query = sqlx::query(sql).bind(format!("%{what}%"));
        query.fetch_one(&mut *test.app.store().connection().await.unwrap()).await.unwrap().get::<i64, _>(0)
    };
    assert_eq!((kept("Xanthippe").await, kept("so Bob").await), (3, 3));
    let whose = Whose::Author("Xenia".to_owned());
    let held = test.app.held(&whose).await.unwrap();
    test.app.erase(&whose, &held).await.unwrap();
    assert_eq!((kept("Xanthippe").await, kept("Xenia").await), (0, 0), "nothing that waits has a word of it");
    assert_eq!(kept("so Bob").await, 1, "the alert of another waits on; what quoted both has lost its quotes");
    test.search("").await;
    assert_eq!(test.app.queue_due_digests().await.unwrap(), 1, "the digest is made again, without what was erased");
    assert_eq!((kept("Xanthippe").await, kept("so Bob").await), (0, 2));
    let delivered = test.app.deliver().await.unwrap();
    assert_eq!((delivered.sent, delivered.stuck), (3, 0));
    test.end().await;
}

installed_on_every_database!(
    a_one_star_review_reaches_whoever_is_on_duty_on_a_saturday_and_once,
    a_burst_goes_to_one_person_as_ten_and_a_summary,
    a_deadline_is_told_once_when_it_nears_and_once_more_to_whoever_takes_over,
    a_spike_and_a_secret_about_to_expire_reach_a_webhook_once,
    killed_between_queueing_and_the_first_try_it_is_delivered_once,
    killed_in_the_middle_of_a_try_it_is_delivered_at_once_by_the_next_process,
);
