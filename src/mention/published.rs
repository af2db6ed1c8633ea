//! When a mention was written, and how exactly that is known.

use jiff::{SignedDuration, Timestamp, civil, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// How exactly a date is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Precision {
    /// An instant, with its zone.
    Instant,
    /// A wall-clock time without a zone, taken as UTC.
    Zoneless,
    /// A day without a time, taken as its first instant in UTC.
    Day,
}

impl Precision {
    /// The word used in columns.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Instant => "instant",
            Self::Zoneless => "zoneless",
            Self::Day => "day",
        }
    }
}

/// When a mention was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Published {
    /// The instant, UTC.
    pub at: Timestamp,
    /// How exactly it is known.
    pub precision: Precision,
}

impl Published {
    /// An instant that is exactly known.
    pub fn instant(at: Timestamp) -> Self {
        Self { at, precision: Precision::Instant }
    }

    /// A wall-clock time of unknown zone.
    pub fn zoneless(at: civil::DateTime) -> Option<Self> {
        let at = at.to_zoned(TimeZone::UTC).ok()?.timestamp();
        Some(Self { at, precision: Precision::Zoneless })
    }

    /// A day of unknown zone.
    pub fn day(day: civil::Date) -> Option<Self> {
        let at = day.to_zoned(TimeZone::UTC).ok()?.timestamp();
        Some(Self { at, precision: Precision::Day })
    }

    /// The date, unless it lies in the future at `now`: then `now` itself. A day of slack lets zones differ.
    pub fn not_after(self, now: Timestamp) -> Self {
        let limit = now.checked_add(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MAX);
        if self.at > limit { Self { at: now, ..self } } else { self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_future_date_becomes_now() {
        let now: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        let tonight = Published::instant("2026-03-02T02:00:00Z".parse().unwrap());
        assert_eq!(tonight.not_after(now), tonight);
        let far = Published::instant("2036-03-02T02:00:00Z".parse().unwrap());
        assert_eq!(far.not_after(now).at, now);
    }
}
