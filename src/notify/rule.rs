//! What people want to be told: the `[[alert]]` entries of settings.toml, and whether a mention is meant by one. Pure.

use std::time::Duration;

use serde::{Deserialize, Deserializer};
use toml::Spanned;
use toml::de::DeTable;

use super::routed::ROUTE;
use crate::clock;
use crate::mention::Rating;
use crate::store::{Event, Stored};
use crate::tomlfile::TomlFile;
use jiff::{SignedDuration, Timestamp};

/// More that becomes known of a mention later than this is no reason to tell of it.
const RECENT: SignedDuration = SignedDuration::from_hours(24);

/// What people want to be told, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Its name, unique in the file.
    pub name: String,
    /// What brings it about.
    pub when: When,
    pub(super) products: Vec<String>,
    pub(super) langs: Vec<String>,
    pub(super) sources: Vec<String>,
    pub(super) themes: Vec<String>,
    /// The destinations; `@route` is whoever the routing of replies names.
    pub to: Vec<String>,
    pub(super) throttle: Option<Throttle>,
    /// Whether it goes out in quiet hours too.
    pub urgent: bool,
    pub(super) max_age: Option<Duration>,
}

/// What brings a message about.
#[derive(Clone, Debug, PartialEq)]
pub enum When {
    /// A mention with so many stars or fewer, of five.
    Rating {
        /// The most stars.
        at_most: f64,
    },
    /// A severe complaint.
    Ugly,
    /// Unusually many mentions.
    Spike,
    /// A saved search found something new: this one, or any.
    Search(Option<String>),
    /// A reply is due within this time, or overdue.
    Deadline(Duration),
    /// A source has shown nothing for this long.
    Blocked(Duration),
    /// A secret is about to expire.
    Credential,
}

/// So many messages in so long; what is more is gathered in a summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Throttle {
    pub(super) most: i64,
    pub(super) within: Duration,
}

const USUAL: Throttle = Throttle { most: 10, within: Duration::from_mins(15) };

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    name: String,
    when: Word,
    at_most: Option<f64>,
    search: Option<String>,
    #[serde(default, deserialize_with = "optional_duration")]
    before: Option<Duration>,
    #[serde(default, deserialize_with = "optional_duration")]
    after: Option<Duration>,
    #[serde(default)]
    product: OneOrMany,
    #[serde(default)]
    lang: OneOrMany,
    #[serde(default)]
    source: OneOrMany,
    #[serde(default)]
    theme: OneOrMany,
    to: OneOrMany,
    throttle: Option<String>,
    #[serde(default)]
    urgent: bool,
    #[serde(default, deserialize_with = "optional_duration")]
    max_age: Option<Duration>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Word {
    Rating,
    Ugly,
    Spike,
    Search,
    Deadline,
    Blocked,
    Credential,
}

#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "expected a name in quotes, or several as `[\"one\", \"other\"]`")]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl Default for OneOrMany {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

impl From<OneOrMany> for Vec<String> {
    fn from(given: OneOrMany) -> Self {
        match given {
            OneOrMany::One(name) => vec![name],
            OneOrMany::Many(names) => names,
        }
    }
}

/// What rules look at in a mention.
#[derive(Clone, Debug, PartialEq)]
struct Seen<'a> {
    products: Vec<&'a str>,
    lang: &'a str,
    sources: Vec<&'a str>,
    themes: Vec<&'a str>,
    rating: Option<Rating>,
    is_ugly: bool,
    is_noise: bool,
    first_seen: Timestamp,
    written: Timestamp,
}

impl<'a> Seen<'a> {
    fn of(stored: &'a Stored) -> Self {
        let tagging = &stored.tagging;
        let tagged = tagging.tags.iter().filter_map(|tag| tag.product.as_deref());
        Self {
            products: tagging.products.iter().map(String::as_str).chain(stored.subject.as_deref()).chain(tagged).collect(),
            lang: tagging.lang.as_str(),
            sources: stored.sightings.iter().map(|sighting| sighting.source.as_str()).collect(),
            themes: tagging.tags.iter().map(|tag| tag.theme.as_str()).collect(),
            rating: stored.mention.rating,
            is_ugly: tagging.ugly,
            is_noise: stored.filtered.is_some(),
            first_seen: stored.first_seen,
            written: stored.mention.published.map_or(stored.first_seen, |published| published.at),
        }
    }
}

impl Rule {
    /// Whether what happened to a mention is to be told by this rule.
    pub fn means(&self, event: Event, stored: &Stored, now: Timestamp) -> bool {
        self.means_seen(event, &Seen::of(stored), now)
    }

    fn means_seen(&self, event: Event, seen: &Seen<'_>, now: Timestamp) -> bool {
        let is_too_old = self.max_age.is_some_and(|age| clock::later(seen.written, age) < now);
        if seen.is_noise || is_too_old || !self.holds_for_seen(seen) {
            return false;
        }
        let recent = now.duration_since(seen.first_seen) <= RECENT;
        match (&self.when, event) {
            (_, Event::United { .. }) => false,
            (_, Event::Completed) if !recent => false,
            (When::Rating { at_most }, event) => {
                let low = |rating: Option<Rating>| rating.is_some_and(|rating| rating.stars() <= *at_most);
                let was_low = matches!(event, Event::Edited { rating } if low(rating));
                low(seen.rating) && !was_low
            }
            (When::Ugly, _) => seen.is_ugly,
            _ => false,
        }
    }

    /// Whether its filters let a mention through.
    pub fn holds_for(&self, stored: &Stored) -> bool {
        self.holds_for_seen(&Seen::of(stored))
    }

    fn holds_for_seen(&self, seen: &Seen<'_>) -> bool {
        any(&self.products, &seen.products)
            && any(&self.langs, &[seen.lang])
            && any(&self.sources, &seen.sources)
            && any(&self.themes, &seen.themes)
    }

    /// Whether it goes to whoever the routing names.
    pub fn goes_by_route(&self) -> bool {
        self.to.iter().any(|name| name == ROUTE)
    }

    /// Whether it is about single mentions.
    pub(super) fn is_of_mentions(&self) -> bool {
        matches!(self.when, When::Rating { .. } | When::Ugly)
    }

    /// Whether it is about this product and theme, as far as it names any.
    pub fn holds_of(&self, product: &str, theme: Option<&str>) -> bool {
        any(&self.products, &[product]) && any(&self.themes, theme.as_slice())
    }

    /// Whether it is about this source, as far as it names any.
    pub fn holds_of_source(&self, source: &str) -> bool {
        any(&self.sources, &[source])
    }

    /// The query that finds what it tells of.
    pub fn query(&self) -> String {
        let names = |field: &str, names: &[String]| {
            let each: Vec<String> = names.iter().map(|name| format!("{field}:\"{}\"", name.replace('"', " "))).collect();
            match each.as_slice() {
                [] => None,
                [one] => Some(one.clone()),
                several => Some(format!("({})", several.join(" OR "))),
            }
        };
        let when = match &self.when {
            When::Rating { at_most } => Some(format!("rating:<={at_most}")),
            When::Ugly => Some("is:ugly".to_owned()),
            _ => None,
        };
        let parts = [
            when,
            names("product", &self.products),
            names("lang", &self.langs),
            names("source", &self.sources),
            names("theme", &self.themes),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// Whether one of `found` is wanted; all are if none is named.
fn any(wanted: &[String], found: &[&str]) -> bool {
    wanted.is_empty() || wanted.iter().any(|name| found.iter().any(|found| found.to_lowercase() == name.to_lowercase()))
}

/// Reads an `[[alert]]`; mistakes are noted in `file`. `destinations` are the names that there are.
pub(super) fn read(file: &TomlFile, entry: &Spanned<DeTable<'_>>, destinations: &[&str]) -> Option<Rule> {
    let thing = super::settings::named(entry, "alert");
    let keys: Keys = file.decode(entry, &thing, &[])?;
    let mut problems = Vec::new();
    let rule = build(keys, destinations, &mut problems);
    for (what, remedy) in &problems {
        file.problem(Some(entry.span().start), &thing, what, remedy);
    }
    rule.filter(|_| problems.is_empty())
}

fn build(keys: Keys, destinations: &[&str], problems: &mut Vec<(String, String)>) -> Option<Rule> {
    let to: Vec<String> = keys.to.into();
    for name in to.iter().filter(|name| *name != ROUTE && !destinations.contains(&name.as_str())) {
        let remedy = if destinations.is_empty() {
            "add a `[[destination]]` of this name".to_owned()
        } else {
            crate::tomlfile::name_the_valid(name, destinations)
        };
        problems.push((format!("there is no destination `{name}`"), remedy));
    }
    if to.is_empty() {
        problems.push(("it goes nowhere".to_owned(), "name a destination: `to = \"desk\"`".to_owned()));
    }
    let given = [
        ("at_most", keys.at_most.is_some(), keys.when == Word::Rating),
        ("search", keys.search.is_some(), keys.when == Word::Search),
        ("before", keys.before.is_some(), keys.when == Word::Deadline),
        ("after", keys.after.is_some(), keys.when == Word::Blocked),
        ("max_age", keys.max_age.is_some(), matches!(keys.when, Word::Rating | Word::Ugly)),
    ];
    for (key, _, _) in given.iter().filter(|(_, given, known)| *given && !known) {
        let word = format!("{:?}", keys.when).to_lowercase();
        problems.push((format!("`{key}` means nothing where `when = \"{word}\"`"), "take it away".to_owned()));
    }
    let throttle = match keys.throttle.as_deref().map(throttle) {
        None => Some(USUAL),
        Some(Ok(throttle)) => throttle,
        Some(Err(error)) => {
            problems.push((format!("`throttle`: {error}"), String::new()));
            None
        }
    };
    let when = match keys.when {
        Word::Rating => When::Rating { at_most: keys.at_most.unwrap_or(1.0) },
        Word::Ugly => When::Ugly,
        Word::Spike => When::Spike,
        Word::Search => When::Search(keys.search),
        Word::Deadline => When::Deadline(keys.before.unwrap_or(Duration::ZERO)),
        Word::Blocked => When::Blocked(keys.after.unwrap_or(Duration::from_mins(30))),
        Word::Credential => When::Credential,
    };
    Some(Rule {
        name: keys.name,
        when,
        products: keys.product.into(),
        langs: keys.lang.into(),
        sources: keys.source.into(),
        themes: keys.theme.into(),
        to,
        throttle,
        urgent: keys.urgent,
        max_age: keys.max_age,
    })
}

/// Reads `10 in 15m`, or `off`.
fn throttle(text: &str) -> Result<Option<Throttle>, String> {
    if text.trim() == "off" {
        return Ok(None);
    }
    let wrong = || format!("`{text}` is no throttle; write for example `10 in 15m`, or `off`");
    let (most, within) = text.split_once(" in ").ok_or_else(wrong)?;
    let most = most.trim().parse().ok().filter(|most| *most > 0).ok_or_else(wrong)?;
    let within = clock::parse_duration(within.trim()).ok().filter(|within| !within.is_zero()).ok_or_else(wrong)?;
    Ok(Some(Throttle { most, within }))
}

pub(super) fn optional_duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    clock::parse_duration(&String::deserialize(deserializer)?).map(Some).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(when: When) -> Rule {
        let (products, langs, sources, themes) = Default::default();
        let to = vec!["desk".to_owned()];
        Rule { name: "r".to_owned(), when, products, langs, sources, themes, to, throttle: None, urgent: false, max_age: None }
    }

    fn stars(stars: f64) -> Option<Rating> {
        Some(Rating::new(stars, 1.0, 5.0).unwrap())
    }

    fn at(time: &str) -> Timestamp {
        time.parse().unwrap()
    }

    fn seen() -> Seen<'static> {
        Seen {
            products: vec!["Acme Desk"],
            lang: "en",
            sources: vec!["shop", "forum"],
            themes: vec!["reliability"],
            rating: stars(1.0),
            is_ugly: true,
            is_noise: false,
            first_seen: at("2026-03-10T12:00:00Z"),
            written: at("2026-03-01T12:00:00Z"),
        }
    }

    #[test]
    fn a_low_rating_is_told_when_it_comes_and_when_it_becomes_low() {
        let now = at("2026-03-10T13:00:00Z");
        let low = rule(When::Rating { at_most: 2.0 });
        let later = at("2026-03-12T13:00:00Z");
        for (name, event, seen, now, want) in [
            ("new", Event::New, seen(), now, true),
            ("at the limit", Event::New, Seen { rating: stars(2.0), ..seen() }, now, true),
            ("above the limit", Event::New, Seen { rating: stars(2.5), ..seen() }, now, false),
            ("of ten points", Event::New, Seen { rating: Some(Rating::new(3.0, 1.0, 10.0).unwrap()), ..seen() }, now, true),
            ("without a rating", Event::New, Seen { rating: None, ..seen() }, now, false),
            ("lowered", Event::Edited { rating: stars(4.0) }, seen(), later, true),
            ("rated only now", Event::Edited { rating: None }, seen(), later, true),
            ("low as before", Event::Edited { rating: stars(2.0) }, seen(), later, false),
            ("raised", Event::Edited { rating: stars(1.0) }, Seen { rating: stars(4.0), ..seen() }, now, false),
            ("its rating becomes known soon", Event::Completed, seen(), now, true),
            ("its rating becomes known days later", Event::Completed, seen(), later, false),
            ("found to be another", Event::United { gone: 7 }, seen(), now, false),
            ("noise", Event::New, Seen { is_noise: true, ..seen() }, now, false),
        ] {
            assert_eq!(low.means_seen(event, &seen, now), want, "{name}");
        }
    }

    #[test]
    fn a_rule_tells_of_what_it_is_about_and_of_nothing_too_old() {
        let now = at("2026-03-10T13:00:00Z");
        let days = |days: u64| Rule { max_age: Some(Duration::from_hours(24 * days)), ..rule(When::Ugly) };
        for (name, rule, seen, want) in [
            ("severe", rule(When::Ugly), seen(), true),
            ("not severe", rule(When::Ugly), Seen { is_ugly: false, ..seen() }, false),
            ("written long ago", days(7), seen(), false),
            ("written lately", days(10), seen(), true),
            ("a spike is about no single mention", rule(When::Spike), seen(), false),
            ("nor is a search told here", rule(When::Search(None)), seen(), false),
            ("nor a deadline", rule(When::Deadline(Duration::ZERO)), seen(), false),
        ] {
            assert_eq!(rule.means_seen(Event::New, &seen, now), want, "{name}");
        }
    }

    #[test]
    fn every_filter_has_to_let_it_through_and_one_of_its_names_is_enough() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let free = rule(When::Ugly);
        for (name, rule, want) in [
            ("no filter", free.clone(), true),
            ("the product, whatever its case", Rule { products: names(&["acme desk"]), ..free.clone() }, true),
            ("another product", Rule { products: names(&["Acme Mail"]), ..free.clone() }, false),
            ("one of two products", Rule { products: names(&["Acme Mail", "Acme Desk"]), ..free.clone() }, true),
            ("a second place where it was seen", Rule { sources: names(&["forum"]), ..free.clone() }, true),
            ("another place", Rule { sources: names(&["mail"]), ..free.clone() }, false),
            ("the language", Rule { langs: names(&["EN"]), ..free.clone() }, true),
            ("another language", Rule { langs: names(&["zh"]), ..free.clone() }, false),
            ("the theme", Rule { themes: names(&["Reliability"]), ..free.clone() }, true),
            ("the theme, but another language", Rule { themes: names(&["reliability"]), langs: names(&["zh"]), ..free.clone() }, false),
        ] {
            assert_eq!(rule.holds_for_seen(&seen()), want, "{name}");
        }
    }
}
