//! `goodword try` and `goodword sources test`: asks once, keeps nothing, shows what would be read and why not.

use std::io::Write;
use std::path::Path;

use serde_json::{Value, json};

use super::shown;
use crate::app::{Place, Scout, Trial};
use crate::cli::{Ran, paint};
use crate::clock::Clock;
use crate::store::Coverage;

/// What `try` takes.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// Addresses, files, or names of sources
    #[arg(value_name = "URL|FILE|SOURCE", required = true)]
    places: Vec<String>,
    /// As many mentions of each are shown
    #[arg(long, value_name = "N", default_value_t = 10)]
    limit: usize,
    /// Addresses may be inside your own network
    #[arg(long)]
    allow_private: bool,
}

/// `try` by itself, where `--json` is its own.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct TryArgs {
    #[command(flatten)]
    args: Args,
    /// Print a JSON object per place
    #[arg(long)]
    json: bool,
}

pub(in crate::cli) async fn run_try(dir: &Path, args: TryArgs) -> anyhow::Result<Ran> {
    run(dir, args.args, args.json).await
}

pub(super) async fn run(dir: &Path, args: Args, json: bool) -> anyhow::Result<Ran> {
    let scout = Scout::open(dir, Clock::machine())?;
    let mut ran = paint::problems(&scout.config().problems);
    let places = args.places.iter().map(|given| scout.place(given)).collect::<anyhow::Result<Vec<_>>>()?;
    for place in &places {
        let mut trial = scout.try_place(place, args.allow_private).await?;
        if matches!(place, Place::Web(_)) {
            trial.reason = trial.reason.map(|reason| shown::with_flag(&reason));
        }
        let unheard = matches!(trial.coverage, Some(Coverage::Blocked | Coverage::Failing | Coverage::Stale));
        if unheard || (trial.mentions.is_empty() && trial.coverage == Some(Coverage::Partial)) {
            ran = Ran::WithFailures;
        }
        let mut out = std::io::stdout().lock();
        if json {
            writeln!(out, "{}", as_json(&trial, args.limit))?;
        } else {
            writeln!(out, "{}", as_text(&trial, args.limit))?;
        }
    }
    Ok(ran)
}

fn as_text(trial: &Trial, limit: usize) -> String {
    let mut lines = Vec::new();
    for (mention, judgement) in trial.mentions.iter().take(limit) {
        lines.push(shown::mention(mention, Some(judgement)));
    }
    let kind = trial.kind.map(|kind| format!(" ({kind})")).unwrap_or_default();
    let coverage = trial.coverage.map_or_else(|| "no source itself".to_owned(), |coverage| coverage.to_string());
    let mentions = trial.mentions.len();
    let plural = if mentions == 1 { "" } else { "s" };
    let mut summary = format!("{}{kind}: {coverage}, {mentions} mention{plural}", trial.place);
    let hidden = trial.mentions.len().saturating_sub(limit);
    for (count, words) in [(hidden, "not shown"), (trial.too_old, "older than `since`"), (trial.further, "further pages in a round")] {
        if count > 0 {
            summary += &format!(", {count} {words}");
        }
    }
    lines.push(summary);
    lines.extend(trial.reason.as_ref().map(|reason| format!("  {reason}")));
    lines.extend(trial.refused.iter().take(5).map(|refused| format!("  not read: {refused}")));
    lines.extend(trial.offers.iter().map(|offer| format!("  there is also {}", shown::candidate(offer, None))));
    lines.push("  Nothing was stored.".to_owned());
    lines.join("\n")
}

fn as_json(trial: &Trial, limit: usize) -> Value {
    json!({
        "place": trial.place,
        "kind": trial.kind,
        "coverage": trial.coverage,
        "error": trial.reason,
        "seen": trial.mentions.len(),
        "too_old": trial.too_old,
        "further_pages": trial.further,
        "refused": trial.refused,
        "offers": trial.offers.iter().map(|offer| shown::candidate_json(offer, None)).collect::<Vec<_>>(),
        "mentions": trial.mentions.iter().take(limit).map(|(mention, judgement)| shown::mention_json(mention, Some(judgement))).collect::<Vec<_>>(),
    })
}
