//! Plain Atom, written element by element.
//!
//! Text goes into CDATA sections, which the parser reads at once where it stops at every entity.

/// A feed as far as it is written.
#[derive(Debug)]
pub(super) struct Atom(String);

impl Atom {
    /// An empty feed, with room for so many bytes.
    pub(super) fn with_room(length: usize) -> Self {
        let mut atom = String::with_capacity(length);
        atom.push_str("<feed xmlns=\"http://www.w3.org/2005/Atom\">");
        Self(atom)
    }

    /// How much is written; [`Atom::cut_back`] returns to it.
    pub(super) fn length(&self) -> usize {
        self.0.len()
    }

    pub(super) fn cut_back(&mut self, length: usize) {
        self.0.truncate(length);
    }

    /// Starts an element that holds others.
    pub(super) fn begin(&mut self, name: &str) {
        self.open(name, &[]);
    }

    pub(super) fn end(&mut self, name: &str) {
        self.0.extend(["</", name, ">"]);
    }

    pub(super) fn finish(mut self) -> String {
        self.end("feed");
        self.0
    }

    pub(super) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.open(name, attributes);
        self.end(name);
    }

    /// Writes an element with text, unless that is blank.
    pub(super) fn write(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) -> bool {
        if text.trim().is_empty() {
            return false;
        }
        self.open(name, attributes);
        let atom = &mut self.0;
        atom.push_str("<![CDATA[");
        if text.contains(']') {
            atom.push_str(&text.replace("]]>", "]]]]><![CDATA[>"));
        } else {
            atom.push_str(text);
        }
        atom.push_str("]]>");
        self.end(name);
        true
    }

    fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        let atom = &mut self.0;
        atom.push('<');
        atom.push_str(name);
        for (key, value) in attributes {
            atom.push(' ');
            atom.push_str(key);
            atom.push_str("=\"");
            for letter in value.chars() {
                match letter {
                    '&' => atom.push_str("&amp;"),
                    '"' => atom.push_str("&quot;"),
                    '<' => atom.push_str("&lt;"),
                    letter if letter.is_control() => {}
                    letter => atom.push(letter),
                }
            }
            atom.push('"');
        }
        atom.push('>');
    }
}
