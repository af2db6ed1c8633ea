//! `goodword search`: mentions that match, with their evidence.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{Ran, paint, progress, queue};
use crate::app::{App, Found, Hit, MentionView, SearchRequest};
use crate::clock::Clock;
use crate::search::{Error, FacetCounts, Sort};

/// What `search` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Words, "exact phrases" and fields: product:acme polarity:praise theme:"ease of use" rating:<=2 lang:zh since:7d
    #[arg(value_name = "QUERY", required = true, num_args = 1..)]
    query: Vec<String>,
    /// The most mentions to print [default: 20], or to export [default: 100000]
    #[arg(long)]
    limit: Option<usize>,
    /// The order: newest, oldest, relevance, best-rated or worst-rated
    #[arg(long, default_value = "newest", value_parser = sort)]
    sort: Sort,
    /// Go on behind a page, in its order: the `cursor` of the last line of --json, or what the page before told
    #[arg(long, value_name = "CURSOR")]
    after: Option<String>,
    /// Also count by these fields: product, theme, polarity, verdict, source, lang, rating, month, segment, region, status
    #[arg(long, value_delimiter = ',', value_name = "FIELD,…")]
    facets: Vec<String>,
    /// Write what is found into a file instead: .csv, .jsonl or .xlsx
    #[arg(long, value_name = "FILE", conflicts_with_all = ["json", "facets"])]
    export: Option<PathBuf>,
    /// Mark an exported .csv as UTF-8, for spreadsheets that ask for it
    #[arg(long, requires = "export")]
    bom: bool,
    /// Print a JSON object per mention
    #[arg(long)]
    json: bool,
}

fn sort(name: &str) -> Result<Sort, String> {
    let valid: Vec<&str> = Sort::ALL.iter().map(|sort| sort.as_str()).collect();
    Sort::parse(name).ok_or_else(|| format!("there is no such order; valid: {}", valid.join(", ")))
}

/// A mention with what this search says of it.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    mention: MentionView<'a>,
    /// Where the query's words stand in the text, in characters.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    highlights: &'a [(usize, usize)],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    title_highlights: &'a [(usize, usize)],
    cursor: &'a str,
}

pub(super) async fn run(dir: &Path, args: Args) -> anyhow::Result<Ran> {
    let app = App::open(dir, Clock::machine()).await?;
    bring_up_to_date(&app).await?;
    let request = SearchRequest {
        query: args.query.join(" "),
        limit: args.limit.unwrap_or(if args.export.is_some() { 100_000 } else { 20 }),
        offset: 0,
        sort: args.sort,
        after: args.after,
        facets: args.facets,
    };
    let found = app.search(&request).await?;
    for note in &found.notes {
        eprintln!("note: {note}");
    }
    let out = std::io::BufWriter::new(std::io::stdout().lock());
    match &args.export {
        Some(file) => {
            let mentions: Vec<_> = found.hits.iter().map(|hit| &*hit.stored).collect();
            queue::write_sheet(&app, file, &app.mentions_sheet(&mentions).await?, args.bom).await?;
        }
        None if args.json => print_json(out, &found)?,
        None => print_text(out, &found)?,
    }
    if let Some(next) = &found.next {
        eprintln!("there are more: add --after {next}");
    }
    app.close().await;
    Ok(Ran::Fine)
}

/// Lets the index follow the store. Where it cannot be written, what it holds is searched all the same.
async fn bring_up_to_date(app: &App) -> anyhow::Result<()> {
    match app.catch_up(&progress::bar("indexed", 0)).await {
        Err(error) if matches!(error.downcast_ref(), Some(Error::NoRoom(_))) => {
            eprintln!("note: {error:#}; the answer may lack the latest mentions");
            Ok(())
        }
        caught_up => caught_up,
    }
}

fn print_json(mut out: impl Write, found: &Found) -> anyhow::Result<()> {
    for hit in &found.hits {
        serde_json::to_writer(&mut out, &line(hit))?;
        writeln!(out)?;
    }
    for facet in &found.facets {
        serde_json::to_writer(&mut out, &serde_json::json!({ "facet": facet.facet.as_str(), "counts": facet.counts }))?;
        writeln!(out)?;
    }
    Ok(out.flush()?)
}

fn line(hit: &Hit) -> Line<'_> {
    Line {
        mention: MentionView::of(&hit.stored, hit.customer.as_ref()),
        highlights: &hit.highlights,
        title_highlights: &hit.title_highlights,
        cursor: &hit.cursor,
    }
}

fn print_text(mut out: impl Write, found: &Found) -> anyhow::Result<()> {
    let painted = std::io::stdout().is_terminal();
    for hit in &found.hits {
        writeln!(out, "{}", paint::hit(hit, painted))?;
    }
    let seen = if found.sightings > found.total as u64 { format!(", seen in {} places", found.sightings) } else { String::new() };
    writeln!(out, "{} of {} mentions{seen}", found.hits.len(), found.total)?;
    for facet in &found.facets {
        writeln!(out, "{}", counts(facet))?;
    }
    Ok(out.flush()?)
}

/// A facet in a line: mentions, and sightings in brackets where there are more of those.
fn counts(facet: &FacetCounts) -> String {
    let count = |count: &crate::search::FacetCount| match count.sightings {
        seen if seen > count.mentions => format!("{} {} ({seen})", count.value, count.mentions),
        _ => format!("{} {}", count.value, count.mentions),
    };
    format!("{}: {}", facet.facet.as_str(), facet.counts.iter().map(count).collect::<Vec<_>>().join(", "))
}
