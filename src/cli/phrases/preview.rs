//! `goodword phrases preview`: what a phrase would tag, before it is listed.

use std::io::Write;
use std::path::Path;

use super::{Ran, Word, lang, print};
use crate::app::{App, NewPhrase, Preview, PreviewRequest};
use crate::clock::Clock;
use crate::mention::Lang;

/// What `preview` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The phrase as it would be listed
    phrase: String,
    /// What it would be listed as
    #[arg(long, value_enum, default_value = "praise")]
    polarity: Word,
    /// The language [default: by the script]
    #[arg(long, value_parser = lang)]
    lang: Option<Lang>,
    /// Only what it would say of this product
    #[arg(long)]
    product: Option<String>,
    /// The most examples to print
    #[arg(long, default_value_t = 5)]
    limit: usize,
}

pub(super) async fn run(dir: &Path, args: Args, json: bool) -> anyhow::Result<Ran> {
    let app = App::open(dir, Clock::machine()).await?;
    let Args { phrase, polarity, lang, product, limit } = args;
    let phrase = NewPhrase { written: phrase, polarity: polarity.into(), lang, theme: None, entry: None };
    let preview = app.preview(&PreviewRequest { phrase, product, limit }).await?;
    let mut out = std::io::stdout().lock();
    if json {
        print(&mut out, &preview)?
    } else {
        write!(out, "{}", shown(&preview))?
    }
    app.close().await;
    Ok(Ran::Fine)
}

fn shown(preview: &Preview) -> String {
    let listed = &preview.listed;
    let mentions = if preview.mentions == 1 { "1 mention".to_owned() } else { format!("{} mentions", preview.mentions) };
    let negated = if preview.negated == 0 { String::new() } else { format!(", {} of them negated", preview.negated) };
    let mut lines = vec![format!("`{}` in {} would tag {mentions}{negated}", listed.phrase, listed.list)];
    let verdicts: Vec<String> =
        preview.verdicts.iter().map(|change| format!("{} → {} {}", change.from, change.to, change.mentions)).collect();
    match preview.other_verdict {
        0 => lines.push("no verdict would change".to_owned()),
        1 => lines.push(format!("1 verdict would change: {}", verdicts.join(", "))),
        several => lines.push(format!("{several} verdicts would change: {}", verdicts.join(", "))),
    }
    if !preview.products.is_empty() {
        let said = |said: &crate::app::Said| format!("{} {}", said.product.as_deref().unwrap_or("no product"), said.mentions);
        lines.push(format!("said of: {}", preview.products.iter().map(said).collect::<Vec<_>>().join(", ")));
    }
    for example in &preview.examples {
        let product = example.product.as_deref().unwrap_or("no product");
        let verdict =
            if example.from == example.to { format!("stays {}", example.to) } else { format!("{} → {}", example.from, example.to) };
        lines.push(format!("  {}  {verdict}; {} of {product} ({})", example.id, example.polarity, example.rule));
        lines.push(format!("    {}", example.excerpt.marked("[", "]")));
    }
    lines.push(String::new());
    lines.join("\n")
}
