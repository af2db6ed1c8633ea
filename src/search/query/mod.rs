//! The query language that staff type.
//!
//! Words side by side must all be found, in any form (`loves` finds `loved`); `"easy to use"` finds what the tagger would;
//! `bat*` finds beginnings, `slow NEAR/5 support` and `"slow support"~3` words near each other. `OR`, `AND`, `NOT`, `-` and
//! parentheses join; the names of `field` take a value after a colon. Within one conjunction product, theme and polarity
//! must hold of one tag, so praise of a competitor is not praise of ours; `-theme:price` beside `product:acme` leaves out
//! what is said of acme's price. Nothing typed is an error: what is not understood is searched as words, and a note says so.

mod clause;
mod compile;
mod dates;
mod field;
mod lex;
mod names;
mod parse;

use std::collections::HashSet;

use jiff::Timestamp;
use tantivy::Searcher;

use self::clause::{Clause, Prose};
use self::parse::Node;
use super::highlight::{CutText, Marker};
use super::needle::Needle;
use super::schema::Fields;

pub(super) use self::names::{Names, dictionary};

/// A query as understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    root: Node,
    notes: Vec<String>,
}

impl Query {
    /// Reads what a person typed; dates such as `since:7d` count from `now`.
    pub fn parse(text: &str, now: Timestamp) -> Self {
        let mut notes = Vec::new();
        let lexemes = lex::lex(text, &mut notes);
        let root = parse::parse(&lexemes, now, &mut notes);
        Self { root, notes }
    }

    /// What was not understood or left out, for the person who typed it.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The stretches of a mention's text that the query's words match, in characters, in order, never touching.
    pub fn highlights(&self, text: &str) -> Vec<(usize, usize)> {
        self.marker().text(&CutText::of(text))
    }

    /// The same for a mention's title, where `title:` counts too.
    pub fn title_highlights(&self, title: &str) -> Vec<(usize, usize)> {
        self.marker().title(&CutText::of(title))
    }

    /// What marks its words in many texts.
    pub fn marker(&self) -> Marker {
        let in_text = self.needles(|prose| prose == Prose::TitleAndText);
        Marker { in_text, in_title: self.needles(|prose| prose != Prose::Author) }
    }

    /// The tantivy query, with notes on names that the index does not hold.
    pub(super) fn compile(
        &self,
        fields: &Fields,
        searcher: &Searcher,
        names: &Names,
    ) -> tantivy::Result<(Box<dyn tantivy::query::Query>, Vec<String>)> {
        compile::compile(&self.root, fields, searcher, names)
    }

    fn needles(&self, counts: impl Fn(Prose) -> bool) -> Vec<Needle> {
        let mut needles: Vec<Needle> = Vec::new();
        let mut nodes = vec![&self.root];
        while let Some(node) = nodes.pop() {
            match node {
                Node::Clause(Clause::Prose(prose, needle)) if counts(*prose) => needles.push(needle.clone()),
                Node::Clause(Clause::Sloppy(prose, needle, _)) if counts(*prose) => needles.extend(needle.words()),
                Node::Clause(Clause::Near(both, _)) if counts(Prose::TitleAndText) => needles.extend(both.iter().cloned()),
                Node::And(parts) | Node::Or(parts) => nodes.extend(parts),
                // What must not be found is not shown.
                Node::All | Node::Clause(_) | Node::Not(_) => {}
            }
        }
        let mut seen = HashSet::new();
        needles.retain(|needle| seen.insert(needle.clone()));
        needles
    }
}
