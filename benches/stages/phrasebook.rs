//! Generated lists: phrases of praise and complaint in two languages, and products with their names.
//!
//! They are written as the files that people edit and read back through [`Lists`], so that a bench takes the product's own way.

use std::fmt::Write;
use std::path::Path;

use anyhow::ensure;
use goodword::phrases::Lists;

use crate::words;

/// All phrases and products that voices may use.
#[derive(Debug)]
pub(crate) struct Phrasebook {
    /// Good and bad things said in English.
    pub(crate) english: Vec<String>,
    /// Good and bad things said in Chinese.
    pub(crate) chinese: Vec<String>,
    /// The names of products, English and Chinese.
    pub(crate) products: Vec<(String, String)>,
    files: Vec<(&'static str, String)>,
}

impl Phrasebook {
    /// 10,000 phrases and 200 products.
    pub(crate) fn new() -> Self {
        let mut book = Self { english: Vec::new(), chinese: Vec::new(), products: products(), files: Vec::new() };
        for (file, words) in [("praise.en", words::ENGLISH_PRAISE), ("complaint.en", words::ENGLISH_COMPLAINT)] {
            let phrases = pairs(words::ENGLISH_ASPECTS, words, |aspect, word| format!("{word} {aspect}"));
            book.add_file(file, &phrases);
            book.english.extend(phrases.into_iter().map(|(_, phrase)| phrase));
        }
        for (file, words) in [("praise.zh", words::CHINESE_PRAISE), ("complaint.zh", words::CHINESE_COMPLAINT)] {
            let phrases = pairs(words::CHINESE_ASPECTS, words, |aspect, word| format!("{aspect}{word}"));
            book.add_file(file, &phrases);
            book.chinese.extend(phrases.into_iter().map(|(_, phrase)| phrase));
        }
        book
    }

    fn add_file(&mut self, name: &'static str, phrases: &[(&str, String)]) {
        let mut text = String::new();
        let mut theme = "";
        for (aspect, phrase) in phrases {
            if *aspect != theme {
                text.push_str(if theme.is_empty() { "" } else { "]\n" });
                theme = aspect;
                writeln!(text, "\"{theme}\" = [").expect("a string takes all that is written to it");
            }
            writeln!(text, "  \"{phrase}\",").expect("a string takes all that is written to it");
        }
        text.push_str("]\n");
        self.files.push((name, text));
    }

    /// Writes the files under `dir/phrases` and reads them back.
    pub(crate) fn write(&self, dir: &Path) -> anyhow::Result<Lists> {
        let folder = dir.join("phrases");
        std::fs::create_dir_all(&folder)?;
        for (name, text) in &self.files {
            std::fs::write(folder.join(format!("{name}.toml")), text)?;
        }
        let product = |(english, chinese): &(String, String)| format!("[[product]]\nname = \"{english}\"\nnames = [\"{chinese}\"]\n");
        std::fs::write(folder.join("products.toml"), self.products.iter().map(product).collect::<String>())?;
        let (lists, problems) = Lists::read(dir);
        ensure!(problems.is_empty(), "the generated lists have mistakes: {:?}", problems.first());
        ensure!((lists.phrases.len(), lists.products.len()) == (10_000, 200), "the generated lists are not of the size meant");
        Ok(lists)
    }
}

/// Every aspect with every word said of it.
fn pairs<'a>(aspects: &'a str, words: &str, join: impl Fn(&str, &str) -> String) -> Vec<(&'a str, String)> {
    let with_aspect = |aspect: &'a str| words.split_whitespace().map(|word| (aspect, join(aspect, word))).collect::<Vec<_>>();
    aspects.split_whitespace().flat_map(with_aspect).collect()
}

fn products() -> Vec<(String, String)> {
    let names = |(heads, tails): (&str, &str), between: &str| -> Vec<String> {
        let with_head = |head| tails.split_whitespace().map(move |tail| format!("{head}{between}{tail}")).collect::<Vec<_>>();
        heads.split_whitespace().flat_map(with_head).collect()
    };
    names(words::ENGLISH_NAMES, " ").into_iter().zip(names(words::CHINESE_NAMES, "")).collect()
}
