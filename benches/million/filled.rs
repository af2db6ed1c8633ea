//! An installation full of generated mentions, and what filling it took.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Instant;

use goodword::app::App;
use goodword::search::{Index, Reader};
use indicatif::ProgressBar;
use tempfile::TempDir;

use crate::measure::{Bound, Row};
use crate::setup::{Setup, bytes_in};

/// A full installation.
#[derive(Debug)]
pub(crate) struct Filled {
    pub(crate) dir: TempDir,
    pub(crate) app: Arc<App>,
    pub(crate) reader: Reader,
    /// Where its one source listens; `process` answers there.
    pub(crate) feed: TcpListener,
}

impl Filled {
    /// Fills one, with the rows that this gives.
    pub(crate) fn new(setup: &Setup) -> anyhow::Result<(Self, Vec<Row>)> {
        let feed = TcpListener::bind("127.0.0.1:0")?;
        let address = feed.local_addr()?;
        let source = format!(
            "[[source]]\nname = \"forum\"\nkind = \"feed\"\nevery = \"1h\"\nmin_interval = \"0s\"\nallow_private = true\nurl = \"http://{address}/feed\"\n"
        );
        let (dir, app) = setup.installation(&source)?;
        let count = setup.size.indexed;
        eprintln!("keeping {count} mentions …");
        let started = Instant::now();
        setup.fill(app.store(), count)?;
        let kept = count as f64 / started.elapsed().as_secs_f64();
        eprintln!("indexing them …");
        let started = Instant::now();
        setup.runtime.block_on(app.catch_up(&ProgressBar::hidden()))?;
        let indexed = count as f64 / started.elapsed().as_secs_f64();
        let mut text = 0;
        setup.follow(app.store(), |stored| {
            text += stored.iter().map(|stored| stored.mention.text.len()).sum::<usize>();
            Ok(())
        })?;
        let held = bytes_in(&dir.path().join("index"))?;
        let each = |bytes: u64| bytes as f64 / count as f64;
        let index = bytes_in(&dir.path().join("index/search"))?;
        let rows = vec![
            Row::alone("keeping what was generated and tagged", "mentions/s", vec![kept], Bound::Open),
            Row::alone("indexing from the store, first time", "mentions/s", vec![indexed], Bound::Open),
            Row::sizes("disk: store and index, against the texts alone", each(held), each(text as u64), Bound::AtMost(4.0, 2.5)),
            Row::sizes("  the index's part of it", each(index), each(text as u64), Bound::Open),
        ];
        let reader = Index::open_reader(&dir.path().join("index/search"))?;
        Ok((Self { dir, app, reader, feed }, rows))
    }
}
