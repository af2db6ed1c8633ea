//! One in flight, the floor, and leaving a host alone; the server's log is the proof.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use super::server::{Asked, Reply, reply};
use super::*;

/// Whole and tenths of seconds between one request and the next.
fn gaps(log: &[Asked]) -> Vec<f64> {
    log.windows(2).map(|pair| pair[1].at.duration_since(pair[0].at).as_secs_f64()).collect()
}

#[tokio::test]
async fn many_at_once_go_one_by_one_in_the_order_they_came() {
    let clock = clock();
    let server = Server::start(&clock, |_| reply(200, &[], "hello")).await;
    let fetcher = fetcher(&clock);
    let requests: Vec<Request> = (0..20).map(|number| ask(&server, &format!("/{number}"))).collect();
    let fetched = futures_util::future::join_all(requests.iter().map(|request| fetcher.get(request))).await;
    assert!(fetched.iter().all(Result::is_ok));
    assert_eq!(server.most_in_flight(), 1);
    let expected: Vec<String> = std::iter::once("/robots.txt".to_owned()).chain((0..20).map(|number| format!("/{number}"))).collect();
    assert_eq!(server.paths(), expected);
}

#[tokio::test]
async fn any_task_may_ask() {
    fn send<T: Send>(task: T) -> T {
        task
    }
    let clock = clock();
    let server = Server::start(&clock, |_| reply(200, &[], "hello")).await;
    let (fetcher, request) = (fetcher(&clock), ask(&server, "/"));
    assert_eq!(body(send(fetcher.get(&request)).await), "hello");
}

#[tokio::test]
async fn two_hosts_do_not_wait_for_each_other() {
    let clock = clock();
    let slow = Server::start(&clock, |_| reply(200, &[], "slow")).await;
    let other = Server::start(&clock, |_| reply(200, &[], "other")).await;
    let fetcher = fetcher(&clock);
    let long = Request { min_interval: Duration::from_secs(1_000), ..ask(&slow, "/") };
    let waits = fetcher.get(&long);
    let passes = async { body(fetcher.get(&ask(&other, "/")).await) };
    tokio::select! {
        _ = waits => panic!("the clock stands still"),
        text = passes => assert_eq!(text, "other"),
    }
}

#[tokio::test]
async fn the_floor_lies_between_any_two_requests_of_any_two_sources() {
    let clock = clock();
    let server = Server::start(&clock, |_| reply(200, &[], "hello")).await;
    let fetcher = fetcher(&clock);
    let request = |path: &str, seconds| Request { min_interval: Duration::from_secs(seconds), ..ask(&server, path) };
    let (one, two) = (request("/one", 10), request("/two", 20));
    while_time_flies(&clock, async {
        let (first, second) = tokio::join!(fetcher.get(&one), fetcher.get(&two));
        assert!(first.is_ok() && second.is_ok());
        fetcher.get(&one).await.unwrap();
    })
    .await;
    assert_eq!(server.paths(), ["/robots.txt", "/one", "/two", "/one"]);
    for (gap, floor) in gaps(&server.log()).into_iter().zip([10.0, 20.0, 10.0]) {
        // A tenth more by chance, and a little for the fast clock's steps.
        assert!(gap >= floor && gap < floor * 1.1 + 3.0, "{gap} for {floor}");
    }
}

#[tokio::test]
async fn without_a_floor_nothing_waits() {
    let clock = clock();
    let server = Server::start(&clock, |_| reply(200, &[], "hello")).await;
    let fetcher = fetcher(&clock);
    for _ in 0..3 {
        fetcher.get(&ask(&server, "/")).await.unwrap();
    }
    assert_eq!(server.paths().len(), 4);
}

#[tokio::test]
async fn a_refusing_host_is_left_alone_longer_each_time_until_it_answers() {
    let clock = clock();
    let status = Arc::new(AtomicU16::new(403));
    let current = Arc::clone(&status);
    let server = Server::start(&clock, move |_| reply(current.load(Ordering::SeqCst), &[], "")).await;
    let fetcher = fetcher(&clock);
    for pause in [60, 120, 240, 480, 960, 1_920, 3_600, 3_600] {
        let refusal = fetcher.get(&ask(&server, "/a")).await.unwrap_err();
        let until = later(clock.now(), Duration::from_secs(pause));
        assert_eq!(refusal.retry_at(), Some(until), "{refusal:?}");
        let asked = server.log().len();
        clock.turn(Duration::from_secs(pause - 1));
        let alone = fetcher.get(&ask(&server, "/b")).await.unwrap_err();
        assert_eq!(alone, FetchError::LeftAlone { host: server.address.to_string(), cause: Cause::Refused(403), until });
        assert_eq!(server.log().len(), asked, "asked while left alone");
        clock.turn(Duration::from_secs(1));
    }
    status.store(200, Ordering::SeqCst);
    fetcher.get(&ask(&server, "/a")).await.unwrap();
    status.store(429, Ordering::SeqCst);
    let refusal = fetcher.get(&ask(&server, "/a")).await.unwrap_err();
    assert_eq!(refusal.retry_at(), Some(later(clock.now(), Duration::from_mins(1))));
}

#[tokio::test]
async fn a_page_that_is_refused_does_not_silence_a_host_that_answers_others() {
    for status in [403, 500] {
        let clock = clock();
        let server = Server::start(&clock, move |asked| reply(if asked.path == "/shut" { status } else { 200 }, &[], "hello")).await;
        let fetcher = fetcher(&clock);
        fetcher.get(&ask(&server, "/open")).await.unwrap();
        for _ in 0..5 {
            let refused = fetcher.get(&ask(&server, "/shut")).await.unwrap_err();
            assert_eq!(refused.retry_at(), None, "{refused:?}");
            assert_eq!(body(fetcher.get(&ask(&server, "/open")).await), "hello");
        }
        for left_alone in [false, false, true] {
            assert_eq!(fetcher.get(&ask(&server, "/shut")).await.unwrap_err().retry_at().is_some(), left_alone, "{status}");
        }
        assert!(matches!(fetcher.get(&ask(&server, "/open")).await, Err(FetchError::LeftAlone { .. })), "three in a row are the host's");
        clock.turn(Duration::from_mins(1));
        assert_eq!(body(fetcher.get(&ask(&server, "/open")).await), "hello");
    }
}

#[tokio::test]
async fn a_host_that_hangs_is_not_waited_for_by_each_of_its_pages() {
    let clock = clock();
    let server = Server::with_robots(&clock, |_| Reply::Hang(Vec::new())).await;
    let fetcher = Fetcher::new(Settings { total_timeout: Duration::from_millis(200), ..settings() }, clock.clone()).unwrap();
    let error = fetcher.get(&ask(&server, "/a")).await.unwrap_err();
    assert!(matches!(error, FetchError::Timeout { .. }), "{error:?}");
    let error = fetcher.get(&ask(&server, "/b")).await.unwrap_err();
    assert_eq!(error, FetchError::LeftAlone { host: server.address.to_string(), cause: Cause::Silent, until: after(60) });
    assert_eq!(server.paths(), ["/robots.txt"]);
}

#[tokio::test]
async fn a_pause_holds_in_the_next_process_too() {
    let clock = clock();
    let status = Arc::new(AtomicU16::new(429));
    let current = Arc::clone(&status);
    let server = Server::start(&clock, move |_| reply(current.load(Ordering::SeqCst), &[("Retry-After", "600")], "hello")).await;
    let first = fetcher(&clock);
    first.get(&ask(&server, "/")).await.unwrap_err();
    let pauses = first.take_pauses();
    assert_eq!(pauses, [Pause { host: server.address.to_string(), until: after(600), refusals: 1, cause: Cause::Refused(429) }]);
    assert_eq!(first.take_pauses(), []);
    let second = fetcher(&clock);
    second.restore_pauses(&pauses);
    assert!(matches!(second.get(&ask(&server, "/")).await, Err(FetchError::LeftAlone { .. })));
    assert_eq!(server.paths(), ["/robots.txt", "/"]);
    status.store(200, Ordering::SeqCst);
    clock.turn(Duration::from_secs(600));
    second.get(&ask(&server, "/")).await.unwrap();
    assert!(second.take_pauses().iter().all(|pause| pause.until <= clock.now()), "it is well again");
}

#[tokio::test]
async fn what_is_set_for_a_host_holds_for_it_alone() {
    let clock = clock();
    let robots = |asked: &Asked| match asked.path.as_str() {
        "/robots.txt" => reply(200, &[], "user-agent: *\ndisallow: /"),
        _ => reply(200, &[("Cache-Control", "max-age=7200")], "hello"),
    };
    let own = Server::with_robots(&clock, robots).await;
    let other = Server::with_robots(&clock, robots).await;
    let set = HostSettings {
        min_interval: Some(Duration::from_secs(30)),
        headers: vec![("Accept-Language".to_owned(), "zh".to_owned())],
        contact: Some("desk@listener.example".to_owned()),
        ignores_robots: true,
        max_age: Some(Duration::from_mins(10)),
    };
    let settings = Settings { hosts: BTreeMap::from([(own.address.to_string(), set)]), ..settings() };
    let fetcher = Fetcher::new(settings, clock.clone()).unwrap();
    while_time_flies(&clock, async {
        for _ in 0..2 {
            let Ok(Fetched::Fresh { fresh_until, .. }) = fetcher.get(&ask(&own, "/a")).await else { panic!() };
            assert!(fresh_until.unwrap() <= later(clock.now(), Duration::from_mins(10)));
        }
    })
    .await;
    assert_eq!(own.paths(), ["/a", "/a"]);
    assert!(gaps(&own.log())[0] >= 30.0, "{:?}", gaps(&own.log()));
    assert_eq!(own.log()[0].header("user-agent"), Some("goodword/0.1 (+desk@listener.example)"));
    assert_eq!(own.log()[0].header("accept-language"), Some("zh"));
    assert!(matches!(fetcher.get(&ask(&other, "/a")).await, Err(FetchError::Robots { .. })));
    assert_eq!(other.log()[0].header("accept-language"), None);
}

#[tokio::test]
async fn retry_after_is_obeyed_to_the_second() {
    for (text, seconds) in [("7", 7), ("5000", 5_000), ("Sun, 01 Mar 2026 06:32:05 GMT", 125)] {
        let clock = clock();
        let server = Server::start(&clock, move |_| reply(429, &[("Retry-After", text)], "")).await;
        let fetcher = fetcher(&clock);
        let host = server.address.to_string();
        let slow_down = FetchError::SlowDown { host: host.clone(), status: 429, until: after(seconds) };
        assert_eq!(fetcher.get(&ask(&server, "/")).await.unwrap_err(), slow_down, "{text}");
        clock.turn(Duration::from_secs(seconds) - Duration::from_millis(1));
        let alone = FetchError::LeftAlone { host, cause: Cause::Refused(429), until: after(seconds) };
        assert_eq!(fetcher.get(&ask(&server, "/")).await.unwrap_err(), alone, "{text}");
        assert_eq!(server.paths().len(), 2, "{text}");
        clock.turn(Duration::from_millis(1));
        fetcher.get(&ask(&server, "/")).await.unwrap_err();
        assert_eq!(server.paths().len(), 3, "{text}");
    }
}

#[tokio::test]
async fn those_who_queue_at_a_host_that_refuses_are_told_without_asking_it() {
    let clock = clock();
    let server = Server::start(&clock, |_| reply(429, &[], "")).await;
    let fetcher = fetcher(&clock);
    let requests: Vec<Request> = (0..10).map(|number| ask(&server, &format!("/{number}"))).collect();
    let fetched = futures_util::future::join_all(requests.iter().map(|request| fetcher.get(request))).await;
    assert!(matches!(fetched[0], Err(FetchError::SlowDown { status: 429, .. })));
    assert!(fetched[1..].iter().all(|fetched| matches!(fetched, Err(FetchError::LeftAlone { cause: Cause::Refused(429), .. }))));
    assert_eq!(server.paths(), ["/robots.txt", "/0"]);
}

#[tokio::test]
async fn whoever_gives_up_waiting_holds_nobody_up() {
    let clock = clock();
    let server = Server::start(&clock, |_| reply(200, &[], "hello")).await;
    let fetcher = fetcher(&clock);
    let long = Request { min_interval: Duration::from_secs(1_000), ..ask(&server, "/long") };
    let given_up = tokio::time::timeout(Duration::from_millis(100), fetcher.get(&long)).await;
    assert!(given_up.is_err());
    fetcher.get(&ask(&server, "/short")).await.unwrap();
    assert_eq!(server.paths(), ["/robots.txt", "/short"]);
}
