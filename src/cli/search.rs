//! `goodword search`: mentions that match, with their evidence.

use std::io::{IsTerminal, Write};
use std::path::Path;

use super::{Ran, paint, progress};
use crate::app::{App, MentionView, SearchRequest};
use crate::clock::Clock;
use crate::search::Sort;

/// What `search` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Words, "exact phrases" and fields: product:acme polarity:praise theme:"ease of use" rating:<=2 lang:zh since:7d
    #[arg(value_name = "QUERY", required = true, num_args = 1..)]
    query: Vec<String>,
    /// The most mentions to print
    #[arg(long, default_value_t = 20)]
    limit: usize,
    /// The order
    #[arg(long, value_enum, default_value = "newest")]
    sort: Order,
    /// Also count by these fields: product,theme,polarity,verdict,source,lang
    #[arg(long, value_delimiter = ',', value_name = "FIELD,…")]
    facets: Vec<String>,
    /// Print a JSON object per mention
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Order {
    Newest,
    Relevance,
}

pub(super) async fn run(dir: &Path, args: Args) -> anyhow::Result<Ran> {
    let app = App::open(dir, Clock::machine()).await?;
    app.catch_up(&progress::bar("indexed", 0)).await?;
    let request = SearchRequest {
        query: args.query.join(" "),
        limit: args.limit,
        offset: 0,
        sort: match args.sort {
            Order::Newest => Sort::Newest,
            Order::Relevance => Sort::Relevance,
        },
        facets: args.facets,
    };
    let found = app.search(&request).await?;
    for note in &found.notes {
        eprintln!("note: {note}");
    }
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let painted = std::io::stdout().is_terminal();
    for hit in &found.hits {
        if args.json {
            serde_json::to_writer(&mut out, &MentionView::from(&hit.stored))?;
            writeln!(out)?;
        } else {
            writeln!(out, "{}", paint::hit(hit, painted))?;
        }
    }
    if !args.json {
        writeln!(out, "{} of {} mentions", found.hits.len(), found.total)?;
    }
    for facet in &found.facets {
        if args.json {
            serde_json::to_writer(&mut out, &serde_json::json!({ "facet": facet.facet.as_str(), "counts": facet.counts }))?;
            writeln!(out)?;
        } else {
            let counts: Vec<String> = facet.counts.iter().map(|(value, count)| format!("{value} {count}")).collect();
            writeln!(out, "{}: {}", facet.facet.as_str(), counts.join(", "))?;
        }
    }
    out.flush()?;
    app.close().await;
    Ok(Ran::Fine)
}
