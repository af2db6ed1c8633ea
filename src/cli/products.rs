//! `goodword products`: what is listened for, shown and changed.

use std::io::Write;
use std::path::Path;

use clap::Subcommand;

use super::sources::table;
use super::{Ran, paint};
use crate::app::{Phrasebook, remove_product};
use crate::config::Config;
use crate::mention::Product;

/// What `products` takes.
pub(super) type Args = super::Acting<Action>;

#[derive(Debug, Subcommand)]
pub(super) enum Action {
    /// Each product with the names it is known by
    List,
    /// Add a product to phrases/products.toml
    Add {
        /// The name shown everywhere; it always counts
        name: String,
        /// It is ours, not a competitor's
        #[arg(long)]
        ours: bool,
        /// Other ways people write it
        #[arg(long, value_delimiter = ',', value_name = "NAME,…")]
        names: Vec<String>,
    },
    /// Remove a product from phrases/products.toml
    Remove {
        /// Its name
        name: String,
    },
}

pub(super) fn run(dir: &Path, args: Args) -> anyhow::Result<Ran> {
    match args.action {
        None | Some(Action::List) => list(dir, args.json),
        Some(Action::Add { name, ours, names }) => {
            let tidy = |name: &String| name.trim().to_owned();
            let names = names.iter().map(tidy).filter(|name| !name.is_empty()).collect();
            add(dir, &Product { name: tidy(&name), ours, names, ..Product::default() }, args.json)
        }
        Some(Action::Remove { name }) => remove(dir, &name, args.json),
    }
}

fn list(dir: &Path, json: bool) -> anyhow::Result<Ran> {
    let config = Config::read(dir);
    let ran = paint::problems(&config.problems);
    let mut out = std::io::stdout().lock();
    let mut table = table(&["product", "whose", "also written"]);
    for product in &config.lists.products {
        if json {
            writeln!(out, "{}", as_json(product))?;
        }
        table.add_row([product.name.as_str(), whose(product), &product.names.join(", ")]);
    }
    if !json {
        writeln!(out, "{table}")?;
    }
    Ok(ran)
}

fn add(dir: &Path, product: &Product, json: bool) -> anyhow::Result<Ran> {
    let mut book = Phrasebook::read(dir)?;
    book.add_product(product)?;
    book.save()?;
    tell(product, "added", json)
}

fn remove(dir: &Path, name: &str, json: bool) -> anyhow::Result<Ran> {
    let product = remove_product(dir, name)?;
    tell(&product, "removed", json)
}

fn tell(product: &Product, what: &str, json: bool) -> anyhow::Result<Ran> {
    let mut out = std::io::stdout().lock();
    if json {
        writeln!(out, "{}", as_json(product))?;
        return Ok(Ran::Fine);
    }
    let names = if product.names.is_empty() { String::new() } else { format!(", also written {}", product.names.join(", ")) };
    writeln!(out, "{what} `{}` ({}{names})", product.name, whose(product))?;
    writeln!(out, "{}", super::phrases::WHEN)?;
    Ok(Ran::Fine)
}

fn whose(product: &Product) -> &'static str {
    if product.ours { "ours" } else { "a competitor's" }
}

fn as_json(product: &Product) -> serde_json::Value {
    serde_json::json!({ "name": product.name, "ours": product.ours, "names": product.names })
}
