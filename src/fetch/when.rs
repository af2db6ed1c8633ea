//! When we may come again, as a server says it: `Retry-After`, `Cache-Control`, `Expires`.
//!
//! Pure: reads headers, never the clock.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::rfc2822;
use jiff::tz::TimeZone;
use reqwest::header::{AGE, CACHE_CONTROL, DATE, EXPIRES, HeaderMap, HeaderName, RETRY_AFTER};

use crate::clock::later;

/// Longer than this no server is believed.
const LONGEST_RETRY_AFTER: Duration = Duration::from_hours(7 * 24);

/// The instant `Retry-After` names, in seconds or as a date; none if it is absent, unreadable or past.
pub(super) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Timestamp> {
    let text = text_of(headers, &RETRY_AFTER)?;
    let until = match text.bytes().all(|byte| byte.is_ascii_digit()) {
        true => later(now, Duration::from_secs(text.parse().unwrap_or(u64::MAX))),
        false => http_date(text)?,
    };
    (until > now).then(|| until.min(later(now, LONGEST_RETRY_AFTER)))
}

/// When a used-up quota is renewed, by the headers that APIs tell it in; none while some of it is left.
pub(super) fn quota_renewed(headers: &HeaderMap, now: Timestamp) -> Option<Timestamp> {
    let number = |name: &str| -> Option<i64> { headers.get(name)?.to_str().ok()?.trim().parse().ok() };
    let (_, renewed) = QUOTA_HEADERS.iter().find(|(left, _)| number(left) == Some(0))?;
    let told = number(renewed)?;
    // Most tell a second since 1970, some how many seconds are left.
    let until =
        if told > 100_000_000 { Timestamp::from_second(told).ok()? } else { later(now, Duration::from_secs(told.max(0).unsigned_abs())) };
    (until > now).then(|| until.min(later(now, LONGEST_RETRY_AFTER)))
}

/// What is left of a quota, and when it is renewed.
const QUOTA_HEADERS: [(&str, &str); 3] = [
    ("x-ratelimit-remaining", "x-ratelimit-reset"),
    ("x-rate-limit-remaining", "x-rate-limit-reset"),
    ("ratelimit-remaining", "ratelimit-reset"),
];

/// Until when the answer is fresh, by `Cache-Control: max-age` (less `Age`) or else `Expires`; none if it is not to be kept.
pub(super) fn fresh_until(headers: &HeaderMap, now: Timestamp) -> Option<Timestamp> {
    let until = match max_age(headers) {
        Some(Keep::For(age)) => {
            let already = text_of(headers, &AGE).and_then(|age| age.parse().ok()).map_or(Duration::ZERO, Duration::from_secs);
            later(now, age.saturating_sub(already))
        }
        Some(Keep::Not) => return None,
        None => expires(headers, now)?,
    };
    (until > now).then_some(until)
}

/// The instant `Expires` names, reckoned from the server's own `Date`: its clock may be wrong.
fn expires(headers: &HeaderMap, now: Timestamp) -> Option<Timestamp> {
    let until = http_date(text_of(headers, &EXPIRES)?)?;
    let Some(date) = text_of(headers, &DATE).and_then(http_date) else { return Some(until) };
    now.checked_add(until.duration_since(date)).ok()
}

/// What `Cache-Control` says.
enum Keep {
    For(Duration),
    Not,
}

fn max_age(headers: &HeaderMap) -> Option<Keep> {
    let mut keep = None;
    let values = headers.get_all(CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    for word in values.flat_map(|value| value.split(',')) {
        let (name, value) = word.split_once('=').unwrap_or((word, ""));
        match name.trim().to_ascii_lowercase().as_str() {
            "no-store" | "no-cache" => return Some(Keep::Not),
            "max-age" => keep = value.trim().trim_matches('"').parse().ok().map(|age| Keep::For(Duration::from_secs(age))),
            _ => {}
        }
    }
    keep
}

/// A date in one of the three forms HTTP has known.
fn http_date(text: &str) -> Option<Timestamp> {
    if let Ok(date) = rfc2822::DateTimeParser::new().relaxed_weekday(true).parse_timestamp(text) {
        return Some(date);
    }
    let old_forms = ["%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"];
    let date = old_forms.iter().find_map(|form| DateTime::strptime(form, text).ok())?;
    date.to_zoned(TimeZone::UTC).ok().map(|date| date.timestamp())
}

fn text_of<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-03-01T06:30:00Z";

    fn headers(pairs: &[(HeaderName, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect()
    }

    #[test]
    fn retry_after_in_seconds_and_as_a_date() {
        let cases = [
            ("120", Some("2026-03-01T06:32:00Z")),
            (" 1 ", Some("2026-03-01T06:30:01Z")),
            ("Sun, 01 Mar 2026 07:00:07 GMT", Some("2026-03-01T07:00:07Z")),
            ("Mon, 01 Mar 2026 07:00:07 GMT", Some("2026-03-01T07:00:07Z")),
            ("Sunday, 01-Mar-26 07:00:07 GMT", Some("2026-03-01T07:00:07Z")),
            ("Sun Mar  1 07:00:07 2026", Some("2026-03-01T07:00:07Z")),
            ("99999999999999999999999", Some("2026-03-08T06:30:00Z")),
            ("0", None),
            ("Sun, 01 Mar 2026 06:00:00 GMT", None),
            ("-5", None),
            ("soon", None),
            ("", None),
        ];
        for (text, until) in cases {
            let found = retry_after(&headers(&[(RETRY_AFTER, text)]), NOW.parse().unwrap());
            assert_eq!(found, until.map(|until| until.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn a_quota_that_is_used_up_is_renewed_at_an_instant_or_in_so_many_seconds() {
        let named = |pairs: &[(&'static str, &str)]| -> HeaderMap {
            pairs.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect()
        };
        for (left, reset, until) in [
            ("0", "1772348400", Some("2026-03-01T07:00:00Z")),
            ("0", "90", Some("2026-03-01T06:31:30Z")),
            ("7", "1772348400", None),
            ("0", "1700000000", None),
            ("0", "soon", None),
        ] {
            let headers = named(&[("x-ratelimit-remaining", left), ("x-ratelimit-reset", reset)]);
            let found = quota_renewed(&headers, NOW.parse().unwrap());
            assert_eq!(found, until.map(|until| until.parse().unwrap()), "{left} {reset}");
        }
        assert_eq!(quota_renewed(&named(&[]), NOW.parse().unwrap()), None);
    }

    #[test]
    fn freshness_by_cache_control_before_expires() {
        let later = (EXPIRES, "Sun, 01 Mar 2026 07:00:00 GMT");
        type Case<'a> = (&'a [(HeaderName, &'a str)], Option<&'a str>);
        let cases: [Case<'_>; 10] = [
            (&[(CACHE_CONTROL, "public, max-age=600")], Some("2026-03-01T06:40:00Z")),
            (&[(CACHE_CONTROL, "Max-Age=\"600\""), (AGE, "60")], Some("2026-03-01T06:39:00Z")),
            (&[(CACHE_CONTROL, "max-age=600"), later.clone()], Some("2026-03-01T06:40:00Z")),
            (&[(CACHE_CONTROL, "no-cache, max-age=600"), later.clone()], None),
            (&[(CACHE_CONTROL, "max-age=0"), later.clone()], None),
            (&[(CACHE_CONTROL, "max-age=60"), (AGE, "61")], None),
            (&[(CACHE_CONTROL, "private"), later], Some("2026-03-01T07:00:00Z")),
            (&[(EXPIRES, "0")], None),
            (&[(EXPIRES, "Sun, 01 Mar 2020 07:00:00 GMT"), (DATE, "Sun, 01 Mar 2020 06:50:00 GMT")], Some("2026-03-01T06:40:00Z")),
            (&[], None),
        ];
        for (pairs, until) in cases {
            let found = fresh_until(&headers(pairs), NOW.parse().unwrap());
            assert_eq!(found, until.map(|until| until.parse().unwrap()), "{pairs:?}");
        }
    }
}
