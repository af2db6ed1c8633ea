//! What people say against tags is kept, outlives retagging, and can be taken back, exported and tried on the lists.

use goodword::app::CorrectedCase;
use goodword::mention::{Polarity, Verdict};
use goodword::phrases::Says;
use indicatif::ProgressBar;

use crate::harness::{Site, TestApp, feed, rss};

async fn heard(texts: &[(&str, &str, &str)]) -> (Site, TestApp) {
    let site = Site::default();
    site.show("/feed", rss(texts));
    let address = site.serve().await;
    let test = TestApp::with_sources(&feed("forum", &format!("http://{address}/feed"))).await;
    test.crawl().await;
    (site, test)
}

async fn id_of(test: &TestApp, query: &str) -> String {
    test.app.catch_up(&ProgressBar::hidden()).await.unwrap();
    let request = goodword::app::SearchRequest { query: query.to_owned(), ..Default::default() };
    test.app.search(&request).await.unwrap().hits[0].stored.id.clone()
}

fn ann() -> Option<String> {
    Some("Ann".to_owned())
}

#[tokio::test]
async fn a_correction_is_searchable_outlives_retagging_and_can_be_taken_back() {
    let (_site, test) = heard(&[("1", "Ben", "Acme Desk is broken in well.")]).await;
    let id = id_of(&test, "acme").await;
    let stored = test.app.correct(&id, Some(1), Says::Polarity(Polarity::Praise), ann()).await.unwrap();
    assert_eq!((stored.tagging.verdict, stored.corrections.len()), (Verdict::Praise, 1));
    assert_eq!(test.search("polarity:praise").await.len(), 1);
    assert_eq!(test.search("polarity:complaint").await.len(), 0);

    std::fs::write(test.dir().join("phrases/praise.zh.toml"), "\"overall\" = [\"好\"]\n").unwrap();
    assert!(test.app.reload());
    test.app.retag(&ProgressBar::hidden()).await.unwrap();
    assert_eq!(test.search("polarity:praise").await.len(), 1);

    let stored = test.app.undo_correction(&id, 1).await.unwrap();
    assert_eq!((stored.tagging.verdict, stored.corrections.len()), (Verdict::Complaint, 0));
    assert!(test.app.undo_correction(&id, 1).await.unwrap_err().to_string().contains("has 0 corrections"));
    test.end().await;
}

#[tokio::test]
async fn a_correction_outlives_an_edit_by_the_author() {
    let (site, test) = heard(&[("1", "Ben", "Acme Desk is great.")]).await;
    let id = id_of(&test, "acme").await;
    test.app.correct(&id, Some(1), Says::Product(Some("Rival".to_owned())), ann()).await.unwrap();
    site.show("/feed", rss(&[("1", "Ben", "Well: Acme Desk is great. And it crashes.")]));
    test.crawl().await;
    let stored = test.app.mention(&id).await.unwrap();
    let said: Vec<_> = stored.tagging.tags.iter().map(|tag| (tag.text.as_str(), tag.product.as_deref())).collect();
    assert_eq!(said, [("great", Some("Rival")), ("crashes", Some("Acme Desk"))]);
    assert_eq!(stored.revision, 2);
    test.end().await;
}

#[tokio::test]
async fn corrections_are_test_cases_that_mended_lists_pass() {
    let (_site, test) = heard(&[("1", "Ben", "Acme Desk is broken in well."), ("2", "Cleo", "great")]).await;
    let id = id_of(&test, "acme").await;
    test.app.correct(&id, Some(1), Says::NotThis, ann()).await.unwrap();
    let cases = test.app.corrected_cases().await.unwrap();
    let written = serde_json::to_string(&cases[0]).unwrap();
    assert_eq!(serde_json::from_str::<CorrectedCase>(&written).unwrap(), cases[0]);
    let outcome = test.app.try_case(&cases[0]);
    assert_eq!((outcome.right, outcome.wrong.len()), (0, 1));
    assert!(outcome.wrong[0].starts_with("“broken” of Acme Desk says no such thing (Ann, 2026-03-10)"), "{}", outcome.wrong[0]);
    std::fs::write(test.dir().join("phrases/complaint.en.toml"), "\"overall\" = [\"terrible\"]\n").unwrap();
    assert!(test.app.reload());
    assert_eq!(test.app.try_case(&cases[0]).right, 1);
    test.app.close().await;
}

#[tokio::test]
async fn a_wrong_number_or_id_is_told() {
    let (_site, test) = heard(&[("1", "Ben", "great")]).await;
    let id = id_of(&test, "great").await;
    let error = test.app.correct(&id, Some(2), Says::NotThis, None).await.unwrap_err();
    assert!(error.to_string().contains("has 1 tags"), "{error}");
    let error = test.app.correct("m0", None, Says::NotThis, None).await.unwrap_err();
    assert!(error.to_string().contains("there is no mention `m0`"), "{error}");
    test.end().await;
}

#[tokio::test]
async fn a_correction_becomes_a_rule_of_the_lists() {
    let (_site, test) =
        heard(&[("1", "Ben", "Acme Desk is broken in well."), ("2", "Cleo", "A terrible love it is"), ("3", "Dan", "艾克美不好用")]).await;
    let id = id_of(&test, "broken").await;
    test.app.correct(&id, Some(1), Says::NotThis, None).await.unwrap();
    let rule = test.app.make_rule(&id, 1, Some("broken in")).await.unwrap();
    assert_eq!(rule.entry, "{ phrase = \"broken\", unless = [\"broken in\"] }");
    let by_neighbour = test.app.make_rule(&id, 1, None).await.unwrap();
    assert_eq!(by_neighbour.entry, "{ phrase = \"broken\", unless = [\"broken in\", \"is broken\"] }");

    let other = id_of(&test, "terrible").await;
    test.app.correct(&other, Some(1), Says::Polarity(Polarity::Praise), None).await.unwrap();
    let rule = test.app.make_rule(&other, 1, Some("terrible love")).await.unwrap();
    assert_eq!((rule.list.as_str(), rule.entry.as_str()), ("praise.en", "\"terrible love\""));

    assert!(test.app.reload());
    for case in test.app.corrected_cases().await.unwrap() {
        assert_eq!(test.app.try_case(&case).wrong, [""; 0], "right by the lists alone");
    }
    let error = test.app.make_rule(&id, 1, Some("something else")).await.unwrap_err();
    assert!(error.to_string().contains("does not hold `broken`"), "{error}");
    test.app.close().await;
}
