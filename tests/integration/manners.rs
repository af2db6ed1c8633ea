//! Manners, back-fill and health over local sites, with a clock whose hands are turned by hand.

use std::time::Duration;

use goodword::app::LedgerEntry;
use goodword::crawl::Report;
use goodword::store::Coverage;
use jiff::{SignedDuration, Timestamp};

use crate::harness::{Page, Site, TestApp, feed, rss, write_files};

const NOW: &str = "2026-03-10T12:00:00Z";

/// An installation with these sources and settings.
async fn installation(sources: &str, settings: &str) -> TestApp {
    let test = TestApp::with_sources(sources).await;
    if settings.is_empty() {
        return test;
    }
    std::fs::write(test.dir().join("settings.toml"), settings).unwrap();
    test.again().await
}

/// A board of `pages` pages, ten posts each, a page a day; page 1 is the newest.
fn show_board(site: &Site, pages: usize, newest: &[&str]) {
    for number in 1..=pages {
        let first: String = newest.iter().filter(|_| number == 1).map(|post| post_on(post, 0)).collect();
        let posts: String = (0..10).map(|post| post_on(&format!("{number}-{post}"), number)).collect();
        let next = if number < pages { format!("<a class=\"next\" href=\"/board/{}\">older</a>", number + 1) } else { String::new() };
        site.show(&format!("/board/{number}"), format!("<html><body>{first}{posts}{next}</body></html>"));
    }
}

/// A post that is so many days old.
fn post_on(name: &str, days: usize) -> String {
    let days = SignedDuration::from_hours(24 * i64::try_from(days).unwrap());
    let date = NOW.parse::<Timestamp>().unwrap().checked_sub(days).unwrap();
    format!("<div class=\"post\" id=\"p{name}\"><p>Post {name} says it is great</p><time datetime=\"{date}\">then</time></div>")
}

async fn board(site: &Site, keys: &str) -> String {
    let address = site.serve().await;
    format!(
        "[[source]]\nname = \"board\"\nkind = \"page\"\nevery = \"6h\"\nmin_interval = \"0s\"\nallow_private = true\nurl = \"http://{address}/board/1\"\n\
         item = \".post\"\nfields = {{ text = \"p\", date = \"time@datetime\", id = \"@id\" }}\nnext = \"a.next\"\n{keys}\n"
    )
}

async fn entry(test: &TestApp, source: &str) -> LedgerEntry {
    test.app.ledger().await.unwrap().into_iter().find(|entry| entry.source == source).unwrap()
}

async fn mentions(test: &TestApp) -> i64 {
    test.app.store().counts().await.unwrap().mentions
}

fn pages_asked(site: &Site) -> Vec<String> {
    site.log().into_iter().filter(|path| path != "/robots.txt").collect()
}

#[tokio::test]
async fn the_first_run_reaches_back_and_later_ones_stop_at_what_is_known() {
    let site = Site::default();
    show_board(&site, 40, &[]);
    let test = TestApp::with_sources(&board(&site, "since = \"20d\"\nmax_pages = 99").await).await;
    let first = test.crawl().await.remove(0);
    // A day of slack for dates without a zone; the page behind it tells that the list has gone far enough.
    assert_eq!((first.new, pages_asked(&site).len()), (210, 22), "{first:?}");
    assert_eq!(first.coverage, Coverage::Fresh);
    test.later(Duration::from_secs(6 * 3600));
    show_board(&site, 40, &["new"]);
    let second = test.crawl().await.remove(0);
    assert_eq!((second.new, second.coverage), (1, Coverage::Fresh));
    assert_eq!(pages_asked(&site)[22..], ["/board/1", "/board/2"]);
    let asked = pages_asked(&site).len();
    test.crawl().await;
    assert_eq!(pages_asked(&site)[asked..], ["/board/1"], "an unchanged list is not read on");
    test.later(Duration::from_secs(24 * 3600));
    let asked = pages_asked(&site).len();
    test.crawl().await;
    assert_eq!(pages_asked(&site).len() - asked, 20, "once a day it is looked deeper, as far as it reaches back by then");
    test.end().await;
}

#[tokio::test]
async fn what_is_past_a_rounds_cap_comes_with_the_next_rounds_and_nothing_is_lost() {
    let site = Site::default();
    show_board(&site, 230, &[]);
    let test = TestApp::with_sources(&board(&site, "max_pages = 999").await).await;
    let first = test.crawl().await.remove(0);
    assert_eq!((first.coverage, first.left, first.new), (Coverage::Partial, 1, 2_000));
    assert_eq!(first.error.as_deref(), Some("1 page left; the next round goes on there"));
    assert_eq!(first.next.duration_since(test.clock.now()), SignedDuration::from_mins(10), "the rest does not wait for its turn");
    assert_eq!(entry(&test, "board").await.left, 1);
    show_board(&site, 230, &["new"]);
    let second = test.crawl().await.remove(0);
    assert_eq!((second.coverage, second.left, second.new), (Coverage::Fresh, 0, 301));
    assert_eq!(mentions(&test).await, 2_301);
    assert_eq!(site.asked("/board/200"), 1, "what was read is not read again");
    assert_eq!(second.next.duration_since(test.clock.now()), SignedDuration::from_hours(6));
    test.end().await;
}

#[tokio::test]
async fn a_round_told_to_stop_leaves_off_and_goes_on_later() {
    let site = Site::default();
    show_board(&site, 30, &[]);
    let sources = board(&site, "max_pages = 99").await.replace("min_interval = \"0s\"", "min_interval = \"1s\"");
    let test = TestApp::with_sources(&sources).await;
    let stop = tokio_util::sync::CancellationToken::new();
    let mut crawl = test.app.crawl(test.app.sources_named(&[]).unwrap(), stop.clone()).await.unwrap();
    while site.asked("/board/5") == 0 {
        test.later(Duration::from_millis(500));
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    assert_eq!(crawl.come().left.len(), 1);
    stop.cancel();
    let report = tokio::time::timeout(Duration::from_secs(10), crawl.next()).await.unwrap().unwrap().unwrap();
    assert!(report.left > 0 && report.next <= test.clock.now(), "{report:?}");
    assert!(crawl.next().await.is_none());
    let again = test.again().await;
    let mut crawl = again.app.crawl(again.app.sources_named(&[]).unwrap(), tokio_util::sync::CancellationToken::new()).await.unwrap();
    let report = loop {
        tokio::select! {
            report = crawl.next() => break report.unwrap().unwrap(),
            () = tokio::time::sleep(Duration::from_millis(2)) => again.later(Duration::from_millis(500)),
        }
    };
    assert_eq!((report.left, mentions(&again).await), (0, 300));
    again.end().await;
}

#[tokio::test]
async fn lists_that_lead_in_circles_come_to_an_end() {
    let page = |posts: &str, next: &str| format!("<html><body>{posts}<a class=\"next\" href=\"{next}\">older</a></body></html>");
    let (a, b) = (post_on("a", 1), post_on("b", 2));
    let cases: [(&str, [String; 3], usize, &str); 4] = [
        ("back to the first", [page(&a, "/board/2"), page(&b, "/board/1"), String::new()], 2, ""),
        (
            "the same page under another name",
            [page(&a, "/board/2"), page(&a, "/board/3"), page(&a, "/board/4")],
            2,
            "the same as its first",
        ),
        (
            "the same posts in another dress",
            [page(&a, "/board/2"), page(&format!("<i>7</i>{a}"), "/board/3"), String::new()],
            2,
            "the same as its first",
        ),
        ("nothing more but links", [page(&a, "/board/2"), page(&b, "/board/3"), page("", "/board/3?again")], 3, ""),
    ];
    for (name, pages, asked, said) in cases {
        let site = Site::default();
        for (number, page) in pages.iter().enumerate().filter(|(_, page)| !page.is_empty()) {
            site.show(&format!("/board/{}", number + 1), page.clone());
        }
        let test = TestApp::with_sources(&board(&site, "max_pages = 99").await).await;
        let report = test.crawl().await.remove(0);
        let asked_for = pages_asked(&site).into_iter().filter(|path| !path.contains("again")).count();
        assert_eq!(asked_for, asked, "{name}: {:?}", site.log());
        assert!(report.error.clone().unwrap_or_default().contains(said), "{name}: {report:?}");
        test.end().await;
    }
}

#[tokio::test]
async fn a_search_reaches_back_once_and_then_asks_for_what_is_newer() {
    let site = Site::default();
    let hit = "{\"objectID\":\"1\",\"author\":\"ann\",\"comment_text\":\"great\",\"created_at_i\":1773100000}";
    site.everywhere(Page { status: 200, body: format!("{{\"hits\":[{hit}]}}").into_bytes(), ..Page::default() });
    let address = site.serve().await;
    let test = TestApp::with_sources(&format!(
        "[[source]]\nname = \"hn\"\nkind = \"hacker-news\"\nevery = \"15m\"\nmin_interval = \"0s\"\nallow_private = true\nsince = \"90d\"\n\
         query = \"acme\"\nendpoint = \"http://{address}\"\n"
    ))
    .await;
    assert_eq!(test.crawl().await[0].new, 1);
    let since = test.clock.now().as_second() - 90 * 86_400;
    assert!(pages_asked(&site)[0].contains(&format!("created_at_i%3E{since}")), "{:?}", site.log());
    assert_eq!(test.crawl().await[0].new, 0);
    assert!(pages_asked(&site)[1].contains(&format!("created_at_i%3E{}", 1_773_100_000 - 6 * 3600)), "{:?}", site.log());
    test.end().await;
}

#[tokio::test]
async fn a_site_is_not_visited_before_it_wants_to_be() {
    let hints = |inner: &str| rss(&[("1", "Ann", "great")]).replace("<title>t</title>", &format!("<title>t</title>{inner}"));
    let header = |name, value: &str| vec![(name, value.to_owned())];
    let cases = [
        (header("cache-control", "max-age=7200"), String::new(), 120, "good until"),
        (header("cache-control", "no-cache, max-age=7200"), String::new(), 15, ""),
        (
            vec![("expires", "Tue, 10 Mar 2026 13:00:00 GMT".to_owned()), ("date", "Tue, 10 Mar 2026 12:00:00 GMT".to_owned())],
            String::new(),
            60,
            "good until",
        ),
        (header("cache-control", "max-age=31536000"), String::new(), 24 * 60, "good until"),
        (vec![("cache-control", "max-age=3600".to_owned()), ("age", "1800".to_owned())], String::new(), 30, "good until"),
        (vec![], "<ttl>45</ttl>".to_owned(), 45, "asks for 45m"),
        (vec![], "<sy:updatePeriod>hourly</sy:updatePeriod>".to_owned(), 60, "asks for 1h"),
        (vec![], "<skipHours><hour>12</hour><hour>13</hour></skipHours>".to_owned(), 120, "`skipHours`"),
        (vec![], "<skipDays><day>Tuesday</day></skipDays>".to_owned(), 12 * 60, "`skipDays`"),
    ];
    for (headers, inner, minutes, why) in cases {
        let site = Site::default();
        site.set("/feed", Page { status: 200, headers: headers.clone(), body: hints(&inner).into_bytes() });
        let address = site.serve().await;
        let test = TestApp::with_sources(&feed("forum", &format!("http://{address}/feed"))).await;
        let report = test.crawl().await.remove(0);
        assert_eq!(report.next.duration_since(test.clock.now()), SignedDuration::from_mins(minutes), "{headers:?} {inner}: {report:?}");
        let told = entry(&test, "forum").await.next_why;
        assert_eq!(told.is_some(), !why.is_empty(), "{headers:?} {inner}");
        assert!(told.unwrap_or_default().contains(why), "{headers:?} {inner}");
        test.end().await;
    }
}

#[tokio::test]
async fn the_schedule_keeps_to_what_the_site_wants() {
    let site = Site::default();
    let headers = vec![("cache-control", "max-age=7200".to_owned()), ("etag", "\"1\"".to_owned())];
    site.set("/feed", Page { status: 200, headers, body: rss(&[("1", "Ann", "great")]).into_bytes() });
    site.show("/other", rss(&[("2", "Bob", "great")]));
    let address = site.serve().await;
    let sources = ["feed", "other"].map(|name| feed(name, &format!("http://{address}/{name}"))).join("\n");
    let test = TestApp::with_sources(&sources).await;
    let stop = tokio_util::sync::CancellationToken::new();
    let listening = tokio::spawn({
        let (app, stop) = (test.app.clone(), stop.clone());
        async move { app.listen(stop).await }
    });
    let until = async |path: &str, times: usize| {
        let asked = async {
            while site.asked(path) < times {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), asked).await.unwrap_or_else(|_| panic!("{path} {times}: {:?}", site.log()));
        // The round's end has to come back before the next turn counts.
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    until("/feed", 1).await;
    until("/other", 1).await;
    for turn in 2..=8 {
        test.later(Duration::from_secs(15 * 60));
        until("/other", turn).await;
    }
    assert_eq!(site.asked("/feed"), 1, "it said that its answer holds for two hours");
    test.later(Duration::from_secs(15 * 60));
    until("/feed", 2).await;
    stop.cancel();
    tokio::time::timeout(Duration::from_secs(10), listening).await.unwrap().unwrap().unwrap();
    test.end().await;
}

#[tokio::test]
async fn one_refused_page_does_not_silence_the_others_of_its_host() {
    let site = Site::default();
    site.show("/a", rss(&[("1", "Ann", "great")]));
    site.set("/b", Page { status: 403, ..Page::default() });
    site.show("/c", rss(&[("3", "Cid", "great")]));
    let address = site.serve().await;
    let sources = ["a", "b", "c"].map(|name| feed(name, &format!("http://{address}/{name}"))).join("\n");
    let test = TestApp::with_sources(&sources).await;
    let coverage = |reports: &[Report]| reports.iter().map(|report| report.coverage.to_string()).collect::<Vec<_>>().join(" ");
    assert_eq!(coverage(&test.crawl().await), "fresh blocked fresh");
    for _ in 0..3 {
        test.later(Duration::from_secs(900));
        assert_eq!(coverage(&test.crawl().await), "unchanged blocked unchanged");
    }
    let shut = entry(&test, "b").await;
    assert_eq!(shut.failures, 4);
    assert!(shut.next_why.unwrap().contains("4 rounds in a row failed"));
    site.show("/b", rss(&[("2", "Bob", "great")]));
    test.later(Duration::from_secs(900));
    let reports = test.crawl().await;
    assert_eq!(coverage(&reports), "unchanged fresh unchanged", "it is well at once");
    assert_eq!(reports[1].next.duration_since(test.clock.now()), SignedDuration::from_mins(15), "and has its interval back");
    test.end().await;
}

#[tokio::test]
async fn a_host_that_asked_for_patience_gets_it_from_all_its_sources_and_from_the_next_process() {
    let site = Site::default();
    for path in ["/a", "/b"] {
        site.set(path, Page { status: 429, headers: vec![("retry-after", "3600".to_owned())], ..Page::default() });
    }
    let address = site.serve().await;
    let sources = ["a", "b"].map(|name| feed(name, &format!("http://{address}/{name}"))).join("\n");
    let mut test = TestApp::with_sources(&sources).await;
    let until = test.clock.now().checked_add(SignedDuration::from_hours(1)).unwrap();
    let reports = test.crawl().await;
    assert_eq!(pages_asked(&site).len(), 1, "one answer is enough for both");
    assert!(reports.iter().all(|report| report.coverage == Coverage::Failing && report.next == until), "{reports:?}");
    assert!(
        reports.iter().all(|report| report.next_why.as_ref().unwrap().contains("left alone until 2026-03-10T13:00:00Z")),
        "{reports:?}"
    );
    let failures = [entry(&test, "a").await.failures, entry(&test, "b").await.failures];
    assert_eq!(failures.iter().sum::<i64>(), 1, "who was not asked did not fail");
    test.later(Duration::from_millis(3_599_999));
    test = test.again().await;
    test.crawl().await;
    assert_eq!(pages_asked(&site).len(), 1, "a new process keeps to it too");
    for path in ["/a", "/b"] {
        site.show(path, rss(&[("1", "Ann", "great")]));
    }
    test.later(Duration::from_millis(1));
    assert!(test.crawl().await.iter().all(|report| report.coverage == Coverage::Fresh));
    assert!(test.app.store().pauses(test.clock.now()).await.unwrap().is_empty());
    test.end().await;
}

#[tokio::test]
async fn silence_stays_partial_while_the_page_stays_empty() {
    let site = Site::default();
    site.show("/feed", rss(&[("1", "Ann", "great")]));
    let address = site.serve().await;
    let test = TestApp::with_sources(&feed("forum", &format!("http://{address}/feed"))).await;
    test.crawl().await;
    site.set("/feed", Page { status: 200, headers: vec![("etag", "\"empty\"".to_owned())], body: rss(&[]).into_bytes() });
    let last_good = entry(&test, "forum").await.last_good;
    for _ in 0..3 {
        test.later(Duration::from_secs(900));
        let report = test.crawl().await.remove(0);
        assert_eq!(report.coverage, Coverage::Partial);
        assert!(report.error.unwrap().contains("used to show items"));
    }
    assert_eq!(entry(&test, "forum").await.last_good, last_good);
    site.show("/feed", rss(&[("2", "Ann", "great again")]));
    let report = test.crawl().await.remove(0);
    assert_eq!((report.coverage, report.error), (Coverage::Fresh, None));
    test.end().await;
}

#[tokio::test]
async fn what_comes_in_the_place_of_a_feed_is_told_with_what_to_do() {
    let html = |body: &str| Page { status: 200, headers: vec![("content-type", "text/html".to_owned())], body: body.into() };
    let cases = [
        (Page { status: 403, ..Page::default() }, "blocked", "a file export"),
        (Page { status: 401, ..Page::default() }, "blocked", "`secret`"),
        (html("<html><script>window._cf_chl_opt = {}</script></html>"), "blocked", "the site's API or a file export"),
        (html("<html><title>Log in</title><form><input type=\"password\"></form></html>"), "blocked", "feed address"),
        (html("<html><title>Our forum</title><p>Welcome</p></html>"), "blocked", "feed address"),
        (Page { status: 200, ..Page::default() }, "failing", "empty"),
        (Page { status: 404, ..Page::default() }, "failing", "remove the source"),
        (Page { status: 503, ..Page::default() }, "failing", "left alone until"),
    ];
    for (page, coverage, remedy) in cases {
        let site = Site::default();
        site.set("/feed", page);
        let address = site.serve().await;
        let test = TestApp::with_sources(&feed("forum", &format!("http://{address}/feed"))).await;
        let report = test.crawl().await.remove(0);
        assert_eq!(report.coverage.to_string(), coverage, "{report:?}");
        assert!(report.error.as_ref().unwrap().contains(remedy), "{report:?}");
        test.end().await;
    }
}

#[tokio::test]
async fn a_secret_about_to_expire_is_spoken_of_ahead_and_when_it_no_longer_opens() {
    let site = Site::default();
    site.set("/feed", Page { status: 401, ..Page::default() });
    let address = site.serve().await;
    let dir = tempfile::tempdir().unwrap();
    let secret = dir.path().join("token");
    std::fs::write(&secret, "hunter2").unwrap();
    let keys = format!("secret = {{ file = \"{}\", expires = \"2026-03-20\" }}\n", secret.display());
    let test = TestApp::with_sources(&format!("{}{keys}", feed("forum", &format!("http://{address}/feed")))).await;
    let report = test.crawl().await.remove(0);
    assert_eq!(report.coverage, Coverage::Blocked);
    assert!(report.error.as_ref().unwrap().contains("its secret may have expired"), "{report:?}");
    let notes = entry(&test, "forum").await.notes;
    assert_eq!(notes, ["its secret expires on 2026-03-20, in 10 days; renew it, then set `expires` anew"]);
    test.end().await;
}

#[tokio::test]
async fn a_robots_txt_that_is_not_asked_is_said_aloud() {
    let site = Site::default();
    site.show("/robots.txt", "user-agent: *\ndisallow: /");
    site.show("/feed", rss(&[("1", "Ann", "great")]));
    let address = site.serve().await;
    let sources = feed("own", &format!("http://{address}/feed"));
    let test =
        installation(&sources, &format!("[hosts.\"{address}\"]\nrobots = \"ignore\"\nheaders = {{ X-Listener = \"goodword\" }}\n")).await;
    assert_eq!(test.crawl().await[0].coverage, Coverage::Fresh);
    assert_eq!(site.asked("/robots.txt"), 0);
    assert!(entry(&test, "own").await.notes[0].contains("ROBOTS.TXT IS NOT ASKED"));
    let notes = test.app.config().notes(test.clock.now());
    assert!(notes[0].to_string().contains(&format!("host `{address}`")), "{notes:?}");
    test.end().await;
    let obeying = TestApp::with_sources(&sources).await;
    assert_eq!(obeying.crawl().await[0].coverage, Coverage::Blocked);
    obeying.end().await;
}

#[tokio::test]
async fn the_history_tells_each_state_and_the_times_nobody_listened() {
    let site = Site::default();
    let good = rss(&[("1", "Ann", "great"), ("2", "Bob", "great")]);
    site.show("/feed", good.clone());
    let address = site.serve().await;
    let test = TestApp::with_sources(&feed("forum", &format!("http://{address}/feed"))).await;
    let start = test.clock.now();
    let hours = |hours: i64| start.checked_add(SignedDuration::from_mins(15 * hours)).unwrap();
    let quarter = Duration::from_secs(900);
    // Quarters of hours: well, well, shut out twice, well, and then nobody asks until the tenth.
    for (status, body) in [(200, &good), (200, &good), (403, &good), (403, &good), (200, &good)] {
        site.set("/feed", Page { status, body: body.clone().into_bytes(), ..Page::default() });
        test.crawl().await;
        test.later(quarter);
    }
    test.later(5 * quarter);
    test.crawl().await;
    let spans = test.app.history(None, start).await.unwrap();
    let told: Vec<_> = spans.iter().map(|span| (span.coverage, span.from, span.until, span.blind)).collect();
    assert_eq!(
        told,
        [
            (Coverage::Fresh, hours(0), Some(hours(2)), false),
            (Coverage::Blocked, hours(2), Some(hours(4)), true),
            (Coverage::Fresh, hours(4), Some(hours(5)), false),
            (Coverage::Stale, hours(5), Some(hours(10)), true),
            (Coverage::Fresh, hours(10), None, false),
        ]
    );
    assert!(spans[1].reason.as_ref().unwrap().contains("403") && spans[3].reason.as_ref().unwrap().contains("not asked for 1h 15m"));
    let blind = async |from, until| {
        let blind = test.app.blind(from, until).await.unwrap();
        blind.into_iter().map(|blind| (blind.state, blind.from, blind.until)).collect::<Vec<_>>()
    };
    assert_eq!(blind(hours(3), hours(10)).await, [(Coverage::Blocked, hours(3), hours(4)), (Coverage::Stale, hours(5), hours(10))]);
    assert_eq!(blind(hours(0), hours(2)).await, []);
    test.later(4 * quarter);
    let now = test.clock.now();
    assert_eq!(blind(hours(10), now).await, [(Coverage::Stale, hours(11), now)], "nor does anybody listen now");
    test.end().await;
}

#[tokio::test]
async fn the_ledger_counts_by_the_day_and_old_history_is_let_go() {
    let site = Site::default();
    site.show("/feed", rss(&[("1", "Ann", "great"), ("2", "Bob", "great")]));
    let address = site.serve().await;
    let test = TestApp::with_sources(&feed("forum", &format!("http://{address}/feed"))).await;
    let day = Duration::from_secs(86_400);
    test.crawl().await;
    test.crawl().await;
    test.later(day);
    site.show("/feed", rss(&[("1", "Ann", "great"), ("2", "Bob", "great"), ("3", "Cid", "great")]));
    test.crawl().await;
    let ledger = entry(&test, "forum").await;
    assert_eq!((ledger.seen_today, ledger.new_today, ledger.seen_a_day, ledger.new_a_day), (3, 1, Some(2.0), Some(2.0)));
    let days = test.app.days(Some("forum"), test.clock.now().checked_sub(SignedDuration::from_hours(48)).unwrap()).await.unwrap();
    let counts: Vec<_> = days.iter().map(|(_, day)| (day.date.to_string(), day.rounds, day.seen, day.new, day.failures)).collect();
    assert_eq!(counts, [("2026-03-10".to_owned(), 2, 2, 2, 0), ("2026-03-11".to_owned(), 1, 3, 1, 0)]);
    test.later(day);
    let ledger = entry(&test, "forum").await;
    assert_eq!((ledger.seen_today, ledger.seen_a_day), (0, Some(2.5)));
    test.later(3 * 366 * day);
    test.crawl().await;
    assert!(test.app.days(None, Timestamp::UNIX_EPOCH).await.unwrap().len() <= 2, "only what its last rounds brought is left");
    assert!(test.app.history(Some("fourm"), Timestamp::UNIX_EPOCH).await.unwrap_err().to_string().contains("did you mean `forum`?"));
    test.end().await;
}

fn goodword(dir: &std::path::Path, args: &[&str]) -> (Option<i32>, String) {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_goodword")).arg("--dir").arg(dir).args(args).output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_tells_what_was_seen_when_and_what_to_know() {
    let site = Site::default();
    site.show("/feed", rss(&[("1", "Ann", "great")]));
    site.set("/shut", Page { status: 403, ..Page::default() });
    let (a, b) = (site.serve().await, site.serve().await);
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("token"), "hunter2").unwrap();
    let open = format!("{}secret = {{ file = \"token\", expires = \"2020-01-31\" }}\n", feed("open", &format!("http://{a}/feed")));
    write_files(dir.path(), &format!("{open}{}", feed("shut", &format!("http://{b}/shut"))));
    std::fs::write(dir.path().join("settings.toml"), "[hosts.\"own.example\"]\nrobots = \"ignore\"\n").unwrap();

    let (code, check) = goodword(dir.path(), &["check"]);
    assert_eq!(code, Some(0));
    insta::assert_snapshot!(check, @r#"
    note: source `open`: its secret expired on 2020-01-31; renew it, then set `expires` anew
    note: host `own.example`: ITS ROBOTS.TXT IS NOT ASKED (`robots = "ignore"` in settings.toml); keep that for sites of your own
    no problem; 2 of 2 sources enabled, 2 products, 8 phrases
    "#);
    let lines = |text: &str| text.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<serde_json::Value>>();
    assert_eq!(goodword(dir.path(), &["crawl", "--due", "--json"]).0, Some(1));
    assert_eq!(goodword(dir.path(), &["crawl", "--due", "--json"]), (Some(0), String::new()), "nothing is due");
    let (code, ledger) = goodword(dir.path(), &["sources", "--json"]);
    let ledger = lines(&ledger);
    assert_eq!((code, ledger.len()), (Some(0), 2));
    assert_eq!((&ledger[0]["coverage"], &ledger[0]["new_today"], &ledger[1]["coverage"]), (&"fresh".into(), &1.into(), &"blocked".into()));
    let history = lines(&goodword(dir.path(), &["sources", "history", "shut", "--since", "1d", "--json"]).1);
    assert_eq!((history.len(), &history[0]["state"], &history[0]["until"]), (1, &"blocked".into(), &serde_json::Value::Null));
    let days = lines(&goodword(dir.path(), &["sources", "history", "--days", "--json"]).1);
    assert_eq!((days.len(), &days[0]["seen"], &days[1]["failures"]), (2, &1.into(), &1.into()));
    let (_, people) = goodword(dir.path(), &["sources", "history"]);
    assert!(people.contains("a file export") && people.contains("times are UTC"), "{people}");
    assert_eq!(goodword(dir.path(), &["sources", "history", "shutt"]).0, Some(2));
}
