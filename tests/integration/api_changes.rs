//! Changes made through the JSON API: done, noted in the audit, answered as described, and refused where the page would refuse them.

use goodword::people::{Role, Scope};
use serde_json::{Value, json};

use crate::api::{Program, heard, held};
use crate::harness::{Site, rss};

/// Changes one after the other: the method, the route, what is asked for, the body, the status. `{id}` is a mention.
const CHANGES: &[(&str, &str, &str, &str, u16)] = &[
    ("POST", "/api/v1/mentions/{id}/corrections", "/api/v1/mentions/{id}/corrections", r#"{"tag": 1, "says": "not-this"}"#, 201),
    ("POST", "/api/v1/mentions/{id}/corrections", "/api/v1/mentions/{id}/corrections", r#"{"tag": 9, "says": "not-this"}"#, 422),
    ("DELETE", "/api/v1/mentions/{id}/corrections/{number}", "/api/v1/mentions/{id}/corrections/1", "{}", 200),
    ("DELETE", "/api/v1/mentions/{id}/corrections/{number}", "/api/v1/mentions/{id}/corrections/1", "{}", 404),
    ("POST", "/api/v1/sources/{name}/pause", "/api/v1/sources/forum/pause", "{}", 200),
    ("POST", "/api/v1/sources/{name}/resume", "/api/v1/sources/forum/resume", "{}", 200),
    ("POST", "/api/v1/sources/{name}/test", "/api/v1/sources/forum/test", "{}", 200),
    ("POST", "/api/v1/phrases/preview", "/api/v1/phrases/preview", r#"{"phrase": "a joy", "polarity": "praise"}"#, 200),
    ("POST", "/api/v1/phrases", "/api/v1/phrases", r#"{"phrase": "a joy", "polarity": "praise"}"#, 201),
    ("POST", "/api/v1/phrases", "/api/v1/phrases", r#"{"phrase": "a joy", "polarity": "praise"}"#, 422),
    ("DELETE", "/api/v1/phrases", "/api/v1/phrases?phrase=a+joy", "{}", 200),
    ("POST", "/api/v1/phrases/rejections", "/api/v1/phrases/rejections", r#"{"phrase": "so-so"}"#, 204),
    ("DELETE", "/api/v1/phrases/rejections", "/api/v1/phrases/rejections?phrase=so-so", "{}", 204),
    ("DELETE", "/api/v1/phrases/rejections", "/api/v1/phrases/rejections?phrase=so-so", "{}", 404),
    ("POST", "/api/v1/products", "/api/v1/products", r#"{"name": "Acme Chair", "ours": true, "names": ["AcmeChair"]}"#, 201),
    ("POST", "/api/v1/products", "/api/v1/products", r#"{"name": "acme chair", "ours": true}"#, 422),
    ("POST", "/api/v1/products", "/api/v1/products", r#"{"name": " ", "ours": true}"#, 422),
    ("DELETE", "/api/v1/products/{name}", "/api/v1/products/Acme%20Chair", "{}", 204),
    ("DELETE", "/api/v1/products/{name}", "/api/v1/products/Acme%20Chair", "{}", 404),
    (
        "POST",
        "/api/v1/insight/changes",
        "/api/v1/insight/changes",
        r#"{"what": "no crash on exit", "product": "Acme Desk", "theme": "reliability", "on": "2026-03-05"}"#,
        201,
    ),
    ("POST", "/api/v1/insight/changes", "/api/v1/insight/changes", r#"{"what": "x", "product": "Nothing", "theme": "reliability"}"#, 422),
    (
        "POST",
        "/api/v1/insight/changes",
        "/api/v1/insight/changes",
        r#"{"what": "x", "product": "Acme Desk", "theme": "reliability", "on": "soon"}"#,
        422,
    ),
    ("DELETE", "/api/v1/insight/changes/{number}", "/api/v1/insight/changes/1", "{}", 204),
    ("DELETE", "/api/v1/insight/changes/{number}", "/api/v1/insight/changes/1", "{}", 404),
    ("POST", "/api/v1/source-packs/{name}/preview", "/api/v1/source-packs/saas/preview", "{}", 200),
    ("POST", "/api/v1/source-packs/{name}", "/api/v1/source-packs/saas", r#"{"products": ["Acme Desk"]}"#, 201),
    ("POST", "/api/v1/source-packs/{name}", "/api/v1/source-packs/none", "{}", 404),
    ("POST", "/api/v1/source-looks", "/api/v1/source-looks", r#"{"address": "no address"}"#, 422),
    ("POST", "/api/v1/sources", "/api/v1/sources", r#"{"look": "none", "number": 0}"#, 422),
    ("POST", "/api/v1/searches", "/api/v1/searches", r#"{"name": "bad", "query": "polarity:complaint"}"#, 201),
    ("POST", "/api/v1/searches", "/api/v1/searches", r#"{"name": "bad", "query": "x"}"#, 409),
    ("PATCH", "/api/v1/searches/{name}", "/api/v1/searches/bad", r#"{"alert": "daily"}"#, 200),
    ("POST", "/api/v1/searches/{name}/renew", "/api/v1/searches/bad/renew", "{}", 200),
    ("DELETE", "/api/v1/searches/{name}", "/api/v1/searches/bad", "{}", 204),
    ("PUT", "/api/v1/quotes/{id}", "/api/v1/quotes/{id}", r#"{"leave": "cleared", "words": "I love it"}"#, 200),
    ("PUT", "/api/v1/quotes/{id}", "/api/v1/quotes/{id}", r#"{"leave": "cleared", "words": "I adore it"}"#, 422),
    ("POST", "/api/v1/people", "/api/v1/people", r#"{"name": "Zoe", "role": "viewer"}"#, 201),
    ("POST", "/api/v1/people", "/api/v1/people", r#"{"name": "zoe", "role": "viewer"}"#, 409),
    ("PATCH", "/api/v1/people/{name}", "/api/v1/people/zoe", r#"{"role": "manager"}"#, 200),
    ("PATCH", "/api/v1/people/{name}", "/api/v1/people/zoe", r#"{"mail": "zoe@acme.example"}"#, 200),
    ("PATCH", "/api/v1/people/{name}", "/api/v1/people/zoe", r#"{"mail": "nowhere"}"#, 422),
    ("POST", "/api/v1/people/{name}/reset", "/api/v1/people/zoe/reset", "{}", 200),
    ("POST", "/api/v1/people/{name}/sign-out", "/api/v1/people/zoe/sign-out", "{}", 204),
    ("DELETE", "/api/v1/people/{name}/tokens/{label}", "/api/v1/people/zoe/tokens/none", "{}", 404),
    ("DELETE", "/api/v1/people/{name}", "/api/v1/people/zoe", "{}", 204),
    ("PATCH", "/api/v1/me", "/api/v1/me", r#"{"lang": "zh", "zone": "Asia/Shanghai"}"#, 204),
    ("PATCH", "/api/v1/me", "/api/v1/me", r#"{"zone": "Nowhere/Land"}"#, 422),
    ("POST", "/api/v1/me/tokens", "/api/v1/me/tokens", r#"{"label": "desk", "scope": "read"}"#, 201),
    ("POST", "/api/v1/me/tokens", "/api/v1/me/tokens", r#"{"label": "desk", "scope": "read"}"#, 422),
    ("DELETE", "/api/v1/me/tokens/{label}", "/api/v1/me/tokens/desk", "{}", 204),
    ("POST", "/api/v1/me/sign-out-everywhere", "/api/v1/me/sign-out-everywhere", "{}", 204),
    ("POST", "/api/v1/nobodys", "/api/v1/nobodys", r#"{"what": "{id}"}"#, 200),
    ("DELETE", "/api/v1/sources/{name}", "/api/v1/sources/forum", "{}", 204),
    ("DELETE", "/api/v1/sources/{name}", "/api/v1/sources/forum", "{}", 404),
    ("POST", "/api/v1/customers/{id}/link", "/api/v1/customers/none/link", r#"{"what": "@ann"}"#, 404),
    ("POST", "/api/v1/searches", "/api/v1/searches", r#"{"name": "a\u0000b", "query": "x"}"#, 422),
];

#[tokio::test]
async fn changes_are_made_noted_and_described() {
    let (test, id) = heard().await;
    let program = Program::admin(&test).await;
    let document = program.get("/api/v1/openapi.json").await.json();
    for (method, route, path, body, status) in CHANGES {
        let (path, body) = (path.replace("{id}", &id), body.replace("{id}", &id));
        let answer = program.send(method, &path, serde_json::from_str(&body).unwrap()).await;
        assert_eq!(answer.status, *status, "{method} {path} {body}: {}", answer.text);
        held(&document, method, route, &answer);
    }
    let deeds = program.get("/api/v1/audit?limit=100").await.text;
    for deed in
        ["corrected", "source-paused", "phrase-added", "search-removed", "quote-cleared", "person-removed", "source-tried", "pack-added"]
    {
        assert!(deeds.contains(&format!("\"{deed}\"")), "{deed} is not in {deeds}");
    }
    let words = goodword::web::words::Lang::En.words();
    for deed in serde_json::from_str::<Value>(&deeds).unwrap()["deeds"].as_array().unwrap() {
        let what = deed["what"].as_str().unwrap();
        assert!(what.starts_with("reply-") || words.word("deed", what).is_some(), "the audit has no words for `{what}`");
    }
    let bad = program.ask("POST", "/api/v1/searches", None, &[("content-type", "application/json")]).await;
    assert_eq!(bad.status, 400, "{}", bad.text);
    assert_eq!(program.ask("PUT", "/api/v1/searches", None, &[]).await.headers["allow"], "GET, POST");
    assert_eq!(program.get("/api/v1/nothing").await.status, 404);
}

#[tokio::test]
async fn a_reply_goes_its_way_and_who_saw_an_old_version_is_told_what_changed() {
    let (test, id) = heard().await;
    let program = Program::admin(&test).await;
    let document = program.get("/api/v1/openapi.json").await.json();
    test.app.add_person("bob", Role::Responder, None, "test").await.unwrap();
    let path = format!("/api/v1/replies/{id}");
    let shown = program.get(&path).await;
    held(&document, "GET", "/api/v1/replies/{id}", &shown);
    let etag = shown.headers["etag"].to_str().unwrap().to_owned();
    let act = "/api/v1/replies/{id}/{action}";
    let claimed = program.ask("POST", &format!("{path}/claim"), Some(json!({})), &[("if-match", &etag)]).await;
    assert_eq!((claimed.status, claimed.json()["status"].clone()), (200, json!("claimed")), "{}", claimed.text);
    held(&document, "POST", act, &claimed);
    let late = program.ask("POST", &format!("{path}/draft"), Some(json!({"text": "Thanks"})), &[("if-match", &etag)]).await;
    assert_eq!(late.status, 412, "{}", late.text);
    held(&document, "POST", act, &late);
    let version = shown.json()["version"].clone();
    let late = program.send("POST", &format!("{path}/draft"), json!({"text": "Thanks", "version": version})).await;
    assert_eq!(late.status, 409);
    assert!(late.json()["changes"][0].as_str().unwrap().contains("admin claimed it"), "{}", late.text);
    for (action, body, status) in [
        ("draft", json!({"text": " "}), 422),
        ("draft", json!({"text": "Thank you, Ann"}), 200),
        ("sent", json!({}), 409),
        ("reject", json!({"reason": "too short"}), 200),
        ("draft", json!({"text": "Thank you very much, Ann"}), 200),
        ("approve", json!({}), 200),
        ("sent", json!({}), 200),
        ("reopen", json!({"reason": "asked again"}), 200),
        ("assign", json!({"to": "Admin"}), 200),
        ("assign", json!({"to": "nobody"}), 422),
        ("dismiss", json!({"reason": "settled"}), 200),
        ("dance", json!({}), 404),
    ] {
        let answer = program.send("POST", &format!("{path}/{action}"), body).await;
        assert_eq!(answer.status, status, "{action}: {}", answer.text);
        held(&document, "POST", act, &answer);
    }
    let audit = program.get(&format!("{path}/audit")).await;
    held(&document, "GET", "/api/v1/replies/{id}/audit", &audit);
    assert!(audit.json()["entries"].as_array().unwrap().len() >= 9);
}

#[tokio::test]
async fn several_replies_are_dealt_with_at_once_and_one_that_is_refused_stops_no_other() {
    let (test, id) = heard().await;
    let program = Program::admin(&test).await;
    let document = program.get("/api/v1/openapi.json").await.json();
    let body = json!({"action": "dismiss", "reason": "settled", "replies": [{"id": "none"}, {"id": id, "version": 99}, {"id": id}]});
    let answer = program.send("POST", "/api/v1/replies", body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    held(&document, "POST", "/api/v1/replies", &answer);
    let told = answer.json();
    let statuses: Vec<u64> = told["refused"].as_array().unwrap().iter().map(|one| one["problem"]["status"].as_u64().unwrap()).collect();
    assert_eq!((statuses, told["done"][0]["status"].clone()), (vec![404, 409], json!("dismissed")), "{told}");
    let drafts = program.send("POST", "/api/v1/replies", json!({"action": "draft", "replies": [{"id": id}]})).await;
    assert_eq!(drafts.status, 422, "{}", drafts.text);
    let summary = program.get("/api/v1/replies/summary").await.json();
    assert_eq!(summary["by_status"]["dismissed"], 1, "{summary}");
}

#[tokio::test]
async fn replies_come_in_pages() {
    let (test, _) = heard().await;
    let program = Program::admin(&test).await;
    let rival = program.get("/api/v1/mentions?q=rival").await.json()["mentions"][0]["id"].as_str().unwrap().to_owned();
    let reopened = program.send("POST", &format!("/api/v1/replies/{rival}/reopen"), json!({"reason": "a fair point"})).await;
    assert_eq!(reopened.status, 200, "{}", reopened.text);
    let all = program.get("/api/v1/replies").await.json();
    let total = all["total"].as_u64().unwrap();
    assert!(total >= 2 && all["next"].is_null(), "{all}");
    let first = program.get("/api/v1/replies?limit=1").await.json();
    assert_eq!(first["next"], 1);
    let second = program.get("/api/v1/replies?limit=1&skip=1").await.json();
    assert_eq!((&first["replies"][0]["id"], &second["replies"][0]["id"]), (&all["replies"][0]["id"], &all["replies"][1]["id"]));
}

#[tokio::test]
async fn a_source_is_found_at_an_address_and_added() {
    let (test, _) = heard().await;
    let passing = crate::web_lists::passing(&test);
    let site = Site::default();
    site.show("/posts.rss", rss(&[("7", "Eve", "Acme Desk is great")]));
    let address = format!("http://{}/posts.rss", site.serve().await);
    let manager = Program::with_role(&test, Role::Manager, Scope::Admin).await;
    let refused = manager.send("POST", "/api/v1/source-looks", json!({"address": address, "private": true})).await;
    assert_eq!(refused.status, 422, "private addresses are for admins: {}", refused.text);
    let program = Program::admin(&test).await;
    let document = program.get("/api/v1/openapi.json").await.json();
    let look = program.send("POST", "/api/v1/source-looks", json!({"address": address, "private": true})).await;
    assert_eq!(look.status, 200, "{}", look.text);
    held(&document, "POST", "/api/v1/source-looks", &look);
    let look = look.json();
    assert_eq!((&look["found"][0]["kind"], &look["found"][0]["total"]), (&json!("feed"), &json!(1)), "{look}");
    let body = json!({"look": look["look"], "number": 0, "name": "posts", "every": "30m", "product": "Acme Desk"});
    let added = program.send("POST", "/api/v1/sources", body.clone()).await;
    assert_eq!((added.status, added.json()["source"].clone()), (201, json!("posts")), "{}", added.text);
    held(&document, "POST", "/api/v1/sources", &added);
    let written = std::fs::read_to_string(test.dir().join("sources.toml")).unwrap();
    assert!(written.contains("name = \"posts\"") && written.contains("every = \"30m\""), "{written}");
    assert_eq!(program.send("POST", "/api/v1/sources", body).await.status, 422, "it is listed already");
    passing.abort();
}

#[tokio::test]
async fn a_token_makes_no_token_that_may_more_than_itself() {
    let (test, _) = heard().await;
    let program = Program::with_role(&test, Role::Admin, Scope::Reply).await;
    assert_eq!(program.send("POST", "/api/v1/me/tokens", json!({"label": "more", "scope": "admin"})).await.status, 403);
    let made = program.send("POST", "/api/v1/me/tokens", json!({"label": "less", "scope": "read"})).await;
    let token = made.json()["token"].as_str().unwrap().to_owned();
    let less = Program { router: goodword::web::router(test.app.clone()), headers: vec![("authorization", format!("Bearer {token}"))] };
    assert_eq!(less.get("/api/v1/me").await.json()["role"], "viewer");
    assert_eq!(program.send("DELETE", "/api/v1/me/tokens/less", json!({})).await.status, 204);
    assert_eq!(less.get("/api/v1/me").await.status, 401);
}

#[tokio::test]
async fn customers_are_for_those_who_reply_as_on_the_page() {
    let (test, id) = heard().await;
    let file = b"id,name,handles\nc1,Ann Smith,forum:ann\n";
    test.app.import_customers("c.csv", file, &goodword::customers::Columns::default(), |_| {}).await.unwrap();
    let viewer = Program::with_role(&test, Role::Viewer, Scope::Admin).await;
    assert_eq!(viewer.get("/api/v1/customers").await.status, 403);
    let program = Program::with_role(&test, Role::Responder, Scope::Admin).await;
    let document = program.get("/api/v1/openapi.json").await.json();
    let linked = program.send("POST", "/api/v1/customers/c1/link", json!({ "what": id })).await;
    assert_eq!(linked.status, 200, "{}", linked.text);
    for (route, path) in [
        ("/api/v1/customers", "/api/v1/customers"),
        ("/api/v1/customers/{id}", "/api/v1/customers/c1"),
        ("/api/v1/customers/{id}/mentions", "/api/v1/customers/c1/mentions?limit=1"),
    ] {
        let answer = program.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        held(&document, "GET", route, &answer);
    }
    let mentions = program.get("/api/v1/customers/c1/mentions").await.json();
    assert_eq!((mentions["total"].as_u64(), mentions["mentions"][0]["mention"]["id"].clone()), (Some(1), json!(id)));
    let unlinked = program.send("POST", "/api/v1/nobodys", json!({ "what": id })).await;
    assert_eq!((unlinked.status, unlinked.json()["changed"].as_u64()), (200, Some(1)), "{}", unlinked.text);
}
