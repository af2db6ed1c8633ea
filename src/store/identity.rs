//! What makes two sightings one mention: the names and fingerprints that follow from it.
//!
//! Pure. A mention is known by its site's own id; failing that, by host, author, day and text together. The title
//! alone never counts. Copies elsewhere are found by what their texts have in common, and compared by `copies`.

use jiff::tz::TimeZone;
use url::Url;
use xxhash_rust::xxh3::xxh3_64;

use crate::mention::{Author, Mention};
use crate::text::{self, Wording};

/// A text that says less than so many words is found by its author or its place only.
pub(super) const SHORT: usize = 8;

/// A text of so many words by nobody in particular is hardly ever written twice: of 226,149 real posts compared with each
/// other, all pairs of at least this size and a few days apart were copies.
pub(super) const LONG: usize = 16;

/// The keys of one mention as heard from one source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Keys {
    /// From the site's own id; without that and without an author, from place, day and text within the namespace.
    pub(super) own: Option<i64>,
    /// From host, author, day and text, wherever it is seen; none unless the author is known.
    pub(super) looks: Option<i64>,
}

impl Keys {
    /// The lasting public id of a mention first heard with these keys.
    pub(super) fn id(self) -> String {
        let first = self.own.or(self.looks).expect("a mention always has one of the two");
        format!("m{:016x}", first.cast_unsigned())
    }

    /// Those there are.
    pub(super) fn each(self) -> impl Iterator<Item = i64> {
        self.own.into_iter().chain(self.looks)
    }
}

/// The keys of `mention`; `namespace` is where its own id is unique.
pub(super) fn keys(mention: &Mention, namespace: &str) -> Keys {
    let own = mention.own_id.as_deref().map(|own_id| own_key(own_id, namespace));
    let fingerprint = text::fingerprint(&mention.text).to_string();
    let host = mention.url.as_ref().and_then(|url| url.host_str()).unwrap_or(namespace);
    let day = mention.published.map(|published| published.at.to_zoned(TimeZone::UTC).date().to_string()).unwrap_or_default();
    let looks = mention.author.as_ref().map(|author| hash(&["looks", host, &author.name.to_lowercase(), &day, &fingerprint]));
    if own.is_some() || looks.is_some() {
        return Keys { own, looks };
    }
    let url = mention.url.as_ref().map_or("", |url| url.as_str());
    Keys { own: Some(hash(&["text", namespace, url, &day, &fingerprint])), looks }
}

/// The key of a site's own id; `namespace` is where it is unique.
pub(super) fn own_key(own_id: &str, namespace: &str) -> i64 {
    match own_id.starts_with("http").then(|| Url::parse(own_id)) {
        // An id that is an address names the post wherever it is seen.
        Some(Ok(address)) if matches!(address.scheme(), "http" | "https") => hash(&["address", &place(&address)]),
        _ => hash(&["own", namespace, own_id]),
    }
}

/// What copies of `mention` have in common with it, of which some are enough to find them by.
pub(super) fn traces(mention: &Mention, wording: &Wording) -> Vec<i64> {
    if wording.size() >= SHORT {
        return wording.traces().into_iter().map(u64::cast_signed).collect();
    }
    let fingerprint = text::fingerprint(&mention.text).to_string();
    let by = mention.author.as_ref().and_then(person).map(|person| hash(&["by", &person, &fingerprint]));
    let at = mention.url.as_ref().map(|url| hash(&["at", &place(url), &fingerprint]));
    by.into_iter().chain(at).collect()
}

/// What a text is known by when it is so long that nobody else writes it; none of a shorter one.
pub(super) fn words_of_one(text: &str) -> Option<i64> {
    (Wording::of(text).size() >= LONG).then(|| hash(&["words", &text::fingerprint(text).to_string()]))
}

/// The author's name in letters that do not differ between sites; none for a name that anybody may have.
pub(super) fn person(author: &Author) -> Option<String> {
    const ANYBODY: [&str; 12] = [
        "anonymous",
        "anon",
        "guest",
        "user",
        "customer",
        "verifiedbuyer",
        "verifiedpurchase",
        "agoogleuser",
        "匿名",
        "匿名用户",
        "游客",
        "网友",
    ];
    let name = author.name.trim_start_matches('/').trim_start_matches("u/").trim_start_matches('@');
    let letters: String = text::fold(name).chars().filter(|letter| letter.is_alphanumeric()).collect();
    (!letters.is_empty() && !ANYBODY.contains(&letters.as_str())).then_some(letters)
}

/// An address without what differs between links to one place: scheme, `www`, a slash at the end, notes for statistics.
pub(super) fn place(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let mut place = format!("{}{}", host.strip_prefix("www.").unwrap_or(host), url.path().trim_end_matches('/'));
    let counts = |key: &str| !key.starts_with("utm_") && !matches!(key, "fbclid" | "gclid" | "mc_cid" | "mc_eid");
    for (key, value) in url.query_pairs().filter(|(key, _)| counts(key)) {
        place.push_str(&format!("&{key}={value}"));
    }
    if let Some(fragment) = url.fragment().filter(|fragment| !fragment.is_empty()) {
        place.push_str(&format!("#{fragment}"));
    }
    place
}

/// A fingerprint of what the author says: title, text, rating and listed points.
pub(super) fn content(mention: &Mention) -> i64 {
    let rating = mention.rating.map(|rating| format!("{} {} {}", rating.value(), rating.worst(), rating.best())).unwrap_or_default();
    let notes = mention.notes.iter().map(|note| format!("{}{}-{}", note.polarity, note.start, note.end)).collect::<String>();
    hash(&[mention.title.as_deref().unwrap_or_default(), &mention.text, &rating, &notes])
}

/// A hash of parts that no other parts share by running into each other.
fn hash(parts: &[&str]) -> i64 {
    let mut joined = String::with_capacity(parts.iter().map(|part| part.len() + 1).sum());
    for part in parts {
        joined.push_str(part);
        joined.push('\u{1f}');
    }
    xxh3_64(joined.as_bytes()).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mention::Published;

    fn by(author: &str, text: &str) -> Mention {
        Mention {
            author: Author::named(author),
            published: Some(Published::instant("2026-03-01T10:00:00Z".parse().unwrap())),
            url: Some("https://shop.example/item".parse().unwrap()),
            ..Mention::new(text).unwrap()
        }
    }

    #[test]
    fn the_same_words_by_two_people_stay_two() {
        assert_ne!(keys(&by("Ann", "Great app!"), "a"), keys(&by("Bob", "Great app!"), "a"));
    }

    #[test]
    fn the_same_review_seen_by_two_sources_has_the_same_looks() {
        let one = keys(&by("Ann", "Great app! Works."), "feed@shop.example");
        let two = keys(&by("ann", "Great app!  works"), "reviews@shop.example");
        assert!(one.looks.is_some());
        assert_eq!(one.looks, two.looks);
    }

    #[test]
    fn the_own_id_counts_within_its_namespace_unless_it_is_an_address() {
        let with_id = |id: &str| Mention { own_id: Some(id.to_owned()), ..Mention::new("x").unwrap() };
        assert_ne!(keys(&with_id("7"), "a").own, keys(&with_id("7"), "b").own);
        assert_eq!(keys(&with_id("https://x.example/7"), "a").own, keys(&with_id("https://x.example/7"), "b").own);
    }

    #[test]
    fn an_address_is_the_same_however_it_is_linked() {
        let cases = [
            ("http://www.x.example/7/", "https://x.example/7", true),
            ("https://x.example/7?utm_source=rss&id=3", "https://x.example/7?id=3", true),
            ("https://x.example/7?id=3", "https://x.example/7?id=4", false),
            ("https://x.example/7#a", "https://x.example/7#b", false),
        ];
        for (one, two, same) in cases {
            assert_eq!(place(&one.parse().unwrap()) == place(&two.parse().unwrap()), same, "{one} {two}");
        }
    }

    #[test]
    fn a_name_that_anybody_has_names_nobody() {
        let named = |name: &str| person(&Author::named(name).unwrap());
        assert_eq!(named("/u/Ann_Lee").as_deref(), Some("annlee"));
        assert_eq!(named("Anonymous"), None);
        assert_eq!(named("匿名用户"), None);
    }

    #[test]
    fn without_an_author_looks_do_not_count() {
        assert_eq!(keys(&Mention::new("Great app!").unwrap(), "a").looks, None);
    }

    #[test]
    fn a_changed_rating_is_changed_content() {
        let before = by("Ann", "Fine");
        let after = Mention { rating: crate::mention::Rating::new(2.0, 1.0, 5.0), ..before.clone() };
        assert_ne!(content(&before), content(&after));
    }
}
