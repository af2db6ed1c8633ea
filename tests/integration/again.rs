//! Asking again on schedule, out of memory: what another process notes in the store in the meantime is neither missed nor overwritten.

use std::sync::Arc;
use std::time::Duration;

use goodword::app::App;
use goodword::store::{Coverage, PageState, SourceState, Store};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::harness::{Page, Site, TestApp, feed, rss};

const TURN: Duration = Duration::from_secs(15 * 60);

/// A feed of these posts under this `ETag`.
fn shows(site: &Site, etag: &str, posts: &[(&str, &str, &str)]) {
    site.set("/feed", Page { status: 200, headers: vec![("etag", format!("\"{etag}\""))], body: rss(posts).into_bytes() });
}

/// An installation that listens to one feed, which it has read and found unchanged once.
struct Listening {
    test: TestApp,
    site: Site,
    base: String,
    stop: CancellationToken,
    task: JoinHandle<anyhow::Result<()>>,
}

impl Listening {
    async fn begin() -> Self {
        let site = Site::default();
        shows(&site, "1", &[("1", "Ann", "great")]);
        let base = format!("http://{}", site.serve().await);
        let test = TestApp::with_sources(&feed("forum", &format!("{base}/feed"))).await;
        let stop = CancellationToken::new();
        let (app, stopped) = (Arc::clone(&test.app), stop.clone());
        let task = tokio::spawn(async move { app.listen(stopped).await });
        let listening = Self { test, site, base, stop, task };
        listening.until("it was read", |state| state.coverage == Coverage::Fresh).await;
        listening.turn().await;
        listening
    }

    fn store(&self) -> &Store {
        self.test.app.store()
    }

    async fn state(&self) -> Option<SourceState> {
        self.store().source_state("forum").await.unwrap()
    }

    async fn until(&self, what: &str, holds: impl Fn(&SourceState) -> bool) -> SourceState {
        let waiting = async {
            loop {
                match self.state().await {
                    Some(state) if holds(&state) => return state,
                    _ => tokio::time::sleep(Duration::from_millis(10)).await,
                }
            }
        };
        let state = tokio::time::timeout(Duration::from_secs(20), waiting).await;
        match state {
            Ok(state) => state,
            Err(_) => panic!("never: {what}; {:?}, asked {:?}", self.state().await, self.site.log()),
        }
    }

    /// Lets the next turn come and waits until its end is kept.
    async fn turn(&self) -> SourceState {
        self.test.later(TURN);
        let now = self.test.clock.now();
        self.until("the turn was kept", |state| state.last_run == now).await
    }

    async fn page(&self) -> PageState {
        self.store().page_state("forum", &format!("{}/feed", self.base)).await.unwrap().unwrap()
    }

    async fn end(self) {
        self.stop.cancel();
        tokio::time::timeout(Duration::from_secs(10), self.task).await.unwrap().unwrap().unwrap();
        self.test.end().await;
    }
}

#[tokio::test]
async fn quiet_rounds_are_counted_and_news_are_heard_after_them() {
    let listening = Listening::begin().await;
    for rounds in 3..6 {
        let state = listening.turn().await;
        assert_eq!((state.coverage, state.today.rounds, state.today.seen), (Coverage::Unchanged, rounds, 1));
        assert_eq!(state.last_good, Some(state.last_run));
    }
    assert_eq!(listening.site.asked("/feed"), 5);
    shows(&listening.site, "2", &[("1", "Ann", "great"), ("2", "Bob", "terrible")]);
    let state = listening.turn().await;
    assert_eq!((state.coverage, state.today.rounds, state.today.seen, state.today.new), (Coverage::Fresh, 6, 3, 2));
    assert_eq!(listening.page().await.etag.as_deref(), Some("\"2\""));
    listening.site.set("/feed", Page { status: 500, ..Page::default() });
    let state = listening.turn().await;
    assert_eq!((state.coverage, state.failures, state.today.failures), (Coverage::Failing, 1, 1));
    shows(&listening.site, "2", &[("1", "Ann", "great"), ("2", "Bob", "terrible")]);
    listening.test.later(TURN);
    let state = listening.until("it is well again", |state| state.failures == 0).await;
    assert_eq!((state.coverage, state.today.rounds), (Coverage::Unchanged, 8));
    assert_eq!(listening.store().spans(Some("forum"), state.read_through.unwrap()).await.unwrap().len(), 3);
    listening.end().await;
}

#[tokio::test]
async fn a_day_that_is_over_is_kept_with_all_its_rounds() {
    let listening = Listening::begin().await;
    // From a quarter past noon to a quarter to midnight.
    for _ in 0..46 {
        listening.test.later(TURN);
        let asked = listening.site.asked("/feed");
        while listening.site.asked("/feed") == asked {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        // The round's end has to come back before the next turn counts.
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    listening.until("all were kept", |state| state.today.rounds == 48).await;
    let state = listening.turn().await;
    assert_eq!(state.today.rounds, 1);
    let days = listening.store().days(Some("forum"), jiff::Timestamp::UNIX_EPOCH).await.unwrap();
    assert_eq!(days.iter().map(|(_, day)| (day.rounds, day.seen)).collect::<Vec<_>>(), [(48, 1)]);
    listening.end().await;
}

#[tokio::test]
async fn what_another_process_heard_in_the_meantime_is_not_taken_back() {
    let listening = Listening::begin().await;
    let other = App::open(listening.test.dir(), listening.test.clock.clone()).await.unwrap();
    shows(&listening.site, "2", &[("1", "Ann", "great"), ("2", "Bob", "terrible")]);
    let mut crawl = other.crawl(other.sources_named(&[]).unwrap(), CancellationToken::new()).await.unwrap();
    assert_eq!(crawl.next().await.unwrap().unwrap().new, 1);
    other.close().await;
    // For the one that listens, nothing has changed; in truth it has, there and back.
    shows(&listening.site, "1", &[("1", "Ann", "great")]);
    let asked = listening.site.asked("/feed");
    listening.test.later(TURN);
    let now = listening.test.clock.now();
    let state = listening.until("it was read", |state| state.last_run == now && state.coverage == Coverage::Fresh).await;
    assert_eq!((state.today.seen, state.today.new), (4, 2), "what the other process counted stands");
    assert_eq!(listening.site.asked("/feed"), asked + 2, "it is asked again at once, by what the store knows");
    assert_eq!(listening.page().await.etag.as_deref(), Some("\"1\""));
    listening.end().await;
}

#[tokio::test]
async fn what_a_killed_process_left_to_ask_for_is_asked_for_at_the_next_turn() {
    let listening = Listening::begin().await;
    listening.site.show("/left", rss(&[("7", "Cid", "love it")]));
    let state = listening.state().await.unwrap();
    let mut tx = listening.store().begin().await.unwrap();
    let frontier = format!("[{{\"get\":\"{}/left\"}}]", listening.base);
    tx.keep_source_state(&SourceState { frontier, walked: 1, ..state }).await.unwrap();
    tx.commit().await.unwrap();
    listening.test.later(TURN);
    let state = listening.until("the rest was read", |state| state.today.new == 2).await;
    assert_eq!((listening.site.asked("/left"), state.frontier.as_str()), (1, "[]"));
    assert_eq!(listening.test.search("love").await, ["love it"]);
    listening.end().await;
}
