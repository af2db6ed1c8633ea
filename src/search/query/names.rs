//! Which names of the index a query's words mean, remembered until the index holds other names.
//!
//! A few hundred products and themes are cut into words once, not with every query.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::Searcher;
use tantivy::schema::Field;

use super::clause::Named;
use super::field::FieldName;
use crate::search::analyser::Analyser;
use crate::search::highlight::CutText;
use crate::search::schema::{Fields, tag_term, theme_of_term};

/// Answers remembered at most.
const MOST_RESOLVED: usize = 1_000;

/// The names of one index.
#[derive(Debug, Default)]
pub(in crate::search) struct Names {
    known: Mutex<Known>,
}

/// What a query's name means.
#[derive(Clone, Debug)]
pub(super) struct Resolved {
    /// The names it means.
    pub(super) found: Arc<Vec<String>>,
    /// All names of its field.
    pub(super) known: Arc<Vec<String>>,
}

#[derive(Debug, Default)]
struct Known {
    /// The commit they were read from.
    generation: Option<u64>,
    products: Cuts,
    themes: Cuts,
    resolved: HashMap<(FieldName, Named), Arc<Vec<String>>>,
}

/// Names with their terms.
#[derive(Debug, Default)]
struct Cuts {
    names: Arc<Vec<String>>,
    terms: Vec<CutText>,
}

impl Names {
    /// The names that `named` means in `field`, which is of products or of themes.
    pub(super) fn resolve(&self, field: FieldName, named: &Named, fields: &Fields, searcher: &Searcher) -> tantivy::Result<Resolved> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let generation = searcher.generation().generation_id();
        if known.generation != Some(generation) {
            known.read(fields, searcher)?;
            known.generation = Some(generation);
        }
        let cuts = if field == FieldName::Theme { &known.themes } else { &known.products };
        let names = Arc::clone(&cuts.names);
        let key = (field, named.clone());
        if let Some(found) = known.resolved.get(&key) {
            return Ok(Resolved { found: Arc::clone(found), known: names });
        }
        let found = Arc::new(cuts.holding(named));
        if known.resolved.len() >= MOST_RESOLVED {
            known.resolved.clear();
        }
        known.resolved.insert(key, Arc::clone(&found));
        Ok(Resolved { found, known: names })
    }
}

impl Known {
    fn read(&mut self, fields: &Fields, searcher: &Searcher) -> tantivy::Result<()> {
        let products = dictionary(searcher, fields.product, "", |term| Some(term.to_owned()))?;
        let themes = dictionary(searcher, fields.tag, &tag_term("", "", ""), |term| theme_of_term(term).map(str::to_owned))?;
        let changed = [self.products.take(products, Analyser::plain), self.themes.take(themes, Analyser::stemming)];
        if changed.contains(&true) {
            self.resolved.clear();
        }
        Ok(())
    }
}

impl Cuts {
    /// Takes these names in place of those before; says whether they differ.
    fn take(&mut self, names: BTreeSet<String>, analyser: impl Fn() -> Analyser) -> bool {
        if self.names.iter().eq(&names) {
            return false;
        }
        let mut analyser = analyser();
        self.terms = names.iter().map(|name| CutText::by(&mut analyser, name)).collect();
        self.names = Arc::new(names.into_iter().collect());
        true
    }

    fn holding(&self, named: &Named) -> Vec<String> {
        let holds = |name: &CutText| named.needle.spans(name).next().is_some();
        let found: Vec<String> =
            self.names.iter().zip(&self.terms).filter(|(_, terms)| holds(terms)).map(|(name, _)| name.clone()).collect();
        // A name written in full means just that one, whatever longer names hold it too.
        if found.contains(&named.written) { vec![named.written.clone()] } else { found }
    }
}

/// The names that stand in `field` behind `beginning`.
pub(in crate::search) fn dictionary(
    searcher: &Searcher,
    field: Field,
    beginning: &str,
    read: impl Fn(&str) -> Option<String>,
) -> tantivy::Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for segment in searcher.segment_readers() {
        let inverted = segment.inverted_index(field)?;
        let mut terms = inverted.terms().range().ge(beginning).into_stream()?;
        while let Some((term, _)) = terms.next() {
            match std::str::from_utf8(term) {
                Ok(term) if term.starts_with(beginning) => names.extend(read(term)),
                _ => break,
            }
        }
    }
    Ok(names)
}
