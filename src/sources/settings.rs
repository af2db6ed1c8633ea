//! `sources.toml`: the keys every source takes, and the choice of its kind.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Deserializer};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{
    Every, Grant, Kind, Privacy, Secret, app_store, app_store_connect, bluesky, discourse, feed, file, github, google_alerts,
    google_business, google_news, google_play, hacker_news, json, lemmy, mailbox, mastodon, page, reddit, reviews, rsshub, secret, slack,
    stack_exchange, steam, survey, telegram, trustpilot, v2ex, webhook, wordpress_org, x, youtube,
};
use crate::clock;
use crate::tomlfile::{TomlFile, entries, name_the_valid};

/// A place to listen, as configured.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its name, unique in the file.
    pub name: String,
    /// How often it is asked.
    pub every: Every,
    /// The product its pages are about, if they are about one.
    pub product: Option<String>,
    /// How far the first round reaches back.
    pub since: Option<Duration>,
    /// The floor between two requests to its host.
    pub min_interval: Duration,
    /// Whether addresses inside the private network may be asked.
    pub allow_private: bool,
    /// Headers sent along.
    pub headers: Vec<(String, String)>,
    /// The secret for its requests; `{secret}` in a header stands for it.
    pub secret: Option<Secret>,
    /// What the secret is traded for before a request, if that is not sent itself.
    pub grant: Option<Grant>,
    /// Whether it is listened to at all.
    pub enabled: bool,
    /// What is covered of what people say there.
    pub privacy: Privacy,
    /// How long its mentions are kept after they were first heard.
    pub keep: Option<Duration>,
    /// What kind it is, with that kind's settings.
    pub kind: Kind,
}

/// The keys every `[[source]]` takes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Common {
    name: String,
    every: Every,
    product: Option<String>,
    #[serde(default, deserialize_with = "optional_duration")]
    since: Option<Duration>,
    #[serde(default, deserialize_with = "optional_duration")]
    min_interval: Option<Duration>,
    #[serde(default)]
    allow_private: bool,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    secret: Option<secret::Place>,
    #[serde(default = "yes")]
    enabled: bool,
    #[serde(default, deserialize_with = "keep")]
    keep: Option<Duration>,
    /// Whether it is no public place; its kind knows where this is not said.
    private: Option<bool>,
    /// Whether private pieces of texts are masked; they are where the place is private.
    mask: Option<bool>,
    /// Whether authors go by a pseudonym.
    #[serde(default)]
    pseudonyms: bool,
}

const COMMON: [&str; 13] = [
    "name",
    "every",
    "product",
    "since",
    "min_interval",
    "allow_private",
    "headers",
    "secret",
    "enabled",
    "keep",
    "private",
    "mask",
    "pseudonyms",
];
const KINDS: &[&str] = &[
    "feed",
    "reviews",
    "page",
    "hacker-news",
    "app-store",
    "steam",
    "mastodon",
    "lemmy",
    "discourse",
    "stack-exchange",
    "github",
    "youtube",
    "v2ex",
    "wordpress-org",
    "telegram",
    "trustpilot",
    "google-play",
    "google-business",
    "app-store-connect",
    "json",
    "webhook",
    "bluesky",
    "reddit",
    "x",
    "google-news",
    "google-alerts",
    "rsshub",
    "mailbox",
    "slack",
    "survey",
    "file",
];

/// The sources of a `sources.toml` in `dir`; every mistake is noted in `file`, and its source left out.
/// `products` are the names that a source's `product` may have.
pub fn read_sources(file: &TomlFile, dir: &Path, products: &[&str]) -> Vec<Source> {
    let table = file.table();
    for (key, _) in table.iter().filter(|(key, _)| key.get_ref() != "source") {
        file.problem(Some(key.span().start), "", format!("unknown key `{}`", key.get_ref()), "start each source with a line `[[source]]`");
    }
    let mut names = BTreeSet::new();
    let mut sources = Vec::new();
    for entry in entries(file, &table, "source") {
        check_product(file, &entry, products);
        let Some(source) = read_source(file, &entry, dir) else { continue };
        if names.insert(source.name.clone()) {
            sources.push(source);
        } else {
            let thing = format!("source `{}`", source.name);
            file.problem(Some(entry.span().start), &thing, "the name is taken by a source above", "give each source a name of its own");
        }
    }
    sources
}

fn read_source(file: &TomlFile, entry: &Spanned<DeTable<'_>>, dir: &Path) -> Option<Source> {
    let thing = thing(entry);
    let (common, own) = split(entry);
    let kind = read_kind(file, entry, &own, &thing);
    let common: Common = file.decode(&common, &thing, &[])?;
    check_name(file, entry, &common.name)?;
    let secret = match common.secret.as_ref().map(|place| place.fetch(dir)) {
        Some(Err(remedy)) => {
            file.problem(Some(entry.span().start), &thing, "its secret cannot be read", remedy);
            return None;
        }
        found => found.and_then(Result::ok),
    };
    let kind = kind?;
    let terms = kind.terms();
    if let (Some(how), None) = (kind.needs_key(), &secret) {
        let remedy = format!("{how}; then write `secret = {{ env = \"NAME\" }}` or `secret = {{ file = \"path\" }}`");
        file.problem(Some(entry.span().start), &thing, format!("`{}` needs a key", kind.as_str()), remedy);
        return None;
    }
    let grant = match grant_of(&kind, &common, secret.as_ref()) {
        Ok(grant) => grant,
        Err((what, remedy)) => {
            file.problem(Some(entry.span().start), &thing, what, remedy);
            return None;
        }
    };
    warn_of_gaps(file, entry, &thing, &kind, &common.every);
    let private = common.private.unwrap_or_else(|| kind.is_private(secret.as_ref()));
    let privacy = Privacy { private, mask: common.mask.unwrap_or(private), pseudonyms: common.pseudonyms };
    // A secret that is traded for a token goes to whoever trades it and into no header.
    let is_traded = |value: &str| grant.is_some() && value.contains("{secret}");
    let usual: Vec<_> = terms.headers.iter().filter(|(_, value)| !is_traded(value)).copied().collect();
    let headers = fill_headers(&usual, &common.headers, secret.as_ref());
    Some(Source {
        name: common.name,
        every: common.every,
        product: common.product,
        since: common.since,
        min_interval: common.min_interval.unwrap_or(terms.min_interval),
        allow_private: common.allow_private,
        headers,
        secret,
        grant,
        enabled: common.enabled,
        privacy,
        keep: common.keep,
        kind,
    })
}

/// The entry's common keys, and its kind's own.
fn split<'a>(entry: &Spanned<DeTable<'a>>) -> (Spanned<DeTable<'a>>, Spanned<DeTable<'a>>) {
    let mut common = DeTable::new();
    let mut own = DeTable::new();
    for (key, value) in entry.get_ref().iter().filter(|(key, _)| key.get_ref() != "kind") {
        let side = if COMMON.contains(&key.get_ref().as_ref()) { &mut common } else { &mut own };
        side.insert(key.clone(), value.clone());
    }
    (Spanned::new(entry.span(), common), Spanned::new(entry.span(), own))
}

fn read_kind(file: &TomlFile, entry: &Spanned<DeTable<'_>>, own: &Spanned<DeTable<'_>>, thing: &str) -> Option<Kind> {
    let Some(kind) = entry.get_ref().get("kind") else {
        file.problem(Some(entry.span().start), thing, "missing key `kind`", name_the_valid("", KINDS));
        return None;
    };
    let DeValue::String(name) = kind.get_ref() else {
        file.problem(Some(kind.span().start), thing, "`kind` must be a word in quotes", name_the_valid("", KINDS));
        return None;
    };
    match name.as_ref() {
        "feed" => file.decode::<feed::Settings>(own, thing, &COMMON).map(Kind::Feed),
        "reviews" => file.decode::<reviews::Settings>(own, thing, &COMMON).map(Kind::Reviews),
        "page" => file.decode::<page::Settings>(own, thing, &COMMON).map(Kind::Page),
        "hacker-news" => file.decode::<hacker_news::Settings>(own, thing, &COMMON).map(Kind::HackerNews),
        "github" => file.decode::<github::Settings>(own, thing, &COMMON).map(Kind::Github),
        "youtube" => file.decode::<youtube::Settings>(own, thing, &COMMON).map(Kind::Youtube),
        "v2ex" => file.decode::<v2ex::Settings>(own, thing, &COMMON).map(Kind::V2ex),
        "wordpress-org" => file.decode::<wordpress_org::Settings>(own, thing, &COMMON).map(Kind::WordpressOrg),
        "telegram" => file.decode::<telegram::Settings>(own, thing, &COMMON).map(Kind::Telegram),
        "app-store" => file.decode::<app_store::Settings>(own, thing, &COMMON).map(Kind::AppStore),
        "steam" => file.decode::<steam::Settings>(own, thing, &COMMON).map(Kind::Steam),
        "mastodon" => file.decode::<mastodon::Settings>(own, thing, &COMMON).map(Kind::Mastodon),
        "lemmy" => file.decode::<lemmy::Settings>(own, thing, &COMMON).map(Kind::Lemmy),
        "discourse" => file.decode::<discourse::Settings>(own, thing, &COMMON).map(Kind::Discourse),
        "stack-exchange" => file.decode::<stack_exchange::Settings>(own, thing, &COMMON).map(Kind::StackExchange),
        "trustpilot" => file.decode::<trustpilot::Settings>(own, thing, &COMMON).map(Kind::Trustpilot),
        "google-play" => file.decode::<google_play::Settings>(own, thing, &COMMON).map(Kind::GooglePlay),
        "google-business" => file.decode::<google_business::Settings>(own, thing, &COMMON).map(Kind::GoogleBusiness),
        "app-store-connect" => file.decode::<app_store_connect::Settings>(own, thing, &COMMON).map(Kind::AppStoreConnect),
        "json" => file.decode::<json::Settings>(own, thing, &COMMON).map(Kind::Json),
        "webhook" => file.decode::<webhook::Settings>(own, thing, &COMMON).map(Kind::Webhook),
        "bluesky" => file.decode::<bluesky::Settings>(own, thing, &COMMON).map(Kind::Bluesky),
        "reddit" => file.decode::<reddit::Settings>(own, thing, &COMMON).map(Kind::Reddit),
        "x" => file.decode::<x::Settings>(own, thing, &COMMON).map(Kind::X),
        "google-news" => file.decode::<google_news::Settings>(own, thing, &COMMON).map(Kind::GoogleNews),
        "google-alerts" => file.decode::<google_alerts::Settings>(own, thing, &COMMON).map(Kind::GoogleAlerts),
        "rsshub" => file.decode::<rsshub::Settings>(own, thing, &COMMON).map(Kind::Rsshub),
        "mailbox" => file.decode::<mailbox::Settings>(own, thing, &COMMON).map(Kind::Mailbox),
        "slack" => file.decode::<slack::Settings>(own, thing, &COMMON).map(Kind::Slack),
        "survey" => file.decode::<survey::Settings>(own, thing, &COMMON).map(Kind::Survey),
        "file" => file.decode::<file::Settings>(own, thing, &COMMON).map(Kind::File),
        unknown => {
            file.problem(Some(kind.span().start), thing, format!("unknown kind `{unknown}`"), name_the_valid(unknown, KINDS));
            None
        }
    }
}

/// What the secret is traded for, if it is; else what is wrong with it and what to do.
fn grant_of(kind: &Kind, common: &Common, secret: Option<&Secret>) -> Result<Option<Grant>, (&'static str, String)> {
    let Some(secret) = secret else { return Ok(None) };
    let grant = kind.grant(secret).map_err(|remedy| ("its secret cannot be used", remedy))?;
    let asked_at = grant.as_ref().and_then(Grant::asked_at);
    if asked_at.is_some_and(|url| url.scheme() != "https") && !common.allow_private {
        return Err(("its secret names an address for tokens that is not encrypted", "write `token_uri` in it as `https://…`".to_owned()));
    }
    Ok(grant)
}

/// A site that shows only the last days has to be asked before they have gone by.
fn warn_of_gaps(file: &TomlFile, entry: &Spanned<DeTable<'_>>, thing: &str, kind: &Kind, every: &Every) {
    let Some(shown) = kind.shown_for() else { return };
    if every.longest() > shown {
        let shown = clock::show_duration(shown);
        let problem = format!("`every` is longer than the {shown} that are shown there, so reviews would be missed");
        file.problem(Some(entry.span().start), thing, problem, "write for example `every = \"6h\"`");
    }
}

/// A name goes into queries, paths and the command line, so it is kept plain.
fn check_name(file: &TomlFile, entry: &Spanned<DeTable<'_>>, name: &str) -> Option<()> {
    let plain = !name.is_empty() && name.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.'));
    if !plain {
        let thing = format!("source `{name}`");
        let at = entry.get_ref().get("name").map_or(entry.span().start, |name| name.span().start);
        file.problem(Some(at), &thing, "the name must be letters, digits, `-`, `_` or `.`", "write for example `acme-reviews`");
    }
    plain.then_some(())
}

/// A product that is not in the list still counts for the source, but a slip of the pen is likelier.
fn check_product(file: &TomlFile, entry: &Spanned<DeTable<'_>>, products: &[&str]) {
    let Some(value) = entry.get_ref().get("product") else { return };
    let Some(product) = value.get_ref().as_str().filter(|product| !products.contains(product)) else { return };
    let remedy = format!("{}, or add it to phrases/products.toml", name_the_valid(product, products));
    file.problem(Some(value.span().start), &thing(entry), format!("unknown product `{product}`"), remedy);
}

/// How problems call an entry.
fn thing(entry: &Spanned<DeTable<'_>>) -> String {
    match entry.get_ref().get("name").and_then(|name| name.get_ref().as_str()) {
        Some(name) => format!("source `{name}`"),
        None => "a source without name".to_owned(),
    }
}

/// The headers of a source: its own, and those of its kind that it does not set itself.
fn fill_headers(usual: &[(&str, &str)], own: &BTreeMap<String, String>, secret: Option<&Secret>) -> Vec<(String, String)> {
    let is_set = |name: &str| own.keys().any(|own| own.eq_ignore_ascii_case(name));
    let usual = usual.iter().filter(|(name, value)| !is_set(name) && (secret.is_some() || !value.contains("{secret}")));
    let all = usual.copied().chain(own.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let secret = secret.map_or("", Secret::reveal);
    all.map(|(name, value)| (name.to_owned(), value.replace("{secret}", secret))).collect()
}

fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    clock::parse_duration(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
}

fn optional_duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    duration(deserializer).map(Some)
}

/// Reads how long mentions are kept: a day at least, as less is a slip of the pen that would erase all of them.
pub fn keep<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    let keep = duration(deserializer)?;
    if keep < Duration::from_secs(86_400) {
        return Err(serde::de::Error::custom("mentions are kept for a day at least; write for example `400d`"));
    }
    Ok(Some(keep))
}

fn yes() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<Source>, Vec<String>) {
        let file = TomlFile::from_text("sources.toml", text.to_owned());
        let sources = read_sources(&file, Path::new("."), &["Acme"]);
        (sources, file.into_problems().iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_source_is_read_with_its_defaults() {
        let (sources, problems) = read("[[source]]\nname = \"a\"\nkind = \"feed\"\nevery = \"15m\"\nurl = \"https://example.com/a.xml\"\n");
        assert_eq!(problems, [""; 0]);
        let [source] = sources.as_slice() else { panic!("{sources:?}") };
        assert_eq!((source.min_interval, source.allow_private, source.enabled), (Duration::from_secs(1), false, true));
    }

    #[test]
    fn what_is_told_only_to_who_has_the_key_is_private_unless_it_is_said_not_to_be() {
        let key = concat!("secret = { file = \"", env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/example.key\" }");
        for (keys, want) in [("", false), (key, true), (&format!("{key}\nprivate = false"), false), (&format!("{key}\nmask = false"), true)]
        {
            let text = format!(
                "[[source]]\nname = \"a\"\nkind = \"json\"\nevery = \"1h\"\nurl = \"https://desk.example.com/api\"\nfields = {{ text = \"t\" }}\n{keys}\n"
            );
            let (sources, problems) = read(&text);
            assert_eq!(problems, [""; 0]);
            assert_eq!((sources[0].privacy.private, sources[0].privacy.mask), (want, want && !keys.contains("mask")), "{keys}");
        }
    }

    #[test]
    fn a_kind_brings_its_terms_and_the_source_has_the_last_word() {
        let head = "[[source]]\nname = \"a\"\nkind = \"github\"\nevery = \"1h\"\nquery = \"acme\"\n";
        let (sources, problems) = read(head);
        assert_eq!(problems, [""; 0]);
        assert_eq!(sources[0].min_interval, Duration::from_secs(6));
        assert!(sources[0].headers.iter().all(|(name, _)| name != "Authorization"), "there is no token: {:?}", sources[0].headers);
        let (sources, _) = read(&format!("{head}min_interval = \"2s\"\nheaders = {{ accept = \"x\" }}\nsecret = {{ env = \"PATH\" }}\n"));
        assert_eq!(sources[0].min_interval, Duration::from_secs(2));
        let named = |name: &str| sources[0].headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name)).count();
        assert_eq!((named("Accept"), named("Authorization")), (1, 1));
    }

    #[test]
    fn a_site_that_needs_a_key_is_not_listened_to_without() {
        let (sources, problems) = read("[[source]]\nname = \"a\"\nkind = \"youtube\"\nevery = \"1h\"\nvideos = [\"v\"]\n");
        assert!(sources.is_empty());
        let start = "sources.toml:1: source `a`: `youtube` needs a key; make an API key at";
        assert!(problems.len() == 1 && problems[0].starts_with(start) && problems[0].contains("secret = {"), "{problems:?}");
    }

    #[test]
    fn every_problem_of_every_source_is_told() {
        let (sources, problems) = read(
            "[[source]]\nname = \"a\"\nkind = \"fed\"\nevery = \"15m\"\n\n\
             [[source]]\nname = \"b\"\nkind = \"feed\"\nevery = \"often\"\nulr = \"https://example.com/\"\n\n\
             [[source]]\nname = \"c d\"\nkind = \"feed\"\nevery = \"1h\"\nurl = \"https://example.com/\"\n",
        );
        assert!(sources.is_empty());
        let starts = [
            "sources.toml:3: source `a`: unknown kind `fed`; did you mean `feed`? valid: `feed`",
            "sources.toml:6: source `b`: missing key `url`",
            "sources.toml:9: source `b`: `every`: `often` is neither",
            "sources.toml:10: source `b`: unknown key `ulr`; did you mean `url`?",
            "sources.toml:13: source `c d`: the name must be",
        ];
        assert_eq!(problems.len(), starts.len(), "{problems:#?}");
        for (problem, start) in problems.iter().zip(starts) {
            assert!(problem.starts_with(start), "{problem}\n{start}");
        }
    }

    #[test]
    fn each_kind_is_of_one_site_or_of_many() {
        let (many, one): (Vec<&str>, Vec<&str>) = KINDS.iter().copied().partition(|kind| super::super::has_many_sites(kind));
        // Where anything can be listened to, two people may go by one handle. A new kind is to be put on the right line.
        assert_eq!(many.join(" "), "feed reviews page discourse stack-exchange json webhook google-news google-alerts rsshub file");
        assert_eq!(
            one.join(" "),
            "hacker-news app-store steam mastodon lemmy github youtube v2ex wordpress-org telegram trustpilot google-play google-business \
             app-store-connect bluesky reddit x mailbox slack survey"
        );
    }
}
