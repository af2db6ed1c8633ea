//! Redirects, each hop checked: how far, where to, and what is told there.

use super::server::reply;
use super::*;

#[tokio::test]
async fn a_moved_page_comes_from_where_it_is() {
    let clock = clock();
    let server = Server::start(&clock, |asked| match asked.path.as_str() {
        "/old" => reply(301, &[("Location", "new/café?x#part")], "moved"),
        _ => reply(200, &[], "hello"),
    });
    let server = server.await;
    let Ok(Fetched::Fresh { page, .. }) = fetcher(&clock).get(&ask(&server, "/old")).await else { panic!() };
    assert_eq!(page.url, server.url("/new/caf%C3%A9?x"));
}

#[tokio::test]
async fn circles_and_long_ways_end() {
    let clock = clock();
    let server = Server::start(&clock, |asked| {
        let next = match asked.path.as_str() {
            "/a" => "/b".to_owned(),
            "/b" => "/a".to_owned(),
            "/self" => "/self".to_owned(),
            longer => format!("{longer}x"),
        };
        reply(302, &[("Location", &next)], "")
    });
    let server = server.await;
    let fetcher = fetcher(&clock);
    for (path, how, asked) in [("/a", "in a circle", 2), ("/self", "in a circle", 1), ("/long", "more than 5 times", 6)] {
        let before = server.paths().len().max(1);
        let error = fetcher.get(&ask(&server, path)).await.unwrap_err();
        let FetchError::Redirects { url, how: found } = &error else { panic!("{error:?}") };
        assert!(*url == server.url(path).to_string() && found.starts_with(how), "{error}");
        assert_eq!(server.paths().len() - before, asked, "{path}");
    }
}

#[tokio::test]
async fn ways_out_of_the_web_are_not_taken() {
    let clock = clock();
    let server = Server::start(&clock, |_| reply(302, &[("Location", "file:///etc/passwd")], "")).await;
    let error = fetcher(&clock).get(&ask(&server, "/")).await.unwrap_err();
    assert!(error.to_string().contains("`file:///etc/passwd`"), "{error}");
}

#[tokio::test]
async fn secrets_and_settings_of_the_source_stay_with_its_host() {
    let clock = clock();
    let other = Server::start(&clock, |_| reply(200, &[], "hello")).await;
    let place = other.url("/there").to_string();
    let server = Server::start(&clock, move |asked| match asked.path.as_str() {
        "/old" => reply(302, &[("Location", "/new")], ""),
        _ => reply(302, &[("Location", &place)], ""),
    });
    let server = server.await;
    let header = |name: &str| (name.to_owned(), "hunter2".to_owned());
    let validators = Validators { etag: Some("\"v1\"".to_owned()), last_modified: None };
    let headers = vec![header("Authorization"), header("Cookie"), header("X-Key")];
    let request = Request { headers, validators, ..ask(&server, "/old") };
    assert_eq!(body(fetcher(&clock).get(&request).await), "hello");
    for asked in server.log().iter().filter(|asked| asked.path != "/robots.txt") {
        for name in ["authorization", "cookie", "x-key"] {
            assert_eq!(asked.header(name), Some("hunter2"), "{} {name}", asked.path);
        }
    }
    for asked in other.log() {
        for name in ["authorization", "cookie", "x-key", "referer"] {
            assert_eq!(asked.header(name), None, "{} {name}", asked.path);
        }
    }
    assert_eq!(other.log().last().unwrap().header("if-none-match"), Some("\"v1\""));
}

#[tokio::test]
async fn the_other_host_keeps_its_own_manners() {
    let clock = clock();
    let other = Server::start(&clock, |_| reply(429, &[("Retry-After", "30")], "")).await;
    let place = other.url("/there").to_string();
    let server = Server::start(&clock, move |_| reply(302, &[("Location", &place)], "")).await;
    let fetcher = fetcher(&clock);
    let host = other.address.to_string();
    let error = fetcher.get(&ask(&server, "/")).await.unwrap_err();
    assert_eq!(error, FetchError::SlowDown { host: host.clone(), status: 429, until: after(30) });
    let error = fetcher.get(&ask(&server, "/")).await.unwrap_err();
    assert_eq!(error, FetchError::LeftAlone { host, cause: Cause::Refused(429), until: after(30) });
    assert_eq!(other.paths(), ["/robots.txt", "/there"]);
    assert_eq!(server.paths(), ["/robots.txt", "/", "/"]);
}

#[tokio::test]
async fn hosts_that_point_at_each_other_do_not_lock_each_other_out() {
    let clock = clock();
    let start = || {
        let place = std::sync::Arc::new(std::sync::OnceLock::<String>::new());
        let points = std::sync::Arc::clone(&place);
        let server = Server::with_robots(&clock, move |asked| match (asked.path.as_str(), points.get()) {
            ("/there", _) => reply(200, &[], "hello"),
            ("/robots.txt", Some(place)) => reply(302, &[("Location", &place.replace("/there", "/rules"))], ""),
            ("/rules", _) => reply(200, &[], ""),
            (_, place) => reply(302, &[("Location", place.map_or("/", String::as_str))], ""),
        });
        (place, server)
    };
    let ((one_points, one), (two_points, two)) = (start(), start());
    let (one, two) = tokio::join!(one, two);
    one_points.set(two.url("/there").to_string()).unwrap();
    two_points.set(one.url("/there").to_string()).unwrap();
    let fetcher = fetcher(&clock);
    let requests: Vec<Request> = (0..10).flat_map(|number| [&one, &two].map(|server| ask(server, &format!("/{number}")))).collect();
    let all = futures_util::future::join_all(requests.iter().map(|request| fetcher.get(request)));
    let fetched = tokio::time::timeout(Duration::from_secs(20), all).await.expect("nobody is locked out");
    assert!(fetched.iter().all(Result::is_ok));
    assert_eq!((one.most_in_flight(), two.most_in_flight()), (1, 1));
}

#[tokio::test]
async fn no_private_address_is_asked_by_number_or_by_name() {
    let clock = clock();
    let server = Server::start(&clock, |_| reply(200, &[], "hello")).await;
    let port = server.address.port();
    for host in ["127.0.0.1", "localhost", "127.1", "0x7f000001", "[::ffff:127.0.0.1]", "LOCALHOST"] {
        let url = format!("http://{host}:{port}/").parse().unwrap();
        let request = Request { min_interval: Duration::ZERO, ..Request::new(url) };
        let error = fetcher(&clock).get(&request).await.unwrap_err();
        assert!(matches!(error, FetchError::Private { .. }), "{host}: {error:?}");
        assert!(error.to_string().contains("`allow_private = true`"), "{error}");
    }
    assert!(server.log().is_empty());
    let url = format!("http://localhost:{port}/").parse().unwrap();
    let request = Request { min_interval: Duration::ZERO, allow_private: true, ..Request::new(url) };
    assert_eq!(body(fetcher(&clock).get(&request).await), "hello");
}

#[tokio::test]
async fn no_public_page_leads_to_a_private_address() {
    let clock = clock();
    let inside = Server::start(&clock, |_| reply(200, &[], "inside")).await;
    let port = inside.address.port();
    for place in [format!("http://127.0.0.1:{port}/"), format!("http://localhost:{port}/"), format!("http://[::1]:{port}/")] {
        let outside = Server::start(&clock, move |_| reply(302, &[("Location", &place)], "")).await;
        // Stands for a public name, as nothing in a test may leave this machine.
        let fetcher = Fetcher::with_names(settings(), clock.clone(), &[("public.example", outside.address)]).unwrap();
        let url = format!("http://public.example:{}/", outside.address.port());
        let request = Request { min_interval: Duration::ZERO, ..Request::new(url.parse().unwrap()) };
        let error = fetcher.get(&request).await.unwrap_err();
        assert!(matches!(error, FetchError::Private { .. }), "{error:?}");
        assert_eq!(outside.paths(), ["/robots.txt", "/"]);
    }
    assert!(inside.log().is_empty());
}

#[tokio::test]
async fn what_a_private_request_opened_serves_no_other() {
    let clock = clock();
    let server = Server::start(&clock, |_| reply(200, &[], "inside")).await;
    for host in ["localhost", "127.0.0.1"] {
        let fetcher = fetcher(&clock);
        let url: Url = format!("http://{host}:{}/", server.address.port()).parse().unwrap();
        let private = Request { allow_private: true, min_interval: Duration::ZERO, ..Request::new(url) };
        fetcher.get(&private).await.unwrap();
        let public = Request { allow_private: false, ..private };
        assert_eq!(fetcher.get(&public).await.unwrap_err(), FetchError::Private { host: host.to_owned() });
    }
}
