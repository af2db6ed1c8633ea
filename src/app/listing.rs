//! Entries for `sources.toml`: made of what was found at an address, as somebody wishes them, or of a pack of starting places.

use anyhow::{Context, bail};

use super::{App, Scout};
use crate::config::{Added, SourcesFile};
use crate::mention::Product;
use crate::sources::Draft;
use crate::sources::packs::{Named, PACKS, Pack};
use crate::tomlfile::{Problem, name_the_valid};

/// What somebody wishes of an entry; what is not said stays as it was drafted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wished {
    /// Its name.
    pub name: Option<String>,
    /// How often it is asked.
    pub every: Option<String>,
    /// The product it is about.
    pub product: Option<String>,
}

/// What came of adding a pack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackAdded {
    /// The names of the new entries.
    pub added: Vec<String>,
    /// The places that are listed already, by the names they have.
    pub listed: Vec<String>,
    /// Blocks of comments that say what is needed for more.
    pub notes: usize,
    /// Products that nobody listens for yet.
    pub unknown: Vec<String>,
    /// All that was written.
    pub text: String,
}

impl App {
    /// Looks at places on this installation's behalf.
    pub fn scout(&self) -> Scout {
        Scout::of(self.reader.clone())
    }
}

impl Scout {
    /// The entry as it is wished, valid.
    pub fn finished(&self, mut draft: Draft, wished: &Wished) -> anyhow::Result<Draft> {
        draft.name = wished.name.clone().unwrap_or(draft.name);
        draft.every = wished.every.clone().unwrap_or(draft.every);
        draft.product = wished.product.clone().or(draft.product);
        match draft.source(self.dir(), &self.products()) {
            Ok(_) => Ok(draft),
            Err(problems) => {
                let told = |problem: &Problem| match problem.remedy.as_str() {
                    "" => problem.what.clone(),
                    remedy => format!("{}; {remedy}", problem.what),
                };
                bail!("{}", problems.iter().map(told).collect::<Vec<_>>().join("\n"))
            }
        }
    }

    /// Adds a pack to `file` for the products of these names, or ours if none is named.
    pub fn add_pack(&self, file: &mut SourcesFile, pack: &str, products: &[String]) -> anyhow::Result<PackAdded> {
        let names: Vec<&str> = PACKS.iter().map(|pack| pack.name).collect();
        let pack = Pack::named(pack).with_context(|| format!("there is no pack `{pack}`; {}", name_the_valid(pack, &names)))?;
        let known = &self.config().lists.products;
        let ours: Vec<String> = known.iter().filter(|product| product.ours).map(|product| product.name.clone()).collect();
        let wanted = if products.is_empty() { &ours } else { products };
        if wanted.is_empty() {
            bail!("no product of phrases/products.toml is ours; name one with --product");
        }
        let unknown = wanted.iter().filter(|name| !known.iter().any(|product| product.name == **name)).cloned().collect();
        let named: Vec<Named<'_>> = wanted.iter().map(|name| Named { name, chinese: chinese_name(known, name) }).collect();
        let before = file.text().len();
        let mut written = PackAdded { unknown, ..PackAdded::default() };
        for block in pack.blocks(&named) {
            match block.is_live {
                true => match file.add(&block.text)? {
                    Added::As(name) => written.added.push(name),
                    Added::Listed(name) => written.listed.push(name),
                },
                false => written.notes += usize::from(file.note(&block.text)?),
            }
        }
        file.text().get(before..).unwrap_or_default().trim_start().clone_into(&mut written.text);
        Ok(written)
    }
}

/// Puts an entry into `file`; returns its name and text.
pub fn list_draft(file: &mut SourcesFile, mut draft: Draft) -> anyhow::Result<(String, String)> {
    match file.add(&draft.to_toml())? {
        Added::As(name) => {
            draft.name.clone_from(&name);
            Ok((name, draft.to_toml()))
        }
        Added::Listed(name) => bail!("listed already as `{name}`"),
    }
}

/// What a product is called in Chinese.
fn chinese_name<'a>(known: &'a [Product], name: &str) -> Option<&'a str> {
    let is_han = |name: &&str| name.chars().any(|letter| matches!(letter, '\u{4e00}'..='\u{9fff}'));
    known.iter().find(|product| product.name == name)?.all_names().find(is_han)
}
