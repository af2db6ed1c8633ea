//! Taking up changed files while at work: lists and products count from the next mention on, sources from the next round on.
//!
//! A file that is not valid TOML is taken for one half written: nothing changes until it is mended.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, SystemTime};

use indicatif::ProgressBar;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::App;
use crate::config::Config;
use crate::noise::Rules;
use crate::phrases::Tagger;

/// The files are looked at this often.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The names, times and sizes of the files that people edit.
type Stamp = Vec<(PathBuf, SystemTime, u64)>;

impl App {
    /// Takes up what the files say now. Returns whether all of them could be read; if not, what held before still holds.
    pub fn reload(&self) -> bool {
        let config = Config::read(&self.reader.dir);
        for problem in &config.problems {
            tracing::warn!("{problem}");
        }
        let broken: Vec<&str> = config.files.broken().collect();
        if !broken.is_empty() {
            tracing::error!("{} cannot be read; the files as they were before still hold", broken.join(", "));
            return false;
        }
        let before = self.config();
        if config.files.text("settings.toml") != before.files.text("settings.toml") {
            tracing::warn!(
                "settings.toml has changed: it counts from now on, but for [web], [fetch], [hosts] and [store]: start goodword again for those"
            );
        }
        let rules = Rules::new(&config.settings.noise, config.promo.clone());
        let same = Rules::new(&before.settings.noise, before.promo.clone()).version() == rules.version() && config.lists == before.lists;
        if let Some(book) = self.rules.get().filter(|_| !same) {
            book.replace(Tagger::new(&config.lists), rules);
        }
        if let Some(book) = self.rules.get() {
            book.replace_alerts(Arc::clone(&config.settings.notify));
            book.replace_desk(config.desk());
        }
        *self.config.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(config);
        true
    }

    /// Looks for changed files until `stop` is called, and takes them up; `sources` hears of changed sources.
    pub(super) async fn keep_reloading(&self, sources: &watch::Sender<Arc<Config>>, stop: &CancellationToken) {
        let mut read = stamp(&self.reader.dir);
        let mut last = read.clone();
        while stop.run_until_cancelled(tokio::time::sleep(LOOK_EVERY)).await.is_some() {
            let now = stamp(&self.reader.dir);
            // What still changes is still being written.
            let settled = std::mem::replace(&mut last, now.clone()) == now;
            if !settled || now == read {
                continue;
            }
            read = now;
            if self.reload() {
                tracing::info!("the changed files are taken up");
                self.after_reload(sources).await;
            }
        }
    }

    async fn after_reload(&self, sources: &watch::Sender<Arc<Config>>) {
        let config = self.config();
        sources.send_if_modified(|before| {
            let name = "sources.toml";
            let changed = config.files.text(name) != before.files.text(name) || config.lists.products != before.lists.products;
            *before = config;
            changed
        });
        if let Err(error) = self.retag(&ProgressBar::hidden()).await {
            tracing::error!("stored mentions could not be tagged again: {error:#}");
        }
    }
}

/// The files that people edit, as they are now. One that vanishes between two looks is left out.
fn stamp(dir: &Path) -> Stamp {
    let listed = std::fs::read_dir(dir.join("phrases")).into_iter().flatten().filter_map(Result::ok).map(|entry| entry.path());
    let lists = listed.filter(|path| path.extension().is_some_and(|extension| extension == "toml"));
    let mut stamp: Stamp = ["sources.toml", "settings.toml", "replies.toml"]
        .map(|name| dir.join(name))
        .into_iter()
        .chain(lists)
        .filter_map(|path| {
            let about = path.metadata().ok()?;
            Some((path, about.modified().unwrap_or(SystemTime::UNIX_EPOCH), about.len()))
        })
        .collect();
    stamp.sort();
    stamp
}
