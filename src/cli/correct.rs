//! `goodword correct` and `goodword corrections`: what people say against tags.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Subcommand;
use serde_json::json;

use super::{Ran, paint, progress};
use crate::app::{App, CorrectedCase, MentionView, in_words};
use crate::clock::Clock;
use crate::mention::{Polarity, Verdict};
use crate::phrases::Says;

/// What `correct` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The mention's id, as `search` prints it; without anything else its tags are shown with their numbers
    #[arg(value_name = "ID")]
    id: String,
    /// The number of the tag that is wrong; the mention as a whole if not given
    #[arg(long, value_name = "N")]
    tag: Option<usize>,
    #[command(flatten)]
    says: SaysArgs,
    /// Who says so
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Print the mention as a JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
#[group(multiple = false)]
struct SaysArgs {
    /// It says no such thing
    #[arg(long)]
    not_this: bool,
    /// It is said of this product
    #[arg(long, value_name = "NAME")]
    product: Option<String>,
    /// It is said of none of the products
    #[arg(long)]
    no_product: bool,
    /// It is meant so
    #[arg(long, value_name = "praise|complaint", value_parser = polarity)]
    polarity: Option<Polarity>,
    /// The mention as a whole says this
    #[arg(long, value_name = "praise|complaint|mixed|neutral", value_parser = verdict, conflicts_with = "tag")]
    verdict: Option<Verdict>,
}

impl SaysArgs {
    fn says(self) -> Option<Says> {
        match self {
            Self { not_this: true, .. } => Some(Says::NotThis),
            Self { no_product: true, .. } => Some(Says::Product(None)),
            Self { product: Some(product), .. } => Some(Says::Product(Some(product))),
            Self { polarity, verdict, .. } => polarity.map(Says::Polarity).or(verdict.map(Says::Verdict)),
        }
    }
}

/// What `corrections` takes.
#[derive(Debug, clap::Args)]
pub(super) struct ListArgs {
    #[command(subcommand)]
    action: Option<Action>,
    /// Print JSON Lines
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Corrected mentions with what people said
    List,
    /// Take a correction back
    Undo {
        /// The mention's id
        #[arg(value_name = "ID")]
        id: String,
        /// The number of the correction, as `list` prints it
        #[arg(value_name = "N", default_value_t = 1)]
        number: usize,
    },
    /// Make a correction a rule of the lists, so that the next such mention is right by itself
    Rule {
        /// The mention's id
        #[arg(value_name = "ID")]
        id: String,
        /// The number of the correction, as `list` prints it
        #[arg(value_name = "N", default_value_t = 1)]
        number: usize,
        /// The words that make the difference, with the phrase among them; its neighbour word if not given
        #[arg(long, value_name = "WORDS")]
        words: Option<String>,
    },
    /// Print corrected mentions as test cases, a JSON object a line
    Export,
    /// Try the lists alone on corrected mentions: which corrections do they get right by now?
    Test {
        /// Test cases as `export` prints them; those of the store if not given
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
}

pub(super) async fn run(dir: &Path, args: Args) -> anyhow::Result<Ran> {
    let app = App::open(dir, Clock::machine()).await?;
    let ran = paint::problems(&app.config().problems);
    let stored = match args.says.says() {
        Some(says) => {
            known_product(&app, &says)?;
            let stored = app.correct(&args.id, args.tag, says, args.by).await?;
            app.catch_up(&progress::bar("indexed", 0)).await?;
            stored
        }
        None => app.mention(&args.id).await?,
    };
    if args.json {
        println!("{}", serde_json::to_string(&MentionView::from(&stored))?);
    } else {
        println!("{}", paint::numbered(&stored));
    }
    app.close().await;
    Ok(ran)
}

/// Refuses a product that is not listened for: it is most likely misspelled.
fn known_product(app: &App, says: &Says) -> anyhow::Result<()> {
    let Says::Product(Some(name)) = says else { return Ok(()) };
    let config = app.config();
    let known: Vec<&str> = config.lists.products.iter().map(|product| product.name.as_str()).collect();
    let listed = known.contains(&name.as_str());
    listed.then_some(()).with_context(|| format!("there is no product `{name}`; {}", crate::tomlfile::name_the_valid(name, &known)))
}

pub(super) async fn run_list(dir: &Path, args: ListArgs) -> anyhow::Result<Ran> {
    let app = App::open(dir, Clock::machine()).await?;
    paint::problems(&app.config().problems);
    let ran = match args.action.unwrap_or(Action::List) {
        Action::List => list(&app, args.json).await?,
        Action::Undo { id, number } => {
            let stored = app.undo_correction(&id, number).await?;
            app.catch_up(&progress::bar("indexed", 0)).await?;
            println!("{}", if args.json { serde_json::to_string(&MentionView::from(&stored))? } else { paint::numbered(&stored) });
            Ran::Fine
        }
        Action::Rule { id, number, words } => {
            let rule = app.make_rule(&id, number, words.as_deref()).await?;
            match args.json {
                true => println!("{}", serde_json::to_string(&rule)?),
                false => println!("written to {}: {}\n{}", rule.list, rule.entry, super::phrases::WHEN),
            }
            Ran::Fine
        }
        Action::Export => export(&app).await?,
        Action::Test { file } => test(&app, file.as_deref(), args.json).await?,
    };
    app.close().await;
    Ok(ran)
}

async fn list(app: &App, json: bool) -> anyhow::Result<Ran> {
    let mut out = std::io::stdout().lock();
    for stored in app.store().corrected().await? {
        if json {
            serde_json::to_writer(&mut out, &json!({ "id": stored.id, "text": stored.mention.text, "corrections": stored.corrections }))?;
            writeln!(out)?;
            continue;
        }
        writeln!(out, "{}  {}", stored.id, paint::first_words(&stored.mention.text))?;
        for (number, correction) in stored.corrections.iter().enumerate() {
            writeln!(out, "  {}. {}", number + 1, in_words(correction))?;
        }
    }
    Ok(Ran::Fine)
}

async fn export(app: &App) -> anyhow::Result<Ran> {
    let mut out = std::io::stdout().lock();
    for case in app.corrected_cases().await? {
        serde_json::to_writer(&mut out, &case)?;
        writeln!(out)?;
    }
    Ok(Ran::Fine)
}

async fn test(app: &App, file: Option<&Path>, json: bool) -> anyhow::Result<Ran> {
    let cases = match file {
        Some(file) => read_cases(file)?,
        None => app.corrected_cases().await?,
    };
    let (mut right, mut wrong) = (0, 0);
    for case in &cases {
        let outcome = app.try_case(case);
        (right, wrong) = (right + outcome.right, wrong + outcome.wrong.len());
        if json {
            println!("{}", serde_json::to_string(&outcome)?);
        } else {
            outcome.wrong.iter().for_each(|said| println!("{}  still wrong: {said}", case.id));
        }
    }
    if !json {
        println!("{right} of {} corrections are right by the lists alone", right + wrong);
    }
    Ok(if wrong == 0 { Ran::Fine } else { Ran::WithFailures })
}

fn read_cases(file: &Path) -> anyhow::Result<Vec<CorrectedCase>> {
    let lines = BufReader::new(File::open(file).with_context(|| format!("the file `{}` cannot be read", file.display()))?).lines();
    let read = |(number, line): (usize, std::io::Result<String>)| -> anyhow::Result<CorrectedCase> {
        serde_json::from_str(&line?)
            .with_context(|| format!("{}:{}: is not a test case as `goodword corrections export` prints it", file.display(), number + 1))
    };
    lines.enumerate().filter(|(_, line)| line.as_ref().map_or(true, |line| !line.trim().is_empty())).map(read).collect()
}

fn polarity(word: &str) -> Result<Polarity, String> {
    [Polarity::Praise, Polarity::Complaint]
        .into_iter()
        .find(|polarity| polarity.as_str() == word)
        .ok_or_else(|| format!("`{word}` is neither `praise` nor `complaint`"))
}

fn verdict(word: &str) -> Result<Verdict, String> {
    [Verdict::Praise, Verdict::Complaint, Verdict::Mixed, Verdict::Neutral]
        .into_iter()
        .find(|verdict| verdict.as_str() == word)
        .ok_or_else(|| format!("`{word}` is none of `praise`, `complaint`, `mixed` and `neutral`"))
}
