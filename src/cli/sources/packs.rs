//! `goodword sources packs`, and adding one: starting places of an industry for the products listened for.

use std::io::Write;

use serde_json::json;

use crate::app::{PackAdded, Scout};
use crate::cli::Ran;
use crate::config::SourcesFile;
use crate::sources::packs::PACKS;

/// Lists the packs.
pub(super) fn list(json: bool) -> anyhow::Result<Ran> {
    let mut out = std::io::stdout().lock();
    for pack in &PACKS {
        if json {
            writeln!(out, "{}", json!({ "pack": pack.name, "about": pack.about() }))?;
        } else {
            writeln!(out, "{:<16} {}", pack.name, pack.about())?;
        }
    }
    if !json {
        writeln!(out, "\nAdd one: goodword sources add --pack {} --product NAME (--dry-run shows it first)", PACKS[0].name)?;
    }
    Ok(Ran::Fine)
}

/// Adds a pack for the products of these names, or ours if none is named.
pub(super) fn add(scout: &Scout, mut file: SourcesFile, pack: &str, products: &[String], dry_run: bool, json: bool) -> anyhow::Result<Ran> {
    let written = scout.add_pack(&mut file, pack, products)?;
    for unknown in &written.unknown {
        eprintln!("`{unknown}` is not in phrases/products.toml yet; add it there, so that what is said of it is joined to it");
    }
    if !dry_run {
        file.save()?;
    }
    tell(pack, &written, dry_run, json)?;
    Ok(if written.added.is_empty() && written.notes == 0 { Ran::WithFailures } else { Ran::Fine })
}

fn tell(pack: &str, written: &PackAdded, dry_run: bool, json: bool) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    if json {
        let line = json!({
            "pack": pack,
            "added": if dry_run { &[] } else { written.added.as_slice() },
            "listed": written.listed,
            "notes": written.notes,
            "entries": written.text,
        });
        writeln!(out, "{line}")?;
        return Ok(());
    }
    if dry_run {
        writeln!(out, "{}\nNothing was written.", written.text)?;
        return Ok(());
    }
    for name in &written.listed {
        writeln!(out, "{name}: listed already")?;
    }
    for name in &written.added {
        writeln!(out, "{name}: added")?;
    }
    writeln!(
        out,
        "{} sources added to sources.toml, and {} notes on places that need something first: a number, a token, a file.\nNext: \
         `goodword check --online`, which asks each source once.",
        written.added.len(),
        written.notes
    )?;
    Ok(())
}
