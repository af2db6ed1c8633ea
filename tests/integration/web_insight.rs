//! Insight, saved searches, times and export on the web page.

use goodword::insight::day_of;
use goodword::people::Role;
use goodword::searches::Alerting;

use crate::harness::{Site, TestApp, feed, rss};
use crate::web::Browser;

async fn heard() -> TestApp {
    let site = Site::default();
    site.show(
        "/feed",
        rss(&[
            ("1", "Ann", "Acme Desk is easy to use"),
            ("2", "Bo", "Acme Desk crashes"),
            ("3", "Cy", "Rival is great"),
            ("4", "=cmd()", "Acme Desk is great & <b>fine</b>"),
        ]),
    );
    let address = site.serve().await;
    let test = TestApp::with_sources(&feed("forum", &format!("http://{address}/feed"))).await;
    test.crawl().await;
    test.search("").await;
    test
}

/// The addresses of links to mentions, and what stands in them.
fn links(body: &str) -> Vec<(String, String)> {
    let link = |rest: &str| {
        let (href, rest) = rest.split_once('"')?;
        let (_, text) = rest.split_once('>')?;
        Some((href.replace("&#38;", "&").replace("&amp;", "&"), text.split('<').next()?.to_owned()))
    };
    body.split("<a href=\"").skip(1).filter_map(link).filter(|(href, _)| href.starts_with("/mentions?")).collect()
}

#[tokio::test]
async fn every_number_leads_to_as_many_mentions() {
    let test = heard().await;
    let mut browser = Browser::signed_in(&test, Role::Viewer).await;
    let mut checked = 0;
    for path in
        ["/insight?since=2026-03", "/insight?since=2026-03&each=product", "/insight/voice", "/insight/themes?lang=en", "/insight/emerging"]
    {
        let page = browser.get(path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.body);
        assert!(!page.body.contains(" style=") && !page.body.contains("<script>"), "{path}");
        for (href, text) in links(&page.body) {
            let Ok(count) = text.trim().parse::<usize>() else { continue };
            let query = url::Url::parse(&format!("http://x{href}")).unwrap();
            let query = query.query_pairs().find(|(key, _)| key == "q").unwrap().1.into_owned();
            assert_eq!(test.search(&query).await.len(), count, "{path}: {query}");
            checked += 1;
        }
    }
    assert!(checked > 40, "{checked}");
}

#[tokio::test]
async fn charts_stand_beside_tables_and_silence_is_shaded() {
    let test = heard().await;
    test.later(std::time::Duration::from_secs(5 * 86_400));
    let page = Browser::signed_in(&test, Role::Viewer).await.get("/insight").await.body;
    assert!(page.contains("<svg viewBox=\"0 0 360 100\"") && page.contains("aria-hidden=\"true\""), "{page}");
    assert!(page.contains("class=\"blind\""), "four days were not heard");
    assert!(page.contains("2026-03-02") && page.contains("of the listening was missed"), "{page}");
    assert!(page.matches("<table>").count() == 2, "the same figures as tables");
}

#[tokio::test]
async fn figures_are_downloaded_as_the_command_line_prints_them() {
    let test = heard().await;
    let mut browser = Browser::signed_in(&test, Role::Viewer).await;
    for (path, head) in [
        ("/insight", "series,from,until,mentions"),
        ("/insight/voice", "name,whose,mentions"),
        ("/insight/themes", "theme,praise"),
        ("/insight/emerging", ""),
    ] {
        let page = browser.get(path).await.body;
        let link = page.split("href=\"").find(|part| part.contains("form=csv")).unwrap().split('"').next().unwrap();
        let file = browser.get(&link.replace("&#38;", "&").replace("&amp;", "&")).await;
        assert!(file.headers["content-disposition"].to_str().unwrap().contains("goodword-"), "{path}");
        assert!(file.body.starts_with(&format!("\u{feff}{head}")), "{path}: {}", file.body);
    }
}

#[tokio::test]
async fn what_cannot_be_asked_is_told_in_words() {
    let test = heard().await;
    let mut browser = Browser::signed_in(&test, Role::Viewer).await;
    for (path, says) in [
        ("/insight?product=Acne", "there is no product"),
        ("/insight?since=soon", "is not a time"),
        ("/insight/themes?q=%28", "query"),
        ("/insight/spikes?since=soon", "is not a time"),
    ] {
        let page = browser.get(path).await;
        assert!(page.status == 422 && page.body.contains(says), "{path}: {} {}", page.status, page.body);
    }
}

#[tokio::test]
async fn a_change_is_noted_compared_and_forgotten() {
    let test = heard().await;
    let mut viewer = Browser::signed_in(&test, Role::Viewer).await;
    let change = [("what", "calmer"), ("product", "Acme Desk"), ("theme", "reliability"), ("on", "2026-03-05")];
    assert_eq!(viewer.post("/insight/changes", &change).await.status, 403);
    let mut browser = Browser::signed_in(&test, Role::Manager).await;
    assert_eq!(browser.post("/insight/changes", &change).await.leads_to(), "/insight/loop");
    let page = viewer.get("/insight/loop").await.body;
    assert!(page.contains("calmer") && page.contains("too few to tell") && !page.contains("Note it"), "{page}");
    let wrong = browser.post("/insight/changes", &[("what", "x"), ("product", "Acme Desk"), ("theme", "nothing"), ("on", "")]).await;
    assert!(wrong.status == 422 && wrong.body.contains("no list has the theme"), "{}", wrong.body);
    let number = test.app.changes().await.unwrap()[0].number.to_string();
    browser.post("/insight/changes/remove", &[("number", &number)]).await;
    assert!(test.app.changes().await.unwrap().is_empty());
}

#[tokio::test]
async fn times_narrow_a_search_and_another_time_takes_their_place() {
    let test = heard().await;
    let mut browser = Browser::signed_in(&test, Role::Viewer).await;
    let day = "q=acme+since%3A2026-03-02+until%3A2026-03-02";
    assert!(browser.get("/mentions?q=acme").await.body.contains(day));
    let page = browser.get("/mentions?q=acme+since%3A2026-03-09+until%3A2026-03-09").await.body;
    assert!(page.contains(day), "the chosen day gives way: {page}");
    assert!(page.contains("class=\"hit chosen\"") && page.contains("any time"), "{page}");
    assert!(browser.get("/mentions?q=acme&span=24mo").await.body.contains(">2026-03</a>"));
}

#[tokio::test]
async fn what_is_found_is_exported_without_formulas() {
    let test = heard().await;
    assert_eq!(Browser::signed_in(&test, Role::Viewer).await.get("/export/mentions?q=acme").await.status, 403);
    let mut browser = Browser::signed_in(&test, Role::Responder).await;
    let csv = browser.get("/export/mentions?q=acme&form=csv").await;
    assert_eq!(csv.body.lines().count(), 4, "{}", csv.body);
    assert!(csv.body.contains("'=cmd()") && !csv.body.contains("Rival"), "{}", csv.body);
    assert_eq!(browser.get("/export/mentions?q=acme&form=jsonl").await.body.lines().count(), 3);
    assert!(test.deeds().await.iter().any(|deed| deed == "exported"));
}

#[tokio::test]
async fn a_search_is_saved_shown_to_whom_it_is_meant_for_and_changed_by_its_owner() {
    let test = heard().await;
    let mut responder = Browser::signed_in(&test, Role::Responder).await;
    let mut viewer = Browser::signed_in(&test, Role::Viewer).await;
    let search = [("name", "bad"), ("query", "polarity:complaint"), ("alert", "hourly")];
    assert_eq!(responder.post("/searches", &search).await.leads_to(), "/searches");
    assert_eq!(test.app.saved_search("bad").await.unwrap().alert, Alerting::Hourly);
    let page = responder.get("/searches").await.body;
    assert!(page.contains("polarity:complaint") && page.contains(".rss") && page.contains("nobody is told"), "{page}");
    let page = viewer.get("/searches").await.body;
    assert!(!page.contains("polarity:complaint") && !page.contains(".rss"), "not shared: {page}");
    let change = [("name", "bad"), ("query", "polarity:complaint lang:en"), ("alert", "off"), ("shared", "yes")];
    assert_eq!(viewer.post("/searches/change", &change).await.status, 403);
    assert_eq!(responder.post("/searches/change", &change).await.leads_to(), "/searches");
    let page = viewer.get("/searches").await.body;
    assert!(page.contains("polarity:complaint lang:en") && !page.contains(".rss"), "{page}");
    let token = test.app.saved_search("bad").await.unwrap().token;
    responder.post("/searches/renew", &[("name", "bad")]).await;
    assert_ne!(test.app.saved_search("bad").await.unwrap().token, token);
    assert_eq!(responder.post("/searches", &search).await.status, 422, "the name is taken");
    test.app.edit_search("bad", goodword::app::SearchEdit { owner: Some("somebody".to_owned()), ..Default::default() }).await.unwrap();
    assert_eq!(responder.post("/searches/remove", &[("name", "bad")]).await.status, 404, "another's");
    let mut manager = Browser::signed_in(&test, Role::Manager).await;
    assert_eq!(manager.post("/searches/remove", &[("name", "bad")]).await.leads_to(), "/searches");
    assert!(test.app.saved_searches().await.unwrap().is_empty());
    assert_eq!(day_of(test.app.clock().now()).to_string(), "2026-03-10");
}
