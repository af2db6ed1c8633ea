//! Joins clauses: words side by side must all hold, `OR` binds tighter than that, `AND` tighter still, `-` and `NOT` tightest.
//!
//! `acme battery OR charger` is acme and one of the two. Depth and size are bounded; never fails.

use jiff::Timestamp;

use super::clause::{self, Clause};
use super::field::FieldName;
use super::lex::{Lexeme, Value};
use crate::search::needle::Needle;

const DEEPEST: usize = 20;
const MOST_CLAUSES: usize = 200;

/// A query's meaning.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::search) enum Node {
    /// Every mention.
    All,
    Clause(Clause),
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
}

/// The meaning of `lexemes`; all mentions if there is none.
pub(super) fn parse(lexemes: &[Lexeme], now: Timestamp, notes: &mut Vec<String>) -> Node {
    let mut parser = Parser { lexemes, at: 0, now, clauses: 0, notes };
    let mut parts = Vec::new();
    while parser.at < lexemes.len() {
        parts.extend(parser.sequence(None, 0));
        // Only a closing parenthesis too many ends a sequence early.
        parser.at += 1;
    }
    let root = joined(parts, Node::And).unwrap_or(Node::All);
    if root == Node::All && !lexemes.is_empty() && !matches!(lexemes, [Lexeme::Word(star)] if star == "*") {
        notes.push("there is no word to search for: these are all mentions".to_owned());
    }
    root
}

struct Parser<'l, 'n> {
    lexemes: &'l [Lexeme],
    at: usize,
    now: Timestamp,
    clauses: usize,
    notes: &'n mut Vec<String>,
}

impl Parser<'_, '_> {
    /// Up to the closing parenthesis or the end.
    fn sequence(&mut self, field: Option<FieldName>, depth: usize) -> Option<Node> {
        let mut parts = Vec::new();
        while !matches!(self.peek(), None | Some(Lexeme::Close)) {
            let mut choices: Vec<Node> = self.conjunction(field, depth).into_iter().collect();
            while self.take(&Lexeme::Or) {
                choices.extend(self.conjunction(field, depth));
            }
            parts.extend(joined(choices, Node::Or));
            // An `AND` here had nothing before it.
            while self.take(&Lexeme::And) {}
        }
        joined(parts, Node::And)
    }

    fn conjunction(&mut self, field: Option<FieldName>, depth: usize) -> Option<Node> {
        let mut parts: Vec<Node> = self.unary(field, depth).into_iter().collect();
        while self.take(&Lexeme::And) {
            parts.extend(self.unary(field, depth));
        }
        joined(parts, Node::And)
    }

    fn unary(&mut self, field: Option<FieldName>, depth: usize) -> Option<Node> {
        let mut negated = false;
        while self.take(&Lexeme::Not) {
            negated = !negated;
        }
        let node = self.primary(field, depth)?;
        Some(if negated { Node::Not(Box::new(node)) } else { node })
    }

    fn primary(&mut self, field: Option<FieldName>, depth: usize) -> Option<Node> {
        match self.peek()?.clone() {
            Lexeme::Close | Lexeme::And | Lexeme::Or | Lexeme::Not => None,
            Lexeme::Group(name) => {
                self.at += 1;
                self.primary(Some(name), depth)
            }
            Lexeme::Open => {
                self.at += 1;
                self.parenthesis(field, depth)
            }
            Lexeme::Word(word) => self.leaf(field, Value::Word(word.clone()), word),
            Lexeme::Phrase(phrase) => self.leaf(field, Value::Phrase(phrase.clone()), phrase),
            Lexeme::Field(name, value, written) => self.leaf(Some(name), value, written),
        }
    }

    fn parenthesis(&mut self, field: Option<FieldName>, depth: usize) -> Option<Node> {
        if depth >= DEEPEST {
            self.note("parentheses this deep are left out");
            return None;
        }
        let inner = self.sequence(field, depth + 1);
        self.take(&Lexeme::Close);
        inner
    }

    fn leaf(&mut self, field: Option<FieldName>, value: Value, written: String) -> Option<Node> {
        self.at += 1;
        self.clauses += 1;
        if self.clauses > MOST_CLAUSES {
            self.note(&format!("only the first {MOST_CLAUSES} words are searched"));
            return None;
        }
        let Some(field) = field else {
            return if value == Value::Word("*".to_owned()) { Some(Node::All) } else { clause::plain(&value).map(Node::Clause) };
        };
        match clause::read(field, &value, self.now) {
            Ok(clause) => Some(Node::Clause(clause)),
            Err(why) => {
                self.note(&format!("`{written}` is searched as words: {why}"));
                Needle::loose(&written).map(|needle| Node::Clause(Clause::Prose(clause::Prose::TitleAndText, needle)))
            }
        }
    }

    fn peek(&self) -> Option<&Lexeme> {
        self.lexemes.get(self.at)
    }

    fn take(&mut self, lexeme: &Lexeme) -> bool {
        let taken = self.peek() == Some(lexeme);
        self.at += usize::from(taken);
        taken
    }

    fn note(&mut self, note: &str) {
        if !self.notes.iter().any(|earlier| earlier == note) {
            self.notes.push(note.to_owned());
        }
    }
}

/// One node of several; conjunctions inside a conjunction are its parts, so that tags meet.
fn joined(mut nodes: Vec<Node>, join: fn(Vec<Node>) -> Node) -> Option<Node> {
    match nodes.len() {
        0 => None,
        1 => nodes.pop(),
        _ => Some(match join(nodes) {
            Node::And(parts) => {
                Node::And(parts.into_iter().flat_map(|part| if let Node::And(inner) = part { inner } else { vec![part] }).collect())
            }
            Node::Or(parts) => {
                Node::Or(parts.into_iter().flat_map(|part| if let Node::Or(inner) = part { inner } else { vec![part] }).collect())
            }
            other => other,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::lex::lex;
    use super::*;

    fn shape(node: &Node) -> String {
        let all = |nodes: &[Node]| nodes.iter().map(shape).collect::<Vec<_>>();
        match node {
            Node::All => "*".to_owned(),
            Node::Clause(_) => "x".to_owned(),
            Node::And(parts) => format!("({})", all(parts).join(" & ")),
            Node::Or(parts) => format!("({})", all(parts).join(" | ")),
            Node::Not(part) => format!("-{}", shape(part)),
        }
    }

    fn parsed(text: &str) -> (String, Vec<String>) {
        let mut notes = Vec::new();
        let lexemes = lex(text, &mut notes);
        let node = parse(&lexemes, Timestamp::UNIX_EPOCH, &mut notes);
        (shape(&node), notes)
    }

    #[test]
    fn operators_bind_as_documented() {
        for (text, want) in [
            ("a b", "(x & x)"),
            ("a b OR c", "(x & (x | x))"),
            ("a AND b OR c", "((x & x) | x)"),
            ("a OR b OR c", "(x | x | x)"),
            ("a -b", "(x & -x)"),
            ("NOT NOT a", "x"),
            ("-a", "-x"),
            ("(a b) c", "(x & x & x)"),
            ("(a OR b) c", "((x | x) & x)"),
            ("product:(a OR b) c", "((x | x) & x)"),
            ("", "*"),
            ("*", "*"),
            ("OR a AND", "x"),
            ("AND AND OR a OR OR b", "(x | x)"),
            ("a ) b", "(x & x)"),
            ("((((a", "x"),
            ("() a", "x"),
            ("- a", "x"),
        ] {
            assert_eq!(parsed(text).0, want, "{text}");
        }
    }

    #[test]
    fn what_is_left_out_is_noted() {
        let note = |text: &str| parsed(text).1.join("; ");
        assert_eq!(note("()"), "there is no word to search for: these are all mentions");
        assert_eq!(note(&format!("{}a", "(".repeat(50))), "parentheses this deep are left out");
        assert_eq!(note(&"a ".repeat(300)), "only the first 200 words are searched");
        assert_eq!(
            note("polarity:praize"),
            "`polarity:praize` is searched as words: `polarity:` takes `praise`, `complaint`; did you mean `praise`?"
        );
        assert_eq!(note("since:soon"), "`since:soon` is searched as words: a time is written `7d`, `today`, `2026-11-01` or `2026-11`");
    }
}
