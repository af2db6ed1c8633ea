//! What single kinds of source do over several pages and rounds, against sites that answer as theirs do.

use std::time::Duration;

use goodword::store::Coverage;

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
