//! Calls: sent as they are given, answered with whatever status.

use super::server::reply;
use super::*;

fn call(method: Method, url: Url) -> Call {
    let headers = vec![("Authorization".to_owned(), "Bearer hunter2".to_owned())];
    Call { method, url, headers, body: b"{\"text\":\"hello\"}".to_vec(), timeout: None, allow_private: true }
}

#[tokio::test]
async fn a_call_goes_out_once_whatever_is_answered() {
    let clock = clock();
    let server = Server::start(&clock, |asked| match asked.path.as_str() {
        "/moved" => reply(302, &[("Location", "/elsewhere")], ""),
        "/busy" => reply(429, &[("Retry-After", "30")], "slow down"),
        _ => reply(201, &[("X-Id", "7")], "made"),
    });
    let server = server.await;
    let fetcher = fetcher(&clock);
    let made = fetcher.call(&call(Method::Post, server.url("/hook"))).await.unwrap();
    assert_eq!((made.status, made.is_success(), made.header("x-id"), made.text().as_str()), (201, true, Some("7"), "made"));
    let moved = fetcher.call(&call(Method::Delete, server.url("/moved"))).await.unwrap();
    assert_eq!((moved.status, moved.is_success()), (302, false));
    let busy = fetcher.call(&call(Method::Put, server.url("/busy"))).await.unwrap();
    assert_eq!(busy.retry_after(clock.now()), Some(after(30)));
    assert_eq!(server.paths(), ["/hook", "/moved", "/busy"]);
    assert_eq!(server.log()[0].header("authorization"), Some("Bearer hunter2"));
    assert_eq!(server.log()[0].header("content-length"), Some("16"));
}

#[tokio::test]
async fn private_addresses_are_called_only_where_allowed() {
    let clock = clock();
    let server = Server::start(&clock, |_| reply(200, &[], "")).await;
    let call = Call { allow_private: false, ..call(Method::Post, server.url("/hook")) };
    assert!(fetcher(&clock).call(&call).await.is_err());
    assert_eq!(server.paths(), Vec::<String>::new());
    assert!(!format!("{call:?}").contains("hunter2"));
}
