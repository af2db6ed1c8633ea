//! The lists that people edit: phrases of praise and complaint by theme, and the products to listen for.
//!
//! Every mistake is reported with its line and remedy, and the rest is used all the same. Knows nothing of matching.

use std::collections::HashMap;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeArray, DeValue};
use xxhash_rust::xxh3::xxh3_64;

use super::pattern::forms;
use crate::mention::{Lang, Polarity, Product};
use crate::text::fold;
use crate::tomlfile::{Problem, TomlFile, entries};

/// A file of phrases of one polarity and language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// Its name, such as `praise.en`.
    pub name: String,
    /// Changes whenever the file does.
    pub version: String,
    /// Whether it holds praise or complaints.
    pub polarity: Polarity,
    /// The language it is written in.
    pub lang: Lang,
}

/// An entry of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// The entry as written.
    pub written: String,
    /// The theme it stands under.
    pub theme: String,
    /// The list it stands in, an index of [`Lists::lists`].
    pub list: usize,
    /// The plain forms it stands for.
    pub forms: Vec<String>,
}

/// All that is listened for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lists {
    /// The files that were read.
    pub lists: Vec<List>,
    /// Their entries that are in order.
    pub phrases: Vec<Phrase>,
    /// Our and competitors' products.
    pub products: Vec<Product>,
}

impl Lists {
    /// Reads `dir/phrases/{praise,complaint}.*.toml` and `dir/phrases/products.toml`, with all problems found in them.
    pub fn read(dir: &Path) -> (Self, Vec<Problem>) {
        let mut lists = Self::default();
        let mut problems = Vec::new();
        match list_files(dir) {
            Ok(names) => names.iter().for_each(|name| lists.read_list(dir, name, &mut problems)),
            Err(error) => problems.push(Problem {
                file: "phrases".to_owned(),
                line: None,
                thing: String::new(),
                what: format!("cannot be listed: {error}"),
                remedy: "run `goodword init` to write starter lists".to_owned(),
            }),
        }
        lists.read_products(dir, &mut problems);
        (lists, problems)
    }

    /// A short name for just these lists and products: it changes when any of them does.
    pub fn version(&self) -> String {
        let lists: Vec<String> = self.lists.iter().map(|list| format!("{}@{}", list.name, list.version)).collect();
        let all = format!("{} {lists:?} {:?}", env!("CARGO_PKG_VERSION"), self.products);
        format!("{:016x}", xxh3_64(all.as_bytes()))
    }

    fn read_list(&mut self, dir: &Path, name: &str, problems: &mut Vec<Problem>) {
        let file_name = format!("phrases/{name}.toml");
        let Some((polarity, lang)) = list_kind(name) else {
            return problems.push(Problem {
                file: file_name,
                line: None,
                thing: String::new(),
                what: "is not named after a polarity and a language".to_owned(),
                remedy: "name it like `praise.en.toml` or `complaint.zh.toml`".to_owned(),
            });
        };
        match TomlFile::read(dir, &file_name) {
            Ok(file) => {
                let version = format!("{:08x}", xxh3_64(file.text().as_bytes()) as u32);
                self.lists.push(List { name: name.to_owned(), version, polarity, lang });
                self.read_themes(&file);
                problems.extend(file.into_problems());
            }
            Err(problem) => problems.push(problem),
        }
    }

    /// Reads the themes of the list that was added last.
    fn read_themes(&mut self, file: &TomlFile) {
        let mut taken = self.taken_forms();
        let table = file.table();
        let mut themes: Vec<_> = table.iter().collect();
        themes.sort_by_key(|(theme, _)| theme.span().start);
        for (theme, value) in themes {
            let at = theme.span().start;
            let theme = theme.get_ref();
            let thing = format!("theme `{theme}`");
            match value.get_ref() {
                _ if theme.trim().is_empty() => file.problem(Some(at), "a theme", "has no name", "name it, as in `\"ease of use\" = […]`"),
                DeValue::Array(items) => self.read_phrases(file, theme, items, &mut taken),
                _ => file.problem(Some(at), &thing, "is not a list of phrases", "write it as `\"theme\" = [\"a phrase\", \"another\"]`"),
            }
        }
    }

    /// The forms of lists that speak the language of the last one, with the phrase they belong to.
    fn taken_forms(&self) -> HashMap<String, usize> {
        let Some(lang) = self.lists.last().map(|list| list.lang.clone()) else { return HashMap::new() };
        let same_language = |phrase: &Phrase| self.lists.get(phrase.list).is_some_and(|list| list.lang == lang);
        let phrases = self.phrases.iter().enumerate().filter(|(_, phrase)| same_language(phrase));
        phrases.flat_map(|(at, phrase)| phrase.forms.iter().map(move |form| (fold(form), at))).collect()
    }

    fn read_phrases(&mut self, file: &TomlFile, theme: &str, items: &DeArray<'_>, taken: &mut HashMap<String, usize>) {
        for item in items.iter() {
            let at = Some(item.span().start);
            let Some(written) = written_phrase(file, theme, item) else { continue };
            let thing = format!("phrase `{written}`");
            match forms(&written) {
                Err(unreadable) => file.problem(at, &thing, unreadable.to_string(), unreadable.remedy()),
                Ok(forms) => {
                    self.add_phrase(file, at, Phrase { written, theme: theme.to_owned(), list: self.lists.len() - 1, forms }, taken)
                }
            }
        }
    }

    /// Adds a phrase with those of its forms that no other phrase has.
    fn add_phrase(&mut self, file: &TomlFile, at: Option<usize>, mut phrase: Phrase, taken: &mut HashMap<String, usize>) {
        let thing = format!("phrase `{}`", phrase.written);
        let mut free = Vec::new();
        for form in std::mem::take(&mut phrase.forms) {
            let key = fold(&form);
            let Some(other) = taken.get(&key).and_then(|other| self.phrases.get_mut(*other)) else {
                taken.insert(key, self.phrases.len());
                free.push(form);
                continue;
            };
            if other.list != phrase.list {
                let list = self.lists.get(other.list).map_or("", |list| list.name.as_str());
                let what = format!("`{form}` also stands in `{list}` (as `{}`), so it counts in neither", other.written);
                file.problem(at, &thing, what, "keep it in one of the two");
                other.forms.retain(|taken| fold(taken) != key);
            } else if other.written == phrase.written {
                let what = format!("stands twice, under `{}` and `{}`", other.theme, phrase.theme);
                file.problem(at, &thing, what, "delete one of the two");
                return;
            }
        }
        if !free.is_empty() {
            self.phrases.push(Phrase { forms: free, ..phrase });
        }
    }

    fn read_products(&mut self, dir: &Path, problems: &mut Vec<Problem>) {
        let file = match TomlFile::read(dir, "phrases/products.toml") {
            Ok(file) => file,
            Err(problem) => return problems.push(problem),
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
            self.add_product(&file, entry.span().start, &thing, product, &mut taken);
        }
        drop(table);
        problems.extend(file.into_problems());
    }

    /// Adds a product with those of its names that no other product has.
    fn add_product(&mut self, file: &TomlFile, at: usize, thing: &str, entry: ProductEntry, taken: &mut HashMap<String, String>) {
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
                return;
            }
        }
        let mut names = names.into_iter();
        if let Some(name) = names.next() {
            self.products.push(Product { name, ours: entry.ours, names: names.collect() });
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProductEntry {
    name: String,
    #[serde(default)]
    ours: bool,
    #[serde(default)]
    names: Vec<String>,
}

fn product_thing(entry: &toml::de::DeTable<'_>) -> String {
    let name = entry.get("name").and_then(|name| name.get_ref().as_str());
    name.map_or_else(|| "a product".to_owned(), |name| format!("product `{name}`"))
}

/// The phrase that an item of a theme writes: a string, or a table with the key `phrase`.
fn written_phrase(file: &TomlFile, theme: &str, item: &Spanned<DeValue<'_>>) -> Option<String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Entry {
        phrase: String,
    }
    let thing = format!("theme `{theme}`");
    match item.get_ref() {
        DeValue::String(written) => Some(written.to_string()),
        DeValue::Table(table) => file.decode::<Entry>(&Spanned::new(item.span(), table.clone()), &thing, &[]).map(|entry| entry.phrase),
        _ => {
            file.problem(Some(item.span().start), &thing, "holds something that is not a phrase", "put every phrase in quotes");
            None
        }
    }
}

/// The names, without `.toml`, of the files in `dir/phrases` that should be lists.
fn list_files(dir: &Path) -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(dir.join("phrases"))? {
        let name = entry?.file_name();
        let list = name.to_str().and_then(|name| name.strip_suffix(".toml")).filter(|name| *name != "products" && !name.starts_with('.'));
        // Lists of promotion are read by `noise`.
        let list = list.filter(|name| !name.starts_with("promo."));
        names.extend(list.map(str::to_owned));
    }
    names.sort();
    Ok(names)
}

fn list_kind(name: &str) -> Option<(Polarity, Lang)> {
    let (polarity, lang) = name.split_once('.')?;
    let polarity = match polarity {
        "praise" => Polarity::Praise,
        "complaint" => Polarity::Complaint,
        _ => return None,
    };
    Some((polarity, Lang::parse(lang)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phrases::pattern;

    fn read(files: &[(&str, &str)]) -> (Lists, Vec<String>) {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("phrases")).unwrap();
        for (name, text) in files {
            std::fs::write(dir.path().join("phrases").join(name), text).unwrap();
        }
        let (lists, problems) = Lists::read(dir.path());
        (lists, problems.iter().map(ToString::to_string).collect())
    }

    const NO_PRODUCTS: (&str, &str) = ("products.toml", "");

    #[test]
    fn lists_are_read_with_their_language_theme_and_forms() {
        let praise = "\"ease of use\" = [\n  \"easy (to use)\",\n  { phrase = \"intuitive\" },\n]\n";
        let (lists, problems) = read(&[("praise.en.toml", praise), NO_PRODUCTS]);
        assert_eq!(problems, [""; 0]);
        assert_eq!((lists.lists[0].name.as_str(), lists.lists[0].lang.as_str()), ("praise.en", "en"));
        let phrases: Vec<_> =
            lists.phrases.iter().map(|phrase| (phrase.written.as_str(), phrase.theme.as_str(), phrase.forms.len())).collect();
        assert_eq!(phrases, [("easy (to use)", "ease of use", 2), ("intuitive", "ease of use", 1)]);
    }

    #[test]
    fn the_version_changes_with_the_file() {
        let (first, _) = read(&[("praise.en.toml", "overall = [\"fine\"]"), NO_PRODUCTS]);
        let (second, _) = read(&[("praise.en.toml", "overall = [\"good\"]"), NO_PRODUCTS]);
        assert_ne!(first.lists[0].version, second.lists[0].version);
    }

    #[test]
    fn every_mistake_in_a_list_is_named_and_the_rest_is_used() {
        let complaint = "overall = [\"cheap\", \"slow\"]\n";
        let praise = "overall = [\n\"good\",\n\" \",\n\"{a,b\",\n\"good\",\n7,\n\"Cheap\",\n{ word = \"x\" },\n]\nspeed = 3\n";
        let (lists, problems) = read(&[("complaint.en.toml", complaint), ("praise.en.toml", praise), ("praise.toml", ""), NO_PRODUCTS]);
        let expected = [
            "phrases/praise.en.toml:3: phrase ` `: says nothing",
            "phrases/praise.en.toml:4: phrase `{a,b`: `{` has no partner",
            "phrases/praise.en.toml:5: phrase `good`: stands twice, under `overall` and `overall`",
            "phrases/praise.en.toml:6: theme `overall`: holds something that is not a phrase",
            "phrases/praise.en.toml:7: phrase `Cheap`: `Cheap` also stands in `complaint.en` (as `cheap`), so it counts in neither",
            "phrases/praise.en.toml:8: theme `overall`: unknown key `word`",
            "phrases/praise.en.toml:10: theme `speed`: is not a list of phrases",
            "phrases/praise.toml: is not named after a polarity and a language",
        ];
        for want in expected {
            assert!(problems.iter().any(|problem| problem.starts_with(want)), "{want}\n{problems:#?}");
        }
        let left: Vec<_> = lists.phrases.iter().flat_map(|phrase| &phrase.forms).collect();
        assert_eq!(left, ["slow", "good"]);
    }

    #[test]
    fn products_keep_the_names_that_are_theirs() {
        let products = "[[product]]\nname = \"Acme\"\nours = true\nnames = [\"爱可米\", \"ACME\", \" \"]\n\
                        [[product]]\nname = \"Bolt\"\nnames = [\"acme\", \"B-1\"]\ncolour = 1\n[[product]]\nname = \"acme\"\n";
        let (lists, problems) = read(&[("products.toml", products)]);
        let kept: Vec<_> = lists.products.iter().map(|product| (product.ours, product.all_names().collect::<Vec<_>>())).collect();
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
    fn missing_files_are_problems_with_a_remedy() {
        let dir = tempfile::tempdir().unwrap();
        let (lists, problems) = Lists::read(dir.path());
        assert_eq!(lists, Lists::default());
        assert_eq!(problems.len(), 2);
        assert!(problems.iter().all(|problem| problem.remedy.contains("goodword init")));
    }

    #[test]
    fn too_many_forms_are_refused() {
        let ten = "{0,1,2,3,4,5,6,7,8,9}";
        let (lists, problems) = read(&[("praise.en.toml", &format!("a = [\"{ten}{ten}{ten}\"]")), NO_PRODUCTS]);
        assert!(lists.phrases.is_empty());
        assert!(problems[0].contains(&format!("stands for more than {} forms", pattern::MOST_FORMS)), "{problems:?}");
    }
}
