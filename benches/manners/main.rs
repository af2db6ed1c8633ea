//! How hosts are treated, and what that costs: `cargo bench --bench manners`, or with `-- round`, `-- poll`, `-- crowd`.
//!
//! `round` crawls 2,000 sources on 400 hosts that answer, refuse, dawdle and hang, and reads from their own logs whether manners
//! were kept. `poll` sets an unchanged poll beside a bare request. `crowd` tells the memory that 10,000 sources take. What it
//! all means is told in `docs/manners.md`.

mod machine;
mod poll;
mod round;
mod site;

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, ensure};
use goodword::app::App;
use goodword::clock::Clock;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
    // `cargo bench` gives `--bench`; `cargo test` does not, and wants to be done soon.
    let quick = has("--quick") || !has("--bench");
    let chosen = |name: &str| !arguments.iter().any(|argument| !argument.starts_with('-')) || has(name);
    let bench = Bench::new()?;
    if chosen("poll") {
        poll::run(&bench, if quick { (50, 10, 1) } else { (2_000, 200, 5) })?;
    }
    if chosen("round") {
        round::run(&bench, if quick { (40, 16) } else { (2_000, 400) })?;
    }
    if chosen("crowd") {
        round::crowd(&bench, if quick { (100, 20) } else { (10_000, 400) })?;
    }
    if quick {
        println!("This was a quick run: it shows that everything runs; its figures mean nothing.");
    }
    Ok(())
}

/// Two runtimes: the sites' threads are told apart by their name.
#[derive(Debug)]
pub(crate) struct Bench {
    pub(crate) ours: Runtime,
    pub(crate) sites: Runtime,
}

/// How the threads of the sites are called.
pub(crate) const SITE: &str = "site";

impl Bench {
    fn new() -> anyhow::Result<Self> {
        let sites = Builder::new_multi_thread().worker_threads(2).thread_name(SITE).enable_all().build()?;
        Ok(Self { ours: Runtime::new()?, sites })
    }

    /// Hosts that are served until the end.
    pub(crate) fn hosts(&self, count: usize) -> anyhow::Result<site::Hosts> {
        self.sites.block_on(self.sites.spawn(site::Hosts::serve(count)))?.context("the loopback addresses 127.7.0.0/16 cannot be bound")
    }

    /// An installation with these sources.
    pub(crate) fn installation(&self, sources: &str) -> anyhow::Result<(TempDir, Arc<App>)> {
        let dir = tempfile::tempdir()?;
        let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text);
        std::fs::create_dir(dir.path().join("phrases"))?;
        write("sources.toml", sources)?;
        write("settings.toml", "[fetch]\ntotal_timeout = \"5s\"\n")?;
        write("phrases/products.toml", "[[product]]\nname = \"Acme\"\nours = true\n")?;
        write("phrases/praise.en.toml", "\"ease of use\" = [\"easy to use\"]\n")?;
        write("phrases/complaint.en.toml", "\"reliability\" = [\"crashed\"]\n")?;
        let app = self.ours.block_on(App::open(dir.path() as &Path, Clock::machine()))?;
        ensure!(app.config().problems.is_empty(), "the sources have mistakes: {:?}", app.config().problems.first());
        Ok((dir, Arc::new(app)))
    }
}

/// A `[[source]]` that asks for `url`.
pub(crate) fn source(name: &str, url: &str, min_interval: &str) -> String {
    format!(
        "[[source]]\nname = \"{name}\"\nkind = \"feed\"\nevery = \"1h\"\nmin_interval = \"{min_interval}\"\nallow_private = true\nurl = \"{url}\"\n\n"
    )
}
