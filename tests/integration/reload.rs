//! Changed files count while `serve` is running.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::harness::{Site, TestApp, feed, rss};

/// Waits until `query` finds these texts; the last look decides.
async fn finds(test: &TestApp, query: &str, want: &[&str]) {
    for _ in 0..100 {
        if test.search(query).await == want {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(test.search(query).await, want, "{query}");
}

fn write(test: &TestApp, name: &str, text: &str) {
    std::fs::write(test.dir().join(name), text).unwrap();
}

#[tokio::test]
async fn edited_lists_and_sources_are_taken_up_without_a_restart() {
    let site = Site::default();
    site.show("/feed", rss(&[("1", "Ann", "Acme Desk is snappy")]));
    site.show("/other", rss(&[("2", "Bob", "Acme Desk is snappy too")]));
    let address = site.serve().await;
    let forum = feed("forum", &format!("http://{address}/feed"));
    let test = TestApp::with_sources(&forum).await;
    let stop = CancellationToken::new();
    let listening = tokio::spawn({
        let (app, stop) = (test.app.clone(), stop.clone());
        async move { app.listen(stop).await }
    });
    finds(&test, "acme", &["Acme Desk is snappy"]).await;
    finds(&test, "polarity:praise", &[]).await;

    // Half written, it changes nothing; whole, it counts for what is stored too.
    write(&test, "phrases/praise.en.toml", "\"speed\" = [\"snap");
    tokio::time::sleep(Duration::from_millis(2500)).await;
    finds(&test, "polarity:praise", &[]).await;
    write(&test, "phrases/praise.en.toml", "\"speed\" = [\"snappy\"]\n");
    finds(&test, "polarity:praise theme:speed", &["Acme Desk is snappy"]).await;

    write(&test, "sources.toml", &(forum + &feed("other", &format!("http://{address}/other"))));
    finds(&test, "source:other polarity:praise", &["Acme Desk is snappy too"]).await;
    stop.cancel();
    listening.await.unwrap().unwrap();
    test.end().await;
}
