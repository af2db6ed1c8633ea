//! robots.txt as servers give it, or fail to.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use super::server::{Reply, not_found, reply};
use super::*;

fn disallowed(server: &Server, path: &str) -> FetchError {
    FetchError::Robots { host: server.address.to_string(), refusal: Refusal::Disallowed { path: path.to_owned() } }
}

/// A server with this robots.txt, whose pages all say hello.
async fn server_with(clock: &Clock, robots: impl Fn() -> Reply + Send + Sync + 'static) -> Server {
    Server::with_robots(clock, move |asked| if asked.path == "/robots.txt" { robots() } else { reply(200, &[], "hello") }).await
}

#[tokio::test]
async fn what_is_disallowed_is_not_asked_for_and_the_file_is_read_once() {
    let clock = clock();
    let server = server_with(&clock, || reply(200, &[], "user-agent: *\ndisallow: /private")).await;
    let fetcher = fetcher(&clock);
    assert_eq!(fetcher.get(&ask(&server, "/private/1?q=secret")).await.unwrap_err(), disallowed(&server, "/private/1"));
    assert_eq!(body(fetcher.get(&ask(&server, "/public")).await), "hello");
    assert_eq!(body(fetcher.get(&ask(&server, "/public")).await), "hello");
    assert_eq!(server.paths(), ["/robots.txt", "/public", "/public"]);
}

#[tokio::test]
async fn the_file_is_read_again_after_a_day_or_when_it_says() {
    for (cache, kept) in [("", 24 * 3_600), ("max-age=7200", 7_200), ("max-age=1", 600), ("max-age=31536000", 24 * 3_600)] {
        let clock = clock();
        let server = server_with(&clock, move || reply(200, &[("Cache-Control", cache)], "")).await;
        let fetcher = fetcher(&clock);
        fetcher.get(&ask(&server, "/a")).await.unwrap();
        clock.turn(Duration::from_secs(kept - 1));
        fetcher.get(&ask(&server, "/b")).await.unwrap();
        clock.turn(Duration::from_secs(1));
        fetcher.get(&ask(&server, "/c")).await.unwrap();
        assert_eq!(server.paths(), ["/robots.txt", "/a", "/b", "/robots.txt", "/c"], "{cache}");
    }
}

#[tokio::test]
async fn a_host_without_the_file_allows_all() {
    for status in [400, 401, 403, 404, 410, 451] {
        let clock = clock();
        let server = server_with(&clock, move || reply(status, &[], "user-agent: *\ndisallow: /")).await;
        assert_eq!(body(fetcher(&clock).get(&ask(&server, "/")).await), "hello", "{status}");
    }
}

#[tokio::test]
async fn nothing_is_read_until_the_file_can_be_had() {
    for status in [500, 503, 429] {
        let clock = clock();
        let current = Arc::new(AtomicU16::new(status));
        let answered = Arc::clone(&current);
        let server = server_with(&clock, move || reply(answered.load(Ordering::SeqCst), &[], "")).await;
        let fetcher = fetcher(&clock);
        let error = fetcher.get(&ask(&server, "/")).await.unwrap_err();
        let refusal = Refusal::Unanswered { status, until: after(60) };
        assert_eq!(error, FetchError::Robots { host: server.address.to_string(), refusal });
        assert!(!error.is_blocked());
        let error = fetcher.get(&ask(&server, "/")).await.unwrap_err();
        assert!(matches!(error, FetchError::LeftAlone { .. }), "{error:?}");
        assert_eq!(server.paths(), ["/robots.txt"]);
        current.store(404, Ordering::SeqCst);
        clock.turn(Duration::from_mins(1));
        assert_eq!(body(fetcher.get(&ask(&server, "/")).await), "hello");
    }
}

#[tokio::test]
async fn a_file_that_breaks_off_counts_as_not_had() {
    let clock = clock();
    let server = server_with(&clock, || Reply::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\nuser-agent: *\n".to_vec())).await;
    let error = fetcher(&clock).get(&ask(&server, "/")).await.unwrap_err();
    assert!(matches!(error, FetchError::Network { .. }), "{error:?}");
    assert_eq!(server.paths(), ["/robots.txt"]);
}

#[tokio::test]
async fn what_the_file_last_said_holds_while_it_cannot_say_it_again() {
    let clock = clock();
    let current = Arc::new(AtomicU16::new(200));
    let answered = Arc::clone(&current);
    let server = server_with(&clock, move || reply(answered.load(Ordering::SeqCst), &[], "user-agent: *\ndisallow: /private")).await;
    let fetcher = fetcher(&clock);
    fetcher.get(&ask(&server, "/a")).await.unwrap();
    current.store(500, Ordering::SeqCst);
    clock.turn(Duration::from_hours(25));
    let error = fetcher.get(&ask(&server, "/a")).await.unwrap_err();
    assert!(matches!(error, FetchError::LeftAlone { cause: Cause::Refused(500), .. }), "{error:?}");
    clock.turn(Duration::from_mins(1));
    assert_eq!(body(fetcher.get(&ask(&server, "/a")).await), "hello");
    assert_eq!(fetcher.get(&ask(&server, "/private")).await.unwrap_err(), disallowed(&server, "/private"));
    assert_eq!(server.paths(), ["/robots.txt", "/a", "/robots.txt", "/a"]);
}

#[tokio::test]
async fn a_file_that_moved_to_another_host_is_followed() {
    let clock = clock();
    let other = server_with(&clock, || reply(200, &[], "user-agent: *\ndisallow: /x")).await;
    let place = other.url("/robots.txt").to_string();
    let server = server_with(&clock, move || reply(301, &[("Location", &place)], "")).await;
    let fetcher = fetcher(&clock);
    assert_eq!(fetcher.get(&ask(&server, "/x")).await.unwrap_err(), disallowed(&server, "/x"));
    assert_eq!(other.paths(), ["/robots.txt"]);
}

#[tokio::test]
async fn a_file_that_moves_for_ever_is_no_file() {
    let clock = clock();
    let server = server_with(&clock, || reply(302, &[("Location", "/robots.txt")], "")).await;
    assert_eq!(body(fetcher(&clock).get(&ask(&server, "/")).await), "hello");
    let server = Server::with_robots(&clock, |asked| match asked.path.strip_prefix("/robots.txt") {
        Some(number) => reply(302, &[("Location", &format!("/robots.txt{number}i"))], ""),
        None => reply(200, &[], "hello"),
    });
    let server = server.await;
    assert_eq!(body(fetcher(&clock).get(&ask(&server, "/")).await), "hello");
    assert_eq!(server.paths().len(), 7);
}

#[tokio::test]
async fn only_the_start_of_a_huge_file_counts() {
    let clock = clock();
    let padding = "# nothing\n".repeat(60_000);
    let file = format!("user-agent: *\ndisallow: /first\n{padding}disallow: /last\n");
    let server = server_with(&clock, move || reply(200, &[], &file)).await;
    let fetcher = fetcher(&clock);
    assert_eq!(fetcher.get(&ask(&server, "/first")).await.unwrap_err(), disallowed(&server, "/first"));
    assert_eq!(body(fetcher.get(&ask(&server, "/last")).await), "hello");
}

#[tokio::test]
async fn the_crawl_delay_is_the_floor_from_the_file_on() {
    let clock = clock();
    let server = server_with(&clock, || reply(200, &[], "user-agent: *\ncrawl-delay: 30")).await;
    let fetcher = fetcher(&clock);
    let request = Request { min_interval: Duration::from_secs(1), ..ask(&server, "/a") };
    while_time_flies(&clock, async {
        fetcher.get(&request).await.unwrap();
        fetcher.get(&request).await.unwrap();
    })
    .await;
    let times: Vec<f64> = server.log().iter().map(|asked| asked.at.duration_since(after(0)).as_secs_f64()).collect();
    let [_, first, second] = times[..] else { panic!("{times:?}") };
    // The first page waits for the delay alone, not for floor and delay.
    assert!((30.0..37.0).contains(&first) && (30.0..37.0).contains(&(second - first)), "{times:?}");
}

#[tokio::test]
async fn the_host_a_page_moved_to_is_asked_for_its_rules_too() {
    let clock = clock();
    let other = server_with(&clock, || reply(200, &[], "user-agent: *\ndisallow: /secret")).await;
    let place = other.url("/secret").to_string();
    let server = Server::start(&clock, move |_| reply(302, &[("Location", &place)], "")).await;
    assert_eq!(fetcher(&clock).get(&ask(&server, "/")).await.unwrap_err(), disallowed(&other, "/secret"));
    assert_eq!(other.paths(), ["/robots.txt"]);
}

#[tokio::test]
async fn the_file_is_asked_for_without_the_headers_of_the_source() {
    let clock = clock();
    let server = server_with(&clock, not_found).await;
    let request = Request { headers: vec![("X-Key".to_owned(), "hunter2".to_owned())], ..ask(&server, "/") };
    fetcher(&clock).get(&request).await.unwrap();
    let keys: Vec<Option<String>> = server.log().iter().map(|asked| asked.header("x-key").map(str::to_owned)).collect();
    assert_eq!(keys, [None, Some("hunter2".to_owned())]);
}
