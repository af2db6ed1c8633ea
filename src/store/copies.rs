//! Whether two mentions are one: a copy shown elsewhere, or two posts that only look alike. Pure.
//!
//! Whatever speaks against it wins: another author, another rating, a date some days apart, a site that gives them two ids.

use jiff::SignedDuration;
use url::Url;

use super::identity::{LONG, SHORT, person, place};
use super::read::{Sighting, Stored};
use crate::mention::{Author, Mention, Precision, Published};
use crate::text::{self, Wording};

/// Copies appear within so many days.
const DAYS_APART: i64 = 3;

/// Stars, of five, that ratings may differ by where scales differ.
const STARS_APART: f64 = 0.25;

/// A mention with the places it was seen in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen<'a> {
    pub(super) mention: &'a Mention,
    pub(super) sightings: &'a [Sighting],
}

impl<'a> From<&'a Stored> for Seen<'a> {
    fn from(stored: &'a Stored) -> Self {
        Self { mention: &stored.mention, sightings: &stored.sightings }
    }
}

/// Whether the two are one mention. `wording` is that of the first.
pub(super) fn are_one(one: Seen<'_>, wording: &Wording, other: Seen<'_>) -> bool {
    if contradict(one, other) {
        return false;
    }
    let (a, b) = (one.mention, other.mention);
    let same_author = a.author.as_ref().zip(b.author.as_ref()).is_some_and(|(a, b)| are_same(a, b) == Some(true));
    let same_place = a.url.as_ref().zip(b.url.as_ref()).is_some_and(|(a, b)| place(a) == place(b));
    let others = Wording::of(&b.text);
    let size = wording.size().min(others.size());
    if size < LONG && titles_differ(a, b) {
        return false;
    }
    if size < SHORT {
        let same_text = text::fingerprint(&a.text) == text::fingerprint(&b.text);
        // Where a day is not known, the stars have to say it.
        let same_time = days_apart(a, b).map_or(a.rating.is_some() && b.rating.is_some(), |apart| apart <= 1);
        return same_text && (same_place || same_author && same_time && hosts_agree(a, b));
    }
    (size >= LONG || same_author || same_place) && wording.is_copy_of(&others)
}

/// Whether something known of the two shows that they are not one.
pub(super) fn contradict(one: Seen<'_>, other: Seen<'_>) -> bool {
    let (a, b) = (one.mention, other.mention);
    let two_authors = a.author.as_ref().zip(b.author.as_ref()).is_some_and(|(a, b)| are_same(a, b) == Some(false));
    let two_ratings = a.rating.zip(b.rating).is_some_and(|(a, b)| (a.stars() - b.stars()).abs() > STARS_APART);
    let two_dates = days_apart(a, b).is_some_and(|apart| apart > DAYS_APART);
    two_authors || two_ratings || two_dates || {
        let at_once = hours_apart(a, b).is_some_and(|apart| apart < 12);
        let apart = |one, other| told_apart(one, other) || !at_once && are_two_posts(one, other);
        one.sightings.iter().any(|one| other.sightings.iter().any(|other| apart(one, other)))
    }
}

/// Whether a source tells two sightings apart by the ids it gives them, which it does for posts of one site.
pub(super) fn told_apart(one: &Sighting, other: &Sighting) -> bool {
    one.source == other.source && have_two_ids(one, other) && site(one) == site(other)
}

/// Whether two sources of one site show what looks like two posts of it: the ids are others, and the links too. One may have been
/// posted twice at once all the same.
fn are_two_posts(one: &Sighting, other: &Sighting) -> bool {
    have_two_ids(one, other)
        && one.kind == other.kind
        && site(one) == site(other)
        && parsed(one).as_ref().map(place) != parsed(other).as_ref().map(place)
}

fn have_two_ids(one: &Sighting, other: &Sighting) -> bool {
    !one.own_id.is_empty() && !other.own_id.is_empty() && one.own_id != other.own_id
}

fn site(sighting: &Sighting) -> String {
    let host = parsed(sighting).and_then(|url| url.host_str().map(|host| host.trim_start_matches("www.").to_owned()));
    host.unwrap_or_else(|| sighting.source.clone())
}

fn parsed(sighting: &Sighting) -> Option<Url> {
    sighting.url.as_deref().and_then(|url| Url::parse(url).ok())
}

/// Whether two authors are one person; none if either name tells nothing.
fn are_same(a: &Author, b: &Author) -> Option<bool> {
    let (one, two) = (person(a)?, person(b)?);
    let same_handle = a.handle.is_some() && a.handle == b.handle;
    Some(one == two || same_handle || shortened(&a.name, &b.name) || shortened(&b.name, &a.name))
}

/// Whether `short` is `long` with the last name cut to its first letter: Ann L., Ann Lee.
fn shortened(short: &str, long: &str) -> bool {
    let words = |name: &str| text::fold(name).split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let (short, long) = (words(short), words(long));
    let ([first, initial], [same, last]) = (short.as_slice(), long.as_slice()) else { return false };
    let initial = initial.trim_end_matches('.');
    first == same && initial.chars().count() == 1 && last.starts_with(initial)
}

/// Whole days between the two; none if either is not known.
fn days_apart(a: &Mention, b: &Mention) -> Option<i64> {
    Some((hours_apart(a, b)? + 23) / 24)
}

/// Hours that surely lie between the two; none if either is not known.
fn hours_apart(a: &Mention, b: &Mention) -> Option<i64> {
    let (a, b) = a.published.zip(b.published)?;
    let exact = |published: Published| published.precision == Precision::Instant;
    // A day or a time without a zone may be up to a day off.
    let slack = if exact(a) && exact(b) { 0 } else { 24 };
    let apart = a.at.duration_since(b.at).abs() - SignedDuration::from_hours(slack);
    Some(apart.as_hours().max(0))
}

/// Whether both may stand on one site: a file tells of no site.
fn hosts_agree(a: &Mention, b: &Mention) -> bool {
    let hosts = a.url.as_ref().and_then(|url| url.host_str()).zip(b.url.as_ref().and_then(|url| url.host_str()));
    hosts.is_none_or(|(a, b)| a.trim_start_matches("www.") == b.trim_start_matches("www."))
}

/// Whether two posts say the same few words under different titles, as announcements do.
pub(super) fn share_a_phrase_only(a: &Mention, b: &Mention) -> bool {
    titles_differ(a, b) && Wording::of(&a.text).size() < LONG
}

fn titles_differ(a: &Mention, b: &Mention) -> bool {
    a.title.as_deref().zip(b.title.as_deref()).is_some_and(|(a, b)| text::fingerprint(a) != text::fingerprint(b))
}
