//! The products that can be named in one text, by numbers: those of the lists first, then those that count for this text only.
//!
//! Knows nothing of where they stand in it.

use super::spelling::name_spellings;
use super::tagger::{Subject, Tagger};
use crate::text::fold;

/// The products that can be named in one text: those of the lists, and those that count for it only.
pub(super) struct Cast<'a> {
    listed: &'a [String],
    extra: Vec<&'a str>,
    pub(super) spellings: Vec<(Vec<u8>, u32)>,
    pub(super) subject: Option<u32>,
    /// All products that the mention is known to be about.
    pub(super) given: Vec<u32>,
}

impl<'a> Cast<'a> {
    pub(super) fn new(tagger: &'a Tagger, subject: &Subject<'a>) -> Self {
        let mut cast = Self { listed: &tagger.products, extra: Vec::new(), spellings: Vec::new(), subject: None, given: Vec::new() };
        for name in subject.products {
            let number = cast.add(tagger, name);
            cast.given.push(number);
        }
        cast.subject = subject.product.filter(|name| !name.trim().is_empty()).map(|name| cast.add(tagger, name));
        cast.given.extend(cast.subject);
        cast
    }

    /// The number of the product called `name`, which is a new one if no list has it.
    fn add(&mut self, tagger: &Tagger, name: &'a str) -> u32 {
        if !tagger.by_name.is_empty()
            && let Some(known) = tagger.by_name.get(&fold(name.trim()))
        {
            return *known;
        }
        if let Some(known) = self.extra.iter().position(|known| *known == name) {
            return (self.listed.len() + known) as u32;
        }
        let number = (self.listed.len() + self.extra.len()) as u32;
        self.extra.push(name);
        self.spellings.extend(name_spellings(name).into_iter().map(|spelling| (spelling, number)));
        number
    }

    pub(super) fn name(&self, product: u32) -> &str {
        let listed = self.listed.get(product as usize).map(String::as_str);
        listed.or_else(|| self.extra.get(product as usize - self.listed.len()).copied()).unwrap_or_default()
    }

    /// The names of these products, each once.
    pub(super) fn named(&self, products: impl Iterator<Item = u32>) -> Vec<String> {
        let mut numbers: Vec<u32> = products.collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.into_iter().map(|product| self.name(product).to_owned()).collect()
    }
}
