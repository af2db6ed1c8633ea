//! Any API that answers with JSON, set up in `sources.toml` alone: an address with places to fill, where the items stand, where
//! each field stands in an item, and how one page leads to the next.
//!
//! Knows no site. How far a round has come stands in the fragment of the address asked for, which no server sees.

mod next;
mod template;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::fields::{Fields, Path, Read, Written, looks};
use super::{Ask, Moment, ParseError, Parsed, api};
use crate::fetch::{self, said};
use crate::mention::Mention;
use next::Next;
use template::{Place, Template};

/// An API, and how its answers are read.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Keys")]
pub struct Settings {
    url: Template,
    /// What is posted there; it is only asked for where there is nothing.
    body: Option<String>,
    next: Option<Next>,
    per_page: Option<usize>,
    max_pages: u32,
    items: Path,
    fields: Fields,
    written: Written,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    url: Template,
    body: Option<String>,
    next: Option<Next>,
    per_page: Option<usize>,
    max_pages: Option<u32>,
    items: Option<Path>,
    fields: Fields,
    #[serde(default)]
    written: Written,
}

/// Pages followed where the settings do not say.
const USUAL_PAGES: u32 = 100;
/// What is new is asked for from a little before the newest that is known: some servers show things late.
const OVERLAP: SignedDuration = SignedDuration::from_mins(10);

impl TryFrom<Keys> for Settings {
    type Error = String;

    fn try_from(keys: Keys) -> Result<Self, String> {
        let Keys { url, body, next, per_page, max_pages, items, fields, written } = keys;
        if let Some(body) = &body {
            check_body(body)?;
        }
        next::check(next.as_ref(), &url, body.as_deref())?;
        if per_page == Some(0) || max_pages == Some(0) {
            return Err("`per_page` and `max_pages` must be at least 1".to_owned());
        }
        let items = match items {
            Some(items) => items,
            None => Path::try_from("$".to_owned())?,
        };
        Ok(Self { url, body, next, per_page, max_pages: max_pages.unwrap_or(USUAL_PAGES), items, fields, written })
    }
}

impl Settings {
    /// Whether the next page is told in the header `Link`.
    pub(super) fn is_led_by_header(&self) -> bool {
        matches!(self.next, Some(Next::Header(_)))
    }

    pub(super) fn asks(&self, moment: Moment<'_>) -> Result<Vec<Ask>, ParseError> {
        let heard = moment.cursor.and_then(|cursor| cursor.parse().ok()).and_then(|at| Timestamp::from_millisecond(at).ok());
        let since = heard.and_then(|heard| heard.checked_sub(OVERLAP).ok()).or(moment.since).unwrap_or(Timestamp::UNIX_EPOCH);
        let place = Place { since: self.has_since().then_some(since), ..Place::FIRST };
        Ok(vec![self.page(place, None).map_err(ParseError::Unreadable)?])
    }

    fn has_since(&self) -> bool {
        self.url.has_since() || self.body.as_ref().is_some_and(|body| body.contains("{since"))
    }

    /// The page at `place`, with the cursor that leads to it.
    fn page(&self, place: Place, cursor: Option<&str>) -> Result<Ask, String> {
        let url = self.url.fill(place, self.number(place), cursor)?;
        Ok(self.ask(url, place, cursor))
    }

    /// The page at an address that another page gave.
    fn ask(&self, url: Url, place: Place, cursor: Option<&str>) -> Ask {
        let url = place.noted_in(url);
        match &self.body {
            Some(body) => Ask::Post { url, body: Template::fill_body(body, place, self.number(place), cursor) },
            None => Ask::Get(url),
        }
    }

    fn number(&self, place: Place) -> u64 {
        Next::number(self.next.as_ref(), place)
    }

    pub(super) fn parse(&self, ask: &Ask, page: &fetch::Page, moment: Moment<'_>) -> Result<Parsed, ParseError> {
        let site = format!("`{}`", page.url.host_str().unwrap_or_default());
        let answer = api::read(page, &site)?;
        let items = self.items.items(&answer).ok_or_else(|| self.no_items(&answer, &site))?;
        let mut parsed = Parsed::default();
        for (number, item) in items.iter().enumerate() {
            match self.fields.read(item, &self.written) {
                Ok(Read { mention, doubts }) => {
                    parsed.mentions.push(mention);
                    parsed.refused.extend(doubts.into_iter().map(|doubt| format!("item {}: {doubt}", number + 1)));
                }
                Err(why) => parsed.refused.push(format!("item {}: {why}", number + 1)),
            }
        }
        let place = Place::of(ask);
        if self.has_since() {
            parsed.cursor = newest(&parsed.mentions, moment).map(|at| at.as_millisecond().to_string());
        }
        self.go_on(place, &answer, items.len(), page, &mut parsed);
        super::name_some(&mut parsed.refused);
        Ok(parsed)
    }

    fn no_items(&self, answer: &Value, site: &str) -> ParseError {
        match said::reason(answer) {
            Some(reason) => ParseError::Instead(format!("{site} gave no items but an error: {reason}")),
            None => ParseError::Unreadable(format!(
                "`items` (`{}`) finds nothing in the answer of {site}, which {}; write where the list stands",
                self.items,
                looks(answer)
            )),
        }
    }

    /// Asks for what follows a page that showed `here` items.
    fn go_on(&self, place: Place, answer: &Value, here: usize, page: &fetch::Page, parsed: &mut Parsed) {
        let Some(next) = &self.next else { return };
        let further = place.after(here);
        let is_short = here == 0 || self.per_page.is_some_and(|full| here < full);
        let ask = match next {
            Next::Page(_) | Next::Offset(_) if is_short => None,
            Next::Page(_) | Next::Offset(_) => Some(self.page(further, None)),
            Next::Cursor(path) => first_words(path, answer).map(|cursor| self.page(further, Some(&cursor))),
            Next::Url(path) => first_words(path, answer).map(|link| Ok(self.ask(next::follow(&link, &page.url)?, further, None))),
            // The header is read by whoever asks.
            Next::Header(_) => None,
        };
        match ask {
            None => {}
            Some(_) if further.page > self.max_pages => {
                parsed.partial = Some(format!("its list goes on after {} pages (`max_pages`)", self.max_pages));
            }
            Some(Ok(ask)) => parsed.next.push(ask),
            Some(Err(why)) => parsed.partial = Some(why),
        }
    }
}

/// What is posted must be JSON once it is filled in, and the secret goes into a header: what is posted is kept with the page.
fn check_body(body: &str) -> Result<(), String> {
    if body.contains("{secret}") {
        return Err("`body`: the secret goes into a header, for example `headers = { Authorization = \"Bearer {secret}\" }`".to_owned());
    }
    let filled = Template::fill_body(body, Place::FIRST, 0, None);
    serde_json::from_str::<serde::de::IgnoredAny>(&filled).map(drop).map_err(|error| format!("`body` is no JSON: {error}"))
}

/// The words that a path finds first; those that say that there is no more are none.
fn first_words(path: &Path, answer: &Value) -> Option<String> {
    match path.find(answer).into_iter().next()? {
        Value::String(words) => Some(words.trim().to_owned()).filter(|words| !words.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// When the newest of what was ever heard was written or changed; what lies in the future says nothing.
fn newest(mentions: &[Mention], moment: Moment<'_>) -> Option<Timestamp> {
    let dates = mentions.iter().flat_map(|mention| [mention.published.map(|published| published.at), mention.edited]).flatten();
    let heard = moment.cursor.and_then(|cursor| cursor.parse().ok()).and_then(|at| Timestamp::from_millisecond(at).ok());
    dates.filter(|at| *at <= moment.now).chain(heard).max()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn settings(keys: &str) -> Result<Settings, String> {
        toml::from_str(&format!("{keys}\n[fields]\ntext = 'body'\nid = 'id'\ndate = 'at'\n")).map_err(|error| error.message().to_owned())
    }

    fn moment(cursor: Option<&str>) -> Moment<'_> {
        Moment { now: "2026-03-10T12:00:00Z".parse().unwrap(), since: None, cursor, dir: std::path::Path::new(".") }
    }

    fn first(settings: &Settings, cursor: Option<&str>) -> Url {
        let Ask::Get(url) = settings.asks(moment(cursor)).unwrap().remove(0) else { panic!("it is a page") };
        url
    }

    fn read(settings: &Settings, ask: Url, body: &Value) -> Result<Parsed, ParseError> {
        let mut url = ask.clone();
        url.set_fragment(None);
        let page = fetch::Page { url, content_type: None, body: body.to_string().into() };
        settings.parse(&Ask::Get(ask), &page, moment(None))
    }

    fn next(settings: &Settings, ask: Url, body: &Value) -> Option<Url> {
        match read(settings, ask, body).unwrap().next.pop() {
            Some(Ask::Get(url)) => Some(url),
            _ => None,
        }
    }

    fn bare(mut url: Url) -> String {
        url.set_fragment(None);
        url.into()
    }

    #[test]
    fn pages_are_counted_by_number_or_by_offset() {
        let items = json!({"items": [{"body": "a"}, {"body": "b"}]});
        let head = "items = 'items'\nurl = 'https://a.example/list?";
        for (keys, addresses) in [
            ("p={page}'\nnext = { page = 1 }", ["p=1", "p=2", "p=3"]),
            ("p={page}&n=2'\nnext = { page = 0 }", ["p=0&n=2", "p=1&n=2", "p=2&n=2"]),
            ("from={offset}'\nnext = { offset = 0 }", ["from=0", "from=2", "from=4"]),
        ] {
            let settings = settings(&format!("{head}{keys}")).unwrap();
            let mut at = first(&settings, None);
            for want in addresses {
                assert_eq!(bare(at.clone()), format!("https://a.example/list?{want}"));
                at = next(&settings, at, &items).unwrap();
            }
            assert_eq!(next(&settings, at, &json!({"items": []})), None);
        }
        let settings = settings(&format!("{head}p={{page}}'\nnext = {{ page = 1 }}\nper_page = 3")).unwrap();
        assert_eq!(next(&settings, first(&settings, None), &items), None, "a short page is the last");
    }

    #[test]
    fn a_cursor_or_an_address_in_the_answer_leads_on() {
        let by_cursor =
            settings("url = 'https://a.example/list?n=5&after={cursor}'\nitems = 'data'\nnext = { cursor = 'meta.next' }").unwrap();
        let at = first(&by_cursor, None);
        assert_eq!(at.as_str(), "https://a.example/list?n=5");
        let then = next(&by_cursor, at.clone(), &json!({"data": [{"body": "a"}], "meta": {"next": "x=/y"}})).unwrap();
        assert_eq!(bare(then), "https://a.example/list?n=5&after=x%3D%2Fy");
        for end in [Value::Null, json!(""), json!(false)] {
            assert_eq!(next(&by_cursor, at.clone(), &json!({"data": [{"body": "a"}], "meta": {"next": end}})), None);
        }
        let by_url = settings("url = 'https://a.example/list'\nitems = 'data'\nnext = { url = 'links.next' }").unwrap();
        let at = first(&by_url, None);
        let then = next(&by_url, at.clone(), &json!({"data": [{"body": "a"}], "links": {"next": "/list?page=2"}})).unwrap();
        assert_eq!(bare(then), "https://a.example/list?page=2");
        let elsewhere = read(&by_url, at, &json!({"data": [{"body": "a"}], "links": {"next": "https://b.example/"}})).unwrap();
        assert!(elsewhere.next.is_empty() && elsewhere.partial.unwrap().contains("`b.example`"));
    }

    #[test]
    fn a_question_is_posted_with_its_places_filled() {
        let keys = "url = 'https://a.example/graphql'\nitems = 'data'\nnext = { cursor = 'next' }\n\
                    body = '{\"first\": 50, \"after\": \"{cursor}\", \"since\": {since:unix}}'";
        let settings = settings(keys).unwrap();
        let posted = |ask: &Ask| match ask {
            Ask::Post { body, .. } => body.clone(),
            ask => panic!("{ask:?}"),
        };
        let first = settings.asks(moment(None)).unwrap().remove(0);
        assert_eq!(posted(&first), "{\"first\": 50, \"after\": null, \"since\": 0}");
        let page = fetch::Page {
            url: first.url().unwrap().clone(),
            content_type: None,
            body: "{\"data\": [{\"body\": \"a\"}], \"next\": \"x\\\"y\"}".into(),
        };
        let next = settings.parse(&first, &page, moment(None)).unwrap().next.remove(0);
        assert_eq!(posted(&next), "{\"first\": 50, \"after\": \"x\\\"y\", \"since\": 0}");
        assert_eq!(Place::of(&next).page, 2);
    }

    #[test]
    fn what_is_new_is_asked_for_from_a_little_before_the_newest_that_is_known() {
        for (sign, want) in [
            ("{since}", "2026-03-09T23%3A50%3A00Z"),
            ("{since:date}", "2026-03-09"),
            ("{since:unix}", "1773100200"),
            ("{since:ms}", "1773100200000"),
        ] {
            let settings =
                settings(&format!("url = 'https://a.example/list?from={sign}&p={{page}}'\nitems = '$'\nnext = {{ page = 1 }}")).unwrap();
            let parsed = read(
                &settings,
                first(&settings, None),
                &json!([{"body": "a", "at": "2026-03-10T00:00:00Z"}, {"body": "b", "at": "2027-01-01T00:00:00Z"}]),
            );
            let cursor = parsed.unwrap().cursor.unwrap();
            let at = first(&settings, Some(&cursor));
            assert_eq!(bare(at.clone()), format!("https://a.example/list?from={want}&p=1"));
            let then = next(&settings, at, &json!([{"body": "a", "at": "2026-03-10T11:00:00Z"}])).unwrap();
            assert_eq!(bare(then), format!("https://a.example/list?from={want}&p=2"), "a round asks from one time on");
        }
    }

    #[test]
    fn a_path_that_finds_nothing_is_named() {
        let settings = settings("url = 'https://a.example/list'\nitems = 'tickets'").unwrap();
        let at = first(&settings, None);
        let Err(ParseError::Unreadable(error)) = read(&settings, at.clone(), &json!({"data": [], "count": 0})) else {
            panic!("no list is there")
        };
        assert_eq!(
            error,
            "`items` (`tickets`) finds nothing in the answer of `a.example`, which has `count`, `data`; write where the list stands"
        );
        assert!(
            matches!(read(&settings, at.clone(), &json!({"error": "bad key"})), Err(ParseError::Instead(said)) if said.contains("bad key"))
        );
        let parsed = read(&settings, at, &json!({"tickets": [{"text": "a"}]})).unwrap();
        assert_eq!(parsed.refused, ["item 1: `text` (`body`) finds no words; the item has `text`"]);
    }

    #[test]
    fn a_list_ends_where_the_settings_say_and_tells_so() {
        let settings = settings("url = 'https://a.example/list?p={page}'\nnext = { page = 1 }\nmax_pages = 1").unwrap();
        let parsed = read(&settings, first(&settings, None), &json!([{"body": "a"}])).unwrap();
        assert!(parsed.next.is_empty() && parsed.partial.unwrap().contains("`max_pages`"));
    }

    #[test]
    fn wrong_settings_are_told_with_what_to_write() {
        for (keys, said) in [
            ("url = 'https://a.example/list?p={page}'", "`next = { page = 1 }`"),
            ("url = 'https://a.example/list'\nnext = { page = 1 }", "`{page}`"),
            ("url = 'https://a.example/list'\nnext = { cursor = 'a' }", "`{cursor}`"),
            ("url = 'https://a.example/{user}'", "`{user}`"),
            ("url = 'ftp://a.example/'", "https://"),
            ("url = 'a.example/list'", "https://"),
            ("url = 'https://{page}.example/'\nnext = { page = 1 }", "host"),
            ("url = 'https://a.example/'\nnext = { header = 'X-Next' }", "header = \"Link\""),
            ("url = 'https://a.example/'\nmax_pages = 0", "at least 1"),
            ("url = 'https://a.example/'\nitems = 'a['", "is no path"),
            ("url = 'https://a.example/'\nbody = '{\"a\": '", "is no JSON"),
            ("url = 'https://a.example/'\nbody = '{\"key\": \"{secret}\"}'", "into a header"),
            ("url = 'https://a.example/'\nbody = '{\"p\": {page}}'", "next = { page = 1 }"),
        ] {
            let error = settings(keys).unwrap_err();
            assert!(error.contains(said), "{keys}: {error}");
        }
    }
}
