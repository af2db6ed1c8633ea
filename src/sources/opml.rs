//! Lists of feeds as feed readers exchange them: OPML 1 and 2.
//!
//! Lists are written by many programs, so what is ill-formed around the outlines is passed over. Asks nobody.

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::escape::escape;
use quick_xml::events::{BytesStart, Event};
use url::Url;

use super::ParseError;
use super::draft::{Draft, slug};
use super::walled::Walled;
use crate::fetch;

/// A feed of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// What it is called.
    pub title: Option<String>,
    /// Its address as it stands in the list.
    pub address: String,
    /// The folders it lies in, outermost first.
    pub folders: Vec<String>,
}

impl Outline {
    /// The entry it would be; else why it cannot be listened to.
    pub fn draft(&self, every: &str) -> Result<Draft, String> {
        let url = Url::parse(&self.address).map_err(|error| format!("this is no address ({error}); correct it in the list"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err("this is no address of the web; feeds begin with `https://`".to_owned());
        }
        if let Some(site) = Walled::of(&url) {
            return Err(site.refusal(&url));
        }
        let mut draft = Draft::feed(&url);
        draft.every = every.to_owned();
        if let Some(name) = self.title.as_deref().map(slug).filter(|name| (1..=60).contains(&name.chars().count())) {
            draft.name = name;
        }
        if !self.folders.is_empty() {
            draft.comments.push(format!("From {}.", self.folders.join(" / ")));
        }
        Ok(draft)
    }
}

/// A list of feeds as read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeedList {
    /// Its feeds, in its order.
    pub feeds: Vec<Outline>,
    /// Why its end could not be read.
    pub cut: Option<String>,
}

/// Reads a list of feeds.
pub fn read_opml(bytes: &[u8]) -> Result<FeedList, ParseError> {
    let text = fetch::decode(bytes, None);
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}').trim_start());
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    let mut list = Open::default();
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => list.start(&tag, false),
            Ok(Event::Empty(tag)) => list.start(&tag, true),
            Ok(Event::End(tag)) if is_outline(tag.name().as_ref()) => drop(list.open.pop()),
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(error) => {
                list.cut = Some(format!("the list breaks off after {} feeds: {error}; mend it, or export it anew", list.feeds.len()));
                break;
            }
        }
    }
    let Open { feeds, cut, is_opml, .. } = list;
    if is_opml { Ok(FeedList { feeds, cut }) } else { Err(ParseError::Instead("this is no OPML list: it has no `<opml>`".to_owned())) }
}

#[derive(Default)]
struct Open {
    is_opml: bool,
    feeds: Vec<Outline>,
    cut: Option<String>,
    /// The outlines around what is read now, each with its name if it is a folder.
    open: Vec<Option<String>>,
}

impl Open {
    fn start(&mut self, tag: &BytesStart<'_>, is_empty: bool) {
        self.is_opml |= tag.name().as_ref().eq_ignore_ascii_case("opml");
        if !is_outline(tag.name().as_ref()) {
            return;
        }
        let title = attribute(tag, "text").or_else(|| attribute(tag, "title"));
        let address = attribute(tag, "xmlUrl");
        let folder = if address.is_none() { title.clone() } else { None };
        if let Some(address) = address {
            self.feeds.push(Outline { title, address, folders: self.open.iter().flatten().cloned().collect() });
        }
        if !is_empty {
            self.open.push(folder);
        }
    }
}

fn is_outline(name: &str) -> bool {
    name.eq_ignore_ascii_case("outline")
}

/// An attribute's value on one line; none if it is absent or blank. A bare `&` in an address stands for itself.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut found = tag.html_attributes();
    let attribute = found.with_checks(false).filter_map(Result::ok).find(|attribute| attribute.key.as_ref().eq_ignore_ascii_case(name))?;
    let value = match attribute.normalized_value(XmlVersion::Implicit1_0) {
        Ok(value) => value.into_owned(),
        Err(_) => attribute.value.replace("&amp;", "&"),
    };
    let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
    (!value.is_empty()).then_some(value)
}

/// A list of feeds, each with its name, as OPML 2.0.
pub fn write_opml<'a>(feeds: impl Iterator<Item = (&'a str, &'a Url)>) -> String {
    let mut list = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n  <head>\n    <title>Goodword's feeds</title>\n  \
         </head>\n  <body>\n"
        .to_owned();
    for (name, url) in feeds {
        let (name, url) = (escape(name), escape(url.as_str()));
        list.push_str(&format!("    <outline type=\"rss\" text=\"{name}\" title=\"{name}\" xmlUrl=\"{url}\"/>\n"));
    }
    list + "  </body>\n</opml>\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, String, String)> {
        let list = read_opml(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"));
        list.feeds.into_iter().map(|outline| (outline.title.unwrap_or_default(), outline.address, outline.folders.join("/"))).collect()
    }

    fn want(rows: &[(&str, &str, &str)]) -> Vec<(String, String, String)> {
        rows.iter().map(|(a, b, c)| ((*a).to_owned(), (*b).to_owned(), (*c).to_owned())).collect()
    }

    #[test]
    fn feeds_are_read_with_their_folders() {
        let list = "\u{feff}<?xml version='1.0'?><opml version='1.0'><head><title>Mine</title></head><body>\
            <outline text='News'><outline text='Deep &amp; more'><outline text='A' xmlUrl='https://a.example/?x=1&amp;y=2'/></outline>\
            <outline title='B' type='rss' xmlurl='https://b.example/'></outline></outline>\
            <OUTLINE text='C' xmlUrl='https://c.example/?x=1&y=2' /><outline text='no feed' htmlUrl='https://d.example/'/></body></opml>";
        let rows = [
            ("A", "https://a.example/?x=1&y=2", "News/Deep & more"),
            ("B", "https://b.example/", "News"),
            ("C", "https://c.example/?x=1&y=2", ""),
        ];
        assert_eq!(read(list), want(&rows));
    }

    #[test]
    fn what_is_no_list_is_told() {
        assert!(matches!(read_opml(b"<html><body></body></html>"), Err(ParseError::Instead(_))));
        assert!(matches!(read_opml(b"hello"), Err(ParseError::Instead(_))));
        assert!(matches!(read_opml(b""), Err(ParseError::Instead(_))));
        assert_eq!(read_opml(b"<opml><body/></opml>"), Ok(FeedList::default()));
        let cut = read_opml(b"<opml><body><outline xmlUrl='https://a.example/'/><outline").unwrap();
        assert_eq!(cut.feeds.len(), 1);
        assert!(cut.cut.unwrap().contains("after 1 feeds"));
    }

    #[test]
    fn what_is_written_is_read_back() {
        let url = Url::parse("https://a.example/feed?x=1&y=\"2\"").unwrap();
        let list = write_opml([("acme <\"desk\">", &url)].into_iter());
        assert_eq!(read(&list), want(&[("acme <\"desk\">", url.as_str(), "")]));
    }
}
