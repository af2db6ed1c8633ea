//! Posting as people meet it: by the buttons of the page, by programs, and by the command line, each with the role it asks for.

use std::time::{Duration, Instant};

use goodword::people::{Role, Scope};
use goodword::replies::{self, Action, Actor, Status};
use jiff::Timestamp;
use serde_json::json;

use super::cases::case;
use super::site::Manner;
use super::{TEXT, actions, approved, reply};
use crate::api::{Program, held};
use crate::receiver::goodword;
use crate::web::Browser;

#[tokio::test]
async fn the_page_posts_changes_and_takes_away_by_its_buttons() {
    let (site, test, id) = approved(case("discourse"), "by hand").await;
    let mut manager = Browser::signed_in(&test, Role::Manager).await;
    let mut responder = Browser::signed_in(&test, Role::Responder).await;
    let (here, path) = (format!("/mentions/{id}"), format!("/replies/{id}"));
    let version = async || test.app.queued(&id).await.unwrap().reply.version.to_string();
    let page = manager.get(&here).await.body;
    assert!(page.contains("value=\"post\"") && page.contains("The account of “here” can post it"), "{page}");
    let old = version().await;
    test.app.act_on_reply(&id, Action::Claim, Actor { who: "ann", seen: None }).await.unwrap();
    let stale = manager.post(&path, &[("do", "post"), ("version", &old), ("back", &here)]).await;
    assert!(stale.status == 409 && stale.body.contains("Somebody was faster"), "{}", stale.body);
    assert_eq!(site.acts().len(), 0, "whoever saw an old version posts nothing");
    assert_eq!(manager.post(&path, &[("do", "post"), ("version", &version().await), ("back", &here)]).await.status, 303);
    assert_eq!((site.texts(), reply(&test.app, &id).await.state.status), (vec![TEXT.to_owned()], Status::Sent));
    let page = responder.get(&here).await.body;
    assert!(page.contains("Post: the site took it") && page.contains("value=\"revise\"") && !page.contains("value=\"withdraw\""), "{page}");
    // Somebody who replies writes the change; who manages lets it out.
    let change = [("do", "revise"), ("text", "Sorry, Bob! Version 3 mends it."), ("version", &version().await), ("back", &here)];
    assert_eq!(responder.post(&path, &change).await.status, 303);
    assert!(!responder.get(&here).await.body.contains("value=\"approve\""));
    let refused = responder.post(&path, &[("do", "approve"), ("version", &version().await), ("back", &here)]).await;
    assert!(refused.status == 409 && refused.body.contains("this asks for the role “manager”"), "{}", refused.body);
    assert_eq!(manager.post(&path, &[("do", "approve"), ("version", &version().await), ("back", &here)]).await.status, 303);
    assert_eq!(responder.post(&path, &[("do", "post"), ("version", &version().await), ("back", &here)]).await.status, 303);
    assert_eq!(site.texts(), ["Sorry, Bob! Version 3 mends it."]);
    let gone = [("do", "withdraw"), ("reason", "we were wrong"), ("version", &version().await), ("back", &here)];
    assert_eq!(responder.post(&path, &gone).await.status, 409);
    assert_eq!(site.texts().len(), 1);
    assert_eq!(manager.post(&path, &gone).await.status, 303);
    assert_eq!((site.texts().len(), reply(&test.app, &id).await.state.status), (0, Status::Waiting));
    assert_eq!(actions(&test.app, &id).await, "open draft approve claim post revise approve post retract");
    test.app.close().await;
}

#[tokio::test]
async fn programs_post_change_and_take_away_with_the_role_it_asks_for() {
    let (site, test, id) = approved(case("mastodon"), "by hand").await;
    let manager = Program::with_role(&test, Role::Manager, Scope::Admin).await;
    let responder = Program::with_role(&test, Role::Manager, Scope::Reply).await;
    let document = manager.get("/api/v1/openapi.json").await.json();
    let path = format!("/api/v1/replies/{id}");
    let act = "/api/v1/replies/{id}/{action}";
    let shown = manager.get(&path).await;
    held(&document, "GET", "/api/v1/replies/{id}", &shown);
    assert_eq!((&shown.json()["at_site"]["account"], &shown.json()["at_site"]["can_post"]), (&json!("here"), &json!(true)));
    for (program, action, body, status) in [
        (&responder, "post", json!({"version": 1}), 409),
        (&responder, "post", json!({}), 200),
        (&responder, "post", json!({}), 409),
        (&responder, "revise", json!({"text": " "}), 422),
        (&responder, "revise", json!({"text": "Sorry, Bob! Version 3 mends it."}), 200),
        (&responder, "approve", json!({}), 403),
        (&manager, "approve", json!({}), 200),
        (&manager, "post", json!({}), 200),
        (&responder, "withdraw", json!({"reason": "wrong"}), 403),
        (&manager, "withdraw", json!({"reason": " "}), 422),
        (&manager, "withdraw", json!({"reason": "wrong"}), 200),
        (&manager, "withdraw", json!({"reason": "wrong"}), 409),
    ] {
        let answer = program.send("POST", &format!("{path}/{action}"), body).await;
        assert_eq!(answer.status, status, "{action}: {}", answer.text);
        held(&document, "POST", act, &answer);
    }
    let done: Vec<String> = site.acts().into_iter().map(|act| act.what).collect();
    assert_eq!(done, ["POST /api/v1/statuses", "PUT /api/v1/statuses/88", "DELETE /api/v1/statuses/88"]);
    let mut connection = test.app.store().connection().await.unwrap();
    let went_out = replies::sent_between(&mut connection, Timestamp::UNIX_EPOCH, Timestamp::MAX).await.unwrap();
    assert_eq!(went_out, 2, "what an account posts counts as what people send");
    drop(connection);
    let last = manager.get(&path).await.json();
    assert_eq!(last["at_site"]["attempts"].as_array().unwrap().len(), 3, "{last}");
    test.app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_knows_the_people_of_the_page_and_their_roles() {
    let (site, test, id) = approved(case("discourse"), "by hand").await;
    for (name, role) in [("vic", Role::Viewer), ("rae", Role::Responder), ("mia", Role::Manager)] {
        test.app.add_person(name, role, None, "test").await.unwrap();
    }
    let run = |args: &[&str]| {
        let done = goodword(test.dir()).arg("queue").args(args).env("USER", "root").output().unwrap();
        (done.status.code().unwrap(), String::from_utf8(done.stdout).unwrap() + &String::from_utf8(done.stderr).unwrap())
    };
    for (args, code, said) in [
        (&["claim", &id, "--as", "nobody"][..], 2, "there is nobody called `nobody` in settings.toml or among the accounts"),
        (&["claim", &id], 2, "say who you are with --as PERSON"),
        (&["claim", &id, "--as", "vic"], 1, "vic is a viewer, and working at the queue asks for the role `responder`"),
        (&["draft", &id, "--text", "Other words, Bob", "--as", "Rae"], 0, "drafted"),
        (&["approve", &id, "--as", "rae"], 1, "`goodword user role rae manager` gives it"),
        (&["approve", &id, "--as", "mia"], 0, "approved"),
        (&["post", &id, "--as", "vic"], 2, "vic is a viewer"),
        (&["post", &id], 0, "is posted by `here`"),
        (&["assign", &id, "--to", "vic", "--as", "rae"], 1, "there is nobody called `vic` who may reply"),
        (&["withdraw", &id, "--reason", "wrong", "--as", "rae"], 1, "asks for the role `manager`"),
        (&["withdraw", &id, "--reason", "wrong", "--as", "mia"], 0, "is withdrawn"),
    ] {
        let (was, told) = run(args);
        assert!(was == code && told.contains(said), "{args:?}: {was} {told}");
    }
    assert_eq!(site.acts().len(), 2);
    test.app.close().await;
}

#[tokio::test]
async fn a_site_that_does_not_answer_keeps_nobody_waiting_and_the_page_tells_what_is_known() {
    let (site, test, id) = approved(case("discourse"), "by hand").await;
    let settings = std::fs::read_to_string(test.dir().join("settings.toml")).unwrap();
    std::fs::write(test.dir().join("settings.toml"), settings.replace("\"1s\"", "\"12s\"")).unwrap();
    let test = test.again().await;
    let mut manager = Browser::signed_in(&test, Role::Manager).await;
    let program = Program::with_role(&test, Role::Manager, Scope::Admin).await;
    let (here, path, version) = (format!("/mentions/{id}"), format!("/replies/{id}"), reply(&test.app, &id).await.version.to_string());
    let now = [("do", "post"), ("version", &version), ("back", &here)];
    site.behaves(Manner::HoldsAfter);
    let began = Instant::now();
    assert_eq!(manager.post(&path, &now).await.status, 303);
    assert!((7..12).contains(&began.elapsed().as_secs()), "whoever pressed it waits for a while: {:?}", began.elapsed());
    // It neither says that it is there nor that it is not, and nobody can do anything about it twice.
    let page = manager.get(&here).await.body;
    assert!(page.contains("Post: may have gone out; the site is asked") && page.contains("approved"), "{page}");
    assert!(page.contains("Load the page again in a minute"), "{page}");
    for what in ["post", "again", "sent", "draft", "approve", "reject", "dismiss", "revise", "withdraw"] {
        assert!(!page.contains(&format!("name=\"do\" value=\"{what}\"")), "{what}: {page}");
    }
    let again = manager.post(&path, &now).await;
    assert!(again.status == 409 && again.body.contains("It is being posted, or may have been"), "{}", again.body);
    let shown = program.get(&format!("/api/v1/replies/{id}")).await.json();
    assert_eq!((&shown["status"], &shown["at_site"]["under_way"]), (&json!("approved"), &json!(true)), "{shown}");
    // The next look finds it there; what the first call says too late changes nothing any more.
    site.behaves(Manner::Answers);
    test.later(Duration::from_mins(2));
    test.app.post_due().await.unwrap();
    tokio::time::sleep(Duration::from_secs(5)).await;
    let page = manager.get(&here).await.body;
    assert!(page.contains("Post: the site took it") && !page.contains("may have gone out"), "{page}");
    assert_eq!(
        (site.acts().len(), site.texts(), actions(&test.app, &id).await.as_str()),
        (1, vec![TEXT.to_owned()], "open draft approve post")
    );
    test.app.close().await;
}
