//! Listening: the schedule, and the index following the store, until told to stop.

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{App, REPORTS_WAITING};
use crate::crawl::Report;

impl App {
    /// Crawls on schedule and keeps the index up to date until `stop` is called.
    pub async fn listen(&self, stop: CancellationToken) -> anyhow::Result<()> {
        self.refresh_tags().await?;
        self.catch_up(&indicatif::ProgressBar::hidden()).await?;
        let (sender, mut reports) = mpsc::channel(REPORTS_WAITING);
        let crawler = self.crawler();
        let crawling = async {
            let crawled = crawler.keep_crawling(&self.config.sources, &sender, &stop).await;
            // The last reports are read once nobody can send another.
            drop(sender);
            crawled
        };
        let following = async {
            while let Some(report) = reports.recv().await {
                log(&report);
                if let Err(error) = self.catch_up(&indicatif::ProgressBar::hidden()).await {
                    tracing::error!("the search index cannot follow: {error:#}");
                }
            }
        };
        let (crawled, ()) = tokio::join!(crawling, following);
        crawled
    }
}

fn log(report: &anyhow::Result<Report>) {
    match report {
        Ok(report) => match &report.error {
            None => {
                tracing::info!(source = report.source, coverage = %report.coverage, seen = report.seen, new = report.new, updated = report.updated, "crawled")
            }
            Some(reason) => tracing::warn!(source = report.source, coverage = %report.coverage, next = %report.next, "{reason}"),
        },
        Err(error) => tracing::error!("a round could not be kept: {error:#}"),
    }
}
