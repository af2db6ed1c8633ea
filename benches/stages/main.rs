//! How fast each stage is beside the raw library it stands on: `cargo bench`, or `cargo bench -- tag store` for some stages.
//!
//! Speeds depend on the machine, ratios much less: both sides get the same data in the same run, in turn. What the rows mean
//! is told in `docs/measuring.md`. `--quick` runs everything once on little data, only to see that it still runs; so does
//! `cargo test --bench stages`.

mod index;
mod machine;
mod measure;
mod pages;
mod parse;
mod phrasebook;
mod plain_index;
mod plain_pairs;
mod plain_store;
mod search;
mod setup;
mod store;
mod table;
mod tag;
mod voices;
mod whole;
mod words;

use anyhow::bail;

use measure::Row;
use setup::{Setup, Size};

type Stage = fn(&Setup) -> anyhow::Result<Vec<Row>>;

const STAGES: [(&str, Stage); 6] = [
    ("parse", parse::run),
    ("tag", tag::run),
    ("store", store::run),
    ("index", index::run),
    ("search", search::run),
    ("whole", whole::run),
];

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
    // `cargo bench` gives `--bench`; `cargo test` does not, and wants to be done soon.
    let quick = has("--quick") || !has("--bench");
    let chosen: Vec<&str> = arguments.iter().map(String::as_str).filter(|argument| !argument.starts_with('-')).collect();
    let names = STAGES.map(|(name, _)| name);
    if let Some(unknown) = chosen.iter().find(|name| !names.contains(name)) {
        bail!("there is no stage `{unknown}`; there are {}", names.join(", "));
    }

    let size = if quick { Size::quick() } else { Size::full()? };
    println!("{} rounds; {} mentions parsed, tagged, kept and heard, {} indexed and searched", size.rounds, size.mentions, size.indexed);
    if std::env::var_os("GOODWORD_CORPORA").is_some_and(|folder| std::path::Path::new(&folder).join("load-reddit").is_dir()) {
        println!("all texts are generated: the real posts of GOODWORD_CORPORA are not used yet");
    }
    let setup = Setup::new(size)?;
    let mut rows = Vec::new();
    for (name, stage) in STAGES.into_iter().filter(|(name, _)| chosen.is_empty() || chosen.contains(name)) {
        eprintln!("measuring {name} …");
        rows.extend(stage(&setup)?);
    }
    println!("{}", table::table(&rows));
    if quick {
        println!("This was a quick run: it shows that the stages run; its figures mean nothing.");
    }
    Ok(())
}
