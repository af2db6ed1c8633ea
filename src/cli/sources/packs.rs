//! `goodword sources packs`, and adding one: starting places of an industry for the products listened for.

use std::io::Write;

use anyhow::{Context, bail};
use serde_json::json;

use crate::app::Scout;
use crate::cli::Ran;
use crate::config::{Added, SourcesFile};
use crate::mention::Product;
use crate::sources::packs::{Named, PACKS, Pack};
use crate::tomlfile::name_the_valid;

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

/// What came of adding a pack.
#[derive(Default)]
struct Written {
    added: Vec<String>,
    /// The places that are listed already, by the names they have.
    listed: Vec<String>,
    /// Blocks of comments that say what is needed for more.
    notes: usize,
}

/// Adds a pack for the products of these names, or ours if none is named.
pub(super) fn add(scout: &Scout, mut file: SourcesFile, pack: &str, products: &[String], dry_run: bool, json: bool) -> anyhow::Result<Ran> {
    let names: Vec<&str> = PACKS.iter().map(|pack| pack.name).collect();
    let pack = Pack::named(pack).with_context(|| format!("there is no pack `{pack}`; {}", name_the_valid(pack, &names)))?;
    let known = &scout.config().lists.products;
    let ours: Vec<String> = known.iter().filter(|product| product.ours).map(|product| product.name.clone()).collect();
    let wanted = if products.is_empty() { &ours } else { products };
    if wanted.is_empty() {
        bail!("no product of phrases/products.toml is ours; name one with --product");
    }
    for unknown in wanted.iter().filter(|name| !known.iter().any(|product| product.name == **name)) {
        eprintln!("`{unknown}` is not in phrases/products.toml yet; add it there, so that what is said of it is joined to it");
    }
    let named: Vec<Named<'_>> = wanted.iter().map(|name| Named { name, chinese: chinese_name(known, name) }).collect();
    let before = file.text().len();
    let mut written = Written::default();
    for block in pack.blocks(&named) {
        match block.is_live {
            true => match file.add(&block.text)? {
                Added::As(name) => written.added.push(name),
                Added::Listed(name) => written.listed.push(name),
            },
            false => written.notes += usize::from(file.note(&block.text)?),
        }
    }
    let text = file.text().get(before..).unwrap_or_default().trim_start().to_owned();
    if !dry_run {
        file.save()?;
    }
    tell(pack, &written, &text, dry_run, json)?;
    Ok(if written.added.is_empty() && written.notes == 0 { Ran::WithFailures } else { Ran::Fine })
}

/// What a product is called in Chinese.
fn chinese_name<'a>(known: &'a [Product], name: &str) -> Option<&'a str> {
    let is_han = |name: &&str| name.chars().any(|letter| matches!(letter, '\u{4e00}'..='\u{9fff}'));
    known.iter().find(|product| product.name == name)?.all_names().find(is_han)
}

fn tell(pack: &Pack, written: &Written, text: &str, dry_run: bool, json: bool) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    if json {
        let line = json!({
            "pack": pack.name,
            "added": if dry_run { &[] } else { written.added.as_slice() },
            "listed": written.listed,
            "notes": written.notes,
            "entries": text,
        });
        writeln!(out, "{line}")?;
        return Ok(());
    }
    if dry_run {
        writeln!(out, "{text}\nNothing was written.")?;
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
