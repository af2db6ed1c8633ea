//! Those who read digests: what they hear of replies, where links lead them, who they are, and how they end it.

use std::time::Duration;

use goodword::app::Whose;
use goodword::digest::{Edition, Language, Recipient};
use goodword::people::Role;
use goodword::replies::{Action, Actor};
use goodword::sources::Columns;
use indicatif::ProgressBar;
use serde_json::json;
use sqlx::Row;

use crate::harness::TestApp;
use crate::web::Browser;

fn reader() -> Recipient {
    Recipient { mail: "ann@acme.example".to_owned(), name: Some("Ann".to_owned()), ..Recipient::default() }
}

/// The day on which the tests' clock begins.
fn tuesday() -> Edition {
    let day = "2026-03-10".parse().unwrap();
    Edition::daily(day, day)
}

async fn import(test: &TestApp, author: &str, stars: u8, says: &str) {
    let line = json!({"id": author, "author": author, "rating": stars, "published": "2026-03-10", "text": says,
        "url": format!("https://shop.example/{author}")});
    test.app.import("m.jsonl", line.to_string().as_bytes(), "shop", &Columns::default(), |error| panic!("{error:?}")).await.unwrap();
    test.app.catch_up(&ProgressBar::hidden()).await.unwrap();
}

/// An installation where Cy was answered, and raised the rating; Di still waits.
async fn answered() -> TestApp {
    let test = TestApp::with_sources("").await;
    import(&test, "Cy", 2, "Acme Desk crashes whenever I open a long ticket.").await;
    import(&test, "Di", 1, "Acme Desk is broken and terrible.").await;
    import(&test, "Eve", 5, "Acme Desk is easy to use for all of us.").await;
    let id =
        test.app.search(&goodword::app::SearchRequest { query: "author:Cy".to_owned(), limit: 1, ..Default::default() }).await.unwrap();
    let id = id.hits[0].stored.id.clone();
    let draft = Action::Draft { text: "We mended it, Cy.".to_owned(), template: None };
    for action in [Action::Claim, draft, Action::Approve, Action::Send] {
        test.app.act_on_reply(&id, action, Actor { who: "ann", seen: None }).await.unwrap();
    }
    test.later(Duration::from_hours(2));
    import(&test, "Cy", 4, "Acme Desk crashed whenever I opened a long ticket. They mended it in a day.").await;
    test.later(Duration::from_hours(18));
    test
}

#[tokio::test]
async fn a_digest_tells_who_waits_and_what_came_of_our_replies() {
    let test = answered().await;
    let digest = test.app.digest(&reader(), tuesday()).await.unwrap();
    let replies = digest.replies.clone().unwrap();
    assert_eq!((replies.waiting, replies.overdue, replies.sent, replies.raised, replies.lowered), (2, 1, 1, 1, 0));
    let text = test.app.digest_mail(&reader(), &digest).await.unwrap().mail.text;
    assert!(text.contains("2 wait for a reply, 1 overdue") && text.contains("Send the late reply: 1 overdue"), "{text}");
    assert!(text.replace("\n    ", " ").contains("Cy raised the rating from 2 to 4 stars after our reply"), "{text}");
    let chinese = Recipient { language: Language::Zh, ..reader() };
    let text = test.app.digest_mail(&chinese, &digest).await.unwrap().mail.text;
    assert!(text.replace("\n    ", "").contains("把评分从 2 星提高到 4 星"), "{text}");
    test.later(Duration::from_hours(72));
    let late = test.app.digest(&reader(), tuesday()).await.unwrap().replies.unwrap();
    assert_eq!((late.waiting, late.sent, late.outcomes.len()), (0, 1, 1), "how many waited then nobody knows");
    test.end().await;
}

#[tokio::test]
async fn an_outcome_is_forgotten_with_its_author() {
    let test = answered().await;
    test.app.queue_digest(&reader(), tuesday()).await.unwrap();
    test.app.deliver().await.unwrap();
    let whose = Whose::Author("Cy".to_owned());
    let held = test.app.held(&whose).await.unwrap();
    test.app.erase(&whose, &held).await.unwrap();
    let mut connection = test.app.store().connection().await.unwrap();
    let row = sqlx::query("SELECT content FROM digest").fetch_one(&mut *connection).await.unwrap();
    assert_eq!(row.get::<String, _>(0), "");
    drop(connection);
    test.app.catch_up(&ProgressBar::hidden()).await.unwrap();
    let again = test.app.digest(&reader(), tuesday()).await.unwrap();
    assert!(again.replies.is_none_or(|replies| replies.outcomes.is_empty()));
    test.end().await;
}

#[tokio::test]
async fn every_link_of_a_digest_leads_to_a_page() {
    let test = answered().await;
    let digest = test.app.digest(&reader(), tuesday()).await.unwrap();
    let mail = test.app.digest_mail(&reader(), &digest).await.unwrap().mail;
    let html = mail.html.unwrap();
    let in_html = html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let in_html = in_html.map(|link| link.replace("&#38;", "&").replace("&amp;", "&"));
    let mut links: Vec<String> = mail.text.lines().map(|line| line.trim().to_owned()).chain(in_html).collect();
    links.retain(|link| link.starts_with("http://127.0.0.1:8420/"));
    links.sort();
    links.dedup();
    for needed in ["/mentions/", "status%3Awaiting", "/digest/unsubscribe/", "is%3Augly"] {
        assert!(links.iter().any(|link| link.contains(needed)), "{needed}: {links:#?}");
    }
    let mut browser = Browser::signed_in(&test, Role::Viewer).await;
    for link in links {
        let path = link.strip_prefix("http://127.0.0.1:8420").unwrap();
        let mut answer = browser.get(path).await;
        if answer.status == 303 {
            let next = answer.leads_to().to_owned();
            answer = browser.get(&next).await;
        }
        assert_eq!(answer.status, 200, "{link}");
        assert!(!answer.body.contains("class=\"problem\""), "{link} is not understood: {}", answer.body);
    }
    test.end().await;
}

#[tokio::test]
async fn looking_ends_nothing_and_one_click_ends_it_for_good() {
    let test = answered().await;
    let digest = test.app.digest(&reader(), tuesday()).await.unwrap();
    let mail = test.app.digest_mail(&reader(), &digest).await.unwrap().mail;
    let link = mail.headers.iter().find(|(name, _)| name == "List-Unsubscribe").unwrap().1.clone();
    let path = link.trim_matches(['<', '>']).strip_prefix("http://127.0.0.1:8420").unwrap();
    let mut nobody = Browser::new(&test);
    let asked = nobody.get(path).await;
    assert_eq!(asked.status, 200);
    assert!(asked.body.contains("a…@acme.example") && asked.body.contains("<button>End them</button>"), "{}", asked.body);
    assert_eq!(test.app.queue_digest(&reader(), tuesday()).await.unwrap(), goodword::app::Queueing::Queued, "looking ended nothing");
    // As mail programs do it: no cookie, no page of ours, no token of a form.
    let mut program = Browser::new(&test);
    let ended = program.post_bare(path, &[("List-Unsubscribe", "One-Click")]).await;
    assert_eq!(ended.status, 200);
    assert!(ended.body.contains("No more digests go to a…@acme.example."), "{}", ended.body);
    test.later(Duration::from_hours(24));
    let day = "2026-03-11".parse().unwrap();
    let wednesday = Edition::daily(day, day);
    assert_eq!(test.app.queue_digest(&reader(), wednesday).await.unwrap(), goodword::app::Queueing::Unsubscribed);
    program.headers = vec![("accept-language", "zh-CN".to_owned())];
    assert!(program.get(path).await.body.contains("不再向 a…@acme.example 发送摘要邮件。"));
    for request in [program.get("/digest/unsubscribe/none").await, program.post_bare("/digest/unsubscribe/none", &[]).await] {
        assert_eq!(request.status, 404);
    }
    test.end().await;
}

#[tokio::test]
async fn people_whose_role_reads_digests_get_them_in_their_own_language_and_zone() {
    let test = answered().await;
    for (name, role) in [("eve", Role::EmailOnly), ("max", Role::Manager), ("vic", Role::Viewer)] {
        test.app.add_person(name, role, Some(format!("{name}@acme.example")), "test").await.unwrap();
    }
    test.app.prefer("max", Some("zh-CN".to_owned()), Some("Asia/Shanghai".to_owned())).await.unwrap();
    let readers = async |test: &TestApp| -> Vec<String> {
        let all = test.app.digest_recipients(None).await.unwrap();
        all.iter().map(|one| format!("{} {} {}", one.mail, one.language.as_str(), one.zone.iana_name().unwrap_or("UTC"))).collect()
    };
    assert_eq!(readers(&test).await, ["eve@acme.example en UTC"], "who has no sign-in is there for mail");
    let settings =
        "[digest]\nroles = [\"email-only\", \"manager\"]\n[[recipient]]\nmail = \"Eve@acme.example\"\nzone = \"Europe/Berlin\"\n";
    std::fs::write(test.dir().join("settings.toml"), settings).unwrap();
    let test = test.again().await;
    assert_eq!(readers(&test).await, ["Eve@acme.example en Europe/Berlin", "max@acme.example zh Asia/Shanghai"]);
    assert_eq!(test.app.queue_due_digests().await.unwrap(), 2);
    std::fs::write(test.dir().join("settings.toml"), "[digest]\nroles = [\"manger\"]\n").unwrap();
    let problems = goodword::config::Config::read(test.dir()).problems;
    assert!(problems[0].to_string().contains("there is no role `manger`; did you mean `manager`?"), "{problems:?}");
    test.end().await;
}
