//! Any XML feed, well formed or not, written anew as the plain Atom that the parser reads without loss.
//!
//! RSS 0.9x, 1.0 and 2.0, Atom and its drafts, and CDF differ in the names of a dozen things, which [`vocabulary`](super::vocabulary)
//! knows. What no mention is made of is left out, so that one odd date, unknown
//! namespace or broken tag costs no more than itself.

use std::borrow::Cow;

use url::Url;

use super::atom::Atom;
use super::vocabulary::{Family, Field, family_of, field, is_transparent, local_name, same, usual_family};
use super::xml::{Tag, Token, Tokens, inner, plain, unescape};
use super::{author_name, told};
use crate::sources::{ParseError, dates};
use crate::text::html_to_text;

/// A feed written anew.
#[derive(Debug, Default)]
pub(super) struct Rewritten {
    /// The feed in plain Atom.
    pub(super) atom: String,
    /// Its language, in its own words.
    pub(super) lang: Option<String>,
    /// The entries left out, and why.
    pub(super) refused: Vec<String>,
    /// Whether it breaks off before its end.
    pub(super) cut: bool,
}

/// Writes the feed in `document` anew; `url` is where it was found.
pub(super) fn rewrite(document: &str, url: &Url) -> Result<Rewritten, ParseError> {
    let mut tokens = Tokens::of(document);
    let root = find_root(&mut tokens)?;
    let mut writer = Writer::new(url, document.len());
    writer.root(&root);
    for token in tokens.by_ref() {
        writer.token(token);
    }
    Ok(writer.finish(tokens.cut))
}

/// The element that holds the feed; whatever stands before it is passed over.
fn find_root<'a>(tokens: &mut Tokens<'a>) -> Result<Tag<'a>, ParseError> {
    let mut first = None;
    while let Some(token) = tokens.next() {
        let Token::Start(tag) = token else { continue };
        let local = local_name(tag.name);
        if ["rss", "rdf", "feed", "channel", "entry"].iter().any(|root| same(local, root)) {
            return Ok(tag);
        }
        if same(local, "html") || (first.is_none() && ["head", "body", "script"].iter().any(|root| same(local, root))) {
            return Err(html_instead(tokens));
        }
        first.get_or_insert(tag.name);
    }
    Err(match first {
        Some(name) => {
            let name: String = name.chars().take(40).collect();
            ParseError::Unreadable(format!("a document of `<{name}>` came where a feed was due; check the address"))
        }
        None => ParseError::Unreadable("neither RSS, Atom nor JSON Feed came; check the address".to_owned()),
    })
}

fn html_instead(tokens: &mut Tokens<'_>) -> ParseError {
    let mut titles = tokens.skip_while(|token| !matches!(token, Token::Start(tag) if same(tag.name, "title")));
    let title = match titles.nth(1) {
        Some(Token::Text(text)) => html_to_text(text).chars().take(80).collect(),
        _ => String::new(),
    };
    let named = if title.is_empty() { String::new() } else { format!(" (title `{title}`)") };
    ParseError::Instead(format!("an HTML page came where a feed was due{named}; look for the page's feed address"))
}

/// Where in the feed the reading stands.
enum Place<'a> {
    /// Between things.
    Open,
    /// Within an element of no interest, of that name, so many deep.
    Skipping(&'a str, usize),
    /// Within an element whose content is wanted.
    Collecting(Field, Tag<'a>, usize),
}

struct Writer<'a> {
    written: Rewritten,
    atom: Atom,
    place: Place<'a>,
    /// What the wanted element holds so far.
    pieces: Vec<Token<'a>>,
    prefixes: Vec<(&'a str, Family)>,
    base: Url,
    base_told: bool,
    has_author: bool,
    /// Where relative links start in the entry that is being written.
    entry_base: Option<Url>,
    /// The entry that is being written: its element's name, where it starts, and what it has.
    entry: Option<(&'a str, usize, Has)>,
    entry_lang: Option<String>,
    seen: usize,
    ended: bool,
    root: &'a str,
}

/// What an entry has so far.
#[derive(Clone, Copy, Default)]
struct Has {
    id: bool,
    title: bool,
    author: bool,
    published: bool,
    updated: bool,
    rating: bool,
    summary: bool,
    content: bool,
    texts: usize,
}

impl<'a> Writer<'a> {
    fn new(url: &Url, length: usize) -> Self {
        Self {
            written: Rewritten::default(),
            atom: Atom::with_room(length / 2),
            place: Place::Open,
            pieces: Vec::new(),
            prefixes: Vec::new(),
            base: url.clone(),
            base_told: false,
            has_author: false,
            entry_base: None,
            entry: None,
            entry_lang: None,
            seen: 0,
            ended: false,
            root: "",
        }
    }

    fn root(&mut self, tag: &Tag<'a>) {
        self.root = tag.name;
        self.ended = tag.empty;
        self.start(*tag);
    }

    fn token(&mut self, token: Token<'a>) {
        if self.bounds(&token) {
            return;
        }
        match (token, &mut self.place) {
            (Token::Start(tag), Place::Open) => self.start(tag),
            (_, Place::Open) => {}
            (Token::Start(tag), Place::Skipping(name, depth)) => *depth += usize::from(same(tag.name, name) && !tag.empty),
            (Token::End(ended), Place::Skipping(name, depth)) if same(ended, name) => {
                *depth -= 1;
                if *depth == 0 {
                    self.place = Place::Open;
                }
            }
            (_, Place::Skipping(..)) => {}
            (Token::End(ended), Place::Collecting(_, outer, 1)) if same(ended, outer.name) => self.close_field(),
            (token, Place::Collecting(_, outer, depth)) => {
                match token {
                    Token::Start(tag) => *depth += usize::from(same(tag.name, outer.name) && !tag.empty),
                    Token::End(ended) => *depth -= usize::from(same(ended, outer.name)),
                    _ => {}
                }
                self.pieces.push(token);
            }
        }
    }

    /// Whether the token starts or ends an entry or the feed, wherever it comes: what was left open is closed by it.
    fn bounds(&mut self, token: &Token<'a>) -> bool {
        match token {
            Token::Start(tag) if self.is_entry(tag.name) => {
                self.close_entry();
                self.start(*tag);
            }
            Token::End(name) if self.entry.is_some_and(|(entry, ..)| same(entry, name)) => {
                self.close_entry();
                self.ended |= same(name, self.root);
            }
            Token::End(name) if same(name, self.root) || same(name, "channel") => self.ended = true,
            _ => return false,
        }
        true
    }

    fn start(&mut self, tag: Tag<'a>) {
        self.learn_prefixes(&tag);
        let family = self.family(tag.name);
        if self.is_entry(tag.name) {
            return self.open_entry(&tag);
        }
        if self.entry.is_none() && ["rss", "rdf", "feed", "channel"].iter().any(|name| same(local_name(tag.name), name)) {
            self.take_scope(&tag);
            return;
        }
        let field = field(family, local_name(tag.name));
        if let Some(Field::Link) = field
            && let Some(href) = tag.attribute("href")
        {
            self.atom_link(&tag, &href);
        }
        if let Some(Field::Parent) = field
            && let Some(answered) = tag.attribute("ref").or_else(|| tag.attribute("href"))
        {
            self.note("parent", &answered);
        }
        match field {
            _ if tag.empty => {}
            Some(field) => self.place = Place::Collecting(field, tag, 1),
            None if !is_transparent(family, local_name(tag.name)) => self.place = Place::Skipping(tag.name, 1),
            None => {}
        }
    }

    fn learn_prefixes(&mut self, tag: &Tag<'a>) {
        for (name, uri) in tag.attributes() {
            let Some(prefix) = name.strip_prefix("xmlns:") else { continue };
            let declared = (prefix, family_of(uri));
            // Enough for any honest feed; a search through the list must stay short.
            if self.prefixes.len() < 64 && !self.prefixes.contains(&declared) {
                self.prefixes.push(declared);
            }
        }
    }

    fn family(&self, name: &str) -> Family {
        let Some((prefix, _)) = name.split_once(':') else { return Family::Feed };
        let told = self.prefixes.iter().rev().find(|(known, _)| *known == prefix);
        told.map_or_else(|| usual_family(prefix), |(_, family)| *family)
    }

    fn is_entry(&self, name: &str) -> bool {
        ["item", "entry"].iter().any(|entry| same(local_name(name), entry)) && self.family(name) == Family::Feed
    }

    /// Takes the base and language of an element that holds entries.
    fn take_scope(&mut self, tag: &Tag<'a>) {
        if let Some(base) = tag.attribute("xml:base").and_then(|base| self.base.join(&base).ok()) {
            (self.base, self.base_told) = (base, true);
        }
        if let Some(lang) = tag.attribute("xml:lang") {
            self.written.lang = Some(lang.into_owned());
        }
    }

    fn open_entry(&mut self, tag: &Tag<'a>) {
        self.place = Place::Open;
        self.pieces.clear();
        self.seen += 1;
        self.entry = Some((tag.name, self.atom.length(), Has::default()));
        self.entry_base = tag.attribute("xml:base").and_then(|base| self.base.join(&base).ok());
        self.entry_lang = tag.attribute("xml:lang").map(Cow::into_owned);
        self.atom.begin("entry");
        // Where RSS 1.0 keeps the id, and CDF the link.
        if let Some(about) = tag.attribute("rdf:about") {
            self.atom.write("id", &[], about.trim());
        }
        if let Some(href) = tag.attribute("href") {
            self.link(&href, &[]);
        }
        if tag.empty {
            self.close_entry();
        }
    }

    fn close_entry(&mut self) {
        if matches!(self.place, Place::Collecting(..)) {
            self.close_field();
        }
        self.place = Place::Open;
        let Some((_, start, has)) = self.entry.take() else { return };
        if has.title || has.texts > 0 {
            self.atom.end("entry");
        } else {
            self.atom.cut_back(start);
            self.written.refused.push(format!("entry {} has neither text nor title", self.seen));
        }
    }

    fn close_field(&mut self) {
        let Place::Collecting(field, tag, _) = std::mem::replace(&mut self.place, Place::Open) else { return };
        let pieces = std::mem::take(&mut self.pieces);
        match self.entry {
            Some((_, _, has)) => self.entry_field(field, &tag, &pieces, has),
            None => self.feed_field(field, &tag, &pieces),
        }
        self.pieces = pieces;
        self.pieces.clear();
    }

    fn feed_field(&mut self, field: Field, tag: &Tag<'a>, pieces: &[Token<'a>]) {
        match field {
            Field::Lang if self.written.lang.is_none() => self.written.lang = Some(plain(pieces).trim().to_owned()),
            // The links of RSS start from the site, which may not be where its feed is kept.
            Field::Link if !self.base_told => {
                if let Ok(site) = self.base.join(plain(pieces).trim())
                    && matches!(site.scheme(), "http" | "https")
                {
                    self.base = site;
                }
            }
            Field::Author if !tag.name.contains(':') && !self.has_author => self.has_author = self.author(pieces),
            _ => {}
        }
    }

    fn entry_field(&mut self, field: Field, tag: &Tag<'a>, pieces: &[Token<'a>], mut has: Has) {
        match field {
            Field::Id if !has.id => {
                let id = plain(pieces);
                has.id = self.atom.write("id", &[], id.trim());
                let told = tag.attribute("isPermaLink");
                let opens = told.map_or(id.trim().starts_with("http"), |told| same(&told, "true"));
                if opens && same(local_name(tag.name), "guid") {
                    self.link(&id, &[("title", "id")]);
                }
            }
            Field::Title if !has.title => has.title = self.text("title", tag, pieces),
            Field::Link => {
                self.link(&plain(pieces), &[]);
            }
            Field::Author if !has.author => has.author = self.author(pieces),
            Field::Published { first } if first || !has.published => has.published = self.date("published", pieces) || has.published,
            Field::Updated if !has.updated => has.updated = self.date("updated", pieces),
            Field::Rating if !has.rating => {
                let rating = plain(pieces);
                has.rating = !rating.trim().is_empty();
                let attribute = [("scheme", "rating"), ("term", rating.trim())];
                self.atom.empty("category", &attribute);
            }
            Field::Replies => self.note("replies", &plain(pieces)),
            Field::Summary if !has.summary => has = self.say(tag, pieces, Has { summary: true, ..has }),
            Field::Content if !has.content => has = self.say(tag, pieces, Has { content: true, ..has }),
            _ => {}
        }
        if let Some(entry) = &mut self.entry {
            entry.2 = has;
        }
    }

    /// Writes what an entry tells that plain Atom has no word for.
    fn note(&mut self, what: &str, told: &str) {
        if self.entry.is_some() && !told.trim().is_empty() {
            self.atom.empty("category", &[("scheme", what), ("term", told.trim())]);
        }
    }

    /// Writes one of the texts of an entry. There may be several; the reader of the rewritten feed keeps the richest of two.
    fn say(&mut self, tag: &Tag<'a>, pieces: &[Token<'a>], has: Has) -> Has {
        let name = if has.texts == 0 { "content" } else { "summary" };
        if has.texts >= 2 && !matches!(local_name(tag.name), "encoded" | "content" | "body") {
            return has;
        }
        let written = self.text(name, tag, pieces);
        Has { texts: has.texts + usize::from(written), ..has }
    }

    fn text(&mut self, name: &str, tag: &Tag<'a>, pieces: &[Token<'a>]) -> bool {
        let (text, markup) = inner(pieces);
        let told = tag.attribute("type").unwrap_or_default().to_ascii_lowercase();
        let readable = told.is_empty() || ["text", "plain", "html", "xml"].iter().any(|known| told.contains(known));
        if !readable || tag.attribute("mode").is_some_and(|mode| mode == "base64") {
            return false;
        }
        let html = match told.as_str() {
            _ if markup => true,
            "text" | "plain" | "text/plain" => false,
            "" if name == "title" => looks_like_html(&text),
            // Atom takes a text of no type as plain, RSS as HTML.
            "" => !self.is_atom() || looks_like_html(&text),
            told => told.contains("html") || told.contains("xml"),
        };
        let kind = if html { "html" } else { "text" };
        let lang = tag.attribute("xml:lang").map(Cow::into_owned).or_else(|| self.entry_lang.clone());
        match lang {
            Some(lang) => self.atom.write(name, &[("type", kind), ("xml:lang", &lang)], &text),
            None => self.atom.write(name, &[("type", kind)], &text),
        }
    }

    fn is_atom(&self) -> bool {
        same(local_name(self.root), "feed") || same(local_name(self.root), "entry")
    }

    fn date(&mut self, name: &str, pieces: &[Token<'a>]) -> bool {
        dates::read(&plain(pieces)).is_some_and(|published| self.atom.write(name, &[], &told(published)))
    }

    fn author(&mut self, pieces: &[Token<'a>]) -> bool {
        let mut parts = [const { String::new() }; 3];
        let mut part = None;
        for piece in pieces {
            match piece {
                Token::Start(tag) => part = ["name", "uri", "email"].iter().position(|part| same(local_name(tag.name), part)),
                Token::End(_) => part = None,
                Token::Text(text) => parts[part.unwrap_or(0)].push_str(&unescape(text)),
                Token::Cdata(text) => parts[part.unwrap_or(0)].push_str(text),
            }
        }
        let [name, uri, email] = parts;
        let name = author_name(&html_to_text(if name.trim().is_empty() { &email } else { &name }));
        if name.is_empty() {
            return false;
        }
        self.atom.begin("author");
        self.atom.write("name", &[], &name);
        self.atom.write("uri", &[], uri.trim());
        self.atom.end("author");
        true
    }

    fn atom_link(&mut self, tag: &Tag<'a>, href: &str) {
        let rel = tag.attribute("rel").unwrap_or(Cow::Borrowed("alternate"));
        if rel != "alternate" {
            return;
        }
        if self.entry.is_some() {
            self.link(href, &[("type", &tag.attribute("type").unwrap_or_default())]);
        }
    }

    /// Writes a link of an entry, made absolute.
    fn link(&mut self, href: &str, attributes: &[(&str, &str)]) -> bool {
        let href = href.trim();
        let base = self.entry_base.as_ref().unwrap_or(&self.base);
        let Some(url) = base.join(href).ok().filter(|url| !href.is_empty() && matches!(url.scheme(), "http" | "https")) else {
            return false;
        };
        let mut all = vec![("href", url.as_str())];
        all.extend(attributes);
        self.atom.empty("link", &all);
        true
    }

    fn finish(mut self, cut: bool) -> Rewritten {
        if let Some((_, start, _)) = self.entry.take() {
            self.atom.cut_back(start);
            self.written.refused.push(format!("entry {}: the feed breaks off within it", self.seen));
            self.written.cut = true;
        }
        self.written.cut |= cut || !self.ended;
        self.written.atom = self.atom.finish();
        self.written
    }
}

/// Whether a text whose type is not told is HTML: it has an end tag, a line break or an entity.
fn looks_like_html(text: &str) -> bool {
    let entity = || {
        text.split('&').skip(1).any(|part| {
            let name = part.split(';').next().unwrap_or_default();
            name.len() < part.len()
                && (2..10).contains(&name.len())
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'#')
        })
    };
    text.contains("</") || text.contains("<br") || text.contains("/>") || entity()
}
