//! Packs: starting places of an industry, as entries to be written for the products listened for.
//!
//! A pack is a file of blocks set apart by empty lines. Its first block says what it is; a block that names a product
//! (`{product}` and the like) is written once for each; one whose entry stands in comments needs something first.

use super::draft::{quoted, slug};

/// Starting places of an industry.
#[derive(Clone, Copy, Debug)]
pub struct Pack {
    /// Its name.
    pub name: &'static str,
    text: &'static str,
}

/// The packs there are.
pub const PACKS: [Pack; 7] = [
    Pack { name: "developer-tools", text: include_str!("developer-tools.toml") },
    Pack { name: "saas", text: include_str!("saas.toml") },
    Pack { name: "consumer-apps", text: include_str!("consumer-apps.toml") },
    Pack { name: "games", text: include_str!("games.toml") },
    Pack { name: "shops", text: include_str!("shops.toml") },
    Pack { name: "wordpress", text: include_str!("wordpress.toml") },
    Pack { name: "china", text: include_str!("china.toml") },
];

/// A product as packs speak of it.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it is called in Chinese.
    pub chinese: Option<&'a str>,
}

/// Some lines of a pack, filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The lines.
    pub text: String,
    /// Whether they hold an entry that can be listened to at once.
    pub is_live: bool,
}

impl Pack {
    /// The pack of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        PACKS.iter().find(|pack| pack.name == name)
    }

    /// What it is, in a sentence.
    pub fn about(&self) -> &'static str {
        self.text.lines().next().unwrap_or_default().trim_start_matches("# ")
    }

    /// Its blocks, filled in for `products`.
    pub fn blocks(&self, products: &[Named<'_>]) -> Vec<Block> {
        let mut blocks = Vec::new();
        for text in self.text.split("\n\n").skip(1).map(str::trim).filter(|text| !text.is_empty()) {
            let is_live = text.lines().any(|line| line.starts_with("[["));
            let mut push = |text: String| {
                let block = Block { text: text + "\n", is_live };
                if !blocks.contains(&block) {
                    blocks.push(block);
                }
            };
            if text.contains('{') && FIELDS.iter().any(|field| text.contains(field)) {
                products.iter().for_each(|product| push(product.fill(text)));
            } else {
                push(text.to_owned());
            }
        }
        blocks
    }
}

/// What stands for a product in a pack: its name, as a part of names, as a hashtag; and its Chinese name.
const FIELDS: [&str; 4] = ["{product}", "{slug}", "{tag}", "{chinese}"];

impl Named<'_> {
    fn fill(&self, text: &str) -> String {
        let chinese = self.chinese.unwrap_or(self.name);
        let tag: String = self.name.to_lowercase().chars().filter(|letter| letter.is_alphanumeric()).collect();
        let written = |name: &str| {
            let quoted = quoted(name);
            quoted.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(name).to_owned()
        };
        let values = [written(self.name), slug(self.name), tag, written(chinese)];
        let mut filled = String::new();
        let mut rest = text;
        // In one pass: a product's name may look like a field.
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let field = FIELDS.iter().zip(&values).find_map(|(field, value)| Some((value, after.strip_prefix(field.get(1..)?)?)));
            let (value, after) = field.map_or(("{", after), |(value, after)| (value.as_str(), after));
            filled.push_str(value);
            rest = after;
        }
        filled + rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::read_sources;
    use crate::tomlfile::TomlFile;

    const PRODUCTS: [Named<'_>; 2] =
        [Named { name: "Acme \"Desk\" 2\\", chinese: Some("艾克美") }, Named { name: "Q&A {query}", chinese: None }];

    #[test]
    fn every_entry_of_every_pack_is_valid_also_those_in_comments() {
        for pack in PACKS {
            for block in pack.blocks(&PRODUCTS) {
                let bare: String = block
                    .text
                    .lines()
                    .map(|line| line.strip_prefix("# ").filter(|line| line.starts_with("[[") || line.contains(" = ")).unwrap_or(line))
                    .flat_map(|line| [line, "\n"])
                    .collect();
                for text in [&block.text, &bare] {
                    let file = TomlFile::from_text(pack.name, text.clone());
                    let sources = read_sources(&file, std::path::Path::new("."), &["Acme \"Desk\" 2\\", "Q&A {query}"]);
                    assert_eq!(file.into_problems(), [], "{text}");
                    assert_eq!(sources.len(), usize::from(text.lines().any(|line| line == "[[source]]")), "{text}");
                    let open = sources.iter().all(|source| source.enabled && source.secret.is_none());
                    assert!(open, "a live entry needs nothing: {text}");
                }
            }
        }
    }

    #[test]
    fn every_pack_says_what_it_is_and_has_something_that_needs_nothing() {
        for pack in PACKS {
            assert!(pack.about().len() > 20, "{}", pack.name);
            assert!(pack.blocks(&PRODUCTS).iter().any(|block| block.is_live), "{}", pack.name);
            assert!(!pack.text.contains('\r'), "{}", pack.name);
        }
    }

    #[test]
    fn a_product_fills_the_queries() {
        let blocks = Pack::named("saas").unwrap().blocks(&[Named { name: "Acme Desk", chinese: None }]);
        let all: String = blocks.iter().map(|block| block.text.as_str()).collect();
        for words in
            ["query = \"Acme Desk\"", "name = \"hacker-news-acme-desk\"", "query = \"\\\"Acme Desk\\\" when:7d\"", "tags = [\"acmedesk\"]"]
        {
            assert!(all.contains(words), "{words} in {all}");
        }
    }
}
