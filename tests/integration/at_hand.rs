//! Mentions that stay at hand between searches are never older than the store, whoever writes to it.

use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use goodword::app::{App, SearchRequest};
use goodword::mention::Polarity;
use goodword::phrases::Says;
use goodword::store::Stored;
use indicatif::ProgressBar;

use crate::harness::{Site, TestApp, feed, rss};

async fn heard(texts: &[(&str, &str, &str)]) -> (Site, TestApp) {
    let site = Site::default();
    site.show("/feed", rss(texts));
    let address = site.serve().await;
    let test = TestApp::with_sources(&feed("forum", &format!("http://{address}/feed"))).await;
    test.crawl().await;
    test.app.catch_up(&ProgressBar::hidden()).await.unwrap();
    (site, test)
}

/// What is found, without bringing the index up to the store.
async fn found(test: &TestApp, query: &str) -> Vec<Arc<Stored>> {
    let request = SearchRequest { query: query.to_owned(), ..SearchRequest::default() };
    test.app.search(&request).await.unwrap().hits.into_iter().map(|hit| hit.stored).collect()
}

/// Lets the last commit be long ago, as it is most of the time.
fn settle(test: &TestApp) {
    let log = File::options().write(true).open(test.dir().join("index/store.db-wal")).unwrap();
    let last = log.metadata().unwrap().modified().unwrap();
    log.set_modified(last - Duration::from_secs(60)).unwrap();
}

#[tokio::test]
async fn what_did_not_change_is_not_read_again() {
    let (_site, test) = heard(&[("1", "Ben", "Acme Desk is great."), ("2", "Ann", "Acme Desk crashes.")]).await;
    for is_settled in [true, false] {
        if is_settled {
            settle(&test);
        }
        let (first, second) = (found(&test, "acme").await, found(&test, "acme").await);
        assert_eq!(first.len(), 2);
        assert!(first.iter().zip(&second).all(|(one, other)| Arc::ptr_eq(one, other)), "settled: {is_settled}");
    }
    test.end().await;
}

#[tokio::test]
async fn what_another_process_changed_is_shown_at_once() {
    let (_site, test) = heard(&[("1", "Ben", "Acme Desk is broken in well."), ("2", "Ann", "Acme Desk crashes.")]).await;
    let other = App::open(test.dir(), test.clock.clone()).await.unwrap();
    for (round, sentence) in ["settled", "asked of the store"].into_iter().enumerate() {
        if round == 0 {
            settle(&test);
        }
        let before = found(&test, "broken").await;
        let tag = before[0].tagging.tags.len();
        assert_eq!((before.len(), tag), (1, 1), "{sentence}");
        other.correct(&before[0].id, Some(1), Says::Polarity(Polarity::Praise), Some(format!("Ann {round}"))).await.unwrap();
        let after = found(&test, "broken").await;
        assert_eq!(after[0].corrections.len(), before[0].corrections.len() + 1, "{sentence}");
        let untouched = found(&test, "crashes").await;
        assert_eq!(untouched[0].corrections, [], "{sentence}");
    }
    other.close().await;
    test.end().await;
}

#[tokio::test]
async fn a_row_that_is_gone_is_left_out_though_it_was_at_hand() {
    let (_site, test) = heard(&[("1", "Ben", "Acme Desk is great."), ("2", "Ann", "Acme Desk crashes.")]).await;
    settle(&test);
    let both = found(&test, "acme").await;
    let mut connection = test.app.store().connection().await.unwrap();
    let gone = both[0].row;
    sqlx::query("DELETE FROM mention WHERE row_id = $1").bind(gone).execute(&mut *connection).await.unwrap();
    drop(connection);
    let left: Vec<i64> = found(&test, "acme").await.iter().map(|stored| stored.row).collect();
    assert_eq!(left, [both[1].row]);
    test.app.close().await;
}
