//! Rounds over a local site: nothing twice, nothing lost, silence never mistaken for good news.

use std::time::Duration;

use goodword::store::Coverage;

use crate::harness::{Page, Site, TestApp, feed, rss};

async fn listening_to(site: &Site) -> TestApp {
    let address = site.serve().await;
    TestApp::with_sources(&feed("forum", &format!("http://{address}/feed"))).await
}

#[tokio::test]
async fn a_first_round_keeps_tags_and_finds() {
    let site = Site::default();
    site.show("/feed", rss(&[("1", "Ann", "Acme Desk is easy to use."), ("2", "李雷", "艾克美很好用")]));
    let test = listening_to(&site).await;
    let reports = test.crawl().await;
    assert_eq!((reports[0].coverage, reports[0].seen, reports[0].new), (Coverage::Fresh, 2, 2));
    assert_eq!(test.search("product:acme polarity:praise lang:en").await, ["Acme Desk is easy to use."]);
    assert_eq!(test.search("product:acme polarity:praise lang:zh").await, ["艾克美很好用"]);
    test.end().await;
}

#[tokio::test]
async fn a_second_poll_of_an_unchanged_feed_adds_nothing() {
    let site = Site::default();
    let page = Page { status: 200, headers: vec![("etag", "\"1\"".to_owned())], body: rss(&[("1", "Ann", "great")]).into_bytes() };
    site.set("/feed", page);
    let test = listening_to(&site).await;
    test.crawl().await;
    let before = test.app.store().latest_change().await.unwrap();
    let reports = test.crawl().await;
    assert_eq!((reports[0].coverage, reports[0].seen, reports[0].new), (Coverage::Unchanged, 0, 0));
    assert_eq!(test.app.store().latest_change().await.unwrap(), before);
    assert_eq!(site.asked("/feed"), 2);
    test.end().await;
}

#[tokio::test]
async fn known_items_beside_a_new_one_stay_as_they_are() {
    let site = Site::default();
    site.show("/feed", rss(&[("1", "Ann", "great")]));
    let test = listening_to(&site).await;
    test.crawl().await;
    site.show("/feed", rss(&[("2", "Bob", "terrible"), ("1", "Ann", "great")]));
    let reports = test.crawl().await;
    assert_eq!((reports[0].seen, reports[0].new, reports[0].updated), (2, 1, 0));
    test.end().await;
}

#[tokio::test]
async fn an_edit_is_a_revision_of_the_same_mention() {
    let site = Site::default();
    site.show("/feed", rss(&[("1", "Ann", "Acme Desk crashes")]));
    let test = listening_to(&site).await;
    test.crawl().await;
    site.show("/feed", rss(&[("1", "Ann", "Acme Desk is great now")]));
    let reports = test.crawl().await;
    assert_eq!((reports[0].new, reports[0].updated), (0, 1));
    let stored = test.app.store().changes(0, 10).await.unwrap().mentions;
    assert_eq!(stored.len(), 1);
    assert_eq!((stored[0].revision, stored[0].tagging.verdict.as_str()), (2, "praise"));
    assert_eq!(test.search("crashes").await, [""; 0]);
    let reports = test.crawl().await;
    assert_eq!(reports[0].updated, 0, "an edit is noted once");
    test.end().await;
}

#[tokio::test]
async fn the_same_item_in_two_feeds_is_one_mention_with_two_sightings() {
    let site = Site::default();
    site.show("/a", rss(&[("https://forum.example/7", "Ann", "Acme Desk is easy to use")]));
    site.show("/b", rss(&[("https://forum.example/7", "Ann", "Acme Desk is easy to use")]));
    let address = site.serve().await;
    let sources = format!("{}\n{}", feed("a", &format!("http://{address}/a")), feed("b", &format!("http://{address}/b")));
    let test = TestApp::with_sources(&sources).await;
    test.crawl().await;
    let stored = test.app.store().changes(0, 10).await.unwrap().mentions;
    assert_eq!(stored.len(), 1);
    assert_eq!(stored[0].sightings.len(), 2);
    test.end().await;
}

#[tokio::test]
async fn short_look_alikes_by_two_people_stay_two() {
    let site = Site::default();
    site.show("/feed", rss(&[("1", "Ann", "Great app!"), ("2", "Bob", "Great app!")]));
    let test = listening_to(&site).await;
    assert_eq!(test.crawl().await[0].new, 2);
    test.end().await;
}

#[tokio::test]
async fn items_that_share_a_broken_id_are_all_kept() {
    let site = Site::default();
    site.show("/feed", rss(&[("0", "Ann", "great"), ("0", "Bob", "terrible"), ("0", "Cid", "love it")]));
    let test = listening_to(&site).await;
    assert_eq!(test.crawl().await[0].new, 3);
    assert_eq!(test.crawl().await[0].new, 0);
    test.end().await;
}

#[tokio::test]
async fn changed_lists_and_products_are_applied_to_what_was_heard_before() {
    let site = Site::default();
    site.show("/feed", rss(&[("1", "Ann", "It is a peach")]));
    let address = site.serve().await;
    let url = format!("http://{address}/feed");
    let test = TestApp::with_sources(&feed("forum", &url)).await;
    test.crawl().await;
    assert_eq!(test.search("polarity:praise").await, [""; 0]);
    test.app.close().await;
    std::fs::write(test.dir().join("phrases/praise.en.toml"), "\"overall\" = [\"a peach\"]\n").unwrap();
    std::fs::write(test.dir().join("sources.toml"), format!("{}product = \"Rival\"\n", feed("forum", &url))).unwrap();
    let again = goodword::app::App::open(test.dir(), test.clock.clone()).await.unwrap();
    let mut crawl = again.crawl(again.sources_named(&[]).unwrap(), tokio_util::sync::CancellationToken::new()).await.unwrap();
    while let Some(report) = crawl.next().await {
        report.unwrap();
    }
    again.catch_up(&indicatif::ProgressBar::hidden()).await.unwrap();
    let request = goodword::app::SearchRequest { query: "product:rival polarity:praise".to_owned(), ..Default::default() };
    assert_eq!(again.search(&request).await.unwrap().total, 1);
    again.close().await;
}

#[tokio::test]
async fn silence_where_there_used_to_be_items_is_partial() {
    let site = Site::default();
    site.show("/feed", rss(&[("1", "Ann", "great")]));
    let test = listening_to(&site).await;
    test.crawl().await;
    site.show("/feed", rss(&[]));
    let report = test.crawl().await.remove(0);
    assert_eq!(report.coverage, Coverage::Partial);
    assert!(report.error.unwrap().contains("used to show items"));
    test.end().await;
}

#[tokio::test]
async fn one_bad_source_never_stops_the_others() {
    let site = Site::default();
    site.show("/good", rss(&[("1", "Ann", "great")]));
    site.set("/shut", Page { status: 403, ..Page::default() });
    site.set("/down", Page { status: 500, ..Page::default() });
    site.show("/html", "<!doctype html><html><head><title>Sign in</title></head><body>Sign in</body></html>");
    let sites = [site.serve().await, site.serve().await, site.serve().await, site.serve().await];
    let sources: Vec<String> =
        ["good", "shut", "down", "html"].iter().zip(sites).map(|(name, at)| feed(name, &format!("http://{at}/{name}"))).collect();
    let test = TestApp::with_sources(&sources.join("\n")).await;
    let reports = test.crawl().await;
    let coverage: Vec<(String, Coverage)> = reports.iter().map(|report| (report.source.clone(), report.coverage)).collect();
    let want = [("down", Coverage::Failing), ("good", Coverage::Fresh), ("html", Coverage::Blocked), ("shut", Coverage::Blocked)];
    assert_eq!(coverage, want.map(|(name, coverage)| (name.to_owned(), coverage)));
    assert!(reports.iter().all(|report| report.error.is_some() == (report.source != "good")));
    test.end().await;
}

#[tokio::test]
async fn a_failing_source_recovers_by_itself() {
    let site = Site::default();
    site.set("/feed", Page { status: 500, ..Page::default() });
    let test = listening_to(&site).await;
    let first = test.crawl().await.remove(0);
    assert_eq!(first.coverage, Coverage::Failing);
    site.show("/feed", rss(&[("1", "Ann", "great")]));
    test.later(Duration::from_secs(24 * 3600));
    let second = test.crawl().await.remove(0);
    assert_eq!((second.coverage, second.new), (Coverage::Fresh, 1));
    test.end().await;
}

#[tokio::test]
async fn a_site_that_asks_for_patience_gets_it() {
    let site = Site::default();
    site.set("/feed", Page { status: 429, headers: vec![("retry-after", "3600".to_owned())], ..Page::default() });
    let test = listening_to(&site).await;
    let report = test.crawl().await.remove(0);
    assert_eq!(report.coverage, Coverage::Failing);
    let wait = report.next.duration_since(test.clock.now());
    assert!(wait.as_secs() >= 3600, "{wait:?}");
    test.crawl().await;
    assert_eq!(site.asked("/feed"), 1, "it is not asked again before the time it named");
    test.end().await;
}

#[tokio::test]
async fn a_deleted_index_is_built_anew_from_the_store() {
    let site = Site::default();
    site.show("/feed", rss(&[("1", "Ann", "Acme Desk is easy to use"), ("2", "Bob", "terrible")]));
    let test = listening_to(&site).await;
    test.crawl().await;
    assert_eq!(test.search("easy").await.len(), 1);
    test.app.close().await;
    std::fs::remove_dir_all(test.dir().join("index/search")).unwrap();
    let again = goodword::app::App::open(test.dir(), test.clock.clone()).await.unwrap();
    again.catch_up(&indicatif::ProgressBar::hidden()).await.unwrap();
    let request = goodword::app::SearchRequest { query: "easy".to_owned(), limit: 10, ..Default::default() };
    assert_eq!(again.search(&request).await.unwrap().total, 1);
    again.close().await;
}

#[tokio::test]
async fn slices_that_fail_come_with_the_next_round() {
    let site = Site::default();
    site.everywhere(Page { status: 500, ..Page::default() });
    let address = site.serve().await;
    let source = format!(
        "[[source]]\nname = \"hn\"\nkind = \"hacker-news\"\nevery = \"15m\"\nmin_interval = \"0s\"\nallow_private = true\n\
         query = \"acme\"\nhits_per_page = 2\nendpoint = \"http://{address}\"\n"
    );
    let test = TestApp::with_sources(&source).await;
    let hits = |ids: &[i64]| {
        let hit = |id: &i64| {
            format!("{{\"objectID\":\"{id}\",\"author\":\"ann\",\"comment_text\":\"great {id}\",\"created_at_i\":{}}}", 1_772_000_000 + id)
        };
        format!("{{\"hits\":[{}],\"nbHits\":5,\"hitsPerPage\":2}}", ids.iter().map(hit).collect::<Vec<_>>().join(","))
    };
    let mut heard = 0;
    for slice in [&[50, 40][..], &[30, 20], &[10]] {
        let report = test.crawl().await.remove(0);
        assert!(report.error.is_some(), "{report:?}");
        // The last thing asked for failed; from now on it is there.
        site.show(&site.log().pop().unwrap(), hits(slice));
        test.later(Duration::from_secs(2 * 24 * 3600));
        heard += slice.len();
    }
    test.crawl().await;
    assert_eq!(test.search("great").await.len(), heard);
    test.end().await;
}

#[tokio::test]
async fn serving_hears_on_schedule_and_stops_when_told() {
    let site = Site::default();
    site.show("/feed", rss(&[("1", "Ann", "great")]));
    let test = listening_to(&site).await;
    let stop = tokio_util::sync::CancellationToken::new();
    let listening = tokio::spawn({
        let (app, stop) = (test.app.clone(), stop.clone());
        async move { app.listen(stop).await }
    });
    let asked = async |times: usize| {
        while site.asked("/feed") < times {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    asked(1).await;
    // The round's report has to come back before the next turn counts.
    while test.app.store().source_state("forum").await.unwrap().is_none_or(|state| state.last_good.is_none()) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    test.later(Duration::from_secs(15 * 60));
    asked(2).await;
    stop.cancel();
    tokio::time::timeout(Duration::from_secs(10), listening).await.unwrap().unwrap().unwrap();
    test.end().await;
}
