//! Cuts what a person typed into words, phrases, fields with their values, operators and parentheses.
//!
//! Takes anything: what makes no sense as an operator is a word or nothing. Chinese quotation marks, colons and
//! parentheses count as theirs. Knows no field's values.

use super::field::FieldName;

/// Longer queries are cut here.
const MOST_CHARS: usize = 4_096;
/// Words between two that are near each other, where none are given, and at most.
const NEAR: u32 = 10;
const FARTHEST: u32 = 100;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Lexeme {
    Open,
    Close,
    And,
    Or,
    Not,
    Word(String),
    Phrase(String),
    /// A phrase with words between its words, or with an unfinished end.
    Other(Value),
    /// `NEAR/5`
    Near(u32),
    /// A field before a parenthesis.
    Group(FieldName),
    /// A field and its value, and how they were written.
    Field(FieldName, Value, String),
}

/// The value of a field as it is written.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Word(String),
    Phrase(String),
    /// `"slow support"~3`
    Sloppy(String, u32),
    /// `"easy to u"*`
    Unfinished(String),
    /// `<=2`
    Compared(Comparison, String),
    /// `[1 TO 3]`, `{1 TO 3}`, `1..3`
    Range(Edge, Edge),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Less,
    AtMost,
    More,
    AtLeast,
}

/// One end of a range; none if it is open (`*`).
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Edge {
    pub(super) at: Option<String>,
    pub(super) included: bool,
}

/// Cuts `text`, noting what was left out.
pub(super) fn lex(text: &str, notes: &mut Vec<String>) -> Vec<Lexeme> {
    let mut chars: Vec<char> = text.chars().map(halfwidth).collect();
    if chars.len() > MOST_CHARS {
        chars.truncate(MOST_CHARS);
        notes.push(format!("the query is cut after {MOST_CHARS} characters"));
    }
    let mut lexer = Lexer { chars, at: 0, lexemes: Vec::new(), notes };
    while lexer.step() {}
    lexer.lexemes
}

/// The signs of the query language as Chinese and Japanese keyboards write them.
fn halfwidth(char: char) -> char {
    match char {
        '（' => '(',
        '）' => ')',
        '：' => ':',
        '“' | '”' | '„' | '«' | '»' | '＂' | '「' | '」' | '『' | '』' => '"',
        '＜' => '<',
        '＞' => '>',
        '＝' => '=',
        '－' => '-',
        '＊' => '*',
        other => other,
    }
}

struct Lexer<'n> {
    chars: Vec<char>,
    at: usize,
    lexemes: Vec<Lexeme>,
    notes: &'n mut Vec<String>,
}

impl Lexer<'_> {
    fn step(&mut self) -> bool {
        let Some(char) = self.peek() else { return false };
        match char {
            '(' => self.sign(1, Lexeme::Open),
            ')' => self.sign(1, Lexeme::Close),
            '"' => self.quoted(),
            '-' | '!' => self.sign(1, Lexeme::Not),
            '&' if self.next_is('&') => self.sign(2, Lexeme::And),
            '|' if self.next_is('|') => self.sign(2, Lexeme::Or),
            '+' | '&' | '|' | '^' | '~' => self.at += 1,
            blank if blank.is_whitespace() => self.at += 1,
            _ => self.word_or_field(),
        }
        true
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn next_is(&self, char: char) -> bool {
        self.chars.get(self.at + 1) == Some(&char)
    }

    fn sign(&mut self, length: usize, lexeme: Lexeme) {
        self.at += length;
        // A sign before a blank or the end stands for nothing (`good - bad`).
        if lexeme != Lexeme::Not || self.peek().is_some_and(|next| !next.is_whitespace() && next != ')') {
            self.lexemes.push(lexeme);
        }
    }

    fn quoted(&mut self) {
        match self.phrase() {
            Some(Value::Phrase(phrase)) => self.lexemes.push(Lexeme::Phrase(phrase)),
            Some(other) => self.lexemes.push(Lexeme::Other(other)),
            None => self.notes.push("a quotation mark without its partner is left out".to_owned()),
        }
    }

    /// The phrase that opens here; without a closing mark only the mark is passed over.
    fn phrase(&mut self) -> Option<Value> {
        let open = self.at;
        self.at += 1;
        let mut phrase = String::new();
        while let Some(char) = self.peek() {
            self.at += 1;
            match char {
                '"' => return Some(self.suffixed(phrase)),
                '\\' if self.peek() == Some('"') => self.at += 1,
                _ => phrase.push(char),
            }
        }
        self.at = open + 1;
        None
    }

    /// The phrase with what stands behind its closing mark: a distance (`~3`), the star of an unfinished one; weights are left out.
    fn suffixed(&mut self, phrase: String) -> Value {
        let mut value = Value::Phrase(phrase.clone());
        while let Some(sign @ ('^' | '~' | '*')) = self.peek() {
            self.at += 1;
            let from = self.at;
            while sign != '*' && self.peek().is_some_and(|char| char.is_ascii_digit() || char == '.') {
                self.at += 1;
            }
            match (sign, self.text(from).parse::<u32>()) {
                ('*', _) => value = Value::Unfinished(phrase.clone()),
                ('~', Ok(within)) => value = Value::Sloppy(phrase.clone(), within.min(FARTHEST)),
                ('~', Err(_)) => self.note_once("a distance is written with a number, as in `\"slow support\"~3`"),
                _ => self.note_once("weights (`^2`) are left out"),
            }
        }
        value
    }

    fn note_once(&mut self, note: &str) {
        if !self.notes.iter().any(|earlier| earlier == note) {
            self.notes.push(note.to_owned());
        }
    }

    fn word_or_field(&mut self) {
        let from = self.at;
        while let Some(char) = self.peek().filter(|char| !ends_word(*char)) {
            self.at += 1;
            if char == ':'
                && let Some(name) = self.field_before_colon(from)
            {
                return self.field(name, from);
            }
        }
        let word = self.text(from);
        if self.at > from && word.len() > 2 && word.starts_with('/') && word.ends_with('/') {
            self.note_once("regular expressions are searched as words");
        }
        self.lexemes.push(match word.as_str() {
            "AND" => Lexeme::And,
            "OR" => Lexeme::Or,
            "NOT" => Lexeme::Not,
            _ => near(&word).map_or(Lexeme::Word(word), Lexeme::Near),
        });
    }

    fn field_before_colon(&mut self, from: usize) -> Option<FieldName> {
        let written: String = self.chars.get(from..self.at - 1).unwrap_or_default().iter().collect();
        let known = FieldName::parse(&written);
        let like_a_field =
            !written.is_empty() && written.len() <= 20 && written.chars().all(|char| char.is_ascii_alphabetic() || char == '_');
        if known.is_none() && like_a_field && self.peek().is_some_and(|next| next != '/' && !next.is_whitespace()) {
            let hint = FieldName::like(&written).map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
            self.notes.push(format!("there is no field `{written}`: searched as words{hint}"));
        }
        known
    }

    fn field(&mut self, name: FieldName, from: usize) {
        while self.peek() == Some(' ') {
            self.at += 1;
        }
        let value = match self.peek() {
            Some('(') => return self.lexemes.push(Lexeme::Group(name)),
            Some('"') => self.phrase(),
            Some('[' | '{') => self.range(),
            _ if self.starts_with("IN [") => return self.set(name),
            _ => self.compared(),
        };
        let value = match value {
            Some(Value::Word(word)) if name.is_measured() => Some(dotted(&word).unwrap_or(Value::Word(word))),
            value => value,
        };
        match value {
            Some(value) => {
                let written = self.text(from);
                self.lexemes.push(Lexeme::Field(name, value, written));
            }
            None => self.notes.push(format!("`{name}:` has no value and is left out")),
        }
    }

    /// `IN [a b]` is one of those.
    fn set(&mut self, name: FieldName) {
        self.at += "IN [".len();
        self.lexemes.extend([Lexeme::Group(name), Lexeme::Open]);
        let mut first = true;
        while let Some(char) = self.peek().filter(|char| *char != ']') {
            if char.is_whitespace() {
                self.at += 1;
                continue;
            }
            if !std::mem::take(&mut first) {
                self.lexemes.push(Lexeme::Or);
            }
            if char == '"' {
                self.quoted();
                continue;
            }
            let from = self.at;
            while self.peek().is_some_and(|char| !char.is_whitespace() && !matches!(char, ']' | '"')) {
                self.at += 1;
            }
            self.lexemes.push(Lexeme::Word(self.text(from)));
        }
        self.at += 1;
        self.lexemes.push(Lexeme::Close);
    }

    fn range(&mut self) -> Option<Value> {
        let open = self.peek()?;
        let rest = self.chars.get(self.at + 1..).unwrap_or_default();
        let Some(length) = rest.iter().position(|char| matches!(char, ']' | '}')) else {
            self.at += 1;
            return None;
        };
        let close = rest.get(length).copied();
        let inner: String = rest.get(..length).unwrap_or_default().iter().collect();
        self.at += length + 2;
        let (low, high) = split_range(&inner)?;
        Some(Value::Range(Edge { at: low, included: open == '[' }, Edge { at: high, included: close == Some(']') }))
    }

    fn compared(&mut self) -> Option<Value> {
        let signs = [("<=", Some(Comparison::AtMost)), (">=", Some(Comparison::AtLeast)), ("≤", Some(Comparison::AtMost))];
        let more = [("≥", Some(Comparison::AtLeast)), ("<", Some(Comparison::Less)), (">", Some(Comparison::More)), ("=", None)];
        let sign = signs.into_iter().chain(more).find(|(sign, _)| self.starts_with(sign));
        self.at += sign.map_or(0, |(sign, _)| sign.chars().count());
        let from = self.at;
        while self.peek().is_some_and(|char| !ends_word(char)) {
            self.at += 1;
        }
        let word = self.text(from);
        match (word.is_empty(), sign.and_then(|(_, comparison)| comparison)) {
            (true, _) => None,
            (false, Some(comparison)) => Some(Value::Compared(comparison, word)),
            (false, None) => Some(Value::Word(word)),
        }
    }

    fn starts_with(&self, sign: &str) -> bool {
        sign.chars().enumerate().all(|(offset, char)| self.chars.get(self.at + offset) == Some(&char))
    }

    fn text(&self, from: usize) -> String {
        self.chars.get(from..self.at).unwrap_or_default().iter().collect()
    }
}

fn ends_word(char: char) -> bool {
    char.is_whitespace() || matches!(char, '(' | ')' | '"')
}

/// `NEAR` or `NEAR/5`, and how near that is.
fn near(word: &str) -> Option<u32> {
    let rest = word.strip_prefix("NEAR")?;
    if rest.is_empty() {
        return Some(NEAR);
    }
    rest.strip_prefix('/')?.parse::<u32>().ok().map(|within| within.min(FARTHEST))
}

/// `2..4`, either end of which may be missing.
fn dotted(word: &str) -> Option<Value> {
    let (low, high) = word.split_once("..")?;
    let edge = |at: &str| Edge { at: Some(at.to_owned()).filter(|at| !at.is_empty() && at != "*"), included: true };
    Some(Value::Range(edge(low), edge(high)))
}

fn split_range(inner: &str) -> Option<(Option<String>, Option<String>)> {
    let (low, high) = inner.split_once(" TO ").or_else(|| inner.split_once(" to "))?;
    let end = |text: &str| Some(text.trim().trim_matches('"')).filter(|text| *text != "*" && !text.is_empty()).map(str::to_owned);
    Some((end(low), end(high)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lexed(text: &str) -> (String, Vec<String>) {
        let mut notes = Vec::new();
        let lexemes = lex(text, &mut notes).into_iter().map(|lexeme| match lexeme {
            Lexeme::Field(_, _, written) => format!("field({written})"),
            other => format!("{other:?}"),
        });
        (lexemes.collect::<Vec<_>>().join(" "), notes)
    }

    #[test]
    fn queries_are_cut_as_people_mean_them() {
        for (text, want) in [
            ("easy battery", r#"Word("easy") Word("battery")"#),
            ("\"easy to use\"~2", r#"Other(Sloppy("easy to use", 2))"#),
            ("\"easy to u\"*", r#"Other(Unfinished("easy to u"))"#),
            ("slow NEAR/5 support NEAR x", r#"Word("slow") Near(5) Word("support") Near(10) Word("x")"#),
            ("lang: IN [en \"zh\"] x", r#"Group(Lang) Open Word("en") Or Phrase("zh") Close Word("x")"#),
            ("“好用”", r#"Phrase("好用")"#),
            ("product：acme", "field(product：acme)"),
            ("product: acme -bad", "field(product: acme) Not Word(\"bad\")"),
            ("good - bad", r#"Word("good") Word("bad")"#),
            ("a && b || !c", r#"Word("a") And Word("b") Or Not Word("c")"#),
            ("well-made", r#"Word("well-made")"#),
            ("rating:[1 TO 3] x", "field(rating:[1 TO 3]) Word(\"x\")"),
            ("rating:<=2", "field(rating:<=2)"),
            ("product:(acme OR bolt)", r#"Group(Product) Open Word("acme") Or Word("bolt") Close"#),
            ("https://acme.test/x", r#"Word("https://acme.test/x")"#),
            ("12:30", r#"Word("12:30")"#),
        ] {
            assert_eq!(lexed(text).0, want.replace('：', ":"), "{text}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_noted() {
        for (text, note) in [
            ("prodct:acme", "there is no field `prodct`: searched as words; did you mean `product`?"),
            ("say \"easy", "a quotation mark without its partner is left out"),
            ("product:", "`product:` has no value and is left out"),
            ("rating:[1", "`rating:` has no value and is left out"),
            ("/ab.*/", "regular expressions are searched as words"),
            ("\"a b\"^2 \"c\"^3", "weights (`^2`) are left out"),
            ("\"a b\"~", "a distance is written with a number, as in `\"slow support\"~3`"),
        ] {
            assert_eq!(lexed(text).1, [note], "{text}");
        }
    }

    #[test]
    fn both_ends_of_a_range_may_be_open() {
        let mut notes = Vec::new();
        let edge = |at: Option<&str>, included| Edge { at: at.map(str::to_owned), included };
        let lexemes = lex("rating:{2 TO *]", &mut notes);
        let [Lexeme::Field(FieldName::Rating, value, _)] = lexemes.as_slice() else { panic!("{lexemes:?}") };
        assert_eq!(value, &Value::Range(edge(Some("2"), false), edge(None, true)));
        let lexemes = lex("rating:2.. product:a..b", &mut notes);
        let [Lexeme::Field(_, range, _), Lexeme::Field(_, word, _)] = lexemes.as_slice() else { panic!("{lexemes:?}") };
        assert_eq!(range, &Value::Range(edge(Some("2"), true), edge(None, true)));
        assert_eq!(word, &Value::Word("a..b".to_owned()));
    }
}
