//! The request that each service documents, and what its answers mean: webhooks, chat services and tickets.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use goodword::notify::State;
use ring::hmac;
use serde_json::json;

use crate::database::installed_on_every_database;
use crate::harness::TestApp;
use crate::receiver::{Receiver, Seen, destination, import, with_settings};

fn signed(key: &[u8], text: &str) -> String {
    STANDARD.encode(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes()))
}

async fn one_star(receiver: &Receiver, kind: &str, more: &str) -> (TestApp, Seen) {
    let url = receiver.serve().await;
    let rule = format!("[[alert]]\nname = \"one-star\"\nwhen = \"rating\"\nto = \"{kind}\"\n");
    let test = with_settings(&(destination(kind, &url, more) + &rule)).await;
    import(&test, 0, 1).await;
    let delivered = test.app.deliver().await.unwrap();
    assert_eq!((delivered.sent, delivered.again, delivered.stuck), (1, 0, 0), "{:?}", test.app.outgoing(None, 10).await.unwrap());
    let seen = receiver.seen();
    assert_eq!(seen.len(), 1);
    (test, seen[0].clone())
}

#[tokio::test]
async fn a_webhook_is_signed_with_the_new_secret_and_the_old() {
    let receiver = Receiver::default();
    let more = "secret = { file = \"key\" }\nold_secret = { file = \"settings.toml\" }\nheaders = { X-Team = \"desk\" }";
    let (test, seen) = one_star(&receiver, "webhook", more).await;
    let (id, time) = (seen.header("webhook-id"), seen.header("webhook-timestamp"));
    assert!(id.starts_with("msg_") && time == "1773144000", "{id} {time}");
    let text = format!("{id}.{time}.{}", String::from_utf8_lossy(&seen.body));
    let old = std::fs::read_to_string(test.dir().join("settings.toml")).unwrap();
    let both = format!("v1,{} v1,{}", signed(b"hunter2", &text), signed(old.trim().as_bytes(), &text));
    assert_eq!(seen.header("webhook-signature"), both);
    assert_eq!((seen.header("x-team"), seen.header("content-type")), ("desk", "application/json"));
    let body = seen.json();
    assert_eq!((&body["type"], &body["data"]["facts"]["rating"]), (&json!("goodword.rating"), &json!("1 of 5")));
    assert_eq!(body["data"]["lines"][0], "Acme Desk number 0 crashes <b>&\"all\"</b>");
    assert!(body["data"]["link"].as_str().unwrap().starts_with("http://127.0.0.1:8420/?q=id%3A"), "{body}");
    test.end().await;
}

#[tokio::test]
async fn chat_services_get_the_shapes_they_document_and_nothing_that_calls_everybody() {
    let (_, slack) = one_star(&Receiver::default(), "slack", "").await;
    let body = slack.json();
    assert_eq!(body["blocks"][0]["type"], "header");
    assert_eq!(
        body["blocks"][1]["text"],
        json!({"type": "plain_text", "text": "Acme Desk number 0 crashes <b>&\"all\"</b>", "emoji": false})
    );
    let (_, teams) = one_star(&Receiver::default(), "teams", "").await;
    let card = &teams.json()["attachments"][0];
    assert_eq!(card["contentType"], "application/vnd.microsoft.card.adaptive");
    assert_eq!((&card["content"]["type"], &card["content"]["actions"][0]["type"]), (&json!("AdaptiveCard"), &json!("Action.OpenUrl")));
    let (_, discord) = one_star(&Receiver::default(), "discord", "").await;
    let body = discord.json();
    assert_eq!(body["allowed_mentions"], json!({"parse": []}));
    assert_eq!(body["embeds"][0]["description"], "Acme Desk number 0 crashes <b\\>&\"all\"</b\\>");
    let (_, wecom) = one_star(&Receiver::default(), "wecom", "").await;
    assert_eq!(wecom.json()["msgtype"], "text");
    let (_, feishu) = one_star(&Receiver::default(), "feishu", "secret = { file = \"key\" }").await;
    let body = feishu.json();
    assert_eq!((&body["msg_type"], &body["timestamp"]), (&json!("post"), &json!("1773144000")));
    assert_eq!(body["sign"], signed(b"1773144000\nhunter2", ""));
    let (_, dingtalk) = one_star(&Receiver::default(), "dingtalk", "secret = { file = \"key\" }").await;
    let query: Vec<(String, String)> = url::Url::parse(&format!("http://x{}", dingtalk.path)).unwrap().query_pairs().into_owned().collect();
    let sign = signed(b"hunter2", "1773144000000\nhunter2");
    assert_eq!(query, [("timestamp".to_owned(), "1773144000000".to_owned()), ("sign".to_owned(), sign)]);
}

#[tokio::test]
async fn tickets_are_made_once_with_the_login_each_service_wants() {
    let login = "user = \"ann@acme.example\"\nsecret = { file = \"key\" }";
    let (_, zendesk) = one_star(&Receiver::default(), "zendesk", login).await;
    assert_eq!(zendesk.path, "/api/v2/tickets.json");
    assert_eq!(zendesk.header("authorization"), format!("Basic {}", STANDARD.encode("ann@acme.example/token:hunter2")));
    let ticket = &zendesk.json()["ticket"];
    assert_eq!(
        (ticket["external_id"].as_str(), &ticket["tags"]),
        (Some(zendesk.header("idempotency-key")), &json!(["goodword", "rating"]))
    );
    assert!(ticket["comment"]["body"].as_str().unwrap().contains("number 0 crashes"));
    let (_, jira) = one_star(&Receiver::default(), "jira", &format!("{login}\nproject = \"SUP\"")).await;
    assert_eq!(jira.path, "/rest/api/3/issue");
    assert_eq!(jira.header("authorization"), format!("Basic {}", STANDARD.encode("ann@acme.example:hunter2")));
    let fields = &jira.json()["fields"];
    assert_eq!(
        (&fields["project"]["key"], &fields["issuetype"]["name"], &fields["description"]["type"]),
        (&json!("SUP"), &json!("Task"), &json!("doc"))
    );
    let more = "secret = { file = \"key\" }\nheaders = { Authorization = \"Bearer {secret}\" }\ntemplate = '{\"title\": \"{subject}\", \"body\": \"{text}\", \"n\": 1}'";
    let (_, ticket) = one_star(&Receiver::default(), "ticket", more).await;
    assert_eq!(ticket.header("authorization"), "Bearer hunter2");
    assert_eq!((&ticket.json()["title"], &ticket.json()["n"]), (&json!("Acme Desk: rated 1 of 5 · shop"), &json!(1)));
    assert!(ticket.json()["body"].as_str().unwrap().contains("<b>&\"all\"</b>"));
}

#[tokio::test]
async fn a_ticket_whose_answer_was_lost_is_looked_for_before_a_second_is_made() {
    let login = "user = \"ann@acme.example\"\nsecret = { file = \"key\" }";
    let jira = format!("{login}\nproject = \"SUP\"");
    // What the search answers, then whether a second is made, and what becomes of it.
    for (kind, more, found, made, state) in [
        ("jira", jira.as_str(), (200, "{\"issues\":[{\"key\":\"SUP-7\"}],\"isLast\":true}"), 1, State::Sent),
        ("jira", &jira, (200, "{\"issues\":[],\"isLast\":true}"), 2, State::Sent),
        ("jira", &jira, (404, "no such search"), 2, State::Sent),
        ("jira", &jira, (503, ""), 1, State::Waiting),
        ("jira", &jira, (401, ""), 1, State::Stuck),
        ("zendesk", login, (200, "{\"tickets\":[{\"id\":7}],\"count\":1}"), 1, State::Sent),
        ("zendesk", login, (200, "{\"tickets\":[],\"count\":0}"), 2, State::Sent),
    ] {
        let receiver = Receiver::default();
        let url = receiver.serve().await;
        let test = with_settings(&destination(kind, &url, more)).await;
        receiver.answers(&[(500, vec![], "lost"), (found.0, vec![], found.1)]);
        test.app.queue_trial(kind).await.unwrap();
        assert_eq!(test.app.deliver().await.unwrap().again, 1);
        test.later(Duration::from_mins(3));
        test.app.deliver().await.unwrap();
        let row = test.app.outgoing(None, 10).await.unwrap().remove(0);
        assert_eq!(row.state, state, "{kind} {found:?}: {:?}", row.reason);
        let seen = receiver.seen();
        assert_eq!(seen.iter().filter(|seen| !seen.body.is_empty()).count(), made, "{kind} {found:?}");
        let search = url::Url::parse(&format!("http://x{}", seen[1].path)).unwrap();
        let first = seen[0].json();
        let asked: Vec<(String, String)> = search.query_pairs().into_owned().collect();
        match kind {
            "jira" => {
                let label = first["fields"]["labels"][1].as_str().unwrap();
                assert_eq!((search.path(), &asked[0].1), ("/rest/api/3/search/jql", &format!("labels = \"{label}\"")));
            }
            _ => {
                let id = first["ticket"]["external_id"].as_str().unwrap();
                assert_eq!((search.path(), asked[0].1.as_str()), ("/api/v2/tickets.json", id));
            }
        }
        assert_eq!(seen[1].header("authorization"), seen[0].header("authorization"));
        test.end().await;
    }
}

/// A site whose search finds an issue only the second time it is asked, as Jira's does seconds after it was made.
async fn no_second_issue_is_made_while_the_search_lags_behind(store: &str) {
    let receiver = Receiver::default();
    let url = receiver.serve().await;
    let jira = "user = \"ann@acme.example\"\nsecret = { file = \"key\" }\nproject = \"SUP\"";
    let test = with_settings(&(store.to_owned() + &destination("jira", &url, jira))).await;
    let (none, found) = ("{\"issues\":[],\"isLast\":true}", "{\"issues\":[{\"key\":\"SUP-7\"}],\"isLast\":true}");
    receiver.answers(&[(500, vec![], "made, but the answer is lost"), (200, vec![], none), (200, vec![], found)]);
    test.app.queue_trial("jira").await.unwrap();
    assert_eq!(test.app.deliver().await.unwrap().again, 1);
    test.later(Duration::from_secs(20));
    assert_eq!(test.app.deliver().await.unwrap().again, 1, "what is not found so soon may still be there");
    let row = test.app.outgoing(None, 1).await.unwrap().remove(0);
    assert!(row.reason.as_deref().unwrap().contains("finds nothing yet"), "{row:?}");
    test.later(Duration::from_secs(100));
    assert_eq!(test.app.deliver().await.unwrap().sent, 1);
    let bodies: Vec<bool> = receiver.seen().iter().map(|seen| !seen.body.is_empty()).collect();
    assert_eq!(bodies, [true, false, false], "one issue, looked for twice");
    test.end().await;
}

#[tokio::test]
async fn an_answer_decides_whether_it_is_tried_again() {
    let json = |code| Box::leak(format!("{{\"errcode\":{code},\"errmsg\":\"no\"}}").into_boxed_str()) as &'static str;
    let retry = ("retry-after", "120");
    for (kind, more, answer, state, due_in, said) in [
        ("webhook", "", (204, vec![], ""), State::Sent, None, ""),
        ("webhook", "", (401, vec![], "who?"), State::Stuck, None, "answered 401: who?; renew"),
        ("webhook", "", (404, vec![], ""), State::Stuck, None, "nobody listens"),
        ("webhook", "", (410, vec![], ""), State::Stuck, None, "nobody listens"),
        ("webhook", "", (302, vec![], ""), State::Stuck, None, "elsewhere"),
        ("webhook", "", (409, vec![], ""), State::Stuck, None, "answered 409"),
        ("ticket", "template = '{\"a\": \"{subject}\"}'", (409, vec![], "exists"), State::Sent, None, ""),
        ("webhook", "", (429, vec![retry], ""), State::Waiting, Some(120), "slow down (429)"),
        ("webhook", "", (500, vec![], "oops"), State::Waiting, Some(18), "answered 500: oops"),
        ("dingtalk", "", (200, vec![], json(310_000)), State::Stuck, None, "310000"),
        ("dingtalk", "", (200, vec![], json(130_101)), State::Waiting, Some(18), "slow down"),
        ("wecom", "", (200, vec![], json(45_009)), State::Waiting, Some(18), "slow down"),
        ("feishu", "", (200, vec![], "<html>"), State::Stuck, None, "not the service's"),
    ] {
        let receiver = Receiver::default();
        let url = receiver.serve().await;
        let test = with_settings(&destination(kind, &url, more)).await;
        receiver.answers(std::slice::from_ref(&answer));
        test.app.queue_trial(kind).await.unwrap();
        test.app.deliver().await.unwrap();
        let row = test.app.outgoing(None, 10).await.unwrap().remove(0);
        assert_eq!(row.state, state, "{kind} {answer:?} {:?}", row.reason);
        assert!(row.reason.as_deref().unwrap_or_default().contains(said), "{answer:?}: {:?}", row.reason);
        if let Some(most) = due_in {
            let waits = row.due.duration_since(test.clock.now()).as_secs();
            assert!((12..=most).contains(&waits), "{kind} {answer:?} waits {waits}");
            test.app.deliver().await.unwrap();
            assert_eq!(receiver.seen().len(), 1, "not before it is due");
            test.later(Duration::from_secs(most.unsigned_abs()));
            assert_eq!(test.app.deliver().await.unwrap().sent, 1);
            assert_eq!(receiver.seen()[0].header("webhook-id"), receiver.seen()[1].header("webhook-id"), "the id stays");
        }
        test.end().await;
    }
}

installed_on_every_database!(no_second_issue_is_made_while_the_search_lags_behind,);
