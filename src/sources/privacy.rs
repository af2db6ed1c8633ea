//! What is kept to itself of what people did not say in public: their addresses, numbers and keys, and if wished their names.
//!
//! Works on a mention as its kind read it, before anything tags or keeps it; so offsets are right on what is kept. Knows no kind.

use url::Url;

use crate::mention::{AddressKey, Author, Context, Mention, Note, masked_address};
use crate::text::{mask, masked};

/// What is covered of a source's mentions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Privacy {
    /// Whether it is no public place: addresses of authors are kept as fingerprints only.
    pub private: bool,
    /// Whether private pieces of texts are masked.
    pub mask: bool,
    /// Whether authors go by a pseudonym.
    pub pseudonyms: bool,
}

/// Keys of a query whose values are keys.
const KEYS: [&str; 14] = [
    "token",
    "access_token",
    "key",
    "api_key",
    "apikey",
    "auth",
    "code",
    "password",
    "secret",
    "sig",
    "signature",
    "email",
    "mail",
    "phone",
];
/// Digits of an author's fingerprint that are shown, and those that tell authors apart.
const SHOWN: usize = 4;
const TOLD_APART: usize = 32;

impl Privacy {
    /// Everything of a private place.
    pub fn of_private_place() -> Self {
        Self { private: true, mask: true, pseudonyms: false }
    }

    /// The mention as it may be kept.
    pub fn cover(self, mut mention: Mention, key: &AddressKey) -> Mention {
        if self.private {
            let id = |id: Option<String>| id.map(|id| masked_id(id, key));
            mention.own_id = id(mention.own_id);
            mention.context.thread = id(mention.context.thread);
            mention.context.parent = id(mention.context.parent);
        }
        if self.mask {
            mask_texts(&mut mention);
        }
        mention.author = mention.author.map(|author| self.cover_author(author, key));
        mention
    }

    /// What is told of an entry that could not be read.
    pub fn cover_words(self, words: String) -> String {
        if self.mask { masked(words) } else { words }
    }

    fn cover_author(self, mut author: Author, key: &AddressKey) -> Author {
        if self.private {
            let address = |said: &str| masked_address(said, key);
            let of_name = address(&author.name);
            if of_name.is_some() {
                author.name = "[e-mail]".to_owned();
            }
            author.handle = author.handle.map(|handle| address(&handle).unwrap_or(handle)).or(of_name);
        }
        if self.mask {
            author.name = masked(author.name);
        }
        if self.pseudonyms {
            let known_by = author.handle.as_deref().map_or_else(|| author.name.to_lowercase(), str::to_lowercase);
            let digits = key.fingerprint(&format!("author\n{known_by}"));
            author.name = format!("Customer {}", digits.chars().take(SHOWN).collect::<String>());
            let is_fingerprint = author.handle.as_deref().is_some_and(|handle| handle.starts_with("mail:"));
            if !is_fingerprint {
                author.handle = Some(format!("customer:{}", digits.chars().take(TOLD_APART).collect::<String>()));
            }
        }
        author
    }
}

/// An id that is somebody's address, as its fingerprint; a message's own id (`<…@…>`) is nobody's.
fn masked_id(id: String, key: &AddressKey) -> String {
    let is_message = id.starts_with('<') && id.ends_with('>');
    match masked_address(&id, key).filter(|_| !is_message) {
        Some(_) => format!("id:{}", key.fingerprint(&id).chars().take(TOLD_APART).collect::<String>()),
        None => id,
    }
}

fn mask_texts(mention: &mut Mention) {
    if let Some(covered) = mask(&mention.text) {
        let moved = |note: &Note| Note { start: covered.place(note.start), end: covered.place(note.end), ..note.clone() };
        mention.notes = mention.notes.iter().map(moved).filter(|note| note.start < note.end).collect();
        mention.text = covered.text;
    }
    mention.title = mention.title.take().map(masked);
    mention.about = mention.about.take().map(masked);
    mention.url = mention.url.take().map(|url| without_keys(&url));
    let Context { answer, .. } = &mut mention.context;
    if let Some(answer) = answer {
        answer.text = masked(std::mem::take(&mut answer.text));
        answer.by = answer.by.take().map(masked);
    }
}

/// The address without keys and addresses of people in its query.
fn without_keys(url: &Url) -> Url {
    let is_key = |name: &str, value: &str| {
        let name = name.to_ascii_lowercase();
        (KEYS.contains(&name.as_str()) && value.chars().count() >= 6) || mask(value).is_some()
    };
    if !url.query_pairs().any(|(name, value)| is_key(&name, &value)) {
        return url.clone();
    }
    let mut bare = url.clone();
    let pairs = url.query_pairs().filter(|(name, value)| !is_key(name, value)).map(|(name, value)| (name.into_owned(), value.into_owned()));
    bare.query_pairs_mut().clear().extend_pairs(pairs);
    if bare.query() == Some("") {
        bare.set_query(None);
    }
    bare
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mention::{Answer, Polarity};

    fn key() -> AddressKey {
        AddressKey::new(&[5; 32])
    }

    fn by(name: &str, handle: Option<&str>) -> Mention {
        let mut mention = Mention::new("easy to use").unwrap();
        mention.author = Some(Author { name: name.to_owned(), handle: handle.map(str::to_owned) });
        mention
    }

    #[test]
    fn a_private_mention_keeps_what_is_said_and_loses_who_can_be_reached() {
        let mut mention = Mention::new("My number 13812345678. Easy to use! ann@acme.example").unwrap();
        mention.notes = vec![Note { polarity: Polarity::Praise, start: 23, end: 34 }];
        mention.title = Some("From ann@acme.example".to_owned());
        mention.url = Url::parse("https://desk.example/t/7?token=abcdef123&page=2").ok();
        mention.context.thread = Some("ann@acme.example".to_owned());
        mention.context.parent = Some("<CAF+x7@mail.example>".to_owned());
        mention.context.answer = Some(Answer { text: "Call +49 151 23456789".to_owned(), by: None, at: None, url: None });
        mention.author = Some(Author { name: "Ann@acme.example".to_owned(), handle: None });
        let covered = Privacy::of_private_place().cover(mention, &key());
        assert_eq!(covered.text, "My number [phone]. Easy to use! [e-mail]");
        let note = &covered.notes[0];
        assert_eq!(covered.text.chars().skip(note.start).take(note.end - note.start).collect::<String>(), "Easy to use");
        assert_eq!(covered.title.as_deref(), Some("From [e-mail]"));
        assert_eq!(covered.url.unwrap().as_str(), "https://desk.example/t/7?page=2");
        assert!(covered.context.thread.unwrap().starts_with("id:"));
        assert_eq!(covered.context.parent.as_deref(), Some("<CAF+x7@mail.example>"), "a message's id leads to nobody");
        assert_eq!(covered.context.answer.unwrap().text, "Call [phone]");
        let author = covered.author.unwrap();
        assert_eq!(author.name, "[e-mail]");
        assert_eq!(author.handle, masked_address("ann@acme.example", &key()));
    }

    #[test]
    fn what_was_said_in_public_stays_as_it_is() {
        let mut mention = by("ann@acme.example", Some("ann@acme.example"));
        mention.text = "Call 13812345678".to_owned();
        assert_eq!(Privacy::default().cover(mention.clone(), &key()), mention);
        let unmasked = Privacy { mask: false, ..Privacy::of_private_place() }.cover(mention, &key());
        assert_eq!(unmasked.text, "Call 13812345678");
        assert!(unmasked.author.unwrap().handle.unwrap().starts_with("mail:"), "an address is a fingerprint even so");
    }

    #[test]
    fn a_pseudonym_lasts_and_tells_people_apart() {
        let privacy = Privacy { pseudonyms: true, ..Privacy::of_private_place() };
        let shown = |mention: Mention| privacy.cover(mention, &key()).author.unwrap();
        let (ann, again, bob) = (shown(by("Ann", Some("U7"))), shown(by("Ann Lee", Some("u7"))), shown(by("Ann", Some("U8"))));
        assert_eq!(ann, again);
        assert_ne!(ann.handle, bob.handle);
        assert!(ann.name.starts_with("Customer ") && ann.name.len() == 13, "{}", ann.name);
        let mail = shown(by("Ann", Some("ann@acme.example")));
        assert_eq!(mail.handle, masked_address("ann@acme.example", &key()), "customers are still known by their address");
    }
}
