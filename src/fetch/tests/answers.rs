//! Pages, pages unchanged, and the answers that come in their place.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::AsyncWriteExt;

use super::server::{Reply, reply};
use super::*;

#[tokio::test]
async fn a_page_comes_with_its_kind_its_validators_and_its_freshness() {
    let clock = clock();
    let server = Server::start(&clock, |_| {
        let headers = [
            ("Content-Type", "text/html; charset=utf-8"),
            ("ETag", "\"v1\""),
            ("Last-Modified", "yesterday"),
            ("Cache-Control", "max-age=60"),
        ];
        reply(200, &headers, "hello")
    });
    let server = server.await;
    let fetched = fetcher(&clock).get(&ask(&server, "/a?b=c")).await.unwrap();
    let Fetched::Fresh { page, validators, fresh_until, .. } = fetched else { panic!("{fetched:?}") };
    assert_eq!(
        (page.url, page.content_type.as_deref(), page.body.as_slice()),
        (server.url("/a?b=c"), Some("text/html; charset=utf-8"), &b"hello"[..])
    );
    assert_eq!(validators, Validators { etag: Some("\"v1\"".to_owned()), last_modified: Some("yesterday".to_owned()) });
    assert_eq!(fresh_until, Some(after(60)));
    assert_eq!(server.paths(), ["/robots.txt", "/a?b=c"]);
}

#[tokio::test]
async fn the_user_agent_is_honest_and_codings_are_asked_for() {
    let clock = clock();
    let server = Server::start(&clock, |_| reply(200, &[], "hello")).await;
    fetcher(&clock).get(&ask(&server, "/")).await.unwrap();
    for asked in server.log() {
        assert_eq!(asked.header("user-agent"), Some("goodword/0.1 (+https://listener.example/about)"), "{}", asked.path);
        let codings = asked.header("accept-encoding").unwrap();
        assert!(["gzip", "br", "zstd"].iter().all(|coding| codings.contains(coding)), "{codings}");
        assert_eq!(asked.header("cookie"), None);
    }
}

#[tokio::test]
async fn an_unchanged_page_is_not_sent_again() {
    let clock = clock();
    let server = Server::start(&clock, |asked| match asked.header("if-none-match") {
        Some("\"v1\"") => reply(304, &[("Cache-Control", "max-age=30")], ""),
        _ => reply(200, &[("ETag", "\"v1\""), ("Last-Modified", "yesterday")], "hello"),
    });
    let server = server.await;
    let fetcher = fetcher(&clock);
    let Ok(Fetched::Fresh { validators, .. }) = fetcher.get(&ask(&server, "/")).await else { panic!() };
    let again = Request { validators: validators.clone(), ..ask(&server, "/") };
    let fetched = fetcher.get(&again).await.unwrap();
    let Fetched::NotModified { validators: kept, fresh_until } = fetched else { panic!("{fetched:?}") };
    assert_eq!((kept, fresh_until), (validators, Some(after(30))));
    assert_eq!(server.log().last().unwrap().header("if-modified-since"), Some("yesterday"));
}

#[tokio::test]
async fn unchanged_is_no_answer_to_who_never_had_the_page() {
    let clock = clock();
    let server = Server::start(&clock, |_| reply(304, &[], "")).await;
    let error = fetcher(&clock).get(&ask(&server, "/x")).await.unwrap_err();
    assert_eq!(error, FetchError::Status { url: server.url("/x").to_string(), status: 304, until: None });
}

#[tokio::test]
async fn empty_answers_are_empty_pages() {
    let clock = clock();
    let server = Server::start(&clock, |asked| match asked.path.as_str() {
        "/204" => reply(204, &[], ""),
        "/chunked" => reply(200, &[("Transfer-Encoding", "chunked")], "0\r\n\r\n"),
        "/gzip" => reply(200, &[("Content-Encoding", "gzip")], ""),
        _ => reply(200, &[], ""),
    });
    let server = server.await;
    let fetcher = fetcher(&clock);
    for path in ["/204", "/chunked", "/gzip", "/200"] {
        assert_eq!(body(fetcher.get(&ask(&server, path)).await), "", "{path}");
    }
}

#[tokio::test]
async fn each_refusal_has_its_class() {
    let clock = clock();
    let server = Server::start(&clock, |asked| reply(asked.path.trim_start_matches('/').parse().unwrap(), &[], "no")).await;
    let class = async |status: u16| {
        // A fetcher each, so that no refusal keeps the next from being asked.
        let error = fetcher(&clock).get(&ask(&server, &format!("/{status}"))).await.unwrap_err();
        assert!(error.to_string().contains(&status.to_string()), "{error}");
        let name = format!("{error:?}").split(' ').next().unwrap().to_owned();
        (name, error.retry_at().is_some())
    };
    let cases = [
        (401, "Blocked", false),
        (403, "Blocked", true),
        (407, "Blocked", false),
        (451, "Blocked", false),
        (404, "Gone", false),
        (410, "Gone", false),
        (429, "SlowDown", true),
        (503, "SlowDown", true),
        (500, "Status", true),
        (502, "Status", true),
        (400, "Status", false),
        (300, "Status", false),
        (301, "Status", false),
        (418, "Status", false),
    ];
    for (status, name, retried) in cases {
        assert_eq!(class(status).await, (name.to_owned(), retried), "{status}");
    }
}

#[tokio::test]
async fn a_challenge_in_the_place_of_the_page_is_a_block_and_the_host_is_left_alone() {
    let clock = clock();
    let challenge = "<html><script>window._cf_chl_opt = {};</script></html>";
    let server = Server::start(&clock, move |_| reply(200, &[("Content-Type", "text/html")], challenge)).await;
    let fetcher = fetcher(&clock);
    let error = fetcher.get(&ask(&server, "/")).await.unwrap_err();
    let host = server.address.to_string();
    assert_eq!(error, FetchError::Blocked { host: host.clone(), status: 200, by: Some("a Cloudflare challenge"), until: Some(after(60)) });
    assert!(error.is_blocked());
    let error = fetcher.get(&ask(&server, "/")).await.unwrap_err();
    assert_eq!(error, FetchError::LeftAlone { host, cause: Cause::Refused(200), until: after(60) });
}

#[tokio::test]
async fn a_login_in_the_address_is_sent_and_not_kept() {
    let clock = clock();
    let server = Server::start(&clock, |_| reply(200, &[], "hello")).await;
    let mut request = ask(&server, "/");
    request.url.set_username("me").unwrap();
    request.url.set_password(Some("pw")).unwrap();
    let Ok(Fetched::Fresh { page, .. }) = fetcher(&clock).get(&request).await else { panic!() };
    assert_eq!(page.url, server.url("/"));
    assert_eq!(server.log().last().unwrap().header("authorization"), Some("Basic bWU6cHc="));
}

#[tokio::test]
async fn headers_in_odd_bytes_do_no_harm() {
    let clock = clock();
    let server = Server::start(&clock, |_| {
        let head =
            b"HTTP/1.1 200 OK\r\nETag: \"\xff\xfe\"\r\nContent-Type: text/html\xe9\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi";
        Reply::Bytes(head.to_vec())
    });
    let server = server.await;
    let fetched = fetcher(&clock).get(&ask(&server, "/")).await.unwrap();
    let Fetched::Fresh { page, validators, .. } = fetched else { panic!("{fetched:?}") };
    assert_eq!((page.content_type.as_deref(), validators), (Some("text/html\u{fffd}"), Validators::default()));
}

#[tokio::test]
async fn a_header_that_cannot_be_sent_is_named_before_anything_is_asked() {
    let clock = clock();
    let server = Server::start(&clock, |_| reply(200, &[], "hello")).await;
    for (name, value) in [("X-Key", "a\r\nb"), ("X Key", "a")] {
        let request = Request { headers: vec![(name.to_owned(), value.to_owned())], ..ask(&server, "/") };
        assert_eq!(fetcher(&clock).get(&request).await.unwrap_err(), FetchError::BadHeader { name: name.to_owned() });
    }
    let error = Fetcher::new(Settings { contact: Some("a\nb".to_owned()), ..settings() }, clock).unwrap_err();
    assert_eq!(error, FetchError::BadHeader { name: "User-Agent".to_owned() });
    assert!(server.log().is_empty());
}

#[tokio::test]
async fn other_addresses_than_those_of_web_pages_are_refused() {
    let clock = clock();
    for url in ["file:///etc/passwd", "ftp://a.example/", "mailto:a@a.example"] {
        let error = fetcher(&clock).get(&Request::new(url.parse().unwrap())).await.unwrap_err();
        assert_eq!(error, FetchError::BadUrl { url: url.to_owned() });
    }
}

#[tokio::test]
async fn what_is_not_there_is_told_in_words() {
    let clock = clock();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let unused = listener.local_addr().unwrap();
    drop(listener);
    let unencrypted = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let plain = unencrypted.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = unencrypted.accept().await.unwrap();
        stream.write_all(b"HTTP/1.1 400 Not encrypted\r\n\r\n").await.unwrap();
    });
    let cases = [
        (format!("http://{unused}/"), "onnection refused"),
        (format!("https://{plain}/"), "corrupt message"),
        ("http://no-such-name.invalid/".to_owned(), "`no-such-name.invalid` could not be read: failed to lookup"),
    ];
    for (url, words) in cases {
        let request = Request { allow_private: true, ..Request::new(url.parse().unwrap()) };
        let error = fetcher(&clock).get(&request).await.unwrap_err();
        assert!(matches!(error, FetchError::Network { .. }), "{error:?}");
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[tokio::test]
async fn an_api_that_refuses_is_repeated_and_a_used_up_quota_is_waited_for() {
    let clock = clock();
    let json = ("Content-Type", "application/json");
    let server = Server::start(&clock, move |asked| match asked.path.as_str() {
        "/key" => reply(400, &[json], r#"{"error": {"message": "API key not valid."}}"#),
        "/off" => reply(403, &[json], r#"{"error": {"message": "comments are switched off"}}"#),
        _ => reply(403, &[json, ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1772348400")], r#"{"message": "rate limit"}"#),
    })
    .await;
    let fetcher = fetcher(&clock);
    let error = fetcher.get(&ask(&server, "/key")).await.unwrap_err();
    assert!(error.to_string().contains("answered 400: API key not valid; mend") && !error.is_blocked(), "{error}");
    let error = fetcher.get(&ask(&server, "/off")).await.unwrap_err();
    assert!(error.to_string().contains("comments are switched off") && error.is_blocked(), "{error}");
    let error = fetcher.get(&ask(&server, "/quota")).await.unwrap_err();
    assert!(matches!(error, FetchError::SlowDown { status: 403, .. }), "{error:?}");
}

#[tokio::test]
async fn a_refusal_that_breaks_off_is_a_refusal_all_the_same() {
    let clock = clock();
    let server = Server::start(&clock, |_| Reply::Bytes(b"HTTP/1.1 403 No\r\nContent-Length: 100\r\n\r\nno".to_vec())).await;
    let error = fetcher(&clock).get(&ask(&server, "/")).await.unwrap_err();
    assert!(matches!(error, FetchError::Blocked { status: 403, .. }), "{error:?}");
}

#[tokio::test]
async fn nothing_is_tried_again_by_itself() {
    let clock = clock();
    let asked = std::sync::Arc::new(AtomicUsize::new(0));
    let counter = std::sync::Arc::clone(&asked);
    let server = Server::start(&clock, move |_| {
        counter.fetch_add(1, Ordering::SeqCst);
        reply(500, &[], "")
    });
    let server = server.await;
    fetcher(&clock).get(&ask(&server, "/")).await.unwrap_err();
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}
