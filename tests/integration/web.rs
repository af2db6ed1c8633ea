//! The web page, asked as a browser asks.

use axum::body::Body;
use axum::http::Request;
use tower::ServiceExt;

use crate::harness::{Site, TestApp, feed, rss};

async fn page(test: &TestApp, path: &str) -> (u16, String, String) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let response = goodword::web::router(test.app.clone()).oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
    let body = axum::body::to_bytes(response.into_body(), 10 << 20).await.unwrap();
    (status, policy, String::from_utf8(body.to_vec()).unwrap())
}

async fn heard(items: &[(&str, &str, &str)]) -> TestApp {
    let site = Site::default();
    site.show("/feed", rss(items));
    let address = site.serve().await;
    let test = TestApp::with_sources(&feed("forum", &format!("http://{address}/feed"))).await;
    test.crawl().await;
    test.search("").await;
    test
}

#[tokio::test]
async fn results_show_their_evidence() {
    let test = heard(&[("1", "Ann", "Acme Desk is easy to use, but it crashes.")]).await;
    let (status, _, body) = page(&test, "/?q=acme").await;
    assert_eq!(status, 200);
    for part in [
        "<mark class=\"praise\">easy to use</mark>",
        "<mark class=\"complaint\">crashes</mark>",
        "1 of 1 mentions",
        "ease of use",
        ">mixed<",
    ] {
        assert!(body.contains(part), "`{part}` is missing in\n{body}");
    }
}

#[tokio::test]
async fn hostile_text_stays_text() {
    let test = heard(&[(
        "1",
        "&lt;img onerror=x&gt;",
        "&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt; great &lt;b onclick=x&gt;bold&lt;/b&gt;",
    )])
    .await;
    let (_, policy, body) = page(&test, "/?q=great").await;
    assert!(policy.contains("default-src 'none'"), "{policy}");
    assert!(!body.contains("<script"), "{body}");
    assert!(!body.contains("<img") && !body.contains("<b "), "{body}");
    assert!(body.contains("alert(1)"), "{body}");
}

#[tokio::test]
async fn an_empty_installation_says_what_to_do_next() {
    let test = TestApp::with_sources(&feed("forum", "http://127.0.0.1:9/feed")).await;
    test.search("").await;
    let (status, _, body) = page(&test, "/").await;
    assert_eq!(status, 200);
    assert!(body.contains("Nothing has been heard yet"), "{body}");
    let (_, _, body) = page(&test, "/sources").await;
    assert!(body.contains("not asked yet"), "{body}");
}

#[tokio::test]
async fn what_was_not_heard_is_told_beside_the_results() {
    let site = Site::default();
    site.set("/feed", crate::harness::Page { status: 403, ..Default::default() });
    let address = site.serve().await;
    let test = TestApp::with_sources(&feed("forum", &format!("http://{address}/feed"))).await;
    test.crawl().await;
    test.search("").await;
    let (_, _, body) = page(&test, "/").await;
    assert!(body.contains("Not everything was heard: 1 source"), "{body}");
    assert!(body.contains("blocked"), "{body}");
    let (_, _, body) = page(&test, "/sources").await;
    assert!(body.contains("<span class=\"coverage blocked\">blocked</span>"), "{body}");
}

#[tokio::test]
async fn the_page_is_not_served_to_other_machines() {
    let error = goodword::web::bind("0.0.0.0:0".parse().unwrap()).await.unwrap_err();
    assert!(error.to_string().contains("on this machine only"), "{error}");
}
