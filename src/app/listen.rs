//! Listening: the schedule, and the index following the store, until told to stop.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use indicatif::ProgressBar;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use super::erase::Tidying;
use super::{App, News, REPORTS_WAITING};
use crate::config::Config;
use crate::crawl::schedule::Reports;
use crate::crawl::{Crawler, Report};
use crate::store::Coverage;

/// Reports that come closer together than this share one commit of the index.
const FOLLOW_EVERY: Duration = Duration::from_millis(500);

/// Without a report the index looks this often for changes.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// After this long without a report the index gives back what it needs for writing.
const QUIET: Duration = Duration::from_secs(30);

impl App {
    /// Crawls on schedule and keeps the index up to date until `stop` is called.
    pub async fn listen(&self, stop: CancellationToken) -> anyhow::Result<()> {
        self.retag(&ProgressBar::hidden()).await?;
        self.catch_up(&ProgressBar::hidden()).await?;
        let (sender, reports) = mpsc::channel(REPORTS_WAITING);
        let (changed, config) = watch::channel(self.config());
        let ended = stop.child_token();
        // A task of its own: writing the index keeps a thread busy, and the crawl goes on meanwhile.
        let crawling = tokio::spawn({
            let (crawler, ended) = (self.crawler(), ended.clone());
            async move {
                let crawled = crawl_as_configured(&crawler, config, &sender, &ended).await;
                ended.cancel();
                crawled
            }
        });
        tokio::join!(
            self.follow_reports(reports),
            self.keep_reloading(&changed, &ended),
            self.keep_delivering(&ended),
            self.keep_posting(&ended)
        );
        crawling.await?
    }

    /// Logs reports and lets the index follow, until nobody can send another. It looks by itself too: other processes write to
    /// the same store.
    async fn follow_reports(&self, mut reports: mpsc::Receiver<anyhow::Result<Report>>) {
        let mut last_report = Instant::now();
        let mut next = Instant::now();
        let mut noted = None;
        let mut news = News::default();
        let mut looked_for_digests = None;
        let mut tidying = Tidying::default();
        loop {
            self.log_notes(&mut noted);
            match timeout_at(next + LOOK_EVERY, reports.recv()).await {
                Ok(None) => return,
                Ok(Some(report)) => {
                    last_report = Instant::now();
                    self.note(&report);
                }
                Err(_) => {}
            }
            while let Ok(Some(report)) = timeout_at(next, reports.recv()).await {
                self.note(&report);
            }
            let followed = self.catch_up(&ProgressBar::hidden()).await;
            self.note_index(&followed);
            if let Err(error) = followed {
                tracing::error!("the search index cannot follow: {error:#}");
            }
            if let Err(error) = self.look_for_news(&mut news).await {
                tracing::error!("alerts and spikes could not be looked for: {error:#}");
            }
            self.look_for_due_digests(&mut looked_for_digests).await;
            if let Err(error) = self.tidy(&mut tidying).await {
                tracing::error!("what is older than may be kept could not be erased: {error:#}");
            }
            if last_report.elapsed() > QUIET {
                self.rest_index().await;
            }
            next = Instant::now() + FOLLOW_EVERY;
        }
    }
}

/// Crawls on schedule until `stop` is called. When the configuration changes, rounds under way come to their end, and the
/// schedule goes on with the sources as they are then.
async fn crawl_as_configured(
    crawler: &Crawler,
    mut config: watch::Receiver<Arc<Config>>,
    reports: &Reports,
    stop: &CancellationToken,
) -> anyhow::Result<()> {
    while !stop.is_cancelled() {
        let sources = config.borrow_and_update().sources.clone();
        let change = stop.child_token();
        let mut crawling = pin!(crawler.keep_crawling(&sources, reports, &change));
        tokio::select! {
            ended = &mut crawling => return ended,
            // An error means that nobody can change it any more: then only `stop` ends the crawl.
            Ok(()) = config.changed() => {
                tracing::info!("the sources have changed; the schedule goes on with them");
                change.cancel();
                crawling.await?;
            }
        }
    }
    Ok(())
}

impl App {
    fn note(&self, report: &anyhow::Result<Report>) {
        if let Ok(report) = report {
            self.note_round(report);
        }
        log(report);
    }

    /// Logs once a day what should not be overlooked.
    fn log_notes(&self, noted: &mut Option<Date>) {
        let now = self.clock.now();
        let today = Some(now.to_zoned(TimeZone::UTC).date());
        if *noted != today {
            *noted = today;
            for note in self.config().notes(now) {
                tracing::warn!("{note}");
            }
        }
    }
}

fn log(report: &anyhow::Result<Report>) {
    match report {
        Ok(Report { source, coverage, error: Some(reason), next, .. }) if *coverage != Coverage::Unchanged => {
            tracing::warn!(source, %coverage, %next, "{reason}");
        }
        Ok(Report { source, coverage, seen, new, updated, .. }) => {
            tracing::info!(source, %coverage, seen, new, updated, "crawled");
        }
        Err(error) => tracing::error!("a round could not be kept: {error:#}"),
    }
}
