//! Pages of tagged mentions into the store, against the same rows into plain `SQLite`.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use anyhow::ensure;
use goodword::mention::Mention;
use goodword::store::{Judgement, Store, Stored};

use crate::measure::{Bound, Row, in_turn};
use crate::plain_store::PlainStore;
use crate::setup::Setup;

/// Mentions of a page: a feed's, and a file's.
const PAGES: [usize; 2] = [25, 500];

pub(crate) fn run(setup: &Setup) -> anyhow::Result<Vec<Row>> {
    PAGES.into_iter().map(|size| row(setup, size)).collect()
}

fn row(setup: &Setup, size: usize) -> anyhow::Result<Row> {
    let mentions = setup.mentions(setup.size.mentions)?;
    let judgements = setup.judgements(&mentions);
    let stored = setup.stored(mentions.len())?;
    let ours = || ours(setup, paged(&mentions, &judgements, size));
    let took = in_turn(setup.size.rounds, ours, || raw(setup, &stored, size))?;
    for ((_, ours), (_, raw)) in &took {
        ensure!(ours == raw, "store: {ours:?} rows of ours are compared with {raw:?}");
    }
    let took: Vec<_> = took.into_iter().map(|((ours, _), (raw, _))| (ours, raw)).collect();
    let name = format!("store: pages of {size}, against plain SQLite");
    Ok(Row::rates(name, "mentions/s", mentions.len() as f64, &took, Bound::AtLeast(0.4, 0.7)))
}

type Page = (Vec<Mention>, Vec<Judgement>);

fn paged(mentions: &[Mention], judgements: &[Judgement], size: usize) -> Vec<Page> {
    mentions.chunks(size).zip(judgements.chunks(size)).map(|(mentions, judged)| (mentions.to_vec(), judged.to_vec())).collect()
}

/// Saves new mentions whose tags are at hand; the tagger has a row of its own.
fn ours(setup: &Setup, pages: Vec<Page>) -> anyhow::Result<(Duration, [i64; 3])> {
    let dir = tempfile::tempdir()?;
    setup.runtime.block_on(async {
        let store = Store::open(dir.path()).await?;
        let started = Instant::now();
        for (mentions, judgements) in pages {
            let judgements = RefCell::new(judgements.into_iter());
            let judge = |_: &Mention| judgements.borrow_mut().next().expect("every mention is new and judged once");
            let mut tx = store.begin().await?;
            tx.save(setup.origin(), mentions, judge).await?;
            tx.commit().await?;
        }
        let took = started.elapsed();
        let counts = store.counts().await?;
        store.close().await;
        Ok((took, [counts.mentions, counts.sightings, counts.tags]))
    })
}

/// The same rows by plain statements.
pub(crate) fn raw(setup: &Setup, stored: &[Stored], size: usize) -> anyhow::Result<(Duration, [i64; 3])> {
    let dir = tempfile::tempdir()?;
    let pages: Vec<&[Stored]> = stored.chunks(size).collect();
    setup.runtime.block_on(async {
        let mut plain = PlainStore::create(dir.path()).await?;
        let took = plain.write(&pages).await?;
        let counts = plain.counts().await?;
        plain.close().await?;
        Ok((took, counts))
    })
}
