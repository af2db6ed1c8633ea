//! What single kinds of source do over several pages and rounds, against sites that answer as theirs do.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::Query;
use axum::routing::{get, post};
use goodword::store::Coverage;
use serde_json::{Value, json};

use crate::harness::{Page, Site, TestApp};

fn source(name: &str, kind: &str, keys: &str) -> String {
    format!("[[source]]\nname = \"{name}\"\nkind = \"{kind}\"\nevery = \"1h\"\nmin_interval = \"0s\"\nallow_private = true\n{keys}\n\n")
}

#[tokio::test]
async fn an_api_that_asks_for_a_pause_is_left_alone_and_then_read_on() {
    let site = Site::default();
    let address = site.serve().await;
    let test = TestApp::with_sources(&source("so", "stack-exchange", &format!("query = \"acme\"\nendpoint = \"http://{address}/\""))).await;
    let page = "/2.3/search/advanced?site=stackoverflow&sort=creation&order=desc&filter=withbody&pagesize=100&q=acme";
    let question = |id: u32, more: &str| {
        format!(
            "{{\"items\":[{{\"question_id\":{id},\"title\":\"Acme Desk {id}\",\"body\":\"<p>easy to use</p>\",\"creation_date\":1770100{id}}}],{more}}}"
        )
    };
    site.show(page, question(902, "\"has_more\":true,\"backoff\":7200,\"quota_remaining\":9"));
    site.show(&format!("{page}&page=2"), question(901, "\"has_more\":false,\"quota_remaining\":8"));
    let first = test.crawl().await.remove(0);
    assert_eq!((first.new, first.left, first.coverage), (1, 1, Coverage::Partial), "{first:?}");
    assert_eq!(first.next.duration_since(test.clock.now()).as_secs(), 7200, "{first:?}");
    assert_eq!(site.asked(&format!("{page}&page=2")), 0);
    test.later(Duration::from_hours(2));
    let second = test.crawl().await.remove(0);
    assert_eq!((second.new, second.left), (1, 0), "{second:?}");
    test.end().await;
}

#[tokio::test]
async fn a_forums_search_leads_to_whole_posts_each_asked_for_once() {
    let site = Site::default();
    let address = site.serve().await;
    let test = TestApp::with_sources(&source("forum", "discourse", &format!("query = \"acme\"\nserver = \"http://{address}/\""))).await;
    let search = "/search.json?q=acme+order%3Alatest&page=1";
    let hits = |ids: &[u32]| {
        let hits: Vec<String> = ids.iter().map(|id| format!("{{\"id\":{id},\"topic_id\":7,\"blurb\":\"… acme …\"}}")).collect();
        format!("{{\"posts\":[{}],\"topics\":[{{\"id\":7,\"title\":\"Acme Desk\"}}],\"grouped_search_result\":{{}}}}", hits.join(","))
    };
    let post = |id: u32| {
        format!(
            "{{\"id\":{id},\"username\":\"ann\",\"topic_id\":7,\"post_number\":1,\"post_type\":1,\"cooked\":\"<p>easy to use, says post {id}</p>\"}}"
        )
    };
    for id in [10, 11, 12] {
        site.show(&format!("/posts/{id}.json"), post(id));
    }
    site.show(search, hits(&[11, 10]));
    assert_eq!(test.crawl().await.remove(0).new, 2);
    site.show(search, hits(&[12, 11, 10]));
    assert_eq!(test.crawl().await.remove(0).new, 1);
    site.show(search, format!("{} ", hits(&[12, 11, 10])));
    let quiet = test.crawl().await.remove(0);
    assert_eq!((quiet.new, quiet.error.as_deref()), (0, None), "{quiet:?}");
    assert_eq!(site.asked("/posts/10.json"), 1);
    assert_eq!(test.search("product:\"Acme Desk\" polarity:praise").await.len(), 3, "the topic's title joins the praise to the product");
    test.end().await;
}

#[tokio::test]
async fn reviews_of_a_game_come_from_the_store_where_the_service_fails_and_are_known_again() {
    let site = Site::default();
    let address = site.serve().await;
    let test = TestApp::with_sources(&source(
        "steam",
        "steam",
        &format!("app = 440\nendpoint = \"http://{address}/\"\nstore = \"http://{address}/\""),
    ))
    .await;
    let review = "{\"recommendationid\":\"1\",\"author\":{\"steamid\":\"7\"},\"review\":\"easy to use\",\"timestamp_created\":1770100000,\"voted_up\":true}";
    let page = |path: &'static str| site.log().into_iter().rfind(|asked| asked.starts_with(path));
    site.everywhere(Page { status: 200, body: b"<html>moved</html>".to_vec(), ..Page::default() });
    test.crawl().await;
    let store = page("/appreviews/440").unwrap();
    let service = page("/IUserReviewsService/").unwrap();
    site.show(&store, format!("{{\"success\":1,\"reviews\":[{review}],\"cursor\":\"*\"}}"));
    let report = test.crawl().await.remove(0);
    // The service's page is as it was, and so leads on as it did.
    assert_eq!((report.new, report.coverage), (1, Coverage::Partial), "{report:?}");
    site.show(&service, format!("{{\"response\":{{\"reviews\":[{review}],\"cursor\":\"*\"}}}}"));
    let report = test.crawl().await.remove(0);
    assert_eq!((report.new, report.seen), (0, 1), "{report:?}");
    test.end().await;
}

#[tokio::test]
async fn a_post_that_two_servers_show_is_one_mention() {
    let (one, other) = (Site::default(), Site::default());
    let post = |id: u32| {
        format!(
            "[{{\"id\":\"{id}\",\"uri\":\"https://home.example/users/ann/statuses/5\",\"content\":\"<p>Acme Desk is easy to use</p>\",\
             \"account\":{{\"acct\":\"ann@home.example\"}},\"created_at\":\"2026-03-01T10:00:00Z\"}}]"
        )
    };
    let mut sources = String::new();
    for (name, site, id) in [("one", &one, 101), ("other", &other, 202)] {
        let address = site.serve().await;
        site.show("/api/v1/timelines/tag/acme?limit=40", post(id));
        site.show(&format!("/api/v1/timelines/tag/acme?limit=40&max_id={id}"), "[]");
        sources += &source(name, "mastodon", &format!("tags = [\"#acme\"]\nserver = \"http://{address}/\""));
    }
    let test = TestApp::with_sources(&sources.replace("http://127.0.0.1", "http://localhost")).await;
    let reports = test.crawl().await;
    assert_eq!(reports.iter().map(|report| report.new).sum::<usize>(), 1, "{reports:?}");
    assert!(reports.iter().all(|report| report.coverage == Coverage::Fresh), "{reports:?}");
    test.end().await;
}

async fn serve(router: Router) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

/// The bound of a search of Hacker News that begins so.
fn bound(filters: &str, start: &str) -> Option<i64> {
    filters.split(',').find_map(|filter| filter.strip_prefix(start)?.parse().ok())
}

#[tokio::test]
async fn hits_behind_the_thousandth_are_reached_by_slices_of_time() {
    const HELD: i64 = 2_500;
    let asked = Arc::new(Mutex::new(0));
    let count = Arc::clone(&asked);
    let search = move |Query(pairs): Query<Vec<(String, String)>>| async move {
        *count.lock().unwrap() += 1;
        let filters = pairs.into_iter().find(|(key, _)| key == "numericFilters").map(|(_, filters)| filters).unwrap_or_default();
        let (after, until) = (bound(&filters, "created_at_i>"), bound(&filters, "created_at_i<="));
        let written = (0..HELD).rev().map(|number| (number, 1_772_000_000 + number / 3));
        let fits = written.filter(|(_, at)| after.is_none_or(|after| *at > after) && until.is_none_or(|until| *at <= until));
        let hits: Vec<Value> = fits
            .take(1000)
            .map(|(number, at)| json!({"objectID": number.to_string(), "created_at_i": at, "comment_text": format!("Acme Desk {number}"), "story_id": 1, "parent_id": 1}))
            .collect();
        json!({"hits": hits, "nbHits": HELD, "hitsPerPage": 1000}).to_string()
    };
    let address = serve(Router::new().route("/api/v1/search_by_date", get(search))).await;
    let test = TestApp::with_sources(&source("hn", "hacker-news", &format!("query = \"acme\"\nendpoint = \"http://{address}/\""))).await;
    let report = test.crawl().await.remove(0);
    assert_eq!((report.new, report.coverage), (2_500, Coverage::Fresh), "{report:?}");
    assert!(*asked.lock().unwrap() <= 4, "{:?}", asked.lock().unwrap());
    let again = test.crawl().await.remove(0);
    assert_eq!((again.new, again.updated), (0, 0), "{again:?}");
    test.app.close().await;
}

#[tokio::test]
async fn discussions_are_asked_for_by_posting_a_question_and_page_by_page() {
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let log = Arc::clone(&asked);
    let graphql = move |headers: axum::http::HeaderMap, question: String| async move {
        let question: Value = serde_json::from_str(&question).unwrap();
        let after = question["variables"]["after"].as_str().unwrap_or_default().to_owned();
        log.lock().unwrap().push(format!("{after} {}", headers["authorization"].to_str().unwrap()));
        let discussion = |id: &str, text: &str| {
            json!({"id": id, "title": "Acme Desk?", "body": text, "url": format!("https://github.com/a/b/discussions/{id}"), "author": {"login": "ann"},
                "authorAssociation": "NONE", "createdAt": "2026-03-01T10:00:00Z", "upvoteCount": 1, "comments": {"totalCount": 0, "nodes": []}})
        };
        let (nodes, more) = match after.as_str() {
            "" => (vec![discussion("1", "it crashes"), discussion("2", "easy to use")], true),
            _ => (vec![discussion("3", "love it")], false),
        };
        json!({"data": {"search": {"pageInfo": {"hasNextPage": more, "endCursor": "Y3"}, "nodes": nodes}}}).to_string()
    };
    let address = serve(Router::new().route("/graphql", post(graphql))).await;
    let key = concat!("secret = { file = \"", env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/example.key\" }");
    let keys = format!("repos = [\"a/b\"]\ndiscussions = true\nendpoint = \"http://{address}/\"\n{key}");
    let test = TestApp::with_sources(&source("talk", "github", &keys)).await;
    let report = test.crawl().await.remove(0);
    // Its issues are not there.
    assert_eq!((report.new, report.coverage), (3, Coverage::Partial), "{report:?}");
    assert_eq!(asked.lock().unwrap().iter().map(|asked| asked.split(' ').next().unwrap().to_owned()).collect::<Vec<_>>(), ["", "Y3"]);
    assert!(asked.lock().unwrap()[0].contains(" Bearer "));
    assert_eq!(test.crawl().await.remove(0).new, 0);
    test.end().await;
}

#[tokio::test]
async fn who_is_refused_is_told_what_that_means_at_this_site() {
    let feed = "feed = \"https://www.reddit.com/r/a/.rss?feed=a&user=b\"";
    let key = concat!("secret = { file = \"", env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/example.key\" }");
    let x = format!("query = \"acme\"\n{key}");
    let cases = [
        ("reddit", feed, "endpoint", 403, "no anonymous program any more"),
        ("x", x.as_str(), "endpoint", 403, "X's API is paid"),
        ("x", x.as_str(), "endpoint", 402, "X's API is paid"),
        ("rsshub", "route = \"/weibo/keyword/acme\"", "instance", 503, "`WEIBO_COOKIES`"),
        ("rsshub", "route = \"/zhihu/people/ann\"", "instance", 432, "`ZHIHU_COOKIES`"),
        ("rsshub", "route = \"/sspai/index/a\"", "instance", 403, "docs.rsshub.app"),
    ];
    for (kind, keys, place, status, said) in cases {
        let site = Site::default();
        let address = site.serve().await;
        site.everywhere(Page { status, ..Page::default() });
        let test = TestApp::with_sources(&source("one", kind, &format!("{keys}\n{place} = \"http://{address}/\""))).await;
        let report = test.crawl().await.remove(0);
        assert_eq!(report.coverage, Coverage::Blocked, "{kind} {status}: {report:?}");
        assert!(report.error.as_ref().unwrap().contains(said), "{kind} {status}: {report:?}");
        test.end().await;
    }
}

#[tokio::test]
async fn a_post_of_x_is_paid_for_once() {
    let site = Site::default();
    let address = site.serve().await;
    let key = concat!("secret = { file = \"", env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/example.key\" }");
    let keys = format!("query = \"acme\"\nendpoint = \"http://{address}/\"\n{key}");
    let test = TestApp::with_sources(&source("x", "x", &keys)).await;
    // An id of the day at which the clock stands.
    let id = (1_773_140_000_000_i64 - 1_288_834_974_657) << 22;
    site.everywhere(Page {
        status: 200,
        body: json!({"data": [{"id": id.to_string(), "text": "Acme Desk is great"}], "meta": {"result_count": 1}}).to_string().into_bytes(),
        ..Page::default()
    });
    assert_eq!(test.crawl().await.remove(0).new, 1);
    site.everywhere(Page { status: 200, body: b"{\"meta\":{\"result_count\":0}}".to_vec(), ..Page::default() });
    let second = test.crawl().await.remove(0);
    assert_eq!((second.new, second.coverage), (0, Coverage::Partial), "{second:?}");
    assert!(site.log().last().unwrap().contains(&format!("since_id={id}")), "{:?}", site.log());
    test.end().await;
}

#[tokio::test]
async fn what_a_site_tells_around_a_mention_is_printed_and_taken_in_again() {
    let site = Site::default();
    let address = site.serve().await;
    let review = json!({"id": "r1", "stars": 2, "text": "Acme Desk crashes", "createdAt": "2026-03-01T10:00:00Z", "numberOfLikes": 3,
        "consumer": {"displayName": "Ann", "countryCode": "de"}, "companyReply": {"text": "Sorry!", "createdAt": "2026-03-02T10:00:00Z"}});
    site.everywhere(Page { status: 200, body: json!({"reviews": [review]}).to_string().into_bytes(), ..Page::default() });
    let key = concat!("secret = { file = \"", env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/example.key\" }");
    let keys = format!("business_unit = \"46a0000000006400050000e5\"\nendpoint = \"http://{address}/\"\n{key}");
    let test = TestApp::with_sources(&source("tp", "trustpilot", &keys)).await;
    test.crawl().await;
    let printed = printed(&test).await;
    assert_eq!((&printed["region"], &printed["likes"]), (&json!("DE"), &json!(3)));
    assert_eq!(printed["answer"], json!({"text": "Sorry!", "at": "2026-03-02T10:00:00Z", "url": "https://www.trustpilot.com/reviews/r1"}));
    let other = TestApp::with_sources("").await;
    let columns = goodword::sources::Columns::default();
    other.app.import("a.jsonl", printed.to_string().as_bytes(), "again", &columns, |error| panic!("{error:?}")).await.unwrap();
    let again = self::printed(&other).await;
    for key in ["region", "likes", "answer"] {
        assert_eq!(again[key], printed[key], "{key}");
    }
    test.end().await;
    other.end().await;
}

/// The one mention that is stored, as it is printed.
async fn printed(test: &TestApp) -> Value {
    test.app.catch_up(&indicatif::ProgressBar::hidden()).await.unwrap();
    let request = goodword::app::SearchRequest { limit: 5, ..goodword::app::SearchRequest::default() };
    let found = test.app.search(&request).await.unwrap();
    assert_eq!(found.hits.len(), 1);
    serde_json::to_value(goodword::app::MentionView::from(&*found.hits[0].stored)).unwrap()
}
