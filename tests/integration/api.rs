//! The JSON API, asked as programs ask: with a token, and what comes back held against the description.

use std::collections::BTreeSet;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request};
use goodword::app::{Chosen, From, SearchRequest};
use goodword::people::{Role, Scope};
use goodword::web::permissions::{Need, TABLE};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::harness::{Site, TestApp, feed, rss};
use crate::web::PASSWORD;

/// A program with a token.
pub struct Program {
    pub router: Router,
    pub headers: Vec<(&'static str, String)>,
}

/// What it was answered.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }
}

impl Program {
    pub async fn with_role(test: &TestApp, role: Role, scope: Scope) -> Self {
        let name = role.as_str();
        if test.app.person(name).await.is_err() {
            test.app.add_person(name, role, None, "test").await.unwrap();
        }
        let token = test.app.make_token(name, &format!("{scope}"), scope, "test").await.unwrap();
        Self { router: goodword::web::router(test.app.clone()), headers: vec![("authorization", format!("Bearer {token}"))] }
    }

    pub async fn admin(test: &TestApp) -> Self {
        Self::with_role(test, Role::Admin, Scope::Admin).await
    }

    pub async fn ask(&self, method: &str, path: &str, body: Option<Value>, more: &[(&'static str, &str)]) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        for (name, value) in more {
            request = request.header(*name, *value);
        }
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let response = self.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = axum::body::to_bytes(response.into_body(), 10 << 20).await.unwrap();
        Answer { status, headers, text: String::from_utf8(text.to_vec()).unwrap() }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, None, &[]).await
    }

    pub async fn send(&self, method: &str, path: &str, body: Value) -> Answer {
        self.ask(method, path, Some(body), &[]).await
    }
}

pub async fn heard() -> (TestApp, String) {
    let site = Site::default();
    site.show("/feed", rss(&[("1", "Ann", "Acme Desk is easy to use, but it crashes. I love it."), ("2", "Bob", "Rival is terrible")]));
    let address = site.serve().await;
    let settings = "[replies]\nnewer_than = \"30d\"\n";
    let test = TestApp::with_sources(&feed("forum", &format!("http://{address}/feed"))).await;
    std::fs::write(test.dir().join("settings.toml"), settings).unwrap();
    let test = test.reopened().await;
    test.crawl().await;
    test.search("").await;
    let found = test.app.search(&SearchRequest { query: "acme".into(), ..Default::default() }).await.unwrap();
    let id = found.hits[0].stored.id.clone();
    (test, id)
}

/// What of `value` is not as `schema` says, in words.
fn differences(document: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap();
        return differences(document, &document["components"]["schemas"][name], value, at);
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let fits = choices.iter().any(|choice| differences(document, choice, value, at).is_empty());
        return if fits { Vec::new() } else { vec![format!("{at} is none of {schema}")] };
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() || number.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one.as_str()],
        Value::Array(all) => all.iter().map(|kind| kind.as_str().unwrap()).collect(),
        _ => return Vec::new(),
    };
    if !(kinds.contains(&kind) || (kind == "integer" && kinds.contains(&"number"))) {
        return vec![format!("{at} is a {kind}, not {kinds:?}")];
    }
    let mut found = Vec::new();
    if let Some(items) = value.as_array() {
        found.extend(items.iter().flat_map(|item| differences(document, &schema["items"], item, &format!("{at}[]"))));
    }
    if let (Some(fields), Some(known)) = (value.as_object(), schema["properties"].as_object()) {
        for (name, field) in fields {
            match known.get(name) {
                Some(schema) => found.extend(differences(document, schema, field, &format!("{at}.{name}"))),
                None => found.push(format!("{at}.{name} is not described")),
            }
        }
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        found.extend(required.iter().filter(|name| !fields.contains_key(name.as_str().unwrap())).map(|name| format!("{at} lacks {name}")));
    }
    found
}

/// Asserts that an answer is as the description says.
pub fn held(document: &Value, method: &str, route: &str, answer: &Answer) {
    let operation = &document["paths"][route][method.to_lowercase()];
    let response = &operation["responses"][answer.status.to_string()];
    assert!(response.is_object(), "{method} {route} answers {} and does not say so: {}", answer.status, answer.text);
    let Some(content) = response["content"].as_object() else {
        assert_eq!(answer.text, "", "{method} {route}");
        return;
    };
    let (kind, content) = content.iter().next().unwrap();
    assert_eq!(answer.headers["content-type"].to_str().unwrap(), kind, "{method} {route}");
    let found = differences(document, &content["schema"], &answer.json(), "");
    assert_eq!(found, Vec::<String>::new(), "{method} {route}: {}", answer.text);
}

#[tokio::test]
async fn the_description_and_the_table_of_permissions_name_the_same_routes() {
    let (test, _) = heard().await;
    let document = Program::admin(&test).await.get("/api/v1/openapi.json").await.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let described: BTreeSet<(String, String)> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| methods.as_object().unwrap().keys().map(move |method| (path.clone(), method.to_uppercase())))
        .collect();
    let listed: BTreeSet<(String, String)> = TABLE
        .iter()
        .filter(|rule| rule.path.starts_with("/api/") && !rule.path.ends_with("openapi.json"))
        .map(|rule| (rule.path.to_owned(), rule.method.to_owned()))
        .collect();
    assert_eq!(described, listed);
    let mut named_before = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            assert!(named_before.insert(operation["operationId"].clone().to_string()), "{method} {path} {}", operation["operationId"]);
            assert!(operation["summary"].is_string(), "{method} {path}");
            let named = path.matches('{').count();
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            assert_eq!(parameters.iter().filter(|parameter| parameter["in"] == "path").count(), named, "{method} {path}");
        }
    }
}

/// The places of a schema where anything may stand.
fn free(schema: &Value, at: &str) -> Vec<String> {
    let says = ["type", "$ref", "oneOf", "allOf", "anyOf", "enum"];
    if schema == &json!(false) {
        return Vec::new();
    }
    let Some(fields) = schema.as_object() else { return vec![at.to_owned()] };
    let is_open =
        fields.get("type") == Some(&json!("object")) && !fields.contains_key("properties") && !fields.contains_key("additionalProperties");
    if is_open || !says.iter().any(|word| fields.contains_key(*word)) {
        return vec![at.to_owned()];
    }
    let of = |name: &'static str| fields.get(name).into_iter().map(move |inner| (name.to_owned(), inner));
    let lists = ["oneOf", "allOf", "anyOf"].into_iter().filter_map(|name| fields.get(name)?.as_array()).flatten();
    let properties = fields.get("properties").and_then(Value::as_object).into_iter().flatten();
    let inner = of("items").chain(of("additionalProperties")).chain(lists.map(|inner| (String::new(), inner)));
    inner
        .chain(properties.map(|(name, inner)| (name.clone(), inner)))
        .flat_map(|(name, inner)| free(inner, &format!("{at}.{name}")))
        .collect()
}

#[tokio::test]
async fn a_client_generator_finds_a_type_for_everything() {
    let (test, _) = heard().await;
    let document = Program::admin(&test).await.get("/api/v1/openapi.json").await.json();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    assert_eq!(schemas.iter().flat_map(|(name, schema)| free(schema, name)).collect::<Vec<_>>(), Vec::<String>::new());
    assert_eq!(free(&json!({"type": "object", "properties": {"a": {"type": "array", "items": {}}}}), "x"), ["x.a.items"]);
}

#[tokio::test]
async fn a_body_that_is_no_object_is_refused() {
    let (test, _) = heard().await;
    let program = Program::admin(&test).await;
    for body in [json!([null, null]), json!(null), json!("zh"), json!(1)] {
        let answer = program.send("PATCH", "/api/v1/me", body).await;
        assert_eq!((answer.status, answer.json()["detail"].as_str().unwrap()), (422, "the body is not an object of JSON: `{…}`"));
    }
}

#[tokio::test]
async fn every_route_of_the_api_lets_in_whom_the_table_says_and_answers_in_problems() {
    let (test, _) = heard().await;
    let nobody = Program { router: goodword::web::router(test.app.clone()), headers: Vec::new() };
    let mut callers = vec![(None, nobody)];
    for role in [Role::Viewer, Role::Responder, Role::Manager, Role::Admin] {
        callers.push((Some(role), Program::with_role(&test, role, Scope::Admin).await));
    }
    for (role, scope, left) in [(Role::Admin, Scope::Read, Role::Viewer), (Role::Admin, Scope::Reply, Role::Responder)] {
        callers.push((Some(left), Program::with_role(&test, role, scope).await));
    }
    for (role, program) in &callers {
        for rule in TABLE.iter().filter(|rule| rule.path.starts_with("/api/")) {
            let path = rule
                .path
                .replace("{id}", "none")
                .replace("{name}", "none")
                .replace("{number}", "1")
                .replace("{action}", "claim")
                .replace("{label}", "none");
            let answer = program.ask(rule.method, &path, None, &[]).await;
            let is_refused = matches!(answer.status, 401 | 403);
            assert_eq!(is_refused, !rule.need.lets_in(*role), "{role:?} {} {}: {} {}", rule.method, rule.path, answer.status, answer.text);
            if answer.status >= 400 {
                assert_eq!(answer.headers["content-type"], "application/problem+json", "{} {}", rule.method, rule.path);
                assert_eq!(answer.json()["status"], answer.status);
            }
            assert!(answer.status < 500, "{} {}: {}", rule.method, rule.path, answer.text);
            assert!(role.is_some() || rule.need == Need::Nothing || answer.headers["www-authenticate"] == "Bearer");
        }
    }
}

/// What is read: the route, and what is asked for.
const READ: &[(&str, &str)] = &[
    ("/api/v1/me", "/api/v1/me"),
    ("/api/v1/me/tokens", "/api/v1/me/tokens"),
    ("/api/v1/me/sessions", "/api/v1/me/sessions"),
    ("/api/v1/today", "/api/v1/today"),
    ("/api/v1/today", "/api/v1/today?of=week"),
    ("/api/v1/settings", "/api/v1/settings"),
    ("/api/v1/outbox", "/api/v1/outbox?state=waiting"),
    ("/api/v1/mentions", "/api/v1/mentions?q=acme+easy&facets=product,verdict&sort=relevance"),
    ("/api/v1/sources", "/api/v1/sources"),
    ("/api/v1/sources/{name}", "/api/v1/sources/forum"),
    ("/api/v1/sources/{name}/history", "/api/v1/sources/forum/history?days=7"),
    ("/api/v1/source-packs", "/api/v1/source-packs"),
    ("/api/v1/insight/trend", "/api/v1/insight/trend?product=Acme%20Desk&each=theme&by=week"),
    ("/api/v1/insight/voice", "/api/v1/insight/voice"),
    ("/api/v1/insight/themes", "/api/v1/insight/themes?since=60d"),
    ("/api/v1/insight/emerging", "/api/v1/insight/emerging?limit=3&since=30d"),
    ("/api/v1/insight/spikes", "/api/v1/insight/spikes"),
    ("/api/v1/insight/loop", "/api/v1/insight/loop?days=7"),
    ("/api/v1/phrases", "/api/v1/phrases?polarity=praise&lang=en"),
    ("/api/v1/phrases/suggestions", "/api/v1/phrases/suggestions?limit=5"),
    ("/api/v1/phrases/proposals", "/api/v1/phrases/proposals"),
    ("/api/v1/phrases/rejections", "/api/v1/phrases/rejections"),
    ("/api/v1/phrases/check", "/api/v1/phrases/check"),
    ("/api/v1/products", "/api/v1/products"),
    ("/api/v1/searches", "/api/v1/searches"),
    ("/api/v1/search-preview", "/api/v1/search-preview?q=acme"),
    ("/api/v1/replies", "/api/v1/replies?limit=1&skip=0"),
    ("/api/v1/replies/summary", "/api/v1/replies/summary?since=30d"),
    ("/api/v1/customers", "/api/v1/customers"),
    ("/api/v1/quotes", "/api/v1/quotes?leave=cleared"),
    ("/api/v1/quotes", "/api/v1/quotes?limit=1&skip=1"),
    ("/api/v1/digest", "/api/v1/digest?edition=weekly&date=2026-03-05"),
    ("/api/v1/people", "/api/v1/people"),
    ("/api/v1/people/{name}/tokens", "/api/v1/people/admin/tokens"),
    ("/api/v1/audit", "/api/v1/audit?limit=1&skip=1&who=test&from=2026-03-10"),
];

/// What is refused, with the status.
const REFUSED: &[(&str, &str, u16)] = &[
    ("/api/v1/mentions", "/api/v1/mentions?after=nonsense", 422),
    ("/api/v1/mentions", "/api/v1/mentions?limit=201", 422),
    ("/api/v1/mentions", "/api/v1/mentions?querry=x", 422),
    ("/api/v1/quotes", "/api/v1/quotes?limit=0", 422),
    ("/api/v1/mentions/{id}", "/api/v1/mentions/none", 404),
    ("/api/v1/sources/{name}", "/api/v1/sources/a%00b", 404),
    ("/api/v1/insight/trend", "/api/v1/insight/trend?product=Nothing", 422),
    ("/api/v1/insight/trend", "/api/v1/insight/trend?since=yesterday-ish", 422),
    ("/api/v1/insight/voice", "/api/v1/insight/voice?product=Rival", 422),
    ("/api/v1/digest", "/api/v1/digest?date=soon", 422),
    ("/api/v1/audit", "/api/v1/audit?until=soon", 422),
    ("/api/v1/sources/{name}/history", "/api/v1/sources/none/history", 404),
    ("/api/v1/customers/{id}/mentions", "/api/v1/customers/none/mentions", 404),
    ("/api/v1/replies/summary", "/api/v1/replies/summary?since=soon", 422),
    ("/api/v1/search-preview", "/api/v1/search-preview?q=", 422),
];

#[tokio::test]
async fn what_is_read_is_as_the_description_says() {
    let (test, id) = heard().await;
    let program = Program::admin(&test).await;
    let document = program.get("/api/v1/openapi.json").await.json();
    test.app.add_person("zoe", Role::Viewer, Some("zoe@acme.example".into()), "test").await.unwrap();
    for (route, asked) in READ {
        let answer = program.get(asked).await;
        assert_eq!(answer.status, 200, "{asked}: {}", answer.text);
        held(&document, "GET", route, &answer);
    }
    let one = program.get(&format!("/api/v1/mentions/{id}")).await;
    held(&document, "GET", "/api/v1/mentions/{id}", &one);
    assert_eq!(one.json()["tags"][0]["text"], "easy to use");
    for (route, asked, status) in REFUSED {
        let answer = program.get(asked).await;
        assert_eq!(answer.status, *status, "{asked}: {}", answer.text);
        held(&document, "GET", route, &answer);
    }
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_overlap() {
    let (test, _) = heard().await;
    let program = Program::admin(&test).await;
    let first = program.get("/api/v1/mentions?limit=1").await.json();
    let next = first["next"].as_str().unwrap();
    let second = program.get(&format!("/api/v1/mentions?limit=1&after={next}")).await.json();
    assert_eq!((first["total"].as_u64(), second["next"].clone()), (Some(2), Value::Null));
    assert_ne!(first["mentions"][0]["id"], second["mentions"][0]["id"]);
}

#[tokio::test]
async fn a_browser_changes_nothing_without_the_form_token_of_its_session() {
    let (test, _) = heard().await;
    let link = test.app.add_person("ann", Role::Manager, None, "test").await.unwrap().unwrap();
    let Chosen::Yes(session) = test.app.choose_password(link.told(), PASSWORD, &From::default()).await.unwrap() else { panic!() };
    let cookie = ("cookie", format!("goodword_session={}", session.told()));
    let browser = Program { router: goodword::web::router(test.app.clone()), headers: vec![cookie] };
    assert_eq!(browser.send("POST", "/api/v1/sources/forum/pause", json!({})).await.status, 403);
    let me = browser.get("/api/v1/me").await.json();
    assert_eq!((me["name"].clone(), me["by"].clone()), (json!("ann"), json!("session")));
    let token = me["form_token"].as_str().unwrap();
    let paused = browser.ask("POST", "/api/v1/sources/forum/pause", Some(json!({})), &[("x-form-token", token)]).await;
    assert_eq!((paused.status, paused.json()["enabled"].clone()), (200, json!(false)), "{}", paused.text);
}

#[tokio::test]
async fn a_private_search_is_its_owners() {
    let (test, _) = heard().await;
    let owner = Program::with_role(&test, Role::Manager, Scope::Admin).await;
    let other = Program::with_role(&test, Role::Responder, Scope::Admin).await;
    owner.send("POST", "/api/v1/searches", json!({"name": "mine", "query": "acme"})).await;
    assert_eq!(other.get("/api/v1/searches/mine").await.status, 404);
    owner.send("PATCH", "/api/v1/searches/mine", json!({"shared": true})).await;
    assert_eq!(other.get("/api/v1/searches/mine").await.status, 200);
    assert_eq!(other.send("PATCH", "/api/v1/searches/mine", json!({"shared": false})).await.status, 403);
}

#[tokio::test]
async fn whoever_asks_too_often_waits() {
    let (test, _) = heard().await;
    std::fs::write(test.dir().join("settings.toml"), "[web]\napi_per_minute = 3\n").unwrap();
    let test = test.reopened().await;
    let program = Program::admin(&test).await;
    for _ in 0..3 {
        assert_eq!(program.get("/api/v1/me").await.status, 200);
    }
    let answer = program.get("/api/v1/me").await;
    assert_eq!((answer.status, answer.headers["retry-after"].to_str().unwrap()), (429, "20"));
    test.later(std::time::Duration::from_secs(20));
    assert_eq!(program.get("/api/v1/me").await.status, 200);
}

#[tokio::test]
async fn metrics_and_readiness_tell_how_it_fares() {
    let (test, _) = heard().await;
    let program = Program::admin(&test).await;
    program.get("/api/v1/me").await;
    let page = program.get("/metrics").await;
    assert_eq!(page.status, 200, "{}", page.text);
    for line in [
        "goodword_mentions 2\n",
        "goodword_sources{coverage=\"fresh\"} 1\n",
        "goodword_outbox_messages{state=\"stuck\"} 0\n",
        "goodword_replies{status=\"waiting\"} ",
        "goodword_replies_overdue ",
        "goodword_index_lag_changes 0\n",
        "goodword_source_failures{source=\"forum\"} 0\n",
        "goodword_source_last_good_timestamp_seconds{source=\"forum\"} 1773144000\n",
        "# TYPE goodword_crawl_duration_seconds summary\n",
        "# TYPE goodword_crawl_mentions_new_total counter\n",
        "goodword_http_request_duration_seconds_count{method=\"GET\",route=\"/api/v1/me\",status=\"200\"} 1\n",
    ] {
        assert!(page.text.contains(line), "`{line}` is missing in\n{}", page.text);
    }
    let nobody = Program { router: goodword::web::router(test.app.clone()), headers: Vec::new() };
    assert_eq!(nobody.get("/metrics").await.status, 401);
    assert_eq!(nobody.get("/readyz").await.text, "store: ok\nindex: ok\nwriter: ok\nindex lag: 0\n");
    assert_eq!(nobody.get("/healthz").await.text, "ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn rounds_of_a_listening_process_are_measured() {
    let (test, _) = heard().await;
    test.later(std::time::Duration::from_secs(3600));
    let stop = tokio_util::sync::CancellationToken::new();
    let listening = tokio::spawn({
        let (app, stop) = (test.app.clone(), stop.clone());
        async move { app.listen(stop).await }
    });
    let program = Program::admin(&test).await;
    crate::receiver::until("a round", || !test.app.pulse().rounds.is_empty()).await;
    let page = program.get("/metrics").await.text;
    assert!(page.contains("goodword_crawl_duration_seconds_count{source=\"forum\",coverage=\""), "{page}");
    for line in page.lines().filter(|line| !line.starts_with('#')) {
        let name = line.split(['{', ' ']).next().unwrap();
        let family = ["_bucket", "_sum", "_count"].iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name);
        let is_told = |name: &str| page.contains(&format!("# TYPE {name} ")) && page.contains(&format!("# HELP {name} "));
        assert!(name.starts_with("goodword_") && (is_told(name) || is_told(family)), "{line}");
    }
    stop.cancel();
    listening.await.unwrap().unwrap();
}
