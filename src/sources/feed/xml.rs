//! Markup cut into tags and text, however broken it is: nothing in it is an error, and no part of it is read twice.
//!
//! Knows nothing of feeds. Entities that a document defines for itself are not expanded, so they cannot grow.

use std::borrow::Cow;

use crate::text::html_to_text;

/// A piece of a document.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Token<'a> {
    Start(Tag<'a>),
    /// The name of an element that ends.
    End(&'a str),
    /// Text with its entities as they stand.
    Text(&'a str),
    /// Text without entities.
    Cdata(&'a str),
}

/// The tag that starts an element.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Tag<'a> {
    /// The name with its prefix.
    pub(super) name: &'a str,
    /// Whether it ends at once.
    pub(super) empty: bool,
    /// The tag as it stands.
    pub(super) raw: &'a str,
    attributes: &'a str,
}

impl<'a> Tag<'a> {
    /// The attributes, in order; a value keeps its entities.
    pub(super) fn attributes(&self) -> Attributes<'a> {
        Attributes { rest: self.attributes }
    }

    /// The value of an attribute, entities resolved; none if it is absent or blank.
    pub(super) fn attribute(&self, name: &str) -> Option<Cow<'a, str>> {
        let (_, value) = self.attributes().find(|(key, value)| key.eq_ignore_ascii_case(name) && !value.trim().is_empty())?;
        Some(unescape(value))
    }
}

/// The tokens of a document. Comments, declarations and processing instructions are passed over.
#[derive(Debug)]
pub(super) struct Tokens<'a> {
    rest: &'a str,
    /// Whether the document ended within a tag, comment or CDATA section.
    pub(super) cut: bool,
}

impl<'a> Tokens<'a> {
    pub(super) fn of(document: &'a str) -> Self {
        Self { rest: document, cut: false }
    }

    /// Passes over what `opening` began, up to and with `closing`; returns what stands between.
    fn section(&mut self, opening: usize, closing: &str) -> &'a str {
        let inner = self.rest.get(opening..).unwrap_or_default();
        let (inner, rest) = inner.split_once(closing).unwrap_or_else(|| {
            self.cut = true;
            (inner, "")
        });
        self.rest = rest;
        inner
    }

    /// A `<!…>` that is neither comment nor CDATA, with the definitions in brackets it may hold.
    fn declaration(&mut self) {
        match self.rest.find(['>', '[']).and_then(|end| self.rest.get(end..)) {
            Some(bracket) if bracket.starts_with('[') => {
                self.section(2, "]>");
            }
            Some(rest) => self.rest = rest.get(1..).unwrap_or_default(),
            None => (self.rest, self.cut) = ("", true),
        }
    }

    fn start(&mut self, name_length: usize) -> Option<Token<'a>> {
        let (length, whole) = tag_length(self.rest);
        if !whole {
            (self.rest, self.cut) = ("", true);
            return None;
        }
        let (raw, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        let inner = raw.strip_prefix('<')?;
        let inner = inner.strip_suffix('>').unwrap_or(inner);
        let (name, attributes) = inner.split_at_checked(name_length)?;
        let (attributes, empty) = attributes.strip_suffix('/').map_or((attributes, false), |attributes| (attributes, true));
        Some(Token::Start(Tag { name, empty, raw, attributes }))
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let after = match self.rest.strip_prefix('<') {
                _ if self.rest.is_empty() => return None,
                Some(after) if after.starts_with(begins_markup) => after,
                // A bare `<` is text, and so is all before the next one.
                found => {
                    let from = usize::from(found.is_some());
                    let end = self.rest.get(from..)?.find('<').map_or(self.rest.len(), |end| from + end);
                    let (text, rest) = self.rest.split_at_checked(end)?;
                    self.rest = rest;
                    return Some(Token::Text(text));
                }
            };
            if after.starts_with("![CDATA[") {
                return Some(Token::Cdata(self.section(9, "]]>")));
            } else if after.starts_with("!--") {
                self.section(4, "-->");
            } else if after.starts_with('!') {
                self.declaration();
            } else if after.starts_with('?') {
                self.section(2, ">");
            } else if after.starts_with('/') {
                let name = self.section(2, ">");
                // `</a </b>` ends both.
                let name = name.split_once('<').map_or(name, |(name, _)| name);
                return Some(Token::End(name.trim()));
            } else {
                let name_length = after.find(|letter: char| letter.is_whitespace() || matches!(letter, '/' | '>' | '<'));
                return self.start(name_length.unwrap_or(after.len()));
            }
        }
    }
}

fn begins_markup(letter: char) -> bool {
    letter.is_alphabetic() || matches!(letter, '_' | '/' | '!' | '?')
}

/// How long the tag at the start of `text` is, and whether it ends at all. A `>` within quotes does not end it, and a
/// `<` always does: quotes are forgotten more often than that is written.
fn tag_length(text: &str) -> (usize, bool) {
    let mut quote = None;
    let mut first_end = None;
    let mut after_equals = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match (byte, quote) {
            (b'>', None) => return (at + 1, true),
            (b'>', Some(_)) => first_end = first_end.or(Some(at + 1)),
            (b'<', _) => return (first_end.unwrap_or(at), true),
            (b'"' | b'\'', None) if after_equals => quote = Some(byte),
            (byte, Some(open)) if byte == open => quote = None,
            _ => {}
        }
        after_equals = byte == b'=' || (after_equals && byte.is_ascii_whitespace());
    }
    (first_end.unwrap_or(text.len()), first_end.is_some())
}

/// The attributes of a tag.
#[derive(Debug)]
pub(super) struct Attributes<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.rest.trim_start_matches(|letter: char| letter.is_whitespace() || matches!(letter, '/' | '=' | '"' | '\''));
        if rest.is_empty() {
            return None;
        }
        let (name, rest) = rest.split_at(rest.find(|letter: char| letter.is_whitespace() || letter == '=').unwrap_or(rest.len()));
        let Some(value) = rest.trim_start().strip_prefix('=') else {
            self.rest = rest;
            return Some((name, ""));
        };
        let value = value.trim_start();
        let quoted = ['"', '\''].into_iter().find_map(|quote| Some(value.strip_prefix(quote)?.split_once(quote)));
        let (value, rest) = match quoted {
            Some(Some(cut)) => cut,
            Some(None) => (value.trim_start_matches(['"', '\'']), ""),
            None => value.split_at(value.find(char::is_whitespace).unwrap_or(value.len())),
        };
        self.rest = rest;
        Some((name, value))
    }
}

/// Text with its entities resolved, those of HTML too; an `&` that begins none stays.
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut parts = text.split('&');
    plain.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let name_end = part.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '#').unwrap_or(part.len());
        let (name, after) = part.split_at(name_end);
        match resolve(name) {
            Some(letters) if after.starts_with(';') || name.starts_with('#') => {
                plain.push_str(&letters);
                plain.push_str(after.strip_prefix(';').unwrap_or(after));
            }
            _ => {
                plain.push('&');
                plain.push_str(part);
            }
        }
    }
    Cow::Owned(plain)
}

/// What an entity stands for.
fn resolve(name: &str) -> Option<Cow<'static, str>> {
    let known = match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        "nbsp" => "\u{a0}",
        _ => "",
    };
    if !known.is_empty() {
        return Some(Cow::Borrowed(known));
    }
    // The longest entity of HTML has 31 letters.
    if !(2..=31).contains(&name.len()) {
        return None;
    }
    let entity = format!("&{name};");
    let letters = html_to_text(&entity);
    (!letters.is_empty() && letters != entity).then_some(Cow::Owned(letters))
}

/// What an element holds, and whether that is markup: then it is HTML as it stands, else text whose entities are resolved.
pub(super) fn inner<'a>(pieces: &[Token<'a>]) -> (Cow<'a, str>, bool) {
    let markup = pieces.iter().any(|piece| matches!(piece, Token::Start(_)));
    if !markup {
        return (plain(pieces), false);
    }
    let mut html = String::new();
    for piece in pieces {
        match piece {
            Token::Start(tag) => html.push_str(tag.raw),
            Token::End(name) => html.extend(["</", name, ">"]),
            Token::Text(text) | Token::Cdata(text) => html.push_str(text),
        }
    }
    (Cow::Owned(html), true)
}

/// The text of an element without that of its tags.
pub(super) fn plain<'a>(pieces: &[Token<'a>]) -> Cow<'a, str> {
    let mut texts = pieces.iter().filter_map(|piece| match piece {
        Token::Text(text) => Some(unescape(text)),
        Token::Cdata(text) => Some(Cow::Borrowed(*text)),
        _ => None,
    });
    let mut whole = texts.next().unwrap_or_default();
    for text in texts.filter(|text| !text.is_empty()) {
        if whole.trim().is_empty() {
            whole = text;
        } else {
            whole.to_mut().push_str(&text);
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(document: &str) -> String {
        let mut tokens = Tokens::of(document);
        let mut shown = String::new();
        for token in tokens.by_ref() {
            shown += &match token {
                Token::Start(tag) => {
                    let attributes: String = tag.attributes().map(|(name, value)| format!(" {name}={value}")).collect();
                    format!("[{}{attributes}{}]", tag.name, if tag.empty { " /" } else { "" })
                }
                Token::End(name) => format!("[/{name}]"),
                Token::Text(text) => text.to_owned(),
                Token::Cdata(text) => format!("{{{text}}}"),
            };
        }
        if tokens.cut { shown + "✂" } else { shown }
    }

    #[test]
    fn broken_markup_is_cut_where_a_reader_would() {
        let cases = [
            ("<?xml version='1.0'?><!-- <x> --><a b='1' c = \"2>\" d=3 e>t</a >", "[a b=1 c=2> d=3 e=]t[/a]"),
            ("<!DOCTYPE r [<!ENTITY x \"<y>\">]><r/>", "[r /]"),
            ("<!DOCTYPE html><p>", "[p]"),
            ("1 < 2 <b>&amp; 3", "1 < 2 [b]&amp; 3"),
            ("<a><![CDATA[<b> & ]] ]]></a>", "[a]{<b> & ]] }[/a]"),
            ("<a href=\"x>y<b>z", "[a href=x]y[b]z"),
            ("<a/><b c/><d e=f/>", "[a /][b c= /][d e=f /]"),
            ("<a></a <b>", "[a][/a]"),
            ("<a>text</", "[a]text[/]✂"),
            ("<a>text<b c=", "[a]text✂"),
            ("<a><![CDATA[cut", "[a]{cut}✂"),
            ("<好 用='是'>", "[好 用=是]"),
        ];
        for (document, want) in cases {
            assert_eq!(shown(document), want, "{document}");
        }
    }

    #[test]
    fn entities_are_resolved_and_bare_ampersands_stay() {
        let cases = [
            ("a &amp; b &lt;c&gt; &quot;d&quot;", "a & b <c> \"d\""),
            ("&#38;#x &#x4f60;&#22909; &#150; &#39", "&#x 你好 – '"),
            ("caf&eacute;&nbsp;&hellip;", "café\u{a0}…"),
            ("AT&T R&D &unknown; &copy = & &;", "AT&T R&D &unknown; &copy = & &;"),
        ];
        for (text, want) in cases {
            assert_eq!(unescape(text), want, "{text}");
        }
    }
}
