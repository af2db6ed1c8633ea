//! Stretches of whole days, and their division into days, weeks and months. Days are UTC days; weeks begin on Monday.
//!
//! Takes today as a value; knows nothing of what is counted.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};

/// Longer rows of figures help nobody.
const MOST_BUCKETS: usize = 2_000;

/// What a period is divided into.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// Days.
    #[default]
    Day,
    /// Weeks from Monday to Sunday.
    Week,
    /// Calendar months.
    Month,
}

impl By {
    /// The word for one of them.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// The last day of the one that holds `day`.
    fn last_day(self, day: Date) -> Date {
        match self {
            Self::Day => day,
            Self::Week => {
                let left = 6 - day.weekday().to_monday_zero_offset();
                day.checked_add(i64::from(left).days()).unwrap_or(Date::MAX)
            }
            Self::Month => day.last_of_month(),
        }
    }
}

/// Whole days, the first and the last included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// Its first day.
    pub from: Date,
    /// Its last day.
    pub until: Date,
}

impl Period {
    /// The one day `day`.
    pub fn day(day: Date) -> Self {
        Self { from: day, until: day }
    }

    /// Reads what people write: `since` as a length of time up to the last day (`30d`, `8w`, `3mo`) or as a day, month or year;
    /// `until` as a day, month or year, else today.
    pub fn read(since: &str, until: Option<&str>, today: Date) -> Result<Self, String> {
        let wrong = |text: &str| format!("`{text}` is not a time; write for example `30d`, `8w`, `2026-11-01` or `2026-11`");
        let until = match until.map(str::trim) {
            None => today,
            Some(text) => calendar(text, today).ok_or_else(|| wrong(text))?.until,
        };
        let since = since.trim();
        let from = calendar(since, today).map(|named| named.from).or_else(|| ago(since, until)).ok_or_else(|| wrong(since))?;
        if from > until {
            return Err(format!("the period ends on {until}, before it begins on {from}"));
        }
        Ok(Self { from, until })
    }

    /// How many days it has.
    pub fn days(self) -> i64 {
        i64::from(self.from.until(self.until).map(|span| span.get_days()).unwrap_or_default()) + 1
    }

    /// The period of the same length just before it.
    pub fn before(self) -> Self {
        let until = self.from.yesterday().unwrap_or(Date::MIN);
        Self { from: days_before(until, self.days() - 1), until }
    }

    /// Its parts, oldest first; the first and the last may be shorter than the others.
    pub fn divided(self, by: By) -> Result<Vec<Self>, String> {
        let mut parts = Vec::new();
        let mut from = self.from;
        while from <= self.until {
            if parts.len() == MOST_BUCKETS {
                return Err(format!("that is more than {MOST_BUCKETS} {}s; choose a shorter time or longer parts with --by", by.as_str()));
            }
            let until = by.last_day(from).min(self.until);
            parts.push(Self { from, until });
            let Ok(next) = until.tomorrow() else { break };
            from = next;
        }
        Ok(parts)
    }

    /// Its first instant and the one after its last.
    pub fn limits(self) -> (Timestamp, Timestamp) {
        (start(self.from), self.until.tomorrow().map_or(Timestamp::MAX, start))
    }

    /// It in the words of the query language.
    pub fn query(self) -> String {
        format!("since:{} until:{}", self.from, self.until)
    }

    /// Whether it holds `day`.
    pub fn holds(self, day: Date) -> bool {
        self.from <= day && day <= self.until
    }
}

/// The instants between which to count: one more than there are neighbouring `parts`.
pub fn edges(parts: &[Period]) -> Vec<Timestamp> {
    parts.iter().map(|part| part.limits().0).chain(parts.last().map(|last| last.limits().1)).collect()
}

/// The day, UTC, that `at` lies in.
pub fn day_of(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

/// The day so many days before `day`.
pub fn days_before(day: Date, days: i64) -> Date {
    Span::new().try_days(days).and_then(|span| day.checked_sub(span)).unwrap_or(Date::MIN)
}

/// The English name of a weekday.
pub(super) fn weekday_name(day: Date) -> &'static str {
    match day.weekday() {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

fn start(day: Date) -> Timestamp {
    day.to_zoned(TimeZone::UTC).map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}

/// A length of time that ends with the day `until`.
fn ago(text: &str, until: Date) -> Option<Date> {
    let span: Span = text.parse().ok()?;
    let days_only = span.get_hours() == 0 && span.get_minutes() == 0 && span.get_seconds() == 0;
    if !days_only || !span.is_positive() {
        return None;
    }
    until.tomorrow().ok()?.checked_sub(span).ok()
}

/// A year, a month or a day.
fn calendar(text: &str, today: Date) -> Option<Period> {
    match text {
        "today" => return Some(Period::day(today)),
        "yesterday" => return Some(Period::day(today.yesterday().ok()?)),
        _ => {}
    }
    let parts: Vec<i16> = text.split('-').map(|part| part.parse().ok().filter(|part| *part > 0)).collect::<Option<_>>()?;
    let small = |part: i16| i8::try_from(part).ok();
    match *parts.as_slice() {
        [year] if year >= 1_000 => Some(Period { from: Date::new(year, 1, 1).ok()?, until: Date::new(year, 12, 31).ok()? }),
        [year, month] => {
            let from = Date::new(year, small(month)?, 1).ok()?;
            Some(Period { from, until: from.last_of_month() })
        }
        [year, month, day] => Some(Period::day(Date::new(year, small(month)?, small(day)?).ok()?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn shown(period: Period) -> String {
        format!("{} {}", period.from, period.until)
    }

    #[test]
    fn periods_as_people_write_them() {
        let today = date("2026-03-10");
        for (since, until, want) in [
            ("30d", None, "2026-02-09 2026-03-10"),
            ("1d", None, "2026-03-10 2026-03-10"),
            ("8w", None, "2026-01-14 2026-03-10"),
            ("3mo", None, "2025-12-11 2026-03-10"),
            ("2026-01-05", None, "2026-01-05 2026-03-10"),
            ("2026-01", Some("2026-02"), "2026-01-01 2026-02-28"),
            ("7d", Some("2026-01-31"), "2026-01-25 2026-01-31"),
            ("2025", Some("2025"), "2025-01-01 2025-12-31"),
            ("yesterday", Some("yesterday"), "2026-03-09 2026-03-09"),
        ] {
            assert_eq!(Period::read(since, until, today).map(shown).as_deref(), Ok(want), "{since}");
        }
        for (since, until) in [("soon", None), ("", None), ("6h", None), ("-3d", None), ("2026-04", None), ("7d", Some("never"))] {
            assert!(Period::read(since, until, today).is_err(), "{since}");
        }
    }

    #[test]
    fn weeks_begin_on_monday_and_months_on_the_first() {
        let period = Period { from: date("2026-02-26"), until: date("2026-03-10") };
        let divided = |by| period.divided(by).unwrap().into_iter().map(shown).collect::<Vec<_>>();
        assert_eq!(divided(By::Week), ["2026-02-26 2026-03-01", "2026-03-02 2026-03-08", "2026-03-09 2026-03-10"]);
        assert_eq!(divided(By::Month), ["2026-02-26 2026-02-28", "2026-03-01 2026-03-10"]);
        assert_eq!((divided(By::Day).len(), period.days()), (13, 13));
        assert!(Period { from: date("1900-01-01"), until: date("2026-01-01") }.divided(By::Day).is_err());
    }

    #[test]
    fn the_period_before_is_as_long_and_ends_where_it_begins() {
        let period = Period { from: date("2026-03-01"), until: date("2026-03-10") };
        assert_eq!(shown(period.before()), "2026-02-19 2026-02-28");
        assert_eq!(period.query(), "since:2026-03-01 until:2026-03-10");
        let edges: Vec<String> = edges(&[period.before(), period]).iter().map(ToString::to_string).collect();
        assert_eq!(edges, ["2026-02-19T00:00:00Z", "2026-03-01T00:00:00Z", "2026-03-11T00:00:00Z"]);
    }
}
