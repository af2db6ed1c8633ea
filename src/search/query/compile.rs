//! Turns a query's meaning into tantivy's.
//!
//! Conditions on tags travel down into the parts of their conjunction and become terms of one tag. Names are looked up
//! in the index's own dictionaries, which hold a few hundred products and themes.

use std::ops::Bound;
use std::sync::Arc;

use tantivy::query::{AllQuery, BooleanQuery, ConstScoreQuery, EmptyQuery, ExistsQuery, Occur, Query, RangeQuery, TermSetQuery};
use tantivy::schema::Field;
use tantivy::{Searcher, Term};

use super::clause::{Clause, Extent, NameField, Named, Prose, TagPart};
use super::field::{FieldName, nearest};
use super::names::{Names, dictionary};
use super::parse::Node;
use crate::mention::Polarity;
use crate::search::entry::Mark;
use crate::search::needle::{beginning_query, term_query};
use crate::search::schema::{Fields, id_key, newest_key, tag_term};

/// Beyond this, conditions on several tags are no longer multiplied out.
const MOST_COMBINATIONS: usize = 64;
/// Terms of one condition on a tag.
const MOST_TERMS: usize = 10_000;
/// Up to so many terms a union reads faster than a set.
const FEW_TERMS: usize = 16;

type Compiled = tantivy::Result<Box<dyn Query>>;

/// The words of `status:` that say that a mention has been answered.
const ANSWERED: [&str; 3] = ["answered", "sent", "verified"];

/// The query of `root`, and what the index says about its names. What is filtered as noise is left out unless it is asked for.
pub(super) fn compile(root: &Node, fields: &Fields, searcher: &Searcher, names: &Names) -> tantivy::Result<(Box<dyn Query>, Vec<String>)> {
    let mut compiler = Compiler { fields, searcher, names, notes: Vec::new() };
    let query = compiler.node(root, &Tags::default())?;
    let filtered = Term::from_field_text(fields.mark, Mark::Filtered.as_str());
    if asks_for_filtered(root) || searcher.doc_freq(&filtered)? == 0 {
        return Ok((query, compiler.notes));
    }
    let unfiltered = BooleanQuery::new(vec![(Occur::Must, query), (Occur::MustNot, term_query(filtered))]);
    Ok((Box::new(unfiltered), compiler.notes))
}

fn asks_for_filtered(node: &Node) -> bool {
    match node {
        Node::Clause(clause) => matches!(clause, Clause::Marked(Mark::Filtered) | Clause::Id(_)),
        Node::And(parts) | Node::Or(parts) => parts.iter().any(asks_for_filtered),
        Node::Not(part) => asks_for_filtered(part),
        Node::All => false,
    }
}

/// The conditions on tags of a conjunction.
#[derive(Clone, Default)]
struct Tags<'q> {
    products: Vec<&'q Named>,
    polarities: Vec<Polarity>,
    themes: Vec<&'q Named>,
}

impl<'q> Tags<'q> {
    fn with(&self, parts: impl IntoIterator<Item = &'q TagPart>) -> Self {
        let mut tags = self.clone();
        for part in parts {
            match part {
                TagPart::Product(product) => push_new(&mut tags.products, product),
                TagPart::Polarity(polarity) => push_new(&mut tags.polarities, *polarity),
                TagPart::Theme(theme) => push_new(&mut tags.themes, theme),
            }
        }
        tags
    }

    /// Only the products: what a negation is about.
    fn products(&self) -> Self {
        Self { products: self.products.clone(), ..Self::default() }
    }

    /// One condition for each way to choose a product, a polarity and a theme of those asked for.
    fn combinations(&self) -> impl Iterator<Item = (Option<&'q Named>, Option<Polarity>, Option<&'q Named>)> {
        let products = or_open(&self.products);
        let polarities = or_open(&self.polarities);
        let themes = or_open(&self.themes);
        let pairs = products.into_iter().flat_map(move |product| polarities.clone().into_iter().map(move |polarity| (product, polarity)));
        let all = pairs.flat_map(move |(product, polarity)| themes.clone().into_iter().map(move |theme| (product, polarity, theme)));
        all.take(MOST_COMBINATIONS)
    }
}

fn push_new<T: PartialEq>(asked: &mut Vec<T>, part: T) {
    if !asked.contains(&part) {
        asked.push(part);
    }
}

fn or_open<T: Copy>(asked: &[T]) -> Vec<Option<T>> {
    if asked.is_empty() { vec![None] } else { asked.iter().copied().map(Some).collect() }
}

struct Compiler<'a> {
    fields: &'a Fields,
    searcher: &'a Searcher,
    names: &'a Names,
    notes: Vec<String>,
}

impl Compiler<'_> {
    fn node(&mut self, node: &Node, around: &Tags<'_>) -> Compiled {
        match node {
            Node::All => Ok(Box::new(AllQuery)),
            Node::Clause(Clause::Tag(part)) => self.tags(&around.with([part])),
            Node::Clause(clause) => self.clause(clause),
            Node::And(parts) => self.conjunction(parts, around),
            Node::Or(parts) => {
                let parts = parts.iter().map(|part| self.node(part, around)).collect::<tantivy::Result<Vec<_>>>()?;
                Ok(Box::new(BooleanQuery::union(parts)))
            }
            Node::Not(part) => {
                let part = self.node(part, &around.products())?;
                Ok(Box::new(BooleanQuery::new(vec![(Occur::Must, unscored(Box::new(AllQuery))), (Occur::MustNot, part)])))
            }
        }
    }

    fn conjunction(&mut self, parts: &[Node], around: &Tags<'_>) -> Compiled {
        if let Some(multiplied) = multiplied_out(parts) {
            return self.conjunction(&multiplied, around);
        }
        let own: Vec<&TagPart> = parts.iter().filter_map(tag_part).collect();
        let tags = around.with(own.iter().copied());
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        if !own.is_empty() {
            clauses.push((Occur::Must, self.tags(&tags)?));
        }
        for part in parts.iter().filter(|part| tag_part(part).is_none()) {
            clauses.push(match part {
                Node::Not(part) => (Occur::MustNot, self.node(part, &tags.products())?),
                part => (Occur::Must, self.node(part, &tags)?),
            });
        }
        if clauses.iter().all(|(occur, _)| *occur == Occur::MustNot) {
            clauses.push((Occur::Must, unscored(Box::new(AllQuery))));
        }
        Ok(Box::new(BooleanQuery::new(clauses)))
    }

    fn tags(&mut self, tags: &Tags<'_>) -> Compiled {
        if tags.combinations().count() == MOST_COMBINATIONS {
            push_new(
                &mut self.notes,
                format!("only the first {MOST_COMBINATIONS} combinations of product, polarity and theme are searched"),
            );
        }
        let mut all = Vec::new();
        for (product, polarity, theme) in tags.combinations() {
            all.push(self.one_tag(product, polarity, theme)?);
        }
        let query = if all.len() == 1 { all.remove(0) } else { Box::new(BooleanQuery::intersection(all)) };
        Ok(unscored(query))
    }

    fn one_tag(&mut self, product: Option<&Named>, polarity: Option<Polarity>, theme: Option<&Named>) -> Compiled {
        let products = self.names(FieldName::Product, product)?;
        let themes = self.names(FieldName::Theme, theme)?;
        if polarity.is_none() && theme.is_none() {
            // Naming a product is enough: no tag is asked for.
            return self.any_of(products.iter().map(|product| Term::from_field_text(self.fields.product, product)).collect());
        }
        let polarity = polarity.map_or("", Polarity::as_str);
        let combined = products.iter().flat_map(|product| themes.iter().map(move |theme| tag_term(product, polarity, theme)));
        self.any_of(combined.take(MOST_TERMS).map(|term| Term::from_field_text(self.fields.tag, &term)).collect())
    }

    /// The names in the index that `named` means; the open name if it is not asked for.
    fn names(&mut self, field: FieldName, named: Option<&Named>) -> tantivy::Result<Arc<Vec<String>>> {
        let Some(named) = named else { return Ok(Arc::new(vec![String::new()])) };
        let resolved = self.names.resolve(field, named, self.fields, self.searcher)?;
        if resolved.found.is_empty() {
            self.note_unknown(field, &named.written, resolved.known.iter().map(String::as_str));
        }
        Ok(resolved.found)
    }

    fn note_unknown<'n>(&mut self, field: FieldName, written: &str, known: impl Iterator<Item = &'n str> + Clone) {
        let candidates = known.clone().chain(known.flat_map(|name| name.split(' ')));
        let hint = nearest(written, candidates).map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
        push_new(&mut self.notes, format!("no mention has the {field} `{written}`{hint}"));
    }

    fn any_of(&self, mut terms: Vec<Term>) -> Compiled {
        Ok(match terms.len() {
            0 => Box::new(EmptyQuery),
            1 => term_query(terms.remove(0)),
            few if few <= FEW_TERMS => Box::new(BooleanQuery::union(terms.into_iter().map(term_query).collect())),
            _ => Box::new(TermSetQuery::new(terms)),
        })
    }

    fn clause(&mut self, clause: &Clause) -> Compiled {
        let fields = self.fields;
        Ok(match clause {
            Clause::Prose(prose, needle) => needle.query(prose_field(fields, *prose), self.searcher)?,
            Clause::Sloppy(prose, needle, within) => needle.sloppy_query(*within, prose_field(fields, *prose), self.searcher)?,
            Clause::Near([one, other], within) => one.near_query(other, *within, fields.words, self.searcher)?,
            Clause::Marked(mark) => unscored(term_query(Term::from_field_text(fields.mark, mark.as_str()))),
            Clause::Answered => {
                unscored(self.any_of(ANSWERED.iter().map(|status| Term::from_field_text(fields.status, status)).collect())?)
            }
            Clause::Id(id) => range(&Bound::Included(id), &Bound::Included(id), |id| Term::from_field_u64(fields.id, id_key(id))),
            Clause::Name(field, name, extent) => unscored(self.name(*field, name, *extent)?),
            Clause::Tag(part) => self.tags(&Tags::default().with([part]))?,
            Clause::Stars(low, high) => range(low, high, |at| Term::from_field_f64(fields.stars, *at)),
            Clause::Points(low, high) => range(low, high, |at| Term::from_field_f64(fields.rating, *at)),
            Clause::Published(from, until) => {
                let from = from.map_or(Bound::Unbounded, Bound::Included);
                let until = until.map_or(Bound::Unbounded, Bound::Excluded);
                range(&from, &until, |at| Term::from_field_i64(fields.newest, newest_key(*at)))
            }
            Clause::Any(field) => unscored(self.any(*field)),
        })
    }

    fn name(&mut self, name_field: NameField, name: &str, extent: Extent) -> Compiled {
        let (field, named) = match name_field {
            NameField::Verdict => (self.fields.verdict, FieldName::Verdict),
            NameField::Source => (self.fields.source, FieldName::Source),
            NameField::Kind => (self.fields.kind, FieldName::Kind),
            NameField::Lang => (self.fields.lang, FieldName::Lang),
            NameField::Site => (self.fields.site, FieldName::Site),
            NameField::Customer => (self.fields.customer, FieldName::Customer),
            NameField::Segment => (self.fields.segment, FieldName::Segment),
            NameField::Region => (self.fields.region, FieldName::Region),
            NameField::Status => (self.fields.status, FieldName::Status),
        };
        if extent == Extent::Beginning {
            return Ok(beginning_query(field, name));
        }
        let term = Term::from_field_text(field, name);
        let is_free = matches!(name_field, NameField::Verdict | NameField::Lang | NameField::Site | NameField::Customer);
        if !is_free && self.searcher.doc_freq(&term)? == 0 {
            let known = dictionary(self.searcher, field, "", |term| Some(term.to_owned()))?;
            self.note_unknown(named, name, known.iter().map(String::as_str));
        }
        Ok(term_query(term))
    }

    fn any(&self, field: FieldName) -> Box<dyn Query> {
        let field = match field {
            FieldName::Product => self.fields.product,
            FieldName::Theme | FieldName::Polarity => self.fields.tag,
            FieldName::Source => self.fields.source,
            FieldName::Kind => self.fields.kind,
            FieldName::Lang => self.fields.lang,
            FieldName::Author => self.fields.author,
            FieldName::Site => self.fields.site,
            FieldName::Title => self.fields.title,
            FieldName::Customer => self.fields.customer,
            FieldName::Segment => self.fields.segment,
            FieldName::Region => self.fields.region,
            FieldName::Status => self.fields.status,
            FieldName::Is => self.fields.mark,
            FieldName::Rating => return Box::new(ExistsQuery::new("rating".to_owned(), false)),
            // Every mention has these.
            FieldName::Verdict
            | FieldName::Text
            | FieldName::Since
            | FieldName::Until
            | FieldName::Published
            | FieldName::Id
            | FieldName::Has => return Box::new(AllQuery),
        };
        beginning_query(field, "")
    }
}

/// The conjunction with its choices between tags multiplied out, where there are two or more: only so can
/// `(product:a OR product:b) (theme:x OR theme:y)` hold of one tag.
fn multiplied_out(parts: &[Node]) -> Option<Vec<Node>> {
    let (choices, mut rest): (Vec<&Node>, Vec<&Node>) = parts.iter().partition(|part| is_choice_of_tags(part));
    let options = |choice: &Node| if let Node::Or(options) = choice { options.len() } else { 1 };
    let size = choices.iter().fold(1, |size: usize, choice| size.saturating_mul(options(choice)));
    if choices.len() < 2 || size > MOST_COMBINATIONS {
        return None;
    }
    let mut ways: Vec<Vec<Node>> = vec![Vec::new()];
    for choice in choices {
        let Node::Or(options) = choice else { continue };
        ways = ways.iter().flat_map(|way| options.iter().map(|option| [way.as_slice(), std::slice::from_ref(option)].concat())).collect();
    }
    let multiplied = Node::Or(ways.into_iter().map(Node::And).collect());
    rest.push(&multiplied);
    Some(rest.into_iter().cloned().collect())
}

fn is_choice_of_tags(node: &Node) -> bool {
    matches!(node, Node::Or(options) if options.iter().all(|option| tag_part(option).is_some()))
}

fn tag_part(node: &Node) -> Option<&TagPart> {
    match node {
        Node::Clause(Clause::Tag(part)) => Some(part),
        _ => None,
    }
}

fn prose_field(fields: &Fields, prose: Prose) -> Field {
    match prose {
        Prose::TitleAndText => fields.words,
        Prose::Title => fields.title,
        Prose::Author => fields.author,
    }
}

/// What merely filters adds nothing to the score.
fn unscored(query: Box<dyn Query>) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(query, 0.0))
}

fn range<T>(low: &Bound<T>, high: &Bound<T>, term: impl Fn(&T) -> Term) -> Box<dyn Query> {
    let bound = |bound: &Bound<T>| match bound {
        Bound::Included(at) => Bound::Included(term(at)),
        Bound::Excluded(at) => Bound::Excluded(term(at)),
        Bound::Unbounded => Bound::Unbounded,
    };
    match (low, high) {
        (Bound::Unbounded, Bound::Unbounded) => unscored(Box::new(AllQuery)),
        _ => unscored(Box::new(RangeQuery::new(bound(low), bound(high)))),
    }
}
