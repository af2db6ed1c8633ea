//! The pages of those who work with what was heard: Today, Replies, Quotes, Customers, Audit.

use goodword::people::Role;
use goodword::replies::{Action, Actor, Status};

use crate::harness::TestApp;
use crate::web::{Browser, heard, silent};

async fn queued(test: &TestApp) -> Vec<(String, i64)> {
    let (_, queued) = test.app.queue(&Default::default()).await.unwrap();
    queued.into_iter().map(|queued| (queued.stored.id, queued.reply.version)).collect()
}

async fn standing(test: &TestApp, id: &str) -> (Status, Option<String>) {
    let state = test.app.queued(id).await.unwrap().reply.state;
    (state.status, state.draft.map(|draft| draft.text))
}

#[tokio::test]
async fn the_first_page_tells_the_good_the_bad_and_what_waits() {
    let test = heard(&[
        ("1", "Eve", "Acme Desk is easy to use"),
        ("2", "Bo", "Acme Desk is broken"),
        ("3", "Mallory", "Acme Desk is great &amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;"),
    ])
    .await;
    let mut browser = Browser::signed_in(&test, Role::Viewer).await;
    assert_eq!(browser.get("/").await.leads_to(), "/today");
    let page = browser.get("/today?of=week").await.body;
    for part in [
        "<mark class=\"praise\">easy to use</mark>",
        "<mark class=\"complaint\">broken</mark>",
        "Reply: waiting",
        "Nothing severe",
        "Every source could be heard",
        "due in",
    ] {
        assert!(page.contains(part), "`{part}` is missing in\n{page}");
    }
    assert!(!page.contains("<script>alert"), "{page}");
    let quiet = browser.get("/today?of=yesterday").await.body;
    assert!(quiet.contains("No praise in these days"), "{quiet}");
}

#[tokio::test]
async fn empty_pages_say_what_to_do_next() {
    let test = silent().await;
    test.search("").await;
    let mut browser = Browser::signed_in(&test, Role::Admin).await;
    for (path, want) in [
        ("/today", "Nothing has been heard yet"),
        ("/replies", "Nothing waits yet"),
        ("/quotes", "Nothing is cleared yet"),
        ("/customers", "goodword customers import FILE"),
        ("/audit?who=nobody", "Nothing was done that fits"),
    ] {
        let page = browser.get(path).await;
        assert!(page.status == 200 && page.body.contains(want), "{path}: {}", page.body);
    }
}

#[tokio::test]
async fn a_reply_is_claimed_written_approved_and_posted_by_forms() {
    let test = heard(&[("1", "Eve", "Acme Desk is easy to use")]).await;
    let (id, version) = queued(&test).await.remove(0);
    let mut browser = Browser::signed_in(&test, Role::Responder).await;
    let path = format!("/replies/{id}");
    let version = |plus: i64| (version + plus).to_string();
    let here = format!("/replies?step=open#{id}");
    let steps: [(&[(&str, &str)], Status); 4] = [
        (&[("do", "claim")], Status::Claimed),
        (&[("do", "draft"), ("text", "Thank you, Eve!")], Status::Drafted),
        (&[("do", "approve")], Status::Approved),
        (&[("do", "sent")], Status::Sent),
    ];
    for (at, (fields, want)) in steps.into_iter().enumerate() {
        let version = version(i64::try_from(at).unwrap());
        let fields: Vec<(&str, &str)> =
            fields.iter().copied().chain([("version", version.as_str()), ("back", "/replies?step=open")]).collect();
        assert_eq!(browser.post(&path, &fields).await.leads_to(), here, "{fields:?}");
        assert_eq!(standing(&test, &id).await.0, want);
    }
    let page = browser.get(&format!("/mentions/{id}")).await.body;
    assert!(page.contains("Thank you, Eve!") && page.contains("sent by responder") && page.contains("responder approved it"), "{page}");
    assert_eq!(browser.post(&path, &[("do", "verify"), ("back", "/")]).await.status, 422);
    assert_eq!(browser.post("/replies/none", &[("do", "claim")]).await.status, 404);
    assert!(browser.post(&path, &[("do", "reopen"), ("reason", "x"), ("back", "//evil.example")]).await.leads_to().starts_with("/#"));
}

#[tokio::test]
async fn whoever_comes_second_is_told_what_changed_and_keeps_their_words() {
    let test = heard(&[("1", "Eve", "Acme Desk is easy to use")]).await;
    let (id, version) = queued(&test).await.remove(0);
    let mut browser = Browser::signed_in(&test, Role::Responder).await;
    let draft = Action::Draft { text: "First".to_owned(), template: None };
    test.app.act_on_reply(&id, draft, Actor { who: "ann", seen: None }).await.unwrap();
    test.app.act_on_reply(&id, Action::Release, Actor { who: "ann", seen: None }).await.unwrap();
    let (path, version) = (format!("/replies/{id}"), version.to_string());
    let second = browser.post(&path, &[("do", "draft"), ("text", "Second <b>"), ("version", &version), ("back", "/replies")]).await;
    assert_eq!(second.status, 409);
    assert!(second.body.contains("Somebody was faster") && second.body.contains("ann wrote “First”"), "{}", second.body);
    assert!(second.body.contains("Second &#60;b&#62;</textarea>"), "{}", second.body);
    assert_eq!(standing(&test, &id).await.1.as_deref(), Some("First"));
}

#[tokio::test]
async fn several_are_done_at_once_and_what_is_refused_does_not_stop_the_others() {
    let test =
        heard(&[("1", "Eve", "Acme Desk is easy to use"), ("2", "Bo", "Acme Desk is broken"), ("3", "Al", "Acme Desk is great")]).await;
    let all = queued(&test).await;
    let mut browser = Browser::signed_in(&test, Role::Responder).await;
    test.app.act_on_reply(&all[1].0, Action::Claim, Actor { who: "ann", seen: None }).await.unwrap();
    let picks: Vec<String> = all.iter().map(|(id, version)| format!("{id}:{version}")).collect();
    let mut fields: Vec<(&str, &str)> = picks.iter().map(|pick| ("pick", pick.as_str())).collect();
    fields.extend([("do", "dismiss"), ("reason", "spam"), ("back", "/replies?lane=praise")]);
    let answer = browser.post("/replies", &fields).await;
    assert_eq!(answer.status, 409);
    assert!(answer.body.contains("ann claimed it"), "{}", answer.body);
    let standing = [standing(&test, &all[0].0).await.0, standing(&test, &all[1].0).await.0, standing(&test, &all[2].0).await.0];
    assert_eq!(standing, [Status::Dismissed, Status::Claimed, Status::Dismissed]);
    let again = [("pick", picks[0].as_str()), ("do", "reopen"), ("reason", "no spam"), ("back", "/replies?lane=praise")];
    assert_eq!(browser.post("/replies", &again).await.status, 409, "seen before it was dismissed");
}

#[tokio::test]
async fn lists_narrow_the_queue_and_are_taken_away_as_files() {
    let test = heard(&[("1", "Eve", "Acme Desk is easy to use"), ("2", "Bo", "=1+1 Acme Desk is broken")]).await;
    let mut browser = Browser::signed_in(&test, Role::Responder).await;
    let praise = browser.get("/replies?lane=praise").await.body;
    assert!(praise.contains("Eve</bdi>") && !praise.contains("Bo</bdi>"), "{praise}");
    assert!(browser.get("/replies?who=mine").await.body.contains("Nothing here"));
    let id = queued(&test).await.remove(0).0;
    browser.post(&format!("/replies/{id}"), &[("do", "claim"), ("back", "/replies")]).await;
    assert!(browser.get("/replies?who=mine").await.body.contains("responder holds it until"));
    test.later(std::time::Duration::from_secs(90 * 86_400));
    let late = browser.get("/replies?who=late").await;
    assert!(late.leads_to().starts_with("/sign-in"), "a session of three months is over");
    let mut browser = Browser::signed_in(&test, Role::Manager).await;
    assert!(browser.get("/replies?who=late").await.body.contains("overdue by"));
    let file = browser.get("/replies/export?lane=complaint&form=csv").await;
    assert!(file.headers["content-disposition"].to_str().unwrap().contains("replies.csv"));
    assert!(file.body.contains("'=1+1 Acme Desk") && !file.body.contains("Eve"), "{}", file.body);
}

#[tokio::test]
async fn a_viewer_sees_the_queue_and_changes_nothing() {
    let test = heard(&[("1", "Eve", "Acme Desk is easy to use")]).await;
    let mut browser = Browser::signed_in(&test, Role::Viewer).await;
    let page = browser.get("/replies").await.body;
    assert!(page.contains("waiting") && !page.contains("value=\"claim\"") && !page.contains("name=\"pick\""), "{page}");
    let id = queued(&test).await.remove(0).0;
    assert_eq!(browser.post(&format!("/replies/{id}"), &[("do", "claim")]).await.status, 403);
}

#[tokio::test]
async fn words_are_cleared_for_quoting_only_as_they_were_said() {
    let test = heard(&[("1", "Eve", "Acme Desk is easy to use, we love it")]).await;
    let id = queued(&test).await.remove(0).0;
    let mut browser = Browser::signed_in(&test, Role::Responder).await;
    let path = format!("/quotes/{id}");
    let wrong = browser.post(&path, &[("leave", "cleared"), ("words", "the best ever"), ("back", "/quotes")]).await;
    assert!(wrong.status == 422 && wrong.body.contains("word for word"), "{}", wrong.body);
    let right = [("leave", "cleared"), ("words", "easy to use"), ("note", "mail of 3 May"), ("back", "/quotes")];
    assert_eq!(browser.post(&path, &right).await.leads_to(), "/quotes");
    let page = browser.get("/quotes").await.body;
    assert!(page.contains("easy to use</blockquote>") && page.contains("mail of 3 May"), "{page}");
    assert!(browser.get("/quotes/export?form=jsonl").await.body.contains("\"text\":\"easy to use\""));
    assert_eq!(browser.post(&path, &[("leave", "refused"), ("back", "/quotes")]).await.status, 303);
    assert!(browser.get("/quotes?leave=refused").await.body.contains("Eve"));
}

#[tokio::test]
async fn customers_are_found_linked_and_their_conflicts_settled() {
    let test = heard(&[("1", "ann", "Acme Desk is easy to use")]).await;
    let id = queued(&test).await.remove(0).0;
    let table = "id,name,segment,handles\n7,<i>Umbrella</i>,enterprise,github:ann\na/b,Two,,github:ann\n";
    test.app.import_customers("c.csv", table.as_bytes(), &Default::default(), |_| {}).await.unwrap();
    let mut browser = Browser::signed_in(&test, Role::Responder).await;
    let page = browser.get("/customers").await.body;
    assert!(page.contains("0 of 1 mentions") && page.contains("Claimed by several") && page.contains("/customers/a%2Fb"), "{page}");
    assert!(!page.contains("<i>Umbrella"), "{page}");
    assert_eq!(browser.get("/customers?id=7").await.leads_to(), "/customers/7");
    assert_eq!(browser.get("/customers/a%2Fb").await.status, 200);
    assert_eq!(browser.get("/customers/nobody").await.status, 404);
    let whose = [("customer", "7"), ("what", id.as_str()), ("back", "/customers/7")];
    assert_eq!(browser.post("/customer/link", &whose).await.leads_to(), "/customers/7");
    let page = browser.get("/customers/7").await.body;
    assert!(page.contains("easy to use") && page.contains("found by: by hand"), "{page}");
    browser.post("/customer/link", &[("customer", "7"), ("what", "github:ann"), ("back", "/customers")]).await;
    assert!(!browser.get("/customers").await.body.contains("Claimed by several"));
    let wrong = browser.post("/customer/link", &[("customer", "9"), ("what", "github:ann"), ("back", "/customers")]).await;
    assert!(wrong.status == 422 && wrong.body.contains("there is no customer"), "{}", wrong.body);
    browser.post("/customer/unlink", &[("what", &id), ("back", "/customers")]).await;
    assert!(browser.get("/customers").await.body.contains("0 of 1 mentions"));
}

#[tokio::test]
async fn the_audit_is_narrowed_by_who_what_about_and_when() {
    let test = heard(&[("1", "Eve", "Acme Desk is easy to use")]).await;
    let (id, _) = queued(&test).await.remove(0);
    let mut browser = Browser::signed_in(&test, Role::Manager).await;
    browser.post(&format!("/replies/{id}"), &[("do", "claim"), ("back", "/replies")]).await;
    browser.post(&format!("/mentions/{id}/correct"), &[("tag", "1"), ("says", "not-this")]).await;
    for (query, there, missing) in [
        ("", vec!["claimed it", "corrected a mention", "signed in", "opened it"], vec![]),
        ("?who=Manager&what=reply-claim", vec!["class=\"reason\">claimed it"], vec!["corrected a mention</td>", "opened it"]),
        ("?what=corrected", vec!["corrected a mention</td>"], vec!["claimed it</td>"]),
        ("?who=goodword", vec!["opened it"], vec!["claimed it</td>"]),
        ("?until=2026-03-09", vec!["Nothing was done that fits"], vec![]),
        ("?from=2026-03-10&until=2026-03-10", vec!["claimed it"], vec![]),
    ] {
        let page = browser.get(&format!("/audit{query}")).await.body;
        for part in there {
            assert!(page.contains(part), "{query}: `{part}` is missing in\n{page}");
        }
        for part in missing {
            assert!(!page.contains(part), "{query}: `{part}` is in\n{page}");
        }
    }
    let about = browser.get(&format!("/audit?about={id}")).await.body;
    assert!(about.contains("claimed it") && about.contains("corrected a mention</td>") && !about.contains("signed in</td>"), "{about}");
}

#[tokio::test]
async fn hostile_text_is_inert_on_every_page() {
    let hostile =
        "&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt; Acme Desk is great &amp;lt;img src=x onerror=alert(2)&amp;gt; \u{202e}evil";
    let test = heard(&[("1", "&lt;img onerror=x&gt;", hostile)]).await;
    let (id, _) = queued(&test).await.remove(0);
    let mut browser = Browser::signed_in(&test, Role::Admin).await;
    let text = "\"><script>alert(3)</script></textarea>";
    browser.post(&format!("/replies/{id}"), &[("do", "draft"), ("text", text), ("back", "/replies")]).await;
    browser.post(&format!("/quotes/{id}"), &[("leave", "cleared"), ("note", text), ("back", "/quotes")]).await;
    browser.post(&format!("/replies/{id}"), &[("do", "approve"), ("back", "/replies")]).await;
    test.search("").await;
    let paths =
        ["/today?of=week", "/replies", "/quotes", "/audit", "/audit?who=%22%3E%3Cscript%3Ealert(4)%3C/script%3E"].map(str::to_owned);
    for path in paths.into_iter().chain([format!("/mentions/{id}")]) {
        let page = browser.get(&path).await.body;
        assert!(!page.contains("<script>") && !page.contains("<img") && !page.contains(" style="), "{path}: {page}");
    }
}
