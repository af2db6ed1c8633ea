//! The products to listen for, as `products.toml` writes them.
//!
//! Every mistake is reported with its line and remedy, and the rest is used all the same. Knows nothing of matching.

use std::collections::HashMap;

use serde::Deserialize;

use super::lists::plain_forms;
use crate::mention::Product;
use crate::text::fold;
use crate::tomlfile::{Problem, TomlFile, entries};

/// The products of `products.toml`, as far as it could be read.
pub(super) fn read_products(file: Result<TomlFile, Problem>, problems: &mut Vec<Problem>) -> Vec<Product> {
    let mut products = Vec::new();
    let file = match file {
        Ok(file) => file,
        Err(problem) => {
            problems.push(problem);
            return products;
        }
    };
    let table = file.table();
    for (key, _) in table.iter().filter(|(key, _)| key.get_ref() != "product") {
        let what = format!("unknown key `{}`", key.get_ref());
        file.problem(Some(key.span().start), "", what, "this file holds `[[product]]` entries only");
    }
    let mut taken: HashMap<String, String> = HashMap::new();
    for entry in entries(&file, &table, "product") {
        let thing = product_thing(entry.get_ref());
        let Some(product) = file.decode::<ProductEntry>(&entry, &thing, &[]) else { continue };
        products.extend(product_of(&file, entry.span().start, &thing, product, &mut taken));
    }
    drop(table);
    problems.extend(file.into_problems());
    products
}

/// A product with those of its names that no other product has.
fn product_of(file: &TomlFile, at: usize, thing: &str, entry: ProductEntry, taken: &mut HashMap<String, String>) -> Option<Product> {
    let mut names = Vec::new();
    for name in std::iter::once(&entry.name).chain(&entry.names) {
        let key = fold(name.trim());
        if !key.contains(char::is_alphanumeric) {
            file.problem(Some(at), thing, "has a name without letters", "write at least one letter or digit, or delete it");
        } else if let Some(owner) = taken.get(&key).filter(|owner| **owner != entry.name) {
            let what = format!("its name `{name}` is already taken by product `{owner}`");
            file.problem(Some(at), thing, what, "give every product names of its own");
        } else if taken.insert(key, entry.name.clone()).is_none() {
            names.push(name.trim().to_owned());
            continue;
        }
        if *name == entry.name {
            return None;
        }
    }
    let mut names = names.into_iter();
    let required = plain_forms(file, Some(at), thing, "required", &entry.required);
    let excluded = plain_forms(file, Some(at), thing, "excluded", &entry.excluded);
    Some(Product { name: names.next()?, ours: entry.ours, names: names.collect(), required, excluded })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProductEntry {
    name: String,
    #[serde(default)]
    ours: bool,
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    required: Vec<String>,
    #[serde(default)]
    excluded: Vec<String>,
}

fn product_thing(entry: &toml::de::DeTable<'_>) -> String {
    let name = entry.get("name").and_then(|name| name.get_ref().as_str());
    name.map_or_else(|| "a product".to_owned(), |name| format!("product `{name}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(products: &str) -> (Vec<Product>, Vec<String>) {
        let mut problems = Vec::new();
        let products = read_products(Ok(TomlFile::from_text("phrases/products.toml", products.to_owned())), &mut problems);
        (products, problems.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn products_keep_the_names_that_are_theirs() {
        let products = "[[product]]\nname = \"Acme\"\nours = true\nnames = [\"爱可米\", \"ACME\", \" \"]\n\
                        [[product]]\nname = \"Bolt\"\nnames = [\"acme\", \"B-1\"]\ncolour = 1\n[[product]]\nname = \"acme\"\n";
        let (products, problems) = read(products);
        let kept: Vec<_> = products.iter().map(|product| (product.ours, product.all_names().collect::<Vec<_>>())).collect();
        assert_eq!(kept, [(true, vec!["Acme", "爱可米"])]);
        let expected = [
            "phrases/products.toml:1: product `Acme`: has a name without letters",
            "phrases/products.toml:8: product `Bolt`: unknown key `colour`",
            "phrases/products.toml:9: product `acme`: its name `acme` is already taken by product `Acme`",
        ];
        for want in expected {
            assert!(problems.iter().any(|problem| problem.starts_with(want)), "{want}\n{problems:#?}");
        }
    }

    #[test]
    fn words_beside_a_name_are_read_like_phrases() {
        let text =
            "[[product]]\nname = \"Notion\"\nrequired = [\"workspace\", \"note(s) app\"]\nexcluded = [\"the notion\", \"a … b\", \"!\"]\n";
        let (products, problems) = read(text);
        assert_eq!(products[0].required, ["workspace", "notes app", "note app"]);
        assert_eq!(products[0].excluded, ["the notion"]);
        let expected = [
            "phrases/products.toml:1: product `Notion`: `a … b` under `excluded` has a gap, which only phrases may have; \
             write the words out, or give each part an entry of its own",
            "phrases/products.toml:1: product `Notion`: `!` under `excluded` says nothing; \
             write words between the quotes, or delete the entry",
        ];
        assert_eq!(problems, expected);
    }
}
