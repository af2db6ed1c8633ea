//! Hostile mentions on every page that shows what people wrote, in a real browser: nothing runs, nothing is asked for, nothing breaks the page.

use axum::body::Body;
use axum::http::Request;
use goodword::replies::{Action, Actor, Leave};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::browser::Chromium;
use crate::harness::{Site, TestApp, feed, rss};

const NAUGHTY: &[&str] = &[
    "<script>document.title='owned'</script><script src=//evil.example/x.js></script>",
    "<img src=//evil.example/x.png onerror=document.title='owned'>",
    "<svg onload=document.title='owned'><a href=javascript:alert(1)>x</a></svg>",
    "</p></article></main><style>body{display:none}</style><iframe src=//evil.example></iframe>",
    "\u{202e}dnapxe ton llahs siht\u{2066}\u{2067} \u{200f}",
    "Z\u{334}\u{354}\u{35b}a\u{335}\u{347}\u{30d}l\u{336}\u{331}\u{30e}\u{34a}g\u{337}\u{325}\u{342}\u{310}o\u{338}\u{323}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
    "https://www.аcme.example/login https://acme.example@evil.example/",
    "{{ 7*7 }} ${7*7} {% raw %} \"><textarea onfocus=document.title='owned' autofocus>",
];

/// As a feed carries text with markup in it that is meant to be read.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('&', "&amp;")
}

/// A mention for each kind, one with a word of a megabyte, one with very many tags.
async fn hostile(site: &Site) -> TestApp {
    let mut texts: Vec<String> = NAUGHTY.iter().map(|text| escaped(&format!("Acme Desk is great {text} but it crashes"))).collect();
    texts.push(format!("Acme Desk is great {}", "w".repeat(1 << 20)));
    texts.push(format!("Acme Desk is great {} and it crashes", "很".repeat(30_000)));
    texts.push("Acme Desk is great. ".repeat(300));
    let names: Vec<String> =
        (0..texts.len()).map(|n| if n == 1 { "n".repeat(5_000) } else { escaped(&format!("<b>{n}\u{202e}")) }).collect();
    let numbers: Vec<String> = (0..texts.len()).map(|n| n.to_string()).collect();
    let items: Vec<(&str, &str, &str)> =
        numbers.iter().zip(&names).zip(&texts).map(|((n, name), text)| (n.as_str(), name.as_str(), text.as_str())).collect();
    site.show("/feed", rss(&items));
    let address = site.serve().await;
    let test = TestApp::with_sources(&feed("forum", &format!("http://{address}/feed"))).await;
    test.crawl().await;
    test.search("").await;
    test.app.import_customers("c.csv", b"id,name,segment\n7,<b>Umbrella</b>,enterprise\n", &Default::default(), |_| {}).await.unwrap();
    for queued in test.app.queue(&Default::default()).await.unwrap().1 {
        let id = &queued.stored.id;
        test.app.link_customer("7", id).await.unwrap();
        test.app.note_quote(id, Leave::Cleared, None, "ann", Some("<b>note".to_owned())).await.unwrap();
        let text = format!("</textarea><script>document.title='owned'</script> {id}");
        let draft = Action::Draft { text, template: None };
        test.app.act_on_reply(id, draft, Actor { who: "ann", seen: None }).await.unwrap();
    }
    test
}

#[tokio::test(flavor = "multi_thread")]
async fn what_hostile_mentions_say_is_only_read() {
    let Some(mut chromium) = Chromium::start().await else { return };
    let site = Site::default();
    let test = hostile(&site).await;
    let listener = goodword::web::bind("127.0.0.1:0".parse().unwrap(), &Default::default()).await.unwrap();
    let home = format!("http://{}", listener.local_addr().unwrap());
    let stop = CancellationToken::new();
    tokio::spawn(goodword::web::serve(listener, test.app.clone(), stop.clone()));
    let secret = test.app.enter_link("ann").await.unwrap();
    chromium.open(&format!("{home}/enter/{}", secret.told())).await;
    chromium.size(390, 844).await;
    let ids: Vec<String> = test.app.queue(&Default::default()).await.unwrap().1.into_iter().map(|queued| queued.stored.id).collect();
    assert!(ids.len() > NAUGHTY.len(), "{ids:?}");
    let pages = [
        "/today?of=week",
        "/mentions",
        "/mentions?q=great",
        "/replies",
        "/quotes",
        "/customers/7",
        "/insight/emerging?since=2026-03",
        "/phrases/preview?phrase=is&polarity=praise",
        "/phrases/suggestions",
        "/audit",
    ];
    for path in pages.into_iter().map(str::to_owned).chain(ids.iter().map(|id| format!("/mentions/{id}"))) {
        chromium.open(&format!("{home}{path}")).await;
        assert_eq!(chromium.eval("document.title.endsWith('Goodword')").await, true, "{path}");
        let wide = chromium.eval("document.documentElement.scrollWidth").await;
        assert!(wide.as_u64().unwrap() <= 390, "{path} is {wide} wide");
        let alien = "document.querySelectorAll('main script, main iframe, main style, main img, main [onload], main [onerror], main [onfocus], \
            main a[href^=\"javascript:\"], main .text a').length";
        assert_eq!(chromium.eval(alien).await, 0, "{path}");
        assert_eq!(chromium.eval("getComputedStyle(document.body).display").await, "block", "{path}");
        // What turns the direction of letters turns only the text it stands in.
        let turned = "[...document.querySelectorAll('main .text, main bdi, main blockquote')]\
            .filter(e => !getComputedStyle(e).unicodeBidi.includes('isolate')).length";
        assert_eq!(
            chromium.eval(turned).await,
            0,
            "{path}: {}",
            chromium.eval("document.querySelector('main').innerHTML.slice(0, 2000)").await
        );
        chromium.picture(&format!("hostile{}", path.replace(['/', '?', '='], "-"))).await;
    }
    // The browser's own pictures, such as a calendar's, are data: nothing is asked for.
    let is_inside = |asked: &&String| [home.as_str(), "about:", "data:image/svg"].iter().any(|start| asked.starts_with(start));
    let outside: Vec<&String> = chromium.asked.iter().filter(|asked| !is_inside(asked)).collect();
    assert!(outside.is_empty(), "{outside:?}");
    assert!(chromium.said.is_empty(), "{:#?}", chromium.said);
    stop.cancel();
    light(&test, &ids).await;
}

/// However long mentions are, their pages stay within the budget of a first load as they are sent.
async fn light(test: &TestApp, ids: &[String]) {
    let mut browser = crate::web::Browser::signed_in(test, goodword::people::Role::Admin).await;
    browser.get("/you").await;
    for path in ["/mentions", "/replies", "/quotes", "/today?of=week", "/customers/7"]
        .map(str::to_owned)
        .into_iter()
        .chain(ids.iter().map(|id| format!("/mentions/{id}")))
    {
        let request = Request::get(&path).header("cookie", browser.cookie()).header("accept-encoding", "gzip").body(Body::empty()).unwrap();
        let sent = goodword::web::router(test.app.clone()).oneshot(request).await.unwrap();
        assert_eq!(sent.status(), 200, "{path}");
        let bytes = axum::body::to_bytes(sent.into_body(), 50 << 20).await.unwrap().len();
        assert!(bytes < 100_000, "{path}: {bytes} bytes are sent");
    }
}
