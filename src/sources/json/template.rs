//! An address, and what is posted there, with places to fill: `{since}`, `{page}`, `{offset}`, `{cursor}`; `{secret}` stays until the request goes out.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::Value;
use url::{Url, form_urlencoded};

use super::super::Ask;

/// An address with places to fill.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Template(String);

/// What may be filled in.
const SIGNS: [&str; 8] = ["{since}", "{since:date}", "{since:unix}", "{since:ms}", "{page}", "{offset}", "{cursor}", "{secret}"];

/// How far a round has come when a page is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Pages of the list, this one included.
    pub(super) page: u32,
    /// Items that the pages before it showed.
    pub(super) seen: usize,
    /// Since when the round asks.
    pub(super) since: Option<Timestamp>,
}

const NOTE: &str = "goodword-at=";

impl Place {
    pub(super) const FIRST: Self = Self { page: 1, seen: 0, since: None };

    /// What the address asked for notes of it.
    pub(super) fn of(ask: &Ask) -> Self {
        let Some(note) = ask.url().and_then(Url::fragment).and_then(|fragment| fragment.strip_prefix(NOTE)) else { return Self::FIRST };
        let mut parts = note.split(',');
        let page = parts.next().and_then(|page| page.parse().ok()).filter(|page| *page > 0).unwrap_or(1);
        let seen = parts.next().and_then(|seen| seen.parse().ok()).unwrap_or(0);
        let since = parts.next().and_then(|since| since.parse().ok()).and_then(|since| Timestamp::from_millisecond(since).ok());
        Self { page, seen, since }
    }

    /// The place after a page that showed `here` items.
    pub(super) fn after(self, here: usize) -> Self {
        Self { page: self.page.saturating_add(1), seen: self.seen.saturating_add(here), ..self }
    }

    /// The address with a note of the place, if there is anything to note.
    pub(super) fn noted_in(self, mut url: Url) -> Url {
        let since = self.since.map_or_else(String::new, |since| since.as_millisecond().to_string());
        let note = (self != Self::FIRST).then(|| format!("{NOTE}{},{},{since}", self.page, self.seen));
        url.set_fragment(note.as_deref());
        url
    }
}

impl TryFrom<String> for Template {
    type Error = String;

    fn try_from(written: String) -> Result<Self, String> {
        let opened = written.split('{').skip(1).map(|rest| format!("{{{}", rest.split_inclusive('}').next().unwrap_or_default()));
        if let Some(unknown) = opened.into_iter().find(|sign| !SIGNS.contains(&sign.as_str())) {
            return Err(format!(
                "`url`: nothing is filled in for `{unknown}`; valid: {}",
                SIGNS.map(|sign| format!("`{sign}`")).join(", ")
            ));
        }
        let host = written.split_once("://").map(|(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or_default());
        if host.is_some_and(|host| host.contains('{')) {
            return Err("`url`: the host must be written out".to_owned());
        }
        let template = Self(written);
        let url = template.fill(Place::FIRST, 0, Some("x"))?;
        match matches!(url.scheme(), "http" | "https") && url.has_host() {
            true => Ok(template),
            false => Err(format!("`url`: `{}` is no page of the web; write an address that starts with `https://`", template.0)),
        }
    }
}

impl Template {
    pub(super) fn has(&self, sign: &str) -> bool {
        self.0.contains(sign)
    }

    pub(super) fn has_since(&self) -> bool {
        self.0.contains("{since")
    }

    /// What is posted there, filled in likewise. A cursor that is not there yet is `null`.
    pub(super) fn fill_body(body: &str, place: Place, number: u64, cursor: Option<&str>) -> String {
        let cursor = Value::from(cursor).to_string();
        let filled = body.replace("\"{cursor}\"", &cursor).replace("{cursor}", &cursor);
        values(place, number).iter().fold(filled, |filled, (sign, value)| filled.replace(sign, value))
    }

    /// The address as it might go by `how`.
    pub(super) fn example(&self, how: &str, sign: &str) -> String {
        format!("{}{}{how}={sign}", self.0, if self.0.contains('?') { '&' } else { '?' })
    }

    /// The address of the page at `place`, whose number or offset is `number`. Where there is no cursor yet, a parameter that is
    /// nothing else is left out.
    pub(super) fn fill(&self, place: Place, number: u64, cursor: Option<&str>) -> Result<Url, String> {
        let encoded = |value: &str| form_urlencoded::byte_serialize(value.as_bytes()).collect::<String>();
        let mut filled = if cursor.is_some() { self.0.clone() } else { without_cursor(&self.0) };
        for (sign, value) in values(place, number).into_iter().chain([("{cursor}", cursor.unwrap_or_default().to_owned())]) {
            filled = filled.replace(sign, &encoded(&value));
        }
        let url = Url::parse(&filled).map_err(|error| format!("`url`: `{}` is no address ({error}); write `https://…`", self.0))?;
        Ok(place.noted_in(url))
    }
}

/// What stands for each sign at `place`, but for the cursor.
fn values(place: Place, number: u64) -> [(&'static str, String); 6] {
    let since = place.since.unwrap_or(Timestamp::UNIX_EPOCH);
    [
        ("{since}", format!("{since:.0}")),
        ("{since:date}", since.to_zoned(TimeZone::UTC).date().to_string()),
        ("{since:unix}", since.as_second().to_string()),
        ("{since:ms}", since.as_millisecond().to_string()),
        ("{page}", number.to_string()),
        ("{offset}", number.to_string()),
    ]
}

/// The address without the parameter that holds nothing but the cursor.
fn without_cursor(written: &str) -> String {
    let Some((before, query)) = written.split_once('?') else { return written.to_owned() };
    let kept: Vec<&str> = query.split('&').filter(|pair| pair.split_once('=').is_none_or(|(_, value)| value != "{cursor}")).collect();
    if kept.is_empty() { before.to_owned() } else { format!("{before}?{}", kept.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_travels_in_the_address() {
        let url = Url::parse("https://a.example/list?page=3").unwrap();
        let place = Place { page: 3, seen: 40, since: Some("2026-03-01T12:00:00Z".parse().unwrap()) };
        assert_eq!(Place::of(&Ask::Get(place.noted_in(url.clone()))), place);
        assert_eq!(Place::FIRST.noted_in(url.clone()).fragment(), None);
        for strange in ["goodword-at=", "goodword-at=0,x,y", "top"] {
            let mut url = url.clone();
            url.set_fragment(Some(strange));
            assert_eq!(Place::of(&Ask::Get(url)), Place::FIRST, "{strange}");
        }
    }

    #[test]
    fn the_secret_stays_out_of_the_address_that_is_kept() {
        let template = Template::try_from("https://a.example/list?key={secret}".to_owned()).unwrap();
        let url = template.fill(Place::FIRST, 0, None).unwrap();
        assert!(url.as_str().contains("secret"), "{url}");
    }
}
