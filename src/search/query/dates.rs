//! What people write for a time: `7d`, `today`, `last-week`, `monday`, `2026-11-01`, `2026-11`. Days are UTC days, weeks begin on
//! Monday.
//!
//! Takes the time now as a value.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp, ToSpan, Zoned};

/// The stretch of time that `text` names: its first instant and the one after its last.
pub(super) fn stretch(text: &str, now: Timestamp) -> Option<(Timestamp, Timestamp)> {
    let now = now.to_zoned(TimeZone::UTC);
    let text = text.trim();
    match text.to_ascii_lowercase().as_str() {
        "now" => return instant(now.timestamp()),
        "today" => return days(now.date(), 1.day()),
        "yesterday" => return days(now.date().yesterday().ok()?, 1.day()),
        word => {
            if let Some(stretch) = named(word, now.date()) {
                return Some(stretch);
            }
        }
    }
    ago(text, &now).or_else(|| calendar(text)).or_else(|| instant(text.parse().ok()?)).or_else(|| wall_clock(text))
}

/// A week, month or year by its name, or the last day of a name before today.
fn named(word: &str, today: Date) -> Option<(Timestamp, Timestamp)> {
    const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let since_monday = i64::from(today.weekday().to_monday_zero_offset());
    if let Some(wanted) = WEEKDAYS.iter().zip(0_i64..).find(|(name, _)| **name == word).map(|(_, day)| day) {
        let back = (since_monday - wanted - 1).rem_euclid(7) + 1;
        return days(today.checked_sub(back.days()).ok()?, 1.day());
    }
    let (which, unit) = word.split_once(['-', '_', ' '])?;
    let back = match which {
        "this" => 0,
        "last" => 1,
        _ => return None,
    };
    match unit {
        "week" => days(today.checked_sub((since_monday + 7 * back).days()).ok()?, 1.week()),
        "month" => days(today.first_of_month().checked_sub(back.months()).ok()?, 1.month()),
        "year" => days(today.first_of_year().checked_sub(back.years()).ok()?, 1.year()),
        _ => None,
    }
}

/// A length of time before now.
fn ago(text: &str, now: &Zoned) -> Option<(Timestamp, Timestamp)> {
    let latin = [("小时", "h"), ("天", "d"), ("周", "w"), ("个月", "mo"), ("月", "mo"), ("年", "y")];
    let text = latin.iter().fold(text.to_owned(), |text, (han, unit)| text.replace(han, unit));
    let span: Span = text.parse().ok()?;
    instant(now.checked_sub(span.abs()).ok()?.timestamp())
}

/// A year, a month or a day.
fn calendar(text: &str) -> Option<(Timestamp, Timestamp)> {
    let parts: Vec<i16> = text.split(['-', '/', '.']).map(|part| part.parse().ok().filter(|part| *part > 0)).collect::<Option<_>>()?;
    let small = |part: i16| i8::try_from(part).ok();
    match *parts.as_slice() {
        [year] if year >= 1_000 => days(Date::new(year, 1, 1).ok()?, 1.year()),
        [year, month] if year >= 1_000 => days(Date::new(year, small(month)?, 1).ok()?, 1.month()),
        [year, month, day] if year >= 1_000 => days(Date::new(year, small(month)?, small(day)?).ok()?, 1.day()),
        _ => None,
    }
}

fn wall_clock(text: &str) -> Option<(Timestamp, Timestamp)> {
    let at: DateTime = text.parse().ok()?;
    instant(at.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

fn instant(at: Timestamp) -> Option<(Timestamp, Timestamp)> {
    Some((at, at.checked_add(SignedDuration::from_secs(1)).unwrap_or(Timestamp::MAX)))
}

fn days(first: Date, length: Span) -> Option<(Timestamp, Timestamp)> {
    let start = |day: Date| Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp());
    Some((start(first)?, first.checked_add(length).ok().and_then(start).unwrap_or(Timestamp::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_as_people_write_them() {
        let now: Timestamp = "2026-11-20T10:30:00Z".parse().unwrap();
        for (text, want) in [
            ("7d", Some(("2026-11-13T10:30:00Z", "2026-11-13T10:30:01Z"))),
            ("7天", Some(("2026-11-13T10:30:00Z", "2026-11-13T10:30:01Z"))),
            ("24h", Some(("2026-11-19T10:30:00Z", "2026-11-19T10:30:01Z"))),
            ("1mo", Some(("2026-10-20T10:30:00Z", "2026-10-20T10:30:01Z"))),
            ("today", Some(("2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z"))),
            ("Yesterday", Some(("2026-11-19T00:00:00Z", "2026-11-20T00:00:00Z"))),
            ("2026-11-01", Some(("2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z"))),
            ("2026/2/3", Some(("2026-02-03T00:00:00Z", "2026-02-04T00:00:00Z"))),
            ("2026-12", Some(("2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"))),
            ("2025", Some(("2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z"))),
            ("2026-11-01T08:00:00+08:00", Some(("2026-11-01T00:00:00Z", "2026-11-01T00:00:01Z"))),
            ("this-week", Some(("2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z"))),
            ("last-week", Some(("2026-11-09T00:00:00Z", "2026-11-16T00:00:00Z"))),
            ("last-month", Some(("2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z"))),
            ("this-year", Some(("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"))),
            ("Thursday", Some(("2026-11-19T00:00:00Z", "2026-11-20T00:00:00Z"))),
            ("friday", Some(("2026-11-13T00:00:00Z", "2026-11-14T00:00:00Z"))),
            ("2026-02-30", None),
            ("soon", None),
            ("", None),
            ("7", None),
            ("999999999y", None),
            ("-", None),
        ] {
            let got = stretch(text, now).map(|(start, end)| (start.to_string(), end.to_string()));
            assert_eq!(got.as_ref().map(|(start, end)| (start.as_str(), end.as_str())), want, "{text}");
        }
    }
}
