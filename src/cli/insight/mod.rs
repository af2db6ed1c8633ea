//! `goodword insight`: the figures behind the page. Each line of `--json` and `--csv` carries the query behind its figure.

mod effects;
pub(super) mod paint;
mod show;

use std::io::Write;
use std::path::Path;

use clap::Subcommand;
use serde::Serialize;
use serde_json::{Value, json};

use super::{Ran, progress};
use crate::app::{Apart, App, FigureRequest, Part, Pole, TrendRequest, emerging_csv, figures_csv};
use crate::clock::Clock;
use crate::insight::{Period, Scope, day_of};
use crate::mention::Polarity;

/// What `insight` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    figure: Figure,
    /// Print JSON Lines
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Figure {
    /// Counts over time, by praise and complaint, product, theme, source, language, segment or region
    Trend(TrendArgs),
    /// Share of voice: ours against competitors
    Voice(Tabular),
    /// Themes by praise and complaint, against the period before
    Themes(Tabular),
    /// Words and phrases that come up, against the period before
    Emerging(EmergingArgs),
    /// Days on which much more was said than usual
    Spikes {
        /// From when on
        #[arg(long, value_name = "TIME", default_value = "30d")]
        since: String,
    },
    /// Note something that you changed because of what people said; or list and remove what was noted
    #[command(args_conflicts_with_subcommands = true)]
    Changed(effects::Changed),
    /// What was said before and after each noted change
    Loop {
        /// Whole days on either side of a change
        #[arg(long, value_name = "DAYS", default_value_t = 28, value_parser = clap::value_parser!(i64).range(1..=400))]
        days: i64,
    },
}

/// Which mentions, and when.
#[derive(Debug, clap::Args)]
struct Which {
    /// About this product
    #[arg(long)]
    product: Option<String>,
    /// With a tag under this theme
    #[arg(long)]
    theme: Option<String>,
    /// With praise, or with a complaint
    #[arg(long, value_enum)]
    polarity: Option<Pole>,
    /// Shown by this source
    #[arg(long)]
    source: Option<String>,
    /// In this language
    #[arg(long)]
    lang: Option<String>,
    /// Found by this query too
    #[arg(long, value_name = "Q")]
    query: Option<String>,
    /// From when on: 30d, 8w, 3mo, 2026-11-01, 2026-11; if not given 30d, for what comes up 7d
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Until when; today if not given
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
}

/// A figure that is a table.
#[derive(Debug, clap::Args)]
struct Tabular {
    #[command(flatten)]
    which: Which,
    /// Print comma-separated values
    #[arg(long, conflicts_with = "json")]
    csv: bool,
}

#[derive(Debug, clap::Args)]
struct TrendArgs {
    #[command(flatten)]
    of: Tabular,
    /// What the time is divided into; weeks begin on Monday
    #[arg(long, value_enum, default_value = "day")]
    by: Part,
    /// What the mentions are told apart by
    #[arg(long, value_enum, default_value = "polarity")]
    each: Apart,
}

#[derive(Debug, clap::Args)]
struct EmergingArgs {
    #[command(flatten)]
    of: Tabular,
    /// The most words and phrases to print
    #[arg(long, default_value_t = 15)]
    limit: usize,
}

impl Which {
    fn request(self, usually: &str) -> FigureRequest {
        let polarity = self.polarity.map(Polarity::from);
        let Self { product, theme, source, lang, query, since, until, .. } = self;
        let since = since.unwrap_or_else(|| usually.to_owned());
        FigureRequest { scope: Scope { product, polarity, theme, source, lang, query }, since, until }
    }
}

/// How far figures reach back if nothing is said.
const SINCE: &str = "30d";
/// The same for words that come up: news is young.
const SINCE_FOR_WORDS: &str = "7d";

/// How a figure is to be printed.
#[derive(Clone, Copy)]
enum Form {
    Text,
    Json,
    Csv,
}

pub(super) async fn run(dir: &Path, args: Args) -> anyhow::Result<Ran> {
    let app = App::open(dir, Clock::machine()).await?;
    app.catch_up(&progress::bar("indexed", 0)).await?;
    let form = |csv: bool| match (args.json, csv) {
        (true, _) => Form::Json,
        (false, true) => Form::Csv,
        (false, false) => Form::Text,
    };
    match args.figure {
        Figure::Trend(args) => trend(&app, args, form).await?,
        Figure::Voice(args) => {
            let form = form(args.csv);
            let voice = app.voice(&args.which.request(SINCE)).await?;
            notes(&voice.notes);
            let rows: Vec<_> = voice.groups.iter().chain(&voice.products).cloned().collect();
            print(form, "voice", &rows, || show::voice(&voice))?;
        }
        Figure::Themes(args) => {
            let form = form(args.csv);
            let (period, rows, told) = app.themes(&args.which.request(SINCE)).await?;
            notes(&told);
            print(form, "themes", &rows, || show::themes(period, &rows))?;
        }
        Figure::Emerging(args) => emerging(&app, args, form).await?,
        Figure::Spikes { since } => spikes(&app, &since, form(false)).await?,
        Figure::Changed(changed) => effects::changed(&app, changed, args.json).await?,
        Figure::Loop { days } => effects::show_loop(&app, days, args.json).await?,
    }
    app.close().await;
    Ok(Ran::Fine)
}

async fn trend(app: &App, args: TrendArgs, form: impl Fn(bool) -> Form) -> anyhow::Result<()> {
    let form = form(args.of.csv);
    let request = TrendRequest { of: args.of.which.request(SINCE), by: args.by.into(), each: args.each.into() };
    let trend = app.trend(&request).await?;
    notes(&trend.notes);
    let points: Vec<_> = trend.series.iter().flat_map(|series| &series.points).cloned().collect();
    print(form, "trend", &points, || show::trend(&trend))?;
    if let Form::Json = form {
        let totals: Vec<_> = trend.series.iter().map(|series| series.total.clone()).collect();
        print(form, "total", &totals, String::new)?;
        print(form, "standing", std::slice::from_ref(&trend.standing), String::new)?;
    }
    Ok(())
}

async fn emerging(app: &App, args: EmergingArgs, form: impl Fn(bool) -> Form) -> anyhow::Result<()> {
    let form = form(args.of.csv);
    let (period, rows, told) = app.emerging(&args.of.which.request(SINCE_FOR_WORDS), args.limit).await?;
    notes(&told);
    if let Form::Csv = form {
        return Ok(write!(std::io::stdout(), "{}", emerging_csv(&rows)?)?);
    }
    print(form, "emerging", &rows, || show::emerging(period, &rows))
}

async fn spikes(app: &App, since: &str, form: Form) -> anyhow::Result<()> {
    let period = Period::read(since, None, day_of(app.clock().now())).map_err(anyhow::Error::msg)?;
    app.find_spikes(period.from).await?;
    let spikes = app.spikes(period.from).await?;
    print(form, "spike", &spikes, || show::spikes(period.from, &spikes))
}

fn notes(notes: &[String]) {
    for note in notes {
        eprintln!("note: {note}");
    }
}

/// Prints rows as JSON Lines, each naming its figure, as CSV, or as the text made of them.
fn print<T: Serialize>(form: Form, figure: &str, rows: &[T], text: impl FnOnce() -> String) -> anyhow::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    match form {
        Form::Text => writeln!(out, "{}", text())?,
        Form::Csv => write!(out, "{}", figures_csv(rows)?)?,
        Form::Json => {
            for row in rows {
                let mut line = json!({ "figure": figure });
                if let (Value::Object(line), Value::Object(row)) = (&mut line, serde_json::to_value(row)?) {
                    line.extend(row);
                }
                writeln!(out, "{line}")?;
            }
        }
    }
    Ok(out.flush()?)
}
