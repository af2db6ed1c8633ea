//! The pages in a real browser, Debian's Chromium, spoken to in its own protocol: both languages, scripts on and off. Nothing may be said
//! on the console, and no request may leave this machine. Said aloud where there is no Chromium; under `CI=true` that is a failure.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use base64::Engine;
use futures_util::{SinkExt, StreamExt};
use goodword::app::NewSearch;
use goodword::people::Role;
use goodword::replies::Leave;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use tokio_util::sync::CancellationToken;

use crate::harness::{Site, TestApp, feed, rss};

/// A page in a Chromium of its own.
pub struct Chromium {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    session: String,
    sent: u64,
    /// What it told that nobody has looked at yet.
    pub told: VecDeque<Value>,
    /// Every address asked for, and everything said on the console.
    pub asked: Vec<String>,
    pub said: Vec<String>,
    process: Child,
    _profile: tempfile::TempDir,
}

impl Chromium {
    pub async fn start() -> Option<Self> {
        let profile = tempfile::tempdir().unwrap();
        let mut command = Command::new(std::env::var("GOODWORD_TEST_CHROMIUM").unwrap_or_else(|_| "chromium".to_owned()));
        command.args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars", "--remote-debugging-port=0"]);
        command.args([
            "--disable-background-networking",
            "--disable-component-update",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        ]);
        command.arg(format!("--user-data-dir={}", profile.path().display())).arg("about:blank");
        let started = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn();
        let Ok(mut process) = started else {
            assert!(std::env::var("CI").is_err(), "no Chromium: run the tests with ./tests/run");
            eprintln!("NOT RUN in a browser: there is no Chromium; run the tests with ./tests/run");
            return None;
        };
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let address = loop {
            let line = lines.next().expect("Chromium says where it listens").unwrap();
            if let Some((_, address)) = line.split_once("DevTools listening on ") {
                break address.to_owned();
            }
        };
        std::thread::spawn(move || lines.for_each(drop));
        let (socket, _) = tokio_tungstenite::connect_async(address).await.unwrap();
        let mut chromium = Self {
            socket,
            session: String::new(),
            sent: 0,
            told: VecDeque::new(),
            asked: Vec::new(),
            said: Vec::new(),
            process,
            _profile: profile,
        };
        let target = chromium.call("Target.createTarget", json!({ "url": "about:blank" })).await["targetId"].clone();
        let session = chromium.call("Target.attachToTarget", json!({ "targetId": target, "flatten": true })).await;
        chromium.session = session["sessionId"].as_str().unwrap().to_owned();
        for domain in ["Page", "Runtime", "Log", "Network"] {
            chromium.call(&format!("{domain}.enable"), json!({})).await;
        }
        Some(chromium)
    }

    pub async fn call(&mut self, method: &str, params: Value) -> Value {
        self.sent += 1;
        let mut message = json!({ "id": self.sent, "method": method, "params": params });
        if !self.session.is_empty() {
            message["sessionId"] = self.session.clone().into();
        }
        self.socket.send(Message::text(message.to_string())).await.unwrap();
        loop {
            let answer = self.next().await;
            if answer["id"] == self.sent {
                assert!(answer["error"].is_null(), "{method}: {answer}");
                return answer["result"].clone();
            }
            self.told.push_back(answer);
        }
    }

    async fn next(&mut self) -> Value {
        let next = tokio::time::timeout(Duration::from_secs(30), self.socket.next()).await.expect("Chromium answers");
        let told: Value = serde_json::from_str(next.unwrap().unwrap().to_text().unwrap()).unwrap();
        match told["method"].as_str().unwrap_or_default() {
            "Network.requestWillBeSent" => self.asked.push(told["params"]["request"]["url"].as_str().unwrap().to_owned()),
            "Runtime.consoleAPICalled" | "Runtime.exceptionThrown" | "Log.entryAdded" => self.said.push(told["params"].to_string()),
            _ => {}
        }
        told
    }

    pub async fn open(&mut self, address: &str) {
        self.told.clear();
        self.call("Page.navigate", json!({ "url": address })).await;
        self.loaded().await;
    }

    /// Waits for a page to be loaded.
    pub async fn loaded(&mut self) {
        loop {
            let told = match self.told.pop_front() {
                Some(told) => told,
                None => self.next().await,
            };
            if told["method"] == "Page.loadEventFired" {
                return;
            }
        }
    }

    pub async fn eval(&mut self, script: &str) -> Value {
        let params = json!({ "expression": script, "returnByValue": true, "awaitPromise": true });
        self.call("Runtime.evaluate", params).await["result"]["value"].clone()
    }

    /// Waits until a script says yes.
    pub async fn until(&mut self, script: &str) {
        for _ in 0..200 {
            if self.eval(script).await == true {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("never: {script}\n{}", self.eval("document.body.innerText").await);
    }

    pub async fn size(&mut self, width: u32, height: u32) {
        let params = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", params).await;
    }

    /// Makes sure that axe finds nothing serious or critical on the page that is open.
    async fn accessible(&mut self, path: &str, axe: Option<&str>) {
        let Some(axe) = axe else { return };
        self.eval(axe).await;
        let found = self
            .eval(
                "axe.run(document, { resultTypes: ['violations'] }).then(r => r.violations\
                 .filter(v => ['serious', 'critical'].includes(v.impact))\
                 .map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html + ' ' + n.failureSummary).join(' | ')))",
            )
            .await;
        assert_eq!(found, json!([]), "{path}");
    }

    /// Keeps a picture where `GOODWORD_TEST_PICTURES` names a folder.
    pub async fn picture(&mut self, name: &str) {
        let Ok(folder) = std::env::var("GOODWORD_TEST_PICTURES") else { return };
        let picture = self.call("Page.captureScreenshot", json!({})).await["data"].as_str().unwrap().to_owned();
        let bytes = base64::engine::general_purpose::STANDARD.decode(picture).unwrap();
        std::fs::write(Path::new(&folder).join(format!("{name}.png")), bytes).unwrap();
    }
}

/// The accessibility checker that tests/run installs.
fn axe() -> Option<String> {
    let path = std::env::var("GOODWORD_TEST_AXE").ok();
    if path.is_none() {
        assert!(std::env::var("CI").is_err(), "no axe: run the tests with ./tests/run");
        eprintln!("NOT RUN: axe, which checks that pages are accessible; run the tests with ./tests/run");
    }
    Some(std::fs::read_to_string(path?).unwrap())
}

impl Drop for Chromium {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_hold_in_a_browser_in_both_languages_with_and_without_scripts() {
    let Some(mut chromium) = Chromium::start().await else { return };
    let axe = axe();
    let site = Site::default();
    let hostile = "&amp;lt;script&amp;gt;document.title='owned'&amp;lt;/script&amp;gt; Acme Desk is great &amp;lt;img src=x onerror=alert(1)&amp;gt; \
        &amp;lt;svg onload=alert(2)&amp;gt; \u{202e}kcab\u{202c} z\u{0301}\u{0302}\u{0303}\u{0304}\u{0305}a\u{0301}\u{0302}\u{0303}lgo";
    site.show(
        "/feed",
        rss(&[
            ("1", "&lt;b&gt;Eve", hostile),
            ("2", "李雷", "艾克美很好用，就是会闪退。"),
            ("3", "Ann", "Acme Desk is easy to use, but it crashes."),
        ]),
    );
    let address = site.serve().await;
    let test = TestApp::with_sources(&feed("forum", &format!("http://{address}/feed"))).await;
    test.crawl().await;
    test.search("").await;
    furnish(&test).await;
    let secret = test.app.enter_link("ann").await.unwrap();
    let customers = b"id,name,segment,handles\n7,<b>Umbrella</b>,enterprise,forum:ann\n8,Other,,forum:ann\n";
    test.app.import_customers("customers.csv", customers, &Default::default(), |_| {}).await.unwrap();
    test.app.link_customer("7", &test.app.search(&Default::default()).await.unwrap().hits[0].stored.id).await.unwrap();
    test.app
        .note_quote(&test.app.search(&Default::default()).await.unwrap().hits[0].stored.id, Leave::Cleared, None, "ann", None)
        .await
        .unwrap();
    test.app.add_person("bob", Role::Viewer, None, "test").await.unwrap();
    let listener = goodword::web::bind("127.0.0.1:0".parse().unwrap(), &Default::default()).await.unwrap();
    let home = format!("http://{}", listener.local_addr().unwrap());
    let stop = CancellationToken::new();
    let serving = tokio::spawn(goodword::web::serve(listener, test.app.clone(), stop.clone()));
    let id = test.app.search(&Default::default()).await.unwrap().hits[0].stored.id.clone();

    chromium.open(&format!("{home}/sign-in")).await;
    chromium.picture("sign-in").await;
    chromium.open(&format!("{home}/enter/{}", secret.told())).await;
    for lang in ["en", "zh-CN"] {
        // A form, as a person presses its button.
        chromium.told.clear();
        let press = format!("(b => b ? b.click() : location.reload())(document.querySelector('button[name=lang][value=\"{lang}\"]'))");
        chromium.eval(&press).await;
        chromium.loaded().await;
        assert_eq!(chromium.eval("document.documentElement.lang").await, lang);
        for scripts in [true, false] {
            chromium.call("Emulation.setScriptExecutionDisabled", json!({ "value": !scripts })).await;
            each_page_holds(&mut chromium, &home, &id, (lang, scripts), axe.as_deref()).await;
        }
        chromium.call("Emulation.setScriptExecutionDisabled", json!({ "value": false })).await;
    }

    by_tab(&mut chromium, &home).await;
    without_scripts(&mut chromium, &home, &test).await;
    with_scripts(&mut chromium, &home, &test, &site).await;
    // The browser's own pictures, such as a calendar's, are data: nothing is asked for.
    let is_inside = |asked: &&String| [home.as_str(), "about:", "data:"].iter().any(|start| asked.starts_with(start));
    let outside: Vec<&String> = chromium.asked.iter().filter(|asked| !is_inside(asked)).collect();
    assert!(outside.is_empty(), "{outside:?}");
    assert!(chromium.said.is_empty(), "{:#?}", chromium.said);
    // An open stream of news does not hold the end up.
    stop.cancel();
    tokio::time::timeout(Duration::from_secs(20), serving).await.expect("the page ends").unwrap().unwrap();
}

/// Something for each page to show.
async fn furnish(test: &TestApp) {
    let settings = "[[recipient]]\nmail = \"ann@acme.example\"\n\n[[destination]]\nname = \"desk\"\nkind = \"mail\"\nto = [\"desk@acme.example\"]\n\n\
        [[alert]]\nname = \"one-star\"\nwhen = \"rating\"\nat_most = 1\nto = \"desk\"\n\n[[team]]\nname = \"support\"\nmembers = [\"ann\"]\n";
    std::fs::write(test.dir().join("settings.toml"), settings).unwrap();
    test.app.reload();
    test.app.note_change("calmer start", "Acme Desk", "reliability", "2026-03-05".parse().unwrap()).await.unwrap();
    let search = NewSearch { name: "bad".into(), query: "polarity:complaint".into(), shared: true, ..NewSearch::default() };
    test.app.add_search(search).await.unwrap();
    test.app.reject_suggestion("so so").await.unwrap();
}

/// By the tab key alone: the first stop skips to the content, and every stop is seen to be where one is.
async fn by_tab(chromium: &mut Chromium, home: &str) {
    let tab = |kind: &str| json!({ "type": kind, "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9 });
    for path in ["/replies", "/mentions", "/sign-in"] {
        chromium.open(&format!("{home}{path}")).await;
        for stop in 0..12 {
            chromium.call("Input.dispatchKeyEvent", tab("rawKeyDown")).await;
            chromium.call("Input.dispatchKeyEvent", tab("keyUp")).await;
            if stop == 0 {
                assert_eq!(chromium.eval("document.activeElement.getAttribute('href')").await, "#main", "{path}");
            }
            let is_seen = "(e => { const s = getComputedStyle(e), r = e.getBoundingClientRect(); return e != document.body && r.width > 0 \
                && r.bottom > 0 && r.right > 0 && s.outlineStyle != 'none' && parseFloat(s.outlineWidth) >= 1; })(document.activeElement)";
            assert_eq!(
                chromium.eval(is_seen).await,
                true,
                "{path}, stop {stop}: {}",
                chromium.eval("document.activeElement.outerHTML").await
            );
        }
    }
}

/// A phrase is previewed and added by forms alone.
async fn without_scripts(chromium: &mut Chromium, home: &str, test: &TestApp) {
    chromium.call("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
    chromium.open(&format!("{home}/phrases")).await;
    for press in [
        "document.querySelector('input[name=phrase]').value = 'kcab'; document.querySelector('form[action=\"/phrases/preview\"] button').click()",
        "document.querySelector('form[action=\"/phrases\"] button').click()",
    ] {
        chromium.told.clear();
        chromium.eval(press).await;
        chromium.loaded().await;
    }
    assert!(
        test.app.config().lists.phrases.iter().any(|phrase| phrase.written == "kcab"),
        "{}",
        chromium.eval("document.body.innerText").await
    );
    assert_eq!(chromium.eval("document.querySelector('[role=status]').textContent.includes('kcab')").await, true);
    chromium.call("Emulation.setScriptExecutionDisabled", json!({ "value": false })).await;
}

/// Every page with a name for its picture; `{id}` is a mention's.
pub const PAGES: &[(&str, &str)] = &[
    ("today", "/today?of=week"),
    ("mentions", "/mentions?q=acme"),
    ("mention", "/mentions/{id}"),
    ("replies", "/replies"),
    ("quotes", "/quotes"),
    ("customers", "/customers"),
    ("customer", "/customers/7"),
    ("sources", "/sources"),
    ("you", "/you"),
    ("people", "/people"),
    ("audit", "/audit"),
    ("searches", "/searches"),
    ("insight", "/insight"),
    ("insight-product", "/insight?each=product&since=12w"),
    ("voice", "/insight/voice"),
    ("themes", "/insight/themes"),
    ("emerging", "/insight/emerging?since=2026-03"),
    ("spikes", "/insight/spikes"),
    ("loop", "/insight/loop"),
    ("phrases", "/phrases?theme=ease+of+use"),
    ("preview", "/phrases/preview?phrase=is&polarity=praise"),
    ("suggestions", "/phrases/suggestions"),
    ("phrases-check", "/phrases/check"),
    ("products", "/phrases/products"),
    ("source", "/sources/forum"),
    ("new-source", "/new-source"),
    ("settings", "/settings"),
    ("forgotten", "/forgotten"),
];

/// Every page at the width of a telephone and of a desk, with scripts or without.
async fn each_page_holds(chromium: &mut Chromium, home: &str, id: &str, (lang, scripts): (&str, bool), axe: Option<&str>) {
    for (width, height) in [(390, 844), (1280, 900)] {
        chromium.size(width, height).await;
        for (name, path) in PAGES {
            chromium.open(&format!("{home}{}", path.replace("{id}", id))).await;
            let wide = chromium.eval("document.documentElement.scrollWidth").await;
            assert!(wide.as_u64().unwrap() <= u64::from(width), "{path} is {wide} wide on {width}");
            let whole = "document.title.endsWith('Goodword') && document.querySelectorAll('h1').length == 1";
            assert!(chromium.eval(whole).await == true, "{path}");
            let unnamed = "[...document.querySelectorAll('input:not([type=hidden]):not([hidden]), select, textarea, button:not([hidden])')] \
                .filter(e => !e.labels?.length && !e.textContent.trim() && !e.ariaLabel).length";
            assert_eq!(chromium.eval(unnamed).await, 0, "{path} has a field without a label");
            if scripts {
                for colours in ["light", "dark"] {
                    let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": colours }] });
                    chromium.call("Emulation.setEmulatedMedia", media).await;
                    chromium.accessible(path, axe).await;
                    chromium.picture(&format!("{name}-{lang}-{width}-{colours}")).await;
                }
            }
        }
    }
}

/// Facets without a reload, keys, and news of new mentions.
async fn with_scripts(chromium: &mut Chromium, home: &str, test: &TestApp, site: &Site) {
    chromium.open(&format!("{home}/mentions")).await;
    chromium.eval("window.kept = true").await;
    chromium.eval("document.querySelector('aside a').click()").await;
    chromium.until("location.search.includes('product')").await;
    assert_eq!(chromium.eval("window.kept").await, true, "the page was not loaded anew");

    let column =
        "document.querySelector('.timeline svg a .all').dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }))";
    chromium.eval(column).await;
    chromium.until("location.search.includes('since')").await;
    assert_eq!(chromium.eval("window.kept").await, true, "nor for a day of the chart");

    let press = |key: &str| json!({ "type": "keyDown", "key": key, "text": key });
    chromium.call("Input.dispatchKeyEvent", press("j")).await;
    chromium.until("document.activeElement.matches('article.mention')").await;
    chromium.call("Input.dispatchKeyEvent", press("/")).await;
    chromium.until("document.activeElement.id == 'q'").await;
    site.show("/feed", rss(&[("4", "Bo", "Acme Desk is great")]));
    test.later(Duration::from_secs(3600));
    test.crawl().await;
    chromium.until("!document.getElementById('news').hidden && document.getElementById('news').textContent.includes('1')").await;
}
