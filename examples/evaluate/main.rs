//! Scores the tagger on labelled texts: `cargo run --example evaluate -- PATH… [--dir DIR] [--errors N]`.
//!
//! PATH is a file of labelled lines or a folder of them (`*.jsonl`); DIR holds `phrases/`. What the figures mean and how a line is
//! written stands in `docs/tagging.md`.

mod score;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use clap::Parser;
use comfy_table::{Table, presets};
use goodword::phrases::{Lists, Tagger};
use score::{Gold, Line, Score, mean};

/// Scores the tagger on labelled texts
#[derive(Parser)]
struct Args {
    /// Files of labelled lines, or folders of such `.jsonl` files
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// The directory with the phrase lists
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: PathBuf,
    /// Show so many texts of each kind of error
    #[arg(long, value_name = "N", default_value_t = 0)]
    errors: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Task {
    Polarity,
    Comparison,
    Target,
}

/// A scored file.
struct Scored {
    name: String,
    lang: String,
    task: Task,
    score: Score,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let (lists, problems) = Lists::read(&args.dir);
    problems.iter().for_each(|problem| eprintln!("{problem}"));
    ensure!(!lists.lists.is_empty(), "no phrase list could be read in `{}`; give their directory with --dir", args.dir.display());
    let tagger = Tagger::new(&lists);
    let mut scored = Vec::new();
    for path in args.paths.iter().map(|path| files(path)).collect::<anyhow::Result<Vec<_>>>()?.concat() {
        scored.extend(score_file(&tagger, &path)?);
    }
    for task in [Task::Polarity, Task::Comparison, Task::Target] {
        let of_task: Vec<&Scored> = scored.iter().filter(|scored| scored.task == task).collect();
        if !of_task.is_empty() {
            println!("{}\n", table(task, &of_task));
        }
    }
    scored.iter().for_each(|scored| print_errors(scored, args.errors));
    Ok(())
}

/// The file itself, or the labelled files of a folder, by name.
fn files(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = fs::read_dir(path).with_context(|| format!("cannot list `{}`", path.display()))?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<anyhow::Result<Vec<_>>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "jsonl"));
    files.sort();
    ensure!(!files.is_empty(), "`{}` holds no `.jsonl` file", path.display());
    Ok(files)
}

/// Scores a file, each task and language in it by itself.
fn score_file(tagger: &Tagger, path: &Path) -> anyhow::Result<Vec<Scored>> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut scored: Vec<Scored> = Vec::new();
    for (number, written) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let line: Line =
            serde_json::from_str(written).with_context(|| format!("{}:{}: not a labelled line", path.display(), number + 1))?;
        let task = match line.gold {
            Gold::Polarity(_) => Task::Polarity,
            Gold::Comparison(_) => Task::Comparison,
            Gold::Target(_) => Task::Target,
        };
        let known = scored.iter().position(|scored| scored.task == task && scored.lang == line.lang);
        let place = known.unwrap_or_else(|| {
            scored.push(Scored { name: name.clone(), lang: line.lang.clone(), task, score: Score::default() });
            scored.len() - 1
        });
        scored[place].score.add(tagger, &line);
    }
    Ok(scored)
}

/// The names of a task's figures.
fn heads(task: Task) -> &'static [&'static str] {
    match task {
        Task::Polarity => &[
            "praise P",
            "praise R",
            "praise F1",
            "compl. P",
            "compl. R",
            "compl. F1",
            "macro-F1",
            "sign acc.",
            "if decided",
            "neutral kept",
        ],
        Task::Comparison => &["accuracy", "wrong side", "abstain", "none kept", "3-class F1"],
        Task::Target => &["P", "R", "F1", "praise F1", "compl. F1", "attributed"],
    }
}

/// A score's figures, in the order of [`heads`].
fn figures(task: Task, score: &Score) -> Vec<Option<f64>> {
    let (praise, complaint) = (score.praise, score.complaint);
    match task {
        Task::Polarity => {
            let hits = [praise, complaint].into_iter().flat_map(|hits| [hits.precision(), hits.recall(), hits.f1()]);
            let shares = [score.sign.of(), score.decided.of(), score.neutral.of()];
            hits.map(Some).chain([Some(score.macro_f1())]).chain(shares).collect()
        }
        Task::Comparison => {
            let sides = score.preferences().into_iter().map(score::Share::of);
            sides.chain([score.none_kept().of(), Some(score.sides_f1())]).collect()
        }
        Task::Target => {
            let both = score.both();
            let hits = [both.precision(), both.recall(), both.f1(), praise.f1(), complaint.f1()];
            hits.into_iter().map(Some).chain([score.attributed.of()]).collect()
        }
    }
}

/// A row for each file, and one for the mean of each language.
fn table(task: Task, scored: &[&Scored]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN).set_header(["file", "lang", "lines"].iter().chain(heads(task)));
    let row = |name: &str, lang: &str, lines: usize, figures: &[Option<f64>]| {
        let figures = figures.iter().map(|figure| figure.map_or_else(|| "–".to_owned(), |figure| format!("{:.1}", 100.0 * figure)));
        [name.to_owned(), lang.to_owned(), lines.to_string()].into_iter().chain(figures).collect::<Vec<_>>()
    };
    for one in scored {
        table.add_row(row(&one.name, &one.lang, one.score.lines, &figures(task, &one.score)));
    }
    let mut langs: Vec<&str> = scored.iter().map(|one| one.lang.as_str()).collect();
    langs.sort_unstable();
    langs.dedup();
    for lang in langs {
        let of_lang: Vec<&&Scored> = scored.iter().filter(|one| one.lang == lang).collect();
        let all: Vec<Vec<Option<f64>>> = of_lang.iter().map(|one| figures(task, &one.score)).collect();
        let means: Vec<Option<f64>> =
            (0..heads(task).len()).map(|at| mean(all.iter().filter_map(|figures| figures.get(at).copied().flatten()))).collect();
        table.add_row(row("mean of files", lang, of_lang.iter().map(|one| one.score.lines).sum(), &means));
    }
    table
}

/// The kinds of error, the commonest first, each with its first texts.
fn print_errors(scored: &Scored, most: usize) {
    if most == 0 || scored.score.errors.is_empty() {
        return;
    }
    println!("{} ({}):", scored.name, scored.lang);
    let mut kinds: Vec<_> = scored.score.errors.iter().collect();
    kinds.sort_by_key(|(_, texts)| std::cmp::Reverse(texts.len()));
    for (kind, texts) in kinds {
        println!("  {kind}: {}", texts.len());
        texts.iter().take(most).for_each(|text| println!("    - {text}"));
    }
}
