//! The outbox and what is put into it: throttles, quiet hours, searches and silent sources, mistakes in the settings, and the way from a
//! review to a webhook.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use goodword::notify::{Outbox, State};
use goodword::store::{Event, Kept, Store};
use serde_json::Value;

use crate::database::{Database, installed_on_every_database};
use crate::harness::{Page, Site, TestApp, write_files};
use crate::receiver::{Receiver, Running, destination, goodword, import, review, until, with_settings};

#[tokio::test]
async fn what_cannot_be_reached_waits_in_order_and_a_private_address_is_refused() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let test = with_settings(&destination("webhook", &url, "")).await;
    test.app.queue_trial("webhook").await.unwrap();
    test.later(Duration::from_secs(1));
    test.app.queue_trial("webhook").await.unwrap();
    let delivered = test.app.deliver().await.unwrap();
    assert_eq!((delivered.sent, delivered.again), (0, 1), "the second waits behind the first");
    test.end().await;
    let test = with_settings(&destination("webhook", &url, "").replace("allow_private = true", "")).await;
    test.app.queue_trial("webhook").await.unwrap();
    assert_eq!(test.app.deliver().await.unwrap().stuck, 1);
    let reason = test.app.outgoing(None, 1).await.unwrap().remove(0).reason.unwrap();
    assert!(reason.contains("allow_private = true"), "{reason}");
    let ill: Vec<_> = test.app.examine().await.unwrap().into_iter().filter(|finding| !finding.well).collect();
    assert!(ill.iter().any(|finding| finding.found.contains("1 stuck")), "{ill:?}");
    test.end().await;
}

#[tokio::test]
async fn ten_thousand_at_once_are_ten_and_a_summary_and_none_is_dropped() {
    let receiver = Receiver::default();
    let url = receiver.serve().await;
    let rule = "[[alert]]\nname = \"one-star\"\nwhen = \"rating\"\nto = \"webhook\"\n";
    let test = with_settings(&(destination("webhook", &url, "") + rule)).await;
    import(&test, 0, 10_000).await;
    let backlog = test.app.backlog().await.unwrap();
    assert_eq!((backlog.waiting, backlog.gathered, backlog.stuck), (11, 9_990, 0));
    assert_eq!(test.app.deliver().await.unwrap().sent, 10);
    test.later(Duration::from_mins(15));
    assert_eq!(test.app.deliver().await.unwrap().sent, 1);
    let last = receiver.seen().last().unwrap().json();
    assert_eq!(last["data"]["subject"], "… and 9,990 more in the last 15m: one-star");
    assert_eq!(last["data"]["link"], "http://127.0.0.1:8420/?q=rating%3A%3C%3D1");
    assert_eq!(test.search("rating:<=1").await.len(), 100, "the link finds them");
    import(&test, 10_000, 3).await;
    assert_eq!(test.app.deliver().await.unwrap().sent, 3, "a new quarter of an hour");
    test.end().await;
}

async fn quiet_hours_put_off_all_but_what_is_urgent(store: &str) {
    let receiver = Receiver::default();
    let url = receiver.serve().await;
    let quiet = "quiet = { hours = \"11:00-14:00\" }";
    let rules = "[[alert]]\nname = \"calm\"\nwhen = \"rating\"\nto = \"webhook\"\n[[alert]]\nname = \"loud\"\nwhen = \"rating\"\nto = \"webhook\"\nurgent = true\n";
    let test = with_settings(&(store.to_owned() + &destination("webhook", &url, quiet) + rules)).await;
    import(&test, 0, 1).await;
    assert_eq!(test.app.deliver().await.unwrap().sent, 1);
    assert_eq!(receiver.seen()[0].json()["data"]["id"].as_str().unwrap().split(':').next(), Some("loud"));
    test.later(Duration::from_hours(2));
    assert_eq!(test.app.deliver().await.unwrap().sent, 1);
    test.end().await;
}

/// The same on either database: told once, also after two mentions turned out to be one; leases, retries and drops.
async fn the_outbox_keeps_its_promises(store: Arc<Store>, test: &TestApp) {
    let settings = Arc::clone(&test.app.config().settings.notify);
    let now = test.clock.now();
    let rule = &settings.rules[0];
    let told = |row: i64| {
        let message = goodword::notify::Message::new("", goodword::notify::Topic::Rating, "rated 1", now);
        goodword::notify::Told::new(row.to_string(), message)
    };
    let people = goodword::replies::Settings::default();
    let mut tx = store.begin().await.unwrap();
    assert_eq!(settings.tell(tx.connection(), rule, &[told(1), told(2), told(1)], now).await.unwrap(), 2);
    let united = Kept { events: vec![(3, Event::United { gone: 2 })], ..Kept::default() };
    settings.tell_of_saved(tx.connection(), &united, &people, now).await.unwrap();
    assert_eq!(settings.tell(tx.connection(), rule, &[told(3)], now).await.unwrap(), 0, "told as another before");
    assert_eq!(settings.tell(tx.connection(), rule, &(10..30).map(told).collect::<Vec<_>>(), now).await.unwrap(), 20);
    tx.commit().await.unwrap();
    let mut connection = store.connection().await.unwrap();
    let backlog = Outbox::backlog(&mut connection).await.unwrap();
    assert_eq!((backlog.waiting, backlog.gathered), (11, 12));
    let fetcher = Arc::new(goodword::fetch::Fetcher::new(goodword::fetch::Settings::default(), test.clock.clone()).unwrap());
    let postman = goodword::notify::Postman::new(Arc::clone(&store), fetcher, test.clock.clone(), test.dir().join("mails"));
    assert_eq!(postman.deliver_due(&settings).await.unwrap().sent, 10);
    let rows = Outbox::list(&mut connection, Some(State::Waiting), 10).await.unwrap();
    assert_eq!(Outbox::drop(&mut connection, &[rows[0].number], now).await.unwrap(), 1);
    assert_eq!(Outbox::retry(&mut connection, &[rows[0].number], now).await.unwrap(), 0);
    Outbox::compact(&mut connection, now + jiff::SignedDuration::from_hours(31 * 24)).await.unwrap();
    assert_eq!(Outbox::list(&mut connection, None, 100).await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_outbox_keeps_its_promises_in_both_databases() {
    let url = Receiver::default().serve().await;
    let rule = "[[alert]]\nname = \"one-star\"\nwhen = \"rating\"\nto = \"webhook\"\n";
    let test = with_settings(&(destination("webhook", &url, "") + rule)).await;
    let other = tempfile::tempdir().unwrap();
    the_outbox_keeps_its_promises(Arc::new(Store::open(other.path()).await.unwrap()), &test).await;
    if let Some(database) = Database::fresh("outbox").await {
        let store = Arc::new(Store::connect(&database.url).await.unwrap());
        the_outbox_keeps_its_promises(Arc::clone(&store), &test).await;
        store.close().await;
        database.remove().await;
    }
    test.end().await;
}

async fn searches_spikes_and_silent_sources_reach_the_outbox_once(store: &str) {
    let (receiver, site) = (Receiver::default(), Site::default());
    let (url, shop) = (receiver.serve().await, site.serve().await);
    site.everywhere(Page { status: 403, ..Page::default() });
    let rules = "[[alert]]\nname = \"found\"\nwhen = \"search\"\nsearch = \"crashes\"\nto = \"webhook\"\n[[alert]]\nname = \"silence\"\nwhen = \"blocked\"\nafter = \"1h\"\nto = \"webhook\"\n";
    let test = TestApp::with(&crate::harness::feed("shop", &format!("http://{shop}/feed")), store).await;
    std::fs::write(test.dir().join("settings.toml"), store.to_owned() + &destination("webhook", &url, "") + rules).unwrap();
    let test = test.again().await;
    let search = goodword::app::NewSearch {
        name: "crashes".to_owned(),
        query: "crashes".to_owned(),
        alert: goodword::searches::Alerting::Now,
        ..Default::default()
    };
    test.app.add_search(search).await.unwrap();
    import(&test, 0, 2).await;
    test.search("").await;
    test.app.match_alerts().await.unwrap();
    assert_eq!((test.app.fill_outbox().await.unwrap(), test.app.fill_outbox().await.unwrap()), (2, 0));
    test.crawl().await;
    assert_eq!(test.app.tell_of_upkeep().await.unwrap(), 0, "an hour has not passed");
    test.later(Duration::from_mins(61));
    assert_eq!((test.app.tell_of_upkeep().await.unwrap(), test.app.tell_of_upkeep().await.unwrap()), (1, 0));
    assert_eq!(test.app.deliver().await.unwrap().sent, 3);
    let subjects: Vec<Value> = receiver.seen().iter().map(|seen| seen.json()["data"]["subject"].clone()).collect();
    assert_eq!(subjects, ["crashes: Acme Desk: new: complaint · shop", "crashes: Acme Desk: new: complaint · shop", "shop is blocked"]);
    test.end().await;
}

#[tokio::test]
async fn mistakes_in_destinations_and_alerts_are_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    write_files(folder.path(), "");
    let text = "[mail]\ntransport = \"smtp\"\n\n[[destination]]\nname = \"desk\"\nkind = \"slack\"\nsecret = { file = \"absent\" }\n\n\
        [[destination]]\nname = \"hook\"\nkind = \"webhook\"\nurl = \"nowhere\"\n\n[[alert]]\nname = \"a\"\nwhen = \"ugly\"\nat_most = 2\nto = \"dsk\"\nthrottle = \"some\"\n";
    std::fs::write(folder.path().join("settings.toml"), text).unwrap();
    let problems: Vec<String> = goodword::config::Config::read(folder.path()).problems.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(problems.join("\n"), @r#"
    settings.toml:1: [mail]: missing key `from`; servers refuse mail from nobody: `from = "Goodword <goodword@example.com>"`
    settings.toml:1: [mail]: missing key `host`; name the mail server: `host = "mail.example.com"`
    settings.toml:4: destination `desk`: missing key `url`; add a line `url = …`
    settings.toml:4: destination `desk`: `secret` means nothing to a destination of kind `slack`; take it away
    settings.toml:4: destination `desk`: its secret cannot be read; put the secret into the file `absent` (No such file or directory (os error 2))
    settings.toml:9: destination `hook`: its `url` is not an address; write `https://…`
    settings.toml:14: alert `a`: there is no destination `dsk`; did you mean `desk`? valid: `desk`, `hook`
    settings.toml:14: alert `a`: `at_most` means nothing where `when = "ugly"`; take it away
    settings.toml:14: alert `a`: `throttle`: `some` is no throttle; write for example `10 in 15m`, or `off`
    "#);
}

fn shop(folder: &Path, site: &str, hook: &str) {
    let sources = format!(
        "[[source]]\nname = \"shop\"\nkind = \"reviews\"\nevery = \"3s\"\nmin_interval = \"0s\"\nallow_private = true\nurl = \"{site}/reviews\"\n"
    );
    write_files(folder, &sources);
    let rule = "[[alert]]\nname = \"one-star\"\nwhen = \"rating\"\nat_most = 1\nto = \"webhook\"\n";
    std::fs::write(folder.join("settings.toml"), destination("webhook", hook, "") + rule).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_one_star_review_reaches_the_webhook_within_an_interval_and_two_seconds_and_a_kill_doubles_nothing() {
    let (receiver, site) = (Receiver::default(), Site::default());
    let (hook, address) = (receiver.serve().await, site.serve().await);
    site.show("/reviews", "<html>no reviews yet</html>");
    let folder = tempfile::tempdir().unwrap();
    shop(folder.path(), &format!("http://{address}"), &hook);
    let serve = || Running(goodword(folder.path()).args(["serve", "--listen", "127.0.0.1:0"]).spawn().unwrap());
    let mut running = serve();
    until("the first round", || site.asked("/reviews") > 0).await;
    site.show("/reviews", review("Acme Desk crashes all day"));
    let took = until("the alert", || !receiver.seen().is_empty()).await;
    assert!(took < Duration::from_secs(5), "{took:?}");
    // The next one is queued, refused for now, and the process is killed before it could go out.
    receiver.answers(&[(503, Vec::new(), "")]);
    site.show("/reviews", review("Acme Desk is broken and terrible"));
    until("the refused try", || receiver.seen().len() == 2).await;
    running.0.kill().unwrap();
    running.0.wait().unwrap();
    assert!(goodword(folder.path()).args(["outbox", "list", "--json"]).output().unwrap().status.success());
    // Nobody waits for the lease of the killed process here: it had put the answer on record, or had not.
    tokio::time::sleep(Duration::from_millis(200)).await;
    let again = goodword(folder.path()).args(["outbox", "retry", "--destination", "webhook"]).output().unwrap();
    assert!(again.status.success(), "{again:?}");
    let _running = serve();
    let delivered = || receiver.seen().len() > 2;
    until("the delivery after the kill", delivered).await;
    tokio::time::sleep(Duration::from_secs(4)).await;
    let seen = receiver.seen();
    assert_eq!(seen.len(), 3, "delivered once");
    assert_eq!(seen[1].header("webhook-id"), seen[2].header("webhook-id"));
}

installed_on_every_database!(quiet_hours_put_off_all_but_what_is_urgent, searches_spikes_and_silent_sources_reach_the_outbox_once,);
