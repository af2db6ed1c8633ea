//! What people change in the files from the page or through the API: written whole or not at all, noted under their name, and heard
//! of at once. The command line writes the same files and notes nothing, as whoever is at it can edit them anyway.

use super::phrasebook::{Added, Listed, NewPhrase, Phrasebook, Which, remove_product};
use super::{App, PackAdded, Wished, list_draft};
use crate::config::SourcesFile;
use crate::mention::Product;
use crate::sources::Draft;
use crate::tomlfile::name_the_valid;

impl App {
    /// Adds a phrase to its list.
    pub async fn list_phrase(&self, new: &NewPhrase, by: &str) -> anyhow::Result<Added> {
        let mut book = Phrasebook::read(self.dir())?;
        let added = book.add(new)?;
        book.save()?;
        self.changed(by, "phrase-added", &told(&added.listed)).await?;
        Ok(added)
    }

    /// Takes a phrase out of its list.
    pub async fn unlist_phrase(&self, phrase: &str, which: &Which, by: &str) -> anyhow::Result<Listed> {
        let mut book = Phrasebook::read(self.dir())?;
        let removed = book.remove(phrase, which)?;
        book.save()?;
        self.changed(by, "phrase-removed", &told(&removed)).await?;
        Ok(removed)
    }

    /// Adds a product.
    pub async fn list_product(&self, product: &Product, by: &str) -> anyhow::Result<()> {
        anyhow::ensure!(!product.name.trim().is_empty(), "a product needs a name");
        let mut book = Phrasebook::read(self.dir())?;
        book.add_product(product)?;
        book.save()?;
        self.changed(by, "product-added", &product.name).await
    }

    /// Takes a product out, unless a source is about it.
    pub async fn unlist_product(&self, name: &str, by: &str) -> anyhow::Result<Product> {
        let product = remove_product(self.dir(), name)?;
        self.changed(by, "product-removed", &product.name).await?;
        Ok(product)
    }

    /// Listens to a source, or no more; what it showed stays.
    pub async fn enable_source(&self, name: &str, enabled: bool, by: &str) -> anyhow::Result<()> {
        let mut file = self.sources_with(name)?;
        if file.set_enabled(name, enabled)? {
            file.save()?;
            self.changed(by, if enabled { "source-resumed" } else { "source-paused" }, name).await?;
        }
        Ok(())
    }

    /// Takes a source out of sources.toml; what it showed stays.
    pub async fn unlist_source(&self, name: &str, by: &str) -> anyhow::Result<()> {
        let mut file = self.sources_with(name)?;
        file.remove(name)?;
        file.save()?;
        self.changed(by, "source-removed", name).await
    }

    /// Writes what was found at an address into sources.toml, as it is wished; returns its name.
    pub async fn list_source(&self, draft: Draft, wished: &Wished, by: &str) -> anyhow::Result<String> {
        let mut file = SourcesFile::read(self.dir())?;
        let (name, _) = list_draft(&mut file, self.scout().finished(draft, wished)?)?;
        file.save()?;
        self.changed(by, "source-added", &name).await?;
        Ok(name)
    }

    /// What a pack would add for these products, or ours if none is named.
    pub fn preview_pack(&self, pack: &str, products: &[String]) -> anyhow::Result<PackAdded> {
        self.scout().add_pack(&mut SourcesFile::read(self.dir())?, pack, products)
    }

    /// Adds a pack to sources.toml.
    pub async fn list_pack(&self, pack: &str, products: &[String], by: &str) -> anyhow::Result<PackAdded> {
        let mut file = SourcesFile::read(self.dir())?;
        let added = self.scout().add_pack(&mut file, pack, products)?;
        file.save()?;
        self.changed(by, "pack-added", &format!("{pack} · {}", added.added.join(", "))).await?;
        Ok(added)
    }

    fn sources_with(&self, name: &str) -> anyhow::Result<SourcesFile> {
        let file = SourcesFile::read(self.dir())?;
        let names = file.names();
        anyhow::ensure!(names.contains(&name), "there is no source `{name}`; {}", name_the_valid(name, &names));
        Ok(file)
    }

    async fn changed(&self, by: &str, what: &str, about: &str) -> anyhow::Result<()> {
        self.note_deed(by, what, about).await?;
        self.reload();
        Ok(())
    }
}

fn told(listed: &Listed) -> String {
    format!("{} · {} · {}", listed.phrase, listed.list, listed.theme)
}
