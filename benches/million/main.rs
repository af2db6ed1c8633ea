//! Searching a million mentions: latencies beside the bare engine, `SQLite` FTS5 and PostgreSQL on the same data, the rate of
//! indexing, memory, disk, the first answer of a cold process. `cargo bench --bench million`; what the rows mean is told in
//! `docs/measuring.md`. `--quick`, and `cargo test --bench million`, run everything on little data.

#[path = "../stages/measure.rs"]
#[allow(dead_code, reason = "shared with another bench, which needs all of it")]
mod measure;
#[path = "../stages/phrasebook.rs"]
#[allow(dead_code, reason = "shared with another bench, which needs all of it")]
mod phrasebook;
mod ask;
mod figures;
mod filled;
mod fts5;
mod lists;
mod pages;
mod peers;
mod postgres;
mod process;
#[path = "../stages/setup.rs"]
#[allow(dead_code, reason = "shared with another bench, which needs all of it")]
mod setup;
#[path = "../stages/table.rs"]
mod table;
#[path = "../stages/voices.rs"]
#[allow(dead_code, reason = "shared with another bench, which needs all of it")]
mod voices;
#[path = "../stages/words.rs"]
mod words;

use anyhow::Context;

use filled::Filled;
use setup::{Setup, Size};

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let quick = has("--quick") || !has("--bench");
    let size = if quick { Size::quick() } else { full()? };
    println!("{} mentions, {} rounds of {} queries of each sort", size.indexed, size.rounds, size.queries);
    let setup = Setup::new(size)?;
    let (filled, mut rows) = Filled::new(&setup)?;
    rows.extend(ask::run(&setup, &filled)?);
    rows.extend(peers::run(&setup, &filled)?);
    rows.extend(figures::run(&setup, &filled)?);
    rows.extend(lists::run(&setup, &filled)?);
    rows.extend(process::run(&setup, filled)?);
    println!("{}", table::table(&rows));
    if quick {
        println!("This was a quick run: it shows that everything runs; its figures mean nothing.");
    }
    Ok(())
}

fn full() -> anyhow::Result<Size> {
    let indexed = match std::env::var("GOODWORD_BENCH_MENTIONS") {
        Ok(number) => number.parse().context("GOODWORD_BENCH_MENTIONS must be a number")?,
        Err(_) => 1_000_000,
    };
    Ok(Size { rounds: 5, mentions: 0, indexed, queries: 100 })
}
