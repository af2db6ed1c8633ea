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
const ALONE: &str = "`AND` needs something on each side, and is left out";

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
        if parser.at < lexemes.len() {
            // Only a closing parenthesis too many ends a sequence early.
            parser.note("a closing parenthesis without its partner is left out");
        }
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
                let other = self.conjunction(field, depth);
                self.note_if(choices.is_empty() || other.is_none(), "`OR` needs something on each side, and is left out");
                choices.extend(other);
            }
            parts.extend(joined(choices, Node::Or));
            // An `AND` here had nothing before it.
            while self.take(&Lexeme::And) {
                self.note(ALONE);
            }
        }
        joined(parts, Node::And)
    }

    fn conjunction(&mut self, field: Option<FieldName>, depth: usize) -> Option<Node> {
        let mut parts: Vec<Node> = self.unary(field, depth).into_iter().collect();
        while self.take(&Lexeme::And) {
            let other = self.unary(field, depth);
            self.note_if(parts.is_empty() || other.is_none(), ALONE);
            parts.extend(other);
        }
        joined(parts, Node::And)
    }

    fn unary(&mut self, field: Option<FieldName>, depth: usize) -> Option<Node> {
        let mut negated = false;
        while self.take(&Lexeme::Not) {
            negated = !negated;
        }
        let before = self.at;
        let node = self.primary(field, depth);
        let is_alone = node.is_none() && before == self.at && before > 0 && self.lexemes.get(before - 1) == Some(&Lexeme::Not);
        self.note_if(is_alone, "`NOT` or `-` needs something behind it, and is left out");
        let node = node?;
        Some(if negated { Node::Not(Box::new(node)) } else { node })
    }

    fn primary(&mut self, field: Option<FieldName>, depth: usize) -> Option<Node> {
        match self.peek()?.clone() {
            Lexeme::Close | Lexeme::And | Lexeme::Or | Lexeme::Not => None,
            Lexeme::Near(_) => {
                self.at += 1;
                self.note("`NEAR` needs a word on each side, and is left out");
                self.primary(field, depth)
            }
            Lexeme::Group(name) => {
                self.at += 1;
                self.primary(Some(name), depth)
            }
            Lexeme::Open => {
                self.at += 1;
                self.parenthesis(field, depth)
            }
            Lexeme::Word(_) | Lexeme::Phrase(_) if field.is_none() && matches!(self.lexemes.get(self.at + 1), Some(Lexeme::Near(_))) => {
                self.near()
            }
            Lexeme::Word(word) => self.leaf(field, Value::Word(word.clone()), word),
            Lexeme::Phrase(phrase) => self.leaf(field, Value::Phrase(phrase.clone()), phrase),
            Lexeme::Other(value @ (Value::Sloppy(..) | Value::Unfinished(_))) => {
                let written = format!("{value:?}");
                self.leaf(field, value, written)
            }
            Lexeme::Other(_) => None,
            Lexeme::Field(name, value, written) => self.leaf(Some(name), value, written),
        }
    }

    /// Words or phrases with `NEAR` between each two: each pair must stand near each other.
    fn near(&mut self) -> Option<Node> {
        let mut pairs = Vec::new();
        let mut one = self.word_or_phrase()?;
        while let Some(Lexeme::Near(within)) = self.peek() {
            let within = *within;
            self.at += 1;
            let Some(other) = self.word_or_phrase() else {
                self.note("`NEAR` needs a word on each side, and is left out");
                break;
            };
            match clause::near(&one, &other, within) {
                Some(clause) => pairs.push(Node::Clause(clause)),
                None => pairs.extend([&one, &other].into_iter().filter_map(clause::plain).map(Node::Clause)),
            }
            one = other;
        }
        if pairs.is_empty() {
            pairs.extend(clause::plain(&one).map(Node::Clause));
        }
        joined(pairs, Node::And)
    }

    fn word_or_phrase(&mut self) -> Option<Value> {
        let value = match self.peek()? {
            Lexeme::Word(word) => Value::Word(word.clone()),
            Lexeme::Phrase(phrase) => Value::Phrase(phrase.clone()),
            _ => return None,
        };
        self.at += 1;
        self.clauses += 1;
        (self.clauses <= MOST_CLAUSES).then_some(value)
    }

    fn parenthesis(&mut self, field: Option<FieldName>, depth: usize) -> Option<Node> {
        if depth >= DEEPEST {
            self.note("parentheses this deep are left out");
            return None;
        }
        let inner = self.sequence(field, depth + 1);
        let is_closed = self.take(&Lexeme::Close);
        self.note_if(!is_closed, "a parenthesis without its partner ends with the query");
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
            return match &value {
                Value::Word(word) if word == "*" => Some(Node::All),
                Value::Word(word) if word.contains("..") => {
                    clause::dotted(word, self.now).or_else(|| clause::plain(&value)).map(Node::Clause)
                }
                _ => clause::plain(&value).map(Node::Clause),
            };
        };
        if field == FieldName::Is && matches!(&value, Value::Word(word) if word.eq_ignore_ascii_case("unanswered")) {
            return Some(Node::Not(Box::new(Node::Clause(Clause::Answered))));
        }
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

    fn note_if(&mut self, is_so: bool, note: &str) {
        if is_so {
            self.note(note);
        }
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
            ("a NEAR/3 b c", "(x & x)"),
            ("a NEAR b NEAR c", "(x & x)"),
            ("NEAR/3 a", "x"),
            ("a NEAR/3", "x"),
            ("a NEAR/3 OR b", "(x | x)"),
            ("is:unanswered", "-x"),
            ("2026-11-01..2026-11-15 a", "(x & x)"),
        ] {
            assert_eq!(parsed(text).0, want, "{text}");
        }
    }

    #[test]
    fn what_is_left_out_is_noted() {
        let note = |text: &str| parsed(text).1.join("; ");
        assert_eq!(note("a NEAR/3"), "`NEAR` needs a word on each side, and is left out");
        assert_eq!(note("()"), "there is no word to search for: these are all mentions");
        assert!(note(&format!("{}a", "(".repeat(50))).starts_with("parentheses this deep are left out"));
        assert_eq!(note("a AND (b OR -c) AND NOT d"), "");
        assert_eq!(note("a AND"), ALONE);
        assert_eq!(note("AND a"), ALONE);
        assert_eq!(note("a OR"), "`OR` needs something on each side, and is left out");
        assert_eq!(note("OR a"), "`OR` needs something on each side, and is left out");
        assert_eq!(note("a NOT"), "`NOT` or `-` needs something behind it, and is left out");
        assert_eq!(note("(a b"), "a parenthesis without its partner ends with the query");
        assert_eq!(note("a) b"), "a closing parenthesis without its partner is left out");
        assert_eq!(note(&"a ".repeat(300)), "only the first 200 words are searched");
        assert_eq!(
            note("polarity:praize"),
            "`polarity:praize` is searched as words: `polarity:` takes `praise`, `complaint`; did you mean `praise`?"
        );
        assert_eq!(
            note("since:soon"),
            "`since:soon` is searched as words: a time is written `7d`, `today`, `last-week`, `2026-11-01` or `2026-11`"
        );
    }
}
