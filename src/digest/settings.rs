//! `[digest]` and `[[recipient]]` in settings.toml.

use std::collections::BTreeSet;

use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer};
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use url::Url;

use super::edition::Every;
use super::recipient::{Language, Recipient, Section};
use crate::mention::Product;
use crate::notify;
use crate::tomlfile::{Problem, TomlFile, entries, name_the_valid};

/// What is set for digests.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Where people reach our page; the address it listens on if none.
    pub url: Option<Url>,
    /// Whom answers to a digest go to.
    pub reply_to: Option<String>,
    /// Who reads them.
    pub recipients: Vec<Recipient>,
    /// Whoever has one of these roles, and an address, reads them too.
    pub roles: BTreeSet<String>,
    /// What holds where a recipient says nothing.
    pub usual: Recipient,
}

impl Default for Settings {
    fn default() -> Self {
        Self { url: None, reply_to: None, recipients: Vec::new(), roles: usual_roles(), usual: Recipient::default() }
    }
}

/// Who has no sign-in is there for mail.
fn usual_roles() -> BTreeSet<String> {
    BTreeSet::from(["email-only".to_owned()])
}

impl Settings {
    /// Products and destinations that recipients name and nobody knows, and the same of roles.
    pub fn problems(&self, products: &[Product], known_roles: &[&str], destinations: &[&str]) -> Vec<Problem> {
        let unknown = self.roles.iter().filter(|role| !known_roles.contains(&role.as_str()));
        let of_roles = unknown.map(|role| Problem {
            file: "settings.toml".to_owned(),
            line: None,
            thing: "[digest]".to_owned(),
            what: format!("`roles`: there is no role `{role}`"),
            remedy: name_the_valid(role, known_roles),
        });
        let known =
            |name: &str| products.iter().any(|product| product.all_names().any(|known| known.to_lowercase() == name.to_lowercase()));
        let valid: Vec<&str> = products.iter().map(|product| product.name.as_str()).collect();
        let named = self.recipients.iter().flat_map(|recipient| recipient.products.iter().map(move |name| (recipient, name)));
        let problem = |(recipient, name): (&Recipient, &String)| Problem {
            file: "settings.toml".to_owned(),
            line: None,
            thing: format!("recipient `{}`", recipient.named()),
            what: format!("there is no product `{name}` in phrases/products.toml"),
            remedy: name_the_valid(name, &valid),
        };
        let nowhere = self.recipients.iter().filter_map(|recipient| recipient.destination.as_deref());
        let of_destinations = nowhere.filter(|name| !destinations.contains(name)).map(|name| Problem {
            file: "settings.toml".to_owned(),
            line: None,
            thing: format!("recipient `{name}`"),
            what: format!("there is no destination `{name}`"),
            remedy: name_the_valid(name, destinations),
        });
        named.filter(|(_, name)| !known(name.trim())).map(problem).chain(of_roles).chain(of_destinations).collect()
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Common {
    url: Option<Url>,
    #[serde(default, deserialize_with = "address")]
    reply_to: Option<String>,
    language: Option<Language>,
    #[serde(default, deserialize_with = "zone")]
    zone: Option<TimeZone>,
    #[serde(default, deserialize_with = "time")]
    at: Option<Time>,
    #[serde(default, deserialize_with = "weekdays")]
    weekdays: Option<Vec<Weekday>>,
    editions: Option<BTreeSet<Every>>,
    sections: Option<BTreeSet<Section>>,
    roles: Option<BTreeSet<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    #[serde(default, deserialize_with = "address")]
    mail: Option<String>,
    destination: Option<String>,
    name: Option<String>,
    language: Option<Language>,
    #[serde(default, deserialize_with = "zone")]
    zone: Option<TimeZone>,
    #[serde(default, deserialize_with = "time")]
    at: Option<Time>,
    #[serde(default, deserialize_with = "weekdays")]
    weekdays: Option<Vec<Weekday>>,
    editions: Option<BTreeSet<Every>>,
    sections: Option<BTreeSet<Section>>,
    #[serde(default)]
    products: Vec<String>,
    searches: Option<Vec<String>>,
    segment: Option<String>,
}

/// The settings in `file`; every mistake is noted there, and what it concerns keeps its default or is left out.
pub fn read(file: &TomlFile, table: &DeTable<'_>) -> Settings {
    let common = common(file, table);
    let given = Recipient::default();
    let usual = Recipient {
        language: common.language.unwrap_or(given.language),
        zone: common.zone.unwrap_or(given.zone),
        at: common.at.unwrap_or(given.at),
        weekdays: common.weekdays.unwrap_or(given.weekdays),
        editions: common.editions.unwrap_or(given.editions),
        sections: common.sections.unwrap_or(given.sections),
        ..Recipient::default()
    };
    let mut recipients: Vec<Recipient> = Vec::new();
    for entry in entries(file, table, "recipient") {
        let thing = format!("recipient {}", named(&entry));
        let Some(read) = file.decode::<Entry>(&entry, &thing, &[]) else { continue };
        if read.mail.is_some() == read.destination.is_some() {
            let remedy = "write `mail = \"ann@acme.example\"`, or `destination = \"…\"` with the name of a `[[destination]]`";
            file.problem(Some(entry.span().start), &thing, "goes to one address or one destination", remedy);
            continue;
        }
        let recipient = recipient(read, &usual);
        if recipients.iter().any(|other| other.key() == recipient.key()) {
            file.problem(Some(entry.span().start), &thing, "stands here twice", "keep one `[[recipient]]` for an address");
            continue;
        }
        recipients.push(recipient);
    }
    let roles = common.roles.unwrap_or_else(usual_roles);
    Settings { url: common.url, reply_to: common.reply_to, recipients, roles, usual }
}

fn common(file: &TomlFile, table: &DeTable<'_>) -> Common {
    let Some(value) = table.get("digest") else { return Common::default() };
    let DeValue::Table(section) = value.get_ref() else {
        file.problem(Some(value.span().start), "digest", "is not a section", "write it as a line `[digest]` with its keys below");
        return Common::default();
    };
    let common: Common = file.decode(&Spanned::new(value.span(), section.clone()), "[digest]", &[]).unwrap_or_default();
    if let Some(url) = common.url.as_ref().filter(|url| !matches!(url.scheme(), "http" | "https") || url.host_str().is_none()) {
        file.problem(
            Some(value.span().start),
            "[digest]",
            format!("`url`: `{url}` is not the address of a page"),
            "write where people open goodword, for example `https://goodword.acme.example`",
        );
        return Common { url: None, ..common };
    }
    common
}

fn recipient(entry: Entry, usual: &Recipient) -> Recipient {
    Recipient {
        mail: entry.mail.unwrap_or_default(),
        destination: entry.destination,
        name: entry.name.map(|name| name.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|name| !name.is_empty()),
        language: entry.language.unwrap_or(usual.language),
        zone: entry.zone.unwrap_or_else(|| usual.zone.clone()),
        at: entry.at.unwrap_or(usual.at),
        weekdays: entry.weekdays.unwrap_or_else(|| usual.weekdays.clone()),
        editions: entry.editions.unwrap_or_else(|| usual.editions.clone()),
        sections: entry.sections.unwrap_or_else(|| usual.sections.clone()),
        products: entry.products,
        searches: entry.searches,
        segment: entry.segment.filter(|segment| !segment.trim().is_empty()),
    }
}

/// The address of an entry as it is written, for naming it in problems.
fn named(entry: &Spanned<DeTable<'_>>) -> String {
    match entry.get_ref().get("mail").or_else(|| entry.get_ref().get("destination")).map(Spanned::get_ref) {
        Some(DeValue::String(named)) => format!("`{named}`"),
        _ => "without `mail`".to_owned(),
    }
}

/// A bare address; the name has a key of its own.
fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let bare = text.trim();
    let is_one = notify::mailbox(bare).is_ok() && !bare.contains(['<', '>', ' ']);
    let wrong = || serde::de::Error::custom(format!("`{text}` is not a mail address; write for example `ann@acme.example`"));
    is_one.then(|| Some(bare.to_owned())).ok_or_else(wrong)
}

fn zone<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<TimeZone>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let wrong =
        |_| serde::de::Error::custom(format!("there is no time zone `{text}`; write for example `Europe/Berlin` or `Asia/Shanghai`"));
    TimeZone::get(&text).map(Some).map_err(wrong)
}

fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Time>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let wrong = || serde::de::Error::custom(format!("`{text}` is not a time of day; write for example `08:00`"));
    let (hour, minute) = text.trim().split_once(':').ok_or_else(wrong)?;
    let (hour, minute) = (hour.parse().map_err(|_| wrong())?, minute.parse().map_err(|_| wrong())?);
    Time::new(hour, minute, 0, 0).map(Some).map_err(|_| wrong())
}

fn weekdays<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Weekday>>, D::Error> {
    let names = Vec::<String>::deserialize(deserializer)?;
    if names.is_empty() {
        return Err(serde::de::Error::custom("no weekday is named; write for example `[\"mon\", \"fri\"]`, or leave the line out for all"));
    }
    names.iter().map(|name| weekday(name)).collect::<Result<_, _>>().map(Some).map_err(serde::de::Error::custom)
}

fn weekday(name: &str) -> Result<Weekday, String> {
    const NAMES: [(&str, Weekday); 7] = [
        ("monday", Weekday::Monday),
        ("tuesday", Weekday::Tuesday),
        ("wednesday", Weekday::Wednesday),
        ("thursday", Weekday::Thursday),
        ("friday", Weekday::Friday),
        ("saturday", Weekday::Saturday),
        ("sunday", Weekday::Sunday),
    ];
    let given = name.trim().to_lowercase();
    let found = NAMES.iter().find(|(full, _)| given.len() >= 3 && full.starts_with(&given));
    found.map(|(_, weekday)| *weekday).ok_or_else(|| format!("`{name}` is not a weekday; write for example `mon` or `monday`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> (Settings, Vec<String>) {
        let file = TomlFile::from_text("settings.toml", text.to_owned());
        let settings = read(&file, &file.table());
        (settings, file.into_problems().iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_recipient_takes_what_it_does_not_say_from_the_section() {
        let (settings, problems) = read_text(
            "[digest]\nurl = \"https://goodword.acme.example\"\nzone = \"Europe/Berlin\"\nat = \"07:30\"\nweekdays = [\"mon\", \"Friday\"]\n\n\
             [[recipient]]\nmail = \"ann@acme.example\"\n\n\
             [[recipient]]\nmail = \"li@acme.example\"\nname = \"Li Na\"\nlanguage = \"zh\"\nzone = \"Asia/Shanghai\"\nat = \"9:00\"\n\
             editions = [\"daily\", \"weekly\"]\nsections = [\"quotes\"]\nproducts = [\"Acme Desk\"]\nsearches = []\n",
        );
        assert_eq!(problems, Vec::<String>::new());
        let [ann, li] = settings.recipients.as_slice() else { panic!("{settings:?}") };
        assert_eq!((ann.zone.iana_name(), ann.at.to_string().as_str()), (Some("Europe/Berlin"), "07:30:00"));
        assert_eq!(ann.weekdays, [Weekday::Monday, Weekday::Friday]);
        assert_eq!((li.language, li.at.hour(), li.weekdays.len()), (Language::Zh, 9, 2));
        assert_eq!(li.addressed(), "\"Li Na\" <li@acme.example>");
        assert!(li.wants(Section::Quotes) && !li.wants(Section::Voice) && li.editions.contains(&Every::Weekly));
    }

    #[test]
    fn every_mistake_is_told_and_what_is_right_holds() {
        let (settings, problems) = read_text(
            "[digest]\nurl = \"ftp://acme.example\"\nzone = \"Berlin\"\n\n[[recipient]]\nmail = \"ann\"\n\n\
             [[recipient]]\nmail = \"li@acme.example\"\nat = \"25:00\"\nweekdays = [\"funday\"]\nsection = []\n\n\
             [[recipient]]\nmail = \"bo@acme.example\"\n\n[[recipient]]\nmail = \"Bo@acme.example\"\n",
        );
        assert_eq!(settings.recipients.len(), 1);
        for part in [
            "there is no time zone `Berlin`",
            "`ann` is not a mail address",
            "recipient `li@acme.example`: `at`: `25:00` is not a time of day",
            "`funday` is not a weekday",
            "unknown key `section`; did you mean `sections`?",
            "recipient `Bo@acme.example`: stands here twice",
        ] {
            assert!(problems.iter().any(|problem| problem.contains(part)), "{part}\n{problems:#?}");
        }
    }
}
