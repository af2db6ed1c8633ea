//! `goodword phrases`: the lists shown, changed, tried out and looked through.

mod check;
mod preview;
mod suggest;

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Subcommand;
use serde::Serialize;

use super::Ran;
use super::sources::table;
use crate::app::{Added, Listed, NewPhrase, Phrasebook, Row, Which, read_rows};
use crate::mention::{Lang, Polarity};

/// When a change of the files begins to count.
pub(super) const WHEN: &str =
    "a running `serve` takes it up at once; otherwise stored mentions follow at the next crawl, or now with `goodword retag`";

/// What `phrases` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
    /// Print JSON Lines
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// The phrases listened for
    List(WhichArgs),
    /// Add phrases, each in quotes, to the list of their polarity and language
    Add(AddArgs),
    /// Remove phrases, named as they are written or by a form they stand for
    Remove {
        #[arg(value_name = "PHRASE", required = true)]
        phrases: Vec<String>,
        #[command(flatten)]
        which: WhichArgs,
    },
    /// Add phrases from a file: TXT (one a line), CSV (phrase,theme,polarity,lang) or TOML
    Import {
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// For rows that do not say
        #[command(flatten)]
        otherwise: WhichArgs,
    },
    /// What a phrase would tag in stored mentions; adds nothing
    Preview(preview::Args),
    /// Phrases that are doubled, collide, can never be found or never were
    Check(check::Args),
    /// Phrases that happy or unhappy customers use and no list has
    Suggest(suggest::Args),
}

/// Which entries are meant.
#[derive(Debug, clap::Args)]
struct WhichArgs {
    #[arg(long, value_enum)]
    polarity: Option<Word>,
    /// A language, such as en or zh
    #[arg(long, value_parser = lang)]
    lang: Option<Lang>,
    /// A theme, such as "ease of use"
    #[arg(long)]
    theme: Option<String>,
}

#[derive(Debug, clap::Args)]
struct AddArgs {
    /// Each in quotes: "easy (to use)" "{love,loves} it"
    #[arg(value_name = "PHRASE", required = true)]
    phrases: Vec<String>,
    #[arg(long, value_enum)]
    polarity: Word,
    /// The language [default: by the script]
    #[arg(long, value_parser = lang)]
    lang: Option<Lang>,
    /// The theme [default: overall]
    #[arg(long)]
    theme: Option<String>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Word {
    Praise,
    Complaint,
}

impl From<Word> for Polarity {
    fn from(word: Word) -> Self {
        match word {
            Word::Praise => Self::Praise,
            Word::Complaint => Self::Complaint,
        }
    }
}

impl From<WhichArgs> for Which {
    fn from(args: WhichArgs) -> Self {
        Self { polarity: args.polarity.map(Polarity::from), lang: args.lang, theme: args.theme }
    }
}

fn lang(text: &str) -> Result<Lang, String> {
    Lang::try_from(text.to_owned())
}

pub(super) async fn run(dir: &Path, args: Args) -> anyhow::Result<Ran> {
    let json = args.json;
    match args.action {
        Action::List(which) => list(dir, &which.into(), json),
        Action::Add(args) => add(dir, args, json),
        Action::Remove { phrases, which } => remove(dir, &phrases, &which.into(), json),
        Action::Import { file, otherwise } => import(dir, &file, &otherwise.into(), json),
        Action::Preview(args) => preview::run(dir, args, json).await,
        Action::Check(args) => check::run(dir, &args, json).await,
        Action::Suggest(args) => suggest::run(dir, args, json).await,
    }
}

fn list(dir: &Path, which: &Which, json: bool) -> anyhow::Result<Ran> {
    let book = Phrasebook::read(dir)?;
    let ran = super::paint::problems(book.problems());
    let listed = book.listed(which);
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut table = table(&["phrase", "theme", "list"]);
    for entry in &listed {
        if json {
            print(&mut out, entry)?;
        } else {
            table.add_row([&entry.phrase, &entry.theme, &entry.list]);
        }
    }
    if !json {
        writeln!(out, "{table}\n{}", counted(listed.len()))?;
    }
    out.flush()?;
    Ok(ran)
}

fn add(dir: &Path, args: AddArgs, json: bool) -> anyhow::Result<Ran> {
    let AddArgs { phrases, polarity, lang, theme } = args;
    let new = |written| NewPhrase { written, polarity: polarity.into(), lang: lang.clone(), theme: theme.clone(), entry: None };
    add_these(dir, &phrases.into_iter().map(new).collect::<Vec<_>>(), json)
}

/// Adds phrases and tells what came of it.
fn add_these(dir: &Path, new: &[NewPhrase], json: bool) -> anyhow::Result<Ran> {
    let mut book = Phrasebook::read(dir)?;
    let mut ran = Ran::Fine;
    let added = book.add_all(new, |_, why| {
        ran = Ran::WithFailures;
        eprintln!("{why:#}");
    })?;
    book.save()?;
    let mut out = std::io::stdout().lock();
    for added in &added {
        if json { print(&mut out, added)? } else { writeln!(out, "{}", told(added))? }
    }
    if !json && !added.is_empty() {
        writeln!(out, "{WHEN}")?;
    }
    Ok(ran)
}

fn told(added: &Added) -> String {
    let Listed { phrase, list, theme, .. } = &added.listed;
    let known = match added.known.as_slice() {
        [] => String::new(),
        known => format!(" (another phrase has {} already)", known.iter().map(|form| format!("`{form}`")).collect::<Vec<_>>().join(", ")),
    };
    format!("added `{phrase}` to {list} under `{theme}`{known}")
}

fn remove(dir: &Path, phrases: &[String], which: &Which, json: bool) -> anyhow::Result<Ran> {
    let mut book = Phrasebook::read(dir)?;
    let mut ran = Ran::Fine;
    let mut removed = Vec::new();
    for phrase in phrases {
        match book.remove(phrase, which) {
            Ok(entry) => removed.push((phrase, entry)),
            Err(why) => {
                ran = Ran::WithFailures;
                eprintln!("{why:#}");
            }
        }
    }
    book.save()?;
    let mut out = std::io::stdout().lock();
    for (named, entry) in &removed {
        if json {
            print(&mut out, entry)?;
            continue;
        }
        let Listed { phrase, list, theme, forms, .. } = entry;
        let others: Vec<String> = forms.iter().filter(|form| form != named).map(|form| format!("`{form}`")).collect();
        let more =
            if phrase == *named || others.is_empty() { String::new() } else { format!(", which also stood for {}", others.join(", ")) };
        writeln!(out, "removed `{phrase}` from {list} under `{theme}`{more}")?;
    }
    if !json && !removed.is_empty() {
        writeln!(out, "{WHEN}")?;
    }
    Ok(ran)
}

fn import(dir: &Path, file: &Path, otherwise: &Which, json: bool) -> anyhow::Result<Ran> {
    let shown = file.display();
    let text = std::fs::read_to_string(file).with_context(|| format!("the file `{shown}` cannot be read as UTF-8 text"))?;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut refused = 0;
    let mut refuse = |line: usize, why: &anyhow::Error| {
        refused += 1;
        eprintln!("{shown}:{line}: {why:#}");
    };
    let (mut lines, mut phrases) = (Vec::new(), Vec::new());
    for Row { line, phrase } in read_rows(&name, &text, otherwise)? {
        match phrase {
            Ok(phrase) => {
                lines.push(line);
                phrases.push(phrase);
            }
            Err(why) => refuse(line, &why),
        }
    }
    let mut book = Phrasebook::read(dir)?;
    let added = book.add_all(&phrases, |place, why| refuse(lines[place], &why))?;
    book.save()?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if json {
        added.iter().try_for_each(|added| print(&mut out, added))?;
    } else {
        writeln!(out, "{} added, {refused} refused", counted(added.len()))?;
        if !added.is_empty() {
            writeln!(out, "{WHEN}")?;
        }
    }
    out.flush()?;
    Ok(if refused == 0 { Ran::Fine } else { Ran::WithFailures })
}

fn counted(phrases: usize) -> String {
    if phrases == 1 { "1 phrase".to_owned() } else { format!("{phrases} phrases") }
}

fn print(out: &mut impl Write, value: &impl Serialize) -> anyhow::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    writeln!(out)?;
    Ok(())
}
