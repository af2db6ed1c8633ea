//! Coming in without a password: by a sign-in service that a test scripts, and by a link that is mailed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::{get, post};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use goodword::app::Letter;
use goodword::people::{Purpose, Role};
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

use crate::harness::TestApp;
use crate::web::{Answer, Browser, PASSWORD, silent};

/// A sign-in service on loopback that says what a test wants.
#[derive(Clone)]
struct Service(Arc<Mutex<Script>>);

struct Script {
    home: String,
    signs_with: EcdsaKeyPair,
    published: Value,
    header: Value,
    claims: Value,
    challenge: String,
    asked: Vec<String>,
}

fn key() -> (EcdsaKeyPair, Value) {
    let random = SystemRandom::new();
    let bytes = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, bytes.as_ref(), &random).unwrap();
    let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
    let published = json!({ "kty": "EC", "crv": "P-256", "kid": "1", "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y) });
    (pair, published)
}

impl Service {
    async fn serve() -> Self {
        let (signs_with, published) = key();
        let header = json!({ "alg": "ES256", "kid": "1" });
        let script =
            Script { home: String::new(), signs_with, published, header, claims: json!({}), challenge: String::new(), asked: Vec::new() };
        let service = Self(Arc::new(Mutex::new(script)));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        service.0.lock().unwrap().home = format!("http://{}", listener.local_addr().unwrap());
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(describe))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(service.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        service
    }

    fn home(&self) -> String {
        self.0.lock().unwrap().home.clone()
    }

    fn script(&self, change: impl FnOnce(&mut Script)) {
        change(&mut self.0.lock().unwrap());
    }

    /// An installation that believes it, with these further keys.
    async fn believed(&self, keys: &str) -> TestApp {
        let test = silent().await;
        drop(Browser::signed_in(&test, Role::Admin).await);
        std::fs::write(test.dir().join("oidc.secret"), "hush&hush\n").unwrap();
        let settings = format!(
            "[web.oidc]\nissuer = \"{}\"\nclient_id = \"goodword\"\nsecret = {{ file = \"oidc.secret\" }}\nallow_private = true\n{keys}\n",
            self.home()
        );
        std::fs::write(test.dir().join("settings.toml"), settings).unwrap();
        test.reopened().await
    }

    /// Goes there and comes back as somebody of whom it says `claims`.
    async fn enter(&self, browser: &mut Browser, claims: Value) -> Answer {
        let door = browser.get("/sign-in/service?next=%2Fsources").await;
        assert_eq!(door.status, 303, "{}", door.body);
        let door: url::Url = door.leads_to().parse().unwrap();
        let sent: BTreeMap<String, String> = door.query_pairs().into_owned().collect();
        assert_eq!((door.path(), sent["response_type"].as_str(), sent["code_challenge_method"].as_str()), ("/auth", "code", "S256"));
        assert_eq!(sent["redirect_uri"], "http://127.0.0.1:8420/sign-in/back");
        self.script(|script| {
            let now = "2026-03-10T12:00:00Z".parse::<jiff::Timestamp>().unwrap().as_second();
            let mut all = json!({ "iss": script.home, "aud": "goodword", "sub": "7", "exp": now + 300, "iat": now, "nonce": sent["nonce"],
                "email": "ann@acme.example", "email_verified": true });
            all.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
            (script.claims, script.challenge) = (all, sent["code_challenge"].clone());
        });
        browser.get(&format!("/sign-in/back?code=xyz&state={}", sent["state"])).await
    }
}

async fn describe(State(service): State<Service>) -> String {
    let mut script = service.0.lock().unwrap();
    script.asked.push("describe".to_owned());
    let home = &script.home;
    let description = json!({ "issuer": home, "authorization_endpoint": format!("{home}/auth"), "token_endpoint": format!("{home}/token"),
        "jwks_uri": format!("{home}/keys") });
    description.to_string()
}

async fn keys(State(service): State<Service>) -> String {
    let mut script = service.0.lock().unwrap();
    script.asked.push("keys".to_owned());
    json!({ "keys": [script.published] }).to_string()
}

async fn token(State(service): State<Service>, headers: HeaderMap, body: String) -> Result<String, axum::http::StatusCode> {
    let mut script = service.0.lock().unwrap();
    script.asked.push("token".to_owned());
    let sent: BTreeMap<String, String> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    let fits = URL_SAFE_NO_PAD.encode(digest(&SHA256, sent["code_verifier"].as_bytes())) == script.challenge;
    let basic = format!("Basic {}", STANDARD.encode("goodword:hush%26hush"));
    if !fits || sent["code"] != "xyz" || headers["authorization"] != basic {
        return Err(axum::http::StatusCode::BAD_REQUEST);
    }
    let signed = [&script.header, &script.claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string())).join(".");
    let signature = script.signs_with.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
    Ok(json!({ "id_token": format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)), "token_type": "Bearer" }).to_string())
}

async fn names(test: &TestApp) -> Vec<(String, Role)> {
    test.app.people().await.unwrap().into_iter().map(|person| (person.name, person.role)).collect()
}

#[tokio::test]
async fn somebody_known_comes_in_by_the_sign_in_service_and_stays_who_they_are() {
    let service = Service::serve().await;
    let test = service.believed("label = \"Acme login\"").await;
    test.app.add_person("ann", Role::Responder, Some("Ann@acme.example".into()), "test").await.unwrap();
    let mut browser = Browser::new(&test);
    assert!(browser.get("/sign-in?next=/sources").await.body.contains("Sign in with Acme login"));
    assert_eq!(service.enter(&mut browser, json!({})).await.leads_to(), "/sources");
    assert!(browser.get("/you").await.body.contains("<bdi>ann</bdi>"));
    assert_eq!(browser.get("/people").await.status, 403, "with the role they have here");
    // Another address there, the same person; and the address that is free now is nobody else's way in.
    let mut later = Browser::new(&test);
    assert_eq!(service.enter(&mut later, json!({ "email": "ann.new@acme.example" })).await.leads_to(), "/sources");
    assert!(later.get("/you").await.body.contains("<bdi>ann</bdi>"));
    let other = service.enter(&mut Browser::new(&test), json!({ "sub": "8" })).await;
    assert!(other.status == 403 && other.body.contains("another account"), "{}", other.body);
    assert_eq!(names(&test).await.len(), 2);
    let asked = service.0.lock().unwrap().asked.clone();
    assert_eq!(asked.iter().filter(|asked| *asked == "describe").count(), 1, "it is not asked who it is each time: {asked:?}");
}

#[tokio::test]
async fn what_the_sign_in_service_did_not_say_to_this_browser_now_lets_nobody_in() {
    let service = Service::serve().await;
    let test = service.believed("").await;
    test.app.add_person("ann", Role::Responder, Some("ann@acme.example".into()), "test").await.unwrap();
    let home = service.home();
    let now = "2026-03-10T12:00:00Z".parse::<jiff::Timestamp>().unwrap().as_second();
    for claims in [
        json!({ "nonce": "other" }),
        json!({ "aud": "other" }),
        json!({ "iss": format!("{home}/") }),
        json!({ "exp": now - 3600 }),
        json!({ "iat": now + 3600 }),
    ] {
        let answer = service.enter(&mut Browser::new(&test), claims.clone()).await;
        assert!(answer.status == 502 && answer.body.contains("not to be trusted"), "{claims}: {} {}", answer.status, answer.body);
    }
    let good = service.0.lock().unwrap().header.clone();
    for header in [json!({ "alg": "none" }), json!({ "alg": "HS256" }), json!({ "alg": "ES256", "kid": "2" })] {
        service.script(|script| script.header = header.clone());
        assert_eq!(service.enter(&mut Browser::new(&test), json!({})).await.status, 502, "{header}");
    }
    service.script(|script| (script.header, script.signs_with) = (good, key().0));
    assert_eq!(service.enter(&mut Browser::new(&test), json!({})).await.status, 502, "signed by somebody else");
    assert_eq!(test.app.sessions("ann").await.unwrap().len(), 0);
}

#[tokio::test]
async fn a_sign_in_that_this_browser_did_not_begin_or_that_failed_there_is_not_ended_here() {
    let service = Service::serve().await;
    let test = service.believed("").await;
    let mut browser = Browser::new(&test);
    let answer = browser.get("/sign-in/back?code=xyz&state=made-up").await;
    assert!(answer.status == 400 && answer.body.contains("not begun in this browser"), "{}", answer.body);
    let door: url::Url = browser.get("/sign-in/service").await.leads_to().parse().unwrap();
    let state = door.query_pairs().find(|(key, _)| key == "state").unwrap().1.into_owned();
    assert_eq!(Browser::new(&test).get(&format!("/sign-in/back?code=xyz&state={state}")).await.status, 400, "another browser");
    let answer = browser.get(&format!("/sign-in/back?error=access_denied&state={state}")).await;
    assert!(answer.status == 403 && answer.body.contains("did not sign you in"), "{}", answer.body);
    assert_eq!(browser.get(&format!("/sign-in/back?code=xyz&state={state}")).await.status, 400, "it is over");
    assert!(!service.0.lock().unwrap().asked.contains(&"token".to_owned()));
    assert_eq!(Browser::new(&silent().await).get("/sign-in/service").await.status, 404, "none is configured");
}

#[tokio::test]
async fn newcomers_get_the_role_of_their_groups_and_lose_it_with_them() {
    let service = Service::serve().await;
    let test = service.believed("domains = [\"acme.example\"]\nroles = { crew = \"manager\", boss = \"admin\" }").await;
    let who = |groups: &[&str]| json!({ "email": "bo@acme.example", "sub": "9", "groups": groups });
    let mut browser = Browser::new(&test);
    assert_eq!(service.enter(&mut browser, who(&["crew"])).await.leads_to(), "/sources");
    assert!(names(&test).await.contains(&("bo@acme.example".to_owned(), Role::Manager)));
    service.enter(&mut Browser::new(&test), who(&["crew", "boss"])).await;
    assert!(names(&test).await.contains(&("bo@acme.example".to_owned(), Role::Admin)));
    for (claims, why) in [
        (who(&[]), "gives you no role"),
        (json!({ "email": "eve@evil.example", "sub": "10", "groups": ["boss"] }), "mail domain"),
        (json!({ "email": "cy@acme.example", "sub": "11", "groups": ["boss"], "email_verified": false }), "for certain"),
    ] {
        let answer = service.enter(&mut Browser::new(&test), claims).await;
        assert!(answer.status == 403 && answer.body.contains(why), "{why}: {}", answer.body);
    }
    assert_eq!(names(&test).await.len(), 2);
    assert!(test.deeds().await.contains(&"person-added".to_owned()));
}

#[tokio::test]
async fn new_keys_of_the_sign_in_service_are_taken_up() {
    let service = Service::serve().await;
    let test = service.believed("newcomers = \"viewer\"").await;
    assert_eq!(service.enter(&mut Browser::new(&test), json!({})).await.leads_to(), "/sources");
    let (signs_with, mut published) = key();
    published["kid"] = "2".into();
    service.script(|script| {
        (script.signs_with, script.published, script.header) = (signs_with, published, json!({ "alg": "ES256", "kid": "2" }));
    });
    test.later(Duration::from_secs(61));
    assert_eq!(service.enter(&mut Browser::new(&test), json!({})).await.leads_to(), "/sources");
}

/// Installations whose mail is kept in memory.
async fn mailing() -> TestApp {
    let test = silent().await;
    std::fs::write(test.dir().join("settings.toml"), "[mail]\ntransport = \"memory\"\n").unwrap();
    let test = test.reopened().await;
    drop(Browser::signed_in(&test, Role::Viewer).await);
    test.app.set_mail("viewer", Some("vi@acme.example".into()), "test").await.unwrap();
    test
}

/// What was mailed once the outbox holds `count`.
async fn mailed(test: &TestApp, count: usize) -> Vec<String> {
    for _ in 0..200 {
        if test.app.outgoing(None, 100).await.unwrap().len() >= count {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    test.app.deliver().await.unwrap();
    test.app.mails().mails()
}

#[tokio::test]
async fn a_forgotten_password_is_chosen_anew_by_a_link_that_is_mailed_and_opens_once() {
    let test = mailing().await;
    let mut browser = Browser::new(&test);
    assert!(browser.get("/sign-in").await.body.contains("href=\"/forgotten\""));
    let known = browser.post("/forgotten", &[("name", " VI@acme.example")]).await;
    let unknown = browser.post("/forgotten", &[("name", "nobody@acme.example")]).await;
    assert_eq!((known.status, unknown.status), (200, 200));
    let without_token = |page: &str| {
        page.split("name=\"form_token\" value=\"")
            .map(|part| part.split_once('"').map_or(part, |(_, rest)| rest).to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(without_token(&known.body)[1..], without_token(&unknown.body)[1..], "nothing tells whether somebody is known");
    let mails = mailed(&test, 1).await;
    assert_eq!(mails.len(), 1, "{mails:#?}");
    let mail = mail_parser::MessageParser::default().parse(mails[0].as_bytes()).unwrap();
    assert_eq!(mail.to().unwrap().first().unwrap().address().unwrap(), "vi@acme.example");
    let text = mail.body_text(0).unwrap().into_owned();
    let link = text.split_whitespace().find(|word| word.starts_with("http://127.0.0.1:8420/password/")).unwrap();
    let path = link.trim_start_matches("http://127.0.0.1:8420");
    assert!(browser.get(path).await.body.contains("For viewer"));
    assert_eq!(browser.post(path, &[("password", "another horse entirely")]).await.leads_to(), "/");
    assert_eq!(Browser::new(&test).get(path).await.status, 404, "it opens once");
    let mut again = Browser::new(&test);
    assert_eq!(again.post("/sign-in", &[("name", "viewer"), ("password", PASSWORD)]).await.status, 401);
    assert_eq!(again.post("/sign-in", &[("name", "viewer"), ("password", "another horse entirely")]).await.leads_to(), "/");
    assert!(test.deeds().await.contains(&"link-mailed".to_owned()));
}

#[tokio::test]
async fn a_mailed_link_is_over_after_an_hour_and_only_for_those_who_may_sign_in() {
    let test = mailing().await;
    test.app.add_person("reader", Role::EmailOnly, Some("r@acme.example".into()), "test").await.unwrap();
    let letter = Letter { subject: "s", text: "{name} {link}" };
    for whose in ["viewer", "reader", "nobody", ""] {
        test.app.mail_link(whose, letter).await.unwrap();
    }
    let mails = mailed(&test, 1).await;
    assert_eq!(mails.len(), 1, "{mails:#?}");
    let text = mail_parser::MessageParser::default().parse(mails[0].as_bytes()).unwrap().body_text(0).unwrap().into_owned();
    let secret = text.trim().rsplit('/').next().unwrap().to_owned();
    assert_eq!(test.app.link_for(&secret, Purpose::Password).await.unwrap().as_deref(), Some("viewer"));
    test.later(Duration::from_secs(3601));
    assert_eq!(test.app.link_for(&secret, Purpose::Password).await.unwrap(), None);
}

#[tokio::test]
async fn links_for_forgotten_passwords_cannot_be_asked_for_without_end() {
    let test = mailing().await;
    let mut browser = Browser::new(&test);
    for _ in 0..5 {
        assert_eq!(browser.post("/forgotten", &[("name", "viewer")]).await.status, 200);
    }
    assert_eq!(browser.post("/forgotten", &[("name", "Viewer ")]).await.status, 429);
    assert_eq!(browser.post("/forgotten", &[("name", "other")]).await.status, 200, "others do not wait");
    test.later(Duration::from_secs(61));
    assert_eq!(browser.post("/forgotten", &[("name", "viewer")]).await.status, 200);
}

#[tokio::test]
async fn where_no_mail_goes_out_the_page_says_how_a_password_is_chosen_anew() {
    let test = silent().await;
    let mut browser = Browser::signed_in(&test, Role::Admin).await;
    let page = browser.get("/forgotten").await.body;
    assert!(page.contains("goodword user reset NAME") && !page.contains("action=\"/forgotten\""), "{page}");
    assert_eq!(browser.post("/forgotten", &[("name", "admin")]).await.status, 422);
    assert!(test.app.outgoing(None, 10).await.unwrap().is_empty());
    let wrong = browser.post("/people/admin/mail", &[("mail", "no address")]).await;
    assert!(wrong.status == 422 && wrong.body.contains("is not a mail address"), "{}", wrong.body);
    assert_eq!(browser.post("/people/admin/mail", &[("mail", "ann@acme.example")]).await.leads_to(), "/people");
    assert!(browser.get("/people").await.body.contains("value=\"ann@acme.example\""));
}
