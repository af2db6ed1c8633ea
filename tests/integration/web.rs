//! The web page, asked as a browser asks: signed in, with cookies and forms.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, Request};
use goodword::app::{App, Chosen, From, SignedIn};
use goodword::people::{Role, Scope};
use goodword::web::permissions::{Need, Rule, TABLE};
use tower::ServiceExt;

use crate::harness::{Page, Site, TestApp, feed, rss};

/// A good password.
pub const PASSWORD: &str = "a horse and a battery";

/// Somebody with a browser.
pub struct Browser {
    app: Arc<App>,
    cookies: Vec<(String, String)>,
    pub headers: Vec<(&'static str, String)>,
}

/// What a browser was answered.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Browser {
    pub fn new(test: &TestApp) -> Self {
        Self { app: test.app.clone(), cookies: Vec::new(), headers: Vec::new() }
    }

    /// Somebody of this role, signed in.
    pub async fn signed_in(test: &TestApp, role: Role) -> Self {
        let name = role.as_str();
        let link = test.app.add_person(name, role, None, "test").await.unwrap().unwrap();
        let Chosen::Yes(secret) = test.app.choose_password(link.told(), PASSWORD, &From::default()).await.unwrap() else {
            panic!("no session")
        };
        let cookies = vec![("goodword_session".to_owned(), secret.told().to_owned())];
        Self { cookies, ..Self::new(test) }
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.ask(Request::get(path), String::new()).await
    }

    /// Sends a form as it is, without a token.
    pub async fn post_bare(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.ask(Request::post(path).header("content-type", "application/x-www-form-urlencoded"), body).await
    }

    /// The token of the forms of a page.
    pub async fn token_page(&mut self, path: &str) -> String {
        let page = self.get(path).await;
        page.body.split("name=\"form_token\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    }

    /// What it sends as cookies.
    pub fn cookie(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// Sends a form with the token that a page shows.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let page = self.get(if self.cookies.iter().any(|(name, _)| name == "goodword_session") { "/you" } else { "/sign-in" }).await;
        let token = page.body.split("name=\"form_token\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("form_token", token.as_str())]).collect();
        self.post_bare(path, &fields).await
    }

    async fn ask(&mut self, mut request: axum::http::request::Builder, body: String) -> Answer {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let response = goodword::web::router(self.app.clone()).oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        for cookie in response.headers().get_all("set-cookie") {
            let (name, value) = cookie.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        if headers.get("content-type").is_some_and(|kind| kind == "text/event-stream") {
            return Answer { status, headers, body: String::new() };
        }
        let body = axum::body::to_bytes(response.into_body(), 10 << 20).await.unwrap();
        Answer { status, headers, body: String::from_utf8(body.to_vec()).unwrap() }
    }
}

impl Answer {
    pub fn leads_to(&self) -> &str {
        self.headers.get("location").map_or("", |location| location.to_str().unwrap())
    }

    /// Whether the door was closed: to sign in, or refused.
    fn is_refused(&self) -> bool {
        matches!(self.status, 401 | 403 | 405) || self.leads_to().starts_with("/sign-in?") || self.leads_to() == "/sign-in"
    }
}

pub async fn heard(items: &[(&str, &str, &str)]) -> TestApp {
    let site = Site::default();
    site.show("/feed", rss(items));
    let address = site.serve().await;
    let test = TestApp::with_sources(&feed("forum", &format!("http://{address}/feed"))).await;
    test.crawl().await;
    test.search("").await;
    test
}

pub async fn silent() -> TestApp {
    TestApp::with_sources(&feed("forum", "http://127.0.0.1:9/feed")).await
}

#[tokio::test]
async fn results_show_their_evidence() {
    let test = heard(&[("1", "Ann", "Acme Desk is easy to use, but it crashes.")]).await;
    let page = Browser::signed_in(&test, Role::Viewer).await.get("/mentions?q=acme").await;
    assert_eq!(page.status, 200);
    for part in [
        "<mark class=\"praise\">easy to use</mark>",
        "<mark class=\"complaint\">crashes</mark>",
        "1 of 1 mentions",
        "ease of use",
        ">mixed<",
        "same clause",
    ] {
        assert!(page.body.contains(part), "`{part}` is missing in\n{}", page.body);
    }
    assert!(!page.body.contains("Not this"), "a viewer corrects nothing");
}

#[tokio::test]
async fn hostile_text_stays_text() {
    let hostile = "&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt; great &lt;b onclick=x&gt;bold&lt;/b&gt; \
        &amp;lt;svg onload=alert(2)&amp;gt; \u{202e}evil\u{202c} z\u{0301}\u{0301}\u{0301}\u{0301}algo";
    let test = heard(&[("1", "&lt;img onerror=x&gt;", hostile)]).await;
    let mut browser = Browser::signed_in(&test, Role::Admin).await;
    let found = browser.get("/mentions?q=great%22%3E%3Cscript%3E").await;
    let id = test.app.search(&Default::default()).await.unwrap().hits[0].stored.id.clone();
    for page in [found, browser.get("/mentions?q=great").await, browser.get(&format!("/mentions/{id}")).await] {
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert!(!page.body.contains("<script>") && !page.body.contains("<svg onload"), "{}", page.body);
        assert!(!page.body.contains("<img") && !page.body.contains("<b "), "{}", page.body);
        assert!(!page.body.contains(" style=") && !page.body.contains(" onclick=x>b"), "{}", page.body);
    }
    assert!(browser.get(&format!("/mentions/{id}")).await.body.contains("alert(1)"));
}

#[tokio::test]
async fn an_empty_installation_says_what_to_do_next() {
    let test = silent().await;
    test.search("").await;
    let mut browser = Browser::signed_in(&test, Role::Viewer).await;
    assert_eq!(browser.get("/?q=a").await.leads_to(), "/mentions?q=a");
    assert!(browser.get("/mentions").await.body.contains("Nothing has been heard yet"));
    assert!(browser.get("/sources").await.body.contains("not asked yet"));
}

#[tokio::test]
async fn what_was_not_heard_is_told_beside_the_results() {
    let site = Site::default();
    site.set("/feed", Page { status: 403, ..Default::default() });
    let address = site.serve().await;
    let test = TestApp::with_sources(&feed("forum", &format!("http://{address}/feed"))).await;
    test.crawl().await;
    test.search("").await;
    let mut browser = Browser::signed_in(&test, Role::Manager).await;
    let page = browser.get("/mentions").await;
    assert!(page.body.contains("Not everything was heard: 1 of the sources"), "{}", page.body);
    let page = browser.get("/sources").await;
    assert!(page.body.contains("<span class=\"coverage blocked\">blocked</span>"), "{}", page.body);
    assert_eq!(browser.post("/sources/forum/pause", &[]).await.leads_to(), "/sources");
    assert!(browser.get("/sources").await.body.contains(">paused<"));
    assert_eq!(browser.post("/sources/forum/resume", &[]).await.leads_to(), "/sources");
    assert_eq!(browser.post("/sources/nowhere/pause", &[]).await.status, 404);
    assert!(browser.get("/audit").await.body.contains("resumed a source"));
}

#[tokio::test]
async fn the_page_is_served_beyond_this_machine_only_behind_https() {
    let everywhere = "0.0.0.0:0".parse().unwrap();
    let error = goodword::web::bind(everywhere, &Default::default()).await.unwrap_err();
    assert!(error.to_string().contains("tls = \"terminated\""), "{error}");
}

#[tokio::test]
async fn every_route_lets_in_whom_the_table_says() {
    let test = heard(&[("1", "Ann", "Acme Desk is easy to use")]).await;
    test.app.add_person("mail", Role::EmailOnly, None, "test").await.unwrap();
    let token = test.app.make_token("mail", "t", Scope::Admin, "test").await.unwrap();
    let mut visitors = vec![(None, Browser::new(&test))];
    visitors.push((Some(Role::EmailOnly), Browser { headers: vec![("authorization", format!("Bearer {token}"))], ..Browser::new(&test) }));
    for role in [Role::Viewer, Role::Responder, Role::Manager, Role::Admin] {
        visitors.push((Some(role), Browser::signed_in(&test, role).await));
    }
    for (role, browser) in &mut visitors {
        for Rule { method, path, need } in TABLE {
            if ["/api/", "/mcp", "/metrics"].iter().any(|start| path.starts_with(start)) {
                continue; // Programs are asked for in a test of their own.
            }
            // What ends sessions would end the walk, and a program has no forms to be sent where nobody signs in.
            let is_form = *method == "POST" && *need == Need::Nothing && *role == Some(Role::EmailOnly);
            if is_form || (path.contains("sign-out") && need.lets_in(*role)) {
                continue;
            }
            let asked = path
                .replace("{id}", "none")
                .replace("{name}", "none")
                .replace("{secret}", "none")
                .replace("{file}", "none")
                .replace("{source}", "none")
                .replace("{token}", "none");
            let answer = match *method {
                "GET" => browser.get(&asked).await,
                _ if *role == Some(Role::EmailOnly) => browser.post_bare(&asked, &[]).await,
                _ => browser.post(&asked, &[("name", "x")]).await,
            };
            let is_sign_in = *path == "/sign-in" || matches!(need, Need::OwnToken);
            assert!(answer.is_refused() != need.lets_in(*role) || is_sign_in, "{role:?} {method} {path}: {}", answer.status);
        }
    }
}

#[tokio::test]
async fn a_route_that_is_not_listed_is_refused_and_a_form_is_not_taken_by_looking() {
    let test = silent().await;
    let mut browser = Browser::signed_in(&test, Role::Admin).await;
    assert_eq!(browser.get("/people/x/remove").await.status, 405);
    assert_eq!(browser.get("/nowhere").await.status, 404);
}

#[tokio::test]
async fn a_change_needs_a_form_of_ours() {
    let test = silent().await;
    let mut browser = Browser::signed_in(&test, Role::Admin).await;
    for fields in [&[][..], &[("form_token", "AAAA")]] {
        let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("name", "eve"), ("role", "admin")]).collect();
        assert_eq!(browser.post_bare("/people", &fields).await.status, 403);
    }
    browser.headers = vec![("host", "127.0.0.1:8420".into()), ("origin", "https://evil.example".into())];
    assert_eq!(browser.post("/people", &[("name", "eve"), ("role", "admin")]).await.status, 403, "even with the token");
    browser.headers = vec![("sec-fetch-site", "cross-site".into())];
    assert_eq!(browser.post("/people", &[("name", "eve"), ("role", "admin")]).await.status, 403);
    assert_eq!(test.app.people().await.unwrap().len(), 1);
    browser.headers.clear();
    let made = browser.post("/people", &[("name", "bob"), ("role", "viewer")]).await;
    assert_eq!(made.status, 200);
    assert!(made.body.contains("/password/"), "{}", made.body);
}

#[tokio::test]
async fn the_first_admin_is_made_by_the_setup_link_once() {
    let test = silent().await;
    let secret = test.app.setup_link().await.unwrap().unwrap();
    let mut browser = Browser::new(&test);
    assert_eq!(browser.get("/mentions?q=a").await.leads_to(), "/sign-in?next=%2Fmentions%3Fq%3Da");
    assert!(browser.get("/sign-in").await.body.contains("setup link"));
    let path = format!("/setup/{}", secret.told());
    assert_eq!(browser.get(&path).await.status, 200);
    let short = browser.post(&path, &[("name", "Ann"), ("password", "short")]).await;
    assert_eq!(short.status, 422);
    assert!(short.body.contains("at least ten characters"));
    assert_eq!(browser.post(&path, &[("name", "Ann"), ("password", PASSWORD)]).await.leads_to(), "/");
    assert_eq!(browser.get("/people").await.status, 200);
    assert_eq!(Browser::new(&test).get(&path).await.status, 404, "the link opens once");
    assert!(test.app.setup_link().await.unwrap().is_none());
}

#[tokio::test]
async fn wrong_passwords_are_slowed_down_and_time_heals() {
    let test = silent().await;
    drop(Browser::signed_in(&test, Role::Viewer).await);
    let mut browser = Browser::new(&test);
    for _ in 0..5 {
        assert_eq!(browser.post("/sign-in", &[("name", "viewer"), ("password", "wrong wrong")]).await.status, 401);
    }
    let right = [("name", "viewer"), ("password", PASSWORD), ("next", "/sources")];
    assert_eq!(browser.post("/sign-in", &right).await.status, 429);
    test.later(std::time::Duration::from_secs(61));
    assert_eq!(browser.post("/sign-in", &right).await.leads_to(), "/sources");
    assert_eq!(browser.post("/sign-out", &[]).await.leads_to(), "/sign-in");
    assert!(browser.get("/mentions").await.is_refused());
}

#[tokio::test]
async fn a_session_ends_by_time_by_revocation_and_by_a_new_password() {
    let test = silent().await;
    let mut browser = Browser::signed_in(&test, Role::Viewer).await;
    let other = test.app.sign_in("viewer", PASSWORD, &From::default()).await.unwrap();
    let SignedIn::Yes(other) = other else { panic!("not signed in") };
    assert_eq!(test.app.sessions("viewer").await.unwrap().len(), 2);
    let link = test.app.reset_link("viewer", "test").await.unwrap();
    assert!(matches!(test.app.choose_password(link.told(), "another horse entirely", &From::default()).await.unwrap(), Chosen::Yes(_)));
    assert!(browser.get("/mentions").await.is_refused());
    assert!(test.app.signed_in(other.told()).await.unwrap().is_none());
    let SignedIn::Yes(new) = test.app.sign_in("viewer", "another horse entirely", &From::default()).await.unwrap() else { panic!() };
    test.later(std::time::Duration::from_secs(6 * 86_400));
    assert!(test.app.signed_in(new.told()).await.unwrap().is_some());
    test.later(std::time::Duration::from_secs(7 * 86_400 - 1));
    assert!(test.app.signed_in(new.told()).await.unwrap().is_some(), "its use was noted");
    test.later(std::time::Duration::from_secs(7 * 86_400));
    assert!(test.app.signed_in(new.told()).await.unwrap().is_none());
}

#[tokio::test]
async fn the_last_admin_stays() {
    let test = silent().await;
    let mut browser = Browser::signed_in(&test, Role::Admin).await;
    for (path, fields) in [("/people/admin/remove", vec![]), ("/people/admin/role", vec![("role", "viewer")])] {
        let answer = browser.post(path, &fields).await;
        assert_eq!(answer.status, 422);
        assert!(answer.body.contains("last admin"), "{}", answer.body);
    }
    assert_eq!(browser.get("/people").await.status, 200);
}

#[tokio::test]
async fn tokens_do_what_their_scope_says() {
    let test = silent().await;
    drop(Browser::signed_in(&test, Role::Admin).await);
    let secret = test.app.make_token("admin", "script", Scope::Read, "test").await.unwrap();
    let mut program = Browser { headers: vec![("authorization", format!("Bearer {secret}"))], ..Browser::new(&test) };
    assert_eq!(program.get("/mentions").await.status, 200);
    assert_eq!(program.get("/people").await.status, 403);
    assert_eq!(program.post_bare("/sources/forum/pause", &[]).await.status, 403);
    assert_eq!(program.post_bare("/you/tokens", &[("label", "more"), ("scope", "admin")]).await.status, 403);
    test.app.remove_token("admin", "script", "test").await.unwrap();
    assert_eq!(program.get("/mentions").await.status, 401);
}

#[tokio::test]
async fn only_a_listed_proxy_is_believed() {
    use axum::extract::ConnectInfo;
    let test = silent().await;
    drop(Browser::signed_in(&test, Role::Viewer).await);
    std::fs::write(test.dir().join("settings.toml"), "[web]\ntrusted_header = \"X-User\"\nproxies = [\"10.0.0.1\"]\n").unwrap();
    let test = test.reopened().await;
    for (peer, name, status) in [("10.0.0.1:1", "Viewer", 200), ("10.0.0.2:1", "viewer", 303), ("10.0.0.1:1", "eve", 303)] {
        let peer: std::net::SocketAddr = peer.parse().unwrap();
        let request = Request::get("/mentions").header("x-user", name).extension(ConnectInfo(peer)).body(Body::empty()).unwrap();
        let response = goodword::web::router(test.app.clone()).oneshot(request).await.unwrap();
        assert_eq!(response.status().as_u16(), status, "{peer} {name}");
    }
}

#[tokio::test]
async fn cookies_are_kept_from_scripts_and_behind_https_from_unencrypted_ways() {
    let test = silent().await;
    drop(Browser::signed_in(&test, Role::Viewer).await);
    std::fs::write(test.dir().join("settings.toml"), "[web]\npublic_url = \"https://goodword.example\"\n").unwrap();
    let test = test.reopened().await;
    let answer = Browser::new(&test).post("/sign-in", &[("name", "viewer"), ("password", PASSWORD)]).await;
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    for part in ["HttpOnly", "SameSite=Lax", "Secure"] {
        assert!(cookie.contains(part), "{cookie}");
    }
}

#[tokio::test]
async fn a_tag_is_corrected_and_the_correction_taken_back_by_forms() {
    let test = heard(&[("1", "Ann", "Acme Desk is easy to use")]).await;
    let id = test.app.search(&Default::default()).await.unwrap().hits[0].stored.id.clone();
    let mut browser = Browser::signed_in(&test, Role::Responder).await;
    assert!(browser.get("/mentions").await.body.contains("Not this"));
    let answer = browser.post(&format!("/mentions/{id}/correct"), &[("tag", "1"), ("says", "not-this")]).await;
    assert_eq!(answer.leads_to(), format!("/mentions/{id}"));
    let page = browser.get(&format!("/mentions/{id}")).await;
    assert!(page.body.contains("says no such thing (responder"), "{}", page.body);
    assert!(!page.body.contains("<mark class=\"praise\">"), "{}", page.body);
    assert_eq!(browser.post(&format!("/mentions/{id}/correct"), &[("tag", "9"), ("says", "not-this")]).await.status, 422);
    browser.post(&format!("/mentions/{id}/undo"), &[("number", "1")]).await;
    assert!(browser.get(&format!("/mentions/{id}")).await.body.contains("<mark class=\"praise\">"));
    assert_eq!(browser.get("/mentions/nothing").await.status, 404);
}

#[tokio::test]
async fn the_page_speaks_the_readers_language_and_keeps_their_zone() {
    let test = heard(&[("1", "Ann", "Acme Desk is easy to use")]).await;
    let mut browser = Browser::signed_in(&test, Role::Viewer).await;
    browser.headers = vec![("accept-language", "zh-CN,zh;q=0.9".into())];
    let page = browser.get("/mentions").await.body;
    assert!(page.contains("<html lang=\"zh-CN\">") && page.contains("搜索声音") && page.contains(">表扬<"), "{page}");
    assert!(page.contains("2026-03-02 10:00"), "{page}");
    browser.post("/language", &[("lang", "en"), ("back", "/sources")]).await;
    assert!(browser.get("/mentions").await.body.contains("Search mentions"), "what was chosen counts before the browser's");
    browser.post("/you/settings", &[("lang", "en"), ("zone", "Asia/Shanghai")]).await;
    assert!(browser.get("/mentions").await.body.contains("2026-03-02 18:00"));
    let wrong = browser.post("/you/settings", &[("lang", "en"), ("zone", "Atlantis")]).await;
    assert!(wrong.status == 422 && wrong.body.contains("Atlantis"), "{}", wrong.status);
}

#[tokio::test]
async fn the_first_load_is_light_and_kept_by_browsers() {
    let texts: Vec<String> =
        (0..20).map(|n| format!("Acme Desk number {n} is easy to use, but it crashes. {}", "More words. ".repeat(30))).collect();
    let numbers: Vec<String> = (0..20).map(|n| n.to_string()).collect();
    let items: Vec<(&str, &str, &str)> = numbers.iter().zip(&texts).map(|(n, text)| (n.as_str(), "Ann", text.as_str())).collect();
    let test = heard(&items).await;
    let mut browser = Browser::signed_in(&test, Role::Admin).await;
    let page = browser.get("/mentions").await;
    let mut bytes = page.body.len();
    let assets: Vec<&str> = page.body.split('"').filter(|part| part.starts_with("/assets/")).collect();
    assert!(assets.len() >= 4, "{assets:?}");
    for asset in assets {
        let asset = browser.get(asset).await;
        assert_eq!(asset.status, 200);
        assert!(asset.headers["cache-control"].to_str().unwrap().contains("immutable"));
        bytes += asset.body.len();
    }
    assert!(bytes < 150_000, "{bytes} bytes before compression");
    let request = Request::get("/mentions").header("cookie", browser.cookie()).header("accept-encoding", "gzip");
    let sent = goodword::web::router(test.app.clone()).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(sent.headers()["content-encoding"], "gzip");
    let sent = axum::body::to_bytes(sent.into_body(), 10 << 20).await.unwrap().len();
    assert!(sent * 3 < page.body.len(), "{sent} bytes of {} are sent", page.body.len());
}
