//! What a phrase would tag in stored mentions, told before it is listed.
//!
//! Exact: mentions are tagged with the lists as they are and with the lists as they would be, and the two are compared.

use std::collections::{BTreeMap, HashMap};

use anyhow::bail;
use serde::Serialize;

use super::{Excerpt, Listed, NewPhrase, Phrasebook};
use crate::app::App;
use crate::app::retag::{product_of, products_of};
use crate::crawl::tagged;
use crate::mention::{Field, Polarity, Tag, Verdict};
use crate::phrases::{Tagger, Tagging};
use crate::store::Stored;
use crate::tomlfile::name_the_valid;

/// Mentions tagged at once.
const AT_ONCE: usize = 500;

/// What is to be previewed.
#[derive(Clone, Debug)]
pub struct PreviewRequest {
    /// The phrase as it would be listed.
    pub phrase: NewPhrase,
    /// Only what it would say of this product.
    pub product: Option<String>,
    /// The most examples to give.
    pub limit: usize,
}

/// What a phrase would tag.
#[derive(Clone, Debug, Serialize)]
pub struct Preview {
    /// The phrase, and where it would stand.
    #[serde(flatten)]
    pub listed: Listed,
    /// Its forms that another phrase has already.
    pub known: Vec<String>,
    /// Mentions that would get a tag of it.
    pub mentions: usize,
    /// Mentions, of those, that negate it: there it counts the other way round.
    pub negated: usize,
    /// Mentions, of those, whose verdict would be another.
    pub other_verdict: usize,
    /// How many verdicts would change from what to what.
    pub verdicts: Vec<Change>,
    /// How many of the mentions say it of which product.
    pub products: Vec<Said>,
    /// The first mentions, newest last.
    pub examples: Vec<Example>,
}

/// Verdicts that would change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The verdict with the lists as they are.
    pub from: Verdict,
    /// The verdict with the phrase.
    pub to: Verdict,
    /// How many mentions.
    pub mentions: usize,
}

/// How often it would be said of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Said {
    /// The product; none if it is not known.
    pub product: Option<String>,
    /// In how many mentions.
    pub mentions: usize,
}

/// A mention that would be tagged.
#[derive(Clone, Debug, Serialize)]
pub struct Example {
    /// The mention.
    pub id: String,
    /// Whether it would count for or against.
    pub polarity: Polarity,
    /// The product it would be said of.
    pub product: Option<String>,
    /// The rule that decides the polarity.
    pub rule: String,
    /// The verdict with the lists as they are.
    pub from: Verdict,
    /// The verdict with the phrase.
    pub to: Verdict,
    /// The sentence.
    #[serde(flatten)]
    pub excerpt: Excerpt,
}

impl App {
    /// What a phrase would tag in stored mentions. It is not listed by this.
    pub async fn preview(&self, request: &PreviewRequest) -> anyhow::Result<Preview> {
        if let Some(product) = &request.product {
            let config = self.config();
            let known: Vec<&str> = config.lists.products.iter().map(|known| known.name.as_str()).collect();
            if !known.contains(&product.as_str()) {
                bail!("there is no product `{product}`; {}", name_the_valid(product, &known));
            }
        }
        let mut book = Phrasebook::read(self.dir())?;
        let added = book.add(&request.phrase)?;
        let (now, then) = (self.crawler().rules.tagger(), Tagger::new(book.lists()));
        let config = self.config();
        let products = products_of(&config.sources);
        let mut outcome = Outcome::default();
        for rows in self.affected(&added.listed.forms).await?.chunks(AT_ONCE) {
            for stored in self.store.mentions(rows).await? {
                let product = product_of(&stored, &products);
                let (_, before) = tagged(&now, product, &stored.mention);
                let (_, after) = tagged(&then, product, &stored.mention);
                outcome.note(&stored, &before, &after, &added.listed, request);
            }
        }
        Ok(outcome.told(added.listed, added.known))
    }
}

#[derive(Default)]
struct Outcome {
    mentions: usize,
    negated: usize,
    verdicts: BTreeMap<(&'static str, &'static str), Change>,
    products: HashMap<Option<String>, usize>,
    examples: Vec<Example>,
}

impl Outcome {
    fn note(&mut self, stored: &Stored, before: &Tagging, after: &Tagging, listed: &Listed, request: &PreviewRequest) {
        let of_it = |tag: &&Tag| tag.phrase == listed.phrase && tag.list.split('@').next() == Some(&listed.list);
        let wanted = |tag: &&Tag| request.product.is_none() || tag.product == request.product;
        let tags: Vec<&Tag> = after.tags.iter().filter(of_it).filter(wanted).collect();
        let Some(first) = tags.first() else { return };
        self.mentions += 1;
        self.negated += usize::from(tags.iter().all(|tag| tag.negated));
        let (from, to) = (before.verdict, after.verdict);
        if from != to {
            self.verdicts.entry((from.as_str(), to.as_str())).or_insert(Change { from, to, mentions: 0 }).mentions += 1;
        }
        let mut products: Vec<&Option<String>> = tags.iter().map(|tag| &tag.product).collect();
        products.sort_unstable();
        products.dedup();
        for product in products {
            *self.products.entry(product.clone()).or_default() += 1;
        }
        if self.examples.len() < request.limit {
            let text = if first.field == Field::Title { stored.mention.title.as_deref().unwrap_or_default() } else { &stored.mention.text };
            self.examples.push(Example {
                id: stored.id.clone(),
                polarity: first.polarity,
                product: first.product.clone(),
                rule: first.rule.clone(),
                from,
                to,
                excerpt: Excerpt::of(text, first.start, first.end),
            });
        }
    }

    fn told(self, listed: Listed, known: Vec<String>) -> Preview {
        let mut verdicts: Vec<Change> = self.verdicts.into_values().collect();
        verdicts.sort_by_key(|change| std::cmp::Reverse(change.mentions));
        let mut products: Vec<Said> = self.products.into_iter().map(|(product, mentions)| Said { product, mentions }).collect();
        products.sort_by(|a, b| b.mentions.cmp(&a.mentions).then_with(|| a.product.cmp(&b.product)));
        Preview {
            listed,
            known,
            mentions: self.mentions,
            negated: self.negated,
            other_verdict: verdicts.iter().map(|change| change.mentions).sum(),
            verdicts,
            products,
            examples: self.examples,
        }
    }
}
